"""The command that finds onset and apex in the frames."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import SpotWhich
from meu_data.commands.options import (
    JsonOption,
    KindOption,
    LandmarkModelOption,
    LimitOption,
    OnlyOption,
    WorkersOption,
    WorkspaceOption,
)
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

_SHOWN = 10


@command("Corpus", "meu-data spot --check")
def spot(
    which: Annotated[
        SpotWhich, typer.Option(help="missing apexes; disordered ones, too; or all, also what the sheet has.")
    ] = "missing",
    onset: Annotated[bool, typer.Option("--onset", help="Look for the onset as well.")] = False,
    by_middle: Annotated[
        bool, typer.Option("--middle", help="Take the frame halfway from onset to offset, unseen.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Also compare the sheet's apexes with the frames; replaces none.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Let the sheet's values count again.")] = False,
    kind: KindOption = "micro",
    workers: WorkersOption = None,
    landmark_model: LandmarkModelOption = None,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Finds the apex in the frames where the sheet has none, or a doubtful one."""
    from meu_data import spot as run

    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            which=which,
            onset=onset,
            by_middle=by_middle,
            check=check,
            forget=forget,
            kind=kind,
            workers=workers,
            landmark_model=landmark_model,
            only=only,
            limit=limit,
            progress=shown_progress(),
        )
    counts = f"{summary.spotted} spotted, {summary.fresh} up to date, {summary.by_sheet} as the sheet has them"
    counts += f", {summary.problems} problems"
    if summary.other_kind:
        counts += f", {summary.other_kind} left out by --kind"
    lines = [f"{summary.samples} samples: {counts}"]
    if summary.unsure:
        lines.append(f"{summary.unsure} of the spotted are unsure (confidence below .5)")
    if summary.disordered:
        lines.append(f"{summary.disordered} have an apex that cannot be one: `--which disordered` finds another")
    if summary.doubted:
        lines.append(f"{summary.doubted} of the sheet's are doubtful")
    lines += [f"replaced  {told}" for told in summary.replaced[:_SHOWN]]
    if len(summary.replaced) > _SHOWN:
        lines.append(f"and {len(summary.replaced) - _SHOWN} more")
    finish(summary, lines, as_json, summary.problems + summary.disordered + summary.doubted)
