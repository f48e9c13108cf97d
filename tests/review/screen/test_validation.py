"""Nothing that a server would accept without a word, and that makes no sense, gets past the local check."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.review.screen.fields import FIELDS, Answers
from meu_data.review.screen.labelling_config import labelling_config
from meu_data.review.screen.tasks import prediction
from meu_data.review.screen.validation import Screen, annotation_faults, prediction_faults, result_faults
from tests.review.shown import ANSWERS, a_draft, a_grounding, a_motion

Change = Callable[[dict[str, Any]], object]
AUS, EMOTION, TEXT = 0, 1, 2


def sound() -> dict[str, Any]:
    return prediction(a_draft(), a_motion(), a_grounding(), ANSWERS)


def changed(change: Change) -> dict[str, Any]:
    made = copy.deepcopy(sound())
    change(made)
    return made


def set_value(number: int, value: object) -> Change:
    return lambda made: made["result"][number].update(value=value)


def set_part(number: int, **parts: object) -> Change:
    return lambda made: made["result"][number].update(parts)


def add(result: object) -> Change:
    return lambda made: made["result"].append(result)


def rating(value: object) -> dict[str, object]:
    return {"id": "q", "from_name": "quality", "to_name": "motion", "type": "rating", "value": {"rating": value}}


# By what is wrong: the change that makes it so, and what has to be said.
NONSENSE: dict[str, tuple[Change, str]] = {
    "unknown AU": (set_value(AUS, {"choices": ["AU99"]}), "aus: 'AU99' is not on the list"),
    "AU of another side": (set_value(AUS, {"choices": ["LAU6"]}), "aus: 'LAU6' is not on the list"),
    "AU that is no text": (set_value(AUS, {"choices": [12]}), "aus: 12 is not on the list"),
    "AU twice": (set_value(AUS, {"choices": ["AU6", "AU6"]}), "aus: a value is ticked twice"),
    "unknown emotion": (set_value(EMOTION, {"choices": ["rage"]}), "emotion: 'rage' is not on the list"),
    "word of the screen for a code": (set_value(EMOTION, {"choices": ["恐惧"]}), "emotion: '恐惧' is not on the list"),
    "two emotions": (
        set_value(EMOTION, {"choices": ["fear", "happiness"]}),
        "emotion: 2 values are ticked where one is allowed",
    ),
    "empty choices": (set_value(AUS, {"choices": []}), "aus: nothing is ticked"),
    "choices no list": (set_value(EMOTION, {"choices": "fear"}), "emotion: 'fear' is no list of choices"),
    "unknown field": (set_part(AUS, from_name="aux"), "result 1: the screen has no field 'aux'"),
    "field no text": (set_part(AUS, from_name=["aus"]), "result 1: the screen has no field ['aus']"),
    "field missing": (lambda made: made["result"][AUS].pop("from_name"), "result 1: the screen has no field None"),
    "other picture": (set_part(AUS, to_name="onset"), "aus: it is about 'onset', not about 'motion'"),
    "wrong type": (set_part(AUS, type="labels"), "aus: its type is 'labels', not 'choices'"),
    "type of another field": (set_part(TEXT, type="choices"), "motion_analysis: its type is 'choices', not 'textarea'"),
    "text no list": (
        set_value(TEXT, {"text": "They smile."}),
        "motion_analysis: str where a list of one text is expected",
    ),
    "text under a wrong key": (
        set_value(TEXT, {"texts": ["x"]}),
        "motion_analysis: its value holds ['texts'], not 'text'",
    ),
    "two texts": (set_value(TEXT, {"text": ["a", "b"]}), "motion_analysis: 2 texts where one is expected"),
    "no text": (set_value(TEXT, {"text": []}), "motion_analysis: 0 texts where one is expected"),
    "empty text": (set_value(TEXT, {"text": [""]}), "motion_analysis: the text is empty"),
    "blank text": (set_value(TEXT, {"text": [" \n\t"]}), "motion_analysis: the text is empty"),
    "text that is none": (set_value(TEXT, {"text": [7]}), "motion_analysis: the text is empty"),
    "value with more in it": (
        set_value(EMOTION, {"choices": ["fear"], "text": ["x"]}),
        "emotion: its value holds ['choices', 'text'], not 'choices'",
    ),
    "value no object": (set_value(EMOTION, ["fear"]), "emotion: its value holds ['fear'], not 'choices'"),
    "value missing": (
        lambda made: made["result"][EMOTION].pop("value"),
        "emotion: its value holds None, not 'choices'",
    ),
    "rating beyond": (add(rating(9)), "quality: 9 is no rating from 1 to 5"),
    "rating below": (add(rating(0)), "quality: 0 is no rating from 1 to 5"),
    "half a star": (add(rating(2.5)), "quality: 2.5 is no rating from 1 to 5"),
    "rating no number": (add(rating("3")), "quality: '3' is no rating from 1 to 5"),
    "rating true": (add(rating(True)), "quality: True is no rating from 1 to 5"),
    "id missing": (lambda made: made["result"][AUS].pop("id"), "aus: it has no id"),
    "id empty": (set_part(AUS, id=""), "aus: it has no id"),
    "id twice": (set_part(AUS, id="emotion"), "emotion: its id 'emotion' stands there twice"),
    "field twice": (
        lambda made: made["result"].append({**made["result"][EMOTION], "id": "other"}),
        "emotion: stands there twice",
    ),
    "result no object": (add("fear"), "result 7 is no object"),
    "no results": (lambda made: made.update(result=[]), "there are no results"),
    "results no list": (lambda made: made.update(result="aus"), "there are no results"),
    "results missing": (lambda made: made.pop("result"), "there are no results"),
}
OF_PREDICTIONS: dict[str, tuple[Change, str]] = {
    "score above 1": (lambda made: made.update(score=1.5), "the score 1.5 is not between 0 and 1"),
    "score below 0": (lambda made: made.update(score=-0.1), "the score -0.1 is not between 0 and 1"),
    "score no number": (lambda made: made.update(score="0.5"), "the score '0.5' is not between 0 and 1"),
    "score nan": (lambda made: made.update(score=float("nan")), "the score nan is not between 0 and 1"),
    "score missing": (lambda made: made.pop("score"), "the score None is not between 0 and 1"),
    "model missing": (lambda made: made.pop("model_version"), "the prediction has no model version"),
    "model empty": (lambda made: made.update(model_version=" "), "the prediction has no model version"),
    "a part more": (lambda made: made.update(task=1), "'task' is no part of a prediction"),
    "stage missing": (lambda made: made["result"].pop(TEXT), "motion_analysis: it is missing"),
}


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen(labelling_config(ANSWERS, "zh"), ANSWERS)


def table(cases: dict[str, tuple[Change, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("change", "said"), cases.values(), ids=cases.keys())


@table(NONSENSE | OF_PREDICTIONS)
def test_nonsense_in_a_prediction_is_named(change: Change, said: str, screen: Screen) -> None:
    assert said in prediction_faults(changed(change), ANSWERS)
    assert said in screen.faults(changed(change))


@table(NONSENSE)
def test_nonsense_in_an_annotation_is_named(change: Change, said: str) -> None:
    assert said in annotation_faults(changed(change).get("result"), ANSWERS)


def test_a_sound_prediction_passes_ours_and_label_studios_check(screen: Screen) -> None:
    assert prediction_faults(sound(), ANSWERS) == []
    assert screen.faults(sound()) == []


def test_what_label_studio_adds_to_a_result_is_no_fault() -> None:
    added = {"origin": "prediction-changed", "meta": {"lead_time": 3.2}, "readonly": False}
    results = [{**result, **added} for result in sound()["result"]]
    assert annotation_faults([*results, rating(4)], ANSWERS) == []


@pytest.mark.parametrize("missing", ["emotion", "motion_analysis", "expression_inference", "conclusion"])
def test_an_annotation_without_it_is_at_fault(missing: str) -> None:
    results = [result for result in sound()["result"] if result["from_name"] != missing]
    assert annotation_faults(results, ANSWERS) == [f"{missing}: it is missing"]


def test_an_annotation_without_aus_is_sound() -> None:
    assert annotation_faults(sound()["result"][1:], ANSWERS) == []


def test_all_faults_are_told_at_once() -> None:
    def spoil(made: dict[str, Any]) -> None:
        made.update(score=2)
        set_value(AUS, {"choices": ["AU98", "AU99"]})(made)

    assert prediction_faults(changed(spoil), ANSWERS) == [
        "the score 2 is not between 0 and 1",
        "aus: 'AU98' is not on the list",
        "aus: 'AU99' is not on the list",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(FIELDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "from_name", "to_name", "type", "value", "choices", "text"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_comes_back_is_told_and_not_raised(results: Any) -> None:
    assert all(isinstance(fault, str) for fault in result_faults(results, ANSWERS))
    assert annotation_faults(results, ANSWERS)


class TestScreen:
    @pytest.mark.parametrize(
        ("config", "said"),
        [
            ("<View>", "would not take the labelling config"),
            ("", "would not take the labelling config"),
            ("<View><Image name='motion' value='$motion'/></View>", "labelling config"),
        ],
        ids=["broken XML", "nothing", "no fields"],
    )
    def test_a_config_that_is_none_is_refused(self, config: str, said: str) -> None:
        with pytest.raises(MeuError, match=said):
            Screen(config, ANSWERS)

    def test_a_config_with_a_field_less_is_refused(self) -> None:
        config = labelling_config(ANSWERS, "en").replace('name="comment"', 'name="remark"')
        with pytest.raises(MeuError, match="lacks the fields comment"):
            Screen(config, ANSWERS)

    def test_a_config_that_lacks_a_choice_is_refused(self) -> None:
        with pytest.raises(MeuError, match="does not offer sadness for emotion"):
            Screen(labelling_config(ANSWERS, "en"), Answers(aus=ANSWERS.aus, emotions=("fear", "sadness")))
