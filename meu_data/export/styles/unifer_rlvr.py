"""Style `unifer-rlvr`: a question and the label that a reward compares the model's own answer with.

UniFER-RLVR-360K has `image_path`, `problem` and `solution` (github.com/zfkarl/UniFER,
train_unifer/src/r1-v/src/open_r1/grpo.py); the rewards that look at more than the label find it in the other columns.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.authors_text import UNIFER_PREFIX, unifer_question
from meu_data.export.styles.columns import LABELS, MOTION, labels, motion_map, region_motion
from meu_data.export.styles.question import cot_question
from meu_data.export.styles.row import ExportRow, Style


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: the map, the question about it, the label, and the motion that was measured."""
    yield _row(truth, cot_question(truth.choices, truth.lang, truth.motion.recipe))


def authors_rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """The same with UniFER's own question, and with the path of the picture as UniFER opens it."""
    yield _row(truth, unifer_question(truth.choices), UNIFER_PREFIX)


def _row(truth: SampleTruth, question: str, prefix: str = "") -> ExportRow:
    emotion, pictures = truth.emotion, (motion_map(truth),)
    solution = f"<answer>{emotion}</answer>"
    return ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=None,
        answer=emotion,
        fields={"problem": question, "solution": solution, "answer": emotion},
        labels={"motion": region_motion(truth)} | labels(truth, pictures),
        prefix=prefix,
    )


STYLE = Style(
    name="unifer-rlvr",
    fields=(
        pa.field("problem", pa.string()),
        pa.field("solution", pa.string()),
        pa.field("answer", pa.string()),
    ),
    labels=(pa.field("motion", pa.list_(MOTION)), *LABELS),
    rows=rows,
    trains="reward",
    pictured=True,
    about="Each row is one micro-expression to reason about with a reward: a motion map, a question, and the label as "
    "`<answer>…</answer>`. `motion` is what was measured on each region of the face, for rewards that check claims.",
)
AUTHORS = STYLE._replace(
    rows=authors_rows,
    words="authors",
    lang="en",
    about="Each row is one micro-expression to reason about with a reward, in UniFER's words: a motion map, UniFER's "
    "question, and the label as `<answer>…</answer>`. `motion` is what was measured on each region of the face.",
)
