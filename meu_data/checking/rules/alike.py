"""Faces that look the same in two splits: copies, blurred, brightened, compressed or mirrored."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from meu_data.errors import printable
from meu_data.export.samples.leaks import look_alikes
from meu_data.face.face_hash import HASH_BYTES, FaceHash
from meu_data.progress import Progress

# All of DFME, three times over; with 100,000 the comparison takes a minute.
_MOST = 75_000


class Face(NamedTuple):
    """Where a face was met first in its split."""

    split: str
    file: str
    row: int | None
    id: str | None


class Faces:
    """Remembers the first picture of every row: 64 bytes of hash and where it stands."""

    def __init__(self) -> None:
        """Begins with no face."""
        self._hashes = bytearray()
        self._faces: list[Face] = []
        self._seen: set[bytes] = set()
        self.passed_over = 0

    @property
    def compared(self) -> int:
        """How many different pictures there are to compare; 0 where all are in one split."""
        return len(self._faces) if len({face.split for face in self._faces}) > 1 else 0

    def add(self, face: Face, hashed: FaceHash) -> None:
        """Takes a picture, unless its split has it already."""
        key = hashlib.blake2b(hashed.plain + face.split.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if key in self._seen:
            return
        if len(self._faces) == _MOST:
            self.passed_over += 1
            return
        self._seen.add(key)
        self._hashes += hashed.plain + hashed.mirrored
        self._faces.append(face)

    def near(self, progress: Progress) -> Iterator[tuple[Face, str]]:
        """The pictures that look like one of another split, with the reason, the nearest first; a hundred at most."""
        if not self.compared:
            return
        order = sorted(range(len(self._faces)), key=lambda place: self._faces[place].split)
        hashes = np.frombuffer(self._hashes, np.uint64).reshape(-1, 2, HASH_BYTES // 8)[order]
        names = [(str(place), self._faces[place].split) for place in order]
        total, nearest = look_alikes(hashes, names, progress)
        for pair in nearest:
            first, second = self._faces[int(pair.first)], self._faces[int(pair.second)]
            where = f"{printable(first.file)} row {first.row}" + (f" ({printable(first.id)})" if first.id else "")
            more = (
                f"; {total - len(nearest)} further pairs are alike"
                if pair is nearest[-1] and total > len(nearest)
                else ""
            )
            yield second, f"its face looks like that of {where} in the split {printable(first.split)}{more}"
