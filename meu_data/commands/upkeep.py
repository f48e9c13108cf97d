"""Commands that try the program out, and look after a workspace and an installation."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import Language
from meu_data.commands.shared import (
    WRONG_INPUT,
    JsonOption,
    ModelOption,
    WorkspaceOption,
    app,
    finish,
    frame_size,
    open_workspace,
    shown_progress,
)


@app.command(epilog="Example: meu-data demo ./demo")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to do it.", show_default="meu-demo")] = Path(
        "meu-demo"
    ),
    subjects: Annotated[int, typer.Option(min=1, help="Pseudo-subjects.")] = 4,
    clips: Annotated[int, typer.Option(min=1, help="Clips of each.")] = 3,
    size: Annotated[str, typer.Option(help="Width x height of the frames, px.")] = "640x480",
    lang: Annotated[Language, typer.Option(help="Language of the drafts.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Runs everything, offline, on a synthetic corpus: from no data to a Parquet instruction set."""
    from meu_data.demo import run_demo

    summary = run_demo(
        folder, subjects=subjects, clips=clips, size=frame_size(size), lang=lang, progress=shown_progress()
    )
    lines = [
        f"synthetic clips   {summary.clips}",
        f"samples           {summary.samples}",
        f"maps              {summary.maps}",
        f"drafts            {summary.drafts}",
        f"rows exported     {summary.rows}",
        f"problems          {summary.problems}",
        "",
        f"a map to look at  {summary.picture}",
        f"instruction set   {summary.parquet}",
        "load it with (pip install datasets):",
        f"  {summary.load_with}",
    ]
    finish(summary, lines, as_json, summary.problems)


@app.command(epilog="Example: meu-data status -w my-corpus")
def status(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Says how far the workspace is."""
    from meu_data.status import workspace_status

    with open_workspace(workspace) as opened:
        summary = workspace_status(opened)
    lines = [
        f"{part.corpus} {part.split:8} {part.samples:6} samples from {Path(part.sheet).name}"
        for part in summary.sources
    ]
    reviewed = f"reviews   {summary.reviews} of {summary.reviewed_samples} samples by {summary.annotators} annotators"
    lines += [f"maps      {summary.maps}", f"drafts    {summary.drafts}", reviewed, f"problems  {summary.problems}"]
    for model in summary.spending:
        maybe = f", {model.unknown} of them maybe billed" if model.unknown else ""
        lines.append(f"{model.model}: {model.calls} calls{maybe}, {model.usd + model.in_flight_usd:.4f} USD")
    finish(summary, lines, as_json)


@app.command(epilog="Example: meu-data problems --json")
def problems(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Lists what could not be done: file, sheet row, reason."""
    from meu_data.status import workspace_problems

    with open_workspace(workspace) as opened:
        summary = workspace_problems(opened)
    lines = []
    for problem in summary.problems:
        row = f" row {problem.row}" if problem.row else ""
        lines.append(f"{problem.stage}: {problem.file}{row}: {problem.reason}")
    finish(summary, lines or ["no problems"], as_json, len(summary.problems))


@app.command(epilog="Example: meu-data doctor")
def doctor(landmark_model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Checks the installation and says how to fix it."""
    from meu_data.doctor import examine

    summary = examine(landmark_model)
    lines = []
    for check in summary.checks:
        lines.append(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.found}")
        if check.fix:
            lines.append(f"    {check.fix}")
    finish(summary, lines, as_json)
    if not summary.healthy:
        raise typer.Exit(WRONG_INPUT)
