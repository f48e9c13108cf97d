"""Which frames of a clip are looked at: the numbers in the frames' names are those of the sheet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import FrameError
from meu_data.frames import read_frame
from meu_data.records import Sample
from meu_data.store.confined import frame_path
from meu_data.store.files import explained
from meu_data.videos import VIDEO_MARK, VideoReader, picture_in_video, video_header

# So many pictures, evenly spread, show the course of any micro-expression to a thirtieth of its length.
MOST_PICTURES = 33
# How much earlier than the sheet's onset the true one is looked for, as a part of the clip.
_BEFORE = 0.6
# A micro-expression is over by then (Yan, Wu, Liang, Chen & Fu 2013): for clips without a usable offset.
_LONGEST_S = 0.5
_FEWEST = 3

_NUMBERED = re.compile(r"(.*?)(\d+)(\.[^.]+)", re.ASCII | re.DOTALL)


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


def frames_of_clip(root: Path, onset_frame: str, onset: int) -> Mapping[int, str]:
    """The frames beside an onset frame, by number: path below the frames folder.

    Of a video, the pictures are numbered on from that of the onset.

    Raises:
        FrameError: The onset frame has no number in its name, or the video cannot be read.
        MeuError: The folder cannot be read, or the path leads out of the frames folder.
    """
    if (picture := picture_in_video(Path(onset_frame))) is not None:
        video, index = picture
        count = video_header(frame_path(root, video.as_posix()), name=video.as_posix()).pictures
        first = max(0, index - onset)
        return {onset + at - index: f"{video.as_posix()}{VIDEO_MARK}{at}" for at in range(first, count)}
    path = PurePosixPath(onset_frame)
    name = _NUMBERED.fullmatch(path.name)
    if name is None:
        raise FrameError(f"{onset_frame}: its name has no number, so the other frames of the clip cannot be found")
    prefix, digits, ending = name.groups()
    found: dict[int, str] = {}
    folder = frame_path(root, onset_frame).parent
    with explained(folder):
        for entry in sorted(file.name for file in folder.iterdir()):
            match = _NUMBERED.fullmatch(entry)
            if match is None or (match[1], match[3].lower()) != (prefix, ending.lower()):
                continue
            # Where a number comes in two paddings, that of the onset is the clip's.
            if int(match[2]) not in found or len(match[2]) == len(digits):
                found[int(match[2])] = (path.parent / entry).as_posix()
    return found


def read_window(root: Path, paths: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
    """The pictures of these paths, which lie in one clip: uint8 (H, W, 3), BGR, one at a time.

    Raises:
        FrameError: A picture is missing or damaged.
        MeuError: A path leads out of the frames folder.
    """
    pictures = [picture_in_video(Path(path)) for path in paths]
    if pictures and pictures[0] is not None:
        video = pictures[0][0]
        with VideoReader(frame_path(root, video.as_posix()), name=video.as_posix()) as reader:
            for _, bgr in reader.pictures([picture[1] for picture in pictures if picture is not None]):
                yield bgr
        return
    for path in paths:
        yield read_frame(frame_path(root, path), name=path).bgr
