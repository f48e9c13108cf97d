"""Style `unifer-cot`: UniFER's chain-of-thought fields, with the picture and the evidence beside them.

UniFER-CoT-230K has `image_path`, `question` and `response` (github.com/zfkarl/UniFER,
train_unifer/src/r1-v/src/open_r1/sft_fer.py) and one picture a row; the other columns are ours.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.question import cot_question
from meu_data.export.rows import Truth
from meu_data.export.styles.columns import IMAGE, LABELS, image_name, labels

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("images", pa.list_(IMAGE)),
        ("image_path", pa.string()),
        ("question", pa.string()),
        ("response", pa.string()),
        *LABELS,
    ]
)


def row(truth: Truth) -> dict[str, Any]:
    """One row: the map, the question about it, and the answer with its reasons."""
    name = image_name(truth)
    return {
        "id": truth.sample.id,
        "images": [{"bytes": truth.map_png, "path": name}],
        "image_path": name,
        "question": cot_question(truth.sample.corpus, truth.lang, truth.motion.recipe),
        "response": response(truth),
        **labels(truth),
    }


def response(truth: Truth) -> str:
    r"""The three stages inside `<think>`, the corpus's emotion inside `<answer>`.

    Matches UniFER's format reward, `<think>.*?</think>\s*<answer>.*?</answer>` over the whole text
    (grpo.py of the same repository): no blank before, none behind.
    """
    annotation = truth.annotation
    stages = (annotation.motion_analysis, annotation.expression_inference, annotation.conclusion)
    thoughts = "\n".join(stage.strip() for stage in stages)
    return f"<think>{thoughts}</think><answer>{truth.sample.emotion}</answer>"
