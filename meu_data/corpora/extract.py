"""The stage that reads a corpus: every row of its sheet becomes a sample or a problem in the ledger."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from meu_data.corpora.corpus import Corpus, find_corpus
from meu_data.corpora.frame_locator import FrameLocator
from meu_data.corpora.rows import Event, ReadRow, read_event, read_row, with_frames
from meu_data.corpora.sheets import SheetSource, Table, open_table
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress
from meu_data.records import Problem, Record, Sample, Source
from meu_data.store.workspace import Workspace

_SPLIT = re.compile(r"[A-Za-z0-9_]+")


class ExtractSummary(Record):
    """What extract found, and what that changed in the ledger; rows = samples + problems."""

    corpus: str
    split: str
    rows: int
    samples: int
    problems: int
    added: int
    changed: int
    unchanged: int
    removed: int
    layout: tuple[str, ...] = Field(description="which layout of the frames was recognised, and how many clips fit it")


def extract(
    workspace: Workspace,
    *,
    corpus: str,
    annotations: Path | str,
    frames: Path | str,
    split: str = "train",
    nearest: int = 0,
    follow_links: bool = False,
    progress: Progress = SILENT,
) -> ExtractSummary:
    """Reads a corpus's sheet and checks its frames, replacing what the ledger holds of that corpus and split.

    Every row that is not blank becomes a sample or a problem. All of it is one transaction: what stops it
    half-way leaves the ledger as it was.

    Args:
        workspace: Where to.
        corpus: Its name, such as `dfme`.
        annotations: The sheet, .xlsx or .csv.
        frames: The folder that holds the clips' folders.
        split: Letters, digits and `_`; DFME's are train, testA and testB.
        nearest: Take a frame up to so many numbers away where one is missing; the sample's notes tell of it.
        follow_links: Enter folders below `frames` that are symbolic links, wherever they lead.
        progress: Whom to tell.

    Raises:
        MeuError: The corpus or split is unknown, or the sheet or the frames folder cannot be read.
        LedgerError: The ledger cannot be written.
    """
    annotations, frames = Path(annotations), Path(frames)
    layout = find_corpus(corpus)
    if not _SPLIT.fullmatch(split):
        raise MeuError(f"the split {split!r} must be made of letters, digits and '_', such as train or testA")
    source = Source(corpus=corpus, split=split, sheet=_storable(annotations), frames=_storable(frames))
    table = open_table(annotations, layout.columns)
    place = SheetSource(corpus, split, annotations.name)
    with FrameLocator(frames, workspace.root, follow_links=follow_links, nearest=nearest, progress=progress) as locator:
        rows, shared = _rows(layout, table, place)
        found = locator.recognise(layout.patterns(), [row.fields for row in rows if isinstance(row, ReadRow)])
        progress.start("extract", table.total)
        try:
            change = workspace.ledger.replace_source(source, _results(rows, shared, locator, place, progress))
        finally:
            progress.finish()
    samples = change.added + change.changed + change.unchanged
    return ExtractSummary(
        corpus=corpus,
        split=split,
        rows=table.total,
        samples=samples,
        layout=tuple(found.sentences()),
        **change._asdict(),
    )


def _rows(layout: Corpus, table: Table, place: SheetSource) -> tuple[list[ReadRow | Problem], frozenset[Event]]:
    """What each row says, in the order of the sheet, and the onsets at which several events begin."""
    found: list[ReadRow | Problem] = []
    begin: Counter[Event] = Counter()
    for row in table.rows():
        try:
            # Also of rows that turn out wrong below: the ids of the others stay when those are mended.
            begin[read_event(row)] += 1
            found.append(read_row(layout, row, place))
        except MeuError as error:
            found.append(_problem(place, row.number, error))
    return found, frozenset(event for event, count in begin.items() if count > 1)


def _results(
    rows: list[ReadRow | Problem],
    shared: frozenset[Event],
    frames: FrameLocator,
    place: SheetSource,
    progress: Progress,
) -> Iterator[Sample | Problem]:
    """One result per row, in the order of the sheet."""
    first_row: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Problem):
            yield row
        else:
            try:
                yield _unique(with_frames(row, frames, place, shared), first_row)
            except MeuError as error:
                yield _problem(place, row.number, error)
        progress.advance()


def _problem(place: SheetSource, row: int, error: MeuError) -> Problem:
    return Problem(
        stage="extract", corpus=place.corpus, split=place.split, file=place.sheet, row=row, reason=str(error)
    )


def _unique(sample: Sample, first_row: dict[str, int]) -> Sample:
    first = first_row.setdefault(sample.id, sample.row)
    if first != sample.row:
        raise MeuError(f"the same clip with the same onset and apex stands in row {first} already; remove one")
    return sample


def _storable(path: Path) -> str:
    """The absolute path as text."""
    try:
        text = str(path.resolve())
        (str(path) + text).encode()
    # A circle of links is a RuntimeError before Python 3.13; a NUL is a ValueError, letters no text can hold too.
    except (OSError, RuntimeError, ValueError) as error:
        raise MeuError(f"{str(path)!r}: this path cannot be used ({error})") from None
    return text
