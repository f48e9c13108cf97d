"""What became of each statement; what is measured here: the corners rise, the left cheek falls, the chin is still."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim, Statement, joined_text, linked_claims

MOVES = {
    "left_mouth_corner": ("up-left", "strong"),
    "right_mouth_corner": ("up-right", "strong"),
    "left_cheekbone": ("down", "moderate"),
    "chin": ("none", "none"),
}
LEFT = Claim(region="left_mouth_corner", colour="blue", direction="up-left", intensity="strong", au="AU12")
RIGHT = Claim(region="right_mouth_corner", colour="magenta", direction="up-right", intensity="strong", au="AU12")
CHEEK = Claim(region="left_cheekbone", colour="yellow-green", direction="down", intensity="moderate")
CHIN = Claim(region="chin", colour="purple", direction="up", intensity="slight")
CORNERS_EN = "Both corners of the mouth move strongly up and outward: AU12 (lip corner puller)."
CORNERS_ZH = "两侧嘴角强烈地向外上方移动，即AU12（嘴角上扬）。"


def told(*statements, **changes):
    linked = tuple(Statement(text=text, claims=claims) for text, claims in statements)
    texts = {
        "claims": linked_claims(linked),
        "statements": linked,
        "motion_analysis": joined_text(linked),
        "expression_inference": "AU12 (lip corner puller) is a sign of happiness.",
        "conclusion": "AU12 (lip corner puller): happiness.",
    }
    return Annotation(**texts | {"aus": ("AU12",), "emotion": "happiness"} | changes)


@pytest.fixture
def check(sample_of, motion_of):
    return lambda annotation, lang="en": ground(sample_of("12", "happiness"), motion_of(MOVES), annotation, lang)


def kinds(grounding, stage="motion_analysis"):
    return [item.finding for item in grounding.findings if item.stage == stage]


FINDINGS = {
    "right": (CORNERS_EN, "confirmed"),
    "rightly still": ("The chin does not move.", "confirmed"),
    "rightly denied": ("AU4 is not active.", "confirmed"),
    "wrong way": ("The left cheek below the eye rises.", "contradicted"),
    "on still skin": ("The chin moves up.", "contradicted"),
    "moving skin denied": ("The corners of the mouth are still.", "contradicted"),
    "AU nobody labelled": ("AU4 (brow lowerer) is active.", "contradicted"),
    "no word of the face": ("The clip was recorded in a laboratory.", "not measurable"),
    "not understood": ("The chin waltzes across the lower face.", "not read"),
}


@pytest.mark.parametrize(("text", "finding"), FINDINGS.values(), ids=FINDINGS)
@pytest.mark.parametrize("linked", [True, False])
def test_a_statement_has_its_finding(check, text, finding, linked):
    sentences = [(CORNERS_EN, (LEFT, RIGHT)), (text, ())]
    annotation = told(*sentences) if linked else told(*sentences, statements=())
    assert kinds(check(annotation))[-1] == finding


def test_a_statement_in_chinese_has_its_finding(check):
    annotation = told(
        (CORNERS_ZH, (LEFT, RIGHT)),
        ("下巴向上移动。", (CHIN,)),
        expression_inference="AU12（嘴角上扬）是高兴的典型表现。",
        conclusion="AU12（嘴角上扬），微表情为高兴。",
    )
    assert kinds(check(annotation, "zh")) == ["confirmed", "contradicted"]


@pytest.mark.parametrize(
    ("conclusion", "finding"),
    [
        ("AU12 (lip corner puller): happiness.", "confirmed"),
        ("AU12 (lip corner puller) shows sadness.", "contradicted"),
        ("AU12 and AU4 (brow lowerer) show happiness.", "contradicted"),
    ],
)
def test_a_conclusion_has_its_finding(check, conclusion, finding):
    annotation = told((CORNERS_EN, (LEFT, RIGHT)), conclusion=conclusion)
    assert kinds(check(annotation), "conclusion") == [finding]


def test_of_a_sentence_the_worst_counts(check):
    sentence = (
        "Both corners of the mouth move up; the chin waltzes across the lower face; the left cheek below the eye rises."
    )
    linked, plain = told((sentence, (LEFT, RIGHT))), told((sentence, (LEFT, RIGHT)), statements=())
    assert kinds(check(linked)) == ["contradicted"]
    assert kinds(check(plain)) == ["confirmed", "not read", "contradicted"]


def test_another_language_is_a_flag_and_no_contradiction(check):
    annotation = told((CORNERS_EN, (LEFT, RIGHT)), ("下巴没有运动。", ()))
    grounding = check(annotation)
    assert any("language" in flag.en for flag in grounding.flags)
    assert kinds(grounding) == ["confirmed", "confirmed"]


def test_what_is_read_is_counted(check):
    grounding = check(told((CORNERS_EN, (LEFT, RIGHT)), ("The chin waltzes across the lower face.", ())))
    assert (grounding.statements, grounding.checked) == (4, 3)


def test_places_are_those_of_the_statements(check):
    annotation = told((CORNERS_EN, (LEFT, RIGHT)), ("The chin does not move.", ()))
    texts = (CORNERS_EN, "The chin does not move.", annotation.expression_inference, annotation.conclusion)
    found = check(annotation).findings
    said = [getattr(annotation, item.stage)[item.start : item.end] for item in found]
    assert [text.rstrip(".") for text in said] == [text.rstrip(".") for text in texts]


AGREEMENT = {
    "as claimed": (CORNERS_EN, (LEFT, RIGHT), None),
    "claims of another sentence": (CORNERS_EN, (LEFT, RIGHT, CHEEK), "does not tell of the left cheek"),
    "another way than claimed": (
        "The left corner of the mouth moves down: AU12.",
        (LEFT,),
        "another motion of the left corner",
    ),
    "stiller than claimed": (
        "The left corner of the mouth does not move. AU12.",
        (LEFT,),
        "another motion of the left",
    ),
    "weaker than claimed": (
        "The left corner of the mouth moves slightly up and outward: AU12.",
        (LEFT,),
        "another motion of the left corner",
    ),
    "another AU than claimed": (
        "The left corner of the mouth moves strongly up and outward: AU13.",
        (LEFT,),
        "other AUs than AU12",
    ),
    "motion without a claim": ("The left cheek below the eye falls.", (), "the left cheek below the eye move"),
    "no motion": ("The recording is sharp.", (), None),
}


@pytest.mark.parametrize(("text", "claims", "message"), AGREEMENT.values(), ids=AGREEMENT)
def test_a_statement_is_checked_against_its_own_claims(check, text, claims, message):
    found = [flag for flag in check(told((text, claims))).flags if "has a sentence" in flag.en]
    assert bool(found) == (message is not None)
    for flag in found:
        assert message in flag.en
        assert flag.quote == text
        assert flag.severity != "serious"


def test_a_text_that_was_changed_has_its_links_no_more(check):
    annotation = told((CORNERS_EN, (LEFT, RIGHT, CHEEK)))
    assert any("has a sentence" in flag.en for flag in check(annotation).flags)
    changed = annotation.model_copy(update={"motion_analysis": CORNERS_EN.replace("Both", "The two")})
    assert not any("has a sentence" in flag.en for flag in check(changed).flags)


words = st.text(st.sampled_from("AU12 the chin ups.;\n。嘴角上移，|*-:"), min_size=1, max_size=60).filter(str.strip)


@given(st.lists(st.tuples(words, st.lists(st.sampled_from([LEFT, RIGHT, CHEEK, CHIN]), max_size=3))), words, words)
def test_any_text_has_findings_within_it(sample_of, motion_of, statements, second, third):
    if not statements:
        return
    annotation = told(*statements, expression_inference=second, conclusion=third)
    grounding = ground(sample_of("12", "happiness"), motion_of(MOVES), annotation, "en")
    assert len(kinds(grounding)) == len(statements)
    for item in grounding.findings:
        assert 0 <= item.start < item.end <= len(getattr(annotation, item.stage))
