"""Commands that score predictions and compare the scores."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.commands.options import ClassesOption, JsonOption, RecipeOption
from meu_data.commands.shared import command, finish, shown_progress

if TYPE_CHECKING:
    from rich.table import Table

    from meu_data.evaluate.result import EvaluationResult


@command("Evaluation", "meu-data evaluate said.jsonl --gold . --classes dfme7 --out scores.json")
def evaluate(
    predictions: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Predictions: JSON lines, JSON, Parquet or CSV.")
    ],
    gold: Annotated[
        Path | None,
        typer.Option(help="A workspace, an export, or labelled rows.", show_default="the rows' own labels"),
    ] = None,
    classes: ClassesOption = None,
    split: Annotated[str | None, typer.Option(help="Only samples of this split.", show_default="all")] = None,
    name: Annotated[str | None, typer.Option(help="What the result is called.", show_default="the file's name")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the result here, for `scores`.", show_default=False)] = None,
    no_grounding: Annotated[
        bool, typer.Option("--no-grounding", help="Leave explanations alone; it takes longest.")
    ] = False,
    recipe: RecipeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scores predictions: ACC, UF1, UAR, action units, explanations."""
    from meu_data.evaluate.stage import evaluate as run

    result = run(
        predictions,
        gold=gold,
        classes=classes,
        split=split,
        recipe=recipe,
        name=name,
        out=out,
        grounding=not no_grounding,
        progress=shown_progress(),
    )
    finish(result, _lines(result), as_json)


def _lines(result: "EvaluationResult") -> "list[str | Table]":
    from meu_data.console import table

    lines: list[str | Table] = [
        f"{result.samples} samples of {result.subjects} subjects against {result.gold}, "
        f"{len(result.classes)} classes{f' ({result.class_set})' if result.class_set else ''}",
    ]
    for score in ("acc", "uf1", "uar"):
        low_high = result.intervals.get(score)
        within = f"  (95 % by subject: {low_high[0]:.4f} to {low_high[1]:.4f})" if low_high else ""
        lines.append(f"{score.upper()} {getattr(result, score):.4f}{within}")
    wrong = [f"{count} {why}" for why, count in result.unread.items()]
    wrong += [f"{result.other_emotion} of another emotion"] if result.other_emotion else []
    lines += [f"counted as wrong: {', '.join(wrong)}"] if wrong else []
    lines += [f"{count} left out: {reason}" for reason, count in result.left_out.items()]
    heads = ["", *(name[:9] for name in result.classes), "other", "unread"]
    lines.append(table([[name, *row] for name, row in zip(result.classes, result.confusion, strict=True)], heads))
    heads = ["", "precision", "recall", "F1", "samples"]
    per_class = [[one.name, *_figures(one.precision, one.recall, one.f1), one.support] for one in result.per_class]
    lines.append(table(per_class, heads))
    if result.aus is not None:
        aus = result.aus
        per_au = [[one.name, *_figures(one.precision, one.recall, one.f1), one.support] for one in aus.per_au]
        for mean in ("macro", "micro"):
            found = getattr(aus, mean)
            per_au.append([mean, *_figures(found.precision, found.recall, found.f1), aus.samples])
        lines.append(table([*per_au, ["sample-wise", "", "", *_figures(aus.samplewise), aus.samples]], heads))
    if result.grounding is not None:
        found = result.grounding
        share = f"{found.true:.1%} of those" if found.true is not None else "none of those"
        lines.append(
            f"explanations: {found.confirmed} statements confirmed, {found.contradicted} contradicted ({share} true); "
            f"{found.not_measurable} not measurable, {found.not_read} not read"
        )
    for groups in result.groups:
        shown = [groups.mean] if groups.by == "fold" else [*groups.parts, groups.mean]
        rows = [[one.name, *_figures(one.acc, one.uf1, one.uar), one.samples] for one in shown]
        lines.append(table(rows, [f"by {groups.by}", "ACC", "UF1", "UAR", "samples"]))
    return lines


def _figures(*values: float) -> list[str]:
    return [f"{value:.4f}" for value in values]
