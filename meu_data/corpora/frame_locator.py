"""Finds a corpus's frames: looks through the folder first, then says which layout it found, then names each frame."""

import difflib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from meu_data.corpora.frame_index import Folder, FrameRun, check_enterable, folder_of, refresh, turned
from meu_data.corpora.frame_layout import FoundLayout, runs_of, videos_of, weigh
from meu_data.corpora.frame_looking import looked_for
from meu_data.corpora.frame_pattern import ClipFields, FramePattern, path_key
from meu_data.errors import FrameError, MeuError
from meu_data.frames import FrameHeader, read_header
from meu_data.progress import SILENT, Progress
from meu_data.store.frame_tree import FolderRow, FrameTree
from meu_data.videos import VIDEO_MARK, VideoHeader, video_header

# Further away than this, a frame is not a dropped one's neighbour but another numbering.
_NEAR = 10
_NEIGHBOURS = 8


class FoundFrame(NamedTuple):
    """A frame that is there.

    Attributes:
        path: Below the frames folder, POSIX; of a video, `<file>#<picture, counted from 0>`.
        number: Its number; another than the one asked for only where `nearest` allows it.
    """

    path: str
    number: int


class FrameLocator:
    """The frames folder of a corpus, looked through once; memory does not grow with it."""

    def __init__(
        self,
        root: Path,
        workspace: Path | None = None,
        *,
        follow_links: bool = False,
        nearest: int = 0,
        progress: Progress = SILENT,
    ) -> None:
        """Looks through the folder, or through what changed in it since the last time.

        Args:
            root: The frames folder.
            workspace: Where what was seen is kept for the next time; None keeps nothing.
            follow_links: Also enter folders that are symbolic links, wherever they lead.
            nearest: Take a frame up to so many numbers away where one is missing.
            progress: Who hears of it.

        Raises:
            MeuError: The folder is missing, no folder, not allowed, or no corpus's.
        """
        self._root = check_enterable(root)
        self._follow_links = follow_links
        self._nearest = nearest
        self._tree = FrameTree(workspace, self._root)
        try:
            self.folders = refresh(self._tree, self._root, follow_links=follow_links, progress=progress)
        except BaseException:
            self._tree.close()
            raise
        self._layout: FoundLayout | None = None
        # One folder may hold the videos of a whole corpus: it is read from its row once.
        self._folder = lru_cache(maxsize=32)(_folder)

    def close(self) -> None:
        """Closes what was seen."""
        self._tree.close()

    def __enter__(self) -> Self:
        """Use as a context manager to close it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    def recognise(self, patterns: Sequence[FramePattern], clips: Iterable[ClipFields]) -> FoundLayout:
        """Chooses the layout that fits most clips; `find` then looks there and nowhere else.

        Frames of two layouts are never mixed: raw frames and crops of the same clips would give maps that cannot be
        compared. Clips may lie below several folders, as long as none lies below two.

        Args:
            patterns: The corpus's own, the preferred ones first. Where they fit less than half of the clips, or there
                are none, further ones are found by looking.
            clips: All of the sheet's.

        Raises:
            MeuError: The same clips lie there twice in the same layout, or no layout is known nor to be seen.
        """
        rows = list(clips)
        weighed = [weigh(pattern, rows, self.candidates) for pattern in patterns]
        if max((one.layout.fit for one in weighed), default=0) * 2 < len(rows) or not weighed:
            seen = looked_for(map(folder_of, self._tree.all()), rows)
            weighed += [weigh(pattern, rows, self.candidates) for pattern in seen if pattern not in patterns]
        if not weighed:
            raise MeuError(
                f"{self._root}: no folder, picture or video there is named after the sheet's clips; name the frames'"
                " folder, or say where they are with a pattern such as sub{subject:02}/{clip}/img{frame}.jpg"
            )
        # The first of the best: patterns are declared by preference.
        chosen = max(weighed, key=lambda one: (one.named, one.layout.fit))
        best = chosen.layout
        if chosen.twice is not None:
            raise MeuError(
                f"the clips are there twice in the same layout, below {best.bases[0] or 'the frames folder'} and below"
                f" {chosen.twice or 'the frames folder'}: give --frames the one that is meant"
            )
        others = [
            (layout.pattern, base, layout.fit)
            for layout in (one.layout for one in weighed)
            if layout is not best and layout.fit
            for base in layout.bases[:1]
        ]
        self._layout = best._replace(others=(*best.others, *others))
        return self._layout

    def find(self, fields: ClipFields, number: int) -> FoundFrame:
        """One frame of one clip.

        Args:
            fields: What the row says of the clip.
            number: The frame's number.

        Raises:
            FrameError: It is not there (the message names the nearest that is), two files bear its number, it leads
                out of the frames folder by a link, or the row lacks what the layout needs.
        """
        if self._layout is None:
            raise RuntimeError("recognise comes first")
        pattern = self._layout.pattern
        folder = self._clip_folder(pattern, fields)
        if pattern.is_video:
            found = self._in_video(pattern, fields, folder, number)
        else:
            found = self._in_folder(pattern, fields, folder, number)
        if not self._follow_links:
            self._refuse_outside(found.path.partition(VIDEO_MARK)[0] if pattern.is_video else found.path)
        return found

    def header(self, path: str) -> FrameHeader:
        """The header of a frame that `find` named.

        Raises:
            FrameError: It is not readable; the message calls it by its relative path.
        """
        return read_header(self._root / path, name=path)

    def holds(self, path: str) -> bool:
        """Whether there is such a file below the frames folder.

        Raises:
            FrameError: It leads out of the folder by a symbolic link.
        """
        try:
            there = (self._root / path).is_file()
        except (OSError, ValueError):  # too long, or a NUL
            return False
        if there and not self._follow_links:
            self._refuse_outside(path)
        return there

    def video(self, path: str) -> VideoHeader:
        """The header of a video below the frames folder.

        Raises:
            FrameError: It cannot be read.
        """
        return video_header(self._root / path, name=path)

    def candidates(self, pattern: FramePattern, fields: ClipFields) -> Iterator[tuple[str, Folder]]:
        """The folders where a clip's frames or video would be, each with the path above the pattern."""
        names = pattern.folders(fields)
        keys = tuple(map(path_key, names))
        starred = max((place for place, key in enumerate(keys) if key.endswith("*")), default=-1)
        start = turned(keys[starred + 1 :]) + (keys[starred][:-1] if starred >= 0 else "")
        for row in self._tree.ending(start) if keys else self._tree.all():
            folder = self._folder(row)
            if len(folder.keys) >= len(keys) and _alike(folder.keys[len(folder.keys) - len(keys) :], keys):
                above = folder.path.split("/")[: len(folder.keys) - len(keys)]
                yield "/".join(above), folder

    def _clip_folder(self, pattern: FramePattern, fields: ClipFields) -> Folder:
        try:
            names = pattern.folders(fields)
            found = [(base, folder) for base, folder in self.candidates(pattern, fields) if base in self._bases]
        except KeyError as error:
            raise FrameError(
                f"the row has no {error.args[0]}, which the frames' pattern {pattern.path} needs"
            ) from None
        shown = "/".join(names)
        if not found:
            raise FrameError(self._why_no_folder(names, shown))
        first = min(self._bases.index(base) for base, _ in found)
        folders = [folder for base, folder in found if base == self._bases[first]]
        exact = [folder for folder in folders if f"/{folder.path}".endswith(f"/{shown}")]
        if len(folders) > 1 and len(exact) != 1:
            raise FrameError(f"{shown} may be any of {', '.join(folder.path for folder in folders)}; keep one")
        folder = (exact or folders)[0]
        if folder.refused:
            hint = "; make it readable for this user" if folder.refused == "permission denied" else ""
            raise FrameError(f"{folder.path}: {folder.refused}{hint}")
        return folder

    @property
    def _bases(self) -> tuple[str, ...]:
        return self._layout.bases if self._layout else ()

    def _in_folder(self, pattern: FramePattern, fields: ClipFields, folder: Folder, number: int) -> FoundFrame:
        exact = pattern.file_name(fields, number)
        runs = runs_of(pattern, fields, folder)
        if not runs:
            held = ", ".join(f"{run.before}…{run.behind}" for run in folder.runs[:3])
            raise FrameError(
                f"{folder.path} holds no frames named like {exact}" + (f"; it holds {held}" if held else "")
            )
        taken = number
        if not any(run.holds(number) for run in runs):
            taken = min((run.nearest(number) for run in runs), key=lambda found: (abs(found - number), found))
            if abs(taken - number) > self._nearest:
                raise FrameError(f"the frame {folder.path}/{exact} is missing; {_nearby(runs, number, taken)}")
            exact = pattern.file_name(fields, taken)
        names = sorted(run.name(taken) for run in runs if run.holds(taken))
        if exact in names:
            names = [exact]
        if len(names) > 1:
            raise FrameError(f"{folder.path} holds more than one frame {taken}: {', '.join(names)}; keep one")
        return FoundFrame(f"{folder.path}/{names[0]}" if folder.path else names[0], taken)

    def _in_video(self, pattern: FramePattern, fields: ClipFields, folder: Folder, number: int) -> FoundFrame:
        exact = pattern.file_name(fields, number)
        names = videos_of(pattern, fields, folder)
        names = [exact] if exact in names else names
        if not names:
            raise FrameError(f"the video {folder.path}/{exact} is missing")
        if len(names) > 1:
            raise FrameError(f"{folder.path} holds more than one video of the clip: {', '.join(names)}; keep one")
        path = f"{folder.path}/{names[0]}" if folder.path else names[0]
        first = _first(pattern, fields)
        count = video_header(self._root / path, name=path).pictures
        taken = min(max(number, first), first + count - 1)
        if abs(taken - number) > self._nearest:
            raise FrameError(
                f"{path} has {count} pictures, frames {first} to {first + count - 1}: there is no frame {number}"
            )
        return FoundFrame(f"{path}{VIDEO_MARK}{taken - first}", taken)

    def _why_no_folder(self, names: Sequence[str], shown: str) -> str:
        keys = tuple(map(path_key, names))
        for linked, path in self._links:
            if any(_alike(linked[-depth:], keys[:depth]) for depth in range(1, len(keys) + 1)):
                return f"{path} is a symbolic link to a folder; --follow-links reads what is behind it"
        close: list[str] = []
        if keys:
            # Neighbours in the alphabet alone: a sheet of thousands of rows may find none of its folders.
            place = bisect_left(self._siblings, (keys[-1], ""))
            near = dict(self._siblings[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS])
            close = [near[key] for key in difflib.get_close_matches(keys[-1], near, n=1, cutoff=0.8)]
        return f"the frames folder holds no {shown}" + (f"; there is a {close[0]}" if close else "")

    @cached_property
    def _siblings(self) -> list[tuple[str, str]]:
        """The names of all folders by their keys."""
        names = {row.path.rpartition("/")[2] for row in self._tree.all()}
        return sorted((path_key(name), name) for name in names if name)

    @cached_property
    def _links(self) -> list[tuple[tuple[str, ...], str]]:
        """All folders that are symbolic links and were not followed: keys of the path, and the path."""
        paths = [
            f"{folder.path}/{link}" if folder.path else link
            for folder in map(folder_of, self._tree.all())
            for link in folder.links
        ]
        return [(tuple(map(path_key, path.split("/"))), path) for path in paths]

    def _refuse_outside(self, path: str) -> None:
        place = self._root / path
        try:
            outside = place.is_symlink() and not place.resolve(strict=True).is_relative_to(self._root)
        except (OSError, RuntimeError):  # RuntimeError: a circle, before Python 3.13
            raise FrameError(f"{path} is a symbolic link that leads nowhere; copy the file in") from None
        if outside:
            raise FrameError(
                f"{path} leads out of the frames folder by a symbolic link; copy the files in, or allow it with"
                " --follow-links"
            )


def _first(pattern: FramePattern, fields: ClipFields) -> int:
    if isinstance(pattern.first, int):
        return pattern.first
    try:
        return int(fields[pattern.first])
    except (KeyError, ValueError):
        raise FrameError(f"the row has no number {pattern.first}, at which its video begins") from None


def _nearby(runs: Sequence[FrameRun], number: int, nearest: int) -> str:
    name = next(run.name(nearest) for run in runs if run.holds(nearest))
    away = abs(nearest - number)
    where = f"{away} frame{'s' if away > 1 else ''} {'later' if nearest > number else 'earlier'}"
    hint = f" (--nearest {away} takes it)" if away <= _NEAR else ""
    return f"the nearest that is there is {name}, {where}{hint}"


def _alike(keys: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether names are those of a pattern, of which each may end in free text."""
    return len(keys) == len(wanted) and all(
        key == want
        or (want.endswith("*") and key.startswith(want[:-1]) and not key[len(want) - 1 : len(want)].isdecimal())
        for key, want in zip(keys, wanted, strict=True)
    )


def _folder(row: FolderRow) -> Folder:
    return folder_of(row)
