"""A conversation with tools spelled out: as OpenAI's chat completions have it, or in the tags of Qwen's templates.

OpenAI's messages are read by chat templates of `transformers`. Plain turns are for trainers that hand no tools to the
template, or no pictures to a tool's turn: what the model reads is the same, token for token, as Qwen3-VL's own
template makes of tools and calls (chat_template.jinja of Qwen/Qwen3-VL-8B-Instruct; the form is that of
NousResearch's Hermes 2 Pro).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from meu_data.export.styles.row import ExportRow, RowTurn, ToolCall

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


class PlainTurn(NamedTuple):
    """A turn that any trainer knows; so many pictures stand in the text between `before` and `after`."""

    role: Literal["system", "user", "assistant"]
    before: str
    pictures: int
    after: str


def hermes_turns(row: ExportRow) -> Iterator[PlainTurn]:
    """The turns of a row's conversation: the tools in the system's, calls and their answers in tags."""
    yield PlainTurn("system", "", 0, _system(row.tools))
    for turn in row.turns:
        yield _plain(turn)


def _plain(turn: RowTurn) -> PlainTurn:
    if turn.role == "tool":
        return PlainTurn("user", "<tool_response>\n", turn.pictures, f"{turn.text}\n</tool_response>")
    called = f"\n{_called(turn.call)}" if turn.call else ""
    return PlainTurn(turn.role, "", turn.pictures, turn.written + called)


def _called(call: ToolCall) -> str:
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    return f'<tool_call>\n{{"name": "{call.name}", "arguments": {arguments}}}\n</tool_call>'


def _system(tools: str) -> str:
    listed = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in json.loads(tools))
    return _SYSTEM.format(tools=listed)


# The wording is the template's: models were trained on it.
_SYSTEM = """\
# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""
