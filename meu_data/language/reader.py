"""The one reader of prose about a face: what a text says of regions, directions, colours, action units and emotions.

A reading, not an understanding. A text falls into statements at sentence ends, lines, semicolons and rows of a table
(`layout`); a statement falls into pieces at commas and conjunctions, each the sum of what its words do (`lexer`,
`words`); `teller` tells of whom. One pass, linear in the length of the text.
"""

from functools import lru_cache

from meu_data.choices import Language
from meu_data.language.layout import statements
from meu_data.language.lexer import events, plain
from meu_data.language.pieces import (
    OWN_SIDE,
    PERSON,
    SIDEWAYS,
    Mention,
    Piece,
    named_before,
    named_behind,
    named_beside,
)
from meu_data.language.portions import BROW, portion
from meu_data.language.reading import Misnamed, Reading, Strength
from meu_data.language.teller import Teller
from meu_data.language.words import WAYS, Event, Part, Units

# Longer texts are read anew each time, so that the memory of readings stays small.
_SHORT = 8_192
_OTHER = {"left": "right", "right": "left"}
_BINS: tuple[Strength, ...] = ("slight", "moderate", "strong")
# "Its colour, rose" names a colour.
_ROSE = WAYS["up"]
_PINK = frozenset(("up-right",))
_LIPS = frozenset(("upper_lip", "middle_upper_lip", "lower_lip", "middle_lower_lip"))
_INNER_OUTER = {WAYS["in"]: "inner", WAYS["out"]: "outer"}
_ASIDE = frozenset(("side", "pronoun", "persons", "pictures", "axis", "same"))
_UNCOUNTED = frozenset(("break", "musing", "relative", "plain", "arrow"))
# Kinds of words that only leave a mark on their piece.
_SIMPLE = {
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
    "comparing": "compares",
    "exists": "exists",
    "perspective": "perspective",
    "legend": "legend",
    "likening": "likened",
}


def read(text: str, lang: Language | None = None) -> Reading:
    """Reads a text.

    Left and right are the picture's unless the text says whose they are; a paired part without a side means both.

    Args:
        text: Prose, lists, fields, Markdown tables; English, Chinese or both.
        lang: Not needed: the words of all languages are known. Where it is given, statements without letters have it.

    Returns:
        The statements. Never raises.
    """
    return _remembered(text, lang) if len(text) <= _SHORT else _read(text, lang)


def forget() -> None:
    """Drops the readings that are kept so that several users of one text read it once."""
    _remembered.cache_clear()


@lru_cache(maxsize=2048)
def _remembered(text: str, lang: Language | None) -> Reading:
    return _read(text, lang)


def _read(text: str, lang: Language | None) -> Reading:
    reader = _Reader()
    found = []
    for laid in statements(plain(text)):
        reader.begin(laid)
        for mode, chunk in laid.chunks:
            reader.take(mode, events(chunk))
        found.append(reader.statement(laid, lang))
    return Reading(tuple(found))


class _Reader(Teller):
    """Puts the events of a statement together to pieces."""

    def take(self, mode: str, found: list[Event]) -> None:  # noqa: PLR0912, PLR0915 - all readers wait for this loop
        """Takes the events of one chunk; `mode` is the field it stands in."""
        self._mode = mode
        self._adverb_from = -9
        piece = Piece()
        joined = False
        size = len(found)
        for at in range(size):
            kind, value = found[at]
            if kind == "join":
                joined = True
                piece.compared_from = len(piece.mentions)
                continue
            and_so, joined = joined, False
            if and_so and self._parts(piece, kind, value):
                self.end(piece)
                piece = self._after(piece)
            piece.size += kind not in _UNCOUNTED
            piece.asides += kind in _ASIDE
            if kind in ("break", "musing"):
                before, piece = piece, self._break(piece, value, found, at, kind == "musing")
                if piece is before and (value == "/" or (value == "," and and_so)):
                    # "The corners and, weakly, the cheeks"
                    joined = True
                    continue
                kind = "break"
            elif kind == "part":
                piece = self._part(piece, value, and_so)
            elif kind == "way":
                if value == _ROSE and piece.last == "tint":
                    piece.colours |= _PINK
                else:
                    piece.ways |= value
                    piece.first |= not piece.mentions
            elif kind == "side":
                piece = self._side(piece, value, found, at, and_so)
            elif kind == "colour":
                piece.colours |= value
                piece.first |= not piece.mentions
            elif kind == "strength":
                if piece.ahead and piece.compared:
                    # "Than the corner": no strength of its own.
                    piece.compares = True
                elif not self._about_evidence(found, at):
                    piece.strength = value
                    piece.degree = piece.last in ("move", "still")
            elif kind == "not":
                self._contrast = True
                self._deny(piece, value)
            elif kind == "move":
                piece.moved = True
                piece.not_moved |= piece.denied
                piece.first |= not piece.mentions
            elif kind == "state":
                if self._names_part(found, at):
                    piece.described.append((None, value))
                elif value:
                    piece.ways |= value
                else:
                    piece.still = True
            elif kind == "code" or (kind in ("bare code", "number") and self._is_code(kind)):
                self._code(piece, value if kind != "number" else ((value, None),), found, at)
                kind = "code"
            elif kind == "such":
                if piece.ahead and piece.mentions:
                    # 嘴角不像眉毛那样上抬
                    piece.denied, piece.ahead = True, False
            elif kind == "only":
                # "Mouth only"
                piece.moved |= piece.last == "part" and at + 1 < size and found[at + 1].kind == "break"
            elif kind in ("name", "muscle"):
                if and_so and piece.mentions and piece.says and value.motion:
                    self.end(piece)
                    piece = self._after(piece)
                self._name(piece, kind, value, found, at)
            elif kind == "still":
                piece.still = True
                piece.silent |= not value
            elif kind == "portion":
                self._portion(piece, value)
                kind = "part"
            elif kind == "field":
                # "No direction at all", "no intensity": nothing moves.
                piece.moved |= piece.last == "not" and value in ("direction", "strength")
            elif kind == "emotion":
                piece.emotions.append((value, piece.ahead or (piece.denied and not piece.reversed)))
            elif kind == "reversing" and (piece.last == "code" or (piece.last == "exists" and at == size - 1)):
                # "NO AU12 STOP", as in a telegram.
                continue
            elif kind == "same" and piece.last == "not" and self._names_part(found, at):
                # "Not the same as the brow"
                piece.ahead, piece.denied = True, False
            elif kind in _SIMPLE:
                self._persons_said |= kind == "persons"
                setattr(piece, _SIMPLE[kind], True)
            elif kind == "weak":
                if at + 1 < size and found[at + 1].kind == "pictures":
                    # "Right in the image"
                    continue
                if piece.last == "part" and piece.mentions and value in _INNER_OUTER:
                    last = piece.mentions[-1]
                    narrowed = portion(last.part, _INNER_OUTER[value])
                    if narrowed is not None and set(last.part.parts) == set(BROW):
                        # "Brows的外侧"
                        last.part = narrowed
                        continue
                if (
                    self._mode == "direction"
                    or (and_so and piece.last == "way")
                    or (at + 2 < size and found[at + 1].kind == "join" and found[at + 2].kind == "way")
                ):
                    piece.ways |= value
                    kind = "way"
            elif kind == "weak strength":
                if self._mode == "strength":
                    piece.strength = value
            elif kind == "number":
                if self._mode == "strength" and 1 <= value <= 3:
                    piece.strength = _BINS[value - 1]
            elif kind == "pictures":
                piece.pictures = self._pictures_said = True
                if piece.side_persons and piece.last == "side" and piece.side in OWN_SIDE and not piece.persons:
                    # "The left of the picture", where sides are the person's else.
                    piece.side, piece.side_persons = OWN_SIDE[piece.side], False
            elif kind == "relative":
                self.end(piece)
                if self._compared:
                    self._set_aside, self._subjects, self._told = self._subjects, self._compared, False
                if piece.codes and piece.last == "pronoun":
                    # "AU12 is the one which ..."
                    for place in self._waiting:
                        self._units[place] = self._units[place]._replace(polarity="supposed")
                piece = Piece()
                piece.relative = True
            elif kind == "pronoun":
                # "It rises", not "the drift that most of the face shares".
                piece.pronoun |= piece.size <= 2 and self._opening
            elif kind == "gloss":
                piece.typical |= bool(self._emotions or piece.emotions)
            elif kind == "arrow":
                if piece.last != "code" and not (at + 1 < size and found[at + 1].kind in ("name", "muscle")):
                    piece.points = True
                    self.end(piece)
                    piece = Piece()
            elif kind == "against":
                if piece.bare:
                    # "Nothing speaks against it."
                    piece.reversed = True
                else:
                    piece.ahead = True
            elif kind == "contrast":
                self._contrast = True
            elif kind == "unfitting":
                self._unfitting, piece.explains, piece.denied = True, True, True
            elif kind == "labelled":
                self._labelled = piece.exists = True
            elif kind == "other":
                piece.other |= not (piece.mentions or piece.says)
            piece.last = kind
        self.end(piece)

    def _parts(self, piece: Piece, kind: str, value: object) -> bool:
        """Whether what comes behind "and" begins a new piece."""
        last = piece.last
        if not last or kind == "break":
            return False
        if kind in ("way", "weak", "towards", "side") and last in ("way", "weak"):
            return kind == "side" and bool(piece.mentions) and value not in SIDEWAYS
        if kind in ("code", "bare code", "number"):
            return last not in ("code", "number", "name", "break")
        if kind == "emotion" and last == "emotion":
            self._either = True
            return False
        if kind == "part":
            # "No motion at the chin or the lids"; "the lids and the chin".
            return piece.says and bool(piece.mentions) and not (piece.denied and piece.first)
        return not (
            (kind == last == "colour")
            or (
                kind in ("strength", "move", "colour", "tint", "axis")
                and last in ("strength", "move", "not", "axis", "tint")
            )
            or (kind == "name" and last in ("code", "name"))
            or (kind in ("side", "persons", "pictures", "not", "state") and not piece.says and bool(piece.mentions))
        )

    @staticmethod
    def _after(piece: Piece) -> Piece:
        """The piece behind "and": what was denied or supposed before it stays so when it goes on in kind."""
        following = Piece()
        following.supposed = piece.supposed
        return following

    def _break(  # noqa: PLR0912 - a mark means many things
        self, piece: Piece, mark: str | None, found: list[Event], at: int, musing: bool
    ) -> Piece:
        if not piece.size and mark in (",", ")"):
            # Nothing was said yet.
            if mark == ")":
                self._naming = self._inside = False
            return piece
        ahead = found[at + 1].kind if at + 1 < len(found) else ""
        if mark == "," and piece.last == ahead == "code" and not (piece.says or piece.mentions):
            return piece
        if mark == "," and ahead in ("part", "side") and self._adverb_from == at - 2 >= 0 and piece.last == "strength":
            return piece
        if mark == "," and at and found[at - 1].kind == "join" and ahead == "strength" and not piece.says:
            # "The corners and, weakly, ...": what comes in between belongs to the next part.
            self._adverb_from = at
        if mark == "/" and ahead == piece.last != "side":
            return piece
        piece.labels, piece.opens = mark == ":", mark == "("
        # A list of what is still.
        self._still_list |= mark in (":", "[") and piece.still and not (piece.mentions or piece.codes or piece.ways)
        # A list of units that are absent.
        self._absent |= mark in (":", "[") and piece.denied and not (piece.codes or piece.mentions or piece.says)
        if mark == ":" and piece.moved and not (piece.ways or piece.colours or piece.strength):
            # "Motion of the chin: none": so far a label.
            piece.moved = False
        if musing and self._waiting and mark == "wait":
            for place in self._waiting:
                self._units[place] = self._units[place]._replace(polarity="supposed")
        if musing:
            # "That could be AU18, but ..."
            for place in self._hedged:
                self._units[place] = self._units[place]._replace(polarity="supposed")
        if musing and (piece.hedged or mark == "wait") and piece.codes:
            # "That could be AU18, but ..."
            piece.supposed = True
        named = mark == "(" and piece.last in ("code", "muscle", "name") and bool(piece.codes)
        self.end(piece)
        # Behind a conjunction no list goes on.
        self._tail &= mark is not None and not musing
        self._parted = mark is None and not musing
        if mark is None and not (musing and ahead == "pronoun"):
            self._waiting = []
        following = Piece()
        if mark == "(":
            self._naming = named
            self._inside = True
            following.inherits = piece.denied and not piece.reversed
            following.ahead = piece.ahead and not piece.says
            following.coded_first = named
        elif mark == ")":
            self._naming = self._inside = False
        elif musing:
            self._was_denied = False
            self._supposed = self._typical = False
        if mark in (",", None) and self._set_aside is not None and piece.size:
            self._subjects, self._told, self._set_aside = self._set_aside, False, None
        return following

    @staticmethod
    def _about_evidence(found: list[Event], at: int) -> bool:
        """Whether a word of strength speaks of evidence, or compares."""
        label = at > 1 and found[at - 1].value == ":"
        near = found[max(at - 1 - label, 0) : at + 2]
        return any(event.kind in ("evidence", "comparing") for event in near)

    @staticmethod
    def _deny(piece: Piece, scope: str) -> None:
        if scope == "except" and piece.denied and not (piece.codes or piece.mentions):
            # "No unit other than AU12"
            piece.denied = False
        elif scope in ("ahead", "except"):
            piece.ahead = True
        elif scope in ("behind", "beside"):
            # 与下巴相比: what was named is only compared.
            # 眉尾与额头不同: what stands before the conjunction is not.
            piece.compared += piece.mentions[piece.compared_from :]
            piece.mentions, piece.side = piece.mentions[: piece.compared_from], None
            piece.denied &= not piece.compared_from
            if scope == "beside":
                # AU1之外还有AU4
                return
            piece.codes = [(units, True) for units, _ in piece.codes]
            piece.emotions = [(emotion, True) for emotion, _ in piece.emotions]
        else:
            bare, scope = scope == "bare", "all" if scope == "bare" else scope
            piece.bare |= bare
            if piece.denied and scope == "all" and piece.last == "not":
                return
            if piece.denied and scope == "back":
                # "Cannot be ruled out"
                piece.reversed = True
                return
            if piece.denied and piece.likened:
                # "It isn't as if the mouth didn't move."
                piece.reversed = True
                return
            if piece.denied and scope == "all" and not piece.back:
                # "Neither AU1 nor AU4"
                return
            piece.denied = True
            piece.gone |= scope == "back"
            piece.back |= scope == "back" or bool(piece.codes or piece.mentions or piece.emotions or piece.names)

    @staticmethod
    def _names_part(found: list[Event], at: int) -> bool:
        return at + 1 < len(found) and found[at + 1].kind in ("part", "side")

    def _is_code(self, kind: str) -> bool:
        return self._mode == "au" or (kind == "bare code" and self._units_seen)

    def _part(self, piece: Piece, part: Part, and_so: bool) -> Piece:
        self._face = True
        if piece.to:
            piece.towards += part.parts
            piece.to = False
            return piece
        if piece.last == "near":
            return piece
        if piece.says and piece.mentions and not piece.ahead and not (and_so and piece.denied and piece.first):
            # A side just before the part is its own: "向左上、右侧口角".
            side, persons = (piece.side, piece.side_persons) if piece.last == "side" else (None, False)
            if side is not None:
                piece.side = None
            self.end(piece)
            denied = piece.denied and not piece.back
            piece = self._after(piece)
            piece.denied = denied
            piece.side, piece.side_persons = side, persons
        side, persons = piece.side, piece.side_persons
        if and_so and side is not None and piece.mentions and piece.mentions[-1].side is None:
            # "No motion at the wing on the right or the chin": the side was said of the part before.
            piece.mentions[-1].side, piece.mentions[-1].persons = side, persons
            side, persons = None, False
        if side is None and self._focus and (self._row or self._borrowed or not (piece.mentions or self._subjects)):
            # "On the left, the inner brow rises": the side came before its part.
            side = self._focus
        lent = False
        if side is None and piece.mentions and (and_so or piece.last == "part"):
            before = piece.mentions[-1]
            if before.side in SIDEWAYS and before.part.one == part.one and (part.paired or set(part.parts) <= _LIPS):
                side, persons, lent = before.side, before.persons, True
        mention = Mention(part, side, persons)
        mention.lent = lent
        self._persons_last |= persons and not self._naming
        piece.side, piece.side_persons = None, False
        if piece.ahead and piece.compared and piece.last in ("part", "comparing") and not (and_so or piece.mentions):
            # "Unlike the brows the mouth rises"
            piece.ahead = False
        (piece.compared if piece.ahead else piece.mentions).append(mention)
        piece.coded_first |= piece.coded and not piece.mentions[:-1]
        piece.described = [(of or mention, ways) for of, ways in piece.described]
        return piece

    def _side(self, piece: Piece, side: str, found: list[Event], at: int, and_so: bool) -> Piece:  # noqa: PLR0911, PLR0912
        if side in SIDEWAYS and (
            self._mode == "direction" or (piece.last == "way" and and_so and not self._names_part(found, at))
        ):
            piece.ways |= SIDEWAYS[side]
            piece.last = "way"
            return piece
        if side in SIDEWAYS and self._turns(piece, found, at, and_so):
            # "The corner on the left goes right", "the left one right"
            piece.ways |= SIDEWAYS[side]
            return piece
        if side == "other":
            if not self._names_part(found, at) or self._side_told is None:
                return piece
            side = _OTHER[self._side_told]
            piece.persons = piece.pictures = False
            self._persons_last, persons = False, self._persons_last
            piece = self._side(piece, side, [], 0, and_so)
            self._persons_last = persons
            return piece
        # "Right AU12" is the unit's side, the person's.
        if (
            side == "one"
            or (piece.ahead and not self._names_part(found, at))
            or (not piece.mentions and at + 1 < len(found) and found[at + 1].kind == "code")
        ):
            return piece
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        if behind == "persons" and at + 2 < len(found) and found[at + 2].kind == "side":
            behind = ""
        own = piece.persons or behind == "persons"
        named_own = own
        pictures = (piece.pictures and not piece.persons) or behind == "pictures"
        if not own and not pictures and side in SIDEWAYS:
            own = self._own_sides or self._persons_last or self._persons_here
        if side == "pair":
            self._pair = True
            side = "both"
            if self._inside:
                return piece
        own = own and not (pictures and not piece.persons)
        picture = OWN_SIDE[side] if own and side in OWN_SIDE else side
        piece.persons = piece.pictures = False
        if side in SIDEWAYS:
            self._side_told = picture
            self._sides.append((picture, own))
            whose = "persons" if named_own else "pictures" if pictures else ""
            self._words_of_sides.append((side, whose))
        if self._naming and own and side in SIDEWAYS:
            # The side of the unit whose name stands in brackets.
            self._units[-1] = self._units[-1]._replace(side=PERSON[side])
            return piece
        if piece.side in SIDEWAYS and (piece.ways or piece.colours) and piece.last in ("colour", "way"):
            # A side for each colour.
            self.end(piece)
            piece = Piece()
        last = piece.mentions[-1] if piece.mentions else None
        if last is not None and last.side is None and piece.side in SIDEWAYS and self._names_part(found, at):
            # "上唇右侧、左侧鼻翼": the side before was that of the part before.
            last.side, last.persons, piece.side = piece.side, piece.side_persons, None
        elif last is not None and last.lent:
            last.side, last.persons, last.lent = picture, own, False
            return piece
        if last is not None and last.side in SIDEWAYS and picture in SIDEWAYS and last.persons != own:
            self._differ |= last.side != picture
            return piece
        piece.side = "both" if piece.side not in (None, picture) else picture
        piece.side_persons = own
        return piece

    def _turns(self, piece: Piece, found: list[Event], at: int, and_so: bool) -> bool:
        """Whether a side just behind another one is where something goes."""
        ahead = found[at + 1].kind if at + 1 < len(found) else ""
        follows = ("part", "side", "persons", "pictures", "code", "field")
        if and_so or ahead in follows or piece.persons or piece.pictures:
            return False
        before = found[at - 2] if at > 1 and found[at - 1].kind == "pronoun" else found[at - 1] if at else None
        return before is not None and before.kind == "side" and before.value in SIDEWAYS

    def _portion(self, piece: Piece, which: str) -> None:
        """A portion of the part that is spoken of: "its middle", "the outer end", 正中."""
        if piece.mentions and piece.last == "part" and not piece.says:
            narrowed = portion(piece.mentions[-1].part, which)
            if narrowed is not None:
                piece.mentions[-1].part = narrowed
            return
        if piece.mentions:
            return
        for mention in self._subjects or self._carried:
            narrowed = portion(mention.part, which)
            if narrowed is not None:
                side, persons = (piece.side, piece.side_persons) if piece.side else (mention.side, mention.persons)
                piece.mentions.append(Mention(narrowed, side or self._focus, persons))
        if piece.mentions:
            piece.side, self._face = None, True

    def _code(self, piece: Piece, units: tuple[tuple[int, str | None], ...], found: list[Event], at: int) -> None:
        self._units_seen = True
        piece.coded |= not (piece.says or piece.mentions)
        before = piece.ahead or piece.inherits or piece.denied or self._absent
        piece.codes.append((units, before))
        names = named_beside(found, at, 1) or named_beside(found, at, -1) or named_behind(found, at)
        names = names or named_before(found, at)
        if names is not None and not {number for number, _ in units} & names.value.numbers:
            self._misnamed.append(Misnamed(units[0][0], names.value.text, names.value.numbers, names.kind == "muscle"))

    def _name(self, piece: Piece, kind: str, units: Units, found: list[Event], at: int) -> None:
        if kind == "muscle":
            piece.other |= not (piece.mentions or piece.says)
            return
        if named_beside(found, at, -1, ("code",)):
            return
        if self._inside and at > 1 and found[at - 1].value == "," and found[at - 2].kind == "code":
            # As in "the corrugator (AU4, brow lowerer)".
            return
        if not (units.sure and named_beside(found, at, 1, ("code",))):
            piece.coded |= units.sure and not (piece.says or piece.mentions)
            piece.names.append((units, piece.ahead or piece.denied or self._absent))
        if not any(event.kind in ("way", "state") for event in units.motion):
            return
        for event_kind, value in units.motion:
            if event_kind == "part":
                self._face = True
                mention = Mention(
                    value, piece.side or (self._focus if not piece.mentions else None), piece.side_persons
                )
                (piece.compared if piece.ahead else piece.mentions).append(mention)
                piece.side = None
            elif event_kind in ("way", "state"):
                piece.ways |= value
