"""Commands that check drafts and compare their writers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import Language
from meu_data.commands.options import (
    BudgetOption,
    ConcurrencyOption,
    JsonOption,
    LangOption,
    LimitOption,
    OnlyOption,
    OnUnknownOption,
    WorkspaceOption,
    offered,
)
from meu_data.commands.shared import SOME_PROBLEMS, command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from meu_data.drafting.compare import Comparison
    from meu_data.drafting.second_reader import SecondReading
    from meu_data.grounding.verify import VerifySummary
    from meu_data.store.drafts import GroundedDraft

_ROWS = (
    ("drafts", "drafts"),
    ("grounded", "of the common ones, checked"),
    ("mean_score", "grounding, mean score"),
    ("sound", "without a serious flag"),
    ("read", "statements checked"),
    ("claims", "claims per draft"),
    ("words", "words per draft"),
    ("statements", "statements per draft"),
    ("inference_steps", "steps of inference"),
    ("hedged", "statements with reserve"),
    ("usd", "USD"),
    ("usd_per_draft", "USD per draft"),
    ("latency_s", "seconds per answer"),
)
_SHARED = ("aus", "emotion", "regions", "direction", "intensity", "evidence")


@command("Drafts", "meu-data verify --worst 20")
def verify(
    model: Annotated[str | None, typer.Option(help="Just this model's drafts.", show_default=False)] = None,
    lang: Annotated[Language | None, typer.Option(help="Just this language.", show_default=False)] = None,
    only: OnlyOption = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst drafts to list.")] = 5,
    llm: Annotated[
        str | None,
        typer.Option(
            help="Have a model read the prose as well, blind: {providers}.",
            show_default=False,
            autocompletion=offered("providers"),
        ),
    ] = None,
    reader: Annotated[str | None, typer.Option(help="The model that reads.", show_default="gemini-3.8-flash")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what the reader would cost; send nothing.")] = False,
    budget: BudgetOption = None,
    on_unknown: OnUnknownOption = "hold",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask failed and blocked ones again.")] = False,
    concurrency: ConcurrencyOption = 16,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Checks all drafts against the measured motion and the labels."""
    from meu_data import verify as run

    if llm is None and (reader or dry_run or budget is not None or retry_failed or limit):
        raise typer.BadParameter("--reader, --dry-run, --budget, --retry-failed and --limit need --llm")
    with open_workspace(workspace) as opened:
        language = lang or opened.settings.lang
        summary = run(opened, model=model, lang=lang, only=only, worst=worst, progress=shown_progress())
        if llm is None:
            finish(summary, _verify_lines(summary, language), as_json)
            return
        from meu_data.drafting.money.dry_run import dry_run_lines, priced
        from meu_data.drafting.requests.spec import request_settings
        from meu_data.drafting.second_reader import ReadingWorklist, second_reading
        from meu_data.store.drafts import DraftFilter

        settings, wanted = request_settings(llm, model=reader), DraftFilter(only, model, lang)
        if dry_run:
            work = ReadingWorklist(
                opened, settings, wanted, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed
            )
            plan = priced(opened, settings, work, on_unknown=on_unknown)
            finish(plan, dry_run_lines(plan, "drafts"), as_json)
            return
        found = second_reading(
            opened,
            settings,
            wanted,
            budget_usd=budget,
            on_unknown=on_unknown,
            retry_failed=retry_failed,
            concurrency=concurrency,
            limit=limit,
            worst=worst,
            progress=shown_progress(),
        )
    finish(found, _reading_lines(found, summary, language), as_json, found.unanswered)
    if found.run.stopped:
        raise typer.Exit(SOME_PROBLEMS)


@command("Drafts", "meu-data compare offline gemini-3.8-flash gemini-3.8-flash+labels --html side-by-side.html")
def compare(
    models: Annotated[list[str], typer.Argument(help="Two models with drafts, or more.", show_default=False)],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the drafts side by side, too.", show_default=False)
    ] = None,
    lang: LangOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Sets models' drafts side by side: grounding, agreement, cost."""
    from meu_data.drafting.compare import compare as run

    with open_workspace(workspace) as opened:
        comparison = run(opened, models, lang)
        if html is not None:
            from meu_data.drafting.compare_page import write_page

            write_page(opened, comparison, html)
    finish(comparison, _compare_lines(comparison), as_json)


def _verify_lines(summary: "VerifySummary", lang: Language) -> "list[str | Table]":
    from meu_data.console import table

    lines: list[str | Table] = [f"{summary.drafts} drafts: {summary.checked} checked, {summary.fresh} up to date"]
    if summary.waiting:
        lines.append(f"{summary.waiting} without measured motion: run `meu-data render`")
    if summary.mean_score is not None:
        lines.append(f"mean score {summary.mean_score:.3f}; {summary.unsound} with a serious flag")
    if summary.statements:
        read = summary.statements - summary.unread
        lines.append(f"{read} of {summary.statements} statements checked, {summary.unread} not read")
    if summary.kinds:
        lines.append(table(summary.kinds.items()))
    return lines + _worst_lines(summary.worst, lang)


def _worst_lines(worst: "Iterable[GroundedDraft]", lang: Language) -> "list[str | Table]":
    lines: list[str | Table] = []
    for draft in worst:
        lines.append(f"{draft.grounding.score:.2f}  {draft.grounding.sample_id}  {draft.model} {draft.lang}")
        lines += [f"      {flag.severity}: {flag.sentence(lang)}" for flag in draft.grounding.flags]
    return lines


def _reading_lines(found: "SecondReading", rules: "VerifySummary", lang: Language) -> "list[str | Table]":
    lines = _verify_lines(rules.model_copy(update={"worst": ()}), lang)
    run = found.run
    lines += [
        "",
        f"{found.reader} read {found.read} drafts, {found.fresh} up to date",
        f"{run.calls} calls, {run.input_tokens} + {run.output_tokens} tokens, ${run.usd:.4f}",
    ]
    if found.mean_score is not None:
        lines.append(f"mean score {found.mean_score:.3f}; {found.unsound} with a serious flag")
    if found.unanswered:
        lines.append(f"{found.unanswered} without a usable answer")
    if run.stopped:
        lines.append(f"stopped early, {found.unread} drafts left: {run.stopped}")
    return lines + _worst_lines(found.worst, lang)


def _compare_lines(comparison: "Comparison") -> "list[str | Table]":
    from meu_data.console import table

    sides = [(title, *(_figure(getattr(side, name)) for side in comparison.sides)) for name, title in _ROWS]
    same = [(name, *(_figure(getattr(pair, name)) for pair in comparison.pairs)) for name in _SHARED]
    return [
        f"{comparison.common} samples drafted by all, {comparison.lang}",
        table(sides, ("", *(side.model for side in comparison.sides))),
        "",
        table(same, ("same", *(f"{pair.one}, {pair.other}" for pair in comparison.pairs))),
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
