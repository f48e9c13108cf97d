"""What a run of predictions would ask, how often and at what price, with its first request; nothing is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from pydantic import Field

from meu_data.choices import Images, Kind, Language, OnUnknown, Recipe
from meu_data.drafting.money.dry_run import DryRun, priced
from meu_data.drafting.requests.preview import Preview, shown
from meu_data.drafting.requests.spec import RequestSettings, request_settings
from meu_data.drafting.requests.worklist import Worklist
from meu_data.evaluate.predicting.questions import QuestionWorklist, read_questions
from meu_data.evaluate.predicting.stage import AskingOptions, steady
from meu_data.evaluate.predicting.worklist import PredictionWorklist
from meu_data.face.class_sets import find_class_set
from meu_data.store.workspace import Workspace


class PredictPlan(DryRun):
    """What would be sent, and what the first request says."""

    request: Preview | None = Field(description="null where nothing is to be sent")


def plan_predictions(
    workspace: Workspace,
    llm: str,
    *,
    classes: str | None = None,
    images: Images = "map",
    lang: Language | None = None,
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    only: str | None = None,
    limit: int | None = None,
    **options: Unpack[AskingOptions],
) -> PredictPlan:
    """Counts and prices what `predict` with these arguments would send; needs no key and no network.

    Raises:
        MeuError: There is no such sample or protocol, no price for the model, or a picture is gone.
        MissingExtraError: genai-prices is not installed.
    """
    protocol = find_class_set(classes) if classes is not None else None
    settings = request_settings(llm, lang=lang, recipe=recipe, kind=kind, images=images, **steady(options))

    def work() -> Worklist:
        return PredictionWorklist(
            workspace, settings, protocol, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed
        )

    return _plan(workspace, settings, work, on_unknown)


def plan_answers(
    workspace: Workspace,
    questions: Path,
    llm: str,
    *,
    pictures: Path | None = None,
    lang: Language | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    limit: int | None = None,
    **options: Unpack[AskingOptions],
) -> PredictPlan:
    """Counts and prices what `answer_questions` with these arguments would send, as `plan_predictions`.

    Raises:
        MeuError: A row is no question, a picture is missing, or there is no price for the model.
        MissingExtraError: genai-prices is not installed.
    """
    settings = request_settings(llm, lang=lang, **steady(options))
    asked = read_questions(questions, pictures or questions.parent, workspace, settings.resolved(workspace), limit)

    def work() -> Worklist:
        return QuestionWorklist(workspace, settings, questions, asked, on_unknown=on_unknown, retry_failed=retry_failed)

    return _plan(workspace, settings, work, on_unknown)


def _plan(
    workspace: Workspace, settings: RequestSettings, work: Callable[[], Worklist], on_unknown: OnUnknown
) -> PredictPlan:
    counted = priced(workspace, settings, work(), on_unknown=on_unknown)
    first = next(iter(work()), None) if counted.to_send else None
    return PredictPlan(
        **counted.model_dump(), request=shown(workspace, first.sample, first.spec) if first is not None else None
    )
