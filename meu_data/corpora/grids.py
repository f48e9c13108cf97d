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
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import openpyxl
from openpyxl.utils import get_column_letter

from meu_data.corpora.cells import Cell, UnsavedFormula
from meu_data.corpora.encodings import Encoding, encoding_of
from meu_data.corpora.merged_cells import Merged, filled_down, merged_in_workbook
from meu_data.errors import SheetError

if TYPE_CHECKING:
    import xlrd.sheet

NumberedRow: TypeAlias = tuple[int, Sequence[Cell]]

_CHUNK = 256
_LAST_ROW = 1_048_576  # of the format; a forged higher number would make openpyxl count for ever
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
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
    if path.is_dir():
        raise SheetError(f"{path}: this is a folder; name the sheet in it")
    if kind is None:
        raise SheetError(f"{path}: sheets are read from {', '.join(kinds)} files; save it as one of them")
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_OLE))
    except FileNotFoundError:
        raise SheetError(f"{path}: there is no such file") from None
    except PermissionError:
        raise SheetError(f"{path}: permission denied; make it readable for this user") from None
    except OSError as error:
        raise SheetError(f"{path}: cannot be read ({error.strerror})") from None
    if not start:
        raise SheetError(f"{path}: the file is empty")
    if start == _OLE and kind is not _old_grids:
        raise SheetError(
            f"{path}: this is an encrypted file, or an .xls by another name; save it as .xlsx without a password"
        )
    yield from kind(path)


def _workbook_grids(path: Path) -> Iterator[Grid]:
    has_formulas = _has_formulas(path)
    with closing(_load(path, data_only=True)) as book:
        parts = {sheet.title: str(sheet._worksheet_path) for sheet in book.worksheets}
    for name, part in parts.items():
        merged = cache(partial(_merged, path, part))

        def rows(name: str = name, merged: Callable[[], list[Merged]] = merged) -> Iterator[NumberedRow]:
            values = filled_down(_worksheet_rows(path, name, data_only=True), merged())
            if not has_formulas:
                return values
            return _with_formulas(values, _worksheet_rows(path, name, data_only=False))

        yield Grid(name, rows)


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
                if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
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
            try:
                book = xlrd.open_workbook(file_contents=data, logfile=nowhere, formatting_info=True)
            except Exception:
                book = xlrd.open_workbook(file_contents=data, logfile=nowhere)
    except Exception as error:  # xlrd's own, and on damaged files almost anything
        if "encrypted" in str(error).lower():
            raise SheetError(f"{path}: this file is encrypted; save it without a password") from error
        raise _damaged(path, error) from error
    for sheet in book.sheets():

        def rows(sheet: xlrd.sheet.Sheet = sheet) -> Iterator[NumberedRow]:
            spans = ((top + 1, below, left + 1) for top, below, left, _ in sheet.merged_cells)
            merged = sorted(Merged(*span) for span in spans if span[1] > span[0])
            return filled_down(_old_rows(sheet, book.datemode), merged)

        yield Grid(sheet.name, rows)


def _old_rows(sheet: "xlrd.sheet.Sheet", datemode: Literal[0, 1]) -> Iterator[NumberedRow]:
    for number in range(sheet.nrows):
        yield number + 1, [_old_cell(cell, datemode) for cell in sheet.row(number)]


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


def _csv_rows(path: Path, encoding: Encoding, delimiter: str) -> Iterator[NumberedRow]:
    with path.open(encoding=encoding.codec, newline="") as stream:
        # Strict, because an unclosed quote would swallow the rows behind it without a word.
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        line = 1
        try:
            for values in reader:
                yield line, values
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError, OSError) as error:
            raise SheetError(f"{path}: line {line}: {error}; correct its quotes or save it anew") from error
