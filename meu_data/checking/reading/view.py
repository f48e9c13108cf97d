"""One row of an export as the checks see it, whatever shape it is told in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

# How a shape marks where its pictures stand: not at all, one `<image>` each, or as one likes but all rows alike.
Tags = Literal["none", "each", "either"]

TAG = "<image>"

_USER = frozenset({"user", "human"})
_MODEL = frozenset({"assistant", "gpt"})
# Tools have a name of their own with every trainer: TRL and ms-swift, LLaMA-Factory.
_CALLS = frozenset({"tool_call", "function_call"})
_TOOLS = frozenset({"tool", "tool_response", "observation", "function"})
ROLES = frozenset({"system"}) | _USER | _MODEL | _CALLS | _TOOLS


class Misfit(Exception):  # noqa: N818
    """A column of one row does not hold what the shape of the file wants; the text says which and why."""


class Turn(NamedTuple):
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


class Picture(NamedTuple):
    """A picture of a row: its bytes, where they are inside, and the name or path it is known by."""

    data: bytes | None
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one row says.

    `turns` are all turns of the conversation, `asked` what the user says, `told` the text to learn (None where a
    trainer rewards the model's own, or the answer is to be filled in) and `refused` the one to learn against.
    `solution` is the label to compare with, bare or tagged, `candidates` those to choose from where the row lists them.
    `labels` are the columns that say what is known of the sample.
    """

    id: str | None
    turns: tuple[Turn, ...]
    asked: str
    told: str | None
    pictures: tuple[Picture, ...]
    tags: Tags
    labels: Mapping[str, Any]
    refused: str | None = None
    solution: str | None = None
    candidates: tuple[str, ...] = ()

    def label(self, name: str) -> str | None:
        """A label that is text; None where the row has none."""
        value = self.labels.get(name)
        return value if isinstance(value, str) and value else None
