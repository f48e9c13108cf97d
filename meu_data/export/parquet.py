"""The streaming Parquet writer: one row in, row groups and shards of bounded size out."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.export.shards import SHARD_BYTES, name_shards

# Large enough that reading one text column is fast, small enough that one group and its copy fit anywhere.
GROUP_BYTES = 24 * 1024 * 1024
_BATCH_BYTES = 1024 * 1024


class ParquetFolder:
    """Files `<split>-00000-of-0000N.parquet` in one folder, or one folder a split, written as the rows come.

    Pictures are stored as they are: they are compressed already, and zstd over PNG saves nothing. Everything
    else is zstd over dictionaries. The same rows give the same bytes.
    """

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        *,
        by_split: bool = False,
        group_bytes: int = GROUP_BYTES,
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        """Prefer `parquet_folder`, which closes what it opens."""
        self._folder = folder
        self._schema = schema
        self._by_split = by_split
        self._options = _column_options(schema)
        self._group_bytes = group_bytes
        self._shard_bytes = shard_bytes
        self._splits: dict[str, _Split] = {}

    def add(self, split: str, row: dict[str, Any]) -> None:
        """Appends a row; it reaches the disk when its row group is full.

        Raises:
            OSError: The disk refuses it.
        """
        part = self._splits.setdefault(split, _Split())
        size = _size(row)
        part.rows.append(row)
        part.loose += size
        part.held += size
        if part.loose >= _BATCH_BYTES:
            part.pack(self._schema)
        if part.held >= self._group_bytes:
            self._flush(split, part)

    def finish(self) -> list[Path]:
        """Writes what is held, closes the files and gives them their final names.

        Returns:
            The files in the order of their names.
        """
        written = []
        for split, part in sorted(self._splits.items()):
            self._flush(split, part)
            self._close_shard(part)
            written += name_shards(part.shards, split)
        return written

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        for part in self._splits.values():
            if part.writer is not None and part.stream is not None:
                # Closing writes a footer, which fails again where the disk is full. The error that counts is on its
                # way already; the mark keeps the writer's finaliser from trying a third time.
                with contextlib.suppress(OSError, ValueError):
                    part.writer.close()
                part.writer.is_open = False
                with contextlib.suppress(OSError, ValueError):
                    part.stream.close()

    def _flush(self, split: str, part: "_Split") -> None:
        part.pack(self._schema)
        if not part.batches:
            return
        table = pa.Table.from_batches(part.batches)
        held, part.held = part.held, 0
        part.batches.clear()
        if part.stream is not None and part.stream.tell() + held > self._shard_bytes:
            self._close_shard(part)
        if part.writer is None:
            # How many shards there will be is only known at the end.
            folder = self._folder / split if self._by_split else self._folder
            folder.mkdir(exist_ok=True)
            path = folder / f"{split}-{len(part.shards):05d}.parquet"
            part.stream = open(path, "wb")  # noqa: SIM115
            part.writer = pq.ParquetWriter(part.stream, self._schema, write_page_index=True, **self._options)
            part.shards.append(path)
        part.writer.write_table(table, row_group_size=table.num_rows)

    def _close_shard(self, part: "_Split") -> None:
        if part.writer is None or part.stream is None:
            return
        part.writer.close()
        part.stream.flush()
        os.fsync(part.stream.fileno())
        part.stream.close()
        part.writer = part.stream = None


class _Split:
    """The rows of one split that are not on the disk yet, and its files."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.loose = 0
        self.batches: list[pa.RecordBatch] = []
        self.held = 0
        self.shards: list[Path] = []
        self.stream: BinaryIO | None = None
        self.writer: pq.ParquetWriter | None = None

    def pack(self, schema: pa.Schema) -> None:
        """Turns the loose rows into a batch: little at a time, as Arrow's builders take twice what they build."""
        if self.rows:
            self.batches.append(pa.RecordBatch.from_pylist(self.rows, schema=schema))
            self.rows.clear()
            self.loose = 0


@contextlib.contextmanager
def parquet_folder(folder: Path, schema: pa.Schema, *, by_split: bool = False) -> Iterator[ParquetFolder]:
    """A folder of Parquet files to fill; call `finish` on it when all rows are in.

    Args:
        folder: An existing folder.
        schema: What every row holds, with the footer's metadata.
        by_split: Give each split a folder of its own.
    """
    files = ParquetFolder(folder, schema, by_split=by_split)
    try:
        yield files
    finally:
        files.abandon()


def _column_options(schema: pa.Schema) -> dict[str, Any]:
    """Per-column settings; the leaves of a schema have their Parquet names only once it is written."""
    empty = io.BytesIO()
    pq.write_table(schema.empty_table(), empty)
    footer = pq.ParquetFile(empty).schema
    leaves = [footer.column(index) for index in range(len(footer))]
    # Bytes that are no text are pictures.
    pixels = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type == "NONE"]
    others = [leaf.path for leaf in leaves if leaf.path not in pixels]
    return {
        "compression": {**dict.fromkeys(pixels, "none"), **dict.fromkeys(others, "zstd")},
        "use_dictionary": others,
        "column_encoding": dict.fromkeys(pixels, "PLAIN"),
        "write_statistics": others,
    }


def _size(value: Any) -> int:  # noqa: ANN401
    """About how many bytes a value takes in memory and in the file."""
    if isinstance(value, bytes | str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 8
