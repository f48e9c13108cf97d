"""The frames of one expression: those its sheet names, there and readable, of one size."""

from typing import NamedTuple

from meu_data.corpora.frame_locator import FrameLocator
from meu_data.corpora.frame_pattern import ClipFields
from meu_data.corpora.told_frames import ToldFrames
from meu_data.errors import FrameError


class ClipPair(NamedTuple):
    """Onset and apex of one expression.

    Attributes:
        onset: Path below the frames folder, POSIX; see `FoundFrame`.
        apex: The same; None without an apex.
        width: Of both, px.
        height: Of both, px.
        notes: Frames that were taken in place of missing ones.
    """

    onset: str
    apex: str | None
    width: int
    height: int
    notes: tuple[str, ...]


def clip_pair(
    frames: FrameLocator | ToldFrames, fields: ClipFields, *, onset: int, apex: int | None, offset: int
) -> ClipPair:
    """Finds the frames of one expression and reads their headers.

    Args:
        frames: The corpus's frames; its layout is recognised, or the rows tell their paths.
        fields: What the row says of the clip.
        onset: Number of the frame.
        apex: Number of the frame; None where the sheet has none.
        offset: Number of the frame; it is looked at, for a clip that breaks off is worth telling.

    Raises:
        FrameError: A frame is missing or unreadable, or onset and apex differ in size.
    """
    wanted = {"onset": onset, "apex": onset if apex is None else apex, "offset": offset}
    found = {name: frames.find(fields, number) for name, number in wanted.items()}
    headers = {path: frames.header(path) for path in dict.fromkeys(frame.path for frame in found.values())}
    first, second = (headers[found[name].path] for name in ("onset", "apex"))
    if apex is not None and found["onset"].path == found["apex"].path:
        raise FrameError(f"the frame nearest to onset {onset} and to apex {apex} is the same, {found['onset'].path}")
    if (first.width, first.height) != (second.width, second.height):
        raise FrameError(
            f"onset and apex differ in size: {found['onset'].path} is {first.width}x{first.height},"
            f" {found['apex'].path} is {second.width}x{second.height}"
        )
    notes = tuple(
        f"{name} frame {wanted[name]} is missing; frame {frame.number} was taken"
        for name, frame in found.items()
        if frame.number != wanted[name] and (name != "apex" or apex is not None)
    )
    apex_path = None if apex is None else found["apex"].path
    return ClipPair(found["onset"].path, apex_path, first.width, first.height, notes)
