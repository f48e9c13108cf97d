"""How far the eyes closed, against lids that are drawn over them here."""

import cv2
import numpy as np
import pytest

from meu_data.face.alignment import align_points, crop, face_alignment
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.lids import lid_closures

LIDS = ("left_upper_lid", "right_upper_lid")


@pytest.fixture(scope="module")
def large(face_bgr):
    """The face as recipe `robust` cuts it, grey, and its landmarks."""
    gray = cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)
    landmarks = FaceFinder(find_landmark_model()).find(gray).landmarks
    alignment = face_alignment(landmarks, 448)
    return crop(gray, alignment), align_points(landmarks, alignment)


def lid_drawn(gray, landmarks, share, eyes=(36, 42)):
    """The upper lid comes down over the eye, which stays behind it: each column by itself, along the landmarks."""
    drawn = gray.astype(np.float32)
    for first in eyes:
        eye = landmarks[first : first + 6]
        columns = np.arange(int(eye[0, 0]), int(eye[3, 0]) + 1)
        upper = np.interp(columns, *eye[[0, 1, 2, 3]].T)
        lower = np.interp(columns, *eye[[0, 5, 4, 3]].T)
        for column, top, bottom in zip(columns, upper, lower, strict=True):
            rows = np.arange(int(top - 25), int(top + share * (bottom - top)) + 1)
            source = top - 25 + (rows - top + 25) * 25 / (25 + share * (bottom - top))
            drawn[rows, column] = np.interp(source, np.arange(448), gray[:, column])
    noise = np.random.default_rng(3).normal(0, 1.2, gray.shape)
    return np.clip(drawn + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
def test_closures_of_several_sizes_are_read(large, share):
    gray, landmarks = large
    found = lid_closures(gray, lid_drawn(gray, landmarks, share), landmarks)
    assert [found[lid] for lid in LIDS] == pytest.approx([share, share], abs=0.05 + 0.3 * share)


def test_each_eye_is_read_by_itself(large):
    gray, landmarks = large
    found = lid_closures(gray, lid_drawn(gray, landmarks, 0.7, eyes=(42,)), landmarks)
    assert abs(found["left_upper_lid"]) < 0.05
    assert found["right_upper_lid"] > 0.4


def test_an_eye_that_opens_has_a_closure_below_none(large):
    gray, landmarks = large
    assert lid_closures(lid_drawn(gray, landmarks, 0.3), gray, landmarks)["left_upper_lid"] < -0.1


@pytest.mark.parametrize("gain", [0.8, 1.2])
def test_light_closes_no_eye(large, gain):
    gray, landmarks = large
    lit = np.clip(gray * gain, 0, 255).astype(np.uint8)
    assert all(abs(closure) < 0.03 for closure in lid_closures(gray, lit, landmarks).values())


def test_a_hand_is_no_lid(large):
    gray, landmarks = large
    covered = gray.copy()
    covered[100:260] = np.random.default_rng(5).integers(60, 200, (160, 448), dtype=np.uint8)
    assert not lid_closures(gray, covered, landmarks)


def test_an_eye_beyond_the_picture_is_not_read(large):
    gray, landmarks = large
    assert not lid_closures(gray, gray, landmarks - (0, landmarks[37, 1]))
