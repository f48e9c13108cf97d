"""Finds the face on a frame and its 68 landmarks (dlib's HOG detector and the iBUG 68-point layout)."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, NoFaceError


class Face(NamedTuple):
    """The face of a frame.

    Attributes:
        landmarks: float32 (68, 2), px, x right and y down.
        box: left, top, right, bottom of the detection, px; may reach beyond the picture.
        faces: How many faces were found; this is the largest.
    """

    landmarks: NDArray[np.float32]
    box: tuple[int, int, int, int]
    faces: int


class FaceFinder:
    """Detector and landmark model, loaded once and used for many frames."""

    def __init__(self, model: Path) -> None:
        """Loads the models (0.7 s and 100 MB for the usual one).

        Args:
            model: A dlib shape predictor with 68 points.

        Raises:
            MeuError: The file is no such model, or has another number of points.
        """
        import dlib

        self._detector: Any = dlib.get_frontal_face_detector()
        try:
            self._predictor: Any = dlib.shape_predictor(str(model))
        except RuntimeError as error:
            raise MeuError(f"{model} is no dlib landmark model: {str(error).splitlines()[0]}") from error
        blank = np.zeros((100, 100), dtype=np.uint8)
        points = self._predictor(blank, dlib.rectangle(10, 10, 90, 90)).num_parts
        if points != 68:
            raise MeuError(f"{model} gives {points} landmarks; a model with 68 is needed")

    def find(self, gray: NDArray[np.uint8]) -> Face:
        """Finds the largest face.

        Faces below 80 px are looked for on the doubled frame, only when there is none on the frame itself.

        Args:
            gray: uint8 (H, W).

        Raises:
            NoFaceError: There is no face.
        """
        boxes = list(self._detector(gray, 0)) or list(self._detector(gray, 1))
        if not boxes:
            raise NoFaceError("no face was found; is this a frontal face of at least 40 px?")
        box = max(boxes, key=lambda found: (found.area(), -found.left(), -found.top()))
        points = np.array([(part.x, part.y) for part in self._predictor(gray, box).parts()], dtype=np.float32)
        return Face(points, (box.left(), box.top(), box.right(), box.bottom()), len(boxes))
