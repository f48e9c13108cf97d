"""The coarse classes of MEGC, and MELLM's second version: positive, negative, surprise, others."""

from typing import Literal

from meu_data.choices import Language
from meu_data.corpora.corpus import class_set
from meu_data.face.emotions import EMOTION_NAMES

Coarse = Literal["positive", "negative", "surprise", "others"]

_APART: dict[str, Coarse] = {"happiness": "positive", "surprise": "surprise", "others": "others"}
COARSE_OF: dict[str, Coarse] = {emotion: _APART.get(emotion, "negative") for emotion in EMOTION_NAMES}
COARSE_NAMES: dict[Coarse, dict[Language, str]] = {
    "negative": {"en": "Negative", "zh": "消极"},
    "positive": {"en": "Positive", "zh": "积极"},
    "surprise": {"en": "Surprise", "zh": "惊讶"},
    "others": {"en": "Others", "zh": "其他"},
}


def coarse_classes(corpus: str) -> tuple[Coarse, ...]:
    """The coarse classes that a corpus's emotions fall into, in the order of `COARSE_NAMES`."""
    found = {COARSE_OF[emotion] for emotion in class_set(corpus)}
    return tuple(name for name in COARSE_NAMES if name in found)
