"""Style `preference`: the person's text before the machine's, for training on pairs (DPO and the like).

`chosen` and `rejected` are the usual names of such pairs (TRL's preference format). Both texts answer the same
question about the same map, in the form of `unifer-cot`.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.question import cot_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.export.styles.unifer_cot import response


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row, or none where the person left the draft as it was: nothing is better than the other there."""
    if truth.draft is None:
        raise ValueError(f"{truth.sample.id} was gathered without the draft to compare with")
    chosen, rejected = response(truth.texts), response(truth.draft.annotation)
    if chosen == rejected:
        return
    question, pictures = cot_question(truth.choices, truth.lang, truth.motion.recipe), (motion_map(truth),)
    yield ExportRow(
        id=truth.sample.id,
        pictures=pictures,
        user=question,
        assistant=chosen,
        answer=truth.emotion,
        fields={"question": question, "chosen": chosen, "rejected": rejected},
        labels=labels(truth, pictures),
        rejected=rejected,
    )


STYLE = Style(
    name="preference",
    fields=(pa.field("question", pa.string()), pa.field("chosen", pa.string()), pa.field("rejected", pa.string())),
    labels=LABELS,
    rows=rows,
    trains="preference",
    pictured=True,
    about="Each row is one micro-expression whose machine draft a person changed: a motion map, a question, the "
    "person's answer (`chosen`) and the machine's (`rejected`), both as `<think>…</think><answer>…</answer>`.",
    compared=True,
)
