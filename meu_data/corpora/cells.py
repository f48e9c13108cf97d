"""What one cell of a sheet means: a frame number, a name, action units. Nothing is guessed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from meu_data.errors import MeuError

LAST_FRAME = 999_999
"""The highest frame number taken for real: over an hour at 200 frames per second."""

_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!"})
_LONGEST_NAME = 100
_LONGEST_AUS = 400  # fourteen AUs spelled out, "Right AU12" and the like, are half of it
_LONGEST_SHOWN = 60
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class UnsavedFormula:
    """A formula whose result the file does not hold, because no spreadsheet program has computed it."""


Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | UnsavedFormula | None


class CellError(MeuError):
    """A cell does not hold what its column promises; becomes the reason of a problem."""


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: Cell) -> str:
    """A cell's value as a message shows it: quoted, shortened, on one line."""
    if isinstance(cell, date | time):
        return f"the date {cell.isoformat()}"
    text = repr(cell.strip()) if isinstance(cell, str) else str(cell)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def frame_number(cell: Cell, column: str) -> int:
    """Reads a frame number: 10, 10.0, "10" and " 10 " are all 10.

    Raises:
        CellError: Blank, or no whole number from 0 to `LAST_FRAME`.
    """
    value = _present(cell, column)
    number: int | None = None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        number = int(value.strip().partition(".")[0])
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        number = int(value)
    if number is None or not 0 <= number <= LAST_FRAME:
        raise CellError(f"{column} is {shown(value)}; a frame number is a whole number from 0 to {LAST_FRAME}")
    return number


def name(cell: Cell, column: str) -> str:
    """Reads a subject or a clip: text without stray blanks; a whole number becomes its digits.

    Raises:
        CellError: Blank, too long, a number with a fraction, a date, or with signs that no name may hold.
    """
    text = _text(_present(cell, column), column)
    # A slash would change the parts of a sample's id; control signs and lone surrogates fit in no path.
    if any(sign in "/\\" or unicodedata.category(sign) in _UNFIT for sign in text):
        raise CellError(f"{column} is {shown(text)}; a name may not hold slashes or control signs")
    return text


def word(cell: Cell, column: str) -> str:
    """Reads a label such as an emotion; what it may be is checked elsewhere.

    Raises:
        CellError: Blank, or no text.
    """
    return _text(_present(cell, column), column)


def au_text(cells: Iterable[Cell]) -> str:
    """Joins a row's AU cells with "+", leaving blanks out.

    Raises:
        CellError: A cell holds a date (spreadsheets turn "4-12" into one), an error, a formula without a result.
    """
    return "+".join(_text(_sound(cell, "AU"), "AU", _LONGEST_AUS) for cell in cells if not is_blank(cell))


def _present(cell: Cell, column: str) -> Cell:
    if is_blank(cell):
        raise CellError(f"{column} is blank")
    return _sound(cell, column)


def _sound(cell: Cell, column: str) -> Cell:
    if isinstance(cell, UnsavedFormula):
        raise CellError(f"{column} holds a formula without a saved result; paste its value in place of the formula")
    if isinstance(cell, str) and cell.strip() in _ERRORS:
        raise CellError(f"{column} holds the spreadsheet error {cell.strip()}; correct the cell")
    return cell


def _text(cell: Cell, column: str, longest: int = _LONGEST_NAME) -> str:
    text: str | None = None
    if isinstance(cell, str):
        text = cell.strip()
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell // 1:
        text = str(int(cell))
    if text is None:
        raise CellError(f"{column} is {shown(cell)}, which is no text; format the cell as text and type it again")
    if len(text) > longest:
        raise CellError(f"{column} is {shown(text)}: {len(text)} signs, more than the {longest} it may have")
    return text
