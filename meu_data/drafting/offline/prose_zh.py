"""The three stage texts in Chinese, from a reading of the map."""

from collections.abc import Iterable, Sequence
from itertools import chain

from meu_data.drafting.offline import phrases_zh as words
from meu_data.drafting.offline.patterns import inference, pattern
from meu_data.face.aus import BLINK_AUS, au_label, au_sites
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import (
    COLOUR_NAMES,
    DIRECTION_NAMES,
    PART,
    PART_NAMES,
    ZONES,
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
    names_sides,
    packed,
    units,
    zones,
)
from meu_data.records import ActionUnit, Claim, Statement


def motion_analysis(reading: MapReading, choose: Chooser) -> tuple[Statement, ...]:
    """Stage 1: where the map shows which motion, and which AUs that means.

    Args:
        reading: The map read with its labels.
        choose: The sample's phrasings.

    Returns:
        Two to six sentences, each with the claims it tells; sides and directions are the picture's.
    """
    opening = _opening(reading, reading.claims(), choose)
    if any(item.au.side for item in reading.aus):
        opening += "；" + choose.pick("person", words.PERSON_SIDES)
    parts = [(_seen(unit, choose, turn), unit.claims) for turn, unit in enumerate(units(reading.aus))]
    sentences: list[tuple[str, Iterable[Claim]]] = [(opening, ())]
    for pack in packed(parts):
        sentences.append(("；".join(text for text, _ in pack), chain.from_iterable(claims for _, claims in pack)))
    contrary = [claim for item in reading.aus if item.finding == "contrary" for claim in item.claims]
    sentences.append(("；".join(_lacking(reading.aus, choose)), contrary))
    asides = (*reading.blink, *reading.carried, *reading.unexplained)
    sentences.append(("；".join(_asides(reading, choose)), asides))
    if not reading.aus:
        sentences.append((choose.pick("blank", words.BLANK), ()))
    return tuple(linked(f"{text}。", claims) for text, claims in sentences if text)


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
        return choose.pick("unlabelled", words.UNLABELLED) + "。"
    parts = []
    for step, aus in inference(reading.aus, emotion):
        text = _about(aus, EMOTION_NAMES[emotion]["zh"], choose.pick(step, words.INFERENCE[step]))
        sign = pattern(reading.aus, emotion, "zh") if step == "for" else ""
        parts.append(f"{text}，{sign}" if sign else text)
    return "".join(f"{text}。" for text in parts)


def conclusion(reading: MapReading, emotion: str | None, choose: Chooser) -> str:
    """Stage 3: the AUs and the emotion in one sentence."""
    aus = [item.au for item in reading.aus]
    options: tuple[str, ...]
    if emotion is None:
        options = words.CONCLUDE_UNLABELLED if aus else words.CONCLUDE_UNLABELLED_BLANK
        return _about(aus, "", choose.pick("conclude", options)) + "。"
    if emotion == "others":
        options = words.CONCLUDE_OTHERS if aus else words.CONCLUDE_OTHERS_BLANK
    else:
        options = words.CONCLUDE if aus else words.CONCLUDE_BLANK
    return _about(aus, EMOTION_NAMES[emotion]["zh"], choose.pick("conclude", options)) + "。"


def _opening(reading: MapReading, claims: Sequence[Claim], choose: Chooser) -> str:
    if not claims:
        still = {"none": words.STILL, "some": words.STILL_WHERE_SEEN, "all": words.UNJUDGED}[reading.hidden]
        return choose.pick("open", still if reading.still else words.WEAK)
    places = zones([claim for claim in claims if claim.au] or claims)
    if len(places) > 3:
        text = choose.pick("open", words.MANY_ZONES)
    else:
        text = choose.pick("open", words.OPENINGS).format(_listed([ZONES[zone]["zh"] for zone in places]))
    brightest = region_zone(reading.brightest) if reading.brightest else None
    if brightest in places and len(places) > 1:
        text += words.BRIGHTEST.format(ZONES[brightest]["zh"])
    return text + (words.PICTURE_SIDES if names_sides(claims) else "")


def _seen(unit: AuCluster, choose: Chooser, turn: int) -> str:
    parts = [claim for group in (unit.groups or unit.again) for claim in group.claims]
    clause = _clauses(unit.groups, choose, turn)
    if unit.again:
        also = f"前述{_subject(unit.again)}的运动"
        clause += f"，并伴有{also}" if clause else also
    weak = all(claim.intensity == "slight" for claim in parts)
    options = choose.pick("seen weak", words.SEEN_WEAK, turn) if weak else choose.pick("seen", words.SEEN, turn)
    doubt = like_a_blink(parts) and not any(au.number in BLINK_AUS for au in unit.aus)
    return options.format(clause=clause, aus=_labels(unit.aus)) + (words.LID_DOUBT if doubt else "")


def _lacking(readings: Sequence[AuReading], choose: Chooser) -> list[str]:
    parts: list[str] = []
    for item in readings:
        if item.finding == "contrary":
            clause = _clauses(grouped(item.claims), choose, len(parts))
            parts.append(
                choose.pick("contrary", words.CONTRARY, len(parts)).format(clause=clause, aus=_labels([item.au]))
            )
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
            clause = _clauses(grouped(claims), choose, len(parts) + 1)
            parts.append(choose.pick(slot, options).format(clause=clause))
    if reading.drift:
        parts.append(choose.pick("drift", words.DRIFT))
    return parts


def _clauses(groups: Sequence[ClaimGroup], choose: Chooser, turn: int) -> str:
    """Who moves where, in which colour."""
    parts = [_clause(bundle, choose, turn + i) for i, bundle in enumerate(bundled(groups))]
    return "，同时".join(filter(None, ["，".join(parts[:-1]), *parts[-1:]]))


def _clause(bundle: Sequence[ClaimGroup], choose: Chooser, turn: int) -> str:
    group = bundle[0]
    left, right = group.claims[0], group.claims[-1]
    if group.shape == "split":
        return "，".join(
            f"{_part(group.part, words.SIDES[region_side(claim.region)])}{_strength(claim, choose, turn)}"
            f"{_verb(claim.direction, choose, turn)}（{_colour(claim)}）"
            for claim in group.claims
        )
    verb = _verb(group.way, choose, turn)
    if left.intensity != right.intensity and left.colour == right.colour:
        strengths = f"左侧{words.SIDE_STRENGTH[left.intensity]}、右侧{words.SIDE_STRENGTH[right.intensity]}"
        return f"{_subject(bundle)}{verb}，呈{_colour(left)}，{strengths}"
    if left.intensity != right.intensity:
        shares = (
            f"{words.SIDES[region_side(claim.region)]}侧{words.SIDE_STRENGTH[claim.intensity]}（{_colour(claim)}）"
            for claim in group.claims
        )
        return f"{_subject(bundle)}{verb}，{'，'.join(shares)}"
    coloured = words.COLOURED if left.colour == right.colour else words.COLOURED_BY_SIDE
    tint = choose.pick("coloured", coloured, turn).format(_colour(left), _colour(right))
    return f"{_subject(bundle)}{_strength(left, choose, turn)}{verb}{tint}"


def _subject(groups: Sequence[ClaimGroup]) -> str:
    return _listed([_part(group.part, _side_word(group)) for group in groups])


def _side_word(group: ClaimGroup) -> str:
    return "两" if len(group.claims) > 1 else words.SIDES[region_side(group.claims[0].region)]


def _part(part: str, side: str) -> str:
    if not side:
        return PART_NAMES[part]["zh"]
    return PART[part].sided.format(side) or f"{side}侧{PART_NAMES[part]['zh']}"


def _verb(way: str, choose: Chooser, turn: int) -> str:
    if way in words.VERBS:
        return choose.pick(f"verb {way}", words.VERBS[way], turn)
    name = next(names["zh"] for direction, names in DIRECTION_NAMES.items() if direction == way)
    return f"{name}{'方' if '-' in way else '侧'}移动"


def _strength(claim: Claim, choose: Chooser, turn: int) -> str:
    return choose.pick(claim.intensity, words.STRENGTH[claim.intensity], turn)


def _colour(claim: Claim) -> str:
    return COLOUR_NAMES[claim.colour]["zh"]


def _place(au: ActionUnit) -> str:
    """Where an AU would show first."""
    region = au_sites(au)[0][0]
    side = words.SIDES[region_side(region)]
    if au.side and side:
        return "画面中" + _part(region_part(region), side)
    return _part(region_part(region), "两" if side else "")


def _about(aus: Sequence[ActionUnit], emotion: str, text: str) -> str:
    """Fills a phrase that says something of these AUs."""
    where = _listed(list(dict.fromkeys(_place(au) for au in aus if au_sites(au))))
    return text.format(aus=_labels(aus), emotion=emotion, where=where, together="的组合" if len(aus) > 1 else "")


def _labels(aus: Sequence[ActionUnit]) -> str:
    return _listed([au_label(au, "zh") for au in aus])


def _listed(names: Sequence[str]) -> str:
    return "和".join(filter(None, ["、".join(names[:-1]), *names[-1:]]))
