"""Krippendorff's alpha, and mean and median, of streams of answers that are counted and not kept.

Source of alpha: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: nominal data, any number
of observers, missing answers.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate

import numpy as np
from pydantic import Field

from meu_data.records import Record

_DRAWS, _SEED = 1000, 0


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


def bootstrap_interval(patterns: Mapping[tuple[tuple[str, int], ...], int]) -> tuple[float, float] | None:
    """Where alpha lies with 95 %, by drawing the samples anew a thousand times; the same patterns, the same interval.

    Args:
        patterns: How many samples were answered in each way; a way is each answer with how often it was given, in
            order, two people or more.

    Returns:
        The 2.5th and 97.5th percentile; None with fewer than two samples, or where there is nothing to agree about.
    """
    samples = sum(patterns.values())
    if samples < 2:
        return None
    ways = sorted(patterns)
    answers = {answer: number for number, answer in enumerate(sorted({one for way in ways for one, _ in way}))}
    counts = np.zeros((len(ways), len(answers)))
    for row, way in enumerate(ways):
        for answer, count in way:
            counts[row, answers[answer]] = count
    people = counts.sum(axis=1)
    disagreeing = (people**2 - (counts**2).sum(axis=1)) / (people - 1)
    shares = np.array([patterns[way] for way in ways]) / samples
    drawn = np.random.default_rng(_SEED).multinomial(samples, shares, _DRAWS)
    given = drawn @ counts
    total = given.sum(axis=1)
    expected = total**2 - (given**2).sum(axis=1)
    told = expected > 0
    if not told.any():
        return None
    alphas = 1 - (total[told] - 1) * (drawn @ disagreeing)[told] / expected[told]
    low, high = np.percentile(alphas, (2.5, 97.5))
    return float(low), float(high)


class Choices:
    """Counts the answers to a question with one answer out of several, such as the emotion."""

    def __init__(self) -> None:
        self.samples = 0
        self._answers: Counter[str] = Counter()
        self._disagreeing = 0.0
        self._patterns: Counter[tuple[tuple[str, int], ...]] = Counter()

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
        self._patterns[tuple(sorted(counts.items()))] += 1
        self._disagreeing += (len(answers) ** 2 - sum(count**2 for count in counts.values())) / (len(answers) - 1)

    def alpha(self) -> float | None:
        """See `nominal_alpha`."""
        return nominal_alpha(self._answers, self._disagreeing)

    def interval(self) -> tuple[float, float] | None:
        """See `bootstrap_interval`."""
        return bootstrap_interval(self._patterns)


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
        self._people: Counter[int] = Counter()
        self._ticks: dict[str, Counter[tuple[int, int]]] = {}

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
        self._people[people] += 1
        for label, count in Counter(label for one in ticked for label in one).items():
            self._ticked[label] += count
            self._ticks.setdefault(label, Counter())[count, people] += 1
            self.ticked_by_any[label] += 1
            self.ticked_by_all[label] += count == people
            self._disagreeing[label] = self._disagreeing.get(label, 0.0) + 2 * count * (people - count) / (people - 1)

    def alpha(self, label: str) -> float | None:
        """The alpha of one label, see `nominal_alpha`; None when it was never ticked or always."""
        yes = self._ticked[label]
        return nominal_alpha({"yes": yes, "no": self._answers - yes}, self._disagreeing.get(label, 0.0))

    def interval(self, label: str) -> tuple[float, float] | None:
        """See `bootstrap_interval`."""
        ticks = Counter(self._ticks.get(label, {}))
        for people, samples in self._people.items():
            ticks[0, people] = samples - sum(n for (_, there), n in ticks.items() if there == people)
        patterns = {
            tuple((answer, count) for answer, count in (("no", people - yes), ("yes", yes)) if count): samples
            for (yes, people), samples in ticks.items()
            if samples
        }
        return bootstrap_interval(patterns)


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
