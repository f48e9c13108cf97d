"""Other textures of the one portrait: every head is still a face where it was, and looks unlike the others."""

import itertools

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.synth.action_fields import eye_distance
from meu_data.synth.heads import HEADS, dressed
from meu_data.synth.portrait import DETAIL


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


def frame(subject):
    return np.rint(subject.picture[::DETAIL, ::DETAIL]).astype(np.uint8)


@pytest.mark.parametrize("number", range(len(HEADS)), ids=HEADS)
def test_a_head_is_a_face_in_the_same_place(finder, face, number):
    found = finder.find(cv2.cvtColor(frame(dressed(face, number, 0)), cv2.COLOR_BGR2GRAY))
    error = np.linalg.norm(found.landmarks - face.landmarks, axis=1).mean()
    assert error < 0.08 * eye_distance(face.landmarks)


def test_the_first_is_as_drawn_and_no_two_are_alike(face):
    heads = [frame(dressed(face, number, 0)) for number in range(len(HEADS))]
    assert np.array_equal(heads[0], frame(face))
    for one, other in itertools.combinations(heads, 2):
        assert not np.array_equal(one, other)
