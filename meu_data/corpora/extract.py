"""The stage that reads a corpus: every row of its sheet becomes samples or problems in the ledger."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path

from meu_data.choices import AuReading
from meu_data.corpora.clip_frames import clip_pair
from meu_data.corpora.corpus import canonical, find_corpus
from meu_data.corpora.errata import Errata, read_errata
from meu_data.corpora.frame_locator import FrameLocator
from meu_data.corpora.held_grids import held_grids
from meu_data.corpora.joined_emotions import with_emotions
from meu_data.corpora.recognise import looks_like, recognise
from meu_data.corpora.rows import Expression, RowFault, read_rows
from meu_data.corpora.sheets import Asked, SheetSource, open_table
from meu_data.corpora.table import NAME as TABLE
from meu_data.corpora.table import with_settings
from meu_data.corpora.told_frames import ToldFrames, told_columns
from meu_data.corpora.understood import Understood, understood
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress
from meu_data.records import ActionUnit, Problem, Record, Sample, Source, sample_id
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.ledger import SourceChange
from meu_data.store.workspace import Workspace

AUTO = "auto"
"""The name by which a corpus is recognised from its sheet."""

_SPLIT = re.compile(r"[A-Za-z0-9_]+")


class ExtractSummary(Record):
    """What extract found, and what that changed in the ledger; expressions = samples + problems."""

    corpus: str
    split: str
    rows: int
    samples: int
    problems: int
    added: int
    changed: int
    unchanged: int
    removed: int
    dry_run: bool
    understood: Understood


@on_a_sound_ledger
def extract(
    workspace: Workspace,
    *,
    corpus: str,
    annotations: Path | str,
    frames: Path | str,
    split: str = "train",
    au_reading: AuReading = "all",
    asked: Asked | None = None,
    errata: bool = True,
    emotions: Path | None = None,
    nearest: int = 0,
    follow_links: bool = False,
    dry_run: bool = False,
    yes: bool = False,
    show: Callable[[Understood], None] | None = None,
    progress: Progress = SILENT,
) -> ExtractSummary:
    """Reads a corpus's sheet and finds its frames, replacing what the ledger holds of that corpus and split.

    Every row that is not blank becomes samples or problems, unless it is a remark. All of it is one transaction: what
    stops it half-way leaves the ledger as it was.

    Args:
        workspace: Where to.
        corpus: Its name, such as `dfme`, in any case; `auto` recognises it.
        annotations: The sheet, .xlsx, .xls or .csv.
        frames: The folder that holds the clips' folders or videos, at any depth.
        split: Letters, digits and `_`; DFME's are train, testA and testB.
        au_reading: Which of the coder's AUs count: all, or those written without doubt.
        asked: What the user says of the sheet: worksheet, header row, columns, encoding, where its frames are.
        errata: Correct the sheet's known mistakes.
        emotions: SAMM's own sheet, for the emotions that the one of SAMM Long Videos lacks.
        nearest: Take a frame up to so many numbers away where one is missing.
        follow_links: Also enter folders that are symbolic links.
        dry_run: Only say what was understood.
        yes: Also replace what is stored by a sheet without a usable row, or that drops most of it.
        show: Who hears what was understood, before anything is stored.
        progress: Whom to tell.

    Raises:
        MeuError: The corpus or split is unknown, the sheet or the frames folder cannot be read, or what is stored would
            be replaced by little.
        LedgerError: The ledger cannot be written.
    """
    annotations, frames = Path(annotations), Path(frames)
    if not _SPLIT.fullmatch(split):
        raise MeuError(f"the split {split!r} must be made of letters, digits and '_', such as train or testA")
    asked = asked or Asked()
    sheets = held_grids(annotations, asked.encoding) if corpus.casefold() == AUTO else None
    name = canonical(corpus) if sheets is None else recognise(annotations, asked, sheets).name
    if name == TABLE:
        asked = with_settings(asked, workspace.settings.table)
    layout = asked.applied(find_corpus(name))
    source = Source(corpus=name, split=split, sheet=_storable(annotations), frames=_storable(frames))
    table = open_table(annotations, layout, asked, sheets)
    corrections = Errata(read_errata(layout.errata) if errata else (), table.total)
    told, remark_rows = read_rows(layout, table, corrections)
    if emotions is not None:
        told = with_emotions(layout, told, emotions)
    seen = understood(name, layout, table, told, corrections, remark_rows)
    with FrameLocator(frames, workspace.root, follow_links=follow_links, nearest=nearest, progress=progress) as locator:
        clips = [one.fields for one in told if isinstance(one, Expression)]
        if columns := told_columns(clips):
            frames_found: FrameLocator | ToldFrames = ToldFrames(locator)
            lines = [f"frames: by the paths in {', '.join(columns)}, below the frames folder"]
        else:
            frames_found, lines = locator, locator.recognise(layout.patterns(), clips).sentences()
        seen = seen.model_copy(update={"frames": tuple(lines)})
        if show is not None:
            show(seen)
        change = SourceChange(0, 0, 0, 0, 0)
        if not dry_run:
            place = SheetSource(name, split, annotations.name)
            reasons: list[str] = []
            stored = workspace.ledger.count_by_source().get((name, split), 0)
            progress.start("extract", len(told))
            try:
                change = workspace.ledger.replace_source(
                    source,
                    _results(told, place, frames_found, au_reading, reasons, progress),
                    accept=None if yes else lambda change: _accept(change, stored, reasons, annotations, asked, name),
                )
            finally:
                progress.finish()
    return ExtractSummary(
        corpus=name,
        split=split,
        rows=table.total,
        samples=change.added + change.changed + change.unchanged,
        dry_run=dry_run,
        understood=seen,
        **change._asdict(),
    )


def _results(
    told: Sequence[Expression | RowFault],
    place: SheetSource,
    frames: FrameLocator | ToldFrames,
    au_reading: AuReading,
    reasons: list[str],
    progress: Progress,
) -> Iterator[Sample | Problem]:
    """One result for each expression, in the order of the sheet; `reasons` gets those of the problems."""
    begin = Counter(one.begins for one in told if isinstance(one, Expression))
    shared = frozenset(place for place, count in begin.items() if count > 1)
    first_row: dict[str, int] = {}
    for one in told:
        result: Sample | Problem
        try:
            if isinstance(one, RowFault):
                raise MeuError(one.reason)
            result = _unique(_sample(one, place, frames, au_reading, shared), first_row)
        except MeuError as error:
            reasons.append(str(error))
            result = Problem(
                stage="extract",
                corpus=place.corpus,
                split=place.split,
                file=place.sheet,
                row=one.row,
                event=one.event,
                reason=str(error),
            )
        yield result
        progress.advance()


def _sample(
    one: Expression,
    place: SheetSource,
    frames: FrameLocator | ToldFrames,
    au_reading: AuReading,
    shared: Container[tuple[str, str, int]],
) -> Sample:
    """The sample of an expression, its frames found and looked at; where several begin at once, its id has the apex.

    Raises:
        MeuError: A frame is missing or unreadable, or onset and apex differ in size.
    """
    pair = clip_pair(frames, one.fields, onset=one.onset, apex=one.apex, offset=one.offset)
    counted, left_out = _counted(one.aus.aus, au_reading)
    return Sample(
        id=sample_id(place.corpus, *one.begins, one.sheet_apex if one.begins in shared else None),
        corpus=place.corpus,
        split=place.split,
        subject=one.subject,
        clip=one.clip,
        kind=one.kind,
        onset=one.onset,
        apex=one.apex,
        offset=one.offset,
        emotion=one.emotion,
        emotion_written=one.emotion_written,
        aus=counted,
        aus_left_out=left_out,
        au_reading=au_reading,
        aus_written=one.aus_written,
        objective_class=one.objective_class,
        fps=one.fps,
        inducement=one.inducement,
        remarks=one.remarks,
        notes=(*one.notes, *pair.notes),
        onset_frame=pair.onset,
        apex_frame=pair.apex,
        width=pair.width,
        height=pair.height,
        sheet=place.sheet,
        row=one.row,
    )


def _counted(
    units: tuple[ActionUnit, ...] | None, au_reading: AuReading
) -> tuple[tuple[ActionUnit, ...] | None, tuple[ActionUnit, ...]]:
    """The AUs that count, and those that do not."""
    if units is None or au_reading == "all":
        return units, ()
    return tuple(unit for unit in units if unit.settled), tuple(unit for unit in units if not unit.settled)


def _accept(change: SourceChange, stored: int, reasons: Sequence[str], sheet: Path, asked: Asked, corpus: str) -> None:
    """Refuses to replace what is stored by garbage.

    Raises:
        MeuError: No row is usable, or more than half of the stored samples would go.
    """
    usable = change.added + change.changed + change.unchanged
    if usable and change.removed * 2 <= stored:
        return
    hint = looks_like(sheet, asked, corpus)
    what = f"{change.removed} of the {stored} stored samples would be removed"
    if not usable:
        what = "no row of it is usable" + (f" ({reasons[0]})" if reasons else "")
    raise MeuError(
        f"{sheet}: {what}, so nothing was changed;" + (f" {hint}, or" if hint else "") + " --yes goes on all the same"
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
