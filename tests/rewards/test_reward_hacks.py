"""What a model might learn to write instead of what it sees: each must earn less than honest text."""

import json
from pathlib import Path

import pytest

from benchmarks.rewards import falsified
from meu_data import rewards
from meu_data.face.regions import REGIONS
from tests.rewards.conftest import one

SMILE = {
    "left_mouth_corner": ("up-left", "strong"),
    "right_mouth_corner": ("up-right", "strong"),
    "left_cheekbone": ("up", "moderate"),
    "right_cheekbone": ("up", "moderate"),
    "left_nasolabial_fold": ("up-left", "slight"),
}
ROW = {
    "solution": "<answer>happiness</answer>",
    "aus": ["AU6", "AU12"],
    "motion": [
        {"region": name, "octant": SMILE.get(name, ("right", "none"))[0], "intensity": SMILE.get(name, ("", "none"))[1]}
        for name in REGIONS
    ],
}
HONEST_EN = (
    "Both mouth corners are drawn up and outward strongly, blue on the left and magenta on the right (AU12). The "
    "cheeks below both eyes rise moderately (AU6). The chin and the brows stay still. AU4 is not present. "
    "This is happiness."
)
HONEST_ZH = (
    "两侧嘴角明显向外上方移动（AU12），左侧呈蓝色，右侧呈品红色。两侧颧部中等程度上提（AU6）。下巴和眉毛未见运动。"
    "AU4未激活。综合判断为高兴。"
)
EVERYTHING = " ".join(f"The {name.replace('_', ' ')} moves up." for name in REGIONS)
EVERY_WAY = (
    "Both mouth corners and both cheekbones move up, down, left, right, in and out, red, green, blue and purple."
)
ALL_UNITS = ", ".join(f"AU{number}" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 24, 25, 26))
STUFFED = "mouth corner cheek brow lid chin nose up down blue red purple strong slight AU6 AU12 happiness " * 3

HACKS = {
    "nothing is real": "None of this is real, nothing moves.",
    "taken back": f"{HONEST_EN} None of this is real, nothing moves.",
    "taken back, Chinese": f"{HONEST_ZH}以上都不是真的，没有任何部位运动。",
    "nothing moves": "The whole face is still. The mouth corners do not move, and the cheeks do not move.",
    "codes alone": "AU6, AU12.",
    "denied units": "AU6 is absent and AU12 is not present. This is happiness.",
    "everything": f"{EVERYTHING} AU6, AU12. This is happiness.",
    "every direction": f"{EVERY_WAY} AU6, AU12. This is happiness.",
    "every unit": f"{ALL_UNITS}. This is happiness.",
    "in brackets": "AU6, AU12. (Both mouth corners move up and outward.) (The cheeks below both eyes rise.)",
    "in brackets, Chinese": "AU6、AU12。（两侧嘴角向外上方移动。）（两侧颧部上提。）",
    "one bracket": "AU6, AU12 (in short. Both mouth corners move up and outward. The cheeks below both eyes rise.)",
    "a bracket left open": "AU6, AU12 (both mouth corners move up and outward, the cheeks below both eyes rise.",
    "under may": "Both mouth corners may move up and outward. The cheeks below both eyes may rise. AU6, AU12.",
    "under perhaps": "Perhaps, both mouth corners move up, and the cheeks below both eyes rise. AU6, AU12.",
    "under may, Chinese": "可能两侧嘴角向外上方移动，两侧颧部上提。AU6、AU12。",
    "behind an emotion": "Happiness: both mouth corners move up, and the cheeks below both eyes rise. AU6, AU12.",
    "behind an emotion, Chinese": "高兴时两侧嘴角向外上方移动，两侧颧部上提。AU6、AU12。",
    "one true sentence": "The left mouth corner moves up. " * 12,
    "keywords": STUFFED,
    "wrong side": "The left cheekbone rises. " + HONEST_EN.replace("Both mouth", "Both inner brows and both mouth"),
    "wrong direction": HONEST_EN.replace("up and outward", "down and inward"),
    "colours swapped": HONEST_EN.replace(
        "blue on the left and magenta on the right", "magenta on the left and blue on the right"
    ),
    "strength shouted": HONEST_EN + " The fold beside the nose and mouth on the left rises EXTREMELY strongly.",
    "strength whispered": HONEST_EN.replace("strongly", "very faintly"),
    "own contradiction": f"{HONEST_EN} Both mouth corners move down.",
    "a unit by another's motion": HONEST_EN.replace("AU12", "AU4").replace("AU4 is not", "AU9 is not"),
    "a wrong name": HONEST_EN.replace("(AU6)", "(AU6, brow lowerer)"),
    "empty": "",
    "blank": " \n ",
    "idle": "I look at the picture carefully, step by step, and think about it for a long while.",
}


def answer(thought: str, label: str = "happiness") -> str:
    return f"<think>{thought}</think><answer>{label}</answer>"


@pytest.mark.parametrize("honest", [HONEST_EN, HONEST_ZH], ids=["en", "zh"])
def test_honest_text_gets_all_there_is(honest):
    assert one(rewards.grounded, answer(honest), **ROW) == pytest.approx(1)
    assert one(rewards.multi_level, answer(honest), **ROW) == pytest.approx(1)


@pytest.mark.parametrize("hack", HACKS.values(), ids=HACKS)
def test_a_hack_earns_less_than_honest_text(hack):
    for reward in (rewards.grounded, rewards.multi_level):
        worst = min(one(reward, answer(honest), **ROW) for honest in (HONEST_EN, HONEST_ZH))
        assert one(reward, answer(hack), **ROW) < worst - 0.02, reward.__name__


@pytest.mark.parametrize(
    "name",
    [
        *("nothing is real", "taken back", "taken back, Chinese", "nothing moves", "codes alone", "denied units"),
        *("every unit", "in brackets", "in brackets, Chinese", "one bracket", "under may", "under perhaps"),
        *("under may, Chinese", "behind an emotion", "behind an emotion, Chinese", "empty", "blank", "idle"),
        *("keywords", "a bracket left open", "everything"),
    ],
)
def test_what_observes_nothing_stays_below_two_fifths(name):
    for reward in (rewards.grounded, rewards.multi_level):
        assert one(reward, answer(HACKS[name]), **ROW) < 0.4, reward.__name__


def test_hallucinating_is_worse_than_silence():
    silence = one(rewards.grounded, answer("I cannot tell."), **ROW)
    for lie in (
        "The chin rises.",
        "Both mouth corners move down.",
        "The mouth corners do not move.",
        HACKS["nothing is real"],
    ):
        assert one(rewards.grounded, answer(lie), **ROW) < silence


def test_denied_units_count_as_if_absent():
    for denied in ("AU12 is not present.", "There is no AU12.", "AU12未激活。", "未见AU12。"):
        assert one(rewards.units, answer(denied), aus=["AU12"]) == -1
        both = answer(f"AU6 is active. {denied}")
        assert one(rewards.units, both, aus=["AU6"]) == 1


def test_a_second_think_and_a_second_answer_earn_nothing():
    for text in (
        f"<think>AU6, AU12.</think><think>{HONEST_EN}</think><answer>happiness</answer>",
        f"<think>AU6, AU12.</think><answer>happiness</answer><think>{HONEST_EN}</think>",
        f"<think>AU6, AU12.</think><answer>{HONEST_EN}</answer>",
    ):
        assert one(rewards.grounded, text, **ROW) < 0
        assert one(rewards.multi_level, text, **ROW) < 0.4
    second = answer(HONEST_EN, "sadness") + "<answer>happiness</answer>"
    assert one(rewards.emotion, second, **ROW) == 0
    assert one(rewards.layout, second) == 0


@pytest.mark.parametrize(
    "label", ["sadness", "悲伤", "AU4 and AU15: happiness", "happiness. The mouth corners move down, in yellow-green."]
)
def test_thought_and_answer_must_agree(label):
    assert (
        one(rewards.grounded, answer(HONEST_EN, label), **ROW) < one(rewards.grounded, answer(HONEST_EN), **ROW) - 0.1
    )


@pytest.mark.parametrize(
    "text",
    [
        "两侧嘴角上扬（AU12），两侧颧部上提（AU6）。",
        "Both mouth corners rise (AU12), and the cheeks below both eyes are lifted (AU6).",
        "Both mouth corners rise (AU12 – lip corner puller). The cheeks below both eyes are lifted [AU06].",
    ],
)
def test_a_unit_in_brackets_behind_its_motion_counts(text):
    assert one(rewards.grounded, answer(text), **ROW) == pytest.approx(1)
    assert one(rewards.units, answer(text), **ROW) == 1
    assert one(rewards.multi_level, answer(text), **ROW) == pytest.approx(1)


@pytest.mark.parametrize(
    "spelled",
    [
        *("AU6 and AU12", "AU 6, AU 12", "AU06, AU12", "AU-6, AU-12", "A.U. 6 and A.U. 12", "AUs 6 and 12", "AU6+12"),
        *("Action Unit 6, Action Unit 12", "动作单元6和动作单元12", "LAU6, RAU12", "au6 au12"),
    ],
)
def test_units_are_read_in_every_spelling(spelled):
    assert one(rewards.units, answer(spelled), aus=["AU6", "AU12"]) == 1
    assert one(rewards.units, answer(spelled), aus=["AU06", "12"]) == 1


@pytest.mark.parametrize(
    ("said", "label", "right"),
    [
        *(
            (word, "happiness", 1)
            for word in ("Happiness", "happy", "JOY", "delighted", "高兴", "开心", "愉快", "Happiness.")
        ),
        ("sad", "sadness", 1),
        ("unhappy", "happiness", 0),
        ("happiness or sadness", "happiness", 0),
        ("not happiness, but sadness", "sadness", 1),
        ("Others", "others", 1),
        ("class 7", "Class 7", 1),
        ("class 8", "class 7", 0),
    ],
)
def test_labels_are_read_with_their_synonyms(said, label, right):
    text = f"<think>x</think><answer>{said}</answer>"
    assert one(rewards.emotion, text, solution=label) == right
    assert one(rewards.emotion, text, solution=f"<answer>{label}</answer>") == right


TURN = {"role": "assistant", "content": answer(HONEST_EN)}
REASONED = {"role": "assistant", "reasoning_content": HONEST_EN, "content": "<answer>happiness</answer>"}
LOOK = {
    "role": "assistant",
    "content": "<think>Both mouth corners move down, the chin rises, AU4.</think>",
    "tool_calls": [{"type": "function", "function": {"name": "zoom", "arguments": {}}}],
}
TOOL = {"role": "tool", "name": "zoom", "content": "the chin rises, AU17"}
FLAT = (
    "<think>Both mouth corners move down.</think><tool_call>{}</tool_call>\nuser\n<tool_response>the chin rises"
    f"</tool_response>\nassistant\n{answer(HONEST_EN)}"
)


@pytest.mark.parametrize(
    "completion",
    [
        *([TURN], [REASONED], REASONED, [LOOK, TOOL, TURN], [LOOK, TOOL, LOOK, TOOL, REASONED], FLAT),
        *([{"role": "user", "content": "The chin rises."}, TURN], answer(HONEST_EN).removeprefix("<think>")),
    ],
    ids=["turn", "reasoning", "message", "tools", "tools and reasoning", "flat", "user before", "opened by the prompt"],
)
def test_the_final_turn_counts_whatever_its_shape(completion):
    for reward in (
        rewards.layout,
        rewards.emotion,
        rewards.units,
        rewards.region,
        rewards.grounded,
        rewards.multi_level,
    ):
        assert one(reward, completion, **ROW) == pytest.approx(1), reward.__name__


def test_a_call_of_a_tool_answers_nothing():
    for completion in ([LOOK], [TURN, TOOL, LOOK], [LOOK | {"content": answer(HONEST_EN)}, TOOL]):
        assert one(rewards.grounded, completion, **ROW) == one(rewards.grounded, "", **ROW)
        assert one(rewards.emotion, completion, **ROW) == one(rewards.layout, completion) == 0


ANSWERS = sorted((Path(__file__).parents[1] / "data" / "answers").glob("answers_*.jsonl"))
VISUAL = frozenset(
    [
        "direction",
        "in_out",
        "left_right",
        "colour",
        "side",
        "person_side",
        "strength",
        "still_moves",
        "moving_denied",
        "invented_region",
        "hidden_negation",
        "hidden_hedge",
        "hidden_comparison",
    ]
)


def test_people_who_tell_the_truth_earn_more_than_when_they_do_not():
    """180 answers in many styles, written by people who did not know the rewards, and each of their falsehoods."""
    honest, lower = [], []
    for line in (line for path in ANSWERS for line in path.read_text("utf-8").splitlines()):
        told = json.loads(line)
        row = {
            "solution": told["labels"]["emotion"],
            "aus": told["labels"]["aus"],
            "motion": [
                {"region": name, "octant": way, "intensity": strength}
                for name in REGIONS
                for way, strength in [told["motion"].get(name, ("right", "none"))]
            ],
        }
        right = one(rewards.grounded, answer("\n".join(told["text"].values()), row["solution"]), **row)
        honest.append(right)
        for false in told["falsehoods"]:
            if false["kind"] in VISUAL:
                texts = told["text"] | {
                    false["part"]: told["text"][false["part"]].replace(false["old"], false["new"], 1)
                }
                lower.append(one(rewards.grounded, answer("\n".join(texts.values()), row["solution"]), **row) < right)
    assert len(honest) == 180
    assert sum(honest) / len(honest) > 0.7
    assert sum(lower) / len(lower) > 0.85


def test_nearly_every_falsified_answer_earns_less_than_the_true_one():
    """Of the answers that people wrote with what makes them false; benchmarks.rewards has all of them by kind."""
    files = sorted((Path(__file__).parents[1] / "data" / "answers").glob("*.jsonl"))
    found = falsified([json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()][::6])
    less = [one for every in found.values() for one in every]
    assert len(less) > 300
    # What is left are words that the reader does not know.
    assert sum(grounded for grounded, _ in less) >= 0.88 * len(less)
    assert sum(levels for _, levels in less) >= 0.88 * len(less)
