"""The texts: true to the measurement and the labels, and free of what a machine leaves behind."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.offline.writer import annotate, draft, inputs_sha256
from meu_data.errors import MeuError
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import INTENSITIES, OCTANTS, REGIONS
from meu_data.grounding.ground import ground
from meu_data.records import ActionUnit
from tests.builders import SAMPLE_ID, make_motion, make_region, make_sample

# The legend as arXiv 2505.07007 gives it, written out by hand.
LEGEND = {
    "right": "red",
    "down-right": "orange-yellow",
    "down": "yellow-green",
    "down-left": "green",
    "left": "cyan",
    "up-left": "blue",
    "up": "purple",
    "up-right": "magenta",
}
COLOURS_ZH = ["红色", "橙黄色", "黄绿色", "绿色", "青色", "蓝色", "紫色", "品红色"]
SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
BROWS_UP = {"left_inner_brow": ("up", "moderate"), "right_inner_brow": ("up", "moderate")}
LIDS_DOWN = {"left_upper_lid": ("down", "moderate"), "right_upper_lid": ("down", "moderate")}
STAGES = ("motion_analysis", "expression_inference", "conclusion")


def texts(annotation):
    return [getattr(annotation, stage) for stage in STAGES]


def numbers(text):
    return {int(number) for number in re.findall(r"AU(\d+)", text)}


def sentences(text, lang):
    return len(re.findall(r"\.(?=\s|$)" if lang == "en" else "。", text))


# Labels, emotion, motion; words that must and must not be in stage 1 (en, zh) and in stage 2 (en, zh).
CASES = {
    "a smile on both sides": (
        ("12", "happiness", SMILE),
        (
            ["both corners of the mouth", "up and outward", "blue on the left of the picture", "magenta on the right"],
            ["coder"],
        ),
        (["两侧嘴角", "向外上方", "左侧", "蓝色", "品红色", "左右均以画面为准"], ["编码员"]),
        ("happiness", "高兴"),
    ),
    "one-sided: both conventions are named": (
        ("L12", "contempt", {"right_mouth_corner": ("up-right", "moderate")}),
        (
            ["person's left", "corner of the mouth on the right of the picture", "magenta"],
            ["on the left of the picture"],
        ),
        (["被摄者左侧", "画面右侧", "右侧嘴角", "品红色"], ["左侧嘴角"]),
        ("contempt", "轻蔑"),
    ),
    "one-sided and not visible": (
        ("R15", "sadness", {}),
        (
            ["person's right", "corner of the mouth on the left of the picture", "coder"],
            ["magenta", "the right of the picture moves"],
        ),
        (["被摄者右侧", "画面中左侧嘴角", "编码员"], ["蓝色"]),
        ("coder", "编码员"),
    ),
    "the opposite direction": (
        ("4", "anger", BROWS_UP),
        (["both inner brows", "purple", "coder"], ["down", "yellow-green"]),
        (["两侧眉头", "紫色", "编码员"], ["黄绿色", "下移", "下压"]),
        ("coder", "编码员"),
    ),
    "nothing moves": (
        ("12", "happiness", {}),
        (["no ", "the whole head", "the corners of the mouth", "coder"], [f" {colour}" for colour in LEGEND.values()]),
        (["头部", "两侧嘴角", "编码员"], COLOURS_ZH),
        ("coder", "编码员"),
    ),
    "no labels, nothing moves": (
        ("", "fear", {}),
        (["no AU", "whole head"], ["coder's score"]),
        (["AU"], ["予以保留"]),
        ("coder", "编码员"),
    ),
    "no labels, something moves": (
        ("", "fear", {"chin": ("down", "strong")}),
        (["the chin", "yellow-green"], ["none of the scored"]),
        (["下巴", "黄绿色"], ["已标注的AU"]),
        ("coder", "编码员"),
    ),
    "only faint motion": (
        ("17", "sadness", {"glabella": ("left", "slight")}),
        (["weak", "the chin"], ["cyan", "to the left"]),
        (["下巴"], ["青色", "向左"]),
        ("coder", "编码员"),
    ),
    "motion that no label explains": (
        ("12", "happiness", SMILE | BROWS_UP),
        (["both inner brows", "purple", "scored AU"], []),
        (["两侧眉头", "紫色", "已标注的AU"], []),
        ("happiness", "高兴"),
    ),
    "a blink": (
        ("12", "happiness", SMILE | LIDS_DOWN),
        (["both upper lids", "yellow-green", "blink"], []),
        (["两侧上眼睑", "黄绿色", "眨眼"], []),
        ("happiness", "高兴"),
    ),
    "tightened lids that might be a blink": (
        ("7", "anger", LIDS_DOWN),
        (["AU7", "blink"], ["not counted"]),
        (["AU7", "眨眼"], ["不计入"]),
        ("anger", "愤怒"),
    ),
    "a scored blink says nothing of the emotion": (
        ("12+45", "happiness", SMILE | LIDS_DOWN),
        (["AU45 (blink)"], ["lids alone"]),
        (["AU45（眨眼）"], ["单凭"]),
        ("eye closure", "闭眼"),
    ),
    "AUs that do not point to the emotion": (
        ("12", "disgust", SMILE),
        (["AU12"], []),
        (["AU12"], []),
        ("coder", "编码员"),
    ),
    "contempt on one side, its usual form (Ekman & Friesen 1986)": (
        ("L14", "contempt", {"right_mouth_corner": ("left", "moderate")}),
        (["AU14", "corner of the mouth on the right"], ["coder"]),
        (["AU14", "右侧嘴角"], ["编码员"]),
        ("one-sided, as contempt", "仅见于一侧"),
    ),
    "contempt on both sides": (
        ("12", "contempt", SMILE),
        (["AU12"], ["coder"]),
        (["AU12"], ["编码员"]),
        ("contempt is typically one-sided", "通常是单侧的"),
    ),
    "one brow raised": (
        ("R1+R2", "surprise", {"left_inner_brow": ("up", "strong"), "left_outer_brow": ("up", "strong")}),
        (["on the left"], ["both"]),
        (["左侧眉头"], ["两侧"]),
        ("a single raised brow", "单侧眉毛"),
    ),
    "both brows raised": (
        ("1+2", "surprise", BROWS_UP | {"left_outer_brow": ("up", "strong"), "right_outer_brow": ("up", "strong")}),
        (["both inner brows"], ["coder"]),
        (["两侧眉头"], ["编码员"]),
        ("over their whole length", "整条眉毛"),
    ),
    "a frown alone is no disgust (EMFACS)": (
        ("4", "disgust", {"left_inner_brow": ("down-right", "strong")}),
        (["AU4"], []),
        (["AU4"], []),
        ("coder", "编码员"),
    ),
    "the label others": (("12", "others", SMILE), (["AU12"], []), (["AU12"], []), ("others", "其他")),
    "the two sides move in different ways": (
        ("2", "surprise", {"left_outer_brow": ("up", "strong"), "right_outer_brow": ("up-right", "slight")}),
        (["outer brow on the left of the picture", "(purple)", "the one on the right", "(magenta)"], ["both"]),
        (["左侧眉尾", "（紫色）", "右侧眉尾", "（品红色）"], ["两侧眉尾"]),
        ("surprise", "惊讶"),
    ),
    "the same way, one side more": (
        ("2", "surprise", {"left_outer_brow": ("up", "strong"), "right_outer_brow": ("up", "slight")}),
        (["both outer brows", "in purple", "on the left of the picture and"], ["the one on"]),
        (["两侧眉尾", "呈紫色", "左侧很强、右侧较弱"], ["左侧眉尾"]),
        ("surprise", "惊讶"),
    ),
    "outward on both sides, one side more": (
        ("20", "fear", {"left_mouth_corner": ("left", "slight"), "right_mouth_corner": ("right", "moderate")}),
        (["both corners of the mouth", "outward", "on the left of the picture (cyan)", "on the right (red)"], []),
        (["两侧嘴角向外", "左侧较弱（青色）", "右侧较明显（红色）"], []),
        ("fear", "恐惧"),
    ),
    "a region told before is not told again": (
        ("17+24", "anger", {"middle_lower_lip": ("up", "moderate"), "middle_upper_lip": ("down", "moderate")}),
        (["along with the motion of the middle of the lower lip named before"], []),
        (["并伴有前述下唇中部的运动"], []),
        ("anger", "愤怒"),
    ),
    "one motion for two AUs": (
        ("14+20", "fear", {"left_mouth_corner": ("left", "moderate")}),
        (["AU14 (dimpler) and AU20 (lip stretcher)"], ["named before", "coder"]),
        (["AU14（嘴角收紧）和AU20（嘴角拉伸）"], ["前述", "编码员"]),
        ("fear", "恐惧"),
    ),
    "all over the face": (
        (
            "1+6+9+17",
            "sadness",
            {"glabella": ("down", "slight"), "left_inner_brow": ("up", "slight"), "chin": ("up", "strong")}
            | {"left_cheekbone": ("up", "slight"), "left_nose_wing": ("up", "slight")},
        ),
        (["face", "brightest at the chin"], []),
        (["面部", "下巴最亮"], []),
        ("sadness", "悲伤"),
    ),
    "head and gaze": (
        ("53+61", "surprise", {}),
        (["AU53 (head up)", "AU61 (eyes turn left)", "coder"], []),
        (["AU53（抬头）", "AU61（眼左转）", "编码员"], []),
        ("coder", "编码员"),
    ),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("inputs", "english", "chinese", "inference"), CASES.values(), ids=CASES.keys())
def test_says(sample_of, motion_of, inputs, english, chinese, inference, seed):
    labels, emotion, moves = inputs
    sample = sample_of(labels, emotion, f"dfme/s/c{seed}/0-9")
    for lang, (said, unsaid), inferred in (("en", english, inference[0]), ("zh", chinese, inference[1])):
        annotation = annotate(sample, motion_of(moves, sample.id), lang)
        first = annotation.motion_analysis.lower() if lang == "en" else annotation.motion_analysis
        for words in said:
            assert (words.lower() if lang == "en" else words) in first
        for words in unsaid:
            assert words not in first
        assert inferred in annotation.expression_inference.lower()
        assert EMOTION_NAMES[emotion][lang] in annotation.conclusion


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("number", sorted(AU_NAMES))
def test_names_every_au(sample_of, motion_of, number, lang):
    for labels in (f"{number}", f"L{number}", f"R{number}"):
        for moves in ({}, dict.fromkeys(REGIONS[:20], ("up", "moderate")), LIDS_DOWN):
            annotation = annotate(sample_of(labels, "fear"), motion_of(moves), lang)
            for text in texts(annotation):
                assert numbers(text) == {number}
                assert AU_NAMES[number][lang] in text


# Where the skin moves (FACS Investigator's Guide 2002), and what those places are called.
HIDDEN = {
    "4": (("left_inner_brow", "right_inner_brow"), "inner brows", "眉头"),
    "L12": (("right_mouth_corner",), "corner of the mouth on the right", "右侧嘴角"),
    "17": (("chin",), "chin", "下巴"),
    "5": (("left_upper_lid", "right_upper_lid"), "upper", "上眼睑"),
}


def hidden(motion, places):
    gone = {"state": "not measurable", "reason": "occluded", "intensity": "none"}
    regions = (region.model_copy(update=gone if region.region in places else {}) for region in motion.regions)
    return motion.model_copy(update={"regions": tuple(regions)})


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("labels", "places", "english", "chinese"), [(au, *told) for au, told in HIDDEN.items()])
def test_what_cannot_be_measured_is_neither_still_nor_moving(
    sample_of, motion_of, labels, places, english, chinese, seed
):
    sample = sample_of(labels, "anger", f"dfme/s/c{seed}/0-9")
    motion = motion_of({"left_cheekbone": ("up", "moderate")}, sample.id)
    seen = {lang: annotate(sample, motion, lang).motion_analysis for lang in ("en", "zh")}
    assert "cannot be judged" not in seen["en"]
    assert "无法判断" not in seen["zh"]
    for lang, where, words in (("en", english, "cannot be judged"), ("zh", chinese, "无法判断")):
        annotation = annotate(sample, hidden(motion, places), lang)
        told = next(one.text for one in annotation.statements if words in one.text)
        assert where in told
        assert ("coder" if lang == "en" else "编码员") in told
        assert not re.search("no clear motion|clear trace|not speak|未见|没有清晰|未呈现", annotation.motion_analysis)
        grounding = ground(sample, hidden(motion, places), annotation, lang)
        assert [flag for flag in grounding.flags if flag.severity != "note"] == []


@pytest.mark.parametrize("seed", range(4))
def test_a_map_that_shows_nothing_is_still_only_where_it_was_measured(sample_of, motion_of, seed):
    sample = sample_of("12", "happiness", f"dfme/s/c{seed}/0-9")
    for places, english, chinese in (
        (["chin"], "can be judged", "可.*判断|可判断"),
        (REGIONS, "othing on this map can be judged|map cannot be judged", "本图无法判断"),
    ):
        for lang, words in (("en", english), ("zh", chinese)):
            opening = annotate(sample, hidden(motion_of({}), places), lang).statements[0].text
            assert re.search(words, opening)
            assert not re.search("no region rises|no region of this face|各区域均未见|没有任何区域的运动", opening)


def test_phrasing_differs_between_samples(sample_of, motion_of):
    written = {
        annotate(sample_of("12", "happiness", f"a/b/c/0-{n}"), motion_of(SMILE), "en").motion_analysis
        for n in range(1, 41)
    }
    assert len(written) > 20


def test_one_of_two_alternatives_is_told(sample_of, motion_of):
    either = tuple(ActionUnit(number=number, side="L", alternative=1) for number in (12, 14))
    sample = sample_of("", "contempt").model_copy(update={"aus": either})
    annotation = annotate(sample, motion_of({"right_mouth_corner": ("up", "moderate")}), "en")
    assert annotation.aus == ("LAU12",)
    assert [numbers(text) for text in texts(annotation)] == [{12}] * 3


def test_unknown_emotion_is_refused(sample_of, motion_of):
    with pytest.raises(MeuError, match=r"dfme/sub0001.*'joy'.*sheet"):
        annotate(sample_of("12", "joy"), motion_of({}), "en")


def test_unknown_au_is_refused(sample_of, motion_of):
    sample = sample_of("12").model_copy(update={"aus": (ActionUnit(number=3),)})
    with pytest.raises(MeuError, match="AU3 is not an action unit"):
        annotate(sample, motion_of({}), "en")


def test_the_hash_covers_what_the_text_is_made_from(sample_of, motion_of):
    base = inputs_sha256(sample_of("12"), motion_of(SMILE), "en")
    assert (
        inputs_sha256(sample_of("12").model_copy(update={"row": 99, "sheet": "b.csv"}), motion_of(SMILE), "en") == base
    )
    changed = [
        inputs_sha256(sample_of("12"), motion_of(SMILE), "zh"),
        inputs_sha256(sample_of("L12"), motion_of(SMILE), "en"),
        inputs_sha256(sample_of("12", "contempt"), motion_of(SMILE), "en"),
        inputs_sha256(sample_of("12", sample_id="dfme/x/y/1-2"), motion_of(SMILE), "en"),
        inputs_sha256(sample_of("12"), motion_of(BROWS_UP), "en"),
    ]
    assert len({base, *changed}) == 6
    assert draft(sample_of("12"), motion_of(SMILE), "en").prompt_sha256 == base


units = st.builds(ActionUnit, number=st.sampled_from(sorted(AU_NAMES)), side=st.sampled_from([None, "L", "R"]))
moves = st.dictionaries(
    st.sampled_from(REGIONS),
    st.tuples(st.sampled_from([*OCTANTS, "none"]), st.sampled_from(INTENSITIES), st.floats(0, 1)),
    max_size=len(REGIONS),
)


@pytest.mark.parametrize(("lang", "words"), [("en", "area outside the face"), ("zh", "面部以外")])
def test_what_moves_beside_the_face_is_told_without_an_au_and_checked(lang, words):
    motion = make_motion(SMILE)
    beside = make_region("outside_face", "up", "strong")
    motion = motion.model_copy(update={"regions": (*motion.regions, beside)})
    sample = make_sample("12")
    annotation = annotate(sample, motion, lang)
    assert words in annotation.motion_analysis
    assert [claim.au for claim in annotation.claims if claim.region == "outside_face"] == [None]
    assert ground(sample, motion, annotation, lang).flags == ()
    still = beside.model_copy(update={"intensity": "none", "state": "still", "significance": 0.5})
    found = ground(sample, motion.model_copy(update={"regions": (*motion.regions[:-1], still)}), annotation, lang).flags
    assert {("outside_face", "serious")} <= {(flag.subject, flag.severity) for flag in found}


@given(
    aus=st.lists(units, max_size=7, unique_by=lambda au: (au.number, au.side)),
    emotion=st.sampled_from(sorted(EMOTION_NAMES)),
    measured=moves,
    lang=st.sampled_from(["en", "zh"]),
    seed=st.integers(0, 10**6),
)
def test_any_labels_and_any_motion(sample_of, motion_of, region_of, aus, emotion, measured, lang, seed):
    sample = sample_of("", emotion, f"dfme/s/c/{seed}-9").model_copy(update={"aus": tuple(aus)})
    regions = tuple(region_of(name, *how) for name, how in measured.items())
    motion = motion_of({}, sample.id).model_copy(update={"regions": regions})
    annotation = annotate(sample, motion, lang)
    assert annotation == annotate(sample, motion, lang)
    assert annotation.aus == tuple(au.code for au in aus)
    for claim in annotation.claims:
        octant, intensity, _ = measured[claim.region]
        assert (claim.direction, claim.intensity) == (octant, intensity)
        assert intensity != "none"
        assert claim.colour == LEGEND[octant]
        assert claim.au is None or claim.au in annotation.aus
    assert len({(claim.region, claim.au) for claim in annotation.claims}) == len(annotation.claims)
    for code in annotation.aus:
        assert sum(claim.au == code for claim in annotation.claims) <= 3
    for text in texts(annotation):
        assert numbers(text) == {au.number for au in aus}
        assert text == text.strip()
        assert text
        assert not re.search(r"[\n\r<>{}]|  |None|\.\.|,,|。。|，，|；；|、、|,\.|，。", text)
    counts = [sentences(text, lang) for text in texts(annotation)]
    assert 2 <= counts[0] <= 6
    assert 1 <= counts[1] <= 3
    assert counts[2] == 1
    assert annotation.linked == annotation.statements
    assert len(annotation.statements) == counts[0]
    for statement in annotation.statements:
        assert sentences(statement.text, lang) == 1
        assert_colours_are_claimed(statement.text, statement.claims, lang)
    if lang == "en":
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", "".join(texts(annotation)))
        assert all(re.fullmatch(r"[A-Z].*\.", text) for text in texts(annotation))
    else:
        assert not re.search(r"[,.;:!?()]", "".join(texts(annotation)))
        assert not re.search(r"[a-z]", "".join(texts(annotation)))


def assert_colours_are_claimed(text, claims, lang):
    """A sentence names the colours of its claims, all of them and no other; those of motion named before may lack."""
    # Longer names first: "orange-yellow" and "品红色" hold shorter ones.
    names = list(LEGEND.values()) if lang == "en" else COLOURS_ZH
    pattern = "|".join(sorted(names, key=len, reverse=True))
    words = rf"\b(?:{pattern})\b" if lang == "en" else pattern
    said = set(re.findall(words, text))
    claimed = {names[list(LEGEND.values()).index(claim.colour)] for claim in claims}
    assert said == claimed or (said < claimed and re.search("named before|前述", text))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("aus", "emotion"),
    [(None, None), (None, "negative"), (None, "positive"), ("4", None), ("12", "positive"), ("", "others")],
)
def test_what_a_corpus_does_not_label_is_said_and_not_held_against_the_draft(aus, emotion, lang):
    """SMIC labels no AUs and only the valence, SAMM Long Videos no emotion."""
    motion = make_motion(dict.fromkeys(("left_mouth_corner", "right_mouth_corner"), ("up", "moderate")))
    for number in range(3):  # each phrasing
        sample = make_sample(aus or "", sample_id=f"{SAMPLE_ID}{number}")
        sample = sample.model_copy(update={"emotion": emotion, "aus": None if aus is None else sample.aus})
        annotation = annotate(sample, motion, lang)
        assert annotation.emotion == emotion
        assert [flag.en for flag in ground(sample, motion, annotation, lang).flags] == []


@pytest.mark.parametrize("reading", ["all", "certain"])
def test_a_draft_and_its_grounding_say_which_aus_counted(reading):
    motion = make_motion({"left_mouth_corner": ("up", "moderate")})
    sample = make_sample("12").model_copy(update={"au_reading": reading})
    made = draft(sample, motion, "en")
    assert made.au_reading == reading
    assert ground(sample, motion, made.annotation, "en").au_reading == reading
    # The usual reading is not written, so that records from before keep their bytes.
    assert ("au_reading" in made.model_dump_json()) == (reading == "certain")
    usual = sample.model_copy(update={"au_reading": "all"})
    assert (inputs_sha256(sample, motion, "en") == inputs_sha256(usual, motion, "en")) == (reading == "all")
