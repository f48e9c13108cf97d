"""Refusals in a row: one is about its sample; five equal ones are about the account, the place or the request."""

import re
from typing import NamedTuple

from meu_data.drafting.requests.steps import Settle
from meu_data.drafting.requests.worklist import Work

# Request ids, token counts and the like differ between refusals for one reason.
_PARTICULAR = re.compile(r"\S*\d\S*")


class Ended(NamedTuple):
    """How the request of one sample ended."""

    work: Work
    step: Settle


class Refusals:
    """The refusals since the last answer, as long as all of them are for one reason.

    None of them is final yet: a run that is killed, or stopped by the fifth, leaves them to the next one. (What was
    refused was not billed.)
    """

    def __init__(self, limit: int) -> None:
        """`limit`: so many in a row are no accident."""
        self._limit = limit
        self._reason = ""
        self._pending: list[Ended] = []

    def add(self, work: Work, step: Settle) -> list[Ended]:
        """One more; returns those that are final now, as this one has another reason."""
        reason = same_reason(step.outcome.reason)
        final = [] if reason == self._reason else self.end()
        self._reason = reason
        self._pending.append(Ended(work, step))
        return final

    def end(self) -> list[Ended]:
        """The service has answered, or nothing is left to ask: they were about their samples, and are final."""
        final, self._pending = self._pending, []
        return final

    @property
    def too_many(self) -> bool:
        """Whether nothing that is sent like this will do."""
        return len(self._pending) >= self._limit


def same_reason(message: str) -> str:
    """A message without what differs between two of its kind; its code, which it begins with, stays."""
    code, _, rest = message.partition(" ")
    return f"{code} {_PARTICULAR.sub('…', rest)}".strip()
