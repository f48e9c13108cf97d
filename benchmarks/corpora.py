"""Reading corpora: rows a second and memory, beside a bare reader of the same sheet and frames.

    python benchmarks/corpora.py [--rows 7526] [--table 20000]

The bare reader is openpyxl (or the csv module) and Pillow: it reads every row and the size of its three frames, and
checks, keeps and tells nothing. Each run is a process of its own; memory is the most it ever held. Frames are the same
tiny picture.
"""

import argparse
import csv
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

HEADER = ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "Fps", "AU")
AUS = ("4", "R1+R2+5", "6+12", "4+AD38", "14 or 17", "T23+B18", "ref(43)+7", "12A/B+25")
EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")


def rows_of(count: int) -> list[tuple[object, ...]]:
    return [
        (
            f"sub{n // 12:04d}",
            f"sub{n // 12:04d}_{n % 12:02d}",
            0,
            20,
            45,
            EMOTIONS[n % len(EMOTIONS)],
            200,
            AUS[n % len(AUS)],
        )
        for n in range(count)
    ]


def make(folder: Path, name: str, count: int) -> tuple[Path, Path]:
    """A sheet of so many rows, and the frames it names."""
    import openpyxl
    from PIL import Image

    frames = folder / f"{name}-frames"
    frames.mkdir()
    stream = io.BytesIO()
    Image.new("L", (64, 48)).save(stream, "PNG")
    rows = rows_of(count)
    for row in rows:
        clip = frames / str(row[1])
        clip.mkdir()
        for number in row[2:5]:
            (clip / f"{number:05d}.png").write_bytes(stream.getvalue())
    if name == "table":
        sheet = folder / f"{name}.csv"
        with sheet.open("w", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
        return sheet, frames
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    for row in (HEADER, *rows):
        page.append(row)
    book.save(folder / f"{name}.xlsx")
    return folder / f"{name}.xlsx", frames


def bare(sheet: Path, frames: Path) -> None:
    import openpyxl
    from PIL import Image

    if sheet.suffix == ".csv":
        with sheet.open(newline="") as stream:
            rows = list(csv.reader(stream))[1:]
    else:
        rows = list(openpyxl.load_workbook(sheet, read_only=True).active.iter_rows(min_row=2, values_only=True))
    for row in rows:
        for number in row[2:5]:
            with Image.open(frames / str(row[1]) / f"{int(number):05d}.png") as picture:
                assert picture.size == (64, 48)


def ours(sheet: Path, frames: Path, corpus: str) -> None:
    from meu_data.corpora.extract import extract
    from meu_data.store.workspace import Workspace

    with Workspace.open(sheet.with_name(f"{sheet.stem}-workspace"), create=True) as workspace:
        summary = extract(workspace, corpus=corpus, annotations=sheet, frames=frames)
        assert summary.problems == 0, summary


def run(kind: str, sheet: Path, frames: Path) -> tuple[float, float]:
    """CPU seconds and MB of one run."""
    ended = subprocess.run(
        [sys.executable, __file__, "--run", kind, str(sheet), str(frames)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    seconds, megabytes = ended.stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=7526)
    options.add_argument("--table", type=int, default=20_000)
    options.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.run:
        kind, sheet, frames = given.run
        bare(Path(sheet), Path(frames)) if kind == "bare" else ours(Path(sheet), Path(frames), kind)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(
            "| corpus | rows | bare reader, CPU s | ours, CPU s | again, CPU s | ours / bare | elapsed, s | most MB |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for name, corpus, count in (
            ("tenth", "dfme", given.rows // 10),
            ("dfme", "dfme", given.rows),
            ("auto", "auto", given.rows),
            ("table", "table", given.table),
        ):
            sheet, frames = make(root, name, count)
            peer, _ = run("bare", sheet, frames)
            begun = time.perf_counter()
            first, memory = run(corpus, sheet, frames)
            elapsed = time.perf_counter() - begun
            again, _ = run(corpus, sheet, frames)
            print(
                f"| {corpus} | {count} | {peer:.1f} | {first:.1f} | {again:.1f} | {first / peer:.1f} | {elapsed:.1f} |"
                f" {memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
