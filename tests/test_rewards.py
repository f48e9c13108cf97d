"""Rewards: what they mean, beside independent definitions; what they make of any text; and that drafts please them."""

import random
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meu_data import rewards
from meu_data.drafting.offline import annotate
from meu_data.facs import AU_NAMES, au_sites, parse_aus
from meu_data.regions import COLOUR_NAMES, COLOUR_OF, DIRECTION_NAMES, OCTANTS, REGIONS, region_name
from meu_data.rewards import lexicon
from meu_data.rewards.reading import CONTRADICTION, read_claims
from tests.drafting.conftest import make_motion, make_sample

ALL = (rewards.accuracy, rewards.format, rewards.au_f1, rewards.region, rewards.grounded, rewards.multi_level)
COLUMNS = ("solution", "answer", "emotion", "aus", "AUs", "claims", "motion")
TAGS = ("<think>", "</think>", "<answer>", "</answer>", "<THINK>", "</Think>")

# Pieces that the rewards know, so that fuzzing reaches their insides.
WORDS = (
    *TAGS,
    *("AU4", "au12", "LAU6", "AU12 (lip corner puller)", " ", "\n", ", ", ". ", " and ", "(", ")", "，", "。", "、"),
    *("the left", "on the right", "both", "person's", "not", "while", "up", "outward", "inward", "raised", "purple"),
    *(
        "corner of the mouth",
        "inner brows",
        "chin",
        "happiness",
        "instead of",
        "左侧",
        "嘴角",
        "向外上方",
        "不",
        "紫色",
    ),
)
texts = st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=40).map("".join))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("region", "octant", "direction", "intensity", "role", "content")), inner),
    ),
    max_leaves=8,
)


def think(*, text: str) -> str:
    return f"<think>{text}</think><answer>happiness</answer>"


def claim(name: str, direction: str, intensity: str = "strong") -> dict[str, str]:
    return {"region": name, "colour": "red", "direction": direction, "intensity": intensity, "au": "AU12"}


def one(reward, text, **row) -> float:
    (value,) = reward([text], **{name: [column] for name, column in row.items()})
    return value


def said(text: str) -> dict[str, set[str]]:
    """The exact claims of a text; those that may mean several regions under all their names."""
    return {"/".join(name for name, _ in place): set(place[0][1]) for place in read_claims(text)}


# UniFER (grpo.py) as its note describes it: stripped, exact, the first pair of tags, else the whole text.


def unifer_accuracy(text: str, solution: str) -> float:
    def inside(whole: str) -> str:
        found = re.search(r"<answer>(.*?)</answer>", whole, re.DOTALL)
        return (found[1] if found else whole).strip()

    return 1.0 if inside(text) == inside(solution) else 0.0


def unifer_format(text: str) -> float:
    return 1.0 if re.fullmatch(r"<think>.*?</think>\s*<answer>.*?</answer>", text, re.DOTALL) else 0.0


def facial_r1(text: str, gold: list[str]) -> float:
    """Facial-R1's AU reward: precision and recall over sets of codes, tags in any case."""
    if not gold:
        return 0.0
    found = re.search(r"<think>(.*?)</think>", text, re.DOTALL | re.IGNORECASE)
    named = set(re.findall(r"AU\d+", found[1].upper())) if found else set()
    if not named:
        return -1.0
    both = len(named & set(gold))
    if both == 0:
        return -1.0
    precision, recall = both / len(named), both / len(set(gold))
    return 2 * (2 * precision * recall / (precision + recall)) - 1


@given(texts, texts)
def test_accuracy_is_unifers(text, solution):
    assert one(rewards.accuracy, text, solution=solution) == unifer_accuracy(text, solution)


@given(texts)
def test_format_is_unifers(text):
    assert one(rewards.format, text) == unifer_format(text)


@given(texts, st.lists(st.integers(1, 64).map(lambda number: f"AU{number}"), max_size=4))
def test_au_f1_is_facial_r1s(text, gold):
    assert one(rewards.au_f1, text, aus=gold) == pytest.approx(facial_r1(text, gold))
    assert one(rewards.au_f1, text, AUs=gold) == pytest.approx(facial_r1(text, gold))


@pytest.mark.parametrize(
    ("text", "solution", "expected"),
    [
        ("<think>x</think><answer>disgust</answer>", "disgust", 1),
        ("<think>x</think><answer> disgust\n</answer>", "<answer>disgust</answer>", 1),
        ("disgust ", "disgust", 1),
        ("<answer>Disgust</answer>", "disgust", 0),
        ("<answer>fear</answer><answer>disgust</answer>", "disgust", 0),
        ("<answer>disgust", "disgust", 0),
        ("", "disgust", 0),
    ],
)
def test_accuracy_table(text, solution, expected):
    assert one(rewards.accuracy, text, solution=solution) == expected


def test_the_label_is_taken_from_the_first_column_that_has_one():
    completions = ["<answer>fear</answer>"] * 3
    found = rewards.accuracy(
        completions, solution=["anger", None, None], answer=["fear", "fear", None], emotion=["fear"] * 3
    )
    assert found == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>a</think><answer>b</answer>", 1),
        ("<think></think>\n \n<answer></answer>", 1),
        ("<think>a</think> so <answer>b</answer>", 0),
        (" <think>a</think><answer>b</answer>", 0),
        ("<think>a</think><answer>b</answer>\n", 0),
        ("<think>a<answer>b</answer>", 0),
        ("<Think>a</Think><answer>b</answer>", 0),
        ("<think>a</think>x</think><answer>b</answer>c</answer>", 1),
        ("<think></answer>", 0),
    ],
)
def test_format_table(text, expected):
    assert one(rewards.format, text) == expected


@pytest.mark.parametrize(
    ("thoughts", "gold", "expected"),
    [
        ("AU6 and AU12", ["AU6", "AU12"], 1),
        ("au6, LAU12 (lip corner puller)", ["AU12", "AU6"], 1),
        ("AU6", ["AU6", "AU12"], 1 / 3),
        ("AU4", ["AU6"], -1),
        ("no motion", ["AU6"], -1),
        ("AU6", [], 0),
        ("AU6", "AU6+AU12", 1 / 3),
    ],
)
def test_au_f1_table(thoughts, gold, expected):
    assert one(rewards.au_f1, think(text=thoughts), aus=gold) == pytest.approx(expected)


MESSAGE = "<think>AU12</think><answer>fear</answer>"
BLOCKS = [{"type": "text", "text": MESSAGE[:9]}, {"type": "text", "text": MESSAGE[9:]}]
TURN, TOOL = {"role": "assistant", "content": MESSAGE}, {"role": "tool", "content": "x"}


@pytest.mark.parametrize(
    "completion",
    [
        MESSAGE,
        [TURN],
        TURN,
        [{"role": "assistant", "content": BLOCKS}],
        [{"role": "assistant", "content": "zoom"}, TOOL, TURN],
        [TURN, TOOL],
    ],
    ids=["plain", "one message", "bare message", "blocks", "last turn", "tool behind"],
)
def test_completions_may_be_texts_or_messages(completion):
    assert one(rewards.format, completion) == 1
    assert one(rewards.accuracy, completion, solution="fear") == 1
    assert one(rewards.au_f1, completion, aus=["AU12"]) == 1


# Reading.


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


@pytest.mark.parametrize("name", [name for name, _ in lexicon.parts_en()])
def test_every_english_name_of_a_part_is_read(name):
    assert said(f"The left {name} goes up.") != {}


@pytest.mark.parametrize("name", [name for names in lexicon.PARTS_ZH for name in names.split("|")])
def test_every_chinese_name_of_a_part_is_read(name):
    assert said(f"{name}向上移动。") != {}


@pytest.mark.parametrize("number", AU_NAMES)
def test_the_name_of_an_au_claims_nothing(number):
    for code in (f"AU{number}", f"LAU{number}", f"AU {number}"):
        assert said(f"{code} ({AU_NAMES[number]['en']}) is coded, {code}（{AU_NAMES[number]['zh']}）") == {}
    if re.search(r"(?:er|or)$", AU_NAMES[number]["en"]):
        assert said(f"The {AU_NAMES[number]['en']} is seen, in purple.") == {}


# Region and grounded.

RIGHT_CORNER = [claim("right_mouth_corner", "up-right")]
PAIR = [claim("left_mouth_corner", "up-left"), claim("right_mouth_corner", "up-right")]


@pytest.mark.parametrize(
    ("thoughts", "claims", "region", "grounded"),
    [
        ("The right mouth corner moves up and outward.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves up.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves down.", RIGHT_CORNER, 1, -1),
        ("The right mouth corner rises, in yellow-green.", RIGHT_CORNER, 1, -1),
        ("The left mouth corner moves up.", RIGHT_CORNER, -1, -1),
        ("The mouth corners move up.", RIGHT_CORNER, 1 / 3, 1 / 3),
        ("The right mouth corner moves up.", PAIR, 1 / 3, 1 / 3),
        ("The mouth corners move up.", PAIR, 1, 1),
        ("The mouth corners move to the right.", PAIR, 1, 0),
        ("The eyebrows move up.", [claim("left_inner_brow", "up"), claim("left_outer_brow", "up")], 0, 0),
        ("Nothing can be said.", PAIR, -1, -1),
        ("", PAIR, -1, -1),
        ("No region moves.", [], 1, 1),
        ("", [], -1, -1),
        ("The chin moves up.", [], -1, -1),
        ("The chin moves up.", [claim("chin", "none", "none")], -1, -1),
        ("The chin moves up.", None, 0, 0),
    ],
)
def test_motion_table(thoughts, claims, region, grounded):
    text = think(text=thoughts)
    assert one(rewards.region, text, claims=claims) == pytest.approx(region)
    assert one(rewards.grounded, text, claims=claims) == pytest.approx(grounded)


def test_the_measurement_decides_what_moves_and_the_claims_what_is_wanted():
    motion = [
        region.model_dump()
        for region in make_motion({"chin": ("up", "strong"), "glabella": ("down", "slight")}).regions
    ]
    both = think(text="The chin rises and the glabella sinks.")
    assert one(rewards.grounded, both, motion=motion, claims=[claim("chin", "up")]) == 1
    assert one(rewards.grounded, both, motion=motion, claims=[claim("chin", "up"), claim("nose_tip", "up")]) == 1
    assert one(rewards.grounded, both, motion=motion) == 1
    assert one(rewards.grounded, think(text="The chin rises."), motion=motion) == 1
    assert one(rewards.grounded, think(text="The glabella sinks."), motion=motion) == -1
    renamed = [{"region": row["region"], "direction": row["octant"], "intensity": row["intensity"]} for row in motion]
    assert one(rewards.grounded, both, motion=renamed) == 1


# The offline drafts.


def turned(way: str, octants: int) -> str:
    return OCTANTS[(OCTANTS.index(way) + octants) % 8]


AUS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 24, 25, 26, 45, 54, 61)


def drafts(count: int, lang: str):
    """Random motion and labels, what the offline writer says of them, and the columns of the row."""
    chance = random.Random(f"drafts {lang}")
    for turn in range(count):
        numbers = chance.sample(
            [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 24, 25, 26, 45, 54, 61], chance.randint(0, 4)
        )
        notation = "+".join(chance.choice(("", "", "L", "R")) + str(number) for number in numbers)
        moves = {
            site: (
                OCTANTS[(OCTANTS.index(way) + chance.choice((0, 0, 1, -1))) % 8],
                chance.choice(("slight", "strong")),
            )
            for au in parse_aus(notation)
            for site, way in au_sites(au)
            if chance.random() < 0.7
        }
        for name in chance.sample(REGIONS, chance.randint(0, 5)):
            moves[name] = (chance.choice(OCTANTS), chance.choice(("slight", "moderate", "strong")))
        identifier = f"dfme/sub{turn}/clip/1-2"
        emotion = chance.choice(("happiness", "surprise", "fear", "sadness", "anger", "disgust", "contempt"))
        sample, motion = make_sample(notation, emotion, identifier), make_motion(moves, identifier)
        draft = annotate(sample, motion, lang)
        thoughts = f"{draft.motion_analysis}\n{draft.expression_inference}\n{draft.conclusion}"
        yield (
            f"<think>{thoughts}</think><answer>{emotion}</answer>",
            {
                "solution": f"<answer>{emotion}</answer>",
                "aus": sorted({f"AU{au.number}" for au in sample.aus}),
                "claims": [claim.model_dump() for claim in draft.claims],
                "motion": [region.model_dump() for region in motion.regions],
            },
        )


SWAPS = {
    "sides": {"en": (("left", "right"),), "zh": (("左", "右"),)},
    "directions": {
        "en": (
            *(("up", "down"), ("rise", "drop"), ("rises", "drops"), ("lift", "sink"), ("lifts", "sinks")),
            *(("red", "cyan"), ("orange-yellow", "blue"), ("yellow-green", "purple"), ("green", "magenta")),
            *(("outward", "inward"), ("to the left", "to the right")),
        ),
        "zh": (
            *(("向上", "向下"), ("上移", "下移"), ("上提", "下压"), ("外上方", "内下方"), ("外下方", "内上方")),
            *(("红色", "青色"), ("橙黄色", "蓝色"), ("黄绿色", "紫色"), ("绿色", "品红色")),
        ),
    },
}


def swapped(text: str, pairs, lang: str) -> str:
    other = {one: two for pair in pairs for one, two in (pair, pair[::-1])}
    words = "|".join(sorted(map(re.escape, other), key=len, reverse=True))
    pattern = rf"(?<![\w-])(?:{words})(?![\w-])" if lang == "en" else words
    return re.sub(pattern, lambda match: other[match[0]], text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_offline_drafts_get_the_top_of_every_reward(lang):
    for text, row in drafts(150, lang):
        for columns in (row, {name: row[name] for name in ("solution", "aus", "claims")}):
            for reward in ALL:
                expected = 0.0 if reward is rewards.au_f1 and not row["aus"] else 1.0
                assert one(reward, text, **columns) == pytest.approx(expected), (reward.__name__, text, row["claims"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_drafts_with_directions_reversed_are_not_grounded(lang):
    told = [(text, row) for text, row in drafts(80, lang) if row["claims"]]
    for text, row in told:
        wrong = swapped(text, SWAPS["directions"][lang], lang)
        assert one(rewards.grounded, wrong, **row) < 0.4, wrong
    values = [one(rewards.grounded, swapped(text, SWAPS["directions"][lang], lang), **row) for text, row in told]
    assert sum(values) / len(values) < -0.8


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_drafts_with_sides_swapped_lose_region_and_grounded(lang):
    moves = {
        "left_mouth_corner": ("up-left", "strong"),
        "left_cheek": ("up-left", "strong"),
        "right_inner_brow": ("down", "moderate"),
    }
    draft = annotate(make_sample("R12+L4"), make_motion(moves), lang)
    row = {"claims": [claim.model_dump() for claim in draft.claims]}
    assert len(row["claims"]) == 3
    right = think(text=draft.motion_analysis)
    wrong = swapped(right, SWAPS["sides"][lang], lang)
    for reward in (rewards.region, rewards.grounded):
        assert one(reward, right, **row) == 1
        assert one(reward, wrong, **row) == -1


# Multi-level and verl.


def test_multi_level_is_the_weighted_mean_of_what_the_row_knows():
    text = "<think>AU12: the right mouth corner moves down.</think><answer>fear</answer>"
    row = {"solution": "fear", "aus": ["AU6", "AU12"], "claims": RIGHT_CORNER}
    # au 2/3, region 1, grounded 0, on scales from 0 to 1.
    levels = {"format": 1.0, "au": 2 / 3, "region": 1.0, "grounded": 0.0, "emotion": 1.0}
    assert one(rewards.multi_level, text, **row) == pytest.approx(
        sum(rewards.WEIGHTS[level] * value for level, value in levels.items()) / sum(rewards.WEIGHTS.values())
    )
    assert one(rewards.multi_level, text) == 1
    assert one(rewards.multi_level, text, solution="anger") == pytest.approx(0.1 / 0.4)
    for level, value in levels.items():
        reward = rewards.weighted({level: 3})
        assert reward.__name__ == "multi_level"
        assert one(reward, text, **row) == pytest.approx(value)


@pytest.mark.parametrize("weights", [{}, {"au": 0}, {"au": -1, "format": 2}, {"colour": 1}])
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(ValueError, match="level"):
        rewards.weighted(weights)


def test_verl_gets_the_same_as_trl():
    for text, row in drafts(5, "en"):
        for answer in (text, text.replace("AU", "AU9 and AU"), "nonsense"):
            extra = {name: row[name] for name in ("aus", "claims", "motion")}
            found = rewards.compute_score("dfme", answer, row["solution"], extra)
            assert found == one(rewards.multi_level, answer, **row)
    bare = rewards.compute_score(data_source="dfme", solution_str="<answer>fear</answer>", ground_truth="fear")
    assert bare == pytest.approx(0.3 / 0.4)


# Nothing breaks them.


@settings(max_examples=300)
@given(st.lists(st.one_of(texts, values), max_size=4), st.dictionaries(st.sampled_from(COLUMNS), values))
def test_no_text_and_no_column_raises(completions, columns):
    for reward in ALL:
        found = reward(completions, **columns)
        assert len(found) == len(completions)
        assert all(isinstance(value, float) and -1 <= value <= 1 for value in found)


@given(texts, values, values)
def test_verl_entry_never_raises(text, ground_truth, extra):
    assert 0 <= rewards.compute_score("x", text, ground_truth, extra) <= 1
    assert (
        0
        <= rewards.compute_score("x", text, "fear", {"aus": ground_truth, "claims": extra, "motion": ground_truth})
        <= 1
    )


@given(texts, st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(OCTANTS)), max_size=6))
def test_grounded_never_exceeds_region(text, moving):
    claims = [claim(name, way) for name, way in dict(moving).items()]
    whole = think(text=text)
    assert one(rewards.grounded, whole, claims=claims) <= one(rewards.region, whole, claims=claims)


MEGABYTE = 1_000_000


def filled(pattern: str, size: int = MEGABYTE) -> str:
    return (pattern * (size // len(pattern) + 1))[:size]


HUGE = {
    "thoughts never ended": filled("<think>"),
    "answers never ended": filled("<answer>"),
    "ends of thought": "<think>" + filled("</think>"),
    "turns to an answer": "<think>" + filled("</think><answer>") + "x",
    "turns with blanks": "<think>" + filled("</think>" + " " * 50) + "</answer>",
    "blanks before the answer": "<think></think>" + " " * MEGABYTE + "</answer>",
    "open brackets": "<think>" + filled("AU1(") + "</think>",
    "a long number": "<think>AU" + "1" * MEGABYTE + "</think>",
    "a long list of parts": "<think>" + filled("chin, ", MEGABYTE // 4) + filled("red, ", MEGABYTE // 4) + "</think>",
    "parts in one piece": "<think>" + filled("chin ", MEGABYTE // 2) + filled("up red ", MEGABYTE // 2) + "</think>",
    "half phrases": "<think>" + filled("corner of the ") + "</think>",
    "dotted number": "<think>" + filled("1.") + "</think>",
    "hyphens": "<think>" + filled("a-") + "</think>",
    "one Chinese sign": "<think>" + filled("向") + "</think>",
    "one Chinese sentence": "<think>" + filled("两侧嘴角向外上方移动，") + "</think>",
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_megabyte_is_read_in_one_pass(text):
    # A quadratic step would take hours here, not seconds.
    for reward in ALL:
        assert len(reward([text], solution=["fear"], aus=[["AU1"]], claims=[PAIR])) == 1


def test_import_is_light():
    code = "import sys, meu_data.rewards; print(*sorted({'numpy', 'pydantic', 'cv2', 'pyarrow'} & sys.modules.keys()))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


def test_columns_may_be_arrays():
    numpy: Any = pytest.importorskip("numpy")
    row = numpy.empty(1, dtype=object)
    row[0] = numpy.array([claim("chin", "up")], dtype=object)
    text = think(text="The chin rises. AU17.")
    assert rewards.grounded([text], claims=row) == [1.0]
    assert rewards.au_f1([text], aus=numpy.array([["AU17"]])) == [1.0]
