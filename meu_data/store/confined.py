"""The one way from a path that somebody else wrote to a file: it stays below its root, or it is refused."""

from functools import lru_cache
from pathlib import Path, PureWindowsPath

from meu_data.errors import FrameError, printable


class OutsideError(FrameError):
    """A path that came with a ledger, a sheet or an export leads out of its folder; what it names is not touched."""


def confined(root: Path, name: str) -> Path:
    """Where a path that was read from a ledger, a sheet, an export or an answer leads, if below its root.

    Such a path is another person's word: taken as it stands it could name any file of the user's, by an absolute
    path, by `..`, or through a link that came along with the files. Frames of a corpus and maps of a workspace have
    functions of their own, `frame_path` and `map_path`.

    Args:
        root: The folder that the path is relative to.
        name: The path as it was read.

    Returns:
        The absolute path with its links followed. The file need not exist.

    Raises:
        OutsideError: It leads elsewhere, to the folder itself, or is no path at all.
    """
    return _below(root, name, "")


def map_path(workspace: Path, name: str) -> Path:
    """Where a map, or another picture that the workspace keeps below `maps`, lies; see `confined`.

    Args:
        workspace: The workspace's folder.
        name: The path below it, as the ledger has it.

    Raises:
        OutsideError: It leads out of `maps`, to that folder itself, or is no path at all.
    """
    return _below(workspace, name, "maps")


def frame_path(frames: Path, name: str) -> Path:
    """Where a frame or a video of a corpus lies; links may lead anywhere, for the tree is the user's own.

    A corpus may lie on several disks: `extract` alone decides, by `--follow-links`, whether what is behind a link is
    taken, and all later stages read what it took.

    Args:
        frames: The source's frames folder.
        name: The path below it, as the ledger has it, with neither `..` nor a root or drive of any system.

    Returns:
        The path below the folder as it is. The file need not exist.

    Raises:
        OutsideError: It leads elsewhere by itself, or is no path at all.
    """
    windows = PureWindowsPath(name)
    if windows.drive or windows.root or ".." in windows.parts or "\0" in name or not windows.parts:
        raise OutsideError(f"{printable(name)!r} leads out of {frames}: nothing was touched; name a file below it")
    return frames / name


def _below(root: Path, name: str, folder: str) -> Path:
    try:
        home = _resolved(root) / folder
        path = (root / name).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a link to itself, a NUL or a lone surrogate in the name
        raise OutsideError(f"{printable(name)!r} in {root} is no usable path ({printable(str(error))})") from error
    if home not in path.parents:
        raise OutsideError(
            f"{printable(name)!r} leads out of {home}, to {path}: nothing was touched; put the file itself there"
            " instead of a link, or do not work with these files if they came from elsewhere"
        )
    return path


@lru_cache(maxsize=16)
def _resolved(root: Path) -> Path:
    """The same folder for as long as a program runs: whoever moves it moves the ledger, too."""
    return root.resolve()
