"""AU notations, names and the motion each AU shows."""

import pytest

from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_SITES, au_label, au_sites
from meu_data.face.regions import OCTANTS, REGIONS, octant_distance
from meu_data.records import ActionUnit


def test_every_site_is_a_region_with_an_octant():
    for number in AU_SITES:
        for region, direction in au_sites(ActionUnit(number=number)):
            assert region in REGIONS
            assert direction in OCTANTS


@pytest.mark.parametrize(
    ("notation", "region", "direction"),
    [
        # FACS: the lip corner puller draws the corners up and out; the person's left is the picture's right.
        ("12", "left_mouth_corner", "up-left"),
        ("12", "right_mouth_corner", "up-right"),
        ("L12", "right_mouth_corner", "up-right"),
        ("R12", "left_mouth_corner", "up-left"),
        ("4", "left_inner_brow", "down-right"),
        ("4", "right_inner_brow", "down-left"),
        ("1", "left_inner_brow", "up"),
        ("15", "right_mouth_corner", "down"),
        ("20", "left_mouth_corner", "left"),
        ("26", "chin", "down"),
    ],
)
def test_sites_lie_on_the_pictures_side(notation, region, direction):
    assert (region, direction) in au_sites(parse_aus(notation)[0])


@pytest.mark.parametrize(("notation", "other_side"), [("L12", "left_"), ("R12", "right_")])
def test_a_one_sided_au_leaves_the_other_side_alone(notation, other_side):
    assert not [region for region, _ in au_sites(parse_aus(notation)[0]) if region.startswith(other_side)]


def test_the_two_sides_mirror_each_other():
    mirrored = {"left": "right", "right": "left"}
    for number in AU_SITES:
        sites = dict(au_sites(ActionUnit(number=number)))
        for region, direction in sites.items():
            if region.startswith("left_"):
                twin = sites[region.replace("left_", "right_", 1)]
                assert twin == "-".join(mirrored.get(word, word) for word in direction.split("-"))


def test_labels_name_number_and_side():
    assert au_label(parse_aus("L12")[0], "en") == "AU12 (lip corner puller, person's left)"
    assert au_label(parse_aus("4")[0], "zh") == "AU4（皱眉）"


def test_octant_distance_is_a_circle():
    for step in range(8):
        assert octant_distance("right", OCTANTS[step]) == min(step, 8 - step)
    assert octant_distance("none", "none") == 0
    assert octant_distance("up", "none") > 4


@pytest.mark.parametrize("code", ["AD31", "M57", "M58"])
def test_codes_that_move_no_region_of_the_skin_are_no_evidence(code):
    # FACS: the clenched jaw (31) bulges over the masseter, which is no region here; 57 and 58 move the whole head.
    (unit,) = parse_aus(code)
    assert au_sites(unit) == []
