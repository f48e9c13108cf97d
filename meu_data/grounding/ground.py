"""Grounding: how far a draft is true to the measured motion, to the labels and to itself."""

import math
from collections.abc import Iterable, Iterator

from meu_data.choices import Language
from meu_data.grounding.claims import check_claims, check_evidence, check_mentions
from meu_data.grounding.flags import worst_first
from meu_data.grounding.labels import check_explained, check_labels
from meu_data.grounding.prose import Prose, check_prose
from meu_data.grounding.thresholds import KEEPS
from meu_data.records import Annotation, Flag, Grounding, Motion, Sample


def ground(sample: Sample, motion: Motion, annotation: Annotation, lang: Language) -> Grounding:
    """Checks a draft's claims against the measurement, its labels against the corpus, its texts against its claims.

    Tolerated: a direction one octant off, an intensity one bin off (noted), a labelled AU without evidence that the
    text says is not visible, and motion that the guide does not ask to be told (drift of the whole face, dim or mixed
    motion, lower lids that close in a blink).

    Args:
        sample: Whose labels are the truth; the sides of AUs are the person's.
        motion: What was measured; sides and directions are the picture's.
        annotation: The draft.
        lang: Language of its texts.

    Returns:
        The score and the flags; the same inputs give the same record. Never raises for what a draft says.
    """
    prose = Prose(sample, motion, annotation, lang)
    flags = worst_first(_check(sample, motion, annotation, lang, prose))
    statements, checked = prose.counts()
    return Grounding(sample_id=sample.id, score=score_of(flags), flags=flags, statements=statements, checked=checked)


def _check(sample: Sample, motion: Motion, annotation: Annotation, lang: Language, prose: Prose) -> Iterator[Flag]:
    yield from check_labels(sample, annotation)
    yield from check_claims(annotation.claims, motion)
    yield from check_evidence(annotation.claims)
    yield from check_mentions(annotation.claims, prose.map, motion)
    spoken = (*prose.of["motion_analysis"], *prose.of["expression_inference"])
    yield from check_explained(prose.map, annotation, spoken)
    yield from check_prose(prose)


def score_of(flags: Iterable[Flag]) -> float:
    """What is left of 1 after each flag has taken its share."""
    return round(math.prod(KEEPS[flag.severity] for flag in flags), 4)
