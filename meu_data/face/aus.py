"""Action units: their names, the notations coders use, and the motion each of them shows on a face."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from meu_data.choices import Language
from meu_data.errors import NotationError
from meu_data.face.regions import OCTANTS, PAIRED_PARTS, PART, Direction, PersonSide, Side, picture_side

# The tables are read by rewards too, which must load in a moment: records come with pydantic.
if TYPE_CHECKING:
    from meu_data.records import ActionUnit

Move = Literal["up", "down", "in", "out"]
# The groups in which the FACS manual describes its units; eye closure is part of its upper face.
Group = Literal[
    "upper face",
    "eye closure",
    "up/down",
    "horizontal",
    "oblique",
    "orbital",
    "miscellaneous",
    "head position",
    "eye position",
]


class Site(NamedTuple):
    """A part of the face an AU moves, and how: `in` is towards the middle line of the face."""

    part: str
    moves: tuple[Move, ...]


class Au(NamedTuple):
    """An action unit of FACS (Ekman, Friesen & Hager 2002).

    Attributes:
        number: Its code.
        names: The manual's name; Chinese as usual in the field's papers.
        muscle: What contracts, or is relaxed where it says so; empty where the manual names no muscle.
        sites: What it does to the skin (section A of the AU's entry), the most telling first; empty for an AU without
            a motion of its own on the skin, or none that can be seen from the front.
    """

    number: int
    names: dict[Language, str]
    muscle: str
    sites: tuple[Site, ...]


_MOVES: dict[str, Move] = {move: move for move in get_args(Move)}


def _au(number: int, en: str, zh: str, muscle: str = "", sites: str = "") -> Au:
    """A row of the table; its sites are written as "part move move, part move"."""
    read = [site.split() for site in sites.split(",") if site]
    moved = tuple(Site(PART[part].part, tuple(_MOVES[move] for move in moves)) for part, *moves in read)
    return Au(number, {"en": en, "zh": zh}, muscle, moved)


# The one table of FACS: whoever adds an AU adds a row. AU44 is of the manual of 1978.
_TABLE: dict[Group, tuple[Au, ...]] = {
    "upper face": (
        _au(1, "inner brow raiser", "内眉上扬", "frontalis, pars medialis", "inner_brow up, middle_forehead up"),
        _au(2, "outer brow raiser", "外眉上扬", "frontalis, pars lateralis", "outer_brow up, forehead up"),
        _au(
            4,
            "brow lowerer",
            "皱眉",
            "corrugator supercilii, depressor supercilii",
            "inner_brow down in, glabella down, outer_brow down",
        ),
        _au(5, "upper lid raiser", "上眼睑上提", "levator palpebrae superioris", "upper_lid up"),
        _au(
            6,
            "cheek raiser",
            "脸颊上提",
            "orbicularis oculi, pars orbitalis",
            "cheekbone up, lower_lid up, eye_corner in",
        ),
        _au(7, "lid tightener", "眼睑收紧", "orbicularis oculi, pars palpebralis", "lower_lid up, upper_lid down"),
        _au(44, "squint", "眯眼", "orbicularis oculi, pars palpebralis"),
    ),
    "eye closure": (
        _au(43, "eyes closed", "闭眼", "levator palpebrae superioris relaxed", "upper_lid down"),
        _au(
            45,
            "blink",
            "眨眼",
            "levator palpebrae superioris relaxed, orbicularis oculi",
            "upper_lid down, lower_lid up",
        ),
        _au(46, "wink", "单眼眨眼", "orbicularis oculi", "upper_lid down"),
    ),
    "up/down": (
        _au(
            9,
            "nose wrinkler",
            "皱鼻",
            "levator labii superioris alaeque nasi",
            "nose_wing up, nose_root up, glabella down",
        ),
        _au(
            10,
            "upper lip raiser",
            "上唇上提",
            "levator labii superioris",
            "upper_lip up, middle_upper_lip up, nasolabial_fold up",
        ),
        _au(15, "lip corner depressor", "嘴角下拉", "depressor anguli oris", "mouth_corner down, chin_side down"),
        _au(
            16, "lower lip depressor", "下唇下拉", "depressor labii inferioris", "lower_lip down, middle_lower_lip down"
        ),
        _au(17, "chin raiser", "下巴上提", "mentalis", "chin up, chin_side up, middle_lower_lip up"),
        _au(
            25,
            "lips part",
            "双唇分开",
            "depressor labii inferioris, or mentalis or orbicularis oris relaxed",
            "middle_lower_lip down, middle_upper_lip up, lower_lip down",
        ),
        _au(
            26,
            "jaw drop",
            "下颌下落",
            "masseter relaxed, also temporalis and internal pterygoid",
            "chin down, middle_lower_lip down, chin_side down",
        ),
        _au(27, "mouth stretch", "张大嘴", "pterygoids, digastric", "chin down, middle_lower_lip down, chin_side down"),
    ),
    "horizontal": (
        _au(14, "dimpler", "嘴角收紧", "buccinator", "mouth_corner out, cheek out"),
        _au(20, "lip stretcher", "嘴角拉伸", "risorius", "mouth_corner out, cheek out, lower_lip out"),
    ),
    "oblique": (
        _au(11, "nasolabial deepener", "鼻唇沟加深", "zygomaticus minor", "nasolabial_fold up out"),
        _au(
            12,
            "lip corner puller",
            "嘴角上扬",
            "zygomaticus major",
            "mouth_corner up out, cheek up out, nasolabial_fold up out",
        ),
        _au(13, "sharp lip puller", "嘴角急剧上提", "levator anguli oris", "mouth_corner up, cheek up"),
    ),
    "orbital": (
        _au(18, "lip pucker", "撅嘴", "incisivii labii", "mouth_corner in"),
        _au(
            22,
            "lip funneler",
            "双唇外翻",
            "orbicularis oris",
            "middle_upper_lip up, middle_lower_lip down, mouth_corner in",
        ),
        _au(
            23,
            "lip tightener",
            "双唇收紧",
            "orbicularis oris",
            "middle_upper_lip down, middle_lower_lip up, mouth_corner in",
        ),
        _au(24, "lip pressor", "双唇紧压", "orbicularis oris", "middle_upper_lip down, middle_lower_lip up"),
        _au(28, "lip suck", "抿唇", "orbicularis oris", "middle_upper_lip down, middle_lower_lip up"),
    ),
    "miscellaneous": (
        _au(8, "lips toward each other", "双唇靠拢", "orbicularis oris"),
        _au(19, "tongue show", "伸舌"),
        _au(21, "neck tightener", "颈部收紧", "platysma"),
        _au(29, "jaw thrust", "下颌前伸"),
        _au(30, "jaw sideways", "下颌侧移"),
        _au(31, "jaw clencher", "咬紧下颌", "masseter"),
        _au(32, "lip bite", "咬唇"),
        _au(33, "cheek blow", "吹气"),
        _au(34, "cheek puff", "鼓腮"),
        _au(35, "cheek suck", "吸腮"),
        _au(36, "tongue bulge", "舌顶脸颊"),
        _au(37, "lip wipe", "舔唇"),
        _au(38, "nostril dilator", "鼻孔扩张", "nasalis, pars alaris", "nose_wing out"),
        _au(39, "nostril compressor", "鼻孔收缩", "nasalis, pars transversa; depressor septi nasi", "nose_wing in"),
    ),
    "head position": (
        _au(51, "head turn left", "头左转"),
        _au(52, "head turn right", "头右转"),
        _au(53, "head up", "抬头"),
        _au(54, "head down", "低头"),
        _au(55, "head tilt left", "头左倾"),
        _au(56, "head tilt right", "头右倾"),
        _au(57, "head forward", "头前伸"),
        _au(58, "head back", "头后仰"),
    ),
    "eye position": (
        _au(61, "eyes turn left", "眼左转"),
        _au(62, "eyes turn right", "眼右转"),
        _au(63, "eyes up", "眼上看"),
        _au(64, "eyes down", "眼下看"),
    ),
}
AUS: dict[int, Au] = {au.number: au for au in sorted(chain(*_TABLE.values()), key=lambda au: au.number)}
AU_NAMES: dict[int, dict[Language, str]] = {number: au.names for number, au in AUS.items()}
AU_SITES: dict[int, tuple[Site, ...]] = {number: au.sites for number, au in AUS.items() if au.sites}


def aus_of(*groups: Group) -> frozenset[int]:
    """The numbers of the AUs that the manual describes in these groups."""
    return frozenset(au.number for group in groups for au in _TABLE[group])


# Eye closure is no evidence for an emotion and often has nothing to do with the expression.
BLINK_AUS = aus_of("eye closure")
# The map has the motion of the whole head taken out.
HEAD_AUS = aus_of("head position")
# Brows, forehead, lids and gaze.
UPPER_FACE_AUS = aus_of("upper face", "eye closure", "eye position")

# What FACS numbers with another prefix: action descriptors, and movements of the head. DFME's sheets write AD31, AD38,
# AD39, M57 and M58; the manual of 2002 made AUs of the descriptors 38 and 39.
_PREFIXED = {"au": frozenset(AU_NAMES), "ad": aus_of("miscellaneous") - {8}, "m": HEAD_AUS}

_TOKEN = re.compile(
    r"(?:(?P<before>left|right|l|r)[\s._-]*)?(?:(?P<prefix>au|ad|m)[\s._-]*)?(?P<number>\d{1,3})\s*(?P<intensity>[a-e])?"
    r"(?:[\s._-]*(?:\(\s*)?(?P<after>left|right|l|r)(?:\s*\))?)?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[+,;&、/|]\s*|\s+and\s+|(?<=[\da-e)])\s+(?=(?:(?:left|right|[lr])[\s._-]*)?(?:au|ad|m))", re.IGNORECASE
)
_BLANKS = frozenset({"", "-", "/", "none", "nan", "n/a", "na", "null"})


def parse_aus(text: str) -> "tuple[ActionUnit, ...]":
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
    from meu_data.records import ActionUnit

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


def facs_notation(aus: "Iterable[ActionUnit]") -> str:
    """AUs in FACS notation: `4+L10`."""
    return "+".join(au.facs for au in aus)


def parse_code(code: str) -> "ActionUnit":
    """The AU of a code written by `ActionUnit.code`, such as `AU12` or `LAU12`.

    Raises:
        NotationError: The text is no such code.
    """
    units = parse_aus(code)
    if len(units) != 1 or units[0].code != code:
        raise NotationError(f"{code!r} is no AU code; write AU12, LAU12 or RAU12")
    return units[0]


def au_label(au: "ActionUnit", lang: Language) -> str:
    """An AU as prose names it: "AU12 (lip corner puller, person's left)" / "AU12（嘴角上扬，被摄者左侧）"."""
    name = AU_NAMES[au.number][lang]
    if lang == "en":
        side = {"L": ", person's left", "R": ", person's right"}.get(au.side or "", "")
        return f"AU{au.number} ({name}{side})"
    side = {"L": "，被摄者左侧", "R": "，被摄者右侧"}.get(au.side or "", "")
    return f"AU{au.number}（{name}{side}）"


def au_sites(au: "ActionUnit") -> list[tuple[str, Direction]]:
    """The regions an AU moves and the direction expected in the picture, the most telling first.

    A one-sided AU keeps the regions of its side and those in the middle of the face.

    Args:
        au: The AU; its side is the person's.

    Returns:
        (region, direction) pairs; region names and directions are the picture's. Empty for AUs without
        a motion of their own on the skin (gaze, head, tongue).
    """
    return list(_sites(au.number, au.side))


@cache
def _sites(number: int, person_side: PersonSide | None) -> tuple[tuple[str, Direction], ...]:
    wanted: tuple[Side, ...] = (picture_side(person_side),) if person_side else ("left", "right")
    sites: list[tuple[str, Direction]] = []
    for part, moves in AU_SITES.get(number, ()):
        if part in PAIRED_PARTS:
            sites += [(f"{side}_{part}", _towards(moves, side)) for side in wanted]
        else:
            sites.append((part, _towards(moves, None)))
    return tuple(sites)


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
