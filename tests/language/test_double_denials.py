"""Denials that are denied, what is compared without "than", and where a unit is said to be seen.

What is right is how a person reads the sentence.
"""

import pytest

from meu_data.language.reader import read

MOVES = (
    ("It would be wrong to score no change at the chin.", "chin"),
    ("It would not be right to score no motion at the chin.", "chin"),
    ("It would be a mistake to report a lack of movement in the chin.", "chin"),
    ("It would be untrue that the chin stays in place.", "chin"),
    ("It is false that the chin does not move.", "chin"),
    ("The absence of displacement in the chin cannot be maintained.", "chin"),
    ("A lack of motion in the chin can hardly be claimed.", "chin"),
    ("The chin does not go without an upward push.", "chin"),
    ("The chin is not exempt from motion.", "chin"),
    ("The chin fails to stay put.", "chin"),
    ("说下巴没动是不对的。", "chin"),
    ("认为下巴静止是错的。", "chin"),
    ("The chin never comes to rest.", "chin"),
    ("There is no lack of motion at the chin.", "chin"),
    ("To call the chin motionless would be wrong.", "chin"),
    ("To say that the chin is at rest would be untrue.", "chin"),
    ("The idea that the chin stays put does not hold up.", "chin"),
    ("It would be inaccurate to report the chin as still.", "chin"),
    ("Now look at the cheeks and the lids, neither of which can be called still.", "left_cheek"),
    ("The lids and the cheeks, neither of which stays calm.", "right_cheek"),
    ("Nor does the left outer eyebrow fail to rise.", "left_outer_brow"),
)
RANKS = (
    ("The chin rises. The cheeks rise, and they even outdo it.", "cheek", "chin"),
    ("The chin rises. The cheeks follow, and even surpass it.", "cheek", "chin"),
    ("The right cheek rises. The left one does the same thing, and with even more force.", "left_cheek", "right_cheek"),
    ("The right cheek rises. Its counterpart on the left does the same, only harder.", "left_cheek", "right_cheek"),
    ("The lip corners move outward. The cheeks move in the same direction, but harder.", "cheek", "mouth_corner"),
    (
        "The upper lip rises at its sides, and the midpoint of that lip even more so.",
        "middle_upper_lip",
        "left_upper_lip",
    ),
    ("The chin rises. The cheeks do as well, with greater force.", "cheek", "chin"),
    ("The chin rises. The cheeks rise too, and more strongly so.", "cheek", "chin"),
    ("The chin is purple. It is nevertheless weaker than what the cheek beside it shows.", "cheek", "chin"),
    ("The cheeks rise, moderately on the left and only slightly on the right.", "left_cheek", "right_cheek"),
    ("面颊不像下巴那么强。", "chin", "cheek"),
    ("颧部也在往上走，不过没有下眼睑那么明显。", "lower_lid", "cheekbone"),
    ("右侧面颊向左移动，且强于同侧嘴角。", "right_cheek", "mouth_corner"),
    ("两侧嘴角向中间收紧。左侧明显强于右侧。", "left_mouth_corner", "right_mouth_corner"),
)
TOPS = (
    "The chin moves with an intensity that none of the other regions reaches.",
    "The chin moves with a force that no other region matches.",
    "The chin rises with an intensity unmatched by any other region.",
    "The chin rises more strongly than any other region.",
    "The chin outdoes every other region.",
)
UNITS = (
    ("So I would not add AU6.", "denied"),
    ("It would not be right to leave out AU6.", "affirmed"),
    ("It would be wrong to omit AU6.", "affirmed"),
    ("One should not leave out AU6.", "affirmed"),
    ("There is no reason to leave out AU6.", "affirmed"),
    ("Leaving out AU6 would be wrong.", "affirmed"),
    ("There is no reason to add AU6.", "denied"),
    ("不加AU6是不对的。", "affirmed"),
    ("It is not true that AU6 is active.", "denied"),
    ("The claim that AU6 is active is false.", "denied"),
    ("I would still add AU6.", "affirmed"),
    ("I should nevertheless code AU6.", "affirmed"),
)
EVIDENCE = (
    ("AU17 (chin raiser), seen at the upper eyelids.", 17, "upper_lid"),
    ("AU7 (lid tightener) accounts for the tightened lips.", 7, "upper_lip"),
    ("AU5（上眼睑上提）见于嘴唇。", 5, "upper_lip"),
    ("AU20（嘴角拉伸）←眉头、眉间", 20, "inner_brow"),
)
STILL_DENIED = (
    ("嘴角朝中线方向收，不像微笑时那样往外拉。", 32),
    ("嘴角向内收，而不是往外拉。", 32),
    ("A pulled-up lip corner without a lowered brow fits a weak smile.", 2),
)


def regions(places):
    return {name for place in places for name in place}


def has(name, places):
    return any(region.endswith(name) for region in regions(places))


@pytest.mark.parametrize(("text", "region"), MOVES)
def test_who_denies_a_denial_says_that_it_moves(text, region):
    said = [one for statement in read(text).statements for one in statement.motions if region in regions(one.places)]
    assert said
    assert all(one.moves and not one.denied for one in said)


@pytest.mark.parametrize(("text", "more", "less"), RANKS)
def test_what_is_compared_without_than(text, more, less):
    ranks = [rank for statement in read(text).statements for rank in statement.ranks]
    assert [rank.rank in ("more", "multiple") for rank in ranks] == [True]
    assert has(more, ranks[0].here)
    assert has(less, ranks[0].there)


@pytest.mark.parametrize("text", TOPS)
def test_what_none_reaches_moves_most(text):
    (statement,) = read(text).statements
    assert [(rank.rank, regions(rank.here)) for rank in statement.ranks] == [("top", {"chin"})]


@pytest.mark.parametrize(("text", "polarity"), UNITS)
def test_units_that_one_would_not_leave_out(text, polarity):
    (statement,) = read(text).statements
    assert [(unit.number, unit.polarity) for unit in statement.units] == [(6, polarity)]


@pytest.mark.parametrize(("text", "number", "region"), EVIDENCE)
def test_where_a_unit_is_seen_is_its_evidence(text, number, region):
    (statement,) = read(text).statements
    (given,) = statement.evidence
    assert given.numbers == {number}
    assert has(region, given.places or [place for at in given.motions for place in statement.motions[at].places])


@pytest.mark.parametrize(("text", "way"), STILL_DENIED)
def test_what_it_is_not_like_is_not_said_of_it(text, way):
    said = [one for statement in read(text).statements for one in statement.motions]
    assert said
    assert not [one for one in said if one.ways & way and not one.denied]


def test_criteria_are_met_by_no_motion():
    (statement,) = read("The upper lip changes meet the criteria for AU10.").statements
    assert not [one for one in statement.motions if one.towards or one.ways]
