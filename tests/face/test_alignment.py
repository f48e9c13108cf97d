"""The aligned face crop."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import NoFaceError
from meu_data.face.alignment import align_points, crop, face_alignment, face_mask


def landmarks(left=(60.0, 80.0), right=(120.0, 80.0)) -> np.ndarray:
    """68 points of which the eyes matter: each a small hexagon around its centre."""
    points = np.tile(np.array([90.0, 110.0]), (68, 1))
    ring = np.array([(-6, 0), (-3, -2), (3, -2), (6, 0), (3, 2), (-3, 2)], float)
    points[36:42], points[42:48] = np.array(left) + ring, np.array(right) + ring
    return points


coordinate = st.floats(20, 400)


@given(coordinate, coordinate, st.floats(20, 200), st.floats(-0.5, 0.5), st.sampled_from([112, 448, 1344]))
def test_the_eyes_come_to_their_place_level_and_apart(x, y, distance, tilt, size):
    left = np.array((x, y))
    right = left + distance * np.array((np.cos(tilt), np.sin(tilt)))
    alignment = face_alignment(landmarks(tuple(left), tuple(right)), size)
    eyes = align_points(np.array([left, right]), alignment)
    assert eyes[:, 1] == pytest.approx([0.38 * size] * 2, abs=0.01)
    assert eyes[:, 0] == pytest.approx([0.33 * size, 0.67 * size], abs=0.01)
    assert alignment.scale == pytest.approx(0.34 * size / distance, rel=1e-6)


def test_the_picture_goes_where_the_points_go():
    picture = np.zeros((200, 200), np.uint8)
    cv2.circle(picture, (75, 120), 6, 255, -1)
    alignment = face_alignment(landmarks((60, 80), (120, 95)), 448)
    aligned = crop(picture, alignment)
    y, x = np.nonzero(aligned > 128)
    assert (x.mean(), y.mean()) == pytest.approx(tuple(align_points(np.array([[75, 120]]), alignment)[0]), abs=0.5)


def test_colour_and_grey_frames_are_cut_alike_and_the_outside_is_black():
    gray = np.full((100, 100), 200, np.uint8)
    alignment = face_alignment(landmarks((10, 10), (40, 10)), 112)
    assert crop(gray, alignment).shape == (112, 112)
    assert crop(np.dstack([gray] * 3), alignment).shape == (112, 112, 3)
    assert crop(gray, alignment)[0, 0] == 0


def test_a_face_of_no_size_is_refused():
    with pytest.raises(NoFaceError, match=r"eyes are 3\.0 px apart"):
        face_alignment(landmarks((50, 50), (53, 50)), 448)


@pytest.mark.parametrize(("apart", "is_face"), [(7.99, False), (8.0, True)])
def test_a_face_has_eyes_eight_pixels_apart(apart, is_face):
    points = landmarks((50, 50), (50 + apart, 50))
    if is_face:
        assert face_alignment(points, 448).size == 448
    else:
        with pytest.raises(NoFaceError):
            face_alignment(points, 448)


def test_fine_texture_does_not_alias_when_a_frame_shrinks():
    checks = ((np.indices((800, 800)).sum(axis=0) % 2) * 255).astype(np.uint8)
    aligned = crop(checks, face_alignment(landmarks((200, 300), (600, 300)), 112))
    assert aligned[30:80, 30:80].std() < 10


def test_the_mask_holds_the_face_and_not_the_corners(face_bgr):
    from meu_data.face.landmark_model import find_landmark_model
    from meu_data.motion.detection import FaceFinder

    found = FaceFinder(find_landmark_model()).find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks
    mask = face_mask(found, *face_bgr.shape[:2])
    inside = found[[8, 30, 36, 45, 48, 54]].astype(int)
    assert mask[inside[:, 1] - 1, inside[:, 0]].all()
    assert mask[int(found[17:27, 1].min()) - 10, int(found[27, 0])], "the forehead belongs to the face"
    assert not mask[[0, 0, -1, -1], [0, -1, 0, -1]].any()
