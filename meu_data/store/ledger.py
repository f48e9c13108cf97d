"""The workspace's ledger: the samples and what every stage found, made and could not do.

Records are stored as the JSON of `meu_data.records`, beside the few columns that are searched. What only some stages
know stands in the modules beside this one: drafts, requests, attempts, batch jobs, projects and reviews.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from meu_data.choices import Kind
from meu_data.records import Draft, Motion, Problem, Sample, Source, Stage, sample_id, sample_problem
from meu_data.store.database import Database, SqlRow
from meu_data.store.stored import stored

OF_KIND = (
    "(? IS NULL OR s.id = ?) AND (? IN ('all', coalesce(json_extract(s.record, '$.kind'), 'micro')) OR ? IS NOT NULL)"
)
"""What asks for one sample whatever its kind, or for all of a kind; `of_kind` is what stands for its marks."""


def of_kind(only: str | None, kind: Kind) -> tuple[str | None, str | None, str, str | None]:
    """What stands for the question marks of `OF_KIND`."""
    return only, only, kind, only


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
    """The ledger of one workspace; `db` is for the modules of this package only."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens the database, making or migrating it as needed, see `Database`.

        Raises:
            LedgerError: It is no ledger, is newer than this program, or cannot be written.
        """
        self.db = Database(path, read_only=read_only)
        self.set_aside: list[str] = []
        """What was found damaged since it was opened, a sentence each."""

    def close(self) -> None:
        """Closes the database."""
        self.db.connection.close()

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Everything in the body, or nothing.

        Raises:
            LedgerError: The database cannot be written.
        """
        return self.db.transaction()

    def replace_source(
        self,
        source: Source,
        rows: Iterable[Sample | Problem],
        *,
        accept: Callable[[SourceChange], None] | None = None,
    ) -> SourceChange:
        """Makes the ledger hold exactly these rows for one corpus and split, in one transaction.

        A sample whose id another split of the corpus already holds becomes a problem.

        Args:
            source: Where the rows come from.
            rows: Every row of the sheet, as a sample or as a problem; read once, never held together.
            accept: Is told the change before it is kept; what it raises leaves everything as it was.

        Returns:
            Counts of samples added, changed, unchanged and removed, and of problems.
        """
        counts = {"added": 0, "changed": 0, "unchanged": 0, "problems": 0}
        place = (source.corpus, source.split)
        with self.transaction():
            self.db.execute("CREATE TEMP TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
            self.db.execute("DELETE FROM problems WHERE stage = 'extract' AND corpus = ? AND split = ?", place)
            for found in rows:
                if isinstance(found, Sample):
                    known = self._under_kept_id(found)
                    row: Sample | Problem = self._duplicate(known) or known
                else:
                    row = found
                if isinstance(row, Problem):
                    self._insert_problem(row)
                    counts["problems"] += 1
                    continue
                counts[self._upsert_sample(row)] += 1
                self.db.execute("INSERT INTO seen VALUES (?)", (row.id,))
            removed = self.db.execute(
                "DELETE FROM samples WHERE corpus = ? AND split = ? AND id NOT IN (SELECT id FROM seen)", place
            )
            # What later stages complained about samples that are gone is no longer anybody's problem.
            self.db.execute(
                "DELETE FROM problems WHERE stage <> 'extract' AND corpus = ? AND split = ?"
                " AND item NOT IN (SELECT id FROM samples)",
                place,
            )
            self.db.execute("REPLACE INTO sources VALUES (?, ?, ?)", (*place, source.model_dump_json()))
            self.db.execute("DROP TABLE seen")
            change = SourceChange(removed=removed, **counts)
            if accept is not None:
                accept(change)
        return change

    def sources(self) -> dict[tuple[str, str], Source]:
        """The sources by (corpus, split)."""
        rows = self.db.rows("SELECT corpus, split, record FROM sources")
        return {(corpus, split): stored(Source, record) for corpus, split, record in rows}

    def samples(self, *, only: str | None = None, limit: int | None = None) -> Iterator[Sample]:
        """The samples by id, read in pages so that memory does not grow with the corpus."""
        for _, record in self._rows("SELECT s.id, s.record FROM spotted s", (), only, limit):
            yield stored(Sample, record)

    def samples_of(self, ids: Collection[str]) -> dict[str, Sample]:
        """The samples of these ids that are in the ledger, by id."""
        query = f"SELECT record FROM spotted WHERE id IN ({', '.join('?' * len(ids))})"
        found = (stored(Sample, record) for (record,) in self.db.rows(query, sorted(ids)))
        return {sample.id: sample for sample in found}

    def sample_ids(self) -> set[str]:
        """The ids of all samples."""
        return {name for (name,) in self.db.rows("SELECT id FROM samples")}

    def count_samples(self, *, only: str | None = None, limit: int | None = None, kind: Kind = "all") -> int:
        """How many samples `samples` would yield, of one kind where it is told."""
        query = f"SELECT count(*) FROM samples s WHERE {OF_KIND}"
        count = int(self.db.value(query, of_kind(only, kind)))
        return count if limit is None else min(count, limit)

    def count_by_source(self) -> dict[tuple[str, str], int]:
        """How many samples there are by (corpus, split)."""
        rows = self.db.rows("SELECT corpus, split, count(*) FROM samples GROUP BY corpus, split")
        return {(corpus, split): count for corpus, split, count in rows}

    def count_by_subject(self) -> list[tuple[str, str, str, int]]:
        """How many samples there are by (corpus, subject, emotion), in that order."""
        query = (
            "SELECT corpus, json_extract(record, '$.subject') AS subject, json_extract(record, '$.emotion') AS emotion,"
            " count(*) FROM samples GROUP BY corpus, subject, emotion ORDER BY corpus, subject, emotion"
        )
        return [(corpus, subject, emotion, count) for corpus, subject, emotion, count in self.db.rows(query)]

    def au_codes(self) -> list[str]:
        """The AUs of all samples' labels and all drafts, as they are written there."""
        rows = self.db.rows(
            "SELECT coalesce(json_extract(a.value, '$.side'), '') || 'AU' || json_extract(a.value, '$.number')"
            " FROM spotted s, json_each(s.record, '$.aus') a"
            " UNION SELECT a.value FROM drafts d, json_each(d.record, '$.annotation.aus') a"
        )
        return [code for (code,) in rows]

    def samples_with_motion_state(
        self, recipe: str, *, only: str | None = None, limit: int | None = None, kind: Kind = "all"
    ) -> Iterator[tuple[Sample, MotionState | None]]:
        """Every sample, of one kind where it is told, with what its motion was made from (None when it has none)."""
        query = (
            "SELECT s.id, s.record, m.inputs, m.frames, json_extract(m.record, '$.map_file')"
            " FROM spotted s LEFT JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        )
        for _, record, inputs, frames, map_file in self._rows(query, (recipe,), only, limit, kind):
            yield stored(Sample, record), MotionState(inputs, frames, map_file) if inputs else None

    def samples_with_motion(
        self, recipe: str, *, only: str | None = None, limit: int | None = None, kind: Kind = "all"
    ) -> Iterator[tuple[Sample, Motion]]:
        """Every rendered sample, of one kind where it is told, with its measured motion."""
        query = "SELECT s.id, s.record, m.record FROM spotted s JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        for _, record, motion in self._rows(query, (recipe,), only, limit, kind):
            yield stored(Sample, record), stored(Motion, motion)

    def motion(self, sample_id: str, recipe: str) -> Motion | None:
        """What was measured on a sample."""
        record = self.db.value("SELECT record FROM motion WHERE sample_id = ? AND recipe = ?", (sample_id, recipe))
        return None if record is None else stored(Motion, record)

    def store_motion(self, motion: Motion, state: MotionState) -> None:
        """Stores what was measured on a sample, replacing what was there; call inside a transaction."""
        self.db.execute(
            "REPLACE INTO motion VALUES (?, ?, ?, ?, ?)",
            (motion.sample_id, motion.recipe, state.inputs, state.frames, motion.model_dump_json()),
        )

    def touch_motion(self, sample_id: str, recipe: str, frames: str) -> None:
        """Notes that a sample's frames look different on disk but hold the same bytes."""
        self.db.execute("UPDATE motion SET frames = ? WHERE sample_id = ? AND recipe = ?", (frames, sample_id, recipe))

    def drop_motion(self, sample_id: str, recipe: str) -> None:
        """Forgets what was measured on a sample; call inside a transaction."""
        self.db.execute("DELETE FROM motion WHERE sample_id = ? AND recipe = ?", (sample_id, recipe))

    def orphaned_motion(self) -> list[Motion]:
        """Motion whose sample is no longer in the ledger."""
        query = "SELECT record FROM motion WHERE sample_id NOT IN (SELECT id FROM samples) ORDER BY sample_id"
        return [stored(Motion, record) for (record,) in self.db.rows(query)]

    def draft_inputs(self, sample_id: str, model: str, lang: str) -> str | None:
        """The hash of what a stored draft was made from; None when there is no such draft."""
        query = "SELECT inputs FROM drafts WHERE sample_id = ? AND model = ? AND lang = ?"
        found: str | None = self.db.value(query, (sample_id, model, lang))
        return found

    def store_draft(self, draft: Draft, inputs: str) -> None:
        """Stores a draft, replacing the same model's earlier one; call inside a transaction."""
        self.db.execute(
            "REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
            (draft.sample_id, draft.model, draft.lang, inputs, draft.model_dump_json()),
        )

    def drafts(self, sample_id: str) -> list[Draft]:
        """All drafts of a sample, by model and language."""
        query = "SELECT record FROM drafts WHERE sample_id = ? ORDER BY model, lang"
        return [stored(Draft, record) for (record,) in self.db.rows(query, (sample_id,))]

    def set_problem(self, problem: Problem) -> None:
        """Stores a problem of a stage with a sample, replacing the earlier one; call inside a transaction."""
        self.db.execute(
            "REPLACE INTO problems VALUES (?, ?, ?, ?, ?)",
            (problem.stage, problem.corpus, problem.split, problem.sample_id, problem.model_dump_json()),
        )

    def clear_problem(self, stage: Stage, sample: Sample) -> None:
        """Removes a stage's problem with a sample; call inside a transaction."""
        self.db.execute(
            "DELETE FROM problems WHERE stage = ? AND corpus = ? AND split = ? AND item = ?",
            (stage, sample.corpus, sample.split, sample.id),
        )

    def problems(self, stage: Stage | None = None) -> Iterator[Problem]:
        """The problems in the order of the stages' names, corpus, split, then row or sample; read in pages."""
        query = "SELECT stage, corpus, split, item, record FROM problems WHERE (? IS NULL OR stage = ?)"
        for page in self.db.pages(query, (stage, stage), key="stage, corpus, split, item"):
            yield from (stored(Problem, row[-1]) for row in page)

    def problem(self, stage: Stage, sample: Sample) -> Problem | None:
        """A stage's problem with a sample."""
        query = "SELECT record FROM problems WHERE stage = ? AND corpus = ? AND split = ? AND item = ?"
        record = self.db.value(query, (stage, sample.corpus, sample.split, sample.id))
        return None if record is None else stored(Problem, record)

    def count_problems(self, stage: Stage) -> int:
        """How many problems of a stage there are."""
        return int(self.db.value("SELECT count(*) FROM problems WHERE stage = ?", (stage,)))

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        tables = ("samples", "motion", "drafts", "problems")
        return {name: self.db.value(f"SELECT count(*) FROM {name}") for name in tables}

    def _under_kept_id(self, sample: Sample) -> Sample:
        """The sample under the id by which the ledger knows its event, so that results, tasks and exports stay its own.

        Ids ended with the apex always once, and do now where two events share an onset: the id that an event would
        get can change with the program, with a corrected apex and with a further row. The one it has stays.
        """
        plain = sample_id(sample.corpus, sample.subject, sample.clip, sample.onset)
        apexes: dict[str, int | None] = dict(
            self.db.rows(
                "SELECT id, json_extract(record, '$.apex') FROM samples"
                " WHERE (id = ? OR id BETWEEN ? AND ?) AND id NOT IN (SELECT id FROM seen)",
                (plain, f"{plain}-", f"{plain}-:"),  # the sign behind 9 is the colon
            )
        )
        same = [known for known, apex in apexes.items() if apex == sample.apex]
        kept = same or (list(apexes) if sample.id == plain else [])
        if sample.id in kept or len(kept) != 1:
            return sample
        return sample.model_copy(update={"id": kept[0]})

    def _duplicate(self, sample: Sample) -> Problem | None:
        if self.db.value("SELECT id FROM seen WHERE id = ?", (sample.id,)):
            return sample_problem("extract", sample, "the sheet has this expression twice, once without an apex")
        split = self.db.value("SELECT split FROM samples WHERE id = ?", (sample.id,))
        if split in (None, sample.split):
            return None
        reason = f"this clip is already in the split {split!r}; one clip may stand in one split only"
        return sample_problem("extract", sample, reason)

    def _insert_problem(self, problem: Problem) -> None:
        item = problem.sample_id if problem.row is None else f"{problem.row:09d}.{problem.event}"
        values = (problem.stage, problem.corpus, problem.split, item, problem.model_dump_json())
        self.db.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?)", values)

    def _upsert_sample(self, sample: Sample) -> str:
        record = sample.model_dump_json()
        old = self.db.value("SELECT record FROM samples WHERE id = ?", (sample.id,))
        if old == record:
            return "unchanged"
        values = (sample.id, sample.corpus, sample.split, record)
        self.db.execute("REPLACE INTO samples VALUES (?, ?, ?, ?)", values)
        return "added" if old is None else "changed"

    def _rows(
        self, query: str, bound: tuple[str, ...], only: str | None, limit: int | None, kind: Kind = "all"
    ) -> Iterator[SqlRow]:
        """Rows of a query about `samples s`, in pages."""
        for page in self.db.pages(f"{query} WHERE {OF_KIND}", (*bound, *of_kind(only, kind)), key="s.id", limit=limit):
            yield from page
