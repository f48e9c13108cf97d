"""Spreadsheet files as plain grids of cells: .xlsx by openpyxl, .xls by xlrd, .csv by the standard library."""

import csv
import os
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache, partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple, TextIO, TypeAlias

import openpyxl
from openpyxl.utils import get_column_letter

from meu_data.corpora.cells import Cell, UnsavedFormula
from meu_data.corpora.encodings import Encoding, encoding_of
from meu_data.corpora.merged_cells import Merged, filled_down, merged_in_workbook
from meu_data.errors import MeuError, SheetError
from meu_data.given_files import check_file

NumberedRow: TypeAlias = tuple[int, Sequence[Cell]]

_CHUNK = 256
# Sheets of corpora have some 10,000 rows, 1 MB, and unpack to 10. What is far beyond that has cells formatted down to
# the last row, or is meant to fill the memory.
_LARGEST = {".xlsx": 128 * 1024**2, ".xls": 32 * 1024**2, ".csv": 256 * 1024**2}
_MOST_UNPACKED, _LARGEST_PART = 128 * 1024**2, 32 * 1024**2
_MOST_CELLS, _MOST_SHEETS = 20_000_000, 256
_LONGEST_LINE = 1024**2
_LAST_ROW = 1_048_576  # of the format; a forged higher number would make openpyxl count for ever
_WORKSHEETS = "xl/worksheets/"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_KEEP_THE_TABLE = "delete the empty rows and columns around the table, and save it anew"
_DELIMITERS = (",", ";", "\t")


class Grid(NamedTuple):
    """One sheet of a file; `rows` begins a new pass over its numbered rows; `encoding` is told of a .csv."""

    name: str
    rows: Callable[[], Iterator[NumberedRow]]
    encoding: str = ""


def grids(path: Path, encoding: str | None = None) -> Iterator[Grid]:
    """The sheets of a file in its order; a .csv is read with each delimiter as a sheet without a name.

    Args:
        path: An .xlsx, .xls or .csv file.
        encoding: Of a .csv, where its bytes do not tell.

    Raises:
        SheetError: The file is missing, a folder, not allowed, encrypted, damaged or of another kind. A pass over
            the rows raises it as well.
    """
    kinds: dict[str, Callable[[Path], Iterator[Grid]]]
    kinds = {".xlsx": _workbook_grids, ".xls": _old_grids, ".csv": lambda path: _csv_grids(path, encoding)}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise SheetError(f"{path}: sheets are read from {', '.join(kinds)} files; save it as one of them")
    try:
        check_file(path, most=_LARGEST[path.suffix.lower()])
        with path.open("rb") as stream:
            start = stream.read(len(_OLE))
    except FileNotFoundError:
        raise SheetError(f"{path}: there is no such file") from None
    except PermissionError:
        raise SheetError(f"{path}: permission denied; make it readable for this user") from None
    except OSError as error:
        raise SheetError(f"{path}: cannot be read ({error.strerror})") from None
    except MeuError as error:
        raise SheetError(str(error)) from None
    if not start:
        raise SheetError(f"{path}: the file is empty")
    if start == _OLE and kind is not _old_grids:
        raise SheetError(
            f"{path}: this is an encrypted file, or an .xls by another name; save it as .xlsx without a password"
        )
    for grid in kind(path):
        yield grid._replace(rows=partial(_within_bounds, path, grid.rows))


def _within_bounds(path: Path, rows: Callable[[], Iterator[NumberedRow]]) -> Iterator[NumberedRow]:
    cells = 0
    for number, values in rows():
        cells += len(values)
        if cells > _MOST_CELLS:
            raise SheetError(f"{path}: row {number}: the sheet has more than {_MOST_CELLS} cells; {_KEEP_THE_TABLE}")
        yield number, values


def _workbook_grids(path: Path) -> Iterator[Grid]:
    _refuse_bomb(path)
    has_formulas = _has_formulas(path)
    with closing(_load(path, data_only=True)) as book:
        parts = {sheet.title: str(sheet._worksheet_path) for sheet in book.worksheets[:_MOST_SHEETS]}
    for name, part in parts.items():
        merged = cache(partial(_merged, path, part))

        def rows(name: str = name, merged: Callable[[], list[Merged]] = merged) -> Iterator[NumberedRow]:
            values = filled_down(_worksheet_rows(path, name, data_only=True), merged())
            if not has_formulas:
                return values
            return _with_formulas(values, _worksheet_rows(path, name, data_only=False))

        yield Grid(name, rows)


def _refuse_bomb(path: Path) -> None:
    """By the sizes that the archive tells of its parts, which nothing unpacks beyond."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except Exception as error:  # besides BadZipFile: NotImplementedError, UnicodeDecodeError, struct.error
        raise _damaged(path, error) from error
    largest = max((part.file_size for part in parts if not part.filename.startswith(_WORKSHEETS)), default=0)
    size = sum(part.file_size for part in parts)
    if size > _MOST_UNPACKED or largest > _LARGEST_PART:
        raise SheetError(f"{path}: unpacks to {size / 1e6:.0f} MB, far more than a sheet needs; {_KEEP_THE_TABLE}")


def _load(path: Path, *, data_only: bool) -> Any:  # noqa: ANN401 - openpyxl's read-only classes are not in its stubs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that do not concern us
        try:
            return openpyxl.load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
        except Exception as error:  # on a damaged file it raises almost anything
            raise _damaged(path, error) from error


def _worksheet_rows(path: Path, name: str, *, data_only: bool) -> Iterator[NumberedRow]:
    with closing(_load(path, data_only=data_only)) as book:
        sheet = book[name]
        sheet.reset_dimensions()  # some writers store wrong ones, which would cut the sheet off
        rows = sheet.iter_rows(values_only=True)
        number = 0
        while chunk := _next_chunk(path, rows):
            for values in chunk:
                number += 1
                if number > _LAST_ROW:
                    raise SheetError(f"{path}: sheet {name} claims more than {_LAST_ROW} rows; save it anew")
                yield number, values


def _next_chunk(path: Path, rows: Iterator[Sequence[Cell]]) -> list[Sequence[Cell]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a date out of range becomes "#VALUE!", which is reported by row
        try:
            return list(islice(rows, _CHUNK))
        except Exception as error:  # on damaged XML it raises almost anything
            raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> SheetError:
    text = " ".join(str(error).split())[:200]
    return SheetError(
        f"{path}: cannot be read as {path.suffix}, damaged or another kind of file ({text}); save it anew"
    )


def _merged(path: Path, part: str) -> list[Merged]:
    try:
        return merged_in_workbook(path, part)
    except SheetError:
        raise
    except Exception as error:  # as with formulas
        raise _damaged(path, error) from error


def _has_formulas(path: Path) -> bool:
    """Whether any sheet has a formula, by its tag; saves the second pass that formulas need."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                if not part.startswith(_WORKSHEETS) or not part.endswith(".xml"):
                    continue
                with archive.open(part) as stream:
                    tail = b""
                    while block := stream.read(1 << 18):
                        if _FORMULA.search(tail + block):
                            return True
                        tail = block[-64:]
    except Exception as error:  # besides BadZipFile: zlib's errors, NotImplementedError, RuntimeError
        raise _damaged(path, error) from error
    return False


def _with_formulas(values: Iterator[NumberedRow], formulas: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    """Marks the cells that have a formula but no saved result, which read as blank otherwise."""
    for (number, cells), (_, sources) in zip(values, formulas, strict=False):
        yield (
            number,
            [
                UnsavedFormula(f"{get_column_letter(column)}{number}") if cell is None and source is not None else cell
                for column, (cell, source) in enumerate(zip_longest(cells, sources), start=1)
            ],
        )


def _old_grids(path: Path) -> Iterator[Grid]:
    """The sheets of an Excel 97-2003 file; xlrd holds it whole, which its format keeps below 65,536 rows a sheet.

    xlrd knows the merged cells where it reads the formatting, which other programs may have written oddly.
    """
    import xlrd

    try:
        data = path.read_bytes()
        with open(os.devnull, "w") as nowhere:
            read = partial(xlrd.open_workbook, file_contents=data, logfile=nowhere, on_demand=True, ragged_rows=True)
            try:
                book = read(formatting_info=True)
            except Exception:
                book = read()
    except Exception as error:  # xlrd's own, and on damaged files almost anything
        if "encrypted" in str(error).lower():
            raise SheetError(f"{path}: this file is encrypted; save it without a password") from error
        raise _damaged(path, error) from error
    for name in book.sheet_names()[:_MOST_SHEETS]:

        def rows(name: str = name) -> Iterator[NumberedRow]:
            try:
                sheet = book.sheet_by_name(name)
            except Exception as error:
                raise _damaged(path, error) from error
            spans = [(top + 1, below, left + 1) for top, below, left, _ in sheet.merged_cells]
            merged = sorted(Merged(*span) for span in spans if span[1] > span[0])
            cells = ([_old_cell(cell, book.datemode) for cell in sheet.row(number)] for number in range(sheet.nrows))
            yield from filled_down(enumerate(cells, start=1), merged)
            # One at a time: a file may tell of the same cells in many sheets.
            book.unload_sheet(name)

        yield Grid(name, rows)


def _old_cell(cell: Any, datemode: Literal[0, 1]) -> Cell:  # noqa: ANN401 - xlrd's stubs leave values open
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return "#VALUE!"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    value: str | float = cell.value
    return value


def _csv_grids(path: Path, named: str | None) -> Iterator[Grid]:
    encoding = encoding_of(path, named)
    for delimiter in _DELIMITERS:

        def rows(delimiter: str = delimiter) -> Iterator[NumberedRow]:
            return _csv_rows(path, encoding, delimiter)

        yield Grid("", rows, encoding.told)


def _csv_lines(path: Path, stream: TextIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise SheetError(f"{path}: line {number} is longer than {_LONGEST_LINE >> 20} MB; is it a sheet?")
        yield line


def _csv_rows(path: Path, encoding: Encoding, delimiter: str) -> Iterator[NumberedRow]:
    with path.open(encoding=encoding.codec, newline="") as stream:
        # Strict, because an unclosed quote would swallow the rows behind it without a word.
        reader = csv.reader(_csv_lines(path, stream), delimiter=delimiter, strict=True)
        line = 1
        try:
            for values in reader:
                yield line, values
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError, OSError) as error:
            raise SheetError(f"{path}: line {line}: {error}; correct its quotes or save it anew") from error
