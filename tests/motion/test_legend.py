"""The legend says of each colour what the map means by it, and no word on it is cut."""

import colorsys
import math
import os

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError
from meu_data.face.regions import OCTANTS
from meu_data.motion import mmc_map
from meu_data.motion.legend import BACKGROUND, label_colour, legend
from tests.write_pictures import FOLDER, picture_files

CENTRE, RADIUS = (224, 203), 102


def at(picture: np.ndarray, degrees: float, distance: float) -> np.ndarray:
    """The BGR colour of the place that lies so many px from the centre, at an angle with y down."""
    x = CENTRE[0] + distance * math.cos(math.radians(degrees)) - 0.5
    y = CENTRE[1] + distance * math.sin(math.radians(degrees)) - 0.5
    return picture[round(y), round(x)].astype(int)


def hue(bgr: np.ndarray) -> float:
    blue, green, red = (channel / 255 for channel in bgr)
    return 360 * colorsys.rgb_to_hsv(red, green, blue)[0]


def turn(a: float, b: float) -> float:
    return abs((a - b + 180) % 360 - 180)


@pytest.mark.parametrize("degrees", range(0, 360, 7))
def test_hue_is_the_angle_with_y_down(degrees):
    assert turn(hue(at(legend(), degrees, 80)), degrees) < 1.5


@pytest.mark.parametrize(
    ("vector", "place"),
    [((1, 0), 0), ((0, 1), 90), ((-1, 0), 180), ((0, -1), 270), ((1, 1.732), 60), ((-1, -1.732), 240)],
)
def test_a_map_gives_a_motion_the_colour_that_the_legend_has_there(vector, place):
    flow = np.zeros((40, 40, 2), np.float32)
    flow[10:30, 10:30] = vector
    drawn = mmc_map(np.zeros((40, 40, 3), np.uint8), flow, recipe="mellm")[20, 20].astype(int)
    assert turn(hue(drawn), hue(at(legend(), place, 95))) < 1.5


@pytest.mark.parametrize("degrees", [20, 110, 200, 290])
def test_brightness_grows_evenly_from_the_centre(degrees):
    picture = legend()
    brightest = [at(picture, degrees, distance).max() for distance in range(10, 100, 10)]
    assert brightest == pytest.approx([255 * distance / RADIUS for distance in range(10, 100, 10)], abs=3)


@pytest.mark.parametrize("octant", range(8))
def test_an_arrow_of_the_colour_points_in_each_direction(octant):
    picture = legend()
    along = [at(picture, 45 * octant, distance) for distance in range(112, 131)]
    assert all(np.abs(place - label_colour(octant)[::-1]).max() <= 8 for place in along)
    # The head is at the outer end: wide near the tip, narrow near the wheel.
    beside = [at(picture, 45 * octant + side * 2.6, distance).sum() for distance in (122, 112) for side in (-1, 1)]
    assert min(beside[:2]) > 2 * sum(BACKGROUND) > 1.9 * max(beside[2:])


@pytest.mark.parametrize("octant", range(8))
def test_words_are_readable_on_the_ground(octant):
    def luminance(rgb: tuple[int, ...]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    # WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1.
    assert (luminance(label_colour(octant)) + 0.05) / (luminance(BACKGROUND) + 0.05) >= 4.5


@pytest.mark.parametrize("size", [240, 300, 344, 448, 451, 1000])
def test_no_word_is_cut_and_all_eight_stand_there(size):
    picture = legend(size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    ground = (picture == BACKGROUND[::-1]).all(axis=2)
    margin = size // 120
    edges = (ground[:margin], ground[-margin:], ground[:, :margin], ground[:, -margin:])
    assert all(edge.all() for edge in edges)
    # Two words at each octant, outside the arrows, each in a patch of its own.
    inked = ~ground
    words = 0
    for octant in range(len(OCTANTS)):
        x, y = (
            (CENTRE[0] + 165 * math.cos(octant * math.pi / 4)) * size / 448,
            (CENTRE[1] + 160 * math.sin(octant * math.pi / 4)) * size / 448,
        )
        reach = round(16 * size / 448)
        words += inked[round(y) - reach : round(y) + reach, round(x) - reach : round(x) + reach].mean() > 0.02
    assert words == 8


def test_the_same_call_gives_the_same_picture():
    assert np.array_equal(legend(448), legend(448))


def test_a_legend_too_small_to_read_is_refused():
    with pytest.raises(MeuError, match="at least 240"):
        legend(100)


@pytest.mark.parametrize("name", sorted(picture_files()))
def test_the_documentation_shows_the_legend_as_it_is_drawn(name):
    shown = cv2.imread(os.fsdecode(FOLDER / name))
    drawn = cv2.imdecode(np.frombuffer(picture_files()[name], np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == drawn.shape
    # Versions of FreeType round the edges of letters in some thirty pixels differently; another word changes hundreds.
    different = (np.abs(shown.astype(int) - drawn) > 2).any(axis=2).sum()
    assert different <= 80, "the legend changed: run `python -m tests.write_pictures`"
