"""What a table or a folder says about one picture."""

from typing import NamedTuple

from meu_data.errors import NotationError
from meu_data.fer_vqa.presets import Preset


class Labelled(NamedTuple):
    """A picture and its label; `row` is the line of the table, `image` a path as the table writes it."""

    row: int | None
    image: str
    label: str
    split: str | None = None


class BadEntry(NamedTuple):
    """A row or picture that cannot be used, and why; `file` when it is about another file than the table."""

    row: int | None
    reason: str
    file: str | None = None


class Unlabelled(NamedTuple):
    """A picture that has no label on purpose."""

    reason: str
    split: str | None = None


Entry = Labelled | BadEntry | Unlabelled


def labelled(preset: Preset, row: int | None, image: str, text: str, split: str | None) -> Entry:
    """What a picture and the text of its label amount to."""
    split = (split or "").strip() or None
    if not image.strip():
        return BadEntry(row, "it names no picture")
    try:
        label = preset.label(text)
    except NotationError as error:
        return BadEntry(row, str(error))
    if label is None:
        return Unlabelled(preset.why_unlabelled(text), split)
    return Labelled(row, image.strip(), label, split)


def shown(text: str) -> str:
    """A name as a message can hold it: bytes that are no text, and characters that move the cursor, are escaped."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
