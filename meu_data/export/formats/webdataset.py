"""Format `webdataset`: tar files in which `s00000000.mmc.png` and `s00000000.json` are one row.

The key of a row ends at the first dot of a name, so it is a number and not the sample's id, which is in the JSON.
"""

import json
from collections.abc import Iterator

from meu_data.export.formats.format import Format, in_tar
from meu_data.export.formats.hf import STYLE_READERS
from meu_data.export.styles.row import ExportRow, Style


def write(row: ExportRow, number: int) -> Iterator[tuple[str, bytes]]:
    """The files of one row: its picture first, where there is one, then the style's columns and the labels as JSON."""
    key = f"s{number:08d}"
    for picture in row.pictures:
        assert picture.data is not None  # refused an export without pixels
        yield f"{key}.mmc.png", picture.data
    columns = {"id": row.id, **row.fields, **row.labels}
    yield f"{key}.json", json.dumps(columns, ensure_ascii=False, sort_keys=True).encode()


def _why_not(style: Style, pixels: bool) -> str | None:
    if style.trains == "trajectory":
        return (
            "every row of a WebDataset has the same files, and here rows differ in how many regions they zoom into; "
            "take --style unifer-cot, or --for hf"
        )
    if style.pictured and not pixels:
        return "a WebDataset is made of picture files, and without pixels there are none; take --for hf"
    return None


FORMAT = Format("webdataset", in_tar(write), STYLE_READERS, _why_not)
