"""What lies below a frames folder, kept beside the ledger so that a tree is listed once; it may always be deleted."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from meu_data.errors import MeuError

# Another layout of the file, or another way to read names, makes the old one worthless; it is made again then.
_VERSION = 1

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS folder (
    path TEXT PRIMARY KEY,     -- below the frames folder, POSIX; '' is that folder itself
    turned TEXT NOT NULL,      -- key of the path from its last name to its first, each with a slash behind it
    changed INTEGER NOT NULL,  -- st_mtime_ns when it was listed; -1 where that proves nothing
    contents TEXT NOT NULL     -- JSON
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS folder_turned ON folder (turned);
PRAGMA user_version = {_VERSION};
"""


class FolderRow(NamedTuple):
    """One folder as it was listed."""

    path: str
    turned: str
    changed: int
    contents: str


class FrameTree:
    """The folders below one frames folder, in an SQLite file of their own; one transaction a scan."""

    def __init__(self, workspace: Path | None, root: Path) -> None:
        """Opens what is known of a frames folder, or starts afresh.

        Args:
            workspace: Where the file is kept; None keeps it in memory.
            root: The frames folder.

        Raises:
            MeuError: The file cannot be made.
        """
        self._file: Path | None = None
        if workspace is not None:
            name = hashlib.sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:16]
            self._file = workspace / "frame_trees" / f"{name}.db"
        with self._explained():
            try:
                self._connection = self._opened()
            except sqlite3.OperationalError:  # another program holds it, or it may not be written
                raise
            except sqlite3.DatabaseError:
                self._remove()
                self._connection = self._opened()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextlib.contextmanager
    def scan(self) -> Iterator[None]:
        """All that the body notes, or nothing.

        Raises:
            MeuError: The file cannot be written.
        """
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def known(self, path: str) -> FolderRow | None:
        """A folder as it was when it was listed last."""
        with self._explained():
            row = self._connection.execute("SELECT * FROM folder WHERE path = ?", (path,)).fetchone()
        return None if row is None else FolderRow(*row)

    def note(self, row: FolderRow) -> None:
        """Stores how a folder was listed; call inside `scan`."""
        self._connection.execute("REPLACE INTO folder VALUES (?, ?, ?, ?)", row)

    def forget(self, path: str) -> None:
        """Drops a folder and all below it; call inside `scan`."""
        # '0' is the sign behind '/'.
        self._connection.execute(
            "DELETE FROM folder WHERE path = ? OR (path > ? AND path < ?)", (path, f"{path}/", f"{path}0")
        )

    def ending(self, turned: str) -> list[FolderRow]:
        """The folders whose turned path begins so, in the order of their paths."""
        with self._explained():
            rows = self._connection.execute(
                "SELECT * FROM folder WHERE turned >= ? AND turned < ? ORDER BY path", (turned, turned + "\U0010ffff")
            )
            return [FolderRow(*row) for row in rows]

    def all(self) -> Iterable[FolderRow]:
        """Every folder, in the order of the paths."""
        with self._explained():
            for row in self._connection.execute("SELECT * FROM folder ORDER BY path"):
                yield FolderRow(*row)

    def _opened(self) -> sqlite3.Connection:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file or ":memory:", timeout=60, isolation_level=None)
        try:
            # A power cut may spoil the file: then it is made again.
            connection.execute("PRAGMA synchronous = OFF")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            elif version != _VERSION:
                raise sqlite3.DatabaseError("another layout")
        except BaseException:
            connection.close()
            raise
        return connection

    def _remove(self) -> None:
        if self._file is not None:
            for ending in ("", "-journal"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise MeuError(f"{self._file}: cannot be used ({error}); remove it, it is made again") from error
