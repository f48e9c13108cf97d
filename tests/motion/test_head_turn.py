"""A head that turns is told from an expression: flows by geometry, on heads of other shapes than the prior's."""

import math

import cv2
import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.head_motion import HeadFit

SIZE = 448
# Half width, half height, depth and nose, in eye distances.
HEADS = {"flat": (1.5, 1.9, 1.0, 0.28), "deep": (1.2, 1.7, 1.6, 0.5), "ball": (1.4, 1.4, 1.2, 0.2)}
TURNS = {"yaw": (1.0, 0.0), "pitch": (0.0, -1.0), "both": (-0.7, 0.7)}
# Landmarks about which the skin moves, and where to, in eye distances: so broadly that a polynomial could follow.
LIFTS = {
    "brows and forehead": ((19, 24, 21, 22), (0.0, -0.02)),
    "jaw": ((8, 7, 9, 57), (0.0, 0.02)),
    "smile": ((48,), (-0.015, -0.015)),
}


@pytest.fixture(scope="module")
def landmarks(face_bgr):
    found = FaceFinder(find_landmark_model()).find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks
    return found.astype(np.float64) * SIZE / 192


@pytest.fixture(scope="module")
def unit(landmarks):
    return float(np.linalg.norm(landmarks[42:48].mean(axis=0) - landmarks[36:42].mean(axis=0)))


@pytest.fixture(scope="module")
def fit(landmarks):
    areas = list(region_areas(landmarks, SIZE, SIZE))
    return HeadFit(landmarks, np.ones((SIZE, SIZE), bool), areas)


def places(landmarks, unit, middle=27):
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    return (x - landmarks[middle, 0]) / unit, (y - landmarks[middle, 1]) / unit


def turned(landmarks, unit, head, turn):
    """A rotation of an ellipsoid with a nose, seen from afar, and the error of a flow: float32 (H, W, 2), px."""
    wide, high, deep, nose = head
    x, y = places(landmarks, unit)
    depth = deep * np.sqrt(1 - np.minimum(np.hypot(x / wide, (y - 0.4) / high), 0.95) ** 2)
    across, down = places(landmarks, unit, 30)
    depth += nose * np.exp(-((across / 0.17) ** 2)) * np.exp(-((down / np.where(down < 0, 0.45, 0.15)) ** 2))
    degrees = np.array(turn)
    flow = unit * np.sin(np.radians(degrees)) * depth[..., None]
    return flow.astype(np.float32) + error()


def lifted(landmarks, unit, lift):
    points, vector = LIFTS[lift]
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    near = sum(
        np.exp(-((x - landmarks[p, 0]) ** 2 + (y - landmarks[p, 1]) ** 2) / (2 * (0.3 * unit) ** 2)) for p in points
    )
    return ((near / near.max())[..., None] * np.array(vector) * unit).astype(np.float32) + error()


def error():
    """That of a flow on a still face: 0.05 px, wide patches alike."""
    patches = np.random.default_rng(7).normal(0, 0.05, (28, 28, 2)).astype(np.float32)
    return cv2.resize(patches, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)


def usual(vectors):
    return float(np.median(np.hypot(*np.moveaxis(vectors, -1, 0))))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
def test_a_turn_is_taken_out_and_told(fit, landmarks, unit, head, turn):
    flow = turned(landmarks, unit, head, turn)
    inner = slice(int(landmarks[19, 1]), int(landmarks[8, 1])), slice(int(landmarks[3, 0]), int(landmarks[13, 0]))
    found = fit.turn(flow)
    left, plain = (usual((flow - fit.field(field))[inner]) for field in (found, fit.similarity(flow)))
    assert left < 0.14
    assert left < 0.6 * plain
    told = fit.told(found)
    assert told.method == "turn"
    way = math.degrees(math.atan2(turn[1], turn[0]))
    # The middle of the face goes ahead of its edges.
    assert abs((told.turn_deg - way + 180) % 360 - 180) < 25


@pytest.mark.parametrize("lift", LIFTS)
def test_an_expression_is_no_turn_however_broad(fit, landmarks, unit, lift):
    flow = lifted(landmarks, unit, lift)
    left = flow - fit.field(fit.turn(flow))
    for point in LIFTS[lift][0][:2]:
        x, y = np.round(landmarks[point]).astype(int)
        assert left[y, x] == pytest.approx(flow[y, x], abs=0.2 * float(np.hypot(*flow[y, x])))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_brows_that_rise_while_the_head_turns_aside_are_no_slope_of_the_face(fit, landmarks, unit, head):
    """Brows up and jaw down draw the face out along its length; a head that turns aside moves nothing that way."""
    skin = lifted(landmarks, unit, "brows and forehead") + lifted(landmarks, unit, "jaw") - 2 * error()
    flow = turned(landmarks, unit, head, TURNS["yaw"]) + skin
    left = flow - fit.field(fit.turn(flow))
    for point in (19, 24, 8):
        x, y = np.round(landmarks[point]).astype(int)
        assert left[y, x, 1] == pytest.approx(skin[y, x, 1], rel=0.3)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_brows_that_rise_do_not_hide_a_nod(fit, landmarks, unit, head):
    """They move up as the nose does, and leave little of the nod to be seen at first."""
    nod = turned(landmarks, unit, head, (0.0, -0.7))
    brows = 1.5 * (lifted(landmarks, unit, "brows and forehead") - error())
    alone, both = (fit.beyond_similarity(fit.turn(flow)) for flow in (nod, nod + brows))
    assert both.rms == pytest.approx(alone.rms, rel=0.2)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("turn", ["yaw", "both"])
def test_the_skin_around_the_brows_does_not_bend_the_head(fit, landmarks, unit, head, turn):
    """It moves by less than a flow errs, and so passes for the head unless its neighbours tell."""
    flow = turned(landmarks, unit, head, TURNS[turn])
    inner = slice(int(landmarks[19, 1]), int(landmarks[8, 1])), slice(int(landmarks[3, 0]), int(landmarks[13, 0]))
    brows = lifted(landmarks, unit, "brows and forehead") - error()
    alone, both = (fit.field(fit.turn(moved))[inner] for moved in (flow, flow + brows))
    assert usual(both - alone) < 0.06
