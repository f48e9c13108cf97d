"""The pool that drafts online: every call is in the ledger before it goes out, whatever happens to it afterwards."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from meu_data.choices import Mode, OnUnknown
from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.estimate import Meter
from meu_data.drafting.money.prices import Cost
from meu_data.drafting.online.commits import Commits
from meu_data.drafting.online.pacing import Gate, Pacing, RunStopped, quota_message
from meu_data.drafting.online.refusals import Ended, Refusals
from meu_data.drafting.online.tally import Tally
from meu_data.drafting.online.threads import Interrupt, signals_call
from meu_data.drafting.providers.base import (
    Adapted,
    CallError,
    Client,
    DayQuotaUsedUp,
    Misconfigured,
    NoQuota,
    RateLimited,
    Refused,
    Reply,
    ServerFault,
    Unknown,
    Unreadable,
)
from meu_data.drafting.requests.pictures import PictureReader
from meu_data.drafting.requests.results import answer_record, give_up, past_outcomes, settle
from meu_data.drafting.requests.steps import Attempt, Call, CallFailure, Settle, next_step
from meu_data.drafting.requests.worklist import Work
from meu_data.errors import FrameError, MeuError
from meu_data.progress import say_stopping
from meu_data.records import sample_problem
from meu_data.store.attempts import AttemptState, close_attempt, open_attempt
from meu_data.store.requests import put_request, set_state
from meu_data.store.workspace import Workspace

# In a pacing's timeouts, which are those of single steps: whoever cannot even connect says so before this is over.
_WHOLE_CALL = 1.25
_BUDGET = "the budget is used up: the next call might pass it"
_BREAKER = "the service kept failing; run the same command again later"
_INTERRUPTED = "interrupted"


class RunSettings(NamedTuple):
    """How a run behaves."""

    mode: Mode
    on_unknown: OnUnknown
    pacing: Pacing
    concurrency: int
    rpm: int | None
    interrupt: Interrupt | None = None


class _Opened(NamedTuple):
    """An attempt under way: its row, what was set aside for it (USD), and when it went out."""

    attempt: int
    reserved: float
    began: float


class Runner:
    """One run over some work."""

    def __init__(
        self,
        workspace: Workspace,
        connect: Callable[[], Client],
        meter: Meter,
        budget: Budget,
        settings: RunSettings,
        tally: Tally,
    ) -> None:
        """Takes what the run works with; `tally` is told of everything."""
        self._ledger = workspace.ledger
        self._pictures = PictureReader(workspace)
        # Only a run that calls needs a key and the service's package.
        self._connect = connect
        self._client: Client | None = None
        self._meter, self._budget = meter, budget
        self._settings, self._tally = settings, tally
        self._commits = Commits(self._ledger)
        self._gate = Gate(settings.pacing, settings.concurrency, settings.rpm, canary=True)
        self._refusals = Refusals(settings.pacing.equal_refusals)
        self._under_way = 0
        self._settled = asyncio.Event()
        self._failure: MeuError | None = None
        self.stopped_because: str | None = None

    async def run(self, work: Iterator[Work]) -> None:
        """Does the work. When the run has to stop early, what is under way is still waited for.

        Raises:
            KeyboardInterrupt: It was interrupted.
            MeuError: The service takes no call of ours, or the ledger cannot be written.
        """
        whole = asyncio.current_task()
        with signals_call(lambda: self._interrupted(whole), self._settings.interrupt):
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self._settings.concurrency):
                        group.create_task(self._worker(work))
            except asyncio.CancelledError:
                if self.stopped_because == _INTERRUPTED:
                    raise KeyboardInterrupt from None
                raise
            except BaseExceptionGroup as errors:
                # One cause is enough: the others are the same, met by other workers.
                raise _first(errors) from None
        self._end_refusals()
        if self._failure is not None:
            raise self._failure
        if self.stopped_because == _INTERRUPTED:
            raise KeyboardInterrupt

    def _end_refusals(self) -> None:
        """What was refused without becoming too much is final at the end of a run."""
        if self._refusals.too_many:
            return
        final = self._refusals.end()
        with self._ledger.transaction():
            for work, step in final:
                settle(self._ledger, work, step)
        self._tally.failed_after_all(work for work, _ in final)

    async def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.close()

    async def _worker(self, work: Iterator[Work]) -> None:
        while not self._gate.stopped and (item := next(work, None)) is not None:
            try:
                await self._draft(item)
            except RunStopped:
                return
            except FrameError as error:
                with self._ledger.transaction():
                    self._ledger.set_problem(sample_problem("draft", item.sample, str(error)))
                self._tally.ended("problems", str(error))

    async def _draft(self, work: Work) -> None:
        """Takes one sample as far as it goes."""
        attempts = past_outcomes(self._ledger, work)
        step = self._next(work, attempts)
        if work.reread and isinstance(step, Call):
            # Today's reading wants to ask again; but reading a stored answer again must cost nothing.
            outcome = attempts[-1].outcome if attempts else None
            with self._ledger.transaction():
                give_up(
                    self._ledger, work.sample, work.key, "failed", outcome.reason if outcome else "its answer is gone"
                )
            self._tally.ended("failed", "its stored answer is not usable")
            return
        if isinstance(step, Settle):
            ended = step
            await self._commits.do(lambda: settle(self._ledger, work, ended))
        else:
            pictures = await self._read_pictures(work)
            while isinstance(step, Call):
                if step.faults:
                    await self._gate.sleep(self._gate.delay(step.faults))
                step = await self._attempt(work, step, pictures, attempts)
        if work.base is not None:
            self._tally.counts["repaired" if step.state == "done" else "not_repaired"] += 1
        else:
            self._tally.ended("put_off" if step.state == "todo" else step.state, step.outcome.reason)

    async def _read_pictures(self, work: Work) -> list[bytes]:
        """The pictures of a request; a clip takes as long to make as many answers to handle."""
        if any(picture.clip is not None for picture in work.spec.pictures):
            return await asyncio.to_thread(self._pictures.read, work.sample, work.spec)
        return self._pictures.read(work.sample, work.spec)

    def _next(self, work: Work, attempts: Sequence[Attempt]) -> Call | Settle:
        settings = self._settings
        return next_step(work.spec, attempts, on_unknown=settings.on_unknown, patience=settings.pacing.patience)

    async def _attempt(self, work: Work, call: Call, pictures: list[bytes], attempts: list[Attempt]) -> Call | Settle:
        """Makes one call, with its row written before and closed after it."""
        client = self._client = self._client or self._connect()
        opened = await self._open(work, call)
        try:
            return await self._called(client, work, call, opened, pictures, attempts)
        finally:
            # Only now: what its outcome means for the others is known.
            self._gate.leave()

    async def _called(
        self, client: Client, work: Work, call: Call, opened: _Opened, pictures: list[bytes], attempts: list[Attempt]
    ) -> Call | Settle:
        reply: Reply | None = None
        error: CallError | None = None
        try:
            reply = await self._answered(client, call, pictures)
        except CallError as caught:
            error = caught
        except BaseException:
            self._abandon(work, opened)
            raise
        if reply is not None:
            attempt = Attempt(call.kind, work.read(work.spec, reply), reply)
        else:
            attempt = _failed(call, error, outage=self._gate.outage)
        attempts.append(attempt)
        step = self._next(work, attempts)
        cost = self._cost(call, opened, attempt)
        final: list[Ended] = [] if reply is None else self._refusals.end()
        if isinstance(step, Settle):
            if attempt.failure == "refused":
                # Final only when it turns out to be about this sample; until then the next run tries again.
                final += self._refusals.add(work, step)
                step = step.put_off()
            final.append(Ended(work, step))

        def close() -> None:
            self._close(opened, attempt, cost, error)
            for other, ended in final:
                settle(self._ledger, other, ended)

        await self._commits.do(close)
        self._tally.failed_after_all(ended.work for ended in final if ended.work is not work)
        self._release(opened, cost.usd)
        self._tally.called(reply, cost.usd, unknown=attempt.failure in ("unknown", "unreadable"))
        self._pace(error, opened)
        return step

    async def _answered(self, client: Client, call: Call, pictures: list[bytes]) -> Reply:
        """The answer to a call, if it comes whole in time; the libraries' own limit is for each piece of it."""
        longest = _WHOLE_CALL * self._settings.pacing.timeout
        try:
            async with asyncio.timeout(longest):
                return await client.call(call.spec, pictures)
        except TimeoutError:
            raise Unknown(f"no whole answer came within {longest:g} s") from None

    async def _open(self, work: Work, call: Call) -> _Opened:
        """Waits for its turn and for money, and writes the attempt.

        Raises:
            RunStopped: The run ends first.
        """
        while True:
            began = await self._gate.enter()
            # Only now: the first answer, which this may have waited for, tells how dear they are.
            estimate = self._meter.at_most(call.spec)
            if self._budget.reserve(estimate):
                break
            # What is under way was reserved at its most; when it ends, some of that may come back.
            self._gate.leave()
            if self._under_way == 0:
                self._stop(_BUDGET)
                raise RunStopped
            await self._settled.wait()
        self._under_way += 1

        def write() -> int:
            spec = work.spec
            put_request(self._ledger, work.key, work.sample.id, spec.author, spec.lang, work.inputs, work.kind)
            return open_attempt(
                self._ledger,
                work.key,
                kind=call.kind,
                mode=self._settings.mode,
                model=spec.model,
                estimate_usd=estimate,
            )

        try:
            attempt = await self._commits.do(write)
        except BaseException:
            self._gate.leave()
            self._under_way -= 1
            raise
        return _Opened(attempt, estimate, began)

    def _cost(self, call: Call, opened: _Opened, attempt: Attempt) -> Cost:
        """What a call has cost, as far as is known."""
        if attempt.reply is not None and attempt.reply.usage is not None:
            cost = self._meter.cost(call.spec, attempt.reply.usage)
            self._meter.learn(call.spec, opened.reserved, cost.usd)
            return cost
        if attempt.failure in ("unknown", "unreadable"):
            return Cost(usd=self._meter.usual(opened.reserved), as_of="")
        # An answer without a count cost the most that it can have cost, as far as a budget is concerned.
        return Cost(usd=opened.reserved if attempt.reply is not None else 0.0, as_of="")

    def _close(self, opened: _Opened, attempt: Attempt, cost: Cost, error: CallError | None) -> None:
        """Writes what became of an attempt; call inside a transaction."""
        latency = self._gate.now() - opened.began
        reply, outcome = attempt.reply, attempt.outcome
        if reply is None:
            state: AttemptState = "refused"
            if attempt.failure in ("unknown", "unreadable"):
                state = attempt.failure
            close_attempt(
                self._ledger,
                opened.attempt,
                state=state,
                raw=error.raw if error else None,
                usd=None if state == "refused" else cost.usd,
                error=attempt.reason,
                latency_s=latency,
            )
            return
        close_attempt(
            self._ledger,
            opened.attempt,
            state="answered",
            answer=answer_record(reply, cost),
            error=outcome.reason if outcome is not None and outcome.state != "done" else reply.doubt,
            latency_s=latency,
        )

    def _release(self, opened: _Opened, usd: float) -> None:
        """Settles the money of a call that is over, and tells who waits for some."""
        self._budget.settle(opened.reserved, usd)
        self._under_way -= 1
        self._settled.set()
        self._settled = asyncio.Event()

    def _abandon(self, work: Work, opened: _Opened) -> None:
        """The program is ending during a call: it stays maybe billed."""
        reason = "the run was broken off during the call"
        with contextlib.suppress(MeuError), self._ledger.transaction():
            close_attempt(self._ledger, opened.attempt, state="unknown", error=reason)
            set_state(self._ledger, work.key, "held", reason)
        self._release(opened, opened.reserved)

    def _pace(self, error: CallError | None, opened: _Opened) -> None:
        """Lets the outcome of a call decide how fast the next ones may go out."""
        if error is None:
            self._gate.success()
        elif isinstance(error, Misconfigured):
            self._failure = MeuError(f"the service takes no call: {error}")
            self._stop("the service takes no call")
        elif isinstance(error, DayQuotaUsedUp):
            self._stop(quota_message(str(error)))
        elif isinstance(error, NoQuota):
            self._stop(f"the account allows no more calls, and waiting does not mend that: {error}")
        elif isinstance(error, Refused):
            if self._refusals.too_many:
                self._stop(f"the service refuses every call, so nothing is given up for good: {error}")
        elif not isinstance(error, Adapted):
            lasting = self._gate.fault(opened.began)
            asked = error.retry_after if isinstance(error, RateLimited) else None
            if isinstance(error, RateLimited) or self._gate.outage:
                pause = self._gate.pause(asked if asked is not None else self._gate.pause_length())
                self._tally.waits(pause, str(error))
            if lasting:
                self._stop(f"{_BREAKER} (last: {error})")

    def _stop(self, reason: str) -> None:
        self.stopped_because = self.stopped_because or reason
        self._gate.stop()
        self._settled.set()

    def _interrupted(self, run: "asyncio.Task[Any] | None") -> None:
        """Ctrl-C lets the calls under way end, as they are paid for; a second one leaves them."""
        if self.stopped_because == _INTERRUPTED and run is not None:
            run.cancel()
        else:
            say_stopping()
        self.stopped_because = _INTERRUPTED
        self._stop(_INTERRUPTED)


def _failed(call: Call, error: CallError | None, *, outage: bool) -> Attempt:
    """`outage`: the service fails for everybody, which no sample is to be put off for."""
    failure: CallFailure = "unknown"
    if isinstance(error, (RateLimited, Adapted, Misconfigured)):
        failure = "wait"
    elif isinstance(error, ServerFault):
        failure = "wait" if outage else "fault"
    elif isinstance(error, Refused):
        failure = "refused"
    elif isinstance(error, Unreadable):
        failure = "unreadable"
    return Attempt(call.kind, failure=failure, reason=str(error))


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
