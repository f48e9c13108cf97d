"""Where the named regions lie on a face: ellipses hung on the 68 landmarks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.face.landmark_layout import LEFT_EYE, RIGHT_EYE, eye_distance
from meu_data.face.regions import PART, PARTS, Ellipse

# A region of fewer pixels (cut off by the picture's edge, or a tiny face) is not measured.
_FEWEST_PIXELS = 12


# Landmark k of the picture's left half and its counterpart at the right, both ways.
_MIRRORED = dict(enumerate(range(16, -1, -1)))
_MIRRORED |= {k: 43 - k for k in range(17, 27)} | {k: 66 - k for k in range(31, 36)}
_MIRRORED |= {36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46, 48: 54, 49: 53, 50: 52, 58: 56, 59: 55}


# Measurements list the fold beside the mouth before the cheek: the order is part of what is stored and exported.
_ORDER = [row.part for row in PARTS]
_ORDER.insert(_ORDER.index("cheek"), _ORDER.pop(_ORDER.index("nasolabial_fold")))


def _places() -> Iterator[tuple[str, int, Ellipse]]:
    """Every region in order, left before right: its name, where outward is (1 right, -1 left), and its ellipse."""
    for part in _ORDER:
        place = PART[part].ellipse
        if PART[part].both:
            mirrored = tuple(_MIRRORED[point] for point in place.landmarks)
            yield f"left_{part}", -1, place
            yield f"right_{part}", 1, place._replace(landmarks=mirrored)
        else:
            yield part, 1, place


_PLACES = tuple(_places())
_MOST_POINTS = max(len(place.landmarks) for _, _, place in _PLACES)
# Of each region: its landmarks, filled up with a 0 that does not count, and how far its centre lies from their mean.
_POINTS = np.array([place.landmarks + (0,) * (_MOST_POINTS - len(place.landmarks)) for _, _, place in _PLACES])
_IS_THERE = np.array([[k < len(place.landmarks) for k in range(_MOST_POINTS)] for _, _, place in _PLACES])
_COUNTS = _IS_THERE.sum(axis=1, keepdims=True)
_OUTWARD = np.array([[place.outward * outward] for _, outward, place in _PLACES])
_DOWN = np.array([[place.down] for _, _, place in _PLACES])


class RegionEllipse(NamedTuple):
    """Where one region lies, whether or not the picture holds it.

    Attributes:
        region: The region's name (picture's side).
        centre: float (2,), px.
        along: float (2,), unit vector from the left eye to the right one: the direction of the half width.
        half_width: px.
        half_height: px.
    """

    region: str
    centre: NDArray[np.floating[Any]]
    along: NDArray[np.floating[Any]]
    half_width: float
    half_height: float


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


def region_ellipses(landmarks: NDArray[np.floating[Any]]) -> Iterator[RegionEllipse]:
    """Lays the regions on a face.

    Args:
        landmarks: (68, 2), px, x right and y down.

    Yields:
        All regions in a fixed order, left before right.
    """
    unit = eye_distance(landmarks)
    along = (landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0)) / max(unit, 1e-6)
    outward, down = _OUTWARD.astype(landmarks.dtype), _DOWN.astype(landmarks.dtype)
    # Added up one by one, as a mean of each would be, so that they are the same to the last bit.
    sums = sum(np.where(_IS_THERE[:, k, None], landmarks[_POINTS[:, k]], 0) for k in range(_POINTS.shape[1]))
    centres = sums / _COUNTS.astype(landmarks.dtype)
    centres = centres + unit * (outward * along + down * np.array((-along[1], along[0])))
    for (region, _, place), centre in zip(_PLACES, centres, strict=True):
        yield RegionEllipse(region, centre, along, unit * place.half_width, unit * place.half_height)


def region_areas(landmarks: NDArray[np.floating[Any]], width: int, height: int) -> Iterator[RegionArea]:
    """The pixels of the regions of a face.

    Args:
        landmarks: (68, 2), px, x right and y down.
        width: The picture's, px.
        height: The picture's, px.

    Yields:
        The regions that have enough pixels inside the picture, in a fixed order, left before right.
    """
    for ellipse in region_ellipses(landmarks):
        found = _pixels(ellipse, (width, height))
        if found is not None:
            yield found


def _pixels(ellipse: RegionEllipse, size: tuple[int, int]) -> RegionArea | None:
    region, centre, along, half_width, half_height = ellipse
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
