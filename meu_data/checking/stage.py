"""The check of a whole export: its files, its sums, its rows, and what shows across them."""

import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import get_args

from meu_data.checking.data_file import DataFile, Totals
from meu_data.checking.dataset_info import check_dataset_info
from meu_data.checking.findings import Finding, Rule
from meu_data.checking.listing import Listing
from meu_data.checking.places import DATASET_INFO, ExportFiles, kind_of, look_around, missing_shards
from meu_data.checking.rules.pictures import Pictures
from meu_data.checking.rules.row_rule import row_rules as row_rules_by_name
from meu_data.checking.sums import UNLISTED, check_sums
from meu_data.choices import DEFAULT_CHECK_SECONDS
from meu_data.errors import MeuError, meant, printable
from meu_data.export.about.facts import EXPORT_FACTS, read_facts
from meu_data.export.files.manifest import MANIFEST, SOURCES
from meu_data.progress import SILENT, Progress
from meu_data.records import Record
from meu_data.store.files import explained

_PACKED = frozenset({".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"})
# What is said of a rule that had nothing to look at.
_NOTHING: dict[str, str] = {
    "footer": "there is no Parquet",
    "picture": "there are no pictures",
    "hash": "no row has the hash of a picture",
    "id": "the rows have none",
    "subject": "the rows name none",
    "alike": "there are no pictures here of two splits",
    "split": "the rows or the names of the files tell none",
}


class CheckSummary(Record):
    """What was found wrong, and what was looked at.

    `findings` are the first of the `problems`, by file and row; `problems_by_rule` counts all. `verified` counts by
    rule what there was to look at: files, rows, pictures, subjects. `not_checked` says what could not be looked at,
    and why.
    """

    path: str
    files: int
    shapes: dict[str, int]
    rows: dict[str, int]
    pictures: int
    verified: dict[str, int]
    not_checked: tuple[str, ...]
    problems: int
    problems_by_rule: dict[str, int]
    findings: tuple[Finding, ...]


def check(
    path: Path | str,
    *,
    rules: Collection[str] = (),
    limit: int = 100,
    seconds: float = DEFAULT_CHECK_SECONDS,
    progress: Progress = SILENT,
) -> CheckSummary:
    """Reads an export again and verifies what it promises; nothing is written.

    Args:
        path: The folder of an export, ours or a foreign one in the same formats, or a single Parquet, JSON or tar file.
        rules: Just the findings of these rules; of all when empty.
        limit: How many findings are kept; all are counted.
        seconds: Of the processor's time for the rows of one file; a finding says where it ended. 0 is no limit.
        progress: Whom to tell how far it is.

    Raises:
        MeuError: There is nothing at `path`, or no file in it that can be read as one of an export; there is no such
            rule, or a package that offers one is broken.
    """
    path = Path(path)
    if limit < 1:
        raise MeuError(f"--limit {limit}: keep at least one problem")
    if not 0 <= seconds < math.inf:
        raise MeuError(f"--seconds {seconds}: give a time for each file, or 0 for no limit")
    row_rules = row_rules_by_name()
    if unknown := [rule for rule in rules if rule not in (*get_args(Rule), *row_rules)]:
        known = dict.fromkeys((*get_args(Rule), *row_rules))
        near = meant(unknown[0], known)
        raise MeuError(f"--rule {unknown[0]}: there is no such rule; there is {', '.join(known)}{near}")
    with explained(path):
        places = look_around(path) if path.is_dir() else _single(path)
    run = _Run(path, places, Totals.nothing(limit, row_rules, rules), seconds)
    run.files(progress)
    run.rows(progress)
    return run.summary()


def _single(path: Path) -> ExportFiles:
    if not path.is_file():
        path.stat()
        raise MeuError(f"{path} is neither a folder nor a file")
    kind = kind_of(path)
    if kind is None:
        packed = "; unpack it and check the folder" if path.suffix.lower() in _PACKED else ""
        raise MeuError(f"{path} is no export: it is neither Parquet nor JSON with rows nor a tar{packed}")
    return ExportFiles({path.name: kind})


class _Run:
    """One check on its way from files to rows to the summary."""

    def __init__(self, path: Path, places: ExportFiles, totals: Totals, seconds: float) -> None:
        self._path, self._places, self._seconds = path, places, seconds
        self._folder = path.is_dir()
        self._root = path if self._folder else path.parent
        self._totals = totals
        self._not_checked: list[str] = []
        self._listing = Listing() if SOURCES in places.others else None

    def files(self, progress: Progress) -> None:
        """Links, missing shards and sums."""
        places, tally = self._places, self._totals.tally
        tally.add(_file_finding(name, "files", reason) for name, reason in sorted(places.refused.items()))
        tally.add(missing_shards([*places.data]) if self._folder else ())
        if MANIFEST not in places.others:
            where = "there is no SHA256SUMS" if self._folder else "a single file is looked at"
            self._not_checked.append(f"sums: {where}")
            return
        present = [name for name in (*places.data, *places.others) if name not in UNLISTED]
        progress.start("sums", len(present))
        try:
            tally.add(check_sums(self._root, present, places.refused, progress))
        finally:
            progress.finish()
        self._totals.looked_at["sums"] = len(present)

    def rows(self, progress: Progress) -> None:
        """Every row of every file.

        Raises:
            MeuError: No file has rows, and nothing else says that this is an export.
        """
        totals, reasons = self._totals, list[str]()
        if self._listing is not None:
            totals.tally.add(self._listing.read(self._root / SOURCES))
        progress.start("check", None)
        try:
            for name, kind in sorted(self._places.data.items()):
                file = DataFile(
                    name,
                    self._root / name,
                    kind,
                    totals,
                    self._pictures(name),
                    tags=self._for_llamafactory,
                    seconds=self._seconds,
                )
                if (reason := file.check(progress)) is not None:
                    reasons.append(f"{printable(name)}: {reason}")
        finally:
            progress.finish()
        if not totals.shapes and MANIFEST not in self._places.others:
            raise MeuError(self._no_export(reasons))
        if self._for_llamafactory:
            totals.tally.add(check_dataset_info(self._root, totals.columns))
        self._decide()
        totals.tally.add(
            Finding(
                file=printable(face.file), row=face.row, id=face.id and printable(face.id), rule="alike", wrong=wrong
            )
            for face, wrong in totals.faces.near(progress)
        )
        if EXPORT_FACTS in self._places.others:
            totals.tally.add(self._compared_with_facts())

    def summary(self) -> CheckSummary:
        """All that was found."""
        totals, counts = self._totals, self._totals.tally.counts
        totals.looked_at["id"] = sum(totals.rows.values()) - totals.across.without_id
        totals.looked_at["subject"] = totals.across.subjects
        totals.looked_at["alike"] = totals.faces.compared
        reported = {line.partition(":")[0] for line in self._not_checked}
        idle = _NOTHING | {rule: row_rule.nothing for rule, row_rule in totals.row_rules.items() if row_rule.nothing}
        nothing = [
            f"{rule}: {reason}" for rule, reason in idle.items() if not totals.looked_at[rule] and rule not in reported
        ]
        return CheckSummary(
            path=printable(str(self._path)),
            files=len(self._places.data),
            shapes=dict(sorted(totals.shapes.items())),
            rows={printable(split): count for split, count in sorted(totals.rows.items())},
            pictures=totals.looked_at["picture"],
            verified={rule: count for rule, count in sorted(totals.looked_at.items()) if count},
            not_checked=(*self._not_checked, *nothing),
            problems=counts.total(),
            problems_by_rule=dict(sorted(counts.items())),
            findings=tuple(sorted(totals.tally.findings, key=lambda found: (found.file, found.row or 0))),
        )

    @property
    def _for_llamafactory(self) -> bool:
        return DATASET_INFO in self._places.others

    def _pictures(self, name: str) -> Pictures:
        """Paths of pictures may start from the file's folder or from any above it in the export."""
        folder = (self._root / name).parent
        # Ours lie beside the folder of the rows.
        widest = self._root if self._folder else folder.absolute().parent
        roots = [folder, *(parent for parent in folder.absolute().parents if parent.is_relative_to(widest.absolute()))]
        return Pictures(roots, self._listing)

    def _decide(self) -> None:
        """What the last row has shown about the others."""
        totals = self._totals
        if totals.tagged:
            totals.tally.decide(totals.untagged)
        elif totals.untagged.count:
            self._not_checked.append(
                "tags: no text has <image>, which ms-swift and TRL read and LLaMA-Factory does not"
            )
        if totals.found:
            totals.tally.decide(totals.elsewhere)
        elif totals.elsewhere.count:
            self._not_checked.append(f"picture: none of the {totals.elsewhere.count} that rows name by a path is here")
        if totals.faces.passed_over:
            self._not_checked.append(
                f"alike: {totals.faces.passed_over} pictures are too many to compare with all others"
            )
        if totals.left_out:
            self._not_checked.append(f"picture: {totals.left_out} were left out; `meu-data hydrate` puts them back")
        if self._listing is not None and self._listing.unused:
            wrong = f"{self._listing.unused} of its pictures are in no row"
            totals.tally.add([_file_finding(SOURCES, "files", wrong)])

    def _compared_with_facts(self) -> Iterator[Finding]:
        """Whether there are all the rows that `export.json` counts, unless what is wrong with the files says it."""
        if self._totals.tally.counts["sums"]:
            return
        try:
            expected = read_facts(self._root).rows
        except MeuError as error:
            yield _file_finding(EXPORT_FACTS, "unreadable", printable(str(error).removeprefix(f"{self._root}/"), 300))
            return
        if self._totals.tally.counts.keys() & {"unreadable", "files", "schema", "split", "id"}:
            return
        found = self._totals.rows - self._totals.to_fill_in
        for split in sorted(expected.keys() | found.keys()):
            if found[split] != expected.get(split, 0):
                told = f"{expected.get(split, 0)} rows of {printable(split)}, here are {found[split]}"
                yield _file_finding(EXPORT_FACTS, "files", f"it says {told}; copy the export again")

    def _no_export(self, reasons: list[str]) -> str:
        if not self._folder and reasons:
            return f"{self._path} cannot be read as an export: {reasons[0].partition(': ')[2]}"
        if reasons:
            return f"{self._path} is no export: {reasons[0]}"
        return f"{self._path} is no export: there is no Parquet, JSON or tar file with rows in it"


def _file_finding(name: str, rule: Rule, wrong: str) -> Finding:
    return Finding(file=printable(name), row=None, id=None, rule=rule, wrong=wrong)
