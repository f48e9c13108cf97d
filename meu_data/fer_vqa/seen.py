"""Which pictures a table names more than once, in memory that does not grow with it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from meu_data.errors import MeuError

_TABLE = "CREATE TABLE seen (name BLOB PRIMARY KEY, place INTEGER, label TEXT, unclear INTEGER) WITHOUT ROWID"
_NOTE = (
    "INSERT INTO seen VALUES (?, ?, ?, 0) ON CONFLICT (name) DO UPDATE SET unclear = 1 WHERE label <> excluded.label"
)


class Seen:
    """Pictures by name, each with the first place it was named at; use `seen`, which closes it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Begins empty."""
        self._database = database
        database.execute(_TABLE)

    def note(self, name: str, place: int, label: str) -> None:
        """A picture is named at this place, a row or the number of a file, with this label."""
        self._database.execute(_NOTE, (os.fsencode(name), place, label))

    def look_up(self, name: str) -> tuple[int, bool] | None:
        """The first place of a picture, and whether it has several labels."""
        found = self._database.execute(
            "SELECT place, unclear FROM seen WHERE name = ?", (os.fsencode(name),)
        ).fetchone()
        return (found[0], bool(found[1])) if found else None


@contextmanager
def seen() -> Iterator[Seen]:
    """Room for names, gone at the end.

    Raises:
        MeuError: The disk of temporary files is full.
    """
    # An empty name is a file of SQLite's own, which is written only where its cache of 2 MB does not do.
    database = sqlite3.connect("", isolation_level=None)
    try:
        yield Seen(database)
    except sqlite3.OperationalError as error:
        raise MeuError(f"the names of the pictures cannot be noted ({error}); make room for temporary files") from error
    finally:
        database.close()
