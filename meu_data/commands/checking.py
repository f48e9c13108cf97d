"""The command that reads an export again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import DEFAULT_CHECK_SECONDS
from meu_data.commands.options import JsonOption, ShownOption, offered
from meu_data.commands.shared import command, finish, shown_progress

if TYPE_CHECKING:
    from meu_data.checking import CheckSummary, Finding


@command("Export", "meu-data check out")
def check(
    path: Annotated[Path, typer.Argument(help="Folder of an export, or one Parquet, JSON or tar file.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Just the problems of this rule; once for each. Rules of rows: {check_rules}.",
            autocompletion=offered("check_rules"),
            show_default="all",
        ),
    ] = None,
    limit: ShownOption = 100,
    seconds: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="The processor's time for one file; a problem says where it ended. 0 is no limit.",
        ),
    ] = DEFAULT_CHECK_SECONDS,
    as_json: JsonOption = False,
) -> None:
    """Reads an export again, ours or a foreign one, and lists what is wrong."""
    from meu_data import check as run

    summary = run(path, rules=rule or (), limit=limit, seconds=seconds, progress=shown_progress())
    advice = "docs/checking.md says what each rule means"
    finish(summary, _lines(summary), as_json, summary.problems, advice)


def _lines(summary: "CheckSummary") -> list[str]:
    lines = [_line(finding) for finding in summary.findings]
    if more := summary.problems - len(summary.findings):
        counts = ", ".join(f"{rule} {count}" for rule, count in summary.problems_by_rule.items())
        lines.append(f"… and {more} more (--limit shows more); all by rule: {counts}")
    rows = ", ".join(f"{split} {count}" for split, count in summary.rows.items())
    shapes = ", ".join(summary.shapes)
    lines.append(f"{summary.files} files, {sum(summary.rows.values())} rows ({rows}) of the shape {shapes}")
    verified = ", ".join(f"{rule} {count}" for rule, count in summary.verified.items())
    lines.append(f"verified: {verified}")
    lines += [f"not checked: {reason}" for reason in summary.not_checked]
    return lines if summary.problems else [*lines, "no problems"]


def _line(finding: "Finding") -> str:
    row = f" row {finding.row}" if finding.row is not None else ""
    name = f" ({finding.id})" if finding.id is not None else ""
    return f"{finding.file}{row}{name}: {finding.rule}: {finding.wrong}"
