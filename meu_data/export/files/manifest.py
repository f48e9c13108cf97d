"""`SHA256SUMS`: what an export holds, in the form that `sha256sum -c` checks; and by it, whether a folder is ours."""

import filecmp
import hashlib
from collections.abc import Iterable
from pathlib import Path

MANIFEST = "SHA256SUMS"
CARD = "README.md"
DATASHEET = "DATASHEET.md"
SOURCES = "pictures.jsonl"
MARKER = "<!-- meu-data export -->"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path, sums: Iterable[tuple[str, str]]) -> None:
    """Writes the sums; the card and the datasheet are left out because their owner has to edit them."""
    lines = (f"{digest}  {name}\n" for name, digest in sorted(sums))
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def same_files(one: Path, other: Path) -> bool:
    """Whether two exports hold the same, byte for byte; the card and the datasheet are their owner's."""
    names = [line.partition("  ")[2] for line in (one / MANIFEST).read_text(encoding="utf-8").splitlines()]
    try:
        return all(filecmp.cmp(one / name, other / name, shallow=False) for name in (MANIFEST, *names))
    except OSError:
        return False


def why_not_ours(folder: Path) -> str | None:
    """Why a folder is no export of ours that may be thrown away; None when it is one.

    It must have the card with our mark, and nothing but the files its sums list, so that neither a foreign
    folder nor a file that somebody put into an export is ever lost.
    """
    card, manifest = folder / CARD, folder / MANIFEST
    if not (card.is_file() and manifest.is_file() and MARKER in card.read_text(encoding="utf-8", errors="replace")):
        return "it is not an export of meu-data"
    listed = {line.partition("  ")[2] for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines()}
    known = listed | {CARD, DATASHEET, MANIFEST}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        inner = path.is_dir() and not path.is_symlink()
        if name not in known and not (inner and any(file.startswith(f"{name}/") for file in listed)):
            return f"it holds {name}, which no export wrote"
    return None
