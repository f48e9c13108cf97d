"""The AUs and the emotion of a draft against the corpus's labels."""

from collections.abc import Iterator, Sequence
from typing import get_args

from meu_data.choices import Language
from meu_data.corpora.corpus import labels_of
from meu_data.errors import NotationError
from meu_data.face.aus import au_sites
from meu_data.face.emotions import EMOTION_NAMES, parse_emotion
from meu_data.face.regions import DIRECTION_NAMES, region_side
from meu_data.grounding.claims import au_words, read_au, region_words
from meu_data.grounding.evidence import MapReading
from meu_data.grounding.flags import Words, flag
from meu_data.language.reading import ReadStatement
from meu_data.records import ActionUnit, Annotation, Flag, FlagSeverity, Sample

_NO_AUS: Words = {"en": "none", "zh": "无"}


def check_labels(sample: Sample, annotation: Annotation) -> Iterator[Flag]:
    """No AU outside the labels, none left out, the sides and the emotion as labelled.

    Args:
        sample: Whose labels are the truth; the sides of AUs are the person's.
        annotation: The draft; the AUs of its list and of its claims count alike.
    """
    yield from _aus(sample.aus, annotation) if sample.aus is not None else ()
    if sample.emotion is not None and _name(annotation.emotion, sample.corpus) != sample.emotion:
        said = annotation.emotion or ""
        yield flag("emotion", said, "serious", emotion=emotion_words(said), label=emotion_words(sample.emotion))


def _aus(coded: Sequence[ActionUnit], annotation: Annotation) -> Iterator[Flag]:
    labels = {au.code: au for au in coded}
    numbers = {au.number for au in coded}
    stated = [*annotation.aus, *(claim.au for claim in annotation.claims if claim.au)]
    for code in dict.fromkeys(stated):
        au = read_au(code)
        if au is None:
            yield flag("no AU code", code, "serious", au=code)
        elif au.number not in numbers:
            listed = "+".join(labels) if labels else _NO_AUS
            yield flag("extra AU", au.code, "serious", au=au_words(au), labels=listed)
        elif au.code not in labels:
            yield _other_side(au, next(label for label in coded if label.number == au.number))
    kept = {au.number for code in annotation.aus if (au := read_au(code))}
    for label in labels.values():
        if label.number not in kept:
            yield flag("missing AU", label.code, "serious", au=au_words(label))


def check_explained(read_as: MapReading, annotation: Annotation, statements: Sequence[ReadStatement]) -> Iterator[Flag]:
    """Every labelled AU of the draft has a claim as its evidence, or the text says that it cannot be seen.

    An AU told as not visible although the map shows it is flagged as minor.
    """
    kept = {au.number for code in annotation.aus if (au := read_au(code))}
    evidence = [
        (au.number, region_side(claim.region))
        for claim in annotation.claims
        if claim.au and claim.intensity != "none" and (au := read_au(claim.au))
    ]
    for reading in read_as.aus:
        au = reading.au
        if au.number not in kept or _has_evidence(au, evidence):
            continue
        speaking = [
            (statement, unit)
            for statement in statements
            for unit in statement.units
            if unit.number == au.number and unit.sure
        ]
        if not any(statement.labelled or unit.polarity == "denied" for statement, unit in speaking):
            yield flag("unexplained AU", au.code, "serious", au=au_words(au))
        elif reading.finding == "seen":
            seen = reading.claims[0]
            where = {"region": region_words(seen.region), "direction": DIRECTION_NAMES[seen.direction]}
            yield flag("visible AU", au.code, "minor", au=au_words(au), **where)


def emotion_words(emotion: str) -> Words:
    """An emotion as a sentence names it; what is none stays as it is."""
    known = EMOTION_NAMES.get(emotion)
    return known or dict.fromkeys(get_args(Language), emotion)


def _other_side(au: ActionUnit, label: ActionUnit) -> Flag:
    # A side added or left out is less wrong than the opposite one.
    severity: FlagSeverity = "serious" if au.side and label.side else "minor"
    return flag("AU's side", au.code, severity, label=au_words(label), au=au_words(au))


def _has_evidence(au: ActionUnit, evidence: Sequence[tuple[int, str | None]]) -> bool:
    """Whether a claim speaks for the AU; for a one-sided AU one in the regions of that side or the middle."""
    sides = {region_side(region) for region, _ in au_sites(au)} if au.side else {"left", "right", None}
    return any(number == au.number and side in {*sides, None} for number, side in evidence)


def _name(text: str | None, corpus: str) -> str | None:
    if text is None:
        return None
    try:
        return parse_emotion(text, corpus, labels_of(corpus))
    except NotationError:
        return text.strip().lower()
