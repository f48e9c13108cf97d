"""The streaming tar writer: shards of bounded size that hold nothing but names and bytes."""

import contextlib
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from meu_data.export.files.open_streams import OpenStreams
from meu_data.export.files.parquet import SHARD_BYTES, name_shards


class TarFolder:
    """Files `<split>-00000-of-0000N.tar` in one folder; the same members give the same bytes."""

    def __init__(self, folder: Path, *, shard_bytes: int = SHARD_BYTES) -> None:
        """Prefer `tar_folder`, which closes what it opens."""
        self._folder, self._shard_bytes = folder, shard_bytes
        self._streams, self._shards = OpenStreams(), dict[str, list[Path]]()
        self._sizes: dict[Path, int] = {}

    def add(self, split: str, members: Iterable[tuple[str, bytes]]) -> None:
        """Appends the files of one row, all to the same shard.

        Raises:
            OSError: The disk refuses it.
        """
        row = b"".join(_member(name, content) for name, content in members)
        shards = self._shards.setdefault(split, [])
        if not shards or self._sizes[shards[-1]] + len(row) > self._shard_bytes:
            if shards:
                self._end(shards[-1])
            shards.append(self._folder / f"{split}-{len(shards):05d}.tar")
            self._sizes[shards[-1]] = 0
        self._streams.to(shards[-1]).write(row)
        self._sizes[shards[-1]] += len(row)

    def finish(self) -> list[Path]:
        """Closes the files and gives them their final names, which tell how many there are."""
        written = []
        for split, shards in sorted(self._shards.items()):
            self._end(shards[-1])
            written += name_shards(shards, split)
        return written

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        self._streams.abandon()

    def _end(self, shard: Path) -> None:
        # Two blocks of zeros, and as many more as make the records of a tape whole.
        size = self._sizes[shard] + 2 * tarfile.BLOCKSIZE
        self._streams.to(shard).write(bytes(2 * tarfile.BLOCKSIZE + -size % tarfile.RECORDSIZE))
        self._streams.finish(shard)


def _member(name: str, content: bytes) -> bytes:
    """A file in a tar: its head, then its bytes, each in whole blocks."""
    # Owner, time and mode are the same for everybody, or the bytes would differ from run to run.
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


@contextlib.contextmanager
def tar_folder(folder: Path) -> Iterator[TarFolder]:
    """A folder of tar files to fill; call `finish` on it when all rows are in."""
    files = TarFolder(folder)
    try:
        yield files
    finally:
        files.abandon()
