"""What a text says of motion against what was measured: what of it is right, and what is wrong (`language.fit`)."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from meu_data.rewards.asides import asides, takes_all_back, without
from meu_data.rewards.truth import Truth

if TYPE_CHECKING:
    from meu_data.language.reading import MotionSaid, Reading, ReadStatement

# What a fault costs that is a matter of judgement.
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
        self.told: dict[Place, list[str]] = {}
        self.wrong: dict[tuple[Any, ...], float] = {}
        self.moving: dict[Place, Sequence[str]] = {}
        self.still: set[Place] = set()

    def earning(self, claimed: frozenset[Place]) -> dict[Place, Sequence[str]]:
        """What is right in all that is said of it."""
        return {place: names for place, names in self.told.items() if names and place in claimed}

    def statement(self, statement: "ReadStatement") -> None:
        from meu_data.language.fit import STILL, faults, fitting, hides, near_muscle  # with all words

        for said in statement.motions:
            if _tells(said):
                for place in said.places:
                    if hides(place, self._truth):
                        continue
                    moving, right = fitting(said, place, self._truth)
                    self.moving.setdefault(place, moving)
                    self.told[place] = [name for name in self.told.get(place, right) if name in right]
        for fault in faults(statement, self._truth):
            weight = 1.0 if fault.serious else _LIGHT
            key = (fault.kind, fault.place, fault.units)
            self.wrong[key] = max(self.wrong.get(key, 0.0), weight)
            if fault.kind in STILL and fault.said is not None and _tells(fault.said):
                self.still.add(fault.place)
        for misnamed in statement.misnamed:
            near = misnamed.muscle and near_muscle(misnamed)
            self.wrong["name", misnamed.number, misnamed.name] = _LIGHT if near else 1.0


@cache
def shows(number: int, *, besides: bool = True) -> Mapping[str, frozenset[str]]:
    """The regions that an AU moves, each with its octants, or none where FACS gives no one direction.

    Args:
        number: Its code.
        besides: Whether with what it does besides, weaker or not on every face.
    """
    from meu_data.face.aus import effects_of  # read when the first unit is

    found: dict[str, set[str]] = {}
    loose = set()
    for effect in effects_of(number):
        if besides or effect.kind == "primary":
            found.setdefault(effect.region, set()).add(effect.direction)
            if effect.free or effect.direction == "none":
                loose.add(effect.region)
    return {region: frozenset() if region in loose else frozenset(ways) for region, ways in found.items()}
