"""Files that appear whole or not at all.

What the operating system refuses becomes an error a person can act on.
"""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from meu_data.errors import MeuError

_TEMPORARY = ".meu-tmp-"

_REASONS = {
    errno.ENOENT: "there is no such file or folder; check the path",
    errno.ENOSPC: "the disk is full; make room and run the command again",
    errno.EDQUOT: "the disk quota is used up; make room and run the command again",
    errno.EFBIG: "the file may not grow that large here; make room and run the command again",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the operating system refuses about `path` into an error a person can act on.

    Raises:
        MeuError: The body raised an OSError.
    """
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise MeuError(f"{path}: {reason}") from error


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write that appears under its name only when it is complete and on the disk.

    Args:
        path: The final name; its folder is made when missing.
        private: At no moment may others read it (0600).

    Raises:
        MeuError: The file cannot be written; nothing is left of it.
    """
    with explained(path):
        # Replacing a device would take it away from the whole machine.
        if path.exists() and not path.is_file():
            raise MeuError(f"{path}: this is a folder or a device; name a file to write")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                if not private:
                    # mkstemp gives 0600; a result should be as readable as any file the user makes.
                    temporary.chmod(0o666 & ~_umask())
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        MeuError: It cannot be read.
    """
    with explained(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed writer left in a folder."""
    for leftover in folder.glob(f"{_TEMPORARY}*"):
        if leftover.is_file():
            leftover.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
