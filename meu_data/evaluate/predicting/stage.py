"""The stage that predicts: by a model, paid for like drafts, or by the rule; the answers become one file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict, Unpack

from meu_data.choices import Images, Kind, Language, MediaResolution, OnUnknown, Recipe, Thinking
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.stage import OnlineSummary, draft_online
from meu_data.drafting.requests.results import stored_answer
from meu_data.drafting.requests.spec import RequestSettings, request_settings
from meu_data.errors import MeuError
from meu_data.evaluate.predicting.questions import QuestionWorklist, answered_row, read_question_answer, read_questions
from meu_data.evaluate.predicting.requests import ModelPrediction, read_prediction
from meu_data.evaluate.predicting.rule import Ruled, predict_by_rule
from meu_data.evaluate.predicting.worklist import PredictionWorklist, emotions_for
from meu_data.face.class_sets import ClassSet, find_class_set
from meu_data.face.emotions import EMOTIONS
from meu_data.progress import SILENT, Progress
from meu_data.records import Record, Sample
from meu_data.store.damage import on_a_sound_ledger, set_aside_damaged
from meu_data.store.files import whole_file
from meu_data.store.workspace import Workspace


class AskingOptions(TypedDict, total=False):
    """How a model is asked; None, or left out, is the default of `ModelOptions`, and of the temperature 0."""

    model: str | None
    media_resolution: MediaResolution | None
    thinking: Thinking | None
    temperature: float | None
    seed: int | None
    max_output_tokens: int | None


def steady(options: AskingOptions) -> AskingOptions:
    """The options with temperature 0 where none is said: a prediction is to be the same when it is asked for again."""
    return {"temperature": 0.0, **options}


class PredictSummary(Record):
    """What was predicted: answered + unanswered + waiting = samples. `run` has the calls; None without a model."""

    out: str
    predictor: str
    samples: int
    answered: int
    unanswered: int
    waiting: int
    run: OnlineSummary | None = None


@on_a_sound_ledger
def predict(
    workspace: Workspace,
    out: Path,
    llm: str = "offline",
    *,
    classes: str | None = None,
    images: Images = "map",
    lang: Language | None = None,
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    budget_usd: float | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    concurrency: int = 16,
    rpm: int | None = None,
    only: str | None = None,
    limit: int | None = None,
    pacing: Pacing | None = None,
    progress: Progress = SILENT,
    **options: Unpack[AskingOptions],
) -> PredictSummary:
    """Predicts the emotion and the action units of the rendered samples, and writes a file for `evaluate`.

    A model is asked without a label, a measurement or a name; its answers stay in the ledger, so that a rerun asks
    only where there is none yet. `offline` is the rule of `predicting.rule`.

    Args:
        workspace: An open workspace.
        out: JSON lines: `id`, `prediction` (`emotion` and `aus`), `text`, and who predicted how; `error` instead of the
            first where there is no usable answer, which `evaluate` counts as wrong. It appears whole or not at all.
        llm: `offline`, or a provider.
        classes: The protocol whose classes may be said; the corpus's labels when None.
        images: What a model sees.
        lang: In which language it is asked; the workspace's when None.
        recipe: Whose maps; the workspace's when None.
        kind: Which expressions; `only` asks for one whatever its kind.
        budget_usd: What all calls of the workspace may cost, drafts and earlier runs included; None for no limit.
        on_unknown: What to do with calls that were maybe billed.
        retry_failed: Ask again where there was no usable answer.
        concurrency: The most calls under way at once.
        rpm: The most calls in a minute.
        only: Just the sample of this id.
        limit: At most so many rendered samples, by id.
        pacing: Delays and limits; the service's when None.
        progress: Told of every sample.
        options: How the model is asked, see `AskingOptions`.

    Raises:
        MeuError: There is no such sample or protocol, no key, no price, another run is under way, or the service takes
            no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    protocol = find_class_set(classes) if classes is not None else None
    if llm == "offline":
        return _by_rule(workspace, out, protocol, recipe, kind, only, limit, progress)
    set_aside_damaged(workspace.ledger)  # before anything is paid for
    settings = request_settings(llm, lang=lang, recipe=recipe, kind=kind, images=images, **steady(options))

    def work(opened: Workspace, chosen: RequestSettings) -> PredictionWorklist:
        return PredictionWorklist(
            opened, chosen, protocol, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed
        )

    run = draft_online(
        workspace,
        settings,
        budget_usd=budget_usd,
        concurrency=concurrency,
        rpm=rpm,
        on_unknown=on_unknown,
        pacing=pacing,
        progress=progress,
        list_work=work,
    )
    shared = {"predictor": settings.model, "images": images, "classes": classes}
    listed = work(workspace, settings)
    asked = [
        (one.sample, one.spec, stored_answer(workspace.ledger, one.spec, read_prediction)) for one in listed.asked()
    ]
    answered = sum(found is not None for _, _, found in asked)
    _write(out, (_line(sample, found, shared | {"request": spec.key}) for sample, spec, found in asked))
    return PredictSummary(
        out=str(out),
        predictor=settings.model,
        samples=listed.samples,
        answered=answered,
        unanswered=len(asked) - answered,
        waiting=listed.samples - len(asked),
        run=run,
    )


@on_a_sound_ledger
def answer_questions(
    workspace: Workspace,
    questions: Path,
    out: Path,
    llm: str,
    *,
    pictures: Path | None = None,
    lang: Language | None = None,
    budget_usd: float | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    concurrency: int = 16,
    rpm: int | None = None,
    limit: int | None = None,
    pacing: Pacing | None = None,
    progress: Progress = SILENT,
    **options: Unpack[AskingOptions],
) -> PredictSummary:
    """Has a model answer a file of questions about pictures of its own, and writes the answers in the file's form.

    Calls stand in the workspace's ledger, as those of `predict`; the pictures are copied below its `maps/questions`.

    Args:
        workspace: An open workspace, which need not hold samples.
        questions: FERBench's list, MEGC's blank test file, or rows of an export.
        out: A JSON list where its name ends in `.json`, else JSON lines. FERBench's rows get `model_response`, MEGC's
            `answer`, others are `id` and `response`. It appears whole or not at all.
        llm: A provider.
        pictures: The folder that the rows' paths are below; that of the file when None.
        lang: In which language the form of the answer is explained; the workspace's when None.
        budget_usd: As for `predict`, and so are the following.
        on_unknown: What to do with calls that were maybe billed.
        retry_failed: Ask again where there was no usable answer.
        concurrency: The most calls under way at once.
        rpm: The most calls in a minute.
        limit: At most so many rows, from the first.
        pacing: Delays and limits; the service's when None.
        progress: Told of every question.
        options: How the model is asked.

    Raises:
        MeuError: A row is no question, a picture is missing, or as for `predict`.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    if llm == "offline":
        raise MeuError("--llm offline is a rule about measured samples; name a model for --questions")
    set_aside_damaged(workspace.ledger)
    settings = request_settings(llm, lang=lang, **steady(options))

    asked = read_questions(questions, pictures or questions.parent, workspace, settings.resolved(workspace), limit)

    def work(opened: Workspace, chosen: RequestSettings) -> QuestionWorklist:
        return QuestionWorklist(opened, chosen, questions, asked, on_unknown=on_unknown, retry_failed=retry_failed)

    run = draft_online(
        workspace,
        settings,
        budget_usd=budget_usd,
        concurrency=concurrency,
        rpm=rpm,
        on_unknown=on_unknown,
        pacing=pacing,
        progress=progress,
        list_work=work,
    )
    answers = [(one, stored_answer(workspace.ledger, one.spec, read_question_answer)) for one in asked]
    answered = sum(answer is not None for _, answer in answers)
    _write(out, (answered_row(question, answer) for question, answer in answers))
    return PredictSummary(
        out=str(out),
        predictor=settings.model,
        samples=len(answers),
        answered=answered,
        unanswered=len(answers) - answered,
        waiting=0,
        run=run,
    )


def _by_rule(
    workspace: Workspace,
    out: Path,
    protocol: ClassSet | None,
    recipe: Recipe | None,
    kind: Kind,
    only: str | None,
    limit: int | None,
    progress: Progress,
) -> PredictSummary:
    samples = workspace.ledger.count_samples(only=only, limit=limit, kind=kind)
    if only is not None and not samples:
        raise MeuError(f"there is no sample {only!r} in {workspace.root}")
    wanted = recipe or workspace.settings.recipe
    shared = {"predictor": "offline", "classes": protocol.name if protocol else None}
    lines = []
    progress.start("predict", samples)
    try:
        for sample, motion in workspace.ledger.samples_with_motion(wanted, only=only, limit=limit, kind=kind):
            ruled = predict_by_rule(motion, _fine(sample, protocol))
            lines.append(_line(sample, ruled, shared))
            progress.advance()
    finally:
        progress.finish()
    _write(out, iter(lines))
    return PredictSummary(
        out=str(out),
        predictor="offline",
        samples=samples,
        answered=len(lines),
        unanswered=0,
        waiting=samples - len(lines),
    )


def _fine(sample: Sample, protocol: ClassSet | None) -> tuple[str, ...]:
    """The emotions that lead to a class; the table of evidence knows no coarse ones."""
    if protocol is None:
        return emotions_for(sample, None)
    mapping = protocol.corpora.get(sample.corpus, protocol.of)
    return tuple(emotion for emotion in EMOTIONS if emotion in mapping)


def _line(sample: Sample, found: ModelPrediction | Ruled | None, shared: dict[str, Any]) -> dict[str, Any]:
    if found is None:
        return {"id": sample.id, "prediction": None, "error": "no usable answer", **shared}
    said = {"emotion": found.emotion, "aus": list(found.aus)}
    return {"id": sample.id, "prediction": said, "text": found.explanation, **shared}


def _write(out: Path, rows: Iterator[dict[str, Any]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    with whole_file(out) as stream:
        if out.suffix.lower() == ".json":
            stream.write(f"[{','.join(chr(10) + line for line in lines)}\n]\n".encode())
        else:
            stream.write("".join(f"{line}\n" for line in lines).encode())
