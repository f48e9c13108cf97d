"""Smooth displacement fields: where and how each AU moves the skin of one face, and how its head moves.

A field is float32 (H, W, 2), pixels, x right and y down: the point at x in the onset frame goes to x + field[x].
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.face.regions import PAIRED_PARTS, Side, picture_side, region_part, region_side
from meu_data.records import ActionUnit, HeadMotion

Field = NDArray[np.float32]
Points = NDArray[np.float64]

# Half widths (standard deviation, horizontal and vertical) in units of the distance between the eyes.
_SPREAD: dict[str, tuple[float, float]] = {
    "middle_forehead": (0.28, 0.16),
    "glabella": (0.15, 0.15),
    "nose_root": (0.14, 0.14),
    "middle_upper_lip": (0.17, 0.10),
    "middle_lower_lip": (0.22, 0.11),
    "chin": (0.28, 0.19),
    "forehead": (0.26, 0.17),
    "outer_brow": (0.22, 0.15),
    "inner_brow": (0.19, 0.15),
    "upper_lid": (0.19, 0.09),
    "lower_lid": (0.19, 0.09),
    "eye_corner": (0.13, 0.13),
    "nose_wing": (0.13, 0.15),
    "cheekbone": (0.25, 0.18),
    "cheek": (0.24, 0.22),
    "nasolabial_fold": (0.14, 0.18),
    "upper_lip": (0.17, 0.11),
    "mouth_corner": (0.18, 0.18),
    "lower_lip": (0.18, 0.11),
    "chin_side": (0.22, 0.18),
}
# What the AUs of `plan.EXPRESSIONS` do to the skin: part, outward and down, and how much of the AU's strength. Written
# down from the FACS manual (Ekman, Friesen & Hager 2002, section A of each AU) and not read off `face.aus`, which
# the truth of this corpus is to test. Parts that two AUs share add up, as muscles do.
MOTION: dict[int, tuple[tuple[str, float, float, float], ...]] = {
    1: (("inner_brow", 0, -1, 1.0), ("middle_forehead", 0, -1, 0.7)),
    2: (("outer_brow", 0, -1, 1.0), ("forehead", 0, -1, 0.7)),
    4: (("inner_brow", -1, 1, 1.0), ("glabella", 0, 1, 0.7), ("outer_brow", 0, 1, 0.55)),
    5: (("upper_lid", 0, -1, 1.0),),
    6: (("cheekbone", 0, -1, 1.0), ("lower_lid", 0, -1, 0.7), ("eye_corner", -1, 0, 0.55), ("outer_brow", 0, 1, 0.2)),
    7: (("lower_lid", 0, -1, 1.0), ("upper_lid", 0, 1, 0.7)),
    9: (
        ("nose_wing", 0, -1, 1.0),
        ("nose_root", 0, -1, 0.7),
        ("glabella", 0, 1, 0.55),
        ("inner_brow", 0, 1, 0.4),
        ("cheekbone", 0, -1, 0.3),
    ),
    10: (("upper_lip", 0, -1, 1.0), ("middle_upper_lip", 0, -1, 0.7), ("nasolabial_fold", 0, -1, 0.55)),
    12: (
        ("mouth_corner", 1, -1, 1.0),
        ("cheek", 1, -1, 0.7),
        ("nasolabial_fold", 1, -1, 0.55),
        ("cheekbone", 0, -1, 0.25),
    ),
    14: (("mouth_corner", 1, 0, 1.0), ("cheek", 1, 0, 0.7)),
    15: (("mouth_corner", 0, 1, 1.0), ("chin_side", 0, 1, 0.7)),
    17: (
        ("chin", 0, -1, 1.0),
        ("chin_side", 0, -1, 0.7),
        ("middle_lower_lip", 0, -1, 0.55),
        ("mouth_corner", 0, 1, 0.25),
    ),
    20: (("mouth_corner", 1, 0, 1.0), ("cheek", 1, 0, 0.7), ("lower_lip", 1, 0, 0.55)),
    23: (("middle_upper_lip", 0, 1, 1.0), ("middle_lower_lip", 0, -1, 0.7), ("mouth_corner", -1, 0, 0.55)),
    25: (("middle_lower_lip", 0, 1, 1.0), ("middle_upper_lip", 0, -1, 0.7), ("lower_lip", 0, 1, 0.55)),
    26: (("chin", 0, 1, 1.0), ("middle_lower_lip", 0, 1, 0.7), ("chin_side", 0, 1, 0.55)),
}
# Directions vary between people, but stay well inside their octant (which reaches 22.5° either way).
MAX_TURN_DEG = 9.0

# Landmarks of the left half of the picture and their partners in the right half (iBUG 68-point scheme, from 0).
_PARTNER = {
    **{k: 16 - k for k in range(17)},
    **{k: 43 - k for k in range(17, 27)},
    **dict(zip((31, 32, 33, 34, 35), (35, 34, 33, 32, 31), strict=True)),
    **dict(zip((36, 37, 38, 39, 40, 41), (45, 44, 43, 42, 47, 46), strict=True)),
    **dict(zip((48, 49, 50, 51, 57, 58, 59, 60), (54, 53, 52, 51, 57, 56, 55, 64), strict=True)),
}

# Centre of each part: the mean of these landmarks (left half of the picture), then a step outwards and down, in
# units of the distance between the eyes.
_ANCHOR: dict[str, tuple[tuple[int, ...], float, float]] = {
    "middle_forehead": ((21, 22), 0.0, -0.30),
    "glabella": ((21, 22), 0.0, 0.06),
    "nose_root": ((27, 28), 0.0, 0.0),
    "middle_upper_lip": ((51,), 0.0, -0.02),
    "middle_lower_lip": ((57,), 0.0, -0.01),
    "chin": ((8, 8, 57), 0.0, -0.03),
    "forehead": ((18, 19), 0.0, -0.30),
    "outer_brow": ((17, 18, 19), 0.0, 0.0),
    "inner_brow": ((20, 21), 0.0, 0.0),
    "upper_lid": ((37, 38), 0.0, -0.04),
    "lower_lid": ((40, 41), 0.0, 0.05),
    "eye_corner": ((36,), 0.12, 0.0),
    "nose_wing": ((31,), 0.05, -0.06),
    "cheekbone": ((40, 41), 0.05, 0.36),
    "cheek": ((4, 48), 0.0, -0.06),
    "nasolabial_fold": ((31, 48), 0.06, 0.0),
    "upper_lip": ((49, 50), 0.0, -0.02),
    "mouth_corner": ((48,), 0.0, 0.0),
    "lower_lip": ((58, 59), 0.0, 0.01),
    "chin_side": ((6, 59), 0.0, 0.0),
}


class FieldSite(NamedTuple):
    """One bump of an AU's field: `amplitude` px at `centre` along the unit vector `direction`."""

    au: ActionUnit
    region: str
    centre: tuple[float, float]
    amplitude: float
    direction: tuple[float, float]
    spread: tuple[float, float]


def eye_distance(landmarks: Points) -> float:
    """The distance between the centres of the eyes, px; landmarks are float (68, 2), x and y in px."""
    return float(np.linalg.norm(landmarks[36:42].mean(axis=0) - landmarks[42:48].mean(axis=0)))


def site_centre(region: str, landmarks: Points) -> tuple[float, float]:
    """The point of a region where an AU's motion is centred.

    Args:
        region: One of `regions.REGIONS` that an AU moves.
        landmarks: Float (68, 2), px.
    """
    numbers, outwards, down = _ANCHOR[region_part(region)]
    side = region_side(region)
    if side == "right":
        numbers = tuple(_PARTNER[number] for number in numbers)
    x, y = landmarks[list(numbers)].mean(axis=0)
    sign = {"left": -1, "right": 1, None: 0}[side]
    distance = eye_distance(landmarks)
    return float(x + sign * outwards * distance), float(y + down * distance)


def au_field_sites(
    au: ActionUnit, strength: float, landmarks: Points, turns_deg: Sequence[float] | None = None
) -> tuple[FieldSite, ...]:
    """The bumps of one AU, scaled so that the AU's whole field peaks at `strength`.

    Args:
        au: The AU, one of `MOTION`; its side is the person's.
        strength: Peak displacement, px.
        landmarks: Float (68, 2), px.
        turns_deg: How far each site's direction is turned from the middle of its octant; none when omitted.

    Returns:
        One bump per part of `MOTION` and side, in its octant; the most telling first.
    """
    distance = eye_distance(landmarks)
    sites: list[FieldSite] = []
    wanted: tuple[Side, ...] = (picture_side(au.side),) if au.side else ("left", "right")
    for part, outward, down, share in MOTION[au.number]:
        horizontal, vertical = _SPREAD[part]
        for side in wanted if part in PAIRED_PARTS else (None,):
            region = f"{side}_{part}" if side else part
            turn = math.radians(turns_deg[len(sites)] if turns_deg else 0.0)
            angle = math.atan2(down, -outward if side == "left" else outward) + turn
            sites.append(
                FieldSite(
                    au=au,
                    region=region,
                    centre=site_centre(region, landmarks),
                    amplitude=share,
                    direction=(math.cos(angle), math.sin(angle)),
                    spread=(horizontal * distance, vertical * distance),
                )
            )
    # Neighbouring bumps add up, so the peak is somewhere between their centres: look for it on a coarse grid.
    low, high = landmarks.min(axis=0) - distance, landmarks.max(axis=0) + distance
    rows, columns = np.arange(low[1], high[1], distance / 40), np.arange(low[0], high[0], distance / 40)
    peak = float(np.linalg.norm(_bumps(sites, columns, rows), axis=-1).max())
    return tuple(site._replace(amplitude=site.amplitude * strength / peak) for site in sites)


def displacement(sites: Sequence[FieldSite], size: tuple[int, int]) -> Field:
    """The sum of all bumps.

    Args:
        sites: The bumps.
        size: Width and height, px.

    Returns:
        Float32 (H, W, 2), px.
    """
    width, height = size
    return _bumps(sites, np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))


def blink_field(landmarks: Points, size: tuple[int, int]) -> Field:
    """A complete closure of both eyes (AU 45): the lids move, between the corners of the eyes, and nothing else.

    The upper lid comes all the way down, the lower lid hardly moves. The motion ends at the brow of most faces; it
    takes that much room for a closure of up to 0.85 to have a gradient below 1, or the picture would fold.

    Args:
        landmarks: Float (68, 2), px.
        size: Width and height, px.

    Returns:
        Float32 (H, W, 2), px.
    """
    width, height = size
    field = np.zeros((height, width, 2))
    for first in (36, 42):
        eye = landmarks[first : first + 6]
        opening = float(np.mean([np.linalg.norm(eye[1] - eye[5]), np.linalg.norm(eye[2] - eye[4])]))
        across = _arch((np.arange(width) - eye[:, 0].mean()) / (np.ptp(eye[:, 0]) / 2))
        for margin, amplitude in ((eye[1:3], 0.9 * opening), (eye[4:6], -0.1 * opening)):
            below = np.arange(height) - margin[:, 1].mean()
            down = _arch(below / np.where(below < 0, 1.5 * opening, 2.1 * opening))
            field[..., 1] += amplitude * np.multiply.outer(down, across)
    return field.astype(np.float32)


def _arch(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 in the middle, 0 from -1 down and from 1 up, smooth everywhere."""
    return np.cos(math.pi / 2 * np.clip(place, -1, 1)) ** 2


class HeadField:
    """How a motion of the head moves every pixel: fully on the head, fading out over neck and background."""

    # Half axes of the head with its hair around the middle between the eyes, and how far the fading reaches.
    _HALF_AXES = (1.9, 2.3)
    _FADED_AT = 1.8

    def __init__(self, landmarks: Points, size: tuple[int, int]) -> None:
        """Prepares a face.

        Args:
            landmarks: Float (68, 2) of the onset frame, px.
            size: Width and height, px.
        """
        self.centre = (float(landmarks[30, 0]), float(landmarks[30, 1]))
        distance = eye_distance(landmarks)
        middle = landmarks[36:48].mean(axis=0)
        x = np.arange(size[0], dtype=np.float64)[None, :]
        y = np.arange(size[1], dtype=np.float64)[:, None]
        radius = np.hypot(
            (x - middle[0]) / (self._HALF_AXES[0] * distance), (y - middle[1]) / (self._HALF_AXES[1] * distance)
        )
        part = np.clip((self._FADED_AT - radius) / (self._FADED_AT - 1), 0, 1)
        weight = part * part * (3 - 2 * part)
        self._weight = weight.astype(np.float32)
        self._x = (weight * (x - self.centre[0])).astype(np.float32)
        self._y = (weight * (y - self.centre[1])).astype(np.float32)

    def displacement(self, motion: HeadMotion) -> Field:
        """The field of one similarity around the tip of the nose: float32 (H, W, 2), px."""
        angle = math.radians(motion.rotation_deg)
        along = np.float32(motion.scale * math.cos(angle) - 1)
        across = np.float32(motion.scale * math.sin(angle))
        return np.stack(
            (
                along * self._x - across * self._y + np.float32(motion.dx) * self._weight,
                across * self._x + along * self._y + np.float32(motion.dy) * self._weight,
            ),
            axis=-1,
        )


def _bumps(sites: Sequence[FieldSite], columns: NDArray[np.float64], rows: NDArray[np.float64]) -> Field:
    field = np.zeros((len(rows), len(columns), 2))
    for site in sites:
        # An upright Gaussian is a product of two curves, which is much cheaper than one over all pixels.
        across = np.exp(-(((columns - site.centre[0]) / site.spread[0]) ** 2) / 2)
        down = np.exp(-(((rows - site.centre[1]) / site.spread[1]) ** 2) / 2)
        field += np.multiply.outer(down, across)[..., None] * (site.amplitude * np.array(site.direction))
    return field.astype(np.float32)
