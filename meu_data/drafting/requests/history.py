"""What the ledger knows of a request, as the events that the next step is decided by; and the end of a request."""

from meu_data.drafting.providers import provider
from meu_data.drafting.requests.answers import judge
from meu_data.drafting.requests.results import give_up, store_result
from meu_data.drafting.requests.steps import Event, Settle
from meu_data.drafting.requests.worklist import Work
from meu_data.store.attempts import past_attempts
from meu_data.store.ledger import Ledger


def past_events(ledger: Ledger, work: Work) -> list[Event]:
    """The answers that earlier runs were given, judged as today; oldest first."""
    if work.afresh:
        return []
    read = provider(work.spec.provider).read_reply
    replies = [
        (past.kind, read(past.raw))
        for past in past_attempts(ledger, work.key)
        if past.state == "answered" and past.raw is not None
    ]
    return [Event(kind, judge(work.sample.id, reply), reply) for kind, reply in replies]


def settle(ledger: Ledger, work: Work, step: Settle, *, grounded: bool = True) -> None:
    """Stores how a sample ended; call inside a transaction. `grounded` as for `store_result`."""
    if step.state in ("held", "todo"):
        give_up(ledger, work.sample, work.key, step.state, step.verdict.reason, listed=work.base is None)
    else:
        store_result(ledger, work, step.verdict, step.response_id, grounded=grounded)
