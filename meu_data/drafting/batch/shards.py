"""Cuts the work into the request files of batch jobs: below the limits of tokens and bytes, within the budget."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from meu_data.choices import OnUnknown
from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.estimate import likely, mean_output
from meu_data.drafting.money.prices import Prices
from meu_data.drafting.providers.gemini import generate_content_body
from meu_data.drafting.requests.answers import AnswerOutcome
from meu_data.drafting.requests.pictures import PictureReader
from meu_data.drafting.requests.results import past_outcomes, settle
from meu_data.drafting.requests.spec import RequestSpec, ResolvedSettings
from meu_data.drafting.requests.steps import Attempt, Call, Settle, next_step
from meu_data.drafting.requests.worklist import Work, Worklist
from meu_data.errors import FrameError
from meu_data.records import sample_problem
from meu_data.store.attempts import count_open
from meu_data.store.batch_jobs import Line
from meu_data.store.files import whole_file
from meu_data.store.workspace import Workspace

# The service takes request files of 2 GB.
_MOST_BYTES = 1_900_000_000
# A request that got the answers of others so often is not sent again by itself.
_MOST_MIXED_UP = 3


class Shard(NamedTuple):
    """The requests of one file, and their input tokens (estimated)."""

    lines: tuple[Line, ...]
    tokens: int


class _Ready(NamedTuple):
    """A request that is to go out."""

    work: Work
    call: Call
    tokens: int
    usd: float


class Standing(NamedTuple):
    """Where the samples stand, as far as they were looked at; `unsent`: at most so many need a call."""

    samples: int
    counts: Counter[str]
    waiting: int
    unsent: int


class ShardWriter:
    """Goes through the work: reads answers that are in, and writes what is to be sent.

    `counts` says how samples ended (`done`, `blocked`, `failed`); `worklist` is that of the first pass;
    `out_of_money` whether the budget was what ended the last shard; `ended` whether all was looked at.
    """

    def __init__(
        self,
        workspace: Workspace,
        settings: ResolvedSettings,
        worklist: Worklist,
        prices: Prices,
        budget: Budget,
        on_unknown: OnUnknown,
    ) -> None:
        self._ledger, self._settings, self.worklist = workspace.ledger, settings, worklist
        self._pictures = PictureReader(workspace)
        self._prices, self._budget, self._on_unknown = prices, budget, on_unknown
        self.counts: Counter[str] = Counter()
        self.out_of_money = self.ended = False
        self._mean_output = mean_output(self._ledger, settings.model)
        self._ready = self._calls(worklist)
        self._put_back: _Ready | None = None
        self._unreadable: set[str] = set()

    def read_answers(self, keys: set[str]) -> None:
        """Reads the answers to these requests; what needs another call is left for `write`."""
        waiting = set(keys)
        if not waiting:
            return
        for work in self.worklist.plain():
            waiting.discard(work.key)
            self._step(work)
            if not waiting:
                return

    def again(self) -> None:
        """Begins another pass, for what came back without a usable answer; held and failed requests stay."""
        self._mean_output = mean_output(self._ledger, self._settings.model)
        self._ready = self._calls(self.worklist.plain())
        self.ended = False

    def standing(self) -> Standing:
        """Counts the samples as they stand now; does nothing else."""
        worklist = self.worklist.plain()
        unsent = 0
        for work in worklist:
            if not self.ended:
                left = worklist.samples - worklist.counts["seen"] + 1
                return Standing(worklist.samples, worklist.counts, 0, left)
            unsent += work.sample.id not in self._unreadable
        counts = worklist.counts + Counter(problems=len(self._unreadable))
        return Standing(worklist.samples, counts, worklist.waiting, unsent)

    def write(self, path: Path, *, shard_tokens: int, room: int) -> Shard:
        """Writes the next file of requests.

        Args:
            path: The file to write.
            shard_tokens: The most input tokens of a file.
            room: The most that the service takes now; a request that is larger than all it ever takes goes alone.

        Returns:
            What is in it; nothing when there is no work, no room or no money left.

        Raises:
            MeuError: The file cannot be written, or there is no price for the model.
        """
        lines: list[Line] = []
        tokens = size = 0
        self.out_of_money = False
        limit = min(shard_tokens, room)
        with whole_file(path) as stream:
            while (ready := self._next()) is not None:
                alone = not lines and room >= shard_tokens
                if tokens + ready.tokens > limit and not alone:
                    self._put_back = ready
                    break
                text = self._text(ready)
                if text is None:
                    continue
                if size + len(text) > _MOST_BYTES and lines:
                    self._put_back = ready
                    break
                if not self._budget.reserve(ready.usd):
                    self.out_of_money, self._put_back = True, ready
                    break
                stream.write(text)
                tokens, size = tokens + ready.tokens, size + len(text)
                work = ready.work
                spec, call = work.spec, ready.call
                lines.append(
                    Line(
                        key=work.key,
                        sample_id=work.sample.id,
                        author=spec.author,
                        lang=spec.lang,
                        inputs=work.inputs,
                        asked_for=work.kind,
                        kind=call.kind,
                        estimate_usd=ready.usd,
                    )
                )
        return Shard(tuple(lines), tokens)

    def _next(self) -> _Ready | None:
        ready, self._put_back = self._put_back, None
        if ready is None:
            ready = next(self._ready, None)
            self.ended = ready is None
        return ready

    def _calls(self, worklist: Worklist) -> Iterator[_Ready]:
        for work in worklist:
            call = self._step(work)
            # The list reads the states of many requests at once; whatever it says, none goes out twice.
            if call is None or count_open(self._ledger, work.key):
                continue
            spec = call.spec.model_copy(update={"tier": "standard"})
            usage = likely(spec, self._mean_output)
            cost = self._prices.price_of(spec.provider, spec.model, usage, "batch", datetime.now(UTC))
            yield _Ready(work, call._replace(spec=spec), usage.input_tokens, cost.usd)

    def _step(self, work: Work) -> Call | None:
        """What is to be sent for a sample; None when it could be settled with the answers that are there."""
        past = past_outcomes(self._ledger, work)
        attempts = [attempt for attempt in past if not _of_another(attempt, work)]
        step = next_step(work.spec, attempts, on_unknown=self._on_unknown, patience=1)
        if isinstance(step, Call) and len(past) - len(attempts) >= _MOST_MIXED_UP:
            step = Settle(
                "failed", AnswerOutcome("invalid", "batch after batch brought another sample's answer for it")
            )
        if isinstance(step, Call) and not work.reread:
            return step
        if isinstance(step, Call):
            # Reading a stored answer again must cost nothing, even where today's reading wants to ask again.
            reason = attempts[-1].outcome.reason if attempts and attempts[-1].outcome else "its answer is gone"
            step = Settle("failed", AnswerOutcome("invalid", reason))
        with self._ledger.transaction():
            settle(self._ledger, work, step)
        self.counts[step.state] += 1
        return None

    def _text(self, ready: _Ready) -> bytes | None:
        """The request's line; None when a picture of it cannot be read, which becomes a problem."""
        try:
            pictures = self._pictures.read(ready.work.sample, ready.call.spec)
        except FrameError as error:
            with self._ledger.transaction():
                self._ledger.set_problem(sample_problem("draft", ready.work.sample, str(error)))
            self._unreadable.add(ready.work.sample.id)
            return None
        return request_line(ready.work.key, ready.call.spec, pictures)


def request_line(key: str, spec: RequestSpec, pictures: list[bytes]) -> bytes:
    """One line of a request file: `{"key": ..., "request": GenerateContentRequest}`."""
    line = {"key": key, "request": generate_content_body(spec, pictures)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _of_another(attempt: Attempt, work: Work) -> bool:
    """Whether the answer echoes the id of another sample: batches were seen to mix up their keys.

    Such an answer is paid for but says nothing about this sample, and nothing to ask again about.
    """
    if attempt.outcome is None or attempt.outcome.state != "invalid" or attempt.reply is None:
        return False
    try:
        answer = json.loads(attempt.reply.text)
    except (ValueError, RecursionError):
        return False
    echoed = answer.get("sample_id") if isinstance(answer, dict) else None
    return isinstance(echoed, str) and echoed != work.spec.sample_id
