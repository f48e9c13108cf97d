"""Which corpus a sheet is of: by its columns and by how its subjects and clips are named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from meu_data.corpora.corpus import Corpus, find_corpus
from meu_data.corpora.errata import Errata
from meu_data.corpora.grids import Grid
from meu_data.corpora.held_grids import held_grids
from meu_data.corpora.rows import Expression, read_row, read_rows
from meu_data.corpora.sheets import Asked, Table, open_table
from meu_data.corpora.understood import nearest_release
from meu_data.errors import MeuError, SheetError
from meu_data.plugins import names

# Most rows are named as the corpus's are; a few have a misprint.
_MOST = 0.9
_FIRST = 100


@dataclass(frozen=True)
class Likeness:
    """A corpus that a sheet may be of.

    Attributes:
        name: The corpus's, as `--corpus` takes it.
        corpus: The corpus.
        edition: The released sheet it is nearest to.
        rank: What decides between several.
    """

    name: str
    corpus: Corpus
    edition: str | None
    rank: tuple[float, ...]

    def __str__(self) -> str:
        """The name in full, and the edition."""
        return self.corpus.terms.name + (f" ({self.edition})" if self.edition else "")


def likenesses(path: Path, asked: Asked | None = None, sheets: Sequence[Grid] | None = None) -> list[Likeness]:
    """The corpora that a sheet may be of, the likeliest first.

    Args:
        path: The file.
        asked: What the user says of it.
        sheets: The file's, where they are read already.

    Raises:
        SheetError: The file cannot be read at all.
    """
    found: list[Likeness] = []
    asked = asked or Asked()
    sheets = sheets if sheets is not None else held_grids(path, asked.encoding)
    for name in names("corpora"):
        corpus = find_corpus(name)
        if not corpus.form:
            continue
        try:
            table = open_table(path, corpus, asked, sheets)
            if not _begins_like(corpus, table):
                continue
            told, _ = read_rows(corpus, table, Errata((), table.total))
        except SheetError:  # it is none of this corpus's
            continue
        if likeness := _likeness(name, corpus, table, [one for one in told if isinstance(one, Expression)]):
            found.append(likeness)
    return sorted(found, key=lambda likeness: likeness.rank, reverse=True)


def recognise(path: Path, asked: Asked | None = None, sheets: Sequence[Grid] | None = None) -> Likeness:
    """The corpus that a sheet is of; the arguments are those of `likenesses`.

    Raises:
        MeuError: It is of none that is known, or may be of several.
    """
    found = likenesses(path, asked, sheets)
    if not found:
        raise MeuError(
            f"{path}: this sheet is of no corpus known here; name it with --corpus, or map its columns with"
            " --corpus table"
        )
    if len(found) > 1 and found[0].rank == found[1].rank:
        either = " or ".join(one.name for one in found if one.rank == found[0].rank)
        raise MeuError(f"{path}: this sheet may be of {either}; say which with --corpus")
    return found[0]


def looks_like(path: Path, asked: Asked | None, but: str) -> str:
    """A sentence that names another corpus the sheet looks like; empty where it looks like none."""
    try:
        found = [likeness for likeness in likenesses(path, asked) if likeness.name != but]
    except MeuError:
        return ""
    return f"this looks like {found[0]}: --corpus {found[0].name}" if found else ""


def _begins_like(corpus: Corpus, table: Table) -> bool:
    """Whether the first rows are named as the corpus's are, so that it is worth reading all."""
    told = [
        one
        for index, row in enumerate(islice(table.rows(), _FIRST))
        for one in read_row(corpus, row, index=index, errata=Errata((), 0), sheet=table.sheet, labels_aus=table.has_aus)
    ]
    return _fitting(corpus, [one for one in told if isinstance(one, Expression)]) >= _MOST / 2


def _fitting(corpus: Corpus, told: Sequence[Expression]) -> float:
    """The share that is named as the corpus's are."""
    form = re.compile(corpus.form)
    return sum(form.fullmatch(f"{one.subject}/{one.clip}") is not None for one in told) / max(1, len(told))


def _likeness(name: str, corpus: Corpus, table: Table, told: Sequence[Expression]) -> Likeness | None:
    if _fitting(corpus, told) < _MOST:
        return None
    written = [one.emotion or one.emotion_written for one in told if one.emotion_written]
    known = sum(emotion in corpus.classes for emotion in written) / len(written) if written else 0.5
    release = nearest_release(corpus, told, table.total)
    read = len(table.columns()) / (len(corpus.columns) + 1)
    own_sheet = table.sheet in corpus.sheets
    return Likeness(
        name, corpus, release.edition if release else None, (known >= _MOST or not written, own_sheet, read, known)
    )
