"""The rules that hold what a text says of motion against how the face moved: one set, for grounding and for rewards.

A direction and a colour may be one octant off, a strength one bin. A word that may mean several regions is right when
it is right of one of them; a word for no motion must be right of all. Of what could not be measured nothing is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from meu_data.face.aus import Effect, acting, effects_of
from meu_data.face.moved import Moved
from meu_data.face.regions import (
    CLAIMABLE,
    CLEAR_INTENSITIES,
    INTENSITIES,
    OCTANTS,
    REGIONS,
    Intensity,
    Side,
    Zone,
    near,
    opposite,
    region_part,
    region_side,
    region_zone,
)
from meu_data.language.reading import CONTRADICTION, Evidence, Misnamed, MotionSaid, Ranked, ReadStatement
from meu_data.language.words import WAYS, Places

# How the regions of a face move, by name; what is not there is not known.
Face = Mapping[str, Moved]
FaultKind = Literal[
    "strength",
    "colour",
    "direction",
    "contradiction",
    "other side",
    "still",
    "motion denied",
    "direction denied",
    "sides",
    "one side",
    "ranking",
    "equality",
    "share",
    "alone",
    "course",
    "evidence",
]

# The bins of intensity are cut through a continuum: whoever sees the next one is not wrong.
NEAR_BINS = 1

# Motion where none is.
STILL: frozenset[FaultKind] = frozenset(("still", "other side"))
# From nearly right to wholly wrong.
_ORDER = ("strength", "colour", "direction", "contradiction", "other side", "still")
_NEAR: dict[str, frozenset[str]] = {way: frozenset(other for other in OCTANTS if near(way, other)) for way in OCTANTS}
_NOWHERE: frozenset[str] = frozenset()
# Directions so many octants apart are at right angles.
_ACROSS = 2
_TURN: dict[str, int] = {way: place for place, way in enumerate(OCTANTS)}
_BINS: dict[Intensity, int] = {intensity: place for place, intensity in enumerate(INTENSITIES)}
_SLIGHT, _CLEAR = _BINS["slight"], min(_BINS[intensity] for intensity in CLEAR_INTENSITIES)
_CORNERS = ("left_mouth_corner", "right_mouth_corner")
_CHIN = frozenset(("chin", "left_chin_side", "right_chin_side"))
_LIPS = frozenset(name for name in REGIONS if region_part(name).endswith("lip"))
_UPDOWN = WAYS["up"] | WAYS["down"]
_UPRIGHT = _UPDOWN | WAYS["left"] | WAYS["right"]


class Fault(NamedTuple):
    """What is wrong with a statement.

    Attributes:
        kind: What it is.
        place: The regions that the words may mean.
        region: The one that shows it; of a ranking the one that moves less.
        serious: Whether it is more than a matter of judgement.
        said: The words; None where the whole statement is meant.
        other: Of a ranking, the region that moves more.
        units: Of evidence, the action units that it is given for.
    """

    kind: FaultKind
    place: tuple[str, ...]
    region: str
    serious: bool
    said: MotionSaid | None = None
    other: str = ""
    units: tuple[int, ...] = ()


def faults(statement: ReadStatement, face: Face) -> Iterator[Fault]:
    """All that is wrong with what one statement says of motion, and with what it gives as evidence.

    Args:
        statement: As read.
        face: How the regions moved.
    """
    for said in statement.motions:
        if said.real:
            yield from _faults(said, face)
    if statement.sides_differ:
        yield Fault("sides", (), "", True)
    for ranked in statement.ranks:
        yield from _ranking(ranked, face)
    for given in statement.evidence:
        yield from _evidence(statement, given, face)


def hides(place: Sequence[str], face: Face) -> bool:
    """Whether one of the regions that may be meant could not be measured."""
    for name in place:  # noqa: SIM110 - a generator costs twice as much
        if name in face and face[name].hidden:
            return True
    return False


def fitting(said: MotionSaid, place: Sequence[str], face: Face) -> tuple[list[str], list[str]]:
    """The regions of a place that move, and those of them of which the words are right."""
    moving = [(name, moved) for name, moved in _meant(said, place, face) if moved.moving]
    return [name for name, _ in moving], [name for name, moved in moving if misfit(said, name, moved) is None]


def misfit(said: MotionSaid, name: str, moved: Moved) -> FaultKind | None:
    """What of the words does not fit a region that moves."""
    close = _NEAR.get(moved.way, _NOWHERE)
    directions = said.directions(name)
    if directions and not directions & close:
        return "contradiction" if CONTRADICTION in directions else "direction"
    if said.colours and not said.colours & close:
        return "colour"
    # "Down, and a little inward" is right of what moves down and in: it is the sideways part that is slight.
    partly = said.strength == "slight" and "-" in moved.way and said.ways and not said.ways & _UPDOWN
    return "strength" if not partly and _off(said, moved) else None


def near_muscle(wrong: Misnamed) -> bool:
    """Whether a muscle moves what the unit is told by, the same way: the zygomatic, say, the cheek of AU6."""
    effects = effects_of(wrong.number)
    own = [effect for effect in effects if region_part(effect.region) == region_part(effects[0].region)]
    others = [effect for number in wrong.numbers for effect in effects_of(number)]
    return not own or any(
        one.region == other.region and near(one.direction, other.direction) for one in own for other in others
    )


def _faults(said: MotionSaid, face: Face) -> Iterator[Fault]:
    if said.moves is not False:
        # Where one of the regions that may be meant could not be measured, nothing can be held against the words.
        hidden = [place for place in said.places if hides(place, face)]
        if hidden:
            said = said._replace(places=tuple(place for place in said.places if place not in hidden))
    places = [place for place in said.places if not face.keys().isdisjoint(place)]
    if not places:
        return
    if said.moves:
        yield from _moving(said, places, face)
    elif said.moves is False:
        yield from _resting(said, places, face)
    elif said.denied:
        yield from _denied(said, places, face)
    elif said.strength:
        for place in places:
            moving = [(name, moved) for name, moved in _known(place, face) if moved.moving]
            if moving and all(_off(said, moved) for _, moved in moving):
                yield Fault("strength", place, moving[0][0], True, said)


def _known(names: Iterable[str], face: Face) -> list[tuple[str, Moved]]:
    return [(name, face[name]) for name in names if name in face]


def _meant(said: MotionSaid, place: Sequence[str], face: Face) -> list[tuple[str, Moved]]:
    known = _known(place, face)
    if said.ways and not said.ways & _UPRIGHT and _LIPS.issuperset(place):
        # Lips are stretched at their corners.
        known += _known(_CORNERS, face)
    return known


def _moving(said: MotionSaid, places: Sequence[tuple[str, ...]], face: Face) -> Iterator[Fault]:
    # "The chin" may be all of it.
    if not (_where(said) or said.strength):
        vague = any(len(place) > 1 or place == ("chin",) for place in said.places)
        if vague and _stirs(said.places, face):
            return
    if said.one_sided and all(_clear(_on(side, _pairs(places)), face) for side in ("left", "right")):
        yield Fault("one side", places[0], places[0][0], True, said)
        return
    wrong: list[Fault] = []
    named = {name for place in places for name in place}
    for place in places:
        found = [_fault(said, place, name, moved, face, named) for name, moved in _meant(said, place, face)]
        if None not in found:
            # Of several regions that may be meant, the one that is right in most.
            wrong.append(min(filter(None, found), key=lambda fault: _ORDER.index(fault.kind)))
    if not said.sided:
        # "The corners rise", where one does: as long as the other does nothing else.
        otherwise = [fault for fault in wrong if fault.kind not in STILL]
        wrong = otherwise or (wrong if len(wrong) == len(places) else [])
    yield from wrong


def _pairs(places: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [*places, *(tuple(map(opposite, place)) for place in places)]


def _on(side: str, places: Sequence[tuple[str, ...]]) -> list[str]:
    return [name for place in places for name in place if region_side(name) == side]


def _clear(place: Sequence[str], face: Face) -> bool:
    """Whether one of the regions that may be meant moves so that nobody misses it."""
    return any((moved.bin or 0) >= _CLEAR for _, moved in _known(place, face))


def _stirs(places: Sequence[tuple[str, ...]], face: Face) -> bool:
    """Whether anything moves in the zones of some places: motion somewhere about the eyes is a matter of the zone."""
    return any(name in face and face[name].moving for name in _around(tuple(places)))


@lru_cache(maxsize=4096)
def _around(places: Places) -> frozenset[str]:
    """The regions in the zones of some places, on their sides of the face."""
    zones = {(region_zone(name), region_side(name)) for place in places for name in place}
    return frozenset(name for name in CLAIMABLE if _in_zones(name, zones))


def _in_zones(name: str, zones: set[tuple[Zone, Side | None]]) -> bool:
    side = region_side(name)
    return any(zone == region_zone(name) and (None in (side, other) or side == other) for zone, other in zones)


def _fault(
    said: MotionSaid, place: tuple[str, ...], name: str, moved: Moved, face: Face, named: set[str]
) -> Fault | None:
    if not moved.moving:
        if said.strength == "slight" and moved.almost:
            return Fault("still", place, name, False, said)
        other = opposite(name)
        aside = other not in named and other in face and face[other].moving
        return Fault("other side" if aside else "still", place, name, True, said)
    kind = misfit(said, name, moved)
    return None if kind is None else Fault(kind, place, name, moved.coherent or kind == "strength", said)


def _off(said: MotionSaid, moved: Moved) -> bool:
    near_bins = 0 if said.extreme else NEAR_BINS
    return said.strength is not None and moved.bin is not None and abs(_BINS[said.strength] - moved.bin) > near_bins


def _resting(said: MotionSaid, places: Sequence[tuple[str, ...]], face: Face) -> Iterator[Fault]:
    # "It hardly moves" is right of what moves slightly.
    least = _CLEAR if said.strength else _SLIGHT
    for place in places:
        # 下巴 is the chin; that its sides are still is more than the word says. What pushes it up is not the jaw.
        names = ("chin",) if place[0] == "chin" and _CHIN.issuperset(place) else place
        known = _known(names, face)
        if len(place) > 1 and place[-1] == "chin":
            known = [(name, moved) for name, moved in known if name != "chin" or moved.way not in _NEAR["up"]]
        moving = [(name, moved) for name, moved in known if moved.bin is None or moved.bin >= least]
        if moving:
            most, moved = max(moving, key=lambda item: item[1].bin or 0)
            yield Fault("motion denied", place, most, moved.coherent or moved.bin != _SLIGHT, said)


def _denied(said: MotionSaid, places: Sequence[tuple[str, ...]], face: Face) -> Iterator[Fault]:
    for place in places:
        known = _known(place, face)
        if all(moved.moving and _so(said, name, moved) for name, moved in known):
            yield Fault("direction denied", place, known[0][0], known[0][1].coherent, said)


def _so(said: MotionSaid, name: str, moved: Moved) -> bool:
    ways = said.directions(name) | said.colours
    return bool(ways) and ways <= _NEAR.get(moved.way, _NOWHERE)


def _course(ranked: Ranked, face: Face) -> Iterator[Fault]:
    """Direction by comparison, on either side of the face; what lies across is neither along nor against."""
    here, there = (
        [(name, moved) for place in places for name, moved in _known(place, face) if moved.moving and moved.coherent]
        for places in (ranked.here, ranked.there)
    )
    pairs = [
        (one, other, _apart(moved.way, beside.way))
        for one, moved in here
        for other, beside in there
        if region_side(one) == region_side(other) or None in (region_side(one), region_side(other))
    ]
    wrong = [pair for pair in pairs if (pair[2] > _ACROSS if ranked.rank == "along" else pair[2] < _ACROSS)]
    if pairs and len(wrong) == len(pairs):
        one, other, _ = wrong[0]
        yield Fault("course", (one,), one, True, other=other)


def _apart(way: str, other: str) -> int:
    """How many octants lie between two directions."""
    apart = abs(_TURN[way] - _TURN[other])
    return min(apart, len(_TURN) - apart)


def _ranking(ranked: Ranked, face: Face) -> Iterator[Fault]:
    """Strength by comparison. Of what is "half as strong" or "as strong" as what moves, each moves."""
    if ranked.rank in ("along", "against"):
        yield from _course(ranked, face)
        return
    if ranked.rank == "alone":
        yield from _alone(ranked, face)
        return
    places = ranked.here
    if ranked.zone:
        around = _around(places)
        places = tuple((name,) for name in face if name in around)
    here = _strongest(_known(chain.from_iterable(places), face))
    if ranked.rank == "beaten":
        own = {name for place in places for name in place}
        best = _strongest([item for item in face.items() if not item[1].hidden and item[0] not in own])
        if here and best and here[1] > best[1]:
            yield Fault("ranking", (best[0],), best[0], True, other=here[0])
        return
    rest = [item for item in face.items() if not item[1].hidden]
    there = _strongest(_known(chain.from_iterable(ranked.there), face) if ranked.there else rest)
    if not (here and there):
        return
    short = there[1] - here[1]
    if (ranked.rank in ("more", "top") and short > 0) or (ranked.rank == "multiple" and there[1] and short >= 0):
        kind: FaultKind = "ranking"
    elif ranked.rank == "equal" and (short or not here[1]) and there[1]:
        kind = "equality"
    elif ranked.rank == "half" and there[1] and (short < 0 or not here[1]):
        kind = "share"
    else:
        return
    serious = abs(short) > NEAR_BINS or not here[1] or not there[1] or ranked.rank in ("more", "multiple")
    yield Fault(kind, (here[0],), here[0], serious, other=there[0])


def _alone(ranked: Ranked, face: Face) -> Iterator[Fault]:
    """What is said to be all that moves: whatever else does so clearly is in its zone."""
    zones = {region_zone(name) for place in ranked.here for name in place}
    others = [
        (name, moved)
        for name, moved in face.items()
        if moved.coherent and not moved.hidden and (moved.bin or 0) >= _CLEAR and region_zone(name) not in zones
    ]
    if others and ranked.here:
        most, _ = max(others, key=lambda item: item[1].bin or 0)
        yield Fault("alone", ranked.here[0], ranked.here[0][0], True, other=most)


def _strongest(known: Sequence[tuple[str, Moved]]) -> tuple[str, int] | None:
    """The region that moves most of those that are meant; None where that of one of them is not known."""
    bins = [(name, moved.bin) for name, moved in known if moved.bin is not None and not moved.hidden]
    return max(bins, key=lambda item: item[1]) if bins and len(bins) == len(known) else None


def _evidence(statement: ReadStatement, given: Evidence, face: Face) -> Iterator[Fault]:
    """Motion that is given as what shows some units, of which none makes it."""
    units = tuple(sorted(given.numbers))
    effects = _effects(units)
    if given.places:
        names = [name for place in given.places for name in place]
        if effects and not any(_acting(units, name) for name in names):
            yield Fault("evidence", given.places[0], given.places[0][0], True, units=units)
        return
    motions = [statement.motions[place] for place in given.motions]
    if not effects or not motions:
        return
    # "Where AU9 would be expected, the wing moves aside": only what a unit does by definition is given for that one.
    meant = any(unit.polarity == "affirmed" for unit in statement.units if unit.number in given.numbers)
    told = [said for said in motions if said.moves and (meant or (not said.real and _where(said)))]
    if _rests(statement, motions):
        # "The motionless brows show AU6."
        told = motions
    elif not told or any(_shows(said, units, face) for said in told):
        return
    place = told[0].places[0]
    yield Fault("evidence", place, place[0], True, told[0], units=units)


@cache
def _effects(numbers: tuple[int, ...]) -> tuple[Effect, ...]:
    """What some action units do, together and each alone."""
    return tuple(effect for number in numbers for effect in (*effects_of(number, numbers), *effects_of(number)))


@lru_cache(maxsize=4096)
def _acting(numbers: tuple[int, ...], region: str) -> tuple[Effect, ...]:
    """Those effects of some action units for which motion of a region may be given as evidence."""
    return tuple(acting(_effects(numbers), region))


def _rests(statement: ReadStatement, motions: Sequence[MotionSaid]) -> bool:
    """Whether what is given as what shows some units, of either side of the face, is that nothing moves."""
    weighed = statement.general or statement.labelled or statement.compares
    affirmed = all(unit.polarity == "affirmed" and unit.side is None for unit in statement.units)
    still = all(said.moves is False and said.real and (len(said.places) > 1 or not said.sided) for said in motions)
    return affirmed and still and not weighed


def _where(said: MotionSaid) -> bool:
    return bool(said.ways or said.towards or said.colours)


def _shows(said: MotionSaid, units: tuple[int, ...], face: Face) -> bool:
    """Whether an effect of some action units is at a place that is meant, and as is said of it, or else as it moved."""
    names = [name for place in said.places for name in place]
    moving = [(name, face[name]) for name in names if name in face and face[name].moving]
    if moving and not _where(said):
        # "The motion of the chin shows AU15": the one that was measured is meant.
        shown = [(name, frozenset((moved.way,)) if moved.coherent else _NOWHERE) for name, moved in moving]
    else:
        shown = [(name, said.directions(name) or said.colours) for name in names]
    return any(
        not ways or effect.free or not _NEAR.get(effect.direction, _NOWHERE).isdisjoint(ways)
        for name, ways in shown
        for effect in _acting(units, name)
    )
