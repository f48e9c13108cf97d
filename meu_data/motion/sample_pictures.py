"""The pictures of a sample as people are shown them: onset, apex and map, cut alike, or why one is not there."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Recipe
from meu_data.errors import FrameError
from meu_data.face.alignment import Alignment, crop
from meu_data.frames import Frame, read_frame
from meu_data.records import Motion, Sample
from meu_data.store.confined import frame_path, map_path
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

Tile = NDArray[np.uint8] | str
"""A picture, uint8 (H, W, 3), BGR, or the reason why there is none."""


class SamplePictures(NamedTuple):
    """Onset, apex and map; where the map is an aligned face crop, the frames are the same crop.

    `changed`: a frame is no longer the one that the map was drawn from.
    """

    onset: Tile
    apex: Tile
    drawn: Tile
    changed: bool


def pictures_of(
    workspace: Workspace, sample: Sample, motion: Motion | None, folders: FrameFolders, recipe: Recipe
) -> SamplePictures:
    """Reads the pictures of a sample; what is missing or damaged is told in its place.

    Args:
        workspace: Where its map is.
        sample: The sample.
        motion: What was measured on it with the recipe, if anything.
        folders: Where its frames are.
        recipe: Whose map; named where there is none.
    """
    names = sample.onset_frame, sample.apex_frame or sample.onset_frame
    found = [_read(lambda name: frame_path(folders.of(sample), name), name) for name in names]
    onset, apex = (frame.bgr if isinstance(frame, Frame) else frame for frame in found)
    if motion is None:
        return SamplePictures(onset, apex, _why_no_map(workspace, sample, recipe), changed=False)
    read = _read(lambda name: map_path(workspace.root, name), motion.map_file)
    drawn: Tile = read.bgr if isinstance(read, Frame) else read
    if motion.alignment is not None and not isinstance(drawn, str):
        alignment = Alignment(np.array(motion.alignment), drawn.shape[0])
        onset, apex = (tile if isinstance(tile, str) else crop(tile, alignment) for tile in (onset, apex))
    wanted = motion.onset_sha256, motion.apex_sha256
    changed = any(
        isinstance(frame, Frame) and frame.sha256 != digest for frame, digest in zip(found, wanted, strict=True)
    )
    return SamplePictures(onset, apex, drawn, changed)


def _read(path_of: Callable[[str], Path], name: str) -> Frame | str:
    try:
        return read_frame(path_of(name), name=name)
    except FrameError as error:
        return str(error)


def _why_no_map(workspace: Workspace, sample: Sample, recipe: Recipe) -> str:
    problem = workspace.ledger.problem("render", sample)
    return f"no map: {problem.reason if problem else f'not rendered yet with recipe {recipe}'}"
