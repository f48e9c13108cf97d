"""The pictures of a row, as columns hold them."""

from collections.abc import Mapping
from typing import Any

from meu_data.checking.findings import printable
from meu_data.checking.reading.view import Misfit, Picture

# Behind the first of these that a row has, the others only repeat a name.
_COLUMNS = ("images", "image", "image_path")


def pictures_of(row: Mapping[str, Any]) -> tuple[Picture, ...]:
    """The pictures in the columns of a row: structs of bytes and path as `datasets` has them, bytes, or paths.

    Args:
        row: The columns of one row.

    Returns:
        None at all where the row has no such column.

    Raises:
        Misfit: A cell is something else.
    """
    name = next((name for name in _COLUMNS if name in row), None)
    value = row.get(name) if name else None
    if value is None:
        return ()
    cells = value if isinstance(value, list) else [value]
    return tuple(
        _picture(cell, f"{name}[{place}]" if cells is value else str(name)) for place, cell in enumerate(cells)
    )


def _picture(cell: object, name: str) -> Picture:
    if isinstance(cell, str):
        return Picture(None, cell)
    if isinstance(cell, bytes):
        return Picture(cell, None)
    if isinstance(cell, Mapping):
        data, path = cell.get("bytes"), cell.get("path")
        if isinstance(data, bytes | None) and isinstance(path, str | None):
            return Picture(data, path)
    raise Misfit(f"{name} is {printable(cell)}, neither a picture nor the path of one")
