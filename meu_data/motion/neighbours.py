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
# Two frames are compared where they differ least, where nothing moves: that quantile over blocks of so many px.
_BLOCK_PX, _QUIET_SHARE = 8, 0.1
# The most alike neighbour differs by a share of what onset and apex do: by .85 to .94 where all is a camera's noise,
# by .66 to .89 where each frame is a JPEG, by .1 to .64 in film coded as H.264 (large faces: up to .75), where a block
# that hardly changes is copied from the frame before. Near the bar little depends on it.
_COPIED = 0.7
# Frames that are nearly copies tell that the pair's own noise says too little, not how much too little. More keeps out
# more of what errs, but also all maps of small faces that were sharply coded.
_MOST_TIMES = 2.0
_FULL_BLOCK, _LEAST_APART = 0.8, 0.1


class Beside(NamedTuple):
    """The frames next to onset and apex, uint8 (H, W, 3), BGR, of their size."""

    onset: Sequence[NDArray[np.uint8]] = ()
    apex: Sequence[NDArray[np.uint8]] = ()


class Steadied(NamedTuple):
    """A frame with its neighbours averaged in.

    Attributes:
        picture: uint8 (H, W).
        apart: How far the most alike of them differs from it where least moves, grey levels; None where none has a say.
    """

    picture: NDArray[np.uint8]
    apart: float | None


def steadied(
    frame: NDArray[np.uint8], beside: Sequence[NDArray[np.uint8]], landmarks: NDArray[np.floating[Any]]
) -> Steadied:
    """Averages frames into the one between them, each registered to it by the head's shift and roll.

    The same skin seen again has other noise. Where a frame shows something else (skin that moves, a lid that closes,
    another scene) it has no say: Geman and McClure's weights of the smoothed difference (Geman & McClure 1987). Shift
    and roll are those of the greatest correlation (Evangelidis & Psarakis 2008), which no change of light moves. A
    frame that is there twice is no second look at anything.

    Args:
        frame: uint8 (H, W).
        beside: uint8 (H, W) each; none leaves the frame as it is.
        landmarks: (68, 2), px of the frame.
    """
    window = _window(landmarks)
    face = np.ascontiguousarray(face_mask(landmarks, *frame.shape)[window])
    middle = np.ascontiguousarray(frame[window])
    others = [np.ascontiguousarray(other[window]) for other in beside]
    others = [other for other in others if not np.array_equal(other, middle)]
    if not others or not face.any():
        return Steadied(frame, None)
    total, weights = middle.astype(np.float32), np.ones(middle.shape, dtype=np.float32)
    apart = []
    for other in others:
        laid = _laid_on(middle, other, face)
        if laid is None:
            continue
        apart.append(_apart(middle, laid, face))
        change = np.abs(cv2.GaussianBlur(laid - middle, (0, 0), max(_WIDTH * max(eye_distance(landmarks), 1.0), 1.0)))
        usual = max(float(np.median(change[face])), _LEAST_LEVELS)
        weight = 1 / (1 + (change / np.float32(_TIMES_USUAL * usual)) ** 2) ** 2
        total += weight * laid
        weights += weight
    calm = frame.copy()
    calm[window] = np.clip(np.rint(total / weights), 0, 255).astype(np.uint8)
    return Steadied(calm, min(apart) if apart else None)


def times_shared(
    onset: NDArray[np.uint8],
    apex: NDArray[np.uint8],
    landmarks: NDArray[np.floating[Any]],
    apart: Sequence[float | None],
) -> float:
    """How many times the error of a pair is what its frames and their neighbours together let appear; 1 or more.

    Averaging takes away what is another in each frame. Film codecs copy blocks from frame to frame, wrong as they are:
    neighbours are alike then, and what they share stays, however many they are. Such errors are as wide as a block
    and move with it, so that a pair by itself takes them for motion, too.

    Args:
        onset: uint8 (H, W), alone.
        apex: uint8 (H, W), alone.
        landmarks: (68, 2), px of the frame.
        apart: How far the most alike neighbour of each differs from it, grey levels (`Steadied`).
    """
    known = [levels for levels in apart if levels is not None]
    if not known:
        return 1.0
    window = _window(landmarks)
    face = np.ascontiguousarray(face_mask(landmarks, *onset.shape)[window])
    first, second = (np.ascontiguousarray(frame[window]) for frame in (onset, apex))
    laid = _laid_on(first, second, face)
    if laid is None:
        return 1.0
    share = max(float(np.mean(known)), _LEAST_APART) / max(_apart(first, laid, face), _LEAST_APART)
    return min(1 / share, _MOST_TIMES) if share < _COPIED else 1.0


def _window(landmarks: NDArray[np.floating[Any]]) -> tuple[slice, slice]:
    """The face and some room around it."""
    unit = max(eye_distance(landmarks), 1.0)
    low = np.maximum((landmarks.min(axis=0) - _ROOM * unit).astype(int), 0)
    high = (landmarks.max(axis=0) + _ROOM * unit).astype(int)
    return slice(low[1], high[1]), slice(low[0], high[0])


def _apart(middle: NDArray[np.uint8], laid: NDArray[np.float32], face: NDArray[np.bool_]) -> float:
    """How far two frames differ where they differ least, grey levels (root mean square of a block)."""
    rows, columns = (length // _BLOCK_PX for length in face.shape)

    def blocks(values: NDArray[Any]) -> NDArray[np.float64]:
        cut = values[: rows * _BLOCK_PX, : columns * _BLOCK_PX].reshape(rows, _BLOCK_PX, columns, _BLOCK_PX)
        return np.asarray(cut.mean(axis=(1, 3), dtype=np.float64))

    squares = blocks((laid - middle) ** 2)[blocks(face) > _FULL_BLOCK]
    return float(np.sqrt(np.quantile(squares, _QUIET_SHARE))) if squares.size else 0.0


def _laid_on(
    middle: NDArray[np.uint8], other: NDArray[np.uint8], face: NDArray[np.bool_]
) -> NDArray[np.float32] | None:
    """A frame with the head where it is on the middle one, and as bright; None where they have nothing in common."""
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
    laid = np.asarray(moved, dtype=np.float32)
    return laid * np.float32(max(float(middle[face].mean()), 1.0) / max(float(laid[face].mean()), 1.0))
