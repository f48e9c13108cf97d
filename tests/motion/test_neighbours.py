"""Frames next to onset and apex: they take noise away, and nothing else."""

import cv2
import numpy as np
import pytest

from meu_data.face.alignment import face_mask
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion import Beside, measure
from meu_data.motion.detection import FaceFinder
from meu_data.motion.neighbours import steadied, times_shared
from tests.conftest import bump, moved

NOISE = 6.0


@pytest.fixture(scope="module")
def face(face_bgr):
    """The portrait in grey, its landmarks, and what of it is face."""
    gray = cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY)
    landmarks = FaceFinder(find_landmark_model()).find(gray).landmarks
    return gray, landmarks, face_mask(landmarks, *gray.shape)


def filmed(gray, number, flow=(0.0, 0.0), gain=1.0):
    """A frame of it, the head a little elsewhere, with noise of its own."""
    drift = np.broadcast_to(np.float32(flow), (*gray.shape, 2))
    noise = np.random.default_rng(100 + number).normal(0, NOISE, gray.shape)
    return np.clip(np.rint(gain * moved(gray.astype(np.float32), drift) + noise), 0, 255).astype(np.uint8)


def error(picture, gray, face):
    return float(np.sqrt(np.mean((picture.astype(float) - gray)[face] ** 2)))


def test_without_neighbours_a_frame_stays_as_it_is(face):
    gray, landmarks, _ = face
    assert np.array_equal(steadied(gray, [], landmarks).picture, gray)


@pytest.mark.parametrize(
    ("drift", "gain"),
    [((0.0, 0.0), 1.0), ((0.6, -0.4), 1.0), ((0.0, 0.0), 1.06)],
    ids=["a still head", "a head that drifts", "a lamp that flickers"],
)
def test_noise_goes_down_by_the_root_of_the_frames(face, drift, gain):
    gray, landmarks, mask = face
    beside = [filmed(gray, step, step * np.array(drift), gain if step % 2 else 1.0) for step in (-2, -1, 1, 2)]
    frame = filmed(gray, 0)
    calm = steadied(frame, beside, landmarks).picture
    assert error(frame, gray, mask) == pytest.approx(NOISE, rel=0.05)
    assert error(calm, gray, mask) < 1.2 * NOISE / np.sqrt(5)
    assert np.array_equal(calm, steadied(frame, beside, landmarks).picture)


def test_a_frame_that_is_there_twice_is_no_second_look(face):
    gray, landmarks, _ = face
    assert steadied(gray, [gray, gray], landmarks).apart is None


@pytest.mark.parametrize(
    ("own", "copied", "times"),
    [(6.0, 0.0, 1.0), (5.0, 3.0, 1.0), (3.0, 4.0, 5 / 3), (1.0, 5.0, 2.0)],
    ids=["a camera", "a few errors in common", "coded film", "hardly more than copies"],
)
def test_errors_that_neighbours_share_are_told_by_what_onset_and_apex_do_not(face, own, copied, times):
    """Each frame has noise of its own, and one that it shares with its neighbours but not with the other frame."""
    gray, landmarks, _ = face
    random = np.random.default_rng(3)

    def moment():
        shared = gray + random.normal(0, copied, gray.shape)
        frames = (shared + random.normal(0, own, gray.shape) for _ in range(3))
        return [np.clip(np.rint(frame), 0, 255).astype(np.uint8) for frame in frames]

    (onset, *by_onset), (apex, *by_apex) = moment(), moment()
    apart = [steadied(frame, near, landmarks).apart for frame, near in ((onset, by_onset), (apex, by_apex))]
    assert times_shared(onset, apex, landmarks, apart) == pytest.approx(times, rel=0.1)
    assert times_shared(onset, apex, landmarks, [None, None]) == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda gray: np.full_like(gray, 20),
        lambda gray: np.random.default_rng(5).integers(0, 255, gray.shape, np.uint8),
        lambda gray: cv2.rotate(gray, cv2.ROTATE_180),
    ],
    ids=["a dark frame", "snow", "another scene"],
)
def test_what_shows_something_else_has_no_say(face, other):
    gray, landmarks, mask = face
    assert error(steadied(gray, [other(gray)] * 2, landmarks).picture, gray, mask) < 1.5


def test_of_what_moves_between_neighbours_little_is_taken(face):
    gray, landmarks, _ = face
    step = bump((192, 192), (73, 114), (-1.5, -1.5), 8)
    beside = [filmed(gray, number, part * step) for number, part in ((1, 0.1), (2, 0.2), (3, -0.1), (4, -0.2))]
    calm = steadied(filmed(gray, 0), beside, landmarks).picture
    corner = np.hypot(step[..., 0], step[..., 1]) > 1
    assert error(calm, gray, corner) < 0.7 * NOISE


def test_a_small_noisy_face_is_measured_with_them(face_bgr):
    """The corner of the mouth moves; the frames beside show it as it is there, with other noise."""
    apex = moved(face_bgr, bump((192, 192), (73, 114), (-1.5, -1.5), 8))

    def noisy(picture, number):
        noise = np.random.default_rng(number).normal(0, 7, picture.shape[:2])[..., None]
        return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)

    pair = noisy(face_bgr, 0), noisy(apex, 1)
    near = Beside(
        *([noisy(picture, number + at) for at in range(4)] for picture, number in ((face_bgr, 10), (apex, 20)))
    )
    alone, together = measure(*pair), measure(*pair, beside=near)

    def measurable(found):
        return sum(region.measurable for region in found.regions)

    def corner(found):
        return next(region for region in found.regions if region.region == "left_mouth_corner")

    assert measurable(together) > measurable(alone) + 3
    assert corner(together).error_px < 0.7 * corner(alone).error_px
    assert (corner(together).state, corner(together).octant) == ("moving", "up-left")
    # Recipe mellm is the published one, which knows two frames.
    assert np.array_equal(measure(*pair, recipe="mellm").picture, measure(*pair, recipe="mellm", beside=near).picture)


def test_neighbours_that_err_alike_make_nothing_surer(face_bgr):
    """A picture that is copied from frame to frame, with its noise, and hardly anything of its own."""

    def noisy(picture, level, number):
        noise = np.random.default_rng(number).normal(0, level, picture.shape[:2])[..., None]
        return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)

    pair = noisy(face_bgr, 5, 0), noisy(face_bgr, 5, 1)
    near = Beside(*([noisy(frame, 1, 10 * place + at) for at in range(4)] for place, frame in enumerate(pair)))
    alone, together = ({r.region: r.error_px for r in measure(*pair, beside=b).regions} for b in (Beside(), near))
    ratios = [together[region] / alone[region] for region in alone if alone[region] and together[region]]
    assert len(ratios) > 30
    assert min(ratios) > 1
