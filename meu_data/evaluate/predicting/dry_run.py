"""What a run of predictions would ask, how often and at what price, with its first request; nothing is sent."""

from pathlib import Path
from typing import Unpack

from pydantic import Field

from meu_data.choices import Images, Kind, Recipe
from meu_data.drafting.money.dry_run import DryRun, priced
from meu_data.drafting.requests.preview import Preview, shown
from meu_data.drafting.requests.spec import RequestSettings
from meu_data.drafting.requests.worklist import Worklist
from meu_data.evaluate.predicting.asking import CallOptions, again, asking_settings
from meu_data.evaluate.predicting.questions import QuestionWorklist, read_questions
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
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    only: str | None = None,
    **options: Unpack[CallOptions],
) -> PredictPlan:
    """Counts and prices what `predict` with these arguments would send; needs no key and no network.

    Raises:
        MeuError: There is no such sample or protocol, no price for the model, or a picture is gone.
        MissingExtraError: genai-prices is not installed.
    """
    protocol = find_class_set(classes) if classes is not None else None
    settings = asking_settings(llm, options, images=images, recipe=recipe, kind=kind)
    limit = options.get("limit")
    work = PredictionWorklist(workspace, settings, protocol, only=only, limit=limit, **again(options))
    return _plan(workspace, settings, work, options)


def plan_answers(
    workspace: Workspace, questions: Path, llm: str, *, pictures: Path | None = None, **options: Unpack[CallOptions]
) -> PredictPlan:
    """Counts and prices what `answer_questions` with these arguments would send, as `plan_predictions`.

    Raises:
        MeuError: A row is no question, a picture is missing, or there is no price for the model.
        MissingExtraError: genai-prices is not installed.
    """
    settings = asking_settings(llm, options)
    folder, limit = pictures or questions.parent, options.get("limit")
    asked = read_questions(questions, folder, workspace, settings.resolved(workspace), limit)
    return _plan(
        workspace, settings, QuestionWorklist(workspace, settings, questions, asked, **again(options)), options
    )


def _plan(workspace: Workspace, settings: RequestSettings, work: Worklist, options: CallOptions) -> PredictPlan:
    counted = priced(workspace, settings, work, on_unknown=options.get("on_unknown", "hold"))
    first = next(iter(work), None) if counted.to_send else None
    return PredictPlan(
        **counted.model_dump(), request=shown(workspace, first.sample, first.spec) if first is not None else None
    )
