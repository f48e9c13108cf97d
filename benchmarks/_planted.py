"""Falsehoods for offline drafts of scenes made by hand: in the prose alone, or in the claims alone, one in each.

Truth is what is written down here: labels, emotion and the regions that move; every other region is still. The words
that edits put in and the names of action units (FACS manual) are written down here, too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.drafting.offline.writer import annotate
from meu_data.records import Annotation, Claim, Motion, Sample
from tests.builders import Moves, make_motion, make_sample


class Scene(NamedTuple):
    """What is labelled and what moves. `misplaced`: a region that moves, and a label it is no evidence for."""

    aus: str
    emotion: str
    moves: Moves
    misplaced: tuple[str, str] | None


def _pair(part: str, left: str, right: str, *strengths: str) -> dict[str, tuple[str, str]]:
    return {f"left_{part}": (left, strengths[0]), f"right_{part}": (right, strengths[-1])}


SCENES = tuple(
    Scene(*fields)  # type: ignore[arg-type] - octants and intensities as plain words
    for fields in (
        (
            "6+12",
            "happiness",
            _pair("mouth_corner", "up-left", "up-right", "strong") | _pair("cheekbone", "up", "up", "moderate"),
            None,
        ),
        (
            "12",
            "happiness",
            _pair("mouth_corner", "up-left", "up-right", "strong", "moderate"),
            None,
        ),
        (
            "L12+4",
            "contempt",
            {"right_mouth_corner": ("up-right", "strong")} | _pair("inner_brow", "down-right", "down-left", "moderate"),
            ("left_inner_brow", "LAU12"),
        ),
        ("R12", "contempt", {"left_mouth_corner": ("up-left", "strong")}, None),
        (
            "15+17",
            "sadness",
            _pair("mouth_corner", "down", "down", "slight") | {"chin": ("up", "strong")},
            ("chin", "AU15"),
        ),
        (
            "1+4+15",
            "sadness",
            _pair("inner_brow", "up", "up", "strong") | _pair("mouth_corner", "down", "down", "moderate"),
            ("left_inner_brow", "AU15"),
        ),
        (
            "1+2+5",
            "surprise",
            _pair("inner_brow", "up", "up", "strong")
            | _pair("outer_brow", "up", "up", "moderate")
            | _pair("upper_lid", "up", "up", "slight"),
            ("left_outer_brow", "AU5"),
        ),
        (
            "4+7",
            "anger",
            _pair("inner_brow", "down-right", "down-left", "strong") | _pair("lower_lid", "up", "up", "slight"),
            ("left_inner_brow", "AU7"),
        ),
        (
            "9",
            "disgust",
            _pair("nose_wing", "up", "up", "strong") | _pair("inner_brow", "down", "down", "moderate"),
            None,
        ),
        (
            "10+25",
            "disgust",
            {"middle_upper_lip": ("up", "strong"), "middle_lower_lip": ("down", "moderate")}
            | _pair("upper_lip", "up", "up", "strong"),
            ("middle_lower_lip", "AU10"),
        ),
        (
            "20+4",
            "fear",
            _pair("mouth_corner", "left", "right", "moderate")
            | _pair("inner_brow", "down-right", "down-left", "slight"),
            ("left_mouth_corner", "AU4"),
        ),
        (
            "15",
            "sadness",
            _pair("mouth_corner", "down", "down", "strong") | {"nose_tip": ("left", "strong")},
            None,
        ),
    )
)
PHRASINGS = 6

# Regions that sentences are put together with: every one is still in at least some scenes.
_NAMED: dict[str, dict[Language, str]] = {
    "chin": {"en": "the chin", "zh": "下巴"},
    "nose_tip": {"en": "the tip of the nose", "zh": "鼻尖"},
    "glabella": {"en": "the glabella", "zh": "眉间"},
    "middle_forehead": {"en": "the middle of the forehead", "zh": "前额中部"},
    "left_lower_lid": {"en": "the lower eyelid at the left of the picture", "zh": "画面左侧的下眼睑"},
    "right_outer_brow": {"en": "the outer brow at the right of the picture", "zh": "画面右侧的眉尾"},
    "left_mouth_corner": {"en": "the corner of the mouth at the left of the picture", "zh": "画面左侧的嘴角"},
    "right_inner_brow": {"en": "the inner brow at the right of the picture", "zh": "画面右侧的眉头"},
    "left_outer_brow": {"en": "the outer brow at the left of the picture", "zh": "画面左侧的眉尾"},
    "right_mouth_corner": {"en": "the corner of the mouth at the right of the picture", "zh": "画面右侧的嘴角"},
    "left_inner_brow": {"en": "the inner brow at the left of the picture", "zh": "画面左侧的眉头"},
    "left_nose_wing": {"en": "the wing of the nose at the left of the picture", "zh": "画面左侧的鼻翼"},
    "middle_upper_lip": {"en": "the middle of the upper lip", "zh": "上唇中部"},
    "middle_lower_lip": {"en": "the middle of the lower lip", "zh": "下唇中部"},
}
_WAYS: dict[str, dict[Language, str]] = {
    "up": {"en": "up", "zh": "向上"},
    "down": {"en": "down", "zh": "向下"},
    "left": {"en": "to the left", "zh": "向左"},
    "down-right": {"en": "down and to the right", "zh": "向右下方"},
}
# FACS manual: units that no scene has, and their names.
_OTHER_UNITS: tuple[tuple[int, dict[Language, str]], ...] = (
    (26, {"en": "jaw drop", "zh": "下颌下垂"}),
    (43, {"en": "eyes closed", "zh": "闭眼"}),
    (16, {"en": "lower lip depressor", "zh": "下唇下拉"}),
)
_EMOTIONS: dict[str, dict[Language, str]] = {
    "happiness": {"en": "happiness", "zh": "高兴"},
    "sadness": {"en": "sadness", "zh": "悲伤"},
    "anger": {"en": "anger", "zh": "愤怒"},
    "fear": {"en": "fear", "zh": "恐惧"},
    "disgust": {"en": "disgust", "zh": "厌恶"},
    "surprise": {"en": "surprise", "zh": "惊讶"},
    "contempt": {"en": "contempt", "zh": "轻蔑"},
}
_OPPOSITES = {
    "direction": {
        "en": (
            *((r"\b(rise|lift)(s?)\b", r"sink\2"), (r"\b(drop|sink)(s?)\b", r"rise\2")),
            *(
                (r"\b((?:move|pull|draw)s?) ((?:\w+ )?)up\b", r"\1 \2down"),
                (r"\b((?:move|pull|draw)s?) ((?:\w+ )?)down\b", r"\1 \2up"),
            ),
        ),
        "zh": (
            *((r"向上移动|上移(?!动)|上提(?=，呈|，颜色|（(?!AU))", "下移"), (r"向下移动|下移(?!动)|下压", "上移")),
            *((r"向([外内左右])侧?上方", r"向\1下方"), (r"向([外内左右])侧?下方", r"向\1上方")),
        ),
    },
    "in_out": {
        "en": ((r"\boutward\b", "inward"), (r"\binward\b", "outward")),
        "zh": ((r"(?<=向)外(?=[侧上下拉])", "内"), (r"(?<=向)内(?=[侧上下收])", "外")),
    },
    "left_right": {
        "en": (
            *((r"\bto the left\b", "to the right"), (r"\bto the right\b", "to the left")),
            (r"\bon the left( of the picture)? and ([\w-]+) on the right\b", r"on the right\1 and \2 on the left"),
        ),
        "zh": (
            *((r"(?<=向)左(?=[侧上下])", "右"), (r"(?<=向)右(?=[侧上下])", "左")),
            (r"左侧(呈?[橙黄绿青蓝紫品红]+色?)([、，])右侧", r"右侧\1\2左侧"),
        ),
    },
    "side": {
        "en": (
            (r"\b(corner of the mouth) on the left\b", r"\1 on the right"),
            (r"\b(corner of the mouth) on the right\b", r"\1 on the left"),
        ),
        "zh": ((r"(?<!被摄者)左侧(?=嘴角)", "右侧"), (r"(?<!被摄者)右侧(?=嘴角)", "左侧")),
    },
    "person_side": {
        "en": ((r"person's left\)", "person's right)"), (r"person's right\)", "person's left)")),
        "zh": ((r"被摄者左侧）", "被摄者右侧）"), (r"被摄者右侧）", "被摄者左侧）")),
    },
    "strength": {
        "en": ((r"\b(strongly|markedly|sharply)\b", "faintly"), (r"\b(slightly|faintly|a little)\b", "strongly")),
        "zh": ((r"显著|大幅|强烈地", "轻微"), (r"(?<!较)轻微|略微|稍稍", "强烈地")),
    },
    # Colours and those opposite on the wheel of the map.
    "colour": {
        "en": tuple(
            (rf"(?<![-\w]){one}\b", other)
            for one, other in (
                *(("purple", "yellow-green"), ("yellow-green", "purple"), ("cyan", "red"), ("red", "cyan")),
                *(("blue", "orange-yellow"), ("magenta", "green"), ("orange-yellow", "blue"), ("green", "magenta")),
            )
        ),
        "zh": tuple(
            (one, other)
            for one, other in (
                *(("紫色", "黄绿色"), ("黄绿色", "紫色"), ("青色", "红色"), ("(?<!品)红色", "青色")),
                *(("蓝色", "橙黄色"), ("品红色", "绿色"), ("橙黄色", "蓝色"), ("(?<!黄)绿色", "品红色")),
            )
        ),
    },
}
# What is added behind a text: {still} is a still region, {moving} one that moves, {extra} no label, {labelled} one.
_ADDED: dict[str, dict[Language, tuple[tuple[str, str], ...]]] = {
    "still_moves": {
        "en": (
            ("motion_analysis", "{Still} moves down clearly."),
            ("motion_analysis", "{Still} is pulled up strongly."),
        ),
        "zh": (("motion_analysis", "{still}明显向下移动。"), ("motion_analysis", "{still}被强烈上提。")),
    },
    "moving_denied": {
        "en": (
            ("motion_analysis", "{Moving} does not move."),
            ("motion_analysis", "No motion is visible at {moving}."),
        ),
        "zh": (("motion_analysis", "{moving}没有移动。"), ("motion_analysis", "{moving}未见运动。")),
    },
    "invented_region": {
        "en": (("motion_analysis", "Strong motion in purple also covers {still}, which rises together with it."),),
        "zh": (("motion_analysis", "此外{still}呈现强烈的紫色，向上移动。"),),
    },
    "hidden_negation": {
        "en": (
            ("motion_analysis", "There is no doubt that {still} moves up."),
            ("expression_inference", "Not only the eyes tell of it: {still} drops clearly."),
        ),
        "zh": (
            ("motion_analysis", "毫无疑问，{still}向上移动。"),
            ("expression_inference", "不仅如此，{still}也明显下移。"),
        ),
    },
    "hidden_hedge": {
        "en": (
            ("motion_analysis", "{Still} may be rising clearly, too."),
            ("motion_analysis", "{Still} perhaps drops markedly."),
        ),
        "zh": (("motion_analysis", "{still}可能也明显上移。"), ("motion_analysis", "{still}似乎大幅下移。")),
    },
    "hidden_comparison": {
        "en": (("motion_analysis", "Unlike the rest of the face, {still} drops clearly."),),
        "zh": (("motion_analysis", "与面部其他部位不同，{still}明显下移。"),),
    },
    "contradiction": {
        "en": (
            ("expression_inference", "{Moving} stays still, as it should."),
            ("conclusion", "All of this comes without any motion at {moving}."),
        ),
        "zh": (("expression_inference", "{moving}保持静止。"), ("conclusion", "而{moving}始终没有运动。")),
    },
    "au_extra": {
        "en": (
            ("motion_analysis", "AU{extra} is active as well."),
            ("expression_inference", "AU{extra} ({extra_name}) can be seen, too."),
        ),
        "zh": (
            ("motion_analysis", "AU{extra}也被激活。"),
            ("expression_inference", "同时可见AU{extra}（{extra_name}）。"),
        ),
    },
    "au_omitted": {
        "en": (
            ("motion_analysis", "AU{labelled} is not present."),
            ("expression_inference", "There is no sign of AU{labelled}."),
        ),
        "zh": (("motion_analysis", "AU{labelled}并未出现。"), ("expression_inference", "没有出现AU{labelled}。")),
    },
    "wrong_evidence": {
        "en": (
            ("motion_analysis", "The motion of {misplaced} is the evidence for {unit}."),
            ("motion_analysis", "{Misplaced} moves {way}, and this shows {unit}."),
        ),
        "zh": (
            ("motion_analysis", "{misplaced}的运动正是{unit}的依据。"),
            ("motion_analysis", "{misplaced}{way}移动，由此可见{unit}。"),
        ),
    },
    "wrong_language": {
        "en": (
            ("motion_analysis", "以上是图中可见的面部运动。"),
            ("expression_inference", "这些动作单元共同构成了判断的依据。"),
        ),
        "zh": (
            ("motion_analysis", "That is the facial motion which can be seen on the map."),
            ("expression_inference", "Together these action units are what the judgement rests on."),
        ),
    },
}


class Draft(NamedTuple):
    """A true draft with its truth."""

    scene: Scene
    phrasing: int
    sample: Sample
    motion: Motion
    lang: Language
    true: Annotation


class Plant(NamedTuple):
    """A draft with one falsehood."""

    kind: str
    false: Annotation


def drafts(languages: tuple[Language, ...] = ("en", "zh"), phrasings: int = PHRASINGS) -> Iterator[Draft]:
    """Every scene in several phrasings, as the offline writer tells it."""
    for number, scene in enumerate(SCENES):
        for phrasing in range(phrasings):
            name = f"bench/s{number}/c{phrasing}/0-9"
            sample, motion = make_sample(scene.aus, scene.emotion, name), make_motion(scene.moves, name)
            for lang in languages:
                yield Draft(scene, phrasing, sample, motion, lang, annotate(sample, motion, lang))


def in_prose(draft: Draft) -> Iterator[Plant]:
    """Falsehoods in one of the texts; claims, units and emotion stay true."""
    true, lang = draft.true, draft.lang
    for kind, tables in _OPPOSITES.items():
        for old, new in tables[lang]:
            text = true.motion_analysis
            for match in re.finditer(old, text):
                false = text[: match.start()] + match.expand(new) + text[match.end() :]
                yield Plant(kind, true.model_copy(update={"motion_analysis": false}))
    yield from _misnamed(draft)
    for kind, sentences in _ADDED.items():
        for stage, sentence in sentences[lang]:
            if kind != "wrong_evidence" or draft.scene.misplaced:
                told = f"{getattr(true, stage)}{' ' if lang == 'en' else ''}{sentence.format(**_fields(draft))}"
                yield Plant(kind, true.model_copy(update={stage: told}))
    own = _EMOTIONS[draft.sample.emotion][lang]
    others = [names[lang] for name, names in _EMOTIONS.items() if name != draft.sample.emotion]
    for stage, other in (("expression_inference", others[0]), ("conclusion", others[1]), ("conclusion", others[2])):
        text = getattr(true, stage)
        if own in text:
            yield Plant("wrong_emotion", true.model_copy(update={stage: text.replace(own, other)}))


def _misnamed(draft: Draft) -> Iterator[Plant]:
    """A unit's number beside another unit's name."""
    for at, au in enumerate(draft.sample.aus):
        name = _OTHER_UNITS[at % 3][1][draft.lang]
        for stage in ("motion_analysis", "conclusion"):
            text = getattr(draft.true, stage)
            false = re.sub(rf"(AU{au.number} ?[(（])[^)），,]+", rf"\g<1>{name}", text, count=1)
            if false != text:
                yield Plant("au_misnamed", draft.true.model_copy(update={stage: false}))


def _fields(draft: Draft) -> dict[str, str]:
    """The words for a draft's sentences; phrasing by phrasing other regions and units."""
    lang, scene = draft.lang, draft.scene
    still = [names[lang] for region, names in _NAMED.items() if region not in scene.moves]
    # What moves slightly is only just not still.
    clear = [_NAMED[region][lang] for region, (_, how) in scene.moves.items() if region in _NAMED and how != "slight"]
    # Here nothing shows AU4: the brows go up, and it may well be called invisible.
    shown = [au.number for au in draft.sample.aus if (au.number, scene.aus) != (4, "1+4+15")]
    number, name = _OTHER_UNITS[draft.phrasing % 3]
    region, unit = scene.misplaced or ("chin", "")
    words = {
        "still": still[draft.phrasing % len(still)],
        "moving": clear[draft.phrasing % len(clear)],
        "extra": str(number),
        "extra_name": name[lang],
        "labelled": str(shown[draft.phrasing % len(shown)]),
        "misplaced": _NAMED[region][lang],
        "unit": unit.lstrip("LR"),
    }
    words |= {name.capitalize(): words[name][0].upper() + words[name][1:] for name in ("still", "moving", "misplaced")}
    return words | {"way": _WAYS[scene.moves[region][0]][lang] if scene.misplaced else ""}


def in_claims(draft: Draft) -> Iterator[Plant]:
    """Falsehoods in the claims, the units or the emotion; the texts stay true."""
    true, moves = draft.true, draft.scene.moves
    for at, claim in enumerate(true.claims):
        for kind, changes in _changed_claims(claim, draft.scene):
            rest = (*true.claims[:at], claim.model_copy(update=changes), *true.claims[at + 1 :])
            yield Plant(kind, true.model_copy(update={"claims": rest}))
    claimed = {claim.region for claim in true.claims}
    still = next(region for region in _NAMED if region not in moves and region not in claimed)
    up = Claim(region=still, colour="purple", direction="up", intensity="moderate")
    yield Plant("still_moves", true.model_copy(update={"claims": (*true.claims, up)}))
    ear = up.model_copy(update={"region": "left_ear"})
    yield Plant("invented_region", true.model_copy(update={"claims": (*true.claims, ear)}))
    codes = [au.code for au in draft.sample.aus]
    yield Plant("au_extra", true.model_copy(update={"aus": (*true.aus, "AU26")}))
    for code in codes:
        yield Plant("au_omitted", true.model_copy(update={"aus": tuple(kept for kept in codes if kept != code)}))
        if code[0] in "LR":
            other = {"L": "R", "R": "L"}[code[0]] + code[1:]
            swapped = tuple(other if kept == code else kept for kept in codes)
            yield Plant("person_side", true.model_copy(update={"aus": swapped}))
    for emotion in _EMOTIONS.keys() - {draft.sample.emotion}:
        yield Plant("wrong_emotion", true.model_copy(update={"emotion": emotion}))


_WHEEL = ("right", "down-right", "down", "down-left", "left", "up-left", "up", "up-right")
_HUES = ("red", "orange-yellow", "yellow-green", "green", "cyan", "blue", "purple", "magenta")


def _changed_claims(claim: Claim, scene: Scene) -> Iterator[tuple[str, dict[str, str | None]]]:
    way, strength = scene.moves[claim.region]
    at = _WHEEL.index(way)
    yield "direction", {"direction": _WHEEL[at - 4], "colour": _HUES[at - 4]}
    mirrored = (4 - at) % 8
    if (mirrored - at) % 8 not in (0, 1, 7):
        kind = "in_out" if claim.region.startswith(("left", "right")) else "left_right"
        yield kind, {"direction": _WHEEL[mirrored], "colour": _HUES[mirrored]}
    yield "colour", {"colour": _HUES[at - 4]}
    if strength != "moderate":
        yield "strength", {"intensity": "slight" if strength == "strong" else "strong"}
    if strength != "slight":
        yield "moving_denied", {"intensity": "none", "direction": "none", "colour": "none", "au": None}
    side, _, part = claim.region.partition("_")
    other = f"{'right' if side == 'left' else 'left'}_{part}"
    if side in ("left", "right") and other not in scene.moves:
        yield "side", {"region": other, "direction": _WHEEL[mirrored], "colour": _HUES[mirrored]}
    if scene.misplaced and claim.region == scene.misplaced[0]:
        yield "wrong_evidence", {"au": scene.misplaced[1]}
