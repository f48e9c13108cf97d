"""What comes back from a batch job goes into the ledger: each line to the attempt that its key names, once.

Answers are only stored here; what they are worth is decided where all answers are (`steps.next_step`).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.prices import Cost, Prices
from meu_data.drafting.providers.base import CallError, storable
from meu_data.drafting.providers.fields import json_object
from meu_data.drafting.providers.fields import text as text_of
from meu_data.drafting.providers.gemini import read_reply
from meu_data.drafting.providers.transport import LONGEST_ANSWER
from meu_data.drafting.requests.results import answer_record, give_up
from meu_data.drafting.requests.steps import NOT_READ
from meu_data.secrets import without_keys
from meu_data.store.attempts import AttemptState, close_attempt
from meu_data.store.batch_jobs import OpenLine, batch_attempts, open_line, open_lines
from meu_data.store.files import explained
from meu_data.store.ledger import Ledger
from meu_data.store.requests import RequestState, set_state

_LINES_PER_COMMIT = 200
# Bytes: an answer that may be as long as one may be, with escapes, fits; and what of the end of a longer line is kept.
_LONGEST_LINE, _END_KEPT = 4 * LONGEST_ANSWER, 200
# A request that comes back from so many jobs without an answer is not sent again by itself.
_MOST_JOBS = 3
# google.rpc.Code INVALID_ARGUMENT, as a number of gRPC or of HTTP: the same line will never do.
_INVALID = (3, 400)
_KEY = re.compile(r'"key"\s*:\s*"([0-9a-f]{64})"')


class ResultStore:
    """Stores results; `counts` says how many of each kind there were.

    `answers`, `uncounted` (of them, those charged at their estimate), `errors` (a line that holds an error),
    `without answer` (no line for a request), `unmatched` (no request for a line, or a second line for one), `failed`,
    `held` and `unreadable` (requests that are not sent again by themselves).
    `to_read` holds the keys of the answers.
    """

    def __init__(self, ledger: Ledger, prices: Prices, budget: Budget) -> None:
        self._ledger, self._prices, self._budget = ledger, prices, budget
        self.counts: Counter[str] = Counter()
        self.to_read: set[str] = set()

    def store(self, name: str, model: str, results: Path) -> None:
        """Stores a file of results; lines that are in already are passed over, so it may be done again.

        Raises:
            MeuError: The file cannot be read, or the model has no price.
        """
        with explained(results), results.open("rb") as stream:
            bounded = _bounded_lines(stream)
            while lines := list(islice(bounded, _LINES_PER_COMMIT)):
                with self._ledger.transaction():
                    for line in lines:
                        self._store_line(name, model, line)

    def end(self, name: str, *, attempt: AttemptState, request: RequestState, reason: str) -> None:
        """Ends what is still open of a job.

        Args:
            name: The job's displayName.
            attempt: What its attempts become: `unknown` when they were maybe billed, else `refused`.
            request: What its requests become: `todo` to be sent again, `held` to be decided by the user.
            reason: Why.
        """
        lines = open_lines(self._ledger, name)
        with self._ledger.transaction():
            for line in lines:
                self._close(line, attempt, reason)
                self._again(line, request, reason)
        self.counts["without answer"] += len(lines)

    def _store_line(self, name: str, model: str, text: bytes) -> None:
        found = _read_line(text)
        line = open_line(self._ledger, name, storable(text_of(found.get("key"))))
        if line is None:
            self.counts["unmatched"] += 1
            return
        if found.get("response") is None:
            self._store_error(line, found)
            return
        try:
            reply = read_reply(without_keys(_raw(found["response"])))
        except CallError as error:
            self._close(line, "unreadable", str(error), raw=error.raw)
            self._again(line, "unreadable", f"{error} ({NOT_READ})")
            self.counts["answers"] += 1
            return
        if reply.usage is None:
            cost = Cost(usd=line.estimate_usd, as_of="")
            self.counts["uncounted"] += 1
        else:
            cost = self._prices.price_of("gemini", model, reply.usage, "batch", datetime.now(UTC))
        close_attempt(
            self._ledger, line.attempt, state="answered", answer=answer_record(reply, cost), error=reply.doubt
        )
        self._budget.settle(line.estimate_usd, cost.usd)
        set_state(self._ledger, line.key, "todo", "the answer is in and waits to be read")
        self.to_read.add(line.key)
        self.counts["answers"] += 1

    def _store_error(self, line: OpenLine, found: dict[str, Any]) -> None:
        error = found.get("error") or found.get("status") or {}
        code = error.get("code") if isinstance(error, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        reason = storable(without_keys(f"the batch gave an error for it: {code or ''} {message or 'no reason'}"))
        self._close(line, "refused", reason)
        self._again(line, "failed" if code in _INVALID else "todo", reason)
        self.counts["errors"] += 1

    def _close(self, line: OpenLine, state: AttemptState, reason: str, raw: str | None = None) -> None:
        close_attempt(self._ledger, line.attempt, state=state, error=reason, raw=raw)
        self._budget.settle(line.estimate_usd, 0.0 if state == "refused" else line.estimate_usd)

    def _again(self, line: OpenLine, state: RequestState, reason: str) -> None:
        if state == "todo" and batch_attempts(self._ledger, line.key) >= _MOST_JOBS:
            state, reason = "failed", f"{_MOST_JOBS} batch jobs brought no answer; the last time: {reason}"
        if state == "todo":
            set_state(self._ledger, line.key, "todo", reason)
            return
        if line.asked_for == "draft":
            for sample in self._ledger.samples(only=line.sample_id):
                give_up(self._ledger, sample, line.key, state, reason)
        else:
            # A prediction that is missing is a row of its file; and a question is about no sample.
            set_state(self._ledger, line.key, state, reason)
        self.counts[state] += 1


def _bounded_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is far too long for an answer, its beginning and its end, where its key is."""
    while line := stream.readline(_LONGEST_LINE):
        end = line
        while len(end) == _LONGEST_LINE and not end.endswith(b"\n"):
            end = stream.readline(_LONGEST_LINE)
        yield line if end is line else line + end[-_END_KEPT:]


def _read_line(line: bytes) -> dict[str, Any]:
    """A line of results as an object; empty when it is none that a request could be told by."""
    text = line.decode("utf-8-sig", "replace")
    try:
        return json_object(text)
    except CallError:
        # Cut off, or nested too deeply: paid for all the same, so it is kept with its request.
        key = _KEY.search(text)
        return {"key": key[1], "response": text} if key else {}


def _raw(response: object) -> str:
    """The JSON text of a response, with escapes only where the ledger could not hold it otherwise.

    A response that is text is kept as it is: so is a line that could not be read.
    """
    if isinstance(response, str):
        return response
    text = json.dumps(response, ensure_ascii=False)
    return text if text == storable(text) else json.dumps(response)
