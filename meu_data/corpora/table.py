"""Any other table: its columns by the names met everywhere, or as `[table]` in `meu.toml` or the flags say.

[table]
sheet = "label"
header_row = 0                      # none
columns = {Subject = "A", Filename = "B", OnsetFrame = "C", AU = "F,G"}
constants = {Fps = 200}
parts = {Subject = ["Filename", "^([0-9]+)_"]}  # the first group of the pattern
emotions = {0 = "negative", 1 = "positive", 2 = "surprise"}
frames = ["sub{subject:02}/{clip}/img{frame}.jpg"]
"""

from dataclasses import replace

from meu_data.corpora.columns import COLUMNS
from meu_data.corpora.corpus import Corpus, Terms
from meu_data.corpora.sheets import Asked
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.store.workspace import TableSettings

NAME = "table"
"""Its name among the corpora."""

CORPUS = Corpus(
    columns=COLUMNS,
    optional=frozenset({"ApexFrame", "OffsetFrame", "Emotion", "AU"}),
    # Without a pattern the frames are found by looking for the sheet's own words.
    frames=(),
    classes=tuple(EMOTION_NAMES),
    terms=Terms("a table of your own", "under terms that meu-data does not know"),
)


def with_settings(asked: Asked, settings: TableSettings) -> Asked:
    """What the flags say, and where they are silent, `meu.toml`."""
    return replace(
        asked,
        sheet=asked.sheet if asked.sheet is not None else settings.sheet,
        header_row=asked.header_row if asked.header_row is not None else settings.header_row,
        encoding=asked.encoding if asked.encoding is not None else settings.encoding,
        columns={**settings.columns, **asked.columns},
        constants={**{name: str(value) for name, value in settings.constants.items()}, **asked.constants},
        emotions={**settings.emotions, **asked.emotions},
        parts={**settings.parts, **asked.parts},
        frames=asked.frames or settings.frames,
    )
