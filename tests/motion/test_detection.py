"""Face and landmarks by dlib."""

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError, NoFaceError
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


@pytest.fixture(scope="module")
def gray(face_bgr):
    return cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)


def test_the_face_is_found_and_its_parts_are_in_place(finder, gray):
    face = finder.find(gray)
    assert face.landmarks.shape == (68, 2)
    assert face.faces == 1
    assert face.landmarks[36, 0] < face.landmarks[45, 0], "the picture's left eye comes first"
    assert face.landmarks[30, 1] < face.landmarks[57, 1] < face.landmarks[8, 1], "nose over mouth over chin"
    left, top, right, bottom = face.box
    assert left < face.landmarks[30, 0] < right
    assert top < face.landmarks[30, 1] < bottom
    assert 50 < eye_distance(face.landmarks) < 110


def test_of_several_faces_the_largest_is_taken(finder, gray):
    small = cv2.resize(gray, None, fx=0.6, fy=0.6)
    both = np.full((192, 192 + small.shape[1]), 127, np.uint8)
    both[: small.shape[0], : small.shape[1]] = small
    both[:, small.shape[1] :] = gray
    face = finder.find(both)
    assert face.faces == 2
    assert face.landmarks[30, 0] > small.shape[1]


def test_a_small_face_is_found_on_the_doubled_frame(finder, gray):
    assert finder.find(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)).faces == 1


@pytest.mark.parametrize("level", [0, 127, 255])
def test_no_face_is_told(finder, level):
    with pytest.raises(NoFaceError, match="no face"):
        finder.find(np.full((120, 160), level, np.uint8))


def test_a_file_that_is_no_model_is_told(tmp_path):
    (tmp_path / "model.dat").write_bytes(b"nonsense")
    with pytest.raises(MeuError, match="no dlib landmark model"):
        FaceFinder(tmp_path / "model.dat")
