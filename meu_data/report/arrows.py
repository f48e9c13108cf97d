"""The measured motion of the regions as arrows over a face."""

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.face.alignment import Alignment, align_points
from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import OCTANTS
from meu_data.motion.legend import label_colour
from meu_data.records import Motion

# A motion of 1.5 % of the eye distance, where `strong` begins, is drawn a quarter of an eye distance long.
_GAIN, _LONGEST = 16.0, 0.5
_DARK, _HIDDEN = (20, 20, 22), (150, 150, 155)


def with_arrows(picture: NDArray[np.uint8], motion: Motion) -> NDArray[np.uint8]:
    """Draws an arrow for every region that moves, in the colour of its direction, and a cross where nothing is known.

    Args:
        picture: What the map shows of the onset, uint8 (H, W, 3), BGR, of the map's shape.
        motion: What was measured on it.

    Returns:
        uint8 (H, W, 3), BGR: the picture in grey with the arrows, sixteen times as long as the motion.
    """
    drawn = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    height, width = picture.shape[:2]
    landmarks = np.array(motion.landmarks)
    if motion.alignment is not None:
        landmarks = align_points(landmarks, Alignment(np.array(motion.alignment), width))
    unit = eye_distance(landmarks)
    thick = max(1, round(unit / 60))
    centres = {area.region: area.centre for area in region_areas(landmarks, width, height)}
    for region in motion.regions:
        if region.region not in centres:
            continue
        x, y = centres[region.region]
        if not region.measurable:
            place = round(x), round(y)
            cv2.drawMarker(drawn, place, _HIDDEN, cv2.MARKER_TILTED_CROSS, round(unit / 12), thick, cv2.LINE_AA)
        elif region.moving and region.octant != "none":
            vector = np.array((region.dx, region.dy)) * _GAIN
            vector *= min(1.0, _LONGEST * unit / max(float(np.hypot(*vector)), 1e-6))
            ends = (round(x), round(y)), (round(x + vector[0]), round(y + vector[1]))
            colour = label_colour(OCTANTS.index(region.octant))[::-1]
            for shade, wide in ((_DARK, 3 * thick), (colour, thick)):
                cv2.arrowedLine(drawn, *ends, shade, wide, cv2.LINE_AA, tipLength=0.3)
    return np.asarray(drawn, dtype=np.uint8)
