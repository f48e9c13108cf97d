"""A conversation with tools as OpenAI's chat completions spell it, which chat templates of `transformers` read."""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meu_data.export.styles.row import RowTurn

# An `image` part stands for the next picture of the row's `images`. OpenAI's own tools answer in text only; pictures in
# their answers are what the templates of Qwen3-VL and others added.
CONTENT = pa.list_(pa.struct([("type", pa.string()), ("text", pa.string())]))
_FUNCTION = pa.struct([("name", pa.string()), ("arguments", pa.string())])
_CALLS = pa.list_(pa.struct([("id", pa.string()), ("type", pa.string()), ("function", _FUNCTION)]))
OPENAI_MESSAGES = pa.list_(
    pa.struct(
        [
            ("role", pa.string()),
            ("content", CONTENT),
            ("tool_calls", _CALLS),
            ("tool_call_id", pa.string()),
            ("name", pa.string()),
        ]
    )
)


def content(pictures: int, text: str) -> list[dict[str, str | None]]:
    """The parts of a message: so many pictures, then the text."""
    return [*({"type": "image", "text": None} for _ in range(pictures)), {"type": "text", "text": text}]


def openai_messages(turns: Iterable[RowTurn]) -> list[dict[str, Any]]:
    """The messages; `arguments` is JSON in a string, as OpenAI has it, so that all calls have one type of column."""
    messages: list[dict[str, Any]] = []
    call_id, name = None, None
    for turn in turns:
        message: dict[str, Any] = {"role": turn.role, "content": content(turn.pictures, turn.written)}
        message |= {"tool_calls": None, "tool_call_id": None, "name": None}
        if turn.call is not None:
            call_id, name = f"call_{len(messages):02d}", turn.call.name
            function = {"name": name, "arguments": json.dumps(turn.call.arguments, ensure_ascii=False)}
            message["tool_calls"] = [{"id": call_id, "type": "function", "function": function}]
        elif turn.role == "tool":
            message |= {"tool_call_id": call_id, "name": name}
        messages.append(message)
    return messages
