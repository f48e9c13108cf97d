"""The folder around the rows: what an export without pixels must be, and how everything beside its pictures is kept."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from meu_data.errors import MeuError, printable
from meu_data.export.about.croissant import CROISSANT
from meu_data.export.about.documents import write_catalogue
from meu_data.export.about.facts import EXPORT_FACTS, ExportFacts, read_facts
from meu_data.export.about.texts import card, datasheet, with_edits
from meu_data.export.files.folder import holds_something
from meu_data.export.files.manifest import CARD, DATASHEET, MANIFEST, SOURCES, sha256_of, why_not_ours
from meu_data.export.formats.format import DATA
from meu_data.given_files import opened
from meu_data.hydrate.making import RebuiltPictures
from meu_data.hydrate.rows import fill_tables, write_pictures
from meu_data.store.confined import OutsideError, confined
from meu_data.store.files import explained

_LARGEST_SUMS = 256 * 1024**2
_AGAIN = "copy the export again"


def has_its_pictures(export: Path) -> bool:
    """Whether an export has been hydrated, or was written with pixels.

    Raises:
        MeuError: Its facts cannot be read.
    """
    is_whole = (export / MANIFEST).is_file() and not (export / SOURCES).exists() and (export / EXPORT_FACTS).is_file()
    return is_whole and read_facts(export).pixels


def check_places(export: Path, frames: Sequence[Path], out: Path | None) -> None:
    """Refuses what cannot go well before anything is read.

    Raises:
        MeuError: The export is none without pixels, holds what would be lost, or a folder is missing or in the way.
    """
    with explained(export):
        if not (export / MANIFEST).is_file():
            raise MeuError(f"{export} is no export of meu-data (it has no {MANIFEST}); name the folder of one")
        if not (export / SOURCES).is_file():
            raise MeuError(
                f"{export} has no {SOURCES}: it was not written with --no-pixels, or has its pictures already"
            )
        if out is None and (reason := why_not_ours(export)):
            raise MeuError(f"{export} cannot be replaced: {reason}; write a copy with --out")
    if out is not None:
        if out.resolve().is_relative_to(export.resolve()):
            raise MeuError(f"--out {out} is inside the export; name a folder outside of it, or leave --out away")
        if holds_something(out):
            raise MeuError(f"--out {out} is not empty; name another folder")
    if not frames:
        raise MeuError("name the folder of the corpus's frames with --frames")
    for folder in frames:
        if not folder.is_dir():
            raise MeuError(
                f"--frames {folder}: there is no such folder; name the one that `meu-data extract` was given"
            )


def checked_sums(export: Path) -> dict[str, str]:
    """The hashes of the export's files by name, compared with the files.

    Raises:
        MeuError: A file is missing, changed, or has no name of a file inside an export.
    """
    sums: dict[str, str] = {}
    with opened(export / MANIFEST, most=_LARGEST_SUMS) as stream:
        lines = stream.read().decode(errors="replace").splitlines()
    for line in lines:
        digest, _, name = line.partition("  ")
        try:
            path = confined(export, name)
        except OutsideError as error:
            what = f"{printable(line)!r} is no sum of a file of this export"
            raise MeuError(f"{export / MANIFEST}: {what}; {_AGAIN}") from error
        with explained(path):
            if not path.is_file():
                raise MeuError(f"{export / name}: {MANIFEST} lists it, and there is no such file; {_AGAIN}")
            if sha256_of(path) != digest:
                raise MeuError(
                    f"{export / name}: it changed since it was written ({MANIFEST} has another hash); {_AGAIN}"
                )
        sums[name] = digest
    if SOURCES not in sums:
        raise MeuError(f"{export / MANIFEST} does not list {SOURCES}; {_AGAIN}")
    if EXPORT_FACTS not in sums:
        raise MeuError(f"{export} has no {EXPORT_FACTS}: an older meu-data wrote it; export again")
    return sums


def write_copy(
    export: Path, folder: Path, sums: dict[str, str], facts: ExportFacts, rebuilt: Iterator[RebuiltPictures]
) -> None:
    """Fills a new folder: rows and pictures anew, what describes them adjusted, everything else copied.

    Args:
        export: The export without pixels.
        folder: An empty folder.
        sums: The hashes of the export's files, as `checked_sums` gives them.
        facts: What its `export.json` says.
        rebuilt: The pictures by sample, in the order of the list; all of it is read.

    Raises:
        MeuError: The export's files do not fit together, or whatever `rebuilt` raises.
        OSError: The disk refuses it.
    """
    tables = [name for name in sums if name.startswith(f"{DATA}/") and name.endswith(".parquet")]
    new = {name: digest for name, digest in sums.items() if name not in (*tables, SOURCES, CROISSANT, EXPORT_FACTS)}
    for name in new:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(export / name, folder / name)
    written = fill_tables(export, tables, rebuilt, folder) if tables else write_pictures(rebuilt, folder)
    new |= {path.relative_to(folder).as_posix(): sha256_of(path) for path in written}
    whole = facts.model_copy(update={"pixels": True})
    write_catalogue(folder, whole, new)
    _render_again(export / CARD, folder, card, facts, whole)
    _render_again(export / DATASHEET, folder, datasheet, facts, whole)


def _render_again(
    path: Path, folder: Path, render: Callable[[ExportFacts], str], facts: ExportFacts, whole: ExportFacts
) -> None:
    """Writes a text from the new facts, with what its owner changed in the old one."""
    if path.is_file():
        (folder / path.name).write_bytes(with_edits(render(facts), path.read_bytes(), render(whole)))
