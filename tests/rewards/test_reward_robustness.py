"""No text and no column breaks a reward, none takes more than linear time, and importing them costs little."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meu_data import rewards
from meu_data.face.regions import OCTANTS, REGIONS
from tests.rewards.conftest import ALL, COLUMNS, claim, one, texts, think, values

PAIR = [claim("left_mouth_corner", "up-left"), claim("right_mouth_corner", "up-right")]


@settings(max_examples=300)
@given(st.lists(st.one_of(texts, values), max_size=4), st.dictionaries(st.sampled_from(COLUMNS), values))
def test_no_text_and_no_column_raises(completions, columns):
    for reward in ALL:
        found = reward(completions, **columns)
        assert len(found) == len(completions)
        assert all(isinstance(value, float) and -1 <= value <= 1 for value in found)


@given(texts, values, values)
def test_verl_entry_never_raises(text, ground_truth, extra):
    assert 0 <= rewards.compute_score("x", text, ground_truth, extra) <= 1
    assert (
        0
        <= rewards.compute_score("x", text, "fear", {"aus": ground_truth, "claims": extra, "motion": ground_truth})
        <= 1
    )


@given(texts, st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(OCTANTS)), max_size=6))
def test_grounded_never_exceeds_region(text, moving):
    claims = [claim(name, way) for name, way in dict(moving).items()]
    whole = think(text=text)
    assert one(rewards.grounded, whole, claims=claims) <= one(rewards.region, whole, claims=claims)


HUGE_LENGTH = 200_000


def filled(pattern: str, size: int = HUGE_LENGTH) -> str:
    return (pattern * (size // len(pattern) + 1))[:size]


HUGE = {
    "thoughts never ended": filled("<think>"),
    "answers never ended": filled("<answer>"),
    "ends of thought": "<think>" + filled("</think>"),
    "turns to an answer": "<think>" + filled("</think><answer>") + "x",
    "turns with blanks": "<think>" + filled("</think>" + " " * 50) + "</answer>",
    "blanks before the answer": "<think></think>" + " " * HUGE_LENGTH + "</answer>",
    "open brackets": "<think>" + filled("AU1(") + "</think>",
    "a long number": "<think>AU" + "1" * HUGE_LENGTH + "</think>",
    "a long list of parts": "<think>"
    + filled("chin, ", HUGE_LENGTH // 4)
    + filled("red, ", HUGE_LENGTH // 4)
    + "</think>",
    "parts in one piece": "<think>"
    + filled("chin ", HUGE_LENGTH // 2)
    + filled("up red ", HUGE_LENGTH // 2)
    + "</think>",
    "half phrases": "<think>" + filled("corner of the ") + "</think>",
    "dotted number": "<think>" + filled("1.") + "</think>",
    "hyphens": "<think>" + filled("a-") + "</think>",
    "one Chinese sign": "<think>" + filled("向") + "</think>",
    "one Chinese sentence": "<think>" + filled("两侧嘴角向外上方移动，") + "</think>",
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_text_is_read_in_one_pass(text):
    # A quadratic step would take many minutes here, not a second.
    for reward in ALL:
        assert len(reward([text], solution=["fear"], aus=[["AU1"]], claims=[PAIR])) == 1


def test_import_is_light():
    code = "import sys, meu_data.rewards; print(*sorted({'numpy', 'pydantic', 'cv2', 'pyarrow'} & sys.modules.keys()))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


def test_columns_may_be_arrays():
    numpy: Any = pytest.importorskip("numpy")
    row = numpy.empty(1, dtype=object)
    row[0] = numpy.array([claim("chin", "up")], dtype=object)
    text = think(text="The chin rises. AU17.")
    assert rewards.grounded([text], claims=row) == [1.0]
    assert rewards.au_f1([text], aus=numpy.array([["AU17"]])) == [1.0]
