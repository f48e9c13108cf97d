"""The command that asks about pictures of faces."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from meu_data.commands.options import JsonOption, OverwriteOption, ShownOption
from meu_data.commands.shared import SOME_PROBLEMS, command, finish, shown_progress

if TYPE_CHECKING:
    from meu_data.fer_vqa import FerSummary

PresetName = Literal["rafdb", "ferplus", "affectnet", "sfew", "custom"]
FerStyleName = Literal["ferbench", "unifer-rlvr"]


@command("Export", "meu-data fer-vqa out --preset rafdb --images aligned --table list.txt", name="fer-vqa")
def fer_vqa(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    preset: Annotated[PresetName, typer.Option(help="Whose labels, spelled as in FERBench; custom for your own.")],
    images: Annotated[Path, typer.Option(help="Folder of the pictures, or of one folder for each label.")],
    table: Annotated[
        Path | None, typer.Option(help="Label table (.txt, .csv).", show_default="the folders' names are the labels")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Of a custom set, with commas.", show_default="the folders' names"),
    ] = None,
    split: Annotated[str | None, typer.Option(help="Only this split of the table.", show_default="all")] = None,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="Before every image_path, such as /RAF-DB/.", show_default=False)
    ] = "",
    style: Annotated[
        FerStyleName, typer.Option(help="What a row says: to evaluate by label, or to train by reward.")
    ] = "ferbench",
    pixels: Annotated[bool, typer.Option("--pixels", help="Also Parquet with the pictures in.")] = False,
    limit: ShownOption = 20,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Turns a table or folders of facial expressions into UniFER's questions."""
    from meu_data.fer_vqa import fer_vqa as run

    summary = run(
        out,
        images,
        preset=preset,
        table=table,
        labels=labels,
        split=split,
        prefix=prefix,
        style=style,
        pixels=pixels,
        overwrite=overwrite,
        limit=limit,
        progress=shown_progress(),
    )
    if pixels:
        typer.echo("warning: the pictures show people; the licence of the set says who may have them", err=True)
    finish(summary, _lines(summary), as_json)
    for finding in summary.findings:
        typer.echo(str(finding), err=True)
    if summary.problems:
        more = summary.problems - len(summary.findings)
        unshown = f" ({more} not shown; raise --limit)" if more else ""
        typer.echo(f"{summary.problems} problems{unshown}; the other rows were written", err=True)
        raise typer.Exit(SOME_PROBLEMS)


def _lines(summary: "FerSummary") -> list[str]:
    counts = ", ".join(f"{label} {count}" for label, count in summary.labels.items())
    rows = [f"{count} rows of {split}" for split, count in summary.rows.items()]
    left_out = [f"{count} left out: {reason}" for reason, count in summary.left_out.items()]
    return [*rows, f"labels: {counts}", *left_out, *(f"{summary.out}/{name}" for name in summary.files)]
