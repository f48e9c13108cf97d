"""Which of the 68 landmarks is what (the iBUG layout), in the picture's sense: left is the left of the picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

NOSE_TIP = 30
LEFT_EYE = slice(36, 42)
RIGHT_EYE = slice(42, 48)


def eye_distance(landmarks: NDArray[np.floating[Any]]) -> float:
    """The distance between the centres of the eyes, px: the unit in which a face is measured.

    Args:
        landmarks: (68, 2), px, x right and y down.
    """
    return float(np.linalg.norm(landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0)))
