"""What a run would send and cost; nothing is sent."""

from datetime import UTC, datetime

from meu_data.choices import Mode, OnUnknown
from meu_data.drafting.money.estimate import at_most, likely, mean_output
from meu_data.drafting.money.prices import Prices
from meu_data.drafting.providers import provider
from meu_data.drafting.requests.results import past_outcomes
from meu_data.drafting.requests.spec import RequestSettings
from meu_data.drafting.requests.steps import Call, next_step
from meu_data.drafting.requests.worklist import Worklist
from meu_data.records import Record
from meu_data.store.attempts import in_flight_usd, spent_usd
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.workspace import Workspace

_PASSED = ("fresh", "submitted", "held", "unreadable", "blocked", "failed", "problems")


class ModePrice(Record):
    """What the requests would cost in one mode: `usd` probably, `most_usd` when every answer is as long as allowed."""

    mode: Mode
    usd: float
    most_usd: float
    as_of: str


class DryRun(Record):
    """What a run would do.

    `to_send`: requests, of `samples` selected. `fresh` is done, `submitted` lies with batches, `held`,
    `unreadable`, `blocked`, `failed` and `problems` would stay as they are, `waiting` has no map yet. Tokens are those
    of the requests to send; thinking counts as output. `measured_output`: whether the output is the mean of the
    model's answers so far and no rule of thumb. `prices`: a mode each; just online where there is no other.
    """

    model: str
    samples: int
    fresh: int
    submitted: int
    held: int
    unreadable: int
    blocked: int
    failed: int
    problems: int
    waiting: int
    to_send: int
    input_tokens: int
    output_tokens: int
    measured_output: bool
    prices: tuple[ModePrice, ...]
    spent_usd: float
    in_flight_usd: float


def dry_run(
    workspace: Workspace,
    settings: RequestSettings,
    *,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    only: str | None = None,
    limit: int | None = None,
    when: datetime | None = None,
) -> DryRun:
    """Counts what a run with these settings would send, and prices it; needs no key and no network.

    The arguments are those of the run; `when` is the moment whose prices hold, now when None.

    Raises:
        MeuError: There is no such sample, or no price for the model.
        MissingExtraError: genai-prices is not installed.
    """
    work = Worklist(workspace, settings, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
    return priced(workspace, settings, work, on_unknown=on_unknown, when=when)


@on_a_sound_ledger
def priced(
    workspace: Workspace,
    settings: RequestSettings,
    work: Worklist,
    *,
    on_unknown: OnUnknown = "hold",
    when: datetime | None = None,
) -> DryRun:
    """Prices a worklist, as `dry_run`."""
    ledger, prices, when = workspace.ledger, Prices.read(workspace.root), when or datetime.now(UTC)
    mean = mean_output(ledger, settings.model)
    modes = provider(settings.provider).priced_modes
    likely_usd, most_usd = dict.fromkeys(modes, 0.0), dict.fromkeys(modes, 0.0)
    as_of = dict.fromkeys(modes, "")
    to_send = input_tokens = output_tokens = 0
    for item in work:
        attempts = past_outcomes(ledger, item)
        step = next_step(item.spec, attempts, on_unknown=on_unknown, patience=1)
        if item.reread or not isinstance(step, Call):
            continue
        usage, most = likely(step.spec, mean), at_most(step.spec)
        to_send += 1
        input_tokens += usage.input_tokens
        output_tokens += usage.output_tokens
        for mode in modes:
            # One by one: above a size of the single prompt some models have another price.
            cost = prices.price_of(settings.provider, settings.model, usage, mode, when)
            likely_usd[mode] += cost.usd
            most_usd[mode] += prices.price_of(settings.provider, settings.model, most, mode, when).usd
            as_of[mode] = cost.as_of
    return DryRun(
        model=settings.model,
        samples=work.samples,
        **{name: work.counts[name] for name in _PASSED},
        waiting=work.waiting,
        to_send=to_send,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        measured_output=mean is not None,
        prices=tuple(
            ModePrice(mode=mode, usd=likely_usd[mode], most_usd=most_usd[mode], as_of=as_of[mode])
            for mode in modes
            if to_send
        ),
        spent_usd=spent_usd(ledger),
        in_flight_usd=in_flight_usd(ledger),
    )


def dry_run_lines(report: DryRun, items: str = "samples") -> list[str]:
    """The report for a person at a terminal."""
    passed = (*_PASSED, "waiting")
    names = {"fresh": "done", "submitted": "with batches", "waiting": "without a map"}
    others = [f"{getattr(report, name)} {names.get(name, name)}" for name in passed if getattr(report, name)]
    lines = [f"{report.samples} {items}: {', '.join([f'{report.to_send} to send to {report.model}', *others])}"]
    if report.to_send:
        basis = "the mean of its answers so far" if report.measured_output else "a rule of thumb"
        lines.append(
            f"about {report.input_tokens:,} tokens in and {report.output_tokens:,} out with thinking (out: by {basis})"
        )
        lines += [
            f"{price.mode:<6}  about {_money(price.usd)}, at most {_money(price.most_usd)}  (prices of {price.as_of})"
            for price in report.prices
        ]
    if report.spent_usd or report.in_flight_usd:
        lines.append(f"spent so far: {_money(report.spent_usd)}, under way: {_money(report.in_flight_usd)}")
    return lines


def _money(usd: float) -> str:
    """Dollars and cents; four places below a dollar, where cents would hide the differences."""
    return f"${usd:,.2f}" if usd >= 1 or usd == 0 else f"${usd:.4f}"
