"""The command that draws a workspace as a page."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import Language
from meu_data.commands.options import JsonOption, RecipeOption, WorkspaceOption
from meu_data.commands.shared import command, finish, open_workspace, shown_progress


@command("Upkeep", "meu-data report --out report.html")
def report(
    out: Annotated[Path, typer.Option("-o", "--out", help="The .html to write.")] = Path("report.html"),
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the page.", show_default="meu.toml, or en")
    ] = None,
    recipe: RecipeOption = None,
    full: Annotated[bool, typer.Option("--full", help="A card for every sample, however large the file gets.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Draws the workspace as one page to look at: stages, labels, doubts, and the worst samples."""
    from meu_data import report as run

    with open_workspace(workspace, read_only=True) as opened:
        summary = run(opened, out, lang=lang, recipe=recipe, full=full, progress=shown_progress())
    told = f"{summary.samples} samples, {summary.cards} of them shown, {summary.problems} problems"
    finish(summary, [f"{summary.output}  ({summary.bytes / 1e6:.1f} MB; {told})"], as_json)
