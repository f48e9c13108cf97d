"""Rows to Arrow, with the bytes of pictures in memory that is used again and again."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa


class Blocks:
    """Memory for the pictures of batches, kept for later ones.

    Arrow's own builders double their buffers as the bytes come, and its allocator and the C library's keep what is
    freed in other sizes than are asked for next: together half as much again as the pictures take.
    """

    def __init__(self, size: int) -> None:
        """Blocks of this many bytes; what does not fit into one gets memory of its own."""
        self._size = size
        self._free: list[bytearray] = []

    def take(self, size: int) -> bytearray:
        """At least so many bytes, whatever is in them."""
        if size > self._size:
            return bytearray(size)
        return self._free.pop() if self._free else bytearray(self._size)

    def give_back(self, block: bytearray) -> None:
        """Nothing reads it any more."""
        if len(block) == self._size:
            self._free.append(block)

    def let_go(self) -> None:
        """Frees what is not in use."""
        self._free.clear()


class Batch:
    """Some rows as a record batch, equal to `pa.RecordBatch.from_pylist`; its pictures are in `Blocks`."""

    def __init__(self, rows: Sequence[dict[str, Any]], schema: pa.Schema, blocks: Blocks) -> None:
        """Makes the batch.

        Args:
            rows: Values by column; what is missing is null. Together less than 2 GiB.
            schema: The columns.
            blocks: Where the pictures go.

        Raises:
            pa.ArrowInvalid, pa.ArrowTypeError: A value is not of its column's type.
        """
        self._blocks = blocks
        self._taken: list[bytearray] = []
        arrays = [self._array([row.get(field.name) for row in rows], field.type) for field in schema]
        self.content = pa.RecordBatch.from_arrays(arrays, schema=schema)

    def release(self) -> None:
        """Gives the memory of the pictures back: the content must not be read any more."""
        while self._taken:
            self._blocks.give_back(self._taken.pop())

    def _array(self, values: list[Any], kind: pa.DataType) -> pa.Array:
        if not holds_bytes(kind):
            return pa.array(values, kind)
        if pa.types.is_binary(kind):
            data = self._joined([value for value in values if value is not None])
            return pa.Array.from_buffers(kind, len(values), [_present(values), _offsets(values).buffers()[1], data])
        nulls = pa.array([value is None for value in values]) if None in values else None
        if pa.types.is_list(kind):
            items = [item for value in values if value is not None for item in value]
            inner = self._array(items, kind.value_type)
            return pa.ListArray.from_arrays(_offsets(values), inner, type=kind, mask=nulls)
        parts = [self._array([(value or {}).get(field.name) for value in values], field.type) for field in kind]
        return pa.StructArray.from_arrays(parts, fields=list(kind), mask=nulls)

    def _joined(self, values: list[bytes]) -> pa.Buffer:
        size = sum(map(len, values))
        block = self._blocks.take(size)
        self._taken.append(block)
        room, end = memoryview(block), 0
        for value in values:
            start, end = end, end + len(value)
            room[start:end] = value
        return pa.py_buffer(room[:size])


def holds_bytes(kind: pa.DataType) -> bool:
    """Whether there are bytes somewhere in a type: a picture's."""
    if pa.types.is_list(kind):
        return holds_bytes(kind.value_type)
    if pa.types.is_struct(kind):
        return any(holds_bytes(field.type) for field in kind)
    return bool(pa.types.is_binary(kind))


def _offsets(values: list[Any]) -> pa.Array:
    return pa.array([0, *accumulate(0 if value is None else len(value) for value in values)], pa.int32())


def _present(values: list[Any]) -> pa.Buffer | None:
    """The bitmap of the values that are no null; Arrow's booleans are stored as such a bitmap."""
    return pa.array([value is not None for value in values]).buffers()[1] if None in values else None
