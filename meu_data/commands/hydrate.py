"""The command that puts pictures back into an export."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.commands.options import JsonOption, LandmarkModelOption, WorkersOption
from meu_data.commands.shared import command, finish, shown_progress

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
        raise
    for warning in summary.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if summary.complete:
        finish(summary, [f"complete: {summary.out} has its pictures"], as_json)
        return
    finish(summary, [f"{summary.pictures} pictures of {summary.samples} samples are in {summary.out}"], as_json)
