"""Reads picture files with care: says what is wrong with them instead of guessing, and never decodes a giant.

A path may also name a picture of a video, see `meu_data.videos`. It reads as the .bmp file that it would be, had the
video been unpacked; so its hash is that of its pixels, whatever else the video holds.
"""

import contextlib
import hashlib
import os
import re
import stat
import struct
import threading
import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, TiffImagePlugin, UnidentifiedImageError

from meu_data.errors import FrameError
from meu_data.videos import MAX_PIXELS, picture_in_video, video_header, video_picture

# 16-bit RGBA without compression, and room for metadata: no sound frame needs a larger file.
_MAX_BYTES = MAX_PIXELS * 8 + (1 << 20)

_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
# Modes whose pixels cv2 brings to 8-bit BGR as Pillow does; the others (float, 32-bit, Lab) it refuses or mangles.
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "I;16", "I;16B", "I;16L"})
_BITS = frozenset({1, 2, 4, 8, 16})
_ORIENTATION = 0x0112
_TRANSPOSING = frozenset({5, 6, 7, 8})

# What fits into 12 bits is camera data in a 16-bit file; cv2 keeps the upper 8 bits, so it would come out black.
_DARK_16_BIT = 4096

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_END = b"\xff\xd9"
_JPEG_TAIL = 1 << 16
_JPEG_SCAN = b"\xff\xda"
# Progressive pictures have about ten; each scan more is a pass over all pixels.
_MOST_SCANS = 100
# A sound frame of the largest size has some 12,000, of 8 kB each.
_MOST_CHUNKS = 100_000


class FrameHeader(NamedTuple):
    """What a picture file says about itself; width and height are those after its EXIF orientation."""

    width: int
    height: int
    format: str
    mode: str
    bits: int


class Frame(NamedTuple):
    """A decoded picture, uint8 (H, W, 3) BGR, and the SHA-256 of the file's bytes."""

    bgr: npt.NDArray[np.uint8]
    sha256: str


class _Chunk(NamedTuple):
    """One chunk of a PNG and where its data lie in the file."""

    kind: bytes
    start: int
    length: int


def read_header(path: Path, *, name: str | None = None) -> FrameHeader:
    """Shows that a picture is readable without decoding its pixels.

    A file that was cut off is found: a PNG must hold all its chunks, a JPEG its end marker, a BMP and a TIFF
    the bytes their headers promise. Damage inside the compressed pixels is found by `read_frame` only.

    Args:
        path: The file.
        name: What messages call it; the path when not given.

    Raises:
        FrameError: The file is missing, a folder, not allowed, empty, no picture, cut off, animated, of a kind
            that cannot become 8-bit BGR, or larger than `MAX_PIXELS`.
    """
    label = name or str(path)
    if (picture := picture_in_video(path)) is not None:
        header = video_header(picture[0], name=label)
        if picture[1] >= header.pictures:
            raise FrameError(f"{label}: the video has {header.pictures} pictures, counted from 0")
        return FrameHeader(header.width, header.height, "BMP", "RGB", 8)
    with _explained(label):
        size = _file_size(path, label)
        with path.open("rb") as stream:
            return _header(stream, size, label)


def read_frame(path: Path, *, name: str | None = None) -> Frame:
    """Reads a picture as `cv2.imread(path)` would, or says why not.

    Grey becomes three equal channels, alpha is dropped, palettes and CMYK become BGR, the EXIF orientation is
    applied, 16 bits become their upper 8. The file is read once, so the hash is that of the decoded bytes.

    Args:
        path: The file.
        name: What messages call it; the path when not given.

    Returns:
        The pixels and the hash.

    Raises:
        FrameError: As `read_header`; also damaged pixels, and 16-bit files that hold 12 bits or fewer.
    """
    return decode_frame(read_bytes(path, name=name), name=name or str(path))


def read_bytes(path: Path, *, name: str | None = None) -> bytes:
    """Reads the file of a picture whole, without looking into it.

    Args:
        path: The file.
        name: What messages call it; the path when not given.

    Raises:
        FrameError: The file is missing, a folder, a pipe, not allowed, empty, or larger than any frame.
    """
    label = name or str(path)
    if (picture := picture_in_video(path)) is not None:
        return bmp_bytes(video_picture(*picture, name=label))
    with _explained(label):
        size = _file_size(path, label)
        with path.open("rb") as stream:
            return stream.read(size)


def bmp_bytes(bgr: npt.NDArray[np.uint8]) -> bytes:
    """A picture, uint8 (H, W, 3) BGR, as a .bmp file: nothing but its pixels decides the bytes."""
    import cv2  # here and below on use: an export reads files as they are, and is 20 MB smaller without it

    return cv2.imencode(".bmp", bgr)[1].tobytes()


def decode_frame(data: bytes, *, name: str) -> Frame:
    """Decodes the bytes of a picture file, see `read_frame`.

    Args:
        data: The whole file.
        name: What messages call it.

    Raises:
        FrameError: As `read_frame`.
    """
    label = name
    header = _header(BytesIO(data), len(data), label)
    if header.format == "JPEG" and (scans := data.count(_JPEG_SCAN)) > _MOST_SCANS:
        raise FrameError(f"{label}: a JPEG of {scans} scans would take minutes to decode; store it as PNG")
    if header.bits == 16:
        _refuse_dark(_decode(data, label, as_stored=True), label)
    bgr = _decode(data, label)
    if bgr.shape != (header.height, header.width, 3):
        raise FrameError(f"{label}: its EXIF orientation is unclear; store it as PNG without metadata")
    return Frame(bgr.astype(np.uint8, copy=False), hashlib.sha256(data).hexdigest())


def fingerprint(path: Path) -> str:
    """Size and time of change of a file or video: if both stay, its bytes are taken to be the same.

    Raises:
        FrameError: The file is missing or out of reach.
    """
    path, _ = picture_in_video(path) or (path, 0)
    with _explained(str(path)):
        details = path.stat()
    return f"{details.st_size}-{details.st_mtime_ns}"


@contextlib.contextmanager
def _explained(label: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FrameError(f"{label}: there is no such file") from None
    except PermissionError:
        raise FrameError(f"{label}: permission denied; make it readable for this user") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise FrameError(f"{label}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def _file_size(path: Path, label: str) -> int:
    details = path.stat()
    if stat.S_ISDIR(details.st_mode):
        raise FrameError(f"{label}: this is a folder, not a picture")
    # Opening a pipe would wait for a writer for ever.
    if not stat.S_ISREG(details.st_mode):
        raise FrameError(f"{label}: this is a device or a pipe, not a picture")
    if details.st_size == 0:
        raise FrameError(f"{label}: the file is empty; copy it again")
    if details.st_size > _MAX_BYTES:
        raise FrameError(f"{label}: {details.st_size / 1e6:.0f} MB is more than any frame needs; is it a picture?")
    return details.st_size


def _header(stream: BinaryIO, size: int, label: str) -> FrameHeader:
    with warnings.catch_warnings():
        # Pillow warns on stderr about odd metadata; only its alarm about giants concerns us.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(stream, formats=_FORMATS) as picture:
                return _checked(picture, stream, size, label)
        except FrameError:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            count = re.search(r"\d+", str(error))
            raise FrameError(f"{label}: {_too_large(int(count[0]) if count else MAX_PIXELS)}") from None
        except UnidentifiedImageError:
            raise FrameError(f"{label}: no picture in PNG, JPEG, BMP, TIFF or WebP, or a damaged one") from None
        except Exception as error:
            raise FrameError(f"{label}: the picture is damaged or cut off ({error}); copy it again") from error


def _checked(picture: ImageFile.ImageFile, stream: BinaryIO, size: int, label: str) -> FrameHeader:
    # A JPEG with a depth map or gain map behind it is one picture; cv2 reads the first, too.
    form = "JPEG" if picture.format == "MPO" else str(picture.format)
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise FrameError(f"{label}: {width}x{height}, {_too_large(width * height)}")
    if form != "JPEG" and getattr(picture, "is_animated", False):
        raise FrameError(f"{label}: holds several pictures (animated or paged); store each frame as its own file")
    bits = _bits(picture, stream)
    if picture.mode not in _MODES or bits not in _BITS:
        raise FrameError(f"{label}: {bits}-bit pixels of kind {picture.mode!r} are not read; store it as 8-bit PNG")
    chunks = list(islice(_png_chunks(stream, size), _MOST_CHUNKS)) if form == "PNG" else []
    if len(chunks) == _MOST_CHUNKS:
        raise FrameError(f"{label}: a PNG of {_MOST_CHUNKS} pieces or more; store it anew")
    if not _complete(form, picture, stream, size, chunks):
        raise FrameError(f"{label}: the file is cut off; copy it again")
    if _orientation(form, picture, stream, chunks) in _TRANSPOSING:
        width, height = height, width
    return FrameHeader(width, height, form, picture.mode, bits)


def _too_large(pixels: int) -> str:
    return (
        f"{pixels / 1e6:.1f} megapixels, more than the {MAX_PIXELS / 1e6:.1f} that are read (4096x3072);"
        " scale all frames of the corpus down by the same factor"
    )


def _bits(picture: Image.Image, stream: BinaryIO) -> int:
    """Bits per channel of the file; Pillow's mode does not tell 16-bit colour from 8-bit."""
    if picture.format == "PNG":
        stream.seek(24)
        return stream.read(1)[0]
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return int(max(picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))))
    return 8


def _orientation(form: str, picture: ImageFile.ImageFile, stream: BinaryIO, chunks: list[_Chunk]) -> int | None:
    if form == "TIFF":
        return None  # Pillow has turned the size already
    exif = Image.Exif()
    # Metadata that cannot be read turns nothing; cv2 sees it so, too.
    with contextlib.suppress(Exception):
        if form != "PNG":
            exif = picture.getexif()
        # For a PNG, Pillow would decode all pixels on the way to an eXIf chunk behind them.
        for chunk in chunks:
            if chunk.kind == b"eXIf":
                stream.seek(chunk.start)
                exif.load(stream.read(chunk.length))
    return exif.get(_ORIENTATION)


def _complete(form: str, picture: ImageFile.ImageFile, stream: BinaryIO, size: int, chunks: list[_Chunk]) -> bool:
    if form == "PNG":
        return any(chunk.kind == b"IDAT" for chunk in chunks) and chunks[-1].kind == b"IEND"
    if form == "JPEG":
        return _jpeg_complete(stream, size)
    if form == "BMP":
        return _bmp_complete(picture, size)
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return _tiff_complete(picture, size)
    stream.seek(4)
    return int.from_bytes(stream.read(4), "little") + 8 <= size  # RIFF, the container of WebP


def _png_chunks(stream: BinaryIO, size: int) -> Iterator[_Chunk]:
    """The whole chunks up to IEND (PNG specification, 5.3: length, kind, data, CRC)."""
    position = len(_PNG_SIGNATURE)
    while position + 12 <= size:
        stream.seek(position)
        length, kind = struct.unpack(">I4s", stream.read(8))
        start, position = position + 8, position + 12 + length
        if position > size:
            return
        yield _Chunk(kind, start, length)
        if kind == b"IEND":
            return


def _jpeg_complete(stream: BinaryIO, size: int) -> bool:
    """Whether an end marker follows the first scan, with or without padding behind it.

    Segments before the scan are stepped over: the thumbnail in them has an end marker of its own
    (ITU-T T.81, annex B: marker, length, data).
    """
    position = 2
    while position + 4 <= size:
        stream.seek(position)
        mark, kind, length = struct.unpack(">BBH", stream.read(4))
        if mark != 0xFF:
            return False
        if kind == 0xFF:  # a fill byte before the marker
            position += 1
            continue
        position += 2 + length
        if kind == 0xDA:
            stream.seek(max(position, size - _JPEG_TAIL))
            return _JPEG_END in stream.read()
    return False


def _bmp_complete(picture: ImageFile.ImageFile, size: int) -> bool:
    for tile in picture.tile:
        if tile.codec_name == "raw" and isinstance(tile.args, tuple):
            stride = int(tile.args[1])
            return bool(tile.offset + stride * picture.size[1] <= size)
    return True  # run-length coded: its end shows only in decoding


def _tiff_complete(picture: TiffImagePlugin.TiffImageFile, size: int) -> bool:
    tags = picture.tag_v2
    tiled = TiffImagePlugin.TILEOFFSETS in tags
    starts = tags.get(TiffImagePlugin.TILEOFFSETS if tiled else TiffImagePlugin.STRIPOFFSETS, ())
    counts = tags.get(TiffImagePlugin.TILEBYTECOUNTS if tiled else TiffImagePlugin.STRIPBYTECOUNTS, ())
    ends = [int(start) + int(count) for start, count in zip(starts, counts, strict=False)]
    return bool(ends) and max(ends) <= size


def _refuse_dark(pixels: npt.NDArray[np.generic], label: str) -> None:
    channels = pixels if pixels.ndim == 2 else pixels[..., :3]
    brightest = int(channels.max())
    if brightest < _DARK_16_BIT:
        raise FrameError(
            f"{label}: a 16-bit file whose brightest value is {brightest}: 10- or 12-bit data that would come out"
            " nearly black; stretch it and store it as 8-bit PNG"
        )


# libjpeg and libtiff go on after damage and only say so; bytes that cameras put before the end marker are harmless.
_DAMAGE = re.compile(
    rb"Corrupt JPEG data(?!: \d+ extraneous bytes before marker 0xd9)|Premature end of JPEG|Inconsistent progression"
    rb"|TIFF_Error"
)
_CODEC_LINE = re.compile(
    rb"\s*$|\[ ?(WARN|ERROR|INFO)|libpng |Corrupt JPEG|Premature end|Inconsistent|Invalid|Unsupported|Unknown|Warning: "
)


def _decode(data: bytes, label: str, *, as_stored: bool = False) -> npt.NDArray[np.generic]:
    import cv2

    flags = cv2.IMREAD_UNCHANGED if as_stored else cv2.IMREAD_COLOR
    with _stderr_caught() as printed:
        try:
            pixels = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags)
        except cv2.error:
            pixels = None
    if pixels is None or _DAMAGE.search(bytes(printed)):
        raise FrameError(f"{label}: the picture is damaged and cannot be decoded; copy it again")
    return pixels


_stderr_lock = threading.Lock()


@contextlib.contextmanager
def _stderr_caught() -> Iterator[bytearray]:
    """Catches what the C libraries under cv2 print on file descriptor 2, for they have no other way to complain.

    One thread at a time; lines that other threads printed meanwhile are passed on.

    Yields:
        Filled when the body has ended.
    """
    printed = bytearray()
    with _stderr_lock:
        # Without it (Windows before Python 3.12) an empty pipe would be waited for.
        if not hasattr(os, "set_blocking"):
            yield printed
            return
        try:
            original = os.dup(2)
        except OSError:  # no stderr at all
            yield printed
            return
        reader, writer = os.pipe()
        # A full pipe loses messages rather than waiting for a reader.
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        os.dup2(writer, 2)
        os.close(writer)
        try:
            yield printed
        finally:
            os.dup2(original, 2)
            os.close(original)
            with contextlib.suppress(BlockingIOError):
                while block := os.read(reader, 1 << 16):
                    printed += block
            os.close(reader)
            others = b"".join(line for line in printed.splitlines(keepends=True) if not _CODEC_LINE.match(line))
            if others:
                os.write(2, others)
