"""The tools of a face inspection, as a model is told of them: a JSON list in the form of OpenAI's function calling."""

import json
from functools import cache
from typing import Any

from meu_data.choices import Language
from meu_data.face.regions import REGIONS

DETECT, ALIGN, ZOOM = TOOL_NAMES = "detect_face", "align_face", "zoom"

DESCRIPTIONS: dict[Language, dict[str, str]] = {
    "en": {
        DETECT: "Finds the largest face on one of the two frames. Answers with its box, in pixels of that frame.",
        ALIGN: "Cuts the face in this box out of both frames, level and at one size, takes the motion of the head out, "
        "and draws how the skin moved from the first to the second as colour over the grey first frame. Answers with "
        "that picture, the motion map.",
        ZOOM: "Cuts a region, or any part, out of the motion map and enlarges it. Answers with that picture. Give the "
        "region or the part, not both.",
        "image": "1 for the onset frame, 2 for the apex frame",
        "face": "left, top, right, bottom of the face, in pixels of the onset frame",
        "region": "what to look at; left and right are those of the picture",
        "part": "left, top, right, bottom of the part to enlarge, in pixels of the motion map",
    },
    "zh": {
        DETECT: "在两帧中的一帧上找到最大的人脸，返回其方框，以该帧的像素为单位。",
        ALIGN: "按方框把人脸从两帧中裁出，摆正并统一大小，去除头部的整体运动，再把皮肤从第一帧到第二帧的位移"
        "以颜色画在灰色的第一帧上。返回这张图，即运动图。",
        ZOOM: "从运动图上裁出一个部位或任意一块并放大，返回这张图。部位与方框只给其一。",
        "image": "1 为起始帧，2 为顶点帧",
        "face": "人脸的左、上、右、下边界，以起始帧的像素为单位",
        "region": "要观察的部位；名称中的 left 与 right 以画面为准",
        "part": "要放大的部分的左、上、右、下边界，以运动图的像素为单位",
    },
}


@cache
def tools_json(lang: Language) -> str:
    """The tools as a JSON list.

    Args:
        lang: The language of the descriptions; names and keys are the same in both.
    """
    return json.dumps([tool(name, lang) for name in TOOL_NAMES], ensure_ascii=False)


def tool(name: str, lang: Language) -> dict[str, Any]:
    """One tool by its name."""
    words = DESCRIPTIONS[lang]
    properties: dict[str, dict[str, Any]] = {
        # No enum: verl knows only enums of texts.
        DETECT: {"image": {"type": "integer", "minimum": 1, "maximum": 2, "description": words["image"]}},
        ALIGN: {"bbox": _box(words["face"])},
        ZOOM: {
            "region": {"type": "string", "enum": list(REGIONS), "description": words["region"]},
            "bbox": _box(words["part"]),
        },
    }[name]
    required = [] if name == ZOOM else list(properties)
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": words[name], "parameters": parameters}}


def _box(description: str) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 4,
        "maxItems": 4,
        "description": description,
    }
