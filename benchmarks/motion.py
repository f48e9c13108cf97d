"""Head motion, regions and throughput: recipe against recipe, fused against OpenCV, two workers against one."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from meu_data.corpora.extract import extract
from meu_data.face.alignment import align_points, crop, face_alignment, face_mask
from meu_data.face.areas import region_areas
from meu_data.face.landmark_model import find_landmark_model
from meu_data.face.regions import octant
from meu_data.frames import read_frame
from meu_data.motion import subtract_head_motion, tvl1
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import Measurement, measure, png_bytes
from meu_data.motion.render import render
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus
from meu_data.synth.truth import FlowTruth, read_truth

HEADS = {
    "1 px shift": ((0.8, -0.6), 0.0, 1.0),
    "1° rotation": ((0.0, 0.0), 1.0, 1.0),
    "1 % scale": ((0.0, 0.0), 0.0, 1.01),
    "all three": ((0.8, -0.6), 1.0, 1.01),
}


def clips(corpus: Path) -> Iterator[tuple[np.ndarray, np.ndarray, FlowTruth]]:
    """Onset, apex and the truth of every clip."""
    for folder in sorted((corpus / "train_data").iterdir()):
        truth, flows = read_truth(corpus, folder.name)
        onset, apex = (read_frame(folder / f"{number:05d}.png").bgr for number in (truth.onset, truth.apex))
        yield onset, apex, flows


def length(vectors: np.ndarray) -> np.ndarray:
    return np.hypot(vectors[..., 0], vectors[..., 1])


def head_flow(shape: tuple[int, int], centre: np.ndarray, shift, degrees: float, scale: float) -> np.ndarray:
    """The displacement of a head that shifts, turns and grows about a point, by the textbook."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    x, y, angle = x - centre[0], y - centre[1], np.radians(degrees)
    u = scale * (np.cos(angle) * x - np.sin(angle) * y) - x + shift[0]
    v = scale * (np.sin(angle) * x + np.cos(angle) * y) - y + shift[1]
    return np.stack([u, v], axis=-1).astype(np.float32)


def head_motion(corpus: Path, finder: FaceFinder) -> None:
    """Known head motion (and a broad smile) put on still faces, then taken out; flow by TV-L1, landmarks by dlib."""
    random = np.random.default_rng(0)
    methods = ("nothing", "nose", "similarity")
    table: dict[tuple[str, bool], dict[str, list[float]]] = {}
    for onset, _, _ in list(clips(corpus))[::4]:
        gray = cv2.cvtColor(onset, cv2.COLOR_BGR2GRAY)
        landmarks = finder.find(gray).landmarks
        y, x = np.mgrid[0 : gray.shape[0], 0 : gray.shape[1]].astype(np.float32)
        face = face_mask(landmarks, *gray.shape)
        for name, (shift, degrees, scale) in HEADS.items():
            for smile in (False, True):
                facial = np.zeros((*gray.shape, 2), np.float32)
                if smile:
                    moves = ((48, 0, (-2.8, -2.8)), (54, 0, (2.8, -2.8)), (41, 25, (0, -4.0)), (46, 25, (0, -4.0)))
                    for point, below, vector in moves:
                        cx, cy = landmarks[point] + (0, below)
                        weight = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 20.0**2))
                        facial += weight[..., None] * np.float32(vector)
                flow = facial + head_flow(gray.shape, landmarks[30], shift, degrees, scale)
                back = flow
                for _ in range(8):
                    back = cv2.remap(flow, x - back[..., 0], y - back[..., 1], cv2.INTER_LINEAR)
                moved = cv2.remap(gray, x - back[..., 0], y - back[..., 1], cv2.INTER_CUBIC)
                apex = np.clip(moved + random.normal(0, 1, gray.shape), 0, 255).astype(np.uint8)
                found = tvl1(gray, apex, epsilon=0.03, warps=3)
                outside = face & (length(facial) < 0.05)
                row = table.setdefault((name, smile), {method: [] for method in methods})
                for method in methods:
                    left = found if method == "nothing" else subtract_head_motion(found, landmarks, method=method)[0]
                    row[method].append(float(np.median(length(left - facial)[outside])))
    print("### Head motion left outside the AUs, px\n")
    print("Median over the face at 640x480, mean over faces; flow by TV-L1, landmarks by dlib.\n")
    print("| motion | nothing taken out | nose window (paper) | similarity |\n|---|---|---|---|")
    for (name, smile), row in sorted(table.items(), key=lambda item: item[0][1]):
        label = f"{name}{', with AU6+AU12 at 4 px' if smile else ''}"
        print(f"| {label} | " + " | ".join(f"{np.mean(row[method]):.3f}" for method in methods) + " |")


def region_score(pair: Measurement, flows: FlowTruth) -> tuple[int, int, int, int, int]:
    """(octants right, wrong, moving among them, still regions, still ones called moving)."""
    expected, scale = flows.flow - flows.head, 1.0
    landmarks, (height, width) = pair.face.landmarks, expected.shape[:2]
    if pair.alignment is not None:
        matrix, height = pair.alignment.matrix, pair.alignment.size
        width, scale = height, pair.alignment.scale
        expected = cv2.warpAffine(expected, matrix, (width, height)) @ matrix[:, :2].T
        landmarks = align_points(landmarks, pair.alignment)
    areas = {area.region: area for area in region_areas(landmarks, width, height)}
    right = wrong = told = still = restless = 0
    for found in pair.regions:
        area = areas.get(found.region)
        if area is None:  # what moves beside the face has no place on it
            continue
        mean = expected[area.rows, area.columns][area.mask].mean(axis=0)
        if np.hypot(*mean) >= 0.5 * scale:
            right += octant(*mean) == found.octant
            wrong += octant(*mean) != found.octant
            told += found.moving
        elif np.hypot(*mean) < 0.05 * scale:
            still += 1
            restless += found.moving
    return right, wrong, told, still, restless


def regions(corpus: Path, finder: FaceFinder) -> None:
    print("\n### Regions on the synthetic corpus\n")
    print("| recipe | sites moving ≥ 0.5 px | octant right | called moving | still regions called moving |")
    print("|---|---|---|---|---|")
    for recipe in ("robust", "mellm"):
        score = np.zeros(5, int)
        for onset, apex, flows in clips(corpus):
            score += region_score(measure(onset, apex, finder=finder, recipe=recipe), flows)
        right, wrong, told, still, restless = score
        sites = right + wrong
        print(
            f"| {recipe} | {sites} | {100 * right / sites:.1f} % | {100 * told / sites:.1f} % | "
            f"{restless} of {still} ({100 * restless / still:.1f} %) |"
        )


def settings(corpus: Path, finder: FaceFinder) -> None:
    """Endpoint error on the aligned crop after head compensation, by how far the skin really moved."""
    choices = {(0.01, 5): [], (0.01, 3): [], (0.02, 3): [], (0.03, 5): [], (0.03, 3): []}
    for onset, apex, flows in list(clips(corpus))[::2]:
        found = finder.find(cv2.cvtColor(onset, cv2.COLOR_BGR2GRAY)).landmarks
        alignment = face_alignment(found, 448)
        landmarks = align_points(found, alignment)
        grays = [cv2.cvtColor(crop(picture, alignment), cv2.COLOR_BGR2GRAY) for picture in (onset, apex)]
        expected = cv2.warpAffine(flows.flow - flows.head, alignment.matrix, (448, 448)) @ alignment.matrix[:, :2].T
        face, moved = face_mask(landmarks, 448, 448), length(expected)
        bands = [face & (moved >= low) & (moved < high) for low, high in ((0, 0.05), (0.2, 0.6), (0.6, 2), (2, 99))]
        for (epsilon, warps), rows in choices.items():
            start = time.process_time()
            flow = tvl1(*grays, epsilon=epsilon, warps=warps)
            seconds = time.process_time() - start
            error = length(subtract_head_motion(flow, landmarks, method="similarity")[0] - expected)
            rows.append([1000 * seconds, *(error[band].mean() if band.any() else np.nan for band in bands)])
    print("\n### TV-L1's settings on the aligned crop (448x448): mean endpoint error, px, by true motion\n")
    print("| epsilon, warps | CPU ms | still | 0.2-0.6 px | 0.6-2 px | over 2 px |\n|---|---|---|---|---|---|")
    for (epsilon, warps), rows in choices.items():
        cost, *errors = np.nanmean(rows, axis=0)
        print(f"| {epsilon}, {warps} | {cost:.0f} | " + " | ".join(f"{error:.3f}" for error in errors) + " |")


def cpu_seconds(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def whole_map(corpus: Path, finder: FaceFinder) -> None:
    folder = next(path for path in sorted((corpus / "train_data").iterdir()))
    truth, _ = read_truth(corpus, folder.name)
    onset, apex = (folder / f"{number:05d}.png" for number in (truth.onset, truth.apex))

    def draw(recipe: str, solver: str) -> None:
        pair = measure(read_frame(onset).bgr, read_frame(apex).bgr, finder=finder, recipe=recipe, solver=solver)
        png_bytes(pair.picture)

    draw("mellm", "fused")
    oracle = cpu_seconds(lambda: draw("mellm", "opencv"), 2)
    print("\n### A whole map, from two files to PNG bytes, 640x480, one core\n")
    print("| recipe, solver | CPU ms | times as fast |\n|---|---|---|")
    print(f"| mellm, opencv (kept landmark model) | {1000 * oracle:.0f} | 1.0 |")
    for recipe in ("mellm", "robust"):
        seconds = cpu_seconds(lambda chosen=recipe: draw(chosen, "fused"), 5)
        print(f"| {recipe}, fused | {1000 * seconds:.0f} | {oracle / seconds:.1f} |")


def workers(corpus: Path) -> None:
    walls = {}
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder), create=True) as workspace:
        sheet = corpus / "full_release_annotation" / "training_full_with_AU.xlsx"
        extract(workspace, corpus="dfme", annotations=sheet, frames=corpus / "train_data")
        samples = workspace.ledger.count_samples()
        # What a run costs whatever its size (processes, models) is measured with two samples and taken off.
        for count in (1, 2):
            walls[count] = {}
            for limit in (2, samples):
                start = time.perf_counter()
                render(workspace, recipe="mellm", workers=count, limit=limit, force=True)
                walls[count][limit] = time.perf_counter() - start
    rates = {count: (samples - 2) / (wall[samples] - wall[2]) for count, wall in walls.items()}
    print("\n### Workers\n")
    print(
        f"mellm, {samples} samples on {len(os.sched_getaffinity(0))} cores, start-up taken off: {rates[1]:.2f} maps/s "
        f"with one worker, {rates[2]:.2f} with two: {rates[2] / rates[1]:.2f} times."
    )


def main() -> None:
    cv2.setNumThreads(1)
    finder = FaceFinder(find_landmark_model())
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        make_corpus(corpus, seed=1, workers=2)
        head_motion(corpus, finder)
        regions(corpus, finder)
        settings(corpus, finder)
        whole_map(corpus, finder)
        workers(corpus)


if __name__ == "__main__":
    main()
