"""Dialect `ms-swift`: messages with `<image>` tags; for GRPO the user's turn alone, and `solution`.

Given TRL's list `prompt`, ms-swift would make the list itself the text of the question (its ResponsePreprocessor,
swift/dataset/preprocessor/core.py), so GRPO has `messages` too. Further columns reach its reward functions by name.
Pairs are `messages` with the chosen answer and `rejected_response` (`_compat_rejected_response`,
swift/template/template_inputs.py). Tools are a JSON list in `tools`; a thought, a call and its answer are the roles
`assistant`, `tool_call` and `tool_response`, and `<image>` may stand in any of them (docs, Agent-support.md).
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from meu_data.export.formats.schema import MESSAGES, conversation_schema, images_of, message, tagged, with_tags
from meu_data.export.styles.row import Row, Style, Turn

_BESIDE = {"reward": ["solution"], "preference": ["rejected_response"], "trajectory": ["tools"], "answer": []}


def schema(style: Style) -> pa.Schema:
    """`messages`, and beside it what the style's kind of training needs."""
    return conversation_schema(
        style, [("messages", MESSAGES), *((name, pa.string()) for name in _BESIDE[style.trains])]
    )


def row(said: Row, number: int) -> dict[str, Any]:
    """One row."""
    return {"id": said.id, **_trained(said), **images_of(said), **said.labels}


def _trained(said: Row) -> dict[str, Any]:
    if said.turns:
        return {"messages": [part for turn in said.turns for part in _spelled(turn)], "tools": said.tools}
    asked = message("user", tagged(said))
    if said.assistant is None:
        return {"messages": [asked], "solution": said.fields["solution"]}
    answered = {"messages": [asked, message("assistant", said.assistant)]}
    return answered if said.rejected is None else answered | {"rejected_response": said.rejected}


def _spelled(turn: Turn) -> Iterator[dict[str, str]]:
    role = "tool_response" if turn.role == "tool" else turn.role
    # ms-swift joins a thought and its call as they are; Qwen's template has a line break there.
    yield message(role, with_tags(turn.pictures, turn.said) + ("\n" if turn.call else ""))
    if turn.call:
        yield message("tool_call", json.dumps(turn.call._asdict(), ensure_ascii=False))
