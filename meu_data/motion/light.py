"""Takes a change of light between two registered pictures out, and says what it was."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.alignment import face_mask
from meu_data.face.landmark_layout import NOSE_TIP, eye_distance
from meu_data.records import Light

# Added to both variances, grey levels squared: without texture nothing is stretched.
_LEAST_VARIANCE = 4.0
# Wide blurs are taken on pictures in which the blur is so many pixels.
_BLUR_PX = 4
# Light is compared over patches, in which noise and pores even out; side in eye distances.
_PATCH, _FULL_PATCH = 0.07, 0.99
# Black and white have lost what the light did.
_DARKEST, _BRIGHTEST = 6, 249
_FEWEST_SAMPLES = 50
_ITERATIONS = 8
# What an expression moves is an outlier: the scale of the weights, at least two hundredths of the grey level.
_LEAST_SCALE, _PER_MEDIAN = 0.02, 1.5
_LEAST_PATTERN, _MOST_GAMMA = 0.1, 3.0


def match_light(
    onset: NDArray[np.uint8], apex: NDArray[Any], inside: NDArray[np.bool_], sigma: float
) -> NDArray[np.uint8]:
    """The apex picture with the onset's mean and contrast at every place.

    One gain for the whole face misses a lamp at the side, and a ratio of narrow means takes motion for light; mean and
    standard deviation in a wide window leave the pattern of the skin as it is.

    Args:
        onset: uint8 (H, W).
        apex: uint8 or float (H, W), registered to the onset.
        inside: bool (H, W), the pixels that both pictures show; the others have no say.
        sigma: Width of the window, px.
    """
    height, width = onset.shape
    size = tuple(max(1, round(side * min(1.0, _BLUR_PX / sigma))) for side in (width, height))
    weights = inside.astype(np.float32)

    def wide(values: NDArray[np.float32]) -> NDArray[np.float32]:
        small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (0, 0), sigma * size[0] / width), dtype=np.float32)

    total = wide(weights) + np.float32(1e-3)
    means, variances = [], []
    for picture in (onset, apex):
        values = picture.astype(np.float32) * weights
        mean = wide(values) / total
        means.append(mean)
        variances.append(np.maximum(wide(values * picture) / total - mean**2, 0) + _LEAST_VARIANCE)
    gain = np.sqrt(variances[0] / variances[1])
    level = means[0] - gain * means[1]
    gain, level = (cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR) for part in (gain, level))
    return np.asarray(np.clip(np.rint(apex * gain + level), 0, 255), dtype=np.uint8)


class LightFit:
    """How the light on the apex differs from that on the onset: tone curve, gain, and its change over the face.

    The logarithm of the apex's grey level is a line in that of the onset (its slope is the gamma of the tone curve) and
    in the place; fitted with Geman and McClure's weights, so that moving skin has little say.
    """

    def __init__(
        self,
        onset: NDArray[np.uint8],
        apex: NDArray[np.uint8],
        inside: NDArray[np.bool_],
        landmarks: NDArray[np.floating[Any]],
    ) -> None:
        """Compares the light of two registered pictures.

        Args:
            onset: uint8 (H, W).
            apex: uint8 (H, W), registered to the onset.
            inside: bool (H, W), the pixels that both pictures show.
            landmarks: (68, 2), px.
        """
        self._unit, self._middle = max(eye_distance(landmarks), 1.0), landmarks[NOSE_TIP]
        step = max(round(_PATCH * self._unit), 1)
        height, width = (side // step for side in onset.shape)
        seen = (face_mask(landmarks, *onset.shape) & inside).astype(np.uint8)
        before, after, whole = (
            cv2.resize(
                picture[: height * step, : width * step].astype(np.float32),
                (width, height),
                interpolation=cv2.INTER_AREA,
            )
            for picture in (onset, apex, seen)
        )
        lit = (np.minimum(before, after) > _DARKEST) & (np.maximum(before, after) < _BRIGHTEST)
        rows, columns = np.nonzero(lit & (whole > _FULL_PATCH))
        self._line, self._level, self._gain = np.array([0.0, 1.0, 0.0, 0.0]), 1.0, 1.0
        # Too little that is neither black nor white tells nothing: the light counts as the same.
        if rows.size < _FEWEST_SAMPLES:
            return
        first, second = (picture[rows, columns].astype(np.float64) for picture in (before, after))
        self._level, self._gain = float(first.mean()), float(second.mean() / first.mean())
        x, y = (self._places(step * (at + 0.5) - 0.5, axis) for axis, at in enumerate((columns, rows)))
        design = np.stack([np.ones_like(x), np.log(first / self._level), x, y], axis=1)
        self._line = _robust_line(design, np.log(second / self._level))

    @property
    def light(self) -> Light:
        """As it is recorded."""
        _, gamma, right, down = (float(value) for value in self._line)
        return Light(
            gain=round(self._gain, 4),
            slope_x=round(self._gain * right, 4),
            slope_y=round(self._gain * down, 4),
            gamma=round(gamma, 4),
        )

    def removed(self, apex: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The apex picture, uint8 (H, W), in the light of the onset."""
        level, gamma, right, down = self._line
        levels = self._level * np.exp((np.log(np.maximum(np.arange(256), 0.5) / self._level) - level) / gamma)
        height, width = apex.shape
        across = np.exp(-self._places(np.arange(width), 0) * right / gamma).astype(np.float32)
        along = np.exp(-self._places(np.arange(height), 1) * down / gamma).astype(np.float32)
        return np.asarray(levels.astype(np.float32)[apex] * across * along[:, None], dtype=np.float32)

    def _places(self, pixels: NDArray[Any], axis: int) -> NDArray[np.float64]:
        return np.asarray((pixels - self._middle[axis]) / self._unit, dtype=np.float64)


def _robust_line(design: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.ones_like(values)
    line = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        weighted = design * weight[:, None]
        # Not by BLAS, whose sums depend on the number of its threads. Without a pattern the gamma stays 1.
        square = np.einsum("ni,nj->ij", weighted, design) + np.diag([0.0, _LEAST_PATTERN, 0.0, 0.0])
        sums = np.einsum("ni,n->i", weighted, values) + np.array([0.0, _LEAST_PATTERN, 0.0, 0.0])
        line = np.linalg.solve(square, sums)
        rest = np.abs(values - design @ line)
        weight = 1 / (1 + (rest / max(_PER_MEDIAN * float(np.median(rest)), _LEAST_SCALE)) ** 2) ** 2
    line[1] = np.clip(line[1], 1 / _MOST_GAMMA, _MOST_GAMMA)
    return np.asarray(line)
