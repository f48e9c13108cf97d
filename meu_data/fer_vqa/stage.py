"""From labelled pictures of faces to a folder of questions about them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.export.files.folder import whole_folder
from meu_data.export.files.lines import lines_folder
from meu_data.export.files.manifest import CARD, same_files, sha256_of, why_not_ours, write_manifest
from meu_data.export.files.parquet import ParquetFolder, parquet_folder
from meu_data.fer_vqa.card import card
from meu_data.fer_vqa.folders import labels_of_folders
from meu_data.fer_vqa.presets import Preset, choose_preset
from meu_data.fer_vqa.rows import DEFAULT_SPLITS, FerStyle, check_style, picture_schema, row
from meu_data.fer_vqa.usable import FerProblem, LabelSource, Sorting
from meu_data.progress import SILENT, Progress
from meu_data.records import Record

_DATA = "data"


class FerSummary(Record):
    """What was written: rows by split and by label; what had no label; how many problems, and the first of them."""

    out: str
    rows: dict[str, int]
    labels: dict[str, int]
    files: tuple[str, ...]
    left_out: dict[str, int]
    problems: int
    findings: tuple[FerProblem, ...]


def fer_vqa(
    out: Path,
    images: Path,
    *,
    preset: str,
    table: Path | None = None,
    labels: str | None = None,
    split: str | None = None,
    prefix: str = "",
    style: FerStyle = "ferbench",
    pixels: bool = False,
    overwrite: bool = False,
    limit: int = 100,
    progress: Progress = SILENT,
) -> FerSummary:
    """Writes UniFER's rows for a labelled set of pictures of faces.

    The folder holds one JSON list a split, with `pixels` also `data/<split>-00000-of-0000N.parquet` with the pictures'
    own bytes in a column `images`, a card and sums. It appears whole or not at all. Rows come in the order of the
    table, or of the names in the folders; the same input gives the same bytes.

    Args:
        out: The folder to make: missing or empty, or with `overwrite` an earlier export.
        images: The folder that the table's names are relative to, or that has a folder for each label.
        preset: A key of `PRESETS`, or `custom`.
        table: The label table; the folders' names are the labels when None.
        labels: Of a custom set, in the order of its question, with commas between them; the folders' names when None.
        split: Take only the pictures of this split.
        prefix: Put before every `image_path`, such as `/RAF-DB/aligned/`.
        style: `ferbench` or `unifer-rlvr`.
        pixels: Also write the pictures, each of which is decoded first.
        overwrite: Replace an earlier export.
        limit: How many problems the summary lists; all are counted.
        progress: Whom to tell how far it is.

    Raises:
        MeuError: Nothing is usable, an option is wrong, the table or the folder cannot be read, or `out` cannot be
            written; what stood at `out` is unchanged.
    """
    check_style(style)
    chosen = _preset(preset, labels, images, table)
    sorting = Sorting(LabelSource(images, table, chosen, split), DEFAULT_SPLITS[style], pixels=pixels, limit=limit)
    with whole_folder(out, overwrite=overwrite, why_not_ours=why_not_ours, same=same_files) as folder:
        with lines_folder(folder, folder, "json") as lists, _parquet(folder, style, pixels=pixels) as parquet:
            for picture in sorting.usable(progress):
                columns = row(style, chosen, prefix + picture.name, picture.label)
                lists.add(picture.split, columns)
                if parquet is not None:
                    pixels_of = {"bytes": picture.data, "path": picture.name}
                    parquet.add(picture.split, {"images": [pixels_of], **columns})
            if not sorting.rows:
                raise MeuError(sorting.why_nothing())
            written = [*lists.finish(), *(parquet.finish() if parquet is not None else [])]
        sums = [(path.relative_to(folder).as_posix(), sha256_of(path)) for path in written]
        about = card(chosen, style, sorting.rows, sorting.labels, sorting.left_out, sorting.problems, pixels=pixels)
        (folder / CARD).write_text(about, encoding="utf-8")
        write_manifest(folder, sums)
    return FerSummary(
        out=str(out),
        rows=dict(sorted(sorting.rows.items())),
        labels={label: sorting.labels[label] for label in chosen.labels},
        files=tuple(sorted(name for name, _ in sums)),
        left_out=dict(sorted(sorting.left_out.items())),
        problems=sorting.problems,
        findings=tuple(sorting.findings),
    )


def _preset(name: str, labels: str | None, images: Path, table: Path | None) -> Preset:
    chosen = choose_preset(name, labels)
    if not images.is_dir():
        raise MeuError(f"{images}: there is no such folder; name the one with the pictures with --images")
    if chosen is not None:
        return chosen
    if table is not None:
        raise MeuError("a custom set with a table needs --labels, in the order in which the question names them")
    return labels_of_folders(images)


@contextlib.contextmanager
def _parquet(folder: Path, style: FerStyle, *, pixels: bool) -> Iterator[ParquetFolder | None]:
    if not pixels:
        yield None
        return
    (folder / _DATA).mkdir()
    with parquet_folder(folder / _DATA, picture_schema(style)) as files:
        yield files
