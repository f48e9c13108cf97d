"""The workspace: a folder with its settings, its ledger and its maps, in which files appear whole or not at all."""

import contextlib
import errno
import os
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from pydantic import Field, ValidationError

from meu_data.choices import Language, Recipe, Solver
from meu_data.errors import MeuError
from meu_data.ledger import Ledger
from meu_data.records import Record

_TEMPORARY = ".meu-tmp-"


class Settings(Record):
    """`meu.toml`: what the user may commit to say how this workspace is worked. Never secrets."""

    recipe: Recipe = "robust"
    map_size: int = Field(default=448, ge=112, le=1344, multiple_of=28)
    solver: Solver = "fused"
    lang: Language = "en"
    landmark_model: str | None = None
    policy: str = "latest"
    licence: str | None = None


class Workspace:
    """One folder that holds the state of one project."""

    def __init__(self, root: Path, settings: Settings, ledger: Ledger) -> None:
        """Prefer `Workspace.open`."""
        self.root = root
        self.settings = settings
        self.ledger = ledger

    @classmethod
    def open(cls, root: Path, *, create: bool = False) -> Self:
        """Opens a workspace.

        Args:
            root: Its folder.
            create: Make the folder and the ledger where they are missing; otherwise that is an error.

        Raises:
            MeuError: There is no workspace, `meu.toml` is wrong, or the folder cannot be written.
            LedgerError: The ledger is damaged or was written by a newer program.
        """
        database = root / "meu.db"
        if not create and not database.is_file():
            raise MeuError(
                f"{root} is no workspace (it has no meu.db): run `meu-data extract` first, or name it with -w"
            )
        settings = _read_settings(root / "meu.toml")
        with explained(root):
            root.mkdir(parents=True, exist_ok=True)
        return cls(root.resolve(), settings, Ledger(database))

    def close(self) -> None:
        """Closes the ledger."""
        self.ledger.close()

    def __enter__(self) -> Self:
        """Use as a context manager to close the ledger."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the ledger."""
        self.close()


def _read_settings(path: Path) -> Settings:
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MeuError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        allowed = ", ".join(Settings.model_fields)
        raise MeuError(f"{path}: setting {name!r}: {first['msg']} (settings: {allowed})") from error


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

    Yields:
        A binary stream.

    Raises:
        MeuError: The file cannot be written; nothing is left of it.
    """
    with explained(path):
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


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed writer left in a folder."""
    for leftover in folder.glob(f"{_TEMPORARY}*"):
        if leftover.is_file():
            leftover.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
