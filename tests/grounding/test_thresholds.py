"""Every line that grounding draws, just on either side of it."""

import pytest

from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import OCTANTS, REGIONS, near
from meu_data.grounding.evidence import read_map
from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim

# Half of the motion, or more, goes one way: docs/quality.md.
COHERENT, INCOHERENT = 0.5, 0.4999


def claim(region, direction, intensity, au=None):
    colours = ("red", "orange-yellow", "yellow-green", "green", "cyan", "blue", "purple", "magenta")
    return Claim(
        region=region, colour=colours[OCTANTS.index(direction)], direction=direction, intensity=intensity, au=au
    )


def draft(*claims):
    return Annotation(
        claims=claims,
        motion_analysis="AU17 (chin raiser) shows.",
        expression_inference="AU17 may go with sadness.",
        conclusion="The micro-expression is sadness, with AU17.",
        aus=("AU17",),
        emotion="sadness",
    )


def findings(sample_of, motion, *claims):
    grounding = ground(sample_of("17", "sadness"), motion, draft(*claims), "en")
    return {(flag.kind, flag.subject, flag.severity) for flag in grounding.flags}


CHIN = {"chin": ("up", "strong")}


@pytest.mark.parametrize(("coherence", "coherent"), [(COHERENT, True), (INCOHERENT, False)])
class TestCoherence:
    def test_of_a_region(self, region_of, coherence, coherent):
        assert region_of("chin", "up", "slight", coherence).coherent is coherent

    @pytest.mark.parametrize(("intensity", "plain"), [("slight", False), ("moderate", True), ("strong", True)])
    def test_of_clear_motion(self, region_of, intensity, plain, coherence, coherent):
        assert region_of("chin", "up", intensity, coherence).clear is (plain and coherent)

    def test_of_motion_that_no_au_explains(self, motion_of, coherence, coherent):
        reading = read_map((), motion_of(CHIN, coherence=coherence).regions)
        assert bool(reading.unexplained) is coherent

    def test_of_motion_against_an_au(self, motion_of, coherence, coherent):
        (item,) = read_map(parse_aus("26"), motion_of(CHIN, coherence=coherence).regions).aus
        assert item.finding == ("contrary" if coherent else "unfitting")

    def test_of_a_blink(self, motion_of, coherence, coherent):
        lids = {"left_upper_lid": ("down", "strong"), "right_upper_lid": ("down", "strong")}
        assert bool(read_map((), motion_of(lids, coherence=coherence).regions).blink) is coherent

    def test_of_a_wrong_direction(self, sample_of, motion_of, coherence, coherent):
        motion = motion_of(CHIN, coherence=coherence)
        found = findings(sample_of, motion, claim("chin", "down", "strong"))
        assert ("direction", "chin", "serious" if coherent else "minor") in found

    def test_of_what_is_owed_a_mention(self, sample_of, motion_of, coherence, coherent):
        found = findings(sample_of, motion_of(CHIN, coherence=coherence))
        assert (("unmentioned", "chin", "serious") in found) is coherent


@pytest.mark.parametrize(("moving", "drifts"), [(20, False), (21, True)])
def test_a_drift_is_three_fifths_of_the_face(motion_of, moving, drifts):
    assert len(REGIONS) == 35
    moves = dict.fromkeys(REGIONS[:moving], ("right", "moderate"))
    assert read_map((), motion_of(moves).regions).drift is drifts


@pytest.mark.parametrize(("significance", "severity"), [(1.999, "serious"), (2.0, "minor"), (2.999, "minor")])
def test_skin_almost_moves_from_twice_the_noise(sample_of, motion_of, significance, severity):
    motion = motion_of({})
    regions = [region.model_copy(update={"significance": significance}) for region in motion.regions]
    found = findings(sample_of, motion.model_copy(update={"regions": tuple(regions)}), claim("chin", "up", "slight"))
    assert ("significance", "chin", severity) in found


@pytest.mark.parametrize(
    ("stated", "severity"),
    [("slight", "serious"), ("moderate", "note"), ("strong", None)],
)
def test_the_next_bin_of_intensity_is_noted(sample_of, motion_of, stated, severity):
    found = findings(sample_of, motion_of(CHIN), claim("chin", "up", stated, "AU17"))
    assert [flag[2] for flag in found if flag[0] == "intensity"] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("stated", "measured", "evidence"),
    [
        ("up", None, None),
        ("up-left", None, None),
        ("left", "serious", "minor"),
        ("down-left", "serious", "serious"),
        ("down", "serious", "serious"),
    ],
)
def test_a_direction_is_right_within_one_octant(sample_of, motion_of, stated, measured, evidence):
    found = findings(sample_of, motion_of(CHIN), claim("chin", stated, "strong", "AU17"))
    for kind, severity in (("direction", measured), ("evidence", evidence)):
        assert [flag[2] for flag in found if flag[:2] == (kind, "chin")] == ([severity] if severity else [])


def test_near_is_one_octant():
    for step, way in enumerate(OCTANTS):
        assert near("right", way) is (step in {0, 1, 7})
        assert not near("none", way)
    assert near("none", "none")


@pytest.mark.parametrize(
    ("claims", "score"),
    [
        ((claim("chin", "up", "strong", "AU17"),), 1),
        ((claim("chin", "up", "moderate", "AU17"),), 0.98),
        ((claim("chin", "up", "slight", "AU17"),), 0.7),
        ((claim("chin", "left", "strong", "AU17"),), 0.63),
    ],
)
def test_what_a_finding_takes_from_the_score(sample_of, motion_of, claims, score):
    assert ground(sample_of("17", "sadness"), motion_of(CHIN), draft(*claims), "en").score == score


def test_at_most_three_claims_for_one_au(motion_of):
    moves = {"chin": ("up", "strong"), "left_chin_side": ("up", "strong"), "right_chin_side": ("up", "strong")}
    (item,) = read_map(parse_aus("17"), motion_of(moves).regions).aus
    assert len(item.claims) == 3
    (item,) = read_map(parse_aus("17"), motion_of(moves | {"middle_lower_lip": ("up", "strong")}).regions).aus
    assert len(item.claims) == 3


def test_at_most_three_claims_that_no_au_explains(motion_of):
    moves = dict.fromkeys(("chin", "glabella", "nose_tip"), ("up", "strong"))
    assert len(read_map((), motion_of(moves).regions).unexplained) == 3
    assert len(read_map((), motion_of(moves | {"left_cheek": ("up", "strong")}).regions).unexplained) == 3
