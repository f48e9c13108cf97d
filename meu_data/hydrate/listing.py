"""`pictures.jsonl` of an export without pixels, read with care: it may come from anybody."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from meu_data.choices import Recipe
from meu_data.environments.crops import Box
from meu_data.errors import MeuError
from meu_data.export.files.manifest import SOURCES
from meu_data.export.samples.pictures import PicturePart
from meu_data.given_files import opened
from meu_data.records import Record

_Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# A plain name: no folder, nothing that a terminal or a file system takes for something else.
_Name = Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*$", max_length=255)]
_Frame = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=4096)]
# The largest frame is 4096 px long on a side, see meu_data.frames; crops that large are far beyond any model.
_LARGEST_CROP = 4096
# Two on either side are used; a list that names thousands would have thousands read.
_MOST_BESIDE = 16
_LARGEST, _LONGEST_LINE = 16 * 1024**3, 64 * 1024


class ListedFrame(Record):
    """A frame next to onset or apex that the map was averaged from."""

    frame: _Frame
    sha256: _Sha256


class ListedPicture(Record):
    """One line: a picture, and what it is made of; see `export.pictures.picture_source`."""

    name: _Name
    sha256: _Sha256
    part: PicturePart
    bbox: Box | None
    sample_id: _Frame
    onset_frame: _Frame
    apex_frame: _Frame
    onset_sha256: _Sha256
    apex_sha256: _Sha256
    onset_beside: tuple[ListedFrame, ...] = Field(default=(), max_length=_MOST_BESIDE)
    apex_beside: tuple[ListedFrame, ...] = Field(default=(), max_length=_MOST_BESIDE)
    recipe: Recipe
    solver: _Frame
    map_size: int = Field(ge=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.part == "zoom") != (self.bbox is not None):
            raise ValueError("bbox is for a zoom, and a zoom needs it")
        if self.bbox and not (0 <= self.bbox[0] < self.bbox[2] and 0 <= self.bbox[1] < self.bbox[3]):
            raise ValueError("bbox is no box: left, top, right, bottom")
        if self.recipe == "robust" and self.map_size > _LARGEST_CROP:
            raise ValueError(f"map_size is larger than {_LARGEST_CROP}")
        return self

    @property
    def made_of(self) -> tuple[object, ...]:
        """What all pictures of one sample have in common."""
        frames = (self.onset_frame, self.apex_frame, self.onset_sha256, self.apex_sha256)
        return (*frames, self.onset_beside, self.apex_beside, self.recipe, self.solver, self.map_size)


class ClipPictures(NamedTuple):
    """The pictures of one sample, at least one; all are made of the same two frames."""

    sample_id: str
    pictures: tuple[ListedPicture, ...]


def read_clips(export: Path) -> Iterator[ClipPictures]:
    """The samples in the order of the rows.

    Raises:
        MeuError: A line is none that an export writes; the message has its number.
    """
    with opened(export / SOURCES, most=_LARGEST) as stream:
        read = iter(lambda: stream.readline(_LONGEST_LINE), b"")
        listed = ((number, _parsed(number, line)) for number, line in enumerate(read, start=1))
        for sample_id, lines in groupby(listed, lambda line: line[1].sample_id):
            numbers, pictures = zip(*lines, strict=True)
            names = {picture.name for picture in pictures}
            if len({picture.made_of for picture in pictures}) > 1 or len(names) < len(pictures):
                raise _wrong(numbers[-1], f"the pictures of {sample_id} do not fit together")
            yield ClipPictures(sample_id, pictures)


def _parsed(number: int, line: bytes) -> ListedPicture:
    try:
        return ListedPicture.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _wrong(number, f"{where}: {first['msg']}" if where else first["msg"]) from error


def _wrong(number: int, reason: str) -> MeuError:
    return MeuError(f"{SOURCES}, line {number}: {reason}; copy the export again, or ask whoever made it")
