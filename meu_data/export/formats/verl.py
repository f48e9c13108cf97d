"""Dialect `verl`: its columns for training by reward or on answers, the labels inside `extra_info`.

For rewards the columns are those of examples/data_preprocess/geo3k.py; the question has one `<image>` for each
picture, which verl counts (verl/utils/dataset/rl_dataset.py). `compute_score` gets `data_source`,
`reward_model.ground_truth` and `extra_info`. For answers they are `messages` and `images` of its supervised trainer
(verl/utils/dataset/multiturn_sft_dataset.py), which learns every turn of the assistant; it would read tools only as
a column of one type, so they are written out in Qwen's tags.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.hermes_form import hermes_turns
from meu_data.export.formats.schema import MESSAGES, images_of, message, tagged, with_footer, with_tags
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import Row, Style

_ABILITY = "micro-expression"


def schema(style: Style) -> pa.Schema:
    """`data_source`; `prompt`, `images`, `ability`, `reward_model`, or `messages` and `images`; `extra_info`."""
    images = [pa.field("images", pa.list_(IMAGE))] if style.pictured else []
    head = [("index", pa.int64()), ("id", pa.string())]
    if style.trains == "reward":
        ground_truth = pa.struct([("style", pa.string()), ("ground_truth", pa.string())])
        own = [pa.field("prompt", MESSAGES), *images]
        own += [pa.field("ability", pa.string()), pa.field("reward_model", ground_truth)]
        head.append(("solution", pa.string()))
    else:
        own = [pa.field("messages", MESSAGES), *images]
    extra = pa.struct([*(pa.field(*column) for column in head), *style.labels])
    return with_footer([pa.field("data_source", pa.string()), *own, pa.field("extra_info", extra)])


def row(said: Row, number: int) -> dict[str, Any]:
    """One row; `number` is its place in the split, from 0."""
    extra = {"index": number, "id": said.id, **said.labels}
    source = {"data_source": f"meu-data/{said.labels['corpus']}"}
    if said.assistant is not None:
        return {**source, "messages": _messages(said, said.assistant), **images_of(said), "extra_info": extra}
    return {
        **source,
        "prompt": [message("user", tagged(said))],
        **images_of(said),
        "ability": _ABILITY,
        "reward_model": {"style": "rule", "ground_truth": said.answer},
        "extra_info": extra | {"solution": said.fields["solution"]},
    }


def _messages(said: Row, answer: str) -> list[dict[str, str]]:
    if not said.turns:
        return [message("user", tagged(said)), message("assistant", answer)]
    return [message(turn.role, turn.before + with_tags(turn.pictures, turn.after)) for turn in hermes_turns(said)]
