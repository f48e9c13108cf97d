"""The streaming tar writer: shards of bounded size that hold nothing but names and bytes."""

import contextlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from meu_data.export.files.parquet import SHARD_BYTES, name_shards


class TarFolder:
    """Files `<split>-00000-of-0000N.tar` in one folder; the same members give the same bytes."""

    def __init__(self, folder: Path, *, shard_bytes: int = SHARD_BYTES) -> None:
        """Prefer `tar_folder`, which closes what it opens."""
        self._folder, self._shard_bytes = folder, shard_bytes
        self._splits: dict[str, _TarSplit] = {}

    def add(self, split: str, members: Iterable[tuple[str, bytes]]) -> None:
        """Appends the files of one row, all to the same shard.

        Raises:
            OSError: The disk refuses it.
        """
        part = self._splits.setdefault(split, _TarSplit())
        row = list(members)
        # A tar holds each member in blocks of 512 bytes behind a head of 512.
        size = sum(1024 + len(content) for _, content in row)
        if part.stream is not None and part.stream.tell() + size > self._shard_bytes:
            part.close()
        if part.tar is None:
            path = self._folder / f"{split}-{len(part.shards):05d}.tar"
            part.open(path)
        for name, content in row:
            part.add(name, content)

    def finish(self) -> list[Path]:
        """Closes the files and gives them their final names, which tell how many there are."""
        written = []
        for split, part in sorted(self._splits.items()):
            part.close()
            written += name_shards(part.shards, split)
        return written

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        for part in self._splits.values():
            if part.stream is not None:
                with contextlib.suppress(OSError):
                    part.stream.close()


class _TarSplit:
    """The shards of one split."""

    def __init__(self) -> None:
        self.shards: list[Path] = []
        self.stream: BinaryIO | None = None
        self.tar: tarfile.TarFile | None = None

    def open(self, path: Path) -> None:
        self.stream = open(path, "wb")  # noqa: SIM115
        self.tar = tarfile.open(fileobj=self.stream, mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
        self.shards.append(path)

    def add(self, name: str, content: bytes) -> None:
        assert self.tar is not None
        # Owner, time and mode are the same for everybody, or the bytes would differ from run to run.
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self.tar.addfile(info, io.BytesIO(content))

    def close(self) -> None:
        if self.tar is None or self.stream is None:
            return
        self.tar.close()
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        self.tar = self.stream = None


@contextlib.contextmanager
def tar_folder(folder: Path) -> Iterator[TarFolder]:
    """A folder of tar files to fill; call `finish` on it when all rows are in."""
    files = TarFolder(folder)
    try:
        yield files
    finally:
        files.abandon()
