"""What stands beside the rows: card, datasheet, tables, leaks, catalogue entry, sums, and the list of pictures."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, TextIO

from meu_data.export.about.croissant import CROISSANT, croissant
from meu_data.export.about.facts import EXPORT_FACTS, ExportFacts, facts_text
from meu_data.export.about.texts import card, datasheet
from meu_data.export.files.manifest import CARD, DATASHEET, MANIFEST, SOURCES, sha256_of, write_manifest
from meu_data.export.samples.pictures import picture_source
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.row import ExportRow


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

    def add(self, truth: SampleTruth, row: ExportRow) -> None:
        """Appends the pictures of a row, and of its tools, that no earlier row of the sample has.

        Raises:
            OSError: The disk refuses it.
        """
        if self._stream is None:
            return
        if truth.sample.id != self._sample:
            self._sample, self._seen = truth.sample.id, set()
        for picture in (*row.pictures, *([row.behind_tools] if row.behind_tools else [])):
            if picture.name not in self._seen:
                self._seen.add(picture.name)
                self._stream.write(json.dumps(picture_source(truth, picture), ensure_ascii=False) + "\n")

    def finish(self) -> list[Path]:
        """Ends the file and returns it; nothing where it was not wanted."""
        if self._stream is None:
            return []
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return [self._path]


def write_catalogue(folder: Path, facts: ExportFacts, sums: Mapping[str, str]) -> list[str]:
    """Writes what programs read of an export whose rows and tables are there: facts, Croissant, checksums.

    Args:
        folder: The export.
        facts: What is known of it.
        sums: SHA-256 of all other files but the card and the datasheet, by name below the folder.

    Returns:
        The names of those files and of the new ones.

    Raises:
        OSError: The disk refuses it.
    """
    sums = {**sums, EXPORT_FACTS: write_text(folder, EXPORT_FACTS, facts_text(facts))}
    sums[CROISSANT] = write_text(folder, CROISSANT, croissant(facts, folder, sums))
    write_manifest(folder, sums.items())
    return [MANIFEST, *sums]


def write_documents(folder: Path, facts: ExportFacts, files: Sequence[Path], texts: Mapping[str, str]) -> list[str]:
    """Writes all that describes an export whose rows are there.

    Raises:
        OSError: The disk refuses it.
    """
    sums = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
    sums |= {name: write_text(folder, name, text) for name, text in texts.items()}
    names = write_catalogue(folder, facts, sums)
    write_text(folder, DATASHEET, datasheet(facts))
    write_text(folder, CARD, card(facts))
    return [CARD, DATASHEET, *names]


def write_text(folder: Path, name: str, text: str) -> str:
    """Writes a text file, in a folder below where its name has one, and returns its SHA-256."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return sha256_of(path)
