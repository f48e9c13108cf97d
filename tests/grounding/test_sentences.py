"""Single sentences of many styles, true or false of one of six faces: what is false is flagged, what is true is not.

`tests/data/sentences.txt` holds one a line: the face, T or F, the sentence; those at its end are not read rightly yet.
The faces are a smile (AU6+12), a frown with a raised chin and the person's left corner drawn down a little
(AU4+17, L15), a start (AU1+5+26), a wrinkled nose (AU9+10), a corner tucked in (LAU14), and a stretched mouth
(AU20+25).
"""

from pathlib import Path

import pytest

from meu_data.grounding.statements import check_statement, face_of
from meu_data.language.reader import read
from tests.builders import make_motion

FACES = {
    "1": {
        **{f"{side}_mouth_corner": (f"up-{side}", "strong") for side in ("left", "right")},
        **{
            f"{side}_{part}": (f"up-{side}", "moderate")
            for side in ("left", "right")
            for part in ("cheek", "cheekbone")
        },
        **{f"{side}_lower_lid": ("up", "slight") for side in ("left", "right")},
    },
    "2": {
        "left_inner_brow": ("down-right", "strong"),
        "right_inner_brow": ("down-left", "strong"),
        "glabella": ("down", "strong"),
        "chin": ("up", "moderate"),
        "right_mouth_corner": ("down-right", "slight"),
    },
    "3": {
        "left_inner_brow": ("up", "strong"),
        "right_inner_brow": ("up", "slight"),
        "middle_forehead": ("up", "moderate"),
        "left_upper_lid": ("up", "strong"),
        "right_upper_lid": ("up", "strong"),
        "middle_lower_lip": ("down", "slight"),
        "chin": ("down", "slight"),
    },
    "4": {
        **{f"{side}_nose_wing": ("up", "strong") for side in ("left", "right")},
        **{
            f"{side}_{part}": ("up", "moderate")
            for side in ("left", "right")
            for part in ("nasolabial_fold", "upper_lip")
        },
        "nose_root": ("up", "moderate"),
        "middle_upper_lip": ("up", "slight"),
    },
    "5": {
        "right_mouth_corner": ("left", "moderate"),
        "right_cheek": ("left", "slight"),
        "right_nasolabial_fold": ("left", "slight"),
    },
    "6": {
        **{f"{side}_mouth_corner": (side, "strong") for side in ("left", "right")},
        **{f"{side}_cheek": (side, "moderate") for side in ("left", "right")},
        **{f"{part}_lower_lip": ("down", "slight") for part in ("left", "middle", "right")},
    },
}
LINES = (Path(__file__).parents[1] / "data" / "sentences.txt").read_text("utf-8").splitlines()
SENTENCES = [(line[0], line[1] == "F", line[3:]) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("face", "false", "sentence"), SENTENCES, ids=[text for *_, text in SENTENCES])
def test_what_is_false_is_flagged_and_what_is_true_is_not(face, false, sentence):
    moved = face_of(make_motion(FACES[face]).regions)
    read_as = read(sentence).statements
    flags = [
        flag
        for said in read_as
        for flag in check_statement(said, moved, {"en": "Stage 1", "zh": "第一段"}, sentence)
        if flag.severity != "note"
    ]
    assert bool(flags) == false
    assert false or all(said.understood for said in read_as)
