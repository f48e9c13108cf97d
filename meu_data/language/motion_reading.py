"""What a reasoning text claims to have seen: regions of the face and the directions said of them.

A reading, not an understanding: it follows the grammar of plain descriptions ("both corners of the mouth move up and
outward, yellow on the left and red on the right"; "左侧眉头向上移动，呈紫色") and skips what it cannot place. One pass,
linear in the length of the text.
"""

from collections.abc import Iterable, Set
from functools import lru_cache

from meu_data.face.regions import OCTANTS, REGIONS, Side, region_side
from meu_data.language.lexicon import events, sentences
from meu_data.language.vocabulary import COLOURED, WAYS, Event, Kind, Part

# Longer texts are read anew each time, so that the memory of readings stays small.
_SHORT = 8_192

# What this many sentences say of a place is remembered; more would fill the memory.
_FEW = 8

# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)

_TELLING: frozenset[Kind] = frozenset(("way", "colour"))
_FLIPPED = {"left": "right", "right": "left", "both": "both"}
_SIDE_OF = {region: region_side(region) for region in REGIONS}
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
        # Regions a place may be, with what each sentence says of it: the sum of some `WAYS` and `COLOURED`.
        self._told: dict[tuple[str, ...], list[int]] = {}
        self._start_sentence()

    def read(self, sentence: Iterable[Event]) -> None:
        """Takes the events of one sentence."""
        self._start_sentence()
        # A piece so far: the parts it names, a side for which none is named yet, what it says, whether it denies that,
        # and whether the next side is the person's. No fields, because this loop is what all rewards wait for.
        mentions: list[_Mention] = []
        side: str | None = None
        said, denied, persons, joined = 0, False, False, False
        last: Kind | None = None
        for kind, value in sentence:
            if kind == "join":
                # "up and outward" is one motion, so the piece may not be over yet.
                joined = True
                continue
            if kind == "emotion":
                break
            over = kind == "break" or (joined and (kind != "way" or last != "way"))
            if (over or (kind == "part" and said and mentions and last != "near")) and last is not None:
                self._end_piece(mentions, side, said, denied)
                mentions, side, said, denied, persons, last = [], None, 0, False, False, None
            joined = False
            if kind == "break":
                self._denied_before = False
                continue
            if kind == "part":
                if not (mentions and last == "near"):
                    # "On the left, the inner brow rises": the side came before its part.
                    before = self._focus if side is None and not mentions and not self._subjects else side
                    mentions.append(_Mention(value, before))
                    side = None
            elif kind in _TELLING or (kind == "state" and mentions):
                said |= value
            elif kind == "side":
                picture = _FLIPPED[value] if persons else value
                persons = False
                side = "both" if side not in (None, picture) else picture
            else:
                denied, persons = denied or kind == "not", persons or kind == "person"
            last = kind
        if last is not None:
            self._end_piece(mentions, side, said, denied)
        for regions, words in self._sentence.items():
            self._told.setdefault(regions, []).append(words)

    def claims(self) -> list[Claim]:
        """All places told of so far."""
        return [
            (_claim if len(told) <= _FEW else _new_claim)(regions, tuple(told)) for regions, told in self._told.items()
        ]

    def _start_sentence(self) -> None:
        self._subjects: list[_Mention] = []
        self._described = False
        self._focus: str | None = None
        self._sentence: dict[tuple[str, ...], int] = {}
        self._denied_before = False

    def _end_piece(self, mentions: list[_Mention], side: str | None, said: int, denied: bool) -> None:
        # What is denied stays so behind "and" while it is about the same: "does not rise and drop".
        denied = denied or (self._denied_before and not mentions)
        if mentions:
            self._set_subjects(mentions, side)
            self._described = denied
        elif side is not None:
            self._focus = side
        if said and self._subjects and not denied:
            self._tell(said)
        self._denied_before = denied

    def _set_subjects(self, mentions: list[_Mention], side: str | None) -> None:
        self._subjects = ([] if self._described else self._subjects) + mentions
        if len(self._subjects) > _MOST_SUBJECTS:
            self._subjects = self._subjects[-_MOST_SUBJECTS:]
        self._focus = None
        last = mentions[-1]
        if side is not None and last.side is None:
            # "the lower cheek and the fold on the right": a side at the end of a list is for all that lack one.
            for mention in self._subjects:
                if mention is last or (mention.part.one and mention.side is None):
                    mention.side = side

    def _tell(self, said: int) -> None:
        self._described = True
        for mention in self._subjects:
            for regions in mention.part.places[self._focus or mention.side]:
                self._sentence[regions] = self._sentence.get(regions, 0) | said


def _new_claim(regions: tuple[str, ...], told: tuple[int, ...]) -> Claim:
    """The regions of a place, each with all directions in the picture that some sentences say of it."""
    return tuple([(region, _directions(_SIDE_OF[region], told)) for region in regions])


_claim = lru_cache(maxsize=4096)(_new_claim)


def _directions(side: Side | None, told: tuple[int, ...]) -> frozenset[str]:
    found = set[str]()
    for said in told:
        found.update(way for way, bit in COLOURED.items() if said & bit)
        if ways := {way for way, bit in WAYS.items() if said & bit}:
            found.add(_direction(side, ways))
    return frozenset(found)


def _direction(side: Side | None, ways: Set[str]) -> str:
    """The direction in the picture that words such as up and outward add up to on one side of the face."""
    outward = _OUTWARD[side] if side else {}
    turned = {outward.get(way, way) for way in ways}
    direction = "-".join(way for way in ("up", "down", "left", "right") if way in turned)
    whole = len(turned) == direction.count("-") + 1
    return direction if whole and direction in OCTANTS else CONTRADICTION
