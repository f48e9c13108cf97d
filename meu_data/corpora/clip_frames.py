"""Finds a clip's frames below the corpus's frames folder, and never looks outside that folder."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from meu_data.errors import FrameError
from meu_data.frames import FrameHeader, read_header
from meu_data.store.files import explained

_FRAME = re.compile(r"(\d{1,9})\.(?:png|jpe?g|bmp)", re.IGNORECASE | re.ASCII)


class ClipFrames:
    """The frames folder of a corpus, opened one clip at a time.

    Only the current clip's listing is held, so memory does not grow with the corpus.
    """

    def __init__(self, root: Path) -> None:
        """Checks that the folder can be entered.

        Raises:
            MeuError: It is missing, no folder, or not allowed.
        """
        with explained(root):
            # A stat of "folder/." needs the right to enter; joined by hand, because pathlib drops the dot.
            os.stat(os.path.join(root, "."))  # noqa: PTH116, PTH118
            self._root = root.resolve(strict=True)
        self._clip: str | None = None
        self._names: frozenset[str] = frozenset()
        self._found: dict[int, list[str]] = {}

    def find(self, patterns: Sequence[str], fields: Mapping[str, str | int], number: int) -> str:
        """The path of one frame, POSIX form, below the frames folder.

        Args:
            patterns: As `Corpus.frames`. Without a file of the first one's name, one with the same number in other
                padding or as .jpg, .jpeg or .bmp is taken.
            fields: The values of their fields but `frame`.
            number: The frame's number.

        Raises:
            FrameError: The name is no plain folder name, the folder or frame is missing or leads out of the frames
                folder, or two files bear the number.
        """
        clip = str(fields["clip"])
        exact = patterns[0].rpartition("/")[2].format(**fields, frame=number)
        if clip != self._clip:
            self._names, self._found = self._listing(clip)
            self._clip = clip
        names = self._found.get(number, [])
        if exact in self._names:
            names = [exact]
        if not names:
            raise FrameError(f"the frame {clip}/{exact} is missing")
        if len(names) > 1:
            raise FrameError(f"{clip} holds more than one frame {number}: {', '.join(sorted(names))}; keep one")
        relative = f"{clip}/{names[0]}"
        with _explained(relative):
            path = self._root / clip / names[0]
            if path.is_symlink():
                self._refuse_outside(path, relative)
        return relative

    def header(self, relative: str) -> FrameHeader:
        """The header of a frame that `find` named.

        Raises:
            FrameError: It is not readable; the message calls it by its relative path.
        """
        return read_header(self._root / relative, name=relative)

    def _listing(self, clip: str) -> tuple[frozenset[str], dict[int, list[str]]]:
        folder = self._root / _plain(clip)
        with _explained(clip):
            self._refuse_outside(folder, clip)
            names = os.listdir(folder)  # noqa: PTH208 - a Path per file would double the time
        found: dict[int, list[str]] = {}
        for name in names:
            if match := _FRAME.fullmatch(name):
                found.setdefault(int(match[1]), []).append(name)
        return frozenset(names), found

    def _refuse_outside(self, path: Path, relative: str) -> None:
        path.stat()  # an OSError for a circle of links, for which resolve has none
        if not path.resolve(strict=True).is_relative_to(self._root):
            raise FrameError(f"{relative} leads out of the frames folder by a symbolic link; copy the files in")


@contextlib.contextmanager
def _explained(relative: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FrameError(f"the frames folder holds no {relative}") from None
    except NotADirectoryError:
        raise FrameError(f"{relative} is a file, not a folder of frames") from None
    except PermissionError:
        raise FrameError(f"{relative}: permission denied; make it readable for this user") from None
    except OSError as error:
        raise FrameError(f"{relative}: cannot be opened ({error.strerror})") from None


def _plain(clip: str) -> str:
    """Refuses what is more than the name of one folder, on any operating system."""
    if clip in ("", ".", "..") or any(sign in clip for sign in "/\\:\0"):
        raise FrameError(f"{clip!r} is no plain folder name; the clip's folder lies directly in the frames folder")
    return clip
