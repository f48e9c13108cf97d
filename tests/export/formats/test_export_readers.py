"""The readers people really use see the same rows: pyarrow, pandas, polars, DuckDB, and old and new `datasets`."""

import fcntl
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from PIL import Image

from meu_data.export import export
from meu_data.records import file_stem
from tests import ROOT

# The oldest that trainers still pin (LLaMA-Factory: below 4.0; ms-swift: from 3.0).
DATASETS_3_6 = ("datasets==3.6.0", "pillow")

# Run by the interpreter under test; prints what load_dataset made of the folder.
LOAD = """
import hashlib, json, sys
import datasets
data = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
rows = [
    {
        "id": row["id"], "aus": row["aus"], "response": row["response"], "region": row["claims"][0]["region"],
        "au": row["claims"][1]["au"], "distance": row["provenance"]["edit_distance"],
        "image": [type(i).__mro__[-2].__name__ for i in row["images"]], "size": row["images"][0].size,
        "pixels": hashlib.sha256(row["images"][0].convert("RGB").tobytes()).hexdigest(),
    }
    for split in sorted(data) for row in data[split]
]
features = data["train"].features
print(json.dumps({
    "version": datasets.__version__, "splits": {name: len(part) for name, part in data.items()}, "rows": rows,
    "emotion": repr(features["emotion"]), "image": "Image(" in repr(features["images"]),
}))
"""


@pytest.fixture
def exported(corpus, tmp_path):
    """An export of two splits, and its rows as pyarrow reads them."""
    corpus.fill({"train": 5, "testA": 3}, size=(24, 20))
    out = tmp_path / "out 集"
    export(corpus.workspace, out, source="drafts")
    rows = ds.dataset(out / "data", format="parquet").to_table().to_pylist()
    return out, sorted(rows, key=lambda row: (row["split"], row["id"]))


def by_split(rows):
    return sorted(rows, key=lambda row: (row["split"], row["id"]))


def test_pandas_reads_the_same_rows(exported):
    out, rows = exported
    frame = pd.concat([pd.read_parquet(path) for path in sorted(out.glob("data/*.parquet"))], ignore_index=True)
    assert frame["response"].tolist() == [row["response"] for row in rows]
    assert [list(aus) for aus in frame["aus"]] == [row["aus"] for row in rows]
    assert [images[0]["bytes"] for images in frame["images"]] == [row["images"][0]["bytes"] for row in rows]


def test_polars_reads_the_same_rows(exported):
    out, rows = exported
    assert by_split(pl.read_parquet(out / "data/*.parquet").to_dicts()) == rows


def test_duckdb_reads_the_same_rows(exported):
    out, rows = exported
    query = """
        SELECT id, split, aus, images[1].bytes AS png, provenance.draft_model AS model, len(claims) AS claims
        FROM read_parquet(?) ORDER BY split, id
    """
    found = duckdb.connect().execute(query, [str(out / "data/*.parquet")]).fetchall()
    assert found == [
        (row["id"], row["split"], row["aus"], row["images"][0]["bytes"], "offline-1", len(row["claims"]))
        for row in rows
    ]


def interpreter_of_datasets_3_6() -> Path:
    """A small environment of its own under `.cache`, made once, by one process at a time."""
    uv = shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent)
    venv = ROOT / ".cache/venv-datasets36"
    python, ready = venv / "bin/python", venv / "ready"
    venv.parent.mkdir(exist_ok=True)
    with open(venv.parent / "venv-datasets36.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready.exists():
            return python
        assert uv is not None, "uv makes the environment with datasets 3.6; it is in the group dev"
        for command in (
            ["venv", "--quiet", "--clear", "--python", sys.executable, str(venv)],
            ["pip", "install", "--quiet", "--python", str(python), *DATASETS_3_6],
        ):
            done = subprocess.run([uv, *command], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"datasets 3.6 cannot be installed: {done.stderr}"
        ready.touch()
    return python


def in_interpreter(version, program, out, tmp_path):
    """What a program prints as JSON, run with one of the versions of `datasets` and without any network."""
    python = interpreter_of_datasets_3_6() if version == "3.6.0" else sys.executable
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    command = [str(python), "-c", program, str(out), str(tmp_path / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | offline)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("version", ["3.6.0", "installed"])
def test_datasets_loads_the_folder_with_its_splits_and_pictures(exported, tmp_path, version):
    out, rows = exported
    found = in_interpreter(version, LOAD, out, tmp_path)
    assert version in ("installed", found["version"])
    assert found["splits"] == {"testA": 3, "train": 5}
    assert found["image"]
    assert "string" in found["emotion"]
    assert [row["id"] for row in found["rows"]] == [row["id"] for row in rows]
    for got, row in zip(found["rows"], rows, strict=True):
        assert got["response"] == row["response"]
        assert got["aus"] == row["aus"]
        assert (got["region"], got["au"], got["distance"]) == ("left_mouth_corner", None, None)
        assert (got["image"], got["size"]) == (["Image"], [24, 20])
        assert got["pixels"] == pixels(row["images"][0]["bytes"])


BARE = """
import datasets, json, sys
data = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
print(json.dumps([datasets.__version__, [row["images"] for row in data["train"]]]))
"""


@pytest.mark.parametrize("version", ["3.6.0", "installed"])
def test_datasets_reads_the_rows_of_an_export_without_pixels(corpus, tmp_path, version):
    corpus.fill({"train": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts", pixels=False)
    found, images = in_interpreter(version, BARE, tmp_path / "out", tmp_path)
    assert version in ("installed", found)
    names = [f"{file_stem(sample.id)}.png" for sample in corpus.samples]
    assert sorted(cell["path"] for cells in images for cell in cells) == sorted(names)
    assert {cell["bytes"] for cells in images for cell in cells} == {None}


FOLDS = """
import datasets, json, sys
def people(name):
    data = datasets.load_dataset(sys.argv[1], name, cache_dir=sys.argv[2])
    return {split: sorted(set(part["subject"])) for split, part in data.items()}
print(json.dumps([datasets.__version__, people(None), people("fold03"), people("fold10")]))
"""


@pytest.mark.parametrize("version", ["3.6.0", "installed"])
def test_datasets_loads_a_fold_from_files_that_all_folds_share(corpus, tmp_path, version):
    corpus.fill({"train": 6, "testA": 6, "testB": 6, "testC": 6}, size=(24, 20))
    out = tmp_path / "out 集"
    summary = export(corpus.workspace, out, source="drafts", splits="loso")
    names = sorted({sample.subject for sample in corpus.samples})
    assert len(names) == 12
    assert list(summary.rows) == [f"fold{number:02d}" for number in range(12)]
    # Nothing is stored twice.
    assert ds.dataset(out / "data", format="parquet").count_rows() == 24
    found, every, third, tenth = in_interpreter(version, FOLDS, out, tmp_path)
    assert version in ("installed", found)
    assert every == {f"fold{number:02d}": [name] for number, name in enumerate(names)}
    for number, fold in ((3, third), (10, tenth)):
        assert fold == {"test": [names[number]], "train": names[:number] + names[number + 1 :]}


def pixels(png: bytes) -> str:
    return hashlib.sha256(Image.open(io.BytesIO(png)).convert("RGB").tobytes()).hexdigest()
