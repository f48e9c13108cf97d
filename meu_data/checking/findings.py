"""What a check finds, and how much of it is kept."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Literal

from meu_data.records import Record

# The built-in ones; `docs/checking.md` says of each what it means and what to do.
Rule = Literal[
    "unreadable",
    "sums",
    "files",
    "schema",
    "footer",
    "picture",
    "hash",
    "tags",
    "format",
    "label",
    "aus",
    "agreement",
    "tools",
    "preference",
    "id",
    "split",
    "subject",
    "alike",
]


class Finding(Record):
    """One thing that is wrong: in which file and row, and what."""

    file: str
    row: int | None
    id: str | None
    rule: str
    wrong: str


class FindingCounts:
    """Counts all findings and keeps the first ones, so that memory stays flat however bad an export is."""

    def __init__(self, limit: int, rules: Collection[str] = ()) -> None:
        """Keeps at most `limit` findings, and knows only those of `rules` unless there are none."""
        self._limit, self._rules = limit, rules
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(self, found: Iterable[Finding]) -> None:
        """Counts findings, and keeps them while there is room."""
        for finding in found:
            if self._rules and finding.rule not in self._rules:
                continue
            self.counts[finding.rule] += 1
            if len(self.findings) < self._limit:
                self.findings.append(finding)

    def uncertain(self) -> "Uncertain":
        """Findings that something further down in the file decides about."""
        return Uncertain(self._limit)

    def decide(self, uncertain: "Uncertain") -> None:
        """Takes over what has turned out to be wrong."""
        self.add(uncertain.findings)
        if uncertain.findings and not (self._rules and uncertain.findings[0].rule not in self._rules):
            self.counts[uncertain.findings[0].rule] += uncertain.count - len(uncertain.findings)


class Uncertain:
    """Findings of one rule that are wrong only if the rest of the file shows it."""

    def __init__(self, limit: int) -> None:
        """Keeps at most `limit` findings."""
        self._limit = limit
        self.findings: list[Finding] = []
        self.count = 0

    def add(self, finding: Finding) -> None:
        """Counts a finding, and keeps it while there is room."""
        self.count += 1
        if len(self.findings) < self._limit:
            self.findings.append(finding)

    def take_over(self, other: "Uncertain") -> None:
        """Adds what is still uncertain at the end of a file."""
        self.count += other.count
        self.findings += other.findings[: self._limit - len(self.findings)]
