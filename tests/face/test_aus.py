"""AU notations, names and the motion each AU shows."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError, NotationError
from meu_data.face.aus import AU_NAMES, AU_SITES, au_label, au_sites, facs_notation, parse_aus, parse_code
from meu_data.face.regions import OCTANTS, REGIONS, octant_distance
from meu_data.records import ActionUnit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R1+R2", "R1+R2"),
        ("Right AU1 + Right AU2", "R1+R2"),
        ("Right AU1 + Right AU2 + Right AU12", "R1+R2+R12"),
        ("4+L10", "4+L10"),
        ("12A", "12A"),
        ("R14B", "R14B"),
        ("AU6+AU12", "6+12"),
        ("au6 + au12", "6+12"),
        ("12+6", "6+12"),
        ("AU12 (left)", "L12"),
        ("12L", "L12"),
        ("Left AU 12, au4", "4+L12"),
        ("AU1 AU2", "1+2"),
        ("AU1 Left AU2", "1+L2"),
        ("6＋12", "6+12"),
        ("6、12", "6+12"),
        ("L12+R12", "L12+R12"),
        # As DFME's released sheets write them: action descriptors and head movements (84 and 9 rows).
        ("AD31", "31"),
        ("4+AD38", "4+38"),
        ("AD38+AD39", "38+39"),
        ("ad39", "39"),
        ("4+M57", "4+57"),
        ("M58", "58"),
        ("AU4 AD38 M57", "4+38+57"),
        ("4+4", "4"),
        ("4+", "4"),
        ("", ""),
        ("  ", ""),
        ("/", ""),
        ("None", ""),
        ("nan", ""),
    ],
)
def test_notations_of_the_corpora(text, expected):
    assert facs_notation(parse_aus(text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("R14A or 17A", "is no action unit"),
        ("smile", "is no action unit"),
        ("4+x", "'x'"),
        ("AU0", "AU0"),
        ("3", "AU3"),
        ("99", "AU99"),
        ("1e9", "no action unit"),
        ("L12R", "both sides"),
        ("12A+12B", "different intensities"),
        ("=A1", "no action unit"),
        ("AD12", "no code of FACS"),
        ("M12", "no code of FACS"),
        ("M59", "AU59"),
        ("ADM57", "no action unit"),
    ],
)
def test_what_is_no_notation_is_refused_with_a_reason(text, reason):
    with pytest.raises(NotationError, match=reason):
        parse_aus(text)


@given(st.text(max_size=30))
def test_any_text_parses_or_is_refused(text):
    with contextlib.suppress(MeuError):
        assert all(unit.number in AU_NAMES for unit in parse_aus(text))


units = st.builds(
    ActionUnit,
    number=st.sampled_from(sorted(AU_NAMES)),
    side=st.sampled_from([None, "L", "R"]),
    intensity=st.sampled_from([None, "A", "B", "C", "D", "E"]),
)


@given(st.lists(units, unique_by=lambda unit: (unit.number, unit.side)))
def test_notation_is_read_back(aus):
    ordered = tuple(sorted(aus, key=lambda unit: (unit.number, unit.side or "")))
    assert parse_aus(facs_notation(ordered)) == ordered


@given(units)
def test_codes_are_read_back(unit):
    assert parse_code(unit.code) == unit.model_copy(update={"intensity": None})


@pytest.mark.parametrize("text", ["12", "AU12A", "AU6+AU12", "", "au12"])
def test_only_codes_are_codes(text):
    with pytest.raises(NotationError):
        parse_code(text)


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
