"""Which of the labelled AUs speak for the labelled emotion, and what that combination is commonly called.

Prototypes of the FACS Investigator's Guide (Ekman, Friesen & Hager 2002, table 10-2) and EMFACS
(Friesen & Ekman 1983), the sources of `emotions.EVIDENCE`.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meu_data.choices import Language
from meu_data.face.aus import BLINK_AUS
from meu_data.face.emotions import EMOTIONS, EVIDENCE, speaks_for
from meu_data.grounding.evidence import AuReading
from meu_data.records import ActionUnit

Step = Literal["blank", "others", "for", "scored", "against", "bystanders", "shut", "only shut"]


class Pattern(NamedTuple):
    """AUs that together have a name of their own as a sign of one emotion, when they show on so many sides."""

    aus: frozenset[int]
    sides: Literal["both", "one", "any"]
    words: dict[Language, str]


def _both(aus: set[int], en: str, zh: str) -> Pattern:
    return Pattern(frozenset(aus), "both", {"en": en, "zh": zh})


def _one(aus: set[int], en: str, zh: str) -> Pattern:
    return Pattern(frozenset(aus), "one", {"en": en, "zh": zh})


def _any(aus: set[int], en: str, zh: str) -> Pattern:
    return Pattern(frozenset(aus), "any", {"en": en, "zh": zh})


# The fullest pattern first: the first one whose AUs are all there, on its sides, is used.
PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "happiness": (
        _any({6, 12}, "a smile that reaches the eyes", "即牵动到眼部的微笑"),
        _any({12}, "a smile at the mouth", "即嘴部的微笑"),
    ),
    # Contempt: Ekman & Friesen 1986.
    "contempt": (
        *(
            _one({number}, "one-sided, as contempt typically is", "仅见于一侧，这正是轻蔑的典型形式")
            for number in sorted(EMOTIONS["contempt"].one_sided, reverse=True)
        ),
        *(
            _both(
                {number},
                "on both sides here, though contempt is typically one-sided",
                "此处见于两侧，而轻蔑通常是单侧的",
            )
            for number in sorted(EMOTIONS["contempt"].one_sided, reverse=True)
        ),
    ),
    "sadness": (
        _both({1, 4, 15}, "a grieved brow over a mouth turned down", "即愁苦的眉形与下垂的嘴角"),
        _both({1, 4}, "the brow of grief, raised and drawn together in the middle", "即眉心上提并聚拢的愁苦眉形"),
        _any({15, 17}, "a mouth turned down over a raised chin", "即下垂的嘴角与上顶的下巴"),
    ),
    "surprise": (
        _both({1, 2, 5}, "raised brows over widened eyes", "即扬起的双眉与睁大的眼睛"),
        _both({1, 2}, "brows raised over their whole length", "即整条眉毛的上扬"),
        _one({1, 2}, "a single raised brow", "即单侧眉毛的上扬"),
        _both({5}, "widened eyes", "即睁大的眼睛"),
    ),
    "fear": (
        _both({1, 2, 4}, "brows raised and drawn together at once", "即双眉上扬的同时相互聚拢"),
        _both({5, 20}, "widened eyes over a stretched mouth", "即睁大的眼睛与向两侧拉伸的嘴"),
        _both({5}, "widened eyes", "即睁大的眼睛"),
    ),
    "anger": (
        _both({4, 5, 7}, "a glare under lowered brows", "即压低眉头的怒视"),
        _both({4, 7}, "lowered brows over tightened lids", "即压低的眉头与收紧的眼睑"),
        _both({4, 23}, "lowered brows over tightened lips", "即压低的眉头与收紧的双唇"),
        _both({4, 24}, "lowered brows over pressed lips", "即压低的眉头与紧压的双唇"),
    ),
    "disgust": (_any({4, 10}, "a raised upper lip under a frown", "即皱眉的同时上唇上提"),),
    "repression": (
        _both({14}, "a smile held back at the corners of the mouth", "即在嘴角处被克制住的微笑"),
        _one({14}, "a smile held back at one corner of the mouth", "即在一侧嘴角被克制住的微笑"),
    ),
}


def inference(readings: Sequence[AuReading], emotion: str) -> list[tuple[Step, list[ActionUnit]]]:
    """The steps from the AUs to the emotion; each AU stands in one step.

    `for`: evidence for the emotion, some of it visible; `scored`: none of it visible. `against`: no AU is
    evidence, so the label rests on the coder. `bystanders`: AUs beside the evidence. `shut`, `only shut`: eye
    closure, beside other AUs or alone. `others`, `blank`: the label names no basic emotion; no AU is labelled.

    Args:
        readings: The labelled AUs and what the map says about them.
        emotion: The labelled emotion; a key of `EVIDENCE`.
    """
    aus = [reading.au for reading in readings]
    if not aus or emotion == "others":
        return [("others" if aus else "blank", aus)]
    numbers = {au.number for au in aus}
    signs = [au for au in aus if speaks_for(emotion, au.number, numbers)]
    shut = [au for au in aus if au.number in BLINK_AUS]
    rest = [au for au in aus if au not in signs and au not in shut]
    steps: list[tuple[Step, list[ActionUnit]]] = [
        ("for" if any(au in visible(readings) for au in signs) else "scored", signs),
        ("bystanders" if signs else "against", rest),
        ("shut" if signs or rest else "only shut", shut),
    ]
    return [(step, acting) for step, acting in steps if acting]


def visible(readings: Sequence[AuReading]) -> list[ActionUnit]:
    """The AUs for which the map holds evidence."""
    return [reading.au for reading in readings if reading.finding == "seen"]


def pattern(readings: Sequence[AuReading], emotion: str, lang: Language) -> str:
    """What the visible AUs are commonly called as a sign of the emotion; empty when they have no such name.

    AUs that the map does not show lend no name: it would tell of motion nobody saw.
    """
    aus = [au for au in visible(readings) if au.number in EVIDENCE[emotion]]
    for known in PATTERNS.get(emotion, ()):
        acting = [au for au in aus if au.number in known.aus]
        if known.aus <= {au.number for au in acting} and known.sides in ("any", _sides(acting)):
            return known.words[lang]
    return ""


def _sides(acting: Sequence[ActionUnit]) -> Literal["both", "one", "mixed"]:
    """Whether AUs show on both sides of the face each, on the same one, or neither."""
    sides = {number: {au.side for au in acting if au.number == number} for number in {au.number for au in acting}}
    if all(None in found or len(found) > 1 for found in sides.values()):
        return "both"
    return "one" if len({au.side for au in acting}) == 1 else "mixed"
