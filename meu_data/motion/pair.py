"""One pair of frames from decoded pictures to its map: the part of the work that needs no workspace."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Recipe, Solver
from meu_data.errors import FrameError, MeuError
from meu_data.motion.colour_map import mmc_map
from meu_data.motion.flow import tvl1
from meu_data.motion.head_motion import nose_point, subtract_head_motion
from meu_data.motion.landmarks import Face, FaceFinder
from meu_data.motion.region_motion import region_motion
from meu_data.records import HeadMotion, RegionMotion

# Level 3 of zlib is within 2 % of the size of level 9 on these maps, in a third of the time.
_PNG_COMPRESSION = 3


class PairMotion(NamedTuple):
    """What was measured on a pair.

    Attributes:
        face: The face of the onset frame.
        nose: (x, y), px: where the head's motion was read.
        head_motion: What was taken out of the flow.
        regions: The motion of every region that lies inside the picture.
        picture: The map, uint8 (H, W, 3), BGR.
    """

    face: Face
    nose: tuple[int, int]
    head_motion: HeadMotion
    regions: list[RegionMotion]
    picture: NDArray[np.uint8]


def measure_pair(
    onset_bgr: NDArray[np.uint8],
    apex_bgr: NDArray[np.uint8],
    finder: FaceFinder,
    *,
    recipe: Recipe = "mellm",
    solver: Solver = "fused",
) -> PairMotion:
    """Finds the face, computes the flow, takes head motion out, measures the regions and draws the map.

    Args:
        onset_bgr: uint8 (H, W, 3), BGR.
        apex_bgr: uint8 (H, W, 3), BGR, the same size.
        finder: The loaded face models.
        recipe: How the map is drawn.
        solver: Which TV-L1.

    Raises:
        NoFaceError: There is no face on the onset frame, or its nose lies outside the picture.
        FrameError: The frames differ in size.
        MeuError: The solver is not there.
    """
    if onset_bgr.shape != apex_bgr.shape:
        sizes = " and ".join(f"{picture.shape[1]}x{picture.shape[0]}" for picture in (onset_bgr, apex_bgr))
        raise FrameError(f"onset and apex are of different sizes: {sizes}")
    onset_gray, apex_gray = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in (onset_bgr, apex_bgr))
    face = finder.find(np.asarray(onset_gray, dtype=np.uint8))
    flow = tvl1(np.asarray(onset_gray, dtype=np.uint8), np.asarray(apex_gray, dtype=np.uint8), solver=solver)
    flow, head_motion = subtract_head_motion(flow, face.landmarks)
    return PairMotion(
        face=face,
        nose=nose_point(face.landmarks),
        head_motion=head_motion,
        regions=region_motion(flow, face.landmarks),
        picture=mmc_map(onset_bgr, flow, recipe=recipe),
    )


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A picture as a PNG file, the same bytes for the same picture.

    Raises:
        MeuError: OpenCV could not encode it.
    """
    done, encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, _PNG_COMPRESSION])
    if not done:
        raise MeuError(f"a picture of shape {picture.shape} could not be written as PNG")
    return bytes(encoded)
