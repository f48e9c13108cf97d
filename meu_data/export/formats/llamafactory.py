"""Dialect `llamafactory`: ShareGPT messages with `<image>` tags, and the `dataset_info.json` that names them.

LLaMA-Factory wants `content` as text and as many `<image>` tags as pictures (src/llamafactory/data/converter.py,
mm_plugin.py). A data set may be a folder, so each split has one (loader.py); `dataset_dir` is the export.
Pairs have the question in `messages` and the answers in `chosen` and `rejected` (`ranking`). Tools are a JSON list
in `tools`; a call is the role `function_call`, whose content is JSON behind the thought, and its answer is
`observation` (formatter.py, `FunctionFormatter`).
"""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meu_data.export.formats.schema import (
    MESSAGE,
    MESSAGES,
    conversation_schema,
    images_of,
    message,
    tagged,
    with_tags,
)
from meu_data.export.styles.row import Row, Style, Turn

_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "observation",
    "function_tag": "function_call",
    "system_tag": "system",
}
_BESIDE: dict[str, list[tuple[str, pa.DataType]]] = {
    "answer": [],
    "preference": [("chosen", MESSAGE), ("rejected", MESSAGE)],
    "trajectory": [("tools", pa.string())],
}


def schema(style: Style) -> pa.Schema:
    """`messages`, what the style's kind of training needs beside it, and `images` where there are pictures."""
    return conversation_schema(style, [("messages", MESSAGES), *_BESIDE[style.trains]])


def row(said: Row, number: int) -> dict[str, Any]:
    """One row: the user's turn and the assistant's, or the whole conversation with tools."""
    return {"id": said.id, **_trained(said), **images_of(said), **said.labels}


def dataset_info(style: Style, splits: Iterable[str]) -> str:
    """The text of `dataset_info.json`: a data set `meu_<split>` for each split."""
    names = ["messages", *(name for name, _ in _BESIDE[style.trains]), *(["images"] if style.pictured else [])]
    columns, ranking = {name: name for name in names}, {"ranking": True} if style.trains == "preference" else {}
    about = {"formatting": "sharegpt", **ranking, "columns": columns, "tags": _TAGS}
    info = {f"meu_{split}": {"file_name": f"data/{split}", **about} for split in sorted(splits)}
    return json.dumps(info, ensure_ascii=False, indent=2) + "\n"


def _trained(said: Row) -> dict[str, Any]:
    if said.turns:
        return {"messages": [_spelled(turn) for turn in said.turns], "tools": said.tools}
    asked, answer = message("user", tagged(said)), message("assistant", said.assistant or "")
    if said.rejected is None:
        return {"messages": [asked, answer]}
    return {"messages": [asked], "chosen": answer, "rejected": message("assistant", said.rejected)}


def _spelled(turn: Turn) -> dict[str, str]:
    if turn.call is None:
        return message("observation" if turn.role == "tool" else turn.role, with_tags(turn.pictures, turn.text))
    # With these very line breaks every release takes the thought off before it reads the call as JSON.
    called = json.dumps(turn.call._asdict(), ensure_ascii=False)
    return message("function_call", f"<think>\n{turn.text}\n</think>\n\n{called}")
