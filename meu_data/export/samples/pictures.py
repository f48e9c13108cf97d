"""The pictures of a row, and what it takes to make each of them again from the corpus's frames."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from meu_data.environments.crops import Box, png_size
from meu_data.export.samples.truth import SampleTruth

PicturePart = Literal["map", "onset", "apex", "zoom"]


@dataclass(frozen=True, slots=True)
class RowPicture:
    """A picture file: its name is safe on every file system and differs between samples and parts.

    `data` is the file, None where pixels may not be passed on; `sha256` is that of the file in either case.
    `bbox` is where a `zoom` was cut out of the map: left, top, right, bottom, px, the last two exclusive.
    """

    name: str
    data: bytes | None
    sha256: str
    part: PicturePart = "map"
    bbox: Box | None = None

    @classmethod
    def of(cls, name: str, data: bytes, part: PicturePart = "map", bbox: Box | None = None) -> Self:
        """A picture with its pixels."""
        return cls(name, data, hashlib.sha256(data).hexdigest(), part, bbox)

    @property
    def cell(self) -> dict[str, Any]:
        """What a column of pictures holds of it, as `datasets` has it."""
        return {"bytes": self.data, "path": self.name}

    def without_pixels(self) -> Self:
        """The same picture, by name and hash only."""
        return replace(self, data=None)


def picture_source(truth: SampleTruth, picture: RowPicture) -> dict[str, Any]:
    """What a licensee needs to make a picture again: which frames, by name and hash, and how.

    Returns:
        Plain values. `part` says what the picture is: `map` is rendered with `recipe`, `solver` and `map_size` from
        the frames, `zoom` is `zoomed(map, bbox)`, `onset` and `apex` are `frame_pair.frame_file(<the frame's file>)`.
    """
    sample, motion = truth.sample, truth.motion
    return {
        "name": picture.name,
        "sha256": picture.sha256,
        "part": picture.part,
        "bbox": list(picture.bbox) if picture.bbox else None,
        "sample_id": sample.id,
        "onset_frame": sample.onset_frame,
        "apex_frame": sample.apex_frame,
        "onset_sha256": motion.onset_sha256,
        "apex_sha256": motion.apex_sha256,
        "onset_beside": [frame.model_dump() for frame in motion.onset_beside],
        "apex_beside": [frame.model_dump() for frame in motion.apex_beside],
        "recipe": motion.recipe,
        "solver": motion.solver,
        "map_size": png_size(truth.map_png)[0],
    }
