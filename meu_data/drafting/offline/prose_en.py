"""The three stage texts in English, from a reading of the map."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from meu_data.drafting.offline import phrases_en as words
from meu_data.drafting.offline.patterns import inference, pattern
from meu_data.face.aus import BLINK_AUS, au_label, au_sites
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import (
    COLOUR_NAMES,
    DIRECTION_NAMES,
    PART,
    PART_NAMES,
    ZONES,
    Intensity,
    region_part,
    region_side,
    region_zone,
)
from meu_data.grounding.evidence import AuReading, MapReading, like_a_blink
from meu_data.grounding.grouping import (
    AuCluster,
    Chooser,
    ClaimGroup,
    bundled,
    grouped,
    linked,
    packed,
    units,
    zones,
)
from meu_data.records import ActionUnit, Claim, Statement

_SIDE = re.compile(r"\b((?:on|to) the (?:left|right))\b(?! of the picture)")


def motion_analysis(reading: MapReading, choose: Chooser) -> tuple[Statement, ...]:
    """Stage 1: where the map shows which motion, and which AUs that means.

    Args:
        reading: The map read with its labels.
        choose: The sample's phrasings.

    Returns:
        Two to six sentences, each with the claims it tells; sides and directions are the picture's.
    """
    claims = reading.claims()
    opening = _opening(reading, claims, choose)
    if any(item.au.side for item in reading.aus):
        opening += "; " + choose.pick("person", words.PERSON_SIDES)
    parts = [(_seen(unit, choose, turn), unit.claims) for turn, unit in enumerate(units(reading.aus))]
    sentences: list[tuple[str, Iterable[Claim]]] = [(opening, ())]
    for pack in packed(parts):
        sentences.append(("; ".join(text for text, _ in pack), chain.from_iterable(claims for _, claims in pack)))
    contrary = [claim for item in reading.aus if item.finding == "contrary" for claim in item.claims]
    sentences.append(("; ".join(_lacking(reading.aus, choose)), contrary))
    asides = (*reading.blink, *reading.carried, *reading.unexplained)
    sentences.append(("; ".join(_asides(reading, choose)), asides))
    if not reading.aus:
        sentences.append((choose.pick("blank", words.BLANK), ()))
    said = [(_sentence(text), told) for text, told in sentences if text]
    texts = _whose_sides([text for text, _ in said])
    return tuple(linked(text, told) for text, (_, told) in zip(texts, said, strict=True))


def expression_inference(reading: MapReading, emotion: str | None, choose: Chooser) -> str:
    """Stage 2: from the AUs to the emotion, saying so where they do not lead there.

    Args:
        reading: The map read with its labels.
        emotion: The labelled emotion, a key of `EMOTION_NAMES`; None where none is labelled.
        choose: The sample's phrasings.

    Returns:
        One to three sentences that name every AU.
    """
    if emotion is None:
        return _sentence(choose.pick("unlabelled", words.UNLABELLED))
    parts = []
    for step, aus in inference(reading.aus, emotion):
        text = _about(aus, EMOTION_NAMES[emotion]["en"], choose.pick(step, words.INFERENCE[step]))
        sign = pattern(reading.aus, emotion, "en") if step == "for" else ""
        parts.append(f"{text}: {sign}" if sign else text)
    return " ".join(_sentence(text) for text in parts)


def conclusion(reading: MapReading, emotion: str | None, choose: Chooser) -> str:
    """Stage 3: the AUs and the emotion in one sentence."""
    aus = [item.au for item in reading.aus]
    options: tuple[str, ...]
    if emotion is None:
        options = words.CONCLUDE_UNLABELLED if aus else words.CONCLUDE_UNLABELLED_BLANK
        return _sentence(_about(aus, "", choose.pick("conclude", options)))
    if emotion == "others":
        options = words.CONCLUDE_OTHERS if aus else words.CONCLUDE_OTHERS_BLANK
    else:
        options = words.CONCLUDE if aus else words.CONCLUDE_BLANK
    return _sentence(_about(aus, EMOTION_NAMES[emotion]["en"], choose.pick("conclude", options)))


def _opening(reading: MapReading, claims: Sequence[Claim], choose: Chooser) -> str:
    if not claims:
        still = {"none": words.STILL, "some": words.STILL_WHERE_SEEN, "all": words.UNJUDGED}[reading.hidden]
        return choose.pick("open", still if reading.still else words.WEAK)
    places = zones([claim for claim in claims if claim.au] or claims)
    if len(places) > 3:
        text = choose.pick("open", words.MANY_ZONES)
    else:
        text = choose.pick("open", words.OPENINGS).format(_listed([f"the {ZONES[zone]['en']}" for zone in places]))
    brightest = region_zone(reading.brightest) if reading.brightest else None
    return f"{text}, brightest at the {ZONES[brightest]['en']}" if brightest in places and len(places) > 1 else text


def _seen(unit: AuCluster, choose: Chooser, turn: int) -> str:
    parts = [claim for group in (unit.groups or unit.again) for claim in group.claims]
    clause = _clauses(unit.groups, choose, turn)
    if unit.again:
        also = f"the motion of {_subject(unit.again)[0]} named before"
        clause += f", along with {also}" if clause else also
    weak = all(claim.intensity == "slight" for claim in parts)
    options = choose.pick("seen weak", words.SEEN_WEAK, turn) if weak else choose.pick("seen", words.SEEN, turn)
    doubt = like_a_blink(parts) and not any(au.number in BLINK_AUS for au in unit.aus)
    return options.format(clause=clause, aus=_labels(unit.aus)) + (words.LID_DOUBT if doubt else "")


def _lacking(readings: Sequence[AuReading], choose: Chooser) -> list[str]:
    parts: list[str] = []
    for item in readings:
        if item.finding == "contrary":
            clause = _clauses(grouped(item.claims), choose, len(parts))
            it = words.AGREEMENT["it"][len(item.claims) > 1]
            text = choose.pick("contrary", words.CONTRARY, len(parts))
            parts.append(text.format(clause=clause, aus=au_label(item.au, "en"), it=it))
    for finding, options in words.LACKING.items():
        aus = [item.au for item in readings if item.finding == finding]
        if aus:
            parts.append(_about(aus, "", choose.pick(finding, options)))
    return parts


def _asides(reading: MapReading, choose: Chooser) -> list[str]:
    parts: list[str] = []
    for slot, claims, options in (
        ("blink", reading.blink, words.BLINK),
        ("carried", reading.carried, words.CARRIED),
        ("other", reading.unexplained, words.UNEXPLAINED if reading.aus else words.UNSCORED),
    ):
        if claims:
            it, its = ("it", "its") if len(claims) == 1 else ("them", "their")
            clause = _clauses(grouped(claims), choose, len(parts) + 1)
            parts.append(choose.pick(slot, options).format(clause=clause, it=it, its=its))
    if reading.drift:
        parts.append(choose.pick("drift", words.DRIFT))
    return parts


def _clauses(groups: Sequence[ClaimGroup], choose: Chooser, turn: int) -> str:
    """Who moves where, in which colour."""
    parts = [_clause(bundle, choose, turn + i) for i, bundle in enumerate(bundled(groups))]
    return parts[0] if len(parts) == 1 else ", and ".join([", ".join(parts[:-1]), parts[-1]]) if parts else ""


def _clause(bundle: Sequence[ClaimGroup], choose: Chooser, turn: int) -> str:
    group = bundle[0]
    left, right = group.claims[0], group.claims[-1]
    if group.shape == "split":
        one, other = (
            f"{_moves(claim.direction, claim.intensity, False, choose, turn)} ({_colour(claim)})"
            for claim in group.claims
        )
        return f"the {PART_NAMES[group.part]['en']} on the left {one} while the one on the right {other}"
    subject, many = _subject(bundle)
    verb = _verb(group.way, many, choose, turn)
    if left.intensity != right.intensity and left.colour == right.colour:
        strengths = f"{_strength(left, choose, turn)} on the left and {_strength(right, choose, turn)} on the right"
        return f"{subject} {verb} in {_colour(left)}, {strengths}"
    if left.intensity != right.intensity:
        sides = ((left, "left"), (right, "right"))
        shares = (f"{_strength(claim, choose, turn)} on the {side} ({_colour(claim)})" for claim, side in sides)
        return f"{subject} {verb}, {' and '.join(shares)}"
    coloured = words.COLOURED if left.colour == right.colour else words.COLOURED_BY_SIDE
    tint = choose.pick("coloured", coloured, turn).format(_colour(left), _colour(right))
    return f"{subject} {_moves(group.way, left.intensity, many, choose, turn)}{tint}"


def _subject(groups: Sequence[ClaimGroup]) -> tuple[str, bool]:
    """The words for the groups, and whether they are more than one thing."""
    singles = [group.shape == "single" for group in groups]
    sides = [
        region_side(group.claims[0].region) if single else None for group, single in zip(groups, singles, strict=True)
    ]
    shared = sides[0] if len(set(sides)) == 1 else None
    names = []
    for group, single, side in zip(groups, singles, sides, strict=True):
        name = f"the {PART_NAMES[group.part]['en']}" if single else PART[group.part].both
        names.append(name if side is None or shared else f"{name} on the {side}")
    return _listed(names) + (f" on the {shared}" if shared else ""), len(groups) > 1 or not singles[0]


def _moves(way: str, intensity: Intensity, many: bool, choose: Chooser, turn: int) -> str:
    verb, _, where = _verb(way, many, choose, turn).partition(" ")
    strength = choose.pick(intensity, words.STRENGTH[intensity], turn)
    # "clearly move up", but "move slightly up": each in the place where it is usually said.
    ordered = (strength, verb, where) if intensity == "moderate" else (verb, strength, where)
    return " ".join(filter(None, ordered))


def _verb(way: str, many: bool, choose: Chooser, turn: int) -> str:
    if way in words.VERBS:
        plural, singular = choose.pick(f"verb {way}", words.VERBS[way], turn)
        return plural if many else singular
    where = next(names["en"] for direction, names in DIRECTION_NAMES.items() if direction == way)
    return f"{'move' if many else 'moves'} {where}"


def _strength(claim: Claim, choose: Chooser, turn: int) -> str:
    return choose.pick(claim.intensity, words.STRENGTH[claim.intensity], turn)


def _colour(claim: Claim) -> str:
    return COLOUR_NAMES[claim.colour]["en"]


def _place(au: ActionUnit) -> str:
    """Where an AU would show first."""
    region = au_sites(au)[0][0]
    part, side = region_part(region), region_side(region)
    if side is None or au.side:
        return f"the {PART_NAMES[part]['en']}" + (f" on the {side}" if side else "")
    # "both inner brows" → "the inner brows", but "the cheeks below both eyes" keeps its "both".
    return re.sub("^both ", "the ", PART[part].both)


def _about(aus: Sequence[ActionUnit], emotion: str, text: str) -> str:
    """Fills a phrase that says something of these AUs, in the right number."""
    agreement = {key: forms[len(aus) > 1] for key, forms in words.AGREEMENT.items()}
    where = _listed(list(dict.fromkeys(_place(au) for au in aus if au_sites(au))))
    return text.format(aus=_labels(aus), emotion=emotion, where=where, **agreement)


def _labels(aus: Sequence[ActionUnit]) -> str:
    return _listed([au_label(au, "en") for au in aus])


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _whose_sides(texts: Sequence[str]) -> list[str]:
    """Says once, where left or right is first named, that the picture's is meant."""
    told = list(texts)
    for place, text in enumerate(told):
        told[place], found = _SIDE.subn(r"\1 of the picture", text, count=1)
        if found:
            break
    return told
