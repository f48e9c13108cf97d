"""JSON files with their pictures beside them: one object a line, or one list a file."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TextIO

from meu_data.export.samples.pictures import RowPicture

LinesKind = Literal["jsonl", "json"]


class LinesFolder:
    """Files `<stem>.jsonl` or `<stem>.json` in one folder, and pictures in another, written as the rows come.

    The folder of the pictures is made with the first of them.
    """

    def __init__(self, folder: Path, pictures: Path, kind: LinesKind) -> None:
        """Prefer `lines_folder`, which closes what it opens."""
        self._folder, self._pictures, self._kind = folder, pictures, kind
        self._streams: dict[str, TextIO] = {}
        self._pictured: list[Path] = []

    def add(self, stem: str, line: dict[str, Any]) -> None:
        """Appends an object to a file.

        Raises:
            OSError: The disk refuses it.
        """
        stream = self._streams.get(stem)
        if stream is None:
            path = self._folder / f"{stem}.{self._kind}"
            stream = self._streams[stem] = open(path, "w", encoding="utf-8", newline="\n")  # noqa: SIM115
            before = "[\n" if self._kind == "json" else ""
        else:
            before = ",\n" if self._kind == "json" else "\n"
        stream.write(before + json.dumps(line, ensure_ascii=False))

    def picture(self, picture: RowPicture) -> None:
        """Stores a picture, once however many lines name it; one without pixels leaves no file.

        Raises:
            OSError: The disk refuses it.
        """
        if picture.data is None:
            return
        path = self._pictures / picture.name
        if not path.exists():
            self._pictures.mkdir(exist_ok=True)
            path.write_bytes(picture.data)
            self._pictured.append(path)

    def finish(self) -> list[Path]:
        """Ends the files and closes them."""
        for stream in self._streams.values():
            stream.write("\n]\n" if self._kind == "json" else "\n")
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
        return [*sorted(Path(stream.name) for stream in self._streams.values()), *sorted(self._pictured)]

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        for stream in self._streams.values():
            with contextlib.suppress(OSError):
                stream.close()


@contextlib.contextmanager
def lines_folder(folder: Path, pictures: Path, kind: LinesKind) -> Iterator[LinesFolder]:
    """A folder of JSON files to fill; call `finish` on it when all rows are in.

    Args:
        folder: An existing folder.
        pictures: The folder for the pictures, inside an existing one.
        kind: `jsonl` (one object a line) or `json` (one list).
    """
    files = LinesFolder(folder, pictures, kind)
    try:
        yield files
    finally:
        files.abandon()
