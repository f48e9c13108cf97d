"""Which part of a frame shows anything: padding baked into a file counts as outside."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Grey levels by which a row of padding may vary: a lossy codec leaves so much.
_CONSTANT_LEVELS = 4
# The codec smears the picture's edge into the padding, and the padding into the picture, px.
_SMEARED_PX = 2
_BLACK, _WHITE = 4, 251
_FLAT_PX = 5


def inside_frame(gray: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Finds the padding: rows and columns at the edges that have one grey level.

    Args:
        gray: uint8 (H, W).

    Returns:
        bool (H, W), false on the padding; all of a frame that has no picture is inside.
    """
    height, width = gray.shape
    top, bottom, left, right = 0, height, 0, width
    while True:
        shown = gray[top:bottom, left:right]
        if shown.size == 0:
            return np.ones(gray.shape, dtype=bool)
        rows = np.flatnonzero(np.ptp(shown, axis=1) > _CONSTANT_LEVELS)
        columns = np.flatnonzero(np.ptp(shown, axis=0) > _CONSTANT_LEVELS)
        if rows.size == 0 or columns.size == 0:
            return np.ones(gray.shape, dtype=bool)
        box = top + int(rows[0]), top + int(rows[-1]) + 1, left + int(columns[0]), left + int(columns[-1]) + 1
        if box == (top, bottom, left, right):
            break
        top, bottom, left, right = box
    inside = np.zeros(gray.shape, dtype=bool)
    inside[
        top + _SMEARED_PX * (top > 0) : bottom - _SMEARED_PX * (bottom < height),
        left + _SMEARED_PX * (left > 0) : right - _SMEARED_PX * (right < width),
    ] = True
    return inside


def washed_out(gray: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Finds what is black or white and quite flat: dark skin and dark film still have their pattern.

    Args:
        gray: uint8 (H, W).

    Returns:
        bool (H, W).
    """
    patch = np.ones((_FLAT_PX, _FLAT_PX), dtype=np.uint8)
    flat = cv2.dilate(gray, patch) == cv2.erode(gray, patch)
    return np.asarray(flat & ((gray <= _BLACK) | (gray >= _WHITE)))
