"""Commands that write draft annotations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import DEFAULT_FACTS, Facts, OnUnknown, Tier
from meu_data.commands.options import (
    BudgetOption,
    ConcurrencyOption,
    DryRunOption,
    EnqueuedTokensOption,
    ImagesOption,
    JsonOption,
    KindOption,
    LangOption,
    LimitOption,
    MediaResolutionOption,
    ModeOption,
    OnlyOption,
    OnUnknownOption,
    RecipeOption,
    RetryFailedOption,
    RpmOption,
    SeedOption,
    ServiceModelOption,
    TemperatureOption,
    ThinkingOption,
    WaitOption,
    WorkspaceOption,
    offered,
)
from meu_data.commands.shared import SOME_PROBLEMS, batch_lines, command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from meu_data.drafting.batch.stage import BatchSummary
    from meu_data.drafting.offline.stage import DraftSummary
    from meu_data.drafting.online.stage import OnlineSummary
    from meu_data.drafting.requests.spec import ModelOptions, RequestSettings
    from meu_data.store.attempts import Attempts
    from meu_data.store.workspace import Workspace


@command("Drafts", "meu-data draft --llm gemini --dry-run")
def draft(
    llm: Annotated[
        str,
        typer.Option(
            help="Who writes: {providers}; or offline, from motion and labels alone, free.",
            autocompletion=offered("providers", "offline"),
        ),
    ] = "offline",
    model: ServiceModelOption = None,
    lang: LangOption = None,
    recipe: RecipeOption = None,
    kind: KindOption = "micro",
    mode: ModeOption = "online",
    wait: WaitOption = False,
    enqueued_tokens: EnqueuedTokensOption = None,
    dry_run: DryRunOption = False,
    budget: BudgetOption = None,
    show_prompt: Annotated[
        str | None, typer.Option(metavar="ID", help="Print this sample's request; send nothing.", show_default=False)
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Send badly grounded drafts back once.")] = False,
    on_unknown: OnUnknownOption = "hold",
    retry_failed: RetryFailedOption = False,
    concurrency: ConcurrencyOption = 16,
    rpm: RpmOption = None,
    patience: Annotated[
        float, typer.Option(min=0, metavar="HOURS", help="How long an outage of the service is waited out.")
    ] = 2.0,
    images: ImagesOption = "map",
    facts: Annotated[Facts, typer.Option(help="What it is told beside that.")] = DEFAULT_FACTS,
    media_resolution: MediaResolutionOption = "medium",
    thinking: ThinkingOption = None,
    temperature: TemperatureOption = 1.0,
    seed: SeedOption = 7,
    max_output_tokens: Annotated[int, typer.Option(min=256, help="Limit of one answer, with thinking.")] = 8192,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes a draft annotation for every rendered sample."""
    if llm == "offline" and (dry_run or show_prompt is not None):
        raise typer.BadParameter("--dry-run and --show-prompt are for gemini and openai; offline drafts are free")
    if llm != "offline" and repair and mode == "batch":
        raise typer.BadParameter("--repair is for --mode online and flex")
    options: ModelOptions = {
        "model": model,
        "images": images,
        "facts": facts,
        "media_resolution": media_resolution,
        "thinking": thinking,
        "temperature": temperature,
        "seed": seed,
        "max_output_tokens": max_output_tokens,
    }
    with open_workspace(workspace) as opened:
        if llm != "offline" and (dry_run or show_prompt is not None):
            from meu_data.drafting.requests.spec import request_settings

            tier: Tier = "flex" if mode == "flex" else "standard"
            settings = request_settings(llm, lang=lang, recipe=recipe, kind=kind, tier=tier, **options)
            if show_prompt is not None:
                _show_prompt(opened, settings, show_prompt, as_json)
            else:
                _dry_run(opened, settings, only, limit, on_unknown, retry_failed, as_json)
            return
        from meu_data import draft as run

        summary = run(
            opened,
            llm,
            lang=lang,
            recipe=recipe,
            kind=kind,
            mode=mode,
            budget_usd=budget,
            on_unknown=on_unknown,
            retry_failed=retry_failed,
            repair=repair,
            concurrency=concurrency,
            rpm=rpm,
            patience_hours=patience,
            wait=wait,
            enqueued_tokens=enqueued_tokens,
            only=only,
            limit=limit,
            progress=shown_progress(),
            **options,
        )
    _finish_draft(summary, as_json)


@command("Drafts", "meu-data attempts dfme/sub0001/sub0001_01/12")
def attempts(
    sample: Annotated[str, typer.Argument(metavar="ID", help="The sample.", show_default=False)],
    raw: Annotated[bool, typer.Option("--raw", help="Print what came back, as it came.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Lists the calls that were made about a sample, oldest first."""
    from meu_data.errors import MeuError
    from meu_data.store.attempts import attempts_of

    with open_workspace(workspace, read_only=True) as opened:
        if not opened.ledger.count_samples(only=sample):
            raise MeuError(f"there is no sample {sample!r} in {opened.root}; `meu-data show` names some")
        found = attempts_of(opened.ledger, sample)
    finish(found, _attempt_lines(found, raw=raw), as_json)


def _attempt_lines(found: "Attempts", *, raw: bool) -> list[str]:
    if not found.attempts:
        return ["no call was made about it"]
    lines = []
    for number, made in enumerate(found.attempts, 1):
        at_most = 0.0 if made.state in ("answered", "refused") else made.estimate_usd
        usd = at_most if made.usd is None else made.usd
        spent = (made.output_tokens or 0) + (made.thinking_tokens or 0)
        lines.append(
            f"{number}. {made.asked_for} {made.kind}, {made.model} {made.mode} {made.lang}: {made.state}, "
            f"{made.latency_s or 0:.1f} s, {made.input_tokens or 0} + {spent} tokens, ${usd:.4f}"
        )
        lines += [f"   {said}" for said in (made.finish_reason, made.error) if said]
        if raw and made.raw:
            lines.append(made.raw)
    return lines


def _finish_draft(summary: "DraftSummary | OnlineSummary | BatchSummary", as_json: bool) -> None:
    from meu_data.drafting.batch.stage import BatchSummary
    from meu_data.drafting.offline.stage import DraftSummary

    if isinstance(summary, DraftSummary):
        finish(summary, _offline_lines(summary), as_json, summary.problems)
    elif isinstance(summary, BatchSummary):
        # With jobs at work, more is sent by the next run: that is the ordinary course.
        _finish_run(summary, _batch_lines(summary), as_json, early=bool(summary.stopped and not summary.jobs_open))
    else:
        _finish_run(summary, _online_lines(summary), as_json, early=bool(summary.stopped or summary.put_off))


def _dry_run(
    opened: "Workspace",
    settings: "RequestSettings",
    only: str | None,
    limit: int | None,
    on_unknown: OnUnknown,
    retry_failed: bool,
    as_json: bool,
) -> None:
    from meu_data.drafting.money.dry_run import dry_run, dry_run_lines

    plan = dry_run(opened, settings, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
    finish(plan, dry_run_lines(plan), as_json)


def _show_prompt(opened: "Workspace", settings: "RequestSettings", sample_id: str, as_json: bool) -> None:
    from meu_data.drafting.requests.preview import preview, preview_lines

    found = preview(opened, settings, sample_id)
    finish(found, preview_lines(found), as_json)


def _finish_run(summary: "OnlineSummary | BatchSummary", lines: list[str], as_json: bool, *, early: bool) -> None:
    """Ends with the number of samples that wait for somebody; a run that stopped early is not all done either."""
    waiting = (summary.held, summary.unreadable, summary.blocked, summary.failed, summary.problems)
    finish(summary, lines, as_json, sum(waiting))
    if early:
        raise typer.Exit(SOME_PROBLEMS)


def _offline_lines(summary: "DraftSummary") -> list[str]:
    lines = [f"{summary.samples} samples: {summary.drafted} drafted by offline, {summary.fresh} up to date"]
    if summary.waiting:
        lines.append(f"{summary.waiting} without a map: run `meu-data render`")
    return lines


def _online_lines(summary: "OnlineSummary") -> list[str]:
    lines = [
        f"{summary.samples} samples: {summary.drafted} drafted by {summary.model}, {summary.fresh} up to date",
        f"{summary.calls} calls, {summary.input_tokens} + {summary.output_tokens} tokens, ${summary.usd:.4f}"
        + (f", ${summary.usd_per_draft:.4f} a draft" if summary.usd_per_draft else "")
        + f", in {_lasted(summary.seconds)}",
    ]
    if summary.repaired or summary.not_repaired:
        lines.append(f"{summary.repaired} badly grounded drafts answered again, {summary.not_repaired} in vain")
    notes = (
        (summary.recovered, "calls of a killed run are taken for maybe billed"),
        (
            summary.uncounted_calls,
            "calls without a count of tokens that can be: charged at the most they can have cost",
        ),
        (summary.held, "held, as they were maybe billed: --on-unknown resend sends them again"),
        (summary.unreadable, "with an answer that cannot be read: --on-unknown resend asks again"),
        (summary.blocked, "blocked by the service"),
        (summary.failed, "without a usable answer: --retry-failed sends them again"),
        (summary.put_off, "put off, as the service failed: the same command sends them again"),
        (summary.submitted, "with a batch job: --mode batch collects them"),
        (summary.waiting, "without a map: run `meu-data render`"),
    )
    lines += [f"{count} {text}" for count, text in notes if count]
    lines += [f"{count}x {reason}" for reason, count in summary.reasons.items()]
    if summary.stopped:
        lines.append(f"stopped early, {summary.unreached} samples left: {summary.stopped}")
    return [*lines, f"next: {_next(summary)}"]


def _lasted(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _next(summary: "OnlineSummary") -> str:
    if summary.stopped or summary.put_off:
        return "the same command again"
    if summary.held or summary.unreadable or summary.failed or summary.blocked or summary.problems:
        return "`meu-data problems`; `meu-data attempts ID` lists what came back about a sample"
    if summary.waiting:
        return "`meu-data render`"
    return "`meu-data push`, to let annotators proofread the drafts"


def _batch_lines(summary: "BatchSummary") -> list[str]:
    first = f"{summary.samples} samples: {summary.drafted} drafted by {summary.model}, {summary.fresh} up to date"
    return [first, *batch_lines(summary)]
