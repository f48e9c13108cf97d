"""Format `verl`: its columns for training by reward or on answers, the labels inside `extra_info`.

For rewards the columns are those of examples/data_preprocess/geo3k.py; the question has one `<image>` for each
picture, which verl counts (verl/utils/dataset/rl_dataset.py). `compute_score` gets `data_source`,
`reward_model.ground_truth` and `extra_info`. For answers they are `messages` and `images` of its supervised trainer
(verl/utils/dataset/multiturn_sft_dataset.py), which learns every turn of the assistant; it would read tools only as
a column of one type, so they are written out in Qwen's tags.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from meu_data.environments.tools import DETECT, TOOL_NAMES
from meu_data.export.formats.format import Columns, Format, in_parquet, not_for, reader
from meu_data.export.formats.row_view import ColumnError, RowView, read_conversation, text_of, turns_of, view_of
from meu_data.export.formats.schema import MESSAGES, images_of, message, tagged, with_footer, with_tags
from meu_data.export.styles.actfer_rl import INSPECTION
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import ExportRow, Style
from meu_data.export.styles.tool_turns import hermes_turns

_ABILITY = "micro-expression"
# What tools answer with. `datasets` must not decode it: a tool wants the file.
_SEEN = ("map", "inspection")
_CREATE = pa.struct([("map", pa.binary()), ("inspection", INSPECTION)])
_TOOLS = (
    pa.field("need_tools_kwargs", pa.bool_()),
    pa.field("tools_kwargs", pa.struct([(name, pa.struct([("create_kwargs", _CREATE)])) for name in TOOL_NAMES])),
)


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
    known = [field for field in style.labels if field.name not in _SEEN]
    extra = pa.struct([*(pa.field(*column) for column in head), *known, *(_TOOLS if style.inspected else ())])
    return with_footer([pa.field("data_source", pa.string()), *own, pa.field("extra_info", extra)])


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """One row; `number` is its place in the split, from 0."""
    extra = {"index": number, "id": row.id, **_labels(row)}
    source = {"data_source": f"meu-data/{row.labels['corpus']}"}
    if row.assistant is not None:
        return {**source, "messages": _messages(row, row.assistant), **images_of(row), "extra_info": extra}
    return {
        **source,
        "prompt": [message("user", tagged(row))],
        **images_of(row),
        "ability": _ABILITY,
        "reward_model": {"style": "rule", "ground_truth": row.answer},
        "extra_info": extra | {"solution": row.fields["solution"]},
    }


def _labels(row: ExportRow) -> dict[str, Any]:
    """The labels; what tools answer with stands where verl hands it to them (verl/utils/dataset/rl_dataset.py)."""
    known = {name: value for name, value in row.labels.items() if name not in _SEEN}
    if "inspection" not in row.labels:
        return known
    picture, inspection = row.labels["map"]["bytes"], row.labels["inspection"]
    # To find the face no map is needed.
    create = {name: {"map": None if name == DETECT else picture, "inspection": inspection} for name in TOOL_NAMES}
    kwargs = {name: {"create_kwargs": values} for name, values in create.items()}
    return known | {"need_tools_kwargs": True, "tools_kwargs": kwargs}


def _messages(row: ExportRow, answer: str) -> list[dict[str, str]]:
    if not row.turns:
        return [message("user", tagged(row)), message("assistant", answer)]
    return [message(turn.role, turn.before + with_tags(turn.pictures, turn.after)) for turn in hermes_turns(row)]


def _read_prompt(row: Columns) -> RowView:
    prompt = turns_of(row, "prompt", "user")
    reward, extra = row.get("reward_model"), row.get("extra_info")
    if not isinstance(reward, Mapping):
        raise ColumnError("reward_model is no struct of style and ground_truth")
    truth = text_of(reward, "ground_truth")
    for name in ("data_source", "ability"):
        text_of(row, name)
    labels = {"answer": truth, **(extra if isinstance(extra, Mapping) else {})}
    solution = text_of(labels, "solution") if labels.get("solution") is not None else truth
    return view_of({**row, **labels}, "prompt", prompt, solution=solution, labels=labels, tags="each")


def _read_messages(row: Columns) -> RowView:
    extra = row.get("extra_info")
    labels = extra if isinstance(extra, Mapping) else {}
    return replace(read_conversation({**labels, **row}, "messages", "each"), labels=labels)


FORMAT = Format(
    "verl",
    in_parquet(schema, write),
    (reader("verl", "prompt reward_model", _read_prompt), reader("verl", "messages extra_info", _read_messages)),
    not_for({"preference": "verl learns by reward or from answers, not from pairs of them; take --style unifer-cot"}),
    tools=True,
)
