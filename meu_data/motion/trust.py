"""One figure for how far a map, and each of its regions, can be believed; beside the grounding score, never in it."""

from collections.abc import Iterable, Sequence
from typing import get_args

from meu_data.face.regions import OUTSIDE_FACE, region_part
from meu_data.motion.quality import with_flags
from meu_data.records import HeadMotion, Quality, QualityFlag, RegionMotion, UnmeasurableReason

# From here on a turn out of the plane leaves more of the face's relief than regions move; hundredths of the eye
# distance.
TURN_PERCENT = 0.8
# So many regions beyond the frame, or covered, are a flaw of the map and not of one region. A forehead does not count:
# faces of corpora are often cropped at the brows, which tell the same AUs, or have hair there.
MISSING_REGIONS = 3
COVERED_REGIONS = 1
_SPARE = frozenset({"forehead", "middle_forehead"})
# Below this share of regions that could be measured, of which reason ever, trust falls with it: of a clip that is sharp
# and well lit nine tenths can be measured, of noise, blur and unmatched light a third (`benchmarks/trust.py`).
LEAST_MEASURED = 0.5
# What each flag leaves of the trust: one grave flag is enough to keep a map out of an export, of the slight ones three.
# The share of regions that could be measured counts by itself.
SLIGHT_FLAGS: frozenset[QualityFlag] = frozenset(
    ("head_motion", "incoherent", "inconsistent", "blurred", "saturated", "small_face")
)
_GRAVE, _SLIGHT, _COUNTED = 0.4, 0.78, 1.0
_LEAVES: dict[QualityFlag, float] = {
    flag: _COUNTED if flag == "unmeasured" else _SLIGHT if flag in SLIGHT_FLAGS else _GRAVE
    for flag in get_args(QualityFlag)
}


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
    face = [region for region in regions if region.region != OUTSIDE_FACE]
    missing = [region.reason for region in face if region.reason]
    owed = [region.reason for region in face if region_part(region.region) not in _SPARE]
    measured = 1 - len(missing) / max(len(face), 1)
    raised: dict[QualityFlag, bool] = {
        "head_turn": head.turn_px > TURN_PERCENT * unit / 100,
        "occluded": owed.count("occluded") >= COVERED_REGIONS,
        "outside": owed.count("outside") >= MISSING_REGIONS,
        "unmeasured": measured < LEAST_MEASURED,
    }
    flags = with_flags(quality.flags, raised)
    trust = trust_of(flags, measured)
    rated = [region.model_copy(update={"trust": round(trust * _region_trust(region), 3)}) for region in regions]
    return quality.model_copy(update={"flags": flags, "trust": trust}), rated


def trust_of(flags: Iterable[QualityFlag], measured: float = 1.0) -> float:
    """The trust that these flags, and this share of regions that could be measured, leave; 0..1."""
    trust = min(measured / LEAST_MEASURED, 1.0)
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
