"""TRL trains on every style by the recipe that stands beside it, and hands our rewards what they need."""

import math

import pytest

from meu_data.export.styles import STYLES
from tests.trainers.conftest import has_recipe

pytestmark = pytest.mark.trainers

REWARDS = ("accuracy", "format", "au_f1", "grounded")


# What is trained with tools stands in test_ucgrpo.py.
WITHOUT_TOOLS = [style for style in STYLES if has_recipe(style, "trl") and not STYLES[style].inspected]


@pytest.mark.parametrize("style", WITHOUT_TOOLS)
def test_two_steps_are_trained(told, style):
    made = told("trl")[style]
    assert "failed" not in made, made["failed"]
    assert made["steps"] == 2
    assert len(made["losses"]) == 2


def test_each_reward_is_logged_at_each_step(told):
    steps = [entry for entry in told("trl")["unifer-rlvr"]["log"] if "reward" in entry]
    assert len(steps) == 2
    for step in steps:
        means = [step[f"rewards/{name}/mean"] for name in REWARDS]
        assert all(map(math.isfinite, means))
        assert step["reward"] == pytest.approx(sum(means), abs=1e-5)
        # The model writes noise: no row's label, form or action units.
        assert means[:3] == [0, 0, -1]


def test_the_right_answer_gets_the_full_rewards_by_the_columns_of_its_row(told, exported):
    right = told("trl")["unifer-rlvr"]["right"]
    rows = exported("unifer-rlvr", "hf").rows()
    assert tuple(right) == REWARDS
    for name in ("accuracy", "format", "au_f1"):
        assert right[name] == [1.0] * len(rows)
    # Nothing is said of any region, and every clip moves.
    assert right["grounded"] == [-0.5] * len(rows)


def test_ms_swift_asks_the_question_and_hands_the_solution_to_its_rewards(told, exported):
    made = told("ms-swift")["unifer-rlvr"]
    assert "failed" not in made, made["failed"]
    rows = exported("unifer-rlvr", "hf").rows()
    for got, row in zip(made["rows"], rows, strict=True):
        assert got["text"].endswith(f"<|vision_end|>{row['problem']}<|im_end|>\n<|im_start|>assistant\n")
        assert got["text"].count("<|vision_start|>") == len(got["patches"]) == 1
        assert got["columns"]["solution"] == row["solution"]
        assert got["columns"]["aus"] == row["aus"]
