"""What all commands share: the app, how a command is made, opens a workspace and ends."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from meu_data.commands.help import Command, CommandGroup, Panel

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from meu_data.drafting.batch.stage import BatchSummary
    from meu_data.progress import Progress
    from meu_data.records import Record
    from meu_data.store.workspace import Workspace

DONE, BUG, WRONG_INPUT, SOME_PROBLEMS, INTERRUPTED = 0, 1, 2, 3, 130

NAME = "meu-data"

# What the command's workspace held that is damaged; its end says so.
_set_aside: list[str] = []

app = typer.Typer(
    name=NAME,
    help="From licensed micro-expression corpora to instruction sets that explain a face.",
    epilog="Begin with: meu-data demo",
    cls=CommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(
    panel: Panel | None, example: str, *, name: str | None = None, into: typer.Typer = app
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a function a command."""
    return into.command(name, cls=Command, rich_help_panel=panel, epilog=f"Example: {example}")


@contextlib.contextmanager
def open_workspace(root: Path, *, create: bool = False, read_only: bool = False) -> "Iterator[Workspace]":
    """The workspace of a command, closed at its end."""
    from meu_data import Workspace

    _set_aside.clear()
    with Workspace.open(root, create=create, read_only=read_only) as opened:
        try:
            yield opened
        finally:
            _set_aside.extend(opened.ledger.set_aside)
            for line in opened.ledger.set_aside:
                typer.echo(line, err=True)


def shown_progress() -> "Progress":
    """A bar on a terminal, lines elsewhere."""
    from meu_data.console import terminal_progress

    return terminal_progress()


def frame_size(text: str) -> tuple[int, int]:
    """Reads `640x480`."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"{text!r} is no size; write width x height, such as 640x480", param_hint="--size")
    return int(width), int(height)


def batch_lines(summary: "BatchSummary") -> list[str]:
    """What became of a run's batch jobs, and how to go on."""
    lines = [
        f"{summary.jobs_made} jobs made, {summary.jobs_ended} ended, {summary.jobs_open} at work on "
        f"{summary.submitted} requests; ${summary.usd:.4f} so far, ${summary.reserved_usd:.4f} set aside",
    ]
    if summary.uncounted:
        lines.append(f"{summary.uncounted} answers without a count of tokens that can be: charged at their estimate")
    if summary.jobs_open or summary.unsent:
        lines.append("run the same command again to collect and go on, or stay with --wait")
    if summary.stopped:
        lines.append(f"not everything was sent: {summary.stopped}")
    return lines


def finish(
    summary: "Record",
    lines: "Sequence[str | Table | Text]",
    as_json: bool,
    problem_count: int = 0,
    advice: str = "see `meu-data problems`",
) -> None:
    """Prints a summary in the form asked for, and ends with code 3 when there are problems, with the advice."""
    problem_count += len(_set_aside)
    if as_json:
        typer.echo(summary.model_dump_json())
    else:
        from meu_data.console import table_text

        for line in lines:
            typer.echo(line if isinstance(line, str) else table_text(line))
    if problem_count:
        typer.echo(f"{problem_count} problem{'' if problem_count == 1 else 's'}; {advice}", err=True)
        raise typer.Exit(SOME_PROBLEMS)
