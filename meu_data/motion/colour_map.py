"""Draws the MMC-Map: flow as hue (direction) and brightness (magnitude) over the grey onset frame."""

from typing import Any, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Recipe
from meu_data.errors import MeuError
from meu_data.face.alignment import face_mask
from meu_data.face.landmark_layout import eye_distance

RECIPES: tuple[str, ...] = get_args(Recipe)

_ANGLE_STEP_DEG = 30
# Recipe robust: the magnitude that is drawn at full brightness, in eye distances, whatever else is on the map.
_FULL_BRIGHTNESS = 0.02
_FACE_LIGHT, _BACKGROUND_LIGHT = 0.5, 0.12
_FEATHER = 0.06


def mmc_map(
    onset_bgr: NDArray[np.uint8],
    flow: NDArray[np.float32],
    *,
    recipe: Recipe = "mellm",
    landmarks: NDArray[np.floating[Any]] | None = None,
    inside: NDArray[np.bool_] | None = None,
    beside: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """Draws the motion-enhanced colour map of a pair.

    Recipe `mellm` equals the published code pixel for pixel (arXiv 2505.07007;
    zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, preprocess.py, `visualize_flow` and what follows it): hue is the
    angle in steps of 30 degrees, value the magnitude stretched to 0..255 over the whole picture.

    Recipe `robust` is ours: hue is the angle itself, value the magnitude on a fixed scale (full at 2 % of the eye
    distance), so that two maps compare and a still face stays dark; outside the face only `beside` has colour.

    Args:
        onset_bgr: uint8 (H, W, 3), BGR.
        flow: float32 (H, W, 2), px, x right and y DOWN, head motion already taken out.
        recipe: How to draw.
        landmarks: (68, 2), px; `robust` needs them to know the face.
        inside: bool (H, W), where both frames show anything; `robust` draws no motion elsewhere.
        beside: bool (H, W), what moves of itself outside the face (`outside_motion`).

    Returns:
        uint8 (H, W, 3), BGR.

    Raises:
        MeuError: The arrays do not fit each other, or the recipe is unknown.
    """
    if recipe not in RECIPES:
        raise MeuError(f"unknown recipe {recipe!r}; there is {', '.join(RECIPES)}")
    if onset_bgr.dtype != np.uint8 or onset_bgr.ndim != 3 or onset_bgr.shape[2] != 3:
        raise MeuError(f"the onset frame must be uint8 of shape (height, width, 3), not {onset_bgr.shape}")
    if flow.shape != (*onset_bgr.shape[:2], 2):
        raise MeuError(f"the flow of shape {flow.shape} does not fit a frame of shape {onset_bgr.shape}")
    if recipe == "mellm":
        return _mellm_map(onset_bgr, flow)
    if landmarks is None:
        raise MeuError("recipe robust draws the face only, and needs its landmarks")
    return _robust_map(onset_bgr, flow, landmarks, inside, beside)


def _mellm_map(onset_bgr: NDArray[np.uint8], flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    # OpenCV's polar form, not numpy's: its angle is a little off the true one, and the rounding below shows it.
    magnitude, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1])
    degrees = (angle * 180 / np.pi) % 360
    degrees = np.round(degrees / _ANGLE_STEP_DEG) * _ANGLE_STEP_DEG % 360
    hsv = np.empty(onset_bgr.shape, dtype=np.uint8)
    hsv[..., 0] = (degrees / 2).astype(np.uint8)
    hsv[..., 1] = 255
    stretched = cv2.normalize(magnitude, np.empty_like(magnitude), 0, 255, cv2.NORM_MINMAX)
    hsv[..., 2] = stretched.astype(np.uint8)
    colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    # The published mask keeps what exceeds the 0th percentile, which is the minimum.
    colour[magnitude <= magnitude.min()] = 0
    gray = cv2.cvtColor(cv2.cvtColor(onset_bgr, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray(cv2.add(gray, colour), dtype=np.uint8)


def _robust_map(
    onset_bgr: NDArray[np.uint8],
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    inside: NDArray[np.bool_] | None,
    beside: NDArray[np.bool_] | None,
) -> NDArray[np.uint8]:
    height, width = flow.shape[:2]
    unit = max(eye_distance(landmarks), 1.0)
    shown = face_mask(landmarks, height, width)
    face = (shown if beside is None else shown | beside).astype(np.float32)
    face = np.asarray(cv2.GaussianBlur(face, (0, 0), _FEATHER * unit), dtype=np.float32)
    magnitude = np.hypot(flow[..., 0], flow[..., 1])
    if inside is not None:
        magnitude *= inside
    degrees = np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360
    hsv = np.empty(onset_bgr.shape, dtype=np.uint8)
    hsv[..., 0] = np.round(degrees / 2).astype(np.int16) % 180
    hsv[..., 1] = 255
    hsv[..., 2] = np.round(np.clip(magnitude / (_FULL_BRIGHTNESS * unit), 0, 1) * face * 255).astype(np.uint8)
    colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    light = _BACKGROUND_LIGHT + (_FACE_LIGHT - _BACKGROUND_LIGHT) * face
    gray = np.round(cv2.cvtColor(onset_bgr, cv2.COLOR_BGR2GRAY) * light).astype(np.uint8)
    return np.asarray(cv2.add(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), colour), dtype=np.uint8)
