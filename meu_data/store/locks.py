"""Locks that end with the process that holds them, however it ends: no kill, crash or reboot leaves one behind."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import lock_descriptor

from meu_data.errors import MeuError
from meu_data.store.files import explained


@contextlib.contextmanager
def held_lock(path: Path) -> Iterator[int | None]:
    """Takes a lock without waiting.

    The lock belongs to the open file and is never taken back but by closing it, so that a child keeps what it was
    handed (`filelock.FileLock` would unlock for both).

    Args:
        path: The file to lock; made when missing, its folder must be there.

    Yields:
        The open file, to hand to a child process that shall go on holding the lock; None when another holds it.

    Raises:
        MeuError: The file cannot be opened or locked.
    """
    with explained(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with explained(path):
            taken = lock_descriptor(handle, blocking=False)
        yield handle if taken else None
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


def drafting_lock(root: Path) -> contextlib.AbstractContextManager[None]:
    """Lets one process at a time draft in a workspace.

    Two runs at once would take each other's open attempts for those of a killed run.

    Raises:
        MeuError: Another process is drafting.
    """
    return _only_one(root, "draft.lock", "drafting")


def rendering_lock(root: Path) -> contextlib.AbstractContextManager[None]:
    """Lets one process at a time render in a workspace: two would draw every map twice.

    Raises:
        MeuError: Another process is rendering.
    """
    return _only_one(root, "render.lock", "rendering")


@contextlib.contextmanager
def _only_one(root: Path, name: str, doing: str) -> Iterator[None]:
    with held_lock(root / name) as handle:
        if handle is None:
            raise MeuError(f"{root}: another process is {doing} here; wait for it to end")
        yield
