"""What a report of a large workspace costs: time, memory and the size of the page.

    python -m benchmarks.report [--samples 10000]

CPU seconds of a process of its own beside those of a report on 100 samples; memory is the most that the process held.
The ledger is one sample with its motion, draft and finding under so many names, in two splits; its pictures are noise,
which no JPEG makes small, under as many names.
"""

import argparse
import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path

import cv2
import numpy as np

from benchmarks.upkeep import PER_SUBJECT, renamed, run
from meu_data.drafting.offline.writer import draft
from meu_data.grounding.ground import ground
from meu_data.records import Source
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import make_motion, make_sample
from tests.report.conftest import LANDMARKS

FEW = 100


def fill(root: Path, count: int) -> None:
    """A ledger of so many samples, written as text: the records' own way takes minutes."""
    noise = np.random.default_rng(0)
    (root / "maps").mkdir(parents=True)
    drawn, frame = root / "maps" / "x.png", root / "frame.png"
    drawn.write_bytes(cv2.imencode(".png", noise.integers(0, 256, (448, 448, 3), np.uint8))[1].tobytes())
    frame.write_bytes(cv2.imencode(".png", noise.integers(0, 256, (480, 640, 3), np.uint8))[1].tobytes())
    sample = make_sample("6+12")
    moved = make_motion({"left_mouth_corner": ("up-left", "moderate"), "chin": ("down", "slight")})
    landmarks = tuple(map(tuple, (LANDMARKS * 4).tolist()))
    same = {"map_sha256": hashlib.sha256(drawn.read_bytes()).hexdigest(), "landmarks": landmarks}
    motion = moved.model_copy(update={**same, "alignment": ((1.0, 0.0, -60.0), (0.0, 1.0, -10.0))})
    told = draft(sample, motion, "en")
    found = ground(sample, motion, told.annotation, "en")
    with Workspace.open(root, create=True) as workspace, workspace.ledger.transaction():
        workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    with Workspace.open(root) as workspace:
        for split in ("test", "train"):
            source = Source(corpus="dfme", split=split, sheet="sheet.xlsx", frames=str(root))
            workspace.ledger.replace_source(source, [])
    with sqlite3.connect(root / "meu.db") as db:
        db.execute("DELETE FROM motion")
        for number in range(count):
            subject, clip = f"sub{number // PER_SUBJECT:05d}", f"clip{number:06d}"
            name, split = f"dfme/{subject}/{clip}/12-20", "test" if number % 5 == 0 else "train"
            named = {sample.id: name, '"sub0001"': f'"{subject}"', "sub0001_01": clip, '"train"': f'"{split}"'}
            named |= {"0" * 64: f"{number:064x}", "1" * 64: f"{number + 2**40:064x}"}
            db.execute("INSERT INTO samples VALUES (?, 'dfme', ?, ?)", (name, split, renamed(sample, named)))
            record = renamed(motion, named)
            db.execute("INSERT INTO motion VALUES (?, 'robust', 'inputs', 'frames', ?)", (name, record))
            record = renamed(told, named)
            db.execute("INSERT INTO drafts VALUES (?, 'offline-1', 'en', 'inputs', ?)", (name, record))
            score = 0.5 + 0.4 * number / count
            record = renamed(found.model_copy(update={"score": score}), named)
            db.execute("INSERT INTO grounding VALUES (?, 'offline-1', 'en', 'inputs', ?, ?)", (name, score, record))
            (root / clip).mkdir()
            for file in ("00012.png", "00020.png"):
                os.link(frame, root / clip / file)
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=10_000)
    count = parser.parse_args().samples
    print("| samples | CPU s | most MB held | page, MB |\n| ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for size in (FEW, count):
            root, page = Path(folder) / f"{size}", Path(folder) / f"{size}.html"
            fill(root, size)
            spent, most = run("-m", "meu_data", "report", "-w", root, "--out", page)
            print(f"| {size} | {spent:.1f} | {most} | {page.stat().st_size / 1e6:.1f} |")


if __name__ == "__main__":
    main()
