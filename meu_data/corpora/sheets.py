"""Annotation sheets: finds the table in an .xlsx, .xls or .csv file and streams its rows with their row numbers."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from meu_data.corpora.cells import Cell, CellError, frame_number, is_blank
from meu_data.corpora.columns import COLUMNS, OPTIONAL, RARELY
from meu_data.corpora.corpus import Corpus
from meu_data.corpora.grids import Grid, grids
from meu_data.errors import SheetError

_HEADER_WITHIN = 20
_AU_LIST = frozenset({"au", "aus", "actionunit", "actionunits"})
_AU_SLOT = re.compile(r"(?:au|actionunit)s?([lr]?\d{1,2})", re.ASCII)
# What pandas calls a column without a name when it saves a sheet again.
_NAMELESS = re.compile(r"(?:unnamed\d+)?", re.ASCII)
_MARKED, _UNMARKED = frozenset({"1", "1.0", "True", "TRUE"}), frozenset({"0", "0.0", "False", "FALSE"})
_LETTERS = re.compile(r"[A-Za-z]{1,3}|[1-9][0-9]{0,4}", re.ASCII)


class _ColumnTwiceError(SheetError):
    """A header names a column twice: no other sheet makes that good."""


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


@dataclass(frozen=True)
class Asked:
    """What a user says of a sheet, in place of what would be found.

    Attributes:
        sheet: The worksheet.
        header_row: The row with the columns' names; 0 where there is none.
        columns: Columns by their name in the sheet, letter or number; several of AU with commas; empty for none.
        encoding: Of a .csv.
        constants: What stands in every row, by column.
        parts: A column that is a part of another: that column, and a pattern whose first group is the part.
        emotions: Emotions by what the sheet writes in place of their names.
        frames: Patterns of the frames' paths, in place of those declared.
    """

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    emotions: Mapping[str, str] = field(default_factory=dict)
    frames: tuple[str, ...] = ()

    def applied(self, corpus: Corpus) -> Corpus:
        """The corpus as the user says it is.

        Raises:
            SheetError: A column is none, or a pattern cannot be understood.
        """
        for name in (*self.columns, *self.constants, *self.parts):
            if name not in COLUMNS and name != "AU":
                raise SheetError(f"there is no column {name!r}; columns: {', '.join(COLUMNS)}, AU")
        for name, (_, pattern) in self.parts.items():
            try:
                groups = re.compile(pattern).groups
            except re.error as error:
                raise SheetError(f"the part {name}: {pattern!r} is no pattern ({error})") from None
            if groups != 1:
                raise SheetError(f"the part {name}: {pattern!r} must have one group in parentheses, the part")
        named = {name: COLUMNS[name] for name in self.columns if name in COLUMNS}
        return replace(
            corpus,
            columns={**named, **corpus.columns},
            constants={**corpus.constants, **self.constants},
            derived={**corpus.derived, **self.parts},
            emotions={**corpus.emotions, **{name.casefold(): emotion for name, emotion in self.emotions.items()}},
            frames=self.frames or corpus.frames,
        )


class _Layout(NamedTuple):
    """Where the table's columns are; `au_from` opens a range to the right end of each row."""

    header_row: int
    names: Sequence[str]
    columns: Mapping[str, int]
    au_columns: Sequence[int]
    au_slots: Sequence[tuple[int, str]]
    au_from: int | None


@dataclass(frozen=True)
class Table:
    """A table that was found in a sheet; `total` is the number of its rows that are not blank.

    `indicators` says that numbered AU columns mark with 1 which AUs are there.
    """

    path: Path
    total: int
    indicators: bool
    _grid: Grid
    _layout: _Layout

    @property
    def sheet(self) -> str:
        """The worksheet; empty of a .csv."""
        return self._grid.name

    @property
    def encoding(self) -> str:
        """How a .csv is encoded; empty of others."""
        return self._grid.encoding

    @property
    def header_row(self) -> int:
        """The row with the names; 0 where there is none."""
        return self._layout.header_row

    @property
    def has_aus(self) -> bool:
        """Whether any column holds AUs."""
        layout = self._layout
        return bool(layout.au_columns or layout.au_slots or layout.au_from is not None)

    def columns(self) -> dict[str, str]:
        """Each column that is read, by its letter and its name in the sheet."""
        layout = self._layout
        found = {name: self._told(index) for name, index in layout.columns.items()}
        aus = [self._told(index) for index in (*layout.au_columns, *(index for index, _ in layout.au_slots))]
        if layout.au_from is not None:
            aus.append("and those right of it")
        return found | ({"AU": ", ".join(aus)} if aus else {})

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
            aus = [_at(values, column) for column in layout.au_columns]
            if self.indicators and not aus:  # beside a list they say the same again
                aus += [name for column, name in layout.au_slots if str(_at(values, column)).strip() in _MARKED]
            elif not self.indicators:
                aus += [_at(values, column) for column, _ in layout.au_slots]
            if layout.au_from is not None:
                aus += values[layout.au_from :]
            cells = {name: _at(values, column) for name, column in layout.columns.items()}
            yield SheetRow(number, cells, tuple(aus))
        if count != self.total:
            raise SheetError(f"{self.path}: the file changed while it was read; run the command again")

    def _told(self, index: int) -> str:
        name = self._layout.names[index].strip() if index < len(self._layout.names) else ""
        return f"{get_column_letter(index + 1)} {name}".strip()


def open_table(path: Path, corpus: Corpus, asked: Asked | None = None, sheets: Sequence[Grid] | None = None) -> Table:
    """Finds a corpus's table, and reads it through once.

    The header is the first of the first 20 rows that has all columns, whatever stands above it; it is looked for in the
    corpus's own worksheet first, then in "Sheet1", then in the others. AUs may stand in one column (AU, AUs, Action
    Units), in the nameless columns to the right of it (a merged header), and in numbered columns (AU 1, AU 2, ...),
    which hold AUs or mark with 1 which there are.

    Args:
        path: An .xlsx, .xls or .csv file (comma, semicolon or tab).
        corpus: Whose columns are looked for.
        asked: What the user says.
        sheets: The file's, where they are read already.

    Raises:
        SheetError: The file cannot be read, lacks a column, or has one twice.
    """
    asked = asked or Asked()
    found = _ordered(list(sheets if sheets is not None else grids(path, asked.encoding)), corpus, asked, path)
    looked_at = list(dict.fromkeys(grid.name for grid in found if grid.name))
    needed = [*_needed(corpus, asked)]
    fewest, broken = needed, None
    for grid in found:
        try:
            layout, missing = _find_layout(path, grid, corpus, asked)
            if layout is not None:
                return Table(path, *_survey(grid, layout), grid, layout)
        except _ColumnTwiceError:
            raise
        except SheetError as error:  # one sheet is damaged, or its quotes do not fit this delimiter: look on
            broken = broken or error
            continue
        fewest = min(fewest, missing, key=len)
    if broken is not None:
        raise broken
    where = f" in the first {_HEADER_WITHIN} rows" if asked.header_row is None else f" in row {asked.header_row}"
    where += f" of {', '.join(looked_at)}" if looked_at else ""
    raise SheetError(
        f"{path}: no header{where} names the column {', '.join(fewest)}; one row must name {', '.join(needed)}"
    )


def _ordered(found: list[Grid], corpus: Corpus, asked: Asked, path: Path) -> list[Grid]:
    if asked.sheet is not None and any(grid.name for grid in found):
        named = [grid for grid in found if grid.name.casefold() == asked.sheet.strip().casefold()]
        if not named:
            names = ", ".join(grid.name for grid in found)
            raise SheetError(f"{path}: there is no worksheet {asked.sheet!r}; it has {names}")
        return named
    wanted = [name.casefold() for name in (*corpus.sheets, "Sheet1")]
    rank = {name: place for place, name in reversed(list(enumerate(wanted)))}
    return sorted(found, key=lambda grid: rank.get(grid.name.casefold(), len(wanted)))


def _needed(corpus: Corpus, asked: Asked) -> Iterator[str]:
    for column in (*corpus.columns, "AU"):
        if column in asked.columns:
            needed = bool(asked.columns[column])
        else:
            given = column in corpus.optional or column in corpus.constants or column in corpus.derived
            needed = column not in OPTIONAL and not given
        if needed:
            yield column


def _find_layout(path: Path, grid: Grid, corpus: Corpus, asked: Asked) -> tuple[_Layout | None, list[str]]:
    """Where the columns are, or which the likeliest row lacks."""
    fewest = list(_needed(corpus, asked))
    if asked.header_row != 0:
        for number, values in islice(grid.rows(), max(_HEADER_WITHIN, asked.header_row or 0)):
            if asked.header_row not in (None, number):
                continue
            layout, missing = _layout(path, number, values, corpus, asked)
            if not missing:
                return layout, []
            fewest = min(fewest, missing, key=len)
    if asked.header_row == 0 or (asked.header_row is None and corpus.positions):
        positions = {name: place for place, name in enumerate(corpus.positions) if name}
        for name, told in asked.columns.items():
            positions.pop(name, None)
            if told and name != "AU":
                positions[name] = _lettered(path, told)
        aus = [_lettered(path, told) for told in asked.columns.get("AU", "").split(",") if told.strip()]
        aus = aus or ([positions["AU"]] if "AU" in positions else [])
        columns = {name: place for name, place in positions.items() if name != "AU"}
        if asked.header_row == 0 or _fits(grid, columns):
            missing = [name for name in _needed(corpus, asked) if name not in columns and (name != "AU" or not aus)]
            return (None, missing) if missing else (_Layout(0, (), columns, aus, (), None), [])
    return None, fewest


def _layout(path: Path, number: int, values: Sequence[Cell], corpus: Corpus, asked: Asked) -> tuple[_Layout, list[str]]:
    """A row taken as the header, and what it lacks."""
    names = [_normal(value) for value in values]
    columns: dict[str, int] = {}
    twice: dict[str, list[str]] = {}
    for column, usual in corpus.columns.items():
        if column not in asked.columns:
            found = [index for index, name in enumerate(names) if name in usual]
            found = found or [index for index, name in enumerate(names) if name in RARELY.get(column, ())]
        elif asked.columns[column]:
            found = _named(names, asked.columns[column])
        else:
            found = []
        if found:
            columns[column] = found[0]
        if len(found) > 1 and column not in OPTIONAL:
            twice[column] = [str(values[index]).strip() for index in found]
    if "AU" in asked.columns:
        lists = [index for told in asked.columns["AU"].split(",") if told.strip() for index in _named(names, told)]
        slots, au_from = list[tuple[int, str]](), None
    else:
        lists, slots, au_from = _au_columns(names)
    spelled_names = ["" if value is None else str(value) for value in values]
    layout = _Layout(number, spelled_names, columns, lists, slots, au_from)
    missing = _missing(columns, names, corpus, asked)
    if twice and not missing:  # only in a header is that a mistake: a title above it may say anything
        column, spelled = next(iter(twice.items()))
        raise _ColumnTwiceError(
            f"{path}: row {number} names the column {column} {len(spelled)} times ({', '.join(spelled)}); keep one, or"
            f" say which with --column {column}=LETTER"
        )
    return layout, missing


def _missing(columns: Collection[str], names: Sequence[str], corpus: Corpus, asked: Asked) -> list[str]:
    missing = [name for name in _needed(corpus, asked) if name not in columns]
    has_aus = any(name in _AU_LIST or _AU_SLOT.fullmatch(name) for name in names) or "AU" in asked.columns
    return [name for name in missing if name != "AU" or not has_aus]


def _named(names: Sequence[str], told: str) -> list[int]:
    """The columns of this name; else the one of this letter or number."""
    wanted = _normal(told)
    if found := [index for index, name in enumerate(names) if name == wanted]:
        return found
    if _LETTERS.fullmatch(told.strip()) and (index := _index(told)) < len(names):
        return [index]
    return []


def _lettered(path: Path, told: str) -> int:
    if not _LETTERS.fullmatch(told.strip()):
        raise SheetError(f"{path}: without a header a column is told by its letter or number, not {told.strip()!r}")
    return _index(told)


def _index(told: str) -> int:
    told = told.strip()
    return int(told) - 1 if told.isdecimal() else column_index_from_string(told.upper()) - 1


def _fits(grid: Grid, columns: Mapping[str, int]) -> bool:
    """Whether most of the first rows hold what the columns of a sheet without a header hold."""
    fit = rows = 0
    for _, values in islice(_body(grid, 0), _HEADER_WITHIN):
        rows += 1
        try:
            for column in ("OnsetFrame", "OffsetFrame"):
                frame_number(_at(values, columns[column]), column)
        except CellError:
            continue
        fit += not any(is_blank(_at(values, columns[name])) for name in ("Subject", "Filename"))
    return fit * 2 > rows


def _au_columns(names: Sequence[str]) -> tuple[list[int], list[tuple[int, str]], int | None]:
    """Columns with lists of AUs, numbered AU columns, and where an open range of nameless ones begins."""
    lists: list[int] = []
    merged = False
    for index, name in enumerate(names):
        merged = name in _AU_LIST or (merged and _NAMELESS.fullmatch(name) is not None)
        if merged:
            lists.append(index)
    slots = [(index, match[1]) for index, name in enumerate(names) if (match := _AU_SLOT.fullmatch(name))]
    return lists, slots, len(names) if merged else None


def _survey(grid: Grid, layout: _Layout) -> tuple[int, bool]:
    """Counts the rows that are not blank, and says whether numbered AU columns are indicators."""
    count = 0
    seen: set[str] = set()
    indicators, subject = _MARKED | _UNMARKED, layout.columns.get("Subject")
    for _, values in _body(grid, layout.header_row):
        count += 1
        # Anything else proves that the columns hold AUs; what it is does not matter then. A row of sums names nobody.
        if seen <= indicators and (subject is None or not is_blank(_at(values, subject))):
            cells = (_at(values, column) for column, _ in layout.au_slots)
            seen.update(str(cell).strip() for cell in cells if not is_blank(cell))
    return count, bool(seen) and seen <= indicators


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
