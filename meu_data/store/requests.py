"""What models were asked: a request is one question about one sample to one model, known by its key.

No function here begins a transaction: the caller decides what belongs together.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from meu_data.choices import Kind
from meu_data.records import Sample
from meu_data.store.ledger import OF_KIND, Ledger, of_kind
from meu_data.store.made_from import ANSWER_PARSER
from meu_data.store.stored import stored

RequestKind = Literal["draft", "repair", "reading", "prediction"]
RequestState = Literal["todo", "submitted", "held", "unreadable", "done", "blocked", "failed"]
"""`submitted`: lies with a batch job. `held`: maybe billed, and the user decides whether to send it again.
`unreadable`: the same of one whose answer cannot be read."""


class KnownRequest(NamedTuple):
    """A request, and the version of the parser that read its answer."""

    key: str
    state: RequestState
    parser: int


class RenderedSample(NamedTuple):
    """A sample that has a map, as JSON, and the request of each fingerprint that is known of it.

    `motion_inputs`: what its motion was made from. `draft_inputs`: what its stored draft was made from.
    """

    sample_id: str
    sample: str
    motion_inputs: str
    requests: dict[str, KnownRequest]
    draft_inputs: str | None


def put_request(
    ledger: Ledger, key: str, sample_id: str, model: str, lang: str, inputs: str, kind: RequestKind = "draft"
) -> None:
    """Notes a request that is about to be sent, whatever became of it before."""
    ledger.db.execute(
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, 'todo', NULL, ?)"
        " ON CONFLICT (key) DO UPDATE SET inputs = excluded.inputs, state = 'todo', reason = NULL",
        (key, sample_id, model, lang, kind, inputs, ANSWER_PARSER.version),
    )


def set_state(ledger: Ledger, key: str, state: RequestState, reason: str | None = None) -> None:
    """Sets a request's state as judged by this program's reading of the answers."""
    ledger.db.execute(
        "UPDATE requests SET state = ?, reason = ?, parser = ? WHERE key = ?",
        (state, reason, ANSWER_PARSER.version, key),
    )


def set_inputs(ledger: Ledger, key: str, inputs: str) -> None:
    """Notes another fingerprint of what a request is made from."""
    ledger.db.execute("UPDATE requests SET inputs = ? WHERE key = ?", (inputs, key))


def find_request(ledger: Ledger, key: str) -> KnownRequest | None:
    """The request of a key."""
    rows = ledger.db.rows("SELECT key, state, parser FROM requests WHERE key = ?", (key,))
    return KnownRequest(*rows[0]) if rows else None


def rendered_samples(
    ledger: Ledger,
    recipe: str,
    model: str,
    lang: str,
    *,
    only: str | None = None,
    limit: int | None = None,
    kind: Kind = "all",
) -> Iterator[RenderedSample]:
    """Every sample of a kind with a map, by id, with what was asked of a model about it; read in pages."""
    samples = (
        "SELECT s.id, s.record, m.inputs FROM spotted s JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
        f" WHERE {OF_KIND}"
    )
    asked = (
        "SELECT sample_id, inputs, key, state, parser FROM requests"
        " WHERE sample_id BETWEEN ? AND ? AND model = ? AND lang = ? AND kind = 'draft'"
    )
    drafted = "SELECT sample_id, inputs FROM drafts WHERE sample_id BETWEEN ? AND ? AND model = ? AND lang = ?"
    for page in ledger.db.pages(samples, (recipe, *of_kind(only, kind)), key="s.id", limit=limit):
        bound = (page[0][0], page[-1][0], model, lang)
        known: dict[str, dict[str, KnownRequest]] = {}
        for sample_id, inputs, *request in ledger.db.rows(asked, bound):
            known.setdefault(sample_id, {})[inputs] = KnownRequest(*request)
        drafts: dict[str, str] = dict(ledger.db.rows(drafted, bound))
        for sample_id, sample, motion_inputs in page:
            yield RenderedSample(sample_id, sample, motion_inputs, known.get(sample_id, {}), drafts.get(sample_id))


def was_repair_sent(ledger: Ledger, sample_id: str, model: str, lang: str, base: str, *, held_counts: bool) -> bool:
    """Whether the follow-up on the answer to the request `base` was sent before; its words may have changed since."""
    unsent = ("todo",) * 3 if held_counts else ("todo", "held", "unreadable")
    query = (
        "SELECT 1 FROM requests WHERE sample_id = ? AND model = ? AND lang = ? AND kind = 'repair' AND inputs = ?"
        " AND state NOT IN (?, ?, ?) LIMIT 1"
    )
    return ledger.db.value(query, (sample_id, model, lang, base, *unsent)) is not None


def others_are_unfinished(ledger: Ledger, sample_id: str, model: str, lang: str) -> bool:
    """Whether a request of another model or language waits with a problem of this sample."""
    query = (
        "SELECT 1 FROM requests WHERE sample_id = ? AND (model <> ? OR lang <> ?) AND kind IN ('draft', 'repair')"
        " AND state IN ('held', 'unreadable', 'blocked', 'failed') LIMIT 1"
    )
    return ledger.db.value(query, (sample_id, model, lang)) is not None


def unlisted_held(ledger: Ledger) -> list[tuple[Sample, str]]:
    """The samples of held requests that are not among the problems, and why they are held."""
    query = (
        "SELECT s.record, r.reason FROM requests r JOIN spotted s ON s.id = r.sample_id"
        " WHERE r.state = 'held' AND r.kind = 'draft' AND NOT EXISTS (SELECT 1 FROM problems p"
        " WHERE p.stage = 'draft' AND p.corpus = s.corpus AND p.split = s.split AND p.item = s.id)"
    )
    return [(stored(Sample, record), reason) for record, reason in ledger.db.rows(query)]


def count_submitted(ledger: Ledger, model: str, lang: str, kind: RequestKind) -> int:
    """How many requests of a model lie with a batch job."""
    query = "SELECT count(*) FROM requests WHERE model = ? AND lang = ? AND kind = ? AND state = 'submitted'"
    return int(ledger.db.value(query, (model, lang, kind)))


def unread_keys(ledger: Ledger, model: str, lang: str, kind: RequestKind) -> set[str]:
    """Requests whose answer came with a batch and may not have been read yet."""
    query = (
        "SELECT r.key FROM requests r WHERE r.model = ? AND r.lang = ? AND r.kind = ? AND r.state = 'todo' AND EXISTS"
        " (SELECT 1 FROM attempts a WHERE a.key = r.key AND a.mode = 'batch' AND a.state = 'answered')"
    )
    return {key for (key,) in ledger.db.rows(query, (model, lang, kind))}
