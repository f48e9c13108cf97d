"""Follows a face over a clip: how far every region has gone since the clip's first picture."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import FrameError
from meu_data.face.alignment import Alignment, align_points, crop, face_alignment
from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import region_part
from meu_data.motion.detection import FaceFinder
from meu_data.motion.flow import quick_flow
from meu_data.motion.head_motion import subtract_head_motion
from meu_data.motion.light import match_light

TRACK_SIZE = 160
"""Side of the face crop that is followed, px: an eighth of the pixels of a map, and of the time."""

# What a blink or a look aside moves; a blink is faster and larger than any micro-expression and would be taken for one.
_LIDS = frozenset({"upper_lid", "lower_lid"})

# Width of the window in which light is matched, eye distances: as where recipe `robust` has the head in place roughly.
_LIGHT = 0.6


def follow(pictures: Iterable[NDArray[np.uint8]], finder: FaceFinder, *, size: int = TRACK_SIZE) -> NDArray[np.float64]:
    """Measures the regions' mean motion from the first picture to each, with the motion of the head taken out.

    The measurement is that of recipe `robust` on a smaller crop: the face of the first picture found, cut out level,
    light matched, TV-L1 from the first crop to each other, and the head's similarity fitted and subtracted. Every
    picture is compared with the first one and not with the one before, so errors do not add up, and slow motion is seen
    at any frame rate. Lids are left out, for they blink.

    Args:
        pictures: uint8 (H, W, 3), BGR, all of one size, in order.
        finder: The face models.
        size: Side of the crop, px.

    Returns:
        float64 (pictures, regions, 2), hundredths of the eye distance, x right and y down; zero for the first.

    Raises:
        NoFaceError: There is no face on the first picture, or too little of it.
        FrameError: A picture has another size than the first.
    """
    rows: list[NDArray[np.float64]] = []
    alignment: Alignment | None = None
    for number, picture in enumerate(pictures):
        gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        if alignment is None:
            shape = gray.shape
            face = finder.find(gray)
            alignment = face_alignment(face.landmarks, size)
            first = crop(gray, alignment)
            inside = cv2.warpAffine(np.ones_like(gray), alignment.matrix, (size, size)).astype(bool)
            landmarks = align_points(face.landmarks, alignment)
            areas = [area for area in region_areas(landmarks, size, size) if region_part(area.region) not in _LIDS]
            unit = max(eye_distance(landmarks), 1.0)
            rows.append(np.zeros((len(areas), 2)))
            continue
        if gray.shape != shape:
            raise FrameError(f"picture {number} of the clip has another size than the first")
        flow = quick_flow(first, match_light(first, crop(gray, alignment), inside, _LIGHT * unit))
        still, _ = subtract_head_motion(flow, landmarks, method="similarity")
        rows.append(np.array([still[area.rows, area.columns][area.mask].mean(axis=0) for area in areas]) * 100 / unit)
    return np.stack(rows) if rows else np.zeros((0, 0, 2))
