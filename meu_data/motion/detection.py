"""Finds the face on a frame and its 68 landmarks (dlib's detectors and the iBUG 68-point layout)."""

import functools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, NoFaceError
from meu_data.face.landmark_layout import LEFT_EYE, RIGHT_EYE, eye_distance
from meu_data.face.landmark_model import find_packaged_model

Box = tuple[int, int, int, int]
Turn = NDArray[np.float64]

_NETWORK = "mmod_human_face_detector.dat"
# The network takes 1.4 s for 640x480, and in proportion to the pixels.
_CNN_LONGEST_PX = 640
# Landmark models are trained on upright faces: from this roll on they are laid on an upright picture again.
_UPRIGHT_DEG = 15.0
# A face of less contrast (dark skin, dark film) is stretched before landmarks are laid on it, grey levels.
_LEAST_CONTRAST = 110.0
# Landmarks that wander when the box moves by so much of its side do not lie on a face.
_NUDGE = 0.06
_NUDGES = ((_NUDGE, 0.0, 0.0), (-_NUDGE, 0.0, 0.0), (0.0, _NUDGE, 0.0), (0.0, -_NUDGE, 0.0), (0.0, 0.0, _NUDGE))
# On faces of sharp and of poor pictures they scatter by .01 to .05 eye distances, on a profile by .1.
DOUBTFUL_SCATTER, _MOST_SCATTER = 0.06, 0.12
# Landmarks that wander more than on a plain frontal face: the network is asked whether this is a face at all, on the
# face alone, so large. It gives faces of 40 px and more between the eyes 1.03 to 1.1, drawings mostly less.
_ASKED_SCATTER, _ASKED_PX = 0.02, 90
# A tilt at which the detector still finds a face, though the landmark model may not settle on it.
_TILT_DEG = 40.0


class Face(NamedTuple):
    """The face of a frame.

    Attributes:
        landmarks: float32 (68, 2), px, x right and y down.
        box: left, top, right, bottom of the detection, px; may reach beyond the picture.
        faces: How many faces were found; this is the largest, or the one asked for.
        score: How sure the detector is; 0 is its threshold, sharp frontal faces have 0.5 to 3.
        scatter: How far the landmarks wander when they are laid on again from other boxes, in eye distances.
        network_score: How sure dlib's network is of the face alone, 0 where it sees none; None where it was not asked.
    """

    landmarks: NDArray[np.float32]
    box: Box
    faces: int
    score: float
    scatter: float
    network_score: float | None = None

    @property
    def roll_deg(self) -> float:
        """How far the eyes are off the level, clockwise as seen in the picture, -180..180."""
        return _roll_deg(self.landmarks)


class _Laid(NamedTuple):
    """Landmarks and box on an upright picture, the way there from the frame, and how far the landmarks scatter."""

    landmarks: NDArray[np.float32]
    box: Box
    turn: Turn
    scatter: float


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

    def find(self, gray: NDArray[np.uint8], *, near: Box | None = None) -> Face:
        """Finds the largest face, or the one nearest to where it was.

        What dlib's HOG detector does not find on the frame is looked for on the doubled frame (faces below 80 px), with
        all the contrast it can have, turned by quarters (files stored on their side, heads tilted by more than 45°),
        and last with dlib's network (King 2015, arXiv 1502.00046), which also finds faces half covered, in a second.

        Args:
            gray: uint8 (H, W).
            near: The box of the same face on a neighbouring frame.

        Raises:
            NoFaceError: There is no face, or what was found is none.
        """
        found, turn, picture = next((search for search in self._searches(gray) if search[0]), ([], None, gray))
        if turn is None:
            raise NoFaceError("no face was found; is this a frontal face of at least 40 px?")
        score, box = max(found, key=lambda one: (_nearness(one[1], near), -one[1][0], -one[1][1]))
        laid = self._lay(_stretched(picture, box), box, turn)
        asked = False
        if _reaches_out(box, picture):
            asked = laid.scatter > _ASKED_SCATTER
            laid = min((laid, *self._lay_on_cut(_stretched(picture, box), box, turn)), key=lambda one: one.scatter)
        if laid.scatter > DOUBTFUL_SCATTER:  # Landmarks may also slip off a face that is tilted far.
            tilts = (_tilted(_stretched(picture, box), box, turn, degrees) for degrees in (-_TILT_DEG, _TILT_DEG))
            laid = min((laid, *(self._lay(*tilt) for tilt in tilts)), key=lambda one: one.scatter)
        if laid.scatter > _MOST_SCATTER:
            raise NoFaceError("hardly a face: landmarks do not hold on what was found; is it covered, or turned away?")
        back = cv2.invertAffineTransform(laid.turn).astype(np.float64)
        points = _moved(laid.landmarks, back).astype(np.float32)
        asked = asked or laid.scatter > _ASKED_SCATTER
        sure = _network_score(_stretched(picture, box), box) if asked else None
        return Face(points, _moved_box(laid.box, back), len(found), round(score, 3), round(laid.scatter, 4), sure)

    def _lay(self, picture: NDArray[np.uint8], box: Box, turn: Turn) -> "_Laid":
        """Lays the landmarks on a face, set upright, and measures how well they hold."""
        landmarks = self.landmarks(picture, box)
        roll = _roll_deg(landmarks)
        if abs(roll) > _UPRIGHT_DEG:
            picture, box, turn = _tilted(picture, box, turn, roll)
            landmarks = self.landmarks(picture, box)
        again = np.stack([landmarks, *(self.landmarks(picture, _nudged(box, *nudge)) for nudge in _NUDGES)])
        wandering = float(np.sqrt(again.var(axis=0).sum(axis=-1).mean()))
        return _Laid(landmarks, box, turn, wandering / max(eye_distance(landmarks), 1.0))

    def _lay_on_cut(self, picture: NDArray[np.uint8], box: Box, turn: Turn) -> "Iterator[_Laid]":
        """Lays the landmarks on a face that the frame cuts: its edge goes on, and then from their own bounds.

        What is not there is black to the landmark model, and the box around a cut face is mostly too large: landmarks
        wander, or hold fast in a wrong place.
        """
        room = box[2] - box[0]
        wide = np.asarray(cv2.copyMakeBorder(picture, *(room,) * 4, cv2.BORDER_REPLICATE), dtype=np.uint8)
        moved = turn.copy()
        moved[:, 2] += room
        first = self._lay(wide, _moved_box(box, np.array([[1, 0, room], [0, 1, room]])), moved)
        yield first
        if first.turn is not moved:  # It was set upright, on another picture.
            return
        low, high = first.landmarks.min(axis=0), first.landmarks.max(axis=0)
        (x, y), half = (low + high) / 2, float((high - low).max()) / 2
        left, top, right, bottom = (round(float(side)) for side in (x - half, y - half, x + half, y + half))
        yield self._lay(wide, (left, top, right, bottom), moved)

    def landmarks(self, gray: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
        """Lays the landmarks on an upright face, float32 (68, 2), px.

        Args:
            gray: uint8 (H, W).
            box: Where the face is, px.
        """
        import dlib

        parts = self._predictor(gray, dlib.rectangle(*box)).parts()
        return np.array([(part.x, part.y) for part in parts], dtype=np.float32)

    def _searches(self, gray: NDArray[np.uint8]) -> Iterator[tuple[list[tuple[float, Box]], Turn, NDArray[np.uint8]]]:
        """What each search finds (scores and boxes), from frame to the picture searched, and that; cheapest first."""
        as_it_is = np.eye(2, 3)
        for doubled in (0, 1):
            yield self._by_hog(gray, doubled), as_it_is, gray
        even = np.asarray(cv2.equalizeHist(gray), dtype=np.uint8)
        yield self._by_hog(even, 0), as_it_is, even
        for degrees in (90.0, -90.0, 180.0):
            turn, size = _rotation(gray.shape, degrees)
            picture = _turned(gray, turn, size)
            yield self._by_hog(picture, 0), turn, picture
        yield _by_network(gray), as_it_is, gray

    def _by_hog(self, gray: NDArray[np.uint8], doubled: int) -> list[tuple[float, Box]]:
        boxes, scores, _ = self._detector.run(gray, doubled, 0.0)
        return [(float(score), _sides(box)) for score, box in zip(scores, boxes, strict=True)]


def _by_network(gray: NDArray[np.uint8]) -> list[tuple[float, Box]]:
    scale = min(_CNN_LONGEST_PX / max(gray.shape), 1.0)
    found = _network()(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), 0)
    grow = np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]])
    return [(float(one.confidence), _moved_box(_sides(one.rect), grow)) for one in found]


def _network_score(picture: NDArray[np.uint8], box: Box) -> float:
    """What the network says of an upright face with half its size around it."""
    left, top, right, bottom = box
    side, room = right - left, (right - left) // 2
    wide = cv2.copyMakeBorder(picture, *(side + room,) * 4, cv2.BORDER_REPLICATE)
    rows, columns = (slice(start + side, end + side + 2 * room) for start, end in ((top, bottom), (left, right)))
    size = (2 * _ASKED_PX,) * 2
    found = _network()(cv2.resize(wide[rows, columns], size, interpolation=cv2.INTER_AREA), 0)
    return round(max((float(one.confidence) for one in found), default=0.0), 3)


@functools.cache
def _network() -> Any:  # noqa: ANN401 - dlib has no types
    import dlib

    return dlib.cnn_face_detection_model_v1(str(find_packaged_model(_NETWORK)))


def _sides(box: Any) -> Box:  # noqa: ANN401 - dlib has no types
    return box.left(), box.top(), box.right(), box.bottom()


def _nearness(box: Box, near: Box | None) -> float:
    if near is None:
        return float((box[2] - box[0]) * (box[3] - box[1]))
    return -math.hypot(box[0] + box[2] - near[0] - near[2], box[1] + box[3] - near[1] - near[3])


def _reaches_out(box: Box, picture: NDArray[np.uint8]) -> bool:
    height, width = picture.shape
    return box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height


def _nudged(box: Box, right: float, down: float, grow: float) -> Box:
    side = box[2] - box[0]
    x, y, more = round(right * side), round(down * side), round(grow * side)
    return box[0] + x - more, box[1] + y - more, box[2] + x + more, box[3] + y + more


def _stretched(gray: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The picture, with more contrast where the face has little."""
    face = gray[max(box[1], 0) : max(box[3], 0), max(box[0], 0) : max(box[2], 0)]
    low, high = np.percentile(face, (1, 99)) if face.size else (0.0, 255.0)
    if not 0 < high - low < _LEAST_CONTRAST:
        return gray
    return np.clip((gray - low) * (255 / (high - low)), 0, 255).astype(np.uint8)


def _roll_deg(landmarks: NDArray[np.float32]) -> float:
    across = landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0)
    return math.degrees(math.atan2(across[1], across[0]))


def _rotation(shape: tuple[int, ...], roll_deg: float) -> tuple[Turn, tuple[int, int]]:
    """What sets a face of this roll upright, and the width and height that hold the whole picture then."""
    height, width = shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), roll_deg, 1).astype(np.float64)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return turn, size


def _tilted(picture: NDArray[np.uint8], box: Box, turn: Turn, roll_deg: float) -> tuple[NDArray[np.uint8], Box, Turn]:
    """The picture, the box and the way from the frame, after a face of this roll was set upright."""
    more, size = _rotation(picture.shape, roll_deg)
    whole = np.hstack([more[:, :2] @ turn[:, :2], more[:, :2] @ turn[:, 2:] + more[:, 2:]])
    return _turned(picture, more, size), _moved_box(box, more), whole


def _turned(gray: NDArray[np.uint8], turn: Turn, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(cv2.warpAffine(gray, turn, size), dtype=np.uint8)


def _moved(points: NDArray[Any], by: Turn) -> NDArray[np.float64]:
    return np.asarray(points, dtype=np.float64) @ by[:, :2].T + by[:, 2]


def _moved_box(box: Box, by: Turn) -> Box:
    """An upright square about the moved middle."""
    middle = _moved(np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]), by)
    half = (box[2] - box[0]) / 2 * math.hypot(by[0, 0], by[1, 0])
    left, top, right, bottom = (round(float(side)) for side in (*(middle - half), *(middle + half)))
    return left, top, right, bottom
