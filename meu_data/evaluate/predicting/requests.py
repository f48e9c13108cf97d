"""What a model is asked for a prediction, and what its answer is worth.

A request holds pictures, the classes and the same words for all: no label, no measurement, no name of a sample, clip,
person or file. Its sample id is made from the pictures, so the same pictures make the same request.
"""

import hashlib
from functools import cache
from typing import Any

from meu_data.choices import Images, Language
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerForm, AnswerOutcome, outcome_of, plain_schema, read_form
from meu_data.drafting.requests.prompts import direction_legend, template
from meu_data.drafting.requests.spec import (
    RequestPicture,
    RequestSpec,
    ResolvedSettings,
    request_spec,
)


class ModelPrediction(AnswerForm):
    """The answer's form; `sample_id` is the pictures', not the sample's."""

    explanation: str
    aus: tuple[str, ...]
    emotion: str


@cache
def prediction_schema(emotions: tuple[str, ...]) -> dict[str, Any]:
    """The JSON Schema of the answer, within what the services take; the emotion is one of these."""
    schema: dict[str, Any] = plain_schema(ModelPrediction.model_json_schema(), {})
    schema["properties"]["emotion"]["enum"] = list(emotions)
    return schema


def prediction_spec(
    pictures: tuple[RequestPicture, ...], emotions: tuple[str, ...], settings: ResolvedSettings
) -> RequestSpec:
    """The request that asks for one prediction.

    Args:
        pictures: Of the sample, as `settings.images` has them.
        emotions: The classes to choose from.
        settings: Who is asked, and how.
    """
    name = f"clip-{hashlib.sha256('+'.join(one.sha256 for one in pictures).encode()).hexdigest()[:16]}"
    return request_spec(
        settings,
        sample_id=name,
        facts=settings.facts,
        system=_system(settings.images, emotions, settings.lang),
        text=template("predict_user", settings.lang).render(sample_id=name),
        pictures=pictures,
        response_schema=prediction_schema(emotions),
    )


@cache
def _system(images: Images, emotions: tuple[str, ...], lang: Language) -> str:
    return template("predict_system", lang).render(images=images, emotions=emotions, legend=direction_legend(lang))


def judge_prediction(spec: RequestSpec, reply: Reply) -> AnswerOutcome:
    """What an answer is worth; `read_prediction` then reads one that is done."""
    return outcome_of(reply, lambda text: _read(spec, text)[0])


def read_prediction(spec: RequestSpec, reply: Reply) -> ModelPrediction | None:
    """Reads an answer; None when it is no prediction."""
    return _read(spec, reply.text)[1] if judge_prediction(spec, reply).state == "done" else None


def _read(spec: RequestSpec, text: str) -> tuple[AnswerOutcome, ModelPrediction | None]:
    outcome, found = read_form(ModelPrediction, spec.sample_id, text)
    emotions = spec.response_schema["properties"]["emotion"]["enum"]
    if found is not None and found.emotion not in emotions:
        return AnswerOutcome("invalid", f"the emotion {found.emotion!r} is none of {', '.join(emotions)}"), None
    return outcome, found
