"""The nose window of the paper."""

import numpy as np
import pytest

from meu_data.errors import MeuError, NoFaceError
from meu_data.motion import subtract_head_motion


def landmarks(x: float, y: float) -> np.ndarray:
    points = np.zeros((68, 2), np.float32)
    points[30] = x, y
    return points


@pytest.mark.parametrize(
    ("nose", "rows", "columns"),
    [
        ((30, 20), (15, 26), (25, 36)),
        ((30.9, 20.9), (15, 26), (25, 36)),  # truncated, not rounded
        ((0, 0), (0, 6), (0, 6)),  # clipped at the corner
        ((59, 39), (34, 40), (54, 60)),
        ((-3, 10), (5, 16), (0, 3)),  # the nose just outside, the window still in
    ],
)
def test_the_mean_of_the_window_is_taken_out_everywhere(nose, rows, columns):
    flow = np.random.default_rng(3).normal(0, 1, (40, 60, 2)).astype(np.float32)
    window = flow[slice(*rows), slice(*columns)].astype(np.float64)
    corrected, head = subtract_head_motion(flow, landmarks(*nose))
    assert (head.dx, head.dy) == pytest.approx(tuple(window.mean(axis=(0, 1))), abs=1e-5)
    assert np.allclose(corrected, flow - window.mean(axis=(0, 1)), atol=1e-5)
    assert corrected.dtype == np.float32
    assert (head.method, head.rotation_deg, head.scale) == ("nose", 0.0, 1.0)


@pytest.mark.parametrize("nose", [(70, 20), (-8, 20), (30, 99), (30, -50), (65, 45)])
def test_a_nose_outside_the_picture_is_no_face(nose):
    with pytest.raises(NoFaceError, match="outside the picture"):
        subtract_head_motion(np.zeros((40, 60, 2), np.float32), landmarks(*nose))


def test_an_unknown_method_is_refused():
    with pytest.raises(MeuError, match="nose"):
        subtract_head_motion(np.zeros((40, 60, 2), np.float32), landmarks(30, 20), method="guess")
