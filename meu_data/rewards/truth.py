"""What a row knows of the motion, from its columns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meu_data.face.regions import CLEAR_INTENSITIES, OCTANTS, REGIONS

_KNOWN = frozenset(REGIONS)
_WAYS = frozenset(OCTANTS)

# The entry of each region, as the row has it.
Entries = Mapping[str, Mapping[str, Any]]


class Truth(NamedTuple):
    """What is known of the regions, and those that a description should tell of."""

    entries: Entries
    wanted: frozenset[str]

    def way(self, region: str) -> str | None:
        """The direction in the picture, `none` when it is not known; None for a region that does not move."""
        entry = self.entries.get(region)
        if entry is None or _intensity(entry) == "none":
            return None
        way = entry.get("octant", entry.get("direction"))
        return way if isinstance(way, str) and way in _WAYS else "none"


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
    known = measured or told or {}
    if told is None:
        intensities = {region: _intensity(entry) for region, entry in known.items()}
        clear = frozenset(region for region, intensity in intensities.items() if intensity in CLEAR_INTENSITIES)
        return Truth(
            known, clear or frozenset(region for region, intensity in intensities.items() if intensity != "none")
        )
    wanted = [region for region, entry in told.items() if region in known and _intensity(entry) != "none"]
    return Truth(known, frozenset([region for region in wanted if _intensity(known[region]) != "none"]))


def _intensity(entry: Mapping[str, Any]) -> str:
    value = entry.get("intensity")
    return value if isinstance(value, str) else "slight"


def _entries(column: object) -> dict[str, dict[str, Any]] | None:
    """The entries by region, the last where there are several; None for what is no list."""
    items = _items(column)
    if items is None:
        return None
    found: dict[str, dict[str, Any]] = {}
    for entry in items:
        if isinstance(entry, dict):
            region = entry.get("region")
            if isinstance(region, str) and region in _KNOWN:
                found[region] = entry
    return found


def _items(column: object) -> list[Any] | None:
    """The entries of a list-like value, which may be an array; None for anything else."""
    if isinstance(column, list):
        return column
    if column is None or isinstance(column, str | bytes | Mapping):
        return None
    try:
        return list(column)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None
