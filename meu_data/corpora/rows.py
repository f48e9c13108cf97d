"""From one row of a corpus's sheet, and the frames it names, to a sample."""

from collections.abc import Container
from typing import NamedTuple

from meu_data.corpora import cells
from meu_data.corpora.clip_frames import clip_pair
from meu_data.corpora.corpus import Corpus
from meu_data.corpora.frame_locator import FrameLocator
from meu_data.corpora.frame_pattern import ClipFields
from meu_data.corpora.sheets import SheetRow, SheetSource
from meu_data.face.au_notation import parse_aus
from meu_data.face.emotions import parse_emotion
from meu_data.records import ActionUnit, Sample, sample_id


class Event(NamedTuple):
    """What tells the events of a sheet apart, unless two of a clip begin at once."""

    subject: str
    clip: str
    onset: int


def read_event(row: SheetRow) -> Event:
    """Reads which event a row is about.

    Raises:
        MeuError: A cell is no name or no frame number.
    """
    return Event(
        cells.name(row.cells["Subject"], "Subject"),
        cells.name(row.cells["Filename"], "Filename"),
        cells.frame_number(row.cells["OnsetFrame"], "OnsetFrame"),
    )


class ReadRow(NamedTuple):
    """What the cells of one row say, before its frames are looked for."""

    number: int
    event: Event
    apex: int
    offset: int
    emotion: str
    aus: tuple[ActionUnit, ...]

    @property
    def fields(self) -> ClipFields:
        """What the patterns of frames may name."""
        return {**self.event._asdict(), "apex": self.apex, "offset": self.offset, "emotion": self.emotion}


def read_row(corpus: Corpus, row: SheetRow, place: SheetSource) -> ReadRow:
    """Checks the cells of one row.

    Raises:
        MeuError: The first thing found wrong; the reason of a problem.
    """
    event = read_event(row)
    onset = event.onset
    apex, offset = (cells.frame_number(row.cells[name], name) for name in ("ApexFrame", "OffsetFrame"))
    if not onset < apex <= offset:
        raise cells.CellError(f"the frames must be onset < apex <= offset, but are {onset}, {apex}, {offset}")
    emotion = parse_emotion(cells.word(row.cells["Emotion"], "Emotion"), place.corpus, corpus.classes)
    aus = parse_aus(cells.au_text(row.aus))
    return ReadRow(row.number, event, apex, offset, emotion, aus)


def with_frames(row: ReadRow, frames: FrameLocator, place: SheetSource, shared: Container[Event] = ()) -> Sample:
    """Finds a row's frames and checks that they can be read.

    Args:
        row: What its cells say.
        frames: Where its frames are.
        place: The sheet.
        shared: Onsets at which several of the sheet's events begin: the ids of those end with the apex.

    Raises:
        FrameError: The first thing found wrong; the reason of a problem.
    """
    pair = clip_pair(frames, row.fields, onset=row.event.onset, apex=row.apex, offset=row.offset)
    return Sample(
        id=sample_id(place.corpus, *row.event, row.apex if row.event in shared else None),
        corpus=place.corpus,
        split=place.split,
        subject=row.event.subject,
        clip=row.event.clip,
        onset=row.event.onset,
        apex=row.apex,
        offset=row.offset,
        emotion=row.emotion,
        aus=row.aus,
        notes=pair.notes,
        onset_frame=pair.onset,
        apex_frame=pair.apex,
        width=pair.width,
        height=pair.height,
        sheet=place.sheet,
        row=row.number,
    )
