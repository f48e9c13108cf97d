"""The MMC-Map against the definition, spelled out here step by step without the code under test."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.face.regions import COLOUR_OF, OCTANTS
from meu_data.motion import mmc_map


def defined_map(onset_bgr, flow):
    """The map by definition, and where a byte hangs on the last bit of a float (there it may be one level off)."""
    # OpenCV's own polar form and colour conversions are part of the definition: their angles and roundings are
    # a little off the textbook's, and the published pictures show that. Everything else is plain arithmetic.
    magnitude, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1])
    height, width = magnitude.shape
    least, most = float(magnitude.min()), float(magnitude.max())
    hsv = np.zeros((height, width, 3), np.uint8)
    still, close = np.zeros((height, width), bool), np.zeros((height, width), bool)
    for y in range(height):
        for x in range(width):
            degrees = float(angle[y, x]) * 180 / math.pi % 360
            step = round(degrees / 30) * 30 % 360  # Python rounds half to even, as the definition wants
            stretched = (float(magnitude[y, x]) - least) / (most - least) * 255 if most > least else 0.0
            hsv[y, x] = int(step / 2), 255, int(stretched)
            still[y, x] = not magnitude[y, x] > least
            close[y, x] = abs(stretched - round(stretched)) < 1e-3 or abs(degrees / 30 % 1 - 0.5) < 1e-5
    colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR).astype(int)
    colour[still] = 0
    gray = cv2.cvtColor(onset_bgr, cv2.COLOR_BGR2GRAY).astype(int)
    return np.minimum(gray[..., None] + colour, 255), close


def assert_defined(onset_bgr, flow):
    expected, close = defined_map(onset_bgr, flow)
    difference = np.abs(mmc_map(onset_bgr, flow).astype(int) - expected).max(axis=-1)
    assert not difference[~close].any()
    assert difference.max() <= 1
    assert close.mean() < 0.05


def smooth_flow(seed: int, height: int = 48, width: int = 56) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 2, (height, width, 2)).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 3) * 4


def picture(seed: int, height: int = 48, width: int = 56) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", [17, 56, 128])
def test_equals_the_definition_pixel_for_pixel(seed, width):
    assert_defined(picture(seed, 48, width), smooth_flow(seed, 48, width))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 50))
def test_equals_the_definition_at_any_strength(seed, strength):
    assert_defined(picture(seed, 24, 24), (smooth_flow(seed, 24, 24) * strength).astype(np.float32))


def test_no_motion_is_the_bare_grey_frame():
    onset = picture(1)
    gray = cv2.cvtColor(cv2.cvtColor(onset, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert np.array_equal(mmc_map(onset, np.zeros((48, 56, 2), np.float32)), gray)


@pytest.mark.parametrize("index", range(8))
def test_a_direction_has_the_colour_that_its_name_says(index):
    """On black, a patch that moves along an octant shows that octant's colour name."""
    flow = np.zeros((20, 20, 2), np.float32)
    flow[5:15, 5:15] = (math.cos(index * math.pi / 4), math.sin(index * math.pi / 4))
    blue, green, red = mmc_map(np.zeros((20, 20, 3), np.uint8), flow)[10, 10].tolist()
    dominant = {
        "red": red == 255 and green == blue == 0,
        "orange-yellow": red == 255 and blue == 0 and green in (127, 128, 255),
        "yellow-green": green == 255 and blue == 0 and red in (127, 128),
        "green": green == 255 and red == 0 and blue in (0, 127, 128),
        "cyan": green == 255 and blue == 255 and red == 0,
        "blue": blue == 255 and red == 0,
        "purple": blue == 255 and green == 0 and red in (127, 128),
        "magenta": (red == 255 and green == 0 and blue in (127, 128, 255)) or (red, green, blue) == (255, 0, 255),
    }
    assert dominant[COLOUR_OF[OCTANTS[index]]], (red, green, blue)


@pytest.mark.parametrize(
    ("onset", "flow", "reason"),
    [
        (np.zeros((8, 8, 3), np.float32), np.zeros((8, 8, 2), np.float32), "uint8"),
        (np.zeros((8, 8), np.uint8), np.zeros((8, 8, 2), np.float32), "uint8"),
        (np.zeros((8, 8, 3), np.uint8), np.zeros((8, 9, 2), np.float32), "does not fit"),
        (np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.float32), "does not fit"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(onset, flow, reason):
    with pytest.raises(MeuError, match=reason):
        mmc_map(onset, flow)


def test_an_unknown_recipe_is_refused():
    with pytest.raises(MeuError, match="mellm"):
        mmc_map(picture(0), smooth_flow(0), recipe="rainbow")
