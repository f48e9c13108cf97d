"""Recipe `robust` on portraits that move as we say: what is still, what moves, what cannot be told.

python -m benchmarks.faces [FOLDER] [--limit N] [--quick] [--workers N]

Every portrait of the folder, and the one of the synthetic corpus apart as the anchor of earlier figures. A portrait
with smoother, darker or paler skin is still the same face and counts as one. Regions count as still where the skin
moves less than 0.05 px of the map, as moving from 0.5 px on.
"""

import argparse
import statistics
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from benchmarks import processor
from benchmarks._faces import ANCHOR, VARIANTS, Pair, pair, plate, portraits, trials
from meu_data.errors import MeuError
from meu_data.face.alignment import align_points
from meu_data.face.areas import region_areas
from meu_data.face.regions import octant
from meu_data.motion import Measurement, measure

STILL_PX, MOVING_PX = 0.05, 0.5
# Title, counted, out of.
COLUMNS = (
    ("still called moving", "restless", "still"),
    ("moving called moving", "told", "moving"),
    ("called still", "missed", "moving"),
    ("octant right of called", "right", "told"),
    ("measurable", "measurable", "regions"),
    ("flagged", "flagged", "measured"),
    ("refused", "refused", "pairs"),
)
Score = Counter[str]


def score(frames: Pair) -> Score:
    """What was found on a pair, counted against its truth."""
    found = Score(pairs=1)
    try:
        measured = measure(frames.onset, frames.apex, recipe="robust")
    except MeuError:
        found["refused"] += 1
        return found
    found["measured"] += 1
    found["flagged"] += bool(measured.quality.flags)
    found.update(f"flag {flag}" for flag in measured.quality.flags)
    return found + judged(measured, frames.truth)


def judged(measured: Measurement, motion: np.ndarray) -> Score:
    """The regions against the true motion of the skin, float32 (H, W, 2), px of the frame."""
    found = Score()
    matrix, size = measured.alignment.matrix, measured.alignment.size
    truth = cv2.warpAffine(motion, matrix, (size, size)) @ matrix[:, :2].T
    landmarks = align_points(measured.face.landmarks, measured.alignment)
    areas = {area.region: area for area in region_areas(landmarks, size, size)}
    for region in measured.regions:
        if region.region not in areas:
            continue
        area = areas[region.region]
        dx, dy = truth[area.rows, area.columns][area.mask].mean(axis=0)
        found["regions"] += 1
        found["measurable"] += region.measurable
        if np.hypot(dx, dy) < STILL_PX:
            found["still"] += 1
            found["restless"] += region.moving
        elif np.hypot(dx, dy) >= MOVING_PX:
            found["moving"] += 1
            found["told"] += region.moving
            found["missed"] += region.still
            found["right"] += region.moving and region.octant == octant(dx, dy)
    return found


def scores(path: Path | None, variant: str, quick: bool) -> tuple[str, dict[str, Score], str]:
    """The face's name, its score per trial, and why it was left out, if it was."""
    cv2.setNumThreads(1)
    table: dict[str, Score] = defaultdict(Score)
    name = path.stem if path else ANCHOR
    try:
        shown = plate(path, variant)
        for trial in trials(quick):
            table[trial.name] += score(pair(shown, trial))
    except MeuError as error:
        return name, {}, str(error)
    return name, dict(table), ""


def share(row: Score, part: str, whole: str) -> float | None:
    return 100 * row[part] / row[whole] if row[whole] else None


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"


def report(title: str, faces: dict[str, dict[str, Score]]) -> None:
    names = list(dict.fromkeys(trial for table in faces.values() for trial in table))
    head = ("pairs", "still regions", "moving regions", *(column for column, _, _ in COLUMNS))
    print(f"### {title}: {len(faces)} face{'s' * (len(faces) != 1)}\n")
    print(f"| trial | face | {' | '.join(head)} |\n|{'---|' * (len(head) + 2)}")
    for trial in names:
        rows = {face: table[trial] for face, table in faces.items()}
        for face, row in rows.items():
            cells = [str(row[key]) for key in ("pairs", "still", "moving")]
            cells += [shown(share(row, part, whole)) for _, part, whole in COLUMNS]
            print(f"| {trial} | {face} | {' | '.join(cells)} |")
    flags = Counter()
    for row in (row for table in faces.values() for row in table.values()):
        flags.update({key: count for key, count in row.items() if key.startswith("flag ")})
    if len(faces) > 1:
        print(f"\nOver the {len(faces)} faces: all regions together (least, median, most of a face; worst face)\n")
        print(f"| trial | still regions | {' | '.join(column for column, _, _ in COLUMNS)} |")
        print(f"|{'---|' * (len(COLUMNS) + 2)}")
        for trial in names:
            rows = {face: table[trial] for face, table in faces.items()}
            everyone = sum(rows.values(), Score())
            cells = [over_faces(rows, everyone, part, whole) for _, part, whole in COLUMNS]
            print(f"| {trial} | {everyone['still']} | {' | '.join(cells)} |")
    raised = ", ".join(f"{flag.removeprefix('flag ')} {count}" for flag, count in flags.most_common())
    print(f"\nFlags: {raised or 'none'}.\n")


def over_faces(rows: dict[str, Score], everyone: Score, part: str, whole: str) -> str:
    each = {face: value for face, row in rows.items() if (value := share(row, part, whole)) is not None}
    if not each:
        return "–"
    worst = (min if part in {"told", "right", "measurable"} else max)(each, key=lambda face: each[face])
    spread = f"{min(each.values()):.1f}, {statistics.median(each.values()):.1f}, {max(each.values()):.1f}; {worst}"
    return f"{shown(share(everyone, part, whole))} ({spread})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faces")
    parser.add_argument("folder", nargs="?", type=Path, help="portraits, one face each; only the anchor without it")
    parser.add_argument("--limit", type=int, help="at most so many portraits")
    parser.add_argument("--quick", action="store_true", help="a third of the trials, skin as it is")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    paths = portraits(options.folder)[: options.limit] if options.folder else []
    start = time.perf_counter()
    tasks = [(path, variant) for path in (*paths, None) for variant in (VARIANTS[:1] if options.quick else VARIANTS)]
    with ProcessPoolExecutor(options.workers) as pool:
        done = list(pool.map(scores, *zip(*tasks, strict=True), [options.quick] * len(tasks)))
    for name, reason in dict.fromkeys((name, reason) for name, _, reason in done if reason):
        print(f"Left out: {name}: {reason}\n")
    tables: dict[str, dict[str, Score]] = {}
    for name, table, _ in done:
        for trial, found in table.items():
            tables.setdefault(name, {}).setdefault(trial, Score()).update(found)
    anchor = {name: tables.pop(name) for name in (ANCHOR,) if name in tables}
    if tables:
        report("Portraits", tables)
    report("Anchor", anchor)
    print(f"{processor()}, {options.workers} processes, {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    main()
