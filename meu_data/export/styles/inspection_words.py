"""What the assistant of the style `actfer` thinks between its calls, in both languages."""

from collections.abc import Sequence

from meu_data.choices import Language
from meu_data.export.styles.zooms import ZoomRegion
from meu_data.face.aus import au_label
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES, Intensity, region_name

# The three words of the annotation guides.
_STRENGTH: dict[Intensity, dict[Language, str]] = {
    "slight": {"en": "slightly", "zh": "轻微"},
    "moderate": {"en": "moderately", "zh": "明显"},
    "strong": {"en": "strongly", "zh": "强烈"},
}


def before_detecting(lang: Language) -> str:
    """The first thought."""
    if lang == "en":
        return "The change from onset to apex is small. First I find the face."
    return "从起始帧到顶点帧的变化很小。先找到人脸。"


def before_aligning(faces: int, lang: Language) -> str:
    """With the face's box at hand."""
    if lang == "en":
        found = "There is one face." if faces == 1 else f"There are {faces} faces; this is the largest."
        return f"{found} I level it on both frames and have its motion drawn."
    found = "图中有一张人脸。" if faces == 1 else f"图中有 {faces} 张人脸，这是最大的一张。"
    return f"{found}把两帧中的人脸摆正，并画出其运动。"


def before_zooming(zoom_regions: Sequence[ZoomRegion], lang: Language) -> str:
    """With the map at hand: where it shows motion, and where to look first."""
    names = [region_name(look.claim.region, lang) for look in zoom_regions]
    if lang == "en":
        places = [f"the {name}" for name in names]
        listed = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
        return f"The map shows motion at {listed}. I look closer at {places[0]} first."
    return f"运动图显示{'、'.join(names)}有运动。先放大{names[0]}。"


def nothing_to_zoom(lang: Language) -> str:
    """With a map at hand on which no region is told to move."""
    return "No region of the map calls for a closer look." if lang == "en" else "运动图上没有需要放大观察的部位。"


def reading(look: ZoomRegion, lang: Language) -> str:
    """What an enlarged region shows: its colour, motion and strength, and the unit that it speaks for."""
    claim, name = look.claim, region_name(look.claim.region, lang)
    where, strength = DIRECTION_NAMES[claim.direction][lang], _STRENGTH[claim.intensity][lang]
    colour = COLOUR_NAMES[claim.colour][lang] if claim.colour != "none" else None
    if lang == "en":
        seen = (
            f"The {name} is {colour}: it moved {where}, {strength}."
            if colour
            else f"The {name} moved {where}, {strength}."
        )
        return f"{seen} That speaks for {au_label(look.unit, lang)}." if look.unit else seen
    seen = f"{name}呈{colour}：{where}运动，程度{strength}。" if colour else f"{name}{where}运动，程度{strength}。"
    return f"{seen}这对应{au_label(look.unit, lang)}。" if look.unit else seen


def next_look(look: ZoomRegion, lang: Language) -> str:
    """Which region comes next."""
    name = region_name(look.claim.region, lang)
    return f" Next, the {name}." if lang == "en" else f"再看{name}。"
