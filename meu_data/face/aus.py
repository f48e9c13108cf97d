"""Action units: their names, the notations coders use, and the motion each of them shows on a face, alone and combined.

Sources: the manual, Ekman, Friesen & Hager, Facial Action Coding System, 2002, in the chapter of the row's group
(`SOURCES`); its pages have chapter 4 as the first of the lower face, the others follow from the order they name.
What anyone can look up is in `OPEN`: muscle and movement of the unit, which is what its first site says. The other
sites, `also` and the combinations are the manual's section A, "Appearance changes", from memory of it (`MEMORY`).
"""

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from meu_data.choices import Language
from meu_data.face.regions import (
    OCTANTS,
    PAIRED_PARTS,
    PART,
    Direction,
    PersonSide,
    Side,
    near,
    picture_side,
    touching,
)

# The tables are read by rewards too, which must load in a moment: records come with pydantic.
if TYPE_CHECKING:
    from meu_data.records import ActionUnit

Move = Literal["up", "down", "in", "out", "any"]
# The groups in which the FACS manual describes its units; eye closure is part of its upper face.
AuGroup = Literal[
    "upper face",
    "eye closure",
    "up/down",
    "horizontal",
    "oblique",
    "orbital",
    "miscellaneous",
    "head position",
    "eye position",
    "gross behaviour",
    "visibility",
]
# Where the manual of 2002 describes them; chapters 3 and 10 are about scoring.
SOURCES: dict[AuGroup, str] = {
    "upper face": "FACS 2002, chapter 2",
    "eye closure": "FACS 2002, chapter 2; 41 and 42: FACS 1978, in 2002 degrees of 43",
    "up/down": "FACS 2002, chapter 4",
    "horizontal": "FACS 2002, chapter 5",
    "oblique": "FACS 2002, chapter 6",
    "orbital": "FACS 2002, chapter 7",
    "miscellaneous": "FACS 2002, chapter 8",
    "head position": "FACS 2002, chapter 9",
    "eye position": "FACS 2002, chapter 9",
    "gross behaviour": "FACS 2002, codes of gross behaviour; in sheets of SAMM and CAS(ME)^2",
    "visibility": "FACS 2002, codes of visibility; in sheets of CAS(ME)^2",
}
# Published, with the muscle and the movement of each unit: table 1 has those of known muscles, table 2 the others.
OPEN = "Kanade, Cohn & Tian, Comprehensive database for facial expression analysis, FG 2000, table"
# Nobody has held these against the manual, which is sold under a licence.
MEMORY = "section A, from memory of the manual"


class Site(NamedTuple):
    """A part of the face an AU moves, and how: `in` is towards the middle line of the face.

    `any`: FACS gives no one direction in the picture plane, as where skin is pinched; one beside it is the usual one.
    """

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
        also: What it does besides, in section A too: weaker, or not on every face, and so not owed by a description.
        source: Where it is described.
        open_source: Where anyone can look up its muscle and movement; empty where nowhere that we know.
        also_source: Where the other sites and `also` come from.
    """

    number: int
    names: dict[Language, str]
    muscle: str
    sites: tuple[Site, ...]
    also: tuple[Site, ...]
    source: str = ""
    open_source: str = ""
    also_source: str = ""


class Combination(NamedTuple):
    """How an AU shows beside another one, where that is not the sum of both entries.

    Attributes:
        au: The AU.
        beside: The other one.
        joint: Motion that shows both, in just this octant: the octants beside it are what one of them does alone.
        lost: Parts that the AU no longer takes its own way.
        source: Where FACS says so.
    """

    au: int
    beside: int
    joint: tuple[Site, ...]
    lost: frozenset[str]
    source: str


class Effect(NamedTuple):
    """What an AU does to a region of the picture; `direction` is the usual one where it is `free`, or `none`."""

    region: str
    direction: Direction
    kind: Literal["primary", "joint", "secondary"]
    free: bool

    def shows(self, direction: Direction) -> bool:
        """Whether motion of the region in this direction may be the AU's."""
        if self.free:
            return direction != "none"
        return direction == self.direction if self.kind == "joint" else near(direction, self.direction)


_MOVES: dict[str, Move] = {move: move for move in get_args(Move)}


def _sites(text: str) -> tuple[Site, ...]:
    """Reads "part move move, part move"."""
    read = [site.split() for site in text.split(",") if site]
    return tuple(Site(PART[part].part, tuple(_MOVES[move] for move in moves)) for part, *moves in read)


def _au(number: int, en: str, zh: str, muscle: str = "", sites: str = "", also: str = "") -> Au:
    """A row of the table."""
    return Au(number, {"en": en, "zh": zh}, muscle, _sites(sites), _sites(also))


# The one table of FACS: whoever adds an AU adds a row. AU44 is of the manual of 1978.
_TABLE: dict[AuGroup, tuple[Au, ...]] = {
    "upper face": (
        _au(1, "inner brow raiser", "内眉上扬", "frontalis, pars medialis",
            "inner_brow up, middle_forehead up", "glabella up"),
        _au(2, "outer brow raiser", "外眉上扬", "frontalis, pars lateralis",
            "outer_brow up, forehead up", "upper_lid up, eye_corner up"),
        _au(4, "brow lowerer", "皱眉", "corrugator supercilii, depressor supercilii",
            "inner_brow down in, glabella down, outer_brow down", "upper_lid down"),
        _au(5, "upper lid raiser", "上眼睑上提", "levator palpebrae superioris", "upper_lid up"),
        _au(6, "cheek raiser", "脸颊上提", "orbicularis oculi, pars orbitalis",
            "cheekbone up, lower_lid up, eye_corner in",
            "outer_brow down, upper_lid down, cheek up, nasolabial_fold up"),
        _au(7, "lid tightener", "眼睑收紧", "orbicularis oculi, pars palpebralis",
            "lower_lid up, upper_lid down", "eye_corner in"),
        _au(44, "squint", "眯眼", "orbicularis oculi, pars palpebralis"),
    ),
    "eye closure": (
        _au(43, "eyes closed", "闭眼", "levator palpebrae superioris relaxed", "upper_lid down"),
        _au(45, "blink", "眨眼", "levator palpebrae superioris relaxed, orbicularis oculi",
            "upper_lid down, lower_lid up"),
        _au(46, "wink", "单眼眨眼", "orbicularis oculi", "upper_lid down"),
        _au(41, "lid droop", "上睑下垂", "levator palpebrae superioris relaxed"),
        _au(42, "slit", "眼睑微合", "orbicularis oculi"),
    ),
    "up/down": (
        _au(9, "nose wrinkler", "皱鼻", "levator labii superioris alaeque nasi",
            "nose_wing up, nose_root up, glabella down",
            "inner_brow down, upper_lid down, lower_lid up, cheekbone up, "
            "nasolabial_fold up, upper_lip up, middle_upper_lip up"),
        _au(10, "upper lip raiser", "上唇上提", "levator labii superioris",
            "upper_lip up, middle_upper_lip up, nasolabial_fold up", "cheekbone up, nose_wing up"),
        _au(15, "lip corner depressor", "嘴角下拉", "depressor anguli oris",
            "mouth_corner down, chin_side down", "lower_lip down, lower_lip out"),
        _au(16, "lower lip depressor", "下唇下拉", "depressor labii inferioris",
            "lower_lip down, middle_lower_lip down", "lower_lip out"),
        _au(17, "chin raiser", "下巴上提", "mentalis",
            "chin up, chin_side up, middle_lower_lip up", "lower_lip up, mouth_corner down"),
        _au(25, "lips part", "双唇分开", "depressor labii inferioris, or mentalis or orbicularis oris relaxed",
            "middle_lower_lip down, middle_upper_lip up, lower_lip down", "upper_lip up"),
        _au(26, "jaw drop", "下颌下落", "masseter relaxed, also temporalis and internal pterygoid",
            "chin down, middle_lower_lip down, chin_side down", "lower_lip down, mouth_corner down, cheek down"),
        _au(27, "mouth stretch", "张大嘴", "pterygoids, digastric",
            "chin down, middle_lower_lip down, chin_side down",
            "lower_lip down, mouth_corner down, mouth_corner in, cheek down"),
    ),
    "horizontal": (
        _au(14, "dimpler", "嘴角收紧", "buccinator", "mouth_corner out any, cheek out any", "chin up"),
        _au(20, "lip stretcher", "嘴角拉伸", "risorius",
            "mouth_corner out, cheek out, lower_lip out", "chin_side out, nasolabial_fold out, upper_lip out"),
    ),
    "oblique": (
        _au(11, "nasolabial deepener", "鼻唇沟加深", "zygomaticus minor", "nasolabial_fold up out", "upper_lip up out"),
        _au(12, "lip corner puller", "嘴角上扬", "zygomaticus major",
            "mouth_corner up out, cheek up out, nasolabial_fold up out",
            "cheekbone up, lower_lid up, upper_lip up out"),
        _au(13, "sharp lip puller", "嘴角急剧上提", "levator anguli oris", "mouth_corner up, cheek up", "cheekbone up"),
    ),
    "orbital": (
        _au(18, "lip pucker", "撅嘴", "incisivii labii", "mouth_corner in", "upper_lip in, lower_lip in"),
        _au(22, "lip funneler", "双唇外翻", "orbicularis oris",
            "middle_upper_lip up, middle_lower_lip down, mouth_corner in", "upper_lip up, lower_lip down"),
        _au(23, "lip tightener", "双唇收紧", "orbicularis oris",
            "middle_upper_lip down, middle_lower_lip up, mouth_corner in", "upper_lip in, lower_lip in"),
        _au(24, "lip pressor", "双唇紧压", "orbicularis oris",
            "middle_upper_lip down, middle_lower_lip up"),
        _au(28, "lip suck", "抿唇", "orbicularis oris",
            "middle_upper_lip down, middle_lower_lip up"),
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
        _au(65, "walleye", "外斜视"),
        _au(66, "cross-eye", "内斜视"),
    ),
    "gross behaviour": (
        _au(40, "sniff", "吸鼻"),
        _au(50, "speech", "言语动作"),
        _au(80, "swallow", "吞咽"),
        _au(81, "chewing", "咀嚼"),
        _au(82, "shoulder shrug", "耸肩"),
        _au(83, "head upward and to the side", "头向侧上方抬起"),
        _au(84, "head shake", "摇头"),
        _au(85, "head nod", "点头"),
    ),
    "visibility": (
        _au(74, "unscorable", "无法评分"),
    ),
}  # fmt: skip
_TABLE_2 = frozenset(au.number for au in _TABLE["miscellaneous"])


def _sourced(au: Au, group: AuGroup) -> Au:
    known = group in ("upper face", "eye closure", "up/down", "horizontal", "oblique", "orbital", "miscellaneous")
    return au._replace(
        source=SOURCES[group],
        open_source=f"{OPEN} {2 if au.number in _TABLE_2 else 1}" if known else "",
        also_source=f"{SOURCES[group]}, {MEMORY}" if au.sites or au.also else "",
    )


_ALL = (_sourced(au, group) for group, aus in _TABLE.items() for au in aus)
AUS: dict[int, Au] = {au.number: au for au in sorted(_ALL, key=lambda au: au.number)}
AU_NAMES: dict[int, dict[Language, str]] = {number: au.names for number, au in AUS.items()}
AU_SITES: dict[int, tuple[Site, ...]] = {number: au.sites for number, au in AUS.items() if au.sites}

COMBINATIONS = (
    # The frontalis raises the inner brows while the corrugator draws them together.
    Combination(4, 1, _sites("inner_brow up in"), frozenset(), f"FACS 2002, chapter 2, AU1+4, {MEMORY}"),
    Combination(1, 4, _sites("inner_brow up in"), frozenset(), f"FACS 2002, chapter 2, AU1+4, {MEMORY}"),
    # The outer brows rise where the whole brow is raised: what AU4 leaves is that they are drawn together.
    Combination(4, 2, (), frozenset({"outer_brow"}), f"FACS 2002, chapter 2, AU1+2+4, {MEMORY}"),
    # The upper lid is raised, the lower one tightens: AU7 shows below the eye alone.
    Combination(7, 5, (), frozenset({"upper_lid"}), f"FACS 2002, chapter 2, AU5+7, {MEMORY}"),
    # One pulls up and out, the other down: what is left of both is a stretch to the side.
    Combination(12, 15, _sites("mouth_corner out"), frozenset(), f"FACS 2002, chapter 6, AU12+15, {MEMORY}"),
    Combination(15, 12, _sites("mouth_corner out"), frozenset(), f"FACS 2002, chapter 6, AU12+15, {MEMORY}"),
)
_PARTNERS = frozenset(rule.beside for rule in COMBINATIONS)


def aus_of(*groups: AuGroup) -> frozenset[int]:
    """The numbers of the AUs that the manual describes in these groups."""
    return frozenset(au.number for group in groups for au in _TABLE[group])


# Eye closure is no evidence for an emotion and often has nothing to do with the expression.
BLINK_AUS = aus_of("eye closure")
# The map has the motion of the whole head taken out.
HEAD_AUS = aus_of("head position")
# Brows, forehead, lids and gaze.
UPPER_FACE_AUS = aus_of("upper face", "eye closure", "eye position")


def au_label(au: "ActionUnit", lang: Language) -> str:
    """An AU as prose names it: "AU12 (lip corner puller, person's left)" / "AU12（嘴角上扬，被摄者左侧）"."""
    name = AU_NAMES[au.number][lang]
    if lang == "en":
        side = {"L": ", person's left", "R": ", person's right"}.get(au.side or "", "")
        return f"AU{au.number} ({name}{side})"
    side = {"L": "，被摄者左侧", "R": "，被摄者右侧"}.get(au.side or "", "")
    return f"AU{au.number}（{name}{side}）"


def au_sites(au: "ActionUnit") -> list[tuple[str, Direction]]:
    """The regions by which an AU is told and the direction expected in the picture, the most telling first.

    A one-sided AU keeps the regions of its side and those in the middle of the face.

    Args:
        au: The AU; its side is the person's.

    Returns:
        (region, direction) pairs; region names and directions are the picture's. Empty for AUs without
        a motion of their own on the skin (gaze, head, tongue).
    """
    return list(_primary(au.number, au.side))


@cache
def _primary(number: int, side: PersonSide | None) -> tuple[tuple[str, Direction], ...]:
    effects = _effects(number, side, frozenset())
    return tuple((effect.region, effect.direction) for effect in effects if effect.kind == "primary")


def au_effects(au: "ActionUnit", beside: "Iterable[ActionUnit]" = ()) -> "tuple[Effect, ...]":
    """All that an AU may do to the regions of the picture: its sites, what it does in combination, and what besides.

    Args:
        au: The AU; its side is the person's.
        beside: The AUs it acts with; itself may be among them.

    Returns:
        The primary effects first, the most telling first of all; a region may occur more than once.
    """
    numbers = {other.number for other in beside if not (au.side and other.side and au.side != other.side)}
    return _effects(au.number, au.side, _PARTNERS & numbers)


def effects_of(number: int, beside: Iterable[int] = ()) -> "tuple[Effect, ...]":
    """As `au_effects`, of an AU on both sides that is known by its number alone."""
    return _effects(number, None, _PARTNERS & frozenset(beside))


def acting(effects: "Iterable[Effect]", region: str) -> "list[Effect]":
    """Those of an AU's effects for which motion of a region may be given as evidence.

    Skin in contact with what the AU moves may go along with it, the same way; but where another AU is the one that
    moves it so, it speaks for that one: a rising outer brow is AU2, not AU5, which lifts the lid below it.

    Args:
        effects: The AU's, as `au_effects` gives them.
        region: As in the picture.
    """
    found = list(effects)
    return [effect for effect in found if effect.region == region] or [
        effect
        for effect in found
        if effect.kind == "primary" and touching(effect.region, region) and not _anothers(region, effect)
    ]


@cache
def _anothers(region: str, effect: "Effect") -> bool:
    return any(
        other.region == region
        and other.kind == "primary"
        and not other.free
        and near(other.direction, effect.direction)
        for number in AU_SITES
        for other in effects_of(number)
    )


@cache
def _effects(number: int, person_side: PersonSide | None, beside: frozenset[int]) -> tuple[Effect, ...]:
    known = AUS.get(number)
    if known is None:
        return ()
    rules = [rule for rule in COMBINATIONS if rule.au == number and rule.beside in beside]
    lost = {part for rule in rules for part in rule.lost}
    wanted: tuple[Side, ...] = (picture_side(person_side),) if person_side else ("left", "right")
    kinds: tuple[tuple[Literal["primary", "joint", "secondary"], Iterable[Site]], ...] = (
        ("primary", known.sites),
        ("joint", chain(*(rule.joint for rule in rules))),
        ("secondary", known.also),
    )
    return tuple(
        Effect(f"{side}_{site.part}" if side else site.part, _towards(site.moves, side), kind, "any" in site.moves)
        for kind, sites in kinds
        for site in sites
        if site.part not in lost
        for side in (wanted if site.part in PAIRED_PARTS else (None,))
    )


def _towards(moves: tuple[Move, ...], side: Side | None) -> Direction:
    """The octant of a site's moves on one side of the picture."""
    outward = {"left": "left", "right": "right"}
    inward = {"left": "right", "right": "left"}
    vertical = next((move for move in moves if move in ("up", "down")), "")
    horizontal = ""
    if side is not None:
        horizontal = outward[side] if "out" in moves else inward[side] if "in" in moves else ""
    name = "-".join(filter(None, (vertical, horizontal)))
    return next((direction for direction in OCTANTS if direction == name), "none")
