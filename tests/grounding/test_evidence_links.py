"""Which motion may be given as evidence for which AU, in claims, in prose and to rewards."""

import pytest

from meu_data import rewards
from meu_data.face.au_notation import parse_aus
from meu_data.grounding.claims import check_evidence
from meu_data.grounding.statements import check_statement, face_of
from meu_data.language.reader import read
from meu_data.records import Claim
from tests.builders import make_motion

NAMES = {
    "left_upper_lid": "left upper lid",
    "left_upper_lip": "left side of the upper lip",
    "chin": "chin",
    "left_nose_wing": "left wing of the nose",
    "left_inner_brow": "left inner brow",
    "left_outer_brow": "left outer brow",
    "left_mouth_corner": "left corner of the mouth",
    "left_cheekbone": "cheek below the left eye",
    "middle_lower_lip": "middle of the lower lip",
}
COLOURS = {"up": "purple", "down": "yellow-green", "left": "cyan", "up-left": "blue", "down-right": "orange-yellow"}
# What the muscles pull (any atlas of anatomy) and what they do not: the AU, where, whereto, whether it is evidence.
LINKS = [
    # Risorius pulls the corner of the mouth to the side, and nothing up.
    (20, "left_mouth_corner", "left", True),
    (20, "left_upper_lid", "up", False),
    (20, "left_upper_lip", "up", False),
    # Orbicularis oculi raises the cheek; the chin is the mentalis'.
    (6, "left_cheekbone", "up", True),
    (6, "chin", "up", False),
    # The jaw goes down, and takes no nose with it.
    (26, "chin", "down", True),
    (26, "left_nose_wing", "up", False),
    # The levator alaeque nasi raises the wing and draws the inner brow down.
    (9, "left_nose_wing", "up", True),
    (9, "left_inner_brow", "down", True),
    (9, "left_inner_brow", "up", False),
    # Neighbours: the frontalis raises the brow, the levator palpebrae the lid below it, corrugator against tarsus.
    (5, "left_upper_lid", "up", True),
    (5, "left_outer_brow", "up", False),
    (2, "left_outer_brow", "up", True),
    (2, "left_inner_brow", "up", False),
    (7, "left_inner_brow", "down-right", False),
    (4, "left_inner_brow", "down-right", True),
    (25, "chin", "down", False),
    (25, "middle_lower_lip", "down", True),
    (15, "left_mouth_corner", "down", True),
    (15, "chin", "up", False),
    (17, "chin", "up", True),
    # In a smile the upper lip goes along with the corner.
    (12, "left_upper_lip", "up-left", True),
]


@pytest.mark.parametrize(("number", "region", "way", "evidence"), LINKS)
def test_only_what_an_au_moves_is_evidence_for_it(number, region, way, evidence):
    claim = Claim(region=region, colour=COLOURS[way], direction=way, intensity="strong", au=f"AU{number}")
    assert bool(list(check_evidence((claim,), parse_aus(str(number))))) is not evidence

    motion = make_motion({region: (way, "strong")})
    row = {"motion": [[one.model_dump() for one in motion.regions]], "aus": [[f"AU{number}"]]}
    plain = "up and to the left" if way == "up-left" else "down and inward" if way == "down-right" else way
    said = f"moves {'to the left' if way == 'left' else plain}"
    for text in (
        f"The {NAMES[region]} {said}, which shows AU{number}.",
        f"The motion of the {NAMES[region]} shows AU{number}.",
    ):
        (statement,) = read(text).statements
        found = list(check_statement(statement, face_of(motion.regions), {"en": "", "zh": ""}, text))
        assert bool(found) is not evidence, text
    told = f"The {NAMES[region]} {said}, which shows AU{number}."
    (reward,) = rewards.grounded([f"<think>{told}</think><answer>x</answer>"], **row)
    assert (reward == 1) == evidence
