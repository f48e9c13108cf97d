"""The checks of one file of rows."""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from meu_data.checking.findings import Finding, FindingCounts, Rule, Uncertain
from meu_data.checking.places import FileKind, split_of
from meu_data.checking.reading.file_row import FileRow
from meu_data.checking.reading.json_rows import read_lines, read_list
from meu_data.checking.reading.parquet_rows import ParquetError, ParquetRows
from meu_data.checking.reading.tar_rows import read_tar
from meu_data.checking.rules.across import Across
from meu_data.checking.rules.alike import Face, Faces
from meu_data.checking.rules.clips import Clips
from meu_data.checking.rules.footer import check_footer
from meu_data.checking.rules.pictures import Pictures
from meu_data.checking.rules.row_rule import CheckRule
from meu_data.checking.rules.row_size import oversized
from meu_data.checking.time_limit import TimeLimit
from meu_data.errors import printable
from meu_data.export.formats import Reader, reader_of
from meu_data.export.formats.megc import BLANK_ENDING, TEST_SHAPE
from meu_data.export.formats.row_view import TAG, ColumnError, RowView
from meu_data.language.reader import forget
from meu_data.progress import Progress

# The rules read a row's text once between them; so many readings of the longest texts are 100 MB.
_REMEMBERED = 256


@dataclass(slots=True)
class Totals:
    """What the files of an export hold, added up over all of them.

    `looked_at` counts by rule what there was to look at. `untagged` are rows of a shape that may do without `<image>`:
    wrong when others have it. `elsewhere` are pictures of which there is no file: wrong when another has one, or when
    other rows of the same file have theirs inside. `to_fill_in` counts lines of the challenge's blank test files.
    """

    tally: FindingCounts
    row_rules: Mapping[str, CheckRule]
    across: Across
    faces: Faces
    untagged: Uncertain
    elsewhere: Uncertain
    rows: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    looked_at: Counter[str] = field(default_factory=Counter)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    schemas: dict[str, tuple[str, pa.Schema]] = field(default_factory=dict)
    left_out: int = 0
    to_fill_in: Counter[str] = field(default_factory=Counter)
    tagged: bool = False
    found: bool = False

    @classmethod
    def nothing(cls, limit: int, row_rules: Mapping[str, CheckRule], rules: Collection[str]) -> "Totals":
        """Before the first file; `rules` are those to report, none for all."""
        tally = FindingCounts(limit, rules)
        return cls(tally, row_rules, Across(), Faces(), tally.uncertain(), tally.uncertain())


class DataFile:
    """One file of rows on its way through the checks."""

    def __init__(
        self, name: str, path: Path, kind: FileKind, totals: Totals, pictures: Pictures, *, tags: bool, seconds: float
    ) -> None:
        """`name` is what findings call it; `tags` says that `<image>` is wanted wherever it may stand."""
        self._name, self._path, self._kind = name, path, kind
        self._totals, self._pictures, self._tags, self._seconds = totals, pictures, tags, seconds
        self._split, self._named_by_split = split_of(name)
        self._reader: Reader | None = None
        self._inside = False
        self._clips = Clips()
        self._elsewhere = totals.tally.uncertain()

    def check(self, progress: Progress) -> str | None:
        """Reads all rows and adds what is found to `totals`. Never raises.

        Returns:
            Why the file holds no rows of any shape known; None when it does.
        """
        wrong = self._check(progress)
        if self._inside:
            self._totals.tally.decide(self._elsewhere)
        else:
            self._totals.elsewhere.take_over(self._elsewhere)
        return wrong

    def _check(self, progress: Progress) -> str | None:
        rows, reason, limit = 0, "", TimeLimit(self._seconds)
        try:
            with open(self._path, "rb") as stream:
                for raw in self._raws(stream):
                    if limit.over:
                        self._complain("unreadable", self._late, raw.row)
                        break
                    progress.advance()
                    if raw.columns is None:
                        reason = raw.wrong
                        self._complain("unreadable", raw.wrong, raw.row)
                        continue
                    self._reader = self._reader or reader_of(raw.columns)
                    if self._reader is None:
                        return self._complain("schema", _unknown(raw.columns))
                    rows += 1
                    if not rows % _REMEMBERED:
                        forget()
                    self._row(raw, raw.columns, self._reader)
        except OSError as error:
            return self._complain("unreadable", f"cannot be read ({error.strerror})")
        except ParquetError as error:
            return self._complain("unreadable", str(error))
        if rows or reason:
            return None if rows else reason
        return self._complain("files", "there are no rows in it")

    @property
    def _late(self) -> str:
        more = "give more with --seconds, or --seconds 0 for no limit"
        return f"the rows from here on are not looked into: those before took the {self._seconds:g} s of a file; {more}"

    def _raws(self, stream: BinaryIO) -> Iterator[FileRow]:
        if self._kind == "parquet":
            file = ParquetRows(stream)
            self._schema(file.schema)
            return file.rows()
        if self._kind == "tar":
            return read_tar(stream)
        return read_lines(stream) if self._kind == "jsonl" else read_list(stream)

    def _schema(self, schema: pa.Schema) -> None:
        for wrong in check_footer(schema, bare=self._pictures.listed):
            self._complain("footer", wrong)
        self._totals.looked_at["footer"] += 1
        self._totals.columns[self._name] = frozenset(schema.names)
        self._reader = reader_of(schema.names)
        # A folder may hold several sets, each in a shape of its own.
        shape = self._reader.shape if self._reader else ""
        first, known = self._totals.schemas.setdefault(shape, (self._name, schema))
        if not schema.equals(known):
            others = [field.name for field in schema if field not in list(known)] or known.names
            self._complain("schema", f"its columns are not those of {printable(first)}, first {printable(others[0])}")

    def _row(self, raw: FileRow, columns: Mapping[str, Any], reader: Reader) -> None:
        totals, identifier = self._totals, columns.get("id")
        found: list[tuple[str, str]] = []
        try:
            view = reader.read(columns)
        except ColumnError as error:
            split = self._split
            found.append(("schema", str(error)))
        else:
            if raw.pictures is not None:
                view = dataclasses.replace(view, pictures=raw.pictures)
            identifier, split = view.id, view.label("split") or self._split
            wrong = oversized(view)
            found += [("unreadable", wrong)] if wrong else self._look(view, split, raw.row)
        totals.rows[split] += 1
        totals.to_fill_in[split] += reader.shape == TEST_SHAPE
        totals.shapes[reader.shape] += 1
        totals.looked_at["schema"] += 1
        totals.tally.add(self._finding(rule, wrong, raw.row, identifier) for rule, wrong in found)

    def _look(self, view: RowView, split: str, row: int | None) -> Iterator[tuple[str, str]]:
        totals = self._totals
        if self._tags and view.tags == "either":
            view = dataclasses.replace(view, tags="each")
        shape = self._reader.shape if self._reader else ""
        # A blank test file asks once more what the file beside it answers.
        yield from totals.across.add(view, split, f"{shape}, blank" if self._name.endswith(BLANK_ENDING) else shape)
        yield from self._clips.add(view)
        if self._named_by_split and view.label("split") is not None:
            totals.looked_at["split"] += 1
            if split != self._split:
                yield "split", f"the row says {printable(split)}, the file's name {printable(self._split)}"
        for rule, row_rule in totals.row_rules.items():
            wrong = row_rule.look(view)
            if wrong is not None:
                totals.looked_at[rule] += 1
                yield from ((rule, reason) for reason in wrong)
            elif rule == "tags":
                wanting = f"there is no {TAG} for {len(view.pictures)} pictures, though other rows have theirs"
                totals.untagged.add(self._finding("tags", wanting, row, view.id))
        totals.tagged = totals.tagged or any(TAG in turn.text for turn in view.turns)
        known = self._named_by_split or view.label("split") is not None
        yield from self._look_at_pictures(view, row, split if known else None)

    def _look_at_pictures(self, view: RowView, row: int | None, split: str | None) -> Iterator[tuple[str, str]]:
        totals, result = self._totals, self._pictures.look(view)
        if result.face is not None and split is not None:
            totals.faces.add(Face(split, self._name, row, view.id), result.face)
        totals.looked_at["picture"] += result.decoded
        totals.looked_at["hash"] += result.compared
        totals.left_out += result.left_out
        totals.found = totals.found or result.filed > 0
        self._inside = self._inside or result.decoded > result.filed
        for path in result.elsewhere:
            self._elsewhere.add(self._finding("picture", f"{path}: there is no such file", row, view.id))
        yield from result.wrong

    def _complain(self, rule: Rule, wrong: str, row: int | None = None) -> str:
        self._totals.tally.add([self._finding(rule, wrong, row, None)])
        return wrong

    def _finding(self, rule: str, wrong: str, row: int | None, identifier: object) -> Finding:
        named = printable(identifier) if identifier is not None else None
        return Finding(file=printable(self._name), row=row, id=named, rule=rule, wrong=wrong)


def _unknown(columns: Iterable[str]) -> str:
    names = [printable(name) for name in columns]
    listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"the columns {listed} are those of no format known here; it is not read"
