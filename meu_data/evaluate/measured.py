"""What was measured on a sample, by a workspace or by the row of an export; explanations are held against it."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import cos, radians, sin
from typing import Any, NamedTuple, Self

from pydantic import TypeAdapter, ValidationError

from meu_data.errors import MeuError, NotationError, printable
from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import REGIONS
from meu_data.records import ActionUnit, RegionMotion


class Measured(NamedTuple):
    """The labelled AUs and the measured regions of one sample.

    `packed`: the regions as JSON. As records, those of ten thousand samples would fill half a gigabyte.
    """

    aus: tuple[ActionUnit, ...]
    packed: bytes

    @classmethod
    def of(cls, aus: Sequence[ActionUnit], regions: Sequence[RegionMotion]) -> Self:
        """Keeps both."""
        return cls(tuple(aus), _adapter().dump_json(tuple(regions)))

    @property
    def regions(self) -> tuple[RegionMotion, ...]:
        """The regions."""
        return _adapter().validate_json(self.packed)


@cache
def _adapter() -> TypeAdapter[tuple[RegionMotion, ...]]:
    return TypeAdapter(tuple[RegionMotion, ...])


def measured_in(where: str, columns: Mapping[str, Any], numbers: Sequence[int]) -> Measured | None:
    """What the row of an export says of the motion; None where it has no column `motion`.

    Args:
        where: The row, for messages.
        columns: As `export` writes them: `motion`, a list of regions, and `facs`.
        numbers: The row's AUs, where it has no `facs`.

    Raises:
        MeuError: The motion or the AUs cannot be read.
    """
    listed = columns.get("motion")
    if not isinstance(listed, list) or not listed:
        return None
    try:
        regions = [RegionMotion.model_validate(_fields(entry)) for entry in listed]
        facs = columns.get("facs")
        aus = parse_aus(facs) if isinstance(facs, str) and facs else [ActionUnit(number=one) for one in numbers]
    except NotationError as error:
        raise MeuError(f"{where}: {error}; export it anew") from None
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise MeuError(f"{where}: its `motion` cannot be read ({printable(str(error), 120)}); export it anew") from None
    if unknown := next((one.region for one in regions if one.region not in REGIONS), None):
        raise MeuError(f"{where}: its `motion` has {printable(unknown)}, which is no region; export it anew")
    return Measured.of(aus, regions)


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A region as it was measured; exports give its mean vector by length (coherence times mean) and angle."""
    angle, length = radians(entry["direction_deg"]), entry["coherence"] * entry["mean"]
    given = {name: value for name, value in entry.items() if name != "direction" and value is not None}
    return given | {"octant": entry["direction"], "dx": length * cos(angle), "dy": length * sin(angle)}
