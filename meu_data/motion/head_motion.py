"""Takes the motion of the whole head out of a flow."""

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, NoFaceError
from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import NOSE_TIP, eye_distance
from meu_data.face.regions import PART, region_part
from meu_data.records import HeadMotion

_HALF_WINDOW = 5

# How much the skin between the parts, and that of the temples, says about the motion of the head (as `FacePart.rigid`).
_REST_OF_FACE, _TEMPLES = 0.2, 0.7
_SAMPLES_PER_EYE_DISTANCE = 25
_ITERATIONS, _SETTLED_PX = 40, 1e-3
# The scale of the robust weights follows the better third of the residuals, down to the error of TV-L1 itself.
_TRUSTED_SHARE, _LEAST_SCALE_PX = 0.3, 0.03


def nose_point(landmarks: NDArray[np.floating[Any]]) -> tuple[int, int]:
    """Landmark 30, truncated to whole pixels as the published code does (x, y)."""
    return int(landmarks[NOSE_TIP, 0]), int(landmarks[NOSE_TIP, 1])


def subtract_head_motion(
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    *,
    method: Literal["nose", "similarity"] = "nose",
) -> tuple[NDArray[np.float32], HeadMotion]:
    """Subtracts the head's motion, estimated from the flow itself.

    `nose` is the translation of the 11x11 window around the tip of the nose, clipped to the picture
    (arXiv 2505.07007; zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, preprocess.py). It knows no rotation and no scale.

    `similarity` is translation, rotation and scale, fitted to the flow of the whole face by iteratively reweighted
    least squares with Geman and McClure's weights (Geman & McClure 1987), rigid areas first, so that a broad
    expression is an outlier and does not pull the head along.

    Args:
        flow: float32 (H, W, 2), px, y down.
        landmarks: (68, 2), px, of the onset frame.
        method: How to estimate.

    Returns:
        The flow without the head's motion, float32 (H, W, 2), and what was taken out; for `similarity`, dx and dy
        are the motion of the bridge of the nose, about which the head turns and grows.

    Raises:
        NoFaceError: The tip of the nose, or too much of the face, lies outside the picture.
        MeuError: The method is unknown.
    """
    if method == "nose":
        return _without_nose_motion(flow, landmarks)
    if method == "similarity":
        return _without_similarity(flow, landmarks)
    raise MeuError(f"unknown head motion method {method!r}; there is nose, similarity")


def _without_nose_motion(
    flow: NDArray[np.float32], landmarks: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float32], HeadMotion]:
    height, width = flow.shape[:2]
    x, y = nose_point(landmarks)
    window = flow[
        max(y - _HALF_WINDOW, 0) : max(min(y + _HALF_WINDOW + 1, height), 0),
        max(x - _HALF_WINDOW, 0) : max(min(x + _HALF_WINDOW + 1, width), 0),
    ]
    if window.size == 0:
        raise NoFaceError(f"the tip of the nose lies outside the picture, at ({x}, {y}) of {width}x{height}")
    # The order of summation is part of the result: the published code averages the flattened window.
    mean = np.mean(window.reshape(-1, 2), axis=0)
    return flow - mean, HeadMotion(method="nose", dx=float(mean[0]), dy=float(mean[1]))


def _without_similarity(
    flow: NDArray[np.float32], landmarks: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float32], HeadMotion]:
    height, width = flow.shape[:2]
    unit = max(eye_distance(landmarks), 1.0)
    centre = landmarks[27:31].mean(axis=0)
    step = max(1, int(unit / _SAMPLES_PER_EYE_DISTANCE))
    trust = _trust(landmarks, width, height)[::step, ::step]
    rows, columns = np.nonzero(trust)
    if rows.size < 2 * _SAMPLES_PER_EYE_DISTANCE:
        raise NoFaceError("too little of the face lies inside the picture to tell how the head moved")
    x, y = (columns * step - centre[0]) / unit, (rows * step - centre[1]) / unit
    vectors = flow[rows * step, columns * step].astype(np.float64)
    u, v, grow, turn = _fit_similarity(x, y, vectors, trust[rows, columns].astype(np.float64))
    across = ((np.arange(width) - centre[0]) / unit).astype(np.float32)
    down = ((np.arange(height) - centre[1]) / unit).astype(np.float32)[:, None]
    corrected = np.empty_like(flow)
    corrected[..., 0] = flow[..., 0] - np.float32(u) - np.float32(grow) * across + np.float32(turn) * down
    corrected[..., 1] = flow[..., 1] - np.float32(v) - np.float32(turn) * across - np.float32(grow) * down
    # Displacement is (s·R - 1) x: with s·cos = 1 + grow and s·sin = turn per pixel.
    cosine, sine = 1 + grow / unit, turn / unit
    return corrected, HeadMotion(
        method="similarity",
        dx=float(u),
        dy=float(v),
        rotation_deg=float(np.degrees(np.arctan2(sine, cosine))),
        scale=float(np.hypot(cosine, sine)),
    )


def _trust(landmarks: NDArray[np.floating[Any]], width: int, height: int) -> NDArray[np.float32]:
    """The weight of each pixel, 0 outside the face."""
    unit = eye_distance(landmarks)
    trust = np.zeros((height, width), dtype=np.float32)
    outline = np.vstack([landmarks, landmarks[17:27] - (0, 0.5 * unit)]).astype(np.int32)
    cv2.fillConvexPoly(trust, cv2.convexHull(outline), _REST_OF_FACE)
    for side, eye in (((0, 1), 36), ((15, 16), 45)):
        x, y = 0.75 * landmarks[list(side)].mean(axis=0) + 0.25 * landmarks[eye]
        cv2.ellipse(trust, (int(x), int(y)), (int(0.1 * unit), int(0.3 * unit)), 0, 0, 360, _TEMPLES, -1)
    for area in region_areas(landmarks, width, height):
        weight = PART[region_part(area.region)].rigid
        if weight is not None:
            trust[area.rows, area.columns][area.mask] = weight
    return trust


def _fit_similarity(
    x: NDArray[np.float64], y: NDArray[np.float64], vectors: NDArray[np.float64], trust: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fits u + grow·x - turn·y, v + turn·x + grow·y to the vectors; returns (u, v, grow, turn)."""
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.concatenate([np.stack([one, zero, x, -y], axis=1), np.stack([zero, one, y, x], axis=1)])
    target = np.concatenate([vectors[:, 0], vectors[:, 1]])
    weight = trust
    solution = np.zeros(4)
    for _ in range(_ITERATIONS):
        weighted = design * np.concatenate([weight, weight])[:, None]
        before, solution = solution, np.linalg.solve(weighted.T @ design + 1e-9 * np.eye(4), weighted.T @ target)
        if np.abs(solution - before).max() < _SETTLED_PX:
            break
        misfit = target - design @ solution
        residual = np.hypot(misfit[: x.size], misfit[x.size :])
        order = np.argsort(residual, kind="stable")
        share = np.cumsum(trust[order])
        scale = max(residual[order][np.searchsorted(share, _TRUSTED_SHARE * share[-1])], _LEAST_SCALE_PX)
        weight = trust / (1 + (residual / scale) ** 2) ** 2
    return solution
