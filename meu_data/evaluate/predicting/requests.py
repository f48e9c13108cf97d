"""What a model is asked for a prediction, and what its answer is worth.

A request holds pictures, the classes and the same words for all: no label, no measurement, no name of a sample, clip,
person or file. Its sample id is made from the pictures, so the same pictures make the same request.
"""

import hashlib
import json
from functools import cache
from typing import Any

from pydantic import ValidationError

from meu_data.choices import Images, Language
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerOutcome, complaint, outcome_of, plain_schema, read_json
from meu_data.drafting.requests.prompts import direction_legend, template
from meu_data.drafting.requests.spec import RequestPicture, RequestSpec, ResolvedSettings
from meu_data.records import Record


class ModelPrediction(Record):
    """The answer's form; `sample_id` is the pictures', not the sample's."""

    sample_id: str
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
    return RequestSpec(
        sample_id=name,
        provider=settings.provider,
        model=settings.model,
        facts="none",
        lang=settings.lang,
        system=_system(settings.images, emotions, settings.lang),
        text=template("predict_user", settings.lang).render(sample_id=name),
        pictures=pictures,
        response_schema=prediction_schema(emotions),
        temperature=settings.temperature,
        seed=settings.seed,
        thinking=settings.thinking,
        media_resolution=settings.media_resolution,
        max_output_tokens=settings.max_output_tokens,
        tier=settings.tier,
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
    data, repaired = read_json(text)
    try:
        found = ModelPrediction.model_validate_json(json.dumps(data))
    except ValidationError as error:
        return AnswerOutcome("invalid", complaint(error)), None
    except (ValueError, RecursionError):
        return AnswerOutcome("invalid", "the answer was nested too deeply"), None
    emotions = spec.response_schema["properties"]["emotion"]["enum"]
    if found.sample_id != spec.sample_id:
        return AnswerOutcome("invalid", f"the answer was about {found.sample_id!r}, not {spec.sample_id!r}"), None
    if found.emotion not in emotions:
        return AnswerOutcome("invalid", f"the emotion {found.emotion!r} is none of {', '.join(emotions)}"), None
    return AnswerOutcome("done", repaired=repaired), found
