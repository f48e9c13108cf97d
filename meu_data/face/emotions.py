"""Emotions: their names, the AUs that speak for them, and their coarse classes."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from meu_data.choices import Language
from meu_data.errors import NotationError

Coarse = Literal["positive", "negative", "surprise", "others"]


class Emotion(NamedTuple):
    """An emotion that a corpus labels.

    Attributes:
        names: What it is called.
        coarse: Its class in MEGC, and in MELLM's second version.
        evidence: The AUs that speak for it, read as sets of single AUs.
        source: Where its signs are listed.
        needs: AUs that speak for it only beside one of some others: no prototype or variant has them alone.
        one_sided: AUs that typically speak for it on one side of the face alone; on both they still do.
        aliases: Other spellings in sheets.
    """

    names: dict[Language, str]
    coarse: Coarse
    evidence: frozenset[int]
    source: str = "FACS Investigator's Guide 2002, table 10-2, prototypes and major variants; EMFACS 1983"
    needs: Mapping[int, frozenset[int]] = MappingProxyType({})
    one_sided: frozenset[int] = frozenset()
    aliases: tuple[str, ...] = ()


def _beside(others: set[int], *numbers: int) -> dict[int, frozenset[int]]:
    return dict.fromkeys(numbers, frozenset(others))


# The one table of emotions: whoever adds one adds a row. Guide: Ekman, Friesen & Hager; EMFACS: Friesen & Ekman.
EMOTIONS: dict[str, Emotion] = {
    "anger": Emotion(
        {"en": "anger", "zh": "愤怒"},
        "negative",
        frozenset({4, 5, 7, 10, 17, 22, 23, 24, 25, 26}),
        needs=_beside({4, 5, 7}, 10, 25, 26),
        aliases=("angry",),
    ),
    "contempt": Emotion(
        {"en": "contempt", "zh": "轻蔑"},
        "negative",
        frozenset({10, 12, 14}),
        source="EMFACS 1983; one-sided 12 and 14: Ekman & Friesen, Motivation and Emotion 10, 1986",
        one_sided=frozenset({14, 12, 10}),
        aliases=("comtempt",),
    ),
    "disgust": Emotion(
        {"en": "disgust", "zh": "厌恶"},
        "negative",
        frozenset({4, 7, 9, 10, 15, 16, 17, 25, 26}),
        needs=_beside({9, 10}, 4, 7, 15, 16, 17, 25, 26),
    ),
    "fear": Emotion(
        {"en": "fear", "zh": "恐惧"},
        "negative",
        frozenset({1, 2, 4, 5, 7, 20, 25, 26, 27}),
        needs=_beside({1, 2, 5, 20}, 4, 7, 25, 26, 27),
    ),
    "happiness": Emotion(
        {"en": "happiness", "zh": "高兴"},
        "positive",
        frozenset({6, 12, 25}),
        needs=_beside({12}, 6, 25),
        aliases=("happy", "happyiness"),
    ),
    "sadness": Emotion(
        {"en": "sadness", "zh": "悲伤"},
        "negative",
        frozenset({1, 4, 6, 11, 15, 17}),
        needs=_beside({15}, 6) | _beside({1}, 4) | _beside({1, 4, 15, 17}, 11),
        aliases=("sad",),
    ),
    "surprise": Emotion(
        {"en": "surprise", "zh": "惊讶"},
        "surprise",
        frozenset({1, 2, 5, 25, 26, 27}),
        needs=_beside({1, 2, 5}, 25, 26, 27),
        aliases=("surprised",),
    ),
    "repression": Emotion(
        {"en": "repression", "zh": "压抑"},
        "negative",
        frozenset({14, 15, 17, 23, 24}),
        source="no emotion of FACS; CASME II: Yan et al., PLOS ONE 9, 2014",
    ),
    "tense": Emotion(
        {"en": "tense", "zh": "紧张"},
        "negative",
        frozenset(),
        source="no emotion of FACS; CASME: Yan et al., FG 2013",
        aliases=("tension", "tenseness"),
    ),
    # What corpora that label no more than this write (SMIC, CAS(ME)^2, CAS(ME)^3 part C, 4DME).
    "positive": Emotion({"en": "positive", "zh": "积极"}, "positive", frozenset(), source="no emotion, its valence"),
    "negative": Emotion({"en": "negative", "zh": "消极"}, "negative", frozenset(), source="no emotion, its valence"),
    "others": Emotion({"en": "others", "zh": "其他"}, "others", frozenset(), source="no emotion", aliases=("other",)),
}
EMOTION_NAMES: dict[str, dict[Language, str]] = {name: emotion.names for name, emotion in EMOTIONS.items()}
EVIDENCE: dict[str, frozenset[int]] = {name: emotion.evidence for name, emotion in EMOTIONS.items()}
_ALIASES = {alias: name for name, emotion in EMOTIONS.items() for alias in (*emotion.aliases, emotion.names["zh"])}

COARSE_NAMES: dict[Coarse, dict[Language, str]] = {
    "negative": {"en": "Negative", "zh": "消极"},
    "positive": {"en": "Positive", "zh": "积极"},
    "surprise": {"en": "Surprise", "zh": "惊讶"},
    "others": {"en": "Others", "zh": "其他"},
}
COARSE_OF: dict[str, Coarse] = {name: emotion.coarse for name, emotion in EMOTIONS.items()}


def parse_emotion(text: str, corpus: str, classes: Sequence[str]) -> str:
    """Reads an emotion as a sheet spells it (stray blanks, any case, adjective or noun).

    Args:
        text: The cell.
        corpus: Whose sheet it is, for the message.
        classes: The emotions that it may name.

    Returns:
        The noun used throughout, for example `happiness`.

    Raises:
        NotationError: The text is empty or names no emotion of the corpus.
    """
    word = "".join(text.split()).lower()
    emotion = _ALIASES.get(word, word)
    if emotion not in classes:
        which = f"one of {corpus}'s" if corpus else "known"
        said = f"the emotion {text.strip()!r} is not {which}" if word else "the emotion is blank"
        raise NotationError(f"{said}; expected {', '.join(classes)}")
    return emotion


def read_emotion(text: str) -> str:
    """Reads an emotion as any corpus's sheet spells it.

    Raises:
        NotationError: The text names no emotion that is known, or several ("Surprise+Positive").
    """
    return parse_emotion(text, "", tuple(EMOTIONS))


def speaks_for(emotion: str, number: int, beside: Collection[int]) -> bool:
    """Whether an AU speaks for an emotion.

    Args:
        emotion: A key of `EMOTIONS`.
        number: The AU's.
        beside: The numbers of all AUs there are.
    """
    known = EMOTIONS[emotion]
    return number in known.evidence and (number not in known.needs or not known.needs[number].isdisjoint(beside))


def coarse_classes(emotions: Sequence[str]) -> tuple[Coarse, ...]:
    """The coarse classes that some emotions fall into, in the order of `COARSE_NAMES`."""
    found = {COARSE_OF[emotion] for emotion in emotions}
    return tuple(name for name in COARSE_NAMES if name in found)
