"""The formats by name: how a consumer wants the rows of a style, and how they are read back. One module each."""

from collections.abc import Collection

from meu_data.export.formats.format import Format, Reader
from meu_data.plugins import load, load_all

__all__ = ["Format", "Reader", "find_format", "formats", "reader_of", "readers"]


def formats() -> dict[str, Format]:
    """All of them by name, built in and plugged in.

    Raises:
        MeuError: A package that offers one is broken, or two offer the same name.
    """
    return load_all("formats", Format)


def find_format(name: str) -> Format:
    """A format by the name that `--for` takes.

    Raises:
        MeuError: There is none, or the package that offers it is broken.
    """
    return load("formats", name, Format)


def readers() -> list[Reader]:
    """How rows of any format are read back, those first that more columns tell."""
    found = dict.fromkeys(reader for each in formats().values() for reader in each.readers)
    return sorted(found, key=lambda reader: -len(reader.columns))


def reader_of(columns: Collection[str]) -> Reader | None:
    """Who reads rows of such columns; None for columns of no known format."""
    present = frozenset(columns)
    return next((one for one in readers() if one.columns <= present and not one.unless & present), None)
