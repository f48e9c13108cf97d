"""The side that prose says of an action unit, against the side of the label, which is the person's."""

import pytest

from meu_data.face.au_notation import parse_aus
from meu_data.grounding.ground import ground
from meu_data.records import Annotation
from tests.builders import make_motion, make_sample

MOVES = {"right_mouth_corner": ("up-right", "moderate")}
# Of a smile on the person's left, which is the right of the picture.
RIGHT = [
    "A unilateral AU12 on the model's left.",
    "We score AU12, participant's left side.",
    "AU12 on subj L.",
    "img R = subj L",
    "This looks like left-sided AU12.",
    "AU12 (lip corner puller) on the left of the subject.",
    "AU12 in the right half of the image.",
    "AU12 on the viewer's right.",
    "There is no bilateral AU12.",
    "There is no right-sided AU12.",
    "L12 on the subject's left.",
    "本人左侧AU12。",
    "即患者左侧的AU12（嘴角上扬）。",
    "画面右侧的AU12。",
    "AU12见于受试者左侧。",
]
WRONG = [
    "A unilateral AU12 on the model's right.",
    "We score AU12, participant's right side.",
    "AU12 on subj R.",
    "img R = subj R",
    "This looks like right-sided AU12.",
    "AU12 (lip corner puller) on the right of the subject.",
    "AU12 in the left half of the image.",
    "AU12 on the viewer's left.",
    "This is a bilateral AU12.",
    "AU12 on both sides.",
    "L12 on the subject's right.",
    "本人右侧AU12。",
    "即患者右侧的AU12（嘴角上扬）。",
    "画面左侧的AU12。",
    "双侧AU12。",
    "AU12见于受试者右侧。",
]
# Sides of something else, or of two units.
OTHERS = [
    "AU12: the right corner rises.",
    "AU12 and the left corner, which is still.",
    "AU12 is stronger on the subject's right in most people.",
    "左半边静止，右半边近似AU12。",
    "Both AU12 and its name are given.",
]
TWO_SIDED = ["AU12 on both sides.", "双侧AU12。", "Symmetric AU12."]
ONE_SIDED = ["AU12 only on the person's left.", "AU12 on the subject's right.", "仅本人左侧AU12。"]


def flags(text: str, label: str) -> list[str]:
    """The serious flags on the sides that a text says."""
    sample = make_sample("", "happiness").model_copy(update={"aus": parse_aus(label)})
    draft = Annotation(
        claims=(),
        motion_analysis="The map shows the mouth.",
        expression_inference=text,
        conclusion="AU12, happiness.",
        aus=(label,),
        emotion="happiness",
    )
    found = ground(sample, make_motion(MOVES), draft, "en").flags
    said = [flag for flag in found if flag.severity == "serious" and flag.quote]
    return [flag.en for flag in said if "list of AUs has" in flag.en or "left and right" in flag.en]


@pytest.mark.parametrize(
    ("text", "label", "wrong"),
    [
        *((text, "LAU12", False) for text in (*RIGHT, *OTHERS)),
        *((text, "LAU12", True) for text in WRONG),
        *((text, "AU12", False) for text in TWO_SIDED),
        *((text, "AU12", True) for text in ONE_SIDED),
    ],
)
def test_the_side_of_a_unit_is_that_of_the_label(text, label, wrong):
    assert bool(flags(text, label)) == wrong
