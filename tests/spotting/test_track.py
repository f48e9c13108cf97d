import numpy as np
import pytest

from meu_data.spotting.track import follow


@pytest.mark.parametrize("gain", [0.94, 1.0, 1.06])
def test_light_that_drifts_is_no_motion(face_bgr, finder, gain):
    grain = np.random.default_rng(1).normal(0, 1, (2, *face_bgr.shape[:2], 1))
    pictures = [np.clip(face_bgr * light + noise, 0, 255) for light, noise in zip((1.0, gain), grain, strict=True)]
    track = follow([picture.astype(np.uint8) for picture in pictures], finder)
    # In hundredths of the eye distance; a tenth of a pixel of a map is about as much as counts as still.
    assert np.hypot(*np.moveaxis(track[1], -1, 0)).max() < 0.3
