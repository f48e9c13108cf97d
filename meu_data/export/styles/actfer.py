"""Style `actfer`: a conversation in which the model uses tools before it answers.

After the idea of ActFER (arXiv 2604.08990): detect and align the face, zoom into informative regions, reason over
action units. Only its abstract is published, so the tools, their answers and the form of the conversation are
ours. The user gives onset and apex; `align_face` answers with the motion map, `zoom` with real crops of it. What
the assistant thinks comes from the annotation: its claims between the calls, its three texts at the end.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from meu_data.choices import Language
from meu_data.export.samples.pictures import Box, RowPicture, png_size, zooms
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.question import map_question
from meu_data.export.styles.row import ExportRow, RowTurn, Style, ToolCall
from meu_data.export.styles.tool_turns import OPENAI_MESSAGES, openai_messages
from meu_data.export.styles.unifer_cot import thoughts
from meu_data.export.styles.zooms import ZoomRegion, zoom_regions
from meu_data.face.aus import au_label
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES, REGIONS, Intensity, region_name
from meu_data.records import file_stem

DETECT, ALIGN, ZOOM = "detect_face", "align_face", "zoom"

_DESCRIPTIONS: dict[Language, dict[str, str]] = {
    "en": {
        DETECT: "Finds the largest face on one of the two frames. Answers with its box, in pixels of that frame.",
        ALIGN: "Cuts the face in this box out of both frames, level and at one size, takes the motion of the head out, "
        "and draws how the skin moved from the first to the second as colour over the grey first frame. Answers with "
        "that picture, the motion map.",
        ZOOM: "Cuts a region out of the motion map and enlarges it. Answers with that picture.",
        "image": "1 for the onset frame, 2 for the apex frame",
        "face": "left, top, right, bottom of the face, in pixels of the onset frame",
        "region": "what to look at; left and right are those of the picture",
        "part": "left, top, right, bottom of the part to enlarge, in pixels of the motion map",
    },
    "zh": {
        DETECT: "在两帧中的一帧上找到最大的人脸，返回其方框，以该帧的像素为单位。",
        ALIGN: "按方框把人脸从两帧中裁出，摆正并统一大小，去除头部的整体运动，再把皮肤从第一帧到第二帧的位移"
        "以颜色画在灰色的第一帧上。返回这张图，即运动图。",
        ZOOM: "从运动图上裁出一个区域并放大，返回这张图。",
        "image": "1 为起始帧，2 为顶点帧",
        "face": "人脸的左、上、右、下边界，以起始帧的像素为单位",
        "region": "要观察的部位；名称中的 left 与 right 以画面为准",
        "part": "要放大的部分的左、上、右、下边界，以运动图的像素为单位",
    },
}


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: the conversation, its pictures in the order in which they are shown."""
    regions = zoom_regions(truth)
    pictures = (*_frames(truth), motion_map(truth), *_crops(truth, regions))
    question = map_question("actfer", truth.choices, truth.lang, truth.motion.recipe)
    turns = (RowTurn("user", question, pictures=2), *_inspection(truth, regions, pictures[3:]))
    tools = tools_json(truth.lang)
    yield ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=turns[-1].text,
        answer=truth.emotion,
        fields={"messages": openai_messages(turns), "tools": tools, "answer": truth.emotion},
        labels=labels(truth, pictures),
        turns=turns,
        tools=tools,
    )


def _frames(truth: SampleTruth) -> tuple[RowPicture, RowPicture]:
    if truth.pair is None:
        raise ValueError(f"{truth.sample.id} was gathered without its frames")
    stem, (onset, apex) = file_stem(truth.sample.id), truth.pair
    return (
        RowPicture.of(f"{stem}.onset.{onset.ending}", onset.data, "onset"),
        RowPicture.of(f"{stem}.apex.{apex.ending}", apex.data, "apex"),
    )


def _crops(truth: SampleTruth, regions: list[ZoomRegion]) -> list[RowPicture]:
    stem, crops = file_stem(truth.sample.id), zooms(truth.map_png, [region.bbox for region in regions])
    return [
        RowPicture.of(f"{stem}.{region.claim.region}.png", crop, "zoom", region.bbox)
        for region, crop in zip(regions, crops, strict=True)
    ]


def _inspection(truth: SampleTruth, regions: list[ZoomRegion], crops: tuple[RowPicture, ...]) -> Iterator[RowTurn]:
    """What follows the question: calls and answers by turns, then the conclusion."""
    lang, face = truth.lang, _face(truth)
    width, height = truth.motion.width, truth.motion.height
    yield _calling(_before_detecting(lang), DETECT, image=1)
    yield _answer(0, faces=truth.motion.faces, bbox=list(face), width=width, height=height)
    yield _calling(_before_aligning(truth.motion.faces, lang), ALIGN, bbox=list(face))
    yield _answer(1, **_size(truth.map_png))
    thought = _before_zooming(regions, lang) if regions else _nothing_to_zoom(lang)
    for region, crop, following in zip(regions, crops, [*regions, None][1:], strict=True):
        yield _calling(thought, ZOOM, region=region.claim.region, bbox=list(region.bbox))
        yield _answer(1, **_size(crop.data or b""))
        thought = _reading(region, lang) + (_next_look(following, lang) if following else "")
    texts = truth.texts
    yield RowTurn("assistant", f"<think>{thought}\n{thoughts(texts)}</think><answer>{texts.emotion}</answer>")


def _calling(thought: str, tool: str, **arguments: Any) -> RowTurn:  # noqa: ANN401 - JSON
    return RowTurn("assistant", thought, call=ToolCall(tool, arguments))


def _answer(pictures: int, **values: Any) -> RowTurn:  # noqa: ANN401 - JSON
    return RowTurn("tool", json.dumps(values), pictures=pictures)


def _size(png: bytes) -> dict[str, int]:
    width, height = png_size(png)
    return {"width": width, "height": height}


def _face(truth: SampleTruth) -> Box:
    """The detection's box as far as it lies on the frame."""
    left, top, right, bottom = truth.motion.face_box
    return max(left, 0), max(top, 0), min(right, truth.motion.width), min(bottom, truth.motion.height)


# The three words of the annotation guides.
_STRENGTH: dict[Intensity, dict[Language, str]] = {
    "slight": {"en": "slightly", "zh": "轻微"},
    "moderate": {"en": "moderately", "zh": "明显"},
    "strong": {"en": "strongly", "zh": "强烈"},
}


def _before_detecting(lang: Language) -> str:
    """The first thought."""
    if lang == "en":
        return "The change from onset to apex is small. First I find the face."
    return "从起始帧到顶点帧的变化很小。先找到人脸。"


def _before_aligning(faces: int, lang: Language) -> str:
    """With the face's box at hand."""
    if lang == "en":
        found = "There is one face." if faces == 1 else f"There are {faces} faces; this is the largest."
        return f"{found} I level it on both frames and have its motion drawn."
    found = "图中有一张人脸。" if faces == 1 else f"图中有 {faces} 张人脸，这是最大的一张。"
    return f"{found}把两帧中的人脸摆正，并画出其运动。"


def _before_zooming(regions: Sequence[ZoomRegion], lang: Language) -> str:
    """With the map at hand: where it shows motion, and where to look first."""
    names = [region_name(region.claim.region, lang) for region in regions]
    if lang == "en":
        places = [f"the {name}" for name in names]
        listed = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
        return f"The map shows motion at {listed}. I look closer at {places[0]} first."
    return f"运动图显示{'、'.join(names)}有运动。先放大{names[0]}。"


def _nothing_to_zoom(lang: Language) -> str:
    """With a map at hand on which no region is told to move."""
    return "No region of the map calls for a closer look." if lang == "en" else "运动图上没有需要放大观察的部位。"


def _reading(region: ZoomRegion, lang: Language) -> str:
    """What an enlarged region shows: its colour, motion and strength, and the unit that it speaks for."""
    claim, name = region.claim, region_name(region.claim.region, lang)
    where, strength = DIRECTION_NAMES[claim.direction][lang], _STRENGTH[claim.intensity][lang]
    colour = COLOUR_NAMES[claim.colour][lang] if claim.colour != "none" else None
    if lang == "en":
        shown = (
            f"The {name} is {colour}: it moved {where}, {strength}."
            if colour
            else f"The {name} moved {where}, {strength}."
        )
        return f"{shown} That speaks for {au_label(region.unit, lang)}." if region.unit else shown
    shown = f"{name}呈{colour}：{where}运动，程度{strength}。" if colour else f"{name}{where}运动，程度{strength}。"
    return f"{shown}这对应{au_label(region.unit, lang)}。" if region.unit else shown


def _next_look(region: ZoomRegion, lang: Language) -> str:
    """Which region comes next."""
    name = region_name(region.claim.region, lang)
    return f" Next, the {name}." if lang == "en" else f"再看{name}。"


@cache
def tools_json(lang: Language) -> str:
    """The tools as a JSON list in the form of OpenAI's function calling.

    Args:
        lang: The language of the descriptions; names and keys are the same in both.
    """
    words = _DESCRIPTIONS[lang]
    image = {"type": "integer", "enum": [1, 2], "description": words["image"]}
    region = {"type": "string", "enum": list(REGIONS), "description": words["region"]}
    tools = [
        _tool(DETECT, words, image=image),
        _tool(ALIGN, words, bbox=_box(words["face"])),
        _tool(ZOOM, words, region=region, bbox=_box(words["part"])),
    ]
    return json.dumps(tools, ensure_ascii=False)


def _box(description: str) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 4,
        "maxItems": 4,
        "description": description,
    }


def _tool(name: str, words: dict[str, str], **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": words[name], "parameters": parameters}}


STYLE = Style(
    name="actfer",
    fields=(
        pa.field("messages", OPENAI_MESSAGES),
        pa.field("tools", pa.string()),
        pa.field("answer", pa.string()),
    ),
    labels=LABELS,
    rows=rows,
    trains="trajectory",
    pictured=True,
    about="Each row is one micro-expression examined with tools: the user gives the onset and the apex frame, the "
    "assistant calls `detect_face`, `align_face` (which answers with the motion map) and `zoom` (which answers with "
    "real crops of that map), thinking in `<think>` before every step, and ends with "
    "`<think>…</think><answer>…</answer>`. The conversation is meu-data's own, after the abstract of ActFER "
    "(arXiv 2604.08990).",
    framed=True,
    aligned=True,
)
