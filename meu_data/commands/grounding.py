"""Commands that check drafts and compare their writers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import Language
from meu_data.commands.options import JsonOption, LangOption, OnlyOption, WorkspaceOption
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from rich.table import Table

    from meu_data.drafting.compare import Comparison
    from meu_data.grounding.verify import VerifySummary

_ROWS = (
    ("drafts", "drafts"),
    ("grounded", "of the common ones, checked"),
    ("mean_score", "grounding, mean score"),
    ("sound", "without a serious flag"),
    ("read", "statements checked"),
    ("claims", "claims per draft"),
    ("usd", "USD"),
    ("usd_per_draft", "USD per draft"),
)


@command("Drafts", "meu-data verify --worst 20")
def verify(
    model: Annotated[str | None, typer.Option(help="Just this model's drafts.", show_default=False)] = None,
    lang: Annotated[Language | None, typer.Option(help="Just this language.", show_default=False)] = None,
    only: OnlyOption = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst drafts to list.")] = 5,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Checks all drafts against the measured motion and the labels."""
    from meu_data import verify as run

    with open_workspace(workspace) as opened:
        summary = run(opened, model=model, lang=lang, only=only, worst=worst, progress=shown_progress())
        language = lang or opened.settings.lang
    finish(summary, _verify_lines(summary, language), as_json)


@command("Drafts", "meu-data compare offline-1 gemini-3.8-flash")
def compare(
    model_a: Annotated[str, typer.Argument(help="A model with drafts.", show_default=False)],
    model_b: Annotated[str, typer.Argument(help="Another one.", show_default=False)],
    lang: LangOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Sets two models' drafts side by side: agreement, grounding, cost."""
    from meu_data.drafting.compare import compare as run

    with open_workspace(workspace) as opened:
        comparison = run(opened, model_a, model_b, lang)
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
    for draft in summary.worst:
        lines.append(f"{draft.grounding.score:.2f}  {draft.grounding.sample_id}  {draft.model} {draft.lang}")
        lines += [f"      {flag.severity}: {flag.sentence(lang)}" for flag in draft.grounding.flags]
    return lines


def _compare_lines(comparison: "Comparison") -> "list[str | Table]":
    from meu_data.console import table

    one, other = comparison.sides
    sides = [(title, _figure(getattr(one, name)), _figure(getattr(other, name))) for name, title in _ROWS]
    return [
        f"{comparison.common} samples drafted by both, {comparison.lang}",
        table((name, _figure(value)) for name, value in _agreements(comparison)),
        "",
        table(sides, ("", one.model, other.model)),
    ]


def _agreements(comparison: "Comparison") -> list[tuple[str, float | None]]:
    return [(f"same {name}", value) for name, value in comparison.agreement.model_dump().items()]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
