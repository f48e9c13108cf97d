"""Rows of tar files as WebDataset has them: the members with one key are a row."""

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from meu_data.checking.reading.file_row import MAX_ROW, FileRow
from meu_data.checking.reading.json_rows import read_object
from meu_data.errors import printable
from meu_data.export.formats.row_view import PictureView

_PICTURES = frozenset({"png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"})
_MAX_PICTURE = 128 * 1024 * 1024
_MAX_ROW_WITH_PICTURES = 256 * 1024 * 1024
_MAX_MEMBERS = 4096
_BLOCK = 512


def read_tar(stream: BinaryIO) -> Iterator[FileRow]:
    """The rows of a tar file, numbered from 1 in the order of their keys.

    A key ends at the first dot of a member's name; members of one row follow each other. Never raises.
    """
    number, key = 0, None
    row = _Members()
    try:
        with tarfile.open(fileobj=cast(BinaryIO, _Bounded(stream)), mode="r:") as tar:
            for member in tar:
                # It would remember every member, so the memory would grow with the file.
                tar.members = []  # type: ignore[attr-defined]
                if member.isdir():
                    continue
                folder, slash, name = member.name.rpartition("/")
                stem, _, ending = name.partition(".")
                if folder + slash + stem != key:
                    if key is not None:
                        yield row.raw(number)
                    number, key, row = number + 1, folder + slash + stem, _Members()
                row.add(tar, member, ending.lower())
            if key is not None:
                yield row.raw(number)
            yield from _end(stream, tar.offset)
    except Exception as error:  # whatever bytes make tarfile raise
        yield FileRow(number or None, None, f"the tar is damaged or cut off here: {printable(str(error), 200)}")


class _Bounded:
    """A stream of which nothing is read at once that is longer than any member: `tarfile` reads headers as a whole."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_PICTURE + _BLOCK:
            raise ValueError(f"a header has {size} bytes, more than any needs")
        return self._stream.read(size)


class _Members:
    """The members of one key."""

    def __init__(self) -> None:
        self._json: bytes | None = None
        self._pictures: list[PictureView] = []
        self._wrong = ""
        self._bytes = self._count = 0

    def add(self, tar: tarfile.TarFile, member: tarfile.TarInfo, ending: str) -> None:
        name = printable(member.name)
        kind = ending.rpartition(".")[2]
        limit = _MAX_PICTURE if kind in _PICTURES else MAX_ROW
        self._count += 1
        if self._count > _MAX_MEMBERS:
            self._wrong = f"there are more than {_MAX_MEMBERS} members of this row"
            self._pictures.clear()
        elif not member.isreg():
            self._wrong = f"{name} is a link or a device, not a file"
        elif member.issparse():
            self._wrong = f"{name} is a file with holes, which may come to any size"
        elif kind not in _PICTURES and kind != "json":
            return
        elif member.size > limit or self._bytes + member.size > _MAX_ROW_WITH_PICTURES:
            self._wrong = f"{name} has {member.size} bytes, more than any row needs"
        elif (content := _content(tar, member)) is None:
            self._wrong = f"{name} is cut off"
        else:
            self._bytes += len(content)
            if kind == "json":
                self._json = content
            else:
                self._pictures.append(PictureView(content, member.name))

    def raw(self, number: int) -> FileRow:
        if self._wrong:
            return FileRow(number, None, self._wrong)
        if self._json is None:
            return FileRow(number, None, "there is no .json with the columns of this row")
        return read_object(number, self._json)._replace(pictures=tuple(self._pictures))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes | None:
    source = tar.extractfile(member)
    content = source.read() if source else b""
    return content if len(content) == member.size else None


def _end(stream: BinaryIO, offset: int) -> Iterator[FileRow]:
    """Whether a tar ends where its last member does: `tarfile` takes a damaged header for the end."""
    stream.seek(offset)
    block = stream.read(_BLOCK)
    if not block:
        yield FileRow(None, None, "the tar is cut off: it has no end mark")
    elif block.strip(b"\0"):
        yield FileRow(None, None, f"the tar is damaged at byte {offset}; what follows is not read")
