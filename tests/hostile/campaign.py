"""Runs attempts and counts what must not happen."""

import os
import shutil
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from meu_data.errors import MeuError
from tests.hostile.doors import DOORS, Material, SilentChangeError

PRECIOUS = b"not ours"


@dataclass
class Counters:
    """What came of some attempts; `findings` names the door and the seed of each thing that must not be."""

    attempts: int = 0
    refused: int = 0
    tracebacks: int = 0
    silent_changes: int = 0
    escapes: int = 0
    longest_s: float = 0.0
    findings: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The counters as one line."""
        return (
            f"{self.attempts} attempts, {self.refused} refused; tracebacks {self.tracebacks},"
            f" silent changes {self.silent_changes}, escapes {self.escapes}; longest {self.longest_s:.1f} s"
        )


def attempt(counters: Counters, name: str, seed: int, given: Material, room: Path) -> None:
    """One attempt in a folder of its own, beside a file that is none of its business."""
    folder = room / "house"
    shutil.rmtree(room, ignore_errors=True)
    folder.mkdir(parents=True)
    (room / "precious").write_bytes(PRECIOUS)
    counters.attempts += 1
    here, began = Path.cwd(), time.monotonic()
    os.chdir(folder)
    try:
        DOORS[name].attempt(Random(f"{name} {seed}"), given, folder)
    except MeuError as error:
        counters.refused += 1
        if "\n" in str(error):
            counters.findings.append(f"{name} {seed}: two lines: {error}")
    except SilentChangeError as error:
        counters.silent_changes += 1
        counters.findings.append(f"{name} {seed}: {error}")
    except Exception as error:
        counters.tracebacks += 1
        where = traceback.extract_tb(error.__traceback__)[-1]
        counters.findings.append(f"{name} {seed}: {error!r:.300} at {Path(where.filename).name}:{where.lineno}")
    finally:
        os.chdir(here)
    counters.longest_s = max(counters.longest_s, time.monotonic() - began)
    if sorted(path.name for path in room.iterdir()) != ["house", "precious"] or (
        (room / "precious").read_bytes() != PRECIOUS
    ):
        counters.escapes += 1
        counters.findings.append(f"{name} {seed}: wrote outside of its folder")


def peak_mb() -> int:
    """The most memory this process has had, MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def campaign(attempts: int, given: Material, room: Path, first: int = 0) -> Counters:
    """So many attempts, shared out among the doors by their weights."""
    counters, whole = Counters(), sum(door.weight for door in DOORS.values())
    for name, door in DOORS.items():
        for seed in range(first, first + max(1, attempts * door.weight // whole)):
            attempt(counters, name, seed, given, room)
        sys.stderr.write(f"{name}: {counters.line()}\n")
    return counters
