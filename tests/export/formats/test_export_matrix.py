"""Which style goes with which consumer; the documentation; and what holds for every pair of them."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.compatibility import check_pair, matrix, why_not
from meu_data.export.files.parquet import parquet_folder
from meu_data.export.files.tar import tar_folder
from meu_data.export.formats import formats
from meu_data.export.styles import STYLES
from tests import ROOT
from tests.export.faces import fill_for
from tests.export.pairs import PAIRS, TAKES


def test_the_matrix_is_the_one_of_this_file():
    assert {
        consumer: {style for style in STYLES if not why_not(STYLES[style], consumer)} for consumer in formats()
    } == {consumer: set(styles) for consumer, styles in TAKES.items()}


def test_the_documentation_has_the_matrix_of_the_program_and_every_style_and_format():
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    assert matrix() in text
    for name in (*STYLES, *formats()):
        assert re.search(rf"^### .*`{re.escape(name)}`", text, re.MULTILINE), name


SECTION = re.compile(r"^### (For )?`([^`]+)`\n(.*?)```json\n(.*?)```", re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_documentation_have_the_columns_of_the_program(corpus, tmp_path):
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    source = {name: fill_for(corpus, name, {"train": 1}) if name == "preference" else "drafts" for name in STYLES}
    seen = []
    for consumer, name, words, example in SECTION.findall(text):
        style = re.search(r"Example of `([^`]+)`", words.replace("\n", " "))[1] if consumer else name
        out = tmp_path / f"{name}-{len(seen)}"
        export(corpus.workspace, out, style=style, format=name if consumer else "hf", source=source[style])
        row = first_row(out)
        shown = json.loads(example)
        assert set(shown) <= set(row), name
        # What is left out are the columns that the head of the page lists, and a style's own in a consumer.
        listed = re.search(r"shown below: (.*?)\n\n", text, re.DOTALL)[1]
        left_out = set(re.findall(r"`(\w+)`", listed))
        assert set(row) - set(shown) <= left_out | ({"motion", "task"} if consumer else set()), name
        seen.append(name)
    assert sorted(seen) == sorted([*STYLES, *formats()])


def first_row(out):
    file = min(path for path in (out / "data").rglob("*") if path.is_file())
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()[0]
    if file.suffix == ".tar":
        with tarfile.open(file) as tar:
            return json.load(tar.extractfile(next(name for name in tar.getnames() if name.endswith(".json"))))
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))[0]
    return json.loads(file.read_text(encoding="utf-8").splitlines()[0])


IMPOSSIBLE = [(style, consumer) for consumer in formats() for style in STYLES if style not in TAKES[consumer]]


@pytest.mark.parametrize(
    ("style", "consumer"), IMPOSSIBLE, ids=[f"{style} for {consumer}" for style, consumer in IMPOSSIBLE]
)
def test_an_impossible_pair_is_refused_with_its_reason_and_one_that_goes(corpus, tmp_path, style, consumer):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError) as caught:
        export(corpus.workspace, tmp_path / "out", style=style, format=consumer, source="drafts")
    said = str(caught.value)
    assert said.startswith(f"--style {style} cannot be exported --for {consumer}: ")
    assert "\n" not in said
    assert re.search(r"take --style ([a-z-]+)", said)[1] in TAKES[consumer]
    assert not (tmp_path / "out").exists()


def test_tar_shards_are_bounded_by_bytes_and_keep_a_row_together(tmp_path):
    with tar_folder(tmp_path) as files:
        files._shard_bytes = 20_000
        for number in range(9):
            files.add("train", [(f"{number}.png", b"x" * 5_000), (f"{number}.json", b"{}")])
        written = files.finish()
    assert [path.name for path in written] == [f"train-{index:05d}-of-00003.tar" for index in range(3)]
    for path in written:
        # A tar ends in two blocks of zeros, and in as many more as fill the next multiple of 10,240 bytes.
        assert path.stat().st_size < 20_000 + 1_024 + 10_240
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


# argv: workspace, out, then pairs `style:consumer`.
EXPORT = """
import sys
from pathlib import Path
from meu_data.export import export
from meu_data.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    for pair in sys.argv[3:]:
        style, _, consumer = pair.partition(":")
        source = "proofread" if style == "preference" else "drafts"
        export(workspace, Path(sys.argv[2]) / pair, style=style, format=consumer, source=source)
"""


def test_every_pair_gives_the_same_bytes_in_other_processes_and_its_sums_match(corpus, tmp_path):
    fill_for(corpus, "preference", {"train": 7, "testA": 4})
    # One of each kind; the others differ in their words alone.
    pairs = [f"{style}:{consumer}" for style, consumer in PAIRS if style not in ("meu", "mer", "meu+mer")]
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


# argv: workspace, out, style, consumer, the largest size of a file.
LIMITED = """
import resource, sys
from pathlib import Path
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]),) * 2)
    try:
        export(workspace, Path(sys.argv[2]), style=sys.argv[3], format=sys.argv[4], source="drafts", overwrite=True)
    except MeuError as error:
        sys.exit(f"error: {error}")
"""


@pytest.mark.parametrize(
    ("style", "consumer", "limit"),
    [
        ("unifer-cot", "webdataset", 100),
        ("unifer-cot", "webdataset", 30_000),
        ("unifer-cot", "qwen-vl", 100),
        ("mellm2", "qwen-vl", 10_000),
        ("unifer-cot", "unifer-json", 7_000),
    ],
)
def test_a_full_disk_is_one_line_and_the_old_export_stays(corpus, tmp_path, style, consumer, limit):
    corpus.fill({"train": 12})
    out = tmp_path / "out"
    export(corpus.workspace, out, style=style, format=consumer, source="drafts")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    words = [sys.executable, "-c", LIMITED, str(corpus.workspace.root), str(out), style, consumer, str(limit)]
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
    images = [row["mmc.png"]] if "mmc.png" in row else row.get("images") or []
    kinds = sorted({type(image).__mro__[-2].__name__ for image in images})
    print(json.dumps([{name: len(part) for name, part in data.items()}, kinds, len(images)]))
"""
PICTURED = {"hf", "trl", "llamafactory", "ms-swift", "verl", "easyr1", "webdataset"}


def test_datasets_loads_every_format_by_its_card(corpus, tmp_path):
    fill_for(corpus, "preference", {"train": 3, "testA": 2})
    rows, folders = {}, {}
    for style, consumer in PAIRS:
        if style in ("actfer", "preference", TAKES[consumer][0]):
            source = "proofread" if style == "preference" else "drafts"
            folders[style, consumer] = tmp_path / f"{style}-{consumer}"
            done = export(corpus.workspace, folders[style, consumer], style=style, format=consumer, source=source)
            rows[style, consumer] = done.rows
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "cache"), *map(str, folders.values())],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")},
    )
    assert done.returncode == 0, done.stderr
    for (style, consumer), line in zip(folders, done.stdout.splitlines(), strict=True):
        counts, kinds, pictures = json.loads(line)
        assert counts == rows[style, consumer], (style, consumer)
        assert kinds == (["Image"] if consumer in PICTURED else []), (style, consumer)
        assert pictures == (0 if consumer not in PICTURED else 7 if style == "actfer" else 1), (style, consumer)


def cells(row):
    return row.get("images", [])


def maps_taken_out(row):
    """The maps that tools show, for `actfer-rl`: in a column, or one for each tool that shows it."""
    shown = {row["map"].pop("bytes")} if "map" in row else set()
    tools = row.get("extra_info", {}).get("tools_kwargs", {}).values()
    return shown | {given["create_kwargs"].pop("map") for given in tools}


TABLES = [pair for pair in PAIRS if pair[1] in ("hf", "trl", "llamafactory", "ms-swift", "verl", "easyr1")]


@pytest.mark.parametrize(("style", "consumer"), TABLES, ids=[f"{style} for {consumer}" for style, consumer in TABLES])
def test_without_pixels_a_picture_is_its_name_and_its_hash(corpus, tmp_path, style, consumer):
    source = fill_for(corpus, style, {"train": 2})
    found = []
    for pixels in (True, False):
        out = tmp_path / str(pixels)
        export(corpus.workspace, out, style=style, format=consumer, source=source, pixels=pixels)
        (table,) = (pq.read_table(path) for path in out.glob("data/**/*.parquet"))
        found.append(table)
    whole, bare = found
    assert bare.schema == whole.schema
    features = [json.loads(table.schema.metadata[b"huggingface"])["info"]["features"] for table in found]
    struct = {"bytes": {"dtype": "binary", "_type": "Value"}, "path": {"dtype": "string", "_type": "Value"}}
    assert ("images" in features[0]) == bool(STYLES[style].pictured)
    if STYLES[style].pictured:
        assert [one["images"] for one in features] == [[{"_type": "Image"}], [struct]]
        hidden = {"map": struct} if "map" in features[0] else {}
        assert features[1] == features[0] | {"images": [struct]} | hidden
    for row, without in zip(whole.to_pylist(), bare.to_pylist(), strict=True):
        assert [cell["path"] for cell in cells(without)] == [cell["path"] for cell in cells(row)]
        assert {cell["bytes"] for cell in cells(without)} <= {None}
        told = without.get("image_sha256", without.get("extra_info", {}).get("image_sha256"))
        hashes = [hashlib.sha256(cell["bytes"]).hexdigest() for cell in cells(row)]
        assert (told.split() if consumer == "easyr1" else told) == hashes
        assert maps_taken_out(without) <= {None}
        assert any(maps_taken_out(row)) == (style == "actfer-rl")
        assert without | {"images": []} == row | {"images": []}


@pytest.mark.parametrize(
    ("style", "consumer"), [("mer", "qwen-vl"), ("megc-vqa", "megc"), ("unifer-cot", "unifer-json")]
)
def test_without_pixels_lines_stay_and_there_is_no_picture_file(corpus, tmp_path, style, consumer):
    corpus.fill({"train": 2})
    texts = []
    for pixels in (True, False):
        out = tmp_path / str(pixels)
        done = export(corpus.workspace, out, style=style, format=consumer, source="drafts", pixels=pixels)
        assert (done.pictures, (out / "images").exists()) == ((2, True) if pixels else (0, False))
        texts.append({path.name: path.read_bytes() for path in (out / "data").iterdir()})
    assert texts[0] == texts[1]


def test_a_webdataset_without_pixels_is_refused_but_one_without_pictures_is_not():
    with pytest.raises(MeuError, match=r"--style mer cannot be exported --for webdataset: .*; take --for hf$"):
        check_pair(STYLES["mer"], "webdataset", pixels=False)
    check_pair(STYLES["mer"], "webdataset")
    check_pair(STYLES["mellm2"], "webdataset", pixels=False)
