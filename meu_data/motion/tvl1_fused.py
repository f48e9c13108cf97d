"""TV-L1 optical flow: OpenCV's DualTVL1OpticalFlow to the last bit, many times faster, without cv2.optflow."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from meu_data.errors import MeuError

if TYPE_CHECKING:
    from meu_data.motion.tvl1_kernels import Kernels

SMALLEST = 32
# Width and height, either way round.
LARGEST = (4096, 3072)
_COARSEST = 16
# Sampling goes strip by strip, so that the sampled rows are still in the cache when they are used.
_STRIP_PIXELS = 16384
_CACHE_LINE = 64


@dataclass(frozen=True, slots=True)
class _Scheme:
    """The numbers of the scheme, see `solve`."""

    epsilon: float
    warps: int
    scales: int
    scale_step: float
    inner_iterations: int
    outer_iterations: int
    tau: float
    lam: float
    theta: float
    median: int


def solve(
    onset_gray: np.ndarray,
    apex_gray: np.ndarray,
    *,
    epsilon: float = 0.01,
    warps: int = 5,
    scales: int = 5,
    scale_step: float = 0.8,
    inner_iterations: int = 30,
    outer_iterations: int = 10,
    tau: float = 0.25,
    lam: float = 0.15,
    theta: float = 0.3,
    median: int = 5,
) -> np.ndarray:
    """The TV-L1 flow from onset to apex: what `cv2.optflow.DualTVL1OpticalFlow_create().calc` returns.

    On x86-64 the result equals that of the installed OpenCV bit for bit (bicubic sampling, resizing and the median
    are its own functions, so the two stay together over its versions). Elsewhere OpenCV itself may be compiled with
    fused multiply-adds, and the two differ by rounding. The same input gives the same bits in every run, process and
    thread, whatever cv2.setNumThreads says.

    Method: Zach, Pock, Bischof, "A duality based approach for realtime TV-L1 optical flow", DAGM 2007, and Sánchez,
    Meinhardt-Llopis, Facciolo, "TV-L1 optical flow estimation", IPOL 2013; order of steps and defaults as in
    opencv_contrib, modules/optflow/src/tvl1flow.cpp.

    Memory at the peak: 16 to 18 float32 planes of the picture's size (padding weighs more in narrow pictures).

    Args:
        onset_gray: (H, W) uint8, both sides at least 32, at most 4096 x 3072 pixels.
        apex_gray: (H, W) uint8, the same size.
        epsilon: Stop a warp when the root mean square change of one iteration is at most this, px; 0 never stops
            early unless nothing changes at all.
        warps: Linearisations per scale.
        scales: Pyramid levels at most; levels under 16 pixels are left out.
        scale_step: Size of a level over that of the next finer one, between 0 and 1.
        inner_iterations: Iterations between two median filterings.
        outer_iterations: Median filterings per warp at most.
        tau: Time step of the dual ascent.
        lam: Weight of the brightness term; smaller is smoother.
        theta: Tightness of the coupling between the two terms.
        median: Size of the median filter on the flow, 3 or 5; 1 for none.

    Returns:
        (H, W, 2) float32: the displacement of each onset pixel in pixels, x to the right and y DOWN. Never NaN.

    Raises:
        MeuError: A picture or a number does not fit the above; the message says which and why.
    """
    scheme = _Scheme(epsilon, warps, scales, scale_step, inner_iterations, outer_iterations, tau, lam, theta, median)
    _check_scheme(scheme)
    _check_pictures(onset_gray, apex_gray)
    firsts = _pyramid(onset_gray, scheme)
    seconds = _pyramid(apex_gray, scheme)
    flow: tuple[np.ndarray, np.ndarray] | None = None
    while firsts:
        level = _Level(firsts.pop(), seconds.pop(), flow)
        # At full size each plane counts: what the next level does not need goes before it is made.
        del flow
        level.run(scheme)
        flow = level.flow_at(firsts[-1].shape, scheme.scale_step) if firsts else level.flow
        del level
    assert flow is not None
    return np.stack(flow, axis=-1)


def warm_up() -> None:
    """Loads the compiled code, or compiles it where it was not kept: once, before the first pair is timed or forked."""
    _kernels()


def _kernels() -> "Kernels":
    # numba takes 0.4 s to import: only a process that computes flow pays for it.
    from meu_data.motion.tvl1_kernels import kernels

    return kernels()


class _Level:
    """One pyramid level: its two pictures, and the state that the compiled loops work on."""

    def __init__(self, first: np.ndarray, second: np.ndarray, flow: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Lays out the state for two (h, w) float32 pictures, starting from the (h, w) flow planes, or from zero."""
        self.kernels = _kernels()
        self.height, self.width = first.shape
        self.first = first.reshape(-1)
        self.gradients = np.empty((self.height, self.width, 3), np.float32)
        self.kernels.gradients(second.reshape(-1), self.gradients.reshape(-1), self.width, self.height)

        left, planes = self.kernels.left, self.kernels.planes
        self.padded = -(-self.width // self.kernels.lanes) * self.kernels.lanes
        self.plane = left + self.padded
        self.state = _aligned_zeros((self.height + 2) * planes * self.plane)
        blocks = self.state.reshape(self.height + 2, planes, self.plane)
        picture = slice(left, left + self.width)
        self.flow = (blocks[1:-1, 0, picture], blocks[1:-1, 1, picture])
        if flow is not None:
            self.flow[0][:] = flow[0]
            self.flow[1][:] = flow[1]
        self.inside = np.zeros(self.padded, np.float32)
        self.inside[: self.width - 1] = 1
        self.inner = np.ones(self.padded, np.float32)
        self.inner[0] = 0
        self.changes = _aligned_zeros(self.kernels.change_rows * self.plane)
        rows = min(self.height, max(1, _STRIP_PIXELS // self.width))
        self.columns = np.empty((rows, self.width), np.float32)
        self.rows = np.empty((rows, self.width), np.float32)
        self.warped = np.empty((rows, self.width, 3), np.float32)

    def run(self, scheme: _Scheme) -> None:
        """Improves the flow by all warps of the scheme."""
        bound = np.float32(scheme.lam * scheme.theta)
        theta = np.float32(scheme.theta)
        step = np.float32(scheme.tau / scheme.theta)
        enough = np.float32(scheme.epsilon * scheme.epsilon * (self.width * self.height))
        for _ in range(scheme.warps):
            self._warp()
            for _ in range(scheme.outer_iterations):
                if scheme.median > 1:
                    for part in self.flow:
                        cv2.medianBlur(part, scheme.median, dst=part)
                change = self.kernels.iterate(
                    self.state, self.inside, self.inner, self.changes, self.plane, self.padded, self.height,
                    scheme.inner_iterations, enough, bound, theta, step,
                )  # fmt: skip
                if change <= enough:
                    break

    def _warp(self) -> None:
        """Samples the second picture where the flow points, and linearises there."""
        strip = len(self.warped)
        for top in range(0, self.height, strip):
            bottom = min(top + strip, self.height)
            columns, rows, warped = (part[: bottom - top] for part in (self.columns, self.rows, self.warped))
            self.kernels.place(self.state, columns.reshape(-1), rows.reshape(-1), self.plane, self.width, top, bottom)
            # The three channels are sampled alike; one call for all takes two thirds of the time of three.
            cv2.remap(self.gradients, columns, rows, cv2.INTER_CUBIC, dst=warped)
            self.kernels.linearise(self.state, warped.reshape(-1), self.first, self.plane, self.width, top, bottom)

    def flow_at(self, shape: tuple[int, int], scale_step: float) -> tuple[np.ndarray, np.ndarray]:
        """The flow planes for the next finer level of that (height, width)."""
        return self._enlarged(0, shape, scale_step), self._enlarged(1, shape, scale_step)

    def _enlarged(self, part: int, shape: tuple[int, int], scale_step: float) -> np.ndarray:
        larger = cv2.resize(self.flow[part], shape[::-1], interpolation=cv2.INTER_LINEAR)
        # OpenCV multiplies in double precision here, NumPy would in single.
        return np.asarray(cv2.multiply(larger, 1 / scale_step))  # type: ignore[call-overload]


def _aligned_zeros(count: int) -> np.ndarray:
    """Float32 zeros that start on a cache line, so that no load of a row straddles two."""
    floats = _CACHE_LINE // 4
    raw = np.zeros(count + floats, np.float32)
    start = -(raw.ctypes.data // 4) % floats
    return raw[start : start + count]


def _pyramid(picture: np.ndarray, scheme: _Scheme) -> list[np.ndarray]:
    """The picture as float32, finest first, each level resized from the one before."""
    levels = [np.ascontiguousarray(picture, np.float32)]
    while len(levels) < scheme.scales:
        step = scheme.scale_step
        smaller = np.asarray(cv2.resize(levels[-1], None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR), np.float32)
        if min(smaller.shape) < _COARSEST:
            break
        levels.append(smaller)
    return levels


def _check_pictures(onset: np.ndarray, apex: np.ndarray) -> None:
    for name, picture in (("onset", onset), ("apex", apex)):
        if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 2:
            found = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
            raise MeuError(f"the {name} frame is {found}; optical flow needs a grey uint8 picture (height, width)")
    if onset.shape != apex.shape:
        raise MeuError(f"the onset frame is {_size(onset)} and the apex frame {_size(apex)}; both need the same size")
    short, long = sorted(onset.shape)
    if short < SMALLEST or short > LARGEST[1] or long > LARGEST[0]:
        raise MeuError(
            f"the frames are {_size(onset)}; optical flow takes pictures from {SMALLEST}x{SMALLEST} "
            f"to {LARGEST[0]}x{LARGEST[1]}: crop or resize them"
        )


def _size(picture: np.ndarray) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"


def _check_scheme(scheme: _Scheme) -> None:
    for name in ("warps", "scales", "inner_iterations", "outer_iterations"):
        value = getattr(scheme, name)
        if not isinstance(value, int) or value < 1:
            raise MeuError(f"{name} is {value!r}; it must be a whole number of at least 1")
    if scheme.median not in (1, 3, 5):
        raise MeuError(f"median is {scheme.median!r}; it must be 3 or 5, or 1 for no filter")
    if not 0 < scheme.scale_step < 1:
        raise MeuError(f"scale_step is {scheme.scale_step!r}; it must be between 0 and 1")
    if not (math.isfinite(scheme.epsilon) and scheme.epsilon >= 0):
        raise MeuError(f"epsilon is {scheme.epsilon!r}; it must be 0 or more")
    for name in ("tau", "lam", "theta"):
        value = getattr(scheme, name)
        if not (math.isfinite(value) and value > 0):
            raise MeuError(f"{name} is {value!r}; it must be more than 0")
