"""The rules that hold words against motion, on words made by hand: what is tolerated, what is a fault, which one."""

import pytest

from meu_data.face.moved import HIDDEN, Moved
from meu_data.language.fit import faults, near_muscle
from meu_data.language.reading import Evidence, Misnamed, MotionSaid, Ranked, ReadStatement, UnitSaid
from meu_data.language.words import WAYS

LEFT, RIGHT = ("left_mouth_corner",), ("right_mouth_corner",)
CORNERS = (LEFT, RIGHT)
CHIN, LID = (("chin",),), (("left_lower_lid",),)
UP, DOWN, OUT = WAYS["up"], WAYS["down"], WAYS["out"]
# Strength by bin: 0 still, 1 slight, 2 moderate, 3 strong.
FACE = {
    "left_mouth_corner": Moved("up-left", 3),
    "right_mouth_corner": Moved("up-right", 2),
    "left_lower_lid": Moved("up", 1),
    "right_lower_lid": Moved("none", 0, almost=True),
    "left_cheek": HIDDEN,
    "right_cheek": Moved("up", 2, coherent=False),
    "chin": Moved("none", 0),
}


def found(*motions: MotionSaid, **more: object) -> list[tuple[str, bool]]:
    """Kind and severity of what is wrong with a statement of these motions."""
    statement = ReadStatement(0, 1, "en", motions, **more)  # type: ignore[arg-type]  # fields by name
    return [(fault.kind, fault.serious) for fault in faults(statement, FACE)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (MotionSaid(CORNERS, UP | OUT, moves=True), []),
        (MotionSaid(CORNERS, UP, moves=True), []),  # one octant off
        (MotionSaid(CORNERS, DOWN, moves=True), [("direction", True)] * 2),
        (MotionSaid((LEFT,), colours=frozenset(("up-left",)), moves=True), []),
        (MotionSaid((LEFT,), colours=frozenset(("up",)), moves=True), []),
        (MotionSaid((LEFT,), colours=frozenset(("right",)), moves=True), [("colour", True)]),
        (MotionSaid((LEFT,), UP | DOWN, moves=True), [("contradiction", True)]),
        (MotionSaid((LEFT,), strength="moderate", moves=True), []),  # one bin off
        (MotionSaid((LEFT,), strength="slight", moves=True), [("strength", True)]),
        (MotionSaid((RIGHT,), strength="strong", moves=True, extreme=True), [("strength", True)]),
        (MotionSaid(LID, strength="strong"), [("strength", True)]),
        (MotionSaid(CHIN, UP, moves=True), [("still", True)]),
        (MotionSaid((("right_lower_lid",),), UP, moves=True), [("other side", True)]),
        (MotionSaid((("right_lower_lid",),), UP, strength="slight", moves=True), [("still", False)]),
        (MotionSaid((("left_cheek",),), DOWN, moves=True), []),  # not measurable
        (MotionSaid((("right_cheek",),), DOWN, moves=True), [("direction", False)]),  # no one direction
        (MotionSaid((("unheard_of",),), DOWN, moves=True), []),
        (MotionSaid(CORNERS, moves=False), [("motion denied", True)] * 2),
        (MotionSaid(LID, strength="slight", moves=False), []),  # "it hardly moves"
        (MotionSaid(CHIN, moves=False), []),
        (MotionSaid((LEFT,), UP, denied=True), [("direction denied", True)]),
        (MotionSaid((LEFT,), DOWN, denied=True), []),
        (MotionSaid(CORNERS, UP, moves=True, one_sided=True), [("one side", True)]),
        (
            MotionSaid((("left_lower_lid",), ("right_lower_lid",)), UP, moves=True, one_sided=True, sided=False),
            [],
        ),
        (MotionSaid(CORNERS, DOWN, moves=True, real=False), []),  # of a definition
    ],
)
def test_what_is_said_of_a_place_is_held_against_how_it_moved(said, expected):
    assert found(said) == expected


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        (Ranked("more", (LEFT,), (RIGHT,)), []),
        (Ranked("more", (RIGHT,), (LEFT,)), [("ranking", True)]),
        (Ranked("more", LID, CHIN), []),
        (Ranked("equal", (LEFT,), (RIGHT,)), [("equality", False)]),
        (Ranked("equal", (LEFT,), LID), [("equality", True)]),
        (Ranked("equal", CHIN, (("right_lower_lid",),)), []),  # both still
        (Ranked("half", LID, (LEFT,)), []),
        (Ranked("half", (LEFT,), LID), [("share", True)]),
        (Ranked("half", CHIN, (LEFT,)), [("share", True)]),
        (Ranked("top", (LEFT,), ()), []),
        (Ranked("top", (RIGHT,), ()), [("ranking", False)]),
        (Ranked("top", LID, ()), [("ranking", True)]),
        (Ranked("top", (RIGHT,), (), zone=True), [("ranking", False)]),
        (Ranked("more", (("left_cheek",),), (LEFT,)), []),  # not measurable
    ],
)
def test_comparisons_are_held_against_the_measured_strengths(ranked, expected):
    assert found(ranks=(ranked,)) == expected


AU12, AU6 = UnitSaid(12, None, "affirmed"), UnitSaid(6, None, "affirmed")
RISING = MotionSaid(CORNERS, UP | OUT, moves=True)
RESTING = MotionSaid((("left_inner_brow",), ("right_inner_brow",)), moves=False, sided=False)


@pytest.mark.parametrize(
    ("motions", "units", "given", "expected"),
    [
        ((RISING,), (AU12,), Evidence(frozenset((12,)), (0,)), []),
        ((RISING,), (AU6,), Evidence(frozenset((6,)), (0,)), [("evidence", True)]),
        ((RESTING,), (AU6,), Evidence(frozenset((6,)), (0,)), [("evidence", True)]),
        ((RESTING,), (AU6._replace(side="L"),), Evidence(frozenset((6,)), (0,)), []),
        ((RISING, RESTING), (AU12,), Evidence(frozenset((12,)), (0, 1)), []),
        ((), (AU12,), Evidence(frozenset((12,)), (), CORNERS), []),
        ((), (AU12,), Evidence(frozenset((12,)), (), (("glabella",),)), [("evidence", True)]),
    ],
)
def test_motion_that_a_unit_does_not_make_is_no_evidence_for_it(motions, units, given, expected):
    assert found(*motions, units=units, evidence=(given,)) == expected


@pytest.mark.parametrize(
    ("number", "muscle", "near"),
    [(6, 12, True), (12, 6, False), (4, 5, False), (17, 15, False), (14, 17, False), (10, 12, True)],
)
def test_a_wrong_muscle_is_near_where_it_moves_what_the_unit_is_told_by(number, muscle, near):
    assert near_muscle(Misnamed(number, "", frozenset((muscle,)), muscle=True)) is near
