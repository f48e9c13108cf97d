"""Runs every benchmark, each in a process of its own, and writes benchmarks/RESULTS.md.

python -m benchmarks [NAME ...]
"""

import datetime
import importlib.metadata
import platform
import subprocess
import sys
from pathlib import Path

from benchmarks import processor

FOLDER = Path(__file__).parent
PEERS = ("numba", "llvmlite", "numpy", "opencv-contrib-python-headless", "dlib-bin", "scikit-image", "pyarrow")


def main() -> None:
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    parts = []
    for name in names:
        ended = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=FOLDER.parent,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        print(ended.stdout, flush=True)
        parts.append(f"## {name}\n\n{ended.stdout.strip()}\n")
    if sys.argv[1:]:
        return
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PEERS)
    head = (
        "# Results\n\n"
        f"Written by `make bench` on {datetime.datetime.now(datetime.UTC).date()}: {processor()}, "
        f"Python {platform.python_version()}, {versions}.\n"
        "CPU times vary from machine to machine and from run to run; trust the ratios, which come from one run.\n"
    )
    (FOLDER / "RESULTS.md").write_text("\n".join((head, *parts)), encoding="utf-8")


if __name__ == "__main__":
    main()
