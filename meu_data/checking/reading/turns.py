"""Conversations as trainers spell them: `role` and `content`, or `from` and `value`."""

from collections.abc import Mapping
from typing import Any

from meu_data.checking.findings import printable
from meu_data.checking.reading.view import ROLES, Misfit, Turn


def turns_of(row: Mapping[str, Any], name: str, role: str) -> tuple[Turn, ...]:
    """The turns in a column.

    Args:
        row: The columns of one row.
        name: The column: a text, a message, or a list of messages.
        role: Who speaks where the column is a bare text.

    Raises:
        Misfit: It is none of these, empty, or a turn has no known role or no text.
    """
    value = row.get(name)
    if isinstance(value, str) and value.strip():
        return (Turn(role, value),)
    messages = [value] if isinstance(value, Mapping) else value
    if not isinstance(messages, list) or not messages:
        raise Misfit(f"{name} is {_kind(value)}, not a conversation")
    return tuple(_turn(message, f"{name}[{place}]") for place, message in enumerate(messages))


def text_of(row: Mapping[str, Any], name: str) -> str:
    """A column that is text with something in it.

    Raises:
        Misfit: It is missing, empty or no text.
    """
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Misfit(f"{name} is {_kind(value)}, not a text")
    return value


def said_by_model(turns: tuple[Turn, ...], name: str) -> str:
    """The last turn, which has to be the model's.

    Raises:
        Misfit: Another one speaks last.
    """
    if not turns[-1].answers or turns[-1].calls_tool:
        raise Misfit(f"{name} ends with a turn of {turns[-1].role!r}, so there is no answer to learn")
    if not turns[-1].text.strip():
        raise Misfit(f"the answer in {name} is empty")
    return turns[-1].text


def asked_in(turns: tuple[Turn, ...], name: str) -> str:
    """All that the user says.

    Raises:
        Misfit: The user says nothing.
    """
    asked = "\n".join(turn.text for turn in turns if turn.asks)
    if not asked.strip():
        raise Misfit(f"the user asks nothing in {name}")
    return asked


def _turn(message: object, name: str) -> Turn:
    if not isinstance(message, Mapping):
        raise Misfit(f"{name} is {_kind(message)}, not a message")
    role = message.get("role", message.get("from"))
    if not isinstance(role, str) or role not in ROLES:
        raise Misfit(f"{name} is said by {printable(role)}, which is no role that trainers know")
    content = message.get("content", message.get("value"))
    calls = message.get("tool_calls") or None
    if content is None and calls:
        return Turn(role, "", calls)
    if isinstance(content, list):
        return _parted(role, content, calls, name)
    if not isinstance(content, str):
        raise Misfit(f"{name} says {_kind(content)}, not a text")
    return Turn(role, content, calls)


def _parted(role: str, content: list[Any], calls: Any, name: str) -> Turn:  # noqa: ANN401
    """A turn in parts, as the chat templates of `transformers` read it."""
    texts, pictures = [], 0
    for part in content:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind == "image":
            pictures += 1
        elif kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        else:
            raise Misfit(f"{name} has a part that is neither a text nor a picture")
    return Turn(role, "".join(texts), calls, pictures)


def _kind(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str | list | Mapping) and not value:
        return "empty"
    return "blank" if isinstance(value, str) and not value.strip() else f"{printable(value)}"
