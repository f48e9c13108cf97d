"""TV-L1: the fused solver beside OpenCV's, scikit-image's, DIS and Farneback, all in one run on one core.

    python benchmarks/tvl1.py [--pairs 20] [--size 256x256 --size 640x480]

Prints CPU times (the least of several runs; trust the ratios more than the times), errors on pairs of known motion,
whether the fused flow equals OpenCV's bit for bit, the cost of an iteration, warm-up times and memory.
"""

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from skimage import data
from skimage.registration import optical_flow_tvl1

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from benchmarks import processor  # noqa: E402
from meu_data.motion.tvl1_fused import solve, warm_up  # noqa: E402

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]

# Where the face of the astronaut picture moves, as fractions of the face crop: mouth corners, brows, a cheek.
SITES = ((0.40, 0.70), (0.62, 0.70), (0.35, 0.33), (0.62, 0.33), (0.68, 0.55))
DIRECTIONS = ((-0.7, -0.7), (0.7, -0.7), (0.0, -1.0), (0.0, 1.0), (1.0, 0.0))
MARGIN = 32


def warp(base: np.ndarray, field: np.ndarray, noise: float, random: np.random.Generator) -> Pair:
    """The onset (the inside of `base`), the apex (the onset displaced by `field`), and the field."""
    height, width = field.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + MARGIN
    # The field says where each onset pixel goes; the apex needs where each of its pixels comes from.
    back = field
    for _ in range(10):
        back = cv2.remap(
            field,
            x - MARGIN - back[..., 0],
            y - MARGIN - back[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    moved = cv2.remap(base, x - back[..., 0], y - back[..., 1], cv2.INTER_CUBIC)
    onset = base[MARGIN : MARGIN + height, MARGIN : MARGIN + width]
    grain = random.normal(0, noise, (2, height, width))
    grey = [np.clip(np.rint(picture), 0, 255).astype(np.uint8) for picture in (onset + grain[0], moved + grain[1])]
    return grey[0], grey[1], field


def enlarged(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """The picture, resized to cover the size and a margin."""
    need = (height + 2 * MARGIN, width + 2 * MARGIN)
    scale = max(need[0] / picture.shape[0], need[1] / picture.shape[1])
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)[: need[0], : need[1]]


def portrait() -> np.ndarray:
    return cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY).astype(np.float32)


def varied_pairs(height: int, width: int, count: int) -> Iterator[Pair]:
    """Faces, whole scenes and noise textures under smooth random motion of 0.3 to 4 px, with camera noise."""
    picture = portrait()
    sources = [picture[0:220, 110:330], picture, picture[100:400, 50:350]]
    for index in range(count):
        random = np.random.default_rng(index)
        if index % 4 == 3:
            noise = random.random((height + 2 * MARGIN, width + 2 * MARGIN), dtype=np.float32)
            base = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), random.uniform(1, 3)), None, 0, 255, cv2.NORM_MINMAX)
        else:
            base = enlarged(sources[index % 4], height, width)
        field = random.standard_normal((height, width, 2)).astype(np.float32)
        field = cv2.GaussianBlur(field, (0, 0), random.uniform(12, 40))
        yield warp(base, field * (random.uniform(0.3, 4) / np.abs(field).max()), 1.0, random)


def au_pair(height: int, width: int, pixels: float, noise: float) -> Pair:
    """A face with five small places that move by `pixels` at their centres, and stillness around them.

    `noise` is the standard deviation of camera noise in grey levels, different in the two frames.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    spread = 0.045 * min(height, width)
    field = np.zeros((height, width, 2), np.float32)
    for (column, row), direction in zip(SITES, DIRECTIONS, strict=True):
        bump = np.exp(-((x - column * width) ** 2 + (y - row * height) ** 2) / (2 * spread**2))
        field += pixels * bump[..., None] * np.float32(direction)
    return warp(enlarged(portrait()[0:220, 110:330], height, width), field, noise, np.random.default_rng(0))


def by_opencv(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    return cv2.optflow.DualTVL1OpticalFlow_create().calc(onset, apex, None)


def by_skimage(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    return np.stack(optical_flow_tvl1(onset, apex)[::-1], -1)


def by_dis(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    return cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(onset, apex, None)


def by_farneback(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    return cv2.calcOpticalFlowFarneback(onset, apex, None, 0.5, 3, 15, 3, 5, 1.2, 0)


def fused_fast(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    return solve(onset, apex, epsilon=0.03, warps=3)


METHODS: list[tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray], int]] = [
    ("fused", solve, 7),
    ("fused, epsilon .03, warps 3", fused_fast, 7),
    ("OpenCV TV-L1", by_opencv, 2),
    ("scikit-image TV-L1", by_skimage, 2),
    ("DIS medium", by_dis, 7),
    ("Farneback", by_farneback, 7),
]


def least_cpu_seconds(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def length(field: np.ndarray) -> np.ndarray:
    return np.hypot(field[..., 0], field[..., 1])


def table(height: int, width: int, noise: float) -> None:
    pairs = [(pixels, *au_pair(height, width, pixels, noise)) for pixels in (0.3, 1.0, 3.0)]
    rows = []
    for name, method, repeats in METHODS:
        method(pairs[0][1], pairs[0][2])
        _, onset, apex, _ = pairs[1]
        seconds = least_cpu_seconds(lambda run=method, a=onset, b=apex: run(a, b), repeats)
        near, still = [], []
        for pixels, first, second, truth in pairs:
            error = length(method(first, second) - truth)
            near.append(error[length(truth) > pixels / 2].mean())
            still.append(error[length(truth) < pixels / 100].mean())
        rows.append((name, seconds, near, still))
    oracle = next(seconds for name, seconds, *_ in rows if name == "OpenCV TV-L1")
    print(f"\n{width}x{height}, camera noise {noise:g}: endpoint error, px, near AUs and in background at 0.3/1/3 px\n")
    print("| method | CPU ms | times OpenCV's speed | near AUs | background |\n|---|---|---|---|---|")
    for name, seconds, near, still in rows:
        errors = " | ".join(" / ".join(f"{error:.3f}" for error in part) for part in (near, still))
        print(f"| {name} | {seconds * 1e3:.1f} | {oracle / seconds:.1f} | {errors} |")


def against_opencv(height: int, width: int, count: int) -> None:
    ratios, worst, means, tails, equal = [], [], [], [], 0
    for onset, apex, _ in varied_pairs(height, width, count):
        ours, theirs = solve(onset, apex), by_opencv(onset, apex)
        seconds = least_cpu_seconds(lambda a=onset, b=apex: solve(a, b), 3)
        ratios.append(least_cpu_seconds(lambda a=onset, b=apex: by_opencv(a, b), 1) / seconds)
        difference = length(ours - theirs)
        equal += np.array_equal(ours, theirs)
        means.append(difference.mean())
        tails.append(np.percentile(difference, 99))
        worst.append(difference.max())
    print(
        f"\n{width}x{height}, {count} varied pairs, defaults: {equal} equal bit for bit; largest mean difference "
        f"{max(means):.2g} px, p99 {max(tails):.2g} px, max {max(worst):.2g} px; "
        f"times OpenCV's speed: median {np.median(ratios):.1f}, least {min(ratios):.1f}, most {max(ratios):.1f}"
    )


def fixed_iterations(height: int, width: int) -> None:
    onset, apex, _ = next(varied_pairs(height, width, 1))
    oracle = cv2.optflow.DualTVL1OpticalFlow_create()
    oracle.setEpsilon(0.0)
    oracle.setOuterIterations(1)
    theirs = oracle.calc(onset, apex, None)

    def ours(inner: int) -> np.ndarray:
        return solve(onset, apex, epsilon=0.0, outer_iterations=1, inner_iterations=inner)

    pixels, size = 0.0, np.array([height, width])
    for _ in range(5):
        pixels += size.prod()
        size = np.rint(size * 0.8)
    more, less = (least_cpu_seconds(lambda n=inner: ours(n), 5) for inner in (30, 10))
    print(
        f"{width}x{height}, iterations fixed at 30: max difference {length(ours(30) - theirs).max():.2g} px; "
        f"an iteration takes {(more - less) / (20 * 5 * pixels) * 1e9:.2f} ns per pixel, "
        f"all else {(less - (more - less) / 2) / (5 * pixels) * 1e9:.1f} ns per pixel and warp"
    )


def memory(height: int, width: int) -> None:
    onset, apex, _ = au_pair(height, width, 1.0, 1.0)
    tracemalloc.start()
    solve(onset, apex)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    each = peak / (height * width)
    print(f"{width}x{height}: {each:.0f} bytes per pixel at the peak = {each / 4:.1f} float32 planes")


CHILD = """
import time, sys
import cv2, numpy
start = time.process_time()
import numba
imported = time.process_time()
from meu_data.motion.tvl1_fused import warm_up
warm_up()
print(imported - start, time.process_time() - imported)
"""


def warm_up_times() -> None:
    """Fresh interpreters: the first fills Python's bytecode files, as an install does; the second has to compile."""
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for cache in ("install", "first", "first", "first", "first"):
            variables = {
                **os.environ,
                "NUMBA_CACHE_DIR": f"{folder}/{cache}",
                "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
                "PYTHONDONTWRITEBYTECODE": "",
                "PYTHONPATH": str(REPOSITORY),
            }
            ended = subprocess.run([sys.executable, "-c", CHILD], env=variables, check=True, capture_output=True)
            times.append([float(part) for part in ended.stdout.split()])
    imported, loaded = (min(part) for part in zip(*times[2:], strict=True))
    print(f"\nwarm-up, CPU s: compiling {times[1][1]:.2f}, from the cache {loaded:.2f}; importing numba {imported:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20, help="varied pairs per size to compare with OpenCV")
    parser.add_argument("--size", action="append", help="WIDTHxHEIGHT, may be repeated")
    options = parser.parse_args()
    sizes = [tuple(int(part) for part in size.split("x")) for size in options.size or ["256x256", "640x480"]]

    cv2.setNumThreads(1)
    versions = {name: importlib.metadata.version(name) for name in ("numba", "llvmlite", "numpy", "scikit-image")}
    print(f"{processor()}; Python {platform.python_version()}; OpenCV {cv2.__version__}; {versions}")
    warm_up_times()
    warm_up()
    for width, height in sizes:
        for noise in (1.0, 0.0):
            table(height, width, noise)
        against_opencv(height, width, options.pairs)
        fixed_iterations(height, width)
        memory(height, width)


if __name__ == "__main__":
    main()
