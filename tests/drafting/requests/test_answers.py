"""Judging an answer's text is total and bounded: no text ends a run or holds it up."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import read_answer
from tests.drafting import odd_answers
from tests.drafting.online.samples import good_answer

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
    claims = json.loads(good_answer(ID))["claims"] * 20
    found = verdict(slip(good_answer(ID, claims=claims, motion_analysis="The corners of the mouth move up. " * 120)))
    assert (found.state, found.repaired) == ("done", True)
