"""An environment of its own for each trainer, made once from `requirements/<trainer>.txt` below `.cache/trainers`.

Trainers hold each other's libraries back (LLaMA-Factory wants datasets below 4.1, ms-swift below 4.8.5), so they
cannot share one. The `.in` files name the versions that were chosen; `python -m tests.trainers.environments` works out
the `.txt` from them.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

import uv

from tests import ROOT

REQUIREMENTS = Path(__file__).parent / "requirements"
CACHE = ROOT / ".cache" / "trainers"


def environment(trainer: str) -> Path:
    """The interpreter of a trainer's environment; one process at a time makes it where it is missing or outdated.

    Args:
        trainer: The name of a file in `requirements/`.

    Raises:
        subprocess.CalledProcessError: uv failed; it has said why on stderr.
    """
    wanted = REQUIREMENTS / f"{trainer}.txt"
    folder = CACHE / trainer
    python, marker = folder / "bin" / "python", folder / "installed"
    state = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{trainer}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or marker.read_text() != state:
            _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
            _uv("pip", "install", "--quiet", "--python", str(python), "--requirement", str(wanted))
            # Last, so that an installation that was broken off is made anew.
            marker.write_text(state)
    return python


def pin(trainer: str) -> None:
    """Works out the versions of all that the chosen ones need: no addresses, so that any registry may serve them."""
    chosen = REQUIREMENTS / f"{trainer}.in"
    plain = ("--no-header", "--no-annotate", "--no-emit-index-url")
    where = ("--python-version", "3.11", "--universal", "--output-file", str(chosen.with_suffix(".txt")))
    _uv("pip", "compile", "--quiet", "--upgrade", *plain, *where, str(chosen))


def _uv(*words: str) -> None:
    # Not in the checkout: uv would apply the overrides of our own pyproject.toml.
    subprocess.run([uv.find_uv_bin(), *words], check=True, cwd="/")


if __name__ == "__main__":
    for path in sorted(REQUIREMENTS.glob("*.in")):
        pin(path.stem)
