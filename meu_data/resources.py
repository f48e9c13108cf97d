"""Finds the texts and schemas that travel with the program, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(folder: str, name: str) -> Path:
    """The path of a shipped file.

    The wheel carries `annotation_guides/` and `schemas/` inside the package; in a checkout and in an
    editable install they lie beside it.

    Raises:
        FileNotFoundError: The file is in neither place: the installation is broken.
    """
    for root in (_PACKAGE / folder, _PACKAGE.parent / folder):
        if (root / name).is_file():
            return root / name
    raise FileNotFoundError(f"{folder}/{name} is missing from this installation; install meu-data again")
