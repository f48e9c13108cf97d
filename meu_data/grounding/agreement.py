"""Whether a text agrees with the emotion, the action units and the claims that stand beside it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from meu_data.choices import Language
from meu_data.face.moved import Moved
from meu_data.face.regions import CLEAR_INTENSITIES, INTENSITIES
from meu_data.grounding.claims import read_au
from meu_data.grounding.derive import joined
from meu_data.grounding.statements import check_statement
from meu_data.language.reader import read
from meu_data.language.reading import CONTRADICTION, MotionSaid, ReadStatement, UnitSaid
from meu_data.language.words import Places
from meu_data.records import Annotation, Claim

# An action unit that a coder saw need not show on the map, and a text may say so.
_UNSEEN = re.compile(
    r"\b(?:see|seen|visible|visibly|shows?|shown|detect\w*|trace|evident|evidence|discern\w*|observ\w*|map|measur\w*)\b"
    r"|见|看|显|图|测|检|痕|察",
    re.IGNORECASE,
)
# Around these words a unit may be meant to be absent however the sentence is read, and nobody is accused on a guess.
_DOUBTFUL = re.compile(
    r"n[o']t|\bno\b|\bnone|\bnor\b|never|absent|absence|without|likely|leav\w* out|rul\w* out|exclud|reject"
    r"|instead|rather|unlike|contrast|compare|resembl|❌|✗|不|没|未|无|非|别|勿|缺|排除|而是|相比|区别",
    re.IGNORECASE,
)
# What any text may be called.
_ANY: dict[Language, str] = {"en": "The text", "zh": "文字"}
# Held back is what any emotion may be.
_NO_ARGUMENT = frozenset({"others", "repression"})


class Contradiction(NamedTuple):
    """A sentence of a text, and what beside the text it does not agree with; no quote where it is not a sentence's."""

    kind: Literal["emotion", "au", "claim"]
    quote: str
    reason: str

    def __str__(self) -> str:
        return f"“{self.quote}” {self.reason}" if self.quote else self.reason


def contradictions(annotation: Annotation, lang: Language | None) -> list[Contradiction]:
    """Where an annotation contradicts itself; in what it says of motion, one octant and one bin are no contradiction.

    Args:
        annotation: A draft's, or a person's.
        lang: Language of its texts, where it is known.
    """
    text = joined(annotation)
    said = read(text, lang).statements
    # What the later stages say of motion sums the first one up in looser words.
    described = [statement for statement in said if statement.start < len(annotation.motion_analysis)]
    units = [au for code in annotation.aus if (au := read_au(code))]
    sides: dict[int, set[str | None]] = {}
    for au in units:
        sides.setdefault(au.number, set()).add(au.side)
    return [
        *emotion_contradictions(text, said, annotation.emotion, len(text) - len(annotation.conclusion)),
        *unit_contradictions(text, said, sides),
        *claim_contradictions(text, described, annotation.claims),
        *stray_claims(annotation.claims, {au.number for au in units}),
    ]


def emotion_contradictions(
    text: str, said: Sequence[ReadStatement], emotion: str | None, conclusion: int | None = None, *, argued: bool = True
) -> Iterator[Contradiction]:
    """A conclusion that is another emotion or denies this one, and an argument that leads to others alone.

    Args:
        text: What was read.
        said: Its statements.
        emotion: The one that was chosen, if any.
        conclusion: Where the conclusion begins; it is the last sentence about emotions when None.
        argued: Whether what stands before the conclusion has to lead to the emotion.
    """
    if emotion is None:
        return
    telling = [statement for statement in said if statement.emotions]
    last = [one for one in telling if conclusion is not None and one.start >= conclusion] or telling[-1:]
    rest = [statement for statement in telling if statement not in last]
    settled = any(_affirmed(statement, emotion) for statement in (telling if conclusion is None else last))
    led = not argued or emotion in _NO_ARGUMENT or any(_affirmed(statement, emotion) for statement in rest)
    for statement in telling if not led else last:
        quote = _quote(text, statement)
        # A heading or a rule of thumb settles nothing, unless nothing else does.
        plain = not (statement.general or statement.names_only) or (not settled and statement in last)
        others = {told.emotion for told in statement.emotions if told.polarity == "affirmed"} - _NO_ARGUMENT
        if others and not (_affirmed(statement, emotion) or statement.either or _DOUBTFUL.search(quote)) and plain:
            yield Contradiction("emotion", quote, f"says {' and '.join(sorted(others))}, but the emotion is {emotion}")
        elif not settled and any((told.emotion, told.polarity) == (emotion, "denied") for told in statement.emotions):
            yield Contradiction("emotion", quote, f"denies the emotion, which is {emotion}")


def _affirmed(statement: ReadStatement, emotion: str) -> bool:
    return any((told.emotion, told.polarity) == (emotion, "affirmed") for told in statement.emotions)


def unit_contradictions(
    text: str, said: Sequence[ReadStatement], sides: Mapping[int, Collection[str | None]], *, named: bool = True
) -> Iterator[Contradiction]:
    """Action units that the text names as present and that are not there, or that it denies and that are.

    A unit that is there may be called invisible: a coder saw it where the map does not show it.

    Args:
        text: What was read.
        said: Its statements.
        sides: The person's sides by the numbers of the units that are there; None for both.
        named: Whether to look for units that are not there, or not on that side.
    """
    telling = [
        (statement, unit) for statement in said if not statement.general for unit in statement.units if unit.sure
    ]
    affirmed = {unit.number for _, unit in telling if unit.polarity == "affirmed"}
    found: dict[tuple[int, str], Contradiction] = {}
    for statement, unit in telling:
        quote, number = _quote(text, statement), unit.number
        there = sides.get(number)
        if unit.polarity == "affirmed" and there is None and named and not _DOUBTFUL.search(quote):
            reason = f"names AU{number} as present, but it is not among the AUs"
        elif unit.polarity == "affirmed" and named and _elsewhere(unit, there):
            listed = " and ".join(f"{side}AU{number}" for side in sorted(map(str, there or ())))
            reason = f"has {unit.side}AU{number}, but the AUs have {listed}"
        elif unit.polarity == "denied" and there and number not in affirmed and not statement.labelled:
            if _UNSEEN.search(quote):
                continue
            reason = f"denies AU{number}, but it is among the AUs"
        else:
            continue
        found.setdefault((number, reason[:3]), Contradiction("au", quote, reason))
    yield from found.values()


def _elsewhere(unit: UnitSaid, there: Collection[str | None] | None) -> bool:
    return bool(there and unit.side and None not in there and unit.side not in there)


def claim_contradictions(text: str, said: Sequence[ReadStatement], claims: Sequence[Claim]) -> Iterator[Contradiction]:
    """Sentences that tell of another motion than the claim about the region does, or of stillness where it moves.

    Args:
        text: What was read.
        said: Its statements.
        claims: Where several are about one region and differ, none is compared.
    """
    by_region: dict[str, Claim | None] = {}
    for claim in claims:
        other = by_region.setdefault(claim.region, claim)
        if other is not None and (other.direction, other.intensity) != (claim.direction, claim.intensity):
            by_region[claim.region] = None
    claimed = {region: _as_measured(claim) for region, claim in by_region.items() if claim is not None}
    moved = {
        region
        for statement in said
        for told in statement.motions
        if told.moves
        for place in told.places
        for region in place
    }
    for statement in said:
        quote = _quote(text, statement)
        doubtful = statement.general or bool(_DOUBTFUL.search(quote))
        motions = tuple(
            told._replace(places=places)
            for told in statement.motions
            if (places := _comparable(told, claimed, moved, doubtful=doubtful))
        )
        if not motions:
            continue
        compared = statement._replace(motions=motions, evidence=(), sides_differ=False)
        for flag in check_statement(compared, claimed, _ANY, quote):
            against = by_region[flag.subject]
            if flag.severity == "serious" and against is not None:
                yield Contradiction("claim", quote, f"does not agree with the claim “{claim_words(against)}”")
                break


def _comparable(told: MotionSaid, claimed: Mapping[str, Moved], moved: set[str], *, doubtful: bool) -> Places:
    """The places of which it is certain enough what is said, for nobody is accused on a guess.

    A word that may mean a region without a claim contradicts none, and neither does a denial; that a region is still
    counts where no other sentence moves it.
    """
    places = tuple(place for place in told.places if claimed.keys() >= set(place))
    if told.moves is False:
        return tuple(
            place for place in places if len(place) == 1 and place[0] not in moved and _clear(claimed[place[0]])
        )
    directed = told.ways or told.towards or told.colours
    certain = told.moves and directed and not told.denied and not doubtful and CONTRADICTION not in _ways(told)
    return places if certain else ()


def _clear(moved: Moved) -> bool:
    return moved.coherent and INTENSITIES[moved.bin or 0] in CLEAR_INTENSITIES


def _ways(told: MotionSaid) -> set[str]:
    return {way for place in told.places for region in place for way in told.directions(region)}


def stray_claims(claims: Sequence[Claim], numbers: Collection[int]) -> Iterator[Contradiction]:
    """Claims that are given as evidence for an action unit that is not there."""
    for claim in claims:
        au = read_au(claim.au) if claim.au else None
        if au is not None and au.number not in numbers:
            yield Contradiction("claim", "", f"the claim “{claim_words(claim)}” is about {au.code}, which is not there")


def claim_words(claim: Claim) -> str:
    """A claim as a message quotes it."""
    return f"{claim.region}: {claim.direction}, {claim.intensity}" + (f", {claim.au}" if claim.au else "")


def _as_measured(claim: Claim) -> Moved:
    """A claim as if it were the measurement."""
    return Moved(claim.direction, INTENSITIES.index(claim.intensity), claim.direction != "none")


def _quote(text: str, statement: ReadStatement) -> str:
    return " ".join(text[statement.start : statement.end].split())
