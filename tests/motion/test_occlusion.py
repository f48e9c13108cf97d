"""A hand that comes in between the frames takes the regions behind it out; nothing else does."""

import cv2
import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.occlusion import darkly_covered
from meu_data.motion.pair import measure
from tests.conftest import bump, moved


@pytest.fixture(scope="module")
def finder():
    return FaceFinder(find_landmark_model())


def hand(picture: np.ndarray, middle: tuple[int, int]) -> np.ndarray:
    """A shaded oval of the colour of skin, with noise."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    inside = ((x - middle[0]) / 28) ** 2 + ((y - middle[1]) / 13) ** 2 < 1
    skin = np.array([110, 140, 190]) * (0.8 + 0.2 * np.cos(y / 5))[..., None]
    noisy = skin + np.random.default_rng(1).normal(0, 2, picture.shape)
    return np.where(inside[..., None], noisy, picture).clip(0, 255).astype(np.uint8)


def covered(measured) -> set[str]:
    return {region.region for region in measured.regions if region.reason == "occluded"}


@pytest.mark.parametrize(
    ("landmark", "least"), [(19, {"left_outer_brow", "left_forehead"}), (24, {"right_outer_brow", "right_forehead"})]
)
def test_a_hand_over_a_brow_takes_that_side_out(face_bgr, finder, landmark, least):
    x, y = finder.find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks[landmark]
    measured = measure(face_bgr, hand(face_bgr, (int(x), int(y))), finder=finder)
    found = covered(measured)
    side = "left" if landmark == 19 else "right"
    assert least <= found
    assert not any(region.startswith("right" if side == "left" else "left") for region in found)
    assert "occluded" in measured.quality.flags
    assert measured.quality.trust < 0.5
    assert all(region.trust == 0 for region in measured.regions if region.region in found)


SEEN = {
    "an expression": lambda p: moved(p, bump((192, 192), (73, 114), (-2.5, -2.5), 8)),
    "a head that moved": lambda p: moved(p, np.full((192, 192, 2), 2, np.float32)),
    "light from the side": lambda p: (p * np.linspace(0.85, 1, 192)[:, None]).astype(np.uint8),
    "noise": lambda p: np.clip(p + np.random.default_rng(3).normal(0, 6, p.shape), 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_what_moved_or_was_lit_is_not_covered(face_bgr, finder, change):
    assert not covered(measure(face_bgr, change(face_bgr), finder=finder))


FOREHEAD = {"left_forehead", "middle_forehead", "right_forehead"}
EYES = {f"{side}_{part}" for side in ("left", "right") for part in ("upper_lid", "lower_lid", "eye_corner")}


def fringe(picture, landmarks):
    """Strands of dark hair down to the brows."""
    strands = np.random.default_rng(2).uniform(12, 30, picture.shape[1])[None, :, None]
    above = np.arange(picture.shape[0])[:, None, None] < landmarks[17:27, 1].mean() - 0.12 * eye_distance(landmarks)
    return np.where(above, strands, picture).astype(np.uint8)


def sunglasses(picture, landmarks, *, eyes=(36, 42)):
    """Lenses that let a sixth of the light through."""
    lens = np.zeros(picture.shape[:2], np.uint8)
    unit = eye_distance(landmarks)
    for first in eyes:
        x, y = landmarks[first : first + 6].mean(axis=0)
        cv2.ellipse(lens, (round(x), round(y + 0.08 * unit)), (round(0.42 * unit), round(0.3 * unit)), 0, 0, 360, 1, -1)
    return np.where(lens[..., None], picture / 6 + 12, picture).astype(np.uint8)


@pytest.mark.parametrize(
    ("put", "least", "most"),
    [
        (lambda picture, _: picture, set(), set()),
        (fringe, FOREHEAD, FOREHEAD),
        (sunglasses, EYES, EYES),
        (lambda picture, _: (picture * 0.3).astype(np.uint8), set(), set()),
        (lambda picture, at: sunglasses(picture, at, eyes=(36,)), set(), set()),
    ],
    ids=["nothing", "a fringe", "sunglasses", "a dark film", "a patch, or a shadow, at one eye"],
)
def test_dark_things_that_lie_before_the_face_on_both_frames(face_bgr, finder, put, least, most):
    landmarks = finder.find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks
    shown = put(face_bgr, landmarks)
    gray = cv2.cvtColor(shown, cv2.COLOR_BGR2GRAY)
    assert least <= darkly_covered(gray, list(region_areas(landmarks, *gray.shape[::-1]))) <= most


def test_a_fringe_takes_the_forehead_out_and_no_more(face_bgr, finder):
    landmarks = finder.find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks
    shown = fringe(face_bgr, landmarks)
    measured = measure(shown, moved(shown, bump((192, 192), (73, 114), (-2.5, -2.5), 8)), finder=finder)
    assert covered(measured) == FOREHEAD
    assert "occluded" not in measured.quality.flags
