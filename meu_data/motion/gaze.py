"""An eye that turns carries its iris sideways behind the lids: neither a blink nor any other motion of a lid."""

from collections.abc import Iterable

from meu_data.face.regions import region_part
from meu_data.records import RegionMotion

_LIDS = frozenset({"upper_lid", "lower_lid"})
_SIDEWAYS = frozenset({"left", "right"})


def lids_before_turning_eyes(regions: Iterable[RegionMotion]) -> frozenset[str]:
    """The lids that seem to go sideways.

    All that lids do goes up or down, or down and in with a frown (FACS 2002: AUs 4, 5, 6, 7, 43, 45, 46); eyes turn
    (AUs 61, 62). So what goes sideways there is the eye, or what a turn of the head left over.

    Args:
        regions: As measured.
    """
    return frozenset(
        region.region
        for region in regions
        if region.moving and region_part(region.region) in _LIDS and region.octant in _SIDEWAYS
    )
