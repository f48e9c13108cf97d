"""The words that tell of motion in a reasoning text, in English and Chinese, and what each of them does.

Known are the names of `meu_data.face.regions`, the words of the offline drafts and the usual other words for them.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any, Literal, NamedTuple

from meu_data.face.regions import COLOUR_NAMES, COLOUR_OF, MIDDLE_PARTS, OCTANTS, PAIRED_PARTS, PART_NAMES, Direction

# What a word does in a sentence about motion:
# part: names a part of the face; the value is a `Part`
# side: left, right or both
# way: a direction; the value is the sum of some `WAYS`
# state: a direction only behind its part: "the brows are raised", but not "raised brows"
# colour: the value is that of the direction it stands for in `COLOURED`
# not: denies or supposes
# person: the side that follows is the person's
# join, break: "and", a new part of the sentence
# emotion: from here on the sentence infers, it does not observe
# near: the part that follows only says where
Kind = Literal["part", "side", "way", "state", "colour", "not", "person", "join", "break", "emotion", "near"]

# Directions as bits, so that all that is said of a place is one number. In is towards the middle of the face.
WAYS = {way: 1 << place for place, way in enumerate(("up", "down", "left", "right", "in", "out"))}
COLOURED = {way: 1 << place for place, way in enumerate(OCTANTS, start=len(WAYS))}


# For each place that is meant, the regions it may be.
Places = tuple[tuple[str, ...], ...]


class Part(NamedTuple):
    """A part of the face as a text names it: the places it means by the side said; `one` when named in the singular."""

    places: Mapping[str | None, Places]
    one: bool


Event = tuple[Kind, Any]

# Names besides `PART_NAMES`, less the articles; "(s)" stands for both numbers. Names of several parts may mean any.
_PARTS_EN: dict[str, tuple[str, ...]] = {
    "inner eyebrow(s)|inner end(s) brow(s)|inner end(s) eyebrow(s)|inner corner(s) brow(s)|inner part(s) brow(s)": (
        "inner_brow",
    ),
    "outer eyebrow(s)|outer end(s) brow(s)|outer end(s) eyebrow(s)|outer corner(s) brow(s)|outer part(s) brow(s)": (
        "outer_brow",
    ),
    "brow(s)|eyebrow(s)": ("inner_brow", "outer_brow"),
    "glabella": ("glabella",),
    "forehead": ("forehead", "middle_forehead"),
    "central forehead|middle forehead": ("middle_forehead",),
    "upper eyelid(s)": ("upper_lid",),
    "lower eyelid(s)": ("lower_lid",),
    "lid(s)|eyelid(s)": ("upper_lid", "lower_lid"),
    "outer eye corner(s)|corner(s) eye(s)|eye corner(s)": ("eye_corner",),
    "nose wing(s)|nostril(s)": ("nose_wing",),
    "nose tip": ("nose_tip",),
    "nose root|nasal root|nose bridge|bridge nose": ("nose_root",),
    "cheekbone(s)|upper cheek(s)": ("cheekbone",),
    "cheek(s)": ("cheek", "cheekbone"),
    "nasolabial fold(s)": ("nasolabial_fold",),
    "corner(s) mouth|mouth corner(s)|lip corner(s)|corner(s) lips|corner(s) lip": ("mouth_corner",),
    "middle upper lip|central upper lip|center upper lip|centre upper lip": ("middle_upper_lip",),
    "middle lower lip|central lower lip|center lower lip|centre lower lip": ("middle_lower_lip",),
    "upper lip": ("upper_lip", "middle_upper_lip"),
    "lower lip": ("lower_lip", "middle_lower_lip"),
}
PARTS_ZH: dict[str, tuple[str, ...]] = {
    "嘴角|口角|唇角": ("mouth_corner",),
    "眉头|内眉|眉毛内侧|眉内侧": ("inner_brow",),
    "眉尾|外眉|眉梢|眉毛外侧|眉外侧": ("outer_brow",),
    "眉毛|双眉|两眉": ("inner_brow", "outer_brow"),
    "眉间|眉心": ("glabella",),
    "上眼睑|上眼皮": ("upper_lid",),
    "下眼睑|下眼皮": ("lower_lid",),
    "眼睑|眼皮": ("upper_lid", "lower_lid"),
    "外眼角|眼角": ("eye_corner",),
    "颧部|颧骨": ("cheekbone",),
    "面颊|脸颊": ("cheek", "cheekbone"),
    "鼻唇沟|法令纹": ("nasolabial_fold",),
    "上唇中央": ("middle_upper_lip",),
    "下唇中央": ("middle_lower_lip",),
    "上唇": ("upper_lip", "middle_upper_lip"),
    "下唇": ("lower_lip", "middle_lower_lip"),
    "额头|前额": ("forehead", "middle_forehead"),
    "下巴|颏部": ("chin", "chin_side"),
}

_WAYS_EN = {
    "up": "up upward upwards rise rises rising rose risen raise raises raising lift lifts lifting ascend ascends",
    "down": "down downward downwards drop drops dropped dropping sink sinks sinking sank lowers lowering fall falls "
    "falling fell descend descends",
    "out": "outward outwards",
    "in": "inward inwards",
    "left": "leftward leftwards",
    "right": "rightward rightwards",
}
_STATES_EN = {"up": "raised lifted elevated", "down": "lowered depressed"}
_MOVING_EN = ("move", "moves", "moved", "moving", "shift", "shifts", "shifted", "shifting", "drift", "drifts")

_WORDS_EN: dict[Kind, str] = {
    "not": "no not none nor neither never without nothing cannot can't isn't aren't doesn't don't didn't absent "
    "lack lacks lacking hardly barely would should could might may if expected usually normally typically",
    "person": "person's subject's his her their",
    "join": "and plus",
    "break": "while whereas but although though then",
    "emotion": "anger angry contempt contemptuous disgust disgusted fear fearful happiness happy joy sadness sad "
    "surprise surprised repression repressed emotion",
    "near": "beside near toward towards below above under over around from",
}
_PHRASES_EN: dict[Kind, tuple[str, ...]] = {
    "not": ("rather than",),
    "join": ("as well as",),
    "side": ("left and right", "right and left"),
}
_WAY_OF = {"上": "up", "下": "down", "左": "left", "右": "right", "内": "in", "外": "out"}
# Behind a part they make the name of an AU: "lip corner puller".
AGENTS_EN = "raiser lowerer puller depressor tightener wrinkler stretcher pressor presser dilator compressor"

_WAYS_ZH = {
    "up": "上移 上提 上扬 上抬 上升 上拉 上挑 上翘 上推 抬高 抬起 升高",
    "down": "下移 下压 下拉 下降 下垂 下沉 下落 下撇 压低 降低",
    "out": "外移 外拉 外扩 外展 向两侧 向两边",
    "in": "内移 内收 内聚 向中间 向中央",
}
_WORDS_ZH: dict[Kind, str] = {
    "not": "不 未 无 没 非 缺 除了 如果 若 可能 应有 应该 应当 预期 通常 一般",
    "person": "被摄者 受试者 本人 人物",
    "join": "和 与 及 以及 并 且 还有 伴有",
    "break": "而 同时 但 则",
    "emotion": "愤怒 生气 轻蔑 蔑视 厌恶 恐惧 害怕 高兴 快乐 开心 喜悦 悲伤 伤心 惊讶 吃惊 压抑 情绪",
}
# Words with a sign of negation in them that deny nothing.
_PLAIN_ZH = "非常 不过 不同 不对称 不仅 不但 不断 无论"
_SIDES_ZH = {"left": "左侧 左边 左方 左", "right": "右侧 右边 右方 右", "both": "两侧 双侧 两边 左右两侧 左右 两"}
MARKS: dict[Kind, str] = {
    "break": ",:()，：（）",
    "join": "、",
}
# Other words for colours, and for neighbours that are often named for them.
_COLOURS: dict[Direction, tuple[str, ...]] = {
    "down-right": ("orange", "yellow", "橙色", "黄色", "橙黄"),
    "down": ("黄绿",),
    "up": ("violet",),
    "up-right": ("pink", "粉色", "粉红色", "洋红色"),
}

# "向外上", "往画面左侧": the pattern of a direction with its preposition.
TOWARDS = "[向往朝](?:画面)?[上下左右内外](?:侧?[上下左右内外])?侧?"

_SIDES = ("left", "right")
_ARTICLES = frozenset(("the", "of", "a", "an", "both", "each"))
# Known words that say nothing, but keep those around them from being read as one phrase: "points to AU12 on the left".
BETWEEN = ("on", "at", "in", "by", "for", "with", "as", "that", "which", "this")


def english() -> dict[str, Event | None]:
    """English words and phrases, and marks, with what they do; None for those that say nothing."""
    phrases: dict[str, Event | None] = {**_marks()}
    for name, part in parts_en():
        phrases[name] = ("part", part)
    phrases["jaw drop"] = None
    phrases |= {word: ("way", WAYS[way]) for way, forms in _WAYS_EN.items() for word in forms.split()}
    phrases |= {word: ("state", WAYS[way]) for way, forms in _STATES_EN.items() for word in forms.split()}
    for side in ("left", "right"):
        phrases |= dict.fromkeys((side, f"{side}-hand", f"{side} hand"), ("side", side))
        phrases |= {f"{start} {side}": ("way", WAYS[side]) for start in ("to", "toward", "towards", *_MOVING_EN)}
        for way, high in (("up", "upper"), ("down", "lower")):
            both: Event = ("way", WAYS[way] | WAYS[side])
            phrases |= {f"{way}-{side}": both, f"{high}-{side}": both}
            phrases |= {f"{start} {high} {side}": both for start in ("to", "toward", "towards")}
    phrases["sides"] = ("side", "both")
    for kind, text in _WORDS_EN.items():
        # Models write both apostrophes.
        phrases |= dict.fromkeys((text + " " + text.replace("'", "’")).split(), (kind, None))
    for kind, told in _PHRASES_EN.items():
        phrases |= dict.fromkeys(told, (kind, "both" if kind == "side" else None))
    phrases |= {name.replace("-", gap): event for name, event in _colour_events("en") for gap in "- "}
    return phrases


def _marks() -> dict[str, Event]:
    return {mark: (kind, None) for kind, marks in MARKS.items() for mark in marks}


def parts_en() -> Iterator[tuple[str, Part]]:
    """Every English name of a part, without articles, in both numbers."""
    names: dict[str, tuple[str, ...]] = {}
    for part in (*MIDDLE_PARTS, *PAIRED_PARTS):
        words = [word for word in PART_NAMES[part]["en"].split() if word not in _ARTICLES]
        if part in PAIRED_PARTS:
            countable = {"side", "brow", "lid", "corner", "eye", "wing", "cheek", "fold"}
            words = [f"{word}(s)" if word in countable else word for word in words]
        names[" ".join(words)] = (part,)
    for forms, parts in _PARTS_EN.items():
        names |= {form: parts for form in forms.split("|") if form not in names}
    for name, parts in names.items():
        pieces = name.split("(s)")
        for ends in product(("", "s"), repeat=len(pieces) - 1):
            spelled = "".join(piece + end for piece, end in zip(pieces, (*ends, ""), strict=True))
            yield spelled, Part(_by_side(parts), "s" not in ends[:1])


@cache
def _by_side(parts: tuple[str, ...]) -> Mapping[str | None, Places]:
    """The places meant by words for some parts."""
    return {side: _places(parts, side) for side in (*_SIDES, "both", None)}


def _places(parts: tuple[str, ...], side: str | None) -> Places:
    paired = [part for part in parts if part in PAIRED_PARTS]
    middle = [part for part in parts if part not in PAIRED_PARTS]
    if not paired or (middle and side is None):
        return ((*middle, *(f"{each}_{part}" for part in paired for each in _SIDES)),)
    sides = (side,) if side in _SIDES else _SIDES
    return tuple(tuple(f"{each}_{part}" for part in paired) for each in sides)


def _colour_events(lang: str) -> Iterator[tuple[str, Event]]:
    for direction, colour in COLOUR_OF.items():
        if direction != "none":
            names = [forms for key, forms in COLOUR_NAMES[colour].items() if key == lang]
            other = [name for name in _COLOURS.get(direction, ()) if name.isascii() == (lang == "en")]
            yield from ((name, ("colour", COLOURED[direction])) for name in (*names, *other))


def chinese() -> dict[str, Event | None]:
    """Chinese words, and marks, with what they do; None for those that say nothing."""
    found: dict[str, Event | None] = dict.fromkeys(_PLAIN_ZH.split())
    found |= _marks()
    found |= {word: (kind, None) for kind, words in _WORDS_ZH.items() for word in words.split()}
    for side, words in _SIDES_ZH.items():
        found |= dict.fromkeys(words.split(), ("side", side))
    for way, words in _WAYS_ZH.items():
        found |= dict.fromkeys(words.split(), ("way", WAYS[way]))
    found |= dict(_colour_events("zh"))
    for names, parts in PARTS_ZH.items():
        found |= {name: ("part", Part(_by_side(parts), one=False)) for name in names.split("|")}
    own = {PART_NAMES[part]["zh"]: part for part in (*MIDDLE_PARTS, *PAIRED_PARTS) if part != "chin"}
    return found | {name: ("part", Part(_by_side((part,)), one=False)) for name, part in own.items()}


@cache
def towards(word: str) -> Event:
    """What a word of the pattern `TOWARDS` does."""
    return "way", sum(WAYS[way] for way in {_WAY_OF[sign] for sign in word if sign in _WAY_OF})
