"""TV-L1 through the stable library call."""

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError
from meu_data.motion import tvl1
from meu_data.motion.flow import SOLVERS, solver_version
from tests.conftest import moved


def gray(face_bgr):
    return cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)[24:152, 24:168]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("vector", [(1.0, 0.0), (0.0, 1.0), (-0.7, 0.4)])
def test_a_shift_is_found_with_x_right_and_y_down(face_bgr, vector, solver):
    onset = gray(face_bgr)
    apex = moved(onset, np.broadcast_to(np.float32(vector), (*onset.shape, 2)))
    flow = tvl1(onset, apex, solver=solver)
    assert flow.dtype == np.float32
    assert flow.shape == (*onset.shape, 2)
    assert np.median(flow.reshape(-1, 2), axis=0) == pytest.approx(vector, abs=0.05)


def test_opencv_is_called_with_its_defaults(face_bgr):
    onset = gray(face_bgr)
    apex = np.roll(onset, 1, axis=1)
    expected = cv2.optflow.DualTVL1OpticalFlow_create().calc(onset, apex, None)
    assert np.array_equal(tvl1(onset, apex, solver="opencv"), expected)


def test_both_solvers_take_the_same_options(face_bgr):
    onset = gray(face_bgr)
    apex = np.roll(onset, 1, axis=0)
    flows = [tvl1(onset, apex, solver=solver, epsilon=0.03, warps=3) for solver in SOLVERS]
    assert np.abs(flows[0] - flows[1]).max() < 0.05
    assert not np.array_equal(flows[0], tvl1(onset, apex))


@pytest.mark.parametrize(
    ("onset", "apex", "reason"),
    [
        (np.zeros((64, 64), np.uint8), np.zeros((64, 65), np.uint8), "of one size, not 64x64 and 65x64"),
        (np.zeros((64, 64), np.float32), np.zeros((64, 64), np.float32), "onset frame must be uint8"),
        (np.zeros((64, 64), np.uint8), np.zeros((64, 64, 3), np.uint8), "apex frame must be uint8"),
    ],
)
def test_what_is_no_pair_is_refused(onset, apex, reason):
    with pytest.raises(MeuError, match=reason):
        tvl1(onset, apex)


def test_an_unknown_solver_is_refused():
    with pytest.raises(MeuError, match="opencv"):
        tvl1(np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8), solver="magic")


def test_an_opencv_without_optflow_still_has_the_fused_solver(monkeypatch, face_bgr):
    onset = gray(face_bgr)
    expected = tvl1(onset, onset)
    monkeypatch.delattr(cv2, "optflow")
    assert np.array_equal(tvl1(onset, onset), expected)
    with pytest.raises(MeuError, match="meu-data doctor"):
        tvl1(np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8), solver="opencv")


def test_a_version_names_solver_and_library():
    assert solver_version("opencv") == f"opencv-{cv2.__version__}"
    assert solver_version("fused") == f"fused-1+opencv-{cv2.__version__}"
