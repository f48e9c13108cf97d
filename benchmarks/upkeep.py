"""Start-up, and what a large ledger costs: `--help`, `status`, `export` and a look at every row.

    python -m benchmarks.upkeep [--samples 50000]

Times are CPU seconds of a process of its own, the least of several, beside those of a bare interpreter; memory is the
most that the process held. The ledger is one rendered and drafted sample under so many names, whose maps are one file.
"""

import argparse
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from meu_data.drafting.offline.writer import draft
from meu_data.records import Record, Source
from meu_data.store.damage import set_aside_damaged
from meu_data.store.ledger import Ledger, MotionState
from meu_data.store.workspace import Workspace
from tests.builders import make_motion, make_sample

PER_SUBJECT = 50
TIMES = 3


def renamed(record: Record, named: dict[str, str]) -> str:
    text = record.model_dump_json()
    for old, new in named.items():
        text = text.replace(old, new)
    return text


def fill(root: Path, count: int) -> None:
    """A ledger of so many samples with their motion and drafts, written as text: the records' own way takes minutes."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (32, 32)).save(stream, "PNG")
    (root / "maps").mkdir(parents=True)
    (root / "maps" / "x.png").write_bytes(stream.getvalue())
    sample = make_sample("6+12")
    moved = make_motion({"left_mouth_corner": ("up-left", "moderate")})
    motion = moved.model_copy(update={"map_sha256": hashlib.sha256(stream.getvalue()).hexdigest()})
    told = draft(sample, motion, "en")
    with Workspace.open(root, create=True) as workspace, workspace.ledger.transaction():
        workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    with Workspace.open(root) as workspace:
        source = Source(corpus="dfme", split="train", sheet="sheet.xlsx", frames=str(root))
        workspace.ledger.replace_source(source, [])
    with sqlite3.connect(root / "meu.db") as db:
        db.execute("DELETE FROM motion")
        for number in range(count):
            subject, clip = f"sub{number // PER_SUBJECT:05d}", f"clip{number:06d}"
            name = f"dfme/{subject}/{clip}/12-20"

            named = {sample.id: name, '"sub0001"': f'"{subject}"', "sub0001_01": clip}
            named |= {"0" * 64: f"{number:064x}", "1" * 64: f"{number + 2**40:064x}"}
            db.execute("INSERT INTO samples VALUES (?, 'dfme', 'train', ?)", (name, renamed(sample, named)))
            record = renamed(motion, named)
            db.execute("INSERT INTO motion VALUES (?, 'robust', 'inputs', 'frames', ?)", (name, record))
            record = renamed(told, named)
            db.execute("INSERT INTO drafts VALUES (?, 'offline-1', 'en', 'inputs', ?)", (name, record))
    db.close()


def run(*words: object) -> tuple[float, int]:
    """CPU seconds of a process, and the most MB it held."""
    process = subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{words} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def least(*words: object) -> float:
    """The least CPU seconds of several runs."""
    return min(run(*words)[0] for _ in range(TIMES))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=50_000)
    count = parser.parse_args().samples
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        fill(small, 10)
        fill(large, count)
        meu = ("-m", "meu_data")
        bare = least("-c", "pass")
        print("| run | CPU s | bare interpreter, CPU s |\n| --- | ---: | ---: |")
        print(f"| `meu-data --help` | {least(*meu, '--help'):.2f} | {bare:.2f} |")
        print(f"| `meu-data status`, 10 samples | {least(*meu, 'status', '-w', small):.2f} | {bare:.2f} |")
        print(f"| `meu-data status`, {count} samples | {least(*meu, 'status', '-w', large):.2f} | {bare:.2f} |")
        began = time.process_time()
        ledger = Ledger(large / "meu.db")
        if set_aside_damaged(ledger):
            raise SystemExit("the ledger is not sound")
        ledger.close()
        print(f"| every row of {count} samples looked at | {time.process_time() - began:.2f} | {bare:.2f} |")
        one, peak = run(*meu, "export", Path(folder) / "few", "-w", small, "--source", "drafts", "--min-trust", "0")
        spent, most = run(*meu, "export", Path(folder) / "out", "-w", large, "--source", "drafts", "--min-trust", "0")
        print(f"\nexport of {count} drafts, {PER_SUBJECT} of each subject: {spent:.0f} CPU s, at most {most} MB;")
        print(f"of 10: {one:.1f} CPU s, at most {peak} MB.")


if __name__ == "__main__":
    main()
