"""Which encoding a .csv is in: told where the bytes say it, refused with the candidates where they do not."""

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from meu_data.errors import SheetError, printable

_BLOCK = 1 << 18
_LONGEST_SHOWN = 24
# What spreadsheet programs of China, Taiwan, Japan and Europe save .csv in; the bytes alone do not tell which.
_CANDIDATES = ("gb18030", "big5", "cp932", "cp1252")
_HIGH = re.compile(rb"[^\x00-\x7f]+[\x00-\x7f]?")
# The 3,755 characters that everyday Chinese is written with (GB 2312-80, rows 16 to 55), and its signs and full-width
# letters (rows 1 and 3). A text of nothing else is hardly anything but Chinese.
_EVERYDAY_GB = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe])*")
# Big5's everyday characters and signs: a text that is everyday Chinese in both cannot be told.
_EVERYDAY_BIG5 = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xc6][\x40-\x7e\xa1-\xfe])*")


class Encoding(NamedTuple):
    """An encoding as Python calls it, and as it is told."""

    codec: str
    told: str


_BOMS = {
    codecs.BOM_UTF8: Encoding("utf-8-sig", "UTF-8"),
    codecs.BOM_UTF16_LE: Encoding("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: Encoding("utf-16", "UTF-16"),
}


def encoding_of(path: Path, named: str | None = None, *, option: str = "say which with --encoding, or ") -> Encoding:
    """The encoding of a text file.

    Args:
        path: The file.
        named: The one that the user says it is in.
        option: How the user may say which, as messages put it; empty where there is no way.

    Raises:
        SheetError: The named one is unknown or does not fit, or nobody can tell; the message names the candidates and
            what the first doubtful cell is in each.
    """
    if named is not None:
        try:
            codec = codecs.lookup(named).name
        except (LookupError, ValueError):
            raise SheetError(f"there is no encoding {named!r}; use e.g. utf-8, {', '.join(_CANDIDATES)}") from None
        if not _decodes(path, codec):
            raise SheetError(f"{path}: the text is not in {named}; name another with --encoding, or leave it out")
        return Encoding(codec, f"{codec}, as --encoding says")
    with path.open("rb") as stream:
        start = stream.read(4)
    for mark, encoding in _BOMS.items():
        if start.startswith(mark):
            if _decodes(path, encoding.codec):
                return encoding
            raise SheetError(f"{path}: begins as {encoding.told} but is not; save it as UTF-8")
    if _decodes(path, "utf-8"):
        return Encoding("utf-8", "UTF-8")
    data = path.read_bytes()
    fitting = [codec for codec in _CANDIDATES if _decodes(path, codec)]
    if "gb18030" in fitting and _EVERYDAY_GB.fullmatch(data) and not _EVERYDAY_BIG5.fullmatch(data):
        return Encoding("gb18030", "GB18030 (everyday Chinese; --encoding if it is not)")
    if not fitting:
        raise SheetError(f"{path}: the text is in no encoding known here; save it as UTF-8")
    readings = ", ".join(f"{codec} ({_first_doubtful(data, codec)!r})" for codec in fitting)
    raise SheetError(f"{path}: the text is not UTF-8, and may be {readings}; {option}save it as UTF-8")


def _decodes(path: Path, codec: str) -> bool:
    try:
        with path.open(encoding=codec, newline="") as stream:
            while stream.read(_BLOCK):
                pass
    except (UnicodeError, LookupError):
        return False
    return True


def _first_doubtful(data: bytes, codec: str) -> str:
    """The first cell that is more than ASCII, as an encoding reads it."""
    found = _HIGH.search(data)
    place = found.start() if found else 0
    begin = max(data.rfind(sign, 0, place) for sign in (b"\n", b",", b";", b"\t")) + 1
    # An encoding may end a character in a comma's byte: so the line is decoded first, then cut.
    end = data.find(b"\n", place)
    text = data[begin : end if end >= 0 else len(data)].decode(codec, "replace")
    return printable(re.split(r"[,;\t\r]", text, maxsplit=1)[0].strip('"'), _LONGEST_SHOWN)
