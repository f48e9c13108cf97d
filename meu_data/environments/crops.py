"""Parts of a picture, enlarged: what `zoom` answers with, in transcripts and in training alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import FrameError

Box = tuple[int, int, int, int]
Pixels = NDArray[np.integer[Any] | np.floating[Any]]

# A multiple of the patches of both Qwen2.5-VL (28 px) and Qwen3-VL (32 px): such a picture is taken as it is.
ZOOM_SIZE = 224

# Level 6 takes two and a half times as long for files an eighth smaller.
_PNG_COMPRESSION = 3


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
    picture = decoded(png)
    return [cut(picture, box) for box in boxes]


def decoded(png: bytes) -> Pixels:
    """The pixels of a map: BGR, (H, W, 3).

    Raises:
        FrameError: It is no picture.
    """
    import cv2  # on use, as in `frames`

    picture = cv2.imdecode(np.frombuffer(png, dtype=np.uint8), cv2.IMREAD_COLOR) if png else None
    if picture is None:
        raise FrameError("a map cannot be decoded; run `meu-data render --force`")
    return picture


def cut(picture: Pixels, bbox: Box) -> bytes:
    """A part of a decoded picture, see `zoomed`."""
    left, top, right, bottom = bbox
    return _enlarged(picture[top:bottom, left:right])


def _enlarged(part: Pixels) -> bytes:
    height, width = part.shape[:2]
    scale = max(ZOOM_SIZE / max(width, height), 1.0)
    size = (round(width * scale), round(height * scale))
    import cv2

    enlarged = cv2.resize(part, size, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".png", enlarged, [cv2.IMWRITE_PNG_COMPRESSION, _PNG_COMPRESSION])[1].tobytes()
