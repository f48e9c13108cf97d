"""Dialect `llamafactory`: ShareGPT messages with `<image>` tags, and the `dataset_info.json` that names them.

LLaMA-Factory wants `content` as text and as many `<image>` tags as pictures (src/llamafactory/data/converter.py,
mm_plugin.py). A data set may be a folder, so each split has one (loader.py); `dataset_dir` is the export.
"""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meu_data.export.dialects.schema import MESSAGES, conversation_schema, images_of, message, tagged
from meu_data.export.styles.row import Row, Style

_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}


def schema(style: Style) -> pa.Schema:
    """`messages` and, where there are pictures, `images`."""
    return conversation_schema(style, [("messages", MESSAGES)])


def row(said: Row, number: int) -> dict[str, Any]:
    """One row: the user's turn and the assistant's."""
    messages = [message("user", tagged(said)), message("assistant", said.assistant or "")]
    return {"id": said.id, "messages": messages, **images_of(said), **said.labels}


def dataset_info(style: Style, splits: Iterable[str]) -> str:
    """The text of `dataset_info.json`: a data set `meu_<split>` for each split."""
    columns = {"messages": "messages"} | ({"images": "images"} if style.pictured else {})
    info = {
        f"meu_{split}": {"file_name": f"data/{split}", "formatting": "sharegpt", "columns": columns, "tags": _TAGS}
        for split in sorted(splits)
    }
    return json.dumps(info, ensure_ascii=False, indent=2) + "\n"
