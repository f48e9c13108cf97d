"""The recording that a clip was cut from: which frames lie beside its onset and its apex, and their pictures."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import FrameError
from meu_data.frames import read_frame
from meu_data.records import Sample
from meu_data.store.confined import frame_path
from meu_data.store.files import explained
from meu_data.videos import VIDEO_MARK, VideoReader, picture_in_video, video_header

# Frames beside onset and apex that show the face all but as they do: of an expression that takes eight frames or more
# the two nearest on either side, of one that takes four the nearest.
_MOST_BESIDE, _BESIDE_SHARE = 2, 4
_NUMBERED = re.compile(r"(.*?)(\d+)(\.[^.]+)", re.ASCII | re.DOTALL)


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


def names_beside(sample: Sample) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the frames next to onset and apex would be called, before and after each.

    Args:
        sample: With a pair.

    Returns:
        Paths below the frames folder, whose files need not be there. None where onset and apex are too near for that,
        and where the names do not count as the sheet does: then they may not count frames.
    """
    (onset, onset_name), (apex, apex_name) = (_counted(path) for path in sample.pair)
    assert sample.apex is not None  # it has a pair
    distance = sample.apex - sample.onset
    steps = min(_MOST_BESIDE, distance // _BESIDE_SHARE)
    if onset is None or apex is None or apex - onset != distance:
        return (), ()
    near = [step for step in range(-steps, steps + 1) if step]
    return (
        tuple(onset_name(onset + step) for step in near if onset + step >= 0),
        tuple(apex_name(apex + step) for step in near),
    )


def _counted(path: str) -> tuple[int | None, Callable[[int], str]]:
    """The number in a frame's name, and the name that another number has."""
    if (picture := picture_in_video(Path(path))) is not None:
        video = picture[0].as_posix()
        return picture[1], lambda number: f"{video}{VIDEO_MARK}{number}"
    name = _NUMBERED.fullmatch(PurePosixPath(path).name)
    if name is None:
        return None, lambda _: path
    folder, (prefix, digits, ending) = PurePosixPath(path).parent, name.groups()
    width = len(digits) if digits.startswith("0") else 0
    return int(digits), lambda number: (folder / f"{prefix}{str(number).zfill(width)}{ending}").as_posix()


def read_pictures(root: Path, paths: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
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
