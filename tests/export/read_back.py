"""Exports a filled workspace and reads the Parquet files back as their consumers would."""

import io
import re

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from meu_data.export import export
from tests.export.faces import fill_for

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))


def read(corpus, out, style, consumer):
    """Exports two splits and reads the Parquet files back: (schema, rows)."""
    source = fill_for(corpus, style, {"train": 3, "testA": 2})
    export(corpus.workspace, out, style=style, format=consumer, source=source)
    files = sorted(out.glob("data/**/*.parquet"))
    return pq.read_schema(files[0]), [row for file in files for row in pq.read_table(file).to_pylist()]


def pictures(row):
    """The decoded pictures of a row; none where it has no such column."""
    return [Image.open(io.BytesIO(cell["bytes"])) for cell in row.get("images", [])]


def split_by_verl(row):
    """How many pictures multiturn_sft_dataset.py, _build_messages, puts in; it fails when some are left over."""
    segments = [part for turn in row["messages"] for part in re.split("(<image>|<video>)", turn["content"]) if part]
    return segments.count("<image>")
