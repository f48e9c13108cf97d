"""What the program knows of a corpus: a declaration, one module each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from meu_data.corpora.frame_pattern import FramePattern
from meu_data.plugins import load, names


@dataclass(frozen=True, slots=True)
class Terms:
    """How one corpus is handed out, where, and the paper to cite."""

    name: str
    terms: str
    source: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What one released sheet of a corpus holds, to be set beside what was found.

    Attributes:
        edition: What the sheet is called.
        rows: Rows of its table.
        events: Expressions, where rows hold several; else the rows.
        subjects: Persons, where they were counted.
        emotions: Events by emotion, by the program's names.
        aus: Micro-expressions by AU number, sides together, where they were counted.
        kinds: Events by kind, where it has both.
        about: What to know when figures differ, or nothing.
    """

    edition: str
    rows: int
    subjects: int | None
    emotions: Mapping[str, int]
    events: int | None = None
    aus: Mapping[int, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    about: str = ""


def _nothing(row: Mapping[str, str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus as released.

    Attributes:
        columns: The names that a sheet may have for each column of `columns.COLUMNS`: lower case, letters and digits
            only. A column of AUs is found by itself; what is not named here is not read.
        frames: Patterns of a frame's path below the frames folder, the released form first, such as
            `sub{subject:02}/{clip}/img{frame}.jpg`. Fields: subject, clip, kind, onset, apex, offset, emotion
            (normalised), sheet, frame, and those of `fields`.
        classes: The emotions it is labelled with; keys of `emotions.EMOTION_NAMES`.
        terms: Its name in full, and what cards say of it.
        optional: Columns that a sheet may lack; Subject, Filename and OnsetFrame never are.
        positions: What the columns of a sheet without a header hold, in their order; empty for what is not read.
        sheets: The worksheets to look into first.
        blanks: Further words for "no value", by column.
        subject: How a subject that is written as a number, with or without `s` or `sub`, is called, such as `{:02}`.
        form: A pattern of `<subject>/<clip>` by which the corpus is known.
        fields: What else the frames' patterns need, from the row's subject, clip and sheet.
        emotions: Emotions by what a sheet writes in place of their names, such as numbers.
        constants: What stands in every row, by column.
        derived: A column that is a part of another: that column, and a pattern whose first group is the part.
        emotions_from: The corpus whose sheet has the emotions of this one's micro-expressions, by clip.
        errata: The file of its known mistakes below `errata/`, without its ending.
        released: The sheets there are and what they hold.
        unverified: No sheet of it was seen: the columns are those that public loaders read.
    """

    columns: Mapping[str, tuple[str, ...]]
    frames: tuple[FramePattern | str, ...]
    classes: tuple[str, ...]
    terms: Terms
    optional: frozenset[str] = frozenset()
    positions: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    blanks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    subject: str = ""
    form: str = ""
    fields: Callable[[Mapping[str, str]], Mapping[str, str]] = _nothing
    emotions: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    emotions_from: str = ""
    errata: str = ""
    released: tuple[Released, ...] = ()
    unverified: bool = False

    def patterns(self) -> tuple[FramePattern, ...]:
        """`frames` as patterns.

        Raises:
            MeuError: One cannot be understood.
        """
        return tuple(FramePattern(one) if isinstance(one, str) else one for one in self.frames)


def find_corpus(name: str) -> Corpus:
    """A corpus by the name that `--corpus` takes, in any case.

    Raises:
        MeuError: There is none, or the package that offers it is broken.
    """
    return load("corpora", canonical(name), Corpus)


def canonical(name: str) -> str:
    """The name as it is listed, whatever its case."""
    known = {one.casefold(): one for one in names("corpora")}
    return known.get(name.strip().casefold(), name)


def labels_of(corpus: str) -> tuple[str, ...]:
    """The emotions that a corpus is labelled with; none of an unknown one."""
    return find_corpus(corpus).classes if corpus in names("corpora") else ()
