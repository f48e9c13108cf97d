"""Files that grow by turns, of which only so many are open: with one split a subject there are hundreds."""

import contextlib
import os
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

# Systems let a process have 256 to 1,024 open.
MOST_OPEN = 64


class OpenStreams:
    """Streams to append to, by path; those that were used longest ago are closed and opened again when needed."""

    def __init__(self) -> None:
        """Begins with none."""
        self._streams: OrderedDict[Path, BinaryIO] = OrderedDict()

    def to(self, path: Path) -> BinaryIO:
        """The stream at the end of a file, which is made if it is not there.

        Raises:
            OSError: The disk refuses it.
        """
        stream = self._streams.get(path)
        if stream is None:
            if len(self._streams) == MOST_OPEN:
                self._streams.popitem(last=False)[1].close()
            stream = self._streams[path] = open(path, "ab")  # noqa: SIM115
        self._streams.move_to_end(path)
        return stream

    def finish(self, path: Path) -> None:
        """Brings what was written to a file to the disk.

        Raises:
            OSError: The disk refuses it.
        """
        stream = self.to(path)
        stream.flush()
        os.fsync(stream.fileno())
        self._streams.pop(path).close()

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        for stream in self._streams.values():
            with contextlib.suppress(OSError):
                stream.close()
        self._streams.clear()
