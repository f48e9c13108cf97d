"""What stands beside the rows: card, datasheet, tables, leaks, catalogue entry, sums, and the list of pictures."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, TextIO

from meu_data.export.about.card import card
from meu_data.export.about.croissant import CROISSANT, croissant
from meu_data.export.about.datasheet import datasheet
from meu_data.export.about.facts import Facts
from meu_data.export.files.manifest import CARD, DATASHEET, MANIFEST, SOURCES, sha256_of, write_manifest
from meu_data.export.samples.leaks import REPORT
from meu_data.export.samples.pictures import picture_source
from meu_data.export.samples.truth import Truth
from meu_data.export.styles.row import Row


class PictureList:
    """`pictures.jsonl`: a line for each picture that is not inside, in the order of the rows, once each."""

    def __init__(self, folder: Path, *, wanted: bool) -> None:
        """Use as a context manager, which lets go of the file.

        Args:
            folder: The export.
            wanted: Whether to write the file at all.
        """
        self._path = folder / SOURCES
        self._wanted = wanted
        self._stream: TextIO | None = None
        self._sample = ""
        self._seen: set[str] = set()

    def __enter__(self) -> Self:
        """Opens the file."""
        if self._wanted:
            self._stream = open(self._path, "w", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the file."""
        if self._stream is not None:
            self._stream.close()

    def add(self, truth: Truth, row: Row) -> None:
        """Appends the pictures of a row that no earlier row of the sample has.

        Raises:
            OSError: The disk refuses it.
        """
        if self._stream is None:
            return
        if truth.sample.id != self._sample:
            self._sample, self._seen = truth.sample.id, set()
        for picture in row.pictures:
            if picture.name not in self._seen:
                self._seen.add(picture.name)
                self._stream.write(json.dumps(picture_source(truth, picture), ensure_ascii=False) + "\n")

    def finish(self) -> list[Path]:
        """Ends the file.

        Returns:
            It, or nothing where it was not wanted.
        """
        if self._stream is None:
            return []
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return [self._path]


def write_beside(folder: Path, facts: Facts, files: Sequence[Path], further: Mapping[str, str]) -> list[str]:
    """Writes all that describes an export whose rows are there.

    Args:
        folder: The export.
        facts: What is known of it.
        files: The files that hold its rows and pictures.
        further: Texts that a format wants, by name.

    Returns:
        The names of all files below the folder.

    Raises:
        OSError: The disk refuses it.
    """
    texts = {**facts.tally.files(), REPORT: facts.leaks.model_dump_json(indent=1) + "\n", **further}
    sums = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
    sums |= {name: _write(folder, name, text) for name, text in texts.items()}
    sums[CROISSANT] = _write(folder, CROISSANT, croissant(facts, folder, sums))
    write_manifest(folder, sums.items())
    _write(folder, DATASHEET, datasheet(facts))
    _write(folder, CARD, card(facts))
    return [CARD, DATASHEET, MANIFEST, *sums]


def _write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return sha256_of(path)
