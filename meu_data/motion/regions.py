"""Measures how each region of the face moved."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meu_data.face.areas import RegionArea, region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import Intensity, octant
from meu_data.motion.noise import PairNoise, RegionError
from meu_data.records import RegionMotion, UnmeasurableReason

# The background error of TV-L1 on a still face is about 0.05 px (measured on synthetic warps at 256x256).
_LEAST_NOISE_PX = 0.06
# A face that is small on the frame is enlarged for the map, and what its pixels cannot tell with it: a shift by a part
# of a pixel is known to so much of it.
_LEAST_FRAME_PX = 0.04
# A mean vector this many times as long as the noise is motion: 2 % of the still regions of the synthetic corpus pass.
SIGNIFICANT = 3.0
# It must also be so many times as long as the region's own standard error, where that is known.
_LEAST_DEVIATIONS = 2.2
# A region is still when its motion, with what may be hidden added (as many standard errors, and as much of the map's
# noise beyond TV-L1's own as it takes to move), stays below this, in eye distances.
_MEASURABLE = 0.0066
# What a turn out of the plane leaves of the face's relief, as a share of the turn; of one beyond so many eye distances
# more, by the root of how far.
_TURN_SHARE, _LARGE_TURN = 0.1, 0.0066
# Length of the mean vector in hundredths of the eye distance from which motion is moderate, and strong.
MODERATE_PERCENT, STRONG_PERCENT = 0.6, 1.5
# Even a broad expression leaves so much of the face alone.
_STILL_SHARE = 0.25
_WASHED_SHARE = 0.25
# Of a region that the frame's edge cuts so much must be shown; the rest has no say.
_SHOWN_SHARE = 0.8


def region_motion(
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    *,
    areas: Sequence[RegionArea] | None = None,
    inside: NDArray[np.bool_] | None = None,
    washed: NDArray[np.bool_] | None = None,
    noise: PairNoise | None = None,
    turn_px: float = 0.0,
    scale: float = 1.0,
) -> list[RegionMotion]:
    """Measures every region on a flow from which head motion was taken out.

    Even a broad expression leaves a quarter of the regions alone: the lower quartile of the lengths of their mean
    vectors, at least 0.06 px, is taken as the map's own noise (what is left of head motion included), and a region
    moves when its mean vector is three times as long, and 2.2 times as long as its standard error where that is known.
    One that does not move is still only where that much noise would not hide a motion.
    `max` is the 99th percentile, so that a single wild pixel does not speak for a region.

    Args:
        flow: float32 (H, W, 2), px, x right and y down.
        landmarks: (68, 2), px, of the onset frame.
        areas: The regions, where they are known already.
        inside: bool (H, W), the pixels that both frames show; a region is measured on these, and not at all where a
            fifth of it is not shown.
        washed: bool (H, W), black or white without a pattern; a region with a quarter of that cannot be measured.
        noise: Of the pair; without it every region counts as measurable.
        turn_px: How far the head turned out of the plane (`HeadMotion`): its relief leaves a share of that.
        scale: px of these pictures to one of the frame.

    Returns:
        One record per region that lies inside the picture, in a fixed order.
    """
    height, width = flow.shape[:2]
    areas = list(region_areas(landmarks, width, height)) if areas is None else areas
    hidden = [_hidden(area, inside, washed) for area in areas]
    if inside is not None:
        areas = [
            area if reason == "outside" else area._replace(mask=area.mask & inside[area.rows, area.columns])
            for area, reason in zip(areas, hidden, strict=True)
        ]
    vectors = [flow[area.rows, area.columns][area.mask].astype(np.float64) for area in areas]
    means = [vector.mean(axis=0) for vector in vectors]
    lengths = [float(np.linalg.norm(mean)) for mean, reason in zip(means, hidden, strict=True) if reason is None]
    quartile = float(np.quantile(lengths, _STILL_SHARE)) if lengths else 0.0
    rest = max(_LEAST_NOISE_PX, quartile)
    unit = max(eye_distance(landmarks), 1.0)
    left = _TURN_SHARE * turn_px * math.sqrt(max(turn_px / (_LARGE_TURN * unit), 1.0))
    floors = rest, max(math.hypot(rest, left), _LEAST_FRAME_PX * scale)
    known = [noise.error(area) for area in areas] if noise else []
    usual = float(np.median([error.px for error in known])) if known else 0.0
    return [
        measured(area.region, vector, floors, unit, known[place] if known else None, usual, hidden[place])
        for place, (area, vector) in enumerate(zip(areas, vectors, strict=True))
    ]


def measured(
    region: str,
    vectors: NDArray[np.float64],
    floors: tuple[float, float],
    unit: float,
    error: RegionError | None,
    usual_error_px: float,
    reason: UnmeasurableReason | None,
) -> RegionMotion:
    """The record of one region.

    Args:
        region: Its name.
        vectors: float64 (N, 2), px, of its pixels.
        floors: The map's own noise, px; the second with what a turn of the head and the frame's own pixels leave open.
        unit: The distance between the eyes, px.
        error: Of its mean vector, where it is known.
        usual_error_px: Of the middle one of the regions, px.
        reason: Why it cannot be measured, where that is known already.
    """
    mean = vectors.mean(axis=0)
    magnitudes = np.hypot(vectors[:, 0], vectors[:, 1])
    dx, dy = float(mean[0]), float(mean[1])
    length = math.hypot(dx, dy)
    average = float(magnitudes.mean())
    plainly, significance = (length / floor for floor in floors)
    beyond = math.sqrt(max(floors[0] ** 2 - _LEAST_NOISE_PX**2, 0.0))
    if error:
        plain = SIGNIFICANT * error.deviations(mean) / _LEAST_DEVIATIONS
        plainly, significance = min(plainly, plain), min(significance, plain)
    if error and not reason and significance < SIGNIFICANT:
        if plainly >= SIGNIFICANT:
            # It moves, or the turn of the head left this of its relief, or the frame's pixels are too large for so
            # small a motion: which one cannot be told.
            reason = "noisy"
        elif length + math.hypot(_LEAST_DEVIATIONS * error.px, SIGNIFICANT * beyond) > _MEASURABLE * unit:
            # Noise is all over the face; a region that is worse than the others lacks a pattern.
            reason = "noisy" if 3 * max(usual_error_px, beyond) > _MEASURABLE * unit / 2 else "blurred"
    strength = intensity(significance, 100 * length / unit) if reason is None else "none"
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
        intensity=strength,
        state="not measurable" if reason else "still" if strength == "none" else "moving",
        reason=reason,
        error_px=round(error.px, 4) if error and math.isfinite(error.px) else None,
    )


def _hidden(
    area: RegionArea, inside: NDArray[np.bool_] | None, washed: NDArray[np.bool_] | None
) -> UnmeasurableReason | None:
    """Why a region cannot be seen, if so."""
    window = area.rows, area.columns
    if inside is not None and inside[window][area.mask].mean() < _SHOWN_SHARE:
        return "outside"
    if washed is not None and washed[window][area.mask].mean() > _WASHED_SHARE:
        return "saturated"
    return None


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
