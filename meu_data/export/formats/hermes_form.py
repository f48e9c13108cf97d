"""A conversation with tools written out in plain turns, in the tags that Qwen's chat templates use for it.

For trainers that hand no tools to the chat template, or no pictures to a tool's turn. What the model reads is
the same, token for token, as Qwen3-VL's own template makes of tools and calls (chat_template.jinja of
Qwen/Qwen3-VL-8B-Instruct; the format is that of NousResearch's Hermes 2 Pro).
"""

import json
from collections.abc import Iterator
from typing import Literal, NamedTuple

from meu_data.export.styles.row import ExportRow, RowTurn, ToolCall


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
