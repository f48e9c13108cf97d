"""Style `actfer`: a conversation in which the model uses tools before it answers.

After the idea of ActFER (arXiv 2604.08990): detect and align the face, zoom into informative regions, reason over
action units. Only its abstract is published, so the tools, their answers and the form of the conversation are
ours. The user gives onset and apex; `align_face` answers with the motion map, `zoom` with real crops of it. What
the assistant thinks comes from the annotation: its claims between the calls, its three texts at the end.
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from meu_data.export.samples.pictures import Box, RowPicture, png_size, zooms
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles import inspection_words as words
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.openai_form import OPENAI_MESSAGES, openai_messages
from meu_data.export.styles.question import map_question
from meu_data.export.styles.row import ExportRow, RowTurn, Style, ToolCall
from meu_data.export.styles.tools import ALIGN, DETECT, ZOOM, tools_json
from meu_data.export.styles.unifer_cot import thoughts
from meu_data.export.styles.zooms import ZoomRegion, zoom_regions
from meu_data.records import file_stem


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: the conversation, its pictures in the order in which they are shown."""
    seen = zoom_regions(truth)
    pictures = (*_frames(truth), motion_map(truth), *_crops(truth, seen))
    question = map_question("actfer", truth.sample.corpus, truth.lang, truth.motion.recipe)
    turns = (RowTurn("user", question, pictures=2), *_inspection(truth, seen, pictures[3:]))
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


def _crops(truth: SampleTruth, seen: list[ZoomRegion]) -> list[RowPicture]:
    stem, crops = file_stem(truth.sample.id), zooms(truth.map_png, [look.bbox for look in seen])
    return [
        RowPicture.of(f"{stem}.{look.claim.region}.png", crop, "zoom", look.bbox)
        for look, crop in zip(seen, crops, strict=True)
    ]


def _inspection(truth: SampleTruth, seen: list[ZoomRegion], crops: tuple[RowPicture, ...]) -> Iterator[RowTurn]:
    """What follows the question: calls and answers by turns, then the conclusion."""
    lang, face = truth.lang, _face(truth)
    width, height = truth.motion.width, truth.motion.height
    yield _calling(words.before_detecting(lang), DETECT, image=1)
    yield _answer(0, faces=truth.motion.faces, bbox=list(face), width=width, height=height)
    yield _calling(words.before_aligning(truth.motion.faces, lang), ALIGN, bbox=list(face))
    yield _answer(1, **_size(truth.map_png))
    thought = words.before_zooming(seen, lang) if seen else words.nothing_to_zoom(lang)
    for look, crop, following in zip(seen, crops, [*seen, None][1:], strict=True):
        yield _calling(thought, ZOOM, region=look.claim.region, bbox=list(look.bbox))
        yield _answer(1, **_size(crop.data or b""))
        thought = words.reading(look, lang) + (words.next_look(following, lang) if following else "")
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
