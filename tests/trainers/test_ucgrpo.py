"""UC-GRPO takes two real steps with real tool calls: TRL's loop and parser, our environment, rewards and trainer."""

import json
import math

import pytest

from meu_data.environments.tools import tools_json

pytestmark = pytest.mark.trainers

CALL = '<tool_call>\n{"name": "zoom", "arguments": {"bbox": [0, 0, 64, 64]}}\n</tool_call>'


@pytest.fixture
def steps(inspected):
    assert "failed" not in inspected, inspected["failed"]
    return inspected


def test_two_steps_have_gradients_that_are_not_zero(steps):
    assert steps["steps"] == 2
    norms = [entry["grad_norm"] for entry in steps["log"] if "grad_norm" in entry]
    assert len(norms) == 2
    assert all(math.isfinite(norm) and norm > 0 for norm in norms)
    assert steps["moved"] > 0


def test_the_tools_are_called_in_turn_and_zoom_only_where_it_may_be(steps):
    for batch in steps["batches"]:
        # Four answers to a query: two may zoom.
        for place, tools in enumerate(batch["tools"]):
            assert tools == ["detect_face", "align_face"] + ["zoom"] * (place % 4 < 2)
    calls = [entry["tools/call_frequency"] for entry in steps["log"] if "tools/call_frequency" in entry]
    assert calls == pytest.approx([2.5, 2.5])


def test_credit_is_on_the_tokens_of_zooms_that_were_answered_and_nowhere_else(steps):
    for batch in steps["batches"]:
        assert len(batch["shape"]) == 2
        for place, texts in enumerate(batch["credited"]):
            # The first of the two that may zoom asks for a region that is none.
            assert texts == ([CALL] if place % 4 == 1 else [])
            assert len(batch["credit"][place]) == (place % 4 == 1)


def test_the_utility_is_the_difference_of_the_halves_and_becomes_credit(steps):
    mean = {}
    for batch in steps["batches"]:
        for query, utility in enumerate(batch["utilities"]):
            rewards = batch["rewards"][4 * query : 4 * query + 4]
            # Each of the two that may zoom does, once, at a price of 0.02.
            assert utility == pytest.approx(
                (rewards[0] + rewards[1]) / 2 - 0.02 - (rewards[2] + rewards[3]) / 2, abs=1e-6
            )
            emotion = batch["emotions"][4 * query]
            mean[emotion] = 0.9 * mean[emotion] + 0.1 * utility if emotion in mean else utility
            (credit,) = batch["credit"][4 * query + 1]
            assert credit == pytest.approx(0.5 * (0.5 * utility + 0.5 * mean[emotion]), abs=1e-6)
    assert steps["mean"] == pytest.approx(mean)


def test_trl_parts_the_thought_from_the_answer_and_the_rewards_read_both(steps):
    assert set(steps["parted"]) == {"AU12"}
    assert max(max(batch["rewards"]) for batch in steps["batches"]) > 0.3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_trl_tells_the_model_of_the_tools_in_the_words_of_the_conversations(steps, lang):
    ours = {tool["function"]["name"]: tool["function"] for tool in json.loads(tools_json(lang))}
    for name, offered in ((f"zoom {lang}", set(ours)), (f"no zoom {lang}", set(ours) - {"zoom"})):
        theirs = {tool["function"]["name"]: tool["function"] for tool in steps["schemas"][name]}
        assert set(theirs) == offered
        for tool, function in theirs.items():
            wanted = ours[tool]
            assert function["description"] == wanted["description"]
            assert function["parameters"].get("required", []) == wanted["parameters"]["required"]
            for argument, schema in wanted["parameters"]["properties"].items():
                told = function["parameters"]["properties"][argument]
                # A signature tells no least and no most.
                for key in ("type", "description", "enum", "items"):
                    assert told.get(key) == schema.get(key), (tool, argument, key)
