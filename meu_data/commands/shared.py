"""What all commands share: the app, common options, how a command opens a workspace and ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from meu_data.progress import Progress
    from meu_data.records import Record
    from meu_data.store.workspace import Workspace

DONE, BUG, WRONG_INPUT, SOME_PROBLEMS, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="meu-data",
    help="From licensed micro-expression corpora to instruction sets that explain a face.",
    epilog="Begin with: meu-data demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "-w", "--workspace", envvar="MEU_WORKSPACE", help="The folder that holds the work.", show_default="here"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
OnlyOption = Annotated[str | None, typer.Option("--only", metavar="ID", help="Just this sample.", show_default=False)]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many samples.", show_default=False)]
ModelOption = Annotated[
    Path | None,
    typer.Option("--landmark-model", help="Another dlib model with 68 landmarks.", show_default="the packaged one"),
]


@contextlib.contextmanager
def open_workspace(root: Path, *, create: bool = False) -> "Iterator[Workspace]":
    """The workspace of a command, closed at its end."""
    from meu_data import Workspace

    with Workspace.open(root, create=create) as opened:
        yield opened


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


def finish(
    summary: "Record",
    lines: list[str],
    as_json: bool,
    problem_count: int = 0,
    advice: str = "see `meu-data problems`",
) -> None:
    """Prints a summary in the form asked for, and ends with code 3 when there are problems, with the advice."""
    if as_json:
        typer.echo(summary.model_dump_json())
    else:
        for line in lines:
            typer.echo(line)
    if problem_count:
        typer.echo(f"{problem_count} problems; {advice}", err=True)
        raise typer.Exit(SOME_PROBLEMS)
