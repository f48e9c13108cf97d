"""Face and landmarks by dlib."""

import cv2
import numpy as np
import pytest
import skimage.data

from meu_data.errors import MeuError, NoFaceError
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.face_checks import LEAST_NETWORK_SCORE, with_face
from tests.builders import make_motion


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


@pytest.mark.parametrize("degrees", [20, -35, 60, 90, -90, 130, 180])
def test_landmarks_turn_with_the_picture(finder, gray, degrees):
    """Tilted heads, and files that were stored on their side."""
    upright = finder.find(gray)
    matrix = cv2.getRotationMatrix2D((95.5, 95.5), -degrees, 1)
    matrix[:, 2] += 48
    turned = finder.find(cv2.warpAffine(gray, matrix, (288, 288), borderMode=cv2.BORDER_REFLECT))
    expected = upright.landmarks @ matrix[:, :2].T + matrix[:, 2]
    error = np.linalg.norm(turned.landmarks - expected, axis=1).mean()
    assert error < 0.04 * eye_distance(upright.landmarks)
    assert abs((turned.roll_deg - upright.roll_deg - degrees + 180) % 360 - 180) < 3


@pytest.mark.parametrize("light", [0.3, 0.1, 0.05])
def test_a_dark_face_has_the_same_landmarks(finder, gray, light):
    dark = finder.find((gray * light).astype(np.uint8))
    bright = finder.find(gray)
    assert np.linalg.norm(dark.landmarks - bright.landmarks, axis=1).mean() < 0.04 * eye_distance(bright.landmarks)


def test_a_face_half_covered_is_found_by_the_network(finder, gray):
    covered = gray.copy()
    covered[:, :85] = 127
    assert finder.find(covered).faces == 1


def test_the_face_of_a_neighbouring_frame_is_found_again(finder, gray):
    both = np.full((192, 2 * 192), 127, np.uint8)
    both[20:173, :153] = cv2.resize(gray, (153, 153), interpolation=cv2.INTER_AREA)
    both[:, 192:] = gray
    assert finder.find(both).landmarks[30, 0] > 192
    assert finder.find(both, near=(30, 30, 130, 130)).landmarks[30, 0] < 192


def test_a_smooth_or_noisy_face_holds_its_landmarks(finder, gray):
    """Scatter tells a face from none, and not a good picture from a poor one."""
    noise = np.random.default_rng(1).normal(0, 8, gray.shape)
    for picture in (gray, cv2.GaussianBlur(gray, (0, 0), 2), np.clip(gray + noise, 0, 255).astype(np.uint8)):
        found = finder.find(picture)
        assert found.scatter < 0.03
        assert found.score > 0.3


@pytest.mark.parametrize(("side", "room"), [("left", -0.1), ("top", 0.2), ("bottom", 0.05), ("all", 0.05)])
def test_a_face_that_the_frame_cuts_holds_its_landmarks(finder, gray, side, room):
    """Corpora are cropped tight; `room` is left of the face at the edge, in eye distances."""
    whole = finder.find(gray).landmarks
    unit = eye_distance(whole)
    first = np.maximum(whole.min(axis=0) - room * unit, 0).astype(int)
    left, top = first * (side in ("left", "all"), side in ("top", "all"))
    right, bottom = (whole.max(axis=0) + room * unit).astype(int)
    shown = gray[top : bottom if side in ("bottom", "all") else None, left : right if side == "all" else None]
    found = finder.find(np.ascontiguousarray(shown))
    error = np.linalg.norm(found.landmarks - (whole - [left, top]), axis=1) / unit
    assert error.mean() < 0.03
    assert error[17:].max() < 0.06
    assert found.scatter < 0.03


def drawing(brows: int) -> np.ndarray:
    """A face as a child draws it, in a camera's blur and noise; dlib's HOG takes it for one."""
    drawn = np.full((300, 300), 210, np.uint8)
    cv2.circle(drawn, (150, 150), 110, 180, -1)
    cv2.circle(drawn, (150, 150), 110, 0, 3)
    for x in (110, 190):
        cv2.ellipse(drawn, (x, 120), (18, 10), 0, 0, 360, 255, -1)
        cv2.ellipse(drawn, (x, 120), (18, 10), 0, 0, 360, 0, 2)
        cv2.circle(drawn, (x, 120), 7, 30, -1)
        cv2.line(drawn, (x - 22, 95), (x + 22, 92), 20, brows)
    cv2.line(drawn, (150, 130), (145, 170), 40, 3)
    cv2.ellipse(drawn, (150, 175), (14, 6), 0, 0, 180, 40, 3)
    cv2.ellipse(drawn, (150, 205), (40, 16), 0, 0, 180, 80, 6)
    grain = np.random.default_rng(10).normal(0, 1.2, drawn.shape)
    return np.clip(cv2.GaussianBlur(drawn, (0, 0), 1.5) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("brows", [3, 6])
def test_the_network_doubts_a_drawing(finder, brows):
    face = finder.find(drawing(brows))
    assert face.network_score is not None
    assert face.network_score < LEAST_NETWORK_SCORE


def test_the_network_is_not_asked_of_a_plain_face_and_knows_a_poor_one(finder, gray):
    assert finder.find(gray).network_score is None
    poor = cv2.GaussianBlur(gray, (0, 0), 2.5)
    found = finder.find(np.clip(poor + np.random.default_rng(1).normal(0, 6, poor.shape), 0, 255).astype(np.uint8))
    assert found.network_score is None or found.network_score >= LEAST_NETWORK_SCORE


@pytest.mark.parametrize("picture", ["cat", "coffee", "rocket", "coins"])
def test_what_is_no_face_is_none_or_is_doubted(finder, picture):
    shown = getattr(skimage.data, picture)()
    shown = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY) if shown.ndim == 3 else shown
    try:
        face = finder.find(cv2.resize(shown, (200, 160), interpolation=cv2.INTER_AREA))
    except NoFaceError:
        return
    quality = with_face(make_motion({}).quality, face, None, shown)
    assert {"no_human", "unlikely_face"} & set(quality.flags)
