"""Whether the tools of a row of `actfer-rl` have what they answer with: the map that was drawn, and boxes on it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from meu_data.environments.inspection import Sight
from meu_data.errors import MeuError, printable
from meu_data.export.formats.row_view import RowView


def check_inspection(view: RowView) -> list[str] | None:
    """What is wrong with the columns that tools answer from; None where the row has none."""
    seen, png = _columns(view.labels)
    if seen is None and png is None:
        return None
    # A row whose pictures were left out has no map either.
    bare = png is None and bool(view.pictures) and all(picture.data is None for picture in view.pictures)
    if not isinstance(seen, Mapping) or not (bare or isinstance(png, bytes)):
        return ["the tools have no map or no inspection to answer with"]
    told = map_behind_tools(view)
    if told and isinstance(png, bytes) and hashlib.sha256(png).hexdigest() != told:
        return ["the map that the tools show is not the one that its provenance names"]
    try:
        Sight.of_column(seen, png if isinstance(png, bytes) else b"")
    except MeuError as error:
        return [printable(str(error).partition("; ")[0], 200)]
    return []


def map_behind_tools(view: RowView) -> str | None:
    """The SHA-256 of the map that a row's tools show, by its provenance; None where it has no tools or does not say."""
    made_from = view.labels.get("provenance")
    told = made_from.get("map_sha256") if isinstance(made_from, Mapping) else None
    return told if isinstance(told, str) and _columns(view.labels)[0] is not None else None


def _columns(labels: Mapping[str, Any]) -> tuple[object, object]:
    """The inspection and the map's file, as a column of their own or as verl hands them to a tool."""
    kwargs: Any = labels.get("tools_kwargs")
    try:
        given = kwargs["align_face"]["create_kwargs"]
        return given["inspection"], given["map"]
    except (KeyError, TypeError):
        picture = labels.get("map")
        return labels.get("inspection"), picture.get("bytes") if isinstance(picture, Mapping) else picture
