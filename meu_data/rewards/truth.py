"""What a row knows of the motion, from its columns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meu_data.regions import INTENSITIES, OCTANTS, REGIONS

_KNOWN = frozenset(REGIONS)
_WAYS = frozenset(OCTANTS)
_STILL = ("none", "none")
_CLEAR = frozenset(INTENSITIES[INTENSITIES.index("moderate") :])


class Truth(NamedTuple):
    """The moving regions with their directions in the picture, and those that a description should tell of."""

    moving: Mapping[str, str]
    wanted: frozenset[str]


def row_truth(motion: object, claims: object) -> Truth | None:
    """The motion of one row.

    Args:
        motion: The measurement: a list of `region`, `octant` (or `direction`) and `intensity` for all regions of the
            face, as `RegionMotion` dumps; it decides what moves, and where to.
        claims: The annotation's claims: a list of `region`, `direction` and `intensity`; it decides what should be
            told, and without `motion` also what moves. Without it the regions that move clearly should be told.

    Returns:
        The truth; None when neither says anything. Never raises.
    """
    measured, told = _entries(motion), _entries(claims)
    if not measured and told is None:
        return None
    moving = {region: way for region, (way, intensity) in (measured or told or {}).items() if intensity != "none"}
    if told is None:
        clear = frozenset(region for region in moving if (measured or {})[region][1] in _CLEAR)
        return Truth(moving, clear or frozenset(moving))
    return Truth(moving, frozenset(region for region in moving if told.get(region, _STILL)[1] != "none"))


def _entries(column: object) -> dict[str, tuple[str, str]] | None:
    """Direction and intensity by region; None for what is no list. An unknown direction counts as none."""
    items = _items(column)
    if items is None:
        return None
    found: dict[str, tuple[str, str]] = {}
    for entry in items:
        if isinstance(entry, dict):
            region, way = entry.get("region"), entry.get("octant", entry.get("direction"))
            intensity = entry.get("intensity")
            if isinstance(region, str) and region in _KNOWN:
                known = way if isinstance(way, str) and way in _WAYS else "none"
                found[region] = (known, intensity if isinstance(intensity, str) else "slight")
    return found


def _items(column: object) -> list[Any] | None:
    """The entries of a list-like value, which may be an array; None for anything else."""
    if column is None or isinstance(column, str | bytes | Mapping):
        return None
    try:
        return list(column)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None
