"""What the program knows of a corpus: a declaration, one module each."""

from collections.abc import Mapping
from dataclasses import dataclass

from meu_data.corpora.frame_pattern import FramePattern
from meu_data.face.emotions import CLASS_SETS
from meu_data.plugins import load, names


@dataclass(frozen=True, slots=True)
class Terms:
    """How one corpus is handed out, where, and the paper to cite."""

    name: str
    terms: str
    source: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus as released.

    Attributes:
        columns: The names that a sheet may have for Subject, Filename, OnsetFrame, ApexFrame, OffsetFrame and Emotion:
            lower case, letters and digits only. AU columns are found by themselves.
        frames: Patterns of a frame's path below the frames folder, the released form first, such as
            `sub{subject:02}/{clip}/img{frame}.jpg`. Fields: subject, clip, onset, apex, offset, emotion (normalised),
            frame, and those that the corpus's own reading of a row adds.
        classes: The emotions it is labelled with; keys of `emotions.EMOTION_NAMES`.
        terms: Its name in full, and what cards say of it.
    """

    columns: Mapping[str, tuple[str, ...]]
    frames: tuple[FramePattern | str, ...]
    classes: tuple[str, ...]
    terms: Terms

    def patterns(self) -> tuple[FramePattern, ...]:
        """`frames` as patterns.

        Raises:
            MeuError: One cannot be understood.
        """
        return tuple(FramePattern(one) if isinstance(one, str) else one for one in self.frames)


def find_corpus(name: str) -> Corpus:
    """A corpus by the name that `--corpus` takes.

    Raises:
        MeuError: There is none, or the package that offers it is broken.
    """
    return load("corpora", name, Corpus)


def class_set(corpus: str) -> tuple[str, ...]:
    """The emotions of a corpus, also of one that is known by its label set alone; none of an unknown one."""
    return find_corpus(corpus).classes if corpus in names("corpora") else CLASS_SETS.get(corpus, ())
