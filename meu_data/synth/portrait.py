"""The one real picture behind the corpus, and the pseudo-subjects made from it."""

import functools
import math
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError, MissingExtraError
from meu_data.synth.plan import STREAM_SUBJECT, stream

Picture = NDArray[np.float32]

# A resting picture is drawn with so many points per pixel of a frame: then linear lookup between them moves
# slopes exactly and fine texture almost so (OpenCV's cubic lookup shifts even a straight slope by 0.05 px).
DETAIL = 2

# The face in skimage.data.astronaut() (512x512): middle of its 68 landmarks and their height, px.
_FACE_MIDDLE = (225.5, 133.0)
_FACE_HEIGHT = 91.0
# Where the shape of a face varies: the jaw, cheeks, chin, nose and mouth of that picture.
_SHAPE_POINTS = ((190, 155), (258, 155), (186, 122), (266, 122), (221, 174), (225, 122), (222, 146), (224, 96))
_SHARE_OF_HEIGHT = 0.49
_TRIES = 20


class Look(NamedTuple):
    """How a pseudo-subject differs from the portrait; lengths in px of the portrait, light relative to 1."""

    mirrored: bool
    scale: float
    stretch: float
    roll_deg: float
    shift: tuple[float, float]
    bumps: tuple[tuple[float, float], ...]
    light_angle: float
    light_slope: float
    exposure: float
    warmth: float
    texture: int


class Subject(NamedTuple):
    """A pseudo-subject at rest.

    `picture` is float32 BGR, grey levels, `DETAIL` times as large as the frames (picture[DETAIL * y, DETAIL * x]
    is a frame's pixel (x, y)); `landmarks` float64 (68, 2), x and y in px of the frames.
    """

    picture: Picture
    landmarks: NDArray[np.float64]


def face_unit(size: tuple[int, int]) -> float:
    """How large the face is compared with a 640x480 frame's; size is width and height."""
    return min(size[0] / 400, size[1] / 480)


def draw_look(seed: int, subject: int, attempt: int = 0) -> Look:
    """Draws the looks of one pseudo-subject; every second one is mirrored."""
    rng = stream(seed, STREAM_SUBJECT, subject, attempt)
    bumps = np.clip(rng.normal(0, 1.3, (len(_SHAPE_POINTS), 2)), -2.6, 2.6)
    return Look(
        mirrored=subject % 2 == 1,
        scale=float(rng.uniform(0.95, 1.05)),
        stretch=float(rng.uniform(0.95, 1.05)),
        roll_deg=float(rng.uniform(-3, 3)),
        shift=(float(rng.uniform(-6, 6)), float(rng.uniform(-3, 3))),
        bumps=tuple((float(x), float(y)) for x, y in bumps),
        light_angle=float(rng.uniform(0, 2 * math.pi)),
        light_slope=float(rng.uniform(0.04, 0.22)),
        exposure=float(rng.uniform(0.8, 1.0)),
        warmth=float(rng.uniform(-0.1, 0.1)),
        texture=int(rng.integers(2**31)),
    )


def draw_picture(look: Look, size: tuple[int, int]) -> Picture:
    """The resting face of a pseudo-subject.

    Args:
        look: What to vary.
        size: Width and height of the frames, px.

    Returns:
        Float32 (DETAIL * H, DETAIL * W, 3) BGR, grey levels 4–250.
    """
    width, height = size
    unit = face_unit(size)
    zoom = _SHARE_OF_HEIGHT * 480 * unit / _FACE_HEIGHT * look.scale
    columns, rows = np.arange(DETAIL * width) / DETAIL, np.arange(DETAIL * height) / DETAIL
    x, y = np.meshgrid(columns - (width - 1) / 2, rows - (height - 1) / 2)
    if look.mirrored:
        x = -x
    turn = math.radians(look.roll_deg)
    from_x = (math.cos(turn) * x + math.sin(turn) * y) / (zoom * look.stretch) + look.shift[0] + _FACE_MIDDLE[0]
    from_y = (math.cos(turn) * y - math.sin(turn) * x) / (zoom / look.stretch) + look.shift[1] + _FACE_MIDDLE[1]
    moved_x, moved_y = from_x.copy(), from_y.copy()
    for (middle_x, middle_y), (push_x, push_y) in zip(_SHAPE_POINTS, look.bumps, strict=True):
        near = np.exp(-((from_x - middle_x) ** 2 + (from_y - middle_y) ** 2) / (2 * 18**2))
        moved_x += push_x * near
        moved_y += push_y * near
    picture = cv2.remap(
        _portrait(),
        moved_x.astype(np.float32),
        moved_y.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    across = math.cos(look.light_angle) * x / width + math.sin(look.light_angle) * y / height
    light = look.exposure * (1 + 2 * look.light_slope * across)
    colour = np.array([1 - look.warmth, 1.0, 1 + look.warmth])
    lit = picture * light[..., None] * colour + _skin_texture(look.texture, (x.shape[0], x.shape[1]), unit)[..., None]
    drawn: Picture = np.clip(lit, 4, 250).astype(np.float32)
    return drawn


class SubjectMaker:
    """Draws pseudo-subjects and finds their landmarks; loads dlib's model once."""

    def __init__(self, model: Path) -> None:
        """Loads the landmark model.

        Args:
            model: dlib's 68-point shape predictor.

        Raises:
            MeuError: dlib cannot read the file.
        """
        import dlib

        self._detector: Any = dlib.get_frontal_face_detector()
        try:
            self._predictor: Any = dlib.shape_predictor(str(model))
        except RuntimeError as error:
            raise MeuError(f"{model}: dlib cannot read this landmark model; name its 68-point model") from error

    def make(self, seed: int, subject: int, size: tuple[int, int]) -> Subject:
        """Draws one pseudo-subject; looks in which dlib finds no face are drawn again.

        Args:
            seed: The corpus's seed.
            subject: Number of the subject, from 0.
            size: Width and height, px.

        Raises:
            MeuError: No face is found at this size.
        """
        for attempt in range(_TRIES):
            picture = draw_picture(draw_look(seed, subject, attempt), size)
            landmarks = self._landmarks(np.rint(picture[::DETAIL, ::DETAIL]).astype(np.uint8))
            if landmarks is not None:
                return Subject(picture, landmarks)
        raise MeuError(f"{size[0]}x{size[1]}: no face is found in frames of this size; ask for larger ones")

    def _landmarks(self, picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
        rgb = np.ascontiguousarray(picture[..., ::-1])
        # Not enlarged: a face that the detector finds here is found by every stage that looks harder.
        faces = self._detector(rgb, 0)
        if len(faces) != 1:
            return None
        points = self._predictor(rgb, faces[0])
        return np.array([(point.x, point.y) for point in points.parts()], dtype=np.float64)


@functools.cache
def _portrait() -> NDArray[np.float32]:
    return portrait().astype(np.float32)


def portrait() -> NDArray[np.uint8]:
    """The portrait of Eileen Collins: uint8 (512, 512, 3) BGR.

    Source: NASA's Great Images database, no known copyright restrictions, as `skimage.data.astronaut()`.

    Raises:
        MissingExtraError: scikit-image is not installed.
    """
    try:
        from skimage.data import astronaut
    except ImportError as error:
        raise MissingExtraError(
            "the synthetic corpus needs scikit-image for its portrait: pip install 'meu-data[demo]'"
        ) from error
    picture: NDArray[np.uint8] = astronaut()  # type: ignore[no-untyped-call, unused-ignore]
    return np.ascontiguousarray(picture[..., ::-1])


def _skin_texture(seed: int, shape: tuple[int, int], unit: float) -> NDArray[np.float64]:
    """Stable fine structure: the enlarged portrait alone is too smooth to show where skin goes."""
    rng = np.random.default_rng(seed)
    texture = np.zeros(shape)
    for blur, strength in ((0.8, 2.6), (1.8 * max(unit, 0.6), 2.2), (4.0 * max(unit, 0.6), 1.6)):
        grain = cv2.GaussianBlur(rng.standard_normal(shape), (0, 0), DETAIL * blur)
        texture += strength * grain / grain.std()
    return texture
