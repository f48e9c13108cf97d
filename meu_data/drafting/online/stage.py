"""The stage that drafts with a model, online: resumable, within a budget, every call in the ledger."""

import asyncio
import contextlib
import gc
from collections.abc import Callable, Iterator

from meu_data.choices import Mode, OnUnknown
from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.estimate import Meter
from meu_data.drafting.money.prices import Prices
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.pool import Runner, RunSettings
from meu_data.drafting.online.tally import Tally
from meu_data.drafting.online.threads import Interrupt, in_thread, loop_is_running
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Client
from meu_data.drafting.requests.results import list_held
from meu_data.drafting.requests.spec import RequestSettings, ResolvedSettings
from meu_data.drafting.requests.worklist import Work, Worklist, repairs
from meu_data.progress import SILENT, Progress
from meu_data.records import Record
from meu_data.store.attempts import recover, usd_so_far
from meu_data.store.locks import drafting_lock
from meu_data.store.workspace import Workspace

_ENDED = ("fresh", "submitted", "held", "unreadable", "blocked", "failed", "put_off", "problems")


class OnlineSummary(Record):
    """What one run did.

    `samples`: selected. `drafted`: answered or read again now. `fresh`: up to date before. `waiting`: not rendered
    yet. `submitted`: with a batch job. `held`: maybe billed; `--on-unknown resend` sends them again. `unreadable`:
    what came is no answer; sent again alike. `blocked`:
    refused by the service. `failed`: no usable answer. `put_off`: the service failed, the next run tries again.
    `problems`: no request could be made. `repaired`, `not_repaired`: follow-ups on badly grounded drafts, with a
    usable answer or without. `uncounted_calls`: answered without a count of tokens that can be, and charged at the
    most that they can have cost. `unreached`: left when the run stopped early, for the reason `stopped`. `reasons`:
    the most frequent reasons why samples got no draft, with how many each. `usd_per_draft`: all that this run cost,
    by the drafts that it made.
    """

    model: str
    samples: int
    drafted: int
    fresh: int
    waiting: int
    submitted: int
    held: int
    unreadable: int
    blocked: int
    failed: int
    put_off: int
    problems: int
    unreached: int
    repaired: int
    not_repaired: int
    calls: int
    unknown_calls: int
    uncounted_calls: int
    input_tokens: int
    output_tokens: int
    usd: float
    recovered: int
    reasons: dict[str, int]
    stopped: str | None
    seconds: float
    usd_per_draft: float | None


def draft_online(
    workspace: Workspace,
    settings: RequestSettings,
    *,
    budget_usd: float | None = None,
    concurrency: int = 16,
    rpm: int | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    repair: bool = False,
    only: str | None = None,
    limit: int | None = None,
    patience_hours: float = 2.0,
    pacing: Pacing | None = None,
    interrupt: Interrupt | None = None,
    progress: Progress = SILENT,
    list_work: Callable[[Workspace, ResolvedSettings], Worklist] | None = None,
) -> OnlineSummary:
    """Drafts the rendered samples that have no up-to-date draft by this model, with one call each where all is well.

    Where an event loop is running, as in a notebook, the run gets a thread of its own, and is waited for.

    The arguments are those of `drafting.run.draft`; besides, `pacing` has the delays and limits (the service's when
    None), `interrupt` brings Ctrl-C to a run that is not in the main thread, and `list_work` makes the worklist where
    other work than drafting is to be done (the second reader).

    Returns:
        Counts; the reasons are in the ledger's problems.

    Raises:
        MeuError: There is no such sample, no key, no price, another run is under way, or the service takes no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    chosen = settings.resolved(workspace)
    if loop_is_running():

        def apart(interrupt: Interrupt) -> OnlineSummary:
            # SQLite's connections belong to the thread that opened them.
            with Workspace.open(workspace.root) as opened:
                return draft_online(
                    opened,
                    chosen,
                    budget_usd=budget_usd,
                    concurrency=concurrency,
                    rpm=rpm,
                    on_unknown=on_unknown,
                    retry_failed=retry_failed,
                    repair=repair,
                    only=only,
                    limit=limit,
                    patience_hours=patience_hours,
                    pacing=pacing,
                    interrupt=interrupt,
                    progress=progress,
                    list_work=list_work,
                )

        return in_thread(apart)
    mode: Mode = "flex" if settings.tier == "flex" else "online"
    pacing = pacing or Pacing(timeout=900.0 if mode == "flex" else 120.0, outage=3600 * patience_hours)
    run_settings = RunSettings(mode, on_unknown, pacing, concurrency, rpm, interrupt)
    ledger = workspace.ledger
    with drafting_lock(workspace.root):
        with ledger.transaction():
            recovered = recover(ledger)
            if recovered:
                list_held(ledger)
        work = (
            list_work(workspace, chosen)
            if list_work is not None
            else Worklist(workspace, chosen, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
        )
        past = usd_so_far(ledger, settings.model, mode)
        meter = Meter(Prices.read(workspace.root), mode, limited=budget_usd is not None, past=past)
        follow_ups = repairs(workspace, chosen, only=only, limit=limit, on_unknown=on_unknown) if repair else None
        tally = Tally(progress, work.samples, work.stage)
        budget = Budget.of(ledger, budget_usd)
        try:
            with _old_objects_at_rest():
                stopped = asyncio.run(_run(workspace, chosen, meter, budget, run_settings, tally, work, follow_ups))
        finally:
            tally.finish()
    counts = work.counts + tally.counts
    return OnlineSummary(
        model=settings.author,
        samples=work.samples,
        drafted=counts["done"],
        **{name: counts[name] for name in (*_ENDED, "repaired", "not_repaired")},
        waiting=work.waiting if stopped is None else 0,
        unreached=0 if stopped is None else work.samples - counts["done"] - sum(counts[name] for name in _ENDED),
        calls=tally.calls,
        unknown_calls=tally.unknown,
        uncounted_calls=tally.uncounted,
        input_tokens=tally.input_tokens,
        output_tokens=tally.output_tokens,
        usd=tally.usd,
        recovered=recovered,
        reasons=tally.reasons,
        stopped=stopped,
        seconds=round(tally.seconds, 1),
        usd_per_draft=tally.usd / counts["done"] if counts["done"] else None,
    )


@contextlib.contextmanager
def _old_objects_at_rest() -> Iterator[None]:
    """Inside, what was there before is not looked through for garbage: a tenth of a run's time went into that."""
    if gc.get_freeze_count():
        yield  # somebody else's choice
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _run(
    workspace: Workspace,
    settings: ResolvedSettings,
    meter: Meter,
    budget: Budget,
    run_settings: RunSettings,
    tally: Tally,
    worklist: Worklist,
    follow_ups: Iterator[Work] | None,
) -> str | None:
    """Runs the pool over the worklist; returns why it stopped early."""
    service = provider(settings.provider)

    def connect() -> Client:
        return service.connect(timeout_s=run_settings.pacing.timeout, connections=run_settings.concurrency)

    runner = Runner(workspace, connect, meter, budget, run_settings, tally)
    try:
        await runner.run(_counted(worklist, tally))
        if follow_ups is not None and runner.stopped_because is None:
            await runner.run(follow_ups)
    finally:
        await runner.close()
    return runner.stopped_because


def _counted(worklist: Worklist, tally: Tally) -> Iterator[Work]:
    """The work; what is passed over on the way is counted."""
    seen = 0
    for work in worklist:
        tally.passed(worklist.counts["seen"] - seen - 1)
        seen = worklist.counts["seen"]
        yield work
    tally.passed(worklist.counts["seen"] - seen)
