"""The one way from a path that somebody else wrote to a file: it stays below its root, or it is refused."""

from pathlib import Path, PureWindowsPath

from meu_data.errors import FrameError, printable


class OutsideError(FrameError):
    """A path that came with a ledger, a sheet or an export leads out of its folder; what it names is not touched."""


def confined(root: Path, name: str, *, folder: str = "", follow_links: bool = False) -> Path:
    """Where a path that was read from a ledger, a sheet, an export or an answer leads, if below its root.

    Such a path is another person's word: taken as it stands it could name any file of the user's, by an absolute
    path, by `..`, or through a link that came along with the files.

    Args:
        root: The folder that the path is relative to.
        name: The path as it was read.
        folder: The folder below the root that it may not leave either; the root itself when empty.
        follow_links: Links below the root may lead anywhere, for the root is the user's own tree, such as a corpus
            that lies on several disks. The path itself may have neither `..` nor a root or drive of any system.

    Returns:
        The absolute path with its links followed; with `follow_links`, the path below the root as it is. The file
        need not exist.

    Raises:
        OutsideError: It leads elsewhere, to the folder itself, or is no path at all.
    """
    if follow_links:
        windows = PureWindowsPath(name)
        if windows.drive or windows.root or ".." in windows.parts or "\0" in name or not windows.parts:
            raise OutsideError(f"{printable(name)!r} leads out of {root}: nothing was touched; name a file below it")
        return root / name
    try:
        home = root.resolve() / folder
        path = (root / name).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a link to itself, a NUL or a lone surrogate in the name
        raise OutsideError(f"{printable(name)!r} in {root} is no usable path ({printable(str(error))})") from error
    if home not in path.parents:
        raise OutsideError(
            f"{printable(name)!r} leads out of {home}, to {path}: nothing was touched; put the file itself there"
            " instead of a link, or do not work with these files if they came from elsewhere"
        )
    return path
