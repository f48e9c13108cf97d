"""What a draft may be accused of, and what it may not: hand-made drafts against hand-made motion."""

import pytest

from meu_data.drafting.offline.writer import annotate
from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import REGIONS
from meu_data.grounding.flags import KINDS, SEVERITIES, repair_text, worst_first
from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim, Flag

# The legend as arXiv 2505.07007 gives it, written out by hand.
COLOURS = {
    "right": "red",
    "down-right": "orange-yellow",
    "down": "yellow-green",
    "down-left": "green",
    "left": "cyan",
    "up-left": "blue",
    "up": "purple",
    "up-right": "magenta",
    "none": "none",
}
SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
FROWN = {"left_inner_brow": ("down-right", "moderate"), "right_inner_brow": ("down-left", "moderate")}
STAGE_1 = "Both corners of the mouth pull up and outward, which is AU12 (lip corner puller)."


def claim(region, direction, intensity="strong", au="AU12", colour=None):
    return Claim(region=region, colour=colour or COLOURS[direction], direction=direction, intensity=intensity, au=au)


GOOD = (claim("left_mouth_corner", "up-left"), claim("right_mouth_corner", "up-right"))


def draft(claims=GOOD, aus=("AU12",), emotion="happiness", first=STAGE_1, second=None, third=None):
    return Annotation(
        claims=tuple(claims),
        motion_analysis=first,
        expression_inference=second or "AU12 is typical of happiness.",
        conclusion=third or f"The micro-expression is {emotion}, with {', '.join(aus) or 'no AU scored'}.",
        aus=aus,
        emotion=emotion,
    )


def told(grounding):
    return {(flag.kind, flag.subject, flag.severity) for flag in grounding.flags}


# Claims beside the measured smile, and what is flagged.
CLAIMS = {
    "as measured": (GOOD, set()),
    "one octant off is within the tolerance": ((claim("left_mouth_corner", "up"), GOOD[1]), set()),
    "two octants off": (
        (claim("left_mouth_corner", "up-right", au=None), GOOD[1]),
        {("direction", "left_mouth_corner", "serious")},
    ),
    "no direction where there is one": (
        (claim("left_mouth_corner", "none", au=None), GOOD[1]),
        {("direction", "left_mouth_corner", "serious")},
    ),
    "the neighbouring colour": (
        (claim("left_mouth_corner", "up-left", colour="purple"), GOOD[1]),
        {("colour", "left_mouth_corner", "minor")},
    ),
    "a colour from elsewhere on the wheel": (
        (claim("left_mouth_corner", "up-left", colour="magenta"), GOOD[1]),
        {("colour", "left_mouth_corner", "serious")},
    ),
    "one bin off is noted": (
        (claim("left_mouth_corner", "up-left", "moderate"), GOOD[1]),
        {("intensity", "left_mouth_corner", "note")},
    ),
    "two bins off": (
        (claim("left_mouth_corner", "up-left", "slight"), GOOD[1]),
        {("intensity", "left_mouth_corner", "serious")},
    ),
    "a still region": ((*GOOD, claim("chin", "up", "moderate", None)), {("significance", "chin", "serious")}),
    "a still region told as still": ((*GOOD, claim("chin", "none", "none", None)), set()),
    "a region that is none": ((*GOOD, claim("moustache", "up", "slight", None)), {("region", "moustache", "serious")}),
    "evidence in the contrary direction": (
        (claim("left_mouth_corner", "down-left"), GOOD[1]),
        {("direction", "left_mouth_corner", "serious"), ("evidence", "left_mouth_corner", "minor")},
    ),
    "evidence far away": (
        (*GOOD, claim("glabella", "up", "none")),
        {("evidence", "glabella", "serious")},
    ),
    "one corner left out": ((GOOD[0],), {("unmentioned", "right_mouth_corner", "serious")}),
}


@pytest.mark.parametrize(("claims", "expected"), CLAIMS.values(), ids=CLAIMS.keys())
def test_claims(sample_of, motion_of, claims, expected):
    assert told(ground(sample_of("12"), motion_of(SMILE), draft(claims), "en")) == expected


def test_a_claim_on_the_still_side_while_the_other_moves(sample_of, motion_of):
    motion = motion_of({"left_mouth_corner": ("left", "strong")})
    wrong = draft(
        [claim("right_mouth_corner", "right", au="AU14")], ("AU14",), first="AU14 moves a corner of the mouth"
    )
    assert ("side", "right_mouth_corner", "serious") in told(ground(sample_of("14"), motion, wrong, "en"))


def test_a_one_sided_au_shows_on_the_other_side_of_the_picture(sample_of, motion_of):
    # The person's left is the picture's right.
    one_sided = {"left_mouth_corner": ("up-left", "moderate"), "right_mouth_corner": ("up-right", "moderate")}
    right = [claim("right_mouth_corner", "up-right", "moderate", "LAU12")]
    wrong = [claim("left_mouth_corner", "up-left", "moderate", "LAU12")]
    first = "LAU12 shows at one corner of the mouth."
    for claims, expected in ((right, False), (wrong, True)):
        found = ground(sample_of("L12"), motion_of(one_sided), draft(claims, ("LAU12",), first=first), "en")
        assert (("side", claims[0].region, "serious") in told(found)) is expected


def test_a_direction_that_says_little_is_not_held_against_a_draft_as_much(sample_of, motion_of):
    mixed = motion_of(SMILE, coherence=0.3)
    found = ground(sample_of("12"), mixed, draft([claim("left_mouth_corner", "down", au=None), GOOD[1]]), "en")
    assert told(found) == {("direction", "left_mouth_corner", "minor")}


def test_almost_moving_skin_may_be_told_as_slight(sample_of, motion_of):
    still = next(region for region in motion_of(SMILE).regions if region.region == "chin")
    for significance, expected in ((2.5, "minor"), (1.0, "serious")):
        motion = motion_of(SMILE)
        almost = still.model_copy(update={"significance": significance})
        regions = tuple(almost if region.region == "chin" else region for region in motion.regions)
        motion = motion.model_copy(update={"regions": regions})
        found = ground(sample_of("12"), motion, draft([*GOOD, claim("chin", "up", "slight", None)]), "en")
        assert told(found) == {("significance", "chin", expected)}


LABELS = {
    "an AU that is not labelled": (draft(aus=("AU12", "AU9")), {("extra_au", "AU9", "serious")}),
    "a claim for an AU that is not labelled": (
        draft([*GOOD, claim("chin", "none", "none", "AU17")]),
        {("extra_au", "AU17", "serious")},
    ),
    "what is no AU": (draft(aus=("AU12", "a smile")), {("extra_au", "a smile", "serious")}),
    "a side that is not labelled": (draft(aus=("LAU12",)), {("side", "LAU12", "minor")}),
    "no AU at all": (draft([*GOOD], ()), {("missing_au", "AU12", "serious")}),
    "another emotion": (draft(emotion="contempt"), {("emotion", "contempt", "serious")}),
    "an emotion as a word of another form": (draft(emotion="Happy"), set()),
}


@pytest.mark.parametrize(("annotation", "expected"), LABELS.values(), ids=LABELS.keys())
def test_labels(sample_of, motion_of, annotation, expected):
    found = told(ground(sample_of("12"), motion_of(SMILE), annotation, "en"))
    assert {flag for flag in found if flag[0] not in ("conclusion", "text")} == expected


def test_the_opposite_side_of_a_labelled_au_is_serious(sample_of, motion_of):
    found = ground(sample_of("R14"), motion_of({}), draft([], ("LAU14",), first="LAU14 is not visible"), "en")
    assert ("side", "LAU14", "serious") in told(found)
    assert not any(kind in ("extra_au", "missing_au") for kind, _, _ in told(found))


SILENT = {
    "told as not visible": ("AU12 shows no clear motion and is kept on the coder's score.", set()),
    "told as seen": ("AU12 can be seen at the mouth.", {("unexplained_au", "AU12", "serious")}),
    "not spoken of": ("The face is still.", {("unexplained_au", "AU12", "serious")}),
}


@pytest.mark.parametrize(("first", "expected"), SILENT.values(), ids=SILENT.keys())
def test_an_au_without_evidence(sample_of, motion_of, first, expected):
    found = told(ground(sample_of("12"), motion_of({}), draft([], first=first), "en"))
    assert {flag for flag in found if flag[0] == "unexplained_au"} == expected


def test_a_visible_au_told_as_not_visible(sample_of, motion_of):
    found = ground(sample_of("12"), motion_of(SMILE), draft([], first=SILENT["told as not visible"][0]), "en")
    assert ("unexplained_au", "AU12", "minor") in told(found)


UNMENTIONED = {
    "another site of an AU already told": ({"left_cheek": ("up-left", "moderate")}, {("left_cheek", "note")}),
    "the same, strongly": ({"left_cheek": ("up-left", "strong")}, {("left_cheek", "minor")}),
    "skin carried along": ({"left_chin_side": ("up-left", "moderate")}, {("left_chin_side", "note")}),
    "dim motion": ({"chin": ("up", "slight"), "nose_tip": ("left", "slight")}, set()),
    "motion of its own": ({"chin": ("up", "moderate")}, {("chin", "minor")}),
    "strong motion of its own": ({"chin": ("up", "strong")}, {("chin", "serious")}),
    "a blink": (
        {f"{side}_{lid}_lid": ("down", "strong") for side in ("left", "right") for lid in ("upper", "lower")},
        {("left_upper_lid", "serious"), ("right_upper_lid", "serious")},
    ),
    "a drift of the whole face": (dict.fromkeys(REGIONS, ("up", "strong")) | SMILE, set()),
}


@pytest.mark.parametrize(("moves", "expected"), UNMENTIONED.values(), ids=UNMENTIONED.keys())
def test_what_need_not_be_told_beside_a_smile(sample_of, motion_of, moves, expected):
    found = told(ground(sample_of("12"), motion_of(SMILE | moves), draft(), "en"))
    assert {(subject, severity) for kind, subject, severity in found if kind == "unmentioned"} == expected


def test_the_score_falls_with_every_flag_and_the_worst_come_first(sample_of, motion_of):
    sample, motion = sample_of("12"), motion_of(SMILE)
    good = ground(sample, motion, draft(), "en")
    noted = ground(sample, motion, draft([claim("left_mouth_corner", "up-left", "moderate"), GOOD[1]]), "en")
    bad = ground(sample, motion, draft([claim("left_mouth_corner", "down", "moderate"), GOOD[1]], emotion="fear"), "en")
    assert good.score == 1
    assert good.sound
    assert noted.score == pytest.approx(0.98)
    assert noted.sound
    assert 0 < bad.score < 0.5
    assert not bad.sound
    order = [(SEVERITIES.index(flag.severity), KINDS.index(flag.kind)) for flag in bad.flags]
    assert order == sorted(order)
    assert bad.flags[0].kind == "emotion"


def test_sentences_say_what_is_wrong_in_both_languages(sample_of, motion_of):
    found = ground(sample_of("12"), motion_of(SMILE), draft([claim("left_mouth_corner", "down"), GOOD[1]]), "en")
    (english,) = (flag.sentence("en") for flag in found.flags if flag.kind == "direction")
    (chinese,) = (flag.sentence("zh") for flag in found.flags if flag.kind == "direction")
    assert (
        english == "The left corner of the mouth is said to move down, but it was measured moving up and to the left."
    )
    assert chinese == "草稿称画面左侧嘴角向下运动，但测得的方向是向左上。"
    assert found.sentences("zh")[0] == found.flags[0].zh


def test_repair_text_lists_what_is_worth_a_call(sample_of, motion_of):
    flags = [
        Flag(kind="intensity", subject="chin", severity="note", en="noted", zh="仅提示"),
        Flag(kind="colour", subject="chin", severity="minor", en="minor", zh="次要"),
        Flag(kind="direction", subject="chin", severity="serious", en="serious", zh="严重", quote="It rises"),
    ]
    lines = repair_text(flags, "en").splitlines()
    assert lines[1:3] == ["- serious It says: “It rises”", "- minor"]
    assert "noted" not in repair_text(flags, "en")
    assert "- 严重" in repair_text(flags, "zh")
    assert repair_text(flags[:1], "en") == ""
    assert worst_first([*flags, *flags]) == (flags[2], flags[1], flags[0])


def test_the_offline_writer_has_nothing_to_answer_for(sample_of, motion_of):
    blink = {"left_upper_lid": ("down", "strong"), "right_upper_lid": ("down", "strong")}
    for labels, emotion, moves in (
        ("12", "happiness", SMILE),
        ("12", "happiness", SMILE | blink),
        ("4+L10", "disgust", FROWN),
        ("4", "anger", SMILE),
        ("", "fear", SMILE),
        ("53+61", "surprise", {}),
    ):
        sample = sample_of(labels, emotion)
        for lang in ("en", "zh"):
            found = ground(sample, motion_of(moves), annotate(sample, motion_of(moves), lang), lang)
            assert found.flags == (), found.sentences("en")


# Labels, the AU that a motion is given for, where it is and which way; and how bad that is.
EVIDENCE = {
    # What acts elsewhere, or the other way.
    "an upper lid for the lip stretcher": ("20", "AU20", "left_upper_lid", "up", "serious"),
    "the chin for the cheek raiser": ("6", "AU6", "chin", "up", "serious"),
    "the wing of the nose for the jaw": ("26", "AU26", "left_nose_wing", "up", "serious"),
    "a rising inner brow for the nose wrinkler": ("9", "AU9", "left_inner_brow", "up", "serious"),
    "the corner of the mouth for the cheek raiser": ("6", "AU6", "left_mouth_corner", "up", "serious"),
    "a brow for the dimpler": ("14", "AU14", "left_inner_brow", "down", "serious"),
    "skin beside the AU that goes against it": ("12", "AU12", "left_upper_lip", "down", "serious"),
    # FACS, section A: what an AU does besides.
    "a falling inner brow for the nose wrinkler": ("9", "AU9", "left_inner_brow", "down", None),
    "the infraorbital triangle for the nose wrinkler": ("9", "AU9", "right_cheekbone", "up", None),
    "the outer brow for the cheek raiser": ("6", "AU6", "left_outer_brow", "down", None),
    "the lower lid for the smile": ("12", "AU12", "left_lower_lid", "up", None),
    "the corners of the mouth for the chin raiser": ("17", "AU17", "left_mouth_corner", "down", None),
    "the sides of the chin for the chin raiser": ("17", "AU17", "left_chin_side", "up", None),
    "a corner pinched inwards for the dimpler": ("14", "AU14", "left_mouth_corner", "right", None),
    "a corner pinched upwards for the dimpler": ("14", "AU14", "left_mouth_corner", "up", None),
    "skin carried along by its neighbour": ("12", "AU12", "left_upper_lip", "up-left", None),
    # FACS, AU1+4: up and in shows both.
    "brows up and in for the lowerer beside the raiser": ("1+4", "AU4", "left_inner_brow", "up-right", None),
    "brows up and in for the raiser beside the lowerer": ("1+4", "AU1", "left_inner_brow", "up-right", None),
    "brows up and in for the lowerer alone": ("4", "AU4", "left_inner_brow", "up-right", "minor"),
    "brows straight up for the lowerer beside the raiser": ("1+4", "AU4", "left_inner_brow", "up", "minor"),
    "the upper lid for the tightener beside the raiser": ("5+7", "AU7", "left_upper_lid", "up", "serious"),
}


@pytest.mark.parametrize(("labels", "au", "region", "direction", "severity"), EVIDENCE.values(), ids=EVIDENCE.keys())
def test_evidence(sample_of, motion_of, labels, au, region, direction, severity):
    motion = motion_of({region: (direction, "moderate")})
    found = ground(sample_of(labels), motion, draft([claim(region, direction, "moderate", au)], (au,)), "en")
    assert [flag.severity for flag in found.flags if flag.kind == "evidence"] == ([severity] if severity else [])


def doubted(labels, **how):
    return tuple(au.model_copy(update=how) for au in parse_aus(labels))


DOUBTED = {
    "an uncertain AU left out": (doubted("7", certain=False), (), set()),
    "an uncertain AU without evidence": (doubted("7", certain=False), ("AU7",), set()),
    "a certain AU without evidence": (doubted("7"), ("AU7",), {("unexplained_au", "AU7")}),
    "the first of two alternatives": (doubted("L12+L14", alternative=1), ("LAU12",), set()),
    "the other of two alternatives, unseen": (
        doubted("L12+L14", alternative=1),
        ("LAU14",),
        {("unexplained_au", "LAU14")},
    ),
    "both alternatives, one of them seen": (doubted("L12+L14", alternative=1), ("LAU12", "LAU14"), set()),
    "none of two alternatives": (doubted("L12+L14", alternative=1), (), {("missing_au", "LAU12")}),
    "one of each group": (
        (*doubted("L12+L14", alternative=1), *doubted("17+24", alternative=2)),
        ("LAU12",),
        {("missing_au", "AU17")},
    ),
}


@pytest.mark.parametrize(("aus", "kept", "expected"), DOUBTED.values(), ids=DOUBTED.keys())
def test_doubtful_labels_are_not_owed(sample_of, motion_of, aus, kept, expected):
    sample = sample_of("").model_copy(update={"aus": aus})
    motion = motion_of({"right_mouth_corner": ("up-right", "strong")})
    smile = [claim("right_mouth_corner", "up-right", au="LAU12" if "LAU12" in kept else None)]
    found = ground(sample, motion, draft(smile, kept, first=f"The map shows {', '.join(kept)}."), "en")
    wrong = {(flag.kind, flag.subject) for flag in found.flags}
    assert {item for item in wrong if item[0] in ("missing_au", "unexplained_au")} == expected
