"""What the faces of a pair and the codec of its frames say about how far the map can be trusted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from meu_data.face.landmark_layout import LEFT_EYE, NOSE_TIP, RIGHT_EYE
from meu_data.motion.detection import DOUBTFUL_SCATTER, Face
from meu_data.motion.quality import with_flags
from meu_data.motion.same_face import doubtful_distance
from meu_data.records import Quality, QualityFlag

# From here on left and right of the picture are no longer those of the face; a quarter turn is the file's, not the
# head's.
TILTED_DEG = 30.0
# The tip stands out from the eyes by half of their distance, so that this is a turn of the head by 35°.
AVERTED = 0.35
# Of the way from the eyes to the mouth the tip lies about here (.46 to .64 on frontal faces); a nod by 35° moves it so
# far.
_USUAL_DROP, NODDED = 0.55, 0.25
# A detection this weak, with landmarks that do not hold, may be a drawing, an animal or a thing.
WEAK_SCORE = 0.3
# Below this dlib's network doubts that it is a face (`Face.network_score`).
LEAST_NETWORK_SCORE = 1.02
# Codecs of pictures and of film code blocks of 8 px. On faces of eye distance 40 to 100 px, frames without one have 1.0
# to 1.1, JPEG of quality 90 and MPEG-4 1.1 to 1.4, 75 up to 1.45, 50 1.3 to 1.7, 30 1.5 to 2.0, 10 2.2 to 3.6.
BLOCKY = 1.6
_BLOCK_PX = 8
_MOUTH = [48, 54]


def with_face(quality: Quality, face: Face, distance: float | None, apex_gray: NDArray[np.uint8]) -> Quality:
    """Adds what detection, landmarks and codec say.

    Args:
        quality: What was measured on the map.
        face: The face of the onset frame.
        distance: Between the faces of both frames, None where they are plainly the same.
        apex_gray: uint8 (H, W), the apex frame, not resampled.
    """
    blocks = blockiness(apex_gray, face)
    offset, drop = nose_offset(face.landmarks), nose_drop(face.landmarks)
    tilt = abs((face.roll_deg + 45) % 90 - 45)
    raised: dict[QualityFlag, bool] = {
        "codec_blocks": blocks > BLOCKY,
        "other_face": doubtful_distance(distance),
        "tilted": tilt > TILTED_DEG,
        "averted": abs(offset) > AVERTED or abs(drop - _USUAL_DROP) > NODDED,
        "unlikely_face": face.scatter > DOUBTFUL_SCATTER,
        "no_human": (face.scatter > DOUBTFUL_SCATTER and face.score < WEAK_SCORE)
        or (face.network_score is not None and face.network_score < LEAST_NETWORK_SCORE),
    }
    measures = {
        "face_score": round(face.score, 4),
        "scatter": round(face.scatter, 4),
        "network_score": face.network_score,
        "roll_deg": round(face.roll_deg, 2),
        "nose_offset": round(offset, 3),
        "nose_drop": round(drop, 3),
        "face_distance": distance,
        "blockiness": round(blocks, 4),
        "flags": with_flags(quality.flags, raised),
    }
    return quality.model_copy(update=measures)


def nose_offset(landmarks: NDArray[np.floating[Any]]) -> float:
    """How far the nose's tip lies to the right of the middle between the eyes, along their line, in eye distances.

    Args:
        landmarks: (68, 2), px.
    """
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1.0) ** 2
    return float((landmarks[NOSE_TIP] - (left + right) / 2) @ across)


def nose_drop(landmarks: NDArray[np.floating[Any]]) -> float:
    """How far down from the eyes the nose's tip lies, of the way to the corners of the mouth.

    A face that looks up shows it nearer to the eyes, one that looks down nearer to the mouth.

    Args:
        landmarks: (68, 2), px.
    """
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    down = np.array((left[1] - right[1], right[0] - left[0]))
    tip, mouth = (
        float((point - (left + right) / 2) @ down) for point in (landmarks[NOSE_TIP], landmarks[_MOUTH].mean(0))
    )
    return tip / mouth if mouth > 0 else 1.0


def blockiness(gray: NDArray[np.uint8], face: Face) -> float:
    """The step of the grey levels at the edges of a codec's blocks over that between them; 1 without blocks.

    The frame may have been cut from a larger one, so the blocks may begin anywhere: the strongest of the eight
    possible grids counts, in each direction, against the median of all.

    Args:
        gray: uint8 (H, W), a frame that was not resampled.
        face: Where to look.
    """
    height, width = gray.shape
    left, top, right, bottom = face.box
    part = gray[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)].astype(np.float32)
    ratios = []
    for axis in (0, 1):
        if part.shape[axis] <= 2 * _BLOCK_PX:
            return 1.0
        steps = np.abs(np.diff(part, axis=axis)).mean(axis=1 - axis)
        by_place = np.array([steps[place::_BLOCK_PX].mean() for place in range(_BLOCK_PX)])
        ratios.append(float(by_place.max() / max(float(np.median(by_place)), 1e-3)))
    return float(np.sqrt(ratios[0] * ratios[1]))
