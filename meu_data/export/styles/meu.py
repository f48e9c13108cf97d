"""Styles `meu` and `mer`: the two tasks of MELLM, and their mixture `meu+mer`.

MELLM (arXiv 2505.07007) is asked in two parts, the legend of the map and the steps to take, and answers in
three: the motion and its action units, the inference, the conclusion. Its second task asks for the label alone.
Both speak the language of the export, the labels too, so that a mixture does not teach two names for one emotion.
"""

import hashlib
from collections.abc import Iterator

import pyarrow as pa

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.question import map_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.face.emotions import EMOTION_NAMES

_FIELDS = (pa.field("question", pa.string()), pa.field("answer", pa.string()))
_LABELS = (pa.field("task", pa.string()), *LABELS)
_HEADINGS: dict[Language, tuple[str, str, str]] = {
    "en": ("1. Motion and action units: ", "2. Inference: ", "3. Conclusion: "),
    "zh": ("一、运动分析与动作单元识别：", "二、表情推断：", "三、结论："),
}


def understanding(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row of the task `meu`: the answer has three numbered parts."""
    annotation = truth.texts
    stages = (annotation.motion_analysis, annotation.expression_inference, annotation.conclusion)
    parts = (heading + stage.strip() for heading, stage in zip(_HEADINGS[truth.lang], stages, strict=True))
    yield row(truth, "meu", _question(truth, "meu"), "\n".join(parts))


def recognition(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row of the task `mer`: the answer is the label and nothing else."""
    yield row(truth, "mer", _question(truth, "mer"), EMOTION_NAMES[truth.emotion][truth.lang])


def mixture(share: float) -> Style:
    """Both tasks in one set, each sample with one of them: which, is decided by a hash of its id.

    Args:
        share: How many of the samples ask for the whole explanation; 0 to 1.

    Raises:
        MeuError: The share is no such number.
    """
    if not 0 <= share <= 1:
        raise MeuError(f"--mix {share:g}: give the share of explanations as a number from 0 to 1")

    def rows(truth: SampleTruth) -> Iterator[ExportRow]:
        return understanding(truth) if _draw(truth.sample.id) < share else recognition(truth)

    about = (
        "Each row is one micro-expression. Its `task` is `meu`, to explain the motion map in three parts "
        f"(a share of {share:g}), or `mer`, to name the emotion and nothing else."
    )
    return Style("meu+mer", _FIELDS, _LABELS, rows, "answer", True, about)


def _draw(identifier: str) -> float:
    """A number in [0, 1) that a sample always has."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:6], "big") / 2**48


def _question(truth: SampleTruth, task: str) -> str:
    return map_question(task, truth.choices, truth.lang, truth.motion.recipe)


def row(truth: SampleTruth, task: str, question: str, answer: str) -> ExportRow:
    """A row about a sample's map; `task` is `meu` or `mer`."""
    pictures = (motion_map(truth),)
    return ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=answer,
        answer=answer,
        fields={"question": question, "answer": answer},
        labels={"task": task} | labels(truth, pictures),
    )


MEU = Style(
    name="meu",
    fields=_FIELDS,
    labels=_LABELS,
    rows=understanding,
    trains="answer",
    pictured=True,
    about="Each row is one micro-expression: a motion map, MELLM's question in two parts (the legend; the steps), and "
    "an answer in three (the motion and its action units; the inference; the conclusion).",
)
MER = Style(
    name="mer",
    fields=_FIELDS,
    labels=_LABELS,
    rows=recognition,
    trains="answer",
    pictured=True,
    about="Each row is one micro-expression: a motion map, a question, and the emotion's name as the whole answer.",
    drafted=False,
)
