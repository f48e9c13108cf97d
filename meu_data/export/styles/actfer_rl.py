"""Style `actfer-rl`: a face to inspect with tools, and what a reward compares the model's own answer with.

No conversation is given: `meu_data.environments` answers the tools while a trainer samples the model's own. `images`
are the two frames that the question shows, `map` is what `align_face` and `zoom` answer with, `inspection` where things
lie on both. The truth is in the other columns.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.environments.tools import tools_json
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import IMAGE, LABELS, MOTION, labels, motion_map, region_motion
from meu_data.export.styles.question import map_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.export.styles.sight import frames_of, sight_of

_BOX = pa.list_(pa.int64())
INSPECTION = pa.struct(
    [
        ("width", pa.int64()),
        ("height", pa.int64()),
        ("faces", pa.int64()),
        ("onset_bbox", _BOX),
        ("apex_bbox", _BOX),
        ("regions", pa.list_(pa.struct([("region", pa.string()), ("bbox", _BOX)]))),
    ]
)


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: the two frames, the question, the label, the map behind the tools, and the motion that was measured."""
    emotion, pictures, hidden = truth.emotion, frames_of(truth), motion_map(truth)
    question = map_question("actfer", truth.choices, truth.lang, truth.motion.recipe)
    solution, tools = f"<answer>{emotion}</answer>", tools_json(truth.lang)
    seen = {
        "map": hidden.cell,
        "inspection": sight_of(truth).column(),
        "motion": region_motion(truth),
    }
    yield ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=None,
        answer=emotion,
        fields={"problem": question, "solution": solution, "answer": emotion, "tools": tools},
        labels=seen | labels(truth, pictures),
        tools=tools,
        behind_tools=hidden,
    )


STYLE = Style(
    name="actfer-rl",
    fields=(
        pa.field("problem", pa.string()),
        pa.field("solution", pa.string()),
        pa.field("answer", pa.string()),
        pa.field("tools", pa.string()),
    ),
    labels=(
        pa.field("map", IMAGE),
        pa.field("inspection", INSPECTION),
        pa.field("motion", pa.list_(MOTION)),
        *LABELS,
    ),
    rows=rows,
    trains="reward",
    pictured=True,
    about="Each row is one micro-expression to inspect with tools and to answer by reward: the onset and the apex "
    "frame, a question, and the label as `<answer>…</answer>`. `map` and `inspection` are what `detect_face`, "
    "`align_face` and `zoom` of `meu_data.environments` answer with; `motion` is what was measured on each region.",
    drafted=False,
    framed=True,
    aligned=True,
    inspected=True,
)
