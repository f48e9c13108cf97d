"""Region names, directions and colours."""

import colorsys
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.face.regions import (
    CLAIMABLE,
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    OCTANTS,
    PART_NAMES,
    REGIONS,
    octant,
    picture_side,
    region_name,
    region_part,
    region_side,
)


def test_there_are_enough_regions_and_all_have_names():
    assert len(REGIONS) == len(set(REGIONS)) >= 29
    assert {region_part(region) for region in CLAIMABLE} == set(PART_NAMES)
    names = [region_name(region, "en") for region in CLAIMABLE] + [region_name(region, "zh") for region in CLAIMABLE]
    assert len(set(names)) == 2 * len(CLAIMABLE)


def test_the_persons_left_is_the_pictures_right():
    assert (picture_side("L"), picture_side("R")) == ("right", "left")


@pytest.mark.parametrize(
    ("dx", "dy", "direction"),
    [
        (1, 0, "right"),
        (1, 1, "down-right"),
        (0, 1, "down"),
        (-1, 1, "down-left"),
        (-1, 0, "left"),
        (-1, -1, "up-left"),
        (0, -1, "up"),
        (1, -1, "up-right"),
        (0, 0, "none"),
        (5, -1, "right"),
        (-0.1, -9, "up"),
    ],
)
def test_octants_with_y_down(dx, dy, direction):
    assert octant(dx, dy) == direction


@given(st.floats(0, 360), st.floats(1e-3, 1e3))
def test_an_octant_is_within_half_a_step(angle, length):
    found = octant(length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle)))
    assert abs((angle - 45 * OCTANTS.index(found) + 180) % 360 - 180) <= 22.5 + 1e-6


def test_colours_are_those_of_the_hue_circle():
    # What a person would call the pure colour at the octant's hue, by its red, green and blue parts.
    seen = {}
    for index, direction in enumerate(OCTANTS):
        seen[COLOUR_OF[direction]] = tuple(round(part, 2) for part in colorsys.hsv_to_rgb(index / 8, 1, 1))
    assert seen["red"] == (1, 0, 0)
    assert seen["cyan"] == (0, 1, 1)
    assert seen["orange-yellow"] == (1, 0.75, 0)
    assert seen["yellow-green"] == (0.5, 1, 0)
    assert seen["purple"] == (0.5, 0, 1)
    assert seen["magenta"] == (1, 0, 0.75)
    assert set(COLOUR_NAMES) == set(COLOUR_OF.values())
    assert set(DIRECTION_NAMES) == set(COLOUR_OF)


def test_middle_regions_have_no_side():
    assert region_side("chin") is None
    assert region_side("left_chin_side") == "left"
