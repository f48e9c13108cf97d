"""Which regions are covered: something passed before them between the two frames, or dark things lie there on both."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.areas import RegionArea
from meu_data.face.regions import REGIONS, region_part

# Camera noise and the blocks of a codec are smoothed before frames are compared, px of the map.
_SMOOTH_PX = 3.0
# A region was covered when what the motion leaves unexplained is so many times what it leaves in the middle one of the
# regions, and that many grey levels. Noise is everywhere, a hand is not: expressions and turns leave up to 5 times the
# usual (in the chin of a wide open mouth), a hand in front 9 to 110 times.
_TIMES_USUAL, _LEAST_LEVELS = 7.0, 2.0
# Here blinks and parting lips change what is to be seen, too; without a neighbour they do not speak of a hand.
_OPENING = frozenset({"upper_lid", "lower_lid", "upper_lip", "lower_lip", "middle_upper_lip", "middle_lower_lip"})

# Hair lies over the forehead, and dark glasses before both eyes, where so little of the nose's grey level is left.
# Foreheads of 111 faces without have .2 and more of it (three of 333 less, at hair), lower lids .4 and more. Colour and
# texture do not tell a hand from the skin behind it: at one false region in a hundred they find a fifth of the covered.
_HAIR, _GLASSES = 0.2, 0.4
_FOREHEAD = frozenset(region for region in REGIONS if region_part(region) in {"forehead", "middle_forehead"})
_LOWER_LIDS = frozenset(region for region in REGIONS if region_part(region) == "lower_lid")
_TELLING = _FOREHEAD | _LOWER_LIDS | {"nose_root", "nose_tip"}
_BEHIND_GLASSES = frozenset(
    region for region in REGIONS if region_part(region) in {"upper_lid", "lower_lid", "eye_corner"}
)


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


def darkly_covered(frame: NDArray[np.uint8], areas: Sequence[RegionArea]) -> frozenset[str]:
    """The regions before which dark hair or dark glasses lie: what is still there is no skin.

    Args:
        frame: uint8 (H, W).
        areas: The regions.
    """
    levels = {
        area.region: float(np.median(frame[area.rows, area.columns][area.mask]))
        for area in areas
        if area.region in _TELLING
    }
    root, tip = (max(levels.get(region, 0.0), 1.0) for region in ("nose_root", "nose_tip"))
    hair = {region for region in _FOREHEAD if region in levels and levels[region] < _HAIR * root}
    glasses = all(region in levels and levels[region] < _GLASSES * tip for region in _LOWER_LIDS)
    return frozenset(hair | _BEHIND_GLASSES if glasses else hair)


def _rms(values: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(values**2)))
