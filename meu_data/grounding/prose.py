"""The three texts of a draft against its own structure."""

from collections.abc import Iterator, Sequence
from typing import get_args

from meu_data.choices import Language
from meu_data.face.regions import (
    COLOUR_NAMES,
    DIRECTION_NAMES,
    PAIRED_PARTS,
    REGIONS,
    Side,
    region_part,
    region_side,
    region_zone,
)
from meu_data.grounding.claims import au_words, read_au, region_words
from meu_data.grounding.flags import Words, flag
from meu_data.grounding.labels import emotion_words
from meu_data.language.clauses import (
    Mention,
    about_the_person,
    agent_names,
    clauses,
    colours,
    left_open,
    mentions,
    misnamed_aus,
    named_aus,
    named_emotions,
    negated,
    pieces,
    side_of,
    verticals,
    without_au_names,
)
from meu_data.records import ActionUnit, Annotation, Claim, Flag

_STAGES: dict[str, Words] = {
    "motion_analysis": {"en": "Stage 1", "zh": "第一段"},
    "expression_inference": {"en": "Stage 2", "zh": "第二段"},
    "conclusion": {"en": "The conclusion", "zh": "结论"},
}
_VERTICAL_NAMES: dict[str, Words] = {"up": {"en": "up", "zh": "向上"}, "down": {"en": "down", "zh": "向下"}}


def check_conclusion(annotation: Annotation, lang: Language) -> Iterator[Flag]:
    """The conclusion names the draft's AUs, no other, and its emotion without doubt."""
    text = annotation.conclusion
    kept = _kept(annotation)
    said = {number for number, _ in named_aus(text)}
    for number in sorted(said - kept.keys()):
        if not _only_denied(text, number, lang):
            au = ActionUnit.model_construct(number=number)
            yield flag("conclusion's extra AU", au.code, "serious", au=au_words(au))
    for number in sorted(kept.keys() - said):
        yield flag("conclusion's missing AU", kept[number].code, "minor", au=au_words(kept[number]))
    emotions = named_emotions(text, lang)
    words = {"emotion": emotion_words(annotation.emotion)}
    if annotation.emotion in emotions:
        if left_open(text, lang):
            other = next((name for name in emotions if name != annotation.emotion), annotation.emotion)
            yield flag("conclusion in doubt", "conclusion", "minor", **words, said=emotion_words(other))
    elif [name for name in emotions if name != "others"]:
        other = next(name for name in emotions if name != "others")
        yield flag("conclusion's emotion", "conclusion", "serious", **words, said=emotion_words(other))
    else:
        yield flag("conclusion without emotion", "conclusion", "minor", **words)


def check_texts(annotation: Annotation, lang: Language) -> Iterator[Flag]:
    """AU numbers and names in the prose agree with the draft's AUs, and stage 2 with its emotion."""
    kept = _kept(annotation)
    named: set[int] = set()
    for stage, words in _STAGES.items():
        text = getattr(annotation, stage)
        for number, name, other in misnamed_aus(text, lang):
            yield flag("AU misnamed", stage, "serious", stage=words, number=str(number), said=name, other=str(other))
        for number, side in named_aus(text):
            au = kept.get(number)
            if au is not None and side and side not in _sides(annotation, number):
                yield flag("text's AU side", stage, "serious", stage=words, said=f"{side}AU{number}", au=au.code)
        if stage == "conclusion":
            continue
        numbers = {number for number, _ in named_aus(text)}
        named |= numbers
        spoken = numbers | (set(agent_names(text)) if lang == "en" else set())
        for number in sorted(spoken - kept.keys()):
            if not _only_denied(text, number, lang):
                extra = ActionUnit.model_construct(number=number)
                yield flag("text's extra AU", stage, "serious", stage=words, au=au_words(extra))
    for number in sorted(kept.keys() - named):
        yield flag("AU not named", kept[number].code, "minor", au=au_words(kept[number]))
    inferred = [name for name in named_emotions(annotation.expression_inference, lang) if name != "others"]
    if inferred and annotation.emotion not in (*inferred, "others"):
        emotions = {"said": emotion_words(inferred[0]), "emotion": emotion_words(annotation.emotion)}
        stage_2 = _STAGES["expression_inference"]
        yield flag("text's emotion", "expression_inference", "serious", stage=stage_2, **emotions)


def check_regions(annotation: Annotation, lang: Language) -> Iterator[Flag]:
    """Directions, colours and sides that stage 1 names beside a part of the face agree with the claims about it.

    Nothing is read behind a word that denies, supposes or compares, and no side where the person's may be meant.
    """
    claims = annotation.claims
    for clause in clauses(without_au_names(annotation.motion_analysis, lang)):
        sided = not about_the_person(clause, lang)
        certain = not negated(clause, lang)
        subject: Mention | None = None
        flags: list[Flag] = []
        for piece in pieces(clause):
            if negated(piece, lang):
                break
            found = mentions(piece, lang)
            # A piece that names no part goes on about the one before: "the chin rises, in purple".
            subject = found[0] if len(found) == 1 else None if found else subject
            if subject is not None:
                side = (found[0].side if found else side_of(piece, lang)) if sided else None
                flags += _colours(piece, _about([subject], claims, side), lang)
            if len(found) == 1 and sided:
                flags += _motion(piece, found[0], claims, lang, certain)
        if not flags and certain:
            flags += _colours(clause, _about(mentions(clause, lang), claims), lang)
        yield from flags


def _colours(text: str, about: Sequence[Claim], lang: Language) -> Iterator[Flag]:
    if not about:
        return
    region = about[0].region
    for colour in sorted(colours(text, lang) - {claim.colour for claim in about}):
        yield flag("text's colour", region, "minor", region=region_words(region), said=COLOUR_NAMES[colour])


def _motion(piece: str, mention: Mention, claims: Sequence[Claim], lang: Language, certain: bool) -> Iterator[Flag]:
    ways = verticals(piece, lang)
    about = _about([mention], claims)
    sure = len(mention.parts) == 1
    if not about:
        # A word for several parts may mean a neighbour of theirs too.
        zones = {region_zone(part) for part in mention.parts}
        near = not sure and any(claim.region in REGIONS and region_zone(claim.region) in zones for claim in claims)
        if ways and certain and not near:
            yield flag("text without claim", mention.parts[0], "minor", region=_named(mention, mention.side))
        return
    if mention.side and sure and certain and all(region_side(claim.region) != mention.side for claim in about):
        other: Side = "left" if mention.side == "right" else "right"
        both = {"region": _named(mention, mention.side), "other": _named(mention, other)}
        yield flag("text's side", about[0].region, "minor", **both)
        return
    meant = [claim for claim in about if mention.side in (None, region_side(claim.region))]
    if len(ways) == 1 and meant:
        (way,) = ways
        against = "down" if way == "up" else "up"
        if all(against in claim.direction.split("-") for claim in meant):
            words = {"said": _VERTICAL_NAMES[way], "direction": DIRECTION_NAMES[meant[0].direction]}
            yield flag("text's direction", meant[0].region, "minor", region=region_words(meant[0].region), **words)


def _about(named: Sequence[Mention], claims: Sequence[Claim], side: Side | None = None) -> list[Claim]:
    """The claims on the parts named, on both sides or on one."""
    parts = {part for mention in named for part in mention.parts}
    return [
        claim
        for claim in claims
        if region_part(claim.region) in parts and (side is None or region_side(claim.region) in (side, None))
    ]


def _named(mention: Mention, side: Side | None) -> Words:
    part = mention.parts[0]
    if side is None or len(mention.parts) > 1 or part not in PAIRED_PARTS:
        return dict.fromkeys(get_args(Language), mention.words)
    return region_words(f"{side}_{part}")


def _kept(annotation: Annotation) -> dict[int, ActionUnit]:
    return {au.number: au for code in annotation.aus if (au := read_au(code))}


def _sides(annotation: Annotation, number: int) -> set[str | None]:
    return {au.side for code in annotation.aus if (au := read_au(code)) and au.number == number}


def _only_denied(text: str, number: int, lang: Language) -> bool:
    """Whether every clause that names the AU denies or compares: "no AU4", "rather than AU14"."""
    speaking = [
        clause
        for clause in clauses(text)
        if any(named == number for named, _ in named_aus(clause)) or (lang == "en" and number in agent_names(clause))
    ]
    return all(negated(clause, lang) for clause in speaking)
