"""The claims of a text that a person has corrected: those of the sentences left alone, and new ones of the others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.face.aus import AU_NAMES, au_sites
from meu_data.face.regions import (
    COLOUR_OF,
    OCTANTS,
    Direction,
    Intensity,
    near,
    picture_side,
    region_side,
)
from meu_data.grounding.claims import read_au
from meu_data.language.reader import read
from meu_data.language.reading import MotionSaid, ReadStatement, Strength
from meu_data.records import ActionUnit, Annotation, Claim

# What a text moves without saying how strongly: no measured motion is more than one bin away from it.
_UNSAID: Intensity = "moderate"


class _Telling(NamedTuple):
    """What some statements say of one region; `still` is None where they say nothing of that."""

    directions: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    strength: Strength | None = None
    still: bool | None = None
    numbers: frozenset[int] = frozenset()

    def and_also(self, other: "_Telling") -> "_Telling":
        """Both, what was said first before what was said later."""
        return _Telling(
            self.directions or other.directions,
            self.colours or other.colours,
            self.strength or other.strength,
            other.still if self.still is None else self.still,
            self.numbers | other.numbers,
        )


def joined(annotation: Annotation) -> str:
    """The three texts as they are read: as one, because the first may say whose sides all of them mean."""
    return "\n".join((annotation.motion_analysis, annotation.expression_inference, annotation.conclusion))


def derive_claims(before: Annotation, after: Annotation, lang: Language) -> tuple[Claim, ...]:
    """The claims of a corrected text.

    A sentence that still says the same keeps its claims. Where the reading of a sentence has changed, the claims about
    its regions say what it says now, and are as before in what it leaves open; a region that it tells of for the first
    time gets a claim if the sentence gives it a direction or a colour. A claim goes with the last sentence about its
    region, when the region is said to be still, and when its AU was taken away.

    Args:
        before: The texts as they were, with their claims.
        after: The corrected texts and AUs; its claims are not looked at.
        lang: Language of both.

    Returns:
        The claims; those of `before` first, in their order. The same inputs give the same claims.
    """
    was, now = (read(joined(annotation), lang).statements for annotation in (before, after))
    same = Counter(map(_reading, was)) & Counter(map(_reading, now))
    taken_away = set(before.aus) - set(after.aus)
    claimed = {claim.region for claim in before.claims}
    kept = _told(_only(was, same), claimed)
    old, new = _anew(was, same, before, claimed), _anew(now, same, after, claimed)
    units = [au for code in after.aus if (au := read_au(code))]
    claims = list[Claim]()
    for claim in before.claims:
        telling = new.get(claim.region)
        if telling is not None and telling != old.get(claim.region):
            revised = _revised(claim, old.get(claim.region, _Telling()), telling, units)
            claims += [] if revised is None else [revised]
        elif (claim.region not in old or claim.region in kept or telling) and claim.au not in taken_away:
            claims.append(claim)
    affirmed = {unit.number for said in now for unit in said.units if unit.polarity == "affirmed"}
    fresh = (_new(region, telling, units, affirmed) for region, telling in new.items() if region not in claimed)
    claims += [claim for claim in fresh if claim is not None]
    return tuple(dict.fromkeys(claims))


def _reading(statement: ReadStatement) -> ReadStatement:
    """A statement whatever its place."""
    return statement._replace(start=0, end=0)


def _without(statements: Iterable[ReadStatement], same: Counter[ReadStatement]) -> list[ReadStatement]:
    left = Counter(same)
    found = []
    for statement in statements:
        if left[_reading(statement)] > 0:
            left[_reading(statement)] -= 1
        else:
            found.append(statement)
    return found


def _only(statements: Iterable[ReadStatement], same: Counter[ReadStatement]) -> list[ReadStatement]:
    return [statement for statement in statements if same[_reading(statement)]]


def _anew(
    statements: Sequence[ReadStatement], same: Counter[ReadStatement], annotation: Annotation, claimed: set[str]
) -> dict[str, _Telling]:
    """What the sentences that are not the same say of each region.

    The later stages sum the first one up in looser words: they count for what it does not speak of.
    """
    end = len(annotation.motion_analysis)
    changed = _without(statements, same)
    first = _told([statement for statement in statements if statement.start < end], claimed)
    later = _told([statement for statement in changed if statement.start >= end], claimed)
    return {region: telling for region, telling in later.items() if region not in first} | _told(
        [statement for statement in changed if statement.start < end], claimed
    )


def _told(statements: Iterable[ReadStatement], claimed: set[str]) -> dict[str, _Telling]:
    """What is said of each region; words that may mean several regions mean those that have a claim."""
    found: dict[str, _Telling] = {}
    for statement in statements:
        for at, said in enumerate(statement.motions):
            if not said.real or said.denied or statement.general:
                continue
            numbers = [given.numbers for given in statement.evidence if at in given.motions]
            telling = _Telling(
                colours=said.colours,
                strength=said.strength,
                still=None if said.moves is None else not said.moves,
                numbers=frozenset().union(*numbers),
            )
            for region in _regions(said, telling.numbers, claimed):
                directions = said.directions(region) & set(OCTANTS)
                more = telling._replace(directions=directions)
                found[region] = found[region].and_also(more) if region in found else more
    return found


def _regions(said: MotionSaid, numbers: frozenset[int], claimed: set[str]) -> list[str]:
    found = list[str]()
    known = [[region for region in place if region in claimed] for place in said.places]
    for place, there in zip(said.places, known, strict=True):
        if there:
            found += there
        elif said.sided or not any(known):
            sites = _sites([ActionUnit(number=number) for number in sorted(numbers) if number in AU_NAMES])
            found.append(next((region for region in place if region in sites), place[0]))
    return found


def _sites(units: Sequence[ActionUnit]) -> dict[str, Direction]:
    return {region: direction for au in units for region, direction in au_sites(au)}


def _revised(claim: Claim, old: _Telling, new: _Telling, units: Sequence[ActionUnit]) -> Claim | None:
    """A claim as its region is told of now, or None where it is said to be still."""
    if new.still:
        return claim if claim.intensity == "none" else None
    direction = claim.direction
    said = new.directions or new.colours
    if said and (new.directions, new.colours) != (old.directions, old.colours):
        direction = _choose(new, claim.direction)
    intensity = claim.intensity
    if new.strength and new.strength != old.strength:
        intensity = new.strength
    elif claim.intensity == "none":
        intensity = _UNSAID
    au = claim.au if claim.au in {unit.code for unit in units} else None
    known = read_au(claim.au) if claim.au else None
    if new.numbers and not (known and known.number in new.numbers and au):
        au = _link(claim.region, direction, new.numbers, units, stated=True) or au
    colour = claim.colour
    if direction != claim.direction or new.colours != old.colours:
        colour = COLOUR_OF[direction]
    return Claim(region=claim.region, colour=colour, direction=direction, intensity=intensity, au=au)


def _choose(telling: _Telling, before: Direction | None = None) -> Direction:
    """The one direction that words and colours mean."""
    said = [way for way in OCTANTS if way in (telling.directions or telling.colours)]
    if before in said:
        return before
    return next((way for way in said if way in telling.colours), said[0])


def _new(region: str, telling: _Telling, units: Sequence[ActionUnit], affirmed: set[int]) -> Claim | None:
    if telling.still or not (telling.directions or telling.colours):
        return None
    direction = _choose(telling)
    return Claim(
        region=region,
        colour=COLOUR_OF[direction],
        direction=direction,
        intensity=telling.strength or _UNSAID,
        au=_link(region, direction, telling.numbers or affirmed, units, stated=bool(telling.numbers)),
    )


def _link(
    region: str, direction: Direction, numbers: Iterable[int], units: Sequence[ActionUnit], *, stated: bool
) -> str | None:
    """The AU among some that the motion of a region shows (FACS), or that the text says it does."""
    side, named = region_side(region), set(numbers)
    possible = [au for au in units if au.number in named and (au.side is None or side in (None, picture_side(au.side)))]
    for au in possible:
        expected = dict(au_sites(au)).get(region)
        if expected is not None and near(expected, direction):
            return au.code
    return possible[0].code if stated and possible else None
