"""From one row of a corpus's sheet, and the frames it names, to a sample."""

from meu_data.corpora import cells
from meu_data.corpora.clip_frames import ClipFrames
from meu_data.corpora.corpus import Corpus
from meu_data.corpora.sheets import SheetRow, SheetSource
from meu_data.errors import FrameError
from meu_data.face.au_notation import parse_aus
from meu_data.face.emotions import parse_emotion
from meu_data.records import Sample, sample_id


def read_row(corpus: Corpus, row: SheetRow, frames: ClipFrames, place: SheetSource) -> Sample:
    """Checks one row of the sheet and its frames.

    Cells are checked before frames, so that a hopeless row costs no disk access.

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
        id=sample_id(place.corpus, subject, clip, onset, apex),
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
