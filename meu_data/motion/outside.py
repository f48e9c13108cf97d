"""What moves of itself beside the face: shoulders, a hand, a sleeve; region `outside_face`."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.alignment import face_mask
from meu_data.face.areas import RegionArea
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import OUTSIDE_FACE, octant
from meu_data.motion.noise import PairNoise
from meu_data.motion.regions import measured
from meu_data.records import RegionMotion, UnmeasurableReason

# The flow is smooth: so far, in eye distances, it carries the motion of the face beyond its outline, and so wide are
# the patches that are looked for. Nothing is known of what comes in at the edge of the picture.
_RIM, _SMOOTH, _MARGIN = 0.13, 0.04, 0.03
# A patch moves from here, in eye distances, and is that large, in squares of it; so much of the picture must be seen.
_LEAST_MOTION, _LEAST_PATCH, _LEAST_VIEW = 0.012, 0.04, 0.3
# Hair and ears lie at other depths than the face: a turn moves them by so many times what it moves the face.
_TURN_SHARE = 2.0
_MOST_PATCHES = 3
# A wall without a pattern takes on any motion: a patch must be so many standard errors long.
_LEAST_DEVIATIONS = 4.0
_SAME_WAY = math.cos(math.radians(45))


def outside_motion(
    flow: NDArray[np.float32],
    head: NDArray[np.floating[Any]],
    landmarks: NDArray[np.floating[Any]],
    *,
    seen: NDArray[np.bool_] | None = None,
    noise: PairNoise | None = None,
    turn_px: float = 0.0,
) -> tuple[RegionMotion, NDArray[np.bool_]]:
    """Measures the largest moving patches outside the outline of the landmarks.

    Hair goes with the head, a wall stands still, and where one passes into the other the flow has something between:
    none of these moves of itself. What is left, the largest patch and up to two others that go the same way, is the
    region.

    Args:
        flow: float32 (H, W, 2), px, without the motion of the head.
        head: (H, W, 2) or (2,), px, what was taken out; beside the face a similarity.
        landmarks: (68, 2), px.
        seen: bool (H, W), where both frames show something.
        noise: Of the pair.
        turn_px: How far the head turned out of the plane (`HeadMotion`).

    Returns:
        Its motion relative to the head, as the map shows it, and where it moves, bool (H, W). It is not measurable
        where too little is to be seen beside the face, where noise may be all there is, and where nothing but the head
        moved before a still background.
    """
    height, width = flow.shape[:2]
    unit = max(eye_distance(landmarks), 1.0)
    face = cv2.dilate(face_mask(landmarks, height, width).astype(np.uint8), _disc(_RIM * unit))
    beside = np.asarray((face == 0) & (np.ones_like(face, dtype=bool) if seen is None else seen))
    beside = cv2.erode(beside.astype(np.uint8), _disc(_MARGIN * unit), borderValue=0).astype(bool)
    least, floor = _LEAST_MOTION * unit, (_LEAST_MOTION * unit / 3,) * 2

    def told(mask: NDArray[np.bool_], reason: UnmeasurableReason | None) -> RegionMotion:
        vectors = flow[mask].astype(np.float64) if mask.any() else np.zeros((1, 2))
        return measured(OUTSIDE_FACE, vectors, floor, unit, None, 0.0, reason)

    if beside.sum() < _LEAST_VIEW * unit**2:
        return told(beside, "outside"), np.zeros_like(beside)
    smooth = cv2.GaussianBlur(flow, (0, 0), _SMOOTH * unit)
    own = (
        _from_segment(np.asarray(smooth, dtype=np.float32), -np.broadcast_to(head, flow.shape)) - _TURN_SHARE * turn_px
    )
    patches = _patches(beside & (own > least), _LEAST_PATCH * unit**2)
    patches.sort(key=lambda patch: -float(own[patch].sum()))
    sure = [patch for patch in patches if noise is None or _beyond_noise(noise, patch, flow)]
    if not sure:
        shown = beside & (np.hypot(smooth[..., 0], smooth[..., 1]) > least)
        still = not patches and not _patches(shown, _LEAST_PATCH * unit**2)
        return told(beside, None if still else "noisy" if patches else "head"), np.zeros_like(beside)
    first = flow[sure[0]].mean(axis=0)
    alike = [patch for patch in sure[:_MOST_PATCHES] if _same_way(first, flow[patch].mean(axis=0))]
    where = np.asarray(np.logical_or.reduce(alike))
    middle = np.argwhere(where).mean(axis=0)[::-1] - landmarks[27:36].mean(axis=0)
    return told(where, None).model_copy(update={"place": octant(*middle)}), where


def _from_segment(vectors: NDArray[np.float32], end: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """How far vectors, (H, W, 2), are from the line between nothing and `end`, px."""
    along = (vectors * end).sum(axis=-1) / np.maximum((end**2).sum(axis=-1), 1e-12)
    return np.asarray(np.linalg.norm(vectors - np.clip(along, 0, 1)[..., None] * end, axis=-1))


def _patches(mask: NDArray[np.bool_], least: float) -> list[NDArray[np.bool_]]:
    count, labels, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    return [labels == place for place in range(1, count) if found[place, cv2.CC_STAT_AREA] >= least]


def _beyond_noise(noise: PairNoise, patch: NDArray[np.bool_], flow: NDArray[np.float32]) -> bool:
    everywhere = slice(0, patch.shape[0]), slice(0, patch.shape[1])
    error = noise.error(RegionArea(OUTSIDE_FACE, (0.0, 0.0), *everywhere, patch))
    return error.deviations(flow[patch].mean(axis=0).astype(np.float64)) > _LEAST_DEVIATIONS


def _same_way(first: NDArray[np.floating[Any]], second: NDArray[np.floating[Any]]) -> bool:
    return float(first @ second) >= _SAME_WAY * float(np.linalg.norm(first) * np.linalg.norm(second))


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(int(radius), 1) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)
