"""What stands on both sides of a split: people, frames, and faces that look the same."""

import os
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError
from meu_data.export.samples.splits import SubjectKey
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.face_hash import HASH_BYTES, NEAR_BITS, FaceHash, face_hash
from meu_data.progress import Progress
from meu_data.records import Motion, Record, Sample

REPORT = "leaks.json"

_LISTED, _NAMED = 100, 3
_WORKERS = min(8, os.cpu_count() or 1)
_WAITING = 8 * _WORKERS
# 256 rows against 1024: the working set stays in the processor's cache, also where all are alike.
_ROWS, _COLUMNS = 256, 1024


class SplitSize(Record):
    """What one split holds."""

    samples: int
    subjects: int


class SharedSubject(Record):
    """A person who is in several splits, with the number of samples in each."""

    corpus: str
    subject: str
    samples: dict[str, int]


class SharedFrame(Record):
    """A frame, byte for byte the same, of two samples in different splits."""

    sha256: str
    first: str
    second: str
    splits: tuple[str, str]


class Alike(Record):
    """Two samples in different splits whose faces look the same, one of them mirrored perhaps.

    `distance` is in bits of the face's hash.
    """

    first: str
    second: str
    splits: tuple[str, str]
    distance: int


class LeakReport(Record):
    """What was looked for across the splits, and found; the lists hold the first of what the totals count."""

    splits: dict[str, SplitSize]
    compared: bool
    hash_bits: int = 8 * HASH_BYTES
    alike_within_bits: int = NEAR_BITS
    subjects_total: int = 0
    frames_total: int = 0
    alike_total: int = 0
    subjects: tuple[SharedSubject, ...] = ()
    frames: tuple[SharedFrame, ...] = ()
    alike: tuple[Alike, ...] = ()

    @property
    def leaking(self) -> bool:
        """Whether anything is on both sides."""
        return bool(self.subjects_total or self.frames_total or self.alike_total)

    def sentences(self) -> list[str]:
        """What was found, one sentence a kind, each with the first of its kind by name."""
        people = [f"{one.corpus}/{one.subject} ({', '.join(one.samples)})" for one in self.subjects]
        frames = [f"{one.first} and {one.second} ({', '.join(one.splits)})" for one in self.frames]
        alike = [f"{one.first} and {one.second} ({', '.join(one.splits)}, {one.distance} bits)" for one in self.alike]
        return [
            f"{what}: {', '.join(names[:_NAMED])}{f' and {total - _NAMED} more' if total > _NAMED else ''}"
            for what, total, names in (
                ("subjects in several splits", self.subjects_total, people),
                ("the same frame in several splits", self.frames_total, frames),
                ("faces that look the same in several splits", self.alike_total, alike),
            )
            if total
        ]


class _Group(NamedTuple):
    """The rows of one split, as places in the arrays that are sorted by split."""

    start: int
    end: int


class LeakWatch:
    """Notes of every sample what could leak, and compares it all at the end: some 230 bytes a sample are kept.

    Faces that `render` did not hash are hashed by other threads, while this one writes.
    """

    def __init__(self, *, single: bool) -> None:
        """Use as a context manager, which ends its threads.

        Args:
            single: There is one split only, so that nothing can leak and only counts are kept.
        """
        self._single = single
        self._people: Counter[tuple[SubjectKey, str]] = Counter()
        self._ids: list[str] = []
        self._splits: list[str] = []
        self._frames, self._faces = bytearray(), bytearray()
        self._pool = ThreadPoolExecutor(_WORKERS)
        self._waiting: deque[Future[FaceHash]] = deque()

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the threads."""
        self._pool.shutdown(cancel_futures=True)

    def add(self, truth: SampleTruth) -> None:
        """Notes a sample and its split.

        Raises:
            MeuError: An earlier sample's map cannot be decoded.
        """
        self.note(truth.sample, truth.motion)
        if self._single:
            return
        self._waiting.append(self._pool.submit(_hash, truth))
        if len(self._waiting) > _WAITING:
            self._faces += b"".join(self._waiting.popleft().result())

    def note(self, sample: Sample, motion: Motion) -> None:
        """Notes a sample's person and frames alone; who uses this uses it for all, and no face is compared."""
        self._people[(sample.corpus, sample.subject), sample.split] += 1
        if not self._single:
            self._ids.append(sample.id)
            self._splits.append(sample.split)
            self._frames += bytes.fromhex(motion.onset_sha256) + bytes.fromhex(motion.apex_sha256)

    def report(self, progress: Progress) -> LeakReport:
        """Compares the splits.

        Args:
            progress: Told of every split compared with those behind it.

        Raises:
            MeuError: A map cannot be decoded.
        """
        sizes = {
            split: SplitSize(
                samples=sum(count for (_, place), count in self._people.items() if place == split),
                subjects=sum(place == split for _, place in self._people),
            )
            for split in sorted({split for _, split in self._people})
        }
        if len(sizes) < 2:
            return LeakReport(splits=sizes, compared=False)
        while self._waiting:
            self._faces += b"".join(self._waiting.popleft().result())
        subjects = self._shared_subjects()
        # By split, then by id, so that what lies in other splits is one stretch of the arrays.
        order = sorted(range(len(self._ids)), key=lambda row: (self._splits[row], self._ids[row]))
        names = [(self._ids[row], self._splits[row]) for row in order]
        frames_total, frames = _shared_frames(np.frombuffer(self._frames, "S32").reshape(-1, 2)[order], names)
        alike_total, alike = 0, list[Alike]()
        if self._faces:
            faces = np.frombuffer(self._faces, np.uint64).reshape(-1, 2, HASH_BYTES // 8)[order]
            alike_total, alike = look_alikes(faces, names, progress)
        return LeakReport(
            splits=sizes,
            compared=True,
            subjects_total=len(subjects),
            frames_total=frames_total,
            alike_total=alike_total,
            subjects=tuple(subjects[:_LISTED]),
            frames=tuple(frames),
            alike=tuple(alike),
        )

    def _shared_subjects(self) -> list[SharedSubject]:
        places: dict[SubjectKey, dict[str, int]] = {}
        for (subject, split), count in sorted(self._people.items()):
            places.setdefault(subject, {})[split] = count
        return [
            SharedSubject(corpus=corpus, subject=name, samples=samples)
            for (corpus, name), samples in places.items()
            if len(samples) > 1
        ]


def _hash(truth: SampleTruth) -> FaceHash:
    """The hash that `render` stored with the map; of an older map it is made here."""
    if (stored := truth.motion.face_hash) is not None:
        hashes = bytes.fromhex(stored)
        return FaceHash(hashes[:HASH_BYTES], hashes[HASH_BYTES:])
    try:
        return face_hash(truth.map_png)
    except MeuError as error:
        raise MeuError(f"{truth.sample.id}: {error}") from error


def _shared_frames(frames: NDArray[np.bytes_], names: list[tuple[str, str]]) -> tuple[int, list[SharedFrame]]:
    """The frames that are in several splits: how many, and the first of them, each with two of its samples.

    `frames`: (N, 2) hashes of onset and apex; `names`: (N) id and split.
    """
    flat = frames.ravel()
    order = np.argsort(flat, kind="stable")
    starts = np.flatnonzero(np.r_[True, flat[order][1:] != flat[order][:-1]])
    ends = np.r_[starts[1:], len(flat)]
    found = []
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        rows = sorted({int(place) // 2 for place in order[start:end]})
        first, split = names[rows[0]]
        second, other = next((names[row] for row in rows if names[row][1] != split), ("", split))
        if other != split:
            # numpy drops zeros at the end of a text.
            sha256 = flat[order[start]].ljust(32, b"\0").hex()
            found.append(SharedFrame(sha256=sha256, first=first, second=second, splits=(split, other)))
    return len(found), sorted(found, key=lambda one: (one.first, one.second, one.sha256))[:_LISTED]


def look_alikes(faces: NDArray[np.uint64], names: list[tuple[str, str]], progress: Progress) -> tuple[int, list[Alike]]:
    """Pairs of samples in different splits whose faces are near: how many, and the nearest of them.

    Args:
        faces: (N, 2, words), the hash and the mirrored hash of each, sorted by split.
        names: (N) id and split.
        progress: Told of every split compared with those behind it.
    """
    groups = list(_groups(names))
    progress.start("leaks", len(groups))
    total, nearest = 0, list[tuple[int, int, int]]()
    for group in groups:
        for top in range(group.start, group.end, _ROWS):
            for left in range(group.end, len(names), _COLUMNS):
                rows, columns = faces[top : min(top + _ROWS, group.end)], faces[left : left + _COLUMNS]
                count, pairs = _near(rows[:, 0], columns)
                total += count
                nearest += [(distance, top + row, left + column) for distance, row, column in pairs]
            nearest = sorted(nearest)[:_LISTED]
        progress.advance()
    progress.finish()
    return total, [
        Alike(first=names[a][0], second=names[b][0], splits=(names[a][1], names[b][1]), distance=distance)
        for distance, a, b in nearest
    ]


def _near(rows: NDArray[np.uint64], columns: NDArray[np.uint64]) -> tuple[int, list[tuple[int, int, int]]]:
    """How many pairs are near, and (distance, row, column) of the nearest; most are told apart by their first word.

    Args:
        rows: (R, words).
        columns: (C, 2, words), of which the nearer one counts.
    """
    first = np.minimum(
        np.bitwise_count(rows[:, None, 0] ^ columns[None, :, 0, 0]),
        np.bitwise_count(rows[:, None, 0] ^ columns[None, :, 1, 0]),
    )
    row, column = np.nonzero(first <= NEAR_BITS)
    distance = np.bitwise_count(rows[row, None] ^ columns[column]).sum(axis=2).min(axis=1)
    near = np.flatnonzero(distance <= NEAR_BITS)
    nearest = near[np.lexsort((column[near], row[near], distance[near]))][:_LISTED]
    found = zip(distance[nearest].tolist(), row[nearest].tolist(), column[nearest].tolist(), strict=True)
    return len(near), list(found)


def _groups(names: list[tuple[str, str]]) -> Iterator[_Group]:
    start = 0
    for end in range(1, len(names) + 1):
        if end == len(names) or names[end][1] != names[start][1]:
            yield _Group(start, end)
            start = end
