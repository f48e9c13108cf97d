"""Small labelled sets, laid out as the real ones are."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def picture(seed: int, form: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


class FerFolder:
    """A folder of pictures, and a table beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.images = root / "pictures 图"
        self.images.mkdir()
        self.made: dict[str, bytes] = {}

    def put(self, *names: str) -> "FerFolder":
        for name in names:
            path = self.images / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self.made[name] = picture(len(self.made), "JPEG" if path.suffix == ".jpg" else "PNG")
            path.write_bytes(self.made[name])
        return self

    def table(self, text: str | bytes, name: str = "labels.csv") -> Path:
        path = self.root / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture
def folder(tmp_path):
    return FerFolder(tmp_path)
