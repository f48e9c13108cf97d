"""What comes out of each set's own tables and folders, word for word as FERBench has it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from meu_data.checking import check
from meu_data.errors import NotationError
from meu_data.fer_vqa import fer_vqa
from meu_data.fer_vqa.presets import PRESETS, custom

# One row of each file of github.com/zfkarl/UniFER, eval_*/data/*_qa.json, with its picture below the folder.
FERBENCH = {
    "rafdb": (
        "/RAF-DB/aligned/",
        "test_3068_aligned.jpg",
        "neutral",
        "surprise, fear, disgust, happiness, sadness, anger, neutral",
    ),
    "affectnet": (
        "/AffectNet/Manually_Annotated/validation/",
        "1/1957a923f84a1a3af2e82b91aa8c2dbbe06e8c3dafe77adc46e4a416.jpg",
        "surprise",
        "neutral, happiness, sadness, surprise, fear, disgust, anger, contempt",
    ),
    "ferplus": (
        "/FERPlus/test/",
        "angry/fer0032225.png",
        "angry",
        "angry, contempt, disgust, fear, happy, neutral, sad, surprise",
    ),
    "sfew": (
        "/SFEW-2.0/Val/Val_Aligned_Faces/",
        "Angry/21_012215600_00000004.png",
        "angry",
        "angry, disgust, fear, happy, neutral, sad, surprise",
    ),
}
TABLES = {
    "rafdb": ("list_patition_label.txt", "test_3068.jpg 7\n"),
    "affectnet": (
        "validation.csv",
        "subDirectory_filePath,face_x,expression,valence\n"
        "1/1957a923f84a1a3af2e82b91aa8c2dbbe06e8c3dafe77adc46e4a416.jpg,12,3,0.5\n",
    ),
    "ferplus": None,
    "sfew": None,
}


QUESTION = (
    "As an expert in facial expression recognition, which expression is most prominent in this image? "
    "Please select your answer from the following candidate labels: {labels}. Provide your detailed reasoning "
    "between the <think></think> tags, and then give your final answer between the <answer></answer> tags."
)


def rows(out):
    """Of all splits, by the names of the files."""
    return [row for path in sorted(out.glob("*.json")) for row in json.loads(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", FERBENCH)
def test_rows_are_those_of_ferbench(folder, tmp_path, name):
    prefix, image, label, labels = FERBENCH[name]
    folder.put(image)
    table = TABLES[name] and folder.table(TABLES[name][1], TABLES[name][0])
    fer_vqa(tmp_path / "out", folder.images, preset=name, table=table, prefix=prefix)
    row = {
        "image_path": prefix + image,
        "true_label": label,
        "prompt": QUESTION.format(labels=labels),
        "candidate_labels": labels.split(", "),
    }
    assert rows(tmp_path / "out") == [row]
    assert list(rows(tmp_path / "out")[0]) == list(row)


@pytest.mark.parametrize(
    ("name", "text", "label"),
    [
        *(("rafdb", str(code), label) for code, label in enumerate(PRESETS["rafdb"].labels, start=1)),
        *(("affectnet", str(code), label) for code, label in enumerate(PRESETS["affectnet"].labels)),
        ("rafdb", "5.0", "sadness"),
        ("rafdb", " Happy ", "happiness"),
        ("sfew", "ANGER", "angry"),
        ("ferplus", "Surprised", "surprise"),
        ("affectnet", "9", None),
    ],
)
def test_codes_and_words_become_the_spelling_of_the_set(name, text, label):
    assert PRESETS[name].label(text) == label


def test_the_order_of_the_codes_is_that_of_the_published_sets():
    # RAF-DB (Li & Deng 2019) and AffectNet (Mollahosseini et al. 2017), as their readme files number them.
    assert PRESETS["rafdb"].codes["4"] == "happiness"
    assert PRESETS["rafdb"].codes["6"] == "anger"
    assert PRESETS["affectnet"].codes["0"] == "neutral"
    assert PRESETS["affectnet"].codes["7"] == "contempt"


def test_ferplus_takes_the_most_votes_and_counts_what_shows_no_expression(folder, tmp_path):
    folder.put("FER2013Test/fer0000000.png", "fer0000001.png", "FER2013Test/fer0000004.png")
    table = folder.table(
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
        "PrivateTest,fer0000000.png,4,0,0,1,3,2,0,0,0,0\n"
        "PrivateTest,fer0000001.png,1,4,4,0,0,0,0,0,1,0\n"
        "PrivateTest,fer0000002.png,1,0,0,0,0,0,0,0,9,0\n"
        "PrivateTest,,0,0,0,0,0,0,0,0,0,10\n"
        "PrivateTest,fer0000004.png,0,0,0,5,0,0,0,0,5,0\n"
        "Training,fer0000005.png,0,0,0,0,0,0,9,0,0,0\n"
    )
    summary = fer_vqa(tmp_path / "out", folder.images, preset="ferplus", table=table, split="PrivateTest")
    assert [(row["image_path"], row["true_label"]) for row in rows(tmp_path / "out")] == [
        ("FER2013Test/fer0000000.png", "neutral"),
        ("fer0000001.png", "happy"),
        ("FER2013Test/fer0000004.png", "sad"),
    ]
    assert summary.left_out == {"no face by most votes": 1, "unknown by most votes": 1}
    assert {label: count for label, count in summary.labels.items() if count} == {"happy": 1, "neutral": 1, "sad": 1}
    assert summary.rows == {"PrivateTest": 3}
    assert summary.problems == 0


def test_a_split_of_rafdb_is_told_by_the_names(folder, tmp_path):
    folder.put("train_00001_aligned.jpg", "test_0001_aligned.jpg", "test_0002.jpg")
    table = folder.table("train_00001.jpg 5\ntest_0001.jpg 1\r\n\ntest_0002.jpg\t4\n", "list.txt")
    fer_vqa(tmp_path / "out", folder.images, preset="rafdb", table=table, split="test")
    assert [(row["image_path"], row["true_label"]) for row in rows(tmp_path / "out")] == [
        ("test_0001_aligned.jpg", "surprise"),
        ("test_0002.jpg", "happiness"),
    ]


def test_affectnet_without_expression_is_counted_and_its_npy_labels_are_read(folder, tmp_path):
    folder.put("images/0.jpg", "images/1.jpg", "images/2.jpg")
    (folder.images / "annotations").mkdir()
    for name, code in (("0", "6"), ("1", "8")):
        np.save(folder.images / f"annotations/{name}_exp.npy", np.array(code))
    summary = fer_vqa(tmp_path / "out", folder.images, preset="affectnet")
    assert [(row["image_path"], row["true_label"]) for row in rows(tmp_path / "out")] == [("images/0.jpg", "anger")]
    assert summary.left_out == {"no expression of the list": 1}
    assert [finding.file for finding in summary.findings] == ["images/2.jpg"]
    assert "annotations/2_exp.npy is missing" in summary.findings[0].reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("image,label\na.png,calm\nb.png,Excited\n", "plain.csv"),
        ("\ufefflabel;split;image\r\ncalm;x;a.png\r\nexcited;x;b.png\r\n", "bom.csv"),
        ('image\tLabel\n"a.png"\t"calm"\nb.png\texcited\n\n', "tabs.tsv"),
    ],
)
def test_a_set_of_ones_own(folder, tmp_path, text, name):
    folder.put("a.png", "b.png")
    table = folder.table(text, name)
    fer_vqa(tmp_path / "out", folder.images, preset="custom", table=table, labels="excited, calm ")
    found = rows(tmp_path / "out")
    assert [(row["image_path"], row["true_label"]) for row in found] == [("a.png", "calm"), ("b.png", "excited")]
    assert found[0]["candidate_labels"] == ["excited", "calm"]
    assert found[0]["prompt"] == QUESTION.format(labels="excited, calm")


def test_folders_are_labels_in_order_of_their_names(folder, tmp_path):
    folder.put("tense/deep/b.png", "calm/z.png", "calm/a.png")
    (folder.images / "calm/notes.txt").write_text("x")
    (folder.images / ".DS_Store").write_text("x")
    summary = fer_vqa(tmp_path / "out", folder.images, preset="custom", style="unifer-rlvr")
    assert rows(tmp_path / "out") == [
        {"image_path": name, "problem": QUESTION.format(labels="calm, tense"), "solution": f"<answer>{label}</answer>"}
        for name, label in (("calm/a.png", "calm"), ("calm/z.png", "calm"), ("tense/deep/b.png", "tense"))
    ]
    assert summary.left_out == {"no picture by its name": 1}


def test_pixels_come_along_as_they_are_and_the_folder_is_sound(folder, tmp_path):
    folder.put("train_00001_aligned.jpg", "test_0001_aligned.jpg", "test_0002_aligned.jpg")
    table = folder.table("train_00001.jpg 5\ntest_0001.jpg 1\ntest_0002.jpg 2\n", "list.txt")
    fer_vqa(tmp_path / "out", folder.images, preset="rafdb", table=table, pixels=True)
    told = {row["image_path"]: row for row in rows(tmp_path / "out")}
    found = {}
    for split in ("test", "train"):
        file = tmp_path / f"out/data/{split}-00000-of-00001.parquet"
        for row in pq.read_table(file).to_pylist():
            ((image),) = row.pop("images")
            assert image == {"bytes": folder.made[image["path"]], "path": row["image_path"]}
            assert row == told[row["image_path"]]
            found[row["image_path"]] = split
    assert found == {
        "train_00001_aligned.jpg": "train",
        "test_0001_aligned.jpg": "test",
        "test_0002_aligned.jpg": "test",
    }
    listed = dict(line.split("  ")[::-1] for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines())
    for name, digest in listed.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert set(listed) == {
        *(f"data/{split}-00000-of-00001.parquet" for split in ("test", "train")),
        "test.json",
        "train.json",
    }
    checked = check(tmp_path / "out")
    assert (checked.problems, checked.pictures) == (0, 3)


@pytest.mark.parametrize("style", ["ferbench", "unifer-rlvr"])
def test_rows_without_pictures_pass_the_check(folder, tmp_path, style):
    folder.put("happy/a.png", "sad/b.png")
    fer_vqa(tmp_path / "out", folder.images, preset="sfew", style=style)
    checked = check(tmp_path / "out")
    assert (checked.problems, sum(checked.rows.values())) == (0, 2)


def test_folders_of_splits_hold_those_of_the_labels(folder, tmp_path):
    folder.put("Train/1/a.jpg", "Train/2/b.jpg", "Val/1/c.jpg")
    summary = fer_vqa(tmp_path / "all", folder.images, preset="rafdb")
    assert summary.rows == {"Train": 2, "Val": 1}
    assert json.loads((tmp_path / "all/Val.json").read_text())[0]["image_path"] == "Val/1/c.jpg"
    summary = fer_vqa(tmp_path / "one", folder.images, preset="custom", split="Train")
    assert (summary.rows, summary.labels) == ({"Train": 2}, {"1": 1, "2": 1})


def test_words_of_ones_own_set_are_told_apart():
    own = custom(["happy", "happiness", "2.0"])
    assert [own.label(word) for word in ("Happiness", "happy", "2")] == ["happiness", "happy", "2.0"]
    with pytest.raises(NotationError):
        custom(["sadness", "calm"]).label("sad")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of a process of its own")
def test_memory_does_not_grow_with_the_table(folder, tmp_path):
    """The names of the longer table would take 12 MB in a dictionary."""
    code = (
        "import sys; from pathlib import Path; from meu_data.fer_vqa import fer_vqa\n"
        "summary = fer_vqa(Path(sys.argv[1]), Path(sys.argv[2]), preset='rafdb', table=Path(sys.argv[3]))\n"
        "print(summary.problems, Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    folder.put("a.png")
    peaks = []
    for count in (2_000, 40_000):
        names = "".join(f"{number:0200}.png,1\n" for number in range(count))
        table = folder.table(f"image,label\na.png,1\n{names}")
        words = [sys.executable, "-c", code, str(tmp_path / str(count)), str(folder.images), str(table)]
        problems, peak = map(int, subprocess.run(words, check=True, capture_output=True, text=True).stdout.split())
        assert problems == count
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 6_000  # KB


def test_datasets_decodes_the_pixels(folder, tmp_path):
    datasets = pytest.importorskip("datasets")
    folder.put("Happy/a.png", "Sad/b.png")
    fer_vqa(tmp_path / "out", folder.images, preset="sfew", style="unifer-rlvr", pixels=True)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"]["solution"] == ["<answer>happy</answer>", "<answer>sad</answer>"]
    assert loaded["train"][0]["images"][0].size == (5, 6)


def test_the_same_set_gives_the_same_bytes_in_other_processes(folder, tmp_path):
    folder.put(*(f"{label}/{index}.png" for label in ("Happy", "Sad", "Fear") for index in range(3)))
    code = (
        "import sys; from pathlib import Path; from meu_data.fer_vqa import fer_vqa; out = Path(sys.argv[2]); "
        "fer_vqa(out / 'set', Path(sys.argv[1]), preset='sfew', pixels=True)"
    )
    found = []
    for seed in ("0", "77"):
        out = tmp_path / seed
        out.mkdir()
        words = [sys.executable, "-c", code, str(folder.images), str(out)]
        subprocess.run(words, check=True, env={"PYTHONHASHSEED": seed}, capture_output=True)
        found.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert len(found[0]) == 4  # rows, pictures, card and sums
    assert found[0] == found[1]
