"""Measures how far a map can be trusted, and flags what an annotator should know. docs/quality.md explains each."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Solver
from meu_data.face.alignment import face_mask
from meu_data.face.landmark_layout import eye_distance
from meu_data.motion.flow import quick_flow
from meu_data.motion.inside import washed_out
from meu_data.records import LEAST_COHERENCE, Light, Quality, QualityFlag, RegionMotion

# Thresholds in the unit of their measure. Lengths are in hundredths of the eye distance, so that they hold at any size.
# docs/quality.md has the reasons.
HEAD_RESIDUAL_PERCENT = 0.25
INCONSISTENT_PERCENT = 0.3
LIGHT_CHANGE_LEVELS = 6.0
# Where light is matched only what that left counts: gain, gamma and a lamp at the side leave up to 0.5, and so does
# noise; shadows, highlights and what is burnt out leave 1.2 to 5, and false motion with it.
LIGHT_REST_LEVELS = 0.9
LEAST_SHARPNESS = 0.05
SATURATED_SHARE = 0.10
SMALL_FACE_PX = 40.0

_QUIET_SHARE = 1 / 3
_WORSE_SHARE = 0.75
_WORST_SHARE, _LIGHT_WIDTH = 0.9, 0.06
_SMALLEST_FLOW_PX = 32


class Matched(NamedTuple):
    """How the light of the apex was matched to that of the onset.

    Attributes:
        apex: uint8 (H, W), in the onset's light: what the flow saw.
        rest: float32 (H, W), what that and the motion leave unexplained, grey levels.
        light: What was matched.
    """

    apex: NDArray[np.uint8]
    rest: NDArray[np.float32]
    light: Light


def map_quality(
    onset_gray: NDArray[np.uint8],
    apex_gray: NDArray[np.uint8],
    raw_flow: NDArray[np.float32],
    flow: NDArray[np.float32],
    landmarks: NDArray[np.floating[Any]],
    regions: list[RegionMotion],
    *,
    eye_distance_px: float,
    solver: Solver,
    matched: Matched | None = None,
) -> Quality:
    """Measures one map.

    Args:
        onset_gray: uint8 (H, W), as the flow saw it.
        apex_gray: uint8 (H, W), in its own light.
        raw_flow: float32 (H, W, 2), px, onset → apex, head motion included.
        flow: The same without head motion.
        landmarks: (68, 2), px of these pictures.
        regions: What was measured on `flow`.
        eye_distance_px: The size of the face on the frame itself, px.
        solver: Computes the flow back from apex to onset, at half size.
        matched: Where a recipe matches the light.
    """
    height, width = onset_gray.shape
    face = face_mask(landmarks, height, width)
    unit = max(eye_distance(landmarks), 1.0)
    onset_face, apex_face = onset_gray[face].astype(np.float64), apex_gray[face].astype(np.float64)
    weights = np.array([region.mean for region in regions])
    measures = {
        "head_residual_px": _head_residual(flow, face),
        "coherence": float(np.average([region.coherence for region in regions], weights=weights + 1e-6)),
        "inconsistency_px": _inconsistency(onset_gray, matched.apex if matched else apex_gray, raw_flow, face, solver),
        "light_change": float(apex_face.mean() - onset_face.mean()) if onset_face.size else 0.0,
        "sharpness": _sharpness(onset_gray, face),
        "saturated": float(np.mean((washed_out(onset_gray) | washed_out(apex_gray))[face])) if face.any() else 0.0,
        "eye_distance_px": eye_distance_px,
    }
    if matched and face.any():
        # Light is wide where noise and the blocks of a codec are narrow.
        wide = np.abs(cv2.GaussianBlur(matched.rest, (0, 0), _LIGHT_WIDTH * unit))
        measures["light_rest"] = float(np.quantile(wide[face], _WORST_SHARE))
    flags = quality_flags(
        measures,
        unit,
        moving=any(region.moving for region in regions),
        covered=any(region.reason == "occluded" for region in regions),
    )
    rounded: dict[str, Any] = {name: round(value, 4) for name, value in measures.items()}
    return Quality(**rounded, light=matched.light if matched else None, flags=flags)


def quality_flags(
    measures: Mapping[str, float], unit: float, *, moving: bool, covered: bool = False
) -> tuple[QualityFlag, ...]:
    """What an annotator should know of a map.

    Args:
        measures: By their names in `Quality`.
        unit: Distance between the eyes on the map, px.
        moving: Whether any region moves; a still face has no direction that could be mixed.
        covered: Whether something came before the face, which leaves as much unexplained as light and has its own flag.
    """
    raised: dict[QualityFlag, bool] = {
        "head_motion": measures["head_residual_px"] > HEAD_RESIDUAL_PERCENT * unit / 100,
        "incoherent": measures["coherence"] < LEAST_COHERENCE and moving,
        "inconsistent": measures["inconsistency_px"] > INCONSISTENT_PERCENT * unit / 100,
        "light_change": measures["light_rest"] > LIGHT_REST_LEVELS and not covered
        if "light_rest" in measures
        else abs(measures["light_change"]) > LIGHT_CHANGE_LEVELS,
        "blurred": measures["sharpness"] < LEAST_SHARPNESS,
        "saturated": measures["saturated"] > SATURATED_SHARE,
        "small_face": measures["eye_distance_px"] < SMALL_FACE_PX,
    }
    return tuple(flag for flag, is_raised in raised.items() if is_raised)


def with_flags(flags: Collection[QualityFlag], raised: Mapping[QualityFlag, bool]) -> tuple[QualityFlag, ...]:
    """Flags so far and those that are raised, in their fixed order."""
    return tuple(flag for flag in get_args(QualityFlag) if flag in flags or raised.get(flag))


def _head_residual(flow: NDArray[np.float32], face: NDArray[np.bool_]) -> float:
    """The motion of the quietest third of the face: an expression leaves that alone, a turning head does not."""
    return float(np.quantile(np.hypot(*flow[face].T), _QUIET_SHARE)) if face.any() else 0.0


def _inconsistency(
    onset_gray: NDArray[np.uint8],
    apex_gray: NDArray[np.uint8],
    raw_flow: NDArray[np.float32],
    face: NDArray[np.bool_],
    solver: Solver,
) -> float:
    """Upper quartile over the face of |forward(x) + backward(x + forward(x))|, px of the full size."""
    height, width = onset_gray.shape
    half = (width // 2, height // 2)
    # A quarter of the pixels tell as much about trust as all of them, at a quarter of the cost.
    if min(half) < _SMALLEST_FLOW_PX or not face.any():
        return 0.0
    small_onset, small_apex = (
        np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        for picture in (onset_gray, apex_gray)
    )
    forward = cv2.resize(raw_flow, half, interpolation=cv2.INTER_AREA) / 2
    backward = quick_flow(small_apex, small_onset, solver=solver)
    y, x = np.mgrid[0 : half[1], 0 : half[0]].astype(np.float32)
    there = [
        cv2.remap(np.ascontiguousarray(backward[..., axis]), x + forward[..., 0], y + forward[..., 1], cv2.INTER_LINEAR)
        for axis in (0, 1)
    ]
    error = np.hypot(forward[..., 0] + there[0], forward[..., 1] + there[1])
    small_face = cv2.resize(face.astype(np.uint8), half, interpolation=cv2.INTER_NEAREST).astype(bool)
    return 2 * float(np.quantile(error[small_face], _WORSE_SHARE)) if small_face.any() else 0.0


def _sharpness(gray: NDArray[np.uint8], face: NDArray[np.bool_]) -> float:
    contrast = float(gray[face].std()) if face.any() else 0.0
    if contrast == 0:
        return 0.0
    return float(cv2.Laplacian(gray, cv2.CV_64F)[face].std()) / contrast
