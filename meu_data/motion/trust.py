"""One figure for how far a map, and each of its regions, can be believed; beside the grounding score, never in it."""

from collections.abc import Iterable, Sequence
from typing import get_args

from meu_data.motion.quality import with_flags
from meu_data.records import HeadMotion, Quality, QualityFlag, RegionMotion, UnmeasurableReason

# From here on a turn out of the plane leaves more of the face's relief than regions move; hundredths of the eye
# distance.
TURN_PERCENT = 0.8
# So many regions beyond the frame, or covered, are a flaw of the map and not of one region.
MISSING_REGIONS = 3
COVERED_REGIONS = 1
# What each flag leaves of the trust. One of the first kind is enough to keep a map out of an export (0.5), of the
# second kind three.
_GRAVE, _SLIGHT = 0.4, 0.78
_LEAVES: dict[QualityFlag, float] = dict.fromkeys(get_args(QualityFlag), _GRAVE) | dict.fromkeys(
    ("head_motion", "incoherent", "inconsistent", "blurred", "saturated", "small_face"), _SLIGHT
)


def with_trust(
    quality: Quality, regions: Sequence[RegionMotion], head: HeadMotion, unit: float
) -> tuple[Quality, list[RegionMotion]]:
    """Flags what regions and head say of the map, and rates the map and its regions.

    Args:
        quality: Measures and flags so far.
        regions: What was measured.
        head: What was taken out.
        unit: Distance between the eyes on the map, px.

    Returns:
        The quality with its flags and trust, and the regions with theirs: what cannot be measured has none, a region
        that moves just beyond its noise has half of the map's.
    """
    missing = [region.reason for region in regions if region.reason]
    raised: dict[QualityFlag, bool] = {
        "head_turn": head.turn_px > TURN_PERCENT * unit / 100,
        "occluded": missing.count("occluded") >= COVERED_REGIONS,
        "outside": missing.count("outside") >= MISSING_REGIONS,
    }
    flags = with_flags(quality.flags, raised)
    trust = trust_of(flags)
    rated = [region.model_copy(update={"trust": round(trust * _region_trust(region), 3)}) for region in regions]
    return quality.model_copy(update={"flags": flags, "trust": trust}), rated


def trust_of(flags: Iterable[QualityFlag]) -> float:
    """The trust that these flags leave, 0..1."""
    trust = 1.0
    for flag in flags:
        trust *= _LEAVES[flag]
    return round(trust, 3)


def unmeasurable(region: RegionMotion, reason: UnmeasurableReason) -> RegionMotion:
    """The same region, of which nothing can be said; an earlier reason stays."""
    if region.reason:
        return region
    return region.model_copy(update={"state": "not measurable", "reason": reason, "intensity": "none"})


def _region_trust(region: RegionMotion) -> float:
    if not region.measurable:
        return 0.0
    if region.still:
        return 1.0
    # Significance 3 is where motion begins; from 6 on nothing is in doubt.
    return min(region.significance / 6, 1.0)
