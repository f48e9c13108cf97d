"""The command line: a command parses, calls one library function, prints what came of it. No logic."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data import __version__
from meu_data.choices import Dialect, Language, Llm, Origin, Recipe, Solver, Style
from meu_data.errors import MeuError

if TYPE_CHECKING:
    from meu_data.progress import Progress
    from meu_data.records import Record
    from meu_data.workspace import Workspace

DONE, BUG, WRONG_INPUT, SOME_PROBLEMS, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="meu-data",
    help="From licensed micro-expression corpora to instruction sets that explain a face.",
    epilog="Begin with: meu-data demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "-w", "--workspace", envvar="MEU_WORKSPACE", help="The folder that holds the work.", show_default="here"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
OnlyOption = Annotated[str | None, typer.Option("--only", metavar="ID", help="Just this sample.", show_default=False)]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many samples.", show_default=False)]
ModelOption = Annotated[
    Path | None,
    typer.Option("--landmark-model", help="Another dlib model with 68 landmarks.", show_default="the packaged one"),
]


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

    summary = run_demo(folder, subjects=subjects, clips=clips, size=_size(size), lang=lang, progress=_progress())
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
        "load it with:",
        f"  {summary.load_with}",
    ]
    _finish(summary, lines, as_json, summary.problems)


@app.command(epilog="Example: meu-data synth corpus --subjects 6 --clips 8 --seed 0")
def synth(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    subjects: Annotated[int, typer.Option(min=1, help="Pseudo-subjects.")] = 6,
    clips: Annotated[int, typer.Option(min=1, help="Clips of each.")] = 8,
    size: Annotated[str, typer.Option(help="Width x height of the frames, px.")] = "640x480",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes.", show_default="one per core")] = None,
    as_json: JsonOption = False,
) -> None:
    """Writes a synthetic corpus with known motion, in DFME's own layout."""
    from meu_data.synth import make_corpus

    summary = make_corpus(
        out, subjects=subjects, clips=clips, size=_size(size), seed=seed, workers=workers, progress=_progress()
    )
    lines = [
        f"{summary.clips} clips, {summary.frames} frames: {'already there' if summary.reused else 'written'}",
        f"sheet   {summary.sheet}",
        f"frames  {summary.frames_dir}",
    ]
    _finish(summary, lines, as_json)


@app.command(epilog="Example: meu-data extract --corpus dfme --annotations train.xlsx --frames train_data")
def extract(
    annotations: Annotated[Path, typer.Option(help="The annotation sheet, .xlsx or .csv.", show_default=False)],
    frames: Annotated[Path, typer.Option(help="The folder that holds the clips' frames.", show_default=False)],
    corpus: Annotated[str, typer.Option(help="Whose layout it is.")] = "dfme",
    split: Annotated[str, typer.Option(help="train, testA, testB, or a name of your own.")] = "train",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Reads a corpus: every row of the sheet becomes a sample, or a problem with its reason."""
    from meu_data.corpora import extract as run

    with _workspace(workspace, create=True) as opened:
        summary = run(opened, corpus=corpus, annotations=annotations, frames=frames, split=split, progress=_progress())
    lines = [
        f"{summary.rows} rows: {summary.samples} samples, {summary.problems} problems",
        f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged, {summary.removed} removed",
    ]
    _finish(summary, lines, as_json, summary.problems)


@app.command(epilog="Example: meu-data render --workers 2")
def render(
    recipe: Annotated[Recipe | None, typer.Option(help="How the map is drawn.", show_default="meu.toml")] = None,
    solver: Annotated[Solver | None, typer.Option(help="Which TV-L1.", show_default="meu.toml")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes.", show_default="one per core")] = None,
    force: Annotated[bool, typer.Option("--force", help="Render also what is up to date.")] = False,
    landmark_model: ModelOption = None,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Draws the motion map of every sample and measures its regions."""
    from meu_data.motion.render import render as run

    with _workspace(workspace) as opened:
        summary = run(
            opened,
            recipe=recipe,
            solver=solver,
            workers=workers,
            force=force,
            landmark_model=landmark_model,
            only=only,
            limit=limit,
            progress=_progress(),
        )
    counts = f"{summary.rendered} rendered, {summary.fresh} up to date, {summary.problems} problems"
    _finish(summary, [f"{summary.samples} samples: {counts}"], as_json, summary.problems)


@app.command(name="map", epilog="Example: meu-data map onset.png apex.png -o map.png")
def draw_map(
    onset: Annotated[Path, typer.Argument(help="The earlier picture.")],
    apex: Annotated[Path, typer.Argument(help="The later picture, the same size.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .png to write.")] = Path("map.png"),
    recipe: Annotated[Recipe, typer.Option(help="How the map is drawn.")] = "mellm",
    solver: Annotated[Solver, typer.Option(help="Which TV-L1.")] = "opencv",
    landmark_model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draws the motion map of any two pictures of a face; needs no workspace."""
    from meu_data.motion.map_files import draw_map as run

    summary = run(onset, apex, output, recipe=recipe, solver=solver, landmark_model=landmark_model)
    head = summary.head_motion
    lines = [f"{summary.output}  (head motion taken out: {head.dx:+.2f} px right, {head.dy:+.2f} px down)"]
    if summary.faces > 1:
        lines.append(f"{summary.faces} faces; the largest was taken")
    moving = sorted((region for region in summary.regions if region.moving), key=lambda region: -region.mean)
    for region in moving[:10]:
        lines.append(f"  {region.region:24}{region.octant:12}{region.intensity:10}{region.mean:6.2f} px")
    _finish(summary, lines if moving else [*lines, "no region moved beyond the map's own noise"], as_json)


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

    with _workspace(workspace) as opened:
        settings = opened.settings
        summary = draft_offline(
            opened,
            lang=lang or settings.lang,
            recipe=recipe or settings.recipe,
            only=only,
            limit=limit,
            progress=_progress(),
        )
    lines = [f"{summary.samples} samples: {summary.drafted} drafted by {llm}, {summary.fresh} up to date"]
    if summary.waiting:
        lines.append(f"{summary.waiting} without a map: run `meu-data render`")
    _finish(summary, lines, as_json, summary.problems)


@app.command(epilog="Example: meu-data export out --style unifer-cot --source drafts")
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    style: Annotated[Style, typer.Option(help="What a row says.")] = "unifer-cot",
    dialect: Annotated[Dialect, typer.Option("--for", help="Who will read it.")] = "hf",
    source: Annotated[Origin, typer.Option(help="Which annotations.")] = "proofread",
    lang: Annotated[Language | None, typer.Option(help="Language of the texts.", show_default="meu.toml")] = None,
    model: Annotated[str | None, typer.Option(help="Whose drafts, if several made some.", show_default=False)] = None,
    recipe: Annotated[Recipe | None, typer.Option(help="Whose maps.", show_default="meu.toml")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes the instruction set as Parquet, pictures inside."""
    from meu_data.export import export as run

    with _workspace(workspace) as opened:
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
            progress=_progress(),
        )
    lines = [f"{rows} rows of {split}" for split, rows in summary.rows.items()]
    lines += [f"{count} left out: {reason}" for reason, count in summary.left_out.items()]
    lines += [str(out / name) for name in summary.files if name.endswith(".parquet")]
    _finish(summary, lines, as_json, summary.problems)


@app.command(epilog="Example: meu-data status -w my-corpus")
def status(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Says how far the workspace is."""
    from meu_data.status import workspace_status

    with _workspace(workspace) as opened:
        summary = workspace_status(opened)
    lines = [f"{part.corpus} {part.split:8} {part.samples:6} samples from {part.sheet}" for part in summary.sources]
    lines += [f"maps      {summary.maps}", f"drafts    {summary.drafts}", f"problems  {summary.problems}"]
    _finish(summary, lines, as_json)


@app.command(epilog="Example: meu-data problems --json")
def problems(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Lists what could not be done: file, sheet row, reason."""
    from meu_data.status import workspace_problems

    with _workspace(workspace) as opened:
        summary = workspace_problems(opened)
    lines = []
    for problem in summary.problems:
        row = f" row {problem.row}" if problem.row else ""
        lines.append(f"{problem.stage}: {problem.file}{row}: {problem.reason}")
    _finish(summary, lines or ["no problems"], as_json, len(summary.problems))


@app.command(epilog="Example: meu-data doctor")
def doctor(landmark_model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Checks the installation and says how to mend it."""
    from meu_data.doctor import examine

    summary = examine(landmark_model)
    lines = []
    for check in summary.checks:
        lines.append(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.found}")
        if check.mend:
            lines.append(f"    {check.mend}")
    _finish(summary, lines, as_json)
    if not summary.healthy:
        raise typer.Exit(WRONG_INPUT)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"meu-data {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """From licensed micro-expression corpora to instruction sets that explain a face."""


def main() -> None:
    """Runs the program; whatever happens, the user reads one line and the exit code says what kind it is."""
    try:
        app()
    except MeuError as error:
        _complain(str(error))
        sys.exit(WRONG_INPUT)
    except KeyboardInterrupt:
        _complain("interrupted; what was finished is kept, the same command goes on from there")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except Exception as error:
        if os.environ.get("MEU_DEBUG"):
            traceback.print_exc()
        _complain(f"this is a bug in meu-data: {type(error).__name__}: {error} (MEU_DEBUG=1 shows where)")
        sys.exit(BUG)


def _complain(message: str) -> None:
    typer.echo(f"meu-data: {' '.join(message.split())}", err=True)


@contextlib.contextmanager
def _workspace(root: Path, *, create: bool = False) -> "Iterator[Workspace]":
    from meu_data.workspace import Workspace

    with Workspace.open(root, create=create) as opened:
        yield opened


def _progress() -> "Progress":
    from meu_data.console import terminal_progress

    return terminal_progress()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"{text!r} is no size; write width x height, such as 640x480", param_hint="--size")
    return int(width), int(height)


def _finish(summary: "Record", lines: list[str], as_json: bool, problem_count: int = 0) -> None:
    """Prints a summary in the form asked for, and ends with code 3 when there are problems."""
    if as_json:
        typer.echo(summary.model_dump_json())
    else:
        for line in lines:
            typer.echo(line)
    if problem_count:
        typer.echo(f"{problem_count} problems; see `meu-data problems`", err=True)
        raise typer.Exit(SOME_PROBLEMS)
