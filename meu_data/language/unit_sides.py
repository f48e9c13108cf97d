"""The side said of an action unit where it is named: "left-sided AU4", "AU10 on the subject's right", 双侧AU14."""

from collections.abc import Sequence

from meu_data.language.pieces import LETTERS, OWN_SIDE, SIDEWAYS
from meu_data.language.words import WHOSE, Event

# Of both sides of the face.
BOTH = "both"
_BESIDE = frozenset((*WHOSE, "plain"))
# What may stand between a unit and its side, names and brackets aside.
_BETWEEN = frozenset(("pronoun", "gloss", "plain", "exists", "arrow", "weak", "only", "name", "muscle"))
_MARKS = frozenset((",", "(", ")", ":"))
# Before these a side is that of something else.
_SIDE_OF = frozenset(("part", "side", "join", "portion"))
# Behind a side these say that it was all, or that the side is that of the unit.
_ENDING = frozenset(("break", "agent", "exists", "move", "only", "relative", "typical", "evidence", "musing", "hence"))
_LONGEST = 8


def with_sides(found: Sequence[Event]) -> tuple[Sequence[Event], bool]:
    """The events of a chunk in which the units have the sides that are said of them, the person's or `BOTH`.

    A side just before a unit is the person's, as FACS has it, unless it is said to be the picture's; behind a unit
    it counts where its owner is named.

    Args:
        found: As the lexer has them.

    Returns:
        The events, and whether a unit's own letter and the words beside it put it on two sides.
    """
    codes = [at for at, event in enumerate(found) if event.kind == "code"]
    if not codes or not any(event.kind == "side" for event in found):
        return found, False
    sided, differ = list(found), False
    for at in codes:
        # "Both AU1 and AU2"
        single = at == codes[-1] and not (at + 1 < len(found) and found[at + 1].kind == "join")
        side = _before(found, at, single) or _behind(found, at, single and len(codes) == 1)
        if side is None:
            continue
        own = {told for _, told in found[at].value if told}
        if own:
            differ |= side not in own
            continue
        sided[at] = Event("code", tuple((number, side) for number, _ in found[at].value))
    return sided, differ


def _before(found: Sequence[Event], at: int, single: bool) -> str | None:
    start = at
    while start and at - start < _LONGEST and found[start - 1].kind in (*_BESIDE, "side"):
        start -= 1
    sides = [place for place in range(start, at) if found[place].kind == "side"]
    if not sides:
        return None
    if len(sides) > 1 and found[sides[-1] - 1].kind in WHOSE:
        # 图左即本人右，本人右侧AU10
        start = sides[-1] - 1
    elif start and found[start - 1].kind in _SIDE_OF:
        return None
    # "The left half is like AU12, the right one like AU15": places in the picture.
    plain = sum(event.kind == "side" and event.value in SIDEWAYS for event in found) == 1
    return _side(found[start:at], single and len(found[at].value) == 1, plain=plain)


def _behind(found: Sequence[Event], at: int, single: bool) -> str | None:
    start = at + 1
    while start < len(found) and _between(found[start]):
        start += 1
    end = start
    while end < len(found) and found[end].kind in (*_BESIDE, "side"):
        end += 1
    if start - at > _LONGEST or (end < len(found) and not _ends(found, end)):
        return None
    return _side(found[start:end], single and len(found[at].value) == 1, plain=False)


def _between(event: Event) -> bool:
    return event.value in _MARKS if event.kind == "break" else event.kind in _BETWEEN


def _ends(found: Sequence[Event], at: int) -> bool:
    joined = found[at].kind == "join" and at + 1 < len(found) and found[at + 1].kind == "code"
    return joined or found[at].kind in _ENDING


def _side(words: Sequence[Event], single: bool, *, plain: bool) -> str | None:
    sides = {event.value for event in words if event.kind == "side"}
    whose = {event.kind for event in words if event.kind in WHOSE}
    if single and sides and sides <= {"both", "even"}:
        return BOTH
    if len(sides) != 1 or not sides <= SIDEWAYS.keys() or len(whose) > 1 or not (whose or plain):
        return None
    side = sides.pop()
    return LETTERS[side if "pictures" in whose else OWN_SIDE[side]]
