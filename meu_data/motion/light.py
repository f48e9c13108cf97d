"""Takes a change of light between two registered pictures out, and says what it was."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Added to both variances, grey levels squared: without texture nothing is stretched.
_LEAST_VARIANCE = 4.0
# Wide blurs are taken on pictures in which the blur is so many pixels.
_BLUR_PX = 4


def match_light(
    onset: NDArray[np.uint8], apex: NDArray[np.uint8], inside: NDArray[np.bool_], sigma: float
) -> NDArray[np.uint8]:
    """The apex picture with the onset's mean and contrast at every place.

    One gain for the whole face misses a lamp at the side, and a ratio of narrow means takes motion for light; mean and
    standard deviation in a wide window leave the pattern of the skin as it is.

    Args:
        onset: uint8 (H, W).
        apex: uint8 (H, W), registered to the onset.
        inside: bool (H, W), the pixels that both pictures show; the others have no say.
        sigma: Width of the window, px.
    """
    height, width = onset.shape
    size = tuple(max(1, round(side * min(1.0, _BLUR_PX / sigma))) for side in (width, height))
    weights = inside.astype(np.float32)

    def wide(values: NDArray[np.float32]) -> NDArray[np.float32]:
        small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (0, 0), sigma * size[0] / width), dtype=np.float32)

    total = wide(weights) + np.float32(1e-3)
    means, variances = [], []
    for picture in (onset, apex):
        values = picture.astype(np.float32) * weights
        mean = wide(values) / total
        means.append(mean)
        variances.append(np.maximum(wide(values * picture) / total - mean**2, 0) + _LEAST_VARIANCE)
    gain = np.sqrt(variances[0] / variances[1])
    level = means[0] - gain * means[1]
    gain, level = (cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR) for part in (gain, level))
    return np.asarray(np.clip(np.rint(apex * gain + level), 0, 255), dtype=np.uint8)
