"""Commands that write instruction sets."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import Dialect, Language, Origin, Recipe, Style
from meu_data.commands.shared import JsonOption, WorkspaceOption, app, finish, open_workspace, shown_progress


@app.command(epilog="Example: meu-data export out --style unifer-cot --source drafts")
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    style: Annotated[Style, typer.Option(help="What a row says.")] = "unifer-cot",
    dialect: Annotated[Dialect, typer.Option("--for", help="Who will read it.")] = "hf",
    source: Annotated[Origin, typer.Option(help="Which annotations.")] = "proofread",
    lang: Annotated[
        Language | None, typer.Option(help="Language of the texts.", show_default="meu.toml, or robust")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Whose drafts, if several made some.", show_default=False)] = None,
    recipe: Annotated[Recipe | None, typer.Option(help="Whose maps.", show_default="meu.toml")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes the instruction set as Parquet, pictures inside."""
    from meu_data.export import export as run

    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            out,
            style=style,
            dialect=dialect,
            source=source,
            lang=lang,
            model=model,
            recipe=recipe or opened.settings.recipe,
            overwrite=overwrite,
            progress=shown_progress(),
        )
    lines = [f"{rows} rows of {split}" for split, rows in summary.rows.items()]
    lines += [f"{count} left out: {reason}" for reason, count in summary.left_out.items()]
    lines += [str(out / name) for name in summary.files if name.endswith(".parquet")]
    finish(summary, lines, as_json, summary.problems)
