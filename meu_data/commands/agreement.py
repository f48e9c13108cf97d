"""The command that says how far the annotators agree, and with which drafts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.commands.options import POLICIES, JsonOption, WorkspaceOption
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from meu_data.review.verdicts.agreement import Acceptance, AgreementReport, Alpha, Distances
    from meu_data.review.verdicts.statistics import Spread

_TEXTS = {
    "motion_analysis": "motion",
    "expression_inference": "inference",
    "conclusion": "conclusion",
    "texts": "all texts",
}


@command("Proofreading", "meu-data agreement --policy majority")
def agreement(
    policy: Annotated[str, typer.Option(help=f"Whose review of a sample counts: {POLICIES}.")] = "latest",
    names: Annotated[bool, typer.Option("--names", help="Show people's names instead of pseudonyms.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Says how far the annotators agree, and what they change in the drafts."""
    from meu_data.review.verdicts.adjudication import parse_policy
    from meu_data.review.verdicts.agreement import agreement as run

    wanted = parse_policy(policy)
    with open_workspace(workspace, read_only=True) as opened:
        report = run(opened.ledger, wanted, names=names, progress=shown_progress())
    finish(report, list(_lines(report)), as_json)


def _lines(report: "AgreementReport") -> "Iterator[str | Table]":
    from meu_data.console import table

    if not report.reviews:
        yield "no reviews yet: run `meu-data pull`"
        return
    yield f"{report.reviews} reviews of {report.samples} samples, {report.overlapping} of them by two people or more"
    if report.coverage is not None:
        yield f"{report.coverage:.0%} of the {report.pushed} pushed samples have been looked at"
    yield f"{report.skipped} reviews skipped, {report.faults} against the rules"
    if report.edited:
        yield f"{report.edited} are changes to another person's annotation: they count as the changer's, and not here"
    outcomes = report.outcomes
    yield f"policy {outcomes.policy}: {outcomes.kept} samples kept, {outcomes.sent_back} sent back"
    yield from (f"  {count} without an outcome: {reason}" for reason, count in outcomes.undecided.items())
    yield ""
    asked = map(_alpha_row, (report.keeping, report.emotion, *report.aus))
    yield table(asked, ("Krippendorff's alpha", "alpha", "95 %", "samples", "coded", "by all"))
    yield "n/a: never coded, or everybody always said the same"
    yield ""
    edited = map(_distances_row, (report.distances, *report.distances_by_annotator, *report.distances_by_model))
    yield table(edited, ("edits, mean/median", "reviews", *_TEXTS.values()))
    yield ""
    judged = map(_acceptance_row, (report.acceptance, *report.acceptance_by_model, *report.acceptance_by_flag))
    yield table(judged, ("drafts accepted", "judged", "accepted", "unchanged", "rejected", "to expert"))
    yield ""
    people = [
        (one.annotator, one.reviews, one.skipped, one.faults, _figure(one.lead_time_s)) for one in report.annotators
    ]
    yield table(people, ("annotators", "reviews", "skipped", "at fault", "median s"))


def _alpha_row(question: "Alpha") -> tuple[object, ...]:
    alpha = "n/a" if question.alpha is None else f"{question.alpha:.3f}"
    ends = "" if question.low is None else f"{question.low:.2f} to {question.high:.2f}"
    return question.label, alpha, ends, question.samples, _figure(question.coded), _figure(question.coded_by_all)


def _distances_row(group: "Distances") -> tuple[object, ...]:
    return group.group, group.reviews, *(_both(getattr(group, name)) for name in _TEXTS)


def _acceptance_row(group: "Acceptance") -> tuple[object, ...]:
    shares = (_percent(group.accept_share), _percent(group.unchanged_share))
    return group.group, group.judged, *shares, group.reject, group.needs_expert


def _both(spread: "Spread | None") -> str:
    return "-" if spread is None else f"{spread.mean:.3f}/{spread.median:.3f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:g}"
