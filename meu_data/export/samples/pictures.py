"""The pictures of a row, and what it takes to make each of them again from the corpus's frames."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import FrameError
from meu_data.export.samples.truth import SampleTruth

Box = tuple[int, int, int, int]
PicturePart = Literal["map", "onset", "apex", "zoom"]

# A multiple of the patches of both Qwen2.5-VL (28 px) and Qwen3-VL (32 px): such a picture is taken as it is.
ZOOM_SIZE = 224

# Level 6 takes two and a half times as long for files an eighth smaller.
_PNG_COMPRESSION = 3


@dataclass(frozen=True, slots=True)
class RowPicture:
    """A picture file: its name is safe on every file system and differs between samples and parts.

    `data` is the file, None where pixels may not be passed on; `sha256` is that of the file in either case.
    `bbox` is where a `zoom` was cut out of the map: left, top, right, bottom, px, the last two exclusive.
    """

    name: str
    data: bytes | None
    sha256: str
    part: PicturePart = "map"
    bbox: Box | None = None

    @classmethod
    def of(cls, name: str, data: bytes, part: PicturePart = "map", bbox: Box | None = None) -> Self:
        """A picture with its pixels."""
        return cls(name, data, hashlib.sha256(data).hexdigest(), part, bbox)

    def without_pixels(self) -> Self:
        """The same picture, by name and hash only."""
        return replace(self, data=None)


def picture_source(truth: SampleTruth, picture: RowPicture) -> dict[str, Any]:
    """What a licensee needs to make a picture again: which frames, by name and hash, and how.

    Returns:
        Plain values. `part` says what the picture is: `map` is rendered with `recipe`, `solver` and `map_size` from
        the frames, `zoom` is `zoomed(map, bbox)`, `onset` and `apex` are `frame_pair.frame_file(<the frame's file>)`.
    """
    sample, motion = truth.sample, truth.motion
    return {
        "name": picture.name,
        "sha256": picture.sha256,
        "part": picture.part,
        "bbox": list(picture.bbox) if picture.bbox else None,
        "sample_id": sample.id,
        "onset_frame": sample.onset_frame,
        "apex_frame": sample.apex_frame,
        "onset_sha256": motion.onset_sha256,
        "apex_sha256": motion.apex_sha256,
        "recipe": motion.recipe,
        "solver": motion.solver,
        "map_size": png_size(truth.map_png)[0],
    }


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its header (PNG specification, 11.2.2), px."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def zoomed(png: bytes, bbox: Box) -> bytes:
    """A part of a picture, enlarged (never made smaller) until its longer side is `ZOOM_SIZE`; the bytes of a PNG.

    Args:
        png: The picture's file.
        bbox: left, top, right, bottom, px, the last two exclusive, inside the picture.

    Raises:
        FrameError: It is no picture.
    """
    return zooms(png, [bbox])[0]


def zooms(png: bytes, boxes: Sequence[Box]) -> list[bytes]:
    """Several parts of one picture, see `zoomed`.

    Raises:
        FrameError: It is no picture.
    """
    picture = cv2.imdecode(np.frombuffer(png, dtype=np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise FrameError("a map cannot be decoded; run `meu-data render --force`")
    return [_enlarged(picture[top:bottom, left:right]) for left, top, right, bottom in boxes]


def _enlarged(part: NDArray[np.integer[Any] | np.floating[Any]]) -> bytes:
    height, width = part.shape[:2]
    scale = max(ZOOM_SIZE / max(width, height), 1.0)
    size = (round(width * scale), round(height * scale))
    enlarged = cv2.resize(part, size, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".png", enlarged, [cv2.IMWRITE_PNG_COMPRESSION, _PNG_COMPRESSION])[1].tobytes()
