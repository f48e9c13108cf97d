"""Measures how each region of the face moved."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import Intensity, octant
from meu_data.records import RegionMotion

# The background error of TV-L1 on a still face is about 0.05 px (measured on synthetic warps at 256x256).
_LEAST_NOISE_PX = 0.06
# A mean vector this many times as long as the noise is motion: 2 % of the still regions of the synthetic corpus pass.
SIGNIFICANT = 3.0
# Length of the mean vector in hundredths of the eye distance from which motion is moderate, and strong.
MODERATE_PERCENT, STRONG_PERCENT = 0.6, 1.5
# Even a broad expression leaves so much of the face alone.
_STILL_SHARE = 0.25


def region_motion(flow: NDArray[np.float32], landmarks: NDArray[np.floating[Any]]) -> list[RegionMotion]:
    """Measures every region on a flow from which head motion was taken out.

    Even a broad expression leaves a quarter of the regions alone: the lower quartile of the lengths of their mean
    vectors, at least 0.06 px, is taken as the map's own noise (what is left of head motion included), and a region
    moves when its mean vector is three times as long. On the synthetic corpus 2 % of the still regions pass.
    `max` is the 99th percentile, so that a single wild pixel does not speak for a region.

    Args:
        flow: float32 (H, W, 2), px, x right and y down.
        landmarks: (68, 2), px, of the onset frame.

    Returns:
        One record per region that lies inside the picture, in a fixed order.
    """
    height, width = flow.shape[:2]
    vectors = {
        area.region: flow[area.rows, area.columns][area.mask].astype(np.float64)
        for area in region_areas(landmarks, width, height)
    }
    means = {region: vector.mean(axis=0) for region, vector in vectors.items()}
    lengths = [float(np.linalg.norm(mean)) for mean in means.values()]
    noise = max(_LEAST_NOISE_PX, float(np.quantile(lengths, _STILL_SHARE)) if lengths else 0.0)
    unit = max(eye_distance(landmarks), 1.0)
    return [_measure(region, vector, means[region], noise, unit) for region, vector in vectors.items()]


def _measure(
    region: str, vectors: NDArray[np.float64], mean: NDArray[np.float64], noise: float, unit: float
) -> RegionMotion:
    magnitudes = np.hypot(vectors[:, 0], vectors[:, 1])
    dx, dy = float(mean[0]), float(mean[1])
    length = math.hypot(dx, dy)
    average = float(magnitudes.mean())
    significance = length / noise
    return RegionMotion(
        region=region,
        mean=round(average, 4),
        max=round(float(np.percentile(magnitudes, 99)), 4),
        dx=round(dx, 4),
        dy=round(dy, 4),
        direction_deg=round(math.degrees(math.atan2(dy, dx)) % 360, 2) % 360,
        octant=octant(dx, dy),
        coherence=round(min(length / average, 1.0), 4) if average > 0 else 0.0,
        significance=round(significance, 3),
        intensity=intensity(significance, 100 * length / unit),
    )


def intensity(significance: float, percent: float) -> Intensity:
    """How strongly a region moves.

    Args:
        significance: Length of its mean vector in units of the map's noise.
        percent: The same length in hundredths of the eye distance.
    """
    if significance < SIGNIFICANT:
        return "none"
    if percent < MODERATE_PERCENT:
        return "slight"
    return "moderate" if percent < STRONG_PERCENT else "strong"
