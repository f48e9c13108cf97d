"""The pieces of a statement: what their words say so far, before it is known of whom."""

from meu_data.face.regions import PersonSide, picture_side
from meu_data.language.reading import Strength
from meu_data.language.words import WAYS, Part, Units

SIDEWAYS = {"left": WAYS["left"], "right": WAYS["right"]}
PERSON: dict[str, PersonSide] = {"left": "L", "right": "R"}
OWN_SIDE = {side: picture_side(letter) for side, letter in PERSON.items()}
NO_COLOURS: frozenset[str] = frozenset()


class Mention:
    """A part of the face where the text names it; the side is the picture's."""

    __slots__ = ("part", "persons", "side")

    def __init__(self, part: Part, side: str | None, persons: bool) -> None:
        self.part = part
        self.side = side
        self.persons = persons


class Piece:
    """What a piece says so far; most pieces leave most of it as it is.

    `size` and `asides`: its known words, and those that say nothing alone. `denied`: something is; `back`: the denial
    stands behind what it denies; `gone`: it is said to be absent; `bare`: "no" and no more. `ahead`: what is named next
    is only compared. `first`: it tells of a motion before it names a part. `coded`: it begins with a unit; `coded_first`:
    a part follows that. `inherits`: it stands in brackets behind a denial. `labels`: a colon ends it.
    """

    ways = size = asides = 0
    towards: tuple[str, ...] = ()
    colours: frozenset[str] = NO_COLOURS
    strength: Strength | None = None
    side: str | None = None
    last = ""
    side_persons = persons = pictures = perspective = pronoun = same = other = labels = to = False
    moved = not_moved = still = silent = hardly = tinted = axis = first = compares = False
    denied = back = gone = bare = reversed = exists = explains = ahead = pardoned = inherits = False
    supposed = typical = hedged = coded = coded_first = False

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.compared: list[Mention] = []
        self.codes: list[tuple[tuple[tuple[int, str | None], ...], bool]] = []
        self.names: list[tuple[Units, bool]] = []
        self.emotions: list[tuple[str, bool]] = []
        self.described: list[tuple[Mention | None, int]] = []

    @property
    def says(self) -> bool:
        return bool(self.ways or self.towards or self.colours or self.strength or self.still or self.moved)
