"""Commands that write draft annotations."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import Language, Llm, Recipe
from meu_data.commands.shared import (
    JsonOption,
    LimitOption,
    OnlyOption,
    WorkspaceOption,
    app,
    finish,
    open_workspace,
    shown_progress,
)


@app.command(epilog="Example: meu-data draft --llm offline --lang zh")
def draft(
    llm: Annotated[Llm, typer.Option(help="offline writes from motion and labels alone.")] = "offline",
    lang: Annotated[Language | None, typer.Option(help="Language of the texts.", show_default="meu.toml")] = None,
    recipe: Annotated[Recipe | None, typer.Option(help="Whose maps.", show_default="meu.toml")] = None,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes a draft annotation for every rendered sample."""
    from meu_data.drafting import draft_offline

    with open_workspace(workspace) as opened:
        settings = opened.settings
        summary = draft_offline(
            opened,
            lang=lang or settings.lang,
            recipe=recipe or settings.recipe,
            only=only,
            limit=limit,
            progress=shown_progress(),
        )
    lines = [f"{summary.samples} samples: {summary.drafted} drafted by {llm}, {summary.fresh} up to date"]
    if summary.waiting:
        lines.append(f"{summary.waiting} without a map: run `meu-data render`")
    finish(summary, lines, as_json, summary.problems)
