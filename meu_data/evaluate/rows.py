"""Files of predictions and of labels as rows: JSON lines, a JSON list, Parquet or CSV, whoever wrote them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from meu_data.checking.reading.file_row import FileRow
from meu_data.checking.reading.json_rows import read_lines, read_list
from meu_data.checking.reading.parquet_rows import ParquetError, ParquetRows
from meu_data.checking.reading.tar_rows import read_tar
from meu_data.errors import MeuError, printable
from meu_data.given_files import opened, text_lines
from meu_data.records import file_stem

_LARGEST = 4 * 1024**3
_ENDINGS = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "list",
    ".parquet": "parquet",
    ".tar": "tar",
    ".csv": "csv",
    ".tsv": "csv",
}
# What names the sample of a row, ours and others': MEGC's files, FERBench, UniFER, ms-swift.
_NAMES = ("id", "sample_id", "video_id", "image_id", "clip_id", "image_path", "image", "images", "video", "filename")
# What holds a model's text: UniFER's evaluator reads `model_response`, null-xy's of MEGC 2026 `pred`, ms-swift writes
# `response`, LLaMA-Factory `predict`, rewards take `completion`.
_SAID = (
    "prediction",
    "predicted",
    "pred",
    "model_response",
    "response",
    "completion",
    "predict",
    "generated_text",
    "output",
    "text",
    "answer",
    "emotion",
    "label",
)
_TRUE = ("true_label", "gt", "gold", "reference", "labels", "solution", "label", "emotion", "answer")


_READERS: dict[str, Callable[[BinaryIO], Iterator[FileRow]]] = {
    "lines": read_lines,
    "list": read_list,
    "tar": read_tar,
}


class Row(NamedTuple):
    """One row with its place, for messages."""

    where: str
    columns: Mapping[str, Any]


def rows_of(path: Path, *, motion: bool = False) -> Iterator[Row]:
    """The rows of a file.

    Args:
        path: The file.
        motion: Whether the measured motion of every row is read as well, where it is Parquet and has it.

    Raises:
        MeuError: It cannot be read, its ending is none of these, or a row is damaged: all rows count.
    """
    if path.is_dir():
        raise MeuError(f"{path}: this is a folder; name the file in it")
    if not path.exists():
        raise MeuError(f"{path}: there is no such file; check the path")
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise MeuError(f"{path}: the name ends in none of {', '.join(_ENDINGS)}; save it as one of these")
    if kind == "csv":
        yield from _csv(path)
        return
    with opened(path, most=_LARGEST) as stream:
        try:
            found = ParquetRows(stream, motion=motion).rows() if kind == "parquet" else _READERS[kind](stream)
        except ParquetError as error:
            raise MeuError(f"{path}: {str(error).rstrip('.')}; write it anew") from None
        any_row = False
        for row in found:
            any_row = True
            yield Row(f"{path}, row {row.row}", _columns(path, row))
    if not any_row:
        raise MeuError(f"{path}: there is no row in it; write a row for each sample")


def _columns(path: Path, row: FileRow) -> Mapping[str, Any]:
    if row.columns is None:
        place = f", row {row.row}" if row.row is not None else ""
        raise MeuError(f"{path}{place}: {row.wrong}; correct or remove it")
    return row.columns


def _csv(path: Path) -> Iterator[Row]:
    text = "\n".join(line.rstrip("\r\n") for _, line in text_lines(path, most=_LARGEST))
    reader = csv.DictReader(io.StringIO(text), delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise MeuError(f"{path}, row {number}: it has not as many cells as the first row; correct it")
            yield Row(f"{path}, row {number}", row)
    except csv.Error as error:
        raise MeuError(f"{path}, row {number + 1}: {error}; correct it") from None
    if not number:
        raise MeuError(f"{path}: there is no row below the names of the columns; write one for each sample")


def said_column(columns: Mapping[str, Any]) -> str | None:
    """The column that holds what a model said."""
    return next((name for name in _SAID if name in columns), None)


def true_column(columns: Mapping[str, Any], but: str | None) -> str | None:
    """The column that holds the truth, other than one."""
    return next((name for name in _TRUE if name != but and columns.get(name) not in (None, "", [])), None)


def names_of(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row may be known by, the surest first.

    Its ids, the paths of its pictures, their bare names, and what our exports call the picture of such an id.
    """
    whole = [text for name in _NAMES for text in _texts(columns.get(name))]
    bare = [name for text in whole if (name := _bare(text))]
    return tuple(dict.fromkeys([*whole, *bare, *map(file_stem, whole)]))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - a cell
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        yield from _texts(value.get("path"))
    elif isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def _bare(text: str) -> str:
    """A path's last part without its ending, which is what our exports name pictures by."""
    path = PurePosixPath(text.replace("\\", "/"))
    return path.stem if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".mp4", ".avi") else ""


def shown_columns(columns: Mapping[str, Any]) -> str:
    """The columns, for a message."""
    return printable(", ".join(map(str, columns)), 120)
