"""JSON files with their pictures beside them: one object a line, or one list a file."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from meu_data.export.files.open_streams import OpenStreams
from meu_data.export.samples.pictures import RowPicture

LinesKind = Literal["jsonl", "json"]


class LinesFolder:
    """Files `<stem>.jsonl` or `<stem>.json` in one folder, and pictures in another, written as the rows come.

    The folder of the pictures is made with the first of them.
    """

    def __init__(self, folder: Path, pictures: Path, kind: LinesKind) -> None:
        """Prefer `lines_folder`, which closes what it opens."""
        self._folder, self._pictures, self._kind = folder, pictures, kind
        self._streams, self._paths = OpenStreams(), dict[str, Path]()
        self._pictured: list[Path] = []

    def add(self, stem: str, line: dict[str, Any]) -> None:
        """Appends an object to a file.

        Raises:
            OSError: The disk refuses it.
        """
        path = self._paths.get(stem)
        if path is None:
            path = self._paths[stem] = self._folder / f"{stem}.{self._kind}"
            before = "[\n" if self._kind == "json" else ""
        else:
            before = ",\n" if self._kind == "json" else "\n"
        self._streams.to(path).write((before + json.dumps(line, ensure_ascii=False)).encode())

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
        for path in self._paths.values():
            self._streams.to(path).write(b"\n]\n" if self._kind == "json" else b"\n")
            self._streams.finish(path)
        return [*sorted(self._paths.values()), *sorted(self._pictured)]

    def abandon(self) -> None:
        """Lets go of the open files; what they hold is worthless."""
        self._streams.abandon()


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
