"""What the tools of an inspection see of a sample: the face on both frames, and the regions on the map."""

import numpy as np
from numpy.typing import NDArray

from meu_data.environments.crops import Box, png_size
from meu_data.environments.inspection import Sight
from meu_data.export.samples.pictures import RowPicture
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.areas import region_areas
from meu_data.records import Motion, file_stem

# A crop shows as much again around its region, and at least this part of the map's side: a lid alone is no sight.
_AROUND, _LEAST = 2.0, 1 / 4


def sight_of(truth: SampleTruth) -> Sight:
    """What the tools see.

    Args:
        truth: A sample whose map is an aligned face crop.

    Returns:
        The face's box on the onset frame is the detection's, on the apex frame the same carried there by the measured
        motion of the head; both as far as they lie on the frame.
    """
    motion = truth.motion
    box = np.array(motion.face_box).reshape(2, 2)
    moved = np.linalg.solve(_matrix(motion)[:, :2], (motion.head_motion.dx, motion.head_motion.dy))
    return Sight(
        width=motion.width,
        height=motion.height,
        faces=motion.faces,
        onset_box=_on_frame(box.astype(float), motion),
        apex_box=_on_frame(box + moved, motion),
        regions=region_boxes(truth),
        map_png=truth.map_png,
    )


def frames_of(truth: SampleTruth) -> tuple[RowPicture, RowPicture]:
    """The onset and the apex frame as pictures of a row."""
    if truth.pair is None:
        raise ValueError(f"{truth.sample.id} was gathered without its frames")
    stem, (onset, apex) = file_stem(truth.sample.id), truth.pair
    return (
        RowPicture.of(f"{stem}.onset.{onset.ending}", onset.data, "onset"),
        RowPicture.of(f"{stem}.apex.{apex.ending}", apex.data, "apex"),
    )


def region_boxes(truth: SampleTruth) -> dict[str, Box]:
    """The box of every region on the map, px; a region that lies outside has none."""
    matrix = _matrix(truth.motion)
    landmarks = np.array(truth.motion.landmarks) @ matrix[:, :2].T + matrix[:, 2]
    width, height = png_size(truth.map_png)
    return {
        area.region: _box(area.rows, area.columns, width, height) for area in region_areas(landmarks, width, height)
    }


def _matrix(motion: Motion) -> NDArray[np.float64]:
    if motion.alignment is None:
        raise ValueError(f"{motion.sample_id} was gathered with a map that is no aligned face crop")
    return np.array(motion.alignment)


def _on_frame(corners: NDArray[np.float64], motion: Motion) -> Box:
    (left, top), (right, bottom) = np.clip(np.rint(corners), 0, (motion.width, motion.height)).astype(int).tolist()
    return left, top, right, bottom


def _box(rows: slice, columns: slice, width: int, height: int) -> Box:
    """A square around a window, moved into the picture where it would reach over its edge."""
    reach = _AROUND * max(rows.stop - rows.start, columns.stop - columns.start)
    side = min(round(max(reach, _LEAST * width)), width, height)
    left = min(max((columns.start + columns.stop - side) // 2, 0), width - side)
    top = min(max((rows.start + rows.stop - side) // 2, 0), height - side)
    return left, top, left + side, top + side
