"""The commands to look at a workspace, or at one sample."""

import shutil
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from meu_data.choices import Language, Recipe
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
    scores: Annotated[
        list[Path] | None,
        typer.Option("--scores", metavar="FILE", help="A result of `evaluate`; may be repeated.", show_default=False),
    ] = None,
    exports: Annotated[
        list[Path] | None,
        typer.Option("--export", metavar="DIR", help="An export; may be repeated.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Draws the workspace as one page to look at: stages, labels, doubts, and the worst samples."""
    from meu_data import report as run

    with open_workspace(workspace, read_only=True) as opened:
        summary = run(
            opened,
            out,
            lang=lang,
            recipe=recipe,
            full=full,
            scores=scores or (),
            exports=exports or (),
            progress=shown_progress(),
        )
    told = f"{summary.samples} samples, {summary.cards} of them shown, {summary.problems} problems"
    finish(summary, [f"{summary.output}  ({summary.bytes / 1e6:.1f} MB; {told})"], as_json)


@command("Maps", "meu-data show dfme/sub0001/sub0001_01/12 --out sample.png")
def show(
    sample: Annotated[str, typer.Argument(metavar="ID", help="The sample.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A .png, .gif or .mp4 to write, too.", show_default=False)
    ] = None,
    recipe: RecipeOption = None,
    compare: Annotated[
        str | None, typer.Option(metavar="RECIPES", help="Several: mellm,robust.", show_default=False)
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the labels.", show_default="meu.toml, or en")
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Shows one sample: pictures, moving regions, drafts statement by statement, what happened to it."""
    from meu_data import show as run
    from meu_data.report.in_terminal import sample_lines, sample_pictures

    recipes = _recipes(compare) if compare else [recipe] if recipe else []
    with open_workspace(workspace, read_only=True) as opened:
        shown = run(opened, sample, out, recipes=recipes)
        pictures = []
        if sys.stdout.isatty() and not as_json:
            pictures = list(sample_pictures(opened, shown, shutil.get_terminal_size().columns))
        said = sample_lines(shown, lang or opened.settings.lang)
    finish(shown, [*pictures, *said, *([f"written: {shown.output}"] if shown.output else [])], as_json)


def _recipes(text: str) -> list[Recipe]:
    known = {name: name for name in get_args(Recipe)}
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in known]:
        told = ", ".join(known)
        raise typer.BadParameter(f"there is no recipe {unknown[0]!r}; choose from: {told}", param_hint="--compare")
    return [known[name] for name in names]
