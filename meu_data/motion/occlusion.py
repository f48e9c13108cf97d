"""Which regions something passed before, between the two frames: what no motion of the skin can explain."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.areas import RegionArea
from meu_data.face.regions import region_part

# Camera noise and the blocks of a codec are smoothed before frames are compared, px of the map.
_SMOOTH_PX = 3.0
# A region was covered when what the motion leaves unexplained is so many times what it leaves in the middle one of the
# regions, and that many grey levels. Noise is everywhere, a hand is not: expressions and turns leave up to 5 times the
# usual (in the chin of a wide open mouth), a hand in front 9 to 110 times.
_TIMES_USUAL, _LEAST_LEVELS = 7.0, 2.0
# Here blinks and parting lips change what is to be seen, too; without a neighbour they do not speak of a hand.
_OPENING = frozenset({"upper_lid", "lower_lid", "upper_lip", "lower_lip", "middle_upper_lip", "middle_lower_lip"})


def unexplained(onset: NDArray[np.uint8], apex: NDArray[np.uint8], flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the motion between two pictures leaves of their difference, smoothed: float32 (H, W), grey levels.

    Args:
        onset: uint8 (H, W).
        apex: uint8 (H, W), in the onset's light.
        flow: float32 (H, W, 2), px, between these pictures.
    """
    height, width = onset.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    back = cv2.remap(apex, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    before, after = (cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _SMOOTH_PX) for picture in (onset, back))
    return np.asarray(after - before, dtype=np.float32)


def covered_regions(rest: NDArray[np.float32], areas: Sequence[RegionArea]) -> frozenset[str]:
    """The regions whose skin is not to be seen on both frames.

    Args:
        rest: float32 (H, W), what the motion leaves unexplained.
        areas: The regions.
    """
    rests = {area.region: _rms(rest[area.rows, area.columns][area.mask]) for area in areas}
    usual = float(np.median(list(rests.values()))) if rests else 0.0
    covered = frozenset(region for region, rms in rests.items() if rms > max(_TIMES_USUAL * usual, _LEAST_LEVELS))
    return covered if any(region_part(region) not in _OPENING for region in covered) else frozenset()


def _rms(values: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(values**2)))
