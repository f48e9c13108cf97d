"""Which regions of a map are looked at more closely, and where they lie on it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from meu_data.errors import NotationError
from meu_data.export.samples.pictures import Box, png_size
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.areas import region_areas
from meu_data.face.au_notation import parse_code
from meu_data.records import ActionUnit, Claim

# Every further look is a picture more in the model's context.
_MOST = 4
# A crop shows as much again around its region, and at least this part of the map's side: a lid alone is no sight.
_AROUND, _LEAST = 2.0, 1 / 4


class ZoomRegion(NamedTuple):
    """One region to zoom into: what is told of it, the unit it speaks for, and its box on the map."""

    claim: Claim
    unit: ActionUnit | None
    bbox: Box


def zoom_regions(truth: SampleTruth) -> list[ZoomRegion]:
    """The regions to look at: for each action unit the one that moved most for it, then the others that moved.

    At most four, or as many as there are units. A region that lies outside the map is passed over.

    Args:
        truth: A sample with an annotation, whose map is an aligned face crop.

    Returns:
        Strongest measured motion first; ties by the region's name.
    """
    boxes = _boxes(truth)
    strength = {region.region: region.mean for region in truth.motion.regions}
    numbers = {unit.number for unit in truth.aus}
    moving = [claim for claim in truth.texts.claims if claim.region in boxes and "none" not in _motion(claim)]
    moving.sort(key=lambda claim: (-strength.get(claim.region, 0.0), claim.region))
    found = [ZoomRegion(claim, _unit(claim, numbers), boxes[claim.region]) for claim in _once(moving)]
    telling = {look.unit.number: look for look in reversed(found) if look.unit}.values()
    spare = max(_MOST - len(telling), 0)
    kept = {look.claim.region for look in [*telling, *[look for look in found if look not in telling][:spare]]}
    return [look for look in found if look.claim.region in kept]


def _motion(claim: Claim) -> tuple[str, str]:
    return claim.direction, claim.intensity


def _once(claims: Sequence[Claim]) -> Iterator[Claim]:
    """The first claim of each region."""
    seen: set[str] = set()
    for claim in claims:
        if claim.region not in seen:
            seen.add(claim.region)
            yield claim


def _unit(claim: Claim, numbers: set[int]) -> ActionUnit | None:
    """The unit a claim speaks for, if it is one of the row's."""
    try:
        unit = parse_code(claim.au or "")
    except NotationError:
        return None
    return unit if unit.number in numbers else None


def _boxes(truth: SampleTruth) -> dict[str, Box]:
    """The box of every region on the map, px."""
    motion = truth.motion
    if motion.alignment is None:
        raise ValueError(f"{motion.sample_id} was gathered with a map that is no aligned face crop")
    matrix = np.array(motion.alignment)
    landmarks = np.array(motion.landmarks) @ matrix[:, :2].T + matrix[:, 2]
    width, height = png_size(truth.map_png)
    return {
        area.region: _box(area.rows, area.columns, width, height) for area in region_areas(landmarks, width, height)
    }


def _box(rows: slice, columns: slice, width: int, height: int) -> Box:
    """A square around a window, moved into the picture where it would reach over its edge."""
    reach = _AROUND * max(rows.stop - rows.start, columns.stop - columns.start)
    side = min(round(max(reach, _LEAST * width)), width, height)
    left = min(max((columns.start + columns.stop - side) // 2, 0), width - side)
    top = min(max((rows.start + rows.stop - side) // 2, 0), height - side)
    return left, top, left + side, top + side
