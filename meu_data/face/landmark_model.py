"""Finds the files of dlib's face models, without loading them."""

import importlib.metadata
from pathlib import Path

from meu_data.errors import MeuError

_PACKAGE = "face_recognition_models"
_FILE = "shape_predictor_68_face_landmarks.dat"


def find_landmark_model(explicit: Path | None = None) -> Path:
    """The 68-point landmark model to use.

    The model comes with the PyPI package `face_recognition_models`, which is looked up by its metadata and
    never imported: it needs `pkg_resources`, which current setuptools no longer has.

    Args:
        explicit: The file the user named; it alone counts then.

    Returns:
        The path of an existing file.

    Raises:
        MeuError: The named file does not exist, or the package that carries the model is not installed.
    """
    if explicit is not None:
        if not explicit.is_file():
            raise MeuError(f"{explicit}: there is no landmark model here; name dlib's {_FILE}")
        return explicit
    return find_packaged_model(_FILE, " or name the file with --landmark-model")


def find_packaged_model(name: str, instead: str = "") -> Path:
    """A model file of the package `face_recognition_models`.

    Args:
        name: The file's name.
        instead: What else the user can do where it is not installed.

    Raises:
        MeuError: The package is not installed, or lacks the file.
    """
    try:
        files = importlib.metadata.files(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = next((Path(str(file.locate())) for file in files if file.name == name), None)
    if found is None or not found.is_file():
        does = f"run `pip install {_PACKAGE}`" + (f",{instead}" if instead else "")
        raise MeuError(f"{name}: the model is not installed; {does}")
    return found
