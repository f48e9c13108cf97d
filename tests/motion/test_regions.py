"""Regions lie where their names say, and measure what moves there."""

import cv2
import numpy as np
import pytest

from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.face.regions import REGIONS, region_side
from meu_data.motion import region_motion
from meu_data.motion.detection import FaceFinder
from meu_data.motion.noise import PairNoise
from meu_data.motion.regions import intensity
from tests.conftest import bump

SIZE = (192, 192)


@pytest.fixture(scope="module")
def landmarks(face_bgr):
    return FaceFinder(find_landmark_model()).find(cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)).landmarks


@pytest.fixture(scope="module")
def areas(landmarks):
    return {area.region: area for area in region_areas(landmarks, 192, 192)}


def test_every_named_region_is_laid(areas):
    assert set(areas) == set(REGIONS)


def test_sides_are_the_pictures(areas, landmarks):
    middle = landmarks[27:31, 0].mean()
    for region, area in areas.items():
        if region_side(region):
            assert (area.centre[0] < middle) == (region_side(region) == "left"), region


def test_the_face_is_ordered_from_forehead_to_chin(areas):
    chain = ["middle_forehead", "glabella", "nose_root", "nose_tip", "middle_upper_lip", "middle_lower_lip", "chin"]
    heights = [areas[region].centre[1] for region in chain]
    assert heights == sorted(heights)
    for part in ("left", "right"):
        chain = [f"{part}_{name}" for name in ("forehead", "upper_lid", "lower_lid", "cheekbone", "mouth_corner")]
        heights = [areas[region].centre[1] for region in chain]
        assert heights == sorted(heights)


def test_a_mirrored_face_has_mirrored_regions(landmarks):
    mirrored = landmarks.copy()
    order = [*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46]
    order += [39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55]
    order += [64, 63, 62, 61, 60, 67, 66, 65]
    mirrored = mirrored[order] * np.float32((-1, 1)) + np.float32((191, 0))
    here = {area.region: area.centre for area in region_areas(landmarks, 192, 192)}
    there = {area.region: area.centre for area in region_areas(mirrored, 192, 192)}
    for region, (x, y) in here.items():
        swapped = {"left": region.replace("left", "right", 1), "right": region.replace("right", "left", 1)}
        twin = there[swapped.get(region_side(region) or "", region)]
        assert twin == pytest.approx((191 - x, y), abs=0.01), region


@pytest.mark.parametrize("region", ["left_mouth_corner", "right_inner_brow", "chin", "left_upper_lid"])
@pytest.mark.parametrize(("vector", "octant"), [((1.2, 0), "right"), ((-0.9, -0.9), "up-left"), ((0, 1.5), "down")])
def test_what_moves_is_measured(landmarks, areas, region, vector, octant):
    flow = bump(SIZE, areas[region].centre, vector, 10)
    found = {motion.region: motion for motion in region_motion(flow, landmarks)}[region]
    area = areas[region]
    expected = flow[area.rows, area.columns][area.mask].astype(np.float64)
    assert found.octant == octant
    assert found.moving
    assert (found.dx, found.dy) == pytest.approx(tuple(expected.mean(axis=0)), abs=1e-3)
    assert found.mean == pytest.approx(np.hypot(*expected.T).mean(), abs=1e-3)
    assert found.mean <= found.max <= np.hypot(*vector) + 1e-3
    assert found.coherence == pytest.approx(1, abs=1e-3)


def test_what_is_still_or_only_trembles_does_not_move(landmarks):
    still = region_motion(np.zeros((*SIZE, 2), np.float32), landmarks)
    assert not [motion.region for motion in still if motion.moving]
    assert {motion.octant for motion in still} == {"none"}
    noise = np.random.default_rng(1).normal(0, 0.3, (*SIZE, 2)).astype(np.float32)
    trembling = region_motion(noise, landmarks)
    assert not [motion.region for motion in trembling if motion.moving]
    assert max(motion.coherence for motion in trembling) < 0.5


def test_a_head_that_was_not_compensated_raises_the_noise(landmarks):
    drift = np.full((*SIZE, 2), 0.5, np.float32)
    assert not [motion.region for motion in region_motion(drift, landmarks) if motion.moving]


def test_strength_is_relative_to_the_face(landmarks, areas):
    unit = eye_distance(landmarks)
    centre = areas["chin"].centre
    grades = []
    for percent in (0.45, 1.0, 3.0):
        flow = bump(SIZE, centre, (0, unit * percent / 100), 60)
        grades.append(next(found.intensity for found in region_motion(flow, landmarks) if found.region == "chin"))
    assert grades == ["slight", "moderate", "strong"]


def test_regions_outside_the_picture_are_not_measured(landmarks):
    shifted = landmarks + np.float32((0, 60))
    found = {motion.region for motion in region_motion(np.zeros((*SIZE, 2), np.float32), shifted)}
    assert "chin" not in found
    assert "glabella" in found


@pytest.mark.parametrize(
    ("significance", "percent", "expected"),
    [
        (2.999, 9.0, "none"),
        (3.0, 0.0, "slight"),
        (3.0, 0.599, "slight"),
        (3.0, 0.6, "moderate"),
        (99.0, 1.499, "moderate"),
        (99.0, 1.5, "strong"),
    ],
)
def test_the_bins_of_intensity(significance, percent, expected):
    assert intensity(significance, percent) == expected


@pytest.mark.parametrize(("length", "significance"), [(0.06, 1.0), (0.18, 3.0), (0.179, 2.983)])
def test_noise_is_at_least_the_error_of_the_flow(landmarks, areas, length, significance):
    flow = np.zeros((*SIZE, 2), np.float32)
    area = areas["chin"]
    flow[area.rows, area.columns][area.mask] = 0, length
    found = next(motion for motion in region_motion(flow, landmarks) if motion.region == "chin")
    assert found.significance == pytest.approx(significance, abs=2e-3)


@pytest.mark.parametrize(
    ("length", "scale", "state"),
    [(0.3, 1.0, "moving"), (0.3, 2.4, "moving"), (0.3, 3.8, "not measurable"), (0.05, 3.8, "still")],
)
def test_an_enlarged_face_is_no_better_known_than_its_own_pixels(landmarks, areas, length, scale, state):
    """0.3 px of a map that shows each pixel of the frame 3.8 times as large is a twelfth of that pixel."""
    flow = np.zeros((*SIZE, 2), np.float32)
    area = areas["chin"]
    flow[area.rows, area.columns][area.mask] = 0, length
    ones = np.ones(SIZE)
    noise = PairNoise(0.1, (ones, 0 * ones, ones))
    found = {region.region: region for region in region_motion(flow, landmarks, noise=noise, scale=scale)}["chin"]
    assert (found.state, found.reason) == (state, "noisy" if state == "not measurable" else None)


@pytest.mark.parametrize(("percent", "state"), [(0.0, "still"), (0.1, "still"), (0.3, "not measurable")])
def test_what_a_restless_map_may_hide_is_not_still(landmarks, areas, percent, state):
    """Where noise or the head leave so much all over the face, as much of a motion may be hidden in the chin."""
    flow = np.zeros((*SIZE, 2), np.float32)
    for area in areas.values():
        flow[area.rows, area.columns][area.mask] = 0, percent / 100 * eye_distance(landmarks)
    ones = np.ones(SIZE)
    noise = PairNoise(0.1, (ones, 0 * ones, ones))
    found = {region.region: region for region in region_motion(flow, landmarks, noise=noise)}["chin"]
    assert (found.state, found.reason) == (state, "noisy" if state == "not measurable" else None)


@pytest.mark.parametrize("moving", [5, 15, 20, 25, 30, 35])
def test_a_quarter_of_the_face_is_taken_to_be_still(landmarks, areas, moving):
    flow = np.zeros((*SIZE, 2), np.float32)
    for area in list(areas.values())[:moving]:
        flow[area.rows, area.columns][area.mask] = 0, 1
    means = sorted(float(flow[area.rows, area.columns][area.mask][:, 1].mean()) for area in areas.values())
    # The lower quartile of 35 values lies midway between the ninth and the tenth.
    noise = max(0.06, (means[8] + means[9]) / 2)
    for found in region_motion(flow, landmarks):
        assert found.significance == pytest.approx(found.dy / noise, abs=2e-3)


@pytest.mark.parametrize(
    ("cut", "state"), [(0.0, "moving"), (0.1, "moving"), (0.5, "not measurable"), (1.0, "not measurable")]
)
def test_a_region_at_the_frames_edge_is_measured_on_what_is_shown(landmarks, areas, cut, state):
    """Nothing moves beyond the edge: those pixels must not shorten the motion of the others."""
    area = areas["left_inner_brow"]
    rows = np.flatnonzero(np.cumsum(area.mask.sum(axis=1)) <= cut * area.mask.sum())
    edge = area.rows.start + rows.size
    inside = np.ones(SIZE, bool)
    inside[:edge] = False
    flow = np.zeros((*SIZE, 2), np.float32)
    flow[area.rows, area.columns] = (0.0, -1.0)
    flow[~inside] = 0
    found = {region.region: region for region in region_motion(flow, landmarks, inside=inside)}["left_inner_brow"]
    assert found.state == state
    assert (found.reason == "outside") == (state == "not measurable")
    if state == "moving":
        assert (found.dx, found.dy) == (0.0, -1.0)
