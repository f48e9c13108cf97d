"""The map of any two pictures, without a workspace: the first thing a curious person tries."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from meu_data.choices import DEFAULT_RECIPE, Recipe, Solver
from meu_data.errors import FrameError, MeuError, NoFaceError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.frames import read_frame
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import measure, png_bytes
from meu_data.records import HeadMotion, Quality, Record, RegionMotion
from meu_data.store.files import whole_file


class PairMap(Record):
    """What was seen on the two pictures; `output` is the file that was written, if any."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    output: str | None
    faces: int
    head_motion: HeadMotion
    quality: Quality
    regions: tuple[RegionMotion, ...]
    picture: NDArray[np.uint8] = Field(exclude=True, repr=False, description="the map, uint8 (H, W, 3), BGR")


def map_pair(
    onset: Path | str,
    apex: Path | str,
    output: Path | str | None = None,
    *,
    recipe: Recipe = DEFAULT_RECIPE,
    solver: Solver = "fused",
    landmark_model: Path | None = None,
) -> PairMap:
    """Measures two pictures of one face and draws their MMC-Map; needs no workspace.

    Args:
        onset: The earlier picture.
        apex: The later picture, the same size.
        output: A .png to write the map to, too; its folder is made when missing.
        recipe: How the map is drawn.
        solver: Which TV-L1.
        landmark_model: The packaged model when None.

    Returns:
        The map and the measured motion: px of the map, y down; the sides of the regions are the picture's.

    Raises:
        MeuError: A picture cannot be read, shows no face, the sizes differ, or the output is no .png.
    """
    onset, apex = Path(onset), Path(apex)
    if output is not None and Path(output).suffix.lower() != ".png":
        raise MeuError(f"{output}: the map is written without loss, as PNG; end the name in .png")
    onset_bgr, apex_bgr = read_frame(onset).bgr, read_frame(apex).bgr
    finder = FaceFinder(find_landmark_model(landmark_model))
    try:
        pair = measure(onset_bgr, apex_bgr, finder=finder, recipe=recipe, solver=solver)
    except (FrameError, NoFaceError) as error:
        raise MeuError(f"{onset}: {error}") from error
    if output is not None:
        with whole_file(Path(output)) as stream:
            stream.write(png_bytes(pair.picture))
    return PairMap(
        output=None if output is None else str(output),
        faces=pair.face.faces,
        head_motion=pair.head_motion,
        regions=tuple(pair.regions),
        quality=pair.quality,
        picture=pair.picture,
    )
