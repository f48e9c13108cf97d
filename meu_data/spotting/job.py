"""One sample's share of spotting, plain data in and out: runs here or in a worker process."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from meu_data.errors import FrameError, MeuError, NoFaceError
from meu_data.motion.detection import FaceFinder
from meu_data.motion.recording import read_pictures
from meu_data.records import Problem, Sample, Spot, SpotReason, sample_problem
from meu_data.spotting.curve import find_events
from meu_data.spotting.track import follow
from meu_data.spotting.window import Window


class SpotJob(NamedTuple):
    """What a worker needs.

    Attributes:
        sample: The sample with the sheet's values.
        root: The source's frames folder.
        window: The frames to look at.
        reason: Why; None to compare the sheet's apex only.
        onset: Whether the onset is looked for, too.
        inputs: Hash of all that shapes the result.
    """

    sample: Sample
    root: str
    window: Window
    reason: SpotReason | None
    onset: bool
    inputs: str


class SpotResult(NamedTuple):
    """What a worker gives back: a spot with the paths of its frames, or a problem.

    `doubts` says that the sheet's own apex is unlikely.
    """

    job: SpotJob
    spot: Spot | None = None
    frames: tuple[str, str] = ("", "")
    doubts: bool = False
    problem: Problem | None = None


def work(job: SpotJob, finder: FaceFinder) -> SpotResult:
    """Spots one sample; what is wrong with it becomes its problem."""
    sample, (numbers, paths) = job.sample, job.window
    try:
        track = follow(read_pictures(Path(job.root), paths), finder)
    except (FrameError, NoFaceError) as error:
        return SpotResult(job, problem=sample_problem("spot", sample, f"{sample.onset_frame}: {error}"))
    found = find_events(track, np.array(numbers))
    at = found.onset if job.onset else None
    spot = Spot(
        onset=sample.onset if at is None else numbers[at],
        apex=numbers[found.apex],
        method="motion",
        reason=job.reason or "asked",
        confidence=round(found.confidence, 3),
        sheet_onset=sample.onset,
        sheet_apex=sample.apex,
    )
    place = None if sample.apex is None else (sample.apex - numbers[0]) / (numbers[-1] - numbers[0])
    frames = (sample.onset_frame if at is None else paths[at], paths[found.apex])
    return SpotResult(job, spot, frames, doubts=place is not None and found.doubts(place))


def middle(sample: Sample, window: Window, reason: SpotReason) -> tuple[Spot, tuple[str, str]]:
    """The frame halfway between onset and offset, as most loaders take it where there is no apex.

    Args:
        sample: With the sheet's values.
        window: Its frames from the onset on.
        reason: Why.

    Raises:
        MeuError: No frame is there after the onset.
    """
    wanted = (sample.onset + window.numbers[-1]) / 2
    behind = [place for place, number in enumerate(window.numbers) if number > sample.onset]
    if not behind:
        raise MeuError(f"{sample.id}: there is no frame after the onset {sample.onset}")
    place = min(behind, key=lambda at: abs(window.numbers[at] - wanted))
    spot = Spot(
        onset=sample.onset,
        apex=window.numbers[place],
        method="middle",
        reason=reason,
        confidence=None,
        sheet_onset=sample.onset,
        sheet_apex=sample.apex,
    )
    return spot, (sample.onset_frame, window.paths[place])
