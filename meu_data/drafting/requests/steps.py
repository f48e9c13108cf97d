"""What to do next about one sample, given all that has happened: pure, so that a resumed run decides the same."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meu_data.choices import OnUnknown
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerOutcome
from meu_data.drafting.requests.prompts import asked_again
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.store.attempts import AttemptKind
from meu_data.store.requests import RequestState

CallFailure = Literal["wait", "fault", "unknown", "unreadable", "refused"]
"""`wait`: nothing is wrong with the request; it goes out again when the run lets it."""

MAYBE_BILLED = "maybe billed; `meu-data draft --on-unknown resend` sends it again"
NOT_READ = "`meu-data attempts ID --raw` shows what came, `meu-data draft --on-unknown resend` asks again"

# The larger limit that a cut-off answer is asked for again with.
_LARGER = 2


class Attempt(NamedTuple):
    """What one attempt came to: an answer with its outcome, or a failure with its reason."""

    kind: AttemptKind
    outcome: AnswerOutcome | None = None
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
    outcome: AnswerOutcome
    response_id: str | None = None

    def put_off(self) -> "Settle":
        """The same, left to the next run."""
        return self._replace(state="todo")


def next_step(spec: RequestSpec, attempts: Sequence[Attempt], *, on_unknown: OnUnknown, patience: int) -> Call | Settle:
    """Decides about a request.

    A cut-off answer is asked for once more with a larger limit, an unusable one once more with what was wrong.
    Nothing else that was answered is ever paid for twice.

    Args:
        spec: The request as it is first sent.
        attempts: Its attempts so far, oldest first: the answers of all runs, the failures of this one.
        on_unknown: What to do when an attempt was maybe billed.
        patience: Faults, and unknowns, that one request may meet in a run.
    """
    if not attempts:
        return Call("first", spec)
    last = attempts[-1]
    if last.outcome is not None:
        return _after_answer(spec, attempts, last.outcome)
    count = sum(attempt.failure == last.failure for attempt in attempts)
    failed = AnswerOutcome("invalid", last.reason)
    if last.failure == "refused":
        return Settle("failed", failed)
    if last.failure in ("unknown", "unreadable") and (on_unknown == "hold" or count >= patience):
        state: RequestState = "held" if last.failure == "unknown" else "unreadable"
        hint = MAYBE_BILLED if state == "held" else NOT_READ
        return Settle(state, AnswerOutcome("invalid", f"{last.reason} ({hint})"))
    if last.failure == "fault" and count >= patience:
        return Settle("todo", AnswerOutcome("invalid", f"{last.reason} ({count} times; run the command again later)"))
    return Call(last.kind, _spec_of(spec, attempts, last.kind), 0 if last.failure == "wait" else count)


def _after_answer(spec: RequestSpec, attempts: Sequence[Attempt], outcome: AnswerOutcome) -> Call | Settle:
    last, asked = attempts[-1], {attempt.kind for attempt in attempts}
    response_id = last.reply.response_id if last.reply else None
    if outcome.state == "done":
        return Settle("done", outcome, response_id)
    if outcome.state == "blocked":
        return Settle("blocked", outcome, response_id)
    kind: AttemptKind = "larger" if outcome.state == "truncated" else "reask"
    if kind in asked:
        return Settle("failed", outcome._replace(reason=f"even the second time: {outcome.reason}"), response_id)
    return Call(kind, _spec_of(spec, attempts, kind))


def _spec_of(spec: RequestSpec, attempts: Sequence[Attempt], kind: AttemptKind) -> RequestSpec:
    """The request with what earlier answers have taught about it."""
    if kind == "larger" or any(attempt.kind == "larger" for attempt in attempts):
        spec = spec.model_copy(update={"max_output_tokens": _LARGER * spec.max_output_tokens})
    answers = [attempt for attempt in attempts if attempt.outcome is not None]
    if kind == "reask" and spec.seed is not None:
        # With the same seed the same question may bring the same answer.
        spec = spec.model_copy(update={"seed": spec.seed + len(answers)})
    unusable = [
        attempt for attempt in answers if attempt.outcome and attempt.reply and attempt.outcome.state == "invalid"
    ]
    if not unusable:
        return spec
    last = unusable[-1]
    return asked_again(spec, last.reply.text if last.reply else "", last.outcome.reason if last.outcome else "")
