"""What a row knows of the motion, from its columns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meu_data.face.moved import HIDDEN, Moved
from meu_data.face.regions import CLEAR_INTENSITIES, INTENSITIES, OCTANTS, REGIONS
from meu_data.rewards.columns import items

_KNOWN = frozenset(REGIONS)
_WAYS = frozenset(OCTANTS)
_BINS: dict[str, int] = {intensity: place for place, intensity in enumerate(INTENSITIES)}
# `records.LEAST_COHERENCE`, which would load pydantic.
_LEAST_COHERENCE = 0.5
_HIDDEN = "not measurable"


class Truth(NamedTuple):
    """What is known of the regions, and those that a description should tell of."""

    regions: Mapping[str, Moved]
    wanted: frozenset[str]


def row_truth(motion: object, claims: object) -> Truth | None:
    """The motion of one row.

    Args:
        motion: The measurement: a list of `region`, `octant` (or `direction`) and `intensity` for all regions of the
            face, as `RegionMotion` dumps; it decides what moves, and where to. What its `state` calls not measurable is
            neither right nor wrong.
        claims: The annotation's claims: a list of `region`, `direction` and `intensity`; it decides what should be
            told, and without `motion` also what moves. Without it the regions that move clearly should be told.

    Returns:
        The truth; None when neither says anything. Never raises.
    """
    measured, told = _entries(motion), _entries(claims)
    if not measured and told is None:
        return None
    known = _ALL_STILL | (measured or told or {})
    if told is None:
        clear = frozenset([name for name, moved in known.items() if moved.bin is not None and moved.bin in _CLEAR])
        return Truth(known, clear or frozenset([name for name, moved in known.items() if moved.moving]))
    return Truth(
        known,
        frozenset([name for name, moved in told.items() if moved.moving and name in known and known[name].moving]),
    )


# What a row does not list does not move.
_ALL_STILL = dict.fromkeys(REGIONS, Moved("none", 0))
_CLEAR = frozenset(_BINS[intensity] for intensity in CLEAR_INTENSITIES)


def _entries(column: object) -> dict[str, Moved] | None:
    """The entries by region, the last where there are several; None for what is no list."""
    entries = items(column)
    if entries is None:
        return None
    found: dict[str, Moved] = {}
    for entry in entries:
        if isinstance(entry, dict):
            region = entry.get("region")
            if isinstance(region, str) and region in _KNOWN:
                found[region] = _moved(entry)
    return found


def _moved(entry: Mapping[str, Any]) -> Moved:
    if entry.get("state") == _HIDDEN:
        return HIDDEN
    way = entry["octant"] if "octant" in entry else entry.get("direction")
    intensity, coherence = entry.get("intensity"), entry.get("coherence")
    way = way if isinstance(way, str) and way in _WAYS else "none"
    strength = _BINS.get(intensity) if isinstance(intensity, str) else None
    return _MOVED[way, strength, not isinstance(coherence, int | float) or coherence >= _LEAST_COHERENCE]


_MOVED = {
    (way, strength, coherent): Moved(way, strength, coherent)
    for way in (*OCTANTS, "none")
    for strength in (None, *_BINS.values())
    for coherent in (True, False)
}
