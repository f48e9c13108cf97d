"""A face inspection: what its three tools answer, on the pictures of one row.

The same code writes the transcripts of style `actfer` and answers in training (style `actfer-rl`), so a model that
learned from the one meets the same tools in the other. All is deterministic. `detect_face` and `align_face` answer with
what was measured when the map was rendered; `zoom` cuts and enlarges that very map.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from meu_data.environments.crops import Box, cut, decoded, png_size
from meu_data.environments.tools import ALIGN, DETECT, ZOOM
from meu_data.errors import MeuError, printable

# A box that covers the face no better than this is not the face: the usual bound of detection (PASCAL VOC).
_LEAST_OVERLAP = 0.5
# Fewer pixels of the map are a patch of one colour.
_LEAST_SIDE = 8


class Sight(NamedTuple):
    """What the tools look at.

    Attributes:
        width: Of the frames, px.
        height: Of the frames, px.
        faces: How many were found on the onset frame.
        onset_box: The largest of them, px of the frame.
        apex_box: The same face on the apex frame, px of the frame.
        regions: Where each region lies on the map, px of the map.
        map_png: The motion map's file; empty where no tool is asked for a picture.
    """

    width: int
    height: int
    faces: int
    onset_box: Box
    apex_box: Box
    regions: Mapping[str, Box]
    map_png: bytes

    def column(self) -> dict[str, Any]:
        """All but the map, as plain values for a column of rows."""
        return {
            "width": self.width,
            "height": self.height,
            "faces": self.faces,
            "onset_bbox": list(self.onset_box),
            "apex_bbox": list(self.apex_box),
            "regions": [{"region": name, "bbox": list(box)} for name, box in self.regions.items()],
        }

    @classmethod
    def of_column(cls, value: object, map_png: bytes) -> Self:
        """What `column` wrote, with the map.

        Raises:
            MeuError: It says something else, or of places that are not on frame or map.
        """
        if map_png and not map_png.startswith(b"\x89PNG"):
            raise MeuError("the column `map` holds no PNG; export it again")
        try:
            sight = cls._read(value, map_png)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
            what = "the column `inspection` does not say where face and regions lie"
            raise MeuError(f"{what}; export it again") from error
        if not all(_inside(box, sight.width, sight.height) for box in (sight.onset_box, sight.apex_box)):
            raise MeuError("the column `inspection` has a face that is not on its frame; export it again")
        if map_png and not all(_inside(box, *png_size(map_png)) for box in sight.regions.values()):
            raise MeuError("the column `inspection` has a region that is not on its map; export it again")
        return sight

    @classmethod
    def _read(cls, value: Any, map_png: bytes) -> Self:  # noqa: ANN401 - whatever the column holds
        return cls(
            width=int(value["width"]),
            height=int(value["height"]),
            faces=int(value["faces"]),
            onset_box=_as_box(value["onset_bbox"]),
            apex_box=_as_box(value["apex_bbox"]),
            regions={str(region["region"]): _as_box(region["bbox"]) for region in value["regions"]},
            map_png=map_png,
        )


class Answer(NamedTuple):
    """What a tool answers: JSON, and the PNG file that stands before it where it shows a picture.

    `wrong` is whether the call could not be done; then the JSON is `{"error": ...}`. `bbox` is where a picture was cut
    out of the map.
    """

    text: str
    picture: bytes | None = None
    bbox: Box | None = None
    wrong: bool = False


class Inspection:
    """One inspection of one row: the tools are called in turn, and there is no map before the face is aligned."""

    def __init__(self, sight: Sight, *, aligned: bool = False) -> None:
        """Begins.

        Args:
            sight: What the tools look at.
            aligned: The face counts as aligned from the start, for loops that tell a tool nothing of earlier calls.

        Raises:
            FrameError: The map is no picture. A model is not to be told of that: it has done nothing wrong.
        """
        self._sight, self._aligned = sight, aligned
        self._picture = decoded(sight.map_png) if sight.map_png else None

    def call(self, name: object, arguments: object) -> Answer:
        """Calls a tool.

        Args:
            name: Of the tool.
            arguments: By name, as a model wrote them: anything at all.

        Returns:
            The answer; never raises, whatever the arguments are.
        """
        tools = {DETECT: self._detect, ALIGN: self._align, ZOOM: self._zoom}
        if not isinstance(name, str) or name not in tools:
            return _error(f"there is no tool {printable(name)}; the tools are {', '.join(tools)}")
        if not isinstance(arguments, Mapping):
            return _error(f"the arguments of {name} are no JSON object")
        # A model that leaves an argument open may say null.
        given = {key: value for key, value in arguments.items() if value is not None}
        known = {DETECT: ("image",), ALIGN: ("bbox",), ZOOM: ("region", "bbox")}[name]
        if unknown := sorted(str(key) for key in given if key not in known):
            return _error(f"{name} has no argument {printable(unknown[0])}; it takes {' or '.join(known)}")
        return tools[name](given)

    def _detect(self, given: Mapping[str, Any]) -> Answer:
        image = given.get("image")
        if type(image) is not int or image not in (1, 2):
            return _error("image has to be 1 for the onset frame or 2 for the apex frame")
        sight = self._sight
        box = sight.onset_box if image == 1 else sight.apex_box
        return _said(faces=sight.faces, bbox=list(box), width=sight.width, height=sight.height)

    def _align(self, given: Mapping[str, Any]) -> Answer:
        sight = self._sight
        box = _box_of(given.get("bbox"), sight.width, sight.height)
        if isinstance(box, str):
            return _error(f"{box} of the frame, which is {sight.width} x {sight.height}")
        if _overlap(box, sight.onset_box) < _LEAST_OVERLAP:
            return _error(f"there is no face in this box; {DETECT} says where it is")
        if self._picture is None:
            return _error("there is no motion map of this row")
        self._aligned = True
        return self._shown(sight.map_png)

    def _zoom(self, given: Mapping[str, Any]) -> Answer:
        sight = self._sight
        if self._picture is None or not self._aligned:
            return _error(f"there is no motion map yet; call {ALIGN} first")
        if ("region" in given) == ("bbox" in given):
            return _error("give a region or a bbox, one of the two")
        height, width = self._picture.shape[:2]
        if "region" in given:
            region = given["region"]
            found: Box | str | None = sight.regions.get(region) if isinstance(region, str) else None
            if found is None:
                return _error(f"there is no region {printable(region)} on this map")
        else:
            found = _box_of(given["bbox"], width, height)
        if isinstance(found, str):
            return _error(f"{found} of the motion map, which is {width} x {height}")
        return self._shown(cut(self._picture, found), found)

    @staticmethod
    def _shown(png: bytes, bbox: Box | None = None) -> Answer:
        width, height = png_size(png)
        where = {"bbox": list(bbox)} if bbox else {}
        return Answer(json.dumps({**where, "width": width, "height": height}), png, bbox)


def _said(**values: Any) -> Answer:  # noqa: ANN401 - JSON
    return Answer(json.dumps(values))


def _error(reason: str) -> Answer:
    return Answer(json.dumps({"error": reason}, ensure_ascii=False), wrong=True)


def _as_box(value: Any) -> Box:  # noqa: ANN401 - a list, or an array
    left, top, right, bottom = (int(side) for side in value)
    return left, top, right, bottom


def _box_of(value: object, width: int, height: int) -> Box | str:
    """A box inside a picture of that size, or what is wrong with it."""
    sides = value if isinstance(value, list | tuple) else ()
    whole = [int(side) for side in sides if _is_whole(side)]
    if len(sides) != 4 or len(whole) != 4:
        return "bbox has to be four whole numbers: left, top, right, bottom, in pixels"
    left, top, right, bottom = whole
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        return "bbox has to lie inside, left before right and top before bottom, in pixels"
    if min(right - left, bottom - top) < _LEAST_SIDE:
        return f"bbox has to be {_LEAST_SIDE} pixels wide and high at least, in pixels"
    return left, top, right, bottom


def _inside(box: Box, width: int, height: int) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= width and 0 <= top < bottom <= height


def _is_whole(side: object) -> bool:
    """Whether a model wrote a whole number; 12.0 is one, true is none, nor is infinity."""
    return (type(side) is int or (type(side) is float and side.is_integer())) and abs(side) < 1e9


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(wide, 0) * max(high, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / max(sum(areas) - both, 1)
