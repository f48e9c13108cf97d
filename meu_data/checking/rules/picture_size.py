"""How large a picture is, by its header."""

import io

from PIL import Image

Size = tuple[int, int]


def size_of(data: bytes | None) -> Size | None:
    """Width and height, px; None where there are no bytes or they are no picture. Never raises."""
    if data is None:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except Exception:  # whatever bytes make Pillow raise; another rule says what is wrong with them
        return None
