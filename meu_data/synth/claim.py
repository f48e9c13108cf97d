"""A synthetic corpus claims its folder, says there what it was made from, and can be taken up where it stopped."""

import contextlib
import operator
from pathlib import Path

from pydantic import Field, ValidationError

from meu_data.errors import MeuError
from meu_data.records import Record
from meu_data.store.files import explained, remove_leftovers, whole_file
from meu_data.synth.portrait import portrait

_DONE, _STARTED = "truth/corpus.json", "truth/started.json"
_SMALLEST, _LARGEST = (160, 120), (4096, 4096)


class Parameters(Record):
    """What a corpus was made from; the same parameters give the same bytes."""

    tool_version: str
    landmark_model_sha256: str
    subjects: int
    clips: int
    width: int
    height: int
    seed: int
    traps: bool = Field(default=False, exclude_if=operator.not_)
    heads: bool = Field(default=False, exclude_if=operator.not_)
    layout: str = Field(default="", exclude_if=operator.not_)


def check_frames(size: tuple[int, int], seed: int) -> None:
    """Refuses frames that cannot be drawn.

    Args:
        size: Width and height, px.
        seed: Of the corpus.

    Raises:
        MeuError: The size or the seed makes no sense.
    """
    shape = f"{size[0]}x{size[1]}"
    if seed < 0:
        raise MeuError(f"seed {seed}: use a number from 0")
    if any(side < least for side, least in zip(size, _SMALLEST, strict=True)):
        least = f"{_SMALLEST[0]}x{_SMALLEST[1]}"
        raise MeuError(f"frames of {shape}: too small to show a face; ask for at least {least}")
    if any(side > most for side, most in zip(size, _LARGEST, strict=True)):
        raise MeuError(f"frames of {shape}: too large; ask for at most {_LARGEST[0]}x{_LARGEST[1]}")


def claim(out: Path, parameters: Parameters) -> bool:
    """Whether a folder holds the finished corpus; an empty one is marked as ours before anything else is written.

    Raises:
        MeuError: It holds something else, or cannot be written.
        MissingExtraError: scikit-image is not installed.
    """
    for name in (_DONE, _STARTED):
        if (out / name).is_file():
            if _read_parameters(out / name) != parameters:
                raise MeuError(f"{out}: holds a synthetic corpus of other parameters; name another folder or remove it")
            if name == _DONE:
                _forget_start(out)
            return name == _DONE
    with explained(out):
        # A writer killed while it claimed the folder leaves nothing but its own temporary file.
        if out.is_dir() and [entry.name for entry in out.iterdir()] == ["truth"] and (out / "truth").is_dir():
            remove_leftovers(out / "truth")
            occupied = any((out / "truth").iterdir())
        else:
            occupied = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if occupied:
        raise MeuError(f"{out}: is not empty and holds no synthetic corpus; name a new folder")
    portrait()  # what cannot be drawn should not leave a folder behind
    _write_record(out / _STARTED, parameters)
    return False


def finish(out: Path, parameters: Parameters) -> None:
    """Marks the corpus as finished.

    Raises:
        MeuError: The folder cannot be written.
    """
    _write_record(out / _DONE, parameters)
    _forget_start(out)


def _forget_start(out: Path) -> None:
    with explained(out):
        (out / _STARTED).unlink(missing_ok=True)


def _read_parameters(path: Path) -> Parameters | None:
    with contextlib.suppress(OSError, ValidationError):
        return Parameters.model_validate_json(path.read_bytes())
    return None


def _write_record(path: Path, record: Record) -> None:
    with whole_file(path) as stream:
        stream.write(record.model_dump_json(indent=1).encode() + b"\n")
