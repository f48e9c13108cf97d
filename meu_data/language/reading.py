"""What was read from a text: its statements, and in each the motion, action units and emotions it tells of."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from meu_data.choices import Language
from meu_data.face.regions import OCTANTS, region_part, region_side
from meu_data.language.words import WAYS, Places

# How a text speaks of an action unit or an emotion. What is supposed, general or defined is told of no face.
Polarity = Literal["affirmed", "denied", "supposed"]
Strength = Literal["slight", "moderate", "strong"]
STRENGTHS: tuple[Strength, ...] = ("slight", "moderate", "strong")
"""The words for how much, from weak to strong."""
Rank = Literal["more", "multiple", "equal", "half", "top", "beaten", "alone", "along", "against"]

# Stands for words that fit no motion, such as up and down at once.
CONTRADICTION = "contradiction"

# Parts from the top of the face to its bottom, for "towards the nose".
_LEVELS = {
    "forehead": 0,
    "middle_forehead": 0,
    "outer_brow": 1,
    "inner_brow": 1,
    "glabella": 1,
    "upper_lid": 2,
    "eye_corner": 2,
    "nose_root": 2,
    "lower_lid": 2.5,
    "cheekbone": 3,
    "nose_wing": 4,
    "nose_tip": 4,
    "cheek": 5,
    "nasolabial_fold": 5,
    "upper_lip": 5.5,
    "middle_upper_lip": 5.5,
    "mouth_corner": 6,
    "lower_lip": 6.5,
    "middle_lower_lip": 6.5,
    "chin_side": 8,
    "chin": 8,
}
_OUTWARD = {"left": {"out": "left", "in": "right"}, "right": {"out": "right", "in": "left"}}
# What is in the middle and not stretched.
_SINGLE = frozenset(("nose_root", "nose_tip", "chin"))
# What lies above the gap of an eye or of the mouth, and what below it.
_ABOVE_GAP = frozenset(("upper_lid", "upper_lip", "middle_upper_lip"))
_BELOW_GAP = frozenset(("lower_lid", "lower_lip", "middle_lower_lip"))


class MotionSaid(NamedTuple):
    """What a piece of text says of some places of the face.

    `places`: for each place that is meant the regions it may be, names as in the picture. `ways`: the sum of some
    `WAYS`; `towards`: parts it is said to move to. `colours`: the octants whose colour is named. `moves`: whether it
    is said to move (True), to be still (False), or neither. `denied`: not so: what `ways`, `colours` and `strength`
    say is denied. `real` is False for what a name or a definition says of an action unit, not of this face.
    `described` marks a description before the part ("raised brows"). `sided` is False for a part with two sides of
    which the text says neither one nor both. `extreme`: so strong, or so slight, that the next bin is wrong.
    `one_sided`: on one side, whichever it is.
    """

    places: Places
    ways: int = 0
    towards: tuple[str, ...] = ()
    colours: frozenset[str] = frozenset()
    strength: Strength | None = None
    moves: bool | None = None
    denied: bool = False
    real: bool = True
    described: bool = False
    sided: bool = True
    extreme: bool = False
    one_sided: bool = False

    def of(self, places: Places, sided: bool) -> "MotionSaid":
        """The same said of other places; `_replace` takes three times as long."""
        return MotionSaid(
            places,
            self.ways,
            self.towards,
            self.colours,
            self.strength,
            self.moves,
            self.denied,
            self.real,
            self.described,
            sided,
            self.extreme,
            self.one_sided,
        )

    def directions(self, region: str) -> frozenset[str]:
        """The directions in the picture that the words may mean for one region; empty when they name none."""
        return directions(region, self.ways, self.towards)


class UnitSaid(NamedTuple):
    """An action unit as a text names it; the side is the person's, `sure` whether the words can mean nothing else.

    `both_sides`: the text says that it is on both.
    """

    number: int
    side: str | None
    polarity: Polarity
    sure: bool = True
    by_code: bool = True
    both_sides: bool = False


class Misnamed(NamedTuple):
    """A unit's number beside the name of another unit or a muscle that does not move it."""

    number: int
    name: str
    numbers: frozenset[int]
    muscle: bool


class EmotionSaid(NamedTuple):
    """An emotion that a text names."""

    emotion: str
    polarity: Polarity
    hedged: bool = False


class Evidence(NamedTuple):
    """Action units and the motions, by their place in the statement, that are given as what shows them.

    `places`: of a rule ("the parting of the lips goes with AU25") the places it names; it has no motions then.
    """

    numbers: frozenset[int]
    motions: tuple[int, ...]
    places: Places = ()


class Ranked(NamedTuple):
    """How some places are said to move beside others: `more`, as much (`equal`), about `half` as much.

    `multiple` is several times as much; `top` is more than all the rest of the face, or than `there`; `beaten` less
    than some of it. `alone`: nothing else moves, what is about it aside. `along`, `against`: in the same direction, in
    the opposite one. `zone`: a word for several parts ("the brows") may mean all that is about them.
    """

    rank: Rank
    here: Places
    there: Places
    zone: bool = False


class ReadStatement(NamedTuple):
    """One statement of a text: `start` and `end` are its place in it.

    `sides_differ`: it puts one place on the person's side and on the picture's side that is not that one. `about_face`:
    it speaks of a part of the face; `general`: of faces in general, or of what would be. `labelled`: it rests on what
    coders scored; `names_only`: it is a heading or a label, too short to say anything; `compares`: it weighs one
    thing against another; `no_units`: it says that there is no action unit at all.
    """

    start: int
    end: int
    lang: Language | None
    motions: tuple[MotionSaid, ...] = ()
    units: tuple[UnitSaid, ...] = ()
    misnamed: tuple[Misnamed, ...] = ()
    emotions: tuple[EmotionSaid, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    ranks: tuple[Ranked, ...] = ()
    sides_differ: bool = False
    about_face: bool = False
    general: bool = False
    labelled: bool = False
    either: bool = False
    names_only: bool = False
    compares: bool = False
    no_units: bool = False

    @property
    def understood(self) -> bool:
        """Whether something that can be checked was read, or nothing is said of the face."""
        return (
            not self.about_face
            or self.general
            or self.names_only
            or bool(self.motions or self.units or self.emotions or self.ranks)
        )


class Reading(NamedTuple):
    """A text's statements, in order."""

    statements: tuple[ReadStatement, ...]

    def motions(self) -> Iterator[MotionSaid]:
        """All that is said of motion."""
        for statement in self.statements:
            yield from statement.motions

    def units(self) -> Iterator[UnitSaid]:
        """All action units named."""
        for statement in self.statements:
            yield from statement.units

    def emotions(self) -> Iterator[EmotionSaid]:
        """All emotions named."""
        for statement in self.statements:
            yield from statement.emotions


@lru_cache(maxsize=8192)
def directions(region: str, ways: int, towards: tuple[str, ...] = ()) -> frozenset[str]:
    """The directions in the picture that the sum of some `WAYS`, and parts that are moved to, may mean for a region."""
    found = set[str]()
    side, part = region_side(region), region_part(region)
    if ways:
        named = {way for way, bit in WAYS.items() if ways & bit}
        outward = _OUTWARD[side] if side else {}
        turned = {outward.get(way, way) for way in named}
        if side is None:
            if named == {"out"} and part in _SINGLE:
                found.add(CONTRADICTION)
            turned -= {"in", "out"}
        if turned:
            direction = "-".join(way for way in ("up", "down", "left", "right") if way in turned)
            found.add(direction if len(turned) == direction.count("-") + 1 and direction in OCTANTS else CONTRADICTION)
        if not named & {"up", "down", "left", "right"} and part in _ABOVE_GAP | _BELOW_GAP:
            found.add("up" if ("out" in named) == (part in _ABOVE_GAP) else "down")
    for target in () if found else towards:
        found |= _to_part(part, side, target)
    return frozenset(found)


def _to_part(part: str, side: str | None, target: str) -> set[str]:
    level, goal = _LEVELS[part], _LEVELS.get(target, 4)
    vertical = "down" if goal > level else "up" if goal < level else ""
    inward = {"left": "right", "right": "left"}[side] if side else ""
    return {way for way in (vertical, inward, f"{vertical}-{inward}") if way in OCTANTS}
