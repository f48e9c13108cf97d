"""Frames whose paths stand in the sheet itself, as tables of other people's preparations have them."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from meu_data.corpora.frame_locator import FoundFrame, FrameLocator
from meu_data.corpora.frame_pattern import ClipFields
from meu_data.errors import FrameError
from meu_data.frames import FrameHeader
from meu_data.videos import VIDEO_MARK

PATHS: Mapping[str, str] = MappingProxyType(
    {
        "onset_path": "OnsetPath",
        "apex_path": "ApexPath",
        "offset_path": "OffsetPath",
        "video_path": "VideoPath",
    }
)
"""The fields of a row that hold paths, and the columns they come from."""

_FRAMES = ("onset", "apex", "offset")
_NUMBER = re.compile(r"\d+", re.ASCII)


def told_columns(rows: Iterable[ClipFields]) -> list[str]:
    """The columns of paths that any row has a value in."""
    found = {name for fields in rows for name in PATHS if name in fields}
    return [column for name, column in PATHS.items() if name in found]


class ToldFrames:
    """The frames that rows name by path: one of the pair, from which the others are told by their numbers, or a video.

    A path may begin anywhere above the frames folder, on another machine too: its longest end that is there counts.
    """

    def __init__(self, frames: FrameLocator) -> None:
        """Looks below the same folder as the locator."""
        self._frames = frames
        self._skip = 0

    def find(self, fields: ClipFields, number: int) -> FoundFrame:
        """One frame of one clip.

        Args:
            fields: What the row says of the clip, its paths among it.
            number: The frame's number, one of the row's; of a video the first picture has the number 1.

        Raises:
            FrameError: The row has no path, it leads nowhere or out of the frames folder, or the number is not in it.
        """
        if "video_path" in fields:
            return self._in_video(self._below(str(fields["video_path"])), number)
        told = {name: str(fields[f"{name}_path"]) for name in _FRAMES if {name, f"{name}_path"} <= fields.keys()}
        for name, path in told.items():
            if fields.get(name) == number:
                return FoundFrame(self._below(path), number)
        for name, path in told.items():
            return FoundFrame(self._beside(self._below(path), int(fields[name]), number), number)
        raise FrameError(f"the row names no path of its frames; its columns are {', '.join(PATHS.values())}")

    def header(self, path: str) -> FrameHeader:
        """The header of a frame that `find` named.

        Raises:
            FrameError: It is not readable; the message calls it by its relative path.
        """
        return self._frames.header(path)

    def _below(self, told: str) -> str:
        parts = [part for part in told.replace("\\", "/").split("/") if part not in ("", ".")]
        if ".." in parts:
            raise FrameError(f"the path {told} leads upwards; write it from the frames folder on")
        for skip in dict.fromkeys((min(self._skip, len(parts) - 1), *range(len(parts)))):
            path = "/".join(parts[skip:])
            if path and self._frames.holds(path):
                self._skip = skip
                return path
        raise FrameError(f"the frames folder holds no {told}, nor any end of this path")

    def _beside(self, path: str, own: int, number: int) -> str:
        """The frame of another number in the same folder, named alike."""
        folder, slash, name = path.rpartition("/")
        found = [match for match in _NUMBER.finditer(name) if int(match[0]) == own]
        if not found:
            raise FrameError(
                f"{path} has no {own} in its name, so that the path of frame {number} cannot be told by it"
            )
        place = found[-1]
        for digits in dict.fromkeys((str(number).zfill(len(place[0])), str(number))):
            other = f"{folder}{slash}{name[: place.start()]}{digits}{name[place.end() :]}"
            if self._frames.holds(other):
                return other
        raise FrameError(f"the frame {number} is missing: there is no {other}")

    def _in_video(self, path: str, number: int) -> FoundFrame:
        count = self._frames.video(path).pictures
        if not 1 <= number <= count:
            raise FrameError(f"{path} has {count} pictures, frames 1 to {count}: there is no frame {number}")
        return FoundFrame(f"{path}{VIDEO_MARK}{number - 1}", number)
