"""Judging an answer's text is total and bounded: no text ends a run or holds it up."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import read_answer
from tests.drafting import odd_answers
from tests.drafting.online.samples import SMILE_CLAIMS, SMILE_TEXT, good_answer, plain_answer

ID = "dfme/s1/c000001/1-5"


def verdict(text):
    return read_answer(ID, Reply(text=text, finish_reason="STOP", usage=Usage(), raw="{}"))


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
