"""The fused TV-L1 solver against OpenCV's, against known motion, and against hostile surroundings."""

import hashlib
import os
import platform
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.motion.tvl1_fused import solve, warm_up
from tests import ROOT

needs_oracle = pytest.mark.skipif(not hasattr(cv2, "optflow"), reason="this OpenCV has no cv2.optflow to compare with")

REPOSITORY = ROOT

OPENCV_NAMES = {
    "epsilon": "Epsilon",
    "warps": "WarpingsNumber",
    "scales": "ScalesNumber",
    "scale_step": "ScaleStep",
    "inner_iterations": "InnerIterations",
    "outer_iterations": "OuterIterations",
    "tau": "Tau",
    "lam": "Lambda",
    "theta": "Theta",
    "median": "MedianFiltering",
}


def by_opencv(onset, apex, **settings_):
    oracle = cv2.optflow.DualTVL1OpticalFlow_create()
    for name, value in settings_.items():
        getattr(oracle, f"set{OPENCV_NAMES[name]}")(value)
    return oracle.calc(onset, apex, None)


def assert_same(ours, theirs):
    assert np.isfinite(ours).all()
    if platform.machine() in ("x86_64", "AMD64"):
        np.testing.assert_array_equal(ours, theirs)
    else:  # OpenCV itself rounds differently where its compiler fuses multiply and add
        difference = np.hypot(*np.moveaxis(ours - theirs, -1, 0))
        assert difference.mean() <= 0.005
        assert np.percentile(difference, 99) <= 0.05


def texture(height, width, seed, smooth=1.5):
    """Smoothed noise over the whole grey range, float32."""
    noise = np.random.default_rng(seed).random((height, width), dtype=np.float32)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), smooth), None, 0, 255, cv2.NORM_MINMAX)


def as_grey(picture):
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def warped_pair(height, width, seed, largest, noise=1.0):
    """A textured pair: the apex shows the onset displaced by a smooth random field of at most `largest` px."""
    random = np.random.default_rng(seed)
    base = texture(height, width, seed)
    field = cv2.GaussianBlur(random.standard_normal((height, width, 2)).astype(np.float32), (0, 0), 12)
    field *= largest / np.abs(field).max()
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    moved = cv2.remap(base, x - field[..., 0], y - field[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    grain = random.normal(0, noise, (2, height, width))
    return as_grey(base + grain[0]), as_grey(moved + grain[1])


def digest(flow):
    return hashlib.sha256(np.ascontiguousarray(flow).tobytes()).hexdigest()


@needs_oracle
@pytest.mark.parametrize(
    ("height", "width", "largest"),
    [(96, 96, 0.3), (97, 131, 1.0), (128, 80, 2.0), (150, 113, 4.0), (64, 256, 3.0)],
)
def test_equals_opencv_with_its_defaults(height, width, largest):
    onset, apex = warped_pair(height, width, seed=height + width, largest=largest)
    assert_same(solve(onset, apex), by_opencv(onset, apex))


@needs_oracle
@pytest.mark.parametrize(
    "changed",
    [
        {"epsilon": 0.0, "outer_iterations": 2},
        {"epsilon": 0.03, "warps": 3},
        {"scales": 1, "warps": 1},
        {"scale_step": 0.7, "scales": 3},
        {"scale_step": 0.5},
        {"lam": 0.3, "theta": 0.2, "tau": 0.2},
        {"median": 1},
        {"median": 3, "inner_iterations": 7, "outer_iterations": 4},
    ],
    ids=lambda changed: " ".join(f"{name}={value}" for name, value in changed.items()),
)
def test_equals_opencv_with_other_numbers(changed):
    onset, apex = warped_pair(90, 101, seed=5, largest=2.0)
    assert_same(solve(onset, apex, **changed), by_opencv(onset, apex, **changed))


@needs_oracle
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    height=st.integers(32, 80),
    width=st.integers(32, 80),
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["unrelated noise", "black and white", "warped", "one grey step"]),
)
def test_equals_opencv_whatever_the_size_and_content(height, width, seed, kind):
    random = np.random.default_rng(seed)
    if kind == "warped":
        onset, apex = warped_pair(height, width, seed % 1000, largest=3.0)
    else:
        onset, apex = random.integers(0, 256, (2, height, width), dtype=np.uint8)
        if kind == "black and white":
            onset, apex = (onset > 127) * np.uint8(255), (apex > 127) * np.uint8(255)
        if kind == "one grey step":
            onset, apex = onset // 255, apex // 255 + np.uint8(254)
    assert_same(solve(onset, apex), by_opencv(onset, apex))


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, 2), (-2, 1), (3, -3)])
def test_finds_a_known_translation_in_pixels_x_right_y_down(right, down):
    scene = as_grey(texture(140, 150, seed=3, smooth=2))
    onset = scene[16:-16, 16:-16]
    apex = scene[16 - down : 140 - 16 - down, 16 - right : 150 - 16 - right]
    flow = solve(onset, apex)
    inside = flow[12:-12, 12:-12]
    assert flow.shape == (*onset.shape, 2)
    assert flow.dtype == np.float32
    np.testing.assert_allclose(inside[..., 0], right, atol=0.1)
    np.testing.assert_allclose(inside[..., 1], down, atol=0.1)


@pytest.mark.parametrize(
    "picture",
    [
        as_grey(texture(70, 61, seed=1)),
        np.zeros((40, 53), np.uint8),
        np.full((32, 32), 255, np.uint8),
    ],
    ids=["textured", "black", "white"],
)
def test_identical_pictures_do_not_move(picture):
    assert not solve(picture, picture.copy()).any()


@pytest.mark.parametrize(("onset", "apex"), [(0, 255), (255, 0), (10, 12)])
def test_flat_pictures_of_different_brightness_do_not_move(onset, apex):
    shape = (45, 38)
    assert not solve(np.full(shape, onset, np.uint8), np.full(shape, apex, np.uint8)).any()


def test_no_nan_where_the_picture_has_no_gradient():
    onset, apex = np.zeros((2, 60, 60), np.uint8)
    onset[20:40, 20:40] = 255
    apex[22:42, 21:41] = 255
    flow = solve(onset, apex, epsilon=0.0, outer_iterations=3)
    assert np.isfinite(flow).all()
    assert flow.any()


def test_repeats_bit_for_bit_in_threads_and_for_any_memory_order():
    onset, apex = warped_pair(96, 88, seed=2, largest=1.5)
    expected = digest(solve(onset, apex))
    with ThreadPoolExecutor(4) as pool:
        assert {digest(flow) for flow in pool.map(solve, [onset] * 6, [apex] * 6)} == {expected}
    wide = np.zeros((2, 96, 176), np.uint8)
    wide[0, :, ::2], wide[1, :, ::2] = onset, apex
    assert digest(solve(wide[0, :, ::2], np.asfortranarray(apex))) == expected


def test_leaves_its_input_alone():
    onset, apex = warped_pair(48, 48, seed=4, largest=1.0)
    before = onset.copy(), apex.copy()
    onset.flags.writeable = apex.flags.writeable = False
    solve(onset, apex)
    np.testing.assert_array_equal(onset, before[0])
    np.testing.assert_array_equal(apex, before[1])


def test_needs_no_optflow(monkeypatch):
    monkeypatch.delattr(cv2, "optflow", raising=False)
    onset, apex = warped_pair(48, 48, seed=4, largest=1.0)
    assert solve(onset, apex).any()


def test_takes_at_most_twenty_planes():
    height, width = 480, 640
    onset, apex = warped_pair(height, width, seed=7, largest=1.0)
    warm_up()
    tracemalloc.start()
    solve(onset, apex, warps=1, outer_iterations=1, inner_iterations=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 20 * 4 * height * width
    assert peak >= 10 * 4 * height * width, "NumPy's memory is not seen here, so the limit above proves nothing"


PAIR = (96, 88, 2, 1.5)

CHILD = """
import hashlib, sys
import cv2, numpy as np
cv2.setNumThreads(2)
onset, apex = np.load(sys.argv[1], allow_pickle=False)
from meu_data.motion.tvl1_fused import solve
print(hashlib.sha256(np.ascontiguousarray(solve(onset, apex)).tobytes()).hexdigest())
"""


def in_another_process(tmp_path, **variables):
    """The digest of the same pair's flow, computed by a fresh interpreter."""
    pair = tmp_path / "pair.npy"
    np.save(pair, np.stack(warped_pair(*PAIR)))
    search_path = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(pair)],
        env={**os.environ, "PYTHONPATH": search_path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.fixture(scope="module")
def here():
    return digest(solve(*warped_pair(*PAIR)))


def test_another_process_gets_the_same_bits(tmp_path, here):
    assert in_another_process(tmp_path) == here


def test_works_where_no_cache_folder_can_be_written(tmp_path, here):
    # A file where the folder should be: even root cannot write into it. The other places are switched off.
    blocked = tmp_path / "file"
    blocked.write_text("")
    found = in_another_process(
        tmp_path, NUMBA_CACHE_DIR=str(blocked), NUMBA_CACHE_LOCATOR_CLASSES="UserProvidedCacheLocator"
    )
    assert found == here


def test_works_with_a_damaged_cache(tmp_path, here):
    cache = tmp_path / "cache"
    assert in_another_process(tmp_path, NUMBA_CACHE_DIR=str(cache)) == here
    kept = sorted(cache.rglob("*.nb?"))
    assert kept, "nothing was kept, so nothing can be damaged"
    for file in kept:
        file.write_bytes(b"no cache file")
    assert in_another_process(tmp_path, NUMBA_CACHE_DIR=str(cache)) == here


GOOD = np.zeros((40, 50), np.uint8)


@pytest.mark.parametrize(
    ("onset", "apex", "reason"),
    [
        (GOOD, np.zeros((50, 40), np.uint8), "the onset frame is 50x40 and the apex frame 40x50"),
        (GOOD.astype(np.float32), GOOD, r"the onset frame is float32 \(40, 50\).*uint8"),
        (GOOD, GOOD.astype(np.uint16), "the apex frame is uint16"),
        (np.zeros((40, 50, 3), np.uint8), GOOD, r"the onset frame is uint8 \(40, 50, 3\).*grey"),
        (GOOD, None, "the apex frame is NoneType"),
        (GOOD[:31], GOOD[:31], "the frames are 50x31; optical flow takes pictures from 32x32 to 4096x3072"),
        (GOOD[:0], GOOD[:0], "the frames are 50x0"),
        (*[np.zeros((3073, 3073), np.uint8)] * 2, "the frames are 3073x3073"),
        (*[np.zeros((4097, 40), np.uint8)] * 2, "the frames are 40x4097"),
    ],
    ids=["sizes differ", "float", "16 bit", "colour", "no picture", "too low", "empty", "too large", "too high"],
)
def test_says_what_is_wrong_with_the_pictures(onset, apex, reason):
    with pytest.raises(MeuError, match=reason):
        solve(onset, apex)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epsilon", -0.01),
        ("epsilon", float("nan")),
        ("warps", 0),
        ("scales", 0),
        ("scale_step", 1.0),
        ("scale_step", 0.0),
        ("inner_iterations", 0),
        ("outer_iterations", 2.5),
        ("tau", 0.0),
        ("lam", float("inf")),
        ("theta", -1.0),
        ("median", 7),
    ],
)
def test_says_which_number_does_not_fit(name, value):
    with pytest.raises(MeuError, match=name):
        solve(GOOD, GOOD, **{name: value})
