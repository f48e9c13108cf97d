"""The compiled inner loops of the fused TV-L1 solver (numba: no compiler is needed on the user's machine).

The planes of a pyramid level lie row by row in one float32 buffer, the *state*: block 0 is a zero row above the
picture, blocks 1..H are its rows and block H + 1 is a zero row below. A block holds nine rows of `plane` floats:

    u1 u2        the flow, x and y
    p11 p12      the dual of u1: its x and y parts
    p21 p22      the dual of u2
    gx gy        the gradient of the warped second picture
    rho          the part of the brightness residual that does not depend on the flow

Each of these rows starts with `LEFT` zeros and ends in zeros up to a whole number of `LANES`, so the loops need no
special case at the borders and no scalar remainder: with zero coefficients and zero duals a padding pixel stays zero.
Rows are interleaved so that any picture width spreads over the cache sets; the same row of separate planes of
256 x 256 floats would fall on the same sets in all of them.

The loops round exactly as OpenCV's DualTVL1OpticalFlow does (opencv_contrib, modules/optflow/src/tvl1flow.cpp): the
same order of sums, no fused multiply-add, square roots in double precision, true divisions, a float32 sum of changes
in reading order. That makes the result the same to the last bit, and it has to: one unit in the last place grows to
0.01 px and more over 25 warps, because a stop one iteration earlier changes all that follows. So do not "simplify" the
arithmetic, and never compile with fastmath.
"""

import functools
from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

import llvmlite.ir  # type: ignore[import-untyped]
import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

LANES = 16
LEFT = 16
PLANES = 9
CHANGE_ROWS = 3
# Pixels between two turns of the sum of changes: its additions wait for each other, and so short a chain hides behind
# the divisions of the next pixels. 64 or more cost 25 % of an iteration.
_CHUNK = 32

_POINTER: Any = types.CPointer(types.float32)  # type: ignore[no-untyped-call]
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_INNER: dict[str, Any] = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# What the compiler sees: a pointer to float32, a float32, a contiguous float32 array.
Ptr = Any
Real = Any
Floats = Any
# What numba hands to an intrinsic.
_Numba = Any


def _rows_apart(_typing_context: _Numba) -> _Numba:
    """Promises LLVM that the pointer arguments of the calling function never overlap, so that its loop vectorises.

    The function is also kept from being inlined, where that promise would be lost.
    """

    def lower(context: _Numba, builder: _Numba, _signature: _Numba, _arguments: _Numba) -> _Numba:
        function = builder.function
        function.attributes.add("noinline")
        for argument in function.args:
            if isinstance(argument.type, llvmlite.ir.PointerType) and "noalias" not in argument.attributes:
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.none(), lower


def _pointer_at(_typing_context: _Numba, array: _Numba, offset: _Numba) -> _Numba:
    """The address of `array[offset]`, without the reference counting that a slice costs in every row."""

    def lower(context: _Numba, builder: _Numba, signature: _Numba, arguments: _Numba) -> _Numba:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.gep(data, [arguments[1]])

    return _POINTER(array, types.intp), lower


rows_apart: Any = intrinsic(_rows_apart)
at: Any = intrinsic(_pointer_at)


def _iterate_row(
    u1: Ptr, u2: Ptr, p11: Ptr, p12: Ptr, p21: Ptr, p22: Ptr, gx: Ptr, gy: Ptr, rho: Ptr,
    above_u1: Ptr, above_u2: Ptr, above_p11: Ptr, above_p12: Ptr, above_p21: Ptr, above_p22: Ptr,
    inside: Ptr, inner: Ptr, change: Ptr, above_change: Ptr,
    total: Real, width: int, down: Real, bound: Real, theta: Real, step: Real,
) -> Real:  # fmt: skip
    """One iteration for one row: its flow, then the duals of the row above, in one pass over memory.

    The duals of a row need the new flow of the row below, so they follow one row behind; so does the sum of changes.

    `u1` to `rho` are this row's part of the state, `above_` those of the row above. `inside` is 0 at the last column,
    which has no neighbour to the right, else 1; `inner` is 0 at the first column, else 1; `down` is 0 if there is no
    row above or it is the last of the picture, else 1. `change` gets the squared change of the flow of each pixel of
    this row, `above_change` has it for the row above, `total` is their sum over all rows before that. `width` is a
    multiple of `LANES`, `bound` is lambda * theta, `step` is tau / theta.

    Returns:
        `total` with the row above added.
    """
    rows_apart()
    one = np.float32(1)
    zero = np.float32(0)
    epsilon = np.float32(1.1920929e-07)
    for start in range(0, width, _CHUNK):
        end = min(start + _CHUNK, width)
        for x in range(start, end):
            old1 = u1[x]
            old2 = u2[x]
            grad = gx[x] * gx[x] + gy[x] * gy[x]
            limit = bound * grad
            residual = rho[x] + (gx[x] * old1 + gy[x] * old2)
            push = -residual / grad if grad > epsilon else zero
            push = bound if residual < -limit else (-bound if residual > limit else push)
            # The first column sums (across + p12) - above_p12, all others across + (p12 - above_p12), and those
            # differ in the last bit. With inner 0 or 1 this line is the one or the other, without a branch.
            early1 = above_p12[x] * inner[x]
            early2 = above_p22[x] * inner[x]
            spread1 = ((p11[x] - p11[x - 1]) + (p12[x] - early1)) - (above_p12[x] - early1)
            spread2 = ((p21[x] - p21[x - 1]) + (p22[x] - early2)) - (above_p22[x] - early2)
            new1 = (old1 + push * gx[x]) + theta * spread1
            new2 = (old2 + push * gy[x]) + theta * spread2
            change[x] = (new1 - old1) * (new1 - old1) + (new2 - old2) * (new2 - old2)
            u1[x] = new1
            u2[x] = new2

            dx1 = (above_u1[x + 1] - above_u1[x]) * inside[x]
            dx2 = (above_u2[x + 1] - above_u2[x]) * inside[x]
            dy1 = (new1 - above_u1[x]) * down
            dy2 = (new2 - above_u2[x]) * down
            length1 = np.float32(sqrt(np.float64(dx1) * np.float64(dx1) + np.float64(dy1) * np.float64(dy1)))
            length2 = np.float32(sqrt(np.float64(dx2) * np.float64(dx2) + np.float64(dy2) * np.float64(dy2)))
            norm1 = one + step * length1
            norm2 = one + step * length2
            above_p11[x] = (above_p11[x] + step * dx1) / norm1
            above_p12[x] = (above_p12[x] + step * dy1) / norm1
            above_p21[x] = (above_p21[x] + step * dx2) / norm2
            above_p22[x] = (above_p22[x] + step * dy2) / norm2
        for x in range(start, end):
            total += above_change[x]
    return total


iterate_row = numba.njit(**_INNER)(_iterate_row)


def _iterate(
    state: Floats, inside: Floats, inner: Floats, changes: Floats, plane: int, width: int, height: int,
    iterations: int, enough: Real, bound: Real, theta: Real, step: Real,
) -> Real:  # fmt: skip
    """Iterates until the sum of squared changes is at most `enough`, or `iterations` times.

    `changes` is scratch of `CHANGE_ROWS` rows, the last of which is zero and stays so; `plane` is the floats from one
    row of a block to the next, `enough` is in px**2; the others as in `_iterate_row`.

    Returns:
        The sum of squared changes of the last iteration.
    """
    block = PLANES * plane
    total = np.float32(0)
    for _ in range(iterations):
        total = np.float32(0)
        for y in range(height + 1):
            a = y * block + LEFT
            c = a + block
            down = np.float32(0) if y in (0, height) else np.float32(1)
            this = (y & 1) * plane
            above = (1 - (y & 1)) * plane if y > 0 else 2 * plane
            total = iterate_row(
                at(state, c), at(state, c + plane), at(state, c + 2 * plane), at(state, c + 3 * plane),
                at(state, c + 4 * plane), at(state, c + 5 * plane), at(state, c + 6 * plane),
                at(state, c + 7 * plane), at(state, c + 8 * plane),
                at(state, a), at(state, a + plane), at(state, a + 2 * plane), at(state, a + 3 * plane),
                at(state, a + 4 * plane), at(state, a + 5 * plane),
                at(inside, 0), at(inner, 0), at(changes, this), at(changes, above),
                total, width, down, bound, theta, step,
            )  # fmt: skip
        if total <= enough:
            break
    return total


def _gradient_row(picture: Ptr, above: Ptr, below: Ptr, out: Ptr, width: int) -> None:
    """Writes (value, x gradient, y gradient) for each pixel of a row; the border repeats outwards."""
    rows_apart()
    half = np.float32(0.5)
    for x in range(width):
        out[3 * x] = picture[x]
        out[3 * x + 1] = half * (picture[min(x + 1, width - 1)] - picture[max(x - 1, 0)])
        out[3 * x + 2] = half * (below[x] - above[x])


def _place_row(u1: Ptr, u2: Ptr, columns: Ptr, rows: Ptr, y: int, width: int) -> None:
    """Writes column and row where each pixel of a row is sampled in the second picture."""
    rows_apart()
    for x in range(width):
        columns[x] = np.float32(x) + u1[x]
        rows[x] = np.float32(y) + u2[x]


def _linearise_row(warped: Ptr, first: Ptr, u1: Ptr, u2: Ptr, gx: Ptr, gy: Ptr, rho: Ptr, width: int) -> None:
    """Takes the sampled (value, x gradient, y gradient) of a row apart into the coefficients of its pixels."""
    rows_apart()
    for x in range(width):
        slope_x = warped[3 * x + 1]
        slope_y = warped[3 * x + 2]
        gx[x] = slope_x
        gy[x] = slope_y
        rho[x] = ((warped[3 * x] - slope_x * u1[x]) - slope_y * u2[x]) - first[x]


gradient_row = numba.njit(**_INNER)(_gradient_row)
place_row = numba.njit(**_INNER)(_place_row)
linearise_row = numba.njit(**_INNER)(_linearise_row)


def _gradients(picture: Floats, out: Floats, width: int, height: int) -> None:
    """Writes (value, x gradient, y gradient) for each pixel of a (H * W) picture; central differences."""
    for y in range(height):
        gradient_row(
            at(picture, y * width), at(picture, max(y - 1, 0) * width), at(picture, min(y + 1, height - 1) * width),
            at(out, 3 * y * width), width,
        )  # fmt: skip


def _place(state: Floats, columns: Floats, rows: Floats, plane: int, width: int, top: int, bottom: int) -> None:
    """Writes column and row of the sampling points of rows top..bottom - 1 for the flow that the state holds."""
    for y in range(top, bottom):
        c = (y + 1) * PLANES * plane + LEFT
        out = (y - top) * width
        place_row(at(state, c), at(state, c + plane), at(columns, out), at(rows, out), y, width)


def _linearise(state: Floats, warped: Floats, first: Floats, plane: int, width: int, top: int, bottom: int) -> None:
    """Fills gx, gy and rho of rows top..bottom - 1 from what was sampled at the points of `_place`.

    `warped` holds those rows only, `first` is the whole first picture (H * W).
    """
    for y in range(top, bottom):
        c = (y + 1) * PLANES * plane + LEFT
        linearise_row(
            at(warped, 3 * (y - top) * width), at(first, y * width), at(state, c), at(state, c + plane),
            at(state, c + 6 * plane), at(state, c + 7 * plane), at(state, c + 8 * plane), width,
        )  # fmt: skip


class Kernels(NamedTuple):
    """The compiled functions, each described at its namesake above, and the layout that they were compiled for."""

    iterate: Callable[..., np.float32]
    gradients: Callable[..., None]
    place: Callable[..., None]
    linearise: Callable[..., None]
    lanes: int = LANES
    left: int = LEFT
    planes: int = PLANES
    change_rows: int = CHANGE_ROWS


def _compile(*, cache: bool) -> Kernels:
    a = types.float32[::1]
    n = types.intp
    f = types.float32
    jit = functools.partial(numba.njit, cache=cache, **_OPTIONS)
    return Kernels(
        iterate=jit(f(a, a, a, a, n, n, n, n, f, f, f, f))(_iterate),
        gradients=jit(types.void(a, a, n, n))(_gradients),
        place=jit(types.void(a, a, a, n, n, n, n))(_place),
        linearise=jit(types.void(a, a, a, n, n, n, n))(_linearise),
    )


@functools.cache
def kernels() -> Kernels:
    """The compiled functions: from numba's cache where there is one, else compiled now (about 2 s) and kept there.

    numba looks for a folder to keep them in: NUMBA_CACHE_DIR, `__pycache__` beside this file, the user's cache folder.
    """
    try:
        return _compile(cache=True)
    except Exception:
        # No such folder, a full disk, a damaged or foreign file in it: numba raises many things. A cache must not
        # decide whether the solver works, so compile in memory; what is wrong with the code itself raises again here.
        return _compile(cache=False)
