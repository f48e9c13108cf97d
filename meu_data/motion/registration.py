"""Recipe `robust` up to the flow: the head is registered first, and only what is left of motion is measured."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Solver
from meu_data.face.alignment import Alignment, smoothed
from meu_data.face.areas import RegionArea
from meu_data.face.landmark_layout import eye_distance
from meu_data.motion.flow import quick_flow
from meu_data.motion.head_motion import HeadFit
from meu_data.motion.inside import inside_frame, washed_out
from meu_data.motion.light import LightFit, match_light
from meu_data.motion.noise import PairNoise, pair_noise
from meu_data.records import HeadMotion, Light

# Window of the light match before each solve, in eye distances. Before the head is registered a narrow one would match
# skin to other skin.
_COARSE_LIGHT, _MIDDLE_LIGHT, _FINE_LIGHT = 0.6, 0.4, 0.25
# A field counts as a turn out of the plane from so much beyond its similarity: AU motion alone leaves it .02 (at most
# .05) px. Noise raises it, by its standard deviation per unit of the structure tensor.
_LEAST_TURN_PX, _TURN_PER_NOISE = 0.1, 0.02
# Pixels near the edge of the picture have no say about the head.
_MARGIN_PX = 4
# A pixel of a resampled mask belongs to it from here.
_FULLY = 250
# What is beside black and white is not quite either, and has lost as much.
_BESIDE = np.ones((7, 7), dtype=np.uint8)


class Registered(NamedTuple):
    """A pair of face crops, the head's motion and the change of light taken out of its apex.

    Attributes:
        flow: float32 (H, W, 2), the motion of the face, px.
        rest: float32 (H, W, 2), the flow between `onset` and `matched`, px.
        total: float32 (H, W, 2), that and what was registered, px: the motion before the camera.
        head_motion: What was taken out.
        onset: uint8 (H, W).
        apex: uint8 (H, W), registered.
        matched: uint8 (H, W), registered, with the onset's light.
        inside: bool (H, W), the pixels that both frames show.
        washed: bool (H, W), where one of them is black or white without a pattern.
        light: What was matched.
        noise: The noise of the pair.
        similarity: float32 (H, W, 2), how what goes with the head moves beside it, px.
    """

    flow: NDArray[np.float32]
    rest: NDArray[np.float32]
    total: NDArray[np.float32]
    head_motion: HeadMotion
    onset: NDArray[np.uint8]
    apex: NDArray[np.uint8]
    matched: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    washed: NDArray[np.bool_]
    light: Light
    noise: PairNoise
    similarity: NDArray[np.float32]


def register(
    onset_gray: NDArray[np.uint8],
    apex_gray: NDArray[np.uint8],
    alignment: Alignment,
    landmarks: NDArray[np.floating[Any]],
    areas: list[RegionArea],
    *,
    solver: Solver,
    shared_error: float = 1.0,
) -> Registered:
    """Measures the motion of the face on a crop.

    A TV-L1 falls short on smooth skin, and what it falls short of the head's motion would be left all over the face.
    So the head is fitted on a flow at half size and the apex resampled by it, twice, first as a similarity and then
    with a turn out of the plane; the flow at full size meets small motions only. The head is fitted again on the
    *total* flow, registration plus rest, never on the rest alone: only the total has the head's form.

    Where one of the frames shows nothing, or nothing but black or white, the apex is set to the onset: no data, and no
    edge that could move.

    Args:
        onset_gray: uint8 (H, W), a whole frame.
        apex_gray: uint8 (H, W), the same size.
        alignment: From the frame to the crop.
        landmarks: (68, 2), px of the crop.
        areas: The regions on the crop.
        solver: Which TV-L1.
        shared_error: How many times the pair's noise is what can be seen of it (`neighbours.times_shared`).

    Raises:
        NoFaceError: Too little of the face lies inside the frame.
    """
    onset_crop, apex_crop = _Crop(onset_gray, alignment), _Crop(apex_gray, alignment)
    onset, shown = onset_crop.moved()
    unit = eye_distance(landmarks)
    fit = HeadFit(landmarks, cv2.erode(shown.astype(np.uint8), np.ones((2 * _MARGIN_PX + 1,) * 2)).astype(bool), areas)

    onset_washed = washed_out(onset)

    def seen(head: NDArray[np.float32] | None, window: float) -> _Seen:
        apex, inside = apex_crop.moved(head)
        inside &= shown
        apex = np.where(inside, apex, onset)
        washed = onset_washed | washed_out(apex)
        clear = inside & ~cv2.dilate(washed.astype(np.uint8), _BESIDE).astype(bool)
        fit = LightFit(onset, apex, clear, landmarks)
        matched = match_light(onset, fit.removed(apex), clear, window * unit)
        return _Seen(apex, np.where(clear, matched, onset), inside, washed, fit.light)

    first = seen(None, _COARSE_LIGHT)
    head = fit.field(fit.similarity(quick_flow(onset, first.matched, solver=solver, half_size=True)))
    second = seen(head, _MIDDLE_LIGHT)
    head = fit.field(fit.turn(head + quick_flow(onset, second.matched, solver=solver, half_size=True)))
    last = seen(head, _FINE_LIGHT)
    rest = quick_flow(onset, last.matched, solver=solver)
    total = head + rest
    noise = pair_noise(onset, last.matched, rest, landmarks, last.inside)
    noise = noise._replace(level=shared_error * noise.level)
    turned = fit.turn(total)
    if fit.beyond_similarity(turned).rms < max(_LEAST_TURN_PX, _TURN_PER_NOISE * noise.level):
        turned = fit.similarity(total)
    return Registered(
        flow=total - fit.field(turned),
        rest=rest,
        total=total,
        head_motion=fit.told(turned),
        onset=onset,
        apex=last.apex,
        matched=last.matched,
        inside=last.inside,
        washed=last.washed,
        light=last.light,
        noise=noise,
        similarity=fit.field(fit.in_plane(turned)),
    )


class _Seen(NamedTuple):
    """The apex through the crop, as the fields of `Registered` of the same names have it."""

    apex: NDArray[np.uint8]
    matched: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    washed: NDArray[np.bool_]
    light: Light


class _Crop:
    """A whole frame seen through the crop, moved or not: resampled once, from its own pixels."""

    def __init__(self, gray: NDArray[np.uint8], alignment: Alignment) -> None:
        self._picture = smoothed(gray, alignment)
        self._inside = inside_frame(gray).astype(np.uint8) * 255
        rotation = np.linalg.inv(alignment.matrix[:, :2])
        self._matrix = np.hstack([rotation, -(rotation @ alignment.matrix[:, 2:])]).astype(np.float32)
        self._y, self._x = np.mgrid[0 : alignment.size, 0 : alignment.size].astype(np.float32)

    def moved(self, head: NDArray[np.float32] | None = None) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Resamples the frame at the places that a head's motion, (H, W, 2), px of the crop, leads to.

        Returns:
            The picture, uint8 (H, W), and where it shows anything, bool (H, W).
        """
        x, y = (self._x, self._y) if head is None else (self._x + head[..., 0], self._y + head[..., 1])
        columns, rows = (row[0] * x + row[1] * y + row[2] for row in self._matrix)
        picture = cv2.remap(self._picture, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        inside = cv2.remap(self._inside, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return np.asarray(picture, dtype=np.uint8), np.asarray(inside) > _FULLY
