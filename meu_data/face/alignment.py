"""Cuts the face out of a frame, upright and at one size, so that maps of different clips can be compared."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import NoFaceError
from meu_data.face.landmark_layout import LEFT_EYE, RIGHT_EYE, eye_distance

# Where the middle between the eyes lies in the crop, and how far apart they are, in parts of its side: brows to hair
# above, chin below, temples at the sides.
_EYE_LINE, _EYE_DISTANCE = 0.38, 0.34
# Below this the face would be drawn from nothing.
_LEAST_EYE_DISTANCE_PX = 8.0


class Alignment(NamedTuple):
    """A similarity from the frame to the crop.

    Attributes:
        matrix: float64 (2, 3): crop = matrix @ (x, y, 1), px.
        size: Side of the crop, px.
    """

    matrix: NDArray[np.float64]
    size: int

    @property
    def scale(self) -> float:
        """Crop pixels per frame pixel."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))


def face_alignment(landmarks: NDArray[np.floating[Any]], size: int) -> Alignment:
    """Puts the eyes on a level line, at their place in a square crop.

    Args:
        landmarks: (68, 2), px, of the onset frame.
        size: Side of the crop, px.

    Raises:
        NoFaceError: The eyes are too close together to be a face.
    """
    distance = eye_distance(landmarks)
    if distance < _LEAST_EYE_DISTANCE_PX:
        raise NoFaceError(
            f"the eyes are {distance:.1f} px apart; a face needs at least {_LEAST_EYE_DISTANCE_PX:.0f} px"
        )
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    across = (right - left).astype(np.float64) / distance**2 * _EYE_DISTANCE * size
    rotation = np.array([[across[0], across[1]], [-across[1], across[0]]])
    middle = (left + right).astype(np.float64) / 2
    shift = np.array([size / 2, _EYE_LINE * size]) - rotation @ middle
    return Alignment(np.hstack([rotation, shift[:, None]]), size)


def crop(picture: NDArray[np.uint8], alignment: Alignment) -> NDArray[np.uint8]:
    """The aligned face, uint8 (size, size) or (size, size, 3); what lies outside the frame is black."""
    side = (alignment.size, alignment.size)
    picture = smoothed(picture, alignment)
    return np.asarray(cv2.warpAffine(picture, alignment.matrix, side, flags=cv2.INTER_CUBIC), dtype=np.uint8)


def smoothed(picture: NDArray[np.uint8], alignment: Alignment) -> NDArray[np.uint8]:
    """A frame that shrinks in its crop, smoothed so that fine texture does not turn into false motion."""
    if alignment.scale >= 1:
        return picture
    sigma = 0.5 / alignment.scale - 0.5
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(sigma, 0.01)), dtype=np.uint8)


def align_points(points: NDArray[np.floating[Any]], alignment: Alignment) -> NDArray[np.float64]:
    """(N, 2) points of the frame, in the crop's pixels."""
    return np.asarray(points, dtype=np.float64) @ alignment.matrix[:, :2].T + alignment.matrix[:, 2]


def face_mask(landmarks: NDArray[np.floating[Any]], height: int, width: int) -> NDArray[np.bool_]:
    """The face without hair and ears: the hull of the landmarks, up to the middle of the forehead; bool (H, W)."""
    brows = landmarks[17:27]
    down = np.array([-1.0, 1.0]) * (landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0))[::-1]
    outline = np.vstack([landmarks, brows - 0.45 * down])
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(outline).astype(np.int32)), 1)
    return mask.astype(bool)
