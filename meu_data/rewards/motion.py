"""What a text says of motion against what was measured: what of it is right, and what is wrong.

The rules are those of `grounding.statements`, without its flags, as rewards must load in a moment: a direction and a
colour may be one octant off, a strength one bin; a word that may mean several regions is right when it is right of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from meu_data.face.regions import OCTANTS, REGIONS, near, region_part, region_side, region_zone
from meu_data.rewards.asides import asides, takes_all_back, without
from meu_data.rewards.truth import Moved, Truth

if TYPE_CHECKING:
    from meu_data.language.reading import MotionSaid, Reading, ReadStatement

_NEAR: dict[str, frozenset[str]] = {way: frozenset(other for other in OCTANTS if near(way, other)) for way in OCTANTS}
_NOWHERE: frozenset[str] = frozenset()
_BINS = {"slight": 1, "moderate": 2, "strong": 3}
_CORNERS = ("left_mouth_corner", "right_mouth_corner")
_LIPS = frozenset(name for name in REGIONS if region_part(name).endswith("lip"))
_ASKEW = 0b110000  # in and out, of `words.WAYS`
_LIGHT = 0.5

Place = tuple[str, ...]


class Told(NamedTuple):
    """What a text tells of motion, judged.

    Attributes:
        right: The regions for which a place's words are right, by place; of them one is told.
        wrong: Errors with their weights: what is said of a place, or evidence that is none.
        moving: As `right`, whatever is said of the direction.
        still: The places that are said to move and do not.
    """

    right: Mapping[Place, Sequence[str]]
    wrong: Mapping[tuple[Any, ...], float]
    moving: Mapping[Place, Sequence[str]]
    still: frozenset[Place]


@lru_cache(maxsize=8)
def reading_of(text: str) -> "Reading":
    """A text as it is read; the last ones are kept, however long, as every level looks at the same few."""
    from meu_data.language.reader import read  # its words are compiled when the first text is read

    return read(text)


def judge(thought: str, answer: str | None, truth: Truth) -> Told:
    """What a thought and an answer say of the motion.

    Args:
        thought: What earns and costs.
        answer: What only costs.
        truth: The row's motion.
    """
    reading = reading_of(thought)
    judged = _Judge(truth)
    for statement in reading.statements:
        if statement.motions or statement.sides_differ or statement.misnamed:
            judged.statement(statement)
    if answer is not None and len(answer) > _BARE:
        for statement in reading_of(answer).statements:
            judged.statement(statement)
    claimed = _claims(thought, reading)
    earned = judged.earning(claimed)
    if (takes_all_back(thought) or (answer and takes_all_back(answer))) and any(
        m.moving for m in truth.regions.values()
    ):
        return Told({}, judged.wrong | {("all",): 1.0 + len(earned)}, {}, frozenset())
    moving = {place: names for place, names in judged.moving.items() if place in claimed and place not in judged.still}
    return Told(earned, judged.wrong, moving, frozenset(judged.still))


# A longer answer is no bare label.
_BARE = 12
# 嘴角上扬: nothing shorter is a whole claim.
_SHORTEST = 4


def _claims(text: str, reading: "Reading") -> frozenset[Place]:
    """The places of which a direction is told in earnest."""
    telling = [statement for statement in reading.statements if any(map(_tells, statement.motions))]
    places = [
        (start, end)
        for start, end in asides(text, telling)
        if end - start >= _SHORTEST and any(map(_tells, reading_of(text[start:end]).motions()))
    ]
    if places:
        telling = list(reading_of(without(text, places)).statements)
    return frozenset(
        regions for statement in telling for said in statement.motions if _tells(said) for regions in said.places
    )


def _tells(said: "MotionSaid") -> bool:
    """Whether it tells where something moves to, on this face."""
    return bool(said.moves and said.real and not said.described and (said.ways or said.colours or said.towards))


class _Judge:
    """Collects what statements say, place by place."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth.regions
        self._hidden = truth.hidden
        self.told: dict[Place, list[str]] = {}
        self.wrong: dict[tuple[Any, ...], float] = {}
        self.moving: dict[Place, Sequence[str]] = {}
        self.still: set[Place] = set()
        self._spoilt: set[Place] = set()

    def earning(self, claimed: frozenset[Place]) -> dict[Place, Sequence[str]]:
        """What is right in all that is said of it."""
        return {
            place: names for place, names in self.told.items() if names and place in claimed and place not in self.wrong
        }

    def statement(self, statement: "ReadStatement") -> None:
        for said in map(self._measurable, statement.motions):
            if said.real and said.places:
                if said.moves:
                    self._moves(said)
                elif said.moves is False:
                    self._rests(said)
                elif said.denied:
                    self._denies(said)
                elif said.strength:
                    self._strength(said)
        if statement.sides_differ:
            self.wrong["sides", statement.start] = 1.0
        for misnamed in statement.misnamed:
            if not misnamed.muscle:
                self.wrong["name", misnamed.number, misnamed.name] = 1.0
        for given in statement.evidence:
            self._evidence([statement.motions[place] for place in given.motions], given.numbers)

    def _measurable(self, said: "MotionSaid") -> "MotionSaid":
        """What is said, without the places of which nothing is known."""
        if not self._hidden or self._hidden.isdisjoint(name for place in said.places for name in place):
            return said
        return said._replace(places=tuple(place for place in said.places if self._hidden.isdisjoint(place)))

    def _known(self, regions: Iterable[str]) -> list[tuple[str, Moved]]:
        return [(name, self._truth[name]) for name in regions if name in self._truth]

    def _moves(self, said: "MotionSaid") -> None:
        tells = _tells(said)
        for place in said.places:
            known = self._known(place)
            if said.ways and not said.ways & ~_ASKEW and _LIPS.issuperset(place):
                known += self._known(_CORNERS)
            moving = [(name, moved) for name, moved in known if moved.moving]
            fitting = [name for name, moved in moving if not _misfit(said, name, moved)]
            if tells:
                self.moving.setdefault(place, [name for name, _ in moving])
                before = self.told.get(place)
                self.told[place] = fitting if before is None else [name for name in before if name in fitting]
            if fitting or (not tells and not said.strength and moving):
                continue
            if not moving:
                if not tells and not said.strength:
                    continue
                if said.sided or not self._opposite_moves(place):
                    if tells:
                        self.still.add(place)
                    self._fault(place, "still", 1.0)
            else:
                kind = min((_misfit(said, name, moved) for name, moved in moving), key=_KINDS.index)
                self._fault(place, kind, 1.0 if any(moved.coherent for _, moved in moving) else _LIGHT)

    def _opposite_moves(self, place: Place) -> bool:
        return any(moved.moving for _, moved in self._known(map(_opposite, place)))

    def _rests(self, said: "MotionSaid") -> None:
        least = 2 if said.strength else 1
        for place in said.places:
            weights = [
                _LIGHT if moved.bin == 1 and not moved.coherent else 1.0
                for _, moved in self._known(place)
                if moved.moving and (moved.bin is None or moved.bin >= least)
            ]
            if weights:
                self._fault(place, "rests", max(weights))

    def _denies(self, said: "MotionSaid") -> None:
        for place in said.places:
            for name, moved in self._known(place):
                ways = said.directions(name) | said.colours
                if moved.moving and ways and ways <= _NEAR.get(moved.way, _NOWHERE):
                    self._fault(place, "denied", 1.0 if moved.coherent else _LIGHT)
                    break

    def _strength(self, said: "MotionSaid") -> None:
        for place in said.places:
            moving = [moved for _, moved in self._known(place) if moved.moving]
            if moving and all(_off(said, moved) for moved in moving):
                self._fault(place, "strength", 1.0)

    def _fault(self, place: Place, kind: str, weight: float) -> None:
        self._spoilt.add(place)
        self.wrong[kind, place] = max(self.wrong.get((kind, place), 0.0), weight)

    def _evidence(self, motions: "Sequence[MotionSaid]", numbers: frozenset[int]) -> None:
        told = [said for said in motions if said.moves and (said.ways or said.colours or not said.real)]
        shown = [number for number in numbers if shows(number)]
        if told and shown and not any(_shows(said, shown) for said in told):
            self.wrong["evidence", *sorted(shown), told[0].places[0]] = 1.0


_KINDS = ("", "strength", "colour", "direction")


def _misfit(said: "MotionSaid", name: str, moved: Moved) -> str:
    """What of the words does not fit a region that moves; empty when all does."""
    close = _NEAR.get(moved.way, _NOWHERE)
    directions = said.directions(name)
    if directions and not directions & close:
        return "direction"
    if said.colours and not said.colours & close:
        return "colour"
    return "strength" if said.strength and _off(said, moved) else ""


def _off(said: "MotionSaid", moved: Moved) -> bool:
    near = 0 if said.extreme else 1
    return said.strength is not None and moved.bin is not None and abs(_BINS[said.strength] - moved.bin) > near


def _opposite(name: str) -> str:
    side = region_side(name)
    return f"{'right' if side == 'left' else 'left'}_{region_part(name)}" if side else name


def _shows(said: "MotionSaid", numbers: Sequence[int]) -> bool:
    """Whether one of some units moves a place that is meant, and as is said of it; or moves one beside it."""
    for name in (name for place in said.places for name in place):
        ways = said.directions(name) | said.colours
        for number in numbers:
            expected = shows(number).get(name)
            if expected is None:
                if region_zone(name) in {region_zone(site) for site in shows(number)}:
                    return True
            elif not ways or not expected or any(_close(way, expected) for way in ways):
                return True
    return False


def _close(way: str, expected: frozenset[str]) -> bool:
    return any(expected & _NEAR[other] for other in _NEAR.get(way, _NOWHERE))


@cache
def shows(number: int, *, besides: bool = True) -> Mapping[str, frozenset[str]]:
    """The regions that an AU moves, each with its octants, or none where FACS gives no one direction.

    Args:
        number: Its code.
        besides: Whether with what it does besides, weaker or not on every face.
    """
    from meu_data.face.aus import au_effects  # read when the first unit is

    found: dict[str, set[str]] = {}
    loose = set()
    for effect in au_effects(SimpleNamespace(number=number, side=None)):  # type: ignore[arg-type]
        if besides or effect.kind == "primary":
            found.setdefault(effect.region, set()).add(effect.direction)
            if effect.free or effect.direction == "none":
                loose.add(effect.region)
    return {region: frozenset() if region in loose else frozenset(ways) for region, ways in found.items()}
