"""Reads pictures out of videos by their number, exactly, or says why that cannot be done.

A picture of a video is named by the video's path, `#`, and the picture's number counted from 0:
`sub01/EP02_01f.avi#45`. Nothing is unpacked to the disk.
"""

import contextlib
import os
import re
import stat
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from meu_data.errors import FrameError, MissingExtraError

MAX_PIXELS = 4096 * 3072
"""The largest frame that is read, px; TV-L1 on more takes minutes and gigabytes."""

VIDEO_MARK = "#"

_NAMED = re.compile(r"(.+\.(?:avi|mp4|m4v|mov|mkv|webm))#(\d{1,9})", re.IGNORECASE | re.ASCII | re.DOTALL)
# The kind is taken from the first bytes and forced: FFmpeg would also open playlists, which name other files.
_KINDS = {
    "avi": re.compile(rb"RIFF....AVI ", re.DOTALL),
    "mp4": re.compile(rb"....(?:ftyp|moov|mdat|wide|free)", re.DOTALL),
    "matroska": re.compile(rb"\x1aE\xdf\xa3"),
}
_MOST_PICTURES = 5_000_000  # seven hours at 200 a second

Pixels = npt.NDArray[np.uint8]


class VideoHeader(NamedTuple):
    """What a video says about itself: px, and how many pictures it holds."""

    width: int
    height: int
    pictures: int


class _Index(NamedTuple):
    """Where the pictures of a video are, in the order in which they are shown.

    Attributes:
        header: Size and number.
        times: Of each picture, in the stream's unit. Empty where the file's times cannot be relied on (an .avi whose
            pictures are stored in another order than shown): then pictures are counted from the first.
        starts: Numbers of the pictures that decoding can begin with.
    """

    header: VideoHeader
    times: tuple[int, ...]
    starts: tuple[int, ...]


def picture_in_video(path: Path) -> tuple[Path, int] | None:
    """The video and the picture's number where a path names a picture of a video."""
    match = _NAMED.fullmatch(path.name)
    return None if match is None else (path.with_name(match[1]), int(match[2]))


def video_header(path: Path, *, name: str | None = None) -> VideoHeader:
    """Size and number of pictures, without decoding any; the whole file is read once to count them.

    Raises:
        FrameError: It is no video that can be read picture by picture: damaged, cut off, of variable frame rate, with
            an index that does not fit what it holds, too large, or of another kind than .avi, .mp4 and .mkv.
        MissingExtraError: PyAV is not installed.
    """
    with _explained(name or str(path)):
        details = _details(path)
    return _index_of(path, name or str(path), details.st_size, details.st_mtime_ns).header


def video_picture(path: Path, number: int, *, name: str | None = None) -> Pixels:
    """One picture of a video: uint8 (H, W, 3), BGR.

    Raises:
        FrameError: As `video_header`; also damaged pictures, and a number that the video does not reach.
        MissingExtraError: PyAV is not installed.
    """
    label = name or str(path)
    with _explained(label):
        details = _details(path)
    # A forked process must not share the place in the file.
    key = (path, details.st_size, details.st_mtime_ns, os.getpid())
    with _open_lock:
        if not _open_video or _open_video[0][0] != key:
            close_video()
            _open_video.append((key, VideoReader(path, name=label)))
        try:
            ((_, picture),) = _open_video[0][1].pictures([number])
        except BaseException:
            close_video()
            raise
    return picture


def close_video() -> None:
    """Closes the video from which `video_picture` took the last picture."""
    with _open_lock:
        while _open_video:
            _open_video.pop()[1].close()


class VideoReader:
    """One open video. Pictures that are asked for in ascending order are decoded at most once."""

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        """Opens it and counts its pictures.

        Raises:
            FrameError: As `video_header`.
            MissingExtraError: PyAV is not installed.
        """
        self._name = name or str(path)
        with contextlib.ExitStack() as opened, _explained(self._name):
            details = _details(path)
            self._index = _index_of(path, self._name, details.st_size, details.st_mtime_ns)
            self._container, self._stream = _open(opened.enter_context(path.open("rb")), self._name, opened)
            self._opened = opened.pop_all()
        self.decoded = 0
        """How many pictures were decoded so far."""
        self._place = -1
        self._coming: Iterator[tuple[int, Any]] = iter(())

    @property
    def header(self) -> VideoHeader:
        """Size and number of pictures."""
        return self._index.header

    def __enter__(self) -> "VideoReader":
        """Use as a context manager to close the file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the file."""
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._opened.close()

    def pictures(self, wanted: Iterable[int]) -> Iterator[tuple[int, Pixels]]:
        """The wanted pictures in ascending order, each once; what lies between is decoded only where it must be.

        Args:
            wanted: Their numbers, from 0.

        Yields:
            Number and picture: uint8 (H, W, 3), BGR.

        Raises:
            FrameError: A picture is damaged, or there is none of that number.
        """
        numbers = sorted(set(wanted))
        count = self._index.header.pictures
        if numbers and not 0 <= numbers[0] <= numbers[-1] < count:
            raise FrameError(f"{self._name}: has {count} pictures, none with the number {numbers[-1]} (from 0)")
        for number in numbers:
            start = self._start_before(number)
            if not start - 1 <= self._place < number or self._place < 0:
                self._coming = self._decoding(start)
            for place, frame in self._coming:
                self._place = place
                if place == number:
                    yield number, self._pixels(frame)
                    break
            else:
                self._place = -1
                raise self._broken(f"it ends before its picture {number}")

    def _start_before(self, number: int) -> int:
        if not self._index.times:
            return 0
        return self._index.starts[bisect_right(self._index.starts, number) - 1]

    def _decoding(self, start: int) -> Iterator[tuple[int, Any]]:
        times = self._index.times
        with _explained(self._name):
            if start:
                self._container.seek(times[start], stream=self._stream, backward=True, any_frame=False)
            else:
                self._container.seek(0, stream=self._stream, backward=True, any_frame=False)
        numbers = {time: number for number, time in enumerate(times)}
        expected: int | None = None if times else 0
        frames = iter(self._container.decode(self._stream))
        while True:
            with _explained(self._name):
                frame = next(frames, None)
            if frame is None:
                return
            self.decoded += 1
            number = numbers.get(frame.pts, -1) if times else expected
            if number is None or number < 0 or (expected is not None and number != expected):
                raise self._broken(f"a picture at time {frame.pts} where picture {expected} was due")
            if expected is None and number > start:
                raise self._broken(f"decoding from picture {start} began with picture {number}")
            expected = number + 1
            yield number, frame

    def _pixels(self, frame: Any) -> Pixels:  # noqa: ANN401 - PyAV is imported on use
        if frame.is_corrupt:
            raise self._broken("a picture is damaged")
        if (frame.width, frame.height) != self._index.header[:2]:
            raise self._broken(f"a picture is {frame.width}x{frame.height}, unlike the others")
        with _explained(self._name):
            return np.ascontiguousarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)

    def _broken(self, what: str) -> FrameError:
        return FrameError(f"{self._name}: the video is damaged or its index is wrong ({what}); {_REMEDY}")


# A clip's onset and apex are asked for one after the other: the video stays open between them, so that what lies
# before the onset is not decoded again for the apex. One at most.
_open_video: list[tuple[tuple[Path, int, int, int], VideoReader]] = []
_open_lock = threading.RLock()

_REMEDY = "copy it again, or convert it with a constant frame rate"


def _details(path: Path) -> os.stat_result:
    details = path.stat()
    # Opening a pipe would wait for a writer for ever.
    if not stat.S_ISREG(details.st_mode) and not stat.S_ISDIR(details.st_mode):
        raise OSError("this is a device or a pipe")
    return details


@lru_cache(maxsize=64)
def _index_of(path: Path, name: str, size: int, changed: int) -> _Index:
    """Kept by size and time of change, which are arguments for that alone."""
    with contextlib.ExitStack() as opened, _explained(name):
        container, stream = _open(opened.enter_context(path.open("rb")), name, opened)
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height == 0:
            raise FrameError(f"{name}: the video does not say how large its pictures are; {_REMEDY}")
        if width * height > MAX_PIXELS:
            raise FrameError(
                f"{name}: pictures of {width}x{height} are larger than the {MAX_PIXELS / 1e6:.1f} megapixels that are"
                " read; scale all videos of the corpus down by the same factor"
            )
        shown, stored, starts = list[int | None](), list[int | None](), list[bool]()
        for packet in container.demux(stream):
            if packet.size == 0 and packet.dts is None:  # the end
                continue
            if packet.is_corrupt or packet.is_discard or packet.size == 0:
                raise FrameError(
                    f"{name}: picture {len(shown)} is damaged, empty or marked as not to be shown; {_REMEDY}"
                )
            shown.append(packet.pts)
            stored.append(packet.dts)
            starts.append(packet.is_keyframe)
            if len(shown) > _MOST_PICTURES:
                raise FrameError(
                    f"{name}: more than {_MOST_PICTURES} pictures; cut it into the recordings it is made of"
                )
        if not shown or not any(starts):
            raise FrameError(f"{name}: the video holds no picture; copy it again")
        if stream.frames not in (0, len(shown)):
            raise FrameError(
                f"{name}: its index tells of {stream.frames} pictures, the file holds {len(shown)}; {_REMEDY}"
            )
        header = VideoHeader(width, height, len(shown))
        # An .avi numbers its pictures as they are stored; the times at which they are shown are FFmpeg's guess.
        guessed = container.format.name == "avi" and shown != stored
        times = stored if guessed else shown
        if None in times:
            raise FrameError(f"{name}: its pictures have no times; {_REMEDY}")
        order = sorted(range(len(times)), key=lambda place: times[place] or 0)
        known = [time for place in order if (time := times[place]) is not None]
        _refuse_variable(known, float(stream.time_base), name)
        if guessed:
            return _Index(header, (), (0,))
        return _Index(header, tuple(known), tuple(n for n, place in enumerate(order) if starts[place] or n == 0))


def _refuse_variable(times: list[int], unit_s: float, name: str) -> None:
    """Times are whole numbers of the file's unit, so each may be one off what a constant rate gives."""
    if len(times) < 3:
        return
    step = (times[-1] - times[0]) / (len(times) - 1)
    for number, time in enumerate(times):
        if step < 1 or abs(time - times[0] - number * step) > 1:
            raise FrameError(
                f"{name}: a variable frame rate: picture {number} comes {(time - times[0]) * unit_s:.3f} s after the"
                f" first, where {number * step * unit_s:.3f} s were due; so a frame's number says nothing; {_REMEDY}"
            )


def _open(stream: BinaryIO, name: str, opened: contextlib.ExitStack) -> tuple[Any, Any]:
    """The container and its video stream; both are closed with `opened`."""
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("videos are read with PyAV: pip install 'meu-data[video]'") from error
    av.logging.set_level(av.logging.PANIC)
    begin = stream.read(16)
    stream.seek(0)
    kind = next((kind for kind, signature in _KINDS.items() if signature.match(begin)), None)
    if kind is None:
        raise FrameError(f"{name}: no .avi, .mp4 or .mkv, or a damaged one")
    container = opened.enter_context(av.open(stream, format=kind, metadata_errors="ignore"))
    if len(container.streams.video) != 1:
        raise FrameError(f"{name}: holds {len(container.streams.video)} video streams; one is needed")
    video = container.streams.video[0]
    if video.codec_context is None:
        raise FrameError(f"{name}: its pictures are in a form that is not known here; {_REMEDY}")
    # One thread, so that the same file gives the same error; damage is an error, not something to paint over.
    video.codec_context.thread_count = 1
    video.codec_context.options = {"err_detect": "explode"}
    return container, video


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FrameError(f"{name}: there is no such file") from None
    except IsADirectoryError:
        raise FrameError(f"{name}: this is a folder, not a video") from None
    except PermissionError:
        raise FrameError(f"{name}: permission denied; make it readable for this user") from None
    except (OSError, ValueError, EOFError, LookupError, RuntimeError, MemoryError) as error:  # PyAV's are of all these
        raise FrameError(
            f"{name}: the video is damaged, cut off, or of a kind that is not read ({error}); {_REMEDY}"
        ) from error
