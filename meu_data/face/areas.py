"""Where the named regions lie on a face: ellipses hung on the 68 landmarks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.face.landmark_layout import LEFT_EYE, RIGHT_EYE, eye_distance
from meu_data.face.regions import PAIRED_PARTS

# A region of fewer pixels (cut off by the picture's edge, or a tiny face) is not measured.
_FEWEST_PIXELS = 12


class _Area(NamedTuple):
    """An ellipse: its centre is the mean of some landmarks, moved; lengths are in eye distances.

    `outward` counts from the middle line of the face, `down` along it.
    """

    landmarks: tuple[int, ...]
    outward: float
    down: float
    half_width: float
    half_height: float


# Paired parts are given for the left of the picture; the right is their mirror image.
_AREAS = {
    "middle_forehead": _Area((21, 22), 0.0, -0.34, 0.20, 0.15),
    "glabella": _Area((21, 22), 0.0, 0.06, 0.09, 0.10),
    "nose_root": _Area((27, 28), 0.0, 0.0, 0.09, 0.13),
    "nose_tip": _Area((30,), 0.0, 0.0, 0.10, 0.10),
    "middle_upper_lip": _Area((51,), 0.0, -0.05, 0.10, 0.08),
    "middle_lower_lip": _Area((57,), 0.0, 0.01, 0.12, 0.08),
    "chin": _Area((57, 8), 0.0, 0.05, 0.18, 0.13),
    "forehead": _Area((18, 19), 0.0, -0.32, 0.20, 0.15),
    "outer_brow": _Area((17, 18), 0.0, -0.02, 0.16, 0.08),
    "inner_brow": _Area((20, 21), 0.0, -0.02, 0.14, 0.08),
    "upper_lid": _Area((37, 38), 0.0, -0.03, 0.14, 0.05),
    "lower_lid": _Area((40, 41), 0.0, 0.05, 0.15, 0.05),
    "eye_corner": _Area((36,), 0.13, 0.0, 0.09, 0.09),
    "nose_wing": _Area((31,), 0.05, -0.05, 0.09, 0.11),
    "cheekbone": _Area((40, 41), 0.04, 0.27, 0.20, 0.11),
    "nasolabial_fold": _Area((31, 48), 0.08, -0.02, 0.09, 0.14),
    "cheek": _Area((48, 4), -0.02, -0.08, 0.13, 0.16),
    "upper_lip": _Area((49, 50), 0.0, -0.05, 0.10, 0.07),
    "mouth_corner": _Area((48,), 0.02, 0.0, 0.09, 0.09),
    "lower_lip": _Area((58, 59), 0.0, 0.04, 0.10, 0.08),
    "chin_side": _Area((59, 6), 0.0, 0.04, 0.13, 0.13),
}

# Landmark k of the picture's left half and its counterpart at the right, both ways.
_MIRRORED = dict(enumerate(range(16, -1, -1)))
_MIRRORED |= {k: 43 - k for k in range(17, 27)} | {k: 66 - k for k in range(31, 36)}
_MIRRORED |= {36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46, 48: 54, 49: 53, 50: 52, 58: 56, 59: 55}


class RegionArea(NamedTuple):
    """The pixels of one region: a window of the picture and which of its pixels belong.

    Attributes:
        region: The region's name (picture's side).
        centre: (x, y), px.
        rows: The window's rows.
        columns: The window's columns.
        mask: bool, of the window's shape.
    """

    region: str
    centre: tuple[float, float]
    rows: slice
    columns: slice
    mask: NDArray[np.bool_]


def region_areas(landmarks: NDArray[np.floating[Any]], width: int, height: int) -> Iterator[RegionArea]:
    """Lays the regions on a face.

    Args:
        landmarks: (68, 2), px, x right and y down.
        width: The picture's, px.
        height: The picture's, px.

    Yields:
        The regions that have enough pixels inside the picture, in the order of the table above, left before right.
    """
    unit = eye_distance(landmarks)
    along = (landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0)) / max(unit, 1e-6)
    for part, area in _AREAS.items():
        sides = [(part, area.landmarks, 1)]
        if part in PAIRED_PARTS:
            sides = [(f"left_{part}", area.landmarks, -1), (f"right_{part}", _mirror(area.landmarks), 1)]
        for region, points, outward in sides:
            offset = area.outward * outward * along + area.down * np.array((-along[1], along[0]))
            centre = landmarks[list(points)].mean(axis=0) + unit * offset
            found = _ellipse(region, centre, along, unit * area.half_width, unit * area.half_height, (width, height))
            if found is not None:
                yield found


def _mirror(points: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_MIRRORED[point] for point in points)


def _ellipse(
    region: str,
    centre: NDArray[np.floating[Any]],
    along: NDArray[np.floating[Any]],
    half_width: float,
    half_height: float,
    size: tuple[int, int],
) -> RegionArea | None:
    reach = max(half_width, half_height)
    left, top = (max(int(np.floor(centre[axis] - reach)), 0) for axis in (0, 1))
    right, bottom = (min(int(np.ceil(centre[axis] + reach)) + 1, size[axis]) for axis in (0, 1))
    if right <= left or bottom <= top:
        return None
    y, x = np.mgrid[top:bottom, left:right]
    dx, dy = x - centre[0], y - centre[1]
    across = (dx * along[0] + dy * along[1]) / half_width
    down = (dy * along[0] - dx * along[1]) / half_height
    mask = across**2 + down**2 <= 1
    if int(mask.sum()) < _FEWEST_PIXELS:
        return None
    position = (float(centre[0]), float(centre[1]))
    return RegionArea(region, position, slice(top, bottom), slice(left, right), mask)
