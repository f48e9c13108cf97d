"""The named areas of a face, the eight directions, and the colours that stand for them on a map.

Region names say the side *in the picture*: `left_cheek` is the cheek at the left of the picture, which
is the person's right one when the camera looks at the face and the picture is not mirrored.
"""

import math
from typing import Literal, get_args

from meu_data.choices import Language

Side = Literal["left", "right"]
PersonSide = Literal["L", "R"]
Direction = Literal["right", "down-right", "down", "down-left", "left", "up-left", "up", "up-right", "none"]
Colour = Literal["red", "orange-yellow", "yellow-green", "green", "cyan", "blue", "purple", "magenta", "none"]
Intensity = Literal["none", "slight", "moderate", "strong"]

INTENSITIES: tuple[Intensity, ...] = get_args(Intensity)

# Clockwise from "right", because y points down: octant k is centred on 45·k degrees.
OCTANTS: tuple[Direction, ...] = get_args(Direction)[:8]

# The colour wheel of the map: hue = angle, so the k-th colour is the k-th octant.
COLOUR_OF: dict[Direction, Colour] = dict(zip(get_args(Direction), get_args(Colour), strict=True))

MIDDLE_PARTS = ("middle_forehead", "glabella", "nose_root", "nose_tip", "middle_upper_lip", "middle_lower_lip", "chin")
PAIRED_PARTS = (
    "forehead",
    "outer_brow",
    "inner_brow",
    "upper_lid",
    "lower_lid",
    "eye_corner",
    "nose_wing",
    "cheekbone",
    "cheek",
    "nasolabial_fold",
    "upper_lip",
    "mouth_corner",
    "lower_lip",
    "chin_side",
)
REGIONS: tuple[str, ...] = (*MIDDLE_PARTS, *(f"{side}_{part}" for part in PAIRED_PARTS for side in get_args(Side)))

PART_NAMES: dict[str, dict[Language, str]] = {
    "middle_forehead": {"en": "middle of the forehead", "zh": "额头中部"},
    "glabella": {"en": "space between the brows", "zh": "眉间"},
    "nose_root": {"en": "root of the nose", "zh": "鼻根"},
    "nose_tip": {"en": "tip of the nose", "zh": "鼻尖"},
    "middle_upper_lip": {"en": "middle of the upper lip", "zh": "上唇中部"},
    "middle_lower_lip": {"en": "middle of the lower lip", "zh": "下唇中部"},
    "chin": {"en": "chin", "zh": "下巴"},
    "forehead": {"en": "side of the forehead", "zh": "额侧"},
    "outer_brow": {"en": "outer brow", "zh": "眉尾"},
    "inner_brow": {"en": "inner brow", "zh": "眉头"},
    "upper_lid": {"en": "upper lid", "zh": "上眼睑"},
    "lower_lid": {"en": "lower lid", "zh": "下眼睑"},
    "eye_corner": {"en": "outer corner of the eye", "zh": "外眼角"},
    "nose_wing": {"en": "wing of the nose", "zh": "鼻翼"},
    "cheekbone": {"en": "cheek below the eye", "zh": "颧部"},
    "cheek": {"en": "lower cheek", "zh": "面颊下部"},
    "nasolabial_fold": {"en": "fold beside the nose and mouth", "zh": "鼻唇沟"},
    "upper_lip": {"en": "side of the upper lip", "zh": "上唇侧部"},
    "mouth_corner": {"en": "corner of the mouth", "zh": "嘴角"},
    "lower_lip": {"en": "side of the lower lip", "zh": "下唇侧部"},
    "chin_side": {"en": "side of the chin", "zh": "下巴侧部"},
}

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


def region_side(region: str) -> Side | None:
    """The side of the picture a region lies on; None for the regions in the middle."""
    head, _, _ = region.partition("_")
    return head if head in get_args(Side) else None  # type: ignore[return-value]


def region_part(region: str) -> str:
    """A region's name without its side: `left_cheek` → `cheek`."""
    return region.partition("_")[2] if region_side(region) else region


def region_name(region: str, lang: Language) -> str:
    """The words for a region; the side is the picture's.

    Args:
        region: One of `REGIONS`.
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


def octant_distance(a: Direction, b: Direction) -> int:
    """How many octants lie between two directions, 0 to 4; 8 when just one of them is `none`."""
    if "none" in (a, b):
        return 0 if a == b else 8
    steps = abs(OCTANTS.index(a) - OCTANTS.index(b))
    return min(steps, 8 - steps)
