"""What became of each statement of a draft's texts, and whether it agrees with the claims it is linked to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from meu_data.face.regions import INTENSITIES, OCTANTS, near
from meu_data.grounding.claims import au_words, read_au, region_words
from meu_data.grounding.flags import flag
from meu_data.grounding.prose import STAGES, Prose
from meu_data.language.fit import NEAR_BINS
from meu_data.language.reading import MotionSaid, UnitSaid
from meu_data.records import ANNOTATION_STAGES, AnnotationStage, Claim, FindingKind, Flag, StatementFinding

# Of what is said in one sentence the worst counts.
_WORST: tuple[FindingKind, ...] = ("contradicted", "not read", "confirmed", "not measurable")


class _Piece(NamedTuple):
    """What the reader made of one piece of a stage's text; `start` and `end` are its place there."""

    start: int
    end: int
    quote: str
    finding: FindingKind
    general: bool
    motions: Sequence[MotionSaid]
    units: Sequence[UnitSaid]


class _Sentence(NamedTuple):
    """A linked statement with what the reader read in it."""

    text: str
    start: int
    end: int
    claims: Sequence[Claim]
    pieces: Sequence[_Piece]


def findings(prose: Prose, flags: Iterable[Flag]) -> tuple[StatementFinding, ...]:
    """What became of each statement of the three texts, in order.

    The statements of the first stage are the draft's own where it has them; all others are the reader's. `confirmed`:
    the measurement or the labels bear out what it says. `contradicted`: they do not. `not measurable`: it says nothing
    that they could bear out. `not read`: it is about the face, and the reader did not understand it.

    Args:
        prose: The texts, read.
        flags: What is wrong with them (`prose.check_prose`).
    """
    against = list(flags)
    found: list[StatementFinding] = []
    for stage in ANNOTATION_STAGES:
        pieces = list(_pieces(prose, stage, against))
        own = _sentences(prose, pieces) if stage == "motion_analysis" else []
        spans = [(item.start, item.end, item.pieces) for item in own] or [
            (one.start, one.end, (one,)) for one in pieces
        ]
        for start, end, parts in spans:
            kinds = {part.finding for part in parts}
            finding = next((kind for kind in _WORST if kind in kinds), _WORST[-1])
            found.append(StatementFinding(stage=stage, start=start, end=end, finding=finding))
    return tuple(found)


def check_links(prose: Prose) -> Iterator[Flag]:
    """The draft's own statements against the claims they are linked to, where the reader understood them.

    This is about agreement alone: whether statement and claims are true is judged against the measurement.
    """
    if not prose.annotation.statements:
        return
    words, claimed = STAGES["motion_analysis"], {claim.region for claim in prose.annotation.claims}
    for sentence in _sentences(prose, list(_pieces(prose, "motion_analysis", ()))):
        # Of what is general, or would be, the reader does not say all.
        if any(piece.finding == "not read" or piece.general for piece in sentence.pieces):
            continue
        motions = [said for piece in sentence.pieces for said in piece.motions if said.real]
        units = {unit.number for piece in sentence.pieces for unit in piece.units}
        for claim in sentence.claims:
            region, au = {"stage": words, "region": region_words(claim.region)}, claim.au and read_au(claim.au)
            told = [said for said in motions if any(claim.region in regions for regions in said.places)]
            if not told:
                yield flag("claim unstated", claim.region, "minor" if motions else "note", sentence.text, **region)
            elif _differs(claim, told):
                yield flag("claim differs", claim.region, "minor", sentence.text, **region)
            if au and units and au.number not in units:
                yield flag("claim's AU", claim.region, "minor", sentence.text, **region, au=au_words(au))
        free = next(_unclaimed(motions, claimed), None)
        if free is not None:
            yield flag("motion unclaimed", free, "note", sentence.text, stage=words, region=region_words(free))


def _pieces(prose: Prose, stage: AnnotationStage, flags: Collection[Flag]) -> Iterator[_Piece]:
    """What the reader read in one stage, each piece with its finding by these flags."""
    offset = _offset(prose, stage)
    measured = {region.region for region in prose.regions if region.measurable}
    wrong = {item.quote for item in flags if item.quote and item.severity != "note"}
    emotion = any(
        item.kind == "conclusion" and item.subject == "conclusion" and item.severity == "serious" for item in flags
    )
    codes = {item.subject for item in flags if item.kind == "conclusion" and item.severity == "serious"}
    for said in prose.of[stage]:
        quote = prose.quote(said)
        start = prose.text.index(quote, said.start) - offset
        foreign = said.lang not in (None, prose.lang)
        accused = quote in wrong and not (foreign and _only_foreign(quote, stage, flags))
        if stage == "conclusion":
            accused |= any(f"AU{unit.number}" in codes and unit.polarity == "affirmed" for unit in said.units)
            accused |= emotion and any(
                named.polarity != "denied" and named.emotion != prose.annotation.emotion for named in said.emotions
            )
        if accused:
            finding: FindingKind = "contradicted"
        elif not said.understood:
            finding = "not read"
        elif (
            any(_measurable(motion, measured) for motion in said.motions)
            or any(unit.sure and unit.polarity != "supposed" for unit in said.units)
            or any(named.polarity != "supposed" for named in said.emotions)
        ):
            finding = "confirmed"
        else:
            finding = "not measurable"
        yield _Piece(start, start + len(quote), quote, finding, said.general, said.motions, said.units)


def _offset(prose: Prose, stage: AnnotationStage) -> int:
    """Where a stage's text begins in all that was read."""
    at = 0
    for name in ANNOTATION_STAGES:
        text = str(getattr(prose.annotation, name))
        at = prose.text.index(text, at)
        if name == stage:
            break
        at += len(text)
    return at


def _only_foreign(quote: str, stage: str, flags: Iterable[Flag]) -> bool:
    """Whether nothing is wrong with a statement but its language."""
    foreign = flag("language", stage, "serious", quote, stage=STAGES[stage])
    return all(item == foreign or item.quote != quote or item.severity == "note" for item in flags)


def _measurable(said: MotionSaid, measured: Collection[str]) -> bool:
    something = said.moves is not None or said.ways or said.towards or said.colours or said.strength
    return bool(said.real and something and any(name in measured for regions in said.places for name in regions))


def _sentences(prose: Prose, pieces: Sequence[_Piece]) -> list[_Sentence]:
    """The draft's own statements where the text is theirs."""
    found: list[_Sentence] = []
    at = 0
    for statement in prose.annotation.linked:
        start = prose.annotation.motion_analysis.index(statement.text, at)
        at = start + len(statement.text)
        inside = [piece for piece in pieces if piece.start < at and start < piece.end]
        found.append(_Sentence(statement.text, start, at, statement.claims, inside))
    return found


def _differs(claim: Claim, told: Sequence[MotionSaid]) -> bool:
    """Whether what is told of a claim's region is another motion than the claim's."""
    moves = [said for said in told if said.moves]
    if not moves:
        return claim.intensity != "none" and all(said.moves is False and not said.strength for said in told)
    ways = {way for said in moves for way in (*said.directions(claim.region), *said.colours)}
    strengths = {said.strength for said in moves if said.strength}
    bin_ = INTENSITIES.index(claim.intensity)
    return bool(ways and not any(way in ways and near(way, claim.direction) for way in OCTANTS)) or bool(
        strengths and all(abs(INTENSITIES.index(strength) - bin_) > NEAR_BINS for strength in strengths)
    )


def _unclaimed(motions: Iterable[MotionSaid], claimed: Collection[str]) -> Iterator[str]:
    """Regions that plainly are told to move, and that no claim has."""
    for said in motions:
        if said.moves and said.sided:
            yield from (regions[0] for regions in said.places if not any(name in claimed for name in regions))
