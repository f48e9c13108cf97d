"""Takes the motion of the whole head out of a flow."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, NoFaceError
from meu_data.motion.landmarks import NOSE_TIP
from meu_data.records import HeadMotion

_HALF_WINDOW = 5


def nose_point(landmarks: NDArray[np.floating[Any]]) -> tuple[int, int]:
    """Landmark 30, truncated to whole pixels as the published code does (x, y)."""
    return int(landmarks[NOSE_TIP, 0]), int(landmarks[NOSE_TIP, 1])


def subtract_head_motion(
    flow: NDArray[np.float32], landmarks: NDArray[np.floating[Any]], *, method: Literal["nose"] = "nose"
) -> tuple[NDArray[np.float32], HeadMotion]:
    """Subtracts the head's motion, estimated from the flow itself.

    `nose` is the translation of the 11x11 window around the tip of the nose, clipped to the picture
    (arXiv 2505.07007; zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, preprocess.py). It knows no rotation and no scale.

    Args:
        flow: float32 (H, W, 2), px, y down.
        landmarks: (68, 2), px, of the onset frame.
        method: How to estimate.

    Returns:
        The flow without the head's motion, float32 (H, W, 2), and what was taken out.

    Raises:
        NoFaceError: The tip of the nose lies outside the picture.
        MeuError: The method is unknown.
    """
    if method != "nose":
        raise MeuError(f"unknown head motion method {method!r}; there is nose")
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
