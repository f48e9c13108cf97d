"""Cells and fields that say "no motion", sides behind their part, and nouns that are said once and meant twice.

What is right is how a person reads the sentence; a region that a text does not speak of is not in its reading.
"""

import pytest

from meu_data.language.reader import read

HEAD = "| region | direction | strength |\n|---|---|---|\n"

READINGS = {
    "none in a cell": (HEAD + "| chin | none | 0 |", {"chin": "still"}),
    "none and its translation": (HEAD + "| 下巴 chin | none 静止 | 0 |", {"chin": "still"}),
    "nil and a dash": (HEAD + "| chin | nil | – |", {"chin": "still"}),
    "a direction in a cell": (HEAD + "| chin | up | slight |", {"chin": "up"}),
    "nothing is at rest": ("At the chin nothing is still.", {"chin": "moves"}),
    "keys of a field": ("eyelid.upper.both = {dir: null, amp: 0}", {"left_upper_lid": "still"}),
    "keys and a direction": ("eyelid.upper.both = {dir: up}", {"left_upper_lid": "up", "left_lower_lid": None}),
    "lids or lower": ("Around the eyes nothing has stirred, upper lids or lower.", {"left_lower_lid": "still"}),
    "upper and lower": ("The lids, upper and lower, are quiet.", {"left_upper_lid": "still"}),
    "upper and lower, raised": ("The lips (upper and lower) rise.", {"left_lower_lip": "up"}),
    "inner or outer": ("The brows, inner or outer, do not move.", {"left_outer_brow": "still"}),
    "a verb": ("The upper lids droop and lower.", {"left_upper_lid": "down", "left_lower_lid": None}),
    "a verb behind a comma": ("The lids close, lower, and stop.", {"left_upper_lid": "down"}),
    "a letter behind its part": (HEAD + "| mouth corner, R | none | 0 |", {"right_mouth_corner": "still"}),
    "the other letter": (HEAD + "| cheek (L) | up | slight |", {"left_cheek": "up", "right_cheek": None}),
    "a letter before a list": (
        "L(img) upper lip, nose wing, cheek: 0",
        {"left_cheek": "still", "left_nose_wing": "still", "right_nose_wing": None},
    ),
    "a letter of the person's": ("R(subj) mouth corner: up", {"left_mouth_corner": "up", "right_mouth_corner": None}),
    "where it goes": (
        "Lip corner, image L: pinched medially (to image right), red.",
        {"left_mouth_corner": "right", "right_mouth_corner": None},
    ),
    "where it goes, outward": ("The left lip corner slides to picture left.", {"left_mouth_corner": "left"}),
    "a side for each colour": (
        "The lip corners are tinted: blue → image left; magenta → image right.",
        {"left_mouth_corner": "up-left", "right_mouth_corner": "up-right"},
    ),
    "the opposite corner": (
        "The left mouth corner rises. The opposite corner of the mouth? Nothing doing.",
        {"left_mouth_corner": "up", "right_mouth_corner": "still"},
    ),
    "the opposing side": (
        "The right cheek rises; the cheek on the opposing side is motionless.",
        {"right_cheek": "up", "left_cheek": "still"},
    ),
    "the opposite one moves": (
        "The left mouth corner rises. The opposing commissure sinks.",
        {"left_mouth_corner": "up", "right_mouth_corner": "down"},
    ),
    "the same on the other side": (
        "The left cheek creeps along, grade 1. The opposite cheek does the same.",
        {"right_cheek": "moves"},
    ),
    "opposite corners": (
        "Opposite corners of the mouth rise.",
        {"left_mouth_corner": "up", "right_mouth_corner": "up"},
    ),
    "另外那一个": ("左侧嘴角上移。另外那一个嘴角没有动。", {"left_mouth_corner": "up", "right_mouth_corner": "still"}),
    "另外 as a conjunction": ("左侧嘴角上移。另外下巴也上移。", {"left_mouth_corner": "up", "chin": "up"}),
    "right next to it": (
        "The left mouth corner rises. The cheek right next to it does not move.",
        {"left_mouth_corner": "up", "left_cheek": "still"},
    ),
    "on the right": ("The corner on the right next to the fold rises.", {"right_mouth_corner": "up"}),
    "the outer pair": (
        "The inner brow pair rises; the outer pair shows no shift.",
        {"left_inner_brow": "up", "left_outer_brow": "still"},
    ),
    "a claim and its verdict": ("关于面颊存在运动的主张，不予采信。", {"left_cheek": "still"}),
}


def said(text):
    """Each region's motion: its one direction, "still", or "moves" where no direction is said."""
    found = {}
    for told in read(text).motions():
        for region in (region for place in told.places for region in place if told.real):
            ways = told.directions(region) | told.colours
            rests = told.moves is False
            found.setdefault(region, "still" if rests else "moves")
            if ways and not told.denied:
                found[region] = " or ".join(sorted(ways))
    return found


@pytest.mark.parametrize(("text", "expected"), READINGS.values(), ids=READINGS)
def test_what_moves_and_what_rests(text, expected):
    found = said(text)
    assert {region: found.get(region) for region in expected} == expected


def test_units_of_the_upper_face_and_of_the_lower_one_have_their_own_evidence():
    (statement,) = read("AU1 shows in the upper face, and AU25 in the lower.").statements
    of = {
        number: {region for at in link.motions for place in statement.motions[at].places for region in place}
        for link in statement.evidence
        for number in link.numbers
    }
    assert "left_inner_brow" in of[1]
    assert "middle_lower_lip" in of[25]
    assert "middle_lower_lip" not in of[1]
