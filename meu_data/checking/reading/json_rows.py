"""Rows of JSON files, one object a line or one list a file, read piece by piece."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from meu_data.checking.reading.file_row import MAX_ROW, FileRow
from meu_data.errors import printable

_PIECE = 1024 * 1024
_BLANKS = re.compile(r"[ \t\r\n]*")
# What `surrogateescape` makes of bytes that are no UTF-8; escapes such as "\\udc80" are still escapes here.
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_BOM = "\ufeff"


def read_lines(stream: BinaryIO) -> Iterator[FileRow]:
    """The rows of a file with one JSON object a line, numbered by line; blank lines are none.

    Raises:
        OSError: The disk cannot be read.
    """
    number = 0
    while line := stream.readline(MAX_ROW + 1):
        number += 1
        if len(line) > MAX_ROW and not line.endswith(b"\n"):
            _skip_line(stream)
            yield FileRow(number, None, f"the line is longer than {MAX_ROW >> 20} MB")
        elif line.strip():
            yield read_object(number, line)


def read_list(stream: BinaryIO) -> Iterator[FileRow]:
    """The rows of a file that is one JSON list, numbered from 1; what follows damage is not read.

    Raises:
        OSError: The disk cannot be read.
    """
    return _Items(stream).rows()


def _skip_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(_PIECE)) and not piece.endswith(b"\n"):
        pass


def read_object(number: int, data: bytes) -> FileRow:
    """The row that some bytes hold as one JSON object. Never raises."""
    odd: list[str] = []
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=odd.append)
    except UnicodeDecodeError as error:
        return FileRow(number, None, f"there are bytes in it that are no UTF-8, first byte {error.start + 1}")
    except RecursionError:
        return FileRow(number, None, "the JSON is nested too deeply")
    except ValueError as error:
        return FileRow(number, None, f"no JSON: {printable(str(error), 200)}")
    return _object(number, value, odd)


def _object(number: int, value: Any, odd: list[str]) -> FileRow:  # noqa: ANN401
    if odd:
        return FileRow(number, None, f"{odd[0]} is no JSON")
    if not isinstance(value, dict):
        return FileRow(number, None, f"{printable(value)} is no object of columns")
    return FileRow(number, value)


class _Items:
    """Takes the items of a list out of a stream, holding little more than one of them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._text = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._held, self._at, self._ended = "", 0, False
        self._odd: list[str] = []
        self._decoder = json.JSONDecoder(parse_constant=self._odd.append)

    def rows(self) -> Iterator[FileRow]:
        number = 0
        try:
            if self._next() == _BOM:
                self._at += 1
                yield FileRow(None, None, "begins with a byte order mark, which not all readers pass over")
            if self._next() != "[":
                yield FileRow(None, None, "does not begin with a list")
                return
            self._at += 1
            if self._next() == "]":
                self._at += 1
            else:
                more = True
                while more:
                    number += 1
                    yield self._row(number)
                    more = self._comma()
            if self._next():
                yield FileRow(None, None, f"something follows the list: {printable(self._held[self._at :][:20])}")
        except RecursionError:
            yield FileRow(number, None, "the JSON is nested too deeply; the rest is not read")
        except ValueError as error:
            yield FileRow(number or None, None, f"no JSON: {printable(str(error), 200)}; the rest is not read")

    def _row(self, number: int) -> FileRow:
        self._odd.clear()
        value, start = self._item()
        if _NO_UTF8.search(self._held, start, self._at):
            return FileRow(number, None, "there are bytes in it that are no UTF-8")
        return _object(number, value, self._odd)

    def _item(self) -> tuple[Any, int]:
        """The next item, and where it begins in what is held."""
        self._next()
        while True:
            start, last = self._at, self._ended or len(self._held) - self._at > MAX_ROW
            try:
                value, end = self._decoder.raw_decode(self._held, start)
            except json.JSONDecodeError as error:
                if last:
                    raise ValueError(f"{error.msg} at character {error.pos - start + 1} of the item") from error
            else:
                # A number may go on in the next piece.
                if last or (end < len(self._held) and self._held[end] not in ".eE"):
                    self._at = end
                    return value, start
            self._odd.clear()
            self._more()

    def _comma(self) -> bool:
        """Whether another item follows."""
        sign = self._next()
        if sign not in (",", "]"):
            raise ValueError("the list is cut off" if not sign else f"{sign!r} where a comma should be")
        self._at += 1
        return sign == ","

    def _next(self) -> str:
        """The next sign that is no blank, without taking it; empty at the end."""
        while True:
            blanks = _BLANKS.match(self._held, self._at)
            self._at = blanks.end() if blanks else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if self._ended:
                return ""
            self._more()

    def _more(self) -> None:
        # As much again as is held, so that the time for a long item stays linear in its length.
        piece = self._stream.read(max(_PIECE, len(self._held) - self._at))
        self._ended = not piece
        self._held = self._held[self._at :] + self._text.decode(piece, final=self._ended)
        self._at = 0
