"""The pieces of a statement: what their words say so far, before it is known of whom."""

from collections.abc import Sequence

from meu_data.face.regions import PersonSide, picture_side
from meu_data.language.reading import Strength
from meu_data.language.words import WAYS, Event, Part, Units

SIDEWAYS = {"left": WAYS["left"], "right": WAYS["right"]}
PERSON: dict[str, PersonSide] = {"left": "L", "right": "R"}
OWN_SIDE = {side: picture_side(letter) for side, letter in PERSON.items()}
LETTERS: dict[str, PersonSide] = {picture_side(letter): letter for letter in PERSON.values()}
"""The letter of a side of the face, which is the person's, by the picture's side."""
OTHER_SIDE = {"left": "right", "right": "left"}
NO_COLOURS: frozenset[str] = frozenset()
# Kinds of words that only leave a mark on their piece.
MARKS = {
    "evidence": "argues",
    "supposing": "supposed",
    "typical": "typical",
    "hedge": "hedged",
    "towards": "to",
    "reversing": "reversed",
    "same": "same",
    "persons": "persons",
    "tint": "tinted",
    "axis": "axis",
    "explaining": "explains",
    "hardly": "hardly",
    "exists": "exists",
    "perspective": "perspective",
    "legend": "legend",
    "likening": "likened",
    "everywhere": "everywhere",
}


class Mention:
    """A part of the face where the text names it; the side is the picture's."""

    __slots__ = ("lent", "part", "persons", "side", "single")

    def __init__(self, part: Part, side: str | None, persons: bool) -> None:
        self.part = part
        self.side = side
        self.persons = persons
        # Whether the side is that of the part before, until another is said.
        self.lent = False
        # Whether it is one of the two, whichever.
        self.single = False


class Piece:
    """What a piece says so far; most pieces leave most of it as it is.

    `size` and `asides`: its known words, and those that say nothing alone. `denied`: something is; `back`: the denial
    stands behind what it denies; `gone`: it is said to be absent; `bare`: "no" and no more. `ahead`: what is named next
    is only compared. `first`: it tells of a motion before it names a part. `coded`: it begins with a unit;
    `coded_first`: a part follows that. `inherits`: it stands in brackets behind a denial. `labels`: a colon ends it;
    `opens`: a bracket does. `relative`: it is a relative clause; `legend`: it speaks of the map's colours as such;
    `likened`: "as if" stands in it; `degree`: a strength is said of a motion already named. `turned`: what governs it
    denies it as a whole; `nothing`: that word stands in it; `rank`: its subjects move more, or less, than others;
    `extreme`: so much or so little that the next bin is wrong; `likewise`: it ends with
    that word; `only`: on the side that is named and on no other; `one_sided`: on one side, which is not named.
    `nowhere`, `everywhere`: no region, all regions. `nor`: that word denies it; `argues`: a word of evidence stands
    in it; `litotes`: a strength is denied of it ("not strong"); `instead`: what it names does what was denied of
    others; `anew`: it begins with a pronoun, `denies`: with a denial; `excepts`: what is named is left out of what
    follows; `announces`: a colon parts it from what it is said of; `barely`: such a word may deny all of it.
    `fronted`: what it is compared with, where that stands before a comma. `opposed`, `aligned`: a word for the opposite
    direction, for the same one; `least`: "no less than"; `not_all`: "not all of them"; `by_far`: its comparison is more
    than a matter of judgement; `beside_before`: it is one with what was told before, where nothing else is named;
    `follows`: it does as another part does; `denies_rank`: a denial stands before its comparison; `refutes`: what was
    said before is wrong; `valued`: it stands behind a colon. `repeats`: how many of its words only say what stands
    beside them, as the name of a unit beside its code.
    """

    __slots__ = (
        *("ahead", "announces", "anew", "argues", "asides", "axis", "back", "bare", "barely", "coded"),
        *("coded_first", "codes", "colours", "compared", "compared_from", "compares", "degree", "denied"),
        *("denies", "described", "emotions", "everywhere", "excepts", "exists", "explains", "extreme"),
        *("first", "fronted", "gone", "hardly", "hedged", "inherits", "instead", "labels", "last"),
        *("legend", "likened", "likewise", "litotes", "mentions", "moved", "names", "nor", "not_moved"),
        *("nothing", "nowhere", "one_sided", "only", "opens", "other", "persons", "perspective"),
        *("pictures", "points", "pronoun", "pronoun_one", "rank", "relative", "reversed", "same", "side"),
        *("side_persons", "silent", "size", "still", "strength", "supposed", "tinted", "to", "towards"),
        *("turned", "typical", "ways", "opposed", "aligned", "least", "not_all", "by_far", "beside_before", "refutes"),
        *("valued", "repeats", "follows", "denies_rank"),
    )

    def __init__(self) -> None:
        self.ways = self.size = self.asides = self.repeats = self.compared_from = 0
        self.towards: tuple[str, ...] = ()
        self.colours = NO_COLOURS
        self.strength: Strength | None = None
        self.side: str | None = None
        self.last = self.rank = ""
        self.side_persons = self.persons = self.pictures = self.perspective = False
        self.pronoun = self.pronoun_one = self.same = self.other = self.labels = self.opens = self.points = False
        self.to = self.moved = self.not_moved = self.still = self.silent = self.hardly = self.tinted = False
        self.axis = self.first = self.compares = self.one_sided = self.likewise = self.turned = self.nothing = False
        self.extreme = self.only = self.denied = self.back = self.gone = self.bare = self.reversed = False
        self.exists = self.explains = self.ahead = self.inherits = self.supposed = self.typical = False
        self.hedged = self.coded = self.coded_first = self.relative = self.legend = self.likened = False
        self.degree = self.nowhere = self.everywhere = self.announces = self.anew = self.denies = False
        self.excepts = self.nor = self.argues = self.litotes = self.instead = self.barely = False
        self.opposed = self.aligned = self.least = self.not_all = self.by_far = self.beside_before = False
        self.refutes = self.valued = self.follows = self.denies_rank = False
        self.mentions: list[Mention] = []
        self.compared: list[Mention] = []
        self.fronted: list[Mention] = []
        self.codes: list[tuple[tuple[tuple[int, str | None], ...], bool]] = []
        self.names: list[tuple[Units, bool]] = []
        self.emotions: list[tuple[str, bool]] = []
        self.described: list[tuple[Mention | None, int]] = []

    @property
    def argues_rest(self) -> bool:
        """Whether it gives as evidence that nothing moves: "AU12 rests on the stillness of the brows"."""
        return self.argues and self.still and not (self.ways or self.denied)

    @property
    def alone(self) -> bool:
        """Whether one word says all, asides left out."""
        return self.size - self.asides == 1 and not (self.says or self.mentions or self.codes or self.emotions)

    @property
    def says(self) -> bool:
        """Whether anything is said of motion."""
        return bool(self.ways or self.towards or self.colours or self.strength or self.still or self.moved)


def named_beside(
    found: Sequence[Event], at: int, step: int, kinds: tuple[str, ...] = ("name", "muscle")
) -> Event | None:
    """A name just behind a code or just before it, with no more than a bracket, a colon or an arrow between."""
    beside = at + step
    if 0 <= beside < len(found) and (
        found[beside].kind in ("arrow", "gloss") or found[beside].value in ("(", ":", "[")
    ):
        beside += step
    return found[beside] if 0 <= beside < len(found) and found[beside].kind in kinds else None


def named_before(found: Sequence[Event], at: int) -> Event | None:
    """A name before a code that stands between commas: "the Dimpler, AU14, ..."."""
    step = at - 1 - (at > 0 and found[at - 1].kind == "gloss")
    if step < 1 or found[step].value != "," or found[step - 1].kind != "name":
        return None
    if step > 1 and found[step - 2].kind in ("code", "join"):
        return None
    return found[step - 1] if found[at + 1 : at + 2] and found[at + 1].value == "," else None


def named_behind(found: Sequence[Event], at: int) -> Event | None:
    """A name that ends its piece behind a code and a comma."""
    behind = [event for event in found[at + 1 : at + 5] if event.kind != "side"]
    if [event.value if event.kind == "break" else event.kind for event in behind[:2]] != [",", "name"]:
        return None
    last = len(behind) == 2 or behind[2].kind == "muscle" or (behind[2].kind == "break" and behind[2].value != "(")
    return behind[1] if last and not (at and found[at - 1].value == ",") else None
