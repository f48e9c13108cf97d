"""Every trainer learns the answers of its exports and nothing else, and sees their pictures where they belong."""

import json
import math
import re

import pytest

from meu_data.export.styles import STYLES
from tests.trainers.conftest import CLIPS, ENDINGS, SUBJECTS, has_recipe

pytestmark = pytest.mark.trainers

CASES = [
    (trainer, style)
    for trainer in ENDINGS
    for style in STYLES
    if has_recipe(style, trainer) and STYLES[style].trains != "reward"
]
END = "<|im_end|>\n"
# Four patches of a picture are one token for Qwen2.5-VL.
PATCHES_OF_A_TOKEN = 4
CALL = re.compile(r"<think>(.*?)</think>\s*<tool_call>\n(.*)\n</tool_call>", re.DOTALL)


@pytest.fixture(params=CASES, ids=" ".join)
def case(request, told, exported):
    """What a trainer made of a style, and the canonical rows of the style."""
    trainer, style = request.param
    made = told(trainer)[style]
    assert "failed" not in made, made["failed"]
    return made, exported(style, "hf").rows()


def test_there_is_something_to_compare_with(exported):
    assert len(exported("unifer-cot", "hf").rows()) == SUBJECTS * CLIPS / 2


def test_each_row_of_the_training_split_is_read_once(case):
    made, rows = case
    assert len(made["rows"]) == len(rows) > 0


def test_exactly_the_answer_is_learned(case):
    made, rows = case
    for got, row in zip(made["rows"], rows, strict=True):
        if "messages" in row:
            (learned,) = got["learned"]
            assert [_taken_apart(text) for text in learned] == [*_spoken(row["messages"])]
        else:
            assert got["learned"] == [[answer + END] for answer in _answers(row)]


def test_the_question_stands_behind_its_pictures(case):
    made, rows = case
    for got, row in zip(made["rows"], rows, strict=True):
        shown = len(row.get("images", ()))
        assert got["text"].count("<|vision_start|>") == shown
        assert "<image>" not in got["text"]
        question = row["messages"][0]["content"][-1]["text"] if "messages" in row else row["question"]
        before, found, _ = got["text"].partition(question)
        assert found
        assert before.endswith("<|vision_end|>" if shown else "<|im_start|>user\n")


def test_each_picture_gets_the_tokens_of_its_size(case):
    made, rows = case
    for got, row in zip(made["rows"], rows, strict=True):
        sides = len(got["learned"])
        assert len(got["patches"]) == len(row.get("images", ())) * sides
        assert got["text"].count("<|image_pad|>") * PATCHES_OF_A_TOKEN * sides == sum(got["patches"])


def test_the_models_loss_is_a_number(case):
    made, _ = case
    assert made["losses"]
    assert all(map(math.isfinite, made["losses"]))


ANSWERED = [name for name, style in STYLES.items() if style.trains in ("answer", "preference") and style.recipe is None]


@pytest.mark.parametrize("style", ANSWERED)
def test_all_trainers_make_the_same_text_of_a_row(told, style):
    texts = {
        trainer: [re.sub(r"(<\|image_pad\|>)+", "<|image_pad|>", row["text"]) for row in told(trainer)[style]["rows"]]
        for trainer in ENDINGS
    }
    assert texts["llamafactory"] == texts["trl"]
    assert texts["ms-swift"] == texts["trl"]


def _answers(row):
    if "chosen" in row:
        return [row["chosen"], row["rejected"]]
    return [row["response"] if "response" in row else row["answer"]]


def _spoken(messages):
    """What the assistant says, turn by turn: its text, and the tool it calls with what arguments."""
    for message in messages:
        if message["role"] == "assistant":
            (text,) = message["content"]
            calls = [
                {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
                for call in message["tool_calls"] or ()
            ]
            yield text["text"], calls


def _taken_apart(learned):
    """The same of a text that was learned; where a call stands beside the thought differs between trainers."""
    assert learned.endswith(END)
    text = learned.removesuffix(END)
    if called := CALL.fullmatch(text):
        return f"<think>{called[1].strip()}</think>", [json.loads(called[2])]
    return text, []
