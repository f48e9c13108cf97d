"""The files of an export: layout, Parquet settings, checksums, card, determinism."""

import io
import json
import re
import subprocess
import sys
from typing import get_args

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data import choices
from meu_data.export import export
from meu_data.export.files.parquet import parquet_folder
from meu_data.export.formats import formats
from meu_data.export.styles import STYLES

EXPORT = """
import sys
from pathlib import Path
from meu_data import choices
from meu_data.export import export
from meu_data.export.formats import formats
from meu_data.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    print(export(workspace, Path(sys.argv[2]), source="drafts").model_dump_json())
"""


def test_the_command_line_offers_the_styles_and_formats_there_are():
    assert set(STYLES) == set(get_args(choices.StyleName))
    assert all(name == each.name for name, each in formats().items())


def shards(out):
    return {path.name: pq.ParquetFile(path) for path in sorted((out / "data").iterdir())}


def test_one_file_a_split_sorted_by_id_with_every_row_once(corpus, tmp_path):
    corpus.fill({"train": 9, "testA": 4, "testB": 1})
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    files = shards(tmp_path / "out")
    assert [f"data/{name}" for name in files] == [
        "data/testA-00000-of-00001.parquet",
        "data/testB-00000-of-00001.parquet",
        "data/train-00000-of-00001.parquet",
    ]
    assert [name for name in summary.files if name.startswith("data/")] == [f"data/{name}" for name in files]
    assert summary.rows == {"testA": 4, "testB": 1, "train": 9}
    seen = []
    for name, file in files.items():
        rows = file.read(["id", "split"]).to_pylist()
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
        assert {row["split"] for row in rows} == {name.partition("-")[0]}
        seen += [row["id"] for row in rows]
    assert sorted(seen) == sorted(sample.id for sample in corpus.samples)


@pytest.mark.parametrize("texts", ["", "brow ", "x" * 300_000], ids=["empty", "short", "longer than a batch together"])
@pytest.mark.parametrize("pictures", [b"", b"p" * 90_000], ids=["no picture", "pictures"])
def test_every_row_comes_back_whether_pictures_or_texts_fill_the_memory(tmp_path, texts, pictures):
    schema = pa.schema([("text", pa.string()), ("picture", pa.binary()), ("number", pa.int32())])
    rows = [{"text": texts and f"{index} {texts}", "picture": pictures, "number": index} for index in range(60)]
    with parquet_folder(tmp_path, schema) as files:
        for row in rows:
            files.add(f"split{row['number'] % 3}", row)
        written = files.finish()
    assert [path.name for path in written] == [f"split{index}-00000-of-00001.parquet" for index in range(3)]
    assert [pq.read_table(path).to_pylist() for path in written] == [rows[index::3] for index in range(3)]


def test_pictures_are_stored_plain_and_texts_compressed(corpus, tmp_path):
    corpus.fill({"train": 30})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    (file,) = shards(tmp_path / "out").values()
    group = file.metadata.row_group(0)
    columns = {group.column(index).path_in_schema: group.column(index) for index in range(group.num_columns)}
    pixels = columns.pop("images.list.element.bytes")
    assert pixels.compression == "UNCOMPRESSED"
    assert "PLAIN" in pixels.encodings
    assert not {"RLE_DICTIONARY", "PLAIN_DICTIONARY"} & set(pixels.encodings)
    for column in columns.values():
        assert column.compression == "ZSTD"
        assert column.has_offset_index
    assert "RLE_DICTIONARY" in columns["question"].encodings
    assert columns["id"].has_column_index


def test_the_footer_names_every_column_in_the_form_that_old_and_new_datasets_read(corpus, tmp_path):
    corpus.fill({"train": 1})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    (file,) = shards(tmp_path / "out").values()
    features = json.loads(file.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    text = {"dtype": "string", "_type": "Value"}
    assert list(features) == file.schema_arrow.names
    assert features["images"] == [{"_type": "Image"}]
    assert features["response"] == text
    assert features["aus"] == [text]
    assert features["claims"] == [dict.fromkeys(("region", "colour", "direction", "intensity", "au"), text)]
    assert features["provenance"]["edit_distance"] == {"dtype": "float64", "_type": "Value"}
    assert '"List"' not in json.dumps(features)


def test_row_groups_and_shards_are_bounded_by_bytes(tmp_path):
    schema = pa.schema([("id", pa.string()), ("picture", pa.binary())])
    rows = [{"id": f"{index:03d}", "picture": bytes([index]) * 10_000} for index in range(100)]
    with parquet_folder(tmp_path, schema) as files:
        files._group_bytes, files._shard_bytes = 60_000, 200_000
        for row in rows:
            files.add("train", row)
        written = files.finish()
    assert sorted(tmp_path.iterdir()) == written
    assert [path.name for path in written] == [
        f"train-{i:05d}-of-{len(written):05d}.parquet" for i in range(len(written))
    ]
    assert len(written) == 6
    for path in written:
        assert path.stat().st_size <= 205_000
        metadata = pq.ParquetFile(path).metadata
        assert all(metadata.row_group(i).num_rows <= 6 for i in range(metadata.num_row_groups))
    assert [row for path in written for row in pq.read_table(path).to_pylist()] == rows


@pytest.mark.parametrize("size", [20_000, 3_000_000])
def test_a_picture_larger_than_a_shard_still_gets_its_file(tmp_path, size):
    schema = pa.schema([("id", pa.string()), ("picture", pa.binary())])
    rows = [{"id": str(index), "picture": bytes([index]) * size} for index in range(3)]
    with parquet_folder(tmp_path, schema) as files:
        files._group_bytes, files._shard_bytes = 1_000, 5_000
        for row in rows:
            files.add("train", row)
        assert [pq.read_table(path).to_pylist() for path in files.finish()] == [[row] for row in rows]


@pytest.mark.parametrize("splits", [2, 3, 20])
def test_what_all_splits_hold_together_is_bounded(tmp_path, splits):
    schema = pa.schema([("id", pa.string()), ("picture", pa.binary())])
    rows = [
        (f"split{index % splits}", {"id": f"{index:03d}", "picture": bytes([index]) * 10_000}) for index in range(200)
    ]
    with parquet_folder(tmp_path, schema) as files:
        files._group_bytes, files._held_bytes = 100_000, 250_000
        for count, (split, row) in enumerate(rows, 1):
            files.add(split, row)
            on_disk = sum(path.stat().st_size for path in tmp_path.iterdir())
            assert count * 10_000 - on_disk <= 250_000
        written = files.finish()
    for path in written:
        metadata = pq.ParquetFile(path).metadata
        assert all(metadata.row_group(i).num_rows <= 10 for i in range(metadata.num_row_groups))
    found = {path.name.partition("-")[0]: pq.read_table(path).to_pylist() for path in written}
    assert found == {f"split{n}": [row for split, row in rows if split == f"split{n}"] for n in range(splits)}


def test_the_card_says_what_is_inside_and_that_it_may_not_be_passed_on(corpus, tmp_path):
    corpus.fill({"train": 5, "testA": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    head = card.split("---\n")[1]
    assert "license: other" in head
    assert re.search(r'- split: "testA"\n\s+path: "data/testA-\*\.parquet"', head)
    assert "machine drafts that no person has proofread" in card
    assert "offline-1" in card
    assert "Do not pass this folder on" in card
    # Clips 0..4 take happiness, surprise, anger in turn.
    assert "| emotion | testA | train |" in card
    assert "| happiness | 1 | 2 |" in card
    assert "| anger | 0 | 1 |" in card
    assert "| all | 2 | 5 |" in card


def test_no_path_of_this_machine_is_in_an_export(corpus, tmp_path):
    corpus.fill({"train": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    for path in (tmp_path / "out").rglob("*.*"):
        content = path.read_bytes()
        for private in (str(tmp_path), "/somewhere", "工作 space"):
            assert private.encode() not in content


def test_the_same_workspace_gives_the_same_bytes_in_other_processes(corpus, tmp_path):
    corpus.fill({"train": 12, "testA": 5}, langs=("en", "zh"))
    found = []
    for seed in ("0", "1", "4242"):
        out = tmp_path / f"out{seed}"
        subprocess.run(
            [sys.executable, "-c", EXPORT, str(corpus.workspace.root), str(out)],
            check=True,
            env={
                "PYTHONHASHSEED": seed,
                "TZ": f"UTC+{len(seed)}",
                "LC_ALL": "C",
                "OMP_NUM_THREADS": seed.strip("0") or "2",
            },
            capture_output=True,
        )
        found.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert len(found[0]) == 11
    assert found[0] == found[1] == found[2]


def test_pictures_come_out_as_they_went_in(corpus, tmp_path):
    corpus.fill({"train": 3}, size=(31, 17))
    export(corpus.workspace, tmp_path / "out", source="drafts")
    (file,) = shards(tmp_path / "out").values()
    for row in file.read(["id", "images"]).to_pylist():
        (picture,) = row["images"]
        assert picture["bytes"] == corpus.maps[row["id"]]
        assert Image.open(io.BytesIO(picture["bytes"])).size == (31, 17)


@pytest.mark.parametrize("identifiers", [("a/B/c", "a/b/c"), ("中/1/2", "文/1/2")])
def test_picture_names_differ_where_ids_differ(corpus, identifiers, tmp_path):
    corpus.fill({"train": 0})
    samples = [corpus._sample("dfme", "train", 0).model_copy(update={"id": name}) for name in identifiers]
    (source,) = corpus.workspace.ledger.sources().values()
    corpus.workspace.ledger.replace_source(source, samples)
    for seed, sample in enumerate(samples):
        corpus.render(sample, bytes([seed]))
        corpus.draft(sample)
    export(corpus.workspace, tmp_path / "out", source="drafts")
    (file,) = shards(tmp_path / "out").values()
    names = [name.casefold() for name in file.read(["image_path"])["image_path"].to_pylist()]
    assert len(set(names)) == 2


def test_a_picture_of_several_rows_is_stored_once_and_read_in_each(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 2}, size=(240, 200))
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts", style="megc-vqa")
    paths = sorted(out.glob("data/*.parquet"))
    maps = sum(map(len, corpus.maps.values()))
    assert maps < sum(path.stat().st_size for path in paths) < 1.3 * maps
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    assert len(rows) > 5 * len(corpus.samples)
    for row in rows:
        assert row["images"][0]["bytes"] == corpus.maps[row["id"].rpartition("/q")[0]]
    by_other_readers = [
        [cell["bytes"] for cells in pl.read_parquet(paths)["images"].to_list() for cell in cells],
        [
            cell["bytes"]
            for (cells,) in duckdb.sql(f"SELECT images FROM read_parquet({list(map(str, paths))})").fetchall()
            for cell in cells
        ],
    ]
    assert by_other_readers == [[row["images"][0]["bytes"] for row in rows]] * 2
