"""Rows without pixels to rows with them, written as `export` would have written them in the first place."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.environments.tools import DETECT
from meu_data.errors import MeuError
from meu_data.export.files.parquet import parquet_folder
from meu_data.export.formats.format import DATA, PICTURES
from meu_data.export.formats.schema import with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.hydrate.making import RebuiltPictures

_SHARD = re.compile(r"(.+)-\d{5}-of-\d{5}\.parquet")
_ROWS_AT_ONCE = 64


def fill_tables(export: Path, names: Sequence[str], rebuilt: Iterable[RebuiltPictures], folder: Path) -> list[Path]:
    """Writes the Parquet files again, with the bytes of their pictures.

    Row groups and shards end where a size is reached, over all splits together; so the rows go through the writer of
    `export`, in the order in which `export` had them: sample by sample, as the pictures are listed.

    Args:
        export: The export without pixels.
        names: Its Parquet files, below it.
        rebuilt: The pictures by sample, in the order of the list.
        folder: Where the files go, into `data`.

    Raises:
        MeuError: A file is no table of an export, or rows and list do not fit together.
    """
    splits: dict[str, list[Path]] = {}
    for name in sorted(names):
        match = _SHARD.fullmatch(PurePosixPath(name).name)
        if match is None:
            raise MeuError(f"{export / name}: no shard is called so; copy the export again")
        splits.setdefault(match[1], []).append(export / name)
    by_split = any(PurePosixPath(name).parent != PurePosixPath(DATA) for name in names)
    try:
        schema = _with_pictures(pq.read_schema(export / min(names)))
        if "images" not in schema.names or schema.field("images").type != pa.list_(IMAGE):
            raise MeuError(f"{export / min(names)} has no column of pictures; copy the export again")
        (folder / DATA).mkdir(exist_ok=True)
        with parquet_folder(folder / DATA, schema, by_split=by_split) as files:
            for split, row in _filled({split: _rows(paths) for split, paths in sorted(splits.items())}, rebuilt):
                files.add(split, row)
            return files.finish()
    except pa.ArrowException as error:
        raise MeuError(f"{export}: its Parquet files cannot be read ({error}); copy the export again") from error


def write_pictures(rebuilt: Iterable[RebuiltPictures], folder: Path) -> list[Path]:
    """Writes the pictures beside the rows that name them."""
    images = folder / PICTURES
    images.mkdir()
    written = []
    for clip in rebuilt:
        for name, data in clip.files.items():
            path = images / name
            path.write_bytes(data)
            written.append(path)
    return written


def _with_pictures(schema: pa.Schema) -> pa.Schema:
    return with_footer(pa.field(field.name, _as_declared(field.type)) for field in schema)


def _as_declared(kind: pa.DataType) -> pa.DataType:
    """The type as a style declares it: Parquet gives the items of a list another name."""
    if pa.types.is_list(kind):
        return pa.list_(_as_declared(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _as_declared(field.type)) for field in kind])
    return kind


def _rows(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                yield from batch.to_pylist()


def _filled(
    splits: dict[str, Iterator[dict[str, Any]]], rebuilt: Iterable[RebuiltPictures]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of all splits in the order of the samples, each with its pictures."""
    heads = {split: next(rows, None) for split, rows in splits.items()}
    for clip in rebuilt:
        found = False
        for split, rows in splits.items():
            while (row := heads[split]) is not None and _names(row)[0] in clip.files:
                yield split, _with_map(row, clip) | {"images": [_cell(clip, name) for name in _names(row)]}
                heads[split], found = next(rows, None), True
        if not found:
            raise MeuError(f"no row shows the pictures of {clip.clip.sample_id} in their turn; copy the export again")
    for split, row in heads.items():
        if row is not None:
            raise MeuError(f"the picture {_names(row)[0]} of {split} is not listed in its turn; copy the export again")


def _with_map(row: dict[str, Any], clip: RebuiltPictures) -> dict[str, Any]:
    """The row of `actfer-rl` with the map that its tools show: in a column of its own, or where verl finds it."""
    if row.get("map") is not None:
        return row | {"map": _cell(clip, row["map"]["path"])}
    extra = row.get("extra_info") or {}
    if "tools_kwargs" not in extra:
        return row
    shown = next((clip.files[one.name] for one in clip.clip.pictures if one.part == "map"), None)
    if shown is None:
        raise MeuError(f"no map is listed for the tools of {clip.clip.sample_id}; copy the export again")
    filled = {
        name: {"create_kwargs": given["create_kwargs"] | ({} if name == DETECT else {"map": shown})}
        for name, given in extra["tools_kwargs"].items()
    }
    return row | {"extra_info": extra | {"tools_kwargs": filled}}


def _names(row: dict[str, Any]) -> list[str]:
    return [cell["path"] or "" for cell in row["images"] or ()] or [""]


def _cell(clip: RebuiltPictures, name: str) -> dict[str, Any]:
    if name not in clip.files:
        raise MeuError(f"the picture {name!r} is not listed with the others of its row; copy the export again")
    return {"bytes": clip.files[name], "path": name}
