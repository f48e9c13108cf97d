"""Whether what goes to Label Studio, or comes from it, makes sense: the server itself accepts almost anything.

Label Studio 1.23 takes unknown choices, unknown fields, wrong types, two values of a single choice, empty values and
scores beyond 1 without a word; its own validation, where it is switched on, still takes the doubled and the empty ones.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from meu_data.errors import MeuError, MissingExtraError
from meu_data.review.screen.fields import (
    AUS,
    EMOTION,
    FIELDS,
    KINDS,
    MAX_RATING,
    STAGES,
    TO_NAME,
    VALUE_KEYS,
    Answers,
    ScreenField,
)

if TYPE_CHECKING:
    from label_studio_sdk.label_interface.interface import LabelInterface


class Screen:
    """A labelling config that Label Studio's own parser has accepted; checks predictions against it."""

    def __init__(self, config: str, answers: Answers) -> None:
        """Parses and validates a config.

        Raises:
            MeuError: It is no sound config, or it lacks something.
            MissingExtraError: label-studio-sdk is not installed.
        """
        self._interface = _interface(config)
        self._answers = answers
        for field in (AUS, EMOTION):
            offered = set(self._interface.get_control(field).labels)  # type: ignore[no-untyped-call]
            if missing := [code for code in answers.of(field) if code not in offered]:
                raise MeuError(f"the labelling config does not offer {', '.join(missing)} for {field}")

    def faults(self, prediction: Mapping[str, Any]) -> list[str]:
        """What is wrong with a prediction, by our rules and by those of Label Studio; empty when it may be sent."""
        own = prediction_faults(prediction, self._answers)
        # The SDK's check expects the shapes that ours has made sure of.
        return own or list(self._interface.validate_prediction(dict(prediction), return_errors=True))  # type: ignore[no-untyped-call]


def prediction_faults(prediction: Mapping[str, Any], answers: Answers) -> list[str]:
    """What is wrong with a prediction.

    Returns:
        One line a fault; empty when it is sound. It must name its model, have a score from 0 to 1 and all three texts;
        AUs and emotion may be missing, since a draft may have none that the screen offers.
    """
    faults = [f"{name!r} is no part of a prediction" for name in sorted(set(prediction) - _PARTS)]
    model, score = prediction.get("model_version"), prediction.get("score")
    if not isinstance(model, str) or not model.strip():
        faults.append("the prediction has no model version")
    if not _is_number(score) or not 0 <= score <= 1:
        faults.append(f"the score {score!r} is not between 0 and 1")
    results = prediction.get("result")
    found = result_faults(results, answers)
    return [*faults, *found, *([] if found else _missing(results, STAGES))]


def annotation_faults(results: object, answers: Answers) -> list[str]:
    """What is wrong with the results of an annotation that came back.

    Returns:
        One line a fault; empty when it is sound. Emotion and texts have to be there.
    """
    return result_faults(results, answers) or _missing(results, (EMOTION, *STAGES))


def result_faults(results: object, answers: Answers) -> list[str]:
    """What is wrong with a list of results, each taken by itself, and as a list.

    Args:
        results: As Label Studio has them: `id`, `from_name`, `to_name`, `type`, `value`.
        answers: What may be ticked.
    """
    if not isinstance(results, Sequence) or isinstance(results, str) or not results:
        return ["there are no results"]
    faults: list[str] = []
    ids: set[str] = set()
    names: set[str] = set()
    for number, result in enumerate(results, start=1):
        if not isinstance(result, Mapping):
            faults.append(f"result {number} is no object")
            continue
        name, identifier = result.get("from_name"), result.get("id")
        label = name if isinstance(name, str) and name in FIELDS else f"result {number}"
        faults += [f"{label}: {fault}" for fault in _faults(result, answers)]
        if label == name and name in names:
            faults.append(f"{name}: stands there twice")
        if isinstance(identifier, str) and identifier in ids:
            faults.append(f"{label}: its id {identifier!r} stands there twice")
        ids.add(str(identifier))
        names.add(label)
    return faults


_PARTS = frozenset({"model_version", "score", "result"})


def _faults(result: Mapping[str, Any], answers: Answers) -> Iterator[str]:
    name, value = result.get("from_name"), result.get("value")
    identifier = result.get("id")
    if not isinstance(identifier, str) or not identifier:
        yield "it has no id"
    field = next((field for field in FIELDS if field == name), None)
    if field is None:
        yield f"the screen has no field {name!r}"
        return
    if result.get("to_name") != TO_NAME:
        yield f"it is about {result.get('to_name')!r}, not about {TO_NAME!r}"
    kind = KINDS[field]
    if result.get("type") != kind:
        yield f"its type is {result.get('type')!r}, not {kind!r}"
        return
    key = VALUE_KEYS[kind]
    if not isinstance(value, Mapping) or set(value) != {key}:
        keys = sorted(map(str, value)) if isinstance(value, Mapping) else value
        yield f"its value holds {keys!r}, not {key!r}"
    elif kind == "choices":
        yield from _choice_faults(field, value[key], answers)
    elif kind == "textarea":
        yield from _text_faults(value[key])
    elif not _is_number(value[key]) or value[key] not in range(1, MAX_RATING + 1):
        yield f"{value[key]!r} is no rating from 1 to {MAX_RATING}"


def _choice_faults(field: ScreenField, ticked: object, answers: Answers) -> Iterator[str]:
    if not isinstance(ticked, list):
        yield f"{ticked!r} is no list of choices"
        return
    if not ticked:
        yield "nothing is ticked"
    if field != AUS and len(ticked) > 1:
        yield f"{len(ticked)} values are ticked where one is allowed"
    if len(ticked) != len({str(code) for code in ticked}):
        yield "a value is ticked twice"
    allowed = answers.of(field)
    yield from (f"{code!r} is not on the list" for code in ticked if code not in allowed)


def _text_faults(texts: object) -> Iterator[str]:
    if not isinstance(texts, list):
        yield f"{type(texts).__name__} where a list of one text is expected"
    elif len(texts) != 1:
        yield f"{len(texts)} texts where one is expected"
    elif not isinstance(texts[0], str) or not texts[0].strip():
        yield "the text is empty"


def _missing(results: object, wanted: Sequence[ScreenField]) -> list[str]:
    there = {result["from_name"] for result in results} if isinstance(results, Sequence) else set()
    return [f"{field}: it is missing" for field in wanted if field not in there]


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _interface(config: str) -> "LabelInterface":
    try:
        from label_studio_sdk.label_interface.interface import LabelInterface
    except ImportError as error:
        raise MissingExtraError(
            f"Label Studio's client is missing ({error.name}): pip install 'meu-data[labelstudio]'"
        ) from error
    try:
        interface = LabelInterface(config)
        interface.validate()  # type: ignore[no-untyped-call]
    except Exception as error:  # the SDK raises bare exceptions, and those of its XML parsers
        raise MeuError(f"Label Studio would not take the labelling config: {error}") from error
    names = {control.name for control in interface.controls or ()}
    missing = [field for field in FIELDS if field not in names]
    if missing:
        raise MeuError(f"the labelling config lacks the fields {', '.join(missing)}")
    return interface
