"""How far a pair's own noise lets each region be measured: the standard error of its motion."""

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.alignment import face_mask
from meu_data.face.areas import RegionArea
from meu_data.face.landmark_layout import eye_distance

# Camera noise is smoothed before slopes are taken, px of the map.
_SMOOTH_PX = 2.0
# Blocks over which noise is pooled, in eye distances: wider than a JPEG block and than a pixel that was enlarged.
_BLOCK = 0.15
_FEWEST_BLOCKS = 8
_FULL_BLOCK = 0.8
# A block whose pattern runs one way says nothing along it.
_LEAST_ROUNDNESS = 0.02
# Noise is read from the quieter part of the blocks: a broad expression moves more than half of them.
_QUIET_SHARE = 0.3
# That quantile of a chi-squared variable of two degrees of freedom.
_QUIET_CHI2 = -2 * math.log(1 - _QUIET_SHARE)
_SCHARR = 1 / 32
# Motion is wide from here, in eye distances; it is smoothed at that share of the size.
_WIDE, _REDUCED = 0.15, 0.125


class RegionError(NamedTuple):
    """What the noise allows to say of one region's mean vector.

    Attributes:
        precision: float64 (2, 2), the inverse of its covariance, 1/px².
        px: Standard error along the direction that is known least, px; infinite where there is no pattern.
    """

    precision: NDArray[np.float64]
    px: float

    def deviations(self, vector: NDArray[np.float64]) -> float:
        """The length of a vector, (2,), px, in standard errors."""
        return math.sqrt(max(float(vector @ self.precision @ vector), 0.0))


class PairNoise(NamedTuple):
    """The noise of a pair.

    Attributes:
        level: Per unit of the structure tensor, grey levels; infinite where too little of the face can be seen.
        tensor: Its parts xx, xy, yy, each (H, W).
    """

    level: float
    tensor: tuple[NDArray[np.floating[Any]], ...]

    def error(self, area: RegionArea) -> RegionError:
        """What it leaves to say of one region."""
        hxx, hxy, hyy = (float(part[area.rows, area.columns][area.mask].sum()) for part in self.tensor)
        tensor = np.array([[hxx, hxy], [hxy, hyy]])
        weakest = float(np.linalg.eigvalsh(tensor)[0])
        return RegionError(tensor / self.level**2, self.level / math.sqrt(weakest) if weakest > 0 else math.inf)


def pair_noise(
    onset: NDArray[np.uint8],
    apex: NDArray[np.uint8],
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    inside: NDArray[np.bool_],
) -> PairNoise:
    """The standard error of what is measured on a pair.

    A small motion d of a patch changes its grey levels by the slope along d; with the structure tensor H (Förstner &
    Gülch 1987) and the noise s per unit of H the covariance of the estimate is s²·H⁻¹. H is taken across both
    frames: the product of the slope on one and on the other is not raised by noise, as the square on one frame is. s is
    pooled over the quieter blocks of the face. Broad expressions and turns leave few of them alone, so the wide part of
    the motion is taken out first; what is left of a block is noise, or an expression of its own.

    Args:
        onset: uint8 (H, W).
        apex: uint8 (H, W), registered to the onset, its light matched.
        flow: float32 (H, W, 2), px, between these pictures.
        landmarks: (68, 2), px.
        inside: bool (H, W), the pixels that both pictures show.
    """
    first, second = (cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _SMOOTH_PX) for picture in (onset, apex))
    (ax, ay), (bx, by) = (
        [cv2.Scharr(picture, cv2.CV_32F, dx, 1 - dx, scale=_SCHARR) for dx in (1, 0)] for picture in (first, second)
    )
    wide = _wide(flow, _WIDE * eye_distance(landmarks))
    change = second - first + (ax + bx) / 2 * wide[..., 0] + (ay + by) / 2 * wide[..., 1]
    xx, yy, xy = ax * bx, ay * by, (ax * by + ay * bx) / 2
    sx, sy = (ax + bx) / 2 * change, (ay + by) / 2 * change
    face = face_mask(landmarks, *onset.shape) & inside
    noise = _pooled_noise([part * face for part in (xx, xy, yy, sx, sy)], face, int(_BLOCK * eye_distance(landmarks)))
    return PairNoise(noise, (xx, xy, yy))


def _wide(flow: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A flow without what is narrow, px; by way of a small one, which is as smooth."""
    small = cv2.resize(flow, None, fx=_REDUCED, fy=_REDUCED, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma * _REDUCED, 0.5))
    return np.asarray(cv2.resize(small, flow.shape[1::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _pooled_noise(parts: list[NDArray[Any]], face: NDArray[np.bool_], side: int) -> float:
    """The noise per unit of the tensor, grey levels; infinite where too little of the face can be seen."""
    side = max(side, 1)
    rows, columns = (length // side for length in face.shape)

    def blocks(values: NDArray[Any]) -> NDArray[np.float64]:
        cut = values[: rows * side, : columns * side].reshape(rows, side, columns, side)
        return np.asarray(cut.sum(axis=(1, 3), dtype=np.float64))

    xx, xy, yy, sx, sy = (blocks(part) for part in parts)
    determinant, trace = xx * yy - xy**2, xx + yy
    weakest = trace / 2 - np.sqrt(np.maximum(trace**2 / 4 - determinant, 0))
    good = (blocks(face) > _FULL_BLOCK * side**2) & (weakest > _LEAST_ROUNDNESS * trace) & (weakest > 0)
    if int(good.sum()) < _FEWEST_BLOCKS:
        return math.inf
    chi = (yy * sx**2 - 2 * xy * sx * sy + xx * sy**2)[good] / determinant[good]
    # Two equal pictures have no noise; what is left then is the rounding of grey levels.
    return max(float(np.sqrt(np.quantile(chi, _QUIET_SHARE) / _QUIET_CHI2)), 1e-3)
