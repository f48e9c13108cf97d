"""What is known about every clip of a synthetic corpus; lies in `truth/`, where the pipeline never looks."""

import operator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import Field as Described

from meu_data.face.regions import Direction
from meu_data.records import HeadMotion, Record
from meu_data.synth.action_fields import Field
from meu_data.synth.traps import Trap

# Stored displacements are multiples of this many px: they compress well, and the parts add up exactly.
STEP = 1 / 1024


class SiteTruth(Record):
    """One place where one AU moves the skin; the AU's side is the person's, all else the picture's."""

    au: str
    region: str
    centre: tuple[float, float] = Described(description="x, y; px of the onset frame")
    amplitude: float = Described(description="px at the apex at the centre, from this site alone")
    direction: tuple[float, float] = Described(description="unit vector, x right, y down")
    octant: Direction


class ClipTruth(Record):
    """What is known about one clip."""

    subject: str
    clip: str
    width: int
    height: int
    onset: int
    apex: int
    offset: int
    emotion: str
    aus: tuple[str, ...]
    trap: Trap | None = Described(
        default=None, exclude_if=operator.not_, description="what was planted; all else holds for the frames without it"
    )
    sites: tuple[SiteTruth, ...]
    head_motion: HeadMotion = Described(description="onset → apex, around head_centre")
    head_centre: tuple[float, float] = Described(description="the tip of the nose in the onset frame, px")
    eye_closure: float = Described(description="how much of the eyes' opening a blink has closed at the apex, 0 to 1")
    light: float = Described(description="brightness at the apex relative to the onset")
    noise_sd: float = Described(description="sensor noise of every frame, grey levels")
    landmarks: tuple[tuple[float, float], ...] = Described(description="68 points (x, y) of the onset frame, px")


class FlowTruth(NamedTuple):
    """Dense displacement onset → apex, float32 (H, W, 2), px, x right and y down; `flow` is the sum of the parts."""

    flow: Field
    facial: Field
    head: Field
    blink: Field


def add_up(facial: Field, head: Field, blink: Field) -> FlowTruth:
    """The truth of one pair from its parts, rounded to `STEP`."""
    facial, head, blink = (np.rint(part / STEP).astype(np.float32) * np.float32(STEP) for part in (facial, head, blink))
    return FlowTruth(facial + head + blink, facial, head, blink)


def read_truth(out: Path, clip: str) -> tuple[ClipTruth, FlowTruth]:
    """Reads what is known about one clip.

    Args:
        out: The corpus's folder.
        clip: The clip's Filename, such as `sub0001_01`.

    Raises:
        FileNotFoundError: There is no such clip.
    """
    record, arrays = truth_files(out, clip)
    with np.load(arrays, allow_pickle=False) as stored:
        flow = FlowTruth(*(stored[name] for name in FlowTruth._fields))
    return ClipTruth.model_validate_json(record.read_text(encoding="utf-8")), flow


def truth_files(out: Path, clip: str) -> tuple[Path, Path]:
    """Where a clip's record and arrays lie."""
    return out / "truth" / f"{clip}.json", out / "truth" / f"{clip}.npz"
