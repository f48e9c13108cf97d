"""The stage that predicts: by a model, paid for like drafts, or by the rule; the answers become one file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Unpack

from meu_data.choices import Images, Kind, Recipe
from meu_data.drafting.batch.stage import BatchSummary
from meu_data.drafting.online.stage import OnlineSummary
from meu_data.drafting.requests.results import stored_answer
from meu_data.drafting.requests.spec import RequestSettings
from meu_data.errors import MeuError
from meu_data.evaluate.predicting.asking import CallOptions, again, ask, asking_settings
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
from meu_data.store.ledger import Ledger
from meu_data.store.requests import find_request
from meu_data.store.workspace import Workspace


class PredictSummary(Record):
    """What was predicted: answered + unanswered + submitted + waiting = samples.

    `submitted`: with a batch job. `out` is null, and no file is written, while batches have still to send or to bring
    some: it would count that as wrong. `run` has the calls; None without a model.
    """

    out: str | None
    predictor: str
    samples: int
    answered: int
    unanswered: int
    submitted: int
    waiting: int
    run: OnlineSummary | BatchSummary | None = None


@on_a_sound_ledger
def predict(
    workspace: Workspace,
    out: Path,
    llm: str = "offline",
    *,
    classes: str | None = None,
    images: Images = "map",
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    only: str | None = None,
    **options: Unpack[CallOptions],
) -> PredictSummary:
    """Predicts the emotion and the action units of the rendered samples, and writes a file for `evaluate`.

    A model is asked without a label, a measurement or a name; its answers stay in the ledger, so that a rerun asks
    only where there is none yet. `offline` is the rule of `predicting.rule`.

    Args:
        workspace: An open workspace.
        out: JSON lines: `id`, `prediction` (`emotion` and `aus`), `text`, and who predicted how; `error` instead of the
            first where there is no usable answer, which `evaluate` counts as wrong. It appears whole or not at all, and
            not while batches have still to send or to bring some of it.
        llm: `offline`, or a provider.
        classes: The protocol whose classes may be said; the corpus's labels when None.
        images: What a model sees.
        recipe: Whose maps; the workspace's when None.
        kind: Which expressions; `only` asks for one whatever its kind.
        only: Just the sample of this id.
        options: How the model is asked, see `CallOptions`; for the rule `limit` and `progress` count.

    Raises:
        MeuError: There is no such sample or protocol, no key, no price, another run is under way, or the service takes
            no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    protocol = find_class_set(classes) if classes is not None else None
    limit = options.get("limit")
    if llm == "offline":
        return _by_rule(workspace, out, protocol, recipe, kind, only, limit, options.get("progress", SILENT))
    set_aside_damaged(workspace.ledger)  # before anything is paid for
    settings = asking_settings(llm, options, images=images, recipe=recipe, kind=kind)

    def work(opened: Workspace, chosen: RequestSettings) -> PredictionWorklist:
        return PredictionWorklist(opened, chosen, protocol, only=only, limit=limit, **again(options))

    run = ask(workspace, settings, work, options)
    shared = {"predictor": settings.model, "images": images, "classes": classes}
    listed = work(workspace, settings)
    asked = [
        (one.sample, one.spec.key, stored_answer(workspace.ledger, one.spec, read_prediction)) for one in listed.asked()
    ]
    return _written(
        out,
        (_line(sample, found, shared | {"request": key}) for sample, key, found in asked),
        run,
        predictor=settings.model,
        samples=listed.samples,
        asked=len(asked),
        answered=sum(found is not None for _, _, found in asked),
        submitted=_submitted(workspace.ledger, (key for _, key, found in asked if found is None)),
    )


@on_a_sound_ledger
def answer_questions(
    workspace: Workspace,
    questions: Path,
    out: Path,
    llm: str,
    *,
    pictures: Path | None = None,
    **options: Unpack[CallOptions],
) -> PredictSummary:
    """Has a model answer a file of questions about pictures of its own, and writes the answers in the file's form.

    Calls stand in the workspace's ledger, as those of `predict`; the pictures are copied below its `maps/questions`.

    Args:
        workspace: An open workspace, which need not hold samples.
        questions: FERBench's list, MEGC's blank test file, or rows of an export.
        out: A JSON list where its name ends in `.json`, else JSON lines. FERBench's rows get `model_response`, MEGC's
            `answer`, others are `id` and `response`. It appears as that of `predict`.
        llm: A provider.
        pictures: The folder that the rows' paths are below; that of the file when None.
        options: How the model is asked, as for `predict`.

    Raises:
        MeuError: A row is no question, a picture is missing, or as for `predict`.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    if llm == "offline":
        raise MeuError("--llm offline is a rule about measured samples; name a model for --questions")
    set_aside_damaged(workspace.ledger)
    settings = asking_settings(llm, options)
    folder, limit = pictures or questions.parent, options.get("limit")
    asked = read_questions(questions, folder, workspace, settings.resolved(workspace), limit)

    def work(opened: Workspace, chosen: RequestSettings) -> QuestionWorklist:
        return QuestionWorklist(opened, chosen, questions, asked, **again(options))

    run = ask(workspace, settings, work, options)
    answers = [(one, stored_answer(workspace.ledger, one.spec, read_question_answer)) for one in asked]
    return _written(
        out,
        (answered_row(question, answer) for question, answer in answers),
        run,
        predictor=settings.model,
        samples=len(answers),
        asked=len(answers),
        answered=sum(answer is not None for _, answer in answers),
        submitted=_submitted(workspace.ledger, (question.spec.key for question, answer in answers if answer is None)),
    )


def _submitted(ledger: Ledger, unanswered: Iterator[str]) -> int:
    """How many of these requests lie with a batch job."""
    found = (find_request(ledger, key) for key in unanswered)
    return sum(request is not None and request.state == "submitted" for request in found)


def _written(
    out: Path,
    rows: Iterator[dict[str, Any]],
    run: OnlineSummary | BatchSummary,
    *,
    predictor: str,
    samples: int,
    asked: int,
    answered: int,
    submitted: int,
) -> PredictSummary:
    """Writes the file of a model's answers once batches have sent and brought what they can."""
    whole = not submitted and not (isinstance(run, BatchSummary) and run.unsent)
    if whole:
        _write(out, rows)
    return PredictSummary(
        out=str(out) if whole else None,
        predictor=predictor,
        samples=samples,
        answered=answered,
        unanswered=asked - answered - submitted,
        submitted=submitted,
        waiting=samples - asked,
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
        raise MeuError(f"there is no sample {only!r} in {workspace.root}; `meu-data show` names some")
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
        submitted=0,
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
