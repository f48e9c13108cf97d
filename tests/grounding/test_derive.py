"""Claims follow the text that a person corrects, and correcting an error lets the proof's grounding rise."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.answers import case
from meu_data.drafting.offline.writer import annotate
from meu_data.face.au_notation import facs_notation, parse_aus
from meu_data.grounding.derive import derive_claims
from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim
from meu_data.synth.plan import EXPRESSIONS
from tests import ROOT
from tests.grounding.test_grounding_rates import moves_of

ANSWERS = [
    json.loads(line)
    for path in sorted((ROOT / "tests" / "data" / "answers").glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
ANSWER = st.sampled_from(ANSWERS)
MOUTH = Claim(region="left_mouth_corner", colour="green", direction="down-left", intensity="strong", au="AU15")
CHIN = Claim(region="chin", colour="purple", direction="up", intensity="slight", au="AU17")

BROW = Claim(region="left_inner_brow", colour="purple", direction="up", intensity="slight", au="AU1")


def told(motion: str, aus: tuple[str, ...] = ("AU15", "AU17"), claims: tuple[Claim, ...] = ()) -> Annotation:
    return Annotation(
        claims=claims,
        motion_analysis=motion,
        expression_inference="This speaks for sadness.",
        conclusion="Sadness.",
        aus=aus,
        emotion="sadness",
    )


EN = "The left corner of the mouth moves strongly down and to the left (AU15). The chin rises slightly (AU17)."
ZH = "画面左侧嘴角强烈向左下运动（AU15）。下巴轻微上抬（AU17）。"


@pytest.mark.parametrize(
    ("lang", "before", "after", "aus", "expected"),
    [
        # Nothing of the kind changed: the claims stay, however the words do.
        ("en", EN, EN, ("AU15", "AU17"), (MOUTH, CHIN)),
        ("en", EN, EN.replace("rises", "moves up"), ("AU15", "AU17"), (MOUTH, CHIN)),
        # A direction is corrected: colour by the legend, strength and AU as they were.
        (
            "en",
            EN,
            EN.replace("down and to the left (AU15)", "up and to the left (AU12)"),
            ("AU12", "AU17"),
            (Claim(region=MOUTH.region, colour="blue", direction="up-left", intensity="strong", au="AU12"), CHIN),
        ),
        (
            "zh",
            ZH,
            ZH.replace("向左下运动（AU15）", "向左上运动（AU12）"),
            ("AU12", "AU17"),
            (Claim(region=MOUTH.region, colour="blue", direction="up-left", intensity="strong", au="AU12"), CHIN),
        ),
        # A strength is.
        (
            "en",
            EN,
            EN.replace("slightly", "moderately"),
            ("AU15", "AU17"),
            (MOUTH, CHIN.model_copy(update={"intensity": "moderate"})),
        ),
        # A side is: the claim moves to the other corner.
        (
            "en",
            EN,
            EN.replace("left corner", "right corner").replace("to the left", "to the right"),
            ("AU15", "AU17"),
            (
                CHIN,
                Claim(
                    region="right_mouth_corner",
                    colour="orange-yellow",
                    direction="down-right",
                    intensity="strong",
                    au="AU15",
                ),
            ),
        ),
        # A sentence is taken away, and its claims with it.
        ("en", EN, EN.partition(" The chin")[0], ("AU15",), (MOUTH,)),
        ("zh", ZH, ZH.partition("下巴")[0], ("AU15",), (MOUTH,)),
        # A region is said to be still.
        ("en", EN, EN.replace("rises slightly (AU17)", "does not move"), ("AU15",), (MOUTH,)),
        # A sentence is added.
        (
            "en",
            EN,
            EN + " The left inner brow is drawn slightly up (AU1).",
            ("AU1", "AU15", "AU17"),
            (
                MOUTH,
                CHIN,
                BROW,
            ),
        ),
        # A motion without direction and colour makes no claim.
        ("en", EN, EN + " The left cheek moves.", ("AU15", "AU17"), (MOUTH, CHIN)),
        # An AU is taken away from the ticks alone.
        ("en", EN, EN, ("AU15",), (MOUTH,)),
    ],
)
def test_claims_follow_the_text(lang, before, after, aus, expected):
    draft = told(before, claims=(MOUTH, CHIN))
    assert derive_claims(draft, told(after, aus), lang) == expected


def test_a_claim_that_no_sentence_tells_of_stays():
    silent = Claim(region="glabella", colour="yellow-green", direction="down", intensity="moderate")
    draft = told(EN, claims=(MOUTH, silent))
    assert derive_claims(draft, told(EN.replace("strongly", "slightly")), "en")[1] == silent


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("emotion", EXPRESSIONS)
def test_offline_drafts_left_alone_keep_their_claims(sample_of, motion_of, emotion, lang):
    for labels in EXPRESSIONS[emotion]:
        sample = sample_of(facs_notation(parse_aus(labels)), emotion)
        draft = annotate(sample, motion_of(moves_of(sample.aus)), lang)
        assert derive_claims(draft, draft.model_copy(update={"claims": ()}), lang) == draft.claims


def planted(answer, false):
    """An answer as a draft with one error, in its text and in the claims that go with it, and as its proof."""
    one = case(answer)
    texts = answer["text"] | {false["part"]: answer["text"][false["part"]].replace(false["old"], false["new"], 1)}
    wrong = one.draft.model_copy(update=texts)
    wrong = wrong.model_copy(update={"claims": derive_claims(one.draft, wrong, one.lang)})
    proof = one.draft.model_copy(update={"claims": derive_claims(wrong, one.draft, one.lang)})
    before, after = (ground(one.sample, one.motion, each, one.lang) for each in (wrong, proof))
    return before, after


@settings(max_examples=200)
@given(ANSWER.filter(lambda answer: answer["falsehoods"]), st.data())
def test_the_score_rises_when_an_error_that_is_seen_is_corrected(answer, data):
    false = data.draw(st.sampled_from(answer["falsehoods"]))
    before, after = planted(answer, false)
    errors = [{flag for flag in each.flags if flag.severity != "note"} for each in (before, after)]
    if errors[0] - errors[1] and not errors[1] - errors[0]:
        assert after.score > before.score


def test_nearly_every_correction_lets_the_score_rise():
    scores = [planted(answer, false) for answer in ANSWERS for false in answer["falsehoods"]]
    risen = sum(after.score > before.score for before, after in scores)
    # What is left are errors in words that the reader does not know.
    assert len(scores) > 800
    assert risen >= 0.915 * len(scores)
    assert sum(after.score < before.score for before, after in scores) <= 0.01 * len(scores)
