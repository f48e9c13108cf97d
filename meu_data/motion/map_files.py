"""The map of any two pictures, without a workspace: the first thing a curious person tries."""

from pathlib import Path

from meu_data.choices import Recipe, Solver
from meu_data.errors import FrameError, MeuError, NoFaceError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.frames import read_frame
from meu_data.motion.detection import FaceFinder
from meu_data.motion.pair import measure_pair, png_bytes
from meu_data.records import HeadMotion, Quality, Record, RegionMotion
from meu_data.store.files import whole_file


class MapSummary(Record):
    """What was seen on the two pictures."""

    output: str
    faces: int
    head_motion: HeadMotion
    quality: Quality
    regions: tuple[RegionMotion, ...]


def draw_map(
    onset: Path,
    apex: Path,
    output: Path,
    *,
    recipe: Recipe = "robust",
    solver: Solver = "fused",
    landmark_model: Path | None = None,
) -> MapSummary:
    """Writes the MMC-Map of two pictures of one face.

    Args:
        onset: The earlier picture.
        apex: The later picture, the same size.
        output: A .png to write; its folder is made when missing.
        recipe: How the map is drawn.
        solver: Which TV-L1.
        landmark_model: The packaged model when None.

    Raises:
        MeuError: A picture cannot be read, shows no face, the sizes differ, or the output is no .png.
    """
    if output.suffix.lower() != ".png":
        raise MeuError(f"{output}: the map is written without loss, as PNG; end the name in .png")
    onset_bgr, apex_bgr = read_frame(onset).bgr, read_frame(apex).bgr
    finder = FaceFinder(find_landmark_model(landmark_model))
    try:
        pair = measure_pair(onset_bgr, apex_bgr, finder, recipe=recipe, solver=solver)
    except (FrameError, NoFaceError) as error:
        raise MeuError(f"{onset}: {error}") from error
    with whole_file(output) as stream:
        stream.write(png_bytes(pair.picture))
    return MapSummary(
        output=str(output),
        faces=pair.face.faces,
        head_motion=pair.head_motion,
        regions=tuple(pair.regions),
        quality=pair.quality,
    )
