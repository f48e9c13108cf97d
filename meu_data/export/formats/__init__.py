"""The dialects by name: how a consumer wants the rows of a style. One module of pure functions each."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from meu_data.export.files.lines import Form, LinesFolder, lines_folder
from meu_data.export.files.parquet import ParquetFolder, parquet_folder
from meu_data.export.files.tar import TarFolder, tar_folder
from meu_data.export.formats import (
    easyr1,
    hf,
    llamafactory,
    megc,
    ms_swift,
    qwen_vl,
    trl,
    unifer_json,
    verl,
    webdataset,
)
from meu_data.export.formats.schema import without_image_features
from meu_data.export.styles.row import Row, Style

DATA = "data"
PICTURES = "images"


class Files(Protocol):
    """What takes the rows of an export."""

    def add(self, row: Row, number: int) -> None:
        """Writes a row; `number` is its place in its split, from 0."""

    def finish(self) -> list[Path]:
        """Ends the files and returns them, pictures last."""


class Dialect(NamedTuple):
    """Where the rows go, and what `datasets` has to be told to find a split's files again.

    `open` takes the export's folder, the style, and whether the rows come with their pixels. `beside` makes further
    small files of the export's root, by name, from the style and the splits.
    """

    open: Callable[[Path, Style, bool], contextlib.AbstractContextManager[Files]]
    pattern: str
    beside: Callable[[Style, Iterable[str]], dict[str, str]] = lambda style, splits: {}


@dataclass(frozen=True, slots=True)
class _Parquet:
    files: ParquetFolder
    row: Callable[[Row, int], dict[str, Any]]

    def add(self, row: Row, number: int) -> None:
        self.files.add(row.split, self.row(row, number))

    def finish(self) -> list[Path]:
        return self.files.finish()


@dataclass(frozen=True, slots=True)
class _Lines:
    files: LinesFolder
    lines: Callable[[Row, int], Iterator[tuple[str, dict[str, Any]]]]

    def add(self, row: Row, number: int) -> None:
        for picture in row.pictures:
            self.files.picture(picture)
        for stem, line in self.lines(row, number):
            self.files.add(stem, line)

    def finish(self) -> list[Path]:
        return self.files.finish()


@dataclass(frozen=True, slots=True)
class _Tar:
    files: TarFolder

    def add(self, row: Row, number: int) -> None:
        self.files.add(row.split, webdataset.members(row, number))

    def finish(self) -> list[Path]:
        return self.files.finish()


@contextlib.contextmanager
def _open_parquet(
    schema: Callable[[Style], pa.Schema],
    row: Callable[[Row, int], dict[str, Any]],
    by_split: bool,
    root: Path,
    style: Style,
    pixels: bool,
) -> Iterator[Files]:
    columns = schema(style) if pixels else without_image_features(schema(style))
    with parquet_folder(_made(root / DATA), columns, by_split=by_split) as files:
        yield _Parquet(files, row)


@contextlib.contextmanager
def _open_lines(
    lines: Callable[[Row, int], Iterator[tuple[str, dict[str, Any]]]],
    form: Form,
    root: Path,
    style: Style,
    pixels: bool,
) -> Iterator[Files]:
    with lines_folder(_made(root / DATA), root / PICTURES, form) as files:
        yield _Lines(files, lines)


@contextlib.contextmanager
def _open_tar(root: Path, style: Style, pixels: bool) -> Iterator[Files]:
    with tar_folder(_made(root / DATA)) as files:
        yield _Tar(files)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _parquet(schema: Callable[[Style], pa.Schema], row: Callable[[Row, int], dict[str, Any]]) -> Dialect:
    return Dialect(partial(_open_parquet, schema, row, False), f"{DATA}/{{split}}-*.parquet")


DIALECTS: dict[str, Dialect] = {
    "hf": _parquet(hf.schema, hf.row),
    "trl": _parquet(trl.schema, trl.row),
    "llamafactory": Dialect(
        partial(_open_parquet, llamafactory.schema, llamafactory.row, True),
        f"{DATA}/{{split}}/*.parquet",
        lambda style, splits: {"dataset_info.json": llamafactory.dataset_info(style, splits)},
    ),
    "ms-swift": _parquet(ms_swift.schema, ms_swift.row),
    "verl": _parquet(verl.schema, verl.row),
    "easyr1": _parquet(easyr1.schema, easyr1.row),
    "qwen-vl": Dialect(partial(_open_lines, qwen_vl.lines, "jsonl"), f"{DATA}/{{split}}.jsonl"),
    "megc": Dialect(partial(_open_lines, megc.lines, "jsonl"), f"{DATA}/me_vqa_*_{{split}}.jsonl"),
    "unifer-json": Dialect(partial(_open_lines, unifer_json.lines, "json"), f"{DATA}/{{split}}.json"),
    "webdataset": Dialect(_open_tar, f"{DATA}/{{split}}-*.tar"),
}
