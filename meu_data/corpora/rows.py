"""From one row of a corpus's sheet to the expressions it tells of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from meu_data.corpora import cells
from meu_data.corpora.cells import Cell, CellError
from meu_data.corpora.columns import EVENTS, event_column
from meu_data.corpora.corpus import Corpus
from meu_data.corpora.errata import ClipFrameNumbers, Errata
from meu_data.corpora.sheets import SheetRow, Table
from meu_data.corpora.told_frames import PATHS
from meu_data.errors import MeuError, NotationError
from meu_data.face.au_notation import AuCell, read_aus
from meu_data.face.emotions import read_emotion
from meu_data.records import ExpressionKind

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_SUBJECT = re.compile(r"(?:s|sub|subject)?[_ ]?0*(\d{1,6})", re.IGNORECASE | re.ASCII)
# What CAS(ME)^3 part C writes in Exp_type.
_KINDS: Mapping[str, ExpressionKind] = {"0": "macro", "1": "micro"}


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression as its row tells it; `event` is 2 or 3 where it is the row's second or third.

    `notes` say what was not taken as it is written; `sheet_onset` and `sheet_apex` are uncorrected, for the id.
    """

    row: int
    event: int
    sheet_onset: int
    sheet_apex: int | None
    subject: str
    clip: str
    kind: ExpressionKind
    onset: int
    apex: int | None
    offset: int
    emotion: str | None
    emotion_written: str
    aus: AuCell
    aus_written: str
    objective_class: str | None
    fps: float | None
    inducement: str | None
    remarks: str | None
    notes: tuple[str, ...]
    fields: Mapping[str, str | int]

    @property
    def begins(self) -> tuple[str, str, int]:
        """What tells the expressions of a sheet apart, unless two of a clip begin at once."""
        return self.subject, self.clip, self.sheet_onset


@dataclass(frozen=True, slots=True)
class RowFault:
    """An expression that a row was meant to tell of, and why it does not."""

    row: int
    event: int
    reason: str


def read_row(
    corpus: Corpus, row: SheetRow, *, index: int, errata: Errata, sheet: str, labels_aus: bool
) -> list[Expression | RowFault]:
    """Reads what a row says; what cannot be understood becomes a note, as long as clip and onset are known.

    Args:
        corpus: Whose row it is.
        row: The row.
        index: Its place in the table, from 0.
        errata: What is known to be wrong.
        sheet: The worksheet, for the frames' patterns.
        labels_aus: Whether the sheet has AUs at all.

    Returns:
        The row's expressions in their order; none for a remark below the table, which names neither clip nor frame.
    """
    found = {name: _without(cell, name, corpus) for name, cell in _all_cells(corpus, row).items()}
    if _is_remark(found):
        return []
    events = [
        event
        for event in EVENTS
        if event == 1 or any(not cells.is_blank(found.get(event_column(name, event))) for name in _FRAMES)
    ]
    told: list[Expression | RowFault] = []
    for event in events:
        try:
            told.append(_expression(corpus, row, found, event, index, errata, sheet, labels_aus))
        except MeuError as error:
            told.append(RowFault(row.number, event, str(error)))
    return told


def read_rows(corpus: Corpus, table: Table, errata: Errata) -> tuple[list[Expression | RowFault], int]:
    """What all rows of a table tell, in their order, and how many of them are remarks."""
    told: list[Expression | RowFault] = []
    remarks = 0
    for index, row in enumerate(table.rows()):
        found = read_row(corpus, row, index=index, errata=errata, sheet=table.sheet, labels_aus=table.has_aus)
        remarks += not found
        told += found
    return told, remarks


_FRAMES = ("OnsetFrame", "ApexFrame", "OffsetFrame")


def _all_cells(corpus: Corpus, row: SheetRow) -> dict[str, Cell]:
    """The row's cells, with what stands in every row and what is a part of another cell."""
    found = {**corpus.constants, **row.cells}
    for name, (column, pattern) in corpus.derived.items():
        if name in row.cells:
            continue
        text = cells.words(found.get(column)) or ""
        if match := re.search(pattern, text):
            found[name] = match[1]
    return found


def _without(cell: Cell, column: str, corpus: Corpus) -> Cell:
    return cells.without(cell, column, corpus.blanks.get(column.rstrip("23"), frozenset()))


def _is_remark(found: Mapping[str, Cell]) -> bool:
    named = all(not cells.is_blank(found.get(name)) for name in ("Subject", "Filename"))
    return not named and all(cells.is_blank(found.get(name)) for name in _FRAMES)


def _expression(
    corpus: Corpus,
    row: SheetRow,
    found: Mapping[str, Cell],
    event: int,
    index: int,
    errata: Errata,
    sheet: str,
    labels_aus: bool,
) -> Expression:
    notes: list[str] = []
    subject = _subject(cells.name(found.get("Subject"), "Subject"), corpus)
    clip = cells.name(found.get("Filename"), "Filename")
    written_frames = _frames(found, event, notes)
    frames, corrections = errata.correct(subject, clip, index, written_frames)
    onset, apex, offset = _settled(frames, notes)
    written, emotion = cells.words(found.get("Emotion")) or "", None
    if written:
        try:
            emotion = read_emotion(corpus.emotions.get(written.casefold(), written))
        except NotationError as error:
            notes.append(str(error))
    elif "Emotion" in row.cells:
        notes.append("Emotion is blank")
    aus_written, aus = "", AuCell(None)
    if labels_aus:
        aus_written, wrong = cells.au_text(row.aus)
        aus = AuCell(None, (wrong,)) if wrong else read_aus(aus_written)
    kind = _kind(found.get("Kind"), notes)
    fields: dict[str, str | int] = {"subject": subject, "clip": clip, "kind": kind, "onset": onset, "offset": offset}
    fields |= {"emotion": emotion or written.casefold(), "sheet": sheet}
    if apex is not None:
        fields["apex"] = apex
    fields |= {name: path for name, column in PATHS.items() if (path := cells.words(found.get(column)))}
    return Expression(
        row=row.number,
        event=event,
        sheet_onset=written_frames.onset,
        sheet_apex=written_frames.apex,
        subject=subject,
        clip=clip,
        kind=kind,
        onset=onset,
        apex=apex,
        offset=offset,
        emotion=emotion,
        emotion_written=written,
        aus=aus,
        aus_written=aus_written,
        objective_class=_objective_class(found.get("ObjectiveClass")),
        fps=_fps(found.get("Fps"), notes),
        inducement=cells.words(found.get("Inducement")),
        remarks=_remarks(found),
        notes=(*corrections, *notes, *aus.notes),
        fields={**fields, **corpus.fields({"subject": subject, "clip": clip, "sheet": sheet})},
    )


def _frames(found: Mapping[str, Cell], event: int, notes: list[str]) -> ClipFrameNumbers:
    """The frames of one event; an apex or an offset that is no number is a note, an onset must be one."""
    numbers: dict[str, int | None] = {}
    for column in _FRAMES:
        name = event_column(column, event)
        cell = found.get(name)
        if column != "OnsetFrame" and cells.is_blank(cell):
            numbers[column] = None
            continue
        try:
            number = cells.frame_number(cell, name)
        except CellError as error:
            if column == "OnsetFrame" or isinstance(cell, cells.UnsavedFormula) or cells.is_error(cell):
                raise
            notes.append(str(error))
            numbers[column] = None
            continue
        if cells.is_fraction(cell):
            notes.append(f"{name} {cells.shown(cell)} was rounded to {number}")
        numbers[column] = number
    onset = numbers["OnsetFrame"]
    assert onset is not None  # frame_number has raised otherwise
    return ClipFrameNumbers(onset, numbers["ApexFrame"], numbers["OffsetFrame"])


def _settled(frames: ClipFrameNumbers, notes: list[str]) -> tuple[int, int | None, int]:
    """Onset, apex and offset in their order; what stands outside it is left out, with a note.

    Raises:
        CellError: Neither an apex nor an offset comes after the onset.
    """
    onset, apex, offset = frames
    if offset is not None and offset <= onset:
        notes.append(f"the offset {offset} does not come after the onset {onset}: not taken")
        offset = None
    if apex is not None and (apex <= onset or (offset is not None and apex > offset)):
        where = "is" if apex == onset else "comes before" if apex < onset else "comes after"
        what = f"the offset {offset}" if apex > onset else f"the onset {onset}"
        notes.append(f"the apex {apex} {where} {what}: not taken")
        apex = None
    if offset is None and apex is not None:
        notes.append(f"there is no offset: the apex {apex} ends the clip")
        offset = apex
    if offset is None:
        raise CellError(
            f"neither an apex nor an offset comes after the onset; the row says {onset}, {frames.apex or 'none'},"
            f" {frames.offset or 'none'}"
        )
    return onset, apex, offset


def _subject(name: str, corpus: Corpus) -> str:
    match = _SUBJECT.fullmatch(name)
    return corpus.subject.format(int(match[1])) if corpus.subject and match else name


def _kind(cell: Cell, notes: list[str]) -> ExpressionKind:
    text = (cells.words(cell) or "micro").casefold()
    if "macro" in text:
        return "macro"
    if "micro" in text:
        return "micro"
    if text in _KINDS:
        return _KINDS[text]
    notes.append(f"the kind {cells.shown(cell)} is neither micro nor macro: taken as micro")
    return "micro"


def _objective_class(cell: Cell) -> str | None:
    text = cells.words(cell)
    return _ROMAN.get(text.casefold(), text) if text else None


def _fps(cell: Cell, notes: list[str]) -> float | None:
    try:
        return cells.frames_per_second(cell)
    except CellError as error:
        notes.append(str(error))
        return None


def _remarks(found: Mapping[str, Cell]) -> str | None:
    parts = [
        cells.words(found.get("Remarks")),
        *(
            f"{name}: {text}"
            for name, column in (("another apex", "OtherApex"), ("self-report", "SelfReport"))
            if (text := cells.words(found.get(column)))
        ),
    ]
    return "; ".join(filter(None, parts)) or None
