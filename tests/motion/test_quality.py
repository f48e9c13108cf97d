"""Each flag is raised by what it names, and by that alone."""

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import measure_pair
from tests.conftest import bump, moved


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def occluded(picture: np.ndarray) -> np.ndarray:
    """Something passes before the face between the two frames."""
    covered = picture.copy()
    noise = np.random.default_rng(2).integers(0, 255, (70, 70, 3), dtype=np.uint8)
    covered[65:135, 60:130] = cv2.GaussianBlur(noise, (0, 0), 3)
    return covered


def as_is(picture: np.ndarray) -> np.ndarray:
    return picture


CHANGES = {
    "a small expression": (as_is, lambda p: moved(p, bump((192, 192), (124, 114), (1.2, -1.2), 8)), "robust", set()),
    "the head turns": (as_is, lambda p: turned(p, 2), "mellm", {"head_motion"}),
    "the head turns, compensated": (as_is, lambda p: turned(p, 2), "robust", set()),
    "the light goes on": (as_is, lambda p: cv2.convertScaleAbs(p, alpha=1, beta=20), "robust", {"light_change"}),
    "out of focus": (lambda p: cv2.GaussianBlur(p, (0, 0), 4), as_is, "robust", {"blurred"}),
    "overexposed": (lambda p: cv2.convertScaleAbs(p, alpha=1.45), as_is, "robust", {"saturated"}),
    "far away": (lambda p: cv2.resize(p, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), as_is, "robust",
                 {"small_face"}),
    "something in between": (as_is, occluded, "robust", {"inconsistent"}),
}  # fmt: skip


@pytest.mark.parametrize(("onset", "apex", "recipe", "expected"), CHANGES.values(), ids=CHANGES)
def test_flags(face_bgr, finder, onset, apex, recipe, expected):
    before = onset(face_bgr)
    quality = measure_pair(before, apex(before), finder, recipe=recipe).quality
    assert expected <= set(quality.flags)
    if not expected:
        assert not quality.flags


def test_identical_frames_are_beyond_doubt(face_bgr, finder):
    quality = measure_pair(face_bgr, face_bgr, finder).quality
    assert quality.flags == ()
    assert (quality.head_residual_px, quality.inconsistency_px, quality.light_change) == (0, 0, 0)


def test_all_black_frames_are_no_face(finder):
    from meu_data.errors import NoFaceError

    black = np.zeros((192, 192, 3), np.uint8)
    with pytest.raises(NoFaceError):
        measure_pair(black, black, finder)
