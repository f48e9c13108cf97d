"""Whether the calls of a conversation with tools can be made, and are answered.

Calls are spelled as OpenAI has them (`tool_calls`), as LLaMA-Factory and ms-swift have them (a turn of its own whose
text is the call), or in the tags of Qwen's chat templates (`<tool_call>` in the assistant's text, the answer as
`<tool_response>` in the user's, the tools in the system's).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meu_data.errors import printable
from meu_data.export.formats.row_view import TAG, RowView, TurnView

_THINK_END = "</think>"
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
_RESPONSE = "<tool_response>"
_TOOLS, _TOOLS_END = "<tools>\n", "\n</tools>"


def check_tools(view: RowView) -> list[str] | None:
    """Whether every call names a tool that the row offers, has the arguments that this wants, and is answered.

    Returns:
        What is wrong; None where the row has no tools and calls none.
    """
    offered = _offered(view)
    steps = list(_steps(view.turns))
    if offered is None and not steps:
        return None
    required = _required(offered)
    if required is None:
        return ["the tools are no list of functions with a name, as OpenAI has it"]
    calls = [call for kind, call in steps if kind == "call"]
    wrong = [problem for call in calls if (problem := _problem(call, required))]
    return wrong if _answered(kind for kind, _ in steps) else [*wrong, "calls of tools and their answers do not pair"]


def _answered(kinds: Iterable[str]) -> bool:
    """Whether as many answers follow as there were calls; several calls may be made at once."""
    open_calls = 0
    for kind in kinds:
        open_calls += 1 if kind == "call" else -1
        if open_calls < 0:
            return False
    return not open_calls


def _offered(view: RowView) -> Any:  # noqa: ANN401
    """The tools of a row; None where it has none."""
    tools = view.labels.get("tools")
    if tools:
        return tools
    systems = (turn.text.partition(_TOOLS)[2] for turn in view.turns if turn.role == "system" and _TOOLS in turn.text)
    return next((text.partition(_TOOLS_END)[0].splitlines() for text in systems), None)


def _required(offered: object) -> dict[str, set[str]] | None:
    """The arguments that each tool wants; None where the tools are not told as OpenAI has it."""
    required = {}
    try:
        listed = json.loads(offered) if isinstance(offered, str) else offered
        for tool in listed:  # type: ignore[union-attr]
            value = json.loads(tool) if isinstance(tool, str) else tool
            function = value.get("function", value)
            wanted = (function.get("parameters") or {}).get("required") or []
            required[function["name"]] = {name for name in wanted if isinstance(name, str)}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return required if all(isinstance(name, str) for name in required) else None


def _steps(turns: tuple[TurnView, ...]) -> Iterator[tuple[str, Any]]:
    """Calls and answers in their order."""
    for turn in turns:
        if turn.is_tool or (turn.asks and turn.text.replace(TAG, "").lstrip().startswith(_RESPONSE)):
            yield "answer", None
        elif turn.calls:
            yield from (("call", call) for call in (turn.calls if isinstance(turn.calls, list) else [turn.calls]))
        elif turn.calls_tool:
            # LLaMA-Factory has the thought before it.
            yield "call", _parsed(turn.text.rpartition(_THINK_END)[2])
        elif turn.answers:
            yield from (("call", _parsed(value.partition(_CALL_END)[0])) for value in turn.text.split(_CALL)[1:])


def _problem(call: object, required: Mapping[str, set[str]]) -> str | None:
    function = call.get("function", call) if isinstance(call, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(name, str):
        return "a call of a tool is no JSON with the tool's name"
    if name not in required:
        return f"{printable(name)!r} is called, the tools are {', '.join(sorted(map(printable, required)))}"
    arguments = _parsed(function.get("arguments"))
    if not isinstance(arguments, Mapping):
        return f"the arguments of {name!r} are no JSON object"
    missing = sorted(required[name] - arguments.keys())
    return f"{name!r} is called without {printable(missing[0])!r}" if missing else None


def _parsed(value: object) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
