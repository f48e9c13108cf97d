"""What detection and codec say reaches the map's quality."""

import cv2
import numpy as np
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.face_checks import blockiness, with_face
from tests.builders import make_motion


@pytest.fixture(scope="module")
def gray(face_bgr):
    return cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)


@pytest.fixture(scope="module")
def face(gray):
    return FaceFinder(find_landmark_model()).find(gray)


def tilted(face, degrees):
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return face._replace(landmarks=(face.landmarks @ turn).astype(np.float32))


CASES = {
    "a sound face": ({}, 0.1, set()),
    "plainly the same": ({}, None, set()),
    "perhaps another": ({}, 0.45, {"other_face"}),
    "landmarks that wander": ({"scatter": 0.07}, None, {"unlikely_face"}),
    "and a weak detection": ({"scatter": 0.07, "score": 0.1}, None, {"unlikely_face", "no_human"}),
    "a network in doubt": ({"network_score": 0.95}, None, {"no_human"}),
    "a network that is sure": ({"network_score": 1.05}, None, set()),
}


@pytest.mark.parametrize(("changes", "distance", "flags"), CASES.values(), ids=CASES)
def test_flags(gray, face, changes, distance, flags):
    quality = with_face(make_motion({}).quality, face._replace(**changes), distance, gray)
    assert set(quality.flags) == flags


@pytest.mark.parametrize(("degrees", "flags"), [(20, ()), (40, ("tilted",)), (-40, ("tilted",)), (90, ()), (180, ())])
def test_a_tilt_is_flagged_and_a_quarter_turn_of_the_file_is_not(gray, face, degrees, flags):
    level = tilted(face, -face.roll_deg)
    assert with_face(make_motion({}).quality, tilted(level, degrees), None, gray).flags == flags


@pytest.mark.parametrize(("degrees", "flags"), [(0, ()), (25, ()), (-25, ()), (45, ("averted",)), (-45, ("averted",))])
@pytest.mark.parametrize("roll", [0, 20])
@pytest.mark.parametrize("axis", ["yaw", "pitch"])
def test_a_head_turned_far_is_flagged(gray, face, degrees, roll, flags, axis):
    """Eyes 63 mm apart, a nose 28 mm before them, the mouth 66 mm below them; turned and seen from far."""
    turn, tilt = np.radians(degrees), np.radians(roll)
    points = np.zeros((68, 3))
    points[36:42], points[42:48], points[30] = (-0.5, 0, 0), (0.5, 0, 0), (0, 0.6, 0.45)
    points[48], points[54] = (-0.4, 1.05, 0), (0.4, 1.05, 0)
    swept = points[:, int(axis == "pitch")] * np.cos(turn) + points[:, 2] * np.sin(turn)
    across, down = (swept, points[:, 1]) if axis == "yaw" else (points[:, 0], swept)
    x, y = across * np.cos(tilt) - down * np.sin(tilt), across * np.sin(tilt) + down * np.cos(tilt)
    seen = face._replace(landmarks=(100 + 60 * np.stack([x, y], axis=-1)).astype(np.float32))
    assert with_face(make_motion({}).quality, seen, None, gray).flags == flags


@pytest.mark.parametrize("offset", [0, 3])
def test_blocks_of_a_codec_are_seen_wherever_they_begin(gray, face, offset):
    strong, weak = (
        cv2.imdecode(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
        for quality in (10, 90)
    )
    assert blockiness(strong[offset:, offset:], face) > 1.6
    assert blockiness(weak[offset:, offset:], face) < 1.4
    assert blockiness(gray[offset:, offset:], face) < 1.3


@pytest.mark.parametrize(("quality", "flags"), [(10, ("codec_blocks",)), (90, ())])
def test_a_frame_of_blocks_is_flagged(gray, face, quality, flags):
    coded = cv2.imdecode(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    assert with_face(make_motion({}).quality, face, None, coded).flags == flags
