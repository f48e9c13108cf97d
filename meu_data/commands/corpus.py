"""Commands that make or read a corpus."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.commands.options import (
    ClipsOption,
    JsonOption,
    SizeOption,
    SubjectsOption,
    WorkersOption,
    WorkspaceOption,
    offered,
)
from meu_data.commands.shared import command, finish, frame_size, open_workspace, shown_progress


@command("Corpus", "meu-data synth corpus --subjects 6 --clips 8 --seed 0")
def synth(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    subjects: SubjectsOption = 6,
    clips: ClipsOption = 8,
    size: SizeOption = "640x480",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 0,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Writes a synthetic corpus with known motion, in DFME's own layout."""
    from meu_data.synth import make_corpus

    summary = make_corpus(
        out,
        subjects=subjects,
        clips=clips,
        size=frame_size(size),
        seed=seed,
        workers=workers,
        progress=shown_progress(),
    )
    counts = f"{summary.clips} clips, {summary.frames} frames: {'already there' if summary.reused else 'written'}"
    finish(summary, [counts, f"sheet: {summary.sheet}", f"frames: {summary.frames_dir}"], as_json)


@command("Corpus", "meu-data extract --corpus dfme --annotations train.xlsx --frames frames")
def extract(
    annotations: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="The annotation sheet, .xlsx, .xls or .csv.", show_default=False
        ),
    ],
    frames: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="The folder that holds the clips' frames.", show_default=False),
    ],
    corpus: Annotated[
        str, typer.Option(help="Whose layout it is: {corpora}.", autocompletion=offered("corpora"))
    ] = "dfme",
    split: Annotated[str, typer.Option(help="train, testA, testB, or a name of your own.")] = "train",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Reads a corpus: every row of the sheet becomes a sample, or a problem with its reason."""
    from meu_data import extract as run

    with open_workspace(workspace, create=True) as opened:
        summary = run(
            opened, corpus=corpus, annotations=annotations, frames=frames, split=split, progress=shown_progress()
        )
    lines = [
        f"{summary.rows} rows: {summary.samples} samples, {summary.problems} problems",
        f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged, {summary.removed} removed",
    ]
    finish(summary, lines, as_json, summary.problems)
