"""Rows of Parquet files, a few at a time."""

from collections.abc import Iterator, Set
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from meu_data.checking.reading.file_row import FileRow
from meu_data.errors import printable

_BATCH_BYTES = 4 * 1024 * 1024
_MOST_ROWS = 1024
_BUFFER = 1024 * 1024
# Ours have 24 MB, those of pandas the whole of a shard; what claims more is damaged, or meant to fill the memory.
_MAX_GROUP = 2 * 1024**3
_MAX_ROW = 256 * 1024**2
# A value that is written once may stand in a million rows. So texts stay in the dictionaries that the file has, what
# they come to is added up before they are unfolded, and a file may come to so much and so many for each of its bytes.
_UNFOLDED_AT_ONCE = 64 * 1024**2
_UNFOLDED, _UNFOLDED_PER_BYTE = 256 * 1024**2, 256
_VALUES, _VALUES_PER_BYTE = 1_000_000, 16
_VALUES_PER_ROW = 4096
# Long lists of structs that no check looks into; reading them as Python objects would take most of the time.
_UNREAD = frozenset({"motion"})


class ParquetError(Exception):
    """A file is no Parquet, or its footer is damaged."""


class ParquetRows:
    """An open Parquet file: its schema, and its rows."""

    def __init__(self, stream: BinaryIO, *, motion: bool = False) -> None:
        """Reads the footer.

        Args:
            stream: The file.
            motion: Whether the rows have the column `motion`, if the file does.

        Raises:
            ParquetError: There is none that can be read.
        """
        self._unread = frozenset() if motion else _UNREAD
        try:
            # A buffer keeps whole column chunks out of memory.
            self._file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
            self.schema: pa.Schema = self._file.schema_arrow
            self.count: int = self._file.metadata.num_rows
            self._groups = [self._file.metadata.row_group(at) for at in range(self._file.metadata.num_row_groups)]
            self._bytes = stream.seek(0, 2)
            self._rest = _UNFOLDED + _UNFOLDED_PER_BYTE * self._bytes
            self._file = pq.ParquetFile(
                stream, buffer_size=_BUFFER, pre_buffer=False, read_dictionary=_folded(self._groups)
            )
        except Exception as error:  # whatever bytes make pyarrow raise
            raise ParquetError(_reason(error)) from error

    def rows(self) -> Iterator[FileRow]:
        """The rows, numbered from 1; a row group that cannot be read is told once, and passed over. Never raises."""
        first, values = 1, 0
        for place, group in enumerate(self._groups):
            values += _values(group)
            if values > _VALUES + _VALUES_PER_BYTE * self._bytes:
                wrong = f"{self.count} rows with {values} values or more in a file of {self._bytes} bytes"
                yield FileRow(first, None, f"the footer claims {wrong}; the rows from here on are not read")
                return
            if wrong := _excess(group):
                yield FileRow(first, None, f"the row group claims {wrong} and is not read")
            else:
                yield from self._group(place, first, group)
            if self._rest <= 0:
                return
            first += max(group.num_rows, 0)

    def _group(self, place: int, first: int, group: Any) -> Iterator[FileRow]:  # noqa: ANN401
        number = first
        size = max(1, group.total_byte_size // max(1, group.num_rows))
        most = max(1, min(_MOST_ROWS, _BATCH_BYTES // size, _UNFOLDED_AT_ONCE // max(1, _prefixed(group))))
        try:
            for batch in self._file.iter_batches(batch_size=most, row_groups=[place], use_threads=False):
                for part in _parts(batch):
                    unfolded = _unfolded(part)
                    self._rest -= unfolded
                    if self._rest <= 0:
                        wrong = f"the rows come to more than {_UNFOLDED_PER_BYTE} times the file's {self._bytes} bytes"
                        yield FileRow(number, None, f"{wrong}; those from here on are not read")
                        return
                    if unfolded > _MAX_ROW:
                        yield FileRow(number, None, f"the row comes to {unfolded} bytes and is not read")
                    else:
                        yield from _rows(part.cast(self.schema), number, self._unread)
                    number += part.num_rows
        except Exception as error:  # whatever bytes make pyarrow raise
            yield FileRow(
                number, None, f"this row and those behind it in its row group cannot be read: {_reason(error)}"
            )
            return
        if number != first + group.num_rows:
            yield FileRow(number, None, f"the row group has {number - first} rows, its footer says {group.num_rows}")


def _leaves(group: Any) -> Iterator[Any]:  # noqa: ANN401
    return (group.column(at) for at in range(group.num_columns))


def _values(group: Any) -> int:  # noqa: ANN401
    """How many values the longest column has: rows, or entries of lists."""
    return max(int(group.num_rows), *(int(leaf.num_values) for leaf in _leaves(group)), 0)


def _excess(group: Any) -> str:  # noqa: ANN401
    """What is too much about a row group by what the footer says of it; empty when nothing is."""
    rows, size, values = group.num_rows, group.total_byte_size, _values(group)
    if rows < 0 or size > min(_MAX_GROUP, _MAX_ROW * max(rows, 1)):
        return f"{rows} rows of {size} bytes"
    if values > _VALUES_PER_ROW * max(rows, 1):
        return f"{values} values in {rows} rows"
    # Values that are told by what differs from the one before may each be as long as all that is written.
    if values > rows and _prefixed(group) * values > _MAX_GROUP:
        return f"lists of {values} values with common beginnings"
    return ""


def _prefixed(group: Any) -> int:  # noqa: ANN401
    """Bytes of the columns whose values share their beginnings: none of these values is longer."""
    return sum(leaf.total_uncompressed_size for leaf in _leaves(group) if "DELTA_BYTE_ARRAY" in leaf.encodings)


def _folded(groups: list[Any]) -> list[str]:
    """The columns of texts and bytes that have a dictionary in the file, by their paths."""
    return sorted(
        {
            leaf.path_in_schema
            for group in groups
            for leaf in _leaves(group)
            if leaf.physical_type == "BYTE_ARRAY" and "DELTA_BYTE_ARRAY" not in leaf.encodings
        }
    )


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts that can be unfolded, down to single rows."""
    if batch.num_rows <= 1 or _unfolded(batch) <= _UNFOLDED_AT_ONCE:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _parts(batch.slice(0, half))
    yield from _parts(batch.slice(half))


def _unfolded(data: pa.RecordBatch | pa.Array) -> int:
    """What data come to as Python objects, about; bytes."""
    if isinstance(data, pa.RecordBatch):
        return sum(map(_unfolded, data.columns))
    if pa.types.is_dictionary(data.type):
        lengths = pc.binary_length(data.dictionary).cast(pa.int64())
        return int(pc.sum(lengths.take(data.indices)).as_py() or 0)
    if pa.types.is_struct(data.type):
        return sum(map(_unfolded, data.flatten()))
    if pa.types.is_list(data.type) or pa.types.is_large_list(data.type):
        return int(data.nbytes) if not len(data) else 8 * len(data) + _unfolded(data.flatten())
    return int(data.nbytes)


def _rows(batch: pa.RecordBatch, first: int, unread: Set[str]) -> Iterator[FileRow]:
    try:
        rows = _columns(batch, unread)
    except Exception as error:
        if batch.num_rows == 1:
            yield FileRow(first, None, f"the row cannot be read: {_reason(error)}")
            return
        # One by one, to tell which of them it is; a slice of a list would have the values of all.
        for place in range(batch.num_rows):
            yield from _rows(batch.take(pa.array([place])), first + place, unread)
        return
    for number, row in enumerate(rows, start=first):
        yield FileRow(number, row)


def _columns(batch: pa.RecordBatch, unread: Set[str]) -> list[dict[str, Any]]:
    # Also what is not looked into: texts are UTF-8, lists begin and end inside their values.
    batch.validate(full=True)
    names = [name for name in batch.schema.names if name not in unread]
    read = batch.select(names)
    if "extra_info" in names and pa.types.is_struct(read.schema.field("extra_info").type):
        # verl has the labels in there.
        read = read.set_column(names.index("extra_info"), "extra_info", _less(read.column("extra_info"), unread))
    return read.to_pylist()  # type: ignore[no-any-return]


def _less(structs: pa.StructArray, unread: Set[str]) -> pa.StructArray:
    """Structs without the fields that are not looked into."""
    fields = [field for field in structs.type if field.name not in unread]
    values = [structs.field(field.name) for field in fields]
    return pa.StructArray.from_arrays(values, fields=fields, mask=structs.is_null())


def _reason(error: Exception) -> str:
    """What pyarrow says, which may go on for lines."""
    return printable(str(error).partition("\n")[0], 200) or type(error).__name__
