"""One row as a style says it, before any consumer's wishes: pictures, what is asked, what is answered, labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from meu_data.choices import Language, Recipe, Words
from meu_data.export.samples.pictures import RowPicture
from meu_data.export.samples.truth import SampleTruth


class ToolCall(NamedTuple):
    """An assistant's call of a tool; `arguments` is what JSON can hold, in the order of the tool's parameters."""

    name: str
    arguments: dict[str, Any]


Label = Literal["emotion", "AUs"]


@dataclass(frozen=True, slots=True)
class RowTurn:
    """One turn of a conversation with tools; so many of the row's pictures, in their order, stand before its text.

    Before a call the assistant's text is the bare thought.
    """

    role: Literal["user", "assistant", "tool"]
    text: str
    pictures: int = 0
    call: ToolCall | None = None

    @property
    def written(self) -> str:
        """The text as the model writes it: a thought in its tags."""
        return f"<think>{self.text}</think>" if self.call else self.text


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A conversation of one question and its answer; the texts hold no picture placeholder.

    `assistant` is the text to learn, None where a trainer rewards the model's own text instead; then `answer`
    is the bare label to compare with. `fields` are the texts under the style's own names, `labels` what is known
    beside them. `rejected` is the text to be less likely than `assistant`. `turns` is the whole conversation where
    it has more than those two turns, and `tools` what may be called in it, a JSON list in OpenAI's form. `prefix` is
    what UniFER's file has before the path of the picture. `behind_tools` is what tools answer with while a model
    trains; its cell is the label `map`.
    """

    id: str
    pictures: tuple[RowPicture, ...]
    user: str
    assistant: str | None
    answer: str
    fields: dict[str, Any]
    labels: dict[str, Any]
    rejected: str | None = None
    turns: tuple[RowTurn, ...] = ()
    tools: str = ""
    prefix: str = ""
    behind_tools: RowPicture | None = None

    @property
    def split(self) -> str:
        """The corpus's split the row belongs to."""
        return str(self.labels["split"])


def without_pixels(row: ExportRow) -> ExportRow:
    """The same row with its pictures by name and hash only, for corpora that may not be passed on."""
    bare = replace(row, pictures=tuple(picture.without_pixels() for picture in row.pictures))
    if row.behind_tools is None:
        return bare
    hidden = row.behind_tools.without_pixels()
    return replace(bare, behind_tools=hidden, labels=row.labels | {"map": hidden.cell})


class Style(NamedTuple):
    """What rows say: the schema of the texts and of the labels, and the pure function that makes a sample's rows.

    What a sample must have for it: `needs`, labels of its corpus's or the person's; `drafted`, an annotation with
    texts; `compared`, a person's version beside the draft; `framed`, the two frames; `aligned`, a map that is an
    aligned face crop (recipe `robust`). `words` says whose phrasing the rows have; a phrasing that presupposes how maps
    are drawn has the only `recipe` it goes with, and one that exists in one language its `lang`. `inspected`: while a
    model trains, tools answer it from columns of its rows.
    """

    name: str
    fields: tuple[pa.Field, ...]
    labels: tuple[pa.Field, ...]
    rows: Callable[[SampleTruth], Iterator[ExportRow]]
    trains: Literal["answer", "reward", "preference", "trajectory"]
    pictured: bool
    about: str
    drafted: bool = True
    compared: bool = False
    framed: bool = False
    aligned: bool = False
    inspected: bool = False
    needs: tuple[Label, ...] = ("emotion",)
    words: Words = "ours"
    recipe: Recipe | None = None
    lang: Language | None = None
