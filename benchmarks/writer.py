"""The Parquet writer beside bare pyarrow: CPU seconds and peak memory for rows with pictures.

    python -m benchmarks.writer

Each writer runs in processes of its own, by turns; the best time and the highest peak count. The bare one knows what
it will get: a row group of every 200 rows of a split, and the same column options by hand. The pictures are noise of
89 KB, as a PNG is to a compressor, and the rows of the splits come by turns, as ids do. The peak counts all of the
process, also what Python, its libraries and pandas (which pyarrow loads where it is there) take before the first row.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Rows = Iterator[tuple[str, dict[str, Any]]]

PICTURE = 89_000
GROUP_ROWS = 200
ROUNDS, TURNS = 6, 4
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("images", pa.list_(IMAGE)),
        ("question", pa.string()),
        ("response", pa.string()),
        ("emotion", pa.string()),
        ("aus", pa.list_(pa.string())),
        ("claims", pa.list_(pa.struct([("region", pa.string()), ("direction", pa.string())]))),
    ]
)
CLAIMS = [{"region": f"region_{index}", "direction": "up-left"} for index in range(6)]


def rows(count: int, splits: int, size: int) -> Rows:
    noise = os.urandom(size + 4096)
    for index in range(count):
        start = index % 4096
        yield (
            f"split{index % splits}",
            {
                "id": f"dfme/s{index // 50:04d}/clip{index:06d}/3-9",
                "images": [{"bytes": noise[start : start + size], "path": f"{index:06d}.png"}],
                "question": "What does this motion map show? " * 12,
                "response": f"<think>The left corner of clip {index} moves up. " * 12 + "</think><answer>fear</answer>",
                "emotion": "happiness",
                "aus": ["AU6", "AU12"],
                "claims": CLAIMS,
            },
        )


def ours(folder: Path, stream: Rows) -> None:
    from meu_data.export.files.parquet import parquet_folder

    with parquet_folder(folder, SCHEMA) as files:
        for split, row in stream:
            files.add(split, row)
        files.finish()


def bare(folder: Path, stream: Rows) -> None:
    picture = "images.list.element.bytes"
    others = [
        *("id", "images.list.element.path", "question", "response", "emotion", "aus.list.element"),
        *("claims.list.element.region", "claims.list.element.direction"),
    ]
    writers: dict[str, pq.ParquetWriter] = {}
    waiting: dict[str, list[dict[str, Any]]] = {}

    def write(split: str) -> None:
        if split not in writers:
            writers[split] = pq.ParquetWriter(
                folder / f"{split}.parquet",
                SCHEMA,
                compression={picture: "none", **dict.fromkeys(others, "zstd")},
                use_dictionary=others,
                column_encoding={picture: "PLAIN"},
                write_statistics=others,
                write_page_index=True,
            )
        writers[split].write_table(pa.Table.from_pylist(waiting.pop(split), schema=SCHEMA))

    for split, row in stream:
        waiting.setdefault(split, []).append(row)
        if len(waiting[split]) == GROUP_ROWS:
            write(split)
    for split in list(waiting):
        write(split)
    for writer in writers.values():
        writer.close()


WRITERS: dict[str, Callable[[Path, Rows], None]] = {"ours": ours, "bare": bare}


def child(name: str, count: int, splits: int, size: int, rounds: int) -> None:
    """Runs one writer and prints what it took; the first round also pays for the system's page cache."""
    best = float("inf")
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            start = time.process_time()
            WRITERS[name](Path(folder), rows(count, splits, size))
            best = min(best, time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps([best, peak]))


def measure(name: str, count: int, splits: int, size: int = PICTURE, rounds: int = 1) -> tuple[float, float]:
    """Best CPU seconds and peak MB of a process of its own; the pages that the system copies for it count."""
    words = [sys.executable, "-m", "benchmarks.writer", name, *map(str, (count, splits, size, rounds))]
    seconds, peak = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return seconds, peak


def main(count: int = 5_000) -> None:
    print(f"{count:,} rows with pictures of {PICTURE / 1000:.0f} KB\n")
    print("| splits | bare pyarrow, CPU s | ours, CPU s | ours / bare (target 0.9) | bare, peak MB | ours, MB (250) |")
    print("|---:|---:|---:|---:|---:|---:|")
    for splits in (1, 3, 8):
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in WRITERS}
        for _ in range(TURNS):
            for name, runs in found.items():
                runs.append(measure(name, count, splits, rounds=ROUNDS))
        best = {name: min(seconds for seconds, _ in runs) for name, runs in found.items()}
        peak = {name: max(megabytes for _, megabytes in runs) for name, runs in found.items()}
        print(
            f"| {splits} | {best['bare']:.2f} | {best['ours']:.2f} | {best['bare'] / best['ours']:.2f} "
            f"| {peak['bare']:.0f} | {peak['ours']:.0f} |"
        )
    print(f"\nbefore the first row: {measure('ours', 1, 1)[1]:.0f} MB")
    few, many = (measure("ours", rows_, 3, PICTURE // 10)[1] for rows_ in (10_000, 100_000))
    print(f"\n3 splits, pictures of 9 KB: {few:.0f} MB at the peak of 10,000 rows, {many:.0f} MB of 100,000")


if __name__ == "__main__":
    if sys.argv[1:]:
        child(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        main()
