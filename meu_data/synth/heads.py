"""Other textures for the one portrait: smooth, dark or pale skin, glasses, a beard, freckles."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.synth.action_fields import Points, eye_distance
from meu_data.synth.plan import STREAM_SUBJECT, stream
from meu_data.synth.portrait import DETAIL, Picture, Subject

Head = Literal["plain", "smooth", "dark", "pale", "glasses", "beard", "freckles"]
# Any float; grey levels, to be clipped.
Drawn = NDArray[Any]

HEADS: tuple[Head, ...] = get_args(Head)


def dressed(subject: Subject, number: int, seed: int) -> Subject:
    """The subject with the texture that its number calls for; the first is left as it is.

    Args:
        subject: As drawn.
        number: Of the subject, from 0.
        seed: The corpus's seed.
    """
    head = HEADS[number % len(HEADS)]
    if head == "plain":
        return subject
    rng = stream(seed, STREAM_SUBJECT, number, len(HEADS))
    drawn = _TEXTURES[head](subject.picture, subject.landmarks * DETAIL, rng)
    return subject._replace(picture=np.clip(drawn, 4, 250).astype(np.float32))


def _smooth(picture: Picture, _: Points, __: np.random.Generator) -> Drawn:
    eight_bit = picture.astype(np.uint8)
    for _round in range(2):
        eight_bit = cv2.bilateralFilter(eight_bit, 15, 40, 9).astype(np.uint8)
    return eight_bit.astype(np.float32)


def _dark(picture: Picture, _: Points, __: np.random.Generator) -> Drawn:
    return 140 * (picture / 255) ** 1.5


def _pale(picture: Picture, _: Points, __: np.random.Generator) -> Drawn:
    return 80 + 0.6 * picture


def _glasses(picture: Picture, landmarks: Points, _: np.random.Generator) -> Drawn:
    unit = eye_distance(landmarks)
    drawn = picture.copy()
    thick, colour = max(round(0.05 * unit), 1), (30, 30, 35)
    middles = [landmarks[eye].mean(axis=0) for eye in (slice(36, 42), slice(42, 48))]
    for middle in middles:
        axes = (round(0.36 * unit), round(0.26 * unit))
        cv2.ellipse(drawn, np.round(middle).astype(int).tolist(), axes, 0, 0, 360, colour, thick, cv2.LINE_AA)
    across = np.array([0.36 * unit, 0])
    start, end = (np.round(point).astype(int).tolist() for point in (middles[0] + across, middles[1] - across))
    cv2.line(drawn, start, end, colour, thick, cv2.LINE_AA)
    return drawn


def _beard(picture: Picture, landmarks: Points, rng: np.random.Generator) -> Drawn:
    outline = np.vstack([landmarks[2:15], landmarks[[35, 33, 31]]])
    where: Drawn = np.zeros(picture.shape[:2], dtype=np.float32)
    cv2.fillPoly(where, [np.round(outline).astype(np.int32)], 1)
    cv2.fillPoly(where, [np.round(landmarks[48:60]).astype(np.int32)], 0)
    where = cv2.GaussianBlur(where, (0, 0), 0.06 * eye_distance(landmarks))
    hair = cv2.GaussianBlur(rng.standard_normal(picture.shape[:2]), (0, 0), DETAIL, sigmaY=3 * DETAIL)
    shaded: Drawn = picture * (1 - where * (0.55 + 0.15 * hair / hair.std()))[..., None]
    return shaded


def _freckles(picture: Picture, landmarks: Points, rng: np.random.Generator) -> Drawn:
    unit = eye_distance(landmarks)
    dots = np.zeros(picture.shape[:2], dtype=np.float32)
    for eye in (landmarks[41], landmarks[46]):
        for x, y in rng.normal((eye[0], eye[1] + 0.4 * unit), (0.28 * unit, 0.2 * unit), (60, 2)):
            cv2.circle(dots, (round(x), round(y)), max(round(0.012 * unit), 1), float(rng.uniform(0.15, 0.4)), -1)
    return picture * (1 - cv2.GaussianBlur(dots, (0, 0), DETAIL / 2))[..., None]


_TEXTURES: dict[Head, Callable[[Picture, Points, np.random.Generator], Drawn]] = {
    "smooth": _smooth,
    "dark": _dark,
    "pale": _pale,
    "glasses": _glasses,
    "beard": _beard,
    "freckles": _freckles,
}
