"""Whether the tools of a row of `actfer-rl` have what they answer with: the map that was drawn, and boxes on it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from meu_data.environments.crops import Box, png_size
from meu_data.environments.inspection import Sight
from meu_data.export.formats.row_view import RowView


def check_inspection(view: RowView) -> list[str] | None:
    """What is wrong with the columns that tools answer from; None where the row has none."""
    seen, png = _columns(view.labels)
    if seen is None and png is None:
        return None
    if not isinstance(seen, Mapping) or not isinstance(png, bytes):
        return ["the tools have no map or no inspection to answer with"]
    try:
        sight = Sight.of_column(seen, png)
    except (KeyError, TypeError, ValueError, OverflowError):
        return ["the inspection does not say where face and regions lie"]
    made_from = view.labels.get("provenance")
    told = made_from.get("map_sha256") if isinstance(made_from, Mapping) else None
    if told and hashlib.sha256(png).hexdigest() != told:
        return ["the map that the tools show is not the one that its provenance names"]
    wrong = []
    if not all(_inside(box, sight.width, sight.height) for box in (sight.onset_box, sight.apex_box)):
        wrong.append("the inspection has a face that is not on its frame")
    if not all(_inside(box, *png_size(png)) for box in sight.regions.values()):
        wrong.append("the inspection has a region that is not on its map")
    return wrong


def _columns(labels: Mapping[str, Any]) -> tuple[object, object]:
    """The inspection and the map's file, as a column of their own or as verl hands them to a tool."""
    kwargs: Any = labels.get("tools_kwargs")
    try:
        given = kwargs["align_face"]["create_kwargs"]
        return given["inspection"], given["map"]
    except (KeyError, TypeError):
        picture = labels.get("map")
        return labels.get("inspection"), picture.get("bytes") if isinstance(picture, Mapping) else picture


def _inside(box: Box, width: int, height: int) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= width and 0 <= top < bottom <= height
