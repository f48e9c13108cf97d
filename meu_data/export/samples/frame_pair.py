"""The two frames of a sample as the corpus has them, for rows that show more than the map."""

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from meu_data.errors import FrameError
from meu_data.frames import decode_frame, read_bytes
from meu_data.records import Motion, Sample
from meu_data.store.confined import frame_path

_ORIENTATION = 0x0112
_ENDINGS = {"PNG": "png", "JPEG": "jpg"}


class FrameFile(NamedTuple):
    """A frame as every trainer reads it: 8-bit grey or colour, upright; PNG or JPEG.

    Attributes:
        data: The bytes of the file.
        ending: `png` or `jpg`.
        width: px.
        height: px.
    """

    data: bytes
    ending: str
    width: int
    height: int


class FramePair(NamedTuple):
    """The frame where the expression begins, and the one where it is strongest."""

    onset: FrameFile
    apex: FrameFile


def read_pair(sample: Sample, motion: Motion, folder: Path) -> FramePair:
    """Reads the frames that a map was made from.

    Args:
        sample: Names the frames.
        motion: Their hashes.
        folder: The folder of the sample's source (`ledger.sources()[corpus, split].frames`).

    Raises:
        FrameError: A frame is missing, cannot be read, or is another than the one that was rendered.
    """
    onset, apex = sample.pair
    return FramePair(_read(folder, onset, motion.onset_sha256), _read(folder, apex, motion.apex_sha256))


def frame_file(data: bytes, *, name: str) -> FrameFile:
    """The bytes of a frame's file as they are; what some trainer would read otherwise becomes PNG.

    Raises:
        FrameError: It is no picture that can be read.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.format in _ENDINGS and picture.mode in ("L", "RGB") and _is_upright(picture, data):
                return FrameFile(data, _ENDINGS[picture.format], *picture.size)
    except (OSError, ValueError, Image.DecompressionBombError):
        pass  # decode_frame says what is wrong with it, or reads it all the same
    import cv2  # on use: frames are copied as they are, but for a few

    bgr = decode_frame(data, name=name).bgr
    return FrameFile(cv2.imencode(".png", bgr)[1].tobytes(), "png", bgr.shape[1], bgr.shape[0])


def _is_upright(picture: Image.Image, data: bytes) -> bool:
    # Pillow would decode all pixels of a PNG on the way to this chunk, which hardly any has.
    if picture.format == "PNG" and b"eXIf" not in data:
        return True
    return bool(picture.getexif().get(_ORIENTATION, 1) == 1)


def _read(folder: Path, name: str, sha256: str) -> FrameFile:
    data = read_bytes(frame_path(folder, name), name=name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FrameError(f"{name}: the frame changed since its map was drawn; run `meu-data render` again")
    return frame_file(data, name=name)
