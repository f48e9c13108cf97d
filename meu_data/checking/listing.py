"""`pictures.jsonl`: the pictures of an export that was written without pixels, by name and hash."""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from meu_data.checking.findings import Finding, Rule
from meu_data.checking.reading.json_rows import read_lines
from meu_data.errors import printable

_SHA256 = re.compile("[0-9a-f]{64}")
_FIELDS = ("sample_id", "onset_frame", "apex_frame", "onset_sha256", "apex_sha256", "recipe", "solver")


class Listing:
    """The hash of each picture by its name, which takes 100 bytes a picture and not those of the names."""

    def __init__(self) -> None:
        """Begins empty; `read` fills it."""
        self._sums: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._behind_tools: set[bytes] = set()

    def read(self, path: Path) -> Iterator[Finding]:
        """Reads the file and yields what is wrong with it. Never raises."""
        try:
            with open(path, "rb") as stream:
                for raw in read_lines(stream):
                    wrong = raw.wrong or self._add(raw.columns or {})
                    if wrong:
                        rule: Rule = "unreadable" if raw.wrong else "schema"
                        yield Finding(file=path.name, row=raw.row, id=None, rule=rule, wrong=wrong)
        except OSError as error:
            yield Finding(
                file=path.name, row=None, id=None, rule="unreadable", wrong=f"cannot be read ({error.strerror})"
            )

    def sha256(self, path: str) -> str | None:
        """The hash of a picture; None where it is not listed."""
        key = _key(path)
        found = self._sums.get(key)
        if found is not None:
            self._used.add(key)
        return found.hex() if found else None

    def lists(self, sha256: str) -> bool:
        """Whether a picture of this hash, which a row's tools show under no name, is listed."""
        if not _SHA256.fullmatch(sha256):
            return False
        found = bytes.fromhex(sha256)
        self._behind_tools.add(found)
        return found in self._listed

    @property
    def unused(self) -> int:
        """How many pictures no row has asked for."""
        others = (found for key, found in self._sums.items() if key not in self._used)
        return sum(found not in self._behind_tools for found in others)

    @functools.cached_property
    def _listed(self) -> frozenset[bytes]:
        return frozenset(self._sums.values())

    def _add(self, columns: Mapping[str, object]) -> str:
        name, sha256 = columns.get("name"), columns.get("sha256")
        if not isinstance(name, str) or not name:
            return "name is missing or no text"
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            return f"sha256 is {printable(sha256)}, not 64 hexadecimal digits"
        if missing := [field for field in _FIELDS if not isinstance(columns.get(field), str)]:
            return f"{missing[0]} is missing or no text"
        known = self._sums.setdefault(_key(name), bytes.fromhex(sha256))
        return "" if known.hex() == sha256 else f"{printable(name)} stood above with another hash"


def _key(path: str) -> bytes:
    """A picture is known by the last part of its path, which differs between samples."""
    name = PurePosixPath(path).name
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
