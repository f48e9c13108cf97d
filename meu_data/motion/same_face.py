"""Is it the same face on both frames? A measured motion between two people, or into a title card, is none."""

import functools
import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import NoFaceError, OtherFaceError
from meu_data.face.alignment import align_points, crop, face_alignment, face_mask
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_packaged_model
from meu_data.motion.detection import Face, FaceFinder

_DESCRIPTOR = "dlib_face_recognition_resnet_model_v1.dat"
# Side of the crops that are compared first, px: fine detail moves, and tells nothing of who it is.
_SIDE_PX = 64
# Above this correlation two crops show one face in one place: turns of 2° and changed light leave .97 and more,
# another face in the very same place .85 at most.
_ALIKE = 0.95
# Distance of dlib's face descriptors (128 numbers): its authors call two pictures one person below 0.6. Frames of one
# clip are alike in everything else too: 0.05 to 0.2, smoothed, darkened or noisy.
_SURE_DISTANCE, MOST_DISTANCE = 0.35, 0.5
# What a head can do between onset and apex (below half a second), in eye distances, share of its size, degrees.
_FARTHEST, _GROWN, _ROLLED_DEG = 0.7, 1.25, 20.0


def face_distance(
    onset_bgr: NDArray[np.uint8], apex_bgr: NDArray[np.uint8], face: Face, finder: FaceFinder
) -> float | None:
    """Shows that the apex holds the face of the onset.

    Args:
        onset_bgr: uint8 (H, W, 3), BGR.
        apex_bgr: uint8 (H, W, 3), BGR, the same size.
        face: The face of the onset frame.
        finder: Loaded face models.

    Returns:
        The distance of the two faces' descriptors (King 2017, dlib's ResNet; below 0.6 is one person), or None where
        the pictures are so alike that there was nothing to ask.

    Raises:
        OtherFaceError: The apex has no face, another one, or has it far from where it was.
    """
    if likeness(onset_bgr, apex_bgr, face) >= _ALIKE:
        return None
    try:
        apex = finder.find(np.asarray(cv2.cvtColor(apex_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8), near=face.box)
    except NoFaceError as error:
        raise OtherFaceError(
            "no face was found on the apex though the onset has one; is something before it, or is the frame wrong?"
        ) from error
    distance = float(np.linalg.norm(_descriptor(onset_bgr, face) - _descriptor(apex_bgr, apex)))
    if distance > MOST_DISTANCE:
        raise OtherFaceError(
            f"the apex shows another face than the onset, or the same one half covered (distance {distance:.2f},"
            f" at most {MOST_DISTANCE}); compare the two frames"
        )
    unit = eye_distance(face.landmarks)
    moved = float(np.linalg.norm(apex.landmarks.mean(axis=0) - face.landmarks.mean(axis=0))) / unit
    grown = eye_distance(apex.landmarks) / unit
    rolled = abs((apex.roll_deg - face.roll_deg + 180) % 360 - 180)
    if moved > _FARTHEST or abs(math.log(grown)) > math.log(_GROWN) or rolled > _ROLLED_DEG:
        raise OtherFaceError(
            f"between onset and apex the face moved by {moved:.1f} eye distances, grew {grown:.2f} times and tilted by "
            f"{rolled:.0f}°: too far for a micro-expression; are these frames of one clip?"
        )
    return round(distance, 3)


def doubtful_distance(distance: float | None) -> bool:
    """Whether two faces may be those of two people."""
    return distance is not None and distance > _SURE_DISTANCE


def likeness(onset_bgr: NDArray[np.uint8], apex_bgr: NDArray[np.uint8], face: Face) -> float:
    """Correlation of the grey levels where the face is on the onset, -1..1; light that falls evenly has no say."""
    alignment = face_alignment(face.landmarks, _SIDE_PX)
    where = face_mask(align_points(face.landmarks, alignment), _SIDE_PX, _SIDE_PX)
    onset, apex = (
        cv2.cvtColor(crop(picture, alignment), cv2.COLOR_BGR2GRAY)[where].astype(np.float64)
        for picture in (onset_bgr, apex_bgr)
    )
    if onset.std() == 0 or apex.std() == 0:
        return float(np.array_equal(onset, apex))
    return float(np.corrcoef(onset, apex)[0, 1])


def _descriptor(bgr: NDArray[np.uint8], face: Face) -> NDArray[np.float64]:
    import dlib

    points = [dlib.point(round(float(x)), round(float(y))) for x, y in face.landmarks]
    shape = dlib.full_object_detection(dlib.rectangle(*face.box), points)
    rgb = np.ascontiguousarray(bgr[..., ::-1])
    return np.array(_network().compute_face_descriptor(rgb, shape))


@functools.cache
def _network() -> Any:  # noqa: ANN401 - dlib has no types
    import dlib

    return dlib.face_recognition_model_v1(str(find_packaged_model(_DESCRIPTOR)))
