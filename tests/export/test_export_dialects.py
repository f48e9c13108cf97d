"""The contract of each consumer, written down from its source; the rows are read back as it would read them."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data import rewards
from meu_data.emotions import CLASS_SETS
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.compatibility import matrix, why_not
from meu_data.export.dialects import DIALECTS
from meu_data.export.parquet import parquet_folder
from meu_data.export.styles import STYLES
from meu_data.export.tar import tar_folder

ANSWERS = ("unifer-cot", "meu", "mer", "meu+mer", "mellm2", "megc-vqa")
ALL = (*ANSWERS, "unifer-rlvr")
# By dialect: the styles it takes.
TAKES = {
    "hf": ALL,
    "trl": ALL,
    "llamafactory": ANSWERS,
    "ms-swift": ALL,
    "verl": ("unifer-rlvr",),
    "easyr1": ("unifer-rlvr",),
    "qwen-vl": ANSWERS,
    "megc": ("megc-vqa",),
    "unifer-json": ("unifer-cot", "unifer-rlvr"),
    "webdataset": ALL,
}
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
PAIRS = [(style, dialect) for dialect in TAKES for style in TAKES[dialect]]


def read(corpus, out, style, dialect):
    """Exports two splits and reads the Parquet files back: (schema, rows)."""
    corpus.fill({"train": 3, "testA": 2})
    export(corpus.workspace, out, style=style, dialect=dialect, source="drafts")
    files = sorted(out.glob("data/**/*.parquet"))
    return pq.read_schema(files[0]), [row for file in files for row in pq.read_table(file).to_pylist()]


def pictures(row):
    """The decoded pictures of a row; none where it has no such column."""
    return [Image.open(io.BytesIO(cell["bytes"])) for cell in row.get("images", [])]


def test_the_matrix_is_the_one_of_this_file():
    assert {dialect: {style for style in STYLES if not why_not(STYLES[style], dialect)} for dialect in DIALECTS} == {
        dialect: set(styles) for dialect, styles in TAKES.items()
    }


def test_the_documentation_has_the_matrix_of_the_program_and_every_style_and_dialect():
    text = (Path(__file__).parents[2] / "docs/exports.md").read_text(encoding="utf-8")
    assert matrix() in text
    for name in (*STYLES, *DIALECTS):
        assert re.search(rf"^### .*`{re.escape(name)}`", text, re.MULTILINE), name


SECTION = re.compile(r"^### (For )?`([^`]+)`\n(.*?)```json\n(.*?)```", re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_documentation_have_the_columns_of_the_program(corpus, tmp_path):
    text = (Path(__file__).parents[2] / "docs/exports.md").read_text(encoding="utf-8")
    corpus.fill({"train": 1})
    seen = []
    for dialect, name, words, example in SECTION.findall(text):
        style = re.search(r"Example of `([^`]+)`", words.replace("\n", " "))[1] if dialect else name
        out = tmp_path / f"{name}-{len(seen)}"
        export(corpus.workspace, out, style=style, dialect=name if dialect else "hf", source="drafts")
        row = first_row(out)
        shown = json.loads(example)
        assert set(shown) <= set(row), name
        # What is left out are the columns that the head of the page lists, and a style's own in a dialect.
        left_out = set(re.findall(r"`(\w+)`", text.partition("## Styles")[0].rpartition("shown below:")[2]))
        assert set(row) - set(shown) <= left_out | ({"motion", "task"} if dialect else set()), name
        seen.append(name)
    assert sorted(seen) == sorted([*STYLES, *DIALECTS])


def first_row(out):
    file = min(path for path in (out / "data").rglob("*") if path.is_file())
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()[0]
    if file.suffix == ".tar":
        with tarfile.open(file) as tar:
            return json.load(tar.extractfile(next(name for name in tar.getnames() if name.endswith(".json"))))
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))[0]
    return json_lines(file)[0]


IMPOSSIBLE = [(style, dialect) for dialect in DIALECTS for style in STYLES if style not in TAKES[dialect]]


@pytest.mark.parametrize(("style", "dialect"), IMPOSSIBLE, ids="-".join)
def test_an_impossible_pair_is_refused_with_its_reason_and_one_that_goes(corpus, tmp_path, style, dialect):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError) as caught:
        export(corpus.workspace, tmp_path / "out", style=style, dialect=dialect, source="drafts")
    said = str(caught.value)
    assert said.startswith(f"--style {style} cannot be exported --for {dialect}: ")
    assert "\n" not in said
    assert re.search(r"take --style ([a-z-]+)", said)[1] in TAKES[dialect]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("style", ANSWERS)
def test_trl_sft_has_a_prompt_and_a_completion_and_no_placeholder(corpus, tmp_path, style):
    schema, rows = read(corpus, tmp_path / "out", style, "trl")
    assert (schema.field("prompt").type, schema.field("completion").type) == (MESSAGES, MESSAGES)
    # `messages` would be trained on from the first token of the question.
    assert "messages" not in schema.names
    # trl/trainer/sft_trainer.py takes a set with a column of pictures for one of vision.
    assert ("images" in schema.names) == (style != "mellm2")
    for row in rows:
        assert [turn["role"] for turn in row["prompt"] + row["completion"]] == ["user", "assistant"]
        assert "<image>" not in json.dumps([row["prompt"], row["completion"]])
        assert len(pictures(row)) == (style != "mellm2")


def test_trl_grpo_has_the_prompt_and_what_rewards_look_at(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "trl")
    assert schema.field("prompt").type == MESSAGES
    assert schema.field("images").type == IMAGES
    assert not {"completion", "completions", "messages"} & set(schema.names)
    for row in rows:
        assert [turn["role"] for turn in row["prompt"]] == ["user"]
        assert "<image>" not in row["prompt"][0]["content"]
        assert row["solution"] == f"<answer>{row['answer']}</answer>"
        assert row["aus"]
        assert row["motion"][0]["region"] == "left_mouth_corner"
        assert len(pictures(row)) == 1


@pytest.mark.parametrize("style", ANSWERS)
def test_llamafactory_finds_each_split_by_dataset_info_and_counts_its_tags(corpus, tmp_path, style):
    out = tmp_path / "out"
    schema, _ = read(corpus, out, style, "llamafactory")
    info = json.loads((out / "dataset_info.json").read_text(encoding="utf-8"))
    assert set(info) == {"meu_train", "meu_testA"}
    for name, entry in info.items():
        assert entry["formatting"] == "sharegpt"
        columns, tags = entry["columns"], entry["tags"]
        assert set(columns.values()) <= set(schema.names)
        # loader.py takes every file of a folder, and all must be of one kind.
        files = list((out / entry["file_name"]).iterdir())
        assert {file.suffix for file in files} == {".parquet"}
        rows = [row for file in files for row in pq.read_table(file).to_pylist()]
        assert {f"meu_{row['split']}" for row in rows} == {name}
        for row in rows:
            turns = row[columns["messages"]]
            # converter.py: turns alternate, the user's first; contents are text.
            assert [turn[tags["role_tag"]] for turn in turns] == [tags["user_tag"], tags["assistant_tag"]]
            contents = [turn[tags["content_tag"]] for turn in turns]
            images = row[columns["images"]] if "images" in columns else []
            # mm_plugin.py: otherwise a ValueError.
            assert [content.count("<image>") for content in contents] == [len(images), 0]
            assert contents[1]


@pytest.mark.parametrize("style", ALL)
def test_ms_swift_reads_messages_and_for_grpo_the_solution(corpus, tmp_path, style):
    schema, rows = read(corpus, tmp_path / "out", style, "ms-swift")
    assert schema.field("messages").type == MESSAGES
    # Its preprocessor would take a column `prompt` for the text of the question.
    assert not {"prompt", "query", "response", "completion"} & set(schema.names)
    for row in rows:
        roles = [turn["role"] for turn in row["messages"]]
        assert roles == (["user"] if style == "unifer-rlvr" else ["user", "assistant"])
        assert row["messages"][0]["content"].count("<image>") == len(pictures(row))
        if style == "unifer-rlvr":
            assert row["solution"] == f"<answer>{row['emotion']}</answer>"


def test_verl_has_its_columns_and_counts_its_tags(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "verl")
    assert schema.names == ["data_source", "prompt", "images", "ability", "reward_model", "extra_info"]
    assert (schema.field("prompt").type, schema.field("images").type) == (MESSAGES, IMAGES)
    for name in ("data_source", "ability"):
        assert schema.field(name).type == pa.string()
    assert schema.field("reward_model").type == pa.struct([("style", pa.string()), ("ground_truth", pa.string())])
    extra = schema.field("extra_info").type
    assert extra.field("index").type == pa.int64()
    assert {"split", "aus", "motion", "claims", "id", "solution"} <= {extra.field(i).name for i in range(len(extra))}
    numbers = {}
    for row in rows:
        # rl_dataset.py, _build_messages: one picture for each tag, none left over.
        (turn,) = row["prompt"]
        segments = [part for part in re.split("(<image>|<video>|<audio>)", turn["content"]) if part]
        assert segments.count("<image>") == len(pictures(row)) == 1
        assert row["reward_model"] == {"style": "rule", "ground_truth": row["extra_info"]["emotion"]}
        assert row["reward_model"]["ground_truth"] in CLASS_SETS["dfme"]
        numbers.setdefault(row["extra_info"]["split"], []).append(row["extra_info"]["index"])
    assert numbers == {"testA": [0, 1], "train": [0, 1, 2]}


def test_easyr1_splits_the_problem_at_its_pictures_and_can_batch_the_rest(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "easyr1")
    assert schema.field("images").type == IMAGES
    assert {field.type for field in schema if field.name != "images"} == {pa.string()}
    for row in rows:
        # verl/utils/dataset.py, _build_messages: a picture before each part but the first.
        assert len(row["problem"].split("<image>")) - 1 == len(pictures(row)) == 1
        assert row["answer"] in CLASS_SETS["dfme"]
    # Its collate_fn makes an array of objects of every further column; batches are joined later.
    for name in set(schema.names) - {"images", "problem", "answer"}:
        assert np.array([row[name] for row in rows], dtype=object).shape == (len(rows),)


def json_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("style", ANSWERS)
def test_qwen_vl_uses_every_picture_and_finds_it(corpus, tmp_path, style):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 2})
    summary = export(corpus.workspace, out, style=style, dialect="qwen-vl", source="drafts")
    for split, count in summary.rows.items():
        lines = json_lines(out / f"data/{split}.jsonl")
        assert len(lines) == len({line["id"] for line in lines}) == count
        for line in lines:
            images = line.get("image") or []
            pool = [images] if isinstance(images, str) else list(images)
            assert [turn["from"] for turn in line["conversations"]] == ["human", "gpt"]
            # data_processor.py, _build_messages: too many tags raise, unused pictures raise.
            for segment in re.split(r"(<image>|<video>)", line["conversations"][0]["value"]):
                if segment == "<image>":
                    Image.open(out / pool.pop(0)).load()
            assert pool == []
            assert "<image>" not in line["conversations"][1]["value"]
    assert summary.pictures == (0 if style == "mellm2" else 5)


def test_megc_has_the_keys_of_the_challenge_and_a_blank_file_for_the_test(corpus, tmp_path):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 2})
    corpus.fill({"train": 1}, corpus="casme2")
    summary = export(corpus.workspace, out, style="megc-vqa", dialect="megc", source="drafts")
    assert sorted(path.name for path in (out / "data").iterdir()) == [
        "me_vqa_casme2_train.jsonl",
        "me_vqa_dfme_testA.jsonl",
        "me_vqa_dfme_testA_to_answer.jsonl",
        "me_vqa_dfme_train.jsonl",
    ]
    ids = []
    for name in ("casme2_train", "dfme_testA", "dfme_train"):
        for line in json_lines(out / f"data/me_vqa_{name}.jsonl"):
            assert list(line) == ["id", "dataset", "image_id", "subject", "filename", "question", "answer"]
            assert {type(value) for value in line.values()} == {str}
            assert re.fullmatch(rf"{line['dataset']}_{re.escape(line['image_id'])}_\d+", line["id"])
            assert (out / f"images/{line['image_id']}.png").is_file()
            ids.append(line["id"])
    assert len(ids) == len(set(ids)) == sum(summary.rows.values())
    blank, key = (json_lines(out / f"data/me_vqa_dfme_testA{part}.jsonl") for part in ("_to_answer", ""))
    assert [line["question"] for line in blank] == [line["question"] for line in key]
    assert len(blank) == 5 * 2
    for line in blank:
        assert list(line) == ["video_id", "video", "question", "answer"]
        assert line["answer"] == ""
        assert re.fullmatch(rf"dfme_testA_{re.escape(line['video'])}_[1-5]", line["video_id"])


@pytest.mark.parametrize(
    ("style", "names"), [("unifer-cot", ["question", "response"]), ("unifer-rlvr", ["problem", "solution"])]
)
def test_unifer_json_is_one_list_with_unifers_three_fields(corpus, tmp_path, style, names):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 1})
    export(corpus.workspace, out, style=style, dialect="unifer-json", source="drafts")
    for split, count in {"train": 3, "testA": 1}.items():
        items = json.loads((out / f"data/{split}.json").read_text(encoding="utf-8"))
        assert len(items) == count
        for item in items:
            assert list(item) == ["image_path", *names]
            Image.open(out / item["image_path"]).load()
            assert "<image>" not in item[names[0]]
            assert re.fullmatch(r"(<think>.*?</think>\s*)?<answer>.*?</answer>", item[names[1]], re.DOTALL)


@pytest.mark.parametrize("style", ["unifer-cot", "mellm2", "megc-vqa"])
def test_a_webdataset_holds_a_row_under_each_key(corpus, tmp_path, style):
    out = tmp_path / "out"
    corpus.fill({"train": 3})
    summary = export(corpus.workspace, out, style=style, dialect="webdataset", source="drafts")
    with tarfile.open(out / "data/train-00000-of-00001.tar") as tar:
        members = tar.getmembers()
        rows = {}
        for member in members:
            key, _, ending = member.name.partition(".")
            rows.setdefault(key, {})[ending] = tar.extractfile(member).read()
    assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
    assert list(rows) == [f"s{number:08d}" for number in range(summary.rows["train"])]
    for row in rows.values():
        said = json.loads(row.pop("json"))
        assert list(row) == ([] if style == "mellm2" else ["mmc.png"])
        sample = re.sub(r"/q\d\d$", "", said["id"])
        assert all(png == corpus.maps[sample] for png in row.values())


def test_tar_shards_are_bounded_by_bytes_and_keep_a_row_together(tmp_path):
    with tar_folder(tmp_path) as files:
        files._shard_bytes = 20_000
        for number in range(9):
            files.add("train", [(f"{number}.png", b"x" * 5_000), (f"{number}.json", b"{}")])
        written = files.finish()
    assert [path.name for path in written] == [f"train-{index:05d}-of-00005.tar" for index in range(5)]
    for path in written:
        # A tar ends in blocks of zeros up to the next multiple of 10,240 bytes.
        assert path.stat().st_size <= 20_000 + 10_240
        with tarfile.open(path) as tar:
            keys = [name.partition(".")[0] for name in tar.getnames()]
        assert all(keys.count(key) == 2 for key in keys)


def test_a_split_may_have_a_folder_of_its_own(tmp_path):
    schema = pa.schema([("id", pa.string())])
    with parquet_folder(tmp_path, schema, by_split=True) as files:
        for split in ("train", "testA"):
            files.add(split, {"id": split})
        written = files.finish()
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "testA/testA-00000-of-00001.parquet",
        "train/train-00000-of-00001.parquet",
    ]


# argv: workspace, out, then pairs `style:dialect`.
EXPORT = """
import sys
from pathlib import Path
from meu_data.export import export
from meu_data.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    for pair in sys.argv[3:]:
        style, _, dialect = pair.partition(":")
        export(workspace, Path(sys.argv[2]) / pair, style=style, dialect=dialect, source="drafts")
"""


def test_every_pair_gives_the_same_bytes_in_other_processes_and_its_sums_match(corpus, tmp_path):
    corpus.fill({"train": 7, "testA": 4})
    pairs = [f"{style}:{dialect}" for style, dialect in PAIRS]
    found = []
    for seed in ("0", "4242"):
        command = [sys.executable, "-c", EXPORT, str(corpus.workspace.root), str(tmp_path / seed), *pairs]
        environment = {"PYTHONHASHSEED": seed, "TZ": f"UTC+{len(seed)}", "LC_ALL": "C"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        files = {path.relative_to(tmp_path / seed): path for path in (tmp_path / seed).rglob("*") if path.is_file()}
        found.append({name: path.read_bytes() for name, path in files.items()})
    assert found[0] == found[1]
    assert {name.parts[0] for name in found[0]} == set(pairs)
    for pair in pairs:
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], check=True, cwd=tmp_path / "0" / pair)
    assert str(tmp_path).encode() not in b"".join(found[0].values())


# argv: workspace, out, style, dialect, the largest size of a file.
LIMITED = """
import resource, sys
from pathlib import Path
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]),) * 2)
    try:
        export(workspace, Path(sys.argv[2]), style=sys.argv[3], dialect=sys.argv[4], source="drafts", overwrite=True)
    except MeuError as error:
        sys.exit(f"error: {error}")
"""


@pytest.mark.parametrize(
    ("style", "dialect", "limit"),
    [
        ("unifer-cot", "webdataset", 100),
        ("unifer-cot", "webdataset", 30_000),
        ("unifer-cot", "qwen-vl", 100),
        ("mellm2", "qwen-vl", 10_000),
        ("unifer-cot", "unifer-json", 7_000),
    ],
)
def test_a_full_disk_is_one_line_and_the_old_export_stays(corpus, tmp_path, style, dialect, limit):
    corpus.fill({"train": 12})
    out = tmp_path / "out"
    export(corpus.workspace, out, style=style, dialect=dialect, source="drafts")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    words = [sys.executable, "-c", LIMITED, str(corpus.workspace.root), str(out), style, dialect, str(limit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    expected = f"error: {out}: the file may not grow that large here; make room and run the command again"
    assert (done.returncode, done.stderr.splitlines()) == (1, [expected])
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


# argv: cache, then folders; prints what load_dataset makes of each.
LOAD = """
import json, sys
import datasets
for folder in sys.argv[2:]:
    data = datasets.load_dataset(folder, cache_dir=sys.argv[1])
    row = data["train"][0]
    image = row.get("mmc.png") or (row.get("images") or [None])[0]
    print(json.dumps([{name: len(part) for name, part in data.items()}, type(image).__mro__[-2].__name__]))
"""
PICTURED = {"hf", "trl", "llamafactory", "ms-swift", "verl", "easyr1", "webdataset"}


def test_datasets_loads_every_dialect_by_its_card(corpus, tmp_path):
    corpus.fill({"train": 3, "testA": 2})
    rows = {}
    for dialect, styles in TAKES.items():
        style = styles[-1]
        rows[dialect] = export(corpus.workspace, tmp_path / dialect, style=style, dialect=dialect, source="drafts").rows
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "cache"), *(str(tmp_path / name) for name in TAKES)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")},
    )
    assert done.returncode == 0, done.stderr
    for dialect, line in zip(TAKES, done.stdout.splitlines(), strict=True):
        counts, image = json.loads(line)
        assert counts == rows[dialect], dialect
        assert (image == "Image") == (dialect in PICTURED), dialect


def test_our_rewards_read_the_columns_of_a_grpo_export(corpus, tmp_path):
    corpus.fill({"train": 3})
    export(corpus.workspace, tmp_path / "cot", source="drafts")
    export(corpus.workspace, tmp_path / "rl", source="drafts", style="unifer-rlvr", dialect="trl")
    cot, rows = (pq.read_table(next(tmp_path.glob(f"{name}/data/*.parquet"))).to_pylist() for name in ("cot", "rl"))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    for texts, right in (([row["response"] for row in cot], 1.0), (["The answer is joy."] * 3, 0.0)):
        completions = [[{"role": "assistant", "content": text}] for text in texts]
        assert rewards.accuracy(completions, **columns) == [right] * 3
        assert rewards.format(completions, **columns) == [right] * 3
        # Nothing claimed is the worst there is.
        assert rewards.grounded(completions, **columns) == [1.0 if right else -1.0] * 3
