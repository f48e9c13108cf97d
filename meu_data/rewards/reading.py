"""What a reasoning text claims to have seen: regions of the face and the directions said of them.

A reading, not an understanding: it follows the grammar of plain descriptions ("both corners of the mouth move up and
outward, yellow on the left and red on the right"; "左侧眉头向上移动，呈紫色") and skips what it cannot place. One pass,
linear in the length of the text.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from meu_data.regions import OCTANTS, PAIRED_PARTS, REGIONS, Side, region_side
from meu_data.rewards.lexicon import Event, Kind, Part, events, sentences

# Longer texts are read anew each time, so that the memory of readings stays small.
_SHORT = 8_192

# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)

_FLIPPED = {"left": "right", "right": "left", "both": "both"}
_SIDES: tuple[Side, ...] = ("left", "right")
_SIDE_OF = {region: region_side(region) for region in REGIONS}
_NOWHERE: frozenset[str] = frozenset()
_OUTWARD: dict[Side, dict[str, str]] = {"left": {"out": "left", "in": "right"}, "right": {"out": "right", "in": "left"}}


# One place that a text says moves: the regions that its words may mean (one, when they are exact), each with the
# directions said of it.
Claim = tuple[tuple[str, frozenset[str]], ...]

# Stands for words that fit no motion, such as up and down at once.
CONTRADICTION = "contradiction"


def read_claims(text: str) -> tuple[Claim, ...]:
    """The places that a text says move, each once, with all that it says of their direction.

    A place counts when a direction or a colour of the map is said of it. Left and right are the picture's unless the
    text says whose they are; a paired part without a side means both. Nothing is read from a part of a sentence that
    denies or supposes, from what follows the name of an emotion in a sentence, nor from the name that stands in
    brackets behind an AU.

    Args:
        text: A reasoning text, in English, Chinese or both.

    Returns:
        The claims, exact ones first. Never raises.
    """
    return _remembered(text) if len(text) <= _SHORT else _read(text)


def forget() -> None:
    """Drops the readings that are kept so that several rewards of one completion read it once."""
    _remembered.cache_clear()


@lru_cache(maxsize=2048)
def _remembered(text: str) -> tuple[Claim, ...]:
    return _read(text)


def _read(text: str) -> tuple[Claim, ...]:
    reader = _Reader()
    for sentence in sentences(text):
        reader.read(events(sentence))
    return tuple(sorted(reader.claims(), key=len))


class _Mention:
    """A part of the face where the text names it; the side is the picture's."""

    __slots__ = ("part", "side")

    def __init__(self, part: Part, side: str | None) -> None:
        self.part = part
        self.side = side


class _Reader:
    """Puts the events of a text together, one sentence after the other.

    A sentence falls into pieces at "and" and commas. A piece that names parts of the face sets the subjects, or adds to
    a list of them as long as nothing is said of it; a piece that names none goes on about them.
    """

    def __init__(self) -> None:
        # Regions a place may be, with the statements about it: directions said in words, and those said by colours.
        self._told: dict[tuple[str, ...], list[tuple[set[str], set[str]]]] = {}
        self._start_sentence()

    def read(self, sentence: Iterable[Event]) -> None:
        """Takes the events of one sentence."""
        self._start_sentence()
        for kind, value in sentence:
            if kind == "join":
                # "up and outward" is one motion, so the piece may not be over yet.
                self._joined = True
            elif kind == "break":
                self._end_piece()
                self._denied_before = False
            elif kind == "emotion":
                break
            else:
                if self._joined and not kind == self._last == "way":
                    self._end_piece()
                self._add(kind, value)
        self._end_piece()
        for regions, statement in self._sentence.items():
            self._told.setdefault(regions, []).append(statement)

    def claims(self) -> list[Claim]:
        """All places told of so far."""
        return [
            tuple([(region, _directions(region, told)) for region in regions]) for regions, told in self._told.items()
        ]

    def _start_sentence(self) -> None:
        self._subjects: list[_Mention] = []
        self._described = False
        self._focus: str | None = None
        self._sentence: dict[tuple[str, ...], tuple[set[str], set[str]]] = {}
        self._denied_before = False
        self._start_piece()

    def _start_piece(self) -> None:
        self._mentions: list[_Mention] = []
        self._side: str | None = None
        self._ways: list[str] = []
        self._colours: list[str] = []
        self._denied = False
        self._persons = False
        self._joined = False
        self._last: Kind | None = None

    def _add(self, kind: Kind, value: Any) -> None:  # noqa: ANN401
        if kind == "part":
            self._name(value)
        elif kind == "side":
            side = _FLIPPED[value] if self._persons else value
            self._persons = False
            self._side = "both" if self._side not in (None, side) else side
        elif kind == "colour":
            self._colours.append(value)
        elif kind == "way" or (kind == "state" and self._mentions):
            self._ways += value
        elif kind == "not":
            self._denied = True
        elif kind == "person":
            self._persons = True
        self._joined = False
        self._last = kind

    def _name(self, part: Part) -> None:
        if self._mentions and self._last == "near":
            return
        if self._mentions and (self._ways or self._colours):
            self._end_piece()
        if not self._mentions and not self._subjects and self._side is None:
            # "On the left, the inner brow rises": the side came before its part.
            self._side = self._focus
        self._mentions.append(_Mention(part, self._side))
        self._side = None

    def _end_piece(self) -> None:
        if self._last is None:
            self._joined = False
            return
        # What is denied stays so behind "and" while it is about the same: "does not rise and drop".
        denied = self._denied or (self._denied_before and not self._mentions)
        if self._mentions:
            self._set_subjects()
            self._described = denied
        elif self._side is not None:
            self._focus = self._side
        if (self._ways or self._colours) and self._subjects and not denied:
            self._tell()
        self._start_piece()
        self._denied_before = denied

    def _set_subjects(self) -> None:
        if self._described:
            self._subjects = []
        self._focus = None
        last = self._mentions[-1]
        self._subjects = (self._subjects + self._mentions)[-_MOST_SUBJECTS:]
        if self._side is not None and last.side is None:
            # "the lower cheek and the fold on the right": a side at the end of a list is for all that lack one.
            for mention in self._subjects:
                if mention is last or (mention.part.one and mention.side is None):
                    mention.side = self._side

    def _tell(self) -> None:
        self._described = True
        for mention in self._subjects:
            for regions in _places(mention.part.parts, self._focus or mention.side):
                ways, colours = self._sentence.setdefault(regions, (set(), set()))
                ways.update(self._ways)
                colours.update(self._colours)


@cache
def _places(parts: tuple[str, ...], side: str | None) -> tuple[tuple[str, ...], ...]:
    """The places meant by words for some parts: for each, the regions it may be."""
    paired = [part for part in parts if part in PAIRED_PARTS]
    middle = [part for part in parts if part not in PAIRED_PARTS]
    if not paired or (middle and side is None):
        return ((*middle, *(f"{each}_{part}" for part in paired for each in _SIDES)),)
    sides = (side,) if side in _SIDES else _SIDES
    return tuple(tuple(f"{each}_{part}" for part in paired) for each in sides)


def _directions(region: str, told: list[tuple[set[str], set[str]]]) -> frozenset[str]:
    side = _SIDE_OF[region]
    found = _NOWHERE
    for ways, colours in told:
        if ways:
            found |= _direction(side, frozenset(ways))
        if colours:
            found |= colours
    return found


@lru_cache(maxsize=4096)
def _direction(side: Side | None, ways: frozenset[str]) -> frozenset[str]:
    """The direction in the picture that words such as up and outward add up to on one side of the face."""
    outward = _OUTWARD[side] if side else {}
    turned = {outward.get(way, way) for way in ways}
    direction = "-".join(way for way in ("up", "down", "left", "right") if way in turned)
    whole = len(turned) == direction.count("-") + 1
    return frozenset((direction if whole and direction in OCTANTS else CONTRADICTION,))
