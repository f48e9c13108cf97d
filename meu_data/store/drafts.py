"""Drafts with what they are checked against: their groundings, what waits for one, and two models side by side."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from meu_data.choices import Kind, Language, Recipe
from meu_data.records import Draft, FlagKind, Grounding, Motion, Record, Sample
from meu_data.store.ledger import OF_KIND, Ledger, of_kind
from meu_data.store.stored import stored

_WITH_GROUNDING = " LEFT JOIN grounding g ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
SELECTED = "(?1 IS NULL OR d.sample_id = ?1) AND (?2 IS NULL OR d.model = ?2) AND (?3 IS NULL OR d.lang = ?3)"
Recorded = tuple[Sample, Motion, Draft]


class DraftFilter(NamedTuple):
    """Which drafts are meant; None is any."""

    sample_id: str | None = None
    model: str | None = None
    lang: str | None = None


class GroundedDraft(Record):
    """A draft and how well it is grounded."""

    model: str
    lang: Language
    grounding: Grounding


class DraftToCheck(NamedTuple):
    """One draft with what it is checked against, as JSON, and what its stored grounding was made from."""

    sample_id: str
    model: str
    lang: str
    draft: str
    sample: str
    motion: str | None
    inputs: str | None


class DraftToRepair(NamedTuple):
    """A draft as first answered that something is wrong with; `request` is the key of the request that made it."""

    request: str
    grounding: Grounding
    sample: Sample
    motion: Motion


class StoredDraft(NamedTuple):
    """One draft of a sample, as JSON, with its grounding and what that was made from."""

    model: str
    draft: str
    grounding: str | None
    grounded_from: str | None


class SampleToReview(NamedTuple):
    """One sample with its motion and its drafts, as JSON."""

    sample_id: str
    sample: str
    motion: str | None
    drafts: list[StoredDraft]


class DraftsOfSample(NamedTuple):
    """One sample's drafts by several models, each with its grounding if there is one."""

    sample_id: str
    by_model: dict[str, tuple[Draft, Grounding | None]]


class GroundingOverview(NamedTuple):
    """What is known of many drafts: `kinds` counts those with a flag of each kind, `worst` begins with the worst.

    `statements` and `unread` are sums over the drafts.
    """

    statements: int
    unread: int
    unsound: int
    mean_score: float | None
    kinds: dict[FlagKind, int]
    worst: tuple[GroundedDraft, ...]


def draft_models(ledger: Ledger) -> list[str]:
    """The models with drafts, by name."""
    return [model for (model,) in ledger.db.rows("SELECT DISTINCT model FROM drafts ORDER BY model")]


def count_drafts(ledger: Ledger, wanted: DraftFilter) -> int:
    """How many drafts there are."""
    return int(ledger.db.value(f"SELECT count(*) FROM drafts d WHERE {SELECTED}", wanted))


def drafts_with_grounding(ledger: Ledger) -> Iterator[tuple[Draft, Grounding | None]]:
    """Every draft of a sample in the ledger, by sample, model and language, with its stored grounding."""
    query = (
        "SELECT d.sample_id, d.model, d.lang, d.record, g.record FROM drafts d JOIN spotted s ON s.id = d.sample_id"
        f"{_WITH_GROUNDING} WHERE 1"
    )
    for page in ledger.db.pages(query, key="d.sample_id, d.model, d.lang"):
        for *_, draft, grounding in page:
            yield stored(Draft, draft), _grounding(grounding)


def drafts_to_check(ledger: Ledger, wanted: DraftFilter) -> Iterator[list[DraftToCheck]]:
    """Every draft with what it is checked against: the motion of the map that it describes; in pages."""
    query = (
        "SELECT d.sample_id, d.model, d.lang, d.record, s.record, m.record, g.inputs"
        " FROM drafts d JOIN spotted s ON s.id = d.sample_id"
        " LEFT JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = json_extract(d.record, '$.recipe')"
        f"{_WITH_GROUNDING} WHERE {SELECTED}"
    )
    for page in ledger.db.pages(query, wanted, key="d.sample_id, d.model, d.lang"):
        yield [DraftToCheck(*row) for row in page]


def drafts_to_repair(
    ledger: Ledger, recipe: Recipe, model: str, lang: Language, only: str | None = None
) -> Iterator[DraftToRepair]:
    """The drafts as first answered (their prompt is what they count as made from) whose grounding finds something."""
    query = (
        "SELECT d.sample_id, d.inputs, g.record, s.record, m.record FROM drafts d"
        " JOIN grounding g ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
        " JOIN spotted s ON s.id = d.sample_id JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = ?"
        " WHERE d.model = ? AND d.lang = ? AND g.score < 1 AND d.inputs = json_extract(d.record, '$.prompt_sha256')"
        " AND (? IS NULL OR d.sample_id = ?)"
    )
    for page in ledger.db.pages(query, (recipe, model, lang, only, only), key="d.sample_id"):
        for _, request, grounding, sample, motion in page:
            yield DraftToRepair(
                request,
                stored(Grounding, grounding),
                stored(Sample, sample),
                stored(Motion, motion),
            )


def drafts_of_all(ledger: Ledger, models: Sequence[str], lang: str) -> Iterator[DraftsOfSample]:
    """The samples that all of these models have drafted in a language, by id; read in pages."""
    marks = ", ".join("?" * len(models))
    query = (
        "SELECT d.sample_id, d.model, d.record, g.record FROM drafts d JOIN spotted s ON s.id = d.sample_id"
        f"{_WITH_GROUNDING} WHERE d.lang = ? AND d.model IN ({marks})"
    )
    pages = ledger.db.pages(query, (lang, *models), key="d.sample_id, d.model")
    for sample_id, rows in groupby(chain.from_iterable(pages), key=lambda row: row[0]):
        found = {model: (draft, grounding) for _, model, draft, grounding in rows}
        if len(found) == len(models):
            read = {name: (stored(Draft, found[name][0]), _grounding(found[name][1])) for name in models}
            yield DraftsOfSample(sample_id, read)


def samples_to_review(
    ledger: Ledger,
    *,
    recipe: Recipe,
    lang: Language,
    model: str | None = None,
    only: str | None = None,
    limit: int | None = None,
    kind: Kind = "all",
) -> Iterator[SampleToReview]:
    """Every sample of a kind by id with its motion and its drafts in a language, by one model or all; in pages."""
    samples = (
        "SELECT s.id, s.record, m.record FROM spotted s LEFT JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        f" WHERE {OF_KIND}"
    )
    drafts = (
        "SELECT d.sample_id, d.model, d.record, g.record, g.inputs FROM drafts d" + _WITH_GROUNDING + " WHERE"
        " d.lang = ? AND (? IS NULL OR d.model = ?) AND d.sample_id BETWEEN ? AND ? ORDER BY d.sample_id, d.model"
    )
    for page in ledger.db.pages(samples, (recipe, *of_kind(only, kind)), key="s.id", limit=limit):
        found: dict[str, list[StoredDraft]] = {}
        for sample_id, *row in ledger.db.rows(drafts, (lang, model, model, page[0][0], page[-1][0])):
            found.setdefault(sample_id, []).append(StoredDraft(*row))
        for sample_id, sample, motion in page:
            yield SampleToReview(sample_id, sample, motion, found.get(sample_id, []))


def put_grounding(ledger: Ledger, model: str, lang: str, inputs: str, grounding: Grounding) -> None:
    """Stores the grounding of a draft, replacing an earlier one; call inside a transaction.

    What a second reader found was made from the same, and is made again from its stored answer.
    """
    _drop_second(ledger, grounding.sample_id, model, lang)
    ledger.db.execute(
        "REPLACE INTO grounding (sample_id, model, lang, inputs, score, record) VALUES (?, ?, ?, ?, ?, ?)",
        (grounding.sample_id, model, lang, inputs, grounding.score, grounding.model_dump_json()),
    )


def drop_orphaned_groundings(ledger: Ledger) -> None:
    """Forgets the groundings of drafts, or of samples, that are gone; call inside a transaction."""
    for table in ("grounding", "second_grounding"):
        ledger.db.execute(
            f"DELETE FROM {table} AS g WHERE NOT EXISTS (SELECT 1 FROM drafts d WHERE d.sample_id = g.sample_id"
            " AND d.model = g.model AND d.lang = g.lang) OR sample_id NOT IN (SELECT id FROM samples)"
        )


def groundings(ledger: Ledger, sample_id: str) -> list[GroundedDraft]:
    """The stored groundings of a sample's drafts, by model and language."""
    query = "SELECT model, lang, record FROM grounding WHERE sample_id = ? ORDER BY model, lang"
    return [_grounded(*row) for row in ledger.db.rows(query, (sample_id,))]


def grounding_overview(ledger: Ledger, wanted: DraftFilter, worst: int) -> GroundingOverview:
    """Counts and the `worst` least grounded of the drafts whose grounding is stored."""
    serious = "SELECT 1 FROM json_each(d.record, '$.flags') f WHERE json_extract(f.value, '$.severity') = 'serious'"
    statements = "total(json_extract(d.record, '$.statements')), total(json_extract(d.record, '$.checked'))"
    ((told, checked, unsound, mean),) = ledger.db.rows(
        f"SELECT {statements}, total(EXISTS ({serious})), avg(d.score) FROM grounding d WHERE {SELECTED}",
        wanted,
    )
    kinds = ledger.db.rows(
        "SELECT json_extract(f.value, '$.kind') AS kind, count(DISTINCT json_array(d.sample_id, d.model, d.lang))"
        f" FROM grounding d, json_each(d.record, '$.flags') f WHERE {SELECTED} GROUP BY kind ORDER BY kind",
        wanted,
    )
    rows = ledger.db.rows(
        f"SELECT d.model, d.lang, d.record FROM grounding d WHERE {SELECTED} AND d.score < 1"
        " ORDER BY d.score, d.sample_id, d.model, d.lang LIMIT ?4",
        (*wanted, worst),
    )
    return GroundingOverview(
        statements=int(told),
        unread=int(told - checked),
        unsound=int(unsound),
        mean_score=None if mean is None else round(mean, 4),
        kinds=dict(kinds),
        worst=tuple(_grounded(*row) for row in rows),
    )


def _drop_second(ledger: Ledger, sample_id: str, model: str, lang: str) -> None:
    query = "DELETE FROM second_grounding WHERE sample_id = ? AND model = ? AND lang = ?"
    ledger.db.execute(query, (sample_id, model, lang))


def _grounding(record: str | None) -> Grounding | None:
    return None if record is None else stored(Grounding, record)


def _grounded(model: str, lang: Language, record: str) -> GroundedDraft:
    return GroundedDraft(model=model, lang=lang, grounding=stored(Grounding, record))
