"""How far each eye closed between two frames: a blink is too large for a flow, and covers what it passes."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.landmark_layout import LEFT_EYE, RIGHT_EYE, eye_distance

_EYES = (("left_upper_lid", LEFT_EYE), ("right_upper_lid", RIGHT_EYE))
# Closures that are tried, shares of the opening; below 0 the eye opens further.
_STEP = 0.05
_CLOSURES = np.arange(-0.4, 1.1, _STEP)
# The skin above the lid's margin that stretches in a blink, in openings, and how much of the eye's width is compared.
_STRETCHED, _COMPARED = 1.3, 0.7
_SMOOTH = 0.012
# Worse likenesses say that what happened was no lid.
_LEAST_LIKENESS = 0.5
_LEAST_OPENING = 0.05
# What is drawn closes the middle of the eye, where it is an eighth higher than at the landmarks.
_SHORT = 9 / 8


def lid_closures(
    onset: NDArray[np.uint8], apex: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]]
) -> dict[str, float]:
    """The share of each eye's opening that closed.

    The upper lid of the onset is drawn further down, its skin stretched, the eye below either covered or pressed
    together, and the picture that is most like the apex counts (normalised correlation, so that light has no say).

    Args:
        onset: uint8 (H, W), a face that is upright.
        apex: uint8 (H, W), registered to it.
        landmarks: (68, 2), px.

    Returns:
        By the name of the upper lid, 0 for no change, 1 for a closed eye, below 0 where it opened; without the eyes of
        which that cannot be told.
    """
    unit = eye_distance(landmarks)
    before, after = (
        np.asarray(cv2.GaussianBlur(picture, (0, 0), max(_SMOOTH * unit, 0.5)), dtype=np.float32)
        for picture in (onset, apex)
    )
    found = {lid: _closure(before, after, np.asarray(landmarks[eye], dtype=np.float64), unit) for lid, eye in _EYES}
    return {lid: round(_SHORT * closure, 3) for lid, closure in found.items() if closure is not None}


def _closure(
    onset: NDArray[np.float32], apex: NDArray[np.float32], eye: NDArray[np.float64], unit: float
) -> float | None:
    outer, inner = eye[0], eye[3]
    top, bottom = eye[1:3].mean(axis=0), eye[4:6].mean(axis=0)
    # The margins as parabolas through the corners; the landmarks lie a third of the way in, at 8/9 of the height.
    half, middle = (inner[0] - outer[0]) / 2, (inner + outer) / 2
    columns = np.arange(int(middle[0] - _COMPARED * half), int(middle[0] + _COMPARED * half) + 1)
    along = (columns - middle[0]) / half
    base = middle[1] + along * (inner[1] - outer[1]) / 2
    arch = (1 - along**2) * 9 / 8
    upper, lower = base + arch * (top[1] - middle[1]), base + arch * (bottom[1] - middle[1])
    opening = lower - upper
    high = float(opening.max())
    if high < _LEAST_OPENING * unit:
        return None
    rows = np.arange(int(upper.min() - _STRETCHED * high), int(lower.max() + 0.3 * high) + 1)
    if rows[0] < 0 or rows[-1] >= onset.shape[0] or columns[0] < 0 or columns[-1] >= onset.shape[1]:
        return None
    y = np.repeat(rows[:, None], columns.size, axis=1).astype(np.float64)
    x = np.repeat(columns[None, :], rows.size, axis=0).astype(np.float32)
    fixed = upper - _STRETCHED * high
    shown = apex[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    likeness = np.zeros(_CLOSURES.size)
    for place, closure in enumerate(_CLOSURES):
        margin = upper + closure * opening
        skin = fixed + (y - fixed) * (upper - fixed) / np.maximum(margin - fixed, 1e-3)
        pressed = lower - (lower - y) * opening / np.maximum(lower - margin, 0.1 * opening)
        for eyeball in (y, pressed):
            source = np.where(y < margin, skin, np.where(y < lower, eyeball, y)).astype(np.float32)
            drawn = np.asarray(cv2.remap(onset, x, source, cv2.INTER_LINEAR), dtype=np.float32)
            likeness[place] = max(likeness[place], _correlation(drawn, shown))
    best = int(np.argmax(likeness))
    if likeness[best] < _LEAST_LIKENESS:
        return None
    if not 0 < best < likeness.size - 1:
        return float(_CLOSURES[best])
    low, peak, up = likeness[best - 1 : best + 2]
    bend = low - 2 * peak + up
    return float(_CLOSURES[best] + (_STEP * (low - up) / (2 * bend) if bend < 0 else 0.0))


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    a, b = first - first.mean(), second - second.mean()
    return float((a * b).sum() / max(float(np.sqrt((a**2).sum() * (b**2).sum())), 1e-6))
