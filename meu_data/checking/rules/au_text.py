"""The action units that a text names, and whether it says that they are there."""

from collections.abc import Set

from meu_data.language.reader import read
from meu_data.language.reading import Misnamed, UnitSaid


def mentions(text: str) -> list[UnitSaid]:
    """The action units that a text names, denied or not; the side is the person's."""
    return list(read(text).units())


def stated(text: str, numbers: Set[int]) -> set[int]:
    """Those of some units that a text says are there, somewhere, in words that can mean nothing else."""
    return {
        unit.number
        for unit in read(text).units()
        if unit.sure and unit.polarity == "affirmed" and unit.number in numbers
    }


def misnamed(text: str) -> list[Misnamed]:
    """The units with another one's name beside their number; a muscle alone proves nothing, so those are left out."""
    return [wrong for said in read(text).statements for wrong in said.misnamed if not wrong.muscle]
