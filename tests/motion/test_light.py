"""The change of light that was put on a face is what is recorded, and what is taken out."""

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.light import LightFit
from meu_data.motion.pair import measure
from tests.conftest import bump, moved

# gain in the middle of the face, its change per eye distance right and down, gamma.
LIGHTS = {
    "a lamp": (1.15, 0.0, 0.0, 1.0),
    "half dark": (0.6, 0.0, 0.0, 1.0),
    "a lamp at the right": (1.0, 0.1, 0.0, 1.0),
    "a lamp at the left": (1.0, -0.1, 0.0, 1.0),
    "a lamp below": (0.95, 0.03, 0.08, 1.0),
    "a darker tone curve": (1.0, 0.0, 0.0, 1.3),
    "a paler tone curve": (1.0, 0.0, 0.0, 0.8),
    "all at once": (0.9, 0.05, -0.05, 1.15),
}


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


@pytest.fixture(scope="module")
def landmarks(face_bgr, finder):
    return finder.find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks


def lit(picture: np.ndarray, landmarks: np.ndarray, light: tuple[float, float, float, float]) -> np.ndarray:
    gain, right, down, gamma = light
    unit = np.linalg.norm(landmarks[42:48].mean(axis=0) - landmarks[36:42].mean(axis=0))
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    lamp = gain + right * (x - landmarks[30, 0]) / unit + down * (y - landmarks[30, 1]) / unit
    shown = 255 * (picture / 255) ** gamma * lamp[..., None]
    return np.clip(np.rint(shown), 0, 255).astype(np.uint8)


def dimmed(picture: np.ndarray) -> np.ndarray:
    """Nothing burns out at a gain of 1.15."""
    return (picture * 0.8).astype(np.uint8)


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_a_change_of_light_is_told_and_taken_out(face_bgr, landmarks, light):
    onset, apex = (
        cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        for picture in (dimmed(face_bgr), lit(dimmed(face_bgr), landmarks, light))
    )
    inside = np.ones(onset.shape, bool)
    fit = LightFit(onset, apex, inside, landmarks)
    found = fit.light
    assert (found.slope_x, found.slope_y, found.gamma) == pytest.approx(light[1:], abs=0.04)
    # The mean over the face: of the gain, and of what the tone curve makes of its grey levels.
    face = slice(60, 150), slice(60, 130)
    assert found.gain == pytest.approx(apex[face].mean() / onset[face].mean(), abs=0.03)
    assert np.abs(fit.removed(apex)[face] - onset[face]).mean() < 1.2


@pytest.mark.parametrize("light", ["a lamp at the right", "a darker tone curve", "all at once"])
def test_light_neither_makes_motion_nor_hides_it(face_bgr, finder, landmarks, light):
    onset = dimmed(face_bgr)
    smile = moved(onset, bump((192, 192), (124, 114), (1.5, -1.5), 8))
    measured = measure(onset, lit(smile, landmarks, LIGHTS[light]), finder=finder)
    moving = {region.region: region.octant for region in measured.regions if region.moving}
    assert moving["right_mouth_corner"] == "up-right"
    assert not any(region.startswith("left_") or "forehead" in region for region in moving)
    assert "light_change" not in measured.quality.flags


def test_a_moving_mouth_is_no_light(face_bgr, landmarks):
    onset, apex = (
        cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        for picture in (face_bgr, moved(face_bgr, bump((192, 192), (96, 118), (0, 6), 12)))
    )
    found = LightFit(onset, apex, np.ones(onset.shape, bool), landmarks).light
    assert (found.gain, found.slope_x, found.slope_y, found.gamma) == pytest.approx((1, 0, 0, 1), abs=0.02)


@pytest.mark.parametrize("level", [0, 255])
def test_without_a_grey_level_nothing_is_told(landmarks, level):
    blank = np.full((192, 192), level, np.uint8)
    found = LightFit(blank, blank, np.ones(blank.shape, bool), landmarks).light
    assert (found.gain, found.slope_x, found.slope_y, found.gamma) == (1, 0, 0, 1)
