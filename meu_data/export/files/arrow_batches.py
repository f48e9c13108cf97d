"""Rows to Arrow, with the bytes of pictures in memory that is used again and again."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

Joined = Callable[[Sequence[bytes]], pa.Buffer]
Maker = Callable[[list[Any], Joined], pa.Array]


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


class Columns:
    """Some columns, and how values become their arrays: worked out once, as it takes longer than the copying."""

    def __init__(self, fields: Iterable[pa.Field]) -> None:
        """Looks at the types."""
        self._makers = {field.name: _maker(field.type) for field in fields}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(self._makers)

    def batch(self, rows: Sequence[dict[str, Any]], blocks: Blocks) -> "Batch":
        """The columns of some rows.

        Args:
            rows: Values by column; what is missing is null. Together less than 2 GiB.
            blocks: Where the pictures go.

        Raises:
            pa.ArrowInvalid, pa.ArrowTypeError: A value is not of its column's type.
        """
        taken: list[bytearray] = []

        def joined(values: Sequence[bytes]) -> pa.Buffer:
            size = sum(map(len, values))
            block = blocks.take(size)
            taken.append(block)
            room, end = memoryview(block), 0
            for value in values:
                start, end = end, end + len(value)
                room[start:end] = value
            return pa.py_buffer(room[:size])

        arrays = {name: make([row.get(name) for row in rows], joined) for name, make in self._makers.items()}
        return Batch(arrays, blocks, taken)


class Batch:
    """Columns of some rows, by name; their pictures are in `Blocks`."""

    def __init__(self, arrays: dict[str, pa.Array], blocks: Blocks, taken: list[bytearray]) -> None:
        """Takes over the blocks in which the pictures are."""
        self.arrays = arrays
        self._blocks, self._taken = blocks, taken

    def release(self) -> None:
        """Gives the memory of the pictures back: the arrays must not be read any more."""
        while self._taken:
            self._blocks.give_back(self._taken.pop())


def holds_bytes(kind: pa.DataType) -> bool:
    """Whether there are bytes somewhere in a type: a picture's."""
    if pa.types.is_list(kind):
        return holds_bytes(kind.value_type)
    if pa.types.is_struct(kind):
        return any(holds_bytes(field.type) for field in kind)
    return bool(pa.types.is_binary(kind))


def _maker(kind: pa.DataType) -> Maker:
    """What makes an array of a type from values and a function that puts bytes into blocks."""
    if not holds_bytes(kind):
        return lambda values, _: pa.array(values, kind)
    if pa.types.is_binary(kind):

        def binary(values: list[Any], joined: Joined) -> pa.Array:
            data = joined([value for value in values if value is not None])
            return pa.Array.from_buffers(kind, len(values), [_present(values), _offsets(values), data])

        return binary
    if pa.types.is_list(kind):
        of_items = _maker(kind.value_type)

        def listed(values: list[Any], joined: Joined) -> pa.Array:
            inner = of_items([item for value in values if value is not None for item in value], joined)
            buffers = [_present(values), _offsets(values)]
            return pa.Array.from_buffers(kind, len(values), buffers, children=[inner])

        return listed
    of_fields = [(field.name, _maker(field.type)) for field in kind]

    def struct(values: list[Any], joined: Joined) -> pa.Array:
        parts = [make([(value or {}).get(name) for value in values], joined) for name, make in of_fields]
        return pa.Array.from_buffers(kind, len(values), [_present(values)], children=parts)

    return struct


def _offsets(values: list[Any]) -> pa.Buffer:
    """Where each value begins, and the last one ends, as int32."""
    return pa.py_buffer(array("i", accumulate((0 if value is None else len(value) for value in values), initial=0)))


def _present(values: list[Any]) -> pa.Buffer | None:
    """The bitmap of the values that are no null; Arrow's booleans are stored as such a bitmap."""
    return pa.array([value is not None for value in values]).buffers()[1] if None in values else None
