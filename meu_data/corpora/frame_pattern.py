"""Where the frames of a corpus are, as its release names them: `sub{subject:02}/{clip}/img{frame}.jpg`."""

import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from meu_data.errors import MeuError

ClipFields: TypeAlias = Mapping[str, str | int]
"""What a row says of its clip, by the names that patterns use: subject, clip, onset, apex, offset, emotion, and
whatever else the corpus derives from its sheet (the number of a folder, the name of a long video)."""

SUBJECT_NUMBER = "subject_number"
"""The last number in the subject's name: 1 of "sub01"; every pattern may use it."""

_NUMBER = re.compile(r"\d+", re.ASCII)
_WIDTH = re.compile(r"(?:0?[1-9][0-9]?d?)?", re.ASCII)


def path_key(text: str) -> str:
    """A name as names are compared by: without case, leading zeros and the ways to write an accent."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return _NUMBER.sub(lambda digits: digits[0].lstrip("0") or "0", folded)


@dataclass(frozen=True)
class FramePattern:
    """One layout of a corpus's frames: a path below a folder that may lie anywhere below the frames folder.

    Case, leading zeros, folders above, and the ending of a picture need not be those of the pattern: what is there is
    found by looking. A `*` at the end of a folder's or a video's name stands for free text that does not begin with a
    digit.

    Attributes:
        path: Names in braces are those of `ClipFields`; `{frame}` is the frame's number, and stands in the last part.
            `:05` says how wide a number is written. A path without `{frame}` is that of a video.
        first: The number that the sheet gives to a video's first picture, or the field that holds it (`onset`, where
            each clip is a video of its own).
    """

    path: str
    first: int | str = 1

    def __post_init__(self) -> None:
        """Checks what was declared or typed.

        Raises:
            MeuError: The pattern cannot be understood.
        """
        parts = self.path.split("/")
        try:
            named = [_named(part) for part in parts]
        except ValueError as error:
            raise MeuError(f"the frame pattern {self.path!r}: {error}") from None
        if "" in parts or ".." in parts or "." in parts:
            raise MeuError(
                f"the frame pattern {self.path!r} must be a path below the frames folder, such as {_EXAMPLE}"
            )
        if any(name == "frame" for part in named[:-1] for name, _ in part):
            raise MeuError(f"the frame pattern {self.path!r} has {{frame}} in a folder's name; it names the file")
        for name, width in (pair for part in named for pair in part):
            if not name.isidentifier() or not _WIDTH.fullmatch(width):
                raise MeuError(
                    f"the frame pattern {self.path!r}: {{{name}{':' if width else ''}{width}}} is not understood;"
                    f" write a name and a width, such as {_EXAMPLE}"
                )

    @cached_property
    def is_video(self) -> bool:
        """Whether it names videos, not pictures."""
        return "frame" not in self.names

    @cached_property
    def names(self) -> frozenset[str]:
        """The fields it needs, `frame` among them."""
        return frozenset(name for name, _ in _named(self.path))

    def folders(self, fields: ClipFields) -> tuple[str, ...]:
        """The names of the folders, as the release writes them; none where the files lie side by side.

        Raises:
            KeyError: The row has no such field.
        """
        return tuple(_filled(part, fields) for part in self.path.split("/")[:-1])

    def file_name(self, fields: ClipFields, number: int) -> str:
        """The name of a frame's file, or of the video, as the release writes it.

        Raises:
            KeyError: The row has no such field.
        """
        return _filled(self.path.rpartition("/")[2], {**fields, "frame": number})

    def file(self, fields: ClipFields) -> tuple[str, str]:
        """What stands before and behind the frame's number in the name of a file; of a video, its name and nothing.

        Raises:
            KeyError: The row has no such field.
        """
        last = self.path.rpartition("/")[2]
        before, frame, behind = last.partition("{frame")
        return _filled(before, fields), _filled(behind.partition("}")[2], fields) if frame else ""


_EXAMPLE = "sub{subject:02}/{clip}/img{frame}.jpg"


def _named(text: str) -> list[tuple[str, str]]:
    """The names in braces and their widths; what else Python allows there makes a name that is none."""
    found = string.Formatter().parse(text)
    return [(f"{name}!{other}" if other else name, width or "") for _, name, width, other in found if name is not None]


def _filled(text: str, fields: ClipFields) -> str:
    parts = string.Formatter().parse(text)
    return "".join(
        literal + ("" if name is None else _padded(_field(fields, name), width or ""))
        for literal, name, width, _ in parts
    )


def _field(fields: ClipFields, name: str) -> str | int:
    if name == SUBJECT_NUMBER and name not in fields:
        digits = _NUMBER.findall(str(fields["subject"]))
        if not digits:
            raise KeyError(name)
        return str(digits[-1])
    return fields[name]


def _padded(value: str | int, width: str) -> str:
    text = str(value).strip()
    return text.zfill(int(width.rstrip("d"))) if width and text.isdecimal() else text
