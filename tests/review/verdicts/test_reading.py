"""Reading annotations: what a person said, whatever shape it has."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.records import Review
from meu_data.review.screen.fields import STAGES, Answers
from meu_data.review.screen.tasks import draft_sha256
from meu_data.review.verdicts.reading import AnnotationSource, Shown, read_annotation, read_draft
from tests.review.builders import SAMPLE, make_annotation, make_draft
from tests.review.lab import filled_in

ANSWERS = Answers(aus=("AU4", "AU6", "AU12", "LAU12"), emotions=("anger", "fear", "happiness", "sadness"))
DRAFT = make_draft()
PLACE = AnnotationSource(SAMPLE, "key", 7, "ann@localhost")
SHOWN = Shown(DRAFT, 0.7, ("direction",))
FORM = [
    {"id": name, "from_name": name, "to_name": "motion", "type": kind, "value": {key: value}}
    for name, kind, key, value in (
        ("aus", "choices", "choices", list(DRAFT.annotation.aus)),
        ("emotion", "choices", "choices", [DRAFT.annotation.emotion]),
        ("motion_analysis", "textarea", "text", [DRAFT.annotation.motion_analysis]),
        ("expression_inference", "textarea", "text", [DRAFT.annotation.expression_inference]),
        ("conclusion", "textarea", "text", [DRAFT.annotation.conclusion]),
        ("claims", "textarea", "text", ["left mouth corner: up-left, moderate, AU12"]),
    )
]
EMPTY = ("quality", "map", "comment", "verdict")


def raw(changes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An annotation as the server has it; None empties a field."""
    return {
        "id": 3,
        "result": filled_in(FORM, changes or {}),
        "created_at": "2026-11-20T08:10:00.500000Z",
        "updated_at": "2026-11-20T08:11:00Z",
        "completed_by": 2,
        "lead_time": 12.5,
        "was_cancelled": False,
        **more,
    }


def read(changes: dict[str, Any] | None = None, *, shown: Shown = SHOWN, **more: Any) -> Review:
    return read_annotation(raw(changes, **more), shown, PLACE, ANSWERS)


def test_a_form_submitted_as_it_was_accepts_the_draft():
    review = read()
    assert review.proof == DRAFT.annotation
    assert (review.verdict, review.verdict_ticked, review.fault) == ("accept", False, None)
    assert set(review.edits.values()) == {0.0} == {review.edit_distance}
    assert set(review.origins.values()) == {"prediction"}
    assert (review.draft, review.draft_score, review.draft_flags) == (DRAFT, 0.7, ("direction",))
    assert (review.annotation_id, review.task, review.project) == (3, 7, "key")
    assert (review.annotator, review.lead_time_s) == ("ann@localhost", 12.5)
    assert review.created_at == "2026-11-20T08:10:00.500000Z"
    assert review.updated_at == "2026-11-20T08:11:00.000000Z"


def test_what_was_changed_is_measured():
    review = read({"aus": ["AU12", "AU4"], "emotion": ["sadness"], "conclusion": ["They are sad."]})
    assert review.verdict == "fixed"
    # AU6 went, AU4 came, AU12 stayed.
    assert review.edits["aus"] == pytest.approx(2 / 3, abs=1e-4)
    assert review.edits["emotion"] == 1
    # "They are glad." to "They are sad.": gl becomes s, two edits in fourteen letters.
    assert review.edits["conclusion"] == pytest.approx(2 / 14, abs=1e-4)
    assert review.edits["motion_analysis"] == 0
    assert 0 < review.edit_distance < 2 / 14
    assert review.proof.aus == ("AU4", "AU12")
    assert review.proof.emotion == "sadness"
    assert review.origins == {
        "aus": "prediction-changed",
        "emotion": "prediction-changed",
        "motion_analysis": "prediction",
        "expression_inference": "prediction",
        "conclusion": "prediction-changed",
        "claims": "prediction",
    }


@pytest.mark.parametrize(
    ("ticks", "skipped", "confirmed"),
    [
        (["confirmed"], False, True),
        (None, False, False),
        # What is on no list of the screen confirms nothing, and neither does a task that was skipped.
        (["yes"], False, False),
        (["confirmed"], True, False),
    ],
)
def test_a_map_is_confirmed_by_a_tick_alone(ticks: list[str] | None, skipped: bool, confirmed: bool):
    review = read({"map": ticks}, was_cancelled=skipped)
    assert review.map_confirmed is confirmed
    # It is no edit of the draft.
    assert review.verdict == (None if skipped else "accept")


def test_claims_whose_au_was_taken_away_go():
    (claim,) = DRAFT.annotation.claims
    assert claim.au == "AU12"
    assert read({"aus": ["AU12"]}).proof.claims == (claim,)
    assert read({"aus": ["AU6"]}).proof.claims == ()
    assert read({"aus": ["AU6", "LAU12"]}).proof.claims == ()
    loose = claim.model_copy(update={"au": None})
    draft = make_draft(annotation=make_annotation().model_copy(update={"claims": (loose,)}))
    assert read({"aus": None, "claims": ["left mouth corner: up-left, moderate"]}, shown=Shown(draft)).proof.claims == (
        loose,
    )


def test_claims_follow_a_corrected_text():
    review = read({"motion_analysis": ["The left corner of the mouth moves down and to the left, strongly."]})
    (claim,) = review.proof.claims
    assert (claim.region, claim.direction, claim.colour) == ("left_mouth_corner", "down-left", "green")
    assert (claim.intensity, claim.au) == ("strong", "AU12")
    assert (review.verdict, review.fault, review.edits["claims"]) == ("fixed", None, 1)


def test_a_claim_corrected_by_hand_wins():
    review = read({"claims": ["left mouth corner: up, slight, AU12"]})
    (claim,) = review.proof.claims
    assert (claim.direction, claim.colour, claim.intensity) == ("up", "purple", "slight")
    assert (review.verdict, review.fault, review.edits["claims"]) == ("fixed", None, 1)
    assert review.edits["motion_analysis"] == 0


def test_a_task_without_a_field_of_claims_leaves_them_to_the_text():
    assert read({"claims": None}).proof == DRAFT.annotation


@pytest.mark.parametrize(
    ("changes", "quoted"),
    [
        ({"emotion": ["sadness"]}, "“They are glad” says happiness, but the emotion is sadness"),
        (
            {"aus": ["AU12"], "conclusion": ["AU6 and AU12: they are glad."]},
            "“AU6 and AU12: they are glad” names AU6 as present, but it is not among the AUs",
        ),
        (
            {"conclusion": ["They are glad, without any AU6."]},
            "“They are glad, without any AU6” denies AU6, but it is among the AUs",
        ),
        (
            {"claims": ["left mouth corner: down, strong, AU12"]},
            "“The left corner of the mouth moves up and to the left” does not agree with the claim"
            " “left_mouth_corner: down, strong, AU12”",
        ),
    ],
)
@pytest.mark.parametrize("verdict", [None, "accept", "fixed", "reject", "needs_expert"])
def test_contradictions_go_back_with_the_sentence(changes, quoted, verdict):
    review = read({**changes, **({"verdict": [verdict]} if verdict else {})})
    assert review.proof is not None
    if verdict in ("reject", "needs_expert"):
        assert (review.fault, review.contradictions) == (None, ())
        return
    assert quoted in review.contradictions
    assert review.fault == "; ".join(review.contradictions)
    assert review.verdict == (verdict or "fixed")


def test_nothing_ticked_is_allowed_for_aus():
    review = read({"aus": None})
    assert (review.proof.aus, review.fault, review.origins["aus"]) == ((), None, "empty")
    assert review.edits["aus"] == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["  They are glad.\n"], "They are glad."),
        (["They are glad.\r\n\r\n"], "They are glad."),
        (["One.\r\nTwo."], "One.\nTwo."),
        (["One.", "Two."], "One.\nTwo."),
        ("They are glad.", "They are glad."),
        (["左嘴角（AU12）上扬，说明高兴。\n"], "左嘴角（AU12）上扬，说明高兴。"),
        (["豈 ﬁ e\u0301 👀"], "豈 ﬁ e\u0301 👀"),
        (["broken \ud800 half"], "broken ? half"),
    ],
)
def test_texts_lose_only_what_surrounds_them(written, kept):
    assert read({"conclusion": written}).proof.conclusion == kept


def test_white_space_around_a_text_is_no_change():
    review = read({"conclusion": [f"{DRAFT.annotation.conclusion}\n"]})
    assert (review.verdict, review.edit_distance) == ("accept", 0)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"emotion": None}, "no emotion is chosen"),
        ({"emotion": []}, "no emotion is chosen"),
        ({"emotion": ["fear", "anger"]}, "several emotions are chosen: fear, anger"),
        ({"emotion": ["envy"]}, "'envy' is not on the list of emotions"),
        ({"aus": ["AU12", "AU99"]}, "'AU99' is not on the list of AUs"),
        ({"conclusion": None}, "the conclusion is empty"),
        ({"motion_analysis": [" \n"]}, "the motion analysis is empty"),
        ({"expression_inference": []}, "the expression inference is empty"),
        (
            {"claims": ["left mouth corner: up-left, moderate\nnose: up"]},
            "the claim “nose: up” begins with no region of the face; write it as:"
            " left mouth corner: up-left, strong, AU12, or 画面左侧嘴角：左上，强烈，AU12",
        ),
        ({"emotion": None, "conclusion": None}, "no emotion is chosen; the conclusion is empty"),
    ],
)
@pytest.mark.parametrize("verdict", [None, "accept", "fixed", "reject", "needs_expert"])
def test_rules(changes, fault, verdict):
    review = read({**changes, **({"verdict": [verdict]} if verdict else {})})
    assert review.proof is None
    assert (review.edits, review.edit_distance) == ({}, None)
    if verdict in ("reject", "needs_expert"):
        assert (review.fault, review.verdict) == (None, verdict)
    else:
        assert (review.fault, review.verdict) == (fault, None)


@pytest.mark.parametrize("verdict", ["accept", "fixed", "reject", "needs_expert"])
def test_a_ticked_verdict_counts(verdict):
    review = read({"verdict": [verdict]})
    assert (review.verdict, review.verdict_ticked) == (verdict, True)
    assert review.proof is not None


def test_an_unknown_verdict_is_none():
    assert read({"verdict": ["perhaps"]}).verdict_ticked is False


def test_a_skipped_task_says_nothing():
    review = read({"emotion": None}, was_cancelled=True, result=[])
    assert (review.skipped, review.verdict, review.fault, review.proof) == (True, None, None, None)
    assert set(review.origins.values()) == {"empty"}


def test_stars_and_comment():
    review = read({"quality": 4, "comment": [" look at AU6 again\n"]})
    assert (review.quality, review.comment) == (4, "look at AU6 again")
    assert (read().quality, read().comment) == (None, "")
    assert [read({"quality": stars}).quality for stars in (0, 6, 2.5, "4", None, 3.0)] == [None] * 5 + [3]


def test_without_the_shown_draft_origins_tell_the_verdict():
    lost = Shown(None, 0.7)
    assert read(shown=lost).verdict == "accept"
    changed = read({"emotion": ["fear"]}, shown=lost)
    assert (changed.verdict, changed.edits, changed.edit_distance, changed.draft) == ("fixed", {}, None, None)
    assert changed.proof.claims == ()


def test_what_people_drew_beside_our_fields_is_no_fault():
    extra = {"id": "r", "from_name": "roi", "to_name": "motion", "type": "rectanglelabels", "value": {"x": 1}}
    review = read(result=[*FORM, extra, "junk", None, {"from_name": ["aus"]}])
    assert (review.fault, review.proof) == (None, DRAFT.annotation)


def test_fields_without_a_mark_were_made_by_hand():
    assert set(read(result=FORM).origins.values()) == {"manual"}


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
@pytest.mark.parametrize("value", [None, True, [], "yesterday"])
def test_an_annotation_without_id_or_times_is_not_label_studio_s(field, value):
    with pytest.raises(MeuError):
        read(**{field: value})


def test_a_draft_is_taken_only_when_it_is_the_one_shown():
    data = {"draft": DRAFT.model_dump(mode="json")}
    assert read_draft(data, draft_sha256(DRAFT)) == DRAFT
    other = make_draft(annotation=make_annotation("fear"))
    assert read_draft({"draft": other.model_dump(mode="json")}, draft_sha256(DRAFT)) is None
    for edited in (None, "x", {}, {"draft": None}, {"draft": {**data["draft"], "model": 3}}):
        assert read_draft(edited, draft_sha256(DRAFT)) is None


_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_json = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
_names = st.sampled_from([*(result["from_name"] for result in FORM), *EMPTY, "roi"])
_codes = st.sampled_from(["AU4", "AU12", "AU99", "fear", "anger", "accept", "reject", ""]) | st.text(max_size=4)
_values = st.fixed_dictionaries(
    {},
    optional={
        "choices": st.lists(_codes | _json, max_size=3) | _json,
        "text": st.lists(st.text() | _json, max_size=2) | _json,
        "rating": st.integers(-1, 7) | _json,
    },
)
_items = st.fixed_dictionaries(
    {}, optional={"from_name": _names | _json, "value": _values | _json, "origin": st.sampled_from(["manual"]) | _json}
)
_TIME = "2026-11-20T08:10:00Z"
_wild = st.fixed_dictionaries(
    {
        "id": st.integers(0, 9),
        "created_at": st.just("2026-11-20T08:10:00Z"),
        "updated_at": st.just("2026-11-20T08:10:00Z"),
    },
    optional={
        "result": st.lists(_items | _json, max_size=8) | _json,
        "lead_time": _json,
        "was_cancelled": _json,
        "completed_by": _json,
    },
)


@given(_wild, st.booleans())
def test_whatever_comes_is_a_review_that_can_be_stored(wild, lost):
    review = read_annotation(wild, Shown(None) if lost else SHOWN, PLACE, ANSWERS)
    assert Review.model_validate_json(review.model_dump_json()) == review
    if review.proof is None:
        assert review.skipped or review.fault is not None or review.verdict in ("reject", "needs_expert")
    else:
        assert not review.skipped
        assert (review.fault is None) == (not review.contradictions)
    if review.proof is not None:
        assert set(review.proof.aus) <= set(ANSWERS.aus)
        assert review.proof.emotion in ANSWERS.emotions
        texts = [getattr(review.proof, stage) for stage in STAGES]
        assert all(text.strip() == text != "" for text in texts)
    if review.fault is not None:
        assert (review.verdict is None) == (review.proof is None)


@given(_json)
def test_whatever_lies_in_a_task_is_a_draft_or_none(data):
    assert read_draft(data, "0" * 64) is None
    assert read_draft({"draft": data}, "0" * 64) is None
