"""What becomes of a judged answer: a draft with its grounding, or a problem with its reason. Nothing here calls."""

from typing import TYPE_CHECKING

from meu_data.drafting.requests.answers import Verdict
from meu_data.drafting.requests.attempts import RequestState, set_state
from meu_data.grounding.ground import ground
from meu_data.grounding.verify import store_grounding
from meu_data.records import REJECTED, Draft, Sample, sample_problem
from meu_data.store.ledger import Ledger

if TYPE_CHECKING:
    from meu_data.drafting.requests.worklist import Work


"""Follows a model's name in that of the version of a draft that a follow-up left behind, or that came out worse."""


def store_result(
    ledger: Ledger, work: "Work", verdict: Verdict, response_id: str | None, *, grounded: bool = True
) -> None:
    """Stores what a final verdict means for its sample; call inside a transaction.

    `done` stores the draft and its grounding, `blocked` and everything else a problem; the request's state goes
    with it.

    Args:
        ledger: The ledger.
        work: The sample and its request.
        verdict: The last word on it.
        response_id: The service's own id of the answer.
        grounded: Ground the draft at once; otherwise its grounding is left to `backlog.Backlog`.
    """
    if verdict.annotation is None:
        state: RequestState = "blocked" if verdict.state == "blocked" else "failed"
        give_up(ledger, work.sample, work.key, state, verdict.reason, listed=work.base is None)
        return

    draft = Draft(
        sample_id=work.sample.id,
        model=work.spec.model,
        lang=work.spec.lang,
        prompt_sha256=work.key,
        response_id=response_id,
        recipe=work.motion.recipe,
        map_sha256=work.motion.map_sha256,
        annotation=verdict.annotation,
    )
    set_state(ledger, work.key, "done")
    if work.base is not None:
        _store_repaired(ledger, work, draft)
        return
    ledger.store_draft(draft, work.key)
    if not _other_trouble(ledger, work):
        ledger.clear_problem("draft", work.sample)
    if grounded:
        store_grounding(ledger, work.sample, work.motion, draft)
    else:
        # An earlier draft's would be taken for this one's.
        query = "DELETE FROM grounding WHERE sample_id = ? AND model = ? AND lang = ?"
        ledger.write(query, (draft.sample_id, draft.model, draft.lang))


def give_up(ledger: Ledger, sample: Sample, key: str, state: RequestState, reason: str, *, listed: bool = True) -> None:
    """Ends a request without a draft; call inside a transaction.

    Args:
        ledger: The ledger.
        sample: Its sample.
        key: Its key.
        state: How it ended.
        reason: Why.
        listed: Whether that is a problem of the sample; a follow-up that fails leaves the sample its draft.
    """
    set_state(ledger, key, state, reason)
    if listed:
        ledger.set_problem(sample_problem("draft", sample, reason))


def list_held(ledger: Ledger) -> None:
    """Lists the held samples that are not listed yet, as those of a killed run; call inside a transaction."""
    query = (
        "SELECT s.record, r.reason FROM requests r JOIN samples s ON s.id = r.sample_id"
        " WHERE r.state = 'held' AND r.kind = 'draft' AND NOT EXISTS (SELECT 1 FROM problems p"
        " WHERE p.stage = 'draft' AND p.corpus = s.corpus AND p.split = s.split AND p.item = s.id)"
    )
    for record, reason in ledger.read(query):
        hint = "maybe billed; `meu-data draft --on-unknown resend` sends it again"
        ledger.set_problem(sample_problem("draft", Sample.model_validate_json(record), f"{reason} ({hint})"))


def _store_repaired(ledger: Ledger, work: "Work", repaired: Draft) -> None:
    """Keeps both versions: the better grounded one under the model's name, the other one marked."""
    first = next(d for d in ledger.drafts(work.sample.id) if (d.model, d.lang) == (repaired.model, repaired.lang))
    scores = [ground(work.sample, work.motion, d.annotation, d.lang).score for d in (first, repaired)]
    kept, other = (repaired, first) if scores[1] > scores[0] else (first, repaired)
    other = other.model_copy(update={"model": other.model + REJECTED})
    ledger.store_draft(other, work.key)
    store_grounding(ledger, work.sample, work.motion, other)
    # It still counts as made from the first request, so that the next run finds it up to date.
    ledger.store_draft(kept, work.base or work.key)
    store_grounding(ledger, work.sample, work.motion, kept)


def _other_trouble(ledger: Ledger, work: "Work") -> bool:
    """Whether another model or language still waits with a problem of this sample."""
    query = (
        "SELECT 1 FROM requests WHERE sample_id = ? AND (model <> ? OR lang <> ?)"
        " AND state IN ('held', 'blocked', 'failed') LIMIT 1"
    )
    return bool(ledger.read(query, (work.sample.id, work.spec.model, work.spec.lang)))
