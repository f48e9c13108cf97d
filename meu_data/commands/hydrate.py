"""The command that puts pictures back into an export."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.commands.options import JsonOption, LandmarkModelOption, WorkersOption
from meu_data.commands.shared import NAME, WRONG_INPUT, command, finish, shown_progress

_SHOWN = 20


@command("Export", "meu-data hydrate out --frames corpus/frames")
def hydrate(
    export: Annotated[Path, typer.Argument(help="Folder of an export made with --no-pixels.")],
    frames: Annotated[
        list[Path],
        typer.Option("--frames", metavar="DIR", help="The corpus's frames, as for extract; once for each folder."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write a copy here.", show_default="the export itself is replaced")
    ] = None,
    workers: WorkersOption = None,
    landmark_model: LandmarkModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Puts the pixels back into a --no-pixels export, each checked by its hash."""
    import json

    from meu_data import hydrate as run
    from meu_data.hydrate.stage import HydrateError

    try:
        summary = run(
            export, frames, out=out, workers=workers, landmark_model=landmark_model, progress=shown_progress()
        )
    except HydrateError as error:
        problems = error.summary.problems
        for line in problems[:_SHOWN]:
            typer.echo(line, err=True)
        if len(problems) > _SHOWN:
            typer.echo(f"... and {len(problems) - _SHOWN} more; --json lists all", err=True)
        if not as_json:
            raise
        # One object: what was found, and the error as every command tells it.
        told = error.summary.model_dump(mode="json") | {"error": str(error), "exit_code": WRONG_INPUT}
        typer.echo(json.dumps(told, ensure_ascii=False))
        typer.echo(f"{NAME}: {error}", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    for warning in summary.warnings:
        typer.echo(f"warning: {warning}", err=True)
    finish(summary, [f"{summary.pictures} pictures of {summary.samples} samples are in {summary.out}"], as_json)
