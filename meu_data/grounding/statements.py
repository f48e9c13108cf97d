"""What a text says of motion, statement by statement, against the measurement."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meu_data.face.aus import AU_NAMES, Effect, au_effects
from meu_data.face.regions import (
    CLEAR_INTENSITIES,
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    INTENSITIES,
    NEAR_OCTANTS,
    OCTANTS,
    REGIONS,
    Direction,
    Intensity,
    Side,
    Zone,
    octant_distance,
    region_part,
    region_side,
    region_zone,
)
from meu_data.grounding.claims import INTENSITY_NAMES, au_words, opposite, region_words
from meu_data.grounding.flags import Words, flag
from meu_data.grounding.thresholds import ALMOST_MOVING, ALMOST_NEAR_OCTANTS, NEAR_BINS
from meu_data.language.reading import CONTRADICTION, MotionSaid, ReadStatement
from meu_data.language.words import WAYS, Places
from meu_data.records import ActionUnit, Flag, FlagSeverity, RegionMotion

Measured = Mapping[str, RegionMotion]

_CORNERS = ("left_mouth_corner", "right_mouth_corner")
_CHIN = frozenset(("chin", "left_chin_side", "right_chin_side"))
_LIPS = frozenset(name for name in REGIONS if region_part(name).endswith("lip"))
_UPDOWN = WAYS["up"] | WAYS["down"]
_UPRIGHT = WAYS["up"] | WAYS["down"] | WAYS["left"] | WAYS["right"]


class Fault(NamedTuple):
    """What is wrong with what is said of one region; `message` is one of the flags'."""

    message: str
    region: str
    severity: FlagSeverity


def check_statement(statement: ReadStatement, measured: Measured, stage: Words, quote: str) -> Iterator[Flag]:
    """The motion that one statement tells of, and what it is given as evidence for.

    A direction and a colour may be one octant off, a strength one bin. A word that may mean several regions is right
    when it is right of one of them; a word for no motion must be right of all.

    Args:
        statement: As read.
        measured: The regions by name.
        stage: What the text is called.
        quote: The statement's words.
    """
    found: dict[Fault, MotionSaid] = {}
    for said in statement.motions:
        if said.real:
            for fault in _faults(said, measured):
                found.setdefault(fault, said)
    for fault, said in found.items():
        yield _flag(fault, said, measured, stage, quote)
    if statement.sides_differ:
        yield flag("text's sides", "sides", "serious", quote, stage=stage)
    for ranked in statement.ranks:
        more, less = (_strongest(places, measured) for places in (ranked.more, ranked.less))
        if more is not None and less is not None and _bin(less) > _bin(more):
            severity: FlagSeverity = "serious" if _bin(less) - _bin(more) > NEAR_BINS or not more.moving else "minor"
            regions = {"region": region_words(more.region), "other": region_words(less.region)}
            yield flag("text's ranking", more.region, severity, quote, stage=stage, **regions)
    yield from _evidence(statement, stage, quote)


def _strongest(places: Places, measured: Measured) -> RegionMotion | None:
    """The region that moves most of those that are meant; None where one of them could not be measured."""
    known = [measured[name] for regions in places for name in regions if name in measured]
    return max(known, key=_bin) if known and all(region.measurable for region in known) else None


def _bin(region: RegionMotion) -> int:
    return INTENSITIES.index(region.intensity)


def _faults(said: MotionSaid, measured: Measured) -> Iterator[Fault]:
    # Where one of the regions that may be meant could not be measured, nothing can be held against the words.
    hidden = {name for name, region in measured.items() if not region.measurable}
    if hidden and said.moves is not False:
        said = said._replace(places=tuple(regions for regions in said.places if hidden.isdisjoint(regions)))
        if not said.places:
            return
    known = [[measured[name] for name in regions if name in measured] for regions in said.places]
    places = [regions for regions in known if regions]
    if said.moves:
        yield from _moving(said, places, measured)
    elif said.moves is False:
        for names in said.places:
            # 下巴 is the chin; that its sides are still is more than the word says.
            meant = ("chin",) if "chin" in names and _CHIN.issuperset(names) else names
            moving = [measured[name] for name in meant if name in measured and measured[name].moving]
            if said.strength:
                # "It hardly moves" is right of what moves slightly.
                moving = [region for region in moving if region.intensity in CLEAR_INTENSITIES]
            if moving:
                most = max(moving, key=lambda region: INTENSITIES.index(region.intensity))
                severity: FlagSeverity = "minor" if most.intensity == "slight" and not most.coherent else "serious"
                yield Fault("text denies motion", most.region, severity)
    elif said.denied:
        yield from _denied(said, places)
    elif said.strength:
        for regions in places:
            moving = [region for region in regions if region.moving]
            if moving and all(_off(said, region.intensity) for region in moving):
                yield Fault("text's strength", moving[0].region, "serious")


def _moving(said: MotionSaid, places: Sequence[Sequence[RegionMotion]], measured: Measured) -> Iterator[Fault]:
    wrong: list[Fault] = []
    for regions in places:
        meant = regions
        if said.ways and not said.ways & _UPRIGHT and {region.region for region in regions} <= _LIPS:
            # Lips are stretched at their corners.
            meant = [*regions, *(measured[name] for name in _CORNERS if name in measured)]
        if not (said.ways or said.towards or said.colours or said.strength):
            # Motion somewhere about the eyes is a matter of the zone.
            names = (
                [region.region for region in regions] if said.sided else [one for each in said.places for one in each]
            )
            zones = {(region_zone(name), region_side(name)) for name in names}
            if any(_in_zones(region, zones) for region in measured.values() if region.moving):
                return
        faults = [_fault(said, region, measured) for region in meant]
        if None in faults:
            continue
        # Of several regions that may be meant, the one that is right in most.
        worst = [fault for fault in faults if fault is not None]
        wrong.append(min(worst, key=lambda fault: _ORDER.index(fault.message)))
    if said.sided or len(wrong) == len(places):
        yield from wrong
    else:
        # "The corners rise", where one does: as long as the other does nothing else.
        yield from (fault for fault in wrong if fault.message not in ("text on still skin", "text on the other side"))


def _in_zones(region: RegionMotion, zones: set[tuple[Zone, Side | None]]) -> bool:
    side = region_side(region.region)
    return any(zone == region_zone(region.region) and (None in (side, other) or side == other) for zone, other in zones)


# From nearly right to wholly wrong.
_ORDER = (
    "text's strength",
    "text's colour",
    "text's direction",
    "text's contradiction",
    "text on the other side",
    "text on still skin",
)


def _fault(said: MotionSaid, region: RegionMotion, measured: Measured) -> Fault | None:  # noqa: PLR0911 - as many faults
    name = region.region
    if not region.moving:
        if said.strength == "slight" and region.significance >= ALMOST_MOVING:
            return Fault("text on still skin", name, "minor")
        other = opposite(name)
        aside = other in measured and measured[other].moving and other not in {n for p in said.places for n in p}
        return Fault("text on the other side" if aside else "text on still skin", name, "serious")
    severity: FlagSeverity = "serious" if region.coherent else "minor"
    directions = said.directions(name)
    if directions and not any(_near(way, region.octant) for way in directions):
        if CONTRADICTION in directions:
            return Fault("text's contradiction", name, severity)
        return Fault("text's direction", name, severity)
    if said.colours and not any(_near(way, region.octant) for way in said.colours):
        return Fault("text's colour", name, severity)
    # "Down, and a little inward" is right of what moves down and in: it is the sideways part that is slight.
    part_of_it = "-" in region.octant and bool(said.ways) and not said.ways & _UPDOWN
    if said.strength and _off(said, region.intensity) and not (part_of_it and said.strength == "slight"):
        return Fault("text's strength", name, "serious")
    return None


def _off(said: MotionSaid, measured: Intensity) -> bool:
    near = 0 if said.extreme else NEAR_BINS
    return abs(INTENSITIES.index(said.strength or "none") - INTENSITIES.index(measured)) > near


def _denied(said: MotionSaid, places: Sequence[Sequence[RegionMotion]]) -> Iterator[Fault]:
    for regions in places:
        if all(region.moving and _so(said, region) for region in regions):
            yield Fault("text denies direction", regions[0].region, "serious" if regions[0].coherent else "minor")


def _so(said: MotionSaid, region: RegionMotion) -> bool:
    ways = said.directions(region.region) | said.colours
    return bool(ways) and all(_near(way, region.octant) for way in ways)


def _near(way: str, octant: str) -> bool:
    if way not in OCTANTS or octant not in OCTANTS:
        return False
    steps = abs(OCTANTS.index(way) - OCTANTS.index(octant))
    return min(steps, 8 - steps) <= NEAR_OCTANTS


def _flag(fault: Fault, said: MotionSaid, measured: Measured, stage: Words, quote: str) -> Flag:
    region = measured[fault.region]
    words: dict[str, Words | str] = {"stage": stage, "region": region_words(fault.region)}
    if fault.message == "text's colour":
        colour = COLOUR_OF[_octant(sorted(said.colours)[0])]
        words |= {"said": COLOUR_NAMES[colour], "measured": COLOUR_NAMES[COLOUR_OF[region.octant]]}
    elif fault.message == "text's strength":
        words |= {"said": INTENSITY_NAMES[said.strength or "none"], "measured": INTENSITY_NAMES[region.intensity]}
    else:
        ways = sorted(said.directions(fault.region) | said.colours)
        words |= {
            "said": DIRECTION_NAMES[_octant(ways[0]) if ways else "none"],
            "measured": DIRECTION_NAMES[region.octant],
            "other": region_words(opposite(fault.region)),
        }
    return flag(fault.message, fault.region, fault.severity, quote, **words)


def _octant(way: str) -> Direction:
    return next((octant for octant in OCTANTS if octant == way), "none")


def _evidence(statement: ReadStatement, stage: Words, quote: str) -> Iterator[Flag]:
    """Motion that is given as what shows some units, of which none makes it."""
    for given in statement.evidence:
        units = [ActionUnit.model_construct(number=number) for number in sorted(given.numbers) if number in AU_NAMES]
        effects = [effect for unit in units for effect in (*au_effects(unit, units), *au_effects(unit))]
        motions = [statement.motions[place] for place in given.motions]
        told = [said for said in motions if said.moves and (said.ways or said.colours or not said.real)]
        if effects and motions and _only_still(statement):
            # "The motionless brows show AU6."
            region, au = motions[0].places[0][0], au_words(units[0])
            yield flag("text's evidence", region, "serious", quote, stage=stage, region=region_words(region), au=au)
            continue
        if not effects or not told or any(_shows(said, effects) for said in told):
            continue
        region = told[0].places[0][0]
        yield flag(
            "text's evidence", region, "serious", quote, stage=stage, region=region_words(region), au=au_words(units[0])
        )


def _only_still(statement: ReadStatement) -> bool:
    """Whether nothing moves in a statement that gives it as what shows a unit, on either side of the face."""
    weighed = statement.general or statement.labelled or statement.compares
    affirmed = all(unit.polarity == "affirmed" and unit.side is None for unit in statement.units)
    return affirmed and not weighed and all(said.moves is False and said.real for said in statement.motions)


def _shows(said: MotionSaid, effects: Sequence[Effect]) -> bool:
    """Whether one of some effects is at a place that is meant, and as is said of it."""
    for name in (name for regions in said.places for name in regions):
        ways = said.directions(name) or said.colours
        for effect in effects:
            if effect.region == name and (
                not ways
                or effect.free
                or any(octant_distance(_octant(way), effect.direction) <= ALMOST_NEAR_OCTANTS for way in ways)
            ):
                return True
    return False
