"""The SQLite file below the ledger: connection, transactions, migration, and the one way of reading in pages.

Only the modules of `meu_data.store` use it, and only they hold SQL (tests/store/test_boundaries.py).
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from meu_data.errors import DamagedError, LedgerError
from meu_data.store.migrations import MIGRATIONS

PAGE = 200
SqlRow = tuple[Any, ...]
# What SQLite says of a value in a row; a file that is damaged as a whole is "malformed", too.
_DAMAGE = re.compile("malformed JSON|decode to UTF-8|JSON cannot hold|JSON path")
# "meud" in the file's header, by which `file` and we know a ledger.
_MARK = int.from_bytes(b"meud", "big")


class Database:
    """One open database; one writer at a time, and a transaction is the unit that survives `kill -9`."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens the database, making or migrating it as needed.

        Args:
            path: The file.
            read_only: Write nothing. A ledger of an older program is read from a migrated copy in memory.

        Raises:
            LedgerError: It is no ledger, is newer than this program, or cannot be written.
        """
        self.path, self._read_only = path, read_only
        if path.exists() and not path.is_file():
            raise LedgerError(f"{path}: this is no file; move it away")
        with self._explained():
            if read_only:
                self.connection = self._opened_to_read()
                return
            self.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
            try:
                self._refuse_foreign(self.connection)
                self.connection.execute("PRAGMA journal_mode = WAL")
                # NORMAL survives the death of the process; a power cut may lose the last commits, which a rerun redoes.
                self.connection.execute("PRAGMA synchronous = NORMAL")
                self._migrate()
            except BaseException:
                self.connection.close()
                raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the body, or nothing.

        Raises:
            LedgerError: The database cannot be written.
        """
        with self._explained():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself; then there is nothing left to undo.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, bound: Sequence[object] = ()) -> list[SqlRow]:
        """All rows of a query; values are bound, never put into the text.

        Raises:
            LedgerError: The database cannot be read.
        """
        with self._explained():
            return self.connection.execute(query, bound).fetchall()

    def value(self, query: str, bound: Sequence[object] = ()) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the first row; None when there is no row.

        Raises:
            LedgerError: The database cannot be read.
        """
        rows = self.rows(query, bound)
        return rows[0][0] if rows else None

    def bytes_of(self, query: str) -> Iterator[SqlRow]:
        """The rows of a query with their texts as bytes, whatever these are.

        Raises:
            LedgerError: The database cannot be read.
        """
        with self._explained():
            cursor = self.connection.cursor()
            self.connection.text_factory = bytes
            try:
                yield from cursor.execute(query)
            finally:
                self.connection.text_factory = str

    @contextlib.contextmanager
    def changed_in_memory(self) -> Iterator[None]:
        """Where the file is only read, the body and all that follows work on a copy of it in memory.

        Raises:
            LedgerError: The database cannot be read.
        """
        if not self._read_only:
            yield
            return
        with self._explained():
            copy = sqlite3.connect(":memory:", isolation_level=None)
            self.connection.backup(copy)
            self.connection.close()
            self.connection = copy
            yield
            copy.execute("PRAGMA query_only = ON")

    def execute(self, query: str, bound: Sequence[object] = ()) -> int:
        """Runs one statement that writes, and counts the rows; call inside a transaction, which explains its errors."""
        return self.connection.execute(query, bound).rowcount

    def pages(
        self, query: str, bound: Sequence[object] = (), *, key: str, limit: int | None = None
    ) -> Iterator[list[SqlRow]]:
        """The rows of a query, some at a time: memory does not grow with the table, and the caller may write between.

        Args:
            query: A SELECT that begins with the columns of `key` and ends in a WHERE clause.
            bound: What stands for its question marks.
            key: The columns that number the rows, such as `s.id`; each row goes by another text.
            limit: At most so many rows.

        Yields:
            Pages in the order of `key`; none is empty.

        Raises:
            LedgerError: The database cannot be read.
        """
        width = key.count(",") + 1
        last: SqlRow = ("",) * width
        behind = f"{query} AND ({key}) > ({', '.join('?' * width)}) ORDER BY {key} LIMIT ?"
        while limit is None or limit > 0:
            wanted = PAGE if limit is None else min(PAGE, limit)
            page = self.rows(behind, (*bound, *last, wanted))
            if page:
                yield page
            if len(page) < wanted:
                return
            last = page[-1][:width]
            limit = None if limit is None else limit - len(page)

    def _opened_to_read(self) -> sqlite3.Connection:
        # A ledger on a read-only disk has no room for the file that WAL readers share; then nobody else writes either.
        address = f"{self.path.resolve().as_uri()}?mode=ro"
        for attempt in (address, f"{address}&immutable=1"):
            connection = sqlite3.connect(attempt, timeout=60, isolation_level=None, uri=True)
            try:
                self._refuse_foreign(connection)
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version < len(MIGRATIONS):
                    copy = sqlite3.connect(":memory:", isolation_level=None)
                    connection.backup(copy)
                    connection.close()
                    self.connection = connection = copy
                    self._migrate()
                    connection.execute("PRAGMA query_only = ON")
                elif version > len(MIGRATIONS):
                    raise LedgerError(_newer(self.path))
            except sqlite3.OperationalError as error:
                connection.close()
                if attempt != address or "unable to open" not in str(error):
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise LedgerError(f"{self.path}: it cannot be opened")

    def _refuse_foreign(self, connection: sqlite3.Connection) -> None:
        """Nothing is ever written to a database of another program."""
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        # Ledgers of before the mark are known by their tables.
        if mark != _MARK and (mark or (tables and "samples" not in tables)):
            raise LedgerError(f"{self.path}: this is a database of another program; move it away")

    def _migrate(self) -> None:
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise LedgerError(_newer(self.path))
        for step in range(version, len(MIGRATIONS)):
            # executescript commits by itself, so the version travels inside the same transaction.
            script = f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA user_version = {step + 1}; COMMIT;"
            self.connection.executescript(script)
        (mark,) = self.connection.execute("PRAGMA application_id").fetchone()
        if mark != _MARK:
            self.connection.execute(f"PRAGMA application_id = {_MARK}")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            kind = DamagedError if _DAMAGE.search(str(error)) else LedgerError
            raise kind(f"{self.path}: {_explanation(error)}") from error


def _newer(path: Path) -> str:
    return f"{path} was written by a newer meu-data; upgrade the program to use it"


def _explanation(error: sqlite3.Error) -> str:
    text = str(error)
    hints = {
        "disk is full": "the disk is full; make room and run the command again",
        "disk I/O error": "the disk refused a write (full, or a quota); make room and run the command again",
        "readonly": "the file or its folder may not be written; correct the permissions",
        "unable to open": "it cannot be opened or made; correct the permissions of its folder",
        "not a database": "this is no meu-data ledger; move the file away",
        "locked": "another program holds it; wait for that to end",
        "malformed": "the file is damaged; restore it from a backup or extract again in a new workspace",
    }
    return next((hint for part, hint in hints.items() if part in text), text)
