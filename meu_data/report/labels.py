"""The corpus's labels: emotions by split and subject, how often each AU occurs, and which occur together."""

from collections import Counter
from itertools import combinations

from meu_data.choices import Language
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.records import Sample
from meu_data.report.tables import Cell, Say, Section, Table, shaded, words

# More columns than a screen holds.
_TOGETHER = 20


class LabelCounts:
    """The labels of the samples added so far."""

    def __init__(self) -> None:
        self.samples = 0
        self.emotions: Counter[str | None] = Counter()
        self._by_split: Counter[tuple[str, str, str | None]] = Counter()
        self._by_subject: Counter[tuple[str, str, str, str | None]] = Counter()
        self.aus: Counter[int] = Counter()
        self._sides: Counter[tuple[int, str]] = Counter()
        self._together: Counter[tuple[int, int]] = Counter()
        self._without_aus = self._unlabelled = 0

    def add(self, sample: Sample) -> None:
        """Counts one sample."""
        self.samples += 1
        self.emotions[sample.emotion] += 1
        self._by_split[sample.corpus, sample.split, sample.emotion] += 1
        self._by_subject[sample.corpus, sample.subject, sample.split, sample.emotion] += 1
        self._unlabelled += sample.aus is None
        self._without_aus += sample.aus == ()
        numbers = sorted({unit.number for unit in sample.coded_aus})
        self.aus.update(numbers)
        self._sides.update({(unit.number, unit.side) for unit in sample.coded_aus if unit.side})
        self._together.update(combinations(numbers, 2))

    def section(self, say: Say, lang: Language) -> Section:
        """Emotion × split and × subject, AUs alone and together."""
        emotions = sorted(self.emotions, key=lambda name: (name is None, -self.emotions[name], name))
        names = [EMOTION_NAMES[one][lang] if one else say("not labelled", "未标注") for one in emotions]
        total = say("all", "合计")
        splits = sorted({key[:2] for key in self._by_split})
        most = max(self._by_split.values(), default=0)
        by_split = [
            [Cell(f"{corpus} {split}")]
            + [shaded(self._by_split[corpus, split, one], most) for one in emotions]
            + words(sum(self._by_split[corpus, split, one] for one in emotions))
            for corpus, split in splits
        ]
        by_split.append(words(total, *(self.emotions[one] for one in emotions), self.samples))
        subjects = sorted({key[:3] for key in self._by_subject})
        most = max(self._by_subject.values(), default=0)
        by_subject = [
            words(f"{corpus} {subject}", split)
            + [shaded(self._by_subject[corpus, subject, split, one], most) for one in emotions]
            + words(sum(self._by_subject[corpus, subject, split, one] for one in emotions))
            for corpus, subject, split in subjects
        ]
        tables = [
            Table(say("Emotion by split", "情绪 × 划分"), [say("split", "划分"), *names, total], by_split),
            Table(
                say("Emotion by subject and split", "情绪 × 被试 × 划分"),
                [say("subject", "被试"), say("split", "划分"), *names, total],
                by_subject,
                tall=True,
            ),
        ]
        if self.aus:
            tables += [self._frequency(say, lang), self._matrix(say)]
        intro = say(
            f"{self.samples} samples of {len({key[:2] for key in subjects})} subjects. Of them "
            f"{self._without_aus} are coded as showing no AU, and {self._unlabelled} have no AU labels.",
            f"共{self.samples}个样本，{len({key[:2] for key in subjects})}名被试。"
            f"其中{self._without_aus}个标注为无AU，{self._unlabelled}个未标注AU。",
        )
        return Section("labels", say("Labels", "标签"), intro, tables)

    def _frequency(self, say: Say, lang: Language) -> Table:
        most = max(self.aus.values())
        rows = [
            [
                Cell(f"AU{number} {AU_NAMES[number][lang]}"),
                Cell(f"{count}", bar=count / most),
                *words(f"{count / self.samples:.1%}", self._sides[number, "L"] or "", self._sides[number, "R"] or ""),
            ]
            for number, count in sorted(self.aus.items(), key=lambda one: (-one[1], one[0]))
        ]
        head = [
            "AU", say("samples", "样本数"), say("share", "占比"),
            say("person's left only", "仅被摄者左侧"), say("person's right only", "仅被摄者右侧"),
        ]  # fmt: skip
        return Table(say("How often each AU is coded", "各AU出现次数"), head, rows)

    def _matrix(self, say: Say) -> Table:
        shown = sorted(sorted(self.aus, key=lambda number: (-self.aus[number], number))[:_TOGETHER])
        rows = []
        for one in shown:
            cells = [Cell(f"AU{one}")]
            for other in shown:
                count = self.aus[one] if one == other else self._together[min(one, other), max(one, other)]
                cells.append(Cell(f"{count}", shade=count / self.aus[one]) if count else Cell(""))
            rows.append(cells)
        left = len(self.aus) - len(shown)
        note = say(
            "A row is shaded by the share of its AU's samples that show the other one, too.",
            "深浅表示该行AU的样本中同时出现另一AU的比例。",
        ) + (say(f" The {left} rarest AUs are left out.", f"最少见的{left}个AU未列出。") if left else "")
        caption = say("AUs that are coded together", "AU共现")
        return Table(caption, ["AU", *(f"AU{number}" for number in shown)], rows, note)
