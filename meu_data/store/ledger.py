"""The workspace's SQLite ledger: what every stage found, made and could not do.

One writer at a time; a transaction is the unit that survives `kill -9`. Records are stored as the JSON of
`meu_data.records`, beside the few columns that are searched.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from meu_data.errors import LedgerError
from meu_data.records import Draft, Motion, Problem, Sample, Source, sample_problem
from meu_data.store.migrations import MIGRATIONS

_PAGE = 500


class SourceChange(NamedTuple):
    """What replacing a source did to the ledger."""

    added: int
    changed: int
    unchanged: int
    removed: int
    problems: int


class MotionState(NamedTuple):
    """What a stored motion was made from."""

    inputs: str
    frames: str
    map_file: str


class Ledger:
    """One open database."""

    def __init__(self, path: Path) -> None:
        """Opens the database, making or migrating it as needed.

        Raises:
            LedgerError: It is no ledger, is newer than this program, or cannot be written.
        """
        self.path = path
        with self._explained():
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                # NORMAL survives the death of the process; a power cut may lose the last commits, which a rerun redoes.
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._migrate()
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the body, or nothing.

        Raises:
            LedgerError: The database cannot be written.
        """
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself; then there is nothing left to undo.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def read(self, query: str, bound: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query, for the tables that a single stage knows.

        Args:
            query: SQL of the stage's own; values are bound, never put into the text.
            bound: What stands for the question marks.
        """
        with self._explained():
            return self._db.execute(query, bound).fetchall()

    def write(self, query: str, bound: tuple[object, ...] = ()) -> int:
        """Runs one statement on a table that a single stage knows; call inside a transaction.

        Returns:
            How many rows it touched.
        """
        return self._db.execute(query, bound).rowcount

    def replace_source(self, source: Source, rows: Iterable[Sample | Problem]) -> SourceChange:
        """Makes the ledger hold exactly these rows for one corpus and split, in one transaction.

        A sample whose id another split of the corpus already holds becomes a problem.

        Args:
            source: Where the rows come from.
            rows: Every row of the sheet, as a sample or as a problem; read once, never held together.

        Returns:
            Counts of samples added, changed, unchanged and removed, and of problems.
        """
        counts = {"added": 0, "changed": 0, "unchanged": 0, "problems": 0}
        place = (source.corpus, source.split)
        with self.transaction():
            self._db.execute("CREATE TEMP TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
            self._db.execute("DELETE FROM problems WHERE stage = 'extract' AND corpus = ? AND split = ?", place)
            for found in rows:
                row = (self._foreign_duplicate(found) or found) if isinstance(found, Sample) else found
                if isinstance(row, Problem):
                    self._insert_problem(row)
                    counts["problems"] += 1
                    continue
                counts[self._upsert_sample(row)] += 1
                self._db.execute("INSERT INTO seen VALUES (?)", (row.id,))
            removed = self._db.execute(
                "DELETE FROM samples WHERE corpus = ? AND split = ? AND id NOT IN (SELECT id FROM seen)", place
            ).rowcount
            # What later stages complained about samples that are gone is no longer anybody's problem.
            self._db.execute(
                "DELETE FROM problems WHERE stage <> 'extract' AND corpus = ? AND split = ?"
                " AND item NOT IN (SELECT id FROM samples)",
                place,
            )
            self._db.execute("REPLACE INTO sources VALUES (?, ?, ?)", (*place, source.model_dump_json()))
            self._db.execute("DROP TABLE seen")
        return SourceChange(removed=removed, **counts)

    def sources(self) -> dict[tuple[str, str], Source]:
        """The sources by (corpus, split)."""
        with self._explained():
            rows = self._db.execute("SELECT corpus, split, record FROM sources").fetchall()
        return {(corpus, split): Source.model_validate_json(record) for corpus, split, record in rows}

    def samples(self, *, only: str | None = None, limit: int | None = None) -> Iterator[Sample]:
        """The samples by id, read in pages so that memory does not grow with the corpus.

        Args:
            only: Just the sample of this id.
            limit: At most so many.
        """
        for _, record in self._paged("samples s", "s.id, s.record", only, limit):
            yield Sample.model_validate_json(record)

    def count_samples(self, *, only: str | None = None, limit: int | None = None) -> int:
        """How many samples `samples` would yield."""
        with self._explained():
            query = "SELECT count(*) FROM samples WHERE ? IS NULL OR id = ?"
            (count,) = self._db.execute(query, (only, only)).fetchone()
        return int(count) if limit is None else min(int(count), limit)

    def samples_with_motion_state(
        self, recipe: str, *, only: str | None = None, limit: int | None = None
    ) -> Iterator[tuple[Sample, MotionState | None]]:
        """Every sample with what its stored motion was made from (None when it has none)."""
        table = "samples s LEFT JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        columns = "s.id, s.record, m.inputs, m.frames, json_extract(m.record, '$.map_file')"
        for _, record, inputs, frames, map_file in self._paged(table, columns, only, limit, (recipe,)):
            yield Sample.model_validate_json(record), MotionState(inputs, frames, map_file) if inputs else None

    def samples_with_motion(
        self, recipe: str, *, only: str | None = None, limit: int | None = None
    ) -> Iterator[tuple[Sample, Motion]]:
        """Every rendered sample with its measured motion."""
        table = "samples s JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        for _, record, motion in self._paged(table, "s.id, s.record, m.record", only, limit, (recipe,)):
            yield Sample.model_validate_json(record), Motion.model_validate_json(motion)

    def store_motion(self, motion: Motion, state: MotionState) -> None:
        """Stores what was measured on a sample, replacing what was there; call inside a transaction."""
        self._db.execute(
            "REPLACE INTO motion VALUES (?, ?, ?, ?, ?)",
            (motion.sample_id, motion.recipe, state.inputs, state.frames, motion.model_dump_json()),
        )

    def touch_motion(self, sample_id: str, recipe: str, frames: str) -> None:
        """Notes that a sample's frames look different on disk but hold the same bytes."""
        self._db.execute("UPDATE motion SET frames = ? WHERE sample_id = ? AND recipe = ?", (frames, sample_id, recipe))

    def drop_motion(self, sample_id: str, recipe: str) -> None:
        """Forgets what was measured on a sample; call inside a transaction."""
        self._db.execute("DELETE FROM motion WHERE sample_id = ? AND recipe = ?", (sample_id, recipe))

    def orphaned_motion(self) -> list[Motion]:
        """Motion whose sample is no longer in the ledger."""
        with self._explained():
            query = "SELECT record FROM motion WHERE sample_id NOT IN (SELECT id FROM samples) ORDER BY sample_id"
            return [Motion.model_validate_json(record) for (record,) in self._db.execute(query)]

    def draft_inputs(self, sample_id: str, model: str, lang: str) -> str | None:
        """The hash of what a stored draft was made from; None when there is no such draft."""
        with self._explained():
            query = "SELECT inputs FROM drafts WHERE sample_id = ? AND model = ? AND lang = ?"
            row = self._db.execute(query, (sample_id, model, lang)).fetchone()
        return None if row is None else str(row[0])

    def store_draft(self, draft: Draft, inputs: str) -> None:
        """Stores a draft, replacing the same model's earlier one; call inside a transaction."""
        self._db.execute(
            "REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
            (draft.sample_id, draft.model, draft.lang, inputs, draft.model_dump_json()),
        )

    def drafts(self, sample_id: str) -> list[Draft]:
        """All drafts of a sample, by model and language."""
        with self._explained():
            query = "SELECT record FROM drafts WHERE sample_id = ? ORDER BY model, lang"
            return [Draft.model_validate_json(record) for (record,) in self._db.execute(query, (sample_id,))]

    def set_problem(self, problem: Problem) -> None:
        """Stores a problem of a stage with a sample, replacing the earlier one; call inside a transaction."""
        self._db.execute(
            "REPLACE INTO problems VALUES (?, ?, ?, ?, ?)",
            (problem.stage, problem.corpus, problem.split, problem.sample_id, problem.model_dump_json()),
        )

    def clear_problem(self, stage: str, sample: Sample) -> None:
        """Removes a stage's problem with a sample; call inside a transaction."""
        self._db.execute(
            "DELETE FROM problems WHERE stage = ? AND corpus = ? AND split = ? AND item = ?",
            (stage, sample.corpus, sample.split, sample.id),
        )

    def problems(self, stage: str | None = None) -> Iterator[Problem]:
        """The problems in the order of the stages' names, corpus, split, then row or sample."""
        with self._explained():
            query = "SELECT record FROM problems WHERE ? IS NULL OR stage = ? ORDER BY stage, corpus, split, item"
            for (record,) in self._db.execute(query, (stage, stage)):
                yield Problem.model_validate_json(record)

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self._explained():
            tables = ("samples", "motion", "drafts", "problems")
            queries = {name: f"SELECT count(*) FROM {name}" for name in tables}  # noqa: S608 - the names stand above
            return {name: self._db.execute(query).fetchone()[0] for name, query in queries.items()}

    def _foreign_duplicate(self, sample: Sample) -> Problem | None:
        row = self._db.execute("SELECT split FROM samples WHERE id = ?", (sample.id,)).fetchone()
        if row is None or row[0] == sample.split:
            return None
        reason = f"this clip is already in the split {row[0]!r}; one clip may stand in one split only"
        return sample_problem("extract", sample, reason)

    def _insert_problem(self, problem: Problem) -> None:
        item = f"{problem.row:09d}" if problem.row is not None else problem.sample_id
        values = (problem.stage, problem.corpus, problem.split, item, problem.model_dump_json())
        self._db.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?)", values)

    def _upsert_sample(self, sample: Sample) -> str:
        record = sample.model_dump_json()
        old = self._db.execute("SELECT record FROM samples WHERE id = ?", (sample.id,)).fetchone()
        if old == (record,):
            return "unchanged"
        values = (sample.id, sample.corpus, sample.split, record)
        self._db.execute("REPLACE INTO samples VALUES (?, ?, ?, ?)", values)
        return "added" if old is None else "changed"

    def _paged(
        self, table: str, columns: str, only: str | None, limit: int | None, bound: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, ...]]:
        # Only this module's own names are put into the text; what a user gave is bound.
        query = (
            f"SELECT {columns} FROM {table} "  # noqa: S608
            f"WHERE s.id > ? AND (? IS NULL OR s.id = ?) ORDER BY s.id LIMIT {_PAGE}"
        )
        last, left = "", limit
        while left is None or left > 0:
            with self._explained():
                page = self._db.execute(query, (*bound, last, only, only)).fetchall()
            yield from page[:left]
            if len(page) < _PAGE:
                return
            last = page[-1][0]
            left = None if left is None else left - len(page)

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise LedgerError(f"{self.path} was written by a newer meu-data; upgrade the program to use it")
        for step in range(version, len(MIGRATIONS)):
            # executescript commits by itself, so the version travels inside the same transaction.
            self._db.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA user_version = {step + 1}; COMMIT;")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {_explanation(error)}") from error


def _explanation(error: sqlite3.Error) -> str:
    text = str(error)
    hints = {
        "disk is full": "the disk is full; make room and run the command again",
        "disk I/O error": "the disk refused a write (full, or a quota); make room and run the command again",
        "readonly": "the file or its folder may not be written; mend the permissions",
        "unable to open": "it cannot be opened or made; mend the permissions of its folder",
        "not a database": "this is no meu-data ledger; move the file away",
        "locked": "another program holds it; wait for that to end",
        "malformed": "the file is damaged; restore it from a backup or extract again in a new workspace",
    }
    return next((hint for part, hint in hints.items() if part in text), text)
