"""Action units: their names, the notations coders use, and the motion each of them shows on a face."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

from meu_data.choices import Language
from meu_data.errors import NotationError
from meu_data.face.regions import OCTANTS, PAIRED_PARTS, Direction, Side, picture_side
from meu_data.records import ActionUnit

# Names of the FACS manual (Ekman, Friesen & Hager 2002); Chinese as usual in the field's papers.
AU_NAMES: dict[int, dict[Language, str]] = {
    1: {"en": "inner brow raiser", "zh": "内眉上扬"},
    2: {"en": "outer brow raiser", "zh": "外眉上扬"},
    4: {"en": "brow lowerer", "zh": "皱眉"},
    5: {"en": "upper lid raiser", "zh": "上眼睑上提"},
    6: {"en": "cheek raiser", "zh": "脸颊上提"},
    7: {"en": "lid tightener", "zh": "眼睑收紧"},
    8: {"en": "lips toward each other", "zh": "双唇靠拢"},
    9: {"en": "nose wrinkler", "zh": "皱鼻"},
    10: {"en": "upper lip raiser", "zh": "上唇上提"},
    11: {"en": "nasolabial deepener", "zh": "鼻唇沟加深"},
    12: {"en": "lip corner puller", "zh": "嘴角上扬"},
    13: {"en": "sharp lip puller", "zh": "嘴角急剧上提"},
    14: {"en": "dimpler", "zh": "嘴角收紧"},
    15: {"en": "lip corner depressor", "zh": "嘴角下拉"},
    16: {"en": "lower lip depressor", "zh": "下唇下拉"},
    17: {"en": "chin raiser", "zh": "下巴上提"},
    18: {"en": "lip pucker", "zh": "撅嘴"},
    19: {"en": "tongue show", "zh": "伸舌"},
    20: {"en": "lip stretcher", "zh": "嘴角拉伸"},
    21: {"en": "neck tightener", "zh": "颈部收紧"},
    22: {"en": "lip funneler", "zh": "双唇外翻"},
    23: {"en": "lip tightener", "zh": "双唇收紧"},
    24: {"en": "lip pressor", "zh": "双唇紧压"},
    25: {"en": "lips part", "zh": "双唇分开"},
    26: {"en": "jaw drop", "zh": "下颌下落"},
    27: {"en": "mouth stretch", "zh": "张大嘴"},
    28: {"en": "lip suck", "zh": "抿唇"},
    29: {"en": "jaw thrust", "zh": "下颌前伸"},
    30: {"en": "jaw sideways", "zh": "下颌侧移"},
    31: {"en": "jaw clencher", "zh": "咬紧下颌"},
    32: {"en": "lip bite", "zh": "咬唇"},
    33: {"en": "cheek blow", "zh": "吹气"},
    34: {"en": "cheek puff", "zh": "鼓腮"},
    35: {"en": "cheek suck", "zh": "吸腮"},
    36: {"en": "tongue bulge", "zh": "舌顶脸颊"},
    37: {"en": "lip wipe", "zh": "舔唇"},
    38: {"en": "nostril dilator", "zh": "鼻孔扩张"},
    39: {"en": "nostril compressor", "zh": "鼻孔收缩"},
    43: {"en": "eyes closed", "zh": "闭眼"},
    44: {"en": "squint", "zh": "眯眼"},
    45: {"en": "blink", "zh": "眨眼"},
    46: {"en": "wink", "zh": "单眼眨眼"},
    51: {"en": "head turn left", "zh": "头左转"},
    52: {"en": "head turn right", "zh": "头右转"},
    53: {"en": "head up", "zh": "抬头"},
    54: {"en": "head down", "zh": "低头"},
    55: {"en": "head tilt left", "zh": "头左倾"},
    56: {"en": "head tilt right", "zh": "头右倾"},
    57: {"en": "head forward", "zh": "头前伸"},
    58: {"en": "head back", "zh": "头后仰"},
    61: {"en": "eyes turn left", "zh": "眼左转"},
    62: {"en": "eyes turn right", "zh": "眼右转"},
    63: {"en": "eyes up", "zh": "眼上看"},
    64: {"en": "eyes down", "zh": "眼下看"},
}

Move = Literal["up", "down", "in", "out"]


class Site(NamedTuple):
    """A part of the face an AU moves, and how: `in` is towards the middle line of the face."""

    part: str
    moves: tuple[Move, ...]


# What each AU does to the skin, the first site being the most telling (FACS manual, section A of each AU).
AU_SITES: dict[int, tuple[Site, ...]] = {
    1: (Site("inner_brow", ("up",)), Site("middle_forehead", ("up",))),
    2: (Site("outer_brow", ("up",)), Site("forehead", ("up",))),
    4: (Site("inner_brow", ("down", "in")), Site("glabella", ("down",)), Site("outer_brow", ("down",))),
    5: (Site("upper_lid", ("up",)),),
    6: (Site("cheekbone", ("up",)), Site("lower_lid", ("up",)), Site("eye_corner", ("in",))),
    7: (Site("lower_lid", ("up",)), Site("upper_lid", ("down",))),
    9: (Site("nose_wing", ("up",)), Site("nose_root", ("up",)), Site("glabella", ("down",))),
    10: (Site("upper_lip", ("up",)), Site("middle_upper_lip", ("up",)), Site("nasolabial_fold", ("up",))),
    11: (Site("nasolabial_fold", ("up", "out")),),
    12: (Site("mouth_corner", ("up", "out")), Site("cheek", ("up", "out")), Site("nasolabial_fold", ("up", "out"))),
    13: (Site("mouth_corner", ("up",)), Site("cheek", ("up",))),
    14: (Site("mouth_corner", ("out",)), Site("cheek", ("out",))),
    15: (Site("mouth_corner", ("down",)), Site("chin_side", ("down",))),
    16: (Site("lower_lip", ("down",)), Site("middle_lower_lip", ("down",))),
    17: (Site("chin", ("up",)), Site("chin_side", ("up",)), Site("middle_lower_lip", ("up",))),
    18: (Site("mouth_corner", ("in",)),),
    20: (Site("mouth_corner", ("out",)), Site("cheek", ("out",)), Site("lower_lip", ("out",))),
    22: (Site("middle_upper_lip", ("up",)), Site("middle_lower_lip", ("down",)), Site("mouth_corner", ("in",))),
    23: (Site("middle_upper_lip", ("down",)), Site("middle_lower_lip", ("up",)), Site("mouth_corner", ("in",))),
    24: (Site("middle_upper_lip", ("down",)), Site("middle_lower_lip", ("up",))),
    25: (Site("middle_lower_lip", ("down",)), Site("middle_upper_lip", ("up",)), Site("lower_lip", ("down",))),
    26: (Site("chin", ("down",)), Site("middle_lower_lip", ("down",)), Site("chin_side", ("down",))),
    27: (Site("chin", ("down",)), Site("middle_lower_lip", ("down",)), Site("chin_side", ("down",))),
    28: (Site("middle_upper_lip", ("down",)), Site("middle_lower_lip", ("up",))),
    38: (Site("nose_wing", ("out",)),),
    39: (Site("nose_wing", ("in",)),),
    43: (Site("upper_lid", ("down",)),),
    45: (Site("upper_lid", ("down",)), Site("lower_lid", ("up",))),
    46: (Site("upper_lid", ("down",)),),
}

# Eye closure is no evidence for an emotion and often has nothing to do with the expression.
BLINK_AUS = frozenset({43, 45, 46})

# What FACS numbers with another prefix: action descriptors, and movements of the head. DFME's sheets write AD31, AD38,
# AD39, M57 and M58; the manual of 2002 made AUs of the descriptors 38 and 39.
_PREFIXED = {"au": frozenset(AU_NAMES), "ad": frozenset({19, 21, *range(29, 40)}), "m": frozenset(range(51, 59))}

_TOKEN = re.compile(
    r"(?:(?P<before>left|right|l|r)[\s._-]*)?(?:(?P<prefix>au|ad|m)[\s._-]*)?(?P<number>\d{1,3})\s*(?P<intensity>[a-e])?"
    r"(?:[\s._-]*(?:\(\s*)?(?P<after>left|right|l|r)(?:\s*\))?)?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[+,;&、/|]\s*|\s+and\s+|(?<=[\da-e)])\s+(?=(?:(?:left|right|[lr])[\s._-]*)?(?:au|ad|m))", re.IGNORECASE
)
_BLANKS = frozenset({"", "-", "/", "none", "nan", "n/a", "na", "null"})


def parse_aus(text: str) -> tuple[ActionUnit, ...]:
    """Reads the AU notations of the corpora.

    Accepts FACS style ("4+L10", "12A", "R14B"), spelled style ("AU6+AU12", "Right AU1 + Right AU2",
    "AU12 (left)"), the prefixes of action descriptors and head movements ("AD38", "M57"), full-width signs, and blanks.

    Args:
        text: The cell, or several AU cells joined by "+".

    Returns:
        The AUs by number, then side; each once.

    Raises:
        NotationError: A part is no AU, the number is no FACS AU, or one AU has two intensities.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in _BLANKS:
        return ()
    found: dict[tuple[int, str], ActionUnit] = {}
    for part in _SEPARATOR.split(plain):
        if part.lower() in _BLANKS:
            continue
        match = _TOKEN.fullmatch(part.strip())
        if match is None:
            raise NotationError(
                f"{part.strip()!r} in the AUs {plain!r} is no action unit; write e.g. 4+L10 or AU6+AU12"
            )
        number = int(match["number"])
        if number not in AU_NAMES:
            raise NotationError(f"AU{number} in {plain!r} is not an action unit of FACS")
        if number not in _PREFIXED[(match["prefix"] or "au").lower()]:
            raise NotationError(
                f"{part.strip()!r} in the AUs {plain!r} is no code of FACS; write {number} or AU{number}"
            )
        sides = {word[0].upper() for word in (match["before"], match["after"]) if word}
        if len(sides) > 1:
            raise NotationError(f"{part.strip()!r} in the AUs {plain!r} names both sides; write L{number}+R{number}")
        side = sides.pop() if sides else None
        unit = ActionUnit.model_validate(
            {"number": number, "side": side, "intensity": match["intensity"].upper() if match["intensity"] else None}
        )
        earlier = found.setdefault((number, side or ""), unit)
        if earlier != unit:
            raise NotationError(f"AU{number} stands twice in {plain!r} with different intensities; keep one")
    return tuple(found[key] for key in sorted(found))


def facs_notation(aus: Iterable[ActionUnit]) -> str:
    """AUs in FACS notation: `4+L10`."""
    return "+".join(au.facs for au in aus)


def parse_code(code: str) -> ActionUnit:
    """The AU of a code written by `ActionUnit.code`, such as `AU12` or `LAU12`.

    Raises:
        NotationError: The text is no such code.
    """
    units = parse_aus(code)
    if len(units) != 1 or units[0].code != code:
        raise NotationError(f"{code!r} is no AU code; write AU12, LAU12 or RAU12")
    return units[0]


def au_label(au: ActionUnit, lang: Language) -> str:
    """An AU as prose names it: "AU12 (lip corner puller, person's left)" / "AU12（嘴角上扬，被摄者左侧）"."""
    name = AU_NAMES[au.number][lang]
    if lang == "en":
        side = {"L": ", person's left", "R": ", person's right"}.get(au.side or "", "")
        return f"AU{au.number} ({name}{side})"
    side = {"L": "，被摄者左侧", "R": "，被摄者右侧"}.get(au.side or "", "")
    return f"AU{au.number}（{name}{side}）"


def au_sites(au: ActionUnit) -> list[tuple[str, Direction]]:
    """The regions an AU moves and the direction expected in the picture, the most telling first.

    A one-sided AU keeps the regions of its side and those in the middle of the face.

    Args:
        au: The AU; its side is the person's.

    Returns:
        (region, direction) pairs; region names and directions are the picture's. Empty for AUs without
        a motion of their own on the skin (gaze, head, tongue).
    """
    wanted: tuple[Side, ...] = (picture_side(au.side),) if au.side else ("left", "right")
    sites: list[tuple[str, Direction]] = []
    for part, moves in AU_SITES.get(au.number, ()):
        if part in PAIRED_PARTS:
            sites += [(f"{side}_{part}", _towards(moves, side)) for side in wanted]
        else:
            sites.append((part, _towards(moves, None)))
    return sites


def _towards(moves: tuple[Move, ...], side: Side | None) -> Direction:
    """The octant of a site's moves on one side of the picture."""
    outward = {"left": "left", "right": "right"}
    inward = {"left": "right", "right": "left"}
    vertical = next((move for move in moves if move in ("up", "down")), "")
    horizontal = ""
    if side is not None:
        horizontal = outward[side] if "out" in moves else inward[side] if "in" in moves else ""
    name = "-".join(filter(None, (vertical, horizontal)))
    return next(direction for direction in OCTANTS if direction == name)
