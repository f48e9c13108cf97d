"""Mean and median of a stream of figures, from counts of the rounded figures."""

from bisect import bisect_right
from collections import Counter
from itertools import accumulate

from pydantic import Field

from meu_data.records import Record


class Spread(Record):
    """Where the figures lie."""

    mean: float = Field(description="rounded to 4 places")
    median: float = Field(description="exact but for the rounding of the figures to three significant digits")


class Values:
    """Figures that are counted, not kept: at most 900 counts for every power of ten they span."""

    def __init__(self) -> None:
        self._counts: Counter[float] = Counter()
        self._sum = 0.0

    def add(self, figure: float) -> None:
        """Counts one finite figure."""
        self._counts[float(f"{figure:.3g}")] += 1
        self._sum += figure

    def spread(self) -> Spread | None:
        """Mean and median; None without figures."""
        figures = sorted(self._counts)
        if not figures:
            return None
        ends = list(accumulate(self._counts[figure] for figure in figures))
        low, high = (figures[bisect_right(ends, rank)] for rank in ((ends[-1] - 1) // 2, ends[-1] // 2))
        return Spread(mean=round(self._sum / ends[-1], 4), median=float(f"{(low + high) / 2:.3g}"))
