"""Writes the pictures of docs/ that the program draws itself; run it after a change of the legend."""

from meu_data.motion.legend import legend
from meu_data.motion.pair import png_bytes
from tests import ROOT

FOLDER = ROOT / "docs" / "images"


def picture_files() -> dict[str, bytes]:
    """The file name and bytes of every picture."""
    return {"legend.png": png_bytes(legend())}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in picture_files().items():
        (FOLDER / name).write_bytes(content)
