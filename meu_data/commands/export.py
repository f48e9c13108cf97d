"""Commands that write instruction sets."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from meu_data.choices import Dialect, Language, Origin, Recipe, Style
from meu_data.commands.shared import JsonOption, WorkspaceOption, app, finish, open_workspace, shown_progress


@app.command(epilog="Example: meu-data export out --style unifer-cot --source drafts")
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    style: Annotated[
        Style, typer.Option(metavar="STYLE", help=f"What a row says: {', '.join(get_args(Style))}.")
    ] = "unifer-cot",
    dialect: Annotated[
        Dialect, typer.Option("--for", metavar="DIALECT", help=f"Who reads it: {', '.join(get_args(Dialect))}.")
    ] = "hf",
    mix: Annotated[
        float | None,
        typer.Option(help="For meu+mer: share of samples that ask for an explanation.", show_default="0.5"),
    ] = None,
    source: Annotated[Origin, typer.Option(help="Which annotations.")] = "proofread",
    lang: Annotated[
        Language | None, typer.Option(help="Language of the texts.", show_default="meu.toml, or en")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Whose drafts, if several made some.", show_default=False)] = None,
    recipe: Annotated[Recipe | None, typer.Option(help="Whose maps.", show_default="meu.toml, or robust")] = None,
    recipe_out: Annotated[
        Path | None, typer.Option(help="Also write a training recipe to this file.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes the instruction set as the trainer named with --for reads it."""
    from meu_data.export import export as run

    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            out,
            style=style,
            dialect=dialect,
            mix=mix,
            source=source,
            lang=lang,
            model=model,
            recipe=recipe or opened.settings.recipe,
            recipe_out=recipe_out,
            overwrite=overwrite,
            progress=shown_progress(),
        )
    lines = [f"{rows} rows of {split}" for split, rows in summary.rows.items()]
    lines += [f"{count} left out: {reason}" for reason, count in summary.left_out.items()]
    lines += [str(out / name) for name in summary.files if name.startswith("data/")]
    lines += [f"{summary.pictures} pictures in {out / 'images'}"] if summary.pictures else []
    finish(summary, lines, as_json, summary.problems)
