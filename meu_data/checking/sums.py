"""`SHA256SUMS` against the files that are there."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from meu_data.checking.findings import Finding, Rule
from meu_data.errors import printable
from meu_data.export.files.manifest import CARD, DATASHEET, MANIFEST
from meu_data.progress import Progress

# The owner of an export edits the card and the datasheet.
UNLISTED = frozenset({CARD, DATASHEET, MANIFEST})

_LINE = re.compile(rb"([0-9a-fA-F]{64}) [ *](.+)")
_LONGEST_LINE = 8192


def check_sums(root: Path, present: Iterable[str], refused: Collection[str], progress: Progress) -> Iterator[Finding]:
    """Compares every file with its sum. Those that their owner edits have none.

    Args:
        root: The export.
        present: The files that are there, by their names from `root`, less `UNLISTED`.
        refused: Names that something is wrong with already; they are not read.
        progress: Told of every file; already started.

    Yields:
        What is wrong: files that changed, are missing or are not listed, and lines that are no sums.
    """
    listed: dict[str, bytes] = {}
    yield from _read(root / MANIFEST, listed)
    for name in sorted(present):
        expected = listed.pop(name, None)
        if expected is None:
            yield _finding(name, "files", f"{MANIFEST} does not list it: whoever wrote the export did not put it there")
        elif (reason := _compare(root / name, expected)) is not None:
            yield _finding(name, "sums", reason)
        progress.advance()
    for name in sorted(listed.keys() - set(refused)):
        yield _finding(name, "files", f"{MANIFEST} lists it, but there is no such file; copy the export again")


def _read(path: Path, listed: dict[str, bytes]) -> Iterator[Finding]:
    try:
        with open(path, "rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
                match = _LINE.fullmatch(line.rstrip(b"\r\n"))
                # Names that are no UTF-8 are such in the folder too, and spelled alike by Python.
                name = match[2].decode("utf-8", "surrogateescape") if match else ""
                if match is None or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                    reason = (
                        f"{printable(line.decode('utf-8', 'replace').strip())!r} is no sum of a file of this export"
                    )
                    yield _finding(MANIFEST, "sums", reason, number)
                else:
                    listed[PurePosixPath(name).as_posix()] = bytes.fromhex(match[1].decode())
    except OSError as error:
        yield _finding(MANIFEST, "unreadable", f"cannot be read ({error.strerror})")


def _compare(path: Path, expected: bytes) -> str | None:
    try:
        with open(path, "rb") as stream:
            found = hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if found == expected:
        return None
    return f"the file changed since it was written: its SHA-256 is {found.hex()[:12]}…, not {expected.hex()[:12]}…"


def _finding(name: str, rule: Rule, wrong: str, row: int | None = None) -> Finding:
    return Finding(file=printable(name), row=row, id=None, rule=rule, wrong=wrong)
