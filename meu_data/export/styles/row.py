"""One row as a style says it, before any consumer's wishes: pictures, what is asked, what is answered, labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from meu_data.export.rows import Truth


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and its file name, which is safe on every file system and differs between samples."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation of one question and its answer; the texts hold no picture placeholder.

    `assistant` is the text to learn, None where a trainer rewards the model's own text instead; then `answer`
    is the bare label to compare with. `fields` are the texts under the style's own names, `labels` what is known
    beside them.
    """

    id: str
    pictures: tuple[Picture, ...]
    user: str
    assistant: str | None
    answer: str
    fields: dict[str, Any]
    labels: dict[str, Any]

    @property
    def split(self) -> str:
        """The corpus's split the row belongs to."""
        return str(self.labels["split"])


class Style(NamedTuple):
    """What rows say: the schema of the texts and of the labels, and the pure function that makes a sample's rows."""

    name: str
    fields: tuple[pa.Field, ...]
    labels: tuple[pa.Field, ...]
    rows: Callable[[Truth], Iterator[Row]]
    trains: Literal["answer", "reward"]
    pictured: bool
    about: str
