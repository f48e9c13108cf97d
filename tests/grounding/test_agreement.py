"""What contradicts itself is found, and who agrees with himself is not accused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.answers import case
from meu_data.drafting.offline.writer import annotate
from meu_data.grounding.agreement import contradictions
from meu_data.records import Annotation, Claim
from tests import ROOT
from tests.grounding.test_grounding_rates import emotions, labels, moves, of

ANSWERS = [
    json.loads(line)
    for path in sorted((ROOT / "tests" / "data" / "answers").glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
RISES = Claim(region="left_mouth_corner", colour="blue", direction="up-left", intensity="strong", au="AU12")
TEXTS = {
    "en": (
        "The left corner of the mouth moves strongly up and to the left (AU12). The chin does not move.",
        "A raised corner of the mouth speaks for a smile.",
        "AU12; the emotion is happiness.",
    ),
    "zh": ("画面左侧嘴角强烈向左上运动（AU12）。下巴没有运动。", "嘴角上扬，说明是微笑。", "AU12，情绪为高兴。"),
}


def row(lang="en", motion=None, inference=None, conclusion=None, **fields) -> Annotation:
    texts = [new or old for new, old in zip((motion, inference, conclusion), TEXTS[lang], strict=True)]
    return Annotation.model_validate(
        {
            "claims": (RISES,),
            "motion_analysis": texts[0],
            "expression_inference": texts[1],
            "conclusion": texts[2],
            "aus": ("AU12",),
            "emotion": "happiness",
        }
        | fields
    )


@pytest.mark.parametrize("lang", TEXTS)
def test_what_agrees_is_not_accused(lang):
    assert contradictions(row(lang), lang) == []


@pytest.mark.parametrize(
    ("lang", "loose"), [("en", "The corners of the mouth go down and out."), ("zh", "画面左侧嘴角向右下运动。")]
)
def test_what_is_said_of_motion_is_held_against_the_claims_in_the_first_stage(lang, loose):
    """The later stages sum it up in looser words."""
    assert contradictions(row(lang, motion=loose), lang)
    assert contradictions(row(lang, inference=TEXTS[lang][1] + loose), lang) == []


@pytest.mark.parametrize(
    ("changes", "quote", "kind"),
    [
        ({"emotion": "sadness"}, "the emotion is happiness", "emotion"),
        ({"lang": "zh", "emotion": "sadness"}, "AU12，情绪为高兴", "emotion"),
        ({"conclusion": "AU12. Disgust."}, "Disgust", "emotion"),
        ({"conclusion": "AU12. It is not happiness."}, "It is not happiness", "emotion"),
        ({"inference": "All of this is evidence of anger."}, "All of this is evidence of anger", "emotion"),
        ({"aus": (), "claims": ()}, TEXTS["en"][0].partition(".")[0], "au"),
        ({"lang": "zh", "aus": (), "claims": ()}, TEXTS["zh"][0].partition("。")[0], "au"),
        ({"inference": "AU6 is active as well, and that is a smile."}, "AU6 is active as well", "au"),
        ({"aus": ("AU4", "AU12"), "inference": "There is no AU4 in this face."}, "There is no AU4 in this face", "au"),
        ({"aus": ("LAU12",), "conclusion": "RAU12; the emotion is happiness."}, "RAU12", "au"),
        ({"claims": (RISES.model_copy(update={"direction": "down-left"}),)}, TEXTS["en"][0].partition(".")[0], "claim"),
        ({"claims": (RISES.model_copy(update={"intensity": "slight"}),)}, TEXTS["en"][0].partition(".")[0], "claim"),
        (
            {"claims": (RISES, Claim(region="chin", colour="purple", direction="up", intensity="strong"))},
            "The chin does not move",
            "claim",
        ),
        ({"claims": (RISES.model_copy(update={"au": "AU10"}),)}, "", "claim"),
    ],
)
def test_what_contradicts_itself_is_quoted(changes, quote, kind):
    found = contradictions(row(**changes), changes.get("lang", "en"))
    assert kind in {one.kind for one in found}
    assert any(quote in one.quote for one in found), found
    assert all(one.quote in str(one) for one in found)


@pytest.mark.parametrize(
    "changes",
    [
        # A coder may have seen what the map does not show.
        {"aus": ("AU5", "AU12"), "inference": "AU5 is labelled, but nothing of it can be seen on the map."},
        {"aus": ("AU5", "AU12"), "inference": "AU5 is not visible here."},
        {"inference": "A smile rather than sadness, and no AU6."},
        {"conclusion": "AU12: happiness, unlike anger, which would lower the brows (AU4)."},
        {"emotion": "others", "conclusion": "AU12, an expression of another kind."},
        # One octant and one bin are within what the map itself leaves open.
        {"claims": (RISES.model_copy(update={"direction": "up"}),)},
        {"claims": (RISES.model_copy(update={"intensity": "moderate"}),)},
    ],
)
def test_what_may_be_said_is_not_accused(changes):
    assert contradictions(row(**changes), "en") == []


@given(aus=labels, emotion=emotions, measured=moves, seed=st.integers(0, 10**6), lang=st.sampled_from(["en", "zh"]))
def test_offline_drafts_of_any_motion_agree(sample_of, motion_of, region_of, aus, emotion, measured, seed, lang):
    sample, motion = of(sample_of, motion_of, region_of, aus, emotion, measured, seed)
    assert contradictions(annotate(sample, motion, lang), lang) == []


def test_answers_in_other_peoples_words():
    cases = [case(answer) for answer in ANSWERS]
    accused = [one for one in cases if contradictions(one.draft, one.lang)]
    assert len(accused) <= 0.05 * len(cases)
    rates = {}
    for one in cases:
        true = set(contradictions(one.draft, one.lang))
        for false in one.answer["falsehoods"]:
            text = one.answer["text"][false["part"]].replace(false["old"], false["new"], 1)
            wrong = one.draft.model_copy(update={false["part"]: text})
            rates.setdefault(false["kind"], []).append(bool(set(contradictions(wrong, one.lang)) - true))
    for kind, least in {"wrong_emotion": 0.8, "au_extra": 0.7, "direction": 0.75, "left_right": 0.75}.items():
        assert sum(rates[kind]) >= least * len(rates[kind]), kind


DENIALS = {
    "en": (
        *(
            "AU4 is absent.",
            "No AU4.",
            "There is no AU4.",
            "AU4 was not activated.",
            "AU4: absent.",
            "AU4 is inactive.",
        ),
        *("AU4 (brow lowerer) is ruled out.", "Neither AU4 nor AU9 is present.", "The brow lowerer is absent."),
        *("Absent: AU4.", "AU 4 fails to appear.", "I exclude AU04.", "AU4 is not part of this.", "AU4 — none"),
    ),
    "zh": (
        *("未出现AU4。", "AU4未激活。", "没有AU4。", "无AU4。", "AU4：无", "AU4（皱眉）未出现。", "排除AU4。"),
        *("不包括AU4。", "AU4缺失。", "AU4阙如。", "AU4没有参与。", "并无AU4。"),
    ),
}


@pytest.mark.parametrize(("lang", "denial"), [(lang, denial) for lang, said in DENIALS.items() for denial in said])
def test_an_au_that_the_text_denies_contradicts_its_tick_and_no_more(lang, denial):
    text = f"{TEXTS[lang][0]} {denial}"
    (found,) = contradictions(row(lang, motion=text, aus=("AU4", "AU12")), lang)
    assert (found.kind, found.quote) == ("au", denial.rstrip(".。"))
    assert contradictions(row(lang, motion=text), lang) == []
