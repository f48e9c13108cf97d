"""Of a region that could not be measured nothing can be said: what is told of it is neither right nor wrong."""

import pytest

from meu_data import rewards
from meu_data.face.regions import REGIONS
from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim
from tests.rewards.conftest import one, think

MOVES = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
CORNERS = "Both corners of the mouth move strongly up and outward (AU12)."
HIDDEN = {"state": "not measurable", "intensity": "none", "reason": "occluded"}
SAID = {
    "moves": "The chin moves up.",
    "is still": "The chin does not move.",
    "has a colour": "The chin is purple.",
    "in Chinese": "下巴向上移动。",
}


@pytest.fixture
def motion(motion_of):
    measured = motion_of(MOVES)
    regions = [
        region.model_copy(update=HIDDEN if region.region.endswith(("chin", "chin_side")) else {})
        for region in measured.regions
    ]
    return measured.model_copy(update={"regions": tuple(regions)})


def draft(text, *claims):
    corners = tuple(
        Claim(
            region=name,
            colour="blue" if "left" in name else "magenta",
            direction=way,
            intensity=strength,
            au="AU12",
        )
        for name, (way, strength) in MOVES.items()
    )
    return Annotation(
        claims=(*corners, *claims),
        motion_analysis=text,
        expression_inference="AU12 (lip corner puller) is a sign of happiness.",
        conclusion="AU12 (lip corner puller): happiness.",
        aus=("AU12",),
        emotion="happiness",
    )


@pytest.mark.parametrize("said", [text for key, text in SAID.items() if key != "in Chinese"])
def test_a_statement_about_it_is_not_measurable(sample_of, motion, said):
    found = ground(sample_of("12", "happiness"), motion, draft(f"{CORNERS} {said}"), "en")
    assert [item.finding for item in found.findings][:2] == ["confirmed", "not measurable"]
    assert not [flag for flag in found.flags if flag.severity != "note"]


def test_a_claim_about_it_is_noted_with_the_reason(sample_of, motion):
    claim = Claim(region="chin", colour="purple", direction="up", intensity="moderate")
    found = ground(sample_of("12", "happiness"), motion, draft(CORNERS, claim), "en")
    (note,) = [flag for flag in found.flags if flag.subject == "chin"]
    assert note.severity == "note"
    assert "something covers it" in note.en


def test_a_wrong_word_about_what_was_measured_stays_wrong(sample_of, motion):
    found = ground(sample_of("12", "happiness"), motion, draft(f"{CORNERS} The brows rise."), "en")
    assert any(flag.severity == "serious" for flag in found.flags)


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_rewards_do_not_see_it(motion, said):
    row = {"motion": [region.model_dump() for region in motion.regions]}
    assert len(row["motion"]) == len(REGIONS)
    honest = one(rewards.grounded, think(text=CORNERS), **row)
    assert one(rewards.grounded, think(text=f"{CORNERS} {said}"), **row) == honest == 1
    assert one(rewards.grounded, think(text=f"{CORNERS} The brows rise."), **row) < honest
