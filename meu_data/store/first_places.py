"""Which names a table holds more than once, in memory that does not grow with it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from meu_data.errors import MeuError

_TABLE = "CREATE TABLE places (name BLOB PRIMARY KEY, place INTEGER, label TEXT, unclear INTEGER) WITHOUT ROWID"
_NOTE = (
    "INSERT INTO places VALUES (?, ?, ?, 0) ON CONFLICT (name) DO UPDATE SET unclear = 1 WHERE label <> excluded.label"
)


class FirstPlaces:
    """Names, each with the first place it stood at and whether all of its labels agree; use `first_places`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(_TABLE)

    def note(self, name: str, place: int, label: str) -> None:
        """A name stands at this place, a row or the number of a file, with this label."""
        self._database.execute(_NOTE, (os.fsencode(name), place, label))

    def look_up(self, name: str) -> tuple[int, bool] | None:
        """The first place of a name, and whether it has several labels."""
        found = self._database.execute(
            "SELECT place, unclear FROM places WHERE name = ?", (os.fsencode(name),)
        ).fetchone()
        return (found[0], bool(found[1])) if found else None


@contextmanager
def first_places() -> Iterator[FirstPlaces]:
    """Room for names, gone at the end.

    Raises:
        MeuError: The disk of temporary files is full.
    """
    # An empty name is a file of SQLite's own, which is written only where its cache of 2 MB does not do.
    database = sqlite3.connect("", isolation_level=None)
    try:
        yield FirstPlaces(database)
    except sqlite3.OperationalError as error:
        raise MeuError(f"the names of the pictures cannot be noted ({error}); make room for temporary files") from error
    finally:
        database.close()
