"""Dense TV-L1 flow between two grey frames."""

from typing import Any, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Solver
from meu_data.errors import MeuError
from meu_data.motion.tvl1_fused import solve
from meu_data.store.made_from import FUSED_SOLVER

SOLVERS: tuple[str, ...] = get_args(Solver)

_SMALLEST_PX = 32


def tvl1(
    onset_gray: NDArray[np.uint8],
    apex_gray: NDArray[np.uint8],
    *,
    solver: Solver = "fused",
    epsilon: float = 0.01,
    warps: int = 5,
    scales: int = 5,
    scale_step: float = 0.8,
) -> NDArray[np.float32]:
    """Computes the TV-L1 flow from onset to apex with the scheme and the defaults of OpenCV's DualTVL1.

    Source: Zach, Pock & Bischof 2007; the parameters are those of zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-,
    preprocess.py (which sets none).

    Args:
        onset_gray: uint8 (H, W).
        apex_gray: uint8 (H, W), the same size.
        solver: `fused` is ours, many times as fast and equal to the last bit (`tvl1_fused`); `opencv` is
            cv2.optflow's own, kept as the oracle.
        epsilon: The iteration stops when the flow changes by less than this, px (root mean square).
        warps: How often the apex frame is warped anew at each scale.
        scales: Pyramid levels at most.
        scale_step: Size of a level over that of the next finer one.

    Returns:
        float32 (H, W, 2), px, x right and y DOWN: the point at x on the onset frame is at x + flow on the apex frame.

    Raises:
        MeuError: The frames are not two grey pictures of one size, or the installed OpenCV lacks TV-L1.
    """
    _check_pair(onset_gray, apex_gray)
    if solver not in SOLVERS:
        raise MeuError(f"unknown solver {solver!r}; there is {', '.join(SOLVERS)}")
    if solver == "fused":
        return solve(onset_gray, apex_gray, epsilon=epsilon, warps=warps, scales=scales, scale_step=scale_step)
    flow = np.zeros((*onset_gray.shape, 2), dtype=np.float32)
    return np.asarray(
        _opencv_tvl1(epsilon, warps, scales, scale_step).calc(onset_gray, apex_gray, flow), dtype=np.float32
    )


def quick_flow(
    onset_gray: NDArray[np.uint8], apex_gray: NDArray[np.uint8], *, solver: Solver = "fused", half_size: bool = False
) -> NDArray[np.float32]:
    """A TV-L1 that stops earlier and takes larger steps between scales, for pairs that are nearly registered.

    On small motions a tighter epsilon only smooths more, and a finer pyramid has nothing to add.

    Args:
        onset_gray: uint8 (H, W).
        apex_gray: uint8 (H, W), the same size.
        solver: Which TV-L1.
        half_size: Compute at half the size: a fifth of the cost, for motion that is smooth over the face.

    Returns:
        float32 (H, W, 2), px of the full size.
    """
    if half_size:
        height, width = onset_gray.shape
        half = max(width // 2, _SMALLEST_PX), max(height // 2, _SMALLEST_PX)
        onset, apex = (
            np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            for picture in (onset_gray, apex_gray)
        )
        flow = cv2.resize(quick_flow(onset, apex, solver=solver), (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(flow, dtype=np.float32) * np.array((width / half[0], height / half[1]), dtype=np.float32)
    return tvl1(onset_gray, apex_gray, solver=solver, epsilon=0.03, warps=3, scales=4, scale_step=0.5)


def solver_version(solver: Solver) -> str:
    """The solver with what its result depends on, for provenance and staleness."""
    opencv = f"opencv-{cv2.__version__}"
    return f"fused-{FUSED_SOLVER.version}+{opencv}" if solver == "fused" else opencv


def _opencv_tvl1(epsilon: float, warps: int, scales: int, scale_step: float) -> cv2.DenseOpticalFlow:
    try:
        # Untyped, because the stubs of some builds leave the solvers out.
        optflow: Any = cv2.optflow
        solver: cv2.DenseOpticalFlow = optflow.DualTVL1OpticalFlow_create(
            epsilon=epsilon, warps=warps, nscales=scales, scaleStep=scale_step
        )
    except AttributeError as error:
        raise MeuError(
            "the installed OpenCV has no optflow.DualTVL1 (another opencv package has overwritten it): "
            "run `meu-data doctor` to see how to repair it"
        ) from error
    return solver


def _check_pair(onset_gray: NDArray[np.uint8], apex_gray: NDArray[np.uint8]) -> None:
    for name, picture in (("onset", onset_gray), ("apex", apex_gray)):
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise MeuError(
                f"the {name} frame must be uint8 of shape (height, width), not {picture.dtype} of shape {picture.shape}"
            )
    if onset_gray.shape != apex_gray.shape:
        raise MeuError(
            f"onset and apex must be of one size, not {onset_gray.shape[1]}x{onset_gray.shape[0]} "
            f"and {apex_gray.shape[1]}x{apex_gray.shape[0]}"
        )
