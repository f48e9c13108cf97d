"""Counts of what an export teaches: emotions by split and subject, action units, and which of them come together."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from meu_data.export.samples.truth import Truth
from meu_data.face.aus import AU_NAMES


class LabelTally:
    """Counts samples, not rows: a style may ask several questions about one sample."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self.emotions: Counter[tuple[str, str, str, str]] = Counter()
        self.units: Counter[tuple[int, str]] = Counter()
        self.pairs: Counter[tuple[int, int]] = Counter()

    def add(self, truth: Truth) -> None:
        """Counts one sample: the emotion and the action units that its rows tell."""
        sample = truth.sample
        self.emotions[sample.corpus, sample.split, sample.subject, truth.emotion] += 1
        numbers = sorted({unit.number for unit in truth.aus})
        self.units.update((number, sample.split) for number in numbers)
        self.pairs.update(combinations(numbers, 2))

    @property
    def samples(self) -> int:
        """How many were counted."""
        return self.emotions.total()

    @property
    def corpora(self) -> list[str]:
        """The corpora they are from."""
        return sorted({corpus for corpus, _, _, _ in self.emotions})

    @property
    def splits(self) -> list[str]:
        """The splits they are in."""
        return sorted({split for _, split, _, _ in self.emotions})

    @property
    def subjects(self) -> int:
        """How many people they show."""
        return len({(corpus, subject) for corpus, _, subject, _ in self.emotions})

    def files(self) -> dict[str, str]:
        """The tables as CSV texts by file name.

        In `au_pairs.csv`, `expected` is how often two units would meet by chance, and `lift` how many times more often
        they do.
        """
        emotions = ((*place, count) for place, count in sorted(self.emotions.items()))
        return {
            "tables/emotions.csv": _csv(("corpus", "split", "subject", "emotion", "samples"), emotions),
            "tables/aus.csv": _csv(("au", "name", "split", "samples", "share"), self._unit_rows()),
            "tables/au_pairs.csv": _csv(("au", "other", "samples", "expected", "lift"), self._pair_rows()),
        }

    def emotion_table(self, *, by_split: bool) -> str:
        """A Markdown table of the samples of each emotion, with a column for each split where wanted."""
        splits = self.splits if by_split else []
        counts: Counter[tuple[str, str]] = Counter()
        for (_, split, _, emotion), count in self.emotions.items():
            for name in (emotion, "all"):
                counts[name, "all"] += count
                counts[name, split] += count
        columns = [*splits, *(["all"] if len(splits) != 1 else [])]
        names = [*sorted({emotion for *_, emotion in self.emotions}), "all"]
        return table(
            ["emotion", *columns], [[name, *(str(counts[name, column]) for column in columns)] for name in names]
        )

    def unit_table(self) -> str:
        """A Markdown table of the action units, the most frequent first."""
        counts = sorted(self._per_unit().items(), key=lambda one: (-one[1], one[0]))
        rows = [
            [f"AU{number}, {AU_NAMES[number]['en']}", str(count), f"{100 * count / self.samples:.1f} %"]
            for number, count in counts
        ]
        return table(["action unit", "samples", "share"], rows) if rows else "No action unit is labelled."

    def _per_unit(self) -> Counter[int]:
        counts: Counter[int] = Counter()
        for (number, _), count in self.units.items():
            counts[number] += count
        return counts

    def _unit_rows(self) -> Iterator[Sequence[object]]:
        in_split: Counter[str] = Counter()
        for (_, split, _, _), count in self.emotions.items():
            in_split[split] += count
        for (number, split), count in sorted(self.units.items()):
            yield f"AU{number}", AU_NAMES[number]["en"], split, count, f"{count / in_split[split]:.4f}"

    def _pair_rows(self) -> Iterator[Sequence[object]]:
        single = self._per_unit()
        for (number, other), count in sorted(self.pairs.items()):
            expected = single[number] * single[other] / self.samples
            yield f"AU{number}", f"AU{other}", count, f"{expected:.2f}", f"{count / expected:.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns behind the first are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()
