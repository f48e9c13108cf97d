"""Judging an answer's text is total and bounded: no text ends a run or holds it up."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import read_answer, response_schema
from meu_data.drafting.requests.spec import RequestSpec
from tests.drafting import odd_answers
from tests.drafting.online.samples import CHINESE, SMILE_CLAIMS, SMILE_TEXT, good_answer, plain_answer

ID = "dfme/s1/c000001/1-5"


def asked(lang="en", **schema):
    """A request about the sample; what it gives of labels is in `schema`."""
    return RequestSpec(
        sample_id=ID,
        provider="gemini",
        model="m",
        lang=lang,
        system="",
        text="",
        pictures=(),
        response_schema=response_schema(**schema),
        temperature=1.0,
        seed=7,
        thinking=None,
        media_resolution="medium",
        max_output_tokens=100,
    )


def verdict(text, **more):
    return read_answer(asked(**more), Reply(text=text, finish_reason="STOP", usage=Usage(), raw="{}"))


@given(st.text(st.characters(), max_size=200) | st.text('{}[]"\\:,0123456789eE.-ntf ', max_size=300))
def test_any_text_has_a_verdict(text):
    assert verdict(text).state == "invalid"


HOPELESS = {
    **odd_answers.TEXTS,
    "braces and letters": "{" * 1000 + "a" * 30_000,
    "braces and quotes": "{" * 1000 + '"' * 30_000,
    "open strings": '[{"a":"' * 5_000,
    "escapes": "\\" * 100_000,
    "very long": "a " * 1_000_000,
}


@pytest.mark.parametrize("text", HOPELESS.values(), ids=HOPELESS)
def test_a_hopeless_text_is_unusable(text):
    assert verdict(text).state == "invalid"


def test_a_hopeless_text_is_not_worked_at_for_ever():
    """The system ends a process that works longer; unbounded, 64 kB of open braces alone take hours."""
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
        "from tests.drafting.requests.test_answers import HOPELESS, verdict\n"
        "for text in HOPELESS.values():\n"
        "    verdict(text)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "slip", [lambda text: text[:-1] + ",}", lambda text: f"```json\n{text}\n```", lambda text: text[:-1]]
)
def test_an_answer_as_long_as_answers_get_is_still_repaired(slip):
    statement = {"text": "The corners of the mouth move up. " * 20, "claims": SMILE_CLAIMS * 4}
    found = verdict(slip(good_answer(ID, motion_analysis=[statement] * 6)))
    assert (found.state, found.repaired) == ("done", True)


TWO = [
    {"text": " The corners of the mouth rise.\n", "claims": SMILE_CLAIMS},
    {"text": "The right one goes further.", "claims": SMILE_CLAIMS[1:]},
    {"text": "Nothing else moves.", "claims": []},
]


def test_the_text_is_the_statements_joined_and_the_claims_are_theirs():
    annotation = verdict(good_answer(ID, motion_analysis=TWO)).annotation
    assert (
        annotation.motion_analysis == "The corners of the mouth rise. The right one goes further. Nothing else moves."
    )
    assert [claim.model_dump() for claim in annotation.claims] == SMILE_CLAIMS
    assert [len(statement.claims) for statement in annotation.linked] == [2, 1, 0]


def test_a_stored_answer_of_the_form_before_still_counts():
    found = verdict(plain_answer(ID))
    assert (found.state, found.annotation.statements) == ("done", ())
    assert found.annotation.motion_analysis == SMILE_TEXT
    assert [claim.model_dump() for claim in found.annotation.claims] == SMILE_CLAIMS


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ([], "motion_analysis"),
        (SMILE_TEXT, "motion_analysis"),
        ([SMILE_TEXT], "motion_analysis.0"),
        ([{"text": " ", "claims": []}], "motion_analysis.0.text"),
        ([{"text": SMILE_TEXT, "claims": [SMILE_CLAIMS[0] | {"direction": "north"}]}], "claims.0.direction"),
        ([{"text": SMILE_TEXT, "claims": [SMILE_CLAIMS[0] | {"region": "left_ear"}]}], "left_ear"),
    ],
    ids=["no statement", "a text without claims", "bare sentences", "blank", "no direction", "no region"],
)
def test_what_is_wrong_with_a_statement_is_said(told, place):
    found = verdict(good_answer(ID, motion_analysis=told))
    assert (found.state, place in found.reason) == ("invalid", True)


@pytest.mark.parametrize(
    ("changes", "lang", "reason"),
    [
        ({}, "en", None),
        (CHINESE, "zh", None),
        (CHINESE, "en", "motion_analysis is not written in English"),
        ({}, "zh", "motion_analysis is not written in Chinese"),
        ({"conclusion": CHINESE["conclusion"]}, "en", "conclusion is not written in English"),
        (CHINESE | {"expression_inference": "AU12 is typical of joy."}, "zh", "expression_inference is not written"),
        ({"conclusion": "Happiness (高兴), with AU12 (lip corner puller)."}, "en", None),
        (CHINESE | {"conclusion": "高兴（happiness），AU12（lip corner puller）可见于两侧嘴角。"}, "zh", None),
        ({"emotion": "高兴"}, "en", "the emotion is happiness, as it was given, and not '高兴'"),
        ({"emotion": "surprise"}, "en", "and not 'surprise'"),
        ({"emotion": "none"}, "en", "and not 'none'"),
        ({"aus": []}, "en", "`aus` is empty"),
        ({"aus": ["AU6", "AU12"]}, "en", "AU6 is none of the action units that were given (AU12)"),
        ({"aus": ["LAU12"]}, "en", None),
        ({"aus": ["smile"]}, "en", "smile is none of"),
    ],
)
def test_an_answer_keeps_to_the_labels_and_the_language(changes, lang, reason):
    found = verdict(good_answer(ID, **changes), lang=lang, aus=("AU12",), emotion="happiness", certain=True)
    assert (found.state == "done") == (reason is None)
    assert reason is None or reason in found.reason


def test_where_no_labels_are_given_none_are_missed():
    for changes in ({}, {"emotion": "none"}, {"emotion": "fear", "aus": []}, {"aus": ["AU1", "AU2"]}):
        assert verdict(good_answer(ID, **changes)).state == "done"
    assert verdict(good_answer(ID, emotion="joy")).state == "invalid"


def test_where_nothing_is_labelled_nothing_may_be_named():
    assert verdict(good_answer(ID, aus=[], emotion="none"), aus=(), emotion="none").state == "done"
    assert verdict(good_answer(ID, emotion="none"), aus=(), emotion="none").state == "invalid"
