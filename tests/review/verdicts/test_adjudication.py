"""Which review of a sample counts: each policy by table, the majority against its definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.review.verdicts.adjudication import (
    NO_EXPERT,
    NO_SINGLE_REVIEW,
    SPLIT_ON_AUS,
    SPLIT_ON_EMOTION,
    SPLIT_ON_KEEPING,
    UNREVIEWED,
    UNUSABLE,
    Outcome,
    Policy,
    adjudicate,
    check_expert,
    newest_per_annotator,
    parse_policy,
)
from tests.review.builders import ANNA, BO, CY, make_review

LATEST, MAJORITY, EXPERT = (parse_policy(text) for text in ("latest", "majority", f"expert:{ANNA}"))
DEE, EVE = "dee@lab.example", "eve@lab.example"
SMILE, BROW, JAW = ("AU6", "AU12"), ("AU4",), ("AU26",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("latest", Policy("latest")),
        (" majority ", Policy("majority")),
        ("expert:Anna", Policy("expert", "Anna")),
        ("expert: anna@lab.example ", Policy("expert", "anna@lab.example")),
        ("expert:小明", Policy("expert", "小明")),
        ("expert:a:b", Policy("expert", "a:b")),
    ],
)
def test_policies_are_read_and_written(text, expected):
    policy = parse_policy(text)
    assert policy == expected
    assert parse_policy(str(policy)) == policy


@pytest.mark.parametrize("text", ["", "newest", "Latest", "experts", "expert:", "expert: ", "majority:2", "latest:"])
def test_what_is_no_policy_names_the_choices(text):
    with pytest.raises(MeuError, match="choose latest, majority, expert or expert:NAME") as told:
        parse_policy(text)
    assert repr(text) in str(told.value)


def anna(**changes):
    return make_review(ANNA, **{"annotation_id": 1, "minute": 1, **changes})


def bo(**changes):
    return make_review(BO, **{"annotation_id": 2, "minute": 2, **changes})


def cy(**changes):
    return make_review(CY, **{"annotation_id": 3, "minute": 3, **changes})


def dee(**changes):
    return make_review(DEE, **{"annotation_id": 4, "minute": 4, **changes})


def eve(**changes):
    return make_review(EVE, **{"annotation_id": 5, "minute": 5, **changes})


SKIPPED, FAULTY, REJECT, DOUBT = (
    {"skipped": True},
    {"fault": "no AU"},
    {"verdict": "reject"},
    {"verdict": "needs_expert"},
)

# (policy, reviews, the index of the one that counts or the reason why none does)
CASES = {
    "latest, nobody": (LATEST, [], UNREVIEWED),
    "latest, one": (LATEST, [anna()], 0),
    "latest, the newer edit of an older annotation": (LATEST, [anna(minute=9), bo()], 0),
    "latest, same time, higher number": (LATEST, [bo(minute=1), anna()], 0),
    "latest, same time and number, later project": (LATEST, [bo(annotation_id=1, minute=1, project="z"), anna()], 0),
    "latest, half a second later": (
        LATEST,
        [anna(updated_at="2026-11-20T08:00:00Z"), bo(annotation_id=0, updated_at="2026-11-20T08:00:00.5Z")],
        1,
    ),
    "latest, skips and faults do not count": (LATEST, [anna(), bo(**SKIPPED), cy(**FAULTY)], 0),
    "latest, nothing usable": (LATEST, [anna(**SKIPPED), bo(**FAULTY)], UNUSABLE),
    "latest, a rejection": (LATEST, [anna(), bo(**REJECT)], 1),
    "expert, their newest": (EXPERT, [anna(), anna(annotation_id=9, minute=5), bo(minute=9)], 1),
    "expert, not there": (EXPERT, [bo(), cy()], NO_EXPERT),
    "expert, only skipped": (EXPERT, [anna(**SKIPPED), bo()], NO_EXPERT),
    "expert, by the part before the at sign": (parse_policy("expert:ANNA"), [anna(), bo()], 0),
    "expert, no part of a name": (parse_policy("expert:ann"), [anna()], NO_EXPERT),
    "expert, nobody": (EXPERT, [], UNREVIEWED),
    "majority, one": (MAJORITY, [anna()], 0),
    "majority, nothing usable": (MAJORITY, [anna(**SKIPPED)], UNUSABLE),
    "majority, two alike": (MAJORITY, [anna(), bo()], 1),
    "majority, AUs in another order": (MAJORITY, [anna(aus=("AU12", "AU6")), bo(aus=("AU6", "AU12", "AU6"))], 1),
    "majority, two emotions": (MAJORITY, [anna(emotion="fear"), bo()], SPLIT_ON_EMOTION),
    "majority, two sets of AUs": (MAJORITY, [anna(aus=BROW), bo(aus=SMILE)], SPLIT_ON_AUS),
    "majority, one AU more": (MAJORITY, [anna(), bo(aus=(*SMILE, "AU4"))], SPLIT_ON_AUS),
    "majority, a side is another AU": (MAJORITY, [anna(aus=("AU12",)), bo(aus=("LAU12",))], SPLIT_ON_AUS),
    "majority, two against the newest": (MAJORITY, [anna(), bo(), cy(emotion="fear", aus=BROW)], 1),
    "majority, three emotions": (MAJORITY, [anna(emotion="fear"), bo(emotion="anger"), cy()], SPLIT_ON_EMOTION),
    "majority, two of four": (
        MAJORITY,
        [anna(), bo(), cy(emotion="fear"), dee(emotion="anger")],
        SPLIT_ON_EMOTION,
    ),
    "majority, labels that nobody has together": (
        MAJORITY,
        [anna(aus=("AU6", "AU4")), bo(aus=("AU6", "AU12")), cy(aus=("AU12", "AU4"))],
        NO_SINGLE_REVIEW,
    ),
    "majority, emotion of two and AUs of other two": (
        MAJORITY,
        [anna(aus=BROW), bo(aus=SMILE), cy(emotion="fear", aus=BROW)],
        0,
    ),
    "majority, no AU at all": (MAJORITY, [anna(aus=()), bo(aus=BROW), cy(aus=())], 2),
    "majority, each AU by one only": (MAJORITY, [anna(aus=BROW), bo(aus=JAW), cy(aus=())], 2),
    "majority, one vote each however often they reviewed": (
        MAJORITY,
        [anna(emotion="fear"), anna(emotion="fear", annotation_id=8, minute=8), bo(), cy()],
        3,
    ),
    "majority, a change of mind": (MAJORITY, [anna(emotion="fear"), anna(annotation_id=8, minute=8), bo()], 1),
    "majority, the rejected": (MAJORITY, [anna(**REJECT), bo(**DOUBT), cy()], 1),
    "majority, all rejected": (MAJORITY, [anna(**REJECT), bo(**REJECT)], 1),
    "majority, one of two rejects": (MAJORITY, [anna(**REJECT), bo()], SPLIT_ON_KEEPING),
    "majority, who rejects has no say in the labels": (
        MAJORITY,
        [anna(emotion="fear", **REJECT), bo(), cy(), dee(emotion="fear", **DOUBT), eve()],
        4,
    ),
}


@pytest.mark.parametrize(("policy", "reviews", "expected"), CASES.values(), ids=CASES)
def test_the_review_that_counts(policy, reviews, expected):
    outcome = Outcome(None, expected) if isinstance(expected, str) else Outcome(reviews[expected], None)
    assert adjudicate(reviews, policy) == outcome
    assert adjudicate(reviews[::-1], policy) == outcome


@pytest.mark.parametrize(
    ("verdict", "kept"), [("accept", True), ("fixed", True), ("reject", False), ("needs_expert", False)]
)
def test_what_is_sent_back_is_not_kept(verdict, kept):
    assert adjudicate([anna(verdict=verdict)], LATEST).kept is kept


def test_no_outcome_is_not_kept():
    assert not adjudicate([], LATEST).kept


PEOPLE = {ANNA: "annotator-01", BO: "annotator-02", "anna@other.example": "annotator-03", "小明": "annotator-04"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bo", BO), ("BO@LAB.example", BO), (ANNA, ANNA), ("annotator-03", "anna@other.example"), ("小明", "小明")],
    ids=["before the at sign", "any case", "in full", "pseudonym", "no e-mail"],
)
def test_the_expert_is_found(name, expected):
    assert check_expert(Policy("expert", name), PEOPLE) == Policy("expert", expected)


@pytest.mark.parametrize(
    ("name", "people", "reason"),
    [
        ("anna", PEOPLE, "'anna' may be anna@lab.example or anna@other.example; .*expert:anna@lab.example"),
        ("dee", {BO: "annotator-01"}, r"nobody called 'dee' .*: annotator-01 \(bo@lab.example\)"),
        ("dee", {}, "annotators: none"),
    ],
    ids=["two of that name", "unknown", "no annotators"],
)
def test_an_expert_who_is_not_one_person_is_told(name, people, reason):
    with pytest.raises(MeuError, match=reason):
        check_expert(Policy("expert", name), people)


@pytest.mark.parametrize("policy", [LATEST, MAJORITY])
def test_other_policies_need_no_expert(policy):
    assert check_expert(policy, {}) == policy


def test_one_vote_each_newest_first():
    reviews = [anna(), anna(annotation_id=4, minute=5), bo(), cy(minute=0), dee(**SKIPPED)]
    assert newest_per_annotator(reviews) == [reviews[1], reviews[2], reviews[3]]


@st.composite
def _reviews(draw):
    found = []
    for number in range(draw(st.integers(0, 7))):
        found.append(
            make_review(
                draw(st.sampled_from([ANNA, BO, CY, DEE, EVE])),
                annotation_id=number,
                minute=draw(st.integers(0, 3)),
                emotion=draw(st.sampled_from(["fear", "anger", "surprise"])),
                aus=tuple(sorted(draw(st.sets(st.sampled_from(["AU1", "AU4", "AU12"]))))),
                **draw(st.sampled_from([{}, {}, {}, {}, SKIPPED, FAULTY, REJECT, DOUBT])),
            )
        )
    return draw(st.permutations(found))


def _most(count: int, of: list) -> bool:
    return count > len(of) / 2


def _by_definition(reviews):
    """The majority, one sentence of its description after the other; annotation ids are all different here."""
    if not reviews:
        return None, {UNREVIEWED}
    age = {review.annotation_id: (review.updated_at, review.annotation_id) for review in reviews}
    speaking = [review for review in reviews if review.proof is not None]
    votes = [
        review
        for review in speaking
        if all(
            age[review.annotation_id] >= age[other.annotation_id]
            for other in speaking
            if other.annotator == review.annotator
        )
    ]
    if not votes:
        return None, {UNUSABLE}
    newest = lambda some: max(some, key=lambda review: age[review.annotation_id])  # noqa: E731
    against = [review for review in votes if review.verdict in ("reject", "needs_expert")]
    keepers = [review for review in votes if review not in against]
    if _most(len(against), votes):
        return newest(against), None
    if not _most(len(keepers), votes):
        return None, {SPLIT_ON_KEEPING}
    universe = {au for review in keepers for au in review.proof.aus}
    agreeing = [
        review
        for review in keepers
        if _most(sum(other.proof.emotion == review.proof.emotion for other in keepers), keepers)
        and all(
            _most(sum((au in other.proof.aus) == (au in review.proof.aus) for other in keepers), keepers)
            for au in universe
        )
    ]
    return (newest(agreeing), None) if agreeing else (None, {SPLIT_ON_EMOTION, SPLIT_ON_AUS, NO_SINGLE_REVIEW})


@given(_reviews())
def test_the_majority_is_what_its_definition_says(reviews):
    expected, reasons = _by_definition(reviews)
    outcome = adjudicate(reviews, MAJORITY)
    assert outcome.review == expected
    assert outcome.reason is None if reasons is None else outcome.reason in reasons


@given(_reviews(), st.sampled_from([LATEST, EXPERT]))
def test_latest_and_expert_choose_the_newest_that_says_something(reviews, policy):
    fitting = [one for one in reviews if one.proof is not None and (policy == LATEST or one.annotator == ANNA)]
    expected = max(fitting, key=lambda one: (one.updated_at, one.annotation_id), default=None)
    outcome = adjudicate(reviews, policy)
    assert outcome.review == expected
    assert (outcome.reason is None) == (expected is not None)
