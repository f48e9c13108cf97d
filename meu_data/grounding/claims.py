"""The claims of a draft against the measured motion, one region at a time."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import get_args

from meu_data.choices import Language
from meu_data.errors import NotationError
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_NAMES, acting, au_effects, au_label
from meu_data.face.regions import (
    CLAIMABLE,
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    INTENSITIES,
    OUTSIDE_FACE,
    Intensity,
    Side,
    near,
    octant_distance,
    opposite,
    picture_side,
    region_name,
    region_side,
)
from meu_data.grounding.doubts import REASONS
from meu_data.grounding.evidence import MapReading
from meu_data.grounding.flags import SEVERITIES, Words, flag
from meu_data.grounding.thresholds import ALMOST_MOVING, ALMOST_NEAR_OCTANTS
from meu_data.language.fit import NEAR_BINS
from meu_data.records import ActionUnit, Claim, Flag, FlagSeverity, Motion, RegionMotion

INTENSITY_NAMES: dict[Intensity, Words] = {
    "none": {"en": "none", "zh": "无"},
    "slight": {"en": "slight", "zh": "轻微"},
    "moderate": {"en": "moderate", "zh": "明显"},
    "strong": {"en": "strong", "zh": "强烈"},
}
SIDE_NAMES: dict[Side, Words] = {"left": {"en": "left", "zh": "左"}, "right": {"en": "right", "zh": "右"}}


@lru_cache(maxsize=1024)
def read_au(text: str) -> ActionUnit | None:
    """The AU that a draft's text for it means; None when it means none, or more than one."""
    try:
        units = parse_aus(text)
    except NotationError:
        return None
    return units[0] if len(units) == 1 else None


def au_words(au: ActionUnit) -> Words:
    """An AU as a sentence names it."""
    return {lang: au_label(au, lang) if au.number in AU_NAMES else au.code for lang in get_args(Language)}


@lru_cache(maxsize=256)
def region_words(region: str) -> Words:
    """A region as a sentence names it; a name that is none stays as it is."""
    return {lang: region_name(region, lang) if region in CLAIMABLE else region for lang in get_args(Language)}


def check_claims(claims: Sequence[Claim], motion: Motion) -> Iterator[Flag]:
    """Region, side, significance, direction, colour and intensity of every claim.

    A direction may be one octant off and an intensity one bin (noted). A claim on a still region counts as told
    on the wrong side when the region opposite moves and no claim has it.

    Args:
        claims: The draft's.
        motion: What was measured; sides and directions are the picture's.
    """
    measured = {region.region: region for region in motion.regions}
    claimed = {claim.region for claim in claims}
    for claim in claims:
        yield from _colour(claim)
        region = measured.get(claim.region)
        if region is None:
            yield flag("unknown region", claim.region, "serious", region=claim.region)
        elif region.reason is not None:
            yield flag(
                "not measurable", claim.region, "note", region=region_words(claim.region), reason=REASONS[region.reason]
            )
        elif not region.moving:
            yield from _on_still_skin(claim, region, measured, claimed)
        else:
            yield from _on_moving_skin(claim, region)


def _colour(claim: Claim) -> Iterator[Flag]:
    legend = COLOUR_OF[claim.direction]
    if claim.colour == legend:
        return
    words = {"region": region_words(claim.region), "colour": COLOUR_NAMES[claim.colour]}
    if claim.direction == "none":
        yield flag("colour at rest", claim.region, "minor", **words)
        return
    stated = next(direction for direction, colour in COLOUR_OF.items() if colour == claim.colour)
    # Neighbours on the colour wheel pass into each other; further apart they cannot be taken for one another.
    severity: FlagSeverity = "minor" if near(stated, claim.direction) else "serious"
    yield flag(
        "colour",
        claim.region,
        severity,
        **words,
        direction=DIRECTION_NAMES[claim.direction],
        legend=COLOUR_NAMES[legend],
    )


def _on_still_skin(
    claim: Claim, region: RegionMotion, measured: Mapping[str, RegionMotion], claimed: set[str]
) -> Iterator[Flag]:
    if claim.intensity == "none":
        return
    other = opposite(claim.region)
    if other in measured and measured[other].moving and other not in claimed:
        yield flag("other side", claim.region, "serious", region=region_words(claim.region), other=region_words(other))
        return
    almost = claim.intensity == "slight" and region.significance >= ALMOST_MOVING
    yield flag(
        "still",
        claim.region,
        "minor" if almost else "serious",
        region=region_words(claim.region),
        direction=DIRECTION_NAMES[claim.direction],
    )


def _on_moving_skin(claim: Claim, region: RegionMotion) -> Iterator[Flag]:
    words = region_words(claim.region)
    at_rest = claim.intensity == "none" and claim.direction == "none"
    if not at_rest and not near(claim.direction, region.octant):
        yield flag(
            "direction",
            claim.region,
            "serious" if region.coherent else "minor",
            region=words,
            direction=DIRECTION_NAMES[claim.direction],
            measured=DIRECTION_NAMES[region.octant],
        )
    bins = abs(INTENSITIES.index(claim.intensity) - INTENSITIES.index(region.intensity))
    if bins:
        yield flag(
            "intensity",
            claim.region,
            "note" if bins <= NEAR_BINS else "serious",
            region=words,
            intensity=INTENSITY_NAMES[claim.intensity],
            measured=INTENSITY_NAMES[region.intensity],
        )


def check_evidence(claims: Sequence[Claim], aus: Sequence[ActionUnit]) -> Iterator[Flag]:
    """Whether the AU a claim is given for acts in that region, on that side and in that direction (FACS).

    Skin in contact with what the AU moves may go along with it, the same way.

    Args:
        claims: The draft's.
        aus: The corpus's AUs, which show in other ways together than alone.
    """
    for claim in claims:
        au = read_au(claim.au) if claim.au else None
        if au is None or claim.region not in CLAIMABLE:
            continue
        effects = [*au_effects(au, aus), *au_effects(au)]
        words = {"au": au_words(au), "region": region_words(claim.region)}
        side = region_side(claim.region)
        possible = acting(effects, claim.region)
        if not effects:
            yield flag("leaves no trace", claim.region, "minor", **words)
        elif au.side is not None and side not in (None, picture_side(au.side)):
            yield flag("wrong side for AU", claim.region, "serious", **words, side=SIDE_NAMES[picture_side(au.side)])
        elif not possible:
            yield flag("far from the AU", claim.region, "serious", **words)
        elif claim.direction != "none" and not any(effect.shows(claim.direction) for effect in possible):
            expected = min((effect.direction for effect in possible), key=partial(octant_distance, claim.direction))
            yield flag(
                "not the way of the AU",
                claim.region,
                "minor" if octant_distance(claim.direction, expected) <= ALMOST_NEAR_OCTANTS else "serious",
                **words,
                direction=DIRECTION_NAMES[claim.direction],
                expected=DIRECTION_NAMES[expected],
            )


def check_mentions(claims: Sequence[Claim], reading: MapReading, motion: Motion) -> Iterator[Flag]:
    """Regions that clearly move and that no claim mentions.

    What calls for a mention is what the guide's rules say of the map (`claims.read_map`): not a drift of the whole
    face, nor a fourth region beside three that show the same AU. A region that moves strongly is serious, one that
    moves moderately minor; each a step less where a claim on that side already tells of the AU it shows, or where
    the skin is carried along by its neighbour. What moves outside the face need not be told.
    """
    measured = {region.region: region for region in motion.regions}
    mentioned = {claim.region for claim in claims}
    told = {(au.number, region_side(claim.region)) for claim in claims if claim.au and (au := read_au(claim.au))}
    reference: dict[str, list[Claim]] = {}
    for claim in reading.claims():
        reference.setdefault(claim.region, []).append(claim)
    for region, wanted in reference.items():
        moved = measured[region]
        if region in mentioned or not moved.clear or region == OUTSIDE_FACE:
            continue
        numbers = {au.number for claim in wanted if claim.au and (au := read_au(claim.au))}
        known = any((number, region_side(region)) in told for number in numbers)
        carried = any(claim.region == region for claim in reading.carried)
        step = (moved.intensity == "moderate") + (known or carried)
        yield flag(
            "unmentioned",
            region,
            SEVERITIES[step],
            region=region_words(region),
            direction=DIRECTION_NAMES[moved.octant],
            intensity=INTENSITY_NAMES[moved.intensity],
        )
