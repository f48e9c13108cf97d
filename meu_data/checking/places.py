"""What lies in an export: which files hold rows, of which kind, and of which split."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from meu_data.checking.findings import Finding
from meu_data.checking.reading.json_rows import read_lines
from meu_data.errors import printable
from meu_data.export.about.facts import EXPORT_FACTS
from meu_data.export.files.manifest import SOURCES
from meu_data.export.formats import reader_of

FileKind = Literal["parquet", "jsonl", "json", "tar"]

DATASET_INFO = "dataset_info.json"

_KINDS: dict[str, FileKind] = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".tar": "tar",
}
# Written beside the rows and holding none.
_WITHOUT_ROWS = frozenset({DATASET_INFO, EXPORT_FACTS, SOURCES})
_HEAD = 4096
_SHARD = re.compile(r"(?P<split>.+?)-(?P<number>\d{5})-of-(?P<count>\d{5})(?:-[0-9a-f]{16})?")
_MEGC = re.compile(r"me_l?vqa_[^_]+_(?P<split>.+?)(?:_to_answer|_pred)?")


@dataclass(slots=True)
class ExportFiles:
    """The files below a folder, by their names from there with `/`.

    `data` are those that may hold rows, `refused` those that are not looked into.
    """

    data: dict[str, FileKind] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def look_around(root: Path) -> ExportFiles:
    """Lists what lies below a folder; hidden files and folders are left out, links are not followed out of it.

    Raises:
        OSError: The folder cannot be listed.
    """
    places = ExportFiles()
    inside = root.resolve()
    for name, path in _walk(root, places.refused):
        reason = _why_not(path, inside)
        kind = _kind(path) if reason is None and path.name not in _WITHOUT_ROWS else None
        if reason is not None:
            places.refused[name] = reason
        elif kind is not None:
            places.data[name] = kind
        else:
            places.others.append(name)
    return places


def kind_of(path: Path) -> FileKind | None:
    """What rows a file may hold, by its ending and how it begins; None where none of ours.

    Raises:
        OSError: It cannot be read.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind not in (None, "json"):
        return kind
    with open(path, "rb") as stream:
        head = stream.read(_HEAD)
        if head.startswith(b"PAR1"):
            return "parquet"
        if head[257:262] == b"ustar":
            return "tar"
        sign = head.lstrip()[:1]
        if sign != b"{":
            return "json" if sign == b"[" else kind
        stream.seek(0)
        # One object a line is read by `datasets` whatever the ending; other objects tell of the export.
        first = next(read_lines(stream))
        return "jsonl" if first.columns is not None and reader_of(first.columns) else None


def _kind(path: Path) -> FileKind | None:
    kind = _KINDS.get(path.suffix.lower())
    try:
        return kind_of(path) if kind else None
    except OSError:
        # Whoever reads it says what is wrong.
        return kind


def split_of(name: str) -> tuple[str, bool]:
    """The split that a file's name tells, and whether the name is in the form of shards or of the challenge.

    `train-00000-of-00002.parquet` and `me_vqa_dfme_train.jsonl` → `train`; else it is the name less its ending.
    """
    stem = Path(name).stem
    match = _SHARD.fullmatch(stem) or _MEGC.fullmatch(stem)
    return (match["split"], True) if match else (stem, False)


def missing_shards(names: list[str]) -> Iterator[Finding]:
    """What the names of shards say should be there and is not."""
    present: dict[tuple[str, str, int], set[int]] = {}
    for name in names:
        path = Path(name)
        if match := _SHARD.fullmatch(path.stem):
            key = ((path.parent / match["split"]).as_posix(), path.suffix, int(match["count"]))
            present.setdefault(key, set()).add(int(match["number"]))
    for (stem, suffix, count), numbers in sorted(present.items()):
        if len(numbers) < count:
            number = next(number for number in range(count) if number not in numbers)
            more = f" and {count - len(numbers) - 1} more" if count - len(numbers) > 1 else ""
            name = f"{stem}-{number:05d}-of-{count:05d}{suffix}"
            wrong = f"this shard{more} is missing; copy the export again"
            yield Finding(file=printable(name), row=None, id=None, rule="files", wrong=wrong)


def _walk(root: Path, refused: dict[str, str]) -> Iterator[tuple[str, Path]]:
    def refuse(error: OSError) -> None:
        refused[Path(error.filename).relative_to(root).as_posix()] = f"cannot be listed ({error.strerror})"

    for folder, folders, files in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(folder, name)
            if not name.startswith("."):
                yield path.relative_to(root).as_posix(), path


def _why_not(path: Path, inside: Path) -> str | None:
    """Why a file is not looked into; None when it is."""
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            return "this is a link that leads out of the export and is not followed; put what it leads to in its place"
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"
    if stat.S_ISDIR(mode):
        return "this is a link to a folder of the export; its files would be there twice"
    return None if stat.S_ISREG(mode) else "this is a device or a pipe, not a file"
