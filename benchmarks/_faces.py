"""Portraits that move as we say: heads with relief that turn, skin that AUs pull, light, noise; truth per pixel.

Nothing here is shared with the product: the heads are other shapes than any field that `robust` fits, and where the
AUs pull is written down again from Ekman & Friesen (1978, Facial Action Coding System, "appearance changes" of each
AU) with the directions of the muscles as in Hjortsjö (1969, Man's Face and Mimic Language), not from `synth`.
"""

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from meu_data.errors import MeuError
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.frames import read_frame
from meu_data.motion.detection import FaceFinder
from meu_data.synth.portrait import SubjectMaker

ANCHOR = "NASA portrait"
VARIANTS = ("as it is", "smooth", "dark", "pale")
# Pictures are moved at this distance between the eyes, px, and then reduced, as a lens and a sensor would.
PLATE_EYES = 200
# Half width, and reach above and below the bridge of the nose, in eye distances; beyond it is room to move in.
_SIDE, _ABOVE, _BELOW, ROOM = 1.9, 2.0, 2.3, 0.2
NOISE = 1.2

# AU: (landmark at the left of the picture, at the right, outward, down, pull outward, pull down, reach, share);
# steps and reach (standard deviation) in eye distances, outward away from the middle of the face.
_PULLS = {
    1: ((21, 22, 0.0, 0.0, 0.0, -1.0, 0.20, 1.0), (21, 22, 0.0, -0.3, 0.0, -1.0, 0.22, 0.6)),
    2: ((18, 25, 0.0, 0.0, 0.0, -1.0, 0.20, 1.0), (18, 25, 0.0, -0.3, 0.0, -1.0, 0.22, 0.6)),
    4: ((20, 23, 0.0, 0.0, -0.6, 0.8, 0.20, 1.0), (21, 22, -0.1, 0.1, 0.0, 1.0, 0.14, 0.5)),
    6: ((41, 46, 0.05, 0.33, 0.0, -1.0, 0.22, 1.0),),
    9: ((31, 35, 0.05, -0.08, 0.0, -1.0, 0.15, 1.0), (27, 27, 0.0, 0.0, 0.0, -1.0, 0.12, 0.5)),
    10: ((50, 52, 0.0, -0.04, 0.0, -1.0, 0.14, 1.0),),
    12: ((48, 54, 0.0, 0.0, 0.75, -0.65, 0.18, 1.0), (48, 54, 0.2, -0.25, 0.6, -0.8, 0.22, 0.6)),
    15: ((48, 54, 0.0, 0.03, 0.0, 1.0, 0.18, 1.0),),
    17: ((8, 8, 0.0, -0.25, 0.0, -1.0, 0.24, 1.0),),
    20: ((48, 54, 0.0, 0.0, 1.0, 0.0, 0.18, 1.0),),
    26: ((57, 57, 0.0, 0.0, 0.0, 1.0, 0.20, 0.8), (8, 8, 0.0, -0.2, 0.0, 1.0, 0.28, 1.0)),
}
# Expressions, and the side of the picture that moves alone.
EXPRESSIONS = (
    ((6, 12), ""),
    ((1, 2, 26), ""),
    ((4,), ""),
    ((9, 10), ""),
    ((1, 15), ""),
    ((12,), "left"),
    ((20,), ""),
    ((17,), ""),
)


class Head(NamedTuple):
    """An ellipsoid with relief; lengths in eye distances, `camera` is how far it is away."""

    half_width: float
    half_height: float
    depth: float
    nose: float
    bumps: int
    camera: float


FLAT_WIDE = Head(1.5, 1.9, 1.0, 0.28, 0, 14.0)
DEEP_NARROW = Head(1.25, 1.7, 1.6, 0.5, 40, 20.0)


class Trial(NamedTuple):
    """What happens between onset and apex.

    Attributes:
        name: The row it counts for.
        shift: Of the head, px at 100 px between the eyes.
        roll: Of the head in the picture, degrees.
        head: The shape of a head that turns out of the picture.
        yaw, pitch: How far, degrees.
        expression: Index of `EXPRESSIONS`.
        pull: Peak of the skin's motion, hundredths of the eye distance.
        gain, gamma: Of the light on the apex.
        side: Change of the gain per eye distance, to the right and down.
        eyes: Distance between the eyes on the frame, px.
        noise: Standard deviation, grey levels.
        jpeg: Quality of the file, if it was one.
        tight: Whether the frame ends at the brows and the chin.
    """

    name: str
    shift: tuple[float, float] = (0.0, 0.0)
    roll: float = 0.0
    head: Head = FLAT_WIDE
    yaw: float = 0.0
    pitch: float = 0.0
    expression: int | None = None
    pull: float = 1.5
    gain: float = 1.0
    gamma: float = 1.0
    side: tuple[float, float] = (0.0, 0.0)
    eyes: int = 100
    noise: float = NOISE
    jpeg: int = 0
    tight: bool = False


class Plate(NamedTuple):
    """A face, large: `picture` float32 (H, W, 3) BGR with 200 px between the eyes, `landmarks` (68, 2) in its px."""

    face: str
    variant: str
    picture: np.ndarray
    landmarks: np.ndarray


# Changes two pictures of 200 px between the eyes, float32 BGR, whose landmarks it is given, (68, 2), in their px.
Spoil = Callable[[np.ndarray, np.ndarray, np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]


class Pair(NamedTuple):
    """Two frames, uint8 BGR, and how the skin moved beyond the head, float32 (H, W, 2), px."""

    onset: np.ndarray
    apex: np.ndarray
    truth: np.ndarray


def trials(quick: bool) -> list[Trial]:
    lights = [{"gain": 1.02}, {"gain": 1.05}, {"gain": 0.95}, {"gamma": 1.1}, {"gamma": 0.9}]
    lights += [{"side": side} for side in ((0.05, 0.0), (-0.05, 0.0), (0.0, 0.05))]
    poor = [{"eyes": eyes, **file} for eyes in (60, 40) for file in ({"noise": 2.0}, {"jpeg": 75})]
    rigid = [{}, {"shift": (1.3, 0.0)}, {"shift": (3.0, 2.0)}, {"shift": (6.0, 3.0)}, {"roll": 1.0}]
    turns = [{axis: sign * size} for size in (0.5, 1.0, 2.0) for axis, sign in (("yaw", 1), ("pitch", -1))]
    heads = (FLAT_WIDE, DEEP_NARROW)
    nudge = {"shift": (1.0, -0.7), "roll": 0.4}
    found = [Trial("rigid", **move) for move in rigid]
    for turn in turns:
        to = " to 2°" if 2.0 in map(abs, turn.values()) else " to 1°"
        found += [Trial("turn" + to, head=head, **turn) for head in heads]
    found += [Trial("light", **light) for light in lights]
    found += [Trial("tight crop", tight=True, **move) for move in (rigid[0], rigid[1], rigid[2], rigid[4])]
    found += [Trial("noise, small", **file, **move) for file in poor for move in rigid[:2]]
    for index in range(len(EXPRESSIONS)):
        said = {"expression": index}
        found += [Trial("AU", pull=pull, **said) for pull in (1.5, 0.7)]
        found.append(Trial("AU + turn 1°", head=heads[index % 2], **said, **nudge, **turns[2 + index // 2 % 2]))
        found.append(Trial("AU + light", **said, **nudge, **lights[index]))
        found.append(Trial("AU + noise, small", **said, **poor[index % 4]))
    return found[::3] if quick else found


def plate(path: Path | None, variant: str) -> Plate:
    """The face of a portrait, or of the anchor, as it is or with other skin (`VARIANTS`).

    Raises:
        NoFaceError: The portrait shows none.
        MeuError: It is no picture.
    """
    return skinned(_anchor() if path is None else _portrait(path), variant)


def skinned(plain: Plate, variant: str) -> Plate:
    """A face with other skin, one of `VARIANTS`."""
    picture = plain.picture
    if variant == "smooth":
        picture = picture.astype(np.uint8)
        for _ in range(2):
            picture = cv2.bilateralFilter(picture, 15, 40, 9)
        picture = picture.astype(np.float32)
    elif variant == "dark":
        picture = 255 * 0.55 * (picture / 255) ** 1.5
    elif variant == "pale":
        picture = 80 + 0.6 * picture
    return plain._replace(variant=variant, picture=picture)


def _anchor() -> Plate:
    """What earlier figures were measured on."""
    return looks(1)


def looks(seed: int) -> Plate:
    """The portrait of the synthetic corpus with the grain it has there, in other proportions seed by seed."""
    subject = SubjectMaker(find_landmark_model()).make(seed, 0, (640, 480))
    return _plate(ANCHOR, subject.picture, subject.landmarks * 2)


def _portrait(path: Path) -> Plate:
    bgr = read_frame(path).bgr
    face = FaceFinder(find_landmark_model()).find(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY))
    return _plate(path.stem, bgr.astype(np.float32), face.landmarks)


def _plate(face: str, picture: np.ndarray, landmarks: np.ndarray) -> Plate:
    scale = PLATE_EYES / eye_distance(landmarks)
    if scale < 1:
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.5 / scale - 0.5, 0.01))
    corner = landmarks[27] * scale - PLATE_EYES * np.array([_SIDE + ROOM, _ABOVE + ROOM])
    size = (round(PLATE_EYES * 2 * (_SIDE + ROOM)), round(PLATE_EYES * (_ABOVE + _BELOW + 2 * ROOM)))
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]])
    drawn = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return Plate(face, "as it is", np.clip(drawn, 0, 255), landmarks.astype(np.float64) * scale - corner)


def pair(plate: Plate, trial: Trial, spoil: Spoil | None = None) -> Pair:
    height, width = plate.picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    skin = _skin(plate.landmarks, trial, x, y)
    # A point goes with the skin first, then with the head; a pixel of the apex is fetched back the other way round.
    from_x, from_y = _before_head(plate.landmarks, trial, x, y)
    back = np.zeros_like(skin)
    for _ in range(12):
        back = cv2.remap(skin, from_x - back[..., 0], from_y - back[..., 1], cv2.INTER_LINEAR)
    moved = cv2.remap(
        plate.picture, from_x - back[..., 0], from_y - back[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    across, down = ((axis - middle) / PLATE_EYES for axis, middle in zip((x, y), plate.landmarks[30], strict=True))
    light = trial.gain + trial.side[0] * across + trial.side[1] * down
    lit = 255 * (np.clip(moved, 0, 255) / 255) ** trial.gamma * light[..., None]
    still = not (any(trial.shift) or trial.roll or trial.yaw or trial.pitch or trial.expression is not None)
    if still:  # Not even resampled: the noise alone differs.
        lit = 255 * (plate.picture / 255) ** trial.gamma * light[..., None]
    window = _window(plate.landmarks, trial.tight, (width, height))
    seed = zlib.crc32(repr((plate.face, plate.variant, trial)).encode())
    shown = plate.picture[window], lit[window]
    if spoil:
        corner = window[1].start, window[0].start
        shown = spoil(*shown, plate.landmarks - corner, np.random.default_rng([seed, len(shown)]))
    onset, apex = (
        _frame(picture, trial, np.random.default_rng([seed, number])) for number, picture in enumerate(shown)
    )
    truth = cv2.resize(skin[window], onset.shape[1::-1], interpolation=cv2.INTER_AREA) * (trial.eyes / PLATE_EYES)
    return Pair(onset, apex, truth)


class Moment(NamedTuple):
    """One frame of a filmed expression: how much of it is there, 0 to 1, where the head is by then, and the light."""

    part: float
    shift: tuple[float, float]
    roll: float
    gain: float


def filmed(plate: Plate, trial: Trial, moments: Sequence[Moment]) -> Iterator[np.ndarray]:
    """The frames of one expression, uint8 BGR; `trial` says which, how strong, and what the camera is like."""
    height, width = plate.picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    skin = _skin(plate.landmarks, trial, x, y)
    window = _window(plate.landmarks, trial.tight, (width, height))
    seed = zlib.crc32(repr((plate.face, plate.variant, trial)).encode())
    for number, moment in enumerate(moments):
        from_x, from_y = _before_head(plate.landmarks, trial._replace(shift=moment.shift, roll=moment.roll), x, y)
        field, back = np.float32(moment.part) * skin, np.zeros_like(skin)
        for _ in range(4):
            back = cv2.remap(field, from_x - back[..., 0], from_y - back[..., 1], cv2.INTER_LINEAR)
        moved = cv2.remap(
            plate.picture,
            from_x - back[..., 0],
            from_y - back[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        lit = np.clip(moved, 0, 255) * moment.gain
        yield _frame(lit[window], trial, np.random.default_rng([seed, number]))


def _window(landmarks: np.ndarray, tight: bool, size: tuple[int, int]) -> tuple[slice, slice]:
    if tight:
        edge = 0.05 * PLATE_EYES
        left, right = landmarks[:17, 0].min() - edge, landmarks[:17, 0].max() + edge
        return slice(int(landmarks[17:27, 1].min() - edge), int(landmarks[8, 1] + edge)), slice(int(left), int(right))
    room = round(ROOM * PLATE_EYES)
    return slice(room, size[1] - room), slice(room, size[0] - room)


def _frame(picture: np.ndarray, trial: Trial, random: np.random.Generator) -> np.ndarray:
    shape = [round(side * trial.eyes / PLATE_EYES) for side in picture.shape[1::-1]]
    small = cv2.resize(picture, shape, interpolation=cv2.INTER_AREA)
    grain = random.normal(0, trial.noise, small.shape[:2])[..., None]
    frame = np.clip(np.rint(small + grain), 0, 255).astype(np.uint8)
    if trial.jpeg:
        frame = cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, trial.jpeg])[1], cv2.IMREAD_COLOR)
    return frame


def _skin(landmarks: np.ndarray, trial: Trial, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What the AUs do, float32 (H, W, 2), px of the plate."""
    field = np.zeros((*x.shape, 2), np.float32)
    if trial.expression is None:
        return field
    aus, only = EXPRESSIONS[trial.expression]
    for left, right, outward, below, pull_out, pull_down, reach, share in (row for au in aus for row in _PULLS[au]):
        middle = left == right
        for side, point, sign in (("", left, 0),) if middle else (("left", left, -1), ("right", right, 1)):
            if side and only and side != only:
                continue
            at = landmarks[point] + PLATE_EYES * np.array([sign * outward, below])
            near = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * (reach * PLATE_EYES) ** 2))
            field += share * near[..., None] * np.array([sign * pull_out, pull_down], np.float32)
    return field * np.float32(trial.pull / 100 * PLATE_EYES / np.hypot(*np.moveaxis(field, -1, 0)).max())


def _before_head(landmarks: np.ndarray, trial: Trial, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel was before the head moved, px of the plate."""
    scale = PLATE_EYES / 100
    angle = math.radians(trial.roll)
    ax, ay = (axis - middle for axis, middle in zip((x, y), landmarks[30], strict=True))
    ax, ay = ax - scale * trial.shift[0], ay - scale * trial.shift[1]
    ax, ay = math.cos(angle) * ax + math.sin(angle) * ay, math.cos(angle) * ay - math.sin(angle) * ax
    from_x, from_y = (ax + landmarks[30, 0]).astype(np.float32), (ay + landmarks[30, 1]).astype(np.float32)
    if not (trial.yaw or trial.pitch):
        return from_x, from_y
    turn = _turn(landmarks, trial, x, y)
    back = np.zeros_like(turn)
    for _ in range(12):
        back = cv2.remap(
            turn, from_x - back[..., 0], from_y - back[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return from_x - back[..., 0], from_y - back[..., 1]


def _turn(landmarks: np.ndarray, trial: Trial, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How the surface of the head moves in the picture when it turns, float32 (H, W, 2), px of the plate."""
    middle = landmarks[27]
    ux, uy = (x - middle[0]) / PLATE_EYES, (y - middle[1]) / PLATE_EYES
    z = depth(trial.head, (landmarks - middle) / PLATE_EYES, ux, uy)
    pivot = z.max() - 1.2  # The neck, behind the face.
    yaw, pitch, camera = math.radians(trial.yaw), math.radians(trial.pitch), trial.head.camera
    behind = z - pivot
    tx, tz = math.cos(yaw) * ux + math.sin(yaw) * behind, math.cos(yaw) * behind - math.sin(yaw) * ux
    ty, tz = math.cos(pitch) * uy - math.sin(pitch) * tz, math.cos(pitch) * tz + math.sin(pitch) * uy
    # The picture was taken in perspective, so what it shows at ux lies there only in the plane of the camera's focus.
    nearer = (camera - behind) / (camera - tz)
    return np.stack([PLATE_EYES * (tx * nearer - ux), PLATE_EYES * (ty * nearer - uy)], axis=-1).astype(np.float32)


def depth(head: Head, points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far each point lies to the front; all in eye distances about landmark 27."""

    def bump(at: np.ndarray, wide: float, high: float) -> np.ndarray:
        return np.exp(-(((x - at[0]) / wide) ** 2 + ((y - at[1]) / high) ** 2) / 2)

    radius = np.hypot(x / head.half_width, (y - 0.35) / head.half_height)
    z = head.depth * np.sqrt(1 - np.minimum(radius, 0.93) ** 2)
    tip = points[30]
    z += head.nose * np.exp(-(((x - tip[0]) / 0.15) ** 2) / 2) * np.where(
        y < tip[1], np.exp(-(((y - tip[1]) / 0.36) ** 2) / 2), np.exp(-(((y - tip[1]) / 0.11) ** 2) / 2)
    )  # fmt: skip
    for eye in (points[36:42].mean(axis=0), points[42:48].mean(axis=0)):
        z -= 0.13 * bump(eye, 0.22, 0.12)
    for brow in (points[19], points[24]):
        z += 0.06 * bump(brow, 0.25, 0.09)
    for lip in (points[51], points[57]):
        z += 0.08 * bump(lip, 0.22, 0.09)
    z += 0.1 * bump(points[8] - (0, 0.15), 0.2, 0.15)
    random = np.random.default_rng(head.bumps)
    for _ in range(head.bumps):
        size = random.uniform(0.08, 0.2)
        z += random.normal(0, 0.05) * bump(random.uniform((-0.9, -0.8), (0.9, 1.5)), size, size)
    return z


def portraits(folder: Path) -> list[Path]:
    """The pictures of a folder.

    Raises:
        MeuError: There is none.
    """
    kinds = {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"}
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in kinds)
    if not found:
        raise MeuError(f"{folder}: there is no portrait here; name a folder of pictures")
    return found
