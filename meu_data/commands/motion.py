"""Commands that measure and draw motion."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import DEFAULT_RECIPE, Engine, Recipe, Solver
from meu_data.commands.options import (
    JsonOption,
    KindOption,
    LandmarkModelOption,
    LimitOption,
    OnlyOption,
    RecipeOption,
    SolverOption,
    WorkersOption,
    WorkspaceOption,
)
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from meu_data.store.workspace import Workspace


@command("Maps", "meu-data render --workers 2")
def render(
    recipe: RecipeOption = None,
    solver: SolverOption = None,
    map_size: Annotated[
        int | None,
        typer.Option(min=112, max=1344, help="Side of robust's face crop, px.", show_default="meu.toml, or 448"),
    ] = None,
    workers: WorkersOption = None,
    force: Annotated[bool, typer.Option("--force", help="Render also what is up to date.")] = False,
    landmark_model: LandmarkModelOption = None,
    engine: Annotated[Engine, typer.Option(help="local processes, or a dask cluster.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option(help="The dask scheduler, e.g. tcp://host:8786.", show_default=False)
    ] = None,
    worker_frames: Annotated[
        str | None,
        typer.Option(help="The frames folder as the dask workers see it: a path or URL.", show_default=False),
    ] = None,
    kind: KindOption = "micro",
    contact_sheet: Annotated[
        bool, typer.Option("--contact-sheet", help="Also draw pages of onset, apex and map to look through.")
    ] = False,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Draws the motion map of every sample and measures its regions."""
    from meu_data import render as run

    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            recipe=recipe,
            solver=solver,
            map_size=map_size,
            workers=workers,
            kind=kind,
            force=force,
            landmark_model=landmark_model,
            only=only,
            limit=limit,
            engine=engine,
            scheduler=scheduler,
            worker_frames=worker_frames,
            progress=shown_progress(),
        )
        pages = _contact_sheets(opened, recipe, only, limit) if contact_sheet else ()
    counts = f"{summary.rendered} rendered, {summary.fresh} up to date, {summary.problems} problems"
    if summary.other_kind:
        counts += f", {summary.other_kind} left out by --kind"
    if summary.waiting:
        counts += f", {summary.waiting} without an apex: run `meu-data spot`"
    lines = [f"{summary.samples} samples: {counts}"]
    if summary.flagged:
        lines.append(f"{summary.flagged} of the new maps are flagged as doubtful (docs/quality.md)")
    lines += [f"contact sheet  {page}" for page in pages]
    finish(summary, lines, as_json, summary.problems)


def _contact_sheets(
    workspace: "Workspace", recipe: Recipe | None, only: str | None, limit: int | None
) -> tuple[str, ...]:
    from meu_data.motion.contact_sheet import contact_sheets

    folder = workspace.root / "contact-sheets"
    drawn = contact_sheets(workspace, folder, recipe=recipe, only=only, limit=limit, progress=shown_progress())
    return drawn.pages


@command("Maps", "meu-data map onset.png apex.png -o map.png", name="map")
def draw_map(
    onset: Annotated[Path, typer.Argument(help="The earlier picture.")],
    apex: Annotated[Path, typer.Argument(help="The later picture, the same size.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .png to write.")] = Path("map.png"),
    recipe: Annotated[Recipe, typer.Option(help="robust, or mellm as published.")] = DEFAULT_RECIPE,
    solver: Annotated[Solver, typer.Option(help="Which TV-L1.")] = "fused",
    landmark_model: LandmarkModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draws the motion map of any two pictures of a face; needs no workspace."""
    from meu_data import map_pair
    from meu_data.console import table

    summary = map_pair(onset, apex, output, recipe=recipe, solver=solver, landmark_model=landmark_model)
    head = summary.head_motion
    lines = [f"{summary.output}  (head motion taken out: {head.dx:+.2f} px right, {head.dy:+.2f} px down)"]
    if summary.faces > 1:
        lines.append(f"{summary.faces} faces; the largest was taken")
    if summary.quality.flags:
        lines.append(f"doubtful: {', '.join(summary.quality.flags)} (docs/quality.md)")
    moving = sorted((region for region in summary.regions if region.moving), key=lambda region: -region.mean)
    strongest = [(region.region, region.octant, region.intensity, f"{region.mean:.2f} px") for region in moving[:10]]
    shown = table(strongest, left=(0, 1, 2)) if moving else "no region moved beyond the map's own noise"
    finish(summary, [*lines, shown], as_json)


@command("Maps", "meu-data clip dfme/sub0001/sub0001_01/3 -o clip.gif", name="clip")
def draw_clip(
    sample: Annotated[str, typer.Argument(metavar="ID", help="The sample.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .gif or .mp4 to write.")] = Path("clip.gif"),
    recipe: RecipeOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Draws a sample as a moving picture: from onset to apex, with the map fading in."""
    from meu_data.motion.clips import write_clip

    with open_workspace(workspace, read_only=True) as opened:
        summary = write_clip(opened, sample, output, recipe=recipe)
    finish(summary, [f"{summary.output}  ({summary.pictures} pictures, {summary.onset} to {summary.apex})"], as_json)
