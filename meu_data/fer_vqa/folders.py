"""Folders that tell the labels of their pictures: an ImageFolder, and AffectNet as it is given out today."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from meu_data.errors import MeuError, NotationError
from meu_data.fer_vqa.entries import BadEntry, Entry, Labelled, Unlabelled, labelled, shown
from meu_data.fer_vqa.presets import Preset, custom
from meu_data.store.files import explained

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"))
_SPLITS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
# A number and its header; numpy would believe a header that promises terabytes.
_LARGEST_LABEL = 4096


def labels_of_folders(root: Path) -> Preset:
    """A set whose labels are the names of the folders, in order.

    Raises:
        MeuError: There are fewer than two, or a name cannot be a label.
    """
    names = sorted(
        {name for _, below in _tops(root) for name in _entries(root / below) if (root / below / name).is_dir()}
    )
    if len(names) < 2:
        raise MeuError(f"{root}: needs a folder for each label, at least two; or name a label table with --table")
    return custom(names)


def read_folders(root: Path, preset: Preset) -> Iterator[Entry]:
    """The pictures of an ImageFolder: `<root>/[<train, val or test>/]<label or code>/…/<picture>`, by name.

    Raises:
        MeuError: The folder cannot be read.
    """
    for split, below in _tops(root):
        for name in _entries(root / below):
            place = f"{below}/{name}" if below else name
            if not (root / place).is_dir():
                yield _misplaced(place, split)
                continue
            try:
                label = preset.label(name)
            except NotationError as error:
                yield BadEntry(None, f"the folder {shown(str(error))}; its pictures were left out", place)
                continue
            for image in files_below(root, place):
                if Path(image).suffix.lower() not in _PICTURES:
                    yield Unlabelled("no picture by its name", split)
                elif label is None:
                    yield Unlabelled(preset.why_unlabelled(name), split)
                else:
                    yield Labelled(None, image, label, split)


def is_annotated(root: Path) -> bool:
    """Whether a folder is one that `read_annotations` reads."""
    return (root / "images").is_dir() and (root / "annotations").is_dir()


def read_annotations(root: Path, preset: Preset) -> Iterator[Entry]:
    """AffectNet as it is given out today: `images/<n>.jpg` with the code in `annotations/<n>_exp.npy`.

    Raises:
        MeuError: The folder cannot be read.
    """
    for image in files_below(root, "images"):
        if Path(image).suffix.lower() not in _PICTURES:
            yield Unlabelled("no picture by its name")
            continue
        name = f"annotations/{Path(image).stem}_exp.npy"
        try:
            entry = labelled(preset, None, image, _code(root / name), None)
        except FileNotFoundError:
            entry = BadEntry(None, f"its label {shown(name)} is missing", image)
        except (OSError, ValueError, EOFError, MemoryError, zipfile.BadZipFile):
            entry = BadEntry(None, f"its label {shown(name)} cannot be read", image)
        yield entry._replace(file=image) if isinstance(entry, BadEntry) else entry


def files_below(root: Path, below: str) -> Iterator[str]:
    """All files in a folder, in order, as POSIX paths that begin with `below`; links to folders are not followed."""
    waiting = [below]
    while waiting:
        place = waiting.pop()
        path = root / place
        if place == below or (path.is_dir() and not path.is_symlink()):
            waiting += [f"{place}/{name}" for name in reversed(_entries(path))]
        else:
            yield place


def _code(path: Path) -> str:
    import numpy as np

    if path.stat().st_size > _LARGEST_LABEL:
        raise ValueError("too large")
    array = np.load(path, allow_pickle=False)
    if not isinstance(array, np.ndarray):
        raise ValueError("an archive")
    return str(array.item())


def _tops(root: Path) -> list[tuple[str | None, str]]:
    """(split, folder) of the folders that hold one for each label: `root` itself, or one of each split inside it."""
    names = [name for name in _entries(root) if (root / name).is_dir()]
    if names and all(name.casefold() in _SPLITS for name in names):
        return [(name, name) for name in names]
    return [(None, "")]


def _misplaced(place: str, split: str | None) -> Entry:
    if Path(place).suffix.lower() in _PICTURES:
        return BadEntry(None, "it lies in no folder of a label", place)
    return Unlabelled("no picture by its name", split)


def _entries(folder: Path) -> list[str]:
    with explained(folder):
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
