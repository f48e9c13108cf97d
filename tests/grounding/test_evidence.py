"""What may be said of a map: measured motion set against the labels."""

import pytest

from meu_data.face.au_notation import facs_notation, parse_aus
from meu_data.face.aus import AU_NAMES, AU_SITES
from meu_data.face.regions import REGIONS
from meu_data.grounding.evidence import like_a_blink, read_map, settled
from meu_data.records import Claim

# A claim is told as region, direction, colour, intensity and AU.
SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "moderate")}
SMILE_CLAIMS = [
    ("left_mouth_corner", "up-left", "blue", "strong", "AU12"),
    ("right_mouth_corner", "up-right", "magenta", "moderate", "AU12"),
]
BLINK = {"left_upper_lid": ("down", "strong"), "right_upper_lid": ("down", "strong")}

CASES = {
    "a smile on both sides": ("12", SMILE, SMILE_CLAIMS, ["seen"]),
    "the person's left lies on the right of the picture": (
        "L12",
        SMILE,
        [
            ("right_mouth_corner", "up-right", "magenta", "moderate", "LAU12"),
            ("left_mouth_corner", "up-left", "blue", "strong", None),
        ],
        ["seen"],
    ),
    "the person's right lies on the left of the picture": (
        "R12",
        {"left_mouth_corner": ("up-left", "slight")},
        [("left_mouth_corner", "up-left", "blue", "slight", "RAU12")],
        ["seen"],
    ),
    "one octant off is still evidence, in its measured colour": (
        "12",
        {"left_mouth_corner": ("up", "slight"), "right_mouth_corner": ("right", "slight")},
        [
            ("left_mouth_corner", "up", "purple", "slight", "AU12"),
            ("right_mouth_corner", "right", "red", "slight", "AU12"),
        ],
        ["seen"],
    ),
    "brows down and in, and the skin between them": (
        "4",
        {
            "left_inner_brow": ("down-right", "moderate"),
            "right_inner_brow": ("down-left", "moderate"),
            "glabella": ("down", "slight"),
            "left_outer_brow": ("down", "moderate"),
        },
        [
            ("left_inner_brow", "down-right", "orange-yellow", "moderate", "AU4"),
            ("right_inner_brow", "down-left", "green", "moderate", "AU4"),
            ("glabella", "down", "yellow-green", "slight", "AU4"),
        ],
        ["seen"],
    ),
    "both sides of a part come together or not at all": (
        "12",
        SMILE | {"left_cheek": ("up-left", "strong"), "right_cheek": ("up-right", "strong")},
        SMILE_CLAIMS,
        ["seen"],
    ),
    "the opposite direction is stated as measured, for no AU": (
        "4",
        {"left_inner_brow": ("up", "slight"), "right_inner_brow": ("up", "moderate")},
        [
            ("left_inner_brow", "up", "purple", "slight", None),
            ("right_inner_brow", "up", "purple", "moderate", None),
        ],
        ["contrary"],
    ),
    "a motion that speaks for one AU is not held against another": (
        "1+4",
        {"left_inner_brow": ("up", "moderate")},
        [("left_inner_brow", "up", "purple", "moderate", "AU1")],
        ["seen", "unfitting"],
    ),
    "up and in is the raiser and the lowerer at once (FACS, AU1+4)": (
        "1+4",
        {"left_inner_brow": ("up-right", "moderate")},
        [
            ("left_inner_brow", "up-right", "magenta", "moderate", "AU1"),
            ("left_inner_brow", "up-right", "magenta", "moderate", "AU4"),
        ],
        ["seen", "seen"],
    ),
    "the wrinkled nose lowers the inner brows (FACS, AU9)": (
        "9",
        {"left_nose_wing": ("up", "slight"), "left_inner_brow": ("down", "moderate")},
        [
            ("left_nose_wing", "up", "purple", "slight", "AU9"),
            ("left_inner_brow", "down", "yellow-green", "moderate", "AU9"),
        ],
        ["seen"],
    ),
    "clear motion of that kind shows the AU by itself": (
        "9",
        {"left_inner_brow": ("down", "moderate")},
        [("left_inner_brow", "down", "yellow-green", "moderate", "AU9")],
        ["seen"],
    ),
    "but faint motion does not": ("9", {"left_inner_brow": ("down", "slight")}, [], ["unseen"]),
    "nor where the AU's own region goes the other way": (
        "9",
        {"left_nose_wing": ("down", "moderate"), "left_inner_brow": ("down", "moderate")},
        [("left_nose_wing", "down", "yellow-green", "moderate", None)],
        ["contrary"],
    ),
    "a dimple pinched inwards (FACS, AU14)": (
        "R14",
        {"left_mouth_corner": ("right", "slight")},
        [("left_mouth_corner", "right", "red", "slight", "RAU14")],
        ["seen"],
    ),
    "the upper lid shows the raiser, the lower one the tightener (FACS, AU5+7)": (
        "5+7",
        {"left_upper_lid": ("down", "slight"), "left_lower_lid": ("up", "slight")},
        [
            ("left_upper_lid", "down", "yellow-green", "slight", None),
            ("left_lower_lid", "up", "purple", "slight", "AU7"),
        ],
        ["contrary", "seen"],
    ),
    "nothing moves": ("12+4", {}, [], ["unseen", "unseen"]),
    "one region serves two AUs": (
        "12+14",
        {"left_mouth_corner": ("left", "slight")},
        [
            ("left_mouth_corner", "left", "cyan", "slight", "AU12"),
            ("left_mouth_corner", "left", "cyan", "slight", "AU14"),
        ],
        ["seen", "seen"],
    ),
    "no labels, strong motion": (
        "",
        {"chin": ("down", "strong")},
        [("chin", "down", "yellow-green", "strong", None)],
        [],
    ),
    "no labels, slight motion": ("", {"chin": ("down", "slight")}, [], []),
    "strong motion that no label explains": (
        "12",
        SMILE | {"left_inner_brow": ("up", "strong"), "right_inner_brow": ("up", "moderate")},
        [
            *SMILE_CLAIMS,
            ("left_inner_brow", "up", "purple", "strong", None),
            ("right_inner_brow", "up", "purple", "moderate", None),
        ],
        ["seen"],
    ),
    "head and gaze codes": ("53+61", {}, [], ["head", "unmapped"]),
    "a labelled blink": (
        "45",
        BLINK,
        [
            ("left_upper_lid", "down", "yellow-green", "strong", "AU45"),
            ("right_upper_lid", "down", "yellow-green", "strong", "AU45"),
        ],
        ["seen"],
    ),
    "a blink is not the contrary of a raised lid": (
        "5",
        BLINK,
        [
            ("left_upper_lid", "down", "yellow-green", "strong", None),
            ("right_upper_lid", "down", "yellow-green", "strong", None),
        ],
        ["unfitting"],
    ),
}


@pytest.mark.parametrize(("labels", "moves", "claims", "findings"), CASES.values(), ids=CASES.keys())
def test_reads(motion_of, labels, moves, claims, findings):
    reading = read_map(parse_aus(labels), motion_of(moves).regions)
    told = [(claim.region, claim.direction, claim.colour, claim.intensity, claim.au) for claim in reading.claims()]
    assert told == claims
    assert [item.finding for item in reading.aus] == findings


def test_a_blink_is_told_from_other_motion(motion_of):
    reading = read_map(parse_aus("12"), motion_of(SMILE | BLINK | {"left_lower_lid": ("down", "moderate")}).regions)
    assert [claim.region for claim in reading.blink] == ["left_upper_lid", "right_upper_lid"]
    assert reading.unexplained == ()


@pytest.mark.parametrize(("closure", "blinks"), [(None, True), (0.05, False), (0.4, True)])
def test_lids_that_a_brow_takes_along_close_no_eye(motion_of, closure, blinks):
    moves = {"left_upper_lid": ("down", "moderate"), "right_upper_lid": ("down", "moderate")}
    regions = [
        region.model_copy(update={"closure": closure}) if region.region.endswith("upper_lid") else region
        for region in motion_of(moves).regions
    ]
    assert bool(read_map((), regions).blink) == blinks


def test_lower_lids_alone_are_no_blink(motion_of):
    reading = read_map((), motion_of({"left_lower_lid": ("down", "moderate")}).regions)
    assert reading.blink == ()
    assert [claim.region for claim in reading.unexplained] == ["left_lower_lid"]


def test_skin_beside_the_evidence_goes_along(motion_of):
    moves = SMILE | {"left_cheekbone": ("up", "moderate"), "left_cheek": ("up-left", "moderate")}
    moves |= {"left_chin_side": ("up", "moderate"), "right_chin_side": ("down", "moderate")}
    reading = read_map(parse_aus("12"), motion_of(moves).regions)
    assert {claim.region for claim in reading.carried} == {"left_cheekbone", "left_chin_side"}
    assert {claim.region for claim in reading.unexplained} == {"right_chin_side"}


def test_motion_spreads_over_several_regions_but_does_not_grow(motion_of):
    moves = {
        "right_mouth_corner": ("right", "strong"),
        "right_upper_lip": ("right", "moderate"),
        "right_nose_wing": ("right", "moderate"),
        "chin": ("right", "moderate"),
    }
    reading = read_map(parse_aus("L14"), motion_of(moves).regions)
    assert {claim.region for claim in reading.carried} == {"right_upper_lip", "right_nose_wing"}
    assert {claim.region for claim in reading.unexplained} == {"chin"}
    stronger = read_map(parse_aus("L14"), motion_of(moves | {"right_nose_wing": ("right", "strong")}).regions)
    assert {claim.region for claim in stronger.carried} == {"right_upper_lip"}
    assert {claim.region for claim in stronger.unexplained} == {"right_nose_wing", "chin"}


@pytest.mark.parametrize(("lids", "blinks"), [("moderate", False), ("strong", True)])
def test_lids_blink_when_they_move_more_than_the_brow_above(motion_of, lids, blinks):
    moves = {
        f"{side}_{part}": ("down", "moderate") for side in ("left", "right") for part in ("inner_brow", "upper_lid")
    }
    moves |= {f"{side}_upper_lid": ("down", lids) for side in ("left", "right")}
    reading = read_map(parse_aus("4"), motion_of(moves).regions)
    lid_names = {"left_upper_lid", "right_upper_lid"}
    assert {claim.region for claim in reading.blink} == (lid_names if blinks else set())
    assert {claim.region for claim in reading.carried} == (set() if blinks else lid_names)


def test_the_strongest_unexplained_motion_is_kept(motion_of):
    moves = {
        "chin": ("up", "moderate"),
        "glabella": ("down", "strong"),
        "nose_tip": ("left", "moderate"),
        "left_cheek": ("right", "strong"),
        "right_nose_wing": ("left", "slight"),
    }
    reading = read_map((), motion_of(moves).regions)
    assert [claim.region for claim in reading.unexplained] == ["glabella", "left_cheek", "nose_tip"]
    assert reading.brightest in {"glabella", "left_cheek"}


def test_motion_without_common_direction_is_not_told(motion_of):
    reading = read_map(
        parse_aus("4"), motion_of({"chin": ("up", "strong"), "glabella": ("up", "strong")}, coherence=0.3).regions
    )
    assert reading.claims() == ()
    assert not reading.still


def test_a_drift_of_the_whole_face_is_left_out(motion_of):
    moves = dict.fromkeys(REGIONS, ("right", "moderate")) | {"chin": ("up", "strong")}
    reading = read_map(parse_aus("17"), motion_of(moves).regions)
    assert reading.drift
    assert [(claim.region, claim.au) for claim in reading.claims()] == [("chin", "AU17")]


def test_one_of_alternatives_is_left_the_one_that_shows(motion_of):
    either = tuple(au.model_copy(update={"alternative": 1}) for au in parse_aus("12+17"))
    aus = (*parse_aus("4"), *either)
    for moves, left in (({}, "4+12"), ({"chin": ("up", "slight")}, "4+17"), (SMILE, "4+12")):
        assert facs_notation(settled(aus, motion_of(moves).regions)) == left
    assert settled(parse_aus("4+12"), motion_of({}).regions) == parse_aus("4+12")


def test_half_a_face_is_no_drift(motion_of):
    moves = dict.fromkeys(REGIONS[: len(REGIONS) // 2], ("right", "moderate"))
    assert not read_map((), motion_of(moves).regions).drift


def test_regions_outside_the_picture_are_no_evidence(motion_of):
    regions = [region for region in motion_of(SMILE).regions if region.region != "left_mouth_corner"]
    claims = read_map(parse_aus("12"), regions).claims()
    assert [claim.region for claim in claims] == ["right_mouth_corner"]


@pytest.mark.parametrize("number", sorted(AU_NAMES))
def test_every_au_gets_a_finding(motion_of, number):
    (item,) = read_map(parse_aus(str(number)), motion_of({}).regions).aus
    expected = "unseen" if number in AU_SITES else "head" if 51 <= number <= 58 else "unmapped"
    assert item.finding == expected


def test_only_sinking_upper_lids_look_like_a_blink():
    lid = Claim(region="left_upper_lid", colour="yellow-green", direction="down", intensity="slight")
    brow = lid.model_copy(update={"region": "left_inner_brow"})
    raised = lid.model_copy(update={"direction": "up", "colour": "purple"})
    assert like_a_blink([lid])
    assert not like_a_blink([lid, brow])
    assert not like_a_blink([raised])
