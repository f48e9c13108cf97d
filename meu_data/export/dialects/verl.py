"""Dialect `verl`: its columns for training by reward, the labels inside `extra_info`.

The columns are those of examples/data_preprocess/geo3k.py; the question has one `<image>` for each picture, which
verl counts (verl/utils/dataset/rl_dataset.py). `compute_score` gets `data_source`, `reward_model.ground_truth` and
`extra_info`.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.dialects.schema import MESSAGES, images_of, message, tagged, with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import Row, Style

_ABILITY = "micro-expression"


def schema(style: Style) -> pa.Schema:
    """`data_source`, `prompt`, `images`, `ability`, `reward_model`, `extra_info`."""
    head = [("index", pa.int64()), ("id", pa.string()), ("solution", pa.string())]
    return with_footer(
        [
            pa.field("data_source", pa.string()),
            pa.field("prompt", MESSAGES),
            pa.field("images", pa.list_(IMAGE)),
            pa.field("ability", pa.string()),
            pa.field("reward_model", pa.struct([("style", pa.string()), ("ground_truth", pa.string())])),
            pa.field("extra_info", pa.struct([*(pa.field(*column) for column in head), *style.labels])),
        ]
    )


def row(said: Row, number: int) -> dict[str, Any]:
    """One row; `number` is its place in the split, from 0."""
    extra = {"index": number, "id": said.id, "solution": said.fields["solution"], **said.labels}
    return {
        "data_source": f"meu-data/{said.labels['corpus']}",
        "prompt": [message("user", tagged(said))],
        **images_of(said),
        "ability": _ABILITY,
        "reward_model": {"style": "rule", "ground_truth": said.answer},
        "extra_info": extra,
    }
