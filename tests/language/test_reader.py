"""What is read from single sentences: those that were read wrongly once, every spelling of an AU, and wild texts.

The right readings are those of a person who knows FACS and the legend of the map (arXiv 2505.07007), not our tables'.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.language.reader import read
from meu_data.language.words import WAYS

BOTH = ("left_mouth_corner", "right_mouth_corner")


def units(text):
    """What is said of AUs: number → polarity, and the person's side where one is given."""
    return {f"{unit.side or ''}{unit.number}": unit.polarity for unit in read(text).units()}


def emotions(text):
    return {told.emotion: told.polarity for told in read(text).emotions()}


def motions(text):
    """All that is said of this face's motion: first region of each place → what."""
    found = {}
    for said in read(text).motions():
        if not said.real:
            continue
        for regions in said.places:
            what = {"moves": said.moves, "denied": said.denied, "strength": said.strength}
            what |= {"ways": said.directions(regions[0]), "colours": said.colours}
            entry = found.setdefault(regions[0], {})
            for key, value in what.items():
                entry[key] = (
                    entry.get(key, frozenset()) | value if isinstance(value, frozenset) else entry.get(key) or value
                )
    return found


AFFIRMED = {
    "no doubt": ("There is no doubt that AU4 (brow lowerer) is active.", 4),
    "still as an adverb": ("AU4 (brow lowerer) is still clearly visible.", 4),
    "AUs and a colon": ("AUs: 4, 15", 15),
    "非常 denies nothing": ("AU4（皱眉）非常明显。", 4),
    "毫无疑问": ("毫无疑问，AU4存在。", 4),
    "not only": ("Not only AU12 but also AU4 is active.", 4),
    "不仅": ("不仅有AU12，还有AU4。", 4),
    "cannot be overlooked": ("AU4 cannot be overlooked.", 4),
    "other than": ("No unit other than AU4 is active.", 4),
}


@pytest.mark.parametrize(("text", "number"), AFFIRMED.values(), ids=AFFIRMED)
def test_a_negation_pardons_only_what_it_governs(text, number):
    assert units(text)[str(number)] == "affirmed"


DENIED = {
    "not visible": ("AU4 is not visible.", "4"),
    "absent": ("AU4 (brow lowerer) is absent.", "4"),
    "a list": ("There is no AU9, AU10 or AU4.", "4"),
    "rather than": ("This is AU12 rather than AU4.", "4"),
    "neither": ("Neither AU1 nor AU4 is present.", "4"),
    "without its name": ("AU12, without a brow lowerer.", "4"),
    "未出现": ("AU4未出现。", "4"),
    "不成立": ("眉头静止，AU4不成立。", "4"),
    "没有": ("没有AU4。", "4"),
    "而非": ("是AU1而非AU4。", "4"),
    "a telegram": ("NO AU4 STOP", "4"),
    "against": ("Against AU4: the brows are inert.", "4"),
    "won't": ("The brows stay where they are I won't call it AU4.", "4"),
    "walks free": ("AU4 walks free.", "4"),
    "a heading of what is excluded": ("【排除】AU4：眉头无下移。", "4"),
    "无从谈起": ("眉区既无向量，AU4便无从谈起。", "4"),
    "therefore": ("AU4 is therefore absent.", "4"),
    "but they": ("I hoped for AU4, but they are not there.", "4"),
    "not in play": ("AU4 is not in play.", "4"),
    "would not call": ("I wouldn't call that AU4, brow lowerer.", "4"),
    "不可见": ("AU4不可见。", "4"),
    "别写": ("没动静，所以AU4就别写了。", "4"),
    "不宜添加": ("不宜轻易添加AU4。", "4"),
}


@pytest.mark.parametrize(("text", "number"), DENIED.values(), ids=DENIED)
def test_denied_units(text, number):
    assert units(text)[number] == "denied"


def test_what_is_supposed_is_not_there():
    assert units("If the brows dropped, AU4 would be present.")["4"] == "supposed"
    assert units("Could it be AU17?")["17"] == "supposed"
    assert units("若眉头下压，则应为AU4。")["4"] == "supposed"


SPELLINGS = {
    "AU12": ["12"],
    "AU 12": ["12"],
    "AU06": ["6"],
    "AU-4": ["4"],
    "A.U. 4": ["4"],
    "Action Unit 12": ["12"],
    "action units 6 and 12": ["6", "12"],
    "AUs 1, 2 and 5": ["1", "2", "5"],
    "AU1+2": ["1", "2"],
    "AU1 + 2 + 5 + 26": ["1", "2", "5", "26"],
    "AU6+AU12": ["6", "12"],
    "动作单元4": ["4"],
    "面部动作单元4、15": ["4", "15"],
    "AU6、AU12": ["6", "12"],
    "AU4、9": ["4", "9"],
    "LAU12": ["L12"],
    "L12 is coded": ["L12"],
    "1C+4C+15C": ["1", "4", "15"],
    "AU4B": ["4"],
    "ＡＵ１２": ["12"],
    "Lip Corner Puller (AU12)": ["12"],
    "AU12 (Lip Corner Puller)": ["12"],
    "AU12: Lip Corner Puller": ["12"],
    "AU12 (lip corner puller, person's left)": ["L12"],
    "AU12, 3 regions and 2 sides": ["12"],
    "AU1234, AU1.5": [],
    "au12 moves 3 px": ["12"],
    "LAU14 in BEAU12": ["L14"],
    "印象：高兴，L-AU12。": ["L12"],
    "<think>AU12</think>": ["12"],
    "图中AU12显示": ["12"],
    "AU1和AU2": ["1", "2"],
}


@pytest.mark.parametrize(("text", "expected"), SPELLINGS.items())
def test_spellings_of_units(text, expected):
    assert list(units(text)) == expected


MISNAMED = {
    "AU 4 (cheek raiser)": [(4, {6})],
    "皱眉（AU2）": [(2, {4})],
    "AU4 (lip corner puller)": [(4, {12})],
    "Lip Corner Depressor (AU12)": [(12, {15})],
    "AU2（内眉上扬）": [(2, {1})],
    "AU4 (brow lowerer)": [],
    "AU4 (Brow Lowerer, person's left)": [],
    "AU4 (moderate)": [],
    "AU2（外眉上扬）": [],
    "AU46（单眼眨眼）": [],
    "Brow Lowerer (AU4), Upper Lid Raiser (AU5)": [],
}


@pytest.mark.parametrize(("text", "expected"), MISNAMED.items())
def test_units_beside_the_name_of_another(text, expected):
    assert [(wrong.number, set(wrong.numbers)) for said in read(text).statements for wrong in said.misnamed] == expected


def test_a_muscle_that_several_units_share_is_no_other_name():
    assert not [wrong for said in read("AU7 (orbicularis oculi)").statements for wrong in said.misnamed]
    (wrong,) = [wrong for said in read("AU15（颧大肌）").statements for wrong in said.misnamed]
    assert wrong.muscle


EMOTIONS = {
    "In sum, AU6 and AU12; happiness is not the emotion, it is sadness.": ("denied", "affirmed"),
    "AU6、AU12，并非高兴，而是悲伤。": ("denied", "affirmed"),
    "Not joy but sorrow.": ("denied", "affirmed"),
    "The face is sad rather than delighted.": ("denied", "affirmed"),
    "与其说是开心，不如说是难过。": ("denied", "affirmed"),
    "愉快。": ("affirmed", None),
}


@pytest.mark.parametrize(("text", "expected"), EMOTIONS.items())
def test_emotions(text, expected):
    told = emotions(text)
    assert (told.get("happiness"), told.get("sadness")) == expected


@pytest.mark.parametrize(
    ("text", "region", "way"),
    [
        ("Both brows, unlike the chin, are strongly lowered.", "left_inner_brow", "down"),
        ("Both mouth corners move inward.", "left_mouth_corner", "right"),
        ("两侧嘴角向内移动。", "right_mouth_corner", "left"),
        ("The mouth corners are drawn towards the ears.", "left_mouth_corner", "left"),
        ("The inner brows converge.", "right_inner_brow", "left"),
        ("The chin sank.", "chin", "down"),
        ("The chin fell.", "chin", "down"),
        ("The chin descends.", "chin", "down"),
        ("The nose bridge rises.", "nose_root", "up"),
        ("The eye corners rise.", "left_eye_corner", "up"),
        ("眉心下移。", "glabella", "down"),
        ("上眼睑上提。", "left_upper_lid", "up"),
        ("眼角向上。", "left_eye_corner", "up"),
        ("A pronounced upper lip raising and mild jaw dropping is seen.", "middle_upper_lip", "up"),
        ("A pronounced upper lip raising and mild jaw dropping is seen.", "left_chin_side", "down"),
        ("被摄者左侧嘴角向上移动。", "right_mouth_corner", "up"),
        ("The left corner of the person's mouth, on the right of the picture, rises.", "right_mouth_corner", "up"),
        ("左下颊向左上移动。", "left_cheek", "up-left"),
        ("左側眉頭朝右下方移動。", "left_inner_brow", "down-right"),
        ("Region: left mouth corner; Colour: blue; Direction: up-left", "left_mouth_corner", "up-left"),
        ("| Region | Direction |\n|---|---|\n| left mouth corner | left |", "left_mouth_corner", "left"),
        ("- **Chin**: up, purple, moderate", "chin", "up"),
        ("【区域】左嘴角【方向】左上【颜色】蓝", "left_mouth_corner", "up-left"),
        ("### Chin\n- moves up", "chin", "up"),
        ("It cannot be doubted that the chin rises.", "chin", "up"),
        ("In contrast to the chin, which is pushed up, the lids stay put.", "chin", "up"),
        ("Raised inner brows are seen.", "left_inner_brow", "up"),
        ("Raised brows over widened eyes.", "left_inner_brow", "up"),
        ("Lowered brows over pressed lips.", "left_inner_brow", "down"),
        ("A mouth turned down over a raised chin.", "chin", "up"),
        ("A brow over a chin pushed up.", "chin", "up"),
        ("Over a cheek that is still, the lid rises.", "left_upper_lid", "up"),
    ],
)
def test_directions(text, region, way):
    assert motions(text)[region]["ways"] == {way}
    assert motions(text)[region]["moves"]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("The mouth corners do not move at all.", "left_mouth_corner"),
        ("The cheeks below both eyes are completely motionless.", "left_cheekbone"),
        ("嘴角未见任何运动。", "right_mouth_corner"),
        ("No movement is visible at the brows, the lids or the chin.", "chin"),
        ("The chin stays where it is.", "chin"),
        ("额头、鼻子以及下巴都看不到明显的运动。", "chin"),
        ("Region: chin; Direction: none; Intensity: zero", "chin"),
        ("The chin: nothing.", "chin"),
        ("The brows rise, unlike the chin, which is still.", "chin"),
    ],
)
def test_stillness(text, region):
    assert motions(text)[region]["moves"] is False


@pytest.mark.parametrize(
    ("text", "region", "colour"),
    [
        ("The corners of the mouth are turquoise.", "left_mouth_corner", "left"),
        ("左侧嘴角呈玫红色。", "left_mouth_corner", "up-right"),
        ("右侧嘴角呈粉红色。", "right_mouth_corner", "up-right"),
        ("右侧嘴角呈洋红色。", "right_mouth_corner", "up-right"),
        ("右侧嘴角呈紫红色。", "right_mouth_corner", "up-right"),
        ("右侧嘴角呈红色。", "right_mouth_corner", "right"),
        ("下巴呈紫罗兰色。", "chin", "up"),
        ("The chin is teal.", "chin", "left"),
        ("The chin is violet.", "chin", "up"),
        ("The chin is lime.", "chin", "down"),
        ("The chin is orange-yellow.", "chin", "down-right"),
        ("The lip corners move, blue on the left and pink on the right.", "right_mouth_corner", "up-right"),
        ("嘴角左青右红。", "left_mouth_corner", "left"),
    ],
)
def test_colours(text, region, colour):
    assert motions(text)[region]["colours"] == {colour}


def test_compounds_and_tints_are_no_colours_of_the_legend():
    assert motions("The chin is red-orange and dark-green.").get("chin", {}).get("colours", frozenset()) == frozenset()


@pytest.mark.parametrize(
    ("text", "region", "strength"),
    [
        ("The chin rises almost imperceptibly.", "chin", "slight"),
        ("The chin is vigorously raised.", "chin", "strong"),
        ("下巴强烈上移。", "chin", "strong"),
        ("下巴微微上移。", "chin", "slight"),
    ],
)
def test_strengths(text, region, strength):
    assert motions(text)[region]["strength"] == strength


@pytest.mark.parametrize(
    "text",
    [
        "AU12 pulls the lip corners up.",
        "Sadness is typically accompanied by raised inner brows.",
        "If the chin moved up, AU17 would be coded.",
        "Legend: red is right, purple is up.",
        "One might expect the chin to rise.",
        "Does the chin rise?",
        "AU6表示脸颊提升。",
        "通常嘴角会上扬。",
    ],
)
def test_what_is_said_of_faces_in_general_is_said_of_no_face(text):
    assert motions(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "The inner brow on the person's left (shown at the left) rises.",
        "被摄者左侧嘴角（画面左侧）上移。",
        "The picture's left is the person's left.",
    ],
)
def test_sides_of_the_person_that_are_no_sides_of_the_picture(text):
    assert any(said.sides_differ for said in read(text).statements)


def test_a_convention_holds_for_the_whole_text():
    said = motions("（左右均以被试者为准。）右侧口角上移。")
    assert "left_mouth_corner" in said


def test_languages():
    text = "The lip corners are drawn up and outward. 两侧嘴角向外上方移动。AU12."
    assert [said.lang for said in read(text).statements] == ["en", "zh", None]


def test_what_could_not_be_read_is_told():
    (said,) = read("Around the lip corners a certain something flickers in and out of sight.").statements
    assert said.about_face
    assert not said.understood


words = st.sampled_from(
    (
        "AU12",
        "(",
        ")",
        "（",
        "left",
        "mouth corner",
        "not",
        "which",
        "unlike",
        "|",
        "\n",
        "：",
        "嘴角",
        "向",
        "上",
        "İ",
        "'s",
        ",",
    )
)


@given(
    st.one_of(
        st.text(max_size=200), st.lists(words, max_size=30).map(" ".join), st.lists(words, max_size=30).map("".join)
    )
)
def test_any_text_is_read(text):
    reading = read(text)
    places = [(said.start, said.end) for said in reading.statements]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert all(0 <= said.ways < 1 << len(WAYS) for said in reading.motions())


def test_a_column_that_asks_whether_something_moves():
    table = "| 区域 | 是否运动 | 描述 |\n|---|---|---|\n| 上眼睑 | 是 | 向下 |\n| 鼻翼 | 否 | — |"
    said = motions(table)
    assert said["left_upper_lid"]["ways"] == {"down"}
    assert said["left_nose_wing"]["moves"] is False


def test_what_is_only_compared_does_not_move():
    said = motions("Unlike the brows the mouth corners rise.")
    assert "left_inner_brow" not in said
    assert said["left_mouth_corner"]["moves"]
    assert motions("嘴角不像眉毛那样上抬。")["left_mouth_corner"]["denied"]


def test_a_row_that_is_no_head_is_read_once():
    assert [(said.start, said.end) for said in read("||0\n0||").statements] == [(0, 3), (4, 7)]
