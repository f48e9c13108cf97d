"""Drafting through the Developer API's batches: half the price, an answer within a day.

A run collects what earlier runs sent, then sends what is missing, in jobs (shards) that stay below the service's
limit of enqueued tokens. A job's name and its requests are in the ledger before the service is asked for it, so
that a run that is killed at any moment finds its job again by that name and never makes it twice.
"""

import contextlib
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from meu_data.choices import Language, OnUnknown
from meu_data.drafting.batch.results import ResultStore
from meu_data.drafting.batch.service import BatchError, BatchService, Full, Gone, JobStatus, MaybeMade
from meu_data.drafting.batch.shards import Shard, ShardWriter
from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.prices import Prices
from meu_data.drafting.requests.spec import RequestSettings, ResolvedSettings
from meu_data.drafting.requests.steps import MAYBE_BILLED
from meu_data.drafting.requests.worklist import Worklist
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress, note
from meu_data.records import Record
from meu_data.store import batch_jobs
from meu_data.store.attempts import recover
from meu_data.store.batch_jobs import NEVER_MADE, BatchJob
from meu_data.store.files import explained
from meu_data.store.locks import drafting_lock
from meu_data.store.requests import RequestKind, count_submitted, unread_keys
from meu_data.store.workspace import Workspace

_HOUR = 3600.0
# Enqueued tokens per model in the lowest paid tier (ai.google.dev/gemini-api/docs/rate-limits, batch).
_TOKENS = {"gemini-3.1-pro": 5_000_000, "gemini-3.1-flash-lite": 10_000_000}
_OTHER_TOKENS = 3_000_000
# Several jobs share the limit, so that the next can go out while others are still at work.
_JOBS_AT_ONCE = 4
_MADE_IN_VAIN = 3
# So many rounds of looking in vain end a wait; the jobs go on without it.
_OUTAGES = 10
_NO_ROOM = "the service has as many tokens enqueued as it takes; run again, or use --wait, to send the rest"
_BUDGET = "the budget is used up or set aside; raise --budget to send more"


class BatchOptions(NamedTuple):
    """How batches are made and waited for.

    `enqueued_tokens`: the most input tokens that the service takes at once for a model; by the lowest paid tier when
    None. `poll_s`: seconds between two looks at the jobs. `stuck_hours`: a job that waits for longer is called off
    and its requests are sent anew. `listed_after_s`: seconds after which a job that was made is surely in the
    service's list.
    """

    enqueued_tokens: int | None = None
    poll_s: float = 60.0
    stuck_hours: float = 36.0
    listed_after_s: float = 30.0


class BatchSummary(Record):
    """What a run did, and how things stand after it.

    `samples`: selected. `drafted`: answers that became drafts now. `fresh`: up to date before. `submitted`: with a
    job now. `held`: maybe billed. `unreadable`: what came is no answer. `blocked`, `failed`,
    `problems`: without a draft; the ledger says why. `unsent`: at most so many are still to be sent. `jobs_made`,
    `jobs_ended`: in this run. `jobs_open`: at work now.
    `uncounted`: answers of this run without a count of tokens that can be, charged at what was set aside for them.
    `unmatched`: lines of results that belong to no open request. `usd`: what the workspace has cost. `reserved_usd`:
    what is set aside for the jobs at work. `stopped`: why not everything was sent.
    """

    model: str
    samples: int
    drafted: int
    fresh: int
    submitted: int
    held: int
    unreadable: int
    blocked: int
    failed: int
    problems: int
    waiting: int
    unsent: int
    jobs_made: int
    jobs_ended: int
    jobs_open: int
    unmatched: int
    uncounted: int
    usd: float
    reserved_usd: float
    stopped: str | None


def run_batch(
    workspace: Workspace,
    settings: RequestSettings,
    *,
    budget_usd: float | None = None,
    wait: bool = False,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    only: str | None = None,
    limit: int | None = None,
    options: BatchOptions | None = None,
    service: BatchService | None = None,
    progress: Progress = SILENT,
    list_work: Callable[[Workspace, ResolvedSettings], Worklist] | None = None,
) -> BatchSummary:
    """Collects what batches have answered, and sends what has no draft by this model yet.

    The arguments are those of `drafting.run.draft`; a job is set aside for in the budget as a whole, at the estimate of
    its requests. `options` has limits and delays, `service` is an open client (made and closed here when None), and
    `list_work` makes the worklist where other work than drafting is to be done, as for `draft_online`.

    Returns:
        Counts; the reasons are in the ledger's problems.

    Raises:
        MeuError: There is no such sample, no key, no price, another run is under way, or the service refuses.
            The ledger stays as the service knows it; run again.
        MissingExtraError: google-genai is not installed.
    """
    if settings.provider != "gemini":
        raise MeuError(f"--mode batch is for gemini, not {settings.provider}; use --mode online")
    chosen = settings.resolved(workspace)
    with drafting_lock(workspace.root):
        with workspace.ledger.transaction():
            recover(workspace.ledger)
        prices = Prices.read(workspace.root)
        budget = Budget.of(workspace.ledger, budget_usd)
        work = (
            list_work(workspace, chosen)
            if list_work is not None
            else Worklist(workspace, chosen, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
        )
        writer = ShardWriter(workspace, chosen, work, prices, budget, on_unknown)
        run = _BatchRun(workspace, chosen, service, writer, ResultStore(workspace.ledger, prices, budget), options)
        progress.start("batch", work.samples)
        try:
            run.go(wait=wait, progress=progress)
        finally:
            progress.finish()
            run.close()
        return run.summary(budget)


class _BatchRun:
    """One run over the jobs and the work of a model."""

    def __init__(
        self,
        workspace: Workspace,
        settings: ResolvedSettings,
        service: BatchService | None,
        writer: ShardWriter,
        store: ResultStore,
        options: BatchOptions | None,
    ) -> None:
        self._ledger, self._settings = workspace.ledger, settings
        self._given, self._closing = service, contextlib.ExitStack()
        self._writer, self._store = writer, store
        self._options = options or BatchOptions()
        self._folder = workspace.root / "batch"
        known = (tokens for prefix, tokens in _TOKENS.items() if settings.model.startswith(prefix))
        self._most_tokens = self._options.enqueued_tokens or next(known, _OTHER_TOKENS)
        self._made = self._ended = self._in_vain = 0
        self._another_pass = False
        self._stopped: str | None = None

    def go(self, *, wait: bool, progress: Progress) -> None:
        """Collects, sends, and does so again until nothing is at work when it is to wait."""
        self._tidy()
        self._find_lost_jobs()
        self._collect()
        self._writer.read_answers(unread_keys(self._ledger, *self._asked_for))
        # The pass to come sees what was put back until here.
        self._another_pass = False
        reported = outages = 0
        while True:
            self._send()
            ended = sum(self._writer.counts.values())
            progress.advance(ended - reported)
            reported = ended
            at_work = self._at_work()
            note(progress, f"{len(at_work)} jobs at work, {self._ended} ended, {ended} samples through")
            if not wait or not at_work:
                return
            time.sleep(self._options.poll_s)
            self._store.to_read.clear()
            try:
                self._collect()
                outages = 0
            except BatchError:
                outages += 1
                if outages == _OUTAGES:
                    raise
            self._writer.read_answers(self._store.to_read)

    @property
    def _asked_for(self) -> tuple[str, Language, RequestKind]:
        return self._settings.author, self._settings.lang, self._writer.worklist.kind

    @cached_property
    def _service(self) -> BatchService:
        # Only when it is needed: a finished corpus needs neither a key nor an import.
        return self._given or self._closing.enter_context(contextlib.closing(BatchService.connect()))

    def close(self) -> None:
        """Closes the client that this run opened."""
        self._closing.close()

    def summary(self, budget: Budget) -> BatchSummary:
        """How things stand."""
        standing = self._writer.standing()
        drafted = self._writer.counts["done"]
        return BatchSummary(
            model=self._settings.author,
            samples=standing.samples,
            drafted=drafted,
            fresh=max(0, standing.counts["fresh"] - drafted),
            submitted=count_submitted(self._ledger, *self._asked_for),
            **{name: standing.counts[name] for name in ("held", "unreadable", "blocked", "failed", "problems")},
            waiting=standing.waiting,
            unsent=standing.unsent,
            jobs_made=self._made,
            jobs_ended=self._ended,
            jobs_open=len(self._at_work()),
            unmatched=self._store.counts["unmatched"],
            uncounted=self._store.counts["uncounted"],
            usd=budget.spent_usd,
            reserved_usd=budget.reserved_usd,
            stopped=self._stopped,
        )

    def _at_work(self) -> list[BatchJob]:
        return batch_jobs.jobs(self._ledger, *batch_jobs.OPEN)

    def _tidy(self) -> None:
        """Removes what a killed run left, here and at the service."""
        with explained(self._folder):
            self._folder.mkdir(exist_ok=True)
            for leftover in self._folder.iterdir():
                leftover.unlink()
        for job in batch_jobs.uncleaned(self._ledger):
            self._clean(job)

    def _clean(self, job: BatchJob) -> None:
        if job.file is None or self._service.delete_file(job.file):
            batch_jobs.forget_file(self._ledger, job.name)

    def _find_lost_jobs(self) -> None:
        """A run was killed before it knew of its job: the service has it under its name, or it was never made."""
        for job in batch_jobs.jobs(self._ledger, "intended"):
            self._never_made(job.name)
        for job in batch_jobs.jobs(self._ledger, "creating"):
            self._find(job)

    def _find(self, job: BatchJob) -> bool:
        """Looks for a job that may have been made; drops it when it was not."""
        longest = self._options.listed_after_s
        # The clock may have been set back since.
        time.sleep(min(longest, max(0.0, (job.submitted or job.intended) + longest - time.time())))
        found = self._service.named({job.name})[job.name]
        if not found:
            self._never_made(job.name)
            return False
        batch_jobs.set_job(self._ledger, job.name, "submitted", job=found[0].job)
        for second in found[1:]:
            self._service.cancel(second.job)
        return True

    def _never_made(self, name: str) -> None:
        self._store.end(name, attempt="refused", request="todo", reason=NEVER_MADE)
        self._close(name, "dropped", NEVER_MADE)

    def _close(self, name: str, state: Literal["collected", "dropped"], reason: str | None = None) -> None:
        """The job is over; its file is removed from the service."""
        batch_jobs.set_job(self._ledger, name, state, note=reason)
        self._another_pass = True
        self._clean(batch_jobs.job(self._ledger, name))

    def _send(self) -> None:
        """Makes jobs until there is no work, no room or no money left."""
        self._stopped = None
        shard_tokens = max(1, self._most_tokens // _JOBS_AT_ONCE)
        while self._stopped is None:
            if self._writer.ended:
                if not self._another_pass:
                    return
                self._another_pass = False
                self._writer.again()
            enqueued = batch_jobs.enqueued_tokens(self._ledger, self._settings.model)
            room = self._most_tokens - enqueued
            # No tiny jobs for what is left of the room.
            if enqueued and room < shard_tokens / 2:
                self._stopped = _NO_ROOM
                return
            name = batch_jobs.new_name()
            path = self._folder / f"{name}.jsonl"
            try:
                shard = self._writer.write(path, shard_tokens=shard_tokens, room=room)
                if shard.lines:
                    self._make(name, shard, path)
            finally:
                path.unlink(missing_ok=True)
            if not shard.lines and not self._writer.ended:
                self._stopped = _NO_ROOM
            if self._writer.out_of_money:
                self._stopped = _BUDGET

    def _make(self, name: str, shard: Shard, path: Path) -> None:
        """Makes one job. Whatever happens, the ledger holds enough to find it or to know that there is none."""
        model, service = self._settings.model, self._service
        with self._ledger.transaction():
            batch_jobs.intend(self._ledger, name, model, shard.tokens, shard.lines)
        try:
            service.upload(path, name)
            batch_jobs.set_job(self._ledger, name, "creating")
            made = service.create(model, name)
        except Full as error:
            self._never_made(name)
            self._stopped = str(error)
        except MaybeMade as error:
            if self._find(batch_jobs.job(self._ledger, name)):
                self._made, self._in_vain = self._made + 1, 0
                return
            self._in_vain += 1
            if self._in_vain == _MADE_IN_VAIN:
                raise BatchError(f"the service fails again and again; run the command later ({error})") from error
        except BatchError:
            self._never_made(name)
            raise
        else:
            batch_jobs.set_job(self._ledger, name, "submitted", job=made.job)
            self._made, self._in_vain = self._made + 1, 0

    def _collect(self) -> None:
        """Looks at every job, and takes in what has ended."""
        for job in batch_jobs.jobs(self._ledger, "submitted", "cancelling"):
            status = self._service.look(job.job or "")
            age = time.time() - (job.submitted or job.intended)
            if status.phase == "waiting" and job.state == "submitted" and age > self._options.stuck_hours * _HOUR:
                self._service.cancel(job.job or "")
                reason = f"it waited for more than {self._options.stuck_hours:g} hours and was called off"
                batch_jobs.set_job(self._ledger, job.name, "cancelling", note=reason)
                job = batch_jobs.job(self._ledger, job.name)  # noqa: PLW2901 - the same job, a step on
                status = self._service.look(job.job or "")
            if status.phase not in {"waiting", "running"}:
                self._take_in(job, status)
            elif job.state == "cancelling" and age > 2 * self._options.stuck_hours * _HOUR:
                self._drop_held(job, "the batch waits for ever, and cannot be called off")

    def _take_in(self, job: BatchJob, status: JobStatus) -> None:
        """The job has ended, in one way or another; what it brought is stored first."""
        gone = False
        if status.results is not None:
            path = self._folder / f"{job.name}.results.jsonl"
            try:
                self._service.download(status.results, path)
                self._store.store(job.name, job.model, path)
            except Gone:
                gone = True
            finally:
                path.unlink(missing_ok=True)
        self._ended += 1
        if gone:
            self._drop_held(job, "the results were not fetched within the two days that the service keeps them")
        elif status.phase == "succeeded":
            reason = f"the batch brought no result for it ({MAYBE_BILLED})"
            self._store.end(job.name, attempt="unknown", request="held", reason=reason)
            self._close(job.name, "collected")
        elif status.phase == "gone":
            self._drop_held(job, "the service does not know the batch any more")
        elif status.phase == "cancelled" and job.state != "cancelling":
            self._drop_held(job, "the batch was cancelled by somebody else")
        else:
            # Failed, expired, or called off while it waited: what has no result was not worked on.
            reason = f"the batch {status.phase}"
            self._store.end(job.name, attempt="refused", request="todo", reason=reason)
            self._close(job.name, "dropped", reason)

    def _drop_held(self, job: BatchJob, reason: str) -> None:
        """Nobody knows what was billed: counted at its estimate, and the user decides."""
        reason = f"{reason} ({MAYBE_BILLED})"
        self._store.end(job.name, attempt="unknown", request="held", reason=reason)
        self._close(job.name, "dropped", reason)
