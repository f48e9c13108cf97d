import math

import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.face.au_notation import parse_aus
from meu_data.records import ActionUnit, HeadMotion
from meu_data.synth.action_fields import (
    MAX_TURN_DEG,
    MOTION,
    HeadField,
    au_field_sites,
    blink_field,
    displacement,
    eye_distance,
    site_centre,
)
from meu_data.synth.plan import EXPRESSIONS

SIZE = (320, 240)
# Where each moves, spelled out from the FACS manual: dx, dy of the picture's left side (y down; 0 = not at all).
FACS_LEFT = {
    1: ("left_inner_brow", 0, -1),
    2: ("left_outer_brow", 0, -1),
    4: ("left_inner_brow", 1, 1),
    5: ("left_upper_lid", 0, -1),
    6: ("left_cheekbone", 0, -1),
    7: ("left_lower_lid", 0, -1),
    9: ("left_nose_wing", 0, -1),
    10: ("left_upper_lip", 0, -1),
    12: ("left_mouth_corner", -1, -1),
    14: ("left_mouth_corner", -1, 0),
    15: ("left_mouth_corner", 0, 1),
    17: ("chin", 0, -1),
    20: ("left_mouth_corner", -1, 0),
    23: ("left_mouth_corner", 1, 0),
    25: ("middle_lower_lip", 0, 1),
    26: ("chin", 0, 1),
}


@pytest.mark.parametrize("number", FACS_LEFT)
def test_each_au_moves_its_main_site_in_its_facs_direction(face, number):
    region, right, down = FACS_LEFT[number]
    field = displacement(au_field_sites(ActionUnit(number=number), 2.0, face.landmarks), SIZE)
    x, y = (round(value) for value in site_centre(region, face.landmarks))
    dx, dy = field[y, x]
    wanted = np.array((right, down)) / math.hypot(right, down)
    cosine = (dx * wanted[0] + dy * wanted[1]) / math.hypot(dx, dy)
    assert math.hypot(dx, dy) > 0.5
    assert cosine > math.cos(math.radians(22.5))


@pytest.mark.parametrize("number", FACS_LEFT)
def test_each_field_peaks_at_the_strength_asked_for_and_ends_with_the_face(face, number):
    field = displacement(au_field_sites(ActionUnit(number=number), 1.5, face.landmarks), SIZE)
    length = np.linalg.norm(field, axis=-1)
    assert length.max() == pytest.approx(1.5, rel=0.03)
    assert max(length[0].max(), length[-1].max(), length[:, 0].max(), length[:, -1].max()) < 0.02


@pytest.mark.parametrize(("side", "left_moves"), [("R", True), ("L", False)])
def test_a_one_sided_au_moves_one_side_of_the_picture(face, side, left_moves):
    field = displacement(au_field_sites(ActionUnit(number=12, side=side), 2.0, face.landmarks), SIZE)
    at = {
        left: field[tuple(round(v) for v in reversed(site_centre(f"{name}_mouth_corner", face.landmarks)))]
        for name, left in (("left", True), ("right", False))
    }
    assert np.linalg.norm(at[left_moves]) > 1
    assert np.linalg.norm(at[not left_moves]) < 0.1


def test_mouth_corners_lie_on_the_landmarks_of_their_side(face):
    assert site_centre("left_mouth_corner", face.landmarks) == pytest.approx(tuple(face.landmarks[48]))
    assert site_centre("right_mouth_corner", face.landmarks) == pytest.approx(tuple(face.landmarks[54]))
    assert face.landmarks[48, 0] < face.landmarks[54, 0]


@pytest.mark.parametrize("number", sorted(MOTION))
def test_sites_of_the_two_sides_mirror_each_other(number):
    # A face that is its own mirror image: x → -x swaps the landmarks of the two halves.
    rng = np.random.default_rng(0)
    pairs = [(k, 16 - k) for k in range(8)] + [(k, 43 - k) for k in range(17, 22)]
    pairs += [(31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)]
    pairs += [(48, 54), (49, 53), (50, 52), (59, 55), (58, 56), (60, 64), (61, 63), (67, 65)]
    face = np.zeros((68, 2))
    for left, right in pairs:
        face[left] = (-rng.uniform(5, 60), rng.uniform(-60, 60))
        face[right] = face[left] * (-1, 1)
    for middle in (8, 27, 28, 29, 30, 33, 51, 57, 62, 66):
        face[middle] = (0, rng.uniform(-60, 60))
    sites = {site.region: site for site in au_field_sites(ActionUnit(number=number), 1.0, face)}
    for region, site in sites.items():
        twin = sites[region.replace("left_", "right_")]
        sign = (-1, 1) if region.startswith("left_") else (1, 1)
        assert twin.centre == pytest.approx(tuple(np.multiply(site.centre, sign)))
        assert twin.direction == pytest.approx(tuple(np.multiply(site.direction, sign)))


@pytest.mark.parametrize("turn", [-MAX_TURN_DEG, MAX_TURN_DEG])
def test_turned_directions_stay_in_their_octant(face, turn):
    for number in FACS_LEFT:
        straight = au_field_sites(ActionUnit(number=number), 1.0, face.landmarks)
        turned = au_field_sites(ActionUnit(number=number), 1.0, face.landmarks, [turn] * 8)
        for a, b in zip(straight, turned, strict=True):
            assert np.dot(a.direction, b.direction) > math.cos(math.radians(22.5))


@pytest.mark.parametrize("notation", sorted({n for forms in EXPRESSIONS.values() for n in forms}))
def test_the_strongest_expression_with_a_blink_never_folds_the_face(face, notation):
    aus = parse_aus(notation)
    sites = [site for au in aus for site in au_field_sites(au, 0.5 * (2 if au.number in (5, 7) else 4), face.landmarks)]
    field = displacement(sites, SIZE)
    if not {au.number for au in aus} & {5, 7}:
        field = field + np.float32(0.6) * blink_field(face.landmarks, SIZE)
    x_by_y, x_by_x = np.gradient(field[..., 0])
    y_by_y, y_by_x = np.gradient(field[..., 1])
    assert ((1 + x_by_x) * (1 + y_by_y) - x_by_y * y_by_x).min() > 0.2


def test_a_blink_brings_the_upper_lid_down_to_the_lower(face):
    field = blink_field(face.landmarks, SIZE)
    for upper, lower in ((37, 41), (44, 46)):
        x, y = (round(value) for value in face.landmarks[upper])
        opening = face.landmarks[lower, 1] - face.landmarks[upper, 1]
        assert field[y, x, 1] == pytest.approx(opening, rel=0.5)
    x, y = (round(value) for value in face.landmarks[33])
    assert np.linalg.norm(field[y, x]) < 0.05


def test_a_blink_moves_the_lids_only(face):
    field = np.linalg.norm(blink_field(face.landmarks, SIZE), axis=-1)
    moved = {
        area.region: float(field[area.rows, area.columns][area.mask].mean())
        for area in region_areas(face.landmarks, *SIZE)
    }
    lids = {region for region in moved if region.endswith("_lid")}
    assert min(moved[region] for region in lids if "upper" in region) > 1
    # This face has low brows: the ellipse of the inner one reaches down to the lid.
    assert max(moved[region] for region in moved.keys() - lids) < 0.03 * moved["left_upper_lid"]
    eyes = face.landmarks[[36, 39, 42, 45]].astype(int)
    assert max(field[y, x] for x, y in eyes) < 0.05


@pytest.mark.parametrize(
    ("motion", "moved"),
    [
        ({"dx": 2.0, "dy": -1.0}, lambda dx, dy: (2, -1)),
        # Clockwise as seen in the picture: what lies to the right goes down.
        ({"dx": 0.0, "dy": 0.0, "rotation_deg": 1.0}, lambda dx, dy: (-dy * math.pi / 180, dx * math.pi / 180)),
        ({"dx": 0.0, "dy": 0.0, "scale": 1.01}, lambda dx, dy: (0.01 * dx, 0.01 * dy)),
    ],
    ids=["shift", "rotation", "scale"],
)
def test_the_head_moves_as_a_similarity_around_the_nose(face, motion, moved):
    head = HeadField(face.landmarks, SIZE)
    field = head.displacement(HeadMotion(method="similarity", **motion))
    for landmark in (0, 8, 16, 27, 36, 45):
        x, y = face.landmarks[landmark].astype(int)
        wanted = moved(x - face.landmarks[30, 0], y - face.landmarks[30, 1])
        assert field[y, x] == pytest.approx(wanted, abs=0.03)


def test_the_background_stands_still_when_the_head_moves(maker):
    wide = maker.make(0, 0, (640, 240))
    field = HeadField(wide.landmarks, (640, 240)).displacement(HeadMotion(method="similarity", dx=2.0, dy=1.0))
    assert not field[:, 0].any()
    assert not field[:, -1].any()


def test_the_distance_between_the_eyes_is_that_of_their_centres():
    landmarks = np.zeros((68, 2))
    landmarks[42:48] = (30, 40)
    assert eye_distance(landmarks) == 50
