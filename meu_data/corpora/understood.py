"""What was understood of a sheet before anything is stored: its columns, its first rows, and its counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from meu_data.corpora.corpus import Corpus, Released
from meu_data.corpora.errata import Errata
from meu_data.corpora.rows import Expression, RowFault
from meu_data.corpora.sheets import Table
from meu_data.face.au_notation import facs_notation
from meu_data.records import Record

_SHOWN_ROWS = 3
_SHOWN_NOTES = 5


class Understood(Record):
    """What was understood of a sheet; `meu-data extract` shows it before it writes.

    `released` sets what was found beside the sheet as its authors released it; empty where that is not known.
    """

    corpus: str
    edition: str | None
    file: str
    encoding: str | None
    sheet: str | None
    header_row: int | None
    columns: dict[str, str]
    first_rows: tuple[dict[str, str], ...]
    rows: int
    remark_rows: int
    events: int
    faults: int
    noted: int
    kinds: dict[str, int]
    emotions: dict[str, int]
    subjects: int
    without_apex: int
    errata: tuple[str, ...]
    released: tuple[str, ...]
    frames: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """The same as lines to read."""
        where = f", worksheet {self.sheet}" if self.sheet else ""
        where += f", {self.encoding}" if self.encoding else ""
        header = f"header in row {self.header_row}" if self.header_row else "no header"
        lines = [f"{self.file}{where}, {header}: {self.corpus}" + (f", {self.edition}" if self.edition else "")]
        lines.append("columns: " + "; ".join(f"{name} = {told}" for name, told in self.columns.items()))
        for row in self.first_rows:
            lines.append("  " + "; ".join(f"{name} {value}" for name, value in row.items()))
        counts = f"{self.rows} rows, {self.events} expressions of {self.subjects} subjects"
        if len(self.kinds) > 1:
            counts += f" ({', '.join(f'{count} {kind}' for kind, count in self.kinds.items())})"
        for number, what in (
            (self.faults, "not understood"),
            (self.noted, "with a note"),
            (self.without_apex, "without an apex"),
            (self.remark_rows, "rows of remarks"),
        ):
            counts += f", {number} {what}" if number else ""
        lines.append(counts)
        lines.append("emotions: " + (_listed(self.emotions) or "none"))
        return [*lines, *self.released, *self.errata, *self.frames]


def understood(
    name: str, corpus: Corpus, table: Table, told: Sequence[Expression | RowFault], errata: Errata, remark_rows: int
) -> Understood:
    """What was understood of a sheet.

    Args:
        name: The corpus's.
        corpus: The corpus.
        table: The table that was found.
        told: Its expressions and faults, in the order of the rows.
        errata: What was corrected.
        remark_rows: Rows that are no part of the table.
    """
    found = [one for one in told if isinstance(one, Expression)]
    edition = nearest_release(corpus, found, table.total - remark_rows)
    return Understood(
        corpus=corpus.terms.name or name,
        edition=edition.edition if edition else None,
        file=table.path.name,
        encoding=table.encoding or None,
        sheet=table.sheet or None,
        header_row=table.header_row or None,
        columns={
            **{name: f"a part of {column}" for name, (column, _) in corpus.derived.items()},
            **{name: f"always {value}" for name, value in corpus.constants.items()},
            **table.columns(),
        },
        first_rows=tuple(map(_first, told[:_SHOWN_ROWS])),
        rows=table.total,
        remark_rows=remark_rows,
        events=len(told),
        faults=len(told) - len(found),
        noted=sum(bool(one.notes) for one in found),
        kinds=dict(sorted(Counter(one.kind for one in found).items())),
        emotions=_emotions(found),
        subjects=len({one.subject for one in found}),
        without_apex=sum(one.apex is None for one in found),
        errata=tuple(_corrections(errata)),
        released=tuple(_beside(edition, found, table.total - remark_rows)) if edition else (),
    )


def nearest_release(corpus: Corpus, found: Sequence[Expression], rows: int) -> Released | None:
    """The released sheet that is nearest to what was found; None where it could be none of them.

    A sheet with objective classes and one without are told apart by their emotions, and by the number of rows.
    """
    emotions = Counter(_emotions(found))

    def away(release: Released) -> int:
        differing = sum(abs(emotions[name] - release.emotions.get(name, 0)) for name in {*emotions, *release.emotions})
        return abs(release.rows - rows) * 2 + (differing if release.emotions else 0)

    near = min(corpus.released, key=away, default=None)
    # A tenth of a release may be a lab's own selection; less is another sheet.
    return near if near is not None and abs(near.rows - rows) * 10 <= near.rows else None


def _beside(release: Released, found: Sequence[Expression], rows: int) -> list[str]:
    """What was found beside what was released."""
    events = release.events or release.rows
    parts = [f"{rows} of {release.rows} rows"]
    if release.events:
        parts.append(f"{len(found)} of {events} expressions")
    if release.subjects is not None:
        parts.append(_equal("subjects", len({one.subject for one in found}), release.subjects))
    kinds = Counter(one.kind for one in found)
    parts += [_equal(kind, kinds[kind], count) for kind, count in release.kinds.items()]  # type: ignore[index]
    lines = [f"beside {release.edition} as released: " + ", ".join(parts)]
    if release.emotions:
        emotions = _emotions(found)
        names = dict.fromkeys((*release.emotions, *emotions))
        told = ", ".join(_equal(name, emotions.get(name, 0), release.emotions.get(name, 0)) for name in names)
        lines.append(f"emotions: {told}")
    if release.aus:
        aus = Counter(
            number for one in found if one.kind == "micro" for number in {unit.number for unit in one.aus.aus or ()}
        )
        differing = [
            f"AU{number} {aus[number]}, released {release.aus.get(number, 0)}"
            for number in sorted({*aus, *release.aus})
            if aus[number] != release.aus.get(number, 0)
        ]
        lines.append(f"AUs: {'; '.join(differing) if differing else 'as released'}")
    return lines + ([release.about] if release.about else [])


def _equal(name: str, found: int, released: int) -> str:
    return f"{name} {found} {'=' if found == released else 'of'} {released}"


def _emotions(found: Iterable[Expression]) -> dict[str, int]:
    """Expressions by emotion, most first; by the cell where it names none that is known."""
    counts = Counter(one.emotion or one.emotion_written for one in found if one.emotion or one.emotion_written)
    return dict(counts.most_common())


def _listed(counts: dict[str, int]) -> str:
    shown = list(counts.items())[:12]
    more = f", and {len(counts) - len(shown)} more" if len(counts) > len(shown) else ""
    return ", ".join(f"{name} {count}" for name, count in shown) + more


def _corrections(errata: Errata) -> list[str]:
    lines = []
    if errata.applied:
        named = ", ".join(dict.fromkeys(map(str, errata.applied[:_SHOWN_NOTES])))
        more = "…" if len(errata.applied) > _SHOWN_NOTES else ""
        lines.append(
            f"{len(errata.applied)} known errata applied ({named}{more}); --no-errata takes the sheet as it is"
        )
    if errata.told:
        lines.append(
            f"{errata.told} rows have other frames in somebody's corrected sheet: a note says which, none is taken"
        )
    if missed := list(errata.not_found()):
        lines.append(f"{len(missed)} known errata are not in this sheet")
    return lines


def _first(one: Expression | RowFault) -> dict[str, str]:
    if isinstance(one, RowFault):
        return {"row": str(one.row), "not understood": one.reason}
    units = one.aus.aus
    return {
        "row": str(one.row),
        "subject": one.subject,
        "clip": one.clip,
        "onset": str(one.onset),
        "apex": "none" if one.apex is None else str(one.apex),
        "offset": str(one.offset),
        "emotion": one.emotion or one.emotion_written or "none",
        "AUs": "not labelled" if units is None else facs_notation(units) or "none",
    }
