"""The pixels of a region; where regions lie on a face is in test_facs_independent.py."""

import numpy as np
import pytest

from meu_data.face.areas import region_areas
from tests.face.test_facs_independent import face


@pytest.mark.parametrize("shift", np.arange(-80, 81, 4))
def test_a_region_of_fewer_than_twelve_pixels_is_left_out(shift):
    # A face of 12 px between the eyes that leaves the picture at one of its edges.
    points = face() / 10 + (shift / 2, 0)
    inside = {area.region: int(area.mask.sum()) for area in region_areas(points, 60, 52)}
    assert all(count >= 12 for count in inside.values())
    whole = {area.region: area for area in region_areas(np.add(points, (200, 0)), 500, 52)}
    for region, area in whole.items():
        x = np.nonzero(area.mask)[1] + area.columns.start - 200
        assert (int(((x >= 0) & (x < 60)).sum()) >= 12) is (region in inside)


def test_the_smallest_region_has_twelve_pixels():
    # So small a face that single pixels decide: what is left out at one size has 12 at the next.
    sizes = [region_areas(face() / step, 600, 520) for step in range(10, 40)]
    assert min(int(area.mask.sum()) for areas in sizes for area in areas) == 12
