"""The command that lists what annotators have remarked, and how they compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.commands.options import JsonOption, WorkspaceOption
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from meu_data.review.verdicts.remarks import ReviewsReport

_KINDS = {
    "contradiction": "contradicts itself",
    "rule": "breaks a rule",
    "needs_expert": "needs an expert",
    "reject": "rejected",
    "comment": "comment",
}


@command("Proofreading", "meu-data reviews --names")
def reviews(
    names: Annotated[bool, typer.Option("--names", help="Show people's names instead of pseudonyms.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show so many remarks; all are counted.")] = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Lists comments, contradictions and what was sent back."""
    from meu_data.review.verdicts.remarks import reviews as run

    with open_workspace(workspace, read_only=True) as opened:
        report = run(opened.ledger, names=names, progress=shown_progress())
    finish(report, list(_lines(report, limit)), as_json)


def _lines(report: "ReviewsReport", limit: int) -> "Iterator[str | Table]":
    from meu_data.console import table
    from meu_data.errors import printable

    if not report.annotators:
        yield "no reviews yet: run `meu-data pull`"
        return
    for remark in report.remarks[:limit]:
        yield f"{remark.annotator}: {_KINDS[remark.kind]}: {remark.sample_id}"
        yield from (f"  {line}" for line in (printable(remark.text), remark.link) if line)
    if len(report.remarks) > limit:
        yield f"and {len(report.remarks) - limit} more: --limit {len(report.remarks)}"
    yield ""
    rows = [
        (
            one.annotator,
            one.reviews,
            "" if one.lead_time_s is None else f"{one.lead_time_s:g}",
            "" if one.edits is None else f"{one.edits:.3f}",
            "n/a" if one.alpha is None else f"{one.alpha:.3f}",
            one.shared,
            one.contradictions,
            one.flags_introduced,
        )
        for one in report.annotators
    ]
    yield table(rows, ("annotators", "reviews", "s", "edits", "alpha", "shared", "contrad.", "flags"))
    yield "s: median; alpha: on the emotion, with the majority of the others; flags: findings their proofs brought in"
