"""AU notation: what coders wrote in the released sheets, and what their keys and MEGC's own answers say it means.

`?` is uncertain, `x|y` are alternatives, `A` asymmetric, `T`/`B` one lip; the readings are those of the corpora's keys,
not of the code.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import NotationError
from meu_data.face.au_notation import facs_notation, parse_aus, parse_code, read_aus
from meu_data.face.aus import AU_NAMES
from meu_data.records import ActionUnit

# What is written, and for each AU its number, side, intensity and grade (c certain, u uncertain, else alternatives).
PLAIN = {
    "4+7": "4 - - c, 7 - - c",
    "4 + 7 ": "4 - - c, 7 - - c",
    "4,7": "4 - - c, 7 - - c",
    "4，11": "4 - - c, 11 - - c",
    "4＋11": "4 - - c, 11 - - c",
    "4、11": "4 - - c, 11 - - c",
    "4 7": "4 - - c, 7 - - c",
    "4;7": "4 - - c, 7 - - c",
    "14,L24,": "14 - - c, 24 L - c",
    "R4,5": "4 R - c, 5 - - c",
    "2+1": "2 - - c, 1 - - c",
    "L12": "12 L - c",
    "R4": "4 R - c",
    "r18": "18 R - c",
    "12L": "12 L - c",
    "20L": "20 L - c",
    "4R+7": "4 R - c, 7 - - c",
    "AUR2": "2 R - c",
    "L12+R12": "12 L - c, 12 R - c",
    "R1+R2+5": "1 R - c, 2 R - c, 5 - - c",
    "12A": "12 - A c",
    "43E": "43 - E c",
    "R14B": "14 R B c",
    "1B+2C": "1 - B c, 2 - C c",
    "A12": "12 A - c",
    "A12B": "12 A B c",
    "A1B+A2C": "1 A B c, 2 A C c",
    "T18": "18 T - c",
    "T22+B28": "22 T - c, 28 B - c",
    "T18+T22+T23+T24+T28": "18 T - c, 22 T - c, 23 T - c, 24 T - c, 28 T - c",
    "B8+B18+B22+B23+B28": "8 B - c, 18 B - c, 22 B - c, 23 B - c, 28 B - c",
    # Both lips are the whole of it.
    "T23+B23": "23 - - c",
    "10A/B": "10 - A/B c",
    "4A/B": "4 - A/B c",
    "12(B/C)": "12 - B/C c",
    "1D/E": "1 - D/E c",
    "AD31": "31 - - c",
    "AD38+AD39": "38 - - c, 39 - - c",
    "ad39": "39 - - c",
    "4+M57": "4 - - c, 57 - - c",
    "M58": "58 - - c",
    "AU4 AD38 M57": "4 - - c, 38 - - c, 57 - - c",
    "41+42": "41 - - c, 42 - - c",
    "40+50+80+81+85": "40 - - c, 50 - - c, 80 - - c, 81 - - c, 85 - - c",
    "74": "74 - - c",
    "12": "12 - - c",
    "15A+17": "15 - A c, 17 - - c",
    "12+15+B28+B28": "12 - - c, 15 - - c, 28 B - c",
    "T28+10+10+10+17": "28 T - c, 10 - - c, 17 - - c",
    "Right AU1 + Right AU2": "1 R - c, 2 R - c",
    "AU6 and AU12": "6 - - c, 12 - - c",
    "AU12 (left)": "12 L - c",
    "Left AU 12, au4": "12 L - c, 4 - - c",
    "AU1 Left AU2": "1 - - c, 2 L - c",
    "LAU12": "12 L - c",
    "12 L14": "12 - - c, 14 L - c",
    "4+": "4 - - c",
}
UNCERTAIN = {
    "A/L12": "12 A/L - u",
    "(L/A)4B": "4 A/L B u",
    "(A/R)14B": "14 A/R B u",
    "ref(43)": "43 - - u",
    "ref(7B)": "7 - B u",
    "ref(L10)": "10 L - u",
    "Ref(14)": "14 - - u",
    "ref(5)+ref(7)": "5 - - u, 7 - - u",
    "4+ref(5+7)": "4 - - c, 5 - - u, 7 - - u",
    "13?": "13 - - u",
    "31?": "31 - - u",
    "12B ?": "12 - B u",
    "4+(6+12)?": "4 - - c, 6 - - u, 12 - - u",
    "L12 or L14": "12 L - 1, 14 L - 1",
    "R14A or 17A or 24A": "14 R A 1, 17 - A 1, 24 - A 1",
    "(R6 or R12)+R15": "6 R - 1, 12 R - 1, 15 R - c",
    "14or23": "14 - - 1, 23 - - 1",
    "10or11": "10 - - 1, 11 - - 1",
    "(17 or 19)": "17 - - 1, 19 - - 1",
    "(23/24)": "23 - - 1, 24 - - 1",
    "4/7": "4 - - 1, 7 - - 1",
    "1 or 2+12 or 14": "1 - - 1, 2 - - 1, 12 - - 2, 14 - - 2",
}
# Written | what is read | a word of the note, which always quotes the cell.
NOTED = {
    "AU4(k)+L7": ("4 - - u, 7 L - c", "static"),
    "AUR2+12(k)+45": ("2 R - c, 12 - - u, 45 - - c", "static"),
    "4+?": ("4 - - c", "'?'"),
    "12B+soft focus": ("12 - B c", "'soft focus'"),
    "6+glare": ("6 - - c", "'glare'"),
    "Chewing+12": ("12 - - c", "'Chewing'"),
    "double 45": ("45 - - c", "'double'"),
    "4+all of the above": ("4 - - c", "'all of the above'"),
    "twice - L1B": ("1 L B c", "'twice'"),
    "12+reaction?": ("12 - - c", "'reaction?'"),
    "(loses 1+2)": ("1 - - u, 2 - - u", "'loses'"),
    "3+25+26": ("25 - - c, 26 - - c", "'3' is no action unit"),
    "7A/B+L10A/B)+12": ("7 - A/B c, 10 L A/B c, 12 - - c", "parenthesis"),
    "6C/D+ref(7)12E+25": ("6 - C/D c, 7 - - u, 12 - E c, 25 - - c", "no sign before '12E'"),
    "12A+12B": ("12 - A c", "different intensities"),
    "L12R": ("12 - - u", "both sides"),
    "4+AD12": ("4 - - c", "'AD12' is no code"),
    "4+M12": ("4 - - c", "'M12' is no code"),
}
UNKNOWN = (
    "?",
    "NULL",
    "null",
    "soft focus",
    "smile",
    "AU0",
    "99",
    "1e9",
    "12.5",
    "4-12",
    "=A1",
    "M59",
    "4+" * 300 + "7",
)


def written(au):
    side = ("A/" if au.side else "A") if au.asymmetric else ""
    side += au.side or {"top": "T", "bottom": "B", None: ""}[au.part]
    strength = "/".join(filter(None, (au.intensity, au.other_intensity)))
    grade = str(au.alternative or ("c" if au.certain else "u"))
    return f"{au.number} {side or '-'} {strength or '-'} {grade}"


def read_back(aus):
    return ", ".join(map(written, aus))


@pytest.mark.parametrize(("text", "expected"), [*PLAIN.items(), *UNCERTAIN.items()])
def test_notations_of_the_corpora(text, expected):
    cell = read_aus(text)
    assert (read_back(cell.aus), cell.notes) == (expected, ())
    assert all(
        au.settled == (grade.split()[-1] == "c") for au, grade in zip(cell.aus, expected.split(", "), strict=True)
    )


@pytest.mark.parametrize(("text", "expected", "reason"), [(text, *told) for text, told in NOTED.items()])
def test_what_is_not_understood_is_a_note_and_the_aus_beside_it_stay(text, expected, reason):
    cell = read_aus(text)
    assert read_back(cell.aus) == expected
    (note,) = cell.notes
    assert repr(text) in note
    assert reason in note


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_cell_without_any_au_that_says_something_leaves_them_unknown(text):
    cell = read_aus(text)
    assert cell.aus is None
    assert text[:50] in cell.notes[0]
    with pytest.raises(NotationError):
        parse_aus(text)


@pytest.mark.parametrize("text", ["", "  ", "/", "-", "None", "nan"])
def test_a_blank_cell_codes_none(text):
    assert read_aus(text) == ((), ())


@given(st.text(max_size=30) | st.text(alphabet="LRATBM()+/,? 0124567890orefABCDE.-k", max_size=20))
def test_every_cell_is_read_back_from_its_notation_or_quoted_in_a_note(text):
    cell = read_aus(text)
    if cell.aus is None:
        assert cell.notes
    else:
        assert all(au.number in AU_NAMES for au in cell.aus)
        assert read_aus(facs_notation(cell.aus)) == (cell.aus, ())
    assert all(repr(text.strip()) in note for note in cell.notes)


units = st.builds(
    ActionUnit,
    number=st.sampled_from(sorted(AU_NAMES)),
    side=st.sampled_from([None, "L", "R"]),
    intensity=st.sampled_from([None, "A", "B", "C", "D", "E"]),
    certain=st.booleans(),
)


@given(st.lists(units, unique_by=lambda unit: (unit.number, unit.side)))
def test_notation_is_read_back(aus):
    assert parse_aus(facs_notation(aus)) == tuple(aus)


@given(units)
def test_codes_are_read_back(unit):
    assert parse_code(unit.code) == ActionUnit(number=unit.number, side=unit.side)


@pytest.mark.parametrize("text", ["12", "AU12A", "AU6+AU12", "", "au12", "AU12?"])
def test_only_codes_are_codes(text):
    with pytest.raises(NotationError):
        parse_code(text)
