"""Which frames of a clip are looked at: the numbers in the frames' names are those of the sheet."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from meu_data.errors import FrameError
from meu_data.motion.recording import frames_of_clip
from meu_data.records import Sample

# So many pictures, evenly spread, show the course of any micro-expression to a thirtieth of its length.
MOST_PICTURES = 33
# How much earlier than the sheet's onset the true one is looked for, as a part of the clip.
_BEFORE = 0.6
# A micro-expression is over by then (Yan, Wu, Liang, Chen & Fu 2013): for clips without a usable offset.
_LONGEST_S = 0.5
_FEWEST = 3


class Window(NamedTuple):
    """The frames to look at: number and path below the frames folder, in order."""

    numbers: tuple[int, ...]
    paths: tuple[str, ...]


def clip_window(root: Path, sample: Sample, *, before: bool = False, most: int | None = MOST_PICTURES) -> Window:
    """Chooses the frames from onset to offset, evenly spread.

    Without a usable offset, the clip is taken to end half a second after the onset, or with its last frame.

    Args:
        root: The source's frames folder.
        sample: With the sheet's onset and offset.
        before: Also look before the onset, as far as there are frames.
        most: At most so many; all of them when None.

    Raises:
        FrameError: Fewer than three frames are there.
        MeuError: The folder cannot be read, or the path leads out of the frames folder.
    """
    there = frames_of_clip(root, sample.onset_frame, sample.onset)
    last = sample.offset
    if last <= sample.onset:
        last = sample.onset + round(_LONGEST_S * sample.fps) if sample.fps else max(there, default=sample.onset)
    first = sample.onset - round(_BEFORE * (last - sample.onset)) if before else sample.onset
    inside = sorted(number for number in there if first <= number <= last)
    if len(inside) < _FEWEST:
        raise FrameError(
            f"{sample.onset_frame}: only {len(inside)} frames are there from {first} to {last}, too few to see the"
            " face's motion; copy the clip's frames as well"
        )
    places = np.linspace(0, len(inside) - 1, min(len(inside), most or len(inside))).round().astype(int)
    chosen = tuple(inside[place] for place in places)
    return Window(chosen, tuple(there[number] for number in chosen))
