"""The frames next to onset and apex: averaged into them, they lower the noise of the camera."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.alignment import face_mask
from meu_data.face.landmark_layout import eye_distance

# Frames are laid on each other, and averaged, over the face and so much around it, in eye distances.
_ROOM = 1.0
_STEPS, _SETTLED, _SMOOTH_PX = 15, 1e-3, 5
# Below this correlation it is not the same face at all: noise of 18 grey levels on small faces leaves .9.
_LEAST_ALIKE = 0.8
# What differs more than noise, smoothed over so much of the eye distance, is motion, a blink or a cut, and no second
# look at the same skin: differences count in units of the face's median one, and of no less than so many grey levels.
_WIDTH, _TIMES_USUAL, _LEAST_LEVELS = 0.04, 6.0, 0.3


class Beside(NamedTuple):
    """The frames next to onset and apex, uint8 (H, W, 3), BGR, of their size."""

    onset: Sequence[NDArray[np.uint8]] = ()
    apex: Sequence[NDArray[np.uint8]] = ()


def steadied(
    frame: NDArray[np.uint8], beside: Sequence[NDArray[np.uint8]], landmarks: NDArray[np.floating[Any]]
) -> NDArray[np.uint8]:
    """Averages frames into the one between them, each registered to it by the head's shift and roll.

    The same skin seen again has other noise. Where a frame shows something else (skin that moves, a lid that closes,
    another scene) it has no say: Geman and McClure's weights of the smoothed difference (Geman & McClure 1987). Shift
    and roll are those of the greatest correlation (Evangelidis & Psarakis 2008), which no change of light moves.

    Args:
        frame: uint8 (H, W).
        beside: uint8 (H, W) each; none leaves the frame as it is.
        landmarks: (68, 2), px of the frame.
    """
    unit = max(eye_distance(landmarks), 1.0)
    low = np.maximum((landmarks.min(axis=0) - _ROOM * unit).astype(int), 0)
    high = (landmarks.max(axis=0) + _ROOM * unit).astype(int)
    window = slice(low[1], high[1]), slice(low[0], high[0])
    face = np.ascontiguousarray(face_mask(landmarks, *frame.shape)[window])
    middle = np.ascontiguousarray(frame[window])
    if not beside or not face.any():
        return frame
    total, weights = middle.astype(np.float32), np.ones(middle.shape, dtype=np.float32)
    for other in beside:
        laid = _laid_on(middle, np.ascontiguousarray(other[window]), face)
        if laid is None:
            continue
        laid *= np.float32(max(float(middle[face].mean()), 1.0) / max(float(laid[face].mean()), 1.0))
        change = np.abs(cv2.GaussianBlur(laid - middle, (0, 0), max(_WIDTH * unit, 1.0)))
        usual = max(float(np.median(change[face])), _LEAST_LEVELS)
        weight = 1 / (1 + (change / np.float32(_TIMES_USUAL * usual)) ** 2) ** 2
        total += weight * laid
        weights += weight
    calm = frame.copy()
    calm[window] = np.clip(np.rint(total / weights), 0, 255).astype(np.uint8)
    return calm


def _laid_on(
    middle: NDArray[np.uint8], other: NDArray[np.uint8], face: NDArray[np.bool_]
) -> NDArray[np.float32] | None:
    """A frame as it would be with the head where it is on the middle one; None where they have nothing in common."""
    matrix = np.eye(2, 3, dtype=np.float32)
    settled = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, _STEPS, _SETTLED)
    try:
        alike, found = cv2.findTransformECC(
            middle, other, matrix, cv2.MOTION_EUCLIDEAN, settled, face.astype(np.uint8), _SMOOTH_PX
        )
    except cv2.error:
        return None
    if alike < _LEAST_ALIKE:
        return None
    back = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(other, found, middle.shape[::-1], flags=back, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32)
