"""A glance to the side is no motion of the lids; a blink is."""

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import measure
from tests.conftest import moved

LIDS = ("left_upper_lid", "right_upper_lid", "left_lower_lid", "right_lower_lid")


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


@pytest.fixture(scope="module")
def openings(face_bgr, finder):
    """Where the eyes are open, smooth at the edge, 0..1; and the landmarks."""
    landmarks = finder.find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks
    mask = np.zeros(face_bgr.shape[:2], np.float32)
    for eye in (landmarks[36:42], landmarks[42:48]):
        cv2.fillConvexPoly(mask, np.round(eye).astype(np.int32), 1)
    return cv2.GaussianBlur(mask, (0, 0), 1.5), landmarks


@pytest.mark.parametrize("glance", [1.0, 2.0, -1.5])
def test_no_lid_moves_with_a_glance(face_bgr, finder, openings, glance):
    apex = moved(face_bgr, openings[0][..., None] * np.array([glance, 0], np.float32))
    lids = [region for region in measure(face_bgr, apex, finder=finder).regions if region.region in LIDS]
    assert not any(region.moving for region in lids)
    assert {region.reason for region in lids} & {"gaze"}


def test_upper_lids_go_down_in_a_blink(face_bgr, finder, openings):
    y, x = np.mgrid[0:192, 0:192].astype(np.float32)
    field = np.zeros((192, 192, 2), np.float32)
    for points in ((37, 38), (43, 44)):
        cx, cy = openings[1][list(points)].mean(axis=0)
        field[..., 1] += 1.5 * np.exp(-(((x - cx) / 8) ** 2 + ((y - cy) / 5) ** 2) / 2)
    found = {region.region: region for region in measure(face_bgr, moved(face_bgr, field), finder=finder).regions}
    assert [found[lid].octant for lid in LIDS[:2] if found[lid].moving] == ["down", "down"]
