"""A row as it comes out of a file, before anything is made of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meu_data.export.formats.row_view import PictureView

# No row of text is longer; one that is would only fill the memory.
MAX_ROW = 16 * 1024 * 1024


class FileRow(NamedTuple):
    """One row with its number from 1, or why there is none; without a number `wrong` is about the file.

    `pictures` are those that stand beside the columns, as in a tar; None where the columns hold them.
    """

    row: int | None
    columns: Mapping[str, Any] | None
    wrong: str = ""
    pictures: tuple[PictureView, ...] | None = None
