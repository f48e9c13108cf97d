"""What a column of an annotation sheet may be called, over all corpora, and what stands in it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

# Lower case, letters and digits only. Counted in released sheets and in what public loaders read (docs/corpora.md).
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Subject": ("subject", "sub", "subid", "participant"),
        "Filename": ("filename", "filenameo", "clip", "video", "material", "foldname", "videonumber", "count", "seq"),
        "OnsetFrame": ("onsetframe", "onset", "onsetf", "firstframe"),
        "ApexFrame": ("apexframe", "apex", "apexf", "apexf1"),
        "OffsetFrame": ("offsetframe", "offset", "offsetf", "lastframe"),
        "Emotion": ("emotion", "estimatedemotion", "extimatedemotion", "expression", "label", "strlabel", "emotion7"),
        "ObjectiveClass": ("objectiveclass", "objectiveclasses"),
        "Kind": ("expressiontype", "type", "exptype", "micro"),
        "Fps": ("fps",),
        "Inducement": ("inducementcode",),
        "Remarks": ("notes", "remarks", "remark"),
        # Further expressions of the same clip, and another apex that the coders considered.
        "OnsetFrame2": ("onset2f", "onset2", "onsetframe2"),
        "ApexFrame2": ("apex2f", "apexframe2"),
        "OffsetFrame2": ("offset2f", "offset2", "offsetframe2"),
        "OnsetFrame3": ("onset3f", "onset3", "onsetframe3"),
        "ApexFrame3": ("apex3f", "apexframe3"),
        "OffsetFrame3": ("offset3f", "offset3", "offsetframe3"),
        "OtherApex": ("apexf2",),
        # Where the frames are, in tables that people made of a corpus: `told_frames`.
        "OnsetPath": ("onsetpath", "onsetframepath", "imagenameonset"),
        "ApexPath": ("apexpath", "apexframepath", "imagenameapex"),
        "OffsetPath": ("offsetpath", "offsetframepath", "imagenameoffset"),
        "VideoPath": ("videopath", "videofile"),
        "SelfReport": ("selfreport", "selfreportemo", "selfreportedemotion"),
    }
)
RARELY: Mapping[str, tuple[str, ...]] = MappingProxyType({"Subject": ("group",), "Filename": ("metype",)})
"""Names that say something else in most sheets: they count where a sheet has none of the usual ones."""

EVENTS = (1, 2, 3)
"""How many expressions a row may hold, and their numbers."""

_ALWAYS = ("Subject", "Filename", "OnsetFrame")
_USUAL = ("ApexFrame", "OffsetFrame", "Emotion", "AU")
OPTIONAL = frozenset({*COLUMNS, "AU"}) - {*_ALWAYS, *_USUAL}
"""Columns that no sheet must have."""


def event_column(column: str, event: int) -> str:
    """The column of a row's first, second or third expression."""
    return column if event == 1 else f"{column}{event}"


def columns(*more: str, **named: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The columns of a corpus by the names met everywhere.

    Args:
        more: Columns besides Subject, Filename, the frames and Emotion.
        named: Names of a column that are this corpus's own, tried in place of the usual ones.
    """
    kept = (*_ALWAYS, "ApexFrame", "OffsetFrame", "Emotion", *more)
    return {name: tuple(named.get(name, COLUMNS[name])) for name in dict.fromkeys((*kept, *named))}
