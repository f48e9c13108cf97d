"""What one cell of a sheet means: a frame number, a name, action units. Nothing is guessed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from meu_data.errors import MeuError

LAST_FRAME = 99_999_999
"""The highest frame number taken for real; SMIC numbers up to 32,615,604."""

_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,12})?", re.ASCII)
# How sheets write that there is no value; a corpus may have further words.
_NO_VALUE = frozenset({"/", "\\", "-", "--", "-1", "-1.0", "?", "null", "none", "nan", "n/a", "na"})
_NO_WORD = _NO_VALUE - {"?"}
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!"})
_LONGEST_NAME = 100
_LONGEST_WORDS = 1000
_LONGEST_AUS = 400  # fourteen AUs spelled out, "Right AU12" and the like, are half of it
_LONGEST_SHOWN = 60
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class UnsavedFormula:
    """A formula whose result the file does not hold, because no spreadsheet program has computed it.

    Attributes:
        place: The cell, such as D2.
    """

    place: str = ""


Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | UnsavedFormula | None


class CellError(MeuError):
    """A cell does not hold what its column promises; becomes the reason of a problem."""


class NotTextError(CellError):
    """A cell holds a date, a fraction or more than a cell should, where text stands."""


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_error(cell: Cell) -> bool:
    """Whether a cell holds what a spreadsheet shows for a formula that failed, such as #REF!."""
    return isinstance(cell, str) and cell.strip() in _ERRORS


def shown(cell: Cell) -> str:
    """A cell's value as a message shows it: quoted, shortened, on one line."""
    if isinstance(cell, date | time):
        return f"the date {cell.isoformat()}"
    text = repr(cell.strip()) if isinstance(cell, str) else str(cell)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def without(cell: Cell, column: str, words: frozenset[str] = frozenset()) -> Cell:
    """The cell, or None where it says in words that there is no value; a name may be such a word.

    Args:
        cell: What the sheet holds.
        column: Its name.
        words: Further words of the corpus, lower case.
    """
    if isinstance(cell, bool | datetime | date | time | timedelta | UnsavedFormula):
        return cell
    text = str(cell).strip().removesuffix(".0").casefold()
    usual = frozenset[str]() if column in ("Subject", "Filename") else _NO_VALUE if column != "Emotion" else _NO_WORD
    return None if text in usual or text in words else cell


def frame_number(cell: Cell, column: str) -> int:
    """Reads a frame number: 10, 10.0, "10", " 10 " and "010" are all 10; a fraction is rounded, half to even.

    Raises:
        CellError: Blank, or no number from 0 to `LAST_FRAME`.
    """
    value = _present(cell, column)
    number: float | None = None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip().rstrip("'")):
        number = float(value.strip().rstrip("'"))
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10 * LAST_FRAME:
        number = value
    if number is None or not 0 <= round(number) <= LAST_FRAME:
        raise CellError(f"{column} is {shown(value)}; a frame number is a whole number from 0 to {LAST_FRAME}")
    return round(number)


def is_fraction(cell: Cell) -> bool:
    """Whether a frame number stands between two frames."""
    value = cell if isinstance(cell, int | float) else float(str(cell).strip().rstrip("'"))
    return value != value // 1


def frames_per_second(cell: Cell) -> float | None:
    """Reads a frame rate; None where there is none.

    Raises:
        CellError: No number above 0.
    """
    if is_blank(cell):
        return None
    text = str(_sound(cell, "Fps")).strip()
    if isinstance(cell, bool) or not _NUMBER.fullmatch(text) or not float(text):
        raise CellError(f"Fps is {shown(cell)}, which is no frame rate")
    return float(text)


def words(cell: Cell) -> str | None:
    """What a cell says, as a text of one line; None where it says nothing. Anything at all is text here."""
    if is_blank(cell) or isinstance(cell, UnsavedFormula):
        return None
    if isinstance(cell, float) and cell == cell // 1:
        cell = int(cell)
    return " ".join(str(cell).split())[:_LONGEST_WORDS]


def name(cell: Cell, column: str) -> str:
    """Reads a subject or a clip: text without stray blanks; a whole number becomes its digits.

    Raises:
        CellError: Blank, too long, a number with a fraction, a date, or with signs that no name may hold.
    """
    text = _text(_present(cell, column), column).rstrip("'")  # 4DME's earlier table has one behind every value
    # A slash would change the parts of a sample's id; control signs and lone surrogates fit in no path.
    if any(sign in "/\\" or unicodedata.category(sign) in _UNFIT for sign in text):
        raise CellError(f"{column} is {shown(text)}; a name may not hold slashes or control signs")
    return text


def au_text(cells: Iterable[Cell]) -> tuple[str, str | None]:
    """Joins a row's AU cells with "+", leaving blanks out.

    Returns:
        The text, and why it cannot be what the coder wrote (spreadsheets turn "4-12" into a date and "4.12" into a
        number); None where it is.

    Raises:
        CellError: A cell holds an error, or a formula without a result.
    """
    texts, wrong = list[str](), None
    for cell in cells:
        if is_blank(cell):
            continue
        try:
            texts.append(_text(_sound(cell, "AU"), "AU", _LONGEST_AUS))
        except NotTextError as error:
            texts.append(words(cell) or "")
            wrong = wrong or str(error)
    return "+".join(texts), wrong


def _present(cell: Cell, column: str) -> Cell:
    if is_blank(cell):
        raise CellError(f"{column} is blank")
    return _sound(cell, column)


def _sound(cell: Cell, column: str) -> Cell:
    if isinstance(cell, UnsavedFormula):
        where = f" ({cell.place})" if cell.place else ""
        raise CellError(
            f"{column}{where} holds a formula without a saved result; paste its value in place of the formula"
        )
    if is_error(cell):
        raise CellError(f"{column} holds the spreadsheet error {str(cell).strip()}; correct the cell")
    return cell


def _text(cell: Cell, column: str, longest: int = _LONGEST_NAME) -> str:
    text: str | None = None
    if isinstance(cell, str):
        text = cell.strip()
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell // 1:
        text = str(int(cell))
    if text is None:
        raise NotTextError(f"{column} is {shown(cell)}, which is no text; format the cell as text and type it again")
    if len(text) > longest:
        raise NotTextError(f"{column} is {shown(text)}: {len(text)} signs, more than the {longest} it may have")
    return text
