"""A wrong side convention and a mirrored picture are told; what is right, and what another AU explains, is not."""

import numpy as np
import pytest

from meu_data.report.au_motion import AuMotion
from tests.builders import make_motion, make_sample
from tests.report.conftest import LANDMARKS

# The person's left is the right of the picture.
RIGHT_CORNER = {"right_mouth_corner": ("up-right", "strong")}
LEFT_CORNER = {"left_mouth_corner": ("up-left", "strong")}
BOTH = RIGHT_CORNER | LEFT_CORNER
BROWS_UP = {"left_inner_brow": ("up", "strong"), "right_inner_brow": ("up", "strong")}
BROWS_DOWN = {"left_inner_brow": ("down", "strong"), "right_inner_brow": ("down", "strong")}


def counted(aus, moves, times=3):
    counts = AuMotion()
    for number in range(times):
        sample = make_sample(aus, sample_id=f"dfme/s/{number}/1")
        motion = make_motion(moves, sample.id)
        counts.add(sample, motion.model_copy(update={"landmarks": tuple(map(tuple, LANDMARKS.tolist()))}))
    return counts


@pytest.mark.parametrize(
    ("aus", "code", "moves", "times", "against"),
    [
        ("L12", "LAU12", RIGHT_CORNER, 3, []),
        ("L12", "LAU12", LEFT_CORNER, 3, ["right_mouth_corner"]),
        ("R12", "RAU12", RIGHT_CORNER, 3, ["left_mouth_corner"]),
        ("R12", "RAU12", LEFT_CORNER, 3, []),
        ("12", "AU12", BOTH, 3, []),
        ("4", "AU4", BROWS_DOWN, 3, []),
        ("4", "AU4", BROWS_UP, 3, ["left_inner_brow", "right_inner_brow"]),
        # Two may be an accident.
        ("4", "AU4", BROWS_UP, 2, []),
        # AU1 lifts them.
        ("1+4", "AU4", BROWS_UP, 3, []),
    ],
)
def test_what_goes_against_facs(aus, code, moves, times, against):
    sites = counted(aus, moves, times).sites(code)
    # Other places of a one-sided AU are still on both sides here.
    assert [site.region for site in sites if site.against] == against


def test_means_are_in_eye_distances():
    counts = counted("12", BOTH)
    eyes = LANDMARKS[42:48].mean(axis=0) - LANDMARKS[36:42].mean(axis=0)
    found = {site.region: site for site in counts.sites("AU12")}
    # A strong motion of the builder's is two px long.
    assert found["left_mouth_corner"].length == pytest.approx(2 / np.hypot(*eyes))
    assert (found["left_mouth_corner"].direction, found["right_mouth_corner"].direction) == ("up-left", "up-right")
    assert (found["left_mouth_corner"].moving, found["chin"].moving) == (3, 0)
    assert counts.samples == {"AU12": 3}


def test_the_face_that_is_drawn_has_its_arrows_where_the_mouth_is():
    counts = counted("12", BOTH)
    section = counts.section(lambda en, _: en, "en")
    (drawing,) = section.drawings
    arrows = sorted((mark.x, mark.y, mark.to_x - mark.x, mark.to_y - mark.y) for mark in drawing.marks)
    moved = [arrow for arrow in arrows if np.hypot(*arrow[2:]) > 20]
    (left, right) = moved
    assert left[0] < 224 < right[0]
    assert left[2] < 0 < right[2]
    assert left[3] < 0 > right[3], "both go up"
    assert len(counts.outline()) == 9
