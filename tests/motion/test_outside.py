"""What moves beside the face of itself, told apart from hair, walls and noise."""

import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.face.landmark_model import find_landmark_model
from meu_data.face.regions import CLAIMABLE, OUTSIDE_FACE, near, region_name, region_zone
from meu_data.motion.detection import FaceFinder
from meu_data.motion.outside import outside_motion
from meu_data.motion.pair import measure
from tests.conftest import bump, moved
from tests.face.test_facs_independent import face

SIDE = 448
# A shoulder at the lower right, a hand at the lower left, hair that swings at the upper left.
PLACES = {"down-right": (395, 400), "down-left": (50, 395), "up-left": (45, 45)}
VECTORS = {"up": (0.0, -3.0), "left": (-3.0, 0.0), "down-right": (2.0, 2.0)}


@pytest.fixture(scope="module")
def landmarks():
    """The average face, with 152 px between the eyes as recipe `robust` cuts it."""
    points = face()
    eyes = [points[part].mean(axis=0) for part in (slice(36, 42), slice(42, 48))]
    scaled = points * 152 / np.linalg.norm(eyes[1] - eyes[0])
    middle = (scaled[36:42].mean(axis=0) + scaled[42:48].mean(axis=0)) / 2
    return scaled - middle + np.array((SIDE / 2, 0.38 * SIDE))


def nothing():
    return np.zeros((SIDE, SIDE, 2), np.float32)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", VECTORS)
def test_a_patch_is_told_by_direction_and_place(landmarks, place, way):
    found, where = outside_motion(bump((SIDE, SIDE), PLACES[place], VECTORS[way], 25), nothing(), landmarks)
    assert (found.region, found.state, found.octant, found.place) == (OUTSIDE_FACE, "moving", way, place)
    assert found.intensity in ("moderate", "strong")
    x, y = PLACES[place]
    assert where[y, x]
    assert not any(where[area.rows, area.columns][area.mask].any() for area in region_areas(landmarks, SIDE, SIDE))


@pytest.mark.parametrize(("length", "state"), [(1.2, "still"), (3.0, "moving")])
def test_faint_motion_is_none(landmarks, length, state):
    found, _ = outside_motion(bump((SIDE, SIDE), PLACES["down-left"], (0, length), 25), nothing(), landmarks)
    assert found.state == state


def test_an_expression_is_nothing_outside(landmarks):
    smile = sum(bump((SIDE, SIDE), tuple(landmarks[point]), (0, -6), 25) for point in (8, 19, 24, 48, 54))
    assert outside_motion(smile, nothing(), landmarks)[0].still


def test_a_wall_behind_a_moving_head_is_neither_still_nor_moving(landmarks):
    head = np.broadcast_to(np.float32((4.0, -2.0)), (SIDE, SIDE, 2))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    near = np.clip(1.6 - np.hypot((x - 224) / 160, (y - 230) / 200), 0, 1)[..., None].astype(np.float32)
    before_camera = near * head
    found, where = outside_motion(before_camera - head, head, landmarks)
    assert (found.state, found.reason) == ("not measurable", "head")
    assert not where.any()
    # With a shoulder that goes its own way before that wall:
    own = before_camera + bump((SIDE, SIDE), PLACES["down-right"], (0, 6), 25)
    found, _ = outside_motion(own - head, head, landmarks)
    assert (found.state, found.place) == ("moving", "down-right")


def test_the_largest_patches_that_go_one_way_count(landmarks):
    flow = bump((SIDE, SIDE), PLACES["down-right"], (0, -4), 30) + bump((SIDE, SIDE), PLACES["down-left"], (0, 3), 20)
    found, where = outside_motion(flow, nothing(), landmarks)
    assert (found.octant, found.place) == ("up", "down-right")
    assert not where[395, 50]


def test_what_is_not_seen_is_not_measured(landmarks):
    seen = np.zeros((SIDE, SIDE), bool)
    seen[100:400, 80:370] = True
    found, _ = outside_motion(bump((SIDE, SIDE), (395, 400), (0, -3), 25), nothing(), landmarks, seen=seen)
    assert (found.state, found.reason) == ("not measurable", "outside")


def test_hair_goes_along_when_the_head_turns(landmarks):
    parallax = bump((SIDE, SIDE), PLACES["down-left"], (3, 0), 25)
    assert outside_motion(parallax, nothing(), landmarks, turn_px=2.0)[0].state == "not measurable"


@pytest.mark.parametrize("recipe", ["robust", "mellm"])
def test_a_pair_is_measured_with_it(face_bgr, recipe):
    apex = moved(face_bgr, bump((192, 192), (155, 172), (0, -2.5), 10))
    found = measure(face_bgr, apex, recipe=recipe, finder=FaceFinder(find_landmark_model())).regions
    assert [region.region for region in found][-1] == OUTSIDE_FACE
    assert found[-1].moving
    assert near(found[-1].octant, "up")


def test_it_has_a_name_and_a_zone():
    assert CLAIMABLE[-1] == OUTSIDE_FACE
    assert region_name(OUTSIDE_FACE, "en") == "area outside the face"
    assert region_zone(OUTSIDE_FACE) == "surroundings"
