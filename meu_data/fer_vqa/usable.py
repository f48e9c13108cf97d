"""Which labelled pictures can become rows; all others are counted, each with its reason."""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from meu_data.errors import FrameError, MeuError
from meu_data.fer_vqa.entries import BadEntry, Entry, Labelled, Unlabelled, shown
from meu_data.fer_vqa.folders import is_annotated, read_annotations, read_folders
from meu_data.fer_vqa.presets import Preset
from meu_data.fer_vqa.tables import read_table
from meu_data.frames import decode_frame, read_bytes, read_header
from meu_data.progress import Progress
from meu_data.records import Record
from meu_data.store.confined import OutsideError, confined, frame_path
from meu_data.store.first_places import FirstPlaces, first_places

# Where FER+'s own program puts the pictures of each part (github.com/microsoft/FERPlus, src/generate_training_data.py).
_FERPLUS_FOLDERS = {"Training": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}
# What `datasets` takes as the name of a split (its splits.py); such a name is safe for a file as well.
_SPLIT = re.compile(r"\w{1,60}(\.\w{1,60}){0,2}", re.ASCII)
# Each has files that are open at the same time.
_MOST_SPLITS = 32


class FerProblem(Record):
    """A row or picture that was left out because something is wrong with it."""

    file: str
    row: int | None
    reason: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.file}{f' row {self.row}' if self.row is not None else ''}: {self.reason}"


class Usable(NamedTuple):
    """A picture that becomes a row: its POSIX path below the folder of pictures, its label and its file's bytes."""

    name: str
    label: str
    split: str
    data: bytes | None


class LabelSource:
    """Where the labels come from. It is read twice, so that only what is said of one picture is in memory."""

    def __init__(self, pictures: Path, table: Path | None, preset: Preset, split: str | None) -> None:
        """Names the places; nothing is read yet.

        Args:
            pictures: The folder that the table's names are relative to, or that has a folder for each label.
            table: The label table; None where the folders tell the labels.
            preset: Whose labels they are.
            split: Read only this one.
        """
        self.pictures, self.table, self.preset, self._split = pictures, table, preset, split

    @property
    def label_file(self) -> Path:
        """What a problem with a row is a problem of."""
        return self.table or self.pictures

    def entries(self) -> Iterator[Entry]:
        """All entries of the split that is wanted, and all that are wrong.

        Raises:
            MeuError: The table or the folder cannot be read, or the split is not there.
        """
        splits: set[str] = set()
        for entry in self._read():
            if self._split is not None and not isinstance(entry, BadEntry):
                if entry.split and len(splits) <= _MOST_SPLITS:
                    splits.add(entry.split)
                if entry.split != self._split:
                    continue
            yield entry
        if self._split is not None and self._split not in splits and len(splits) <= _MOST_SPLITS:
            there = shown(", ".join(sorted(splits))) or "none"
            raise MeuError(f"{self.label_file} has no split {self._split!r}; its splits: {there}")

    def places(self, entry: Labelled) -> list[str]:
        """Where the picture of an entry may lie, below the folder of pictures, the likeliest first."""
        found = [entry.image]
        path = PurePosixPath(entry.image)
        if self.preset.name == "rafdb" and path.name:
            found.append(str(path.with_name(f"{path.stem}_aligned{path.suffix}")))
        if self.preset.name == "ferplus" and entry.split in _FERPLUS_FOLDERS:
            found.append(f"{_FERPLUS_FOLDERS[entry.split]}/{entry.image}")
        return found

    def key(self, entry: Labelled) -> str:
        """The picture of an entry, however the table writes it."""
        name = posixpath.normpath(entry.image)
        if self.preset.name == "rafdb" and self.table is not None:
            stem, ending = posixpath.splitext(name)
            return stem.removesuffix("_aligned") + ending
        return name

    def _read(self) -> Iterator[Entry]:
        if self.table is not None:
            return read_table(self.table, self.preset)
        if self.preset.name == "affectnet" and is_annotated(self.pictures):
            return read_annotations(self.pictures, self.preset)
        return read_folders(self.pictures, self.preset)


class Sorting:
    """Sorts what a source says into rows, problems and what has no label, and counts all three."""

    def __init__(self, source: LabelSource, default_split: str, *, pixels: bool, limit: int) -> None:
        """Begins with nothing.

        Args:
            source: Where the labels come from.
            default_split: Of pictures whose split is not told.
            pixels: Decode the pictures and hand their bytes out.
            limit: How many problems to keep; all are counted.
        """
        self._source, self._default, self._pixels, self._limit = source, default_split, pixels, limit
        self._root = Path(os.path.realpath(source.pictures))
        self.labels: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.problems = 0
        self.findings: list[FerProblem] = []

    def usable(self, progress: Progress) -> Iterator[Usable]:
        """The rows, in the order of the source.

        Raises:
            MeuError: The source cannot be read, or names too many splits.
        """
        with first_places() as names:
            total = self._note_names(names, progress)
            progress.start("write", total)
            try:
                for number, entry in enumerate(self._source.entries()):
                    if isinstance(entry, Unlabelled):
                        self.left_out[entry.reason] += 1
                    elif isinstance(entry, BadEntry):
                        self._complain(entry.file, entry.row, entry.reason)
                    else:
                        yield from self._usable(entry, self._repeated(entry, number, names))
                    progress.advance()
            finally:
                progress.finish()

    def why_nothing(self) -> str:
        """What to tell when no row came out."""
        source = self._source.label_file
        if self.findings:
            return f"nothing in {source} is usable, {self.problems} problems; the first: {self.findings[0]}"
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(self.left_out.items()))
        return f"nothing in {source} is usable: {reasons or 'it names no picture'}"

    def _note_names(self, names: FirstPlaces, progress: Progress) -> int:
        total = 0
        progress.start("read", None)
        try:
            for number, entry in enumerate(self._source.entries()):
                if isinstance(entry, Labelled):
                    names.note(self._source.key(entry), _place(entry, number), entry.label)
                total = number + 1
                progress.advance()
        finally:
            progress.finish()
        return total

    def _repeated(self, entry: Labelled, number: int, names: FirstPlaces) -> str | None:
        """Why a picture that is named more than once cannot be a row here."""
        first, unclear = names.look_up(self._source.key(entry)) or (_place(entry, number), False)
        if unclear:
            return f"{shown(entry.image)} has several labels, here {entry.label}; keep one row of it"
        if first != _place(entry, number):
            return f"{shown(entry.image)} stands in row {first} already"
        return None

    def _usable(self, entry: Labelled, repeated: str | None) -> Iterator[Usable]:
        try:
            if repeated:
                raise MeuError(repeated)
            split = self._split(entry)
            name = self._find(entry)
            data = self._look(name)
        except MeuError as error:
            self._complain(entry.image if entry.row is None else None, entry.row, str(error))
            return
        self.labels[entry.label] += 1
        self.rows[split] += 1
        yield Usable(name, entry.label, split, data)

    def _split(self, entry: Labelled) -> str:
        split = entry.split or self._default
        if not _SPLIT.fullmatch(split):
            raise MeuError(f"the split {shown(split)[:80]!r} may hold only the letters a to z, digits, _ and dots")
        if split not in self.rows and len(self.rows) == _MOST_SPLITS:
            raise MeuError(f"the split {split!r} is one more than {_MOST_SPLITS}; is the column really that of splits?")
        return split

    def _find(self, entry: Labelled) -> str:
        """The path of a picture below the folder, which it may not leave."""
        places = self._source.places(entry)
        for place in places:
            try:
                frame_path(self._root, place)  # as it is written, on every system
                if not confined(self._root, place).exists():
                    continue
            except OutsideError as error:
                raise FrameError(f"{shown(place)} leads out of the folder of pictures") from error
            except OSError as error:  # too long a name
                raise FrameError(f"{shown(place)[:80]}: {error.strerror}") from error
            return posixpath.normpath(place)
        tried = f" (nor {', '.join(map(shown, places[1:]))})" if places[1:] else ""
        raise FrameError(f"{shown(places[0])}: there is no such file{tried}; check --images")

    def _look(self, name: str) -> bytes | None:
        """Shows that a picture is one; its bytes where they are wanted."""
        if not all(character < "\ud800" or character > "\udfff" for character in name):
            raise FrameError(f"{shown(name)}: its name is no UTF-8 text; rename it")
        path = self._root / name
        read_header(path, name=shown(name))
        if not self._pixels:
            return None
        data = read_bytes(path, name=shown(name))
        decode_frame(data, name=shown(name))
        return data

    def _complain(self, file: str | None, row: int | None, reason: str) -> None:
        self.problems += 1
        if len(self.findings) < self._limit:
            name = shown(file) if file else self._source.label_file.name
            self.findings.append(FerProblem(file=name, row=row, reason=reason))


def _place(entry: Labelled, number: int) -> int:
    return number if entry.row is None else entry.row
