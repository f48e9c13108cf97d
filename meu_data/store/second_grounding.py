"""What a second reader found in drafts: a grounding per draft and reader, beside the rule reader's.

No function here begins a transaction: the caller decides what belongs together.
"""

from collections.abc import Iterator

from meu_data.records import Grounding
from meu_data.store.drafts import SELECTED, DraftFilter, DraftToCheck, GroundedDraft
from meu_data.store.ledger import Ledger
from meu_data.store.stored import stored


def drafts_to_read(
    ledger: Ledger, wanted: DraftFilter, reader: str, limit: int | None = None
) -> Iterator[DraftToCheck]:
    """Every draft with what its claims are checked against; `inputs` is what this reader's grounding was made from."""
    query = (
        "SELECT d.sample_id, d.model, d.lang, d.record, s.record, m.record, g.inputs"
        " FROM drafts d JOIN spotted s ON s.id = d.sample_id"
        " LEFT JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = json_extract(d.record, '$.recipe')"
        " LEFT JOIN second_grounding g ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
        f" AND g.reader = ?4 WHERE {SELECTED}"
    )
    for page in ledger.db.pages(query, (*wanted, reader), key="d.sample_id, d.model, d.lang", limit=limit):
        yield from (DraftToCheck(*row) for row in page)


def put_second_grounding(ledger: Ledger, reader: str, draft: DraftToCheck, inputs: str, grounding: Grounding) -> None:
    """Stores what a reader found in a draft, replacing an earlier one; call inside a transaction."""
    ledger.db.execute(
        "REPLACE INTO second_grounding VALUES (?, ?, ?, ?, ?, ?, ?)",
        (draft.sample_id, draft.model, draft.lang, reader, inputs, grounding.score, grounding.model_dump_json()),
    )


def second_groundings(
    ledger: Ledger, wanted: DraftFilter, reader: str, worst: int | None = None
) -> list[GroundedDraft]:
    """What a reader found, the worst first; at most `worst` of those in which it found something."""
    rows = ledger.db.rows(
        f"SELECT d.model, d.lang, d.record FROM second_grounding d WHERE {SELECTED} AND d.reader = ?4"
        " AND (?5 IS NULL OR d.score < 1) ORDER BY d.score, d.sample_id, d.model, d.lang LIMIT coalesce(?5, -1)",
        (*wanted, reader, worst),
    )
    return [GroundedDraft(model=model, lang=lang, grounding=stored(Grounding, record)) for model, lang, record in rows]


def second_overview(ledger: Ledger, wanted: DraftFilter, reader: str) -> tuple[int, float | None]:
    """How many drafts a reader found a serious flag in, and the mean score; None when it has read none."""
    serious = "SELECT 1 FROM json_each(d.record, '$.flags') f WHERE json_extract(f.value, '$.severity') = 'serious'"
    ((unsound, mean),) = ledger.db.rows(
        f"SELECT total(EXISTS ({serious})), avg(d.score) FROM second_grounding d WHERE {SELECTED} AND d.reader = ?4",
        (*wanted, reader),
    )
    return int(unsound), None if mean is None else round(mean, 4)


def request_reason(ledger: Ledger, key: str) -> str:
    """Why a request is not done."""
    return ledger.db.value("SELECT reason FROM requests WHERE key = ?", (key,)) or "no reason given"
