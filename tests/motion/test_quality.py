"""Each flag is raised by what it names, and by that alone."""

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import measure
from meu_data.motion.quality import quality_flags
from meu_data.records import Light
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
    covered[100:135, 60:130] = cv2.GaussianBlur(noise, (0, 0), 3)[:35]
    return covered


def shaded(picture: np.ndarray) -> np.ndarray:
    """The right half in a shadow with a soft edge."""
    across = np.arange(picture.shape[1]) - picture.shape[1] / 2
    return (picture * (1 - 0.3 / (1 + np.exp(-across / 2)))[None, :, None]).astype(np.uint8)


def as_is(picture: np.ndarray) -> np.ndarray:
    return picture


CHANGES = {
    "a small expression": (as_is, lambda p: moved(p, bump((192, 192), (124, 114), (1.2, -1.2), 8)), "robust", set()),
    "the head turns": (as_is, lambda p: turned(p, 2), "mellm", {"head_motion"}),
    "the head turns, compensated": (as_is, lambda p: turned(p, 2), "robust", set()),
    "the light goes on": (as_is, lambda p: cv2.convertScaleAbs(p, alpha=1, beta=20), "mellm", {"light_change"}),
    "the light goes on, matched": (as_is, lambda p: cv2.convertScaleAbs(p, alpha=1, beta=20), "robust", set()),
    "a shadow falls on the face": (as_is, shaded, "robust", {"light_change"}),
    "out of focus": (lambda p: cv2.GaussianBlur(p, (0, 0), 4), as_is, "robust", {"blurred"}),
    "overexposed": (lambda p: cv2.convertScaleAbs(p, alpha=1.45), as_is, "robust", {"saturated"}),
    "dark film": (lambda p: cv2.convertScaleAbs(p, alpha=0.1), as_is, "robust", set()),
    "far away": (lambda p: cv2.resize(p, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), as_is, "robust",
                 {"small_face"}),
    "something in between": (as_is, occluded, "robust", {"inconsistent"}),
}  # fmt: skip


@pytest.mark.parametrize(("onset", "apex", "recipe", "expected"), CHANGES.values(), ids=CHANGES)
def test_flags(face_bgr, finder, onset, apex, recipe, expected):
    before = onset(face_bgr)
    quality = measure(before, apex(before), finder=finder, recipe=recipe).quality
    assert expected <= set(quality.flags)
    if not expected:
        assert not quality.flags


def test_identical_frames_are_beyond_doubt(face_bgr, finder):
    quality = measure(face_bgr, face_bgr, finder=finder).quality
    assert quality.flags == ()
    assert (quality.head_residual_px, quality.inconsistency_px, quality.light_change, quality.light_rest) == (
        0,
        0,
        0,
        0,
    )
    assert quality.light == Light(gain=1, slope_x=0, slope_y=0, gamma=1)


def test_all_black_frames_are_no_face(finder):
    from meu_data.errors import NoFaceError

    black = np.zeros((192, 192, 3), np.uint8)
    with pytest.raises(NoFaceError):
        measure(black, black, finder=finder)


# At 200 px between the eyes, a hundredth of which is 2 px.
SOUND = {
    "head_residual_px": 0.0,
    "coherence": 1.0,
    "inconsistency_px": 0.0,
    "light_change": 0.0,
    "sharpness": 1.0,
    "saturated": 0.0,
    "eye_distance_px": 200.0,
}


@pytest.mark.parametrize(
    ("flag", "measure", "fine", "doubtful"),
    [
        ("head_motion", "head_residual_px", 0.5, 0.501),
        ("incoherent", "coherence", 0.5, 0.4999),
        ("inconsistent", "inconsistency_px", 0.6, 0.601),
        ("light_change", "light_change", 6.0, 6.01),
        ("light_change", "light_change", -6.0, -6.01),
        ("light_change", "light_rest", 0.9, 0.901),
        ("blurred", "sharpness", 0.05, 0.0499),
        ("saturated", "saturated", 0.1, 0.1001),
        ("small_face", "eye_distance_px", 40.0, 39.99),
    ],
)
def test_a_flag_is_raised_just_beyond_its_threshold(flag, measure, fine, doubtful):
    assert quality_flags(SOUND | {measure: fine}, 200.0, moving=True) == ()
    assert quality_flags(SOUND | {measure: doubtful}, 200.0, moving=True) == (flag,)


def test_light_that_was_matched_is_no_doubt_however_bright():
    assert quality_flags(SOUND | {"light_change": 40.0, "light_rest": 0.3}, 200.0, moving=True) == ()


def test_a_still_face_is_not_incoherent():
    assert quality_flags(SOUND | {"coherence": 0.0}, 200.0, moving=False) == ()
