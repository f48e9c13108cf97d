"""Whether the calls of a conversation with tools can be made, and are answered.

Calls are spelled as OpenAI has them (`tool_calls`), as LLaMA-Factory and ms-swift have them (a turn of its own whose
text is the call), or in the tags of Qwen's chat templates (`<tool_call>` in the assistant's text, the answer as
`<tool_response>` in the user's, the tools in the system's).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from meu_data.checking.rules.arguments import why_not
from meu_data.checking.rules.picture_size import Size, size_of
from meu_data.errors import printable
from meu_data.export.formats.row_view import TAG, RowView, TurnView

_THINK_END = "</think>"
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
_RESPONSE, _RESPONSE_END = "<tool_response>", "</tool_response>"
# Its answer is a look at part of a picture: the box in it and later ones are still about that picture.
_ZOOM = "zoom"
_TOOLS, _TOOLS_END = "<tools>\n", "\n</tools>"


class _Step(NamedTuple):
    """A call, an answer or what the user shows; the pictures of the row from `first` to `shown` stand in it."""

    kind: Literal["user", "call", "answer"]
    value: Any
    first: int
    shown: int


def check_tools(view: RowView) -> list[str] | None:
    """Whether every call names a tool that the row offers, has arguments as its schema wants them, and is answered.

    A box has to lie in the picture that it is about: the one that the last answer with a size told of, but for what
    `zoom` answers, else the first one that the user shows. A size that an answer tells is that of the picture in it.

    Returns:
        What is wrong; None where the row has no tools and calls none.
    """
    offered = _offered(view)
    steps = list(_steps(view.turns))
    if offered is None and not any(step.kind != "user" for step in steps):
        return None
    wanted = _wanted(offered)
    if wanted is None:
        return ["the tools are no list of functions with a name, as OpenAI has it"]
    wrong = [problem for step in steps if step.kind == "call" and (problem := _problem(step.value, wanted))]
    if not _answered(step.kind for step in steps if step.kind != "user"):
        wrong.append("calls of tools and their answers do not pair")
    return wrong or list(_outside(steps, view))


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


def _wanted(offered: object) -> dict[str, Mapping[str, Any]] | None:
    """The schema of each tool's arguments; None where the tools are not told as OpenAI has it."""
    wanted: dict[str, Mapping[str, Any]] = {}
    try:
        listed = json.loads(offered) if isinstance(offered, str) else offered
        for tool in listed:  # type: ignore[union-attr]
            value = json.loads(tool) if isinstance(tool, str) else tool
            function = value.get("function", value)
            parameters = function.get("parameters") or {}
            # A column of Parquet has one type for all tools, and null where a tool has no such key.
            wanted[function["name"]] = parameters if isinstance(parameters, Mapping) else {}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return wanted if all(isinstance(name, str) for name in wanted) else None


def _steps(turns: tuple[TurnView, ...]) -> Iterator[_Step]:
    """What the user shows, calls and answers, in their order."""
    shown = 0
    for turn in turns:
        first, shown = shown, shown + (turn.text.count(TAG) if turn.parts is None else turn.parts)
        if turn.is_tool or (turn.asks and turn.text.replace(TAG, "").lstrip().startswith(_RESPONSE)):
            text = turn.text.replace(TAG, "").strip().removeprefix(_RESPONSE).removesuffix(_RESPONSE_END)
            yield _Step("answer", _parsed(text), first, shown)
        elif turn.asks:
            yield _Step("user", None, first, shown)
        elif turn.calls:
            listed = turn.calls if isinstance(turn.calls, list) else [turn.calls]
            yield from (_Step("call", call, first, shown) for call in listed)
        elif turn.calls_tool:
            # LLaMA-Factory has the thought before it.
            yield _Step("call", _parsed(turn.text.rpartition(_THINK_END)[2]), first, shown)
        elif turn.answers:
            for value in turn.text.split(_CALL)[1:]:
                yield _Step("call", _parsed(value.partition(_CALL_END)[0]), first, shown)


def _call(call: object) -> tuple[str | None, Any]:
    """The name of what is called, and its arguments."""
    function = call.get("function", call) if isinstance(call, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(name, str):
        return None, None
    return name, _parsed(function.get("arguments"))


def _problem(call: object, wanted: Mapping[str, Mapping[str, Any]]) -> str | None:
    name, arguments = _call(call)
    if name is None:
        return "a call of a tool is no JSON with the tool's name"
    if name not in wanted:
        return f"{printable(name)!r} is called, the tools are {', '.join(sorted(map(printable, wanted)))}"
    if not isinstance(arguments, Mapping):
        return f"the arguments of {name!r} are no JSON object"
    required = wanted[name].get("required")
    missing = sorted({one for one in required or () if isinstance(one, str)} - arguments.keys())
    if missing:
        return f"{name!r} is called without {printable(missing[0])!r}"
    wrong = why_not(arguments, wanted[name])
    return f"{printable(name)!r} is called with {wrong}" if wrong else None


def _outside(steps: Sequence[_Step], view: RowView) -> Iterator[str]:
    """Boxes beyond their picture, and sizes that are not those of the pictures."""
    if sum(shown - first for _, _, first, shown in steps) != len(view.pictures):
        return
    bounds: Size | None = None
    pending: list[str] = []
    for kind, value, first, shown in steps:
        sizes = [size_of(picture.data) for picture in view.pictures[first:shown]]
        if kind == "user":
            bounds = bounds or next(iter(sizes), None)
        elif kind == "call":
            name, arguments = _call(value)
            pending.append(name or "")
            yield from _boxes(name or "", arguments, bounds)
        else:
            told, real = _told_size(value), next(iter(sizes), None)
            if told and real and told != real:
                yield f"an answer tells of {told[0]}x{told[1]} pixels, its picture has {real[0]}x{real[1]}"
            called = pending.pop(0) if pending else ""
            yield from _boxes(called, value, bounds if called == _ZOOM else told, answers=True)
            bounds = (told or real or bounds) if called != _ZOOM else bounds


def _boxes(name: str, value: object, bounds: Size | None, *, answers: bool = False) -> Iterator[str]:
    box = value.get("bbox") if isinstance(value, Mapping) else None
    if box is None or bounds is None:
        return
    if not isinstance(box, list) or len(box) != 4 or not all(isinstance(edge, int | float) for edge in box):
        return
    left, top, right, bottom = box
    if not (0 <= left < right <= bounds[0] and 0 <= top < bottom <= bounds[1]):
        who = f"{printable(name)!r} {'answers' if answers else 'is called'} with the box {printable(box)}"
        yield f"{who}, which does not lie in the picture of {bounds[0]}x{bounds[1]} pixels"


def _told_size(value: object) -> Size | None:
    if not isinstance(value, Mapping):
        return None
    width, height = value.get("width"), value.get("height")
    return (width, height) if isinstance(width, int) and isinstance(height, int) else None


def _parsed(value: object) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
