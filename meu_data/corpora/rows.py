"""From one row of a corpus's sheet, and the frames it names, to a sample."""

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


class ReadRow(NamedTuple):
    """What the cells of one row say, before its frames are looked for."""

    number: int
    subject: str
    clip: str
    onset: int
    apex: int
    offset: int
    emotion: str
    aus: tuple[ActionUnit, ...]

    @property
    def fields(self) -> ClipFields:
        """What the patterns of frames may name."""
        return {name: getattr(self, name) for name in ("subject", "clip", "onset", "apex", "offset", "emotion")}


def read_row(corpus: Corpus, row: SheetRow, place: SheetSource) -> ReadRow:
    """Checks the cells of one row.

    Raises:
        MeuError: The first thing found wrong; the reason of a problem.
    """
    subject = cells.name(row.cells["Subject"], "Subject")
    clip = cells.name(row.cells["Filename"], "Filename")
    onset, apex, offset = (
        cells.frame_number(row.cells[name], name) for name in ("OnsetFrame", "ApexFrame", "OffsetFrame")
    )
    if not onset < apex <= offset:
        raise cells.CellError(f"the frames must be onset < apex <= offset, but are {onset}, {apex}, {offset}")
    emotion = parse_emotion(cells.word(row.cells["Emotion"], "Emotion"), place.corpus, corpus.classes)
    aus = parse_aus(cells.au_text(row.aus))
    return ReadRow(row.number, subject, clip, onset, apex, offset, emotion, aus)


def with_frames(row: ReadRow, frames: FrameLocator, place: SheetSource) -> Sample:
    """Finds a row's frames and checks that they can be read.

    Raises:
        FrameError: The first thing found wrong; the reason of a problem.
    """
    pair = clip_pair(frames, row.fields, onset=row.onset, apex=row.apex, offset=row.offset)
    return Sample(
        id=sample_id(place.corpus, row.subject, row.clip, row.onset, row.apex),
        corpus=place.corpus,
        split=place.split,
        subject=row.subject,
        clip=row.clip,
        onset=row.onset,
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
