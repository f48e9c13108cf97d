"""The motion of the whole head: its fits, and the flow without it."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, NoFaceError
from meu_data.face.areas import RegionArea, region_areas
from meu_data.face.landmark_layout import LEFT_EYE, NOSE_TIP, RIGHT_EYE, eye_distance
from meu_data.face.regions import PART, region_part
from meu_data.records import HeadMotion

_HALF_WINDOW = 5

# How much the skin between the parts, and that of the temples, says about the motion of the head (as `FacePart.rigid`).
_REST_OF_FACE, _TEMPLES = 0.2, 0.7
_SAMPLES_PER_EYE_DISTANCE = 18
_ITERATIONS, _SETTLED_PX = 60, 1e-3
# An expression fades out into the skin around it, where little is left of it to tell: so far, in eye distances
# (standard deviation), its neighbours are no better than what lies between them.
_FADES = 0.15
# The scale of the robust weights follows the better third of the residuals, down to the error of TV-L1 itself.
_TRUSTED_SHARE, _LEAST_SCALE_PX = 0.3, 0.03
# The nose stands out of the face's smooth relief: half its width, and how far it reaches above (in lengths of its
# bridge) and below the tip, in eye distances; bell-shaped.
# Its back rises nearly in a line from the root to the tip.
_NOSE_HALF_WIDTH, _NOSE_ABOVE, _NOSE_BELOW = 0.16, 0.65, 0.13
_LEAST_BRIDGE = 0.2
# The eyes lie deep in their orbits.
_ORBIT = 0.25, 0.13
# The teeth carry the lips to the front.
_MOUTH = 0.35, 0.25
# The relief of a usual head in eye distances (a skull 150 mm wide, 190 deep and 230 high, a nose of 24 mm, eyes 8 mm
# behind the brow, lips 5 mm before the cheeks, at 63 mm between the pupils): coefficients of x², xy, y², nose, orbits,
# mouth, and how far heads vary in them.
_RELIEF = np.array([-0.5, 0.0, -0.2, 0.38, -0.12, 0.08])
_RELIEF_VARIES = np.array([0.35, 0.14, 0.17, 0.21, 0.11, 0.07])
# How far the slope of the face varies across, where it has two like halves, and down.
_SLOPE_VARIES = np.array([0.02, 0.12])
# Neighbouring samples of a flow err alike: so many count as one.
_ALIKE = 5.0
# The prior is as wide as the turn found so far, so that a turn that an expression hides at first would never be found.
# It starts as wide as a turn of that many eye distances leaves it and narrows by that step by step, down to a turn of
# so many px.
_FIRST_TURN, _NARROWS, _LEAST_TURN_PX = 0.02, 0.7, 0.05


def nose_point(landmarks: NDArray[np.floating[Any]]) -> tuple[int, int]:
    """Landmark 30, truncated to whole pixels as the published code does (x, y)."""
    return int(landmarks[NOSE_TIP, 0]), int(landmarks[NOSE_TIP, 1])


def subtract_head_motion(
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    *,
    method: Literal["nose", "similarity"] = "nose",
) -> tuple[NDArray[np.float32], HeadMotion]:
    """Subtracts the head's motion, estimated from the flow itself.

    `nose` is the translation of the 11x11 window around the tip of the nose, clipped to the picture
    (arXiv 2505.07007; zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, preprocess.py). It knows no rotation and no scale.

    `similarity` is translation, rotation and scale, fitted to the flow of the whole face (`HeadFit`).

    Args:
        flow: float32 (H, W, 2), px, y down.
        landmarks: (68, 2), px, of the onset frame.
        method: How to estimate.

    Returns:
        The flow without the head's motion, float32 (H, W, 2), and what was taken out; for `similarity`, dx and dy
        are the motion of the bridge of the nose, about which the head turns and grows.

    Raises:
        NoFaceError: The tip of the nose, or too much of the face, lies outside the picture.
        MeuError: The method is unknown.
    """
    if method == "nose":
        return _without_nose_motion(flow, landmarks)
    if method == "similarity":
        height, width = flow.shape[:2]
        areas = list(region_areas(landmarks, width, height))
        fit = HeadFit(landmarks, np.ones(flow.shape[:2], dtype=bool), areas)
        head = fit.similarity(flow)
        return flow - fit.field(head), fit.told(head)
    raise MeuError(f"unknown head motion method {method!r}; there is nose, similarity")


def _without_nose_motion(
    flow: NDArray[np.float32], landmarks: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float32], HeadMotion]:
    height, width = flow.shape[:2]
    x, y = nose_point(landmarks)
    window = flow[
        max(y - _HALF_WINDOW, 0) : max(min(y + _HALF_WINDOW + 1, height), 0),
        max(x - _HALF_WINDOW, 0) : max(min(x + _HALF_WINDOW + 1, width), 0),
    ]
    if window.size == 0:
        raise NoFaceError(f"the tip of the nose lies outside the picture, at ({x}, {y}) of {width}x{height}")
    # The order of summation is part of the result: the published code averages the flattened window.
    mean = np.mean(window.reshape(-1, 2), axis=0)
    return flow - mean, HeadMotion(method="nose", dx=float(mean[0]), dy=float(mean[1]))


class Turn(NamedTuple):
    """What a field of head motion adds to its own best similarity.

    Attributes:
        rms: Root mean square of it over the face, px.
        degrees: Where the middle of the face goes by it: right 0, down 90.
    """

    rms: float
    degrees: float


class HeadFit:
    """Fits smooth fields to flows over one face.

    A head that stays in the picture's plane moves by a similarity. One that turns out of it moves by depth: its smooth
    relief is a polynomial of second degree in x and y, nose and mouth bumps and the orbits hollows on it, each with a
    coefficient of its own for both components. A fixed generic relief fails: heads differ from it by as much as it
    says. Without any, brows or a chin that move broadly look like a turn. So the relief of a usual head is a prior, as
    wide as heads differ: what moves the forehead alone is no turn, as the nose and the cheeks would have moved too.

    Fits are iteratively reweighted least squares with Geman and McClure's weights (Geman & McClure 1987), rigid areas
    first, so that a broad expression is an outlier and does not pull the head along. Nor does what surrounds it bend
    a field: there a sample's residual is at least the mean of those around it. The four numbers of a similarity cannot
    be bent, and in noise need every sample.

    A field is a float64 (9, 2) of coefficients: rows 1, x, y, x², xy, y², nose, orbits, mouth; columns right and down,
    px. x and y are counted from the bridge of the nose in eye distances.
    """

    def __init__(
        self, landmarks: NDArray[np.floating[Any]], inside: NDArray[np.bool_], areas: Sequence[RegionArea]
    ) -> None:
        """Lays the samples on the face.

        Args:
            landmarks: (68, 2), px.
            inside: bool (H, W), where the picture shows anything.
            areas: The regions.

        Raises:
            NoFaceError: Too much of the face lies outside the picture.
        """
        height, width = inside.shape
        self._unit = max(eye_distance(landmarks), 1.0)
        centre = landmarks[27:31].mean(axis=0)
        step = max(1, int(self._unit / _SAMPLES_PER_EYE_DISTANCE))
        trust = (_trust(landmarks, inside.shape, areas) * inside)[::step, ::step]
        rows, columns = np.nonzero(trust)
        if rows.size < 2 * _SAMPLES_PER_EYE_DISTANCE:
            raise NoFaceError("too little of the face lies inside the picture to tell how the head moved")
        self._trust = trust[rows, columns].astype(np.float64)
        self._grid, self._place = trust.shape, (rows, columns)
        self._fades = _FADES * self._unit / step
        self._near = self._blurred(np.ones(rows.size))
        self._at = rows * step, columns * step
        self._x = ((np.arange(width) - centre[0]) / self._unit).astype(np.float32)
        self._y = ((np.arange(height) - centre[1]) / self._unit).astype(np.float32)[:, None]
        tip, top = ((landmarks[k] - centre) / self._unit for k in (NOSE_TIP, 27))
        bridge = max(float(tip[1] - top[1]), _LEAST_BRIDGE)
        below = self._y - tip[1]
        reach = np.where(below < 0, _NOSE_ABOVE * bridge, _NOSE_BELOW)
        nose_y = np.exp(-((below / reach) ** 2) / 2).astype(np.float32)
        nose_x = np.exp(-(((self._x - tip[0]) / _NOSE_HALF_WIDTH) ** 2) / 2).astype(np.float32)
        orbits = [
            self._bump((landmarks[eye].mean(axis=0) - centre) / self._unit, _ORBIT) for eye in (LEFT_EYE, RIGHT_EYE)
        ]
        mouth = self._bump((landmarks[[48, 54, 62, 66]].mean(axis=0) - centre) / self._unit, _MOUTH)
        # What stands out of the smooth relief, each a sum of products of a width, (W,), and a height, (H, 1).
        self._reliefs = [[(nose_x, nose_y)], orbits, [mouth]]
        x, y = self._x[self._at[1]].astype(np.float64), self._y[self._at[0], 0].astype(np.float64)
        reliefs = [
            sum((wide[self._at[1]].astype(np.float64) * high[self._at[0], 0] for wide, high in bumps), np.zeros_like(x))
            for bumps in self._reliefs
        ]
        self._nose = reliefs[0]
        self._design = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, *reliefs], axis=1)

    def similarity(self, flow: NDArray[np.float32]) -> NDArray[np.float64]:
        """The similarity that explains most of a flow, float32 (H, W, 2), px, as a field."""
        return self._fit(flow, self._nearest_similarity)

    def turn(self, flow: NDArray[np.float32]) -> NDArray[np.float64]:
        """The smooth field that explains most of a flow, float32 (H, W, 2), px."""
        return self._fit(flow, self._nearest_field, wary=True)

    def field(self, head: NDArray[np.float64]) -> NDArray[np.float32]:
        """A field over the whole picture, float32 (H, W, 2), px."""
        x, y = self._x, self._y
        dense = np.empty((y.size, x.size, 2), dtype=np.float32)
        for axis in (0, 1):
            one, across, down, bend, twist, fall, *heights = (np.float32(value) for value in head[:, axis])
            dense[..., axis] = (one + x * (across + bend * x)) + y * (down + fall * y)
            if twist or any(heights):
                dense[..., axis] += (twist * y) * x
                for height, bumps in zip(heights, self._reliefs, strict=True):
                    for wide, high in bumps:
                        dense[..., axis] += (height * high) * wide
        return dense

    def in_plane(self, head: NDArray[np.float64]) -> NDArray[np.float64]:
        """The best similarity of a field."""
        return self._nearest_similarity(self._design @ head, self._trust)

    def beyond_similarity(self, head: NDArray[np.float64]) -> Turn:
        """How far a field is from a similarity."""
        rest = self._design @ (head - self.in_plane(head))
        rms = float(np.sqrt(np.average((rest**2).sum(axis=1), weights=self._trust)))
        dx, dy = (self._nose[:, None] * rest).sum(axis=0)
        return Turn(rms, float(np.degrees(np.arctan2(dy, dx))) % 360 % 360)

    def told(self, head: NDArray[np.float64]) -> HeadMotion:
        """A field as it is recorded: its best similarity, and what goes beyond."""
        (u, v), (grow, turn) = self.in_plane(head)[:2]
        # Displacement is (s·R - 1) x: with s·cos = 1 + grow and s·sin = turn per pixel.
        cosine, sine = 1 + grow / self._unit, turn / self._unit
        beyond = self.beyond_similarity(head) if head[3:].any() else None
        return HeadMotion(
            method="turn" if beyond else "similarity",
            dx=float(u),
            dy=float(v),
            rotation_deg=float(np.degrees(np.arctan2(sine, cosine))),
            scale=float(np.hypot(cosine, sine)),
            turn_px=beyond.rms if beyond else 0.0,
            turn_deg=beyond.degrees if beyond else 0.0,
        )

    def _bump(
        self, at: NDArray[np.floating[Any]], reach: tuple[float, float]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A bell about a point: what it has of width, (W,), and of height, (H, 1); their product counts."""
        wide, high = (
            np.exp(-(((place - at[axis]) / reach[axis]) ** 2) / 2).astype(np.float32)
            for axis, place in enumerate((self._x, self._y))
        )
        return wide, high

    def _blurred(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the samples, (N,), have around each of them; nothing comes from beyond the face."""
        grid = np.zeros(self._grid)
        grid[self._place] = values
        blurred = cv2.GaussianBlur(grid, (0, 0), self._fades, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(blurred, dtype=np.float64)[self._place]

    def _fit(
        self, flow: NDArray[np.float32], nearest: Callable[..., NDArray[np.float64]], *, wary: bool = False
    ) -> NDArray[np.float64]:
        vectors = flow[self._at].astype(np.float64)
        head = nearest(vectors, self._trust, 0.0, np.zeros((self._design.shape[1], 2)))
        least_turn = _FIRST_TURN * self._unit
        for _ in range(_ITERATIONS):
            least_turn = max(_NARROWS * least_turn, _LEAST_TURN_PX)
            residual = np.hypot(*(vectors - self._design @ head).T)
            if wary:
                residual = np.maximum(residual, self._blurred(residual) / self._near)
            order = np.argsort(residual, kind="stable")
            share = np.cumsum(self._trust[order])
            scale = max(residual[order][np.searchsorted(share, _TRUSTED_SHARE * share[-1])], _LEAST_SCALE_PX)
            weight = self._trust / (1 + (residual / scale) ** 2) ** 2
            before, head = head, nearest(vectors, weight, scale, head, least_turn)
            if least_turn == _LEAST_TURN_PX and np.abs(head - before).max() < _SETTLED_PX:
                break
        return head

    def _nearest_field(
        self,
        vectors: NDArray[np.float64],
        weight: NDArray[np.float64],
        scale: float,
        before: NDArray[np.float64],
        least_turn: float = _LEAST_TURN_PX,
    ) -> NDArray[np.float64]:
        """The smooth field nearest to samples of a flow.

        Args:
            vectors: float64 (N, 2), px.
            weight: float64 (N,).
            scale: Of the residuals, px; 0 for no prior.
            before: float64 (9, 2), the field so far: the prior is the usual relief times its turn.
            least_turn: The prior is at least as wide as this turn leaves it, px.
        """
        count = self._design.shape[1]
        weighted = self._design * weight[:, None]
        # Not by BLAS, whose sums depend on the number of its threads.
        square = np.kron(np.einsum("ni,nj->ij", weighted, self._design), np.eye(2)) + 1e-9 * np.eye(2 * count)
        sums = np.einsum("ni,nj->ij", weighted, vectors).ravel()
        if scale:
            precision = 1 / _RELIEF_VARIES**2
            turn = (precision * _RELIEF) @ before[3:] / (precision @ _RELIEF**2)
            size = max(float(np.hypot(*turn)), least_turn)
            tight = _ALIKE * scale**2 / size**2
            square[6:, 6:] += np.diag(np.repeat(tight * precision, 2))
            # Of the linear part only what is no similarity: x and y stretched apart, and sheared. A slope moves along
            # the turn as well: where heads turn to the side, brows that rise and a chin that falls are no slope.
            along = (turn / size) ** 2
            along += (1 - along.sum()) / 2
            stretched, sheared = (0.25 * along @ varies**2 for varies in (_SLOPE_VARIES, _SLOPE_VARIES[::-1]))
            for first, second, sign, varies in ((2, 5, -1.0, stretched), (3, 4, 1.0, sheared)):
                row = np.zeros(2 * count)
                row[first], row[second] = 0.5, 0.5 * sign
                square += (tight / varies) * np.outer(row, row)
            sums[6:] += (tight * np.outer(precision * _RELIEF, turn)).ravel()
        return np.asarray(np.linalg.solve(square, sums).reshape(count, 2))

    def _nearest_similarity(
        self,
        vectors: NDArray[np.float64],
        weight: NDArray[np.float64],
        *_: Any,  # noqa: ANN401
    ) -> NDArray[np.float64]:
        # With points and vectors as complex numbers a similarity is a line: motion = shift + (grow + i·turn)·place.
        place = self._design[:, 1] + 1j * self._design[:, 2]
        motion = vectors[:, 0] + 1j * vectors[:, 1]
        total = weight.sum()
        middle, mean = (weight * place).sum() / total, (weight * motion).sum() / total
        place = place - middle
        slope = (weight * place.conj() * motion).sum() / ((weight * np.abs(place) ** 2).sum() + 1e-9)
        shift = mean - slope * middle
        head = np.zeros((self._design.shape[1], 2))
        head[:3] = (shift.real, shift.imag), (slope.real, slope.imag), (-slope.imag, slope.real)
        return head


def _trust(
    landmarks: NDArray[np.floating[Any]], shape: tuple[int, ...], areas: Sequence[RegionArea]
) -> NDArray[np.float32]:
    """The weight of each pixel, 0 outside the face."""
    unit = eye_distance(landmarks)
    trust = np.zeros(shape, dtype=np.float32)
    outline = np.vstack([landmarks, landmarks[17:27] - (0, 0.5 * unit)]).astype(np.int32)
    cv2.fillConvexPoly(trust, cv2.convexHull(outline), _REST_OF_FACE)
    for side, eye in (((0, 1), 36), ((15, 16), 45)):
        x, y = 0.75 * landmarks[list(side)].mean(axis=0) + 0.25 * landmarks[eye]
        cv2.ellipse(trust, (int(x), int(y)), (int(0.1 * unit), int(0.3 * unit)), 0, 0, 360, _TEMPLES, -1)
    for area in areas:
        weight = PART[region_part(area.region)].rigid
        if weight is not None:
            trust[area.rows, area.columns][area.mask] = weight
    return trust
