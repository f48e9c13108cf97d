"""Commands that score predictions and compare the scores."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from meu_data.commands.options import (
    BudgetOption,
    ClassesOption,
    ConcurrencyOption,
    DryRunOption,
    EnqueuedTokensOption,
    ImagesOption,
    JsonOption,
    KindOption,
    LangOption,
    LimitOption,
    MediaResolutionOption,
    ModeOption,
    OnlyOption,
    OnUnknownOption,
    RecipeOption,
    RetryFailedOption,
    RpmOption,
    SeedOption,
    ServiceModelOption,
    TemperatureOption,
    ThinkingOption,
    WaitOption,
    WorkspaceOption,
    offered,
)
from meu_data.commands.shared import batch_lines, command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from meu_data.evaluate.comparison import Comparison
    from meu_data.evaluate.predicting.asking import CallOptions, SampleOptions
    from meu_data.evaluate.predicting.stage import PredictSummary
    from meu_data.evaluate.result import ClassScore, EvaluationResult

TableForm = Literal["text", "csv", "markdown", "latex"]


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
    megc: Annotated[
        bool, typer.Option("--megc", help="Answers to MEGC's questions: classes, units, BLEU, ROUGE-1.")
    ] = False,
    recipe: RecipeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scores predictions: ACC, UF1, UAR, action units, explanations."""
    from meu_data import evaluate as run
    from meu_data.evaluate.megc import evaluate_megc

    if megc:
        if classes is not None or split is not None:
            raise typer.BadParameter("--classes and --split are not for --megc: the questions say what is asked")
        answers = evaluate_megc(predictions, gold, name=name, out=out)
        finish(answers, _lines(answers), as_json)
        return
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
    heads = ["", *(name[:4] for name in result.classes), "other", "unread"]
    lines.append(table([[name, *row] for name, row in zip(result.classes, result.confusion, strict=True)], heads))
    heads = ["", "precision", "recall", "F1", "samples"]
    lines.append(_class_table(result.per_class, ""))
    if result.aus is not None:
        aus = result.aus
        per_au = [[one.name, *_figures(one.precision, one.recall, one.f1), one.support] for one in aus.per_au]
        for mean in ("macro", "micro"):
            found = getattr(aus, mean)
            per_au.append([mean, *_figures(found.precision, found.recall, found.f1), aus.samples])
        lines.append(table([*per_au, ["sample-wise", "", "", *_figures(aus.samplewise), aus.samples]], heads))
        if aus.unlabelled:
            said_only = ", ".join(f"{name} {count}x" for name, count in aus.unlabelled.items())
            lines.append(f"labelled nowhere, and wrong in micro and sample-wise: {said_only}")
    if result.questions:
        asked = [[one.kind, *_figures(one.acc, one.uf1, one.uar), one.unread, one.answers] for one in result.questions]
        lines.append(table(asked, ["question", "ACC", "UF1", "UAR", "unread", "asked"]))
    if result.counts:
        counted = [[one.kind, *_figures(one.acc, one.mae, one.rmse), one.unread, one.answers] for one in result.counts]
        lines.append(table(counted, ["how many", "ACC", "MAE", "RMSE", "unread", "asked"]))
    if result.texts is not None:
        said = result.texts
        lines.append(
            f"texts of {said.answers} answers: BLEU {said.bleu:.4f}, ROUGE-1 {said.rouge1:.4f} (as null-xy); "
            f"sentence BLEU {said.sentence_bleu:.4f}, ROUGE-1 recall {said.rouge1_recall:.4f} (as Humphrey-0125)"
        )
    if result.grounding is not None:
        found = result.grounding
        share = f"{found.true:.1%} of those" if found.true is not None else "none of those"
        lines.append(
            f"explanations: {found.confirmed} statements confirmed, {found.contradicted} contradicted ({share} true); "
            f"{found.not_measurable} not measurable, {found.not_read} not read"
        )
    if result.ungrounded:
        lines.append(
            f"{result.ungrounded} explanations are not held against motion, which {result.gold} does not have: name a "
            "workspace rendered by that --recipe, or an export of style unifer-rlvr, actfer-rl or mellm2"
        )
    for groups in result.groups:
        shown = [groups.mean] if groups.by == "fold" else [*groups.parts, groups.mean]
        rows = [[one.name, *_figures(one.acc, one.uf1, one.uar), one.samples] for one in shown]
        lines.append(table(rows, [f"by {groups.by}", "ACC", "UF1", "UAR", "samples"]))
        if len(shown) <= _MOST_CLASS_TABLES:
            lines += [_class_table(one.per_class, one.name) for one in groups.parts if one.per_class]
    return lines


# The sets of a benchmark have a table each; of the many folds of an evaluation the classes are in the result alone.
_MOST_CLASS_TABLES = 9


def _class_table(found: "Sequence[ClassScore]", head: str) -> "Table":
    """Every class, and their mean, in which each counts alike."""
    from meu_data.console import table

    figures = [(one.precision, one.recall, one.f1) for one in found]
    rows = [[one.name, *_figures(*three), one.support] for one, three in zip(found, figures, strict=True)]
    means = [sum(column) / len(found) for column in zip(*figures, strict=True)]
    mean = ["macro", *_figures(*means), sum(one.support for one in found)]
    return table([*rows, mean], [head, "precision", "recall", "F1", "samples"])


def _figures(*values: float) -> list[str]:
    return [f"{value:.4f}" for value in values]


@command("Evaluation", "meu-data predict --llm offline --classes dfme7 --out said.jsonl")
def predict(
    out: Annotated[
        Path | None, typer.Option(help="File of predictions to write, JSON lines.", show_default=False)
    ] = None,
    llm: Annotated[
        str,
        typer.Option(
            help="Who predicts: {providers}; or offline, a rule from measured motion and FACS, free.",
            autocompletion=offered("providers", "offline"),
        ),
    ] = "offline",
    model: ServiceModelOption = None,
    classes: ClassesOption = None,
    images: ImagesOption = "map",
    questions: Annotated[
        Path | None,
        typer.Option(help="Answer these instead: FERBench, MEGC's test file, an export's rows.", show_default=False),
    ] = None,
    pictures: Annotated[Path | None, typer.Option(help="Folder of their pictures.", show_default="the file's")] = None,
    lang: LangOption = None,
    recipe: RecipeOption = None,
    kind: KindOption = "micro",
    mode: ModeOption = "online",
    wait: WaitOption = False,
    enqueued_tokens: EnqueuedTokensOption = None,
    dry_run: DryRunOption = False,
    budget: BudgetOption = None,
    on_unknown: OnUnknownOption = "hold",
    retry_failed: RetryFailedOption = False,
    concurrency: ConcurrencyOption = 16,
    rpm: RpmOption = None,
    media_resolution: MediaResolutionOption = "medium",
    thinking: ThinkingOption = None,
    temperature: TemperatureOption = 0.0,
    seed: SeedOption = 7,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Has a model, or a rule, predict the emotion of every rendered sample."""
    from meu_data import predict as run
    from meu_data.drafting.batch.stage import BatchOptions
    from meu_data.drafting.money.dry_run import dry_run_lines
    from meu_data.drafting.requests.preview import preview_lines
    from meu_data.evaluate.predicting.dry_run import plan_answers, plan_predictions
    from meu_data.evaluate.predicting.stage import answer_questions

    if pictures is not None and questions is None:
        raise typer.BadParameter("--pictures is for --questions")
    if questions is not None and (classes is not None or only is not None):
        raise typer.BadParameter("--classes and --only are not for --questions: the file says what is asked")
    if dry_run and llm == "offline":
        raise typer.BadParameter("--dry-run is for a model; the rule of offline is free")
    if llm == "offline" and (mode != "online" or wait or budget is not None or images != "map"):
        raise typer.BadParameter("--mode, --wait, --budget and --images are for a model: name one with --llm")
    if out is None and not dry_run:
        raise typer.BadParameter("name the file to write with --out, such as --out said.jsonl")
    about: SampleOptions = {"classes": classes, "images": images, "recipe": recipe, "kind": kind, "only": only}
    options: CallOptions = {
        "model": model,
        "lang": lang,
        "media_resolution": media_resolution,
        "thinking": thinking,
        "temperature": temperature,
        "seed": seed,
        "on_unknown": on_unknown,
        "retry_failed": retry_failed,
        "limit": limit,
        "mode": mode,
        "budget_usd": budget,
        "wait": wait,
        "batch": BatchOptions(enqueued_tokens=enqueued_tokens),
        "concurrency": concurrency,
        "rpm": rpm,
        "progress": shown_progress(),
    }
    if out is None or dry_run:
        with open_workspace(workspace, create=questions is not None) as opened:
            plan = (
                plan_answers(opened, questions, llm, pictures=pictures, **options)
                if questions is not None
                else plan_predictions(opened, llm, **about, **options)
            )
        lines = dry_run_lines(plan, "samples" if questions is None else "questions")
        finish(plan, lines + (preview_lines(plan.request) if plan.request else []), as_json)
        return
    with open_workspace(workspace, create=questions is not None) as opened:
        summary = (
            answer_questions(opened, questions, out, llm, pictures=pictures, **options)
            if questions is not None
            else run(opened, out, llm, **about, **options)
        )
    _finish_predict(summary, out, as_json)


def _finish_predict(summary: "PredictSummary", out: Path, as_json: bool) -> None:
    from meu_data.drafting.batch.stage import BatchSummary

    run = summary.run
    unusable = summary.unanswered
    lines = [f"{summary.answered} of {summary.samples} predicted by {summary.predictor}"]
    if summary.out is not None:
        lines[0] += f", in {summary.out}"
    else:
        lines.append(f"{out} is written when all is answered; {summary.submitted} are with a batch job")
    if isinstance(run, BatchSummary):
        lines += batch_lines(run)
        if run.jobs_open and summary.out is None:
            # What is not sent yet is sent by the next run: that is the ordinary course.
            unusable = run.held + run.unreadable + run.blocked + run.failed + run.problems
    elif run is not None:
        lines.append(f"{run.calls} calls, ${run.usd:.4f}")
        lines += [f"{count}x {reason}" for reason, count in run.reasons.items()]
        lines += [f"stopped early: {run.stopped}"] if run.stopped else []
    lines += [f"{summary.waiting} without a map: run `meu-data render`"] if summary.waiting else []
    finish(summary, lines, as_json, unusable, "the same command asks again; see --retry-failed, --on-unknown")


@command("Evaluation", "meu-data scores rule.json gemini.json --published dfme-testa")
def scores(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT...", help="Files that `evaluate --out` wrote.")],
    published: Annotated[
        str | None,
        typer.Option(
            metavar="SET",
            help="Beside figures of papers: dfme-testa, dfme-testb, casme2, casme3, ferbench.",
            show_default="by class set",
        ),
    ] = None,
    form: Annotated[TableForm, typer.Option("--as", help="Form of the table.")] = "text",
    as_json: JsonOption = False,
) -> None:
    """Compares results, with tests on the samples that they share."""
    from meu_data import scores as run
    from meu_data.evaluate.tables import table_in

    found = run(results, published)
    finish(found, _comparison_lines(found) if form == "text" else [table_in(found, form).rstrip("\n")], as_json)


def _comparison_lines(found: "Comparison") -> "list[str | Table]":
    from meu_data.console import table
    from meu_data.evaluate.tables import figures_of

    ours = [row for row in found.rows if row.source is None]
    heads = ["", "samples", "ACC", "UF1", "UAR", "AU F1"]
    lines: list[str | Table] = [table([figures_of(row)[:-1] for row in ours], heads)]
    if found.published is not None:
        theirs = [row for row in found.rows if row.source is not None]
        lines.append(f"published, {found.published} ({theirs[0].source}):")
        lines.append(table([figures_of(row)[:-1] for row in theirs], heads))
    for pair in found.pairs:
        lines.append(f"{pair.second} against {pair.first}:")
        if pair.mcnemar_p is not None:
            only = f"{pair.only_second} right by it alone, {pair.only_first} by the other alone"
            lines.append(f"  ACC: McNemar p {pair.mcnemar_p:.4f} ({only})")
        for name, one in (("UF1", pair.uf1), ("UAR", pair.uar)):
            if one is not None:
                low, high = one.interval
                lines.append(f"  {name}: {one.value:+.4f} (95 % by subject: {low:+.4f} to {high:+.4f}), p {one.p:.4f}")
        lines += [f"  no test: {pair.why_not}"] if pair.why_not else []
    return lines
