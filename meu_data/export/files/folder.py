"""A folder that appears under its name whole or not at all, and replaces an older one without ever losing it."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import lock_descriptor

from meu_data.errors import MeuError
from meu_data.store.files import explained
from meu_data.store.locks import held_lock

_NEW = ".meu-tmp-export-"
_OLD = ".meu-tmp-replaced-"
_RUNNING = "{}: another export to this folder is running; wait for it to end"
# Windows opens no folders: the lock is a file beside it there, and what a folder lists needs no sync.
_FOLDERS_OPEN = os.name != "nt"


def holds_something(folder: Path) -> bool:
    """Whether a folder is there and not empty.

    Raises:
        MeuError: It may not be looked at.
    """
    with explained(folder):
        return folder.is_dir() and any(folder.iterdir())


@contextlib.contextmanager
def whole_folder(
    out: Path,
    *,
    overwrite: bool,
    why_not_ours: Callable[[Path], str | None],
    same: Callable[[Path, Path], bool] | None = None,
) -> Iterator[Path]:
    """A folder to fill beside `out`, which takes that name when the body ends well.

    It is locked while it is filled, so that what a killed run left behind can be told from another run's work,
    and is used again. A folder that is replaced is first moved aside; a run that is killed between the two
    renames leaves it there, and the next one puts it back before anything else.

    Args:
        out: The final name: missing or an empty folder, or with `overwrite` one of ours.
        overwrite: Replace what is there.
        why_not_ours: Says why a folder may not be replaced; None when it may.
        same: Says whether what was filled is what an earlier one of ours holds: that one stays as it is, and the run
            that was repeated ends well. Without it what is not empty is refused before the body.

    Raises:
        MeuError: `out` may not be written; nothing there has changed.
    """
    with explained(out):
        target = Path(os.path.realpath(out))
        new, old = target.with_name(_NEW + target.name), target.with_name(_OLD + target.name)
        _check_free(out, target, overwrite, why_not_ours, same is not None)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise MeuError(f"{out}: {target.parent} is a file, not a folder") from error
        with _locked(new, out):
            try:
                _recover(target, old)
                _check_free(out, target, overwrite, why_not_ours, same is not None)
                _empty(new)
                yield new
                if same is not None and not overwrite and holds_something(target):
                    if not same(new, target):
                        raise MeuError(
                            f"{out} holds an earlier export, and this one differs from it; replace it with --overwrite,"
                            " or name another folder"
                        )
                    shutil.rmtree(new)
                    return
                _sync(new)
                _put_in_place(new, target, old)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise


def _check_free(
    out: Path, target: Path, overwrite: bool, why_not_ours: Callable[[Path], str | None], repeats: bool
) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise MeuError(f"{out} is a file; name a folder to export to")
    if not any(target.iterdir()):
        return
    reason = why_not_ours(target)
    if not overwrite and (reason or not repeats):
        raise MeuError(f"{out} is not empty; name another folder, or replace an earlier export with --overwrite")
    if reason:
        raise MeuError(f"{out} may not be overwritten: {reason}; name another folder")


@contextlib.contextmanager
def _locked(folder: Path, out: Path) -> Iterator[None]:
    """Makes the folder and holds a lock on it that ends with this process, however that ends."""
    while True:
        folder.mkdir(exist_ok=True)
        if not _FOLDERS_OPEN:
            with held_lock(folder.with_name(f"{folder.name}.lock")) as taken:
                if taken is None:
                    raise MeuError(_RUNNING.format(out))
                yield
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            if not lock_descriptor(handle, blocking=False):
                raise MeuError(_RUNNING.format(out))
            # The run that held it may have given the folder its final name between our open and our lock.
            if folder.exists() and os.path.samestat(os.fstat(handle), folder.stat()):
                yield
                return
        finally:
            os.close(handle)


def _recover(target: Path, old: Path) -> None:
    """Ends what a run killed between its two renames began: the old folder goes back, or is done with."""
    if not old.exists():
        return
    if holds_something(target):
        shutil.rmtree(old)
    else:
        old.rename(target)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _put_in_place(new: Path, target: Path, old: Path) -> None:
    replaced = holds_something(target)
    if replaced:
        target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        if replaced:
            old.rename(target)
        raise
    _sync_entry(target.parent)
    if replaced:
        shutil.rmtree(old, ignore_errors=True)


def _sync(folder: Path) -> None:
    for inner, _, names in os.walk(folder):
        for name in names:
            _sync_entry(Path(inner, name))
        _sync_entry(Path(inner))


def _sync_entry(path: Path) -> None:
    if not _FOLDERS_OPEN and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if _FOLDERS_OPEN else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
