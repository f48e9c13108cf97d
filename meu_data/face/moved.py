"""How a region of the face moves, whoever measured or claimed it: all that the rules about motion need."""

from typing import NamedTuple


class Moved(NamedTuple):
    """How a region moves.

    Attributes:
        way: The octant, or `none`.
        bin: The place of its strength among `INTENSITIES`: 0 is still, None is not known.
        coherent: Whether one direction can be told.
        almost: Still, but so near to moving that slight motion is a matter of judgement.
        hidden: Not measurable: neither moving nor still.
    """

    way: str
    bin: int | None
    coherent: bool = True
    almost: bool = False
    hidden: bool = False

    @property
    def moving(self) -> bool:
        """Whether it moves at all."""
        return self.bin != 0


HIDDEN = Moved("none", 0, coherent=False, hidden=True)
