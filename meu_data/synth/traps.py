"""Clips that must not be believed: light, a turning head, another person, a hand, a crop, planted on purpose."""

import functools
import math
from collections.abc import Callable
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.synth.action_fields import eye_distance
from meu_data.synth.plan import ClipPlan
from meu_data.synth.timeline import expression_course

Trap = Literal["light", "head_turn", "other_person", "title_card", "hand", "tight_crop"]
TRAPS: tuple[Trap, ...] = get_args(Trap)

Bgr = NDArray[np.uint8]
Points = NDArray[np.float64]

_TURN_DEG = 6.0
# Gain of a lamp that goes on at one side, and how soft the edge of its light is, in eye distances: a recipe may take
# light without an edge out.
_LAMP, _EDGE = 1.5, 0.05


def trap_of(plan: ClipPlan, clips: int) -> Trap | None:
    """What is planted in a clip: every second one of a subject has a trap, each kind in its turn.

    Args:
        plan: The clip.
        clips: How many clips each subject has.
    """
    if plan.clip % 2 == 0:
        return None
    return TRAPS[(plan.subject * (clips // 2) + plan.clip // 2) % len(TRAPS)]


def spoiled(trap: Trap, picture: Bgr, landmarks: Points, plan: ClipPlan, frame: int) -> Bgr:
    """The frame with the trap in it: nothing of it at the onset, all of it at the apex; a crop is there throughout.

    Args:
        trap: Which.
        picture: uint8 (H, W, 3), BGR.
        landmarks: Float (68, 2), px, of the onset frame.
        plan: The clip.
        frame: The frame's number.
    """
    if trap == "tight_crop":
        return _cropped(picture, landmarks)
    part = expression_course(plan, frame)
    if trap in _SUDDEN:
        return _SUDDEN[trap](picture, landmarks) if part > 0.5 else picture
    return _GROWING[trap](picture, landmarks, part) if part else picture


def _cropped(picture: Bgr, landmarks: Points) -> Bgr:
    """The face from the eyes to the chin: the brows are cut off."""
    edge = 0.08 * eye_distance(landmarks)
    left, right = landmarks[:, 0].min() - edge, landmarks[:, 0].max() + edge
    top, bottom = landmarks[17:27, 1].max(), landmarks[8, 1] + edge
    height, width = picture.shape[:2]
    cut: Bgr = picture[max(int(top), 0) : min(int(bottom), height), max(int(left), 0) : min(int(right), width)].copy()
    return cut


def _lit(picture: Bgr, landmarks: Points, part: float) -> Bgr:
    """Light falls on one half of the face."""
    beyond = (np.arange(picture.shape[1]) - landmarks[30, 0]) / (_EDGE * eye_distance(landmarks))
    gain = 1 + part * (_LAMP - 1) / (1 + np.exp(-beyond))
    lit: Bgr = np.clip(picture * gain[:, None], 0, 255).astype(np.uint8)
    return lit


def _head_turned(picture: Bgr, landmarks: Points, part: float) -> Bgr:
    """The head as an ellipsoid with a nose, turned out of the picture's plane; seen from afar."""
    unit, (middle_x, middle_y), tip = eye_distance(landmarks), landmarks[30], landmarks[30]
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((x - middle_x) / (1.35 * unit), (y - middle_y) / (1.8 * unit))
    depth = 1.3 * np.sqrt(np.maximum(1 - radius**2, 0))
    depth += 0.4 * np.exp(-(((x - tip[0]) / (0.16 * unit)) ** 2 + ((y - tip[1] + 0.15 * unit) / (0.3 * unit)) ** 2) / 2)
    shift = unit * math.sin(math.radians(_TURN_DEG * part)) * depth
    return np.asarray(
        cv2.remap(picture, x - shift.astype(np.float32), y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101),
        dtype=np.uint8,
    )


def _behind_a_hand(picture: Bgr, landmarks: Points, part: float) -> Bgr:
    """Fingers come from above over one brow."""
    unit = eye_distance(landmarks)
    x, y = landmarks[19] - (0, (1 - part) * 1.2 * unit)
    down, across = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    inside = ((across - x) / (0.45 * unit)) ** 2 + ((down - y) / (0.24 * unit)) ** 2 < 1
    skin = np.array([110, 140, 190]) * (0.8 + 0.2 * np.cos(2 * math.pi * down / (0.16 * unit)))[..., None]
    covered: Bgr = np.where(inside[..., None], skin, picture).astype(np.uint8)
    return covered


def _other_person(picture: Bgr, landmarks: Points) -> Bgr:
    unit = eye_distance(landmarks)
    side = round(2.9 * unit)
    face = cv2.resize(_stranger(), (side, side), interpolation=cv2.INTER_CUBIC)
    height, width = picture.shape[:2]
    middle = landmarks[27:31].mean(axis=0)
    put = np.array([[1, 0, middle[0] - side / 2], [0, 1, middle[1] - side / 2]])
    drawn = cv2.warpAffine(face, put, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(drawn, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _title_card(picture: Bgr, _: Points) -> Bgr:
    card = np.zeros_like(picture)
    height, width = picture.shape[:2]
    cv2.putText(card, "THE END", (width // 6, height // 2), cv2.FONT_HERSHEY_SIMPLEX, width / 220, (255, 255, 255), 2)
    return card


@functools.cache
def _stranger() -> NDArray[np.uint8]:
    """One of scikit-image's small pictures of people (Labeled Faces in the Wild): uint8 (25, 25)."""
    from skimage.data import lfw_subset

    faces = np.asarray(lfw_subset())  # type: ignore[no-untyped-call, unused-ignore]
    face: Bgr = np.rint(faces[3] * 255).astype(np.uint8)
    return face


_SUDDEN: dict[Trap, Callable[[Bgr, Points], Bgr]] = {"other_person": _other_person, "title_card": _title_card}
_GROWING: dict[Trap, Callable[[Bgr, Points, float], Bgr]] = {
    "light": _lit,
    "head_turn": _head_turned,
    "hand": _behind_a_hand,
}
