"""Grounding: how far a draft is true to the measured motion, to the labels and to itself."""

import math
from collections.abc import Iterable, Iterator, Sequence

from meu_data.choices import Language
from meu_data.grounding.claims import check_claims, check_evidence, check_mentions, read_au
from meu_data.grounding.findings import check_links, findings
from meu_data.grounding.flags import worst_first
from meu_data.grounding.labels import check_explained, check_labels
from meu_data.grounding.prose import Prose, check_prose
from meu_data.grounding.thresholds import KEEPS
from meu_data.records import Annotation, Flag, Grounding, Motion, Sample


def ground(sample: Sample, motion: Motion, annotation: Annotation, lang: Language) -> Grounding:
    """Checks a draft's claims and statements against the measurement, its labels against the corpus, all for agreement.

    Tolerated: a direction one octant off, an intensity one bin off (noted), a labelled AU without evidence that the
    text says is not visible, that the coder was uncertain of, or that has an alternative in the draft, and motion that
    the guide does not ask to be told (drift of the whole face, dim or mixed motion, lower lids that close in a blink).

    Args:
        sample: Whose labels are the truth; the sides of AUs are the person's.
        motion: What was measured; sides and directions are the picture's.
        annotation: The draft.
        lang: Language of its texts.

    Returns:
        The score and the flags; the same inputs give the same record. Never raises for what a draft says.
    """
    prose = Prose(sample.coded_aus, motion.regions, annotation, lang)
    against_text = list(check_prose(prose))
    found_flags = [*_check(sample, motion, annotation, prose), *against_text, *check_links(prose)]
    flags = worst_first(owed(found_flags, sample, annotation))
    found = findings(prose, against_text)
    return Grounding(
        sample_id=sample.id,
        score=score_of(flags),
        flags=flags,
        statements=len(found),
        checked=sum(item.finding != "not read" for item in found),
        findings=found,
        au_reading=sample.au_reading,
    )


def _check(sample: Sample, motion: Motion, annotation: Annotation, prose: Prose) -> Iterator[Flag]:
    yield from check_labels(sample, annotation)
    yield from check_claims(annotation.claims, motion)
    yield from check_evidence(annotation.claims, sample.coded_aus)
    yield from check_mentions(annotation.claims, prose.map, motion)
    spoken = (*prose.of["motion_analysis"], *prose.of["expression_inference"])
    yield from check_explained(prose.map, annotation, spoken)


def owed(flags: Sequence[Flag], sample: Sample, annotation: Annotation) -> Iterator[Flag]:
    """The flags without those for an AU that nobody owes: an uncertain one, or one whose alternative is there."""
    kept = {au.number for code in annotation.aus if (au := read_au(code))}
    places = {au.code: place for place, au in enumerate(sample.coded_aus)}
    short = {(item.kind, item.subject) for item in flags}
    for item in flags:
        if item.kind in ("missing_au", "unexplained_au") and item.subject in places:
            place = places[item.subject]
            au = sample.coded_aus[place]
            group = [] if au.alternative is None else [o for o in sample.coded_aus if o.alternative == au.alternative]
            lacking = {other.code for other in group if (item.kind, other.code) in short}
            if not au.certain or any(other.number in kept and other.code not in lacking for other in group):
                continue
            if any(places[code] < place for code in lacking):
                continue
        yield item


def score_of(flags: Iterable[Flag]) -> float:
    """What is left of 1 after each flag has taken its share."""
    return round(math.prod(KEEPS[flag.severity] for flag in flags), 4)
