"""What the ledger knows of a request, and what becomes of an answer: a draft with its grounding, or a problem."""

from collections.abc import Callable
from typing import TypeVar

from meu_data.drafting.money.prices import Cost
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import AnswerOutcome
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.drafting.requests.steps import MAYBE_BILLED, Attempt, Settle
from meu_data.drafting.requests.worklist import Work
from meu_data.grounding.ground import ground
from meu_data.grounding.verify import store_grounding
from meu_data.records import REJECTED, Draft, Motion, Sample, sample_problem
from meu_data.store.attempts import AnswerRecord, past_attempts
from meu_data.store.ledger import Ledger
from meu_data.store.requests import RequestState, others_are_unfinished, set_state, unlisted_held

_Answer = TypeVar("_Answer")


def answer_record(reply: Reply, cost: Cost) -> AnswerRecord:
    """What the ledger keeps of an answer; `cost` is as of no day when the service gave no count that can be."""
    return AnswerRecord(
        raw=reply.raw,
        usd=cost.usd,
        priced_as_of=cost.as_of or None,
        **(reply.usage or Usage()).model_dump(),
        finish_reason=reply.finish_reason,
        response_id=reply.response_id,
        model_version=reply.model_version,
    )


def stored_answer(
    ledger: Ledger, spec: RequestSpec, read: Callable[[RequestSpec, Reply], _Answer | None]
) -> _Answer | None:
    """What a request was answered with: the last answer that `read` finds something in."""
    reply_of = provider(spec.provider).read_reply
    answers = [past.raw for past in past_attempts(ledger, spec.key) if past.state == "answered" and past.raw]
    return next((found for raw in reversed(answers) if (found := read(spec, reply_of(raw))) is not None), None)


def store_result(ledger: Ledger, work: Work, outcome: AnswerOutcome, response_id: str | None) -> None:
    """Stores what a final outcome means for its sample; call inside a transaction.

    `done` stores the draft and its grounding, `blocked` and everything else a problem; the request's state goes
    with it.
    """
    if outcome.annotation is None:
        state: RequestState = "blocked" if outcome.state == "blocked" else "failed"
        give_up(ledger, work.sample, work.key, state, outcome.reason, listed=work.base is None)
        return

    assert work.motion is not None  # drafts are about measured samples
    draft = Draft(
        sample_id=work.sample.id,
        model=work.spec.author,
        facts=work.spec.facts,
        lang=work.spec.lang,
        prompt_sha256=work.key,
        response_id=response_id,
        recipe=work.motion.recipe,
        map_sha256=work.motion.map_sha256,
        au_reading=work.sample.au_reading,
        annotation=outcome.annotation,
    )
    set_state(ledger, work.key, "done")
    if work.base is not None:
        _store_repaired(ledger, work, work.motion, draft)
        return
    ledger.store_draft(draft, work.key)
    if not others_are_unfinished(ledger, work.sample.id, work.spec.author, work.spec.lang):
        ledger.clear_problem("draft", work.sample)
    store_grounding(ledger, work.sample, work.motion, draft)


def give_up(ledger: Ledger, sample: Sample, key: str, state: RequestState, reason: str, *, listed: bool = True) -> None:
    """Ends a request without a draft; call inside a transaction.

    `listed`: whether that is a problem of the sample; a follow-up that fails leaves the sample its draft.
    """
    set_state(ledger, key, state, reason)
    if listed:
        ledger.set_problem(sample_problem("draft", sample, reason))


def list_held(ledger: Ledger) -> None:
    """Lists the held samples that are not listed yet, as those of a killed run; call inside a transaction."""
    for sample, reason in unlisted_held(ledger):
        ledger.set_problem(sample_problem("draft", sample, f"{reason} ({MAYBE_BILLED})"))


def _store_repaired(ledger: Ledger, work: Work, motion: Motion, repaired: Draft) -> None:
    """Keeps both versions: the better grounded one under the model's name, the other one marked."""
    first = next(d for d in ledger.drafts(work.sample.id) if (d.model, d.lang) == (repaired.model, repaired.lang))
    scores = [ground(work.sample, motion, d.annotation, d.lang).score for d in (first, repaired)]
    kept, other = (repaired, first) if scores[1] > scores[0] else (first, repaired)
    other = other.model_copy(update={"model": other.model + REJECTED})
    ledger.store_draft(other, work.key)
    store_grounding(ledger, work.sample, motion, other)
    # It still counts as made from the first request, so that the next run finds it up to date.
    ledger.store_draft(kept, work.base or work.key)
    store_grounding(ledger, work.sample, motion, kept)


def past_outcomes(ledger: Ledger, work: Work) -> list[Attempt]:
    """The answers that earlier runs were given, judged as today; oldest first."""
    if work.afresh:
        return []
    read = provider(work.spec.provider).read_reply
    replies = [
        (past.kind, read(past.raw))
        for past in past_attempts(ledger, work.key)
        if past.state == "answered" and past.raw is not None
    ]
    return [Attempt(kind, work.read(work.spec, reply), reply) for kind, reply in replies]


def settle(ledger: Ledger, work: Work, step: Settle) -> None:
    """Stores how a sample ended; call inside a transaction."""
    if work.kind in ("reading", "prediction"):
        # What it means, for the drafts of this wording or for a file of predictions, is made from the stored answer.
        set_state(ledger, work.key, step.state, step.outcome.reason or None)
    elif step.state in ("held", "unreadable", "todo"):
        give_up(ledger, work.sample, work.key, step.state, step.outcome.reason, listed=work.base is None)
    else:
        store_result(ledger, work, step.outcome, step.response_id)
