"""The named areas of a face, the eight directions, and the colours that stand for them on a map.

Region names say the side *in the picture*: `left_cheek` is the cheek at the left of the picture, which
is the person's right one when the camera looks at the face and the picture is not mirrored.
"""

import math
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from meu_data.choices import Language

Side = Literal["left", "right"]
PersonSide = Literal["L", "R"]
Direction = Literal["right", "down-right", "down", "down-left", "left", "up-left", "up", "up-right", "none"]
Colour = Literal["red", "orange-yellow", "yellow-green", "green", "cyan", "blue", "purple", "magenta", "none"]
Intensity = Literal["none", "slight", "moderate", "strong"]

INTENSITIES: tuple[Intensity, ...] = get_args(Intensity)
# Motion that a reader of the map cannot miss, and that a description therefore owes.
CLEAR_INTENSITIES = frozenset(INTENSITIES[INTENSITIES.index("moderate") :])

# Directions this far apart count as one: half an octant is lost in rounding, and neighbouring hues look alike.
NEAR_OCTANTS = 1

# Clockwise from "right", because y points down: octant k is centred on 45·k degrees.
OCTANTS: tuple[Direction, ...] = get_args(Direction)[:8]
_PLACE = {way: place for place, way in enumerate(OCTANTS)}

# The colour wheel of the map: hue = angle, so the k-th colour is the k-th octant.
COLOUR_OF: dict[Direction, Colour] = dict(zip(get_args(Direction), get_args(Colour), strict=True))

Zone = Literal["brows", "eyes", "nose", "cheeks", "mouth", "chin", "surroundings"]

# Larger areas of the face, for statements that need no region; from the brow down.
ZONES: dict[Zone, dict[Language, str]] = {
    "brows": {"en": "brows", "zh": "眉部"},
    "eyes": {"en": "eyes", "zh": "眼周"},
    "nose": {"en": "nose", "zh": "鼻部"},
    "cheeks": {"en": "cheeks", "zh": "面颊"},
    "mouth": {"en": "mouth", "zh": "嘴部"},
    "chin": {"en": "chin", "zh": "下巴"},
    "surroundings": {"en": "area beside the face", "zh": "面部周围"},
}


class Ellipse(NamedTuple):
    """Where a part lies: the centre is the mean of some of the 68 landmarks, moved; lengths are in eye distances.

    `outward` counts from the middle line of the face, `down` along it.
    """

    landmarks: tuple[int, ...]
    outward: float
    down: float
    half_width: float
    half_height: float


class FacePart(NamedTuple):
    """A part of the face that is measured as one region, or as two where it has a left and a right.

    Attributes:
        part: The region's name without its side.
        names: What it is called, in the singular.
        zone: The area it belongs to.
        ellipse: Its place; of a paired part the one at the left of the picture, the right is the mirror image.
        synonyms: Other nouns for it in prose. Letters in brackets may be missing: "(eye)brow(s)". A noun that stands at
            several parts may mean any of them; at which ones follows the wider of the readings in use.
        touches: The parts listed before it whose skin passes into its own.
        both: Both sides in English; empty for the parts in the middle of the face, which have no sides.
        sided: One side in Chinese, `{}` being 左 or 右, where the name itself speaks of a side.
        rigid: How much it may say about the motion of the head, 0..1: bone close under the skin speaks up, what
            expressions move speaks low, but not so low that a covered forehead leaves the nose alone. None: as much
            as the rest of the face.
    """

    part: str
    names: dict[Language, str]
    zone: Zone
    ellipse: Ellipse
    synonyms: dict[Language, tuple[str, ...]]
    touches: tuple[str, ...] = ()
    both: str = ""
    sided: str = ""
    rigid: float | None = None


# The one table of the face: whoever adds a region adds a row, the middle ones first.
PARTS: tuple[FacePart, ...] = (
    FacePart(
        "middle_forehead",
        names={"en": "middle of the forehead", "zh": "额头中部"},
        zone="brows",
        ellipse=Ellipse((21, 22), 0.0, -0.34, 0.20, 0.15),
        synonyms={"en": ("forehead", "central forehead", "middle forehead"), "zh": ("额头", "前额")},
        rigid=0.3,
    ),
    FacePart(
        "glabella",
        names={"en": "space between the brows", "zh": "眉间"},
        zone="brows",
        ellipse=Ellipse((21, 22), 0.0, 0.06, 0.09, 0.10),
        touches=("middle_forehead",),
        synonyms={"en": ("glabella", "(eye)brow(s)"), "zh": ("眉心", "眉毛", "双眉", "两眉")},
    ),
    FacePart(
        "nose_root",
        names={"en": "root of the nose", "zh": "鼻根"},
        zone="nose",
        ellipse=Ellipse((27, 28), 0.0, 0.0, 0.09, 0.13),
        touches=("glabella",),
        synonyms={"en": ("nose root", "nasal root", "nose bridge", "bridge of the nose"), "zh": ()},
        rigid=1.0,
    ),
    FacePart(
        "nose_tip",
        names={"en": "tip of the nose", "zh": "鼻尖"},
        zone="nose",
        ellipse=Ellipse((30,), 0.0, 0.0, 0.10, 0.10),
        synonyms={"en": ("nose tip",), "zh": ()},
        rigid=0.4,
    ),
    FacePart(
        "middle_upper_lip",
        names={"en": "middle of the upper lip", "zh": "上唇中部"},
        zone="mouth",
        ellipse=Ellipse((51,), 0.0, -0.05, 0.10, 0.08),
        touches=("nose_tip",),
        synonyms={
            "en": ("upper lip(s)", "middle upper lip", "central upper lip", "center upper lip", "centre upper lip"),
            "zh": ("上唇", "上唇中央"),
        },
    ),
    FacePart(
        "middle_lower_lip",
        names={"en": "middle of the lower lip", "zh": "下唇中部"},
        zone="mouth",
        ellipse=Ellipse((57,), 0.0, 0.01, 0.12, 0.08),
        synonyms={
            "en": ("lower lip(s)", "middle lower lip", "central lower lip", "center lower lip", "centre lower lip"),
            "zh": ("下唇", "下唇中央"),
        },
    ),
    FacePart(
        "chin",
        names={"en": "chin", "zh": "下巴"},
        zone="chin",
        ellipse=Ellipse((57, 8), 0.0, 0.05, 0.18, 0.13),
        touches=("middle_lower_lip",),
        synonyms={"en": (), "zh": ("颏部",)},
    ),
    FacePart(
        "forehead",
        names={"en": "side of the forehead", "zh": "额侧"},
        zone="brows",
        ellipse=Ellipse((18, 19), 0.0, -0.32, 0.20, 0.15),
        touches=("middle_forehead",),
        synonyms={"en": ("forehead", "side(s) of the forehead"), "zh": ("额头", "前额")},
        both="both sides of the forehead",
        sided="额头{}侧",
        rigid=0.3,
    ),
    FacePart(
        "outer_brow",
        names={"en": "outer brow", "zh": "眉尾"},
        zone="brows",
        ellipse=Ellipse((17, 18), 0.0, -0.02, 0.16, 0.08),
        touches=("forehead",),
        synonyms={
            "en": (
                "(eye)brow(s)",
                "outer (eye)brow(s)",
                "outer end(s) of the (eye)brow(s)",
                "outer corner(s) of the (eye)brow(s)",
                "outer part(s) of the (eye)brow(s)",
            ),
            "zh": ("外眉", "眉梢", "眉毛外侧", "眉外侧", "眉毛", "双眉", "两眉"),
        },
        both="both outer brows",
    ),
    FacePart(
        "inner_brow",
        names={"en": "inner brow", "zh": "眉头"},
        zone="brows",
        ellipse=Ellipse((20, 21), 0.0, -0.02, 0.14, 0.08),
        touches=("middle_forehead", "glabella", "outer_brow"),
        synonyms={
            "en": (
                "(eye)brow(s)",
                "inner (eye)brow(s)",
                "inner end(s) of the (eye)brow(s)",
                "inner corner(s) of the (eye)brow(s)",
                "inner part(s) of the (eye)brow(s)",
            ),
            "zh": ("内眉", "眉毛内侧", "眉内侧", "眉毛", "双眉", "两眉"),
        },
        both="both inner brows",
    ),
    FacePart(
        "upper_lid",
        names={"en": "upper lid", "zh": "上眼睑"},
        zone="eyes",
        ellipse=Ellipse((37, 38), 0.0, -0.03, 0.14, 0.05),
        touches=("outer_brow", "inner_brow"),
        synonyms={"en": ("(eye)lid(s)", "upper (eye)lid(s)"), "zh": ("上眼皮", "眼睑", "眼皮")},
        both="both upper lids",
    ),
    FacePart(
        "lower_lid",
        names={"en": "lower lid", "zh": "下眼睑"},
        zone="eyes",
        ellipse=Ellipse((40, 41), 0.0, 0.05, 0.15, 0.05),
        synonyms={"en": ("(eye)lid(s)", "lower (eye)lid(s)"), "zh": ("下眼皮", "眼睑", "眼皮")},
        both="both lower lids",
    ),
    FacePart(
        "eye_corner",
        names={"en": "outer corner of the eye", "zh": "外眼角"},
        zone="eyes",
        ellipse=Ellipse((36,), 0.13, 0.0, 0.09, 0.09),
        touches=("outer_brow", "upper_lid", "lower_lid"),
        synonyms={"en": ("outer eye corner(s)", "corner(s) of the eye(s)", "eye corner(s)"), "zh": ("眼角",)},
        both="the outer corners of both eyes",
        rigid=0.6,
    ),
    FacePart(
        "nose_wing",
        names={"en": "wing of the nose", "zh": "鼻翼"},
        zone="nose",
        ellipse=Ellipse((31,), 0.05, -0.05, 0.09, 0.11),
        touches=("nose_root", "nose_tip"),
        synonyms={"en": ("nose wing(s)", "nostril(s)"), "zh": ()},
        both="both wings of the nose",
    ),
    FacePart(
        "cheekbone",
        names={"en": "cheek below the eye", "zh": "颧部"},
        zone="cheeks",
        ellipse=Ellipse((40, 41), 0.04, 0.27, 0.20, 0.11),
        touches=("lower_lid", "eye_corner"),
        synonyms={"en": ("cheek(s)", "cheekbone(s)", "upper cheek(s)"), "zh": ("颧骨", "面颊", "脸颊")},
        both="the cheeks below both eyes",
    ),
    FacePart(
        "cheek",
        names={"en": "lower cheek", "zh": "面颊下部"},
        zone="cheeks",
        ellipse=Ellipse((48, 4), -0.02, -0.08, 0.13, 0.16),
        touches=("cheekbone",),
        synonyms={"en": ("cheek(s)",), "zh": ("面颊", "脸颊")},
        both="both lower cheeks",
    ),
    FacePart(
        "nasolabial_fold",
        names={"en": "fold beside the nose and mouth", "zh": "鼻唇沟"},
        zone="cheeks",
        ellipse=Ellipse((31, 48), 0.08, -0.02, 0.09, 0.14),
        touches=("nose_wing", "cheekbone", "cheek"),
        synonyms={"en": ("nasolabial fold(s)",), "zh": ("法令纹",)},
        both="both folds beside the nose and mouth",
    ),
    FacePart(
        "upper_lip",
        names={"en": "side of the upper lip", "zh": "上唇侧部"},
        zone="mouth",
        ellipse=Ellipse((49, 50), 0.0, -0.05, 0.10, 0.07),
        touches=("middle_upper_lip", "nose_wing", "nasolabial_fold"),
        synonyms={"en": ("upper lip(s)",), "zh": ("上唇",)},
        both="both sides of the upper lip",
        sided="上唇{}侧",
    ),
    FacePart(
        "mouth_corner",
        names={"en": "corner of the mouth", "zh": "嘴角"},
        zone="mouth",
        ellipse=Ellipse((48,), 0.02, 0.0, 0.09, 0.09),
        touches=("cheek", "nasolabial_fold", "upper_lip"),
        synonyms={
            "en": ("mouth corner(s)", "lip corner(s)", "corner(s) of the mouth", "corner(s) of the lip(s)"),
            "zh": ("口角", "唇角"),
        },
        both="both corners of the mouth",
    ),
    FacePart(
        "lower_lip",
        names={"en": "side of the lower lip", "zh": "下唇侧部"},
        zone="mouth",
        ellipse=Ellipse((58, 59), 0.0, 0.04, 0.10, 0.08),
        touches=("middle_lower_lip", "mouth_corner"),
        synonyms={"en": ("lower lip(s)",), "zh": ("下唇",)},
        both="both sides of the lower lip",
        sided="下唇{}侧",
    ),
    FacePart(
        "chin_side",
        names={"en": "side of the chin", "zh": "下巴侧部"},
        zone="chin",
        ellipse=Ellipse((59, 6), 0.0, 0.04, 0.13, 0.13),
        touches=("chin", "cheek", "mouth_corner", "lower_lip"),
        synonyms={"en": ("chin",), "zh": ("下巴", "颏部")},
        both="both sides of the chin",
        sided="下巴{}侧",
    ),
)
PART: dict[str, FacePart] = {row.part: row for row in PARTS}
MIDDLE_PARTS = tuple(row.part for row in PARTS if not row.both)
PAIRED_PARTS = tuple(row.part for row in PARTS if row.both)
REGIONS: tuple[str, ...] = (*MIDDLE_PARTS, *(f"{side}_{part}" for part in PAIRED_PARTS for side in get_args(Side)))
# What moves of itself beside the face: shoulders, a hand, a sleeve. It has no place on the landmarks and no AU.
OUTSIDE_FACE = "outside_face"
CLAIMABLE: tuple[str, ...] = (*REGIONS, OUTSIDE_FACE)
PART_NAMES: dict[str, dict[Language, str]] = {row.part: row.names for row in PARTS} | {
    OUTSIDE_FACE: {"en": "area outside the face", "zh": "面部以外"}
}
_TOUCHING = frozenset(frozenset((row.part, other)) for row in PARTS for other in row.touches)

DIRECTION_NAMES: dict[Direction, dict[Language, str]] = {
    "right": {"en": "to the right", "zh": "向右"},
    "down-right": {"en": "down and to the right", "zh": "向右下"},
    "down": {"en": "down", "zh": "向下"},
    "down-left": {"en": "down and to the left", "zh": "向左下"},
    "left": {"en": "to the left", "zh": "向左"},
    "up-left": {"en": "up and to the left", "zh": "向左上"},
    "up": {"en": "up", "zh": "向上"},
    "up-right": {"en": "up and to the right", "zh": "向右上"},
    "none": {"en": "in no clear direction", "zh": "无明确方向"},
}

COLOUR_NAMES: dict[Colour, dict[Language, str]] = {
    "red": {"en": "red", "zh": "红色"},
    "orange-yellow": {"en": "orange-yellow", "zh": "橙黄色"},
    "yellow-green": {"en": "yellow-green", "zh": "黄绿色"},
    "green": {"en": "green", "zh": "绿色"},
    "cyan": {"en": "cyan", "zh": "青色"},
    "blue": {"en": "blue", "zh": "蓝色"},
    "purple": {"en": "purple", "zh": "紫色"},
    "magenta": {"en": "magenta", "zh": "品红色"},
    "none": {"en": "no colour", "zh": "无色"},
}


@lru_cache(maxsize=256)
def region_side(region: str) -> Side | None:
    """The side of the picture a region lies on; None for the regions in the middle."""
    return "left" if region.startswith("left_") else "right" if region.startswith("right_") else None


@lru_cache(maxsize=256)
def region_part(region: str) -> str:
    """A region's name without its side: `left_cheek` → `cheek`."""
    return region.partition("_")[2] if region_side(region) else region


@lru_cache(maxsize=256)
def region_zone(region: str) -> Zone:
    """The area of the face a region belongs to."""
    return "surroundings" if region == OUTSIDE_FACE else PART[region_part(region)].zone


def opposite(region: str) -> str:
    """The same part on the other side; the region itself when it lies in the middle."""
    side = region_side(region)
    return f"{'right' if side == 'left' else 'left'}_{region_part(region)}" if side else region


def touching(region: str, other: str) -> bool:
    """Whether two regions share skin: their parts touch, and they do not lie on opposite sides of the face."""
    opposite = {region_side(region), region_side(other)} == {"left", "right"}
    return not opposite and frozenset((region_part(region), region_part(other))) in _TOUCHING


def region_name(region: str, lang: Language) -> str:
    """The words for a region; the side is the picture's.

    Args:
        region: One of `CLAIMABLE`.
        lang: `en` or `zh`.

    Returns:
        For example "left corner of the mouth" or "画面左侧嘴角".
    """
    side = region_side(region)
    name = PART_NAMES[region_part(region)][lang]
    if side is None:
        return name
    return f"{side} {name}" if lang == "en" else f"画面{'左' if side == 'left' else '右'}侧{name}"


def picture_side(person_side: PersonSide) -> Side:
    """The side of the picture on which the person's `L` or `R` lies (the only place that converts).

    The corpora film the face from the front and do not mirror, so the person's left is the picture's right.
    """
    return "right" if person_side == "L" else "left"


def octant(dx: float, dy: float) -> Direction:
    """The nearest of the eight directions of a vector.

    Args:
        dx: Pixels to the right.
        dy: Pixels down.

    Returns:
        An octant; `none` for the zero vector.
    """
    if dx == 0 and dy == 0:
        return "none"
    return OCTANTS[round(math.degrees(math.atan2(dy, dx)) / 45) % 8]


def near(a: Direction, b: Direction) -> bool:
    """Whether two directions are the same within the tolerance of `NEAR_OCTANTS`; `none` is near itself only."""
    return (a, b) in _NEAR


def octant_distance(a: Direction, b: Direction) -> int:
    """How many octants lie between two directions, 0 to 4; 8 when just one of them is `none`."""
    if "none" in (a, b):
        return 0 if a == b else 8
    steps = abs(_PLACE[a] - _PLACE[b])
    return min(steps, 8 - steps)


_WAYS: tuple[Direction, ...] = (*OCTANTS, "none")
_NEAR = frozenset((a, b) for a in _WAYS for b in _WAYS if octant_distance(a, b) <= NEAR_OCTANTS)
