"""Commands that make or read a corpus."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.choices import AuReading
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


def _layouts() -> list[str]:
    """What a shell completes `--layout` from."""
    from meu_data.synth.layouts import LAYOUTS

    return list(LAYOUTS)


@command("Corpus", "meu-data synth corpus --subjects 6 --clips 8 --seed 0")
def synth(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    subjects: SubjectsOption = 6,
    clips: ClipsOption = 8,
    size: SizeOption = "640x480",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 0,
    trap: Annotated[
        bool,
        typer.Option("--trap", help="Spoil every second clip: light, a turned head, another person, a hand, a crop."),
    ] = False,
    heads: Annotated[
        bool, typer.Option("--heads", help="Other skin, glasses, a beard, freckles, subject by subject.")
    ] = False,
    layout: Annotated[
        str | None,
        typer.Option(
            help="A few clips as another release has them, with its traps: casme2-2014, samm and so on.",
            show_default=False,
            autocompletion=_layouts,
        ),
    ] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Writes a synthetic corpus with known motion, in DFME's own layout."""
    from meu_data.synth import make_corpus

    if layout is not None:
        if (subjects, clips, trap, heads) != (6, 8, False, False):
            raise typer.BadParameter(
                "a layout has clips of its own; leave out --subjects, --clips, --trap and --heads",
                param_hint="--layout",
            )
        _synth_layout(out, layout, frame_size(size), seed, as_json)
        return
    summary = make_corpus(
        out,
        subjects=subjects,
        clips=clips,
        size=frame_size(size),
        seed=seed,
        traps=trap,
        heads=heads,
        workers=workers,
        progress=shown_progress(),
    )
    counts = f"{summary.clips} clips, {summary.frames} frames: {'already there' if summary.reused else 'written'}"
    finish(summary, [counts, f"sheet: {summary.sheet}", f"frames: {summary.frames_dir}"], as_json)


def _synth_layout(out: Path, layout: str, size: tuple[int, int], seed: int, as_json: bool) -> None:
    from meu_data.synth.layouts import make_layout

    summary = make_layout(out, layout, size=size, seed=seed, progress=shown_progress())
    lines = [
        f"{summary.rows} rows, {summary.pictures} frames: {'already there' if summary.reused else 'written'}",
        f"corpus: {summary.corpus}",
        f"sheet: {summary.sheet}" + (f", worksheet {summary.worksheet}" if summary.worksheet else ""),
        f"frames: {summary.frames_dir}",
        *(f"trap: {trap}" for trap in summary.traps),
    ]
    finish(summary, lines, as_json)


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
        str,
        typer.Option(
            help="Whose layout it is: {corpora}; auto recognises it.", autocompletion=offered("corpora", "auto")
        ),
    ] = "dfme",
    split: Annotated[str, typer.Option(help="train, testA, testB, or a name of your own.")] = "train",
    au_reading: Annotated[
        AuReading, typer.Option("--au-reading", help="AUs that count: all written, or those without doubt.")
    ] = "all",
    sheet: Annotated[str | None, typer.Option(help="The worksheet.", show_default="found")] = None,
    header_row: Annotated[
        int | None, typer.Option(min=0, help="Row of the columns' names; 0 for none.", show_default="found")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=COLUMN", help="A column by its name, letter or number.", show_default=False),
    ] = None,
    constant: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What stands in every row, such as Fps=200.", show_default=False),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a .csv.", show_default="found, or refused")] = None,
    frame_pattern: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Where the frames are, as docs/corpora.md says.", show_default=False),
    ] = None,
    no_errata: Annotated[bool, typer.Option("--no-errata", help="Leave the sheet's known mistakes.")] = False,
    emotions: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="For sammlv: SAMM's sheet, which has them.", show_default=False),
    ] = None,
    nearest: Annotated[
        int, typer.Option(min=0, metavar="N", help="Take a frame up to N numbers away where one is missing.")
    ] = 0,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Enter linked folders among the frames, wherever they lead.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what was understood, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also where most of what is stored would go.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Reads a corpus: every row of the sheet becomes a sample, or a problem with its reason."""
    from meu_data import extract as run
    from meu_data.corpora.sheets import Asked

    asked = Asked(
        sheet,
        header_row,
        _columns(column, "--column", "ApexFrame=D"),
        encoding,
        constants=_columns(constant, "--constant", "Fps=200"),
        frames=tuple(frame_pattern or ()),
    )
    with open_workspace(workspace, create=True) as opened:
        summary = run(
            opened,
            corpus=corpus,
            annotations=annotations,
            frames=frames,
            split=split,
            au_reading=au_reading,
            asked=asked,
            errata=not no_errata,
            emotions=emotions,
            nearest=nearest,
            follow_links=follow_links,
            dry_run=dry_run,
            yes=yes,
            show=lambda understood: typer.echo("\n".join(understood.sentences()), err=True),
            progress=shown_progress(),
        )
    lines = [
        f"{summary.rows} rows: {summary.samples} samples, {summary.problems} problems",
        f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged, {summary.removed} removed",
    ]
    finish(summary, ["nothing was stored"] if dry_run else lines, as_json, summary.problems)


@command("Corpus", "meu-data corpora")
def corpora(as_json: JsonOption = False) -> None:
    """Lists the corpora: access, layout, and what their released sheets hold."""
    from meu_data.corpora.listing import corpora as listed

    found = listed()
    finish(found, [line for corpus in found.corpora for line in corpus.sentences()], as_json)


def _columns(given: list[str] | None, option: str, example: str) -> dict[str, str]:
    """Reads what is told of columns, such as `ApexFrame=D`."""
    from meu_data.corpora.columns import COLUMNS

    known = {one.casefold(): one for one in (*COLUMNS, "AU")}
    found = {}
    for text in given or ():
        name, sign, told = text.partition("=")
        if not sign or name.strip().casefold() not in known:
            raise typer.BadParameter(
                f"{text!r} names no column; write e.g. {example}; columns: {', '.join(known.values())}",
                param_hint=option,
            )
        found[known[name.strip().casefold()]] = told.strip()
    return found
