"""Style `unifer-cot`: UniFER's chain-of-thought fields, with the picture and the evidence beside them.

UniFER-CoT-230K has `image_path`, `question` and `response` (github.com/zfkarl/UniFER,
train_unifer/src/r1-v/src/open_r1/sft_fer.py) and one picture a row; the other columns are ours.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.authors_text import UNIFER_PREFIX, unifer_question
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.question import cot_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.records import Annotation


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: the map, the question about it, and the answer with its reasons."""
    yield _row(truth, cot_question(truth.choices, truth.lang, truth.motion.recipe))


def authors_rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """The same with UniFER's own question, and with the path of the picture as UniFER opens it."""
    yield _row(truth, unifer_question(truth.choices), UNIFER_PREFIX)


def _row(truth: SampleTruth, question: str, prefix: str = "") -> ExportRow:
    answer, pictures = response(truth.texts), (motion_map(truth),)
    return ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=answer,
        answer=truth.emotion,
        fields={"question": question, "response": answer},
        labels=labels(truth, pictures),
        prefix=prefix,
    )


def response(annotation: Annotation) -> str:
    r"""The three stages inside `<think>`, the emotion inside `<answer>`.

    Matches UniFER's format reward, `<think>.*?</think>\s*<answer>.*?</answer>` over the whole text
    (grpo.py of the same repository): no blank before, none behind.
    """
    return f"<think>{thoughts(annotation)}</think><answer>{annotation.emotion}</answer>"


def thoughts(annotation: Annotation) -> str:
    """The three stages, a paragraph each."""
    stages = (annotation.motion_analysis, annotation.expression_inference, annotation.conclusion)
    return "\n".join(stage.strip() for stage in stages)


STYLE = Style(
    name="unifer-cot",
    fields=(pa.field("question", pa.string()), pa.field("response", pa.string())),
    labels=LABELS,
    rows=rows,
    trains="answer",
    pictured=True,
    about="Each row is one micro-expression: a motion map, a question, and an answer that reasons from the motion to "
    "action units (AUs) and on to the emotion, as `<think>…</think><answer>…</answer>`.",
)
AUTHORS = STYLE._replace(
    rows=authors_rows,
    words="authors",
    lang="en",
    about="Each row is one micro-expression in UniFER's words: a motion map, UniFER's question, and an answer that "
    "reasons from the motion to action units (AUs) and on to the emotion, as `<think>…</think><answer>…</answer>`.",
)
