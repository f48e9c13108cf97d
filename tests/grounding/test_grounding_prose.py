"""Prose that a person or a model might write: read where it is plain, left alone where it is not."""

import pytest

from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim

MOVES = {
    "left_mouth_corner": ("up-left", "strong"),
    "right_mouth_corner": ("up-right", "strong"),
    "left_cheekbone": ("up", "moderate"),
    "right_cheekbone": ("up", "moderate"),
    "left_upper_lid": ("down", "moderate"),
    "right_upper_lid": ("down", "moderate"),
}
CLAIMS = tuple(
    Claim(region=region, colour=colour, direction=MOVES[region][0], intensity=MOVES[region][1], au=au)
    for region, colour, au in (
        ("left_mouth_corner", "blue", "AU12"),
        ("right_mouth_corner", "magenta", "AU12"),
        ("left_cheekbone", "purple", "AU6"),
        ("right_cheekbone", "purple", "AU6"),
        ("left_upper_lid", "yellow-green", None),
        ("right_upper_lid", "yellow-green", None),
    )
)
# The guide's own good example, and others in its spirit.
GOOD_EN = (
    "With head motion removed, the map draws attention to the cheeks and the mouth, brightest at the mouth. "
    "Both corners of the mouth pull strongly up and outward, blue on the left of the picture and magenta on "
    "the right, which is the motion of AU12 (lip corner puller). The cheeks below both eyes clearly rise in "
    "purple, pointing to AU6 (cheek raiser). Both upper lids visibly drop in yellow-green, which looks like a "
    "blink and is not counted as evidence.",
    "Legend: red is right, purple is up, yellow-green is down. AU6 and AU12: the left lip corner is blue (up-left), the"
    " right lip corner is magenta (up-right). Cheeks lift in purple. The upper eyelids fall, yellow-green, a blink.",
    "AU12 (Lip Corner Puller): the mouth corners are drawn up. AU6 (Cheek Raiser) lifts the cheeks. No lowering of the"
    " brows is seen, so AU4 is ruled out; unlike in AU15, the lip corners do not move down. The lower lip is still.",
    "The person's left mouth corner (on the right of the picture) rises, as does their right one; AU12. Cheekbones rise"
    " for AU6. One might expect the chin to move up in purple, but the chin shows no motion. The lids close.",
    "AU6+12: a smile. If the brows dropped in green, AU4 would be present.",
    "The coders scored AU6 and AU12. Rather than going down, the corners of the mouth rise.",
)
GOOD_ZH = (
    "排除头部整体运动后，图中的局部运动主要集中在面颊和嘴部（左右均以画面为准）。两侧嘴角显著向外上方移动，左侧呈蓝色、右侧"
    "呈品红色，对应AU12（嘴角上扬）。两侧颧部明显上提（紫色），提示AU6（脸颊上提）。两侧上眼睑下移，呈黄绿色，形似眨眼。",
    "左侧嘴角呈蓝色，向左上移动；右侧嘴角呈品红色，向右上移动，即AU12。脸颊上抬，呈紫色，为AU6。眉毛没有下压，因此不存在AU4。",
    "AU6和AU12：嘴角上扬、脸颊上提。若为AU15，嘴角应向下移动。下巴未见紫色的向上运动。",
    "被摄者左侧嘴角（画面右侧）上提，AU12成立；颧部上移，AU6成立。上眼睑下垂，应是眨眼。",
)
BAD_EN = {
    "the wrong colour": ("The left mouth corner is magenta. AU6, AU12.", "left_mouth_corner"),
    "the colours of the sides swapped": (
        "Both mouth corners rise, magenta on the left and blue on the right. AU6, AU12.",
        "left_mouth_corner",
    ),
    "a colour nowhere claimed": ("The cheeks below the eyes rise, in red. AU6, AU12.", "left_cheekbone"),
    "the wrong way": ("The corners of the mouth drop. AU6, AU12.", "left_mouth_corner"),
    "motion that no claim holds": ("The chin moves up. AU6, AU12.", "chin"),
    "an AU invented": ("The brows are lowered (AU4). AU6, AU12.", "motion_analysis"),
    "an AU invented by name": ("There is a clear brow lowerer. AU6, AU12.", "motion_analysis"),
    "an AU under another's name": ("AU12 (brow lowerer) and AU6.", "motion_analysis"),
    "an AU not named": ("AU12 is seen.", "AU6"),
    "a side the AU has not": ("LAU12 and AU6 are seen.", "motion_analysis"),
}
BAD_ZH = {
    "the wrong colour": ("左侧嘴角呈品红色。AU6和AU12。", "left_mouth_corner"),
    "the colours of the sides swapped": ("两侧嘴角上移，左侧呈品红色、右侧呈蓝色。AU6、AU12。", "left_mouth_corner"),
    "the wrong way": ("两侧嘴角明显下移。AU6和AU12。", "left_mouth_corner"),
    "motion that no claim holds": ("下唇中部上提。AU6和AU12。", "middle_lower_lip"),
    "an AU invented": ("眉头下压（AU4）。AU6和AU12。", "motion_analysis"),
    "an AU under another's name": ("AU12（皱眉）和AU6。", "motion_analysis"),
    "an AU not named": ("可见AU12。", "AU6"),
}


def draft(first, lang, claims=CLAIMS):
    return Annotation(
        claims=claims,
        motion_analysis=first,
        expression_inference={
            "en": "AU6 and AU12 are typical of happiness.",
            "zh": "AU6和AU12的组合是高兴的典型表现。",
        }[lang],
        conclusion={"en": "AU6 and AU12: happiness.", "zh": "AU6和AU12，微表情为高兴。"}[lang],
        aus=("AU6", "AU12"),
        emotion="happiness",
    )


@pytest.mark.parametrize(("first", "lang"), [(text, "en") for text in GOOD_EN] + [(text, "zh") for text in GOOD_ZH])
def test_good_prose_is_not_accused(sample_of, motion_of, first, lang):
    found = ground(sample_of("6+12"), motion_of(MOVES), draft(first, lang), lang)
    assert found.sentences(lang) == []


@pytest.mark.parametrize(
    ("first", "subject", "lang"),
    [(*case, "en") for case in BAD_EN.values()] + [(*case, "zh") for case in BAD_ZH.values()],
    ids=[f"{name}-en" for name in BAD_EN] + [f"{name}-zh" for name in BAD_ZH],
)
def test_prose_against_its_claims(sample_of, motion_of, first, subject, lang):
    annotation = draft(first, lang).model_copy(update={"expression_inference": "AU12 means happiness. 高兴。"})
    found = ground(sample_of("6+12"), motion_of(MOVES), annotation, lang)
    assert ("text", subject) in {(flag.kind, flag.subject) for flag in found.flags}


def test_a_side_that_no_claim_has(sample_of, motion_of):
    for first, lang in (("The left corner of the mouth rises. AU6, AU12.", "en"), ("左侧嘴角上移。AU6和AU12。", "zh")):
        one_sided = draft(first, lang, CLAIMS[1:])
        found = ground(sample_of("6+12"), motion_of(MOVES), one_sided, lang)
        assert ("text", "right_mouth_corner") in {(flag.kind, flag.subject) for flag in found.flags}


CONCLUSIONS = {
    "another emotion": ("en", "AU6 and AU12: contempt.", {"conclusion's emotion"}),
    "in doubt": ("en", "AU6, AU12, happiness or contempt.", {"in doubt"}),
    "no emotion": ("en", "AU6 and AU12 act.", {"none"}),
    "another emotion only denied": ("en", "AU6 and AU12 mean happiness, not contempt.", set()),
    "as an adjective": ("en", "AU6+AU12, a happy face.", set()),
    "an AU too many": ("en", "AU6, AU12 and AU4: happiness.", {"AU4"}),
    "an AU denied": ("en", "AU6 and AU12: happiness. There is no AU4.", set()),
    "an AU too few": ("en", "AU12: happiness.", {"AU6"}),
    "another emotion, zh": ("zh", "AU6和AU12，微表情为轻蔑。", {"conclusion's emotion"}),
    "in doubt, zh": ("zh", "AU6、AU12，为高兴或轻蔑。", {"in doubt"}),
    "well told, zh": ("zh", "综上，AU6、AU12，情绪为愉快。", set()),
}


@pytest.mark.parametrize(("lang", "conclusion", "expected"), CONCLUSIONS.values(), ids=CONCLUSIONS.keys())
def test_conclusion(sample_of, motion_of, lang, conclusion, expected):
    first = (GOOD_EN if lang == "en" else GOOD_ZH)[0]
    annotation = draft(first, lang).model_copy(update={"conclusion": conclusion})
    found = [
        flag
        for flag in ground(sample_of("6+12"), motion_of(MOVES), annotation, lang).flags
        if flag.kind == "conclusion"
    ]
    words = {"speaks of": "conclusion's emotion", "leaves open": "in doubt", "the emotion happiness": "none"}
    said = {next((name for part, name in words.items() if part in flag.en), flag.subject) for flag in found}
    assert said == expected


def test_stage_two_that_argues_for_another_emotion(sample_of, motion_of):
    for text, lang, expected in (
        ("AU6 and AU12 point to fear.", "en", True),
        ("AU6 and AU12 point to happiness rather than fear.", "en", False),
        ("AU6和AU12指向恐惧。", "zh", True),
    ):
        annotation = draft(GOOD_EN[0], lang).model_copy(update={"expression_inference": text})
        found = ground(sample_of("6+12"), motion_of(MOVES), annotation, lang)
        assert (("text", "expression_inference") in {(flag.kind, flag.subject) for flag in found.flags}) is expected
