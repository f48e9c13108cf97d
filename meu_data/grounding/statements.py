"""What a text says of motion, statement by statement, against the measurement: `language.fit`, as flags."""

from collections.abc import Iterable, Iterator

from meu_data.face.moved import HIDDEN, Moved
from meu_data.face.regions import (
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    INTENSITIES,
    OCTANTS,
    Direction,
    opposite,
)
from meu_data.grounding.claims import INTENSITY_NAMES, au_words, region_words
from meu_data.grounding.flags import Words, flag
from meu_data.grounding.thresholds import ALMOST_MOVING
from meu_data.language.fit import Face, Fault, FaultKind, faults
from meu_data.language.reading import ReadStatement
from meu_data.records import ActionUnit, Flag, RegionMotion

# The message of each kind of fault.
_MESSAGES: dict[FaultKind, str] = {
    "strength": "text's strength",
    "colour": "text's colour",
    "direction": "text's direction",
    "contradiction": "text's contradiction",
    "other side": "text on the other side",
    "still": "text on still skin",
    "motion denied": "text denies motion",
    "direction denied": "text denies direction",
    "sides": "text's sides",
    "one side": "text's one side",
    "ranking": "text's ranking",
    "equality": "text's equality",
    "share": "text's share",
    "alone": "text's only motion",
    "course": "text's course",
    "evidence": "text's evidence",
}


def face_of(regions: Iterable[RegionMotion]) -> dict[str, Moved]:
    """The measured regions by name, as the rules see them."""
    return {
        region.region: Moved(
            region.octant,
            INTENSITIES.index(region.intensity),
            region.coherent,
            region.significance >= ALMOST_MOVING,
        )
        if region.measurable
        else HIDDEN
        for region in regions
    }


def check_statement(statement: ReadStatement, face: Face, stage: Words, quote: str) -> Iterator[Flag]:
    """The motion that one statement tells of, and what it is given as evidence for; `language.fit` has the rules.

    Args:
        statement: As read.
        face: The measured regions by name.
        stage: What the text is called.
        quote: The statement's words.
    """
    found: dict[tuple[FaultKind, str, bool], Fault] = {}
    for fault in faults(statement, face):
        found.setdefault((fault.kind, fault.region, fault.serious), fault)
    for fault in found.values():
        yield _flag(fault, face, stage, quote)


def _flag(fault: Fault, face: Face, stage: Words, quote: str) -> Flag:
    words: dict[str, Words | str] = {"stage": stage, "region": region_words(fault.region)}
    moved, said = face.get(fault.region, HIDDEN), fault.said
    if fault.kind == "colour" and said is not None:
        words |= {"said": _colour(sorted(said.colours)[0]), "measured": _colour(moved.way)}
    elif fault.kind == "strength" and said is not None:
        measured = INTENSITIES[moved.bin or 0]
        words |= {"said": INTENSITY_NAMES[said.strength or "none"], "measured": INTENSITY_NAMES[measured]}
    elif fault.other:
        words["other"] = region_words(fault.other)
    elif fault.kind == "evidence":
        words["au"] = au_words(ActionUnit.model_construct(number=fault.units[0]))
    elif said is not None:
        ways = sorted(said.directions(fault.region) | said.colours)
        words |= {
            "said": DIRECTION_NAMES[_octant(ways[0]) if ways else "none"],
            "measured": DIRECTION_NAMES[_octant(moved.way)],
            "other": region_words(opposite(fault.region)),
        }
    subject = fault.region or "sides"
    return flag(_MESSAGES[fault.kind], subject, "serious" if fault.serious else "minor", quote, **words)


def _octant(way: str) -> Direction:
    return next((octant for octant in OCTANTS if octant == way), "none")


def _colour(way: str) -> Words:
    return COLOUR_NAMES[COLOUR_OF[_octant(way)]]
