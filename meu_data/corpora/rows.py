"""From one row of a corpus's sheet, and the frames it names, to a sample."""

from collections.abc import Container
from typing import NamedTuple

from meu_data.corpora import cells
from meu_data.corpora.clip_frames import ClipFrames
from meu_data.corpora.corpus import Corpus
from meu_data.corpora.sheets import SheetRow, SheetSource
from meu_data.errors import FrameError
from meu_data.face.au_notation import parse_aus
from meu_data.face.emotions import parse_emotion
from meu_data.records import Sample, sample_id


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


def read_row(
    corpus: Corpus, row: SheetRow, frames: ClipFrames, place: SheetSource, shared: Container[Event] = ()
) -> Sample:
    """Checks one row of the sheet and its frames.

    Cells are checked before frames, so that a hopeless row costs no disk access.

    Args:
        corpus: Its layout.
        row: The row.
        frames: Where its frames are.
        place: The sheet.
        shared: Onsets at which several of the sheet's events begin: the ids of those end with the apex.

    Raises:
        MeuError: The first thing found wrong; the reason of a problem.
    """
    event = read_event(row)
    subject, clip, onset = event
    apex, offset = (cells.frame_number(row.cells[name], name) for name in ("ApexFrame", "OffsetFrame"))
    if not onset < apex <= offset:
        raise cells.CellError(f"the frames must be onset < apex <= offset, but are {onset}, {apex}, {offset}")
    emotion = parse_emotion(cells.word(row.cells["Emotion"], "Emotion"), place.corpus, corpus.classes)
    aus = parse_aus(cells.au_text(row.aus))

    fields: dict[str, str | int] = {"subject": subject, "clip": clip, "onset": onset, "apex": apex, "emotion": emotion}
    onset_frame, apex_frame, offset_frame = (frames.find(corpus.frames, fields, n) for n in (onset, apex, offset))
    first, second = frames.header(onset_frame), frames.header(apex_frame)
    if offset_frame != apex_frame:
        frames.header(offset_frame)
    if (first.width, first.height) != (second.width, second.height):
        raise FrameError(
            f"onset and apex differ in size: {onset_frame} is {first.width}x{first.height},"
            f" {apex_frame} is {second.width}x{second.height}"
        )
    return Sample(
        id=sample_id(place.corpus, *event, apex if event in shared else None),
        corpus=place.corpus,
        split=place.split,
        subject=subject,
        clip=clip,
        onset=onset,
        apex=apex,
        offset=offset,
        emotion=emotion,
        aus=aus,
        onset_frame=onset_frame,
        apex_frame=apex_frame,
        width=first.width,
        height=first.height,
        sheet=place.sheet,
        row=row.number,
    )
