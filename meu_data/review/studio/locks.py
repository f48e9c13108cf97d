"""Locks that end with the process that holds them, however it ends: no kill, crash or reboot leaves one behind."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from meu_data.store.files import explained


@contextlib.contextmanager
def held_lock(path: Path) -> Iterator[int | None]:
    """Takes a lock without waiting.

    Args:
        path: The file to lock; made when missing, its folder must be there.

    Yields:
        The open file, to hand to a child process that shall go on holding the lock; None when another holds it.

    Raises:
        MeuError: The file cannot be opened.
    """
    with explained(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock.

    Raises:
        MeuError: The file cannot be opened.
    """
    if not path.exists():
        return False
    with held_lock(path) as handle:
        return handle is None
