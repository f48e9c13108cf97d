"""The formats by name: how a consumer wants the rows of a style, and how they are read back. One module each."""

from collections.abc import Collection

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
from meu_data.export.formats.format import Format, Reader

__all__ = ["FORMATS", "Format", "Reader", "reader_of", "readers"]

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (hf, trl, llamafactory, ms_swift, verl, easyr1, qwen_vl, megc, unifer_json, webdataset)
}


def readers() -> list[Reader]:
    """How rows of any format are read back, those first that more columns tell."""
    found = dict.fromkeys(reader for each in FORMATS.values() for reader in each.readers)
    return sorted(found, key=lambda reader: -len(reader.columns))


def reader_of(columns: Collection[str]) -> Reader | None:
    """Who reads rows of such columns; None for columns of no known format."""
    present = frozenset(columns)
    return next((one for one in readers() if one.columns <= present and not one.unless & present), None)
