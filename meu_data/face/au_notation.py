"""Action units as coders write them, read in three grades: certain, uncertain, not understood.

What every sign means is the key of SAMM's own sheet ("/" = or; "A2" = on both sides, stronger on one; T and B = top and
bottom lip) and what the corpora's sheets were seen to write; docs/corpora.md has the table.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from meu_data.errors import NotationError
from meu_data.face.aus import AU_NAMES, HEAD_AUS, aus_of

# The tables are read by rewards too, which must load in a moment: records come with pydantic.
if TYPE_CHECKING:
    from meu_data.records import ActionUnit

# What FACS numbers with another prefix: action descriptors, and movements of the head. DFME's sheets write AD31, AD38,
# AD39, M57 and M58; the manual of 2002 made AUs of the descriptors 38 and 39.
_PREFIXED = {"au": frozenset(AU_NAMES), "ad": aus_of("miscellaneous") - {8}, "m": HEAD_AUS}
_BLANKS = frozenset({"", "-", "/", "\\", "none", "nan"})
# The coder, or a program, says that it is not known: not the same as a face without AUs.
_UNKNOWN = frozenset({"?", "??", "null", "n/a", "na", "unknown"})
_LONGEST_CELL = 400  # fourteen AUs spelled out, "Right AU12" and the like, are half of it
_LONGEST_QUOTE = 80

_TOKEN = re.compile(
    r"""
    (?P<unit>
        (?: \( \s* (?P<choice> [lra] \s* / \s* [lra] ) \s* \) \s*
          | (?P<choice_bare> [lra] / [lra] ) (?= \s* [tb]? (?: au | ad | m )? \s* \d )
        )?
        (?: (?P<before> left | right | [lr] ) [\s._-]* )?
        (?: (?P<form> [atb] ) (?= (?: ad | m | au )? \d ) )?
        (?: (?P<prefix> au | ad | m ) [\s._-]* (?: (?P<side> [lr] ) [\s._-]* )? )?
        (?P<number> \d{1,3} ) (?! \d | \s* [-–~] \s* \d | \.\d | e\d )
        (?: \s* (?: (?P<intensity> [a-e] ) (?: / (?P<other> [a-e] ) )?
                  | \( \s* (?P<intensity_in> [a-e] ) / (?P<other_in> [a-e] ) \s* \) ) (?! [\w] ) (?! \s+ \d ) )?
        (?: (?P<after> [lr] ) (?! \w ) | [\s._-]* (?: \( \s* (?P<after_in> left | right | l | r ) \s* \)
          | (?P<after_word> left | right ) (?! \w | \s+ (?: au )? \d ) ) )?
        (?! (?! (?: or | and ) [\W\dlratb] ) [^\W_] )
    )
  | (?P<static> \( \s* k \s* \) )
  | (?P<reference> ref \.? \s* \( )
  | (?P<open> \( )
  | (?P<close> \) )
  | (?P<doubt> \? )
  | (?P<either> / | \| | or (?! [^\W\d_]{2} ) )
  | (?P<link> [+,;&、] | and (?! [^\W\d_]{2} ) )
  | (?P<blank> \s+ | - (?= \s ) )
  | (?P<words> [^\W\d_] [^\s+,;&()/|\d?]* [?]? | . \w* )
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


_KINDS = ("unit", "static", "reference", "open", "close", "doubt", "either", "link", "blank", "words")


class AuCell(NamedTuple):
    """A cell of AUs as it was read.

    `aus` are None where the cell says that they are not known. `notes` quote what was not understood or not taken as it
    is written; they are empty where the AUs say all that the cell does.
    """

    aus: "tuple[ActionUnit, ...] | None"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """An AU as read so far; `either` numbers the alternatives it is one of."""

    number: int
    side: str | None
    intensity: str | None
    other_intensity: str | None
    asymmetric: bool
    part: str | None
    certain: bool = True
    either: int | None = None

    @property
    def key(self) -> tuple[int, str | None, bool]:
        return self.number, self.side, self.asymmetric


@dataclass
class _Level:
    """What stands between two parentheses, or the whole cell.

    `last` is how many units the last part of it has, with what an "or" joins to it, and `newest` the last one alone.
    """

    reference: bool = False
    units: list[_Unit] = field(default_factory=list)
    last: int = 0
    newest: int = 0
    choosing: bool = False
    words: bool = False


@lru_cache(maxsize=1024)  # sheets repeat a few hundred cells: their rows share what was read
def read_aus(text: str) -> AuCell:
    """Reads the AU notations of the corpora; what is not understood becomes a note, never an error.

    Lists ("4+L10", "14,L24,", "4 7"), sides before or behind ("L12", "12L", "AU12 (left)"), intensities ("12A",
    "10A/B"), prefixes ("AU6", "AD38", "M57"), asymmetric ("A12B") and one-lip AUs ("T23"), full-width signs. Uncertain
    are alternatives ("L12 or L14", "(23/24)"), references ("ref(43)"), question marks, "A/L12" and static AUs ("4(k)").
    Coders' words are dropped, with a note; T and B of one AU are the whole of it; duplicates are read once.

    Args:
        text: The cell, or several AU cells joined by "+".

    Returns:
        The AUs in the order of the cell, with the person's sides. Reading `facs_notation` of them gives them again.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() in _BLANKS:
        return AuCell(())
    quoted = f"AUs {_shortened(text.strip())!r}"
    if plain.casefold() in _UNKNOWN:
        return AuCell(None, (f"{quoted}: the coder did not say which",))
    if len(plain) > _LONGEST_CELL:
        return AuCell(None, (f"{quoted}: {len(plain)} signs, more than {_LONGEST_CELL}, are no AUs",))
    odd: list[str] = []
    units = _once(_units(plain, odd), odd)
    notes = (f"{quoted}: {'; '.join(dict.fromkeys(odd))}",) if odd else ()
    return AuCell(tuple(_records(units)) if units or not odd else None, notes)


def parse_aus(text: str) -> "tuple[ActionUnit, ...]":
    """Reads AUs where every sign must be understood.

    Raises:
        NotationError: A part is no AU, or does not say which.
    """
    cell = read_aus(text)
    if cell.notes or cell.aus is None:
        raise NotationError(f"{'; '.join(cell.notes)}; write e.g. 4+L10 or AU6+AU12")
    return cell.aus


def facs_notation(aus: "Iterable[ActionUnit]") -> str:
    """AUs in FACS notation, alternatives with "or": `4+L10`, `L12 or L14`."""
    groups = groupby(enumerate(aus), lambda item: item[1].alternative or -1 - item[0])
    return "+".join(" or ".join(au.facs for _, au in group) for _, group in groups)


def parse_code(code: str) -> "ActionUnit":
    """The AU of a code written by `ActionUnit.code`, such as `AU12` or `LAU12`.

    Raises:
        NotationError: The text is no such code.
    """
    units = parse_aus(code)
    if len(units) != 1 or units[0].code != code:
        raise NotationError(f"{code!r} is no AU code; write AU12, LAU12 or RAU12")
    return units[0]


def _units(plain: str, odd: list[str]) -> list[_Unit]:  # noqa: PLR0912 - one branch for each kind of sign
    levels, groups, closed, spoken = [_Level()], 0, -1, (-1, -1)
    for match in _TOKEN.finditer(plain):
        level, kind = levels[-1], next(name for name in _KINDS if match[name] is not None)
        if kind in ("unit", "open", "reference") and closed == match.start():
            odd.append(f"no sign before {match[kind]!r}")
        if kind in ("open", "reference"):
            levels.append(_Level(reference=kind == "reference"))
        elif kind == "unit":
            groups = _add(level, [unit] if (unit := _unit(match, odd)) else [], groups)
        elif kind == "close":
            closed = match.end()
            if len(levels) == 1:
                odd.append("a parenthesis that was not opened")
                continue
            groups = _close(levels, groups)
        elif kind == "either":
            level.choosing = bool(level.last)
        elif kind == "link":
            level.choosing, level.last, level.newest = False, 0, 0
        elif kind in ("doubt", "static"):
            if not level.newest:
                odd.append("'?' stands at no AU")
            _doubt(level)
            if kind == "static":
                odd.append("(k): static through the clip")
        elif kind == "words":
            begin = spoken[0] if not plain[spoken[1] : match.start()].strip() and spoken[1] >= 0 else match.start()
            if begin == spoken[0]:
                odd.pop()
            spoken = (begin, match.end())
            odd.append(f"not read: {plain[begin : match.end()]!r}")
            level.words, level.last, level.newest = True, 0, 0
    while len(levels) > 1:
        odd.append("a parenthesis that is not closed")
        groups = _close(levels, groups)
    return levels[0].units


def _close(levels: list[_Level], groups: int) -> int:
    """Ends the innermost parenthesis: what it refers to, or says in words, is uncertain."""
    done = levels.pop()
    doubtful = done.reference or (done.words and bool(done.units))
    units = [replace(unit, certain=False) for unit in done.units] if doubtful else done.units
    return _add(levels[-1], units, groups)


def _add(level: _Level, units: Sequence[_Unit], groups: int) -> int:
    """Puts units behind those of a level, as alternatives to the last part of it where an "or" stands between."""
    if level.choosing and level.last and units:
        before = level.units[-level.last :]
        group = next((unit.either for unit in before if unit.either), None)
        if group is None:
            groups += 1
            group = groups
        level.units[-level.last :] = [replace(unit, either=group) for unit in before]
        units = [replace(unit, either=group) for unit in units]
        level.last += len(units)
    else:
        level.last = len(units)
    level.choosing, level.newest = False, len(units)
    level.units += units
    return groups


def _doubt(level: _Level) -> None:
    for place in range(len(level.units) - level.newest, len(level.units)):
        level.units[place] = replace(level.units[place], certain=False)


def _unit(match: re.Match[str], odd: list[str]) -> _Unit | None:
    written, number = match["unit"].strip(), int(match["number"])
    prefix = (match["prefix"] or "au").casefold()
    if number not in AU_NAMES:
        odd.append(f"{written!r} is no action unit of FACS")
        return None
    if number not in _PREFIXED[prefix]:
        odd.append(f"{written!r} is no code of FACS; write {number} or AU{number}")
        return None
    choice = {sign.upper() for sign in match["choice"] or match["choice_bare"] or "" if sign.isalpha()}
    named = ("before", "side", "after", "after_in", "after_word")
    sides = {match[name][0].upper() for name in named if match[name]} | (choice - {"A"})
    certain = not choice
    if len(sides) > 1:
        certain = False
        if not choice:
            odd.append(f"{written!r} names both sides; write L{number}+R{number}")
    form = (match["form"] or "").upper()
    certain &= not (form == "A" and sides)
    intensity, other = match["intensity"] or match["intensity_in"], match["other"] or match["other_in"]
    return _Unit(
        number=number,
        side=sides.pop() if len(sides) == 1 else None,
        intensity=intensity and intensity.upper(),
        other_intensity=other.upper() if other and other.upper() != (intensity or "").upper() else None,
        asymmetric=form == "A" or "A" in choice,
        part={"T": "top", "B": "bottom"}.get(form),
        certain=certain,
    )


def _once(units: Sequence[_Unit], odd: list[str]) -> list[_Unit]:
    """Each AU once, where it stands first; top and bottom of one are the whole; a group of one is no alternative."""
    found: dict[tuple[int, str | None, bool], _Unit] = {}
    for unit in units:
        first = found.setdefault(unit.key, unit)
        if first is unit:
            continue
        if unit.intensity and first.intensity not in (None, unit.intensity):
            odd.append(f"AU{unit.number} stands twice with different intensities; the first was taken")
        found[unit.key] = replace(
            first,
            part=first.part if first.part == unit.part else None,
            intensity=first.intensity or unit.intensity,
            other_intensity=first.other_intensity if first.intensity else unit.other_intensity,
            # Said once without doubt, it is there.
            certain=first.certain or unit.certain,
            either=first.either if unit.either else None,
        )
    return list(found.values())


def _records(units: Sequence[_Unit]) -> "Iterator[ActionUnit]":
    from meu_data.records import ActionUnit

    shared = [unit.either for unit in units if unit.either]
    kept = {group: None for group in shared if shared.count(group) > 1}
    numbers = {group: place for place, group in enumerate(kept, start=1)}
    for unit in units:
        yield ActionUnit.model_validate(
            {
                "number": unit.number,
                "side": unit.side,
                "intensity": unit.intensity,
                "other_intensity": unit.other_intensity,
                "asymmetric": unit.asymmetric,
                "part": unit.part,
                "certain": unit.certain and (unit.either is None or unit.either in kept),
                "alternative": numbers.get(unit.either or 0),
            }
        )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
