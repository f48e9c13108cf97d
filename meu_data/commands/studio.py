"""Commands for the workspace's own Label Studio."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.commands.help import CommandGroup
from meu_data.commands.options import JsonOption, WorkspaceOption
from meu_data.commands.shared import app, command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from rich.table import Table

studio = typer.Typer(
    name="studio",
    help="Runs the workspace's own Label Studio, which only this machine can reach.",
    epilog="Example: meu-data studio start",
    no_args_is_help=True,
    cls=CommandGroup,
    rich_markup_mode=None,
)
app.add_typer(studio, rich_help_panel="Proofreading")


@command(None, "meu-data studio start --port 8081", into=studio)
def start(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="On this machine only.", show_default="8080")
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Starts the server; the first time, installs it."""
    from meu_data.review.studio import installation
    from meu_data.review.studio import start as run

    root = _root(workspace)
    if installation.installed_program() is None:
        folder = installation.environment_folder()
        typer.echo(
            f"Label Studio {installation.VERSION} is installed first, for all workspaces:\n"
            f"{installation.SIZE} in {folder}",
            err=True,
        )
    running = run(root, port, shown_progress())
    lines: list[str | Table] = [
        f"{'Label Studio runs already' if running.was_running else 'Label Studio runs'} at {running.url}",
        _login(running.username, running.password),
        "annotators get accounts of their own: meu-data studio add-annotator NAME",
    ]
    finish(running, lines, as_json)


@command(None, "meu-data studio stop", into=studio)
def stop(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Stops the server; all annotations stay."""
    from meu_data.review.studio import stop as run

    stopped = run(_root(workspace))
    finish(stopped, [f"stopped {stopped.url}" if stopped.was_running else "it was not running"], as_json)


@command(None, "meu-data studio status --json", into=studio)
def status(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Says whether the server runs, and where."""
    from meu_data.review.studio import status as run

    found = run(_root(workspace))
    finish(found, [f"{found.state}{f' at {found.url} (process {found.pid})' if found.url else ''}"], as_json)


@command(None, "meu-data studio add-annotator ann", into=studio)
def add_annotator(
    name: Annotated[str, typer.Argument(help="A plain name, or an e-mail address.", show_default=False)],
    new_password: Annotated[
        bool, typer.Option("--new-password", help="For one who has an account and forgot it.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Makes an annotator's account; shows its login."""
    from meu_data.review.studio import add_annotator as run

    annotator = run(_root(workspace), name, new_password=new_password)
    lines: list[str | Table] = [
        annotator.url,
        _login(annotator.username, annotator.password),
        "this is the only time it is shown; nobody keeps a copy",
        "the link to begin with is in the last line of `meu-data push`",
    ]
    finish(annotator, lines, as_json)


def _root(workspace: Path) -> Path:
    with open_workspace(workspace) as opened:
        return opened.root


def _login(name: str, password: str) -> "Table":
    from meu_data.console import table

    return table((("log in as", name), ("password", password)), left=(0, 1))
