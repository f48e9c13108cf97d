"""The action units that a row's columns give: numbers, and the person's side where the coder gave one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from meu_data.errors import NotationError, printable
from meu_data.export.formats.row_view import RowView
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_NAMES

# There are fewer than 60 action units.
_LONGEST = 1000
_CODE = re.compile(r"([LR]?)AU(\d{1,2})[A-E]?")


@dataclass(frozen=True, slots=True)
class RowAus:
    """Numbers, the person's sides of those scored on one side or on each, and what is wrong with the columns.

    `sides` is None where no column tells of sides.
    """

    numbers: frozenset[int]
    sides: dict[int, set[str]] | None
    wrong: tuple[str, ...] = ()


def row_aus(view: RowView) -> RowAus | None:
    """Reads `aus` (a list of codes, or codes joined by blanks; `AUs` in FEA-20K) and `facs`.

    Returns:
        None where the row has no such column.
    """
    codes = view.labels.get("aus", view.labels.get("AUs"))
    if codes is None:
        return None
    if isinstance(codes, str):
        codes = codes.replace(",", " ").split()
    if not isinstance(codes, list):
        return RowAus(frozenset(), None, (f"aus is {printable(codes)}, not a list of codes",))
    numbers, sides, wrong = set[int](), dict[int, set[str]](), list[str]()
    for code in codes:
        match = _CODE.fullmatch(code) if isinstance(code, str) else None
        if match is None or int(match[2]) not in AU_NAMES:
            wrong = wrong or [f"{printable(code)!r} in aus is no code of an action unit such as AU12"]
            continue
        numbers.add(int(match[2]))
        if match[1]:
            sides.setdefault(int(match[2]), set()).add(match[1])
    facs = view.labels.get("facs")
    if isinstance(facs, str) and not wrong:
        wrong += _read_facs(facs, numbers, sides)
    return RowAus(frozenset(numbers), sides if sides or facs is not None else None, tuple(wrong))


def au_list(numbers: Iterable[int]) -> str:
    """Action units as a message names them."""
    return ", ".join(f"AU{number}" for number in sorted(numbers)) or "no action unit"


def _read_facs(facs: str, numbers: set[int], sides: dict[int, set[str]]) -> list[str]:
    if len(facs) > _LONGEST:
        return [f"facs: {printable(facs)!r} is no list of action units"]
    try:
        units = parse_aus(facs)
    except NotationError as error:
        return [f"facs: {printable(str(error))}"]
    if {unit.number for unit in units} != numbers:
        return [f"aus has {au_list(numbers)}, facs {au_list({unit.number for unit in units})}"]
    unsided = {unit.number for unit in units if unit.side is None}
    for unit in units:
        if unit.side is not None and unit.number not in unsided:
            sides.setdefault(unit.number, set()).add(unit.side)
    return []
