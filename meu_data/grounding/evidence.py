"""From measured regions and the corpus's labels to claims: what may be said, before any words are chosen.

Colours and directions are only ever taken from the measurement. The labels decide which AU a motion is
given as evidence for, never how it moved.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from meu_data.face.aus import HEAD_AUS, Effect, au_effects
from meu_data.face.regions import (
    CLAIMABLE,
    COLOUR_OF,
    INTENSITIES,
    OCTANTS,
    OUTSIDE_FACE,
    Direction,
    near,
    region_part,
    touching,
)
from meu_data.grounding.thresholds import DRIFT_SHARE, LEAST_BLINK, MOST_PER_AU, MOST_UNEXPLAINED
from meu_data.records import ActionUnit, Claim, RegionMotion

AuFinding = Literal["seen", "contrary", "unfitting", "unseen", "hidden", "head", "unmapped"]


class AuReading(NamedTuple):
    """What the map says about one labelled AU.

    `finding` is `seen` (claims are its evidence), `contrary` (its most telling region clearly moves another
    way; claims without AU), `unfitting` (that region moves, but in no way that fits), `unseen` (it does not
    move), `hidden` (whether it moves cannot be measured), `head` (a head position) or `unmapped` (no motion of its own
    on the skin).
    """

    au: ActionUnit
    finding: AuFinding
    claims: tuple[Claim, ...] = ()


class MapReading(NamedTuple):
    """One map read with its labels; everything the prose may say.

    `blink`: lids that close without a labelled AU. `carried`: neighbours that go along with a labelled AU.
    `unexplained`: other clear motion. `brightest`: the claimed region with the largest mean magnitude, which is
    what brightness on the map stands for. `drift`: most of the face moves one way. `still`: no region moves.
    `hidden`: some regions, or all, could not be measured.
    """

    aus: tuple[AuReading, ...]
    blink: tuple[Claim, ...]
    carried: tuple[Claim, ...]
    unexplained: tuple[Claim, ...]
    brightest: str | None
    drift: bool
    still: bool
    hidden: Literal["none", "some", "all"] = "none"

    def claims(self) -> tuple[Claim, ...]:
        """All claims, the AUs' first; each (region, AU) once."""
        every = [claim for reading in self.aus for claim in reading.claims]
        every += [*self.blink, *self.carried, *self.unexplained]
        return tuple({(claim.region, claim.au): claim for claim in every}.values())


def read_map(aus: Sequence[ActionUnit], regions: Iterable[RegionMotion]) -> MapReading:
    """Sets the labelled AUs against the measured motion.

    A region is evidence for an AU when it moves beyond the noise as `au_effects` says of the AU beside the others. What
    an AU does besides its sites counts only where it is clear, so that no faint motion nearby proves an AU.

    Args:
        aus: The corpus's AUs, as labelled; sides are the person's.
        regions: The measured motion; region names and directions are the picture's.

    Returns:
        The reading; its AUs stand in the order of the labels.
    """
    measured = {region.region: region for region in regions}
    moving = {name: region for name, region in measured.items() if region.moving}
    explained = {
        effect.region
        for au in aus
        for effect in au_effects(au, aus)
        if effect.kind != "secondary" and _shown(effect, moving)
    }
    drift = _drift(measured)
    readable = {
        name: region
        for name, region in moving.items()
        if name not in explained
        and region.coherent
        and region.octant != "none"
        and (drift is None or not near(region.octant, drift))
    }
    along = _carried(readable, moving, explained)
    blink = _blink(moving, explained | along)
    free = {name: region for name, region in readable.items() if name not in blink}
    besides = {name: region for name, region in free.items() if region.clear}
    hidden = {name for name, region in measured.items() if not region.measurable}
    readings = tuple(_read_au(au, aus, moving, free, besides, hidden) for au in aus)
    told = {claim.region for reading in readings for claim in reading.claims}
    clear = [region for name, region in besides.items() if name not in told]
    carried = [region for region in clear if region.region in along]
    owned = {effect.region for au in aus for effect in au_effects(au, aus) if _shown(effect, besides)}
    rest = [region for region in clear if region not in carried and region.region not in owned]
    unexplained = _strongest(rest, MOST_UNEXPLAINED)
    reading = MapReading(
        aus=readings,
        blink=tuple(_claim(moving[name]) for name in sorted(blink, key=CLAIMABLE.index) if name.endswith("upper_lid")),
        carried=_strongest(carried, MOST_UNEXPLAINED - len(unexplained)),
        unexplained=unexplained,
        brightest=None,
        drift=drift is not None,
        still=not moving,
        hidden="none" if not hidden else "all" if len(hidden) == len(measured) else "some",
    )
    claimed = sorted({claim.region for claim in reading.claims()})
    return reading._replace(brightest=max(claimed, key=lambda name: moving[name].mean, default=None))


def settled(aus: Sequence[ActionUnit], regions: Iterable[RegionMotion]) -> tuple[ActionUnit, ...]:
    """The AUs with one left of each group of alternatives: the first that the map shows, else the first.

    Args:
        aus: The corpus's AUs.
        regions: The measured motion.
    """
    ranked = sorted(read_map(aus, regions).aus, key=lambda reading: reading.finding != "seen")
    chosen = {reading.au.alternative: reading.au for reading in reversed(ranked)}
    return tuple(au for au in aus if au.alternative is None or chosen[au.alternative] is au)


def _read_au(
    au: ActionUnit,
    labelled: Sequence[ActionUnit],
    moving: Mapping[str, RegionMotion],
    free: Mapping[str, RegionMotion],
    besides: Mapping[str, RegionMotion],
    hidden: set[str],
) -> AuReading:
    effects = au_effects(au, labelled)
    sites = [effect.region for effect in effects if effect.kind == "primary"]
    if not sites:
        return AuReading(au, "head" if au.number in HEAD_AUS else "unmapped")
    shown = [e.region for e in effects if _shown(e, besides if e.kind == "secondary" else moving)]
    first = region_part(sites[0])
    contrary = [free[region] for region in sites if region in free and region_part(region) == first]
    proven = any(_shown(effect, moving) for effect in effects if effect.kind != "secondary")
    if shown and (proven or not contrary):
        claims = [_claim(moving[region], au.code) for region in dict.fromkeys(shown)]
        return AuReading(au, "seen", _whole_pairs(claims, MOST_PER_AU))
    if contrary:
        return AuReading(au, "contrary", tuple(_claim(region) for region in contrary))
    telling = [region for region in sites if region_part(region) == first]
    if any(region in moving for region in telling):
        return AuReading(au, "unfitting")
    return AuReading(au, "unseen" if hidden.isdisjoint(telling) else "hidden")


def _shown(effect: Effect, regions: Mapping[str, RegionMotion]) -> bool:
    return effect.region in regions and effect.shows(regions[effect.region].octant)


def _claim(region: RegionMotion, au: str | None = None) -> Claim:
    return Claim(
        region=region.region,
        colour=COLOUR_OF[region.octant],
        direction=region.octant,
        intensity=region.intensity,
        au=au,
    )


def _blink(moving: Mapping[str, RegionMotion], explained: set[str]) -> set[str]:
    """The lids that close as in a blink: they go down, and no labelled AU takes them there."""
    closing = {
        name
        for name, region in moving.items()
        if name.endswith("_lid")
        and name not in explained
        and region.clear
        and near(region.octant, "down")
        # A brow that is lowered takes its lid along; the eye hardly closes by that.
        and (region.closure is None or region.closure >= LEAST_BLINK)
    }
    return closing if any(name.endswith("upper_lid") for name in closing) else set()


def _drift(measured: Mapping[str, RegionMotion]) -> Direction | None:
    """The direction in which most of the face moves together, if there is one."""
    face = [region for name, region in measured.items() if name != OUTSIDE_FACE]
    octants = Counter(region.octant for region in face if region.moving)
    shares = {way: sum(many for octant, many in octants.items() if near(octant, way)) for way in OCTANTS}
    way = max(OCTANTS, key=lambda way: shares[way])
    return way if len(face) > 1 and shares[way] >= DRIFT_SHARE * len(face) else None


def _carried(readable: Mapping[str, RegionMotion], moving: Mapping[str, RegionMotion], explained: set[str]) -> set[str]:
    """The regions that go along with a labelled AU: skin hangs together, and the flow is smooth.

    Motion passes from a region to those in contact with it, in the same direction and growing no stronger.
    """
    reached = set(explained)
    fresh = reached
    while fresh:
        fresh = {
            name
            for name, region in readable.items()
            if name not in reached and any(_passes_on(moving[source], region) for source in fresh)
        }
        reached |= fresh
    return reached - explained


def _passes_on(source: RegionMotion, target: RegionMotion) -> bool:
    return touching(source.region, target.region) and near(source.octant, target.octant) and target.mean <= source.mean


def _strongest(regions: Sequence[RegionMotion], most: int) -> tuple[Claim, ...]:
    order = sorted(
        regions,
        key=lambda region: (
            -INTENSITIES.index(region.intensity),
            -region.significance,
            CLAIMABLE.index(region.region),
        ),
    )
    return _whole_pairs([_claim(region) for region in order], most)


def _whole_pairs(claims: Sequence[Claim], most: int) -> tuple[Claim, ...]:
    """The first claims, at most so many; the two sides of one part come together or not at all."""
    parts: dict[str, list[Claim]] = {}
    for claim in claims:
        parts.setdefault(region_part(claim.region), []).append(claim)
    kept: list[Claim] = []
    for pair in parts.values():
        if len(kept) + len(pair) <= most:
            kept += sorted(pair, key=lambda claim: claim.region)
    return tuple(kept)


def like_a_blink(claims: Sequence[Claim]) -> bool:
    """Whether nothing but upper lids move, and down, so that a blink would look the same."""
    return all(claim.region.endswith("upper_lid") and near(claim.direction, "down") for claim in claims)
