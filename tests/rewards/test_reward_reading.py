"""What is read from a text: tables of sentences, and all names of the vocabulary."""

import re

import pytest

from meu_data.face.aus import AU_NAMES
from meu_data.face.regions import COLOUR_NAMES, COLOUR_OF, DIRECTION_NAMES, OCTANTS, REGIONS, region_name
from meu_data.language.reader import read
from meu_data.language.reading import CONTRADICTION, MotionSaid
from meu_data.language.words import data, listed


def said(text: str) -> dict[str, set[str]]:
    """Where the places that a text says move go to; those that may mean several regions under all their names."""
    found: dict[str, set[str]] = {}
    for statement in read(text).statements:
        ways: dict[tuple[str, ...], int] = {}
        for motion in statement.motions:
            if motion.moves and motion.real and not motion.described and (motion.ways or motion.colours):
                for place in motion.places:
                    found.setdefault("/".join(place), set()).update(motion.colours)
                    ways[place] = ways.get(place, 0) | motion.ways
        for place, bits in ways.items():
            found["/".join(place)] |= MotionSaid((), bits).directions(place[0])
    return found


@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize("direction", OCTANTS)
def test_every_region_and_direction_is_read_by_its_own_name(name, direction):
    english = f"The {region_name(name, 'en')} moves {DIRECTION_NAMES[direction]['en']}."
    chinese = f"{region_name(name, 'zh')}{DIRECTION_NAMES[direction]['zh']}移动。"
    assert said(english) == {name: {direction}}
    # 下巴 is the whole chin or its middle.
    meant = "chin/left_chin_side/right_chin_side" if name == "chin" else name
    assert said(chinese) == {meant: {direction}}


@pytest.mark.parametrize("direction", OCTANTS)
def test_a_colour_stands_for_its_direction(direction):
    name = COLOUR_NAMES[COLOUR_OF[direction]]
    assert said(f"There is {name['en']} at the left inner brow.") == {"left_inner_brow": {direction}}
    assert said(f"左侧眉头呈{name['zh']}。") == {"left_inner_brow": {direction}}


NAMES_EN, NAMES_ZH = (
    [name for parts, names in data(lang)["parts"].items() if not parts.startswith("none") for name in listed(names)]
    for lang in ("en", "zh")
)
UP = {"up"}
BOTH_CORNERS_OUT = {"left_mouth_corner": {"up-left"}, "right_mouth_corner": {"up-right"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Both mouth corners pull up and outward.", BOTH_CORNERS_OUT),
        ("The corners of the mouth rise outwards, magenta on the right and blue on the left.", BOTH_CORNERS_OUT),
        ("两侧嘴角向外上方提拉，左侧呈蓝色、右侧呈品红色。", BOTH_CORNERS_OUT),
        ("左侧嘴角向左上移动，右侧嘴角向右上移动。", BOTH_CORNERS_OUT),
        (
            "The inner brow on the left rises (purple) while the one on the right sinks (yellow-green).",
            {"left_inner_brow": UP, "right_inner_brow": {"down"}},
        ),
        (
            "The lower cheek and the nasolabial fold on the right lift.",
            {"right_cheek": UP, "right_nasolabial_fold": UP},
        ),
        ("The left lower lid and the right inner brow lift.", {"left_lower_lid": UP, "right_inner_brow": UP}),
        ("The glabella, the nose tip and the chin move up.", {"glabella": UP, "nose_tip": UP, "chin": UP}),
        ("The chin rises, in purple. It stays.", {"chin": UP}),
        ("On the left, the inner brow is raised.", {"left_inner_brow": UP}),
        ("The person's left inner brow rises.", {"right_inner_brow": UP}),
        ("被摄者左侧眉头上移。", {"right_inner_brow": UP}),
        ("The left eyebrow rises.", {"left_inner_brow/left_outer_brow": UP}),
        ("The upper lip lifts.", {"middle_upper_lip/left_upper_lip/right_upper_lip": UP}),
        ("上唇左侧上提。", {"left_upper_lip": UP}),
        ("The chin moves up and down.", {"chin": {CONTRADICTION}}),
        ("The chin rises. The chin sinks.", {"chin": {"up", "down"}}),
        ("The left cheekbone moves toward the nose tip, upward.", {"left_cheekbone": UP}),
        ("The chin does not rise.", {}),
        ("No upward motion shows at the chin or at the glabella.", {}),
        ("The chin does not rise and sink.", {}),
        ("The glabella does not move and the chin rises.", {"chin": UP}),
        ("The chin does not move, but the glabella rises.", {"glabella": UP}),
        ("AU17 would push the chin up.", {}),
        ("下巴没有上提，非常明显的是眉间向上移动。", {"glabella": UP}),
        ("The chin rises, which is typical of sadness: raised inner brows move up.", {"chin": UP}),
        ("AU12 (lip corner puller, up) is seen.", {}),
        ("The upper lid raiser is up.", {}),
        ("AU12（嘴角上扬）可见。", {}),
        ("Raised brows.", {}),
        ("Purple and red.", {}),
        ("The chin is at rest.", {}),
        ("It moves up.", {}),
    ],
)
def test_reading_table(text, expected):
    assert said(text) == expected


# One test for thousands of names: each alone would take longer to set up than to read.
def test_every_english_name_of_a_part_is_read():
    assert [name for name in NAMES_EN if said(f"The left {name} goes up.") == {}] == []


def test_every_chinese_name_of_a_part_is_read():
    assert [name for name in NAMES_ZH if said(f"{name}向上移动。") == {}] == []


@pytest.mark.parametrize("number", AU_NAMES)
def test_the_name_of_an_au_claims_nothing(number):
    for code in (f"AU{number}", f"LAU{number}", f"AU {number}"):
        assert said(f"{code} ({AU_NAMES[number]['en']}) is coded, {code}（{AU_NAMES[number]['zh']}）") == {}
    if re.search(r"(?:er|or)$", AU_NAMES[number]["en"]):
        assert said(f"The {AU_NAMES[number]['en']} is seen, in purple.") == {}
