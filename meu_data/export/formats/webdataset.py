"""Dialect `webdataset`: tar files in which `s00000000.mmc.png` and `s00000000.json` are one row.

The key of a row ends at the first dot of a name, so it is a number and not the sample's id, which is in the JSON.
"""

import json
from collections.abc import Iterator

from meu_data.export.styles.row import Row


def members(said: Row, number: int) -> Iterator[tuple[str, bytes]]:
    """The files of one row: its picture first, where there is one, then the style's columns and the labels as JSON."""
    key = f"s{number:08d}"
    for picture in said.pictures:
        assert picture.data is not None  # compatibility.why_not refuses an export without pixels
        yield f"{key}.mmc.png", picture.data
    columns = {"id": said.id, **said.fields, **said.labels}
    yield f"{key}.json", json.dumps(columns, ensure_ascii=False, sort_keys=True).encode()
