"""One row read back: what it says, whatever columns its consumer wants, and how conversations and pictures are read.

A foreign file in one of the formats is read as well as one of ours, so nothing is taken for granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from meu_data.errors import printable

# How a shape marks where its pictures stand: not at all, one `<image>` each, or as one likes but all rows alike.
Tags = Literal["none", "each", "either"]

TAG = "<image>"

_USER = frozenset({"user", "human"})
_MODEL = frozenset({"assistant", "gpt"})
# Tools have a name of their own with every trainer: TRL and ms-swift, LLaMA-Factory.
_CALLS = frozenset({"tool_call", "function_call"})
_TOOLS = frozenset({"tool", "tool_response", "observation", "function"})
# Behind the first of these that a row has, the others only repeat a name.
_PICTURE_COLUMNS = ("images", "image", "image_path")
ROLES = frozenset({"system"}) | _USER | _MODEL | _CALLS | _TOOLS


class ColumnError(Exception):
    """A column of one row does not hold what the shape of the file wants; the text says which and why."""


class TurnView(NamedTuple):
    """One turn: who speaks, what is said, the calls of tools that are no text, and the pictures that are parts of it.

    `parts` is None where the turn is a bare text, in which `<image>` stands for a picture if anything does.
    """

    role: str
    text: str
    calls: Any = None
    parts: int | None = None

    @property
    def asks(self) -> bool:
        """Whether the user speaks."""
        return self.role in _USER

    @property
    def answers(self) -> bool:
        """Whether the model speaks, and not to a tool."""
        return self.role in _MODEL

    @property
    def calls_tool(self) -> bool:
        """Whether the model calls a tool."""
        return self.role in _CALLS or bool(self.calls)

    @property
    def is_tool(self) -> bool:
        """Whether a tool answers."""
        return self.role in _TOOLS


class PictureView(NamedTuple):
    """A picture of a row: its bytes, where they are inside, and the name or path it is known by.

    `prefixed`: whoever reads it puts a folder before the path, as UniFER does, so it may begin with `/` or with folders
    that are not here.
    """

    data: bytes | None
    path: str | None
    prefixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """What one row says.

    `turns` are all turns of the conversation, `question` what the user says, `target` the text to learn (None where a
    trainer rewards the model's own, or the answer is to be filled in) and `rejected` the one to learn against.
    `solution` is the label to compare with, bare or tagged, `candidates` those to choose from where the row lists them.
    `labels` are the columns that say what is known of the sample.
    """

    id: str | None
    turns: tuple[TurnView, ...]
    question: str
    target: str | None
    pictures: tuple[PictureView, ...]
    tags: Tags
    labels: Mapping[str, Any]
    rejected: str | None = None
    solution: str | None = None
    candidates: tuple[str, ...] = ()

    def label(self, name: str) -> str | None:
        """A label that is text; None where the row has none."""
        value = self.labels.get(name)
        return value if isinstance(value, str) and value else None


def turns_of(row: Mapping[str, Any], name: str, role: str) -> tuple[TurnView, ...]:
    """The turns in a column.

    Args:
        row: The columns of one row.
        name: The column: a text, a message, or a list of messages.
        role: Who speaks where the column is a bare text.

    Raises:
        ColumnError: It is none of these, empty, or a turn has no known role or no text.
    """
    value = row.get(name)
    if isinstance(value, str) and value.strip():
        return (TurnView(role, value),)
    messages = [value] if isinstance(value, Mapping) else value
    if not isinstance(messages, list) or not messages:
        raise ColumnError(f"{name} is {_kind(value)}, not a conversation")
    return tuple(_turn(message, f"{name}[{place}]") for place, message in enumerate(messages))


def text_of(row: Mapping[str, Any], name: str) -> str:
    """A column that is text with something in it.

    Raises:
        ColumnError: It is missing, empty or no text.
    """
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ColumnError(f"{name} is {_kind(value)}, not a text")
    return value


def final_answer(turns: tuple[TurnView, ...], name: str) -> str:
    """The last turn, which has to be the model's.

    Raises:
        ColumnError: Another one speaks last.
    """
    if not turns[-1].answers or turns[-1].calls_tool:
        raise ColumnError(f"{name} ends with a turn of {turns[-1].role!r}, so there is no answer to learn")
    if not turns[-1].text.strip():
        raise ColumnError(f"the answer in {name} is empty")
    return turns[-1].text


def question_in(turns: tuple[TurnView, ...], name: str) -> str:
    """All that the user says.

    Raises:
        ColumnError: The user says nothing.
    """
    asked = "\n".join(turn.text for turn in turns if turn.asks)
    if not asked.strip():
        raise ColumnError(f"the user asks nothing in {name}")
    return asked


def _turn(message: object, name: str) -> TurnView:
    if not isinstance(message, Mapping):
        raise ColumnError(f"{name} is {_kind(message)}, not a message")
    role = message.get("role", message.get("from"))
    if not isinstance(role, str) or role not in ROLES:
        raise ColumnError(f"{name} is said by {printable(role)}, which is no role that trainers know")
    content = message.get("content", message.get("value"))
    calls = message.get("tool_calls") or None
    if content is None and calls:
        return TurnView(role, "", calls)
    if isinstance(content, list):
        return _parted(role, content, calls, name)
    if not isinstance(content, str):
        raise ColumnError(f"{name} says {_kind(content)}, not a text")
    return TurnView(role, content, calls)


def _parted(role: str, content: list[Any], calls: Any, name: str) -> TurnView:  # noqa: ANN401
    """A turn in parts, as the chat templates of `transformers` read it."""
    texts, pictures = [], 0
    for part in content:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind == "image":
            pictures += 1
        elif kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        else:
            raise ColumnError(f"{name} has a part that is neither a text nor a picture")
    return TurnView(role, "".join(texts), calls, pictures)


def _kind(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str | list | Mapping) and not value:
        return "empty"
    return "blank" if isinstance(value, str) and not value.strip() else f"{printable(value)}"


def pictures_of(row: Mapping[str, Any]) -> tuple[PictureView, ...]:
    """The pictures in the columns of a row: structs of bytes and path as `datasets` has them, bytes, or paths.

    Returns:
        None at all where the row has no such column.

    Raises:
        ColumnError: A cell is something else.
    """
    name = next((name for name in _PICTURE_COLUMNS if name in row), None)
    value = row.get(name) if name else None
    if value is None:
        return ()
    if name == "image_path" and isinstance(value, str):
        return (PictureView(None, value, prefixed=True),)
    cells = value if isinstance(value, list) else [value]
    return tuple(
        _picture(cell, f"{name}[{place}]" if cells is value else str(name)) for place, cell in enumerate(cells)
    )


def _picture(cell: object, name: str) -> PictureView:
    if isinstance(cell, str):
        return PictureView(None, cell)
    if isinstance(cell, bytes):
        return PictureView(cell, None)
    if isinstance(cell, Mapping):
        data, path = cell.get("bytes"), cell.get("path")
        if isinstance(data, bytes | None) and isinstance(path, str | None):
            return PictureView(data, path)
    raise ColumnError(f"{name} is {printable(cell)}, neither a picture nor the path of one")


def view_of(row: Mapping[str, Any], column: str, asked: tuple[TurnView, ...], **more: Any) -> RowView:  # noqa: ANN401
    """A view of a row, with what is read in the same way whatever the format.

    Args:
        row: The columns of one row.
        column: Where the question stands.
        asked: The turns in it.
        more: Fields of `RowView`, which go before what stands in the columns; `tags` is one of them.

    Raises:
        ColumnError: The user asks nothing, or a cell holds no picture.
    """
    identifier = row.get("id")
    if isinstance(identifier, int):
        identifier = str(identifier)
    found = {
        "id": identifier if isinstance(identifier, str) and identifier else None,
        "question": question_in(asked, column),
        "turns": asked,
        "target": None,
        "pictures": pictures_of(row),
        "labels": row,
    }
    return RowView(**(found | more))


def read_conversation(row: Mapping[str, Any], column: str, tags: Tags) -> RowView:
    """A conversation in one column, its last turn the answer; without one there has to be a label to compare with.

    Pairs have the better answer in `chosen`, unless it ends the conversation, and the other one in `rejected`
    (LLaMA-Factory), `rejected_response` or `rejected_messages` (ms-swift: a text, or a whole conversation).

    Raises:
        ColumnError: The columns do not hold that.
    """
    asked = turns_of(row, column, "user")
    chosen = turns_of(row, "chosen", "assistant") if row.get("chosen") is not None else ()
    names = ("rejected", "rejected_response", "rejected_messages")
    rejected = next((turns_of(row, name, "assistant") for name in names if row.get(name) is not None), ())
    turns = (*asked, *chosen)
    trained_by_reward = not turns[-1].answers and row.get("solution") is not None
    target = None if trained_by_reward else final_answer(turns, column)
    return view_of(
        row,
        column,
        asked,
        turns=(*turns, *rejected),
        target=target,
        rejected=final_answer(rejected, "rejected") if rejected else None,
        solution=text_of(row, "solution") if trained_by_reward else None,
        tags=tags,
    )


def read_preference(row: Mapping[str, Any], column: str) -> RowView:
    """A question, the better answer in `chosen` and the worse in `rejected`; no text has a placeholder.

    Raises:
        ColumnError: The columns do not hold that.
    """
    asked = turns_of(row, column, "user")
    chosen, rejected = (turns_of(row, name, "assistant") for name in ("chosen", "rejected"))
    return view_of(
        row,
        column,
        asked,
        turns=(*asked, *chosen, *rejected),
        target=final_answer(chosen, "chosen"),
        rejected=final_answer(rejected, "rejected"),
        tags="none",
    )


def read_answer(row: Mapping[str, Any], column: str, answer: str) -> RowView:
    """A question and its answer in two columns of text, without placeholders.

    Raises:
        ColumnError: The columns do not hold that.
    """
    asked, target = (TurnView("user", text_of(row, column)),), text_of(row, answer)
    return view_of(row, column, asked, turns=(*asked, TurnView("assistant", target)), target=target, tags="none")


def read_solution(row: Mapping[str, Any], column: str, solution: str, tags: Tags) -> RowView:
    """A question and the label to compare the model's own answer with, in two columns of text.

    Raises:
        ColumnError: The columns do not hold that.
    """
    asked = (TurnView("user", text_of(row, column)),)
    return view_of(row, column, asked, solution=text_of(row, solution), tags=tags)
