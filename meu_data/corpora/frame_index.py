"""Lists a frames folder once: which folders there are, and which frames and videos each holds."""

import json
import os
import re
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from meu_data.corpora.frame_pattern import path_key
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress
from meu_data.store.files import explained
from meu_data.store.frame_tree import FolderRow, FrameTree

MOST_FOLDERS = 1_000_000
"""More than any corpus has: then the folder that was named is a disk, not a corpus."""

_PICTURE = re.compile(r"(.*?)(\d{1,9})(\D*\.(?:png|jpe?g|bmp|tiff?|webp))", re.IGNORECASE | re.ASCII | re.DOTALL)
_VIDEO = re.compile(r".*\.(?:avi|mp4|m4v|mov|mkv|webm)", re.IGNORECASE | re.DOTALL)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# A folder that changed within the last seconds may change again within the same tick of its clock.
_STILL_WARM_NS = 3 * 10**9
_PROOF_OF_NOTHING = -1


class FrameRun(NamedTuple):
    """Frames of one folder whose names differ in the number alone.

    Attributes:
        before: What stands before the number.
        width: Digits of the number with its zeros; 0 where there are none to see.
        behind: What stands behind it, with the ending.
        ranges: First and last number of each stretch without a gap, ascending.
    """

    before: str
    width: int
    behind: str
    ranges: tuple[tuple[int, int], ...]

    def name(self, number: int) -> str:
        """The file of a frame."""
        return f"{self.before}{number:0{self.width}d}{self.behind}"

    def holds(self, number: int) -> bool:
        """Whether the frame is there."""
        return self.nearest(number) == number

    def nearest(self, number: int) -> int:
        """The number of the frame that is there and closest; the earlier of two."""
        place = bisect_right(self.ranges, (number, 1 << 62))
        earlier = [min(number, self.ranges[place - 1][1])] if place else []
        later = [self.ranges[place][0]] if place < len(self.ranges) else []
        return min(earlier + later, key=lambda found: abs(found - number))


@dataclass(frozen=True)
class Folder:
    """One folder of the tree.

    Attributes:
        path: Below the frames folder, POSIX; empty for that folder itself.
        folders: Names of the folders in it.
        links: Names of the folders in it that are symbolic links, which were not followed.
        runs: Its frames.
        videos: Names of its videos.
        refused: Why it could not be listed; empty where it could.
    """

    path: str
    folders: tuple[str, ...]
    links: tuple[str, ...]
    runs: tuple[FrameRun, ...]
    videos: tuple[str, ...]
    refused: str

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its path's names."""
        return tuple(map(path_key, self.path.split("/")))

    @cached_property
    def runs_by_key(self) -> dict[tuple[str, str], list[FrameRun]]:
        """The frames by the keys of what stands before the number and behind it, without the ending."""
        found: dict[tuple[str, str], list[FrameRun]] = {}
        for run in self.runs:
            found.setdefault((path_key(run.before), path_key(run.behind.rpartition(".")[0])), []).append(run)
        return found

    @cached_property
    def videos_by_key(self) -> dict[str, list[str]]:
        """The videos by the key of the name without its ending."""
        found: dict[str, list[str]] = {}
        for name in self.videos:
            found.setdefault(path_key(name.rpartition(".")[0]), []).append(name)
        return found


def turned(keys: tuple[str, ...]) -> str:
    """A path's keys from the last to the first, each with a slash behind it: what ends alike begins alike."""
    return "".join(f"{key}/" for key in reversed(keys))


def folder_of(row: FolderRow) -> Folder:
    """A folder as `refresh` stored it."""
    folders, links, runs, videos, refused = json.loads(row.contents)
    found = tuple(
        FrameRun(before, width, behind, tuple(zip(edges[::2], edges[1::2], strict=True)))
        for before, width, behind, edges in runs
    )
    return Folder(row.path, tuple(folders), tuple(links), found, tuple(videos), refused)


def refresh(tree: FrameTree, root: Path, *, follow_links: bool = False, progress: Progress = SILENT) -> int:
    """Brings what is known of a frames folder up to date; a folder that looks untouched is not listed again.

    Args:
        tree: Where it is kept.
        root: The frames folder, its own links resolved.
        follow_links: Also enter folders that are symbolic links, each place once.
        progress: Who hears of it.

    Returns:
        The number of folders.

    Raises:
        MeuError: The folder cannot be read, holds more than `MOST_FOLDERS`, or nothing can be stored.
    """
    progress.start("look through the frames folder", None)
    try:
        with tree.scan():
            count = 0
            for _ in _walk(tree, root, follow_links):
                count += 1
                if count > MOST_FOLDERS:
                    raise MeuError(f"{root}: more than {MOST_FOLDERS} folders; name the corpus's own folder")
                progress.advance()
            return count
    finally:
        progress.finish()


def _walk(tree: FrameTree, root: Path, follow_links: bool) -> Iterator[None]:
    # Real folders come first, so that what is linked as well is known by its own name.
    waiting, linked = [""], list[str]()
    entered: set[tuple[int, int]] = set()
    while waiting or linked:
        path = waiting.pop() if waiting else linked.pop()
        # Joined by hand, because a Path for each of a hundred thousand folders takes as long as listing them.
        place = f"{root}/{path}" if path else str(root)
        try:
            details = os.stat(place)  # noqa: PTH116
        except OSError as error:
            tree.forget(path)
            tree.note(_refused(path, error))
            yield
            continue
        if follow_links:
            if (details.st_dev, details.st_ino) in entered:
                tree.forget(path)
                continue
            entered.add((details.st_dev, details.st_ino))
        known = tree.known(path)
        if known is not None and known.changed == details.st_mtime_ns:
            row = known
        else:
            row = _listed(place, path, details.st_mtime_ns)
            tree.note(row)
        folders, links = json.loads(row.contents)[:2]
        below = f"{path}/" if path else ""
        if known is not None and row is not known:
            for name in set(json.loads(known.contents)[0]).difference(folders):
                tree.forget(below + name)
        waiting += [below + name for name in reversed(folders)]
        if follow_links:
            linked += [below + name for name in reversed(links)]
        else:
            for name in links:
                tree.forget(below + name)
        yield


def _listed(place: str, path: str, changed: int) -> FolderRow:
    """Lists one folder."""
    now = time.time_ns()
    folders, links, videos = list[str](), list[str](), list[str]()
    numbers: dict[tuple[str, int, str], list[int]] = {}
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                name = entry.name
                # Hidden ones are what systems leave behind; a name that is no text fits into no ledger.
                if name[0] == "." or _UNFIT.search(name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif match := _PICTURE.fullmatch(name):
                    before, digits, behind = match.groups()
                    width = len(digits) if digits[0] == "0" and len(digits) > 1 else 0
                    numbers.setdefault((before, width, behind), []).append(int(digits))
                elif _VIDEO.fullmatch(name):
                    videos.append(name)
                elif entry.is_symlink() and entry.is_dir():
                    links.append(name)
    except OSError as error:
        return _refused(path, error)
    runs = [(before, width, behind, _ranges(found)) for (before, width, behind), found in sorted(numbers.items())]
    contents = json.dumps(
        (sorted(folders), sorted(links), runs, sorted(videos), ""), ensure_ascii=False, separators=(",", ":")
    )
    warm = now - changed < _STILL_WARM_NS
    return FolderRow(path, _turned(path), _PROOF_OF_NOTHING if warm else changed, contents)


def _turned(path: str) -> str:
    return turned(tuple(map(path_key, path.split("/")))) if path else ""


def _refused(path: str, error: OSError) -> FolderRow:
    reason = "permission denied" if isinstance(error, PermissionError) else error.strerror or str(error)
    return FolderRow(path, _turned(path), _PROOF_OF_NOTHING, json.dumps(([], [], [], [], reason)))


def _ranges(numbers: list[int]) -> list[int]:
    """First and last of each stretch, one behind the other."""
    numbers.sort()
    edges: list[int] = []
    for number in numbers:
        if edges and number <= edges[-1] + 1:
            edges[-1] = number
        else:
            edges += (number, number)
    return edges


def check_enterable(root: Path) -> Path:
    """The frames folder with its own links resolved.

    Raises:
        MeuError: It is missing, no folder, or not allowed.
    """
    with explained(root):
        # A stat of "folder/." needs the right to enter; joined by hand, because pathlib drops the dot.
        os.stat(os.path.join(root, "."))  # noqa: PTH116, PTH118
        return root.resolve(strict=True)
