"""The tables in which sets of facial expressions come, read line by line."""

import csv
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from meu_data.corpora.encodings import encoding_of
from meu_data.errors import MeuError
from meu_data.fer_vqa.entries import BadEntry, Entry, Unlabelled, labelled, shown
from meu_data.fer_vqa.presets import Preset
from meu_data.given_files import opened

# FER+ (Barsoum et al. 2016), fer2013new.csv: ten people's votes a picture; the last two are for no expression.
_VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
_NO_VOTES = {"unknown": "unknown by most votes", "nf": "no face by most votes"}

# AffectNet's lines hold 68 landmarks and have about a thousand characters.
_LONGEST_LINE = 1 << 20
_LARGEST = 256 * 1024**2

_Cells = dict[str, str]


def read_table(path: Path, preset: Preset) -> Iterator[Entry]:
    """The rows of a label table, in its order.

    Known are: lines `train_00001.jpg 5` (RAF-DB's list_patition_label.txt; any file in .txt), and tables with a head
    and commas, semicolons or tabs: `Image name` with a column of votes for each expression (FER+),
    `subDirectory_filePath` and `expression` (AffectNet), or `image` and `label` (perhaps `split`; FER+: `Usage`).

    Raises:
        MeuError: It cannot be read, or lacks the columns.
    """
    if path.suffix.lower() == ".txt":
        yield from _read_list(_lines(path), preset)
    else:
        yield from _read_columns(path, preset)


def _lines(path: Path) -> Iterator[str]:
    """The lines with their ends.

    Raises:
        MeuError: It cannot be read, its encoding is in doubt, or a line is longer than any of a table.
    """
    with opened(path, most=_LARGEST):
        encoding = encoding_of(path, option="")
    with open(path, encoding=encoding.codec, newline="") as stream:
        for row in itertools.count(1):
            line = stream.readline(_LONGEST_LINE)
            if not line:
                return
            if len(line) == _LONGEST_LINE:
                raise MeuError(f"{path} row {row}: the line is longer than {_LONGEST_LINE} signs; is it a table?")
            yield line


def _read_list(lines: Iterator[str], preset: Preset) -> Iterator[Entry]:
    for row, line in enumerate(lines, start=1):
        words = line.rsplit(None, 1)
        if not words:
            continue
        if len(words) < 2:
            yield BadEntry(row, f"{shown(words[0])!r} is no picture with a label behind it")
        else:
            image, label = words[0].strip(), words[1]
            # RAF-DB tells training and test by the names.
            split = image.partition("_")[0] if image.startswith(("train_", "test_")) else None
            yield labelled(preset, row, image, label, split)


def _read_columns(path: Path, preset: Preset) -> Iterator[Entry]:
    lines = _lines(path)
    head = next(lines, "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(itertools.chain([head], lines), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
    except csv.Error as error:
        raise MeuError(f"{path} row 1: {error}; is it a table with commas?") from error
    read = _reader_of(path, names, preset)
    while True:
        before = reader.line_num
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadEntry(before + 1, f"{error}{_span(before, reader.line_num)}")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _entry(cells, names, before, reader.line_num, read)


def _entry(cells: list[str], names: list[str], before: int, row: int, read: Callable[[int, _Cells], Entry]) -> Entry:
    if row > before + 1:
        return BadEntry(before + 1, f"a quotation mark is opened and not closed{_span(before, row)}")
    if len(cells) != len(names):
        return BadEntry(row, f"{len(cells)} cells, not {len(names)} as in the head")
    return read(row, dict(zip(names, cells, strict=True)))


def _span(before: int, last: int) -> str:
    return f"; rows {before + 1} to {last} are lost" if last > before + 1 else ""


def _reader_of(path: Path, names: list[str], preset: Preset) -> Callable[[int, _Cells], Entry]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MeuError(f"{path} row 1: the column {shown(twice[0])!r} stands there twice; rename one")
    has = set(names)
    if {"image name", *_VOTES, *_NO_VOTES} <= has:
        return lambda row, cells: _most_votes(preset, row, cells)
    for image, label in (("subdirectory_filepath", "expression"), ("image", "label")):
        if {image, label} <= has:
            return lambda row, cells: labelled(preset, row, cells[image], cells[label], cells.get("split"))
    there = shown(", ".join(names))[:200] or "none"
    raise MeuError(
        f"{path} row 1: its columns are {there}; needed are image and label, or those of FER+ (Image name and votes) "
        "or AffectNet (subDirectory_filePath, expression)"
    )


def _most_votes(preset: Preset, row: int, cells: _Cells) -> Entry:
    """The label that most of the ten people gave; of several the first in the table, as argmax takes it."""
    split = cells.get("usage", "").strip() or None
    votes = {}
    for name in (*_VOTES, *_NO_VOTES):
        cell = cells[name].strip()
        # No table has more than ten votes; int() of a very long number is an error of its own.
        if not (cell.isascii() and cell.isdecimal() and len(cell) < 10):
            return BadEntry(row, f"the vote for {name} is {shown(cell)!r:.40}, no whole number")
        votes[name] = int(cell)
    most = max(votes, key=lambda name: votes[name])
    if not votes[most]:
        return BadEntry(row, "nobody voted")
    if most in _NO_VOTES:
        return Unlabelled(_NO_VOTES[most], split)
    return labelled(preset, row, cells["image name"], most, split)
