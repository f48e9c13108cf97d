"""Frames of grammar filled with parts of one face: each is true or false by how it is built, whatever the words.

`tests/data/frames.txt` holds one a line: T or F, then the frame; those behind `#F` and `#T` at its end are not read
rightly yet. `{M}` moves as `{v}` says (participle `{p}`, noun `{n}`; `{V}`, `{P}`, `{N}` are the contrary), which is
the unit `{u}` and not `{x}`; `{S}`, `{S2}`, `{S3}` are still; `{U}`, `{U2}` are no units of this face.
"""

from pathlib import Path

import pytest

from meu_data.grounding.statements import check_statement, face_of
from meu_data.language.reader import read
from tests.builders import make_motion

# AU12, AU4 and the person's AU2 on the right: the picture's left outer brow.
FACE = face_of(
    make_motion(
        {
            "left_mouth_corner": ("up-left", "strong"),
            "right_mouth_corner": ("up-right", "strong"),
            "left_cheek": ("up-left", "moderate"),
            "right_cheek": ("up-right", "moderate"),
            "left_inner_brow": ("down-right", "strong"),
            "right_inner_brow": ("down-left", "strong"),
            "glabella": ("down", "moderate"),
            "left_lower_lid": ("up", "slight"),
            "right_lower_lid": ("up", "slight"),
            "left_outer_brow": ("up", "moderate"),
        }
    ).regions
)
UNITS = {2: "R", 4: None, 12: None}
STILL = {"en": ("the nose wings", "the upper lids", "the sides of the chin"), "zh": ("鼻翼", "上眼睑", "下巴")}
ABSENT = ("AU9", "AU17", "AU20")
WORDS = {
    "en": (
        "M=the mouth corners|v=rise|V=sink|g=rising|G=sinking|p=raised|P=lowered|n=lift|N=drop|u=AU12|x=AU4",
        "M=the inner brows|v=descend|V=ascend|g=descending|G=ascending|p=lowered|P=raised|n=fall|N=rise|u=AU4|x=AU12",
    ),
    "zh": (
        "M=嘴角|v=上扬|V=下拉|b=抬起|B=压低|d=向上|D=向下|u=AU12|x=AU4",
        "M=眉头|v=下压|V=上抬|b=压低|B=抬起|d=向下|D=向上|u=AU4|x=AU12",
    ),
}
LINES = (Path(__file__).parents[1] / "data" / "frames.txt").read_text("utf-8").splitlines()
FRAMES = [(line[0] == "F", line[2:]) for line in LINES if line and not line.startswith("#")]


def filled(frame):
    lang = "en" if frame.replace("–", "-").isascii() else "zh"
    for at, row in enumerate(WORDS[lang] if "{" in frame else WORDS[lang][:1]):
        words = dict(item.split("=") for item in row.split("|"))
        words |= {name: STILL[lang][(at + place) % 3] for place, name in enumerate(("S", "S2", "S3"))}
        words["s"] = words["S"].removeprefix("the ")
        sentence = frame.format(**words, U=ABSENT[at], U2=ABSENT[at + 1])
        yield sentence[0].upper() + sentence[1:]


def wrong(sentence):
    """What is flagged in a sentence, and whether all of it was understood."""
    found, understood = [], True
    for said in read(sentence).statements:
        flags = check_statement(said, FACE, {"en": "Stage 1", "zh": "第一段"}, sentence)
        found += [flag.en for flag in flags if flag.severity != "note"]
        understood &= said.understood
        found += [f"AU{other.number} is called {other.name}" for other in said.misnamed if not other.muscle]
        for unit in said.units:
            if unit.polarity != "supposed" and unit.sure and (unit.polarity == "affirmed") != (unit.number in UNITS):
                found.append(f"AU{unit.number} is {unit.polarity}")
            if unit.side and UNITS.get(unit.number, unit.side) not in (None, unit.side):
                found.append(f"AU{unit.number} on side {unit.side}")
    return found, understood


@pytest.mark.parametrize(("false", "frame"), FRAMES, ids=[frame for _, frame in FRAMES])
def test_a_frame_is_flagged_exactly_when_it_is_false(false, frame):
    for sentence in filled(frame):
        found, understood = wrong(sentence)
        assert bool(found) == false, sentence
        assert false or understood, sentence
