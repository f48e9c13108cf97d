"""Commands that write instruction sets."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from meu_data.choices import Origin, StyleName, Verdict, Words
from meu_data.commands.options import (
    POLICIES,
    ClassesOption,
    DraftsByOption,
    JsonOption,
    KindOption,
    LangOption,
    OverwriteOption,
    RecipeOption,
    WorkspaceOption,
    offered,
)
from meu_data.commands.shared import command, finish, open_workspace, shown_progress
from meu_data.errors import MeuError

SplitsOption = Annotated[
    str,
    typer.Option(
        metavar="RULE",
        help="The corpus's own, loso (leave one subject out), or shares of the subjects: subjects:0.8,0.1,0.1.",
    ),
]
SeedOption = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of the draw of subjects.")]


@command("Export", "meu-data export out --for trl --splits subjects:0.8,0.1,0.1")
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    style: Annotated[
        StyleName, typer.Option(metavar="STYLE", help=f"What a row says: {', '.join(get_args(StyleName))}.")
    ] = "unifer-cot",
    format: Annotated[  # noqa: A002 - the name of the library's
        str,
        typer.Option("--for", metavar="FORMAT", help="Who reads it: {formats}.", autocompletion=offered("formats")),
    ] = "hf",
    words: Annotated[
        Words,
        typer.Option(
            metavar="WORDS",
            help="Whose phrasing: ours, or the papers' own (authors, of MEGC authors-2025, authors-2026), so that "
            "released models read it.",
        ),
    ] = "ours",
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="For unifer-json: put before each picture's path, such as /dfme/.",
            show_default="/ with --words authors, else nothing",
        ),
    ] = None,
    mix: Annotated[
        float | None,
        typer.Option(help="For meu+mer: share of samples that ask for an explanation.", show_default="0.5"),
    ] = None,
    zoom_mix: Annotated[
        str | None,
        typer.Option(
            metavar="NONE,STILL",
            help="For actfer: shares without a zoom, where all is plain, and with a zoom on a still region.",
            show_default="0.5,0.25",
        ),
    ] = None,
    classes: ClassesOption = None,
    source: Annotated[Origin, typer.Option(help="What people proofread, or what machines drafted.")] = "proofread",
    verdict: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help=f"Verdicts that let a proofread row through: {', '.join(get_args(Verdict))}.",
            show_default="accept,fixed",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            help=f"Which of several people's reviews counts: {POLICIES}.",
            show_default="meu.toml, or latest",
        ),
    ] = None,
    min_grounding: Annotated[
        float | None, typer.Option(metavar="SCORE", help="Least grounding score, 0 to 1.", show_default=False)
    ] = None,
    min_trust: Annotated[
        float | None,
        typer.Option(metavar="TRUST", help="Least trust of a map that nobody confirmed, 0 to 1.", show_default="0.5"),
    ] = None,
    model: DraftsByOption = None,
    lang: LangOption = None,
    recipe: RecipeOption = None,
    kind: KindOption = "micro",
    splits: SplitsOption = "corpus",
    seed: SeedOption = 0,
    allow_leaks: Annotated[
        bool, typer.Option("--allow-leaks", help="Write splits with people, frames or faces in common.")
    ] = False,
    allow_contradictions: Annotated[
        bool,
        typer.Option("--allow-contradictions", help="Write rows whose text, labels and claims contradict each other."),
    ] = False,
    no_pixels: Annotated[
        bool, typer.Option("--no-pixels", help="Name and hash of each picture; `hydrate` puts the pixels back.")
    ] = False,
    licence: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The licence that the card names.", show_default="meu.toml, or a placeholder"
        ),
    ] = None,
    training_out: Annotated[
        Path | None, typer.Option(help="Also write a training recipe to this file.", show_default=False)
    ] = None,
    recipe_out: Annotated[Path | None, typer.Option(hidden=True)] = None,
    overwrite: OverwriteOption = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes the instruction set as the trainer named with --for reads it."""
    from meu_data import export as run

    if recipe_out is not None:
        raise MeuError(f"--recipe-out is now --training-out, as a recipe is of maps: take --training-out {recipe_out}")
    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            out,
            style=style,
            format=format,
            words=words,
            prefix=prefix,
            mix=mix,
            zoom_mix=zoom_mix,
            classes=classes,
            source=source,
            policy=policy,
            verdicts=None if verdict is None else [word.strip() for word in verdict.split(",") if word.strip()],
            min_grounding=min_grounding,
            min_trust=min_trust,
            model=model,
            lang=lang,
            recipe=recipe,
            kind=kind,
            splits=splits,
            seed=seed,
            allow_leaks=allow_leaks,
            allow_contradictions=allow_contradictions,
            pixels=not no_pixels,
            licence=licence,
            training_out=training_out,
            overwrite=overwrite,
            progress=shown_progress(),
        )
    for warning in summary.warnings:
        typer.echo(f"warning: {warning}", err=True)
    lines = [f"{out} holds this very export already: nothing was changed"] if summary.unchanged else []
    lines += [f"{rows} rows of {split}" for split, rows in summary.rows.items()]
    lines += [f"{count} left out: {reason}" for reason, count in summary.left_out.items()]
    if summary.untrusted:
        why = "".join(f", {flag} {count}" for flag, count in summary.doubts.items())
        lines.append(f"{summary.untrusted} with a map that cannot be believed{why}: `meu-data problems` lists them")
    lines += [str(out / name) for name in summary.files if name.startswith("data/")]
    lines += [f"{summary.pictures} pictures in {out / 'images'}"] if summary.pictures else []
    finish(summary, lines, as_json, summary.problems)


@command("Export", "meu-data megc-lvqa out --splits subjects:0.8,0.2", name="megc-lvqa")
def megc_lvqa(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    splits: SplitsOption = "corpus",
    seed: SeedOption = 0,
    allow_leaks: Annotated[bool, typer.Option("--allow-leaks", help="Write splits with people in common.")] = False,
    overwrite: OverwriteOption = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Writes MEGC's questions about long videos, from the labels of recordings with several expressions."""
    from meu_data.export.long_videos import write_long_videos

    with open_workspace(workspace) as opened:
        summary = write_long_videos(opened, out, splits=splits, seed=seed, allow_leaks=allow_leaks, overwrite=overwrite)
    lines = [f"{count} lines: {out / name}" for name, count in summary.lines.items()]
    lines.insert(0, f"{summary.recordings} recordings")
    lines += [f"{count} recordings left out: {reason}" for reason, count in summary.left_out.items()]
    if summary.problems:
        lines.append("expressions of rows with problems are not counted: `meu-data problems` lists them")
    finish(summary, lines, as_json, summary.problems)


@command("Export", "meu-data megc-submission me_vqa_samm_test_to_answer.jsonl said.jsonl", name="megc-submission")
def megc_submission(
    blank: Annotated[Path, typer.Argument(help="The blank test file, ours or the challenge's.")],
    answers: Annotated[Path, typer.Argument(help="JSON lines with video_id and answer.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write.", show_default="beside BLANK, as ..._pred.jsonl")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fills a blank test file of MEGC's ME-VQA or ME-LVQA with a model's answers."""
    from meu_data.export.megc_submission import write_submission

    summary = write_submission(blank, answers, out)
    finish(summary, [f"{summary.answers} answers in {summary.out}"], as_json)
