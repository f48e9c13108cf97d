"""Class sets: the protocols by which published work groups the emotions of corpora, for export and evaluation.

A corpus keeps every label that its coders gave; which of them count, and under which names, a protocol decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from meu_data.errors import MeuError, meant
from meu_data.face.emotions import COARSE_OF

_NONE: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_NO_CLIPS: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSet:
    """One protocol.

    Attributes:
        name: What `--classes` calls it.
        of: The class of each emotion that counts; what is not named falls outside.
        source: Who uses it.
        corpora: The same for single corpora in which it differs.
        without: Clips that it leaves out, by corpus, as `<subject>/<clip>`.
    """

    name: str
    of: Mapping[str, str]
    source: str
    corpora: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NONE)
    without: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NO_CLIPS)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, each once."""
        return tuple(dict.fromkeys(self.of.values()))

    @property
    def renames(self) -> bool:
        """Whether an emotion gets another name than its own, as in coarse classes."""
        return any(emotion != name for emotion, name in self.of.items())

    def class_of(self, corpus: str, subject: str, clip: str, emotion: str) -> str | None:
        """The class of one clip; None where it falls outside the protocol.

        Args:
            corpus: Its name.
            subject: As the sample has it.
            clip: As the sample has it.
            emotion: A key of `emotions.EMOTIONS`.
        """
        if f"{subject}/{clip}" in self.without.get(corpus, ()):
            return None
        return self.corpora.get(corpus, self.of).get(emotion)


def _same(*emotions: str) -> dict[str, str]:
    return {emotion: emotion for emotion in emotions}


def _coarse(*but: str) -> dict[str, str]:
    return {emotion: coarse for emotion, coarse in COARSE_OF.items() if coarse not in but and emotion not in but}


_BASIC = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
_MELLM = "MELLM, arXiv 2505.07007"
_CASME2 = "Yan et al., CASME II, PLOS ONE 9 (1), 2014"
_CASME3 = "Li et al., CAS(ME)³, IEEE TPAMI 45 (3), 2023"
# Counts are those of the released sheets (docs/corpora.md).
_ALL = (
    ClassSet(name="dfme7", of=_same("contempt", *_BASIC), source="Zhao et al., DFME, IEEE TAFFC 2023, as coded"),
    ClassSet(
        name="casme8",
        of=_same("tense", "repression", "disgust", "surprise", "happiness", "sadness", "fear", "contempt"),
        source="Yan et al., CASME, FG 2013, as coded",
    ),
    ClassSet(
        name="casme2-7",
        of=_same("disgust", "fear", "happiness", "repression", "sadness", "surprise", "others"),
        source=f"{_CASME2}, as coded: 255 clips",
    ),
    ClassSet(
        name="casme2-5",
        of=_same("disgust", "happiness", "repression", "surprise", "others"),
        source=f"{_CASME2}: published as 247 clips, 246 in the sheet of 2014",
    ),
    ClassSet(
        name="casme2-mellm5",
        of=_same("disgust", "fear", "happiness", "sadness", "surprise"),
        source=f"{_MELLM}: 129 clips",
    ),
    ClassSet(name="casmesq4", of=_same("negative", "positive", "surprise", "others"), source="CAS(ME)², as coded"),
    ClassSet(name="casme3-7", of=_same(*_BASIC, "others"), source=f"{_CASME3}, as coded: 860 clips"),
    ClassSet(name="casme3-6", of=_same(*_BASIC), source=f"{_MELLM}: 699 clips of label v2"),
    ClassSet(name="casme3-4", of=_coarse(), source=f"{_CASME3}: negative 457, positive 55, surprise 187, others 161"),
    ClassSet(name="casme3-3", of=_coarse("others"), source=f"{_CASME3}: casme3-4 without others"),
    ClassSet(
        name="casme3c4",
        of=_same("negative", "positive", "surprise", "others"),
        source=f"{_CASME3}, part C as coded: 165 clips",
    ),
    ClassSet(
        name="samm8",
        of=_same("contempt", *_BASIC, "others"),
        source="Davison et al., SAMM, IEEE TAFFC 9 (1), 2018, as coded: 159 clips",
    ),
    ClassSet(
        name="samm5",
        of=_same("anger", "contempt", "happiness", "surprise", "others"),
        source="the classes of SAMM with ten clips or more: 136 clips",
    ),
    ClassSet(
        name="smic3",
        of=_same("negative", "positive", "surprise"),
        source="Li et al., SMIC, FG 2013, as coded: HS has 164 clips",
    ),
    ClassSet(
        name="mmew7",
        of=_same(*_BASIC, "others"),
        source="Ben et al., MMEW, IEEE TPAMI 44 (9), 2022, as coded: 300 clips",
    ),
    ClassSet(
        name="4dme5",
        of=_same("positive", "negative", "surprise", "repression", "others"),
        source="the columns of 4DME's release as tvaranka/meb reads them; several at once fall outside",
    ),
    ClassSet(
        name="megc3",
        of=_coarse("others"),
        # Two clips of CASME II have no sound apex; three were sadness until the sheet of 2019.
        corpora={"casme2": _coarse("others", "fear", "sadness")},
        without={"casme2": frozenset({"04/EP12_01f", "05/EP12_03f", "24/EP07_01", "24/EP07_04f", "24/EP10_03"})},
        source="See et al., MEGC 2019, FG 2019 (github.com/Facial-Micro-ExpressionGC/MEGC2019,"
        " images/combined_3class_gt.csv): CASME II 145, SAMM 133, SMIC 164 clips",
    ),
    ClassSet(
        name="megc-coarse",
        of=_coarse(),
        source="MEGC 2025 and 2026, ME-VQA: the coarse expression class (github.com/Humphrey-0125/MEGC2025)",
    ),
)
CLASS_SETS: Mapping[str, ClassSet] = MappingProxyType({one.name: one for one in _ALL})
"""The protocols by the names that `--classes` takes; without one a corpus keeps all its labels."""


def find_class_set(name: str) -> ClassSet:
    """A protocol by its name, in any case.

    Raises:
        MeuError: There is none.
    """
    known = name.strip().casefold()
    if known not in CLASS_SETS:
        near = meant(known, CLASS_SETS) or ";"
        raise MeuError(f"there is no class set {name!r}{near} --classes takes one of {', '.join(CLASS_SETS)}")
    return CLASS_SETS[known]
