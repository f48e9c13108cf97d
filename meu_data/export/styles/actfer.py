"""Style `actfer`: a conversation in which the model uses tools before it answers.

After the idea of ActFER (arXiv 2604.08990): detect and align the face, zoom into informative regions, reason over
action units. The tools, their answers and the form of the conversation are ours; docs/ucgrpo.md tells the two apart.
The user gives onset and apex; `align_face` answers with the motion map, `zoom` with real crops of it, by the code that
answers in training as well. What the assistant thinks comes from the annotation: its claims between the calls, its
three texts at the end. When a closer look helps is the point, so some conversations have none, and some look in vain.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from meu_data.choices import Language
from meu_data.environments.inspection import Answer, Inspection, Sight
from meu_data.environments.tools import ALIGN, DETECT, ZOOM, tools_json
from meu_data.export.samples.pictures import RowPicture
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.question import map_question
from meu_data.export.styles.row import ExportRow, RowTurn, Style, ToolCall
from meu_data.export.styles.sight import frames_of, sight_of
from meu_data.export.styles.tool_turns import OPENAI_MESSAGES, openai_messages
from meu_data.export.styles.unifer_cot import thoughts
from meu_data.export.styles.zooms import DEFAULT_ZOOM_MIX, Look, ZoomMix, looks, told_regions
from meu_data.face.aus import au_label
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES, Intensity, region_name
from meu_data.records import file_stem


def rows(truth: SampleTruth, mix: ZoomMix) -> Iterator[ExportRow]:
    """One row: the conversation, its pictures in the order in which they are shown."""
    sight = sight_of(truth)
    inspection, pictures = Inspection(sight), [*frames_of(truth)]
    question = map_question("actfer", truth.choices, truth.lang, truth.motion.recipe)
    turns = [RowTurn("user", question, pictures=2)]
    for thought, tool, arguments in _steps(truth, sight, looks(truth, sight.regions, mix)):
        if not tool:
            turns.append(RowTurn("assistant", thought))
            continue
        answer = inspection.call(tool, arguments)
        shown = _picture(truth, answer, arguments)
        pictures += shown
        turns.append(RowTurn("assistant", thought, call=ToolCall(tool, arguments)))
        turns.append(RowTurn("tool", answer.text, pictures=len(shown)))
    tools = tools_json(truth.lang)
    yield ExportRow(
        id=truth.sample.id,
        pictures=tuple(pictures),
        user=question,
        assistant=turns[-1].text,
        answer=truth.emotion,
        fields={"messages": openai_messages(turns), "tools": tools, "answer": truth.emotion},
        labels=labels(truth, pictures),
        turns=tuple(turns),
        tools=tools,
    )


def _picture(truth: SampleTruth, answer: Answer, arguments: dict[str, Any]) -> list[RowPicture]:
    if answer.picture is None:
        return []
    if answer.bbox is None:
        return [motion_map(truth)]
    name = f"{file_stem(truth.sample.id)}.{arguments['region']}.png"
    return [RowPicture.of(name, answer.picture, "zoom", answer.bbox)]


def _steps(truth: SampleTruth, sight: Sight, found: Sequence[Look]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What the assistant thinks, and then calls with what arguments; at the end it concludes and calls nothing."""
    lang, faces = truth.lang, truth.motion.faces
    yield _before_detecting(lang), DETECT, {"image": 1}
    yield _before_aligning(faces, lang), ALIGN, {"bbox": list(sight.onset_box)}
    thought = _before_zooming(found, lang) if found else _without_zooming(told_regions(truth), lang)
    for look, following in zip(found, [*found, None][1:], strict=True):
        yield thought, ZOOM, {"region": look.region}
        thought = _reading(look, lang) + (_next_look(following, lang) if following else "")
    texts = truth.texts
    yield f"<think>{thought}\n{thoughts(texts)}</think><answer>{texts.emotion}</answer>", "", {}


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


def _before_zooming(found: Sequence[Look], lang: Language) -> str:
    """With the map at hand: where it shows motion, and where to look first."""
    moved, first = [look.region for look in found if look.claim], region_name(found[0].region, lang)
    if lang == "en":
        shown = (
            f"The map shows motion at {_listed(moved, lang)}." if moved else "The map shows no motion at first sight."
        )
        return f"{shown} I look closer at the {first} first."
    shown = f"运动图显示{_listed(moved, lang)}有运动。" if moved else "初看之下，运动图上没有运动。"
    return f"{shown}先放大{first}。"


def _without_zooming(moved: Sequence[str], lang: Language) -> str:
    """With a map at hand that says all by itself, or on which no region is told to move."""
    if not moved:
        return "No region of the map calls for a closer look." if lang == "en" else "运动图上没有需要放大观察的部位。"
    if lang == "en":
        return f"The map shows plain motion at {_listed(moved, lang)}; it needs no closer look."
    return f"运动图清楚地显示{_listed(moved, lang)}有运动，无需放大。"


def _listed(regions: Sequence[str], lang: Language) -> str:
    names = [region_name(region, lang) for region in regions]
    if lang == "zh":
        return "、".join(names)
    places = [f"the {name}" for name in names]
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"


def _reading(look: Look, lang: Language) -> str:
    """What an enlarged region shows."""
    shown = _motion(look, lang)
    if not look.doubtful:
        return shown
    if lang == "en":
        return f"{shown} The map is doubtful there, so this weighs little."
    return f"{shown}此处的运动图不可靠，不足为凭。"


def _motion(look: Look, lang: Language) -> str:
    """Its colour, motion and strength, and the unit that it speaks for; or that there is none."""
    claim, name = look.claim, region_name(look.region, lang)
    if claim is None:
        if look.doubtful:
            return f"At the {name} nothing can be told." if lang == "en" else f"{name}无法判断。"
        return f"The {name} is grey: nothing moved there." if lang == "en" else f"{name}呈灰色：没有运动。"
    where, strength = DIRECTION_NAMES[claim.direction][lang], _STRENGTH[claim.intensity][lang]
    colour = COLOUR_NAMES[claim.colour][lang] if claim.colour != "none" else None
    if lang == "en":
        moved = f"it moved {where}, {strength}." if colour else f"The {name} moved {where}, {strength}."
        shown = f"The {name} is {colour}: {moved}" if colour else moved
        return f"{shown} That speaks for {au_label(look.unit, lang)}." if look.unit else shown
    shown = f"{name}呈{colour}：{where}运动，程度{strength}。" if colour else f"{name}{where}运动，程度{strength}。"
    return f"{shown}这对应{au_label(look.unit, lang)}。" if look.unit else shown


def _next_look(look: Look, lang: Language) -> str:
    """Which region comes next."""
    name = region_name(look.region, lang)
    return f" Next, the {name}." if lang == "en" else f"再看{name}。"


def mixture(mix: ZoomMix) -> Style:
    """The style with these shares of conversations without a zoom, and with one that shows nothing."""
    return STYLE._replace(rows=partial(rows, mix=mix))


STYLE = Style(
    name="actfer",
    fields=(
        pa.field("messages", OPENAI_MESSAGES),
        pa.field("tools", pa.string()),
        pa.field("answer", pa.string()),
    ),
    labels=LABELS,
    rows=partial(rows, mix=DEFAULT_ZOOM_MIX),
    trains="trajectory",
    pictured=True,
    about="Each row is one micro-expression examined with tools: the user gives the onset and the apex frame, the "
    "assistant calls `detect_face`, `align_face` (which answers with the motion map) and, where a closer look helps, "
    "`zoom` (which answers with real crops of that map), thinking in `<think>` before every step, and ends with "
    "`<think>…</think><answer>…</answer>`. The conversation is meu-data's own, after ActFER (arXiv 2604.08990).",
    framed=True,
    aligned=True,
)
