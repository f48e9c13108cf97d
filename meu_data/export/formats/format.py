"""What a format is: how the rows of a style are written for one consumer and read back, and what it refuses."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from meu_data.export.files.lines import LinesKind, lines_folder
from meu_data.export.files.parquet import parquet_folder
from meu_data.export.files.tar import tar_folder
from meu_data.export.formats.recipe import RecipeWriter
from meu_data.export.formats.row_view import RowView, read_conversation
from meu_data.export.formats.schema import without_image_features
from meu_data.export.styles.row import ExportRow, Style

DATA = "data"
PICTURES = "images"

Columns = Mapping[str, Any]
WhyNot = Callable[[Style, bool], str | None]


class RowFiles(NamedTuple):
    """What takes the rows of an export.

    `add` writes a row, which has that place in its split, from 0; `finish` ends the files and returns them, pictures
    last.
    """

    add: Callable[[ExportRow, int], None]
    finish: Callable[[], list[Path]]


class Layout(NamedTuple):
    """Where rows go: `open` takes the export's folder, the style, and whether the rows come with their pixels.

    By `pattern` `datasets` finds the files of a `{split}`.
    """

    open: Callable[[Path, Style, bool], contextlib.AbstractContextManager[RowFiles]]
    pattern: str


class Reader(NamedTuple):
    """How rows of one shape are read back: the columns that they are known by, and those that another reader wants.

    `read` raises `ColumnError`. A foreign file of that shape is read as well as one of ours.
    """

    shape: str
    columns: frozenset[str]
    read: Callable[[Columns], RowView]
    unless: frozenset[str] = frozenset()


def reader(shape: str, columns: str, read: Callable[[Columns], RowView], *, unless: str = "") -> Reader:
    """A reader whose columns are told by their names with blanks between."""
    return Reader(shape, frozenset(columns.split()), read, frozenset(unless.split()))


# What LLaMA-Factory and ms-swift read, and TRL where a conversation has tools.
MESSAGES_READER = reader("messages", "messages", lambda row: read_conversation(row, "messages", "either"))


@dataclass(frozen=True, slots=True)
class Format:
    """One consumer: how rows are written for it and read back, and what it cannot read.

    Attributes:
        name: As `--for` has it.
        layout: Where its rows go.
        readers: Of the rows that it writes, and of foreign ones for the same consumer.
        why_not: Why rows of a style, with or without pixels, are not for it and what to take instead, or None.
        further_files: Small files of the export's root by name, from the style and the splits.
        recipe: Of training on it, where there is one.
        tools: Whether tools of ours answer a model that trains on it (`Style.inspected`).
    """

    name: str
    layout: Layout
    readers: tuple[Reader, ...]
    why_not: WhyNot = lambda style, pixels: None
    further_files: Callable[[Style, Iterable[str]], dict[str, str]] = lambda style, splits: {}
    recipe: RecipeWriter | None = None
    tools: bool = False


def in_parquet(
    schema: Callable[[Style], pa.Schema], write: Callable[[ExportRow, int], dict[str, Any]], *, by_split: bool = False
) -> Layout:
    """Parquet: shards of each split, or a folder of them."""

    @contextlib.contextmanager
    def opened(root: Path, style: Style, pixels: bool) -> Iterator[RowFiles]:
        columns = schema(style) if pixels else without_image_features(schema(style))
        with parquet_folder(_made(root / DATA), columns, by_split=by_split) as files:
            yield RowFiles(lambda row, number: files.add(row.split, write(row, number)), files.finish)

    return Layout(opened, f"{DATA}/{{split}}/*.parquet" if by_split else f"{DATA}/{{split}}-*.parquet")


def in_lines(
    write: Callable[[ExportRow, int], Iterator[tuple[str, dict[str, Any]]]], kind: LinesKind, name: str = "{split}"
) -> Layout:
    """JSON files with their pictures beside them; `write` says to which file a line goes."""

    @contextlib.contextmanager
    def opened(root: Path, style: Style, pixels: bool) -> Iterator[RowFiles]:
        with lines_folder(_made(root / DATA), root / PICTURES, kind) as files:

            def add(row: ExportRow, number: int) -> None:
                for picture in row.pictures:
                    files.picture(picture)
                for stem, line in write(row, number):
                    files.add(stem, line)

            yield RowFiles(add, files.finish)

    return Layout(opened, f"{DATA}/{name}.{kind}")


def in_tar(write: Callable[[ExportRow, int], Iterator[tuple[str, bytes]]]) -> Layout:
    """Tar files; `write` makes the members of a row."""

    @contextlib.contextmanager
    def opened(root: Path, style: Style, pixels: bool) -> Iterator[RowFiles]:
        with tar_folder(_made(root / DATA)) as files:
            yield RowFiles(lambda row, number: files.add(row.split, write(row, number)), files.finish)

    return Layout(opened, f"{DATA}/{{split}}-*.tar")


def not_for(reasons: Mapping[str, str]) -> WhyNot:
    """Refuses styles by what they train (`Style.trains`), each with its reason."""
    return lambda style, pixels: reasons.get(style.trains)


def only_for(styles: tuple[str, ...], reason: str) -> WhyNot:
    """Refuses all styles but some."""
    return lambda style, pixels: None if style.name in styles else reason


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
