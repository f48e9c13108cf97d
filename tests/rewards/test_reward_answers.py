"""Accuracy, format and AU F1 beside the published definitions, and the shapes a completion may have."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data import rewards
from tests.rewards.conftest import one, texts, think

# UniFER (grpo.py) as its note describes it: stripped, exact, the first pair of tags, else the whole text.


def unifer_accuracy(text: str, solution: str) -> float:
    def inside(whole: str) -> str:
        found = re.search(r"<answer>(.*?)</answer>", whole, re.DOTALL)
        return (found[1] if found else whole).strip()

    return 1.0 if inside(text) == inside(solution) else 0.0


def unifer_format(text: str) -> float:
    return 1.0 if re.fullmatch(r"<think>.*?</think>\s*<answer>.*?</answer>", text, re.DOTALL) else 0.0


def facial_r1(text: str, gold: list[str]) -> float:
    """Facial-R1's AU reward: precision and recall over sets of codes, tags in any case."""
    if not gold:
        return 0.0
    found = re.search(r"<think>(.*?)</think>", text, re.DOTALL | re.IGNORECASE)
    named = set(re.findall(r"AU\d+", found[1].upper())) if found else set()
    if not named:
        return -1.0
    both = len(named & set(gold))
    if both == 0:
        return -1.0
    precision, recall = both / len(named), both / len(set(gold))
    return 2 * (2 * precision * recall / (precision + recall)) - 1


@given(texts, texts)
def test_accuracy_is_unifers(text, solution):
    assert one(rewards.accuracy, text, solution=solution) == unifer_accuracy(text, solution)


@given(texts)
def test_format_is_unifers(text):
    assert one(rewards.format, text) == unifer_format(text)


@given(texts, st.lists(st.integers(1, 64).map(lambda number: f"AU{number}"), max_size=4))
def test_au_f1_is_facial_r1s(text, gold):
    assert one(rewards.au_f1, text, aus=gold) == pytest.approx(facial_r1(text, gold))
    assert one(rewards.au_f1, text, AUs=gold) == pytest.approx(facial_r1(text, gold))


@pytest.mark.parametrize(
    "line", (Path(__file__).parents[1] / "data" / "rewards_exact.jsonl").read_text("utf-8").splitlines()
)
def test_what_they_gave_they_give_to_the_last_bit(line):
    """Completions and rows of all shapes with the rewards that the code gave before ours stood beside it."""
    case = json.loads(line)
    for name in ("accuracy", "format", "au_f1"):
        assert one(getattr(rewards, name), case["completion"], **case["row"]) == case[name], name


def test_they_are_there_under_the_names_of_their_authors_too():
    assert rewards.unifer.accuracy is rewards.accuracy is rewards.facial_r1.accuracy
    assert rewards.unifer.format is rewards.format is rewards.facial_r1.format
    assert rewards.facial_r1.au_f1 is rewards.au_f1


@pytest.mark.parametrize(
    ("text", "solution", "expected"),
    [
        ("<think>x</think><answer>disgust</answer>", "disgust", 1),
        ("<think>x</think><answer> disgust\n</answer>", "<answer>disgust</answer>", 1),
        ("disgust ", "disgust", 1),
        ("<answer>Disgust</answer>", "disgust", 0),
        ("<answer>fear</answer><answer>disgust</answer>", "disgust", 0),
        ("<answer>disgust", "disgust", 0),
        ("", "disgust", 0),
    ],
)
def test_accuracy_table(text, solution, expected):
    assert one(rewards.accuracy, text, solution=solution) == expected


def test_the_label_is_taken_from_the_first_column_that_has_one():
    completions = ["<answer>fear</answer>"] * 3
    found = rewards.accuracy(
        completions, solution=["anger", None, None], answer=["fear", "fear", None], emotion=["fear"] * 3
    )
    assert found == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>a</think><answer>b</answer>", 1),
        ("<think></think>\n \n<answer></answer>", 1),
        ("<think>a</think> so <answer>b</answer>", 0),
        (" <think>a</think><answer>b</answer>", 0),
        ("<think>a</think><answer>b</answer>\n", 0),
        ("<think>a<answer>b</answer>", 0),
        ("<Think>a</Think><answer>b</answer>", 0),
        ("<think>a</think>x</think><answer>b</answer>c</answer>", 1),
        ("<think></answer>", 0),
    ],
)
def test_format_table(text, expected):
    assert one(rewards.format, text) == expected


@pytest.mark.parametrize(
    ("thoughts", "gold", "expected"),
    [
        ("AU6 and AU12", ["AU6", "AU12"], 1),
        ("au6, LAU12 (lip corner puller)", ["AU12", "AU6"], 1),
        ("AU6", ["AU6", "AU12"], 1 / 3),
        ("AU4", ["AU6"], -1),
        ("no motion", ["AU6"], -1),
        ("AU6", [], 0),
        ("AU6", "AU6+AU12", 1 / 3),
    ],
)
def test_au_f1_table(thoughts, gold, expected):
    assert one(rewards.au_f1, think(text=thoughts), aus=gold) == pytest.approx(expected)


MESSAGE = "<think>AU12</think><answer>fear</answer>"
BLOCKS = [{"type": "text", "text": MESSAGE[:9]}, {"type": "text", "text": MESSAGE[9:]}]
TURN, TOOL = {"role": "assistant", "content": MESSAGE}, {"role": "tool", "content": "x"}
# What TRL 1.16 hands over of a model with tools: thoughts apart, and a picture in the tool's answer.
PARTED = {"role": "assistant", "content": "\n\n<answer>fear</answer>", "reasoning_content": "AU12"}
CALLING = {
    "role": "assistant",
    "content": "",
    "reasoning_content": "AU4, I look closer.",
    "tool_calls": [{"type": "function", "function": {"name": "zoom", "arguments": {"region": "chin"}}}],
}
SHOWN = {
    "role": "tool",
    "name": "zoom",
    "content": [{"type": "image", "image": object()}, {"type": "text", "text": "{}"}],
}


@pytest.mark.parametrize(
    "completion",
    [
        MESSAGE,
        [TURN],
        TURN,
        [{"role": "assistant", "content": BLOCKS}],
        [{"role": "assistant", "content": "zoom"}, TOOL, TURN],
        [TURN, TOOL],
        [PARTED],
        [CALLING, SHOWN, CALLING, SHOWN, PARTED],
        [CALLING, SHOWN, TURN | {"reasoning_content": None}],
    ],
    ids=["plain", "one message", "bare message", "blocks", "last turn", "tool behind", "parted", "tools", "not parted"],
)
def test_completions_may_be_texts_or_messages(completion):
    assert one(rewards.format, completion) == 1
    assert one(rewards.accuracy, completion, solution="fear") == 1
    assert one(rewards.au_f1, completion, aus=["AU12"]) == 1
