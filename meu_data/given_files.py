"""Files that others give us: regular ones of a sound size, opened without waiting for a writer that never comes."""

import contextlib
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from meu_data.errors import MeuError, printable

_SETTINGS = 64 * 1024
_LONGEST_LINE = 16 * 1024**2
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def check_file(path: Path, *, most: int) -> int:
    """Shows that a path leads to a file that may be opened, and returns its size in bytes.

    Args:
        path: The file; links are followed.
        most: The largest size, bytes.

    Raises:
        MeuError: It is a folder, a device, a pipe or a socket, is larger, or its name holds a NUL.
        OSError: It is missing or out of reach.
    """
    try:
        details = path.stat()
    except ValueError as error:  # a NUL or a lone surrogate
        raise MeuError(f"{printable(str(path))} is no usable path ({error})") from None
    if stat.S_ISDIR(details.st_mode):
        raise MeuError(f"{path}: this is a folder; name the file in it")
    if not stat.S_ISREG(details.st_mode):
        raise MeuError(f"{path}: this is a device, a pipe or a socket; save what it gives to a file first")
    if details.st_size > most:
        raise MeuError(f"{path}: {details.st_size} bytes, more than the {most} that such a file may have")
    return details.st_size


@contextlib.contextmanager
def opened(path: Path, *, most: int) -> Iterator[BinaryIO]:
    """A file to read, see `check_file`.

    Raises:
        MeuError: As `check_file`; also where it is missing or cannot be read.
    """
    try:
        check_file(path, most=most)
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise MeuError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise MeuError(f"{path}: cannot be read ({error.strerror or error})") from error


def text_lines(path: Path, *, most: int) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 text that are not blank, with their numbers from 1; a byte order mark is passed over.

    Raises:
        MeuError: As `opened`; also where a line is too long or no UTF-8.
    """
    with opened(path, most=most) as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise MeuError(f"{path}, line {number}: is longer than {_LONGEST_LINE >> 20} MB; break it up")
            if number == 1 and line.startswith(_UTF16):
                raise MeuError(f"{path}: the text is UTF-16; save it as UTF-8")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise MeuError(f"{path}, line {number}: is no UTF-8 text ({error.reason}); save it as UTF-8") from None
            if text.strip():
                yield number, text


def read_toml(path: Path, example: str) -> dict[str, Any]:
    """The contents of a file of settings; empty where there is none.

    Args:
        path: The file; a byte order mark is passed over.
        example: A line as it should stand there.

    Raises:
        MeuError: It is no file of settings, in UTF-8, of at most 64 kB.
    """
    if not path.exists():
        return {}
    with opened(path, most=_SETTINGS) as stream:
        data = stream.read()
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise MeuError(f"{path}: it is nested too deeply; settings are lines such as {example}") from None
    except ValueError as error:  # also an integer of more digits than Python reads, and bytes that are no UTF-8
        raise MeuError(f"{path}: {printable(str(error), 200)}; write lines such as {example}, in UTF-8") from error
