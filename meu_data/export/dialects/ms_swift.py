"""Dialect `ms-swift`: messages with `<image>` tags; for GRPO the user's turn alone, and `solution`.

Given TRL's list `prompt`, ms-swift would make the list itself the text of the question (its ResponsePreprocessor,
swift/dataset/preprocessor/core.py), so GRPO has `messages` too. Further columns reach its reward functions by name.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.dialects.schema import MESSAGES, conversation_schema, images_of, message, tagged
from meu_data.export.styles.row import Row, Style


def schema(style: Style) -> pa.Schema:
    """`messages`, with `solution` where the style trains by reward."""
    reward = [("solution", pa.string())] if style.trains == "reward" else []
    return conversation_schema(style, [("messages", MESSAGES), *reward])


def row(said: Row, number: int) -> dict[str, Any]:
    """One row."""
    messages = [message("user", tagged(said))]
    reward = {}
    if said.assistant is None:
        reward["solution"] = said.fields["solution"]
    else:
        messages.append(message("assistant", said.assistant))
    return {"id": said.id, "messages": messages, **reward, **images_of(said), **said.labels}
