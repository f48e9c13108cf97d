"""The noise of a pair is that of its camera, whatever the skin does."""

import cv2
import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.motion.noise import pair_noise
from tests.conftest import bump, moved
from tests.face.test_facs_independent import face

SIDE = 300


@pytest.fixture(scope="module")
def landmarks():
    points = face()
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - low) / (high - low).max() * 200 + 50


def pair(landmarks, sigma, flow):
    random = np.random.default_rng(2)
    skin = cv2.GaussianBlur(random.normal(0, 60, (SIDE, SIDE)).astype(np.float32), (0, 0), 2) + 128
    onset, apex = (np.clip(x + random.normal(0, sigma, x.shape), 0, 255) for x in (skin, moved(skin, flow)))
    return np.round(onset).astype(np.uint8), np.round(apex).astype(np.uint8)


def test_wide_motion_is_no_noise(landmarks):
    broad = bump((SIDE, SIDE), tuple(landmarks[30].tolist()), (1.0, -0.6), 90)
    inside, none = np.ones((SIDE, SIDE), bool), np.zeros((SIDE, SIDE, 2), np.float32)
    still = pair_noise(*pair(landmarks, 2.0, none), none, landmarks, inside)
    known = pair_noise(*pair(landmarks, 2.0, broad), broad, landmarks, inside)
    assert known.level == pytest.approx(still.level, rel=0.25)
    assert pair_noise(*pair(landmarks, 2.0, broad), none, landmarks, inside).level > 2 * still.level


def test_errors_grow_with_the_noise(landmarks):
    inside, none = np.ones((SIDE, SIDE), bool), np.zeros((SIDE, SIDE, 2), np.float32)
    area = next(iter(region_areas(landmarks, SIDE, SIDE)))
    errors = [
        pair_noise(*pair(landmarks, sigma, none), none, landmarks, inside).error(area).px for sigma in (1.0, 2.0, 4.0)
    ]
    assert errors[1] == pytest.approx(2 * errors[0], rel=0.3)
    assert errors[2] == pytest.approx(2 * errors[1], rel=0.3)
