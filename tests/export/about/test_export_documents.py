"""What stands beside the rows: card, datasheet, tables, catalogue entry, sums, picture list, licence."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import mlcroissant
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.about.licences import licence_head, picture_warning, synthetic_corpora, terms_of
from meu_data.records import ActionUnit, Source, file_stem
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus
from tests import ROOT
from tests.checking.conftest import tar_members

WARNING = "the pictures show real people's faces from DFME"


def text(out, name):
    return (out / name).read_text(encoding="utf-8")


def head(out):
    return yaml.safe_load(text(out, "README.md").split("---\n")[1])


def table(out, name):
    return list(csv.DictReader(io.StringIO(text(out, f"tables/{name}.csv"))))


@pytest.fixture
def exported(corpus, tmp_path):
    """An export of two splits."""
    corpus.fill({"train": 6, "testA": 3})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    return tmp_path / "out"


def test_the_sums_are_those_of_all_files_but_the_two_that_people_edit(exported):
    listed = dict(line.split("  ")[::-1] for line in text(exported, "SHA256SUMS").splitlines())
    files = {path.relative_to(exported).as_posix(): path for path in exported.rglob("*") if path.is_file()}
    assert set(files) - set(listed) == {"README.md", "DATASHEET.md", "SHA256SUMS"}
    assert listed == {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in listed}
    assert list(listed) == sorted(listed)


def test_the_documentation_lists_every_file_beside_the_rows(exported):
    page = (ROOT / "docs/splits.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.*?)` \|", page.partition("## Files beside the rows")[2], re.MULTILINE)
    files = {path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()}
    assert set(listed) == {name for name in files if not name.startswith("data/")}


def test_the_tables_count_samples_and_not_questions(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 3})
    export(corpus.workspace, tmp_path / "out", source="drafts", style="megc-vqa")
    counted = {
        (row["split"], row["subject"], row["emotion"]): int(row["samples"])
        for row in table(tmp_path / "out", "emotions")
    }
    expected: dict[tuple[str, str, str], int] = {}
    for sample in corpus.samples:
        key = (sample.split, sample.subject, sample.emotion)
        expected[key] = expected.get(key, 0) + 1
    assert counted == expected
    assert {row["corpus"] for row in table(tmp_path / "out", "emotions")} == {"dfme"}


def test_units_are_counted_once_a_sample_and_by_split(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    rows = {(row["au"], row["split"]): row for row in table(tmp_path / "out", "aus")}
    # By threes: happiness 6+12, surprise 1+2 (1 on both sides apart), anger 4.
    expected = {(au, "train"): ("2", "0.3333") for au in ("AU1", "AU2", "AU4", "AU6", "AU12")}
    expected |= {(au, "testA"): ("1", "0.5000") for au in ("AU1", "AU2", "AU6", "AU12")}
    assert {key: (row["samples"], row["share"]) for key, row in rows.items()} == expected
    assert rows["AU6", "train"]["name"] == "cheek raiser"


def test_units_that_come_together_are_set_against_chance(corpus, tmp_path):
    corpus.fill({"train": 6})
    changed = [
        sample.model_copy(update={"aus": tuple(ActionUnit(number=number) for number in numbers)})
        for sample, numbers in zip(
            sorted(corpus.samples, key=lambda one: one.id),
            ((1, 2), (1, 2), (1, 2), (1, 4), (4,), ()),
            strict=True,
        )
    ]
    corpus.workspace.ledger.replace_source(Source(corpus="dfme", split="train", sheet="/s", frames="/f"), changed)
    export(corpus.workspace, tmp_path / "out", source="drafts", style="mer")
    found = {
        (row["au"], row["other"]): (row["samples"], row["expected"], row["lift"])
        for row in table(tmp_path / "out", "au_pairs")
    }
    # 1 is there 4 times of 6, 2 three times: by chance they would meet 4 * 3 / 6 times.
    assert found == {("AU1", "AU2"): ("3", "2.00", "1.50"), ("AU1", "AU4"): ("1", "1.33", "0.75")}


def test_the_card_counts_by_emotion_and_split_and_names_the_units(exported):
    card = text(exported, "README.md")
    assert "9 rows about 9 samples of 6 people: 3 of testA, 6 of train." in card
    for line in ("| emotion | testA | train | all |", "| anger | 1 | 2 | 3 |", "| all | 3 | 6 | 9 |"):
        assert line in card.splitlines()
    assert "| AU4, brow lowerer | 3 | 33.3 % |" in card
    assert "Of 9 samples in the workspace 9 are here." in card


HEADINGS = ("Motivation", "Composition", "Collection process", "Preprocessing, cleaning, labelling", "Uses")
HEADINGS += ("Distribution", "Maintenance")


@pytest.mark.parametrize("options", [{}, {"style": "mer"}, {"style": "mellm2"}, {"pixels": False}])
def test_the_datasheet_has_the_headings_of_its_paper_and_names_its_blanks(corpus, tmp_path, options):
    corpus.fill({"train": 6, "testA": 3})
    export(corpus.workspace, tmp_path / "out", source="drafts", **options)
    sheet = text(tmp_path / "out", "DATASHEET.md")
    assert tuple(re.findall(r"^## (.*)$", sheet, re.MULTILINE)) == HEADINGS
    questions = re.findall(r"^\*\*(.*\?)\*\* (.*)$", sheet, re.MULTILINE)
    blank = {question for question, answer in questions if answer.startswith("**Blank**")}
    assert blank == {
        "Who made it, and who paid for it?",
        "Did the people consent, and was there an ethical review?",
        "What is it used for already?",
        "To whom, and when?",
        "Who maintains it, and how can they be reached?",
        "How does a person whose face is inside have it removed?",
    }
    assert all(answer.strip() for _, answer in questions)
    assert "9 clips of 6 people from DFME" in sheet


def test_a_file_that_somebody_edited_does_not_keep_an_export_from_being_replaced(corpus, exported):
    with open(exported / "DATASHEET.md", "a") as stream:
        stream.write("mine")
    export(corpus.workspace, exported, source="drafts", overwrite=True)
    assert not text(exported, "DATASHEET.md").endswith("mine")


@pytest.mark.parametrize(
    "options", [{}, {"pixels": False}, {"style": "mellm2"}, {"style": "unifer-rlvr", "format": "verl"}]
)
def test_the_library_of_croissant_reads_every_row(corpus, tmp_path, options):
    corpus.fill({"train": 4, "testA": 3})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts", **options)
    described = mlcroissant.Dataset(out / "croissant.json")
    assert not described.metadata.ctx.issues.errors
    # The program knows neither a date nor a version of the set.
    assert {re.search(r"(\w+)\" is recommended", one)[1] for one in described.metadata.ctx.issues.warnings} == {
        "datePublished",
        "version",
    }
    told = list(described.records("rows"))
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    assert len(told) == len(rows) == 7
    by_id = {row.get("id") or row["extra_info"]["id"]: row for row in rows}
    for record in told:
        found = {name.removeprefix("rows/"): value for name, value in record.items()}
        identifier = found.get("id") or found["extra_info"]["rows/extra_info/id"]
        row = by_id.pop(identifier.decode())
        # A struct inside a struct stands beside its parent.
        assert {name for name in found if "/" not in name} == set(row)
        for name, value in found.items():
            if isinstance(value, bytes):
                assert value.decode() == row[name]
        if "claims" in found:
            regions = [claim["rows/claims/region"].decode() for claim in found["claims"]]
            assert regions == [claim["region"] for claim in row["claims"]]
        for picture, cell in zip(found.get("images", []), row.get("images", []), strict=True):
            if cell["bytes"] is None:
                assert picture is None
            else:
                assert picture.tobytes() == Image.open(io.BytesIO(cell["bytes"])).tobytes()
    assert not by_id


@pytest.mark.parametrize(("style", "consumer"), [("mer", "qwen-vl"), ("megc-vqa", "megc"), ("mer", "webdataset")])
def test_other_forms_are_described_file_by_file(corpus, tmp_path, style, consumer):
    corpus.fill({"train": 2, "testA": 2})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts", style=style, format=consumer)
    assert not mlcroissant.Dataset(out / "croissant.json").metadata.ctx.issues.errors
    entries = json.loads(text(out, "croissant.json"))["distribution"]
    files = {entry["contentUrl"]: entry for entry in entries if entry["@type"] == "cr:FileObject"}
    present = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    described = {name for name in present if not name.startswith("images/")}
    assert set(files) == described - {"README.md", "DATASHEET.md", "SHA256SUMS", "croissant.json"}
    for name, entry in files.items():
        assert entry["sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest()
        assert entry["contentSize"] == f"{(out / name).stat().st_size} B"
    assert any(entry["@id"] == "picture-files" for entry in entries) == (consumer != "webdataset")


@pytest.mark.parametrize(
    ("style", "consumer", "texts"),
    [
        ("mer", "qwen-vl", ["id", "image"]),
        ("megc-vqa", "megc", ["id", "dataset", "question", "answer"]),
        ("unifer-cot", "unifer-json", ["image_path", "question", "response"]),
    ],
)
def test_the_library_of_croissant_reads_the_rows_of_every_form(corpus, tmp_path, style, consumer, texts):
    corpus.fill({"train": 2, "testA": 2})
    out = tmp_path / "out"
    summary = export(corpus.workspace, out, source="drafts", style=style, format=consumer)
    described = mlcroissant.Dataset(out / "croissant.json")
    assert not described.metadata.ctx.issues.errors
    told = list(described.records("rows"))
    assert len(told) == sum(summary.rows.values())
    found = {tuple(record[f"rows/{name}"].decode() for name in texts) for record in told}
    if consumer == "unifer-json":
        rows = [row for path in out.glob("data/*.json") for row in json.loads(path.read_text(encoding="utf-8"))]
    else:
        paths = [path for path in out.glob("data/*.jsonl") if "to_answer" not in path.name]
        rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    assert found == {tuple(row[name] for name in texts) for row in rows}
    if consumer == "megc":
        blanks = [record["rows-to-answer/video_id"] for record in described.records("rows-to-answer")]
        assert len(blanks) == summary.rows["testA"]


def test_the_library_of_croissant_reads_rows_and_pictures_out_of_archives(corpus, tmp_path):
    corpus.fill({"train": 2, "testA": 2})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts", style="mer", format="webdataset")
    described = mlcroissant.Dataset(out / "croissant.json")
    assert not described.metadata.ctx.issues.errors
    members = {name: data for path in out.glob("data/*.tar") for name, data in tar_members(path)}
    rows = [(one["rows/file"].decode(), json.loads(one["rows/content"])) for one in described.records("rows")]
    # A key names one row of its shard; the shards of both splits begin anew.
    assert sorted(row["id"] for _, row in rows) == sorted(sample.id for sample in corpus.samples)
    assert {name for name, _ in rows} == {name for name in members if name.endswith(".json")}
    shown = [one["pictures/content"].size for one in described.records("pictures")]
    assert shown == [(48, 40)] * 4


CITED = {"cite_as": "Someone et al., A Set, 2026", "version": "1.2.0", "date_published": "2026-11-26"}


@pytest.mark.parametrize("quoted", [True, False], ids=["a date as text", "a date of TOML"])
def test_what_the_workspace_says_of_the_set_is_in_the_catalogue(corpus, tmp_path, quoted):
    corpus.fill({"train": 2})
    lines = [f"{name} = {json.dumps(value)}" for name, value in CITED.items()]
    text_ = "\n".join(lines)
    root = corpus.workspace.root
    (root / "meu.toml").write_text(text_ if quoted else text_.replace('"2026-11-26"', "2026-11-26"), encoding="utf-8")
    with Workspace.open(root) as workspace:
        export(workspace, tmp_path / "out", source="drafts")
    described = mlcroissant.Dataset(tmp_path / "out/croissant.json").metadata
    assert not described.ctx.issues.warnings
    assert (described.cite_as, described.version) == (CITED["cite_as"], CITED["version"])
    assert described.date_published.date().isoformat() == CITED["date_published"]


@pytest.mark.parametrize("line", ['version = "2"', 'date_published = "soon"'])
def test_a_version_or_date_that_is_none_is_refused_in_one_line(corpus, line):
    (corpus.workspace.root / "meu.toml").write_text(line, encoding="utf-8")
    with pytest.raises(MeuError, match=line.partition(" ")[0]):
        Workspace.open(corpus.workspace.root)


def test_without_pixels_there_are_names_and_hashes_and_what_to_do(corpus, tmp_path):
    corpus.fill({"train": 4, "testA": 2})
    out = tmp_path / "out"
    summary = export(corpus.workspace, out, source="drafts", pixels=False)
    assert summary.warnings == ()
    assert not any(b"\x89PNG" in path.read_bytes() for path in out.rglob("*") if path.is_file())
    told = [json.loads(line) for line in text(out, "pictures.jsonl").splitlines()]
    expected = sorted(corpus.samples, key=lambda sample: sample.id)
    assert [one["name"] for one in told] == [f"{file_stem(sample.id)}.png" for sample in expected]
    for one, sample in zip(told, expected, strict=True):
        assert one["sha256"] == hashlib.sha256(corpus.maps[sample.id]).hexdigest()
        assert (one["onset_frame"], one["apex_frame"]) == (sample.onset_frame, sample.apex_frame)
    rows = [row for path in out.glob("data/*.parquet") for row in pq.read_table(path).to_pylist()]
    assert {row["image_path"] for row in rows} == {one["name"] for one in told}
    assert {picture["bytes"] for row in rows for picture in row["images"]} == {None}
    card = text(out, "README.md")
    assert "`meu-data hydrate EXPORT --frames DIR`" in card
    assert "no pixels" in card
    assert "Do not pass this folder on" not in card
    assert "pictures.jsonl" in text(out, "SHA256SUMS")


def test_a_picture_of_several_rows_is_listed_once(corpus, tmp_path):
    corpus.fill({"train": 3})
    export(corpus.workspace, tmp_path / "out", source="drafts", style="megc-vqa", pixels=False)
    names = [json.loads(line)["name"] for line in text(tmp_path / "out", "pictures.jsonl").splitlines()]
    assert len(names) == len(set(names)) == 3


def test_an_export_with_pixels_warns_and_one_without_any_does_not_speak_of_them(corpus, tmp_path):
    corpus.fill({"train": 3})
    with_pixels = export(corpus.workspace, tmp_path / "pictures", source="drafts")
    assert len(with_pixels.warnings) == 1
    assert with_pixels.warnings[0].startswith(WARNING)
    assert "--no-pixels" in with_pixels.warnings[0]
    words = export(corpus.workspace, tmp_path / "words", source="drafts", style="mellm2")
    assert words.warnings == ()
    paragraph = text(tmp_path / "words", "README.md").partition("## Licence")[2]
    assert "There are no pictures" in paragraph
    assert "faces" not in paragraph
    assert head(tmp_path / "words")["task_categories"] == ["text-generation"]
    assert "signed" not in paragraph
    assert "DFME is handed out on request" in paragraph


def test_the_warning_is_on_stderr_and_in_the_json(corpus, tmp_path):
    corpus.fill({"train": 2})
    command = [sys.executable, "-m", "meu_data", "export", str(tmp_path / "out"), "--source", "drafts", "--json"]
    done = subprocess.run([*command, "-w", str(corpus.workspace.root)], capture_output=True, text=True, check=True)
    (warning,) = json.loads(done.stdout)["warnings"]
    assert warning.startswith(WARNING)
    assert f"warning: {warning}" in done.stderr.splitlines()


def run(corpus, *words):
    command = [sys.executable, "-m", "meu_data", "export", *map(str, words), "-w", str(corpus.workspace.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_options_of_the_command_line_reach_the_export(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 6})
    for sample in corpus.samples:
        corpus.review(sample, verdict="needs_expert" if sample.split == "train" else "fixed")
    out = tmp_path / "out"
    options = ["--verdict", "fixed, needs_expert", "--policy", "majority", "--min-grounding", "0.5", "--no-pixels"]
    options += ["--splits", "subjects:0.5,0.5", "--seed", "1", "--licence", "cc-by-4.0", "--json"]
    done = run(corpus, out, *options)
    summary = json.loads(done.stdout)
    assert (done.returncode, done.stderr.count("warning")) == (0, 0)
    # `majority` sends back what an expert was wanted for, whom nobody asked yet.
    assert summary["samples"] + sum(summary["left_out"].values()) == 12
    assert set(summary["rows"]) <= {"train", "test"}
    assert head(out)["license"] == "cc-by-4.0"
    assert "pictures.jsonl" in summary["files"]
    card = text(out, "README.md")
    assert "(seed 1)" in card
    assert "fixed or needs_expert" in card
    assert "score (text against measured motion) of 0.5" in card


def test_a_leak_is_exit_2_on_the_command_line_unless_allowed(corpus, tmp_path):
    corpus.fill({"train": 3, "testA": 3})
    source = Source(corpus="dfme", split="testA", sheet="/s", frames="/f")
    samples = [one.model_copy(update={"subject": "S0"}) for one in corpus.samples if one.split == "testA"]
    corpus.workspace.ledger.replace_source(source, samples)
    refused = run(corpus, tmp_path / "out", "--source", "drafts")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("meu-data: the splits leak: subjects in several splits: dfme/S0")
    assert not (tmp_path / "out").exists()
    allowed = run(corpus, tmp_path / "out", "--source", "drafts", "--allow-leaks")
    assert allowed.returncode == 0
    assert "warning: the splits leak: " in allowed.stderr


def test_a_synthetic_corpus_is_known_by_its_mark(corpus, tmp_path):
    made = make_corpus(tmp_path / "synthetic", subjects=1, clips=1, size=(320, 240), workers=1)
    source = Source(corpus="dfme", split="train", sheet="s", frames=str(made.frames_dir))
    real = source.model_copy(update={"split": "testA", "frames": str(tmp_path)})
    assert synthetic_corpora([source]) == {"dfme"}
    assert synthetic_corpora([source, real]) == set()
    corpus.fill({"train": 2})
    corpus.workspace.ledger.replace_source(source, corpus.samples)
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert summary.warnings == ()
    paragraph = text(tmp_path / "out", "README.md").partition("## Licence")[2]
    assert "synthetic: made by meu-data from one portrait in the public domain" in paragraph
    assert "real people" not in paragraph
    assert "Nobody was recorded." in text(tmp_path / "out", "DATASHEET.md")


LICENCES = {
    "an identifier": ("cc-by-nc-4.0", {"license": "cc-by-nc-4.0"}),
    "a short one": ("mit", {"license": "mit"}),
    "words": (
        'Research only: "no" passing on',
        {
            "license": "other",
            "license_name": "research-only-no-passing-on",
            "license_details": 'Research only: "no" passing on',
        },
    ),
    "words of another script": (
        "仅供研究",
        {"license": "other", "license_name": "custom", "license_details": "仅供研究"},
    ),
    "several lines": ("a\nb: c\n---", {"license": "other", "license_name": "a-b-c", "license_details": "a\nb: c\n---"}),
    "what YAML would take for false": ("no", {"license": "other", "license_name": "no", "license_details": "no"}),
}


@pytest.mark.parametrize(("licence", "expected"), LICENCES.values(), ids=LICENCES)
@pytest.mark.parametrize("said_in", ["the option", "meu.toml"])
def test_the_licence_stands_in_the_head_and_in_the_catalogue_entry(corpus, tmp_path, licence, expected, said_in):
    corpus.fill({"train": 1})
    root, out = corpus.workspace.root, tmp_path / "out"
    if said_in == "meu.toml":
        # A JSON string is a TOML string.
        (root / "meu.toml").write_text(f"licence = {json.dumps(licence)}\n", encoding="utf-8")
        assert tomllib.loads((root / "meu.toml").read_text(encoding="utf-8"))["licence"] == licence
    with Workspace.open(root) as workspace:
        export(workspace, out, source="drafts", licence=licence if said_in == "the option" else None)
    found = head(out)
    assert {name: str(found[name]) for name in found if name.startswith("license")} == expected
    assert found["configs"][0]["data_files"] == [{"split": "train", "path": "data/train-*.parquet"}]
    assert json.loads(text(out, "croissant.json"))["license"] == licence
    assert "placeholder" not in text(out, "README.md")


def test_without_a_licence_there_is_a_placeholder_that_can_be_seen(exported):
    assert head(exported)["license"] == "other"
    assert head(exported)["license_name"] == "not-chosen-yet"
    assert "to be filled in by whoever holds the licences" in head(exported)["license_details"]
    assert "is a placeholder" in text(exported, "README.md")


def test_a_corpus_that_nobody_told_us_of_counts_as_licensed():
    assert picture_warning(["mine"], []).startswith("the pictures show real people's faces from mine;")
    assert terms_of("mine").terms == "under terms that meu-data does not know"
    assert picture_warning(["mine"], ["mine"]) is None
    assert "\n" not in licence_head(None).splitlines()[0]


def test_no_folder_of_this_machine_and_no_time_is_in_anything_beside(exported, corpus):
    for path in exported.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            found = path.read_text(encoding="utf-8")
            for word in (str(corpus.workspace.root), str(Path.home()), "/somewhere", "tmp_path"):
                assert word not in found, path
