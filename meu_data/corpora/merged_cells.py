"""Merged cells: a value that a sheet shows beside several rows is stored in the first of them alone."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import column_index_from_string

from meu_data.corpora.cells import Cell, is_blank
from meu_data.errors import SheetError

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')
_BLOCK, _LONGEST_TAG = 1 << 18, 200
# A sheet with one merged cell in each of its rows has fewer; more is meant to fill the memory.
_MOST = 200_000


class Merged(NamedTuple):
    """Rows that share the cell of one column; numbers count from 1, both ends included."""

    first: int
    last: int
    column: int


def merged_in_workbook(path: Path, part: str) -> list[Merged]:
    """The merged cells of a worksheet of an .xlsx file that go over several rows, by their first row.

    Args:
        path: The file.
        part: The worksheet's name inside of it.

    Raises:
        SheetError: There are too many.
    """
    found: list[Merged] = []
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as stream:
        tail = b""
        while block := stream.read(_BLOCK):
            text = tail + block
            # What is cut off at a block's end is looked at again with the next.
            done = 0
            for match in _MERGED.finditer(text):
                first, last, done = int(match[2]), int(match[3]), match.end()
                if last > first:
                    found.append(Merged(first, last, column_index_from_string(match[1].decode())))
            if len(found) > _MOST:
                raise SheetError(f"{path}: more than {_MOST} merged cells; unmerge them and save it anew")
            tail = text[max(done, len(text) - _LONGEST_TAG) :]
    return sorted(found)


def filled_down(
    rows: Iterable[tuple[int, Sequence[Cell]]], merged: Sequence[Merged]
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows with the value of a merged cell in each of its rows, as the sheet shows it.

    Args:
        rows: Numbered from 1, in their order.
        merged: By their first row.
    """
    waiting, begun = iter(merged), dict[int, tuple[int, Cell]]()
    coming = next(waiting, None)
    for number, values in rows:
        cells: list[Cell] | None = None
        for column, (last, value) in list(begun.items()):
            if number > last:
                del begun[column]
            elif is_blank(value):
                continue
            else:
                cells = cells if cells is not None else [*values]
                cells += [None] * (column - len(cells))
                if is_blank(cells[column - 1]):
                    cells[column - 1] = value
        while coming is not None and coming.first <= number:
            if coming.first == number and coming.column <= len(values):
                begun[coming.column] = (coming.last, values[coming.column - 1])
            coming = next(waiting, None)
        yield number, values if cells is None else cells
