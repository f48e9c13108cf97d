"""What to do next about one sample, given all that has happened: pure, so that a resumed run decides the same."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meu_data.choices import OnUnknown
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import Verdict
from meu_data.drafting.requests.prompts import asked_again
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.store.attempts import AttemptKind
from meu_data.store.requests import RequestState

CallFailure = Literal["wait", "fault", "unknown", "refused"]
"""`wait`: nothing is wrong with the request; it goes out again when the run lets it."""

# The larger limit that a cut-off answer is asked for again with.
_LARGER = 2


class Event(NamedTuple):
    """What one attempt came to: an answer with its verdict, or a failure with its reason."""

    kind: AttemptKind
    verdict: Verdict | None = None
    reply: Reply | None = None
    failure: CallFailure | None = None
    reason: str = ""


class Call(NamedTuple):
    """Send this; wait first as after so many faults in a row."""

    kind: AttemptKind
    spec: RequestSpec
    faults: int = 0


class Settle(NamedTuple):
    """Nothing more to send in this run; `todo` leaves the request to the next one."""

    state: RequestState
    verdict: Verdict
    response_id: str | None = None


def next_step(spec: RequestSpec, events: Sequence[Event], *, on_unknown: OnUnknown, patience: int) -> Call | Settle:
    """Decides about a request.

    A cut-off answer is asked for once more with a larger limit, an unusable one once more with what was wrong.
    Nothing else that was answered is ever paid for twice.

    Args:
        spec: The request as it is first sent.
        events: Its attempts so far, oldest first: the answers of all runs, the failures of this one.
        on_unknown: What to do when an attempt was maybe billed.
        patience: Faults, and unknowns, that one request may meet in a run.
    """
    if not events:
        return Call("first", spec)
    last = events[-1]
    if last.verdict is not None:
        return _after_answer(spec, events, last.verdict)
    count = sum(event.failure == last.failure for event in events)
    failed = Verdict("invalid", last.reason)
    if last.failure == "refused":
        return Settle("failed", failed)
    if last.failure == "unknown" and (on_unknown == "hold" or count >= patience):
        hint = "maybe billed; `meu-data draft --on-unknown resend` sends it again"
        return Settle("held", Verdict("invalid", f"{last.reason} ({hint})"))
    if last.failure == "fault" and count >= patience:
        return Settle("todo", Verdict("invalid", f"{last.reason} ({count} times; run the command again later)"))
    return Call(last.kind, _spec_of(spec, events, last.kind), count if last.failure in ("fault", "unknown") else 0)


def _after_answer(spec: RequestSpec, events: Sequence[Event], verdict: Verdict) -> Call | Settle:
    last, asked = events[-1], {event.kind for event in events}
    response_id = last.reply.response_id if last.reply else None
    if verdict.state == "done":
        return Settle("done", verdict, response_id)
    if verdict.state == "blocked":
        return Settle("blocked", verdict, response_id)
    kind: AttemptKind = "larger" if verdict.state == "truncated" else "reask"
    if kind in asked:
        return Settle("failed", verdict._replace(reason=f"even the second time: {verdict.reason}"), response_id)
    return Call(kind, _spec_of(spec, events, kind))


def _spec_of(spec: RequestSpec, events: Sequence[Event], kind: AttemptKind) -> RequestSpec:
    """The request with what earlier answers have taught about it."""
    if kind == "larger" or any(event.kind == "larger" for event in events):
        spec = spec.model_copy(update={"max_output_tokens": _LARGER * spec.max_output_tokens})
    unusable = [event for event in events if event.verdict and event.reply and event.verdict.state == "invalid"]
    if not unusable:
        return spec
    last = unusable[-1]
    return asked_again(spec, last.reply.text if last.reply else "", last.verdict.reason if last.verdict else "")
