"""From the motion of the regions to one curve, and from that to onset, apex and how sure they are.

The apex is where the face is furthest from where it was at the onset: the summit of the motion integrated from there,
as in the spotting of apex frames by optical flow (Liong, See, Wong, Le Ngo, Oh & Phan 2015, Automatic apex frame
spotting in micro-expression database; Ma, An, Wu & Yang 2017, A region histogram of oriented optical flow feature for
apex frame spotting in micro-expression). How far is measured along the one pattern of motion that says most about the
clip, its first principal component through the onset, so that what all regions do together counts and what each of
them does by itself averages out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Span of the local parabola that smooths the curve, as a part of the window; fewer pictures are not smoothed.
_SPAN, _FEWEST_SMOOTHED = 0.12, 12
# The onset is where so much of the whole rise is behind.
_RISEN = 0.1
_REPETITIONS = 200
_NEAR, _LABEL_NEAR, _LEAST_SHARE = 0.1, 0.15, 0.05


class Found(NamedTuple):
    """What the curve says.

    Attributes:
        onset: Index of the picture where the expression begins.
        apex: Index of the picture where the face is furthest from the onset.
        confidence: Share of repetitions under the curve's own noise whose apex is within a tenth of the window, 0..1.
        repeated: The apexes of the repetitions, as places.
        places: Where the pictures are, 0 at the first and 1 at the last.
    """

    onset: int
    apex: int
    confidence: float
    repeated: NDArray[np.float64]
    places: NDArray[np.float64]

    def doubts(self, place: float) -> bool:
        """Whether an apex at a place of the window, 0..1, is unlikely: almost no repetition comes near it."""
        return float(np.mean(np.abs(self.repeated - place) <= _LABEL_NEAR)) < _LEAST_SHARE


def find_events(track: NDArray[np.float64], numbers: NDArray[np.int64]) -> Found:
    """Finds onset and apex of the one expression in a window.

    Args:
        track: float64 (pictures, regions, 2), motion since the first picture, see `track.follow`.
        numbers: int64 (pictures,), their frame numbers, ascending; at least three.

    Returns:
        Indices into the pictures, never the first picture as the apex, and the confidence.
    """
    places = (numbers - numbers[0]) / (numbers[-1] - numbers[0])
    raw, noise = _distance(track)
    smoothing = _local_parabola(places) if len(numbers) >= _FEWEST_SMOOTHED else np.eye(len(numbers))
    curve = smoothing @ raw
    apex = _summit(curve)
    # The same noise each time: the same clip gets the same answer.
    repetitions = curve + noise * np.random.default_rng(0).standard_normal((_REPETITIONS, len(raw)))
    repeated = places[1 + np.argmax((repetitions @ smoothing.T)[:, 1:], axis=1)]
    confidence = float(np.mean(np.abs(repeated - places[apex]) <= _NEAR))
    return Found(_begin(curve, apex), apex, confidence, repeated, places)


def _distance(track: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """How far the face is from the first picture, and the standard error of that."""
    _, strengths, patterns = np.linalg.svd(track.reshape(len(track), -1), full_matrices=False)
    raw = track.reshape(len(track), -1) @ patterns[0]
    # What a second pattern holds may be a part of the expression that comes later; what a third holds counts as noise.
    noise = float(strengths[2]) / np.sqrt(len(track)) if len(strengths) > 2 else 0.0
    return raw * (np.sign(raw.sum()) or 1.0), noise


def _summit(curve: NDArray[np.float64]) -> int:
    return 1 + int(np.argmax(curve[1:]))


def _begin(curve: NDArray[np.float64], apex: int) -> int:
    """The last picture before the apex at which almost nothing has happened yet."""
    foot = curve[:apex].min()
    below = np.flatnonzero(curve[:apex] - foot <= _RISEN * (curve[apex] - foot))
    return int(below[-1])


def _local_parabola(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix that smooths by a parabola fitted around each place (Cleveland 1979), which keeps summits in place."""
    rows = []
    for place in places:
        away = places - place
        weight = np.clip(1 - np.abs(away / _SPAN) ** 3, 0, None) ** 3
        design = np.stack([np.ones_like(away), away, away**2], axis=1)
        weighted = design * weight[:, None]
        rows.append(np.linalg.lstsq(weighted.T @ design, weighted.T, rcond=None)[0][0])
    return np.stack(rows)
