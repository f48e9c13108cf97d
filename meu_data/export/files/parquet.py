"""The streaming Parquet writer: one row in, row groups and shards of bounded size out."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.export.files.arrow_batches import Batch, Blocks, Columns, holds_bytes
from meu_data.export.files.open_streams import MOST_OPEN

# What `datasets` itself writes, and what a hub's viewer and a download resume well with.
SHARD_BYTES = 500_000_000
# Large enough that reading one text column is fast, small enough that the groups of a few splits fit anywhere.
GROUP_BYTES = 16 * 1024 * 1024
# Of all splits together, whose groups end by turns: those of many splits are smaller, so that memory stays flat.
HELD_BYTES = 22 * 1024 * 1024
_BATCH_BYTES = 1024 * 1024
# Texts and lists take several times as much before they are arrays.
_TEXT_BATCH_BYTES = 256 * 1024
# So many pictures go through the encoder at once; the default, 1,024, would make pages of a whole group.
_ROWS_PER_WRITE = 16
# Arrow's allocator keeps what the encoder let go of, up to 40 MB; to give it back often costs a tenth of the speed.
_GROUPS_PER_RELEASE = 32
# The texts of a row are measured now and then: to look at every value of every row takes an eighth of the time.
_ROWS_PER_MEASURE = 16


class ParquetFolder:
    """Files `<split>-00000-of-0000N.parquet` in one folder, or one folder a split, written as the rows come.

    Pictures are stored as they are: they are compressed already, and zstd over PNG saves nothing. Everything
    else is zstd over dictionaries, and so are pictures where rows that follow each other show the same one: it is there
    once in its row group, and every reader sees it in each row. The same rows give the same bytes.
    """

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        *,
        by_split: bool = False,
        group_bytes: int = GROUP_BYTES,
        held_bytes: int = HELD_BYTES,
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        """Prefer `parquet_folder`, which closes what it opens."""
        self._folder = folder
        self._schema = schema
        self._by_split = by_split
        self._pictures = Columns(field for field in schema if holds_bytes(field.type))
        self._others = Columns(field for field in schema if not holds_bytes(field.type))
        self._options = {shared: _column_options(schema, shared=shared) for shared in (False, True)}
        self._group_bytes, self._held_bytes, self._shard_bytes = group_bytes, held_bytes, shard_bytes
        self._splits: dict[str, _ParquetSplit] = {}
        self._open: dict[str, _ParquetSplit] = {}
        self._held = self._groups = 0
        # With room for the row that fills a batch.
        self._blocks = Blocks(_BATCH_BYTES + _BATCH_BYTES // 4)

    def add(self, split: str, row: dict[str, Any]) -> None:
        """Appends a row; it is written when its row group is full.

        Raises:
            OSError: The disk refuses it.
        """
        part = self._splits.get(split)
        if part is None:
            part = self._splits[split] = _ParquetSplit(self._pictures, self._others, self._blocks)
        self._held += part.add(row)
        if part.held >= self._group_bytes:
            self._flush(split, part)
        elif self._held >= self._held_bytes:
            self._flush(*max(self._splits.items(), key=lambda item: item[1].held))

    def finish(self) -> list[Path]:
        """Writes what is held, closes the files and gives them their final names."""
        written = []
        for split, part in sorted(self._splits.items()):
            self._flush(split, part)
            self._close_shard(split, part)
            written += name_shards(part.shards, split)
        # What follows compares the splits, and does not need this memory beside its own.
        self._blocks.let_go()
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

    def _flush(self, split: str, part: "_ParquetSplit") -> None:
        if not part.rows:
            return
        if part.stream is not None and part.stream.tell() + part.held > self._shard_bytes:
            self._close_shard(split, part)
        writer = part.writer or self._open_shard(split, part)
        columns = part.columns()
        table = pa.Table.from_arrays([columns[name] for name in self._schema.names], schema=self._schema)
        writer.write_table(table, row_group_size=table.num_rows)
        self._held -= part.held
        part.release()
        self._groups += 1
        if self._groups % _GROUPS_PER_RELEASE == 0:
            pa.default_memory_pool().release_unused()

    def _open_shard(self, split: str, part: "_ParquetSplit") -> pq.ParquetWriter:
        if len(self._open) == MOST_OPEN:
            # What its split still gets goes into a further shard: a footer ends a file for good.
            self._close_shard(*next(iter(self._open.items())))
        # How many shards there will be is only known at the end.
        folder = self._folder / split if self._by_split else self._folder
        folder.mkdir(exist_ok=True)
        path = folder / f"{split}-{len(part.shards):05d}.parquet"
        # A file of Python's would copy every page once more.
        part.stream = pa.OSFile(str(path), "wb")
        options = self._options[part.shared]
        part.writer = pq.ParquetWriter(part.stream, self._schema, write_page_index=True, **options)
        part.shards.append(path)
        self._open[split] = part
        return part.writer

    def _close_shard(self, split: str, part: "_ParquetSplit") -> None:
        if part.writer is None or part.stream is None:
            return
        del self._open[split]
        part.writer.close()
        part.stream.close()
        part.writer = part.stream = None


class _Waiting:
    """Some columns of the rows of one split that are not written yet."""

    def __init__(self, columns: Columns, blocks: Blocks, batch_bytes: int) -> None:
        self._batch_bytes = batch_bytes
        self.names = columns.names
        self._columns, self._blocks = columns, blocks
        self._rows: list[dict[str, Any]] = []
        self._loose = 0
        self._batches: list[Batch] = []

    def add(self, row: dict[str, Any], size: int) -> None:
        """Takes a row; few are kept as they are, since rows and arrays are both in memory while these are made."""
        self._rows.append(row)
        self._loose += size
        if self._loose >= self._batch_bytes:
            self._pack()

    def columns(self) -> dict[str, pa.ChunkedArray]:
        """All that waits, by column."""
        if self._rows:
            self._pack()
        return {name: pa.chunked_array([batch.arrays[name] for batch in self._batches]) for name in self.names}

    def release(self) -> None:
        """Forgets what has been written."""
        while self._batches:
            self._batches.pop().release()

    def _pack(self) -> None:
        self._batches.append(self._columns.batch(self._rows, self._blocks))
        self._rows.clear()
        self._loose = 0


class _ParquetSplit:
    """The rows of one split that are not written yet, and its files.

    Pictures and texts wait apart: pictures fill a batch in a few rows, and the encoder takes a fifth longer for texts
    that come in such small pieces.
    """

    def __init__(self, pictures: Columns, others: Columns, blocks: Blocks) -> None:
        self.rows = self.held = 0
        self.shards: list[Path] = []
        self.stream: pa.OSFile | None = None
        self.writer: pq.ParquetWriter | None = None
        self._pictures = _Waiting(pictures, blocks, _BATCH_BYTES)
        self._others = _Waiting(others, blocks, _TEXT_BATCH_BYTES)
        self._added = self._repeated = self._texts = 0
        self._picture: dict[str, Any] = {}

    @property
    def shared(self) -> bool:
        """Whether most rows show what the row before them shows."""
        return 2 * self._repeated > self._added

    def add(self, row: dict[str, Any]) -> int:
        """Takes a row, and returns about how many bytes it takes in memory and in the file."""
        shown = {name: row.get(name) for name in self._pictures.names}
        texts = {name: row.get(name) for name in self._others.names}
        if self._added % _ROWS_PER_MEASURE == 0:
            self._texts = _size(texts)
        self._added += 1
        self._repeated += bool(shown) and shown == self._picture
        self._picture = shown
        size = _size(shown)
        self._pictures.add(shown, size)
        self._others.add(texts, self._texts)
        self.rows += 1
        self.held += size + self._texts
        return size + self._texts

    def columns(self) -> dict[str, pa.ChunkedArray]:
        """All that waits, by column."""
        return self._pictures.columns() | self._others.columns()

    def release(self) -> None:
        """Forgets what has been written."""
        self._pictures.release()
        self._others.release()
        self.rows = self.held = 0


@contextlib.contextmanager
def parquet_folder(folder: Path, schema: pa.Schema, *, by_split: bool = False) -> Iterator[ParquetFolder]:
    """A folder of Parquet files to fill; call `finish` on it when all rows are in.

    The files are written, but not yet synced to the disk: `folder.whole_folder` does that for the whole export.

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


def name_shards(shards: Sequence[Path], split: str) -> list[Path]:
    """Gives the finished shards of a split their final names, which tell how many there are.

    Args:
        shards: The files in their order; their folder and ending stay.
        split: The split's name.

    Returns:
        `<split>-00000-of-0000N.<ending>` in order.
    """
    return [
        shard.rename(shard.with_name(f"{split}-{index:05d}-of-{len(shards):05d}{shard.suffix}"))
        for index, shard in enumerate(shards)
    ]


def _column_options(schema: pa.Schema, *, shared: bool) -> dict[str, Any]:
    """Per-column settings; the leaves of a schema have their Parquet names only once it is written.

    `shared`: rows that follow each other show the same picture.
    """
    empty = io.BytesIO()
    pq.write_table(schema.empty_table(), empty)
    footer = pq.ParquetFile(empty).schema
    leaves = [footer.column(index) for index in range(len(footer))]
    # Bytes that are no text are pictures.
    pixels = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type == "NONE"]
    others = [leaf.path for leaf in leaves if leaf.path not in pixels]
    return {
        "compression": {**dict.fromkeys(pixels, "none"), **dict.fromkeys(others, "zstd")},
        # The dictionary has room for all pictures of a group.
        **(
            {"use_dictionary": [*others, *pixels], "dictionary_pagesize_limit": 2 * GROUP_BYTES}
            if shared
            else {"use_dictionary": others, "column_encoding": dict.fromkeys(pixels, "PLAIN")}
        ),
        "write_statistics": others,
        "write_batch_size": _ROWS_PER_WRITE,
    }


def _size(value: Any) -> int:  # noqa: ANN401
    """About how many bytes a value takes in memory and in the file; quick, as it looks at every value of every row."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value)
    if kind is list or kind is dict:
        size = 0
        for part in value.values() if kind is dict else value:
            size += _size(part)
        return size
    return 8
