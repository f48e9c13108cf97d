"""Clips that must not be believed, of every kind, and clean ones beside them, on portraits that move as we say.

Nothing here is shared with `meu_data.synth.traps`: other hands, other lamps, other people. What is planted is gross
enough that a person who saw both frames would not use the clip; what is clean is what a corpus is full of.
"""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
import skimage.data

from benchmarks._faces import DEEP_NARROW, EXPRESSIONS, FLAT_WIDE, PLATE_EYES, ROOM, Pair, Plate, Spoil, Trial, pair
from meu_data.face.alignment import face_mask

Shown = tuple[np.ndarray, np.ndarray]
# A head that is never quite still.
NUDGE: dict[str, Any] = {"shift": (1.0, -0.7), "roll": 0.4}


class Planted(NamedTuple):
    """One clip.

    Attributes:
        kind: For the table.
        bad: Whether nobody should learn from it.
        trial: What moves, what light and camera do.
        spoil: What else happens to the pictures.
        shown: The part of the face that black bars in the file leave.
    """

    kind: str
    bad: bool
    trial: Trial
    spoil: Spoil | None = None
    shown: str = ""


def frames(plate: Plate, one: Planted) -> Pair:
    """The two frames of a planted clip; the truth does not know of the spoil."""
    made = pair(plate, one.trial, one.spoil)
    if not one.shown:
        return made
    scale = one.trial.eyes / PLATE_EYES
    rows, columns = _kept(one.shown, (plate.landmarks - round(ROOM * PLATE_EYES)) * scale, made.onset.shape[:2], scale)
    barred = []
    for picture in (made.onset, made.apex):
        bar = np.zeros_like(picture)
        bar[rows, columns] = picture[rows, columns]
        coded = cv2.imencode(".jpg", bar, [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
        barred.append(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    return Pair(*barred, made.truth)


def planted(others: list[Plate]) -> Iterator[Planted]:
    """Every clip that is planted in a face.

    Args:
        others: Other people's faces.
    """
    kinds: dict[str, list[tuple[dict[str, Any], Spoil | None]]] = {
        "other person": [({}, functools.partial(_other_person, other)) for other in others]
        + [({}, functools.partial(_small_stranger, number)) for number in (11, 42)],
        "title card": [({}, functools.partial(_card, ground)) for ground in (0, 235)],
        "faded out": [({}, _faded)],
        "head turn": [
            ({"head": head, axis: degrees}, None)
            for head in (FLAT_WIDE, DEEP_NARROW)
            for axis, degrees in (("yaw", 5.0), ("yaw", -8.0), ("pitch", 5.0))
        ],
        "light": [
            ({"gain": 2.2}, None),
            ({"side": (0.5, 0.0)}, None),
            ({"side": (-0.35, 0.2)}, None),
            *(({}, functools.partial(_shadow, edge)) for edge in (0, 1)),
        ],
        "blurred": [({}, functools.partial(_blurred, both)) for both in (False, True)] + [({}, _smeared)],
        "noise": [({"noise": 18.0, "eyes": 60}, None), ({"noise": 12.0, "eyes": 40}, None)],
        "codec blocks": [({"jpeg": quality, "eyes": eyes}, None) for quality, eyes in ((8, 100), (8, 60), (12, 60))],
        "tight crop": [({}, functools.partial(_cut, part)) for part in ("brows", "left", "mouth")],
        "hand": [({}, functools.partial(_hand, point)) for point in (19, 24, 57, 54, 30)],
        "other moment": [
            ({"shift": (110.0, 10.0)}, None),
            ({"roll": 25.0}, None),
            ({"shift": (30.0, -10.0), "yaw": 12.0}, None),
            ({}, functools.partial(_grown, 1.35)),
            ({}, functools.partial(_grown, 0.7)),
        ],
        "tilted": [({}, functools.partial(_rolled, degrees)) for degrees in (-40.0, 38.0)],
        "small": [({"eyes": 22}, None), ({"eyes": 16, "jpeg": 75}, None)],
        "too bright, too dark": [({}, functools.partial(_exposed, gain)) for gain in (6.0, 0.03)],
    }
    number = 0
    for kind, clips in kinds.items():
        for moves, spoil in clips:
            told = {"expression": number % len(EXPRESSIONS), **NUDGE, **moves}
            number += 1
            yield Planted(kind, True, Trial(kind, **told), spoil)
    for part in ("brows", "left", "mouth"):
        yield Planted("padding", True, Trial("padding", expression=number % len(EXPRESSIONS), **NUDGE), shown=part)
    for step in (-0.09, 0.09):
        yield Planted("gaze", False, Trial("gaze"), functools.partial(_gaze, step))
    yield from _clean()


def _clean() -> Iterator[Planted]:
    """What a lab has: a face that moves a little, at some size, through some codec, in nearly the same light."""
    common: list[dict[str, Any]] = [
        {},
        {"pull": 0.7},
        {"eyes": 60, "jpeg": 90},
        {"eyes": 60},
        {"yaw": 0.7},
        {"pitch": -0.7, "head": DEEP_NARROW},
        {"gain": 1.05},
        {"side": (0.05, 0.02)},
        {"gamma": 0.95},
        {"eyes": 140},
        {"jpeg": 75},
        {"tight": True},
    ]
    for number in range(2 * len(EXPRESSIONS)):
        told = {"expression": number % len(EXPRESSIONS), **NUDGE, **common[number % len(common)]}
        yield Planted("clean", False, Trial("clean", **told))
    for moves in ({}, {"shift": (2.0, 1.0)}, {"eyes": 60, "roll": 0.7}):
        yield Planted("clean", False, Trial("clean", **moves))
    for number, camera in enumerate(({"jpeg": 75}, {"noise": 2.0}, {"eyes": 40}, {"eyes": 40, "jpeg": 75})):
        told = {"expression": 2 * number, **NUDGE, "eyes": 60, **camera}
        yield Planted("poor, usable", False, Trial("poor, usable", **told))
    yield Planted("clean", False, Trial("clean", expression=0, **NUDGE), shown="all")


def _other_person(other: Plate, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    matrix = cv2.estimateAffinePartial2D(other.landmarks[17:48], at[17:48])[0]
    size = onset.shape[1::-1]
    return onset, cv2.warpAffine(other.picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _small_stranger(number: int, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    """One of the 25x25 px faces of Labeled Faces in the Wild."""
    face = (skimage.data.lfw_subset()[number] * 255).astype(np.float32)
    side = round(2.9 * PLATE_EYES)
    large = cv2.cvtColor(cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2BGR)
    middle = at[27:31].mean(axis=0) - side / 2
    put = np.array([[1, 0, middle[0]], [0, 1, middle[1]]])
    return onset, cv2.warpAffine(large, put, onset.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def _card(ground: int, onset: np.ndarray, apex: np.ndarray, _: np.ndarray, __: np.random.Generator) -> Shown:
    card = np.full(apex.shape, ground, np.uint8)
    ink = (255 - ground,) * 3
    cv2.putText(card, "Trial 2", (card.shape[1] // 5, card.shape[0] // 2), cv2.FONT_HERSHEY_DUPLEX, 4, ink, 9)
    return onset, card.astype(np.float32)


def _faded(onset: np.ndarray, apex: np.ndarray, _: np.ndarray, __: np.random.Generator) -> Shown:
    return onset, apex * 0.08


def _shadow(edge: int, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    """A hard shadow, of the nose's side or of the brows' height."""
    y, x = np.mgrid[0 : apex.shape[0], 0 : apex.shape[1]]
    beyond = (x - at[30, 0], at[29, 1] - y)[edge] / (0.04 * PLATE_EYES)
    return onset, apex * (1 - 0.45 / (1 + np.exp(-np.clip(beyond, -30, 30))))[..., None]


def _blurred(both: bool, onset: np.ndarray, apex: np.ndarray, _: np.ndarray, __: np.random.Generator) -> Shown:
    soft = cv2.GaussianBlur(apex, (0, 0), 0.15 * PLATE_EYES)
    return (cv2.GaussianBlur(onset, (0, 0), 0.15 * PLATE_EYES) if both else onset), soft


def _smeared(onset: np.ndarray, apex: np.ndarray, _: np.ndarray, __: np.random.Generator) -> Shown:
    """The camera was pushed while the shutter was open."""
    length = round(0.25 * PLATE_EYES)
    return onset, cv2.filter2D(apex, -1, np.full((1, length), 1 / length, np.float32))


def _kept(part: str, at: np.ndarray, size: tuple[int, int], scale: float) -> tuple[slice, slice]:
    """Rows and columns of a picture that shows the face below the brows, above the mouth, of one side, or all of it."""
    height, width = size
    edge = round(0.05 * PLATE_EYES * scale)
    if part == "brows":
        return slice(int(at[17:27, 1].max()), height), slice(0, width)
    if part == "mouth":
        return slice(0, int(at[33, 1]) + 2 * edge), slice(0, width)
    if part == "left":
        return slice(0, height), slice(int(at[36:40, 0].mean()), width)
    return slice(2 * edge, height - 2 * edge), slice(2 * edge, width - 2 * edge)


def _cut(part: str, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    rows, columns = _kept(part, at, onset.shape[:2], 1.0)
    return onset[rows, columns], apex[rows, columns]


def _hand(point: int, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, random: np.random.Generator) -> Shown:
    """Three fingers beside each other, tips on the landmark, of the face's own skin but not its light."""
    unit = PLATE_EYES
    skin = np.median(apex[face_mask(at, *apex.shape[:2])], axis=0) * random.uniform(0.75, 1.2)
    cover = np.zeros(apex.shape[:2], np.float32)
    angle = random.uniform(-0.6, 0.6) + (np.pi / 2 if at[point, 1] > at[30, 1] else -np.pi / 2)
    along = np.array([np.cos(angle), np.sin(angle)])
    shade = np.ones_like(cover)
    for finger in (-1, 0, 1):
        tip = at[point] + finger * 0.2 * unit * along[::-1] * (-1, 1)
        end = tip + 3 * unit * along
        cv2.line(cover, *(tuple(map(round, place.tolist())) for place in (tip, end)), 1.0, round(0.19 * unit))
        cv2.line(shade, *(tuple(map(round, place.tolist())) for place in (tip, end)), 1.12, round(0.08 * unit))
    cover = cv2.GaussianBlur(cover, (0, 0), 1.5)[..., None]
    shade = cv2.GaussianBlur(shade, (0, 0), 0.03 * unit)[..., None]
    return onset, apex * (1 - cover) + np.clip(skin * shade, 0, 255) * cover


def _gaze(step: float, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    """What lies between the lids goes sideways, and nothing else."""
    height, width = apex.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    open_eyes = np.zeros((height, width), np.float32)
    for eye in (at[36:42], at[42:48]):
        cv2.fillPoly(open_eyes, [np.round(eye).astype(np.int32)], 1.0)
    open_eyes = cv2.GaussianBlur(open_eyes, (0, 0), 0.015 * PLATE_EYES)
    turned = cv2.remap(onset, x - np.float32(step * PLATE_EYES) * open_eyes, y, cv2.INTER_CUBIC)
    return onset, turned


def _grown(scale: float, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    x, y = at[30]
    matrix = np.array([[scale, 0, x * (1 - scale)], [0, scale, y * (1 - scale)]])
    shown = cv2.warpAffine(apex, matrix, apex.shape[1::-1], borderMode=cv2.BORDER_REFLECT_101)
    return onset, shown


def _rolled(degrees: float, onset: np.ndarray, apex: np.ndarray, at: np.ndarray, _: np.random.Generator) -> Shown:
    """The head of an upright person lies on one side throughout."""
    x, y = at[42:48].mean(axis=0) - at[36:42].mean(axis=0)
    matrix = cv2.getRotationMatrix2D(at[30].tolist(), degrees + np.degrees(np.arctan2(y, x)), 0.75)
    size = onset.shape[1::-1]
    first, second = (
        cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REFLECT_101) for picture in (onset, apex)
    )
    return first, second


def _exposed(gain: float, onset: np.ndarray, apex: np.ndarray, _: np.ndarray, __: np.random.Generator) -> Shown:
    return np.clip(onset * gain, 0, 255), np.clip(apex * gain, 0, 255)
