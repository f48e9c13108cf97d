"""Emotions, the class sets of the corpora, and which AUs speak for which emotion."""

from collections.abc import Sequence

from meu_data.choices import Language
from meu_data.errors import NotationError

EMOTION_NAMES: dict[str, dict[Language, str]] = {
    "anger": {"en": "anger", "zh": "愤怒"},
    "contempt": {"en": "contempt", "zh": "轻蔑"},
    "disgust": {"en": "disgust", "zh": "厌恶"},
    "fear": {"en": "fear", "zh": "恐惧"},
    "happiness": {"en": "happiness", "zh": "高兴"},
    "sadness": {"en": "sadness", "zh": "悲伤"},
    "surprise": {"en": "surprise", "zh": "惊讶"},
    "repression": {"en": "repression", "zh": "压抑"},
    "others": {"en": "others", "zh": "其他"},
}

# The closed label list of each corpus (DFME release; CASME II and CAS(ME)3 in the sets of arXiv 2505.07007).
CLASS_SETS: dict[str, tuple[str, ...]] = {
    "dfme": ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"),
    "casme2": ("disgust", "fear", "happiness", "sadness", "surprise"),
    "casme3": ("anger", "disgust", "fear", "happiness", "sadness", "surprise"),
}

_ALIASES = {"angry": "anger", "happy": "happiness", "sad": "sadness", "surprised": "surprise", "other": "others"}

# AUs that count as evidence for an emotion. Prototypes and major variants of the FACS Investigator's Guide
# (Ekman, Friesen & Hager 2002, table 10-2) and EMFACS (Friesen & Ekman 1983), read as sets of single AUs.
EVIDENCE: dict[str, frozenset[int]] = {
    "happiness": frozenset({6, 12, 25}),
    "sadness": frozenset({1, 4, 6, 11, 15, 17}),
    "surprise": frozenset({1, 2, 5, 25, 26, 27}),
    "fear": frozenset({1, 2, 4, 5, 7, 20, 25, 26, 27}),
    "anger": frozenset({4, 5, 7, 10, 17, 22, 23, 24, 25, 26}),
    "disgust": frozenset({4, 7, 9, 10, 15, 16, 17, 25, 26}),
    "contempt": frozenset({10, 12, 14}),
    "repression": frozenset({14, 15, 17, 23, 24}),
    "others": frozenset(),
}


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
        said = f"the emotion {text.strip()!r} is not one of {corpus}'s" if word else "the emotion is blank"
        raise NotationError(f"{said}; expected {', '.join(classes)}")
    return emotion
