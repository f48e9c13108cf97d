"""Rows of Parquet files, a few at a time."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.checking.reading.file_row import FileRow
from meu_data.errors import printable

_BATCH_BYTES = 4 * 1024 * 1024
_MOST_ROWS = 1024
_BUFFER = 1024 * 1024
# Ours have 24 MB, those of pandas the whole of a shard; what claims more is damaged, or meant to fill the memory.
_MAX_GROUP = 2 * 1024**3
_MAX_ROW = 256 * 1024**2
# Long lists of structs that no check looks into; reading them as Python objects would take most of the time.
_UNREAD = frozenset({"motion"})


class ParquetError(Exception):
    """A file is no Parquet, or its footer is damaged."""


class ParquetRows:
    """An open Parquet file: its schema, and its rows."""

    def __init__(self, stream: BinaryIO) -> None:
        """Reads the footer.

        Raises:
            ParquetError: There is none that can be read.
        """
        try:
            # A buffer keeps whole column chunks out of memory.
            self._file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
            self.schema: pa.Schema = self._file.schema_arrow
            self.count: int = self._file.metadata.num_rows
            self._groups = [self._file.metadata.row_group(at) for at in range(self._file.metadata.num_row_groups)]
        except Exception as error:  # whatever bytes make pyarrow raise
            raise ParquetError(_reason(error)) from error

    def rows(self) -> Iterator[FileRow]:
        """The rows, numbered from 1; a row group that cannot be read is told once, and passed over. Never raises."""
        first = 1
        for place, group in enumerate(self._groups):
            size = group.total_byte_size
            if group.num_rows < 0 or size > min(_MAX_GROUP, _MAX_ROW * max(group.num_rows, 1)):
                yield FileRow(
                    first, None, f"the row group claims {group.num_rows} rows of {size} bytes and is not read"
                )
            else:
                yield from self._group(place, first, group)
            first += max(group.num_rows, 0)

    def _group(self, place: int, first: int, group: Any) -> Iterator[FileRow]:  # noqa: ANN401
        number = first
        size = max(1, group.total_byte_size // max(1, group.num_rows))
        try:
            batches = self._file.iter_batches(
                batch_size=max(1, min(_MOST_ROWS, _BATCH_BYTES // size)), row_groups=[place], use_threads=False
            )
            for batch in batches:
                yield from _rows(batch, number)
                number += batch.num_rows
        except Exception as error:  # whatever bytes make pyarrow raise
            yield FileRow(
                number, None, f"this row and those behind it in its row group cannot be read: {_reason(error)}"
            )
            return
        if number != first + group.num_rows:
            yield FileRow(number, None, f"the row group has {number - first} rows, its footer says {group.num_rows}")


def _rows(batch: pa.RecordBatch, first: int) -> Iterator[FileRow]:
    try:
        rows = _columns(batch)
    except Exception as error:
        if batch.num_rows == 1:
            yield FileRow(first, None, f"the row cannot be read: {_reason(error)}")
            return
        # One by one, to tell which of them it is; a slice of a list would have the values of all.
        for place in range(batch.num_rows):
            yield from _rows(batch.take(pa.array([place])), first + place)
        return
    for number, row in enumerate(rows, start=first):
        yield FileRow(number, row)


def _columns(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    # Also what is not looked into: texts are UTF-8, lists begin and end inside their values.
    batch.validate(full=True)
    names = [name for name in batch.schema.names if name not in _UNREAD]
    read = batch.select(names)
    if "extra_info" in names and pa.types.is_struct(read.schema.field("extra_info").type):
        # verl has the labels in there.
        read = read.set_column(names.index("extra_info"), "extra_info", _less(read.column("extra_info")))
    return read.to_pylist()  # type: ignore[no-any-return]


def _less(structs: pa.StructArray) -> pa.StructArray:
    """Structs without the fields that are not looked into."""
    fields = [field for field in structs.type if field.name not in _UNREAD]
    values = [structs.field(field.name) for field in fields]
    return pa.StructArray.from_arrays(values, fields=fields, mask=structs.is_null())


def _reason(error: Exception) -> str:
    """What pyarrow says, which may go on for lines."""
    return printable(str(error).partition("\n")[0], 200) or type(error).__name__
