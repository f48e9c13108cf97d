"""Which action units a text names, and when naming one that the row lacks is no contradiction."""

import pytest

from meu_data.checking.rules.units import check_aus
from meu_data.export.formats.row_view import RowView
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_NAMES, au_label


def wrong(thoughts, facs="4", **labels):
    """What is wrong with a thought beside a row's action units; `labels` are its columns instead of those of `facs`."""
    codes = {"aus": [f"AU{unit.number}" for unit in parse_aus(facs)], "facs": facs}
    view = RowView(
        id="a",
        turns=(),
        question="Why?",
        target=f"<think>{thoughts}</think><answer>anger</answer>",
        pictures=(),
        tags="none",
        labels=labels or codes,
    )
    return check_aus(view)


RIGHT = {
    "a code": "AU4 is clear.",
    "a code in small letters": "au4 is clear.",
    "a code with a gap": "AU 4, AU_4 and AU-4.",
    "a code with intensity": "AU4B.",
    "a code in Chinese": "可见AU4，眉毛下压。",
    "a code with its name": "AU4 (brow lowerer) is clear.",
    "a code with its Chinese name": "AU4（皱眉）明显。",
    "the name alone": "The brow lowerer is clear.",
    "the Chinese name alone": "可见皱眉。",
    "one that is not there": "AU4 is clear. AU9 is not visible.",
    "one that is ruled out": "AU4 rather than AU9.",
    "one that is ruled out in Chinese": "可见AU4。没有AU9。",
    "one instead of another": "AU4 instead of AU9.",
    "several that are not there": "AU4 is clear; there is no AU9, AU10 or AU12.",
    "one that would be expected": "AU4 is clear. AU7 would be expected here.",
    "its own name denied": "AU4 is clear, without a nose wrinkler.",
    "motion in words of a name": "The lips part, the head up, AU4.",
    "motion in words of a Chinese name": "AU4，同时嘴角上扬。",
    "named although unseen": "For AU4 the map shows no clear motion, so it is kept on the coder's score.",
    "numbers that are none": "It moves 4.5 px in 12 frames, AU4 by 0.9.",
    "a word that ends alike": "The tau9 and BAU9 are nothing, AU4 is.",
}


@pytest.mark.parametrize("thoughts", RIGHT.values(), ids=RIGHT)
def test_texts_that_agree_with_a_row_of_au4(thoughts):
    assert wrong(thoughts) == []


WRONG = {
    "one too many": ("AU4 and AU9.", "names AU9"),
    "one too many by name": ("AU4 and a nose wrinkler.", "names AU9"),
    "one too many in a sum": ("AU4+9.", "names AU9"),
    "one too many in a Chinese list": ("AU4、9。", "names AU9"),
    "one too many in a list": ("AUs 4, 9 and 10.", "names AU9, AU10"),
    "denied in another clause": ("AU4. Nothing is there but AU9 is.", "names AU9"),
    "denied in another sentence": ("There is no AU7. AU4 and AU9.", "names AU9"),
    "denied once, said once": ("AU4. At first no AU9. Then AU9.", "names AU9"),
    "none": ("It is dark.", "does not name AU4"),
    "in the next line": ("AU4.\nNo doubt.\nAU9 too.", "names AU9"),
    "a longer number": ("AU44.", "names AU44"),
    "no such unit": ("AU4 and AU3.", "names AU3"),
    "another one's name": ("AU4 (lid tightener).", "calls AU4 'lid tightener', which is AU7"),
    "another one's name with a side": ("AU4 (lid tightener, person's left).", "which is AU7"),
    "another one's Chinese name": ("AU4（眼睑收紧）。", "which is AU7"),
}


@pytest.mark.parametrize(("thoughts", "said"), WRONG.values(), ids=WRONG)
def test_texts_that_do_not_agree_with_a_row_of_au4(thoughts, said):
    assert any(said in one for one in wrong(thoughts)), wrong(thoughts)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("number", AU_NAMES)
def test_every_unit_is_read_as_our_own_texts_name_it(number, lang):
    for facs in (f"{number}", f"L{number}", f"R{number}"):
        (unit,) = parse_aus(facs)
        assert wrong(f"{au_label(unit, lang)}.", facs) == []
    left, right = (au_label(parse_aus(f"{side}{number}")[0], lang) for side in "LR")
    assert len(wrong(left, f"R{number}")) == 1
    assert wrong(left, f"L{number}+R{number}") == wrong(f"{left}, {right}", f"{number}") == []


SIDES = {
    "no side told": ("AU12.", "L12", []),
    "no side scored": ("LAU12.", "12", []),
    "scored on both": ("RAU12.", "L12+R12", []),
    "scored on both and told once": ("AU12.", "L12+R12", []),
    "scored on the other": ("RAU12.", "L12", ["the text puts AU12 on the person's R, the row on L"]),
}


@pytest.mark.parametrize(("thoughts", "facs", "expected"), SIDES.values(), ids=SIDES)
def test_sides(thoughts, facs, expected):
    assert wrong(thoughts, facs) == expected


def test_a_row_without_units_may_name_none():
    assert wrong("Nothing moves.", "") == []
    assert wrong("AU4 moves.", "") == ["the text names AU4, the row has no action unit"]


@pytest.mark.parametrize("codes", [["AU4"], "AU4", ["LAU4"], ["AU4B"]])
def test_the_spellings_of_the_column(codes):
    assert wrong("AU4.", aus=codes) == wrong("AU4.", AUs=codes) == []


@pytest.mark.parametrize("codes", [7, [7], ["4"], ["AU3"], "brow"])
def test_a_column_that_holds_something_else(codes):
    assert any("is no code of an action unit" in one or "not a list" in one for one in wrong("AU4.", aus=codes))


def test_without_a_column_nothing_is_compared():
    assert wrong("AU9.", corpus="dfme") is None
    assert wrong("AU9.", aus=None, facs="4") is None
