"""Annotation sheets: finds the table in an .xlsx or .csv file and streams its rows with their row numbers."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from meu_data.corpora.cells import Cell, is_blank
from meu_data.corpora.grids import Grid, NumberedRow, grids
from meu_data.errors import SheetError

_HEADER_WITHIN = 20
_AU_LIST = frozenset({"au", "aus", "actionunit", "actionunits"})
_AU_SLOT = re.compile(r"(?:au|actionunit)s?\d{1,2}", re.ASCII)
# What pandas calls a column without a name when it saves a sheet again.
_NAMELESS = re.compile(r"(?:unnamed\d+)?", re.ASCII)
_INDICATORS = frozenset({"0", "1", "0.0", "1.0", "True", "False", "TRUE", "FALSE"})


class SheetSource(NamedTuple):
    """Where a row belongs: what samples and problems say of their origin."""

    corpus: str
    split: str
    sheet: str


class SheetRow(NamedTuple):
    """One row of the table; `number` is the one a spreadsheet shows beside it."""

    number: int
    cells: Mapping[str, Cell]
    aus: tuple[Cell, ...]


class _Layout(NamedTuple):
    """Where the table's columns are; `au_from` opens a range to the right end of each row."""

    header_row: int
    columns: Mapping[str, int]
    au_columns: Sequence[int]
    au_slots: Sequence[int]
    au_from: int | None


@dataclass(frozen=True)
class Table:
    """A table that was found in a sheet; `total` is the number of its rows that are not blank."""

    path: Path
    total: int
    _grid: Grid
    _layout: _Layout

    def rows(self) -> Iterator[SheetRow]:
        """Streams the rows below the header that are not blank.

        Row numbers count from 1 and count headers and blank rows. For a .csv it is the number of the line in the file
        on which the record begins, so a quoted line break makes later numbers higher than a spreadsheet's.

        Raises:
            SheetError: The file is damaged further down, or has changed since it was opened.
        """
        layout, count = self._layout, 0
        for number, values in _body(self._grid, layout.header_row):
            count += 1
            aus = [_at(values, column) for column in (*layout.au_columns, *layout.au_slots)]
            if layout.au_from is not None:
                aus += values[layout.au_from :]
            cells = {name: _at(values, column) for name, column in layout.columns.items()}
            yield SheetRow(number, cells, tuple(aus))
        if count != self.total:
            raise SheetError(f"{self.path}: the file changed while it was read; run the command again")


def open_table(path: Path, required: Mapping[str, Sequence[str]]) -> Table:
    """Finds the table that has the required columns and AUs, and reads it through once.

    The header is the first of the first 20 rows that has all columns, whatever stands above it; in an .xlsx, the first
    sheet with such a row, "Sheet1" before the others. AUs may stand in one column (AU, AUs, Action Units), in the
    nameless columns to the right of it (a merged header), and in numbered columns (AU 1, AU 2, ...).

    Args:
        path: An .xlsx or .csv file (UTF-8 or GB18030; comma, semicolon or tab).
        required: Each column with its accepted names: lower case, letters and digits only.

    Raises:
        SheetError: The file cannot be read, lacks a column, has one twice, or marks AUs with 0 and 1.
    """
    looked_at: list[str] = []
    fewest = [*required, "AU"]
    broken: SheetError | None = None
    for grid in grids(path):
        try:
            header, missing = _find_header(grid, required)
        except SheetError as error:  # one sheet is damaged, or its quotes do not fit this delimiter: look on
            broken = broken or error
            continue
        if header is not None:
            layout = _layout(path, header, required)
            return Table(path, _survey(path, grid, layout), grid, layout)
        looked_at += [grid.name] if grid.name else []
        fewest = min(fewest, missing, key=len)
    if broken is not None:
        raise broken
    where = f" in the first {_HEADER_WITHIN} rows" + (f" of {', '.join(looked_at)}" if looked_at else "")
    raise SheetError(
        f"{path}: no header{where} names the column {', '.join(fewest)};"
        f" one row must name {', '.join((*required, 'AU'))}"
    )


def _find_header(grid: Grid, required: Mapping[str, Sequence[str]]) -> tuple[NumberedRow | None, list[str]]:
    """The header row, or the columns that the likeliest row lacks."""
    fewest = [*required, "AU"]
    for number, values in islice(grid.rows(), _HEADER_WITHIN):
        names = {_normal(value) for value in values}
        missing = [column for column, accepted in required.items() if names.isdisjoint(accepted)]
        if not any(name in _AU_LIST or _AU_SLOT.fullmatch(name) for name in names):
            missing.append("AU")
        if not missing:
            return (number, values), []
        fewest = min(fewest, missing, key=len)
    return None, fewest


def _layout(path: Path, header: NumberedRow, required: Mapping[str, Sequence[str]]) -> _Layout:
    number, values = header
    names = [_normal(value) for value in values]
    columns: dict[str, int] = {}
    for column, accepted in required.items():
        found = [index for index, name in enumerate(names) if name in accepted]
        if len(found) > 1:
            spelled = ", ".join(str(values[index]).strip() for index in found)
            raise SheetError(f"{path}: row {number} names the column {column} {len(found)} times ({spelled}); keep one")
        columns[column] = found[0]
    return _Layout(number, columns, *_au_columns(names))


def _au_columns(names: Sequence[str]) -> tuple[list[int], list[int], int | None]:
    """Columns with lists of AUs, numbered AU columns, and where an open range of nameless ones begins."""
    lists: list[int] = []
    merged = False
    for index, name in enumerate(names):
        merged = name in _AU_LIST or (merged and _NAMELESS.fullmatch(name) is not None)
        if merged:
            lists.append(index)
    slots = [index for index, name in enumerate(names) if _AU_SLOT.fullmatch(name)]
    return lists, slots, len(names) if merged else None


def _survey(path: Path, grid: Grid, layout: _Layout) -> int:
    """Counts the rows that are not blank, and refuses AU columns that are indicators."""
    count = 0
    seen: set[str] = set()
    for _, values in _body(grid, layout.header_row):
        count += 1
        # Anything else proves that the columns hold AUs; what it is does not matter then.
        if seen <= _INDICATORS:
            cells = (_at(values, column) for column in layout.au_slots)
            seen.update(str(cell).strip() for cell in cells if not is_blank(cell))
    if seen and seen <= _INDICATORS:
        raise SheetError(
            f"{path}: the numbered AU columns hold only 0 and 1, so they seem to mark which AUs are there;"
            " write each row's AUs into one column AU, such as 4+L10"
        )
    return count


def _body(grid: Grid, header_row: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, values in grid.rows():
        if number > header_row and not all(is_blank(value) for value in values):
            yield number, values


def _at(values: Sequence[Cell], column: int) -> Cell:
    return values[column] if column < len(values) else None


def _normal(value: Cell) -> str:
    """A header as columns are compared by: lower case, letters and digits only."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return "".join(sign for sign in unicodedata.normalize("NFKC", value).lower() if sign.isalnum())
