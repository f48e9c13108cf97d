"""Known mistakes of released sheets, as data with their sources; applied where the sheet still has them, and told."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from meu_data.corpora.frame_pattern import path_key
from meu_data.records import Record

_FOLDER = Path(__file__).parent / "errata"


class ClipFrameNumbers(NamedTuple):
    """The frames that a row names; None where it does not."""

    onset: int
    apex: int | None
    offset: int | None


class FrameValues(Record):
    """Some of a row's frames."""

    onset: int | None = None
    apex: int | None = None
    offset: int | None = None


class Erratum(Record):
    """One mistake: the clip, what the sheet says, and what is right.

    Where only the place in one sheet is known, `rows` is how many rows that sheet has, and `index` counts them from 0.
    What somebody corrects in a sheet of which no copy was seen is told, not taken.
    """

    subject: str | None = None
    clip: str | None = None
    rows: int | None = None
    index: int | None = None
    sheet: FrameValues = Field(description="only where all of these are so")
    right: FrameValues
    source: str
    about: str = ""
    taken: bool = Field(default=True, description="false: the row gets a note, and keeps what the sheet says")

    def __str__(self) -> str:
        """How a message names it."""
        return f"{self.subject} {self.clip}" if self.clip else f"row {self.index} of {self.rows} rows"


class Errata:
    """The errata of one corpus, and which of them a sheet had."""

    def __init__(self, errata: tuple[Erratum, ...], rows: int) -> None:
        """Takes those that can be about a sheet of so many rows."""
        self.errata = tuple(erratum for erratum in errata if erratum.rows in (None, rows))
        self.told = 0
        self.applied: list[Erratum] = []
        self._by_clip: dict[tuple[str, str], list[Erratum]] = {}
        self._by_index: dict[int, list[Erratum]] = {}
        for erratum in self.errata:
            if erratum.index is not None:
                self._by_index.setdefault(erratum.index, []).append(erratum)
            else:
                self._by_clip.setdefault(_key(erratum.subject or "", erratum.clip or ""), []).append(erratum)

    def correct(
        self, subject: str, clip: str, index: int, frames: ClipFrameNumbers
    ) -> tuple[ClipFrameNumbers, list[str]]:
        """The frames as they should be, and a note for each change.

        Args:
            subject: Of the row.
            clip: Of the row.
            index: Place of the row in the table, from 0.
            frames: What the row says.
        """
        notes = []
        for erratum in (*self._by_clip.get(_key(subject, clip), ()), *self._by_index.get(index, ())):
            if erratum.clip is not None and _key(erratum.subject or "", erratum.clip) != _key(subject, clip):
                continue
            asked, right = erratum.sheet.model_fields_set, erratum.right.model_fields_set
            if not erratum.taken:
                other = [f"{name} {getattr(erratum.right, name)}" for name in ClipFrameNumbers._fields if name in right]
                if any(getattr(frames, name) != getattr(erratum.right, name) for name in right):
                    self.told += 1
                    notes.append(f"{' and '.join(other)} elsewhere ({erratum.source}), not taken: {erratum.about}")
                continue
            if all(getattr(frames, name) == getattr(erratum.sheet, name) for name in asked):
                self.applied.append(erratum)
                for name in ClipFrameNumbers._fields:
                    was, value = getattr(frames, name), getattr(erratum.right, name)
                    if name in right and value != was:
                        taken = f"{value} taken" if value is not None else "not taken"
                        why = f", {erratum.about}" if erratum.about else ""
                        notes.append(
                            f"{name} {'blank' if was is None else was} in the sheet, {taken}{why} ({erratum.source})"
                        )
                        frames = frames._replace(**{name: value})
        return frames, notes

    def not_found(self) -> Iterator[Erratum]:
        """Those of which the sheet has no trace: another sheet, or one that was corrected."""
        applied = set(map(id, self.applied))
        yield from (erratum for erratum in self.errata if erratum.taken and id(erratum) not in applied)


@cache
def read_errata(name: str) -> tuple[Erratum, ...]:
    """The errata of a corpus by the name of their file; none for an empty name."""
    if not name:
        return ()
    return tuple(map(Erratum.model_validate, json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))))


def _key(subject: str, clip: str) -> tuple[str, str]:
    return path_key(subject), path_key(clip)
