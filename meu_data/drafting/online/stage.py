"""The stage that drafts with a model, online: resumable, within a budget, every call in the ledger."""

import asyncio
from collections.abc import Iterator

from meu_data.choices import Mode, OnUnknown
from meu_data.drafting.money.budget import Budget
from meu_data.drafting.money.meter import Meter
from meu_data.drafting.money.prices import Prices
from meu_data.drafting.online.backlog import Backlog
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.pool import Policy, Runner
from meu_data.drafting.online.tally import Tally
from meu_data.drafting.online.threads import Interrupt, in_thread, loop_is_running
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Client
from meu_data.drafting.requests.repair import repairs
from meu_data.drafting.requests.results import list_held
from meu_data.drafting.requests.spec import RequestSettings, ResolvedSettings
from meu_data.drafting.requests.worklist import Work, Worklist
from meu_data.progress import Progress, Silent
from meu_data.records import Record
from meu_data.store.attempts import recover
from meu_data.store.locks import drafting_lock
from meu_data.store.workspace import Workspace

_SILENT = Silent()


class OnlineSummary(Record):
    """What one run did.

    `samples`: selected. `drafted`: answered or read again now. `fresh`: up to date before. `waiting`: not rendered
    yet. `submitted`: with a batch job. `held`: maybe billed; `--on-unknown resend` sends them again. `blocked`:
    refused by the service. `failed`: no usable answer. `put_off`: the service failed, the next run tries again.
    `problems`: no request could be made. `repaired`, `not_repaired`: follow-ups on badly grounded drafts, with a
    usable answer or without. `uncounted_calls`: answered without a count of tokens that can be, and charged at the
    most that they can have cost. `unreached`: left when the run stopped early, for the reason `stopped`.
    """

    model: str
    samples: int
    drafted: int
    fresh: int
    waiting: int
    submitted: int
    held: int
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
    stopped: str | None


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
    pacing: Pacing | None = None,
    interrupt: Interrupt | None = None,
    progress: Progress = _SILENT,
) -> OnlineSummary:
    """Drafts the rendered samples that have no up-to-date draft by this model, with one call each where all is well.

    Where an event loop is running, as in a notebook, the run gets a thread of its own, and is waited for.

    Args:
        workspace: An open workspace.
        settings: What shapes the requests.
        budget_usd: What all calls of the workspace may cost, earlier runs included; None for no limit.
        concurrency: The most calls under way at once.
        rpm: The most calls in a minute.
        on_unknown: What to do with calls that were maybe billed: hold their samples, or send them again.
        retry_failed: Send failed and blocked samples again.
        repair: Send badly grounded drafts back once, with what is wrong with them.
        only: Just the sample of this id.
        limit: At most so many rendered samples.
        pacing: Delays and limits; the service's when None.
        interrupt: Brings Ctrl-C to a run that is not in the main thread.
        progress: Told of every sample, and of costs on the way.

    Returns:
        Counts; the reasons are in the ledger's problems.

    Raises:
        MeuError: There is no such sample, no key, no price, another run is under way, or the service takes no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    chosen = settings.resolved(workspace)
    if loop_is_running():

        def apart(told: Interrupt) -> OnlineSummary:
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
                    pacing=pacing,
                    interrupt=told,
                    progress=progress,
                )

        return in_thread(apart)
    mode: Mode = "flex" if settings.tier == "flex" else "online"
    pacing = pacing or Pacing(timeout=900.0 if mode == "flex" else 120.0)
    policy = Policy(mode, on_unknown, pacing, concurrency, rpm, interrupt)
    ledger = workspace.ledger
    with drafting_lock(workspace.root):
        with ledger.transaction():
            recovered = recover(ledger)
            if recovered:
                list_held(ledger)
        work = Worklist(workspace, chosen, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
        meter = Meter(Prices.read(workspace.root), mode, limited=budget_usd is not None)
        follow_ups = repairs(workspace, chosen, only=only, limit=limit, on_unknown=on_unknown) if repair else None
        tally = Tally(progress, work.samples)
        budget = Budget.of(ledger, budget_usd)
        try:
            stopped = asyncio.run(_run(workspace, chosen, meter, budget, policy, tally, work, follow_ups))
        finally:
            tally.finish()
    counts = work.counts + tally.counts
    known = sum(
        counts[name] for name in ("done", "fresh", "submitted", "held", "blocked", "failed", "put off", "problems")
    )
    return OnlineSummary(
        model=settings.model,
        samples=work.samples,
        drafted=counts["done"],
        fresh=counts["fresh"],
        waiting=work.waiting if stopped is None else 0,
        submitted=counts["submitted"],
        held=counts["held"],
        blocked=counts["blocked"],
        failed=counts["failed"],
        put_off=counts["put off"],
        problems=counts["problems"],
        unreached=0 if stopped is None else work.samples - known,
        repaired=counts["repaired"],
        not_repaired=counts["not repaired"],
        calls=tally.calls,
        unknown_calls=tally.unknown,
        uncounted_calls=tally.uncounted,
        input_tokens=tally.input_tokens,
        output_tokens=tally.output_tokens,
        usd=tally.usd,
        recovered=recovered,
        stopped=stopped,
    )


async def _run(
    workspace: Workspace,
    settings: ResolvedSettings,
    meter: Meter,
    budget: Budget,
    policy: Policy,
    tally: Tally,
    worklist: Worklist,
    follow_ups: Iterator[Work] | None,
) -> str | None:
    """Runs the pool over the worklist; returns why it stopped early."""
    service = provider(settings.provider)

    def connect() -> Client:
        return service.connect(timeout_s=policy.pacing.timeout, connections=policy.concurrency)

    backlog = Backlog(workspace.ledger, settings.recipe, settings.model, settings.lang)
    runner = Runner(workspace, connect, meter, budget, policy, tally, backlog)
    try:
        await runner.run(_told(worklist, tally))
        if follow_ups is not None and runner.stopped_because is None:
            await runner.run(follow_ups)
    finally:
        await runner.close()
    return runner.stopped_because


def _told(worklist: Worklist, tally: Tally) -> Iterator[Work]:
    """The work, with what is passed over on the way told to the tally."""
    seen = 0
    for work in worklist:
        tally.passed(worklist.counts["seen"] - seen - 1)
        seen = worklist.counts["seen"]
        yield work
    tally.passed(worklist.counts["seen"] - seen)
