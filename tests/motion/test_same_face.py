"""The apex must hold the face of the onset; other people are those of scikit-image's 25x25 px faces from LFW."""

import itertools

import cv2
import numpy as np
import pytest
import skimage.data

from meu_data.errors import NoFaceError, OtherFaceError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.same_face import face_distance
from tests.conftest import bump, moved


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


def person(number: int) -> np.ndarray:
    """One of 100 people, at 240x240."""
    face = (skimage.data.lfw_subset()[number] * 255).astype(np.uint8)
    large = cv2.resize(face, (160, 160), interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, 40, 40, 40, 40, cv2.BORDER_REPLICATE)
    return cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR)


def distance(finder: FaceFinder, onset: np.ndarray, apex: np.ndarray) -> float | None:
    return face_distance(onset, apex, finder.find(cv2.cvtColor(onset, cv2.COLOR_BGR2GRAY)), finder)


def title_card(picture: np.ndarray) -> np.ndarray:
    card = np.zeros_like(picture)
    cv2.putText(card, "THE END", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2)
    return card


SAME = {
    "an expression": lambda p: moved(p, bump(p.shape[:2], (73, 114), (-1.5, -1.5), 8)),
    "a shift": lambda p: moved(p, np.full((*p.shape[:2], 2), 6, np.float32)),
    "half the light": lambda p: cv2.convertScaleAbs(p, alpha=0.5),
    "light from the side": lambda p: (p * np.linspace(0.5, 1, p.shape[1])[:, None]).astype(np.uint8),
    "noise": lambda p: np.clip(p + np.random.default_rng(3).normal(0, 12, p.shape), 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_a_changed_face_is_the_same_face(face_bgr, finder, change):
    found = distance(finder, face_bgr, change(face_bgr))
    assert found is None or found < 0.35


OTHER = {
    "a title card": (title_card, "no face was found"),
    "a hand before the face": (lambda p: cv2.rectangle(p.copy(), (40, 40), (160, 150), (90, 120, 170), -1), "face"),
    "a face elsewhere": (lambda p: np.roll(p, 60, axis=1), "moved by|no face"),
    "a head upside down": (lambda p: p[::-1, ::-1].copy(), "tilted by 1"),
}


@pytest.mark.parametrize(("change", "reason"), OTHER.values(), ids=OTHER)
def test_what_is_not_the_same_face_is_told(face_bgr, finder, change, reason):
    with pytest.raises(OtherFaceError, match=reason):
        distance(finder, face_bgr, change(face_bgr))


def test_another_person_in_the_same_place_is_told(finder):
    people = []
    for number in range(14):
        try:
            finder.find(cv2.cvtColor(person(number), cv2.COLOR_BGR2GRAY))
        except NoFaceError:
            continue
        people.append(person(number))
    assert len(people) >= 12
    for onset, apex in itertools.pairwise(people):
        with pytest.raises(OtherFaceError):
            distance(finder, onset, apex)
