"""Krippendorff's alpha, and mean and median, of streams of answers that are counted and not kept.

Source of alpha: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: nominal data, any number
of observers, missing answers.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate

from pydantic import Field

from meu_data.records import Record


def nominal_alpha(answers: Mapping[str, int], disagreeing: float) -> float | None:
    """Alpha of one question.

    Args:
        answers: How often each answer was given, over the samples that two or more people answered.
        disagreeing: Of the coincidence matrix, the sum off the diagonal; the whole matrix sums to all answers.

    Returns:
        1 for perfect agreement, 0 for what chance would give, below 0 for less; None when there is nothing to agree
        about: no sample was answered twice, or everybody always gave one and the same answer.
    """
    total = sum(answers.values())
    expected = total**2 - sum(count**2 for count in answers.values())
    return 1 - (total - 1) * disagreeing / expected if expected else None


class Choices:
    """Counts the answers to a question with one answer out of several, such as the emotion."""

    def __init__(self) -> None:
        self.samples = 0
        self._answers: Counter[str] = Counter()
        self._disagreeing = 0.0

    def add(self, answers: Collection[str]) -> None:
        """Counts one sample.

        Args:
            answers: One for each person who gave one; a sample with fewer than two says nothing about agreement.
        """
        if len(answers) < 2:
            return
        self.samples += 1
        counts = Counter(answers)
        self._answers += counts
        self._disagreeing += (len(answers) ** 2 - sum(count**2 for count in counts.values())) / (len(answers) - 1)

    def alpha(self) -> float | None:
        """See `nominal_alpha`."""
        return nominal_alpha(self._answers, self._disagreeing)


class Presence:
    """Counts many yes-or-no questions at once, such as whether each AU is there.

    Only the labels that somebody ticked are counted in a sample; that all others were not ticked follows from the
    number of answers.
    """

    def __init__(self) -> None:
        self.samples = 0
        self.ticked_by_any: Counter[str] = Counter()
        self.ticked_by_all: Counter[str] = Counter()
        self._answers = 0
        self._ticked: Counter[str] = Counter()
        self._disagreeing: dict[str, float] = {}

    def add(self, ticked: Sequence[Collection[str]]) -> None:
        """Counts one sample.

        Args:
            ticked: The labels each person ticked, each once; with fewer than two people nothing is counted.
        """
        people = len(ticked)
        if people < 2:
            return
        self.samples += 1
        self._answers += people
        for label, count in Counter(label for one in ticked for label in one).items():
            self._ticked[label] += count
            self.ticked_by_any[label] += 1
            self.ticked_by_all[label] += count == people
            self._disagreeing[label] = self._disagreeing.get(label, 0.0) + 2 * count * (people - count) / (people - 1)

    def alpha(self, label: str) -> float | None:
        """The alpha of one label, see `nominal_alpha`; None when it was never ticked or always."""
        yes = self._ticked[label]
        return nominal_alpha({"yes": yes, "no": self._answers - yes}, self._disagreeing.get(label, 0.0))


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
