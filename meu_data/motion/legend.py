"""Draws the colour legend of the maps: which hue is which direction, and what brightness says.

There is one legend for all languages: its arrows need no words, and the only font that is the same everywhere, the one
inside Pillow, knows ASCII only. A picture must not depend on the fonts of a machine.
"""

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from meu_data.errors import MeuError
from meu_data.face.regions import COLOUR_OF, OCTANTS

BACKGROUND = (27, 27, 30)
"""The ground of legend and contact sheets, RGB: neutral, so that it tints no colour of a map."""

TEXT = (236, 236, 238)
MUTED = (160, 160, 166)

_SMALLEST = 240
_DESIGNED_FOR = 448
# All in px of a legend of 448 px.
_CENTRE = (224, 203)
_RADIUS = 102
_ARROW = (110, 134)
_LABEL = 142
_LINE = 19
_CAPTION = 424


def legend(size: int = 448) -> NDArray[np.uint8]:
    """Draws the colour wheel with the eight directions around it.

    A place on the wheel has the colour that a map gives to a motion which points from the centre to that place:
    the hue is the angle with y DOWN (right 0, red; down 90, yellow-green; left 180, cyan; up 270, purple), and the
    brightness grows evenly from the centre (still) to the rim (the strongest motion that the map shows).

    Args:
        size: Width and height, px, from 240.

    Returns:
        uint8 (size, size, 3), BGR; the same bytes whatever fonts the machine has.

    Raises:
        MeuError: The size is too small for legible words.
    """
    if size < _SMALLEST:
        raise MeuError(f"a legend of {size} px would be illegible; ask for at least {_SMALLEST}")
    scale = size / _DESIGNED_FOR
    canvas = Image.fromarray(_arrows(_wheel(size, scale), scale))
    draw = ImageDraw.Draw(canvas)
    words = text_font(16 * scale)
    for number, direction in enumerate(OCTANTS):
        across, down = _unit(number)
        x, y = _CENTRE[0] + _LABEL * across, _CENTRE[1] + _LABEL * down
        # A block of two lines that touches the circle of the labels with the side that faces the wheel.
        side = "lmr"[1 - round(across)]
        middle = y + _LINE * round(down)
        draw.text((x * scale, (middle - _LINE / 2) * scale), direction, TEXT, words, anchor=f"{side}m")
        colour = COLOUR_OF[direction]
        draw.text((x * scale, (middle + _LINE / 2) * scale), colour, label_colour(number), words, anchor=f"{side}m")
    caption = "hue: direction  ·  brightness: strength"
    draw.text((size / 2, _CAPTION * scale), caption, MUTED, text_font(15 * scale), anchor="mm")
    return np.ascontiguousarray(np.asarray(canvas)[..., ::-1])


@functools.cache
def text_font(size: float) -> ImageFont.FreeTypeFont:
    """Pillow's built-in font (ASCII, `·` and `…` only), laid out the same with and without the library Raqm."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise MeuError("this Pillow was built without FreeType: install the Pillow of the package index")
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


def label_colour(octant: int) -> tuple[int, int, int]:
    """The colour of an octant, RGB, lightened so that it can be read on the dark ground."""
    pure = _rgb(np.full((1, 1), 45.0 * octant), np.ones((1, 1)))[0, 0]
    red, green, blue = (round(110 + 145 * float(channel)) for channel in pure)
    return red, green, blue


def _unit(octant: int) -> tuple[float, float]:
    """The unit vector of an octant: right, down."""
    angle = math.radians(45 * octant)
    return math.cos(angle), math.sin(angle)


def _rgb(degrees: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fully saturated colours: (H, W) of hue and of value 0..1 to (H, W, 3), RGB, 0..1.

    Each channel is 1 within 60 degrees of its own hue and 0 beyond 120 (the hexcone of A. R. Smith, 1978).
    """
    away = np.abs((degrees[..., None] - np.array([0.0, 120.0, 240.0]) + 180) % 360 - 180)
    return np.asarray(np.clip(2 - away / 60, 0, 1) * value[..., None])


def _wheel(size: int, scale: float) -> NDArray[np.uint8]:
    """The wheel and its rim on the ground, RGB."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float64)
    right, down = x + 0.5 - _CENTRE[0] * scale, y + 0.5 - _CENTRE[1] * scale
    distance = np.hypot(right, down)
    radius = _RADIUS * scale
    picture = np.empty((size, size, 3))
    picture[:] = BACKGROUND
    disc = 255 * _rgb(np.degrees(np.arctan2(down, right)) % 360, np.minimum(distance / radius, 1))
    # A pixel that the edge cuts is covered in part: this keeps the circle smooth.
    inside = np.clip(radius - distance + 0.5, 0, 1)[..., None]
    return np.asarray((inside * disc + (1 - inside) * picture).round(), dtype=np.uint8)


def _arrows(picture: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Adds an arrow of each direction between the wheel and its words."""
    for number in range(len(OCTANTS)):
        across, down = _unit(number)
        near, tip = _ARROW
        # From the middle line outwards: where along the arrow, and how far to its side.
        outline = [(near, -2), (tip - 13, -2), (tip - 13, -8), (tip, 0), (tip - 13, 8), (tip - 13, 2), (near, 2)]
        points = [
            (_CENTRE[0] + along * across - aside * down, _CENTRE[1] + along * down + aside * across)
            for along, aside in outline
        ]
        # cv2 takes whole numbers: sixteenths of a pixel, with pixel centres at whole numbers.
        fixed = np.round((np.array(points) * scale - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(picture, [fixed], label_colour(number), cv2.LINE_AA, shift=4)
    return picture
