"""Chinese sayings with their verdict at the end, put plainly; what else of them a list of sentences cannot hold.

What is right is how a person reads the sentence.
"""

import pytest

from meu_data.language.lexer import plain
from meu_data.language.reader import read

PLAIN = (
    ("要说眉毛没动，恐怕说不通。", "并不是说眉毛没动"),
    ("若说眉毛没动，则与图不符。", "并不是说眉毛没动"),
    ("眉毛没动的说法不成立。", "并不是说眉毛没动"),
    ("认为眉毛没动是错的。", "并不是说眉毛没动"),
    ("不加AU6是不对的。", "还应加上au6"),
    ("动的其实是眉毛。", "动的是眉毛"),
    ("最亮的地方，落在眉头上。", "最亮的地方落在眉头上"),
    ("按 legend，眉毛上抬。", ",眉毛上抬"),
)
UNCHANGED = (
    "这说明眉毛上抬，而嘴角不对称。",
    "不能说眉毛没动。",
    "眉毛上抬的幅度不大。",
    "嘴角静止，AU12的判断不成立。",
    "我的判断不成立。",
)
MISNAMED = (
    ("颏部上推，为AU17（唇部紧闭）。", 17),
    ("颧部上移，对应AU6（眼睑闭合）。", 6),
    ("眉头下压，为AU4（外眉上抬）。", 4),
)
NAMED = (("眉头上抬，为AU1（内眉上抬）。", 1), ("嘴唇压紧，为AU24（双唇紧闭）。", 24), ("眉头下压，为AU4（皱眉）。", 4))


@pytest.mark.parametrize(("text", "instead"), PLAIN)
def test_what_stands_for_a_saying_keeps_the_places_of_the_rest(text, instead):
    found = plain(text)
    assert found.replace(" ", "").rstrip("。") == instead
    assert found.rstrip("。") == found.rstrip("。")[: len(text) - 1].ljust(len(text) - 1)


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_has_no_verdict_stays_as_it_is(text):
    assert "并不是说" not in plain(text)


@pytest.mark.parametrize(("text", "number"), MISNAMED)
def test_a_name_of_another_unit_in_brackets(text, number):
    assert [wrong.number for statement in read(text).statements for wrong in statement.misnamed] == [number]


@pytest.mark.parametrize(("text", "number"), NAMED)
def test_a_name_of_its_own_in_brackets(text, number):
    assert not [wrong for statement in read(text).statements for wrong in statement.misnamed]
    assert {unit.number for unit in read(text).units()} == {number}


def test_whoever_sees_no_frown_denies_no_other_motion_of_the_brows():
    (statement,) = read("看不到皱眉。").statements
    assert [(unit.number, unit.polarity) for unit in statement.units] == [(4, "denied")]
    assert not statement.motions


def test_an_only_unit_after_the_emotion_is_meant():
    (statement,) = read("该表情为厌恶，仅含一个AU，即AU10。").statements
    assert [(unit.number, unit.polarity) for unit in statement.units] == [(10, "affirmed")]


@pytest.mark.parametrize("text", ["**Step 1：眼部。**", "**Step 12：下颌与嘴角**", "| Lids、nose | still | — |"])
def test_headings_and_cells_are_read(text):
    assert all(statement.understood for statement in read(text).statements)


@pytest.mark.parametrize(
    "text", ["没有任何动作单元激活。", "未激活任何AU。", "No action units are active.", "无AU激活。"]
)
def test_who_says_that_no_unit_is_active_names_none(text):
    (statement,) = read(text).statements
    assert statement.no_units


@pytest.mark.parametrize(
    "text", ["没有其他动作单元。", "上半脸没有任何动作单元激活。", "没有可靠的AU证据。", "AU12激活。"]
)
def test_who_leaves_out_some_units_may_name_others(text):
    (statement,) = read(text).statements
    assert not statement.no_units
