"""The sheets of a file that several corpora are tried on: read from the file once, as far as anybody looks."""

from collections.abc import Iterator
from pathlib import Path

from meu_data.corpora.grids import Grid, NumberedRow, grids


def held_grids(path: Path, encoding: str | None = None) -> list[Grid]:
    """The sheets of a file, whose rows are kept once they are read.

    Args:
        path: An .xlsx, .xls or .csv file.
        encoding: Of a .csv, where its bytes do not tell.

    Raises:
        SheetError: As `grids`.
    """
    return [grid._replace(rows=_Held(grid).rows) for grid in grids(path, encoding)]


class _Held:
    """The rows of one sheet; what reading them raised is raised again by every pass that comes so far."""

    def __init__(self, grid: Grid) -> None:
        self._known: list[NumberedRow] = []
        self._more = grid.rows()
        self._fault: Exception | None = None

    def rows(self) -> Iterator[NumberedRow]:
        """A new pass over them."""
        place = 0
        while True:
            if place == len(self._known) and not self._read_on():
                return
            yield self._known[place]
            place += 1

    def _read_on(self) -> bool:
        if self._fault is not None:
            raise self._fault
        try:
            self._known.append(next(self._more))
        except StopIteration:
            return False
        except Exception as error:
            self._fault = error
            raise
        return True
