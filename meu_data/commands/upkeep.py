"""Commands that try the program out, and look after a workspace and an installation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import Language
from meu_data.commands.options import (
    ClipsOption,
    JsonOption,
    LandmarkModelOption,
    SizeOption,
    SubjectsOption,
    WorkspaceOption,
)
from meu_data.commands.shared import WRONG_INPUT, command, finish, frame_size, open_workspace, shown_progress

if TYPE_CHECKING:
    from rich.table import Table


@command("Start here", "meu-data demo ./demo")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to do it.", show_default="meu-demo")] = Path(
        "meu-demo"
    ),
    subjects: SubjectsOption = 4,
    clips: ClipsOption = 3,
    size: SizeOption = "640x480",
    lang: Annotated[Language, typer.Option(help="Language of the drafts.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Runs everything, offline, on a synthetic corpus: from no data to a Parquet instruction set."""
    from meu_data.console import table
    from meu_data.demo import as_typed, run_demo

    summary = run_demo(
        folder, subjects=subjects, clips=clips, size=frame_size(size), lang=lang, progress=shown_progress()
    )
    made = (
        ("synthetic clips", summary.clips),
        ("samples", summary.samples),
        ("maps", summary.maps),
        ("drafts", summary.drafts),
        ("rows exported", summary.rows),
        ("problems", summary.problems),
    )
    lines: list[str | Table] = [
        table(made),
        "",
        f"a map to look at: {summary.picture}",
        f"instruction set: {summary.parquet}",
        "load it with (pip install datasets):",
        f"  {summary.load_with}",
        "",
        f"look at it all in a browser: {summary.report}",
    ]
    if summary.exchanged:
        home, meu = folder / "workspace", as_typed("meu-data")
        lines += [
            "two drafts were exchanged, for you to see what the check finds; they come first in the report:",
            *(f"  {meu} show {name} -w {home}" for name in summary.exchanged),
            "as annotators see them (Label Studio; a large download, once):",
            f"  {meu} studio start -w {home} && {meu} push -w {home}",
            f"and set right: {meu} draft -w {home}",
        ]
    finish(summary, lines, as_json, summary.problems)


@command("Upkeep", "meu-data status -w my-corpus")
def status(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Says how far the workspace is."""
    from meu_data.console import table
    from meu_data.status import workspace_status

    with open_workspace(workspace, read_only=True) as opened:
        summary = workspace_status(opened)
    rows: list[tuple[str, int, str]] = [
        (f"{part.corpus} {part.split}", part.samples, f"samples from {Path(part.sheet).name}")
        for part in summary.sources
    ]
    if summary.spotted:
        rows.append(("spotted", summary.spotted, "apexes found in the frames"))
    if summary.halfway:
        rows.append(("halfway", summary.halfway, "apexes between onset and offset, unseen"))
    if summary.waiting:
        rows.append(("waiting", summary.waiting, "for an apex: `meu-data spot`"))
    reviewed = f"of {summary.reviewed_samples} samples by {summary.annotators} annotators"
    rows += [("maps", summary.maps, ""), ("drafts", summary.drafts, ""), ("reviews", summary.reviews, reviewed)]
    lines: list[str | Table] = [table([*rows, ("problems", summary.problems, "")], left=(0, 2))]
    for model in summary.spending:
        maybe = f", {model.unknown} of them maybe billed" if model.unknown else ""
        maybe += f", {model.unreadable} answered unreadably" if model.unreadable else ""
        lines.append(f"{model.model}: {model.calls} calls{maybe}, {model.usd + model.in_flight_usd:.4f} USD")
    finish(summary, lines, as_json)


@command("Upkeep", "meu-data problems --json")
def problems(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Lists what could not be done: file, sheet row, reason."""
    from meu_data.status import workspace_problems

    with open_workspace(workspace, read_only=True) as opened:
        summary = workspace_problems(opened)
    lines = []
    for problem in summary.problems:
        row = f" row {problem.row}" if problem.row else ""
        lines.append(f"{problem.stage}: {problem.file}{row}: {problem.reason}")
    finish(summary, lines or ["no problems"], as_json, len(summary.problems))


@command("Upkeep", "meu-data doctor")
def doctor(landmark_model: LandmarkModelOption = None, as_json: JsonOption = False) -> None:
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
