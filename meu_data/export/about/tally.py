"""Counts of what an export teaches: emotions by split and subject, action units, and which of them come together."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from statistics import fmean

from meu_data.choices import AuReading
from meu_data.export.about.facts import ExportFacts, TrustFacts
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.aus import AU_NAMES
from meu_data.records import FrameChooser

UNLABELLED = "not labelled"
"""How a sample without an emotion is counted."""


class LabelTally:
    """Counts samples, not rows: a style may ask several questions about one sample."""

    def __init__(self) -> None:
        self.emotions: Counter[tuple[str, str, str, str]] = Counter()
        self.units: Counter[tuple[int, str]] = Counter()
        self.pairs: Counter[tuple[int, int]] = Counter()
        self.flags: Counter[str] = Counter()
        self.trusts: list[float] = []
        self.confirmed = 0
        self.au_readings: set[AuReading] = set()
        self.apexes: Counter[FrameChooser] = Counter()

    def add(self, truth: SampleTruth) -> None:
        """Counts one sample: the emotion and the action units that its rows tell, and what its map is worth."""
        sample = truth.sample
        self.emotions[sample.corpus, sample.split, sample.subject, truth.told_emotion or UNLABELLED] += 1
        numbers = sorted({unit.number for unit in truth.aus})
        self.units.update((number, sample.split) for number in numbers)
        self.pairs.update(combinations(numbers, 2))
        self.flags.update(truth.motion.quality.flags)
        self.au_readings.add(sample.au_reading)
        self.apexes[sample.apex_by] += 1
        self.trusts.append(truth.motion.quality.trust)
        self.confirmed += truth.review is not None and truth.review.map_confirmed

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
    def people(self) -> int:
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

    def trust(self, least_wanted: float, untrusted: int, doubts: Mapping[str, int]) -> TrustFacts:
        """How far the maps can be believed.

        Args:
            least_wanted: Below it a map needs to be confirmed.
            untrusted: How many samples are left out for that.
            doubts: The flags of their maps.
        """
        return TrustFacts(
            least_wanted=least_wanted,
            least=min(self.trusts),
            mean=round(fmean(self.trusts), 4),
            flags=dict(sorted(self.flags.items())),
            confirmed=self.confirmed,
            untrusted=untrusted,
            doubts=dict(sorted(doubts.items())),
        )

    def emotions_by_split(self) -> dict[str, dict[str, int]]:
        """Samples by split and emotion."""
        counts: dict[str, dict[str, int]] = {split: {} for split in self.splits}
        for (_, split, _, emotion), count in sorted(self.emotions.items()):
            counts[split][emotion] = counts[split].get(emotion, 0) + count
        return counts

    def per_unit(self) -> Counter[int]:
        """Samples by the number of an action unit."""
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
        single = self.per_unit()
        for (number, other), count in sorted(self.pairs.items()):
            expected = single[number] * single[other] / self.samples
            yield f"AU{number}", f"AU{other}", count, f"{expected:.2f}", f"{count / expected:.2f}"


def emotion_table(facts: ExportFacts) -> str:
    """A Markdown table of the samples of each emotion, with a column for each split but where those are folds."""
    splits = [] if facts.folds else sorted(facts.emotions)
    columns = [*splits, *(["all"] if len(splits) != 1 else [])]
    counts: Counter[tuple[str, str]] = Counter()
    for split, emotions in facts.emotions.items():
        for emotion, count in emotions.items():
            for name in (emotion, "all"):
                counts[name, "all"] += count
                counts[name, split] += count
    names = [*sorted({name for name, _ in counts} - {"all"}), "all"]
    return _table(["emotion", *columns], [[name, *(str(counts[name, one]) for one in columns)] for name in names])


def unit_table(facts: ExportFacts) -> str:
    """A Markdown table of the action units, the most frequent first."""
    counts = sorted((-count, int(code.removeprefix("AU"))) for code, count in facts.aus.items())
    rows = [
        [f"AU{number}, {AU_NAMES[number]['en']}", str(-count), f"{100 * -count / facts.samples:.1f} %"]
        for count, number in counts
    ]
    return _table(["action unit", "samples", "share"], rows) if rows else "No action unit is labelled."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns behind the first are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()
