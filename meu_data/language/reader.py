"""The one reader of prose about a face: what a text says of regions, directions, colours, action units and emotions.

A reading, not an understanding. A text falls into statements at sentence ends, lines, semicolons and rows of a table; a
statement falls into pieces at commas and conjunctions. A piece that names parts of the face sets the subjects, or adds
to a list of them as long as nothing is said of it; a piece that names none goes on about them. One pass, linear in the
length of the text.
"""

from functools import lru_cache

from meu_data.choices import Language
from meu_data.face.regions import REGIONS, PersonSide, picture_side
from meu_data.language.layout import Laid, statements
from meu_data.language.lexer import events, plain
from meu_data.language.reading import (
    EmotionSaid,
    Evidence,
    Misnamed,
    MotionSaid,
    Polarity,
    Reading,
    Statement,
    Strength,
    UnitSaid,
)
from meu_data.language.words import WAYS, Event, Part, Units

# Longer texts are read anew each time, so that the memory of readings stays small.
_SHORT = 8_192
# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)
_SIDEWAYS = {"left": WAYS["left"], "right": WAYS["right"]}
_PERSON: dict[str, PersonSide] = {"left": "L", "right": "R"}
_OWN_SIDE = {side: picture_side(letter) for side, letter in _PERSON.items()}
# Fewer words name something, but say nothing of it.
_SHORTEST = 5
_OTHER = {"left": "right", "right": "left"}
_NO_COLOURS: frozenset[str] = frozenset()
_BINS: tuple[Strength, ...] = ("slight", "moderate", "strong")
_UPDOWN = WAYS["up"] | WAYS["down"]
_LEFTRIGHT = WAYS["left"] | WAYS["right"]
_ASKEW = WAYS["in"] | WAYS["out"]
# "Its colour, rose" names a colour.
_ROSE = WAYS["up"]
_PINK = frozenset(("up-right",))
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
    return Reading(tuple([reader.statement(laid, lang) for laid in statements(plain(text))]))


class _Mention:
    """A part of the face where the text names it; the side is the picture's."""

    __slots__ = ("part", "persons", "side")

    def __init__(self, part: Part, side: str | None, persons: bool) -> None:
        self.part = part
        self.side = side
        self.persons = persons


class _Piece:
    """What a piece says so far.

    `denied`: something is; `back`: the denial stands behind what it denies. `ahead`: what is named next is only
    compared. `first`: it tells of a motion before it names a part.
    """

    __slots__ = (
        "ahead",
        "axis",
        "asides",
        "back",
        "bare",
        "codes",
        "coded",
        "coded_first",
        "colours",
        "compared",
        "compares",
        "denied",
        "described",
        "emotions",
        "exists",
        "explains",
        "first",
        "gone",
        "hardly",
        "hedged",
        "inherits",
        "labels",
        "last",
        "mentions",
        "moved",
        "names",
        "not_moved",
        "other",
        "persons",
        "perspective",
        "pictures",
        "pronoun",
        "reversed",
        "same",
        "side",
        "side_persons",
        "silent",
        "size",
        "still",
        "strength",
        "supposed",
        "tinted",
        "to",
        "towards",
        "typical",
        "ways",
    )

    def __init__(self) -> None:
        self.mentions: list[_Mention] = []
        self.compared: list[_Mention] = []
        self.codes: list[tuple[tuple[tuple[int, str | None], ...], bool]] = []
        self.names: list[tuple[Units, bool]] = []
        self.emotions: list[tuple[str, bool]] = []
        self.described: list[tuple[_Mention | None, int]] = []
        self.towards: tuple[str, ...] = ()
        self.ways = self.size = self.asides = 0
        self.colours: frozenset[str] = _NO_COLOURS
        self.strength: Strength | None = None
        self.side: str | None = None
        self.last = ""
        self.moved = self.still = self.denied = self.back = self.reversed = self.supposed = self.ahead = False
        self.hedged = self.same = self.pronoun = self.persons = self.pictures = self.side_persons = False
        self.first = self.to = self.other = self.explains = self.typical = self.coded_first = False
        self.bare = self.not_moved = self.exists = self.gone = self.silent = self.hardly = self.coded = (
            self.compares
        ) = self.perspective = self.labels = self.inherits = self.tinted = self.axis = False

    @property
    def says(self) -> bool:
        return bool(self.ways or self.towards or self.colours or self.strength or self.still or self.moved)


class _Reader:
    """Reads one text, statement by statement; what was spoken of last is kept for those that go on about it."""

    def __init__(self) -> None:
        self._carried: list[_Mention] = []
        self._heading: list[_Mention] = []
        self._own_sides = self._persons_last = self._units_seen = False
        self._side_told: str | None = None
        self._asked = False

    def statement(self, laid: Laid, default: Language | None) -> Statement:
        """Reads one statement."""
        self._motions: list[MotionSaid] = []
        self._units: list[UnitSaid] = []
        self._misnamed: list[Misnamed] = []
        self._emotions: list[EmotionSaid] = []
        self._evidence: list[Evidence] = []
        # Who is spoken of, whether something was said of them yet, and the side that is looked at.
        self._subjects: list[_Mention] = []
        self._vague = self._unfitting = self._pair = self._persons_said = self._pictures_said = False
        self._was_told = self._opening = True
        self._told = self._label = self._persons_here = False
        self._focus: str | None = None
        self._compared: list[_Mention] = []
        self._set_aside: list[_Mention] | None = None
        # What was said last, and where among the motions it begins.
        self._before: MotionSaid | None = None
        self._said_from = 0
        self._tail = False
        # Units of which it is not known yet whether they are denied; units whose motion comes behind them.
        self._waiting: list[int] = []
        self._open: frozenset[int] = frozenset()
        self._linked = 0
        self._sides: list[tuple[str | None, bool]] = []
        self._either = self._labelled = self._face = self._differ = False
        self._supposed = laid.asks
        self._answers, self._asked = self._asked, laid.asks
        self._typical = self._was_denied = self._naming = self._inside = False
        self._row = laid.row
        self._goes_on = laid.goes_on
        for mode, text in laid.chunks:
            self._mode = mode
            self._chunk(events(text))
        self._finish()
        return Statement(
            laid.start,
            laid.end,
            laid.language or default,
            tuple(self._motions),
            tuple(self._units),
            tuple(self._misnamed),
            tuple(self._emotions),
            () if self._unfitting else tuple(self._evidence),
            self._differ,
            self._face,
            self._supposed or self._typical,
            self._labelled,
            self._either,
            self._vague or self._short(laid),
        )

    @staticmethod
    def _short(laid: Laid) -> bool:
        if len(laid.chunks) == 1 and laid.chunks[0][0] == "region":
            return True
        text = " ".join(text for _, text in laid.chunks)
        words = len(text.split()) if text.isascii() else sum(sign > "\u3000" for sign in text) / 2
        return words <= _SHORTEST

    def _chunk(self, found: list[Event]) -> None:
        piece = _Piece()
        joined = False
        size = len(found)
        for at in range(size):
            kind, value = found[at]
            if kind == "join":
                joined = True
                continue
            and_so, joined = joined, False
            if and_so and self._parts(piece, kind, value):
                self._end(piece)
                piece = self._after(piece)
            piece.size += kind not in _UNCOUNTED
            piece.asides += kind in _ASIDE
            if kind == "part":
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
            elif kind == "break" or kind == "musing":
                piece = self._break(piece, value, found, at, kind == "musing")
                kind = "break"
            elif kind == "strength":
                if not self._about_evidence(found, at):
                    piece.strength = value
            elif kind == "not":
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
            elif kind in ("name", "muscle"):
                self._name(piece, kind, value, found, at)
            elif kind == "still":
                piece.still = True
                piece.silent |= not value
            elif kind == "emotion":
                piece.emotions.append((value, piece.ahead or (piece.denied and not piece.reversed)))
            elif kind in _SIMPLE:
                self._persons_said |= kind == "persons"
                setattr(piece, _SIMPLE[kind], True)
            elif kind == "weak":
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
                if piece.side_persons and piece.last == "side" and piece.side in _OWN_SIDE and not piece.persons:
                    # "The left of the picture", where sides are the person's else.
                    piece.side, piece.side_persons = _OWN_SIDE[piece.side], False
            elif kind == "relative":
                self._end(piece)
                if self._compared:
                    self._set_aside, self._subjects, self._told = self._subjects, self._compared, False
                piece = _Piece()
            elif kind == "pronoun":
                # "It rises", not "the drift that most of the face shares".
                piece.pronoun |= piece.size <= 2 and self._opening
            elif kind == "unfitting":
                self._unfitting, piece.explains, piece.denied = True, True, True
            elif kind == "labelled":
                self._labelled = piece.exists = True
            elif kind == "other":
                piece.other |= not (piece.mentions or piece.says)
            piece.last = kind
        self._end(piece)

    def _parts(self, piece: _Piece, kind: str, value: object) -> bool:
        """Whether what comes behind "and" begins a new piece."""
        last = piece.last
        if not last or kind == "break":
            return False
        if kind in ("way", "weak", "towards", "side") and last in ("way", "weak"):
            return kind == "side" and bool(piece.mentions) and value not in _SIDEWAYS
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
    def _after(piece: _Piece) -> _Piece:
        """The piece behind "and": what was denied or supposed before it stays so when it goes on in kind."""
        following = _Piece()
        following.supposed = piece.supposed
        return following

    def _break(self, piece: _Piece, mark: str | None, found: list[Event], at: int, musing: bool) -> _Piece:
        if mark == "," and piece.last == "code" and not (piece.says or piece.mentions) and at + 1 < len(found):
            if found[at + 1].kind == "code":
                return piece
        if mark == "/" and at + 1 < len(found) and found[at + 1].kind == piece.last != "side":
            return piece
        piece.labels = mark == ":"
        if mark == ":" and piece.moved and not (piece.ways or piece.colours or piece.strength):
            # "Motion of the chin: none": so far a label.
            piece.moved = False
        if musing and self._waiting and mark == "wait":
            for place in self._waiting:
                self._units[place] = self._units[place]._replace(polarity="supposed")
        if musing and (piece.hedged or mark == "wait") and piece.codes:
            # "That could be AU18, but ..."
            piece.supposed = True
        named = mark == "(" and piece.last in ("code", "muscle", "name") and bool(piece.codes)
        self._end(piece)
        # Behind a conjunction no list goes on.
        self._tail &= mark is not None and not musing
        following = _Piece()
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
        near = found[max(at - 1, 0) : at + 2]
        return any(event.kind in ("evidence", "comparing") for event in near)

    @staticmethod
    def _deny(piece: _Piece, scope: str) -> None:
        if scope == "ahead":
            piece.ahead = True
        elif scope == "behind":
            # 与下巴相比: what was named is only compared.
            piece.compared += piece.mentions
            piece.mentions, piece.side = [], None
        else:
            bare, scope = scope == "bare", "all" if scope == "bare" else scope
            piece.bare |= bare
            if piece.denied and scope == "all" and piece.last == "not":
                return
            if piece.denied and scope == "back":
                # "Cannot be ruled out"
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

    def _part(self, piece: _Piece, part: Part, and_so: bool) -> _Piece:
        self._face = True
        if piece.to:
            piece.towards += part.parts
            piece.to = False
            return piece
        if piece.last == "near":
            return piece
        if piece.says and piece.mentions and not (and_so and piece.denied and piece.first):
            self._end(piece)
            denied = piece.denied and not piece.back
            piece = self._after(piece)
            piece.denied = denied
        side, persons = piece.side, piece.side_persons
        if and_so and side is not None and piece.mentions and piece.mentions[-1].side is None:
            # "No motion at the wing on the right or the chin": the side was said of the part before.
            piece.mentions[-1].side, piece.mentions[-1].persons = side, persons
            side, persons = None, False
        if side is None and self._focus and (self._row or not (piece.mentions or self._subjects)):
            # "On the left, the inner brow rises": the side came before its part.
            side = self._focus
        if side is None and piece.mentions and (and_so or piece.last == "part"):
            before = piece.mentions[-1]
            if before.side in _SIDEWAYS and before.part.one == part.one and part.paired:
                side, persons = before.side, before.persons
        mention = _Mention(part, side, persons)
        self._persons_last |= persons and not self._naming
        piece.side, piece.side_persons = None, False
        (piece.compared if piece.ahead else piece.mentions).append(mention)
        piece.coded_first |= piece.coded and not piece.mentions[:-1]
        piece.described = [(of or mention, ways) for of, ways in piece.described]
        return piece

    def _side(self, piece: _Piece, side: str, found: list[Event], at: int, and_so: bool) -> _Piece:
        if side in _SIDEWAYS and (
            self._mode == "direction" or (piece.last == "way" and and_so and not self._names_part(found, at))
        ):
            piece.ways |= _SIDEWAYS[side]
            piece.last = "way"
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
            or piece.ahead
            or (not piece.mentions and at + 1 < len(found) and found[at + 1].kind == "code")
        ):
            return piece
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        if behind == "persons" and at + 2 < len(found) and found[at + 2].kind == "side":
            behind = ""
        own = piece.persons or behind == "persons"
        pictures = (piece.pictures and not piece.persons) or behind == "pictures"
        if not own and not pictures and side in _SIDEWAYS:
            own = self._own_sides or self._persons_last or self._persons_here
        if side == "pair":
            self._pair = True
            side = "both"
            if self._inside:
                return piece
        own = own and not (pictures and not piece.persons)
        picture = _OWN_SIDE[side] if own and side in _OWN_SIDE else side
        piece.persons = piece.pictures = False
        if side in _SIDEWAYS:
            self._side_told = picture
            self._sides.append((picture, own))
        if self._naming and own and side in _SIDEWAYS:
            # "AU12 (lip corner puller, person's left)"
            self._units[-1] = self._units[-1]._replace(side=_PERSON[side])
            return piece
        if piece.side in _SIDEWAYS and (piece.ways or piece.colours) and piece.last in ("colour", "way"):
            # "Left blue right pink"
            self._end(piece)
            piece = _Piece()
        last = piece.mentions[-1] if piece.mentions else None
        if last is not None and last.side in _SIDEWAYS and picture in _SIDEWAYS and last.persons != own:
            self._differ |= last.side != picture
            return piece
        piece.side = "both" if piece.side not in (None, picture) else picture
        piece.side_persons = own
        return piece

    def _code(self, piece: _Piece, units: tuple[tuple[int, str | None], ...], found: list[Event], at: int) -> None:
        self._units_seen = True
        piece.coded |= not (piece.says or piece.mentions)
        if piece.ahead and piece.denied and not piece.back:
            # "No unit other than AU12"
            piece.ahead = piece.denied = False
        before = piece.ahead or piece.inherits or (piece.denied and not piece.back)
        piece.codes.append((units, before))
        names = self._named_beside(found, at, 1) or self._named_beside(found, at, -1) or self._named_behind(found, at)
        if names is not None and not {number for number, _ in units} & names.value.numbers:
            self._misnamed.append(Misnamed(units[0][0], names.value.text, names.value.numbers, names.kind == "muscle"))

    @staticmethod
    def _named_beside(
        found: list[Event], at: int, step: int, kinds: tuple[str, ...] = ("name", "muscle")
    ) -> Event | None:
        """A name just behind a code or just before it, with no more than a bracket, a colon or an arrow between."""
        beside = at + step
        if 0 <= beside < len(found) and (found[beside].kind == "arrow" or found[beside].value in ("(", ":", "[")):
            beside += step
        return found[beside] if 0 <= beside < len(found) and found[beside].kind in kinds else None

    @staticmethod
    def _named_behind(found: list[Event], at: int) -> Event | None:
        """A name that ends its piece behind a code and a comma."""
        if at + 2 < len(found) and found[at + 1].value == "," and found[at + 2].kind == "name":
            if at + 3 == len(found) or (found[at + 3].kind == "break" and found[at + 3].value != "("):
                if not at or found[at - 1].value != ",":
                    return found[at + 2]
        return None

    def _name(self, piece: _Piece, kind: str, units: Units, found: list[Event], at: int) -> None:
        if kind == "muscle":
            piece.other |= not (piece.mentions or piece.says)
            return
        if self._named_beside(found, at, -1, ("code",)):
            return
        if not (units.sure and self._named_beside(found, at, 1, ("code",))):
            piece.coded |= units.sure and not (piece.says or piece.mentions)
            piece.names.append((units, piece.ahead or (piece.denied and not piece.back)))
        if not any(event.kind in ("way", "state") for event in units.motion):
            return
        for event_kind, value in units.motion:
            if event_kind == "part":
                self._face = True
                mention = _Mention(
                    value, piece.side or (self._focus if not piece.mentions else None), piece.side_persons
                )
                (piece.compared if piece.ahead else piece.mentions).append(mention)
                piece.side = None
            elif event_kind in ("way", "state"):
                piece.ways |= value

    def _end(self, piece: _Piece) -> None:
        """Takes what a piece says."""
        if not piece.size:
            return
        self._opening &= not (piece.mentions or piece.says)
        self._compared = piece.compared
        if piece.still and piece.moved and piece.denied:
            # "It does not leave its place of rest."
            piece.still = False
        if piece.explains or (piece.axis and not piece.ways):
            # "The motion, which no unit explains": it is not the motion that is denied.
            piece.moved = False
        denied = piece.denied and not piece.reversed
        if denied and piece.moved and not (piece.not_moved or piece.exists or piece.gone):
            # "The motion at the chin does not speak for AU17."
            piece.moved = False
        self._supposed |= piece.supposed
        self._typical |= piece.typical
        supposed = self._supposed or self._typical
        self._take_units(piece, denied)
        self._take_emotions(piece, denied)
        self._take_descriptions(piece, denied, supposed)
        says = piece.says or (denied and (piece.tinted or (piece.exists and bool(piece.mentions) and not piece.axis)))
        if (piece.ways & _UPDOWN == _UPDOWN or piece.ways & _LEFTRIGHT == _LEFTRIGHT) and not piece.mentions:
            # "One rises, one falls", "left and right respectively".
            piece.ways, says = 0, False
        if piece.mentions and self._naming:
            self._subjects, self._told = piece.mentions, False
        elif piece.mentions:
            self._set_subjects(piece)
        elif piece.side is not None:
            self._restate(piece)
        elif not self._subjects and (says or piece.denied) and not piece.compared:
            self._subjects = self._back_to(piece)
            self._was_told = False
        if piece.persons and piece.perspective and not piece.mentions:
            self._persons_here = True
        if piece.mentions and not says and (piece.described or piece.codes):
            if piece.codes and not piece.described and not denied:
                self._say(MotionSaid((), moves=True, real=False), self._subjects)
            self._told = True
        if piece.same and not says and piece.mentions and self._before is not None and not piece.codes:
            self._say(self._before, self._subjects)
        elif says and self._subjects and not (piece.other and not piece.mentions):
            going_on = self._was_denied and not piece.mentions and not piece.still and bool(piece.ways)
            self._vague |= piece.compares
            if not supposed and not (piece.compares and not (piece.ways or piece.colours or piece.still)):
                about_unit = self._naming or piece.coded_first or (self._answers and piece.pronoun)
                self._tell(piece, denied or going_on, not about_unit)
            self._told = True
            denied = denied or going_on
        elif denied and self._subjects and not supposed and self._only_denies(piece):
            self._before = MotionSaid((), moves=False)
            self._say(self._before, self._subjects)
        elif denied and not says and self._told and self._focus and self._before is not None and not supposed:
            if piece.size - piece.asides == 1 and not piece.codes and not piece.emotions:
                # "... while the right one does not."
                self._say(self._before._replace(denied=True, moves=None), self._subjects)
        self._was_denied = denied and says
        self._link(piece, denied, supposed)

    def _only_denies(self, piece: _Piece) -> bool:
        """ "Direction: none", or "the chin: nothing"."""
        if piece.codes or piece.names or piece.emotions or piece.compared or piece.mentions or self._waiting:
            return False
        return self._mode in ("direction", "strength", "colour") or (
            piece.size - piece.asides == 1 and not self._told and not self._units
        )

    def _take_descriptions(self, piece: _Piece, denied: bool, supposed: bool) -> None:
        for mention, ways in piece.described:
            if mention is None or supposed:
                continue
            places = mention.part.places[mention.side or (piece.side if mention.part.one else None)]
            self._motions.append(
                MotionSaid(
                    places, ways, moves=None if denied else bool(ways), denied=denied, described=True, sided=False
                )
            )

    def _back_to(self, piece: _Piece) -> list[_Mention]:
        """What a piece without a part goes on about from earlier: a heading, or what a pronoun stands for."""
        if (piece.codes or self._units) and not piece.pronoun:
            return []
        if self._mode or self._goes_on or piece.pronoun or self._focus:
            return self._carried
        return self._heading

    def _restate(self, piece: _Piece) -> None:
        """A side for which no part is named."""
        last = self._subjects[-1] if self._subjects else None
        side = piece.side
        if last is not None and side in _SIDEWAYS:
            if last.side in _SIDEWAYS and last.persons != piece.side_persons and (self._inside or not piece.says):
                self._differ |= last.side != side
                return
            if self._inside and self._told and not piece.says and self._narrow(side):
                return
        if last is not None and last.side is None and not piece.says and not self._told:
            for mention in self._subjects:
                if mention.side is None:
                    mention.side, mention.persons = side, piece.side_persons
            return
        self._focus = side
        if not self._subjects and (piece.says or piece.denied):
            self._subjects = self._carried

    def _narrow(self, side: str) -> bool:
        """ "Blue (left) / pink (right)": what was just said of both sides is said of one."""
        told = self._motions[self._said_from :]
        if not any(len(said.places) > 1 for said in told):
            return False
        del self._motions[self._said_from :]
        for said in told:
            places = tuple(place for place in said.places if place[0].startswith(side))
            self._motions.append(said._replace(places=places or said.places, sided=True))
        return True

    def _set_subjects(self, piece: _Piece) -> None:
        mentions = piece.mentions
        label, self._label = self._label, piece.labels
        # "The mouth: its left corner rises" is not about both.
        self._subjects = ([] if self._told or label else self._subjects) + mentions
        if len(self._subjects) > _MOST_SUBJECTS:
            self._subjects = self._subjects[-_MOST_SUBJECTS:]
        self._told = False
        if not self._row:
            self._focus = None
        last = mentions[-1]
        if piece.side is not None:
            if last.side is None:
                # "the lower cheek and the fold on the right": a side at the end is for all that lack one.
                for mention in self._subjects:
                    if mention is last or (mention.part.one and mention.side is None):
                        mention.side, mention.persons = piece.side, piece.side_persons
            else:
                self._focus = piece.side

    def _tell(self, piece: _Piece, denied: bool, real: bool) -> None:
        where = bool(piece.ways or piece.towards or piece.colours)
        if not (where or piece.mentions or piece.still or self._mode):
            if denied and not self._was_told:
                return
            if not denied and not piece.strength:
                return
        if piece.hardly and not piece.strength and (piece.still or piece.moved or where):
            said = MotionSaid((), strength="slight", moves=False, real=real)
        elif piece.still and not where:
            said = MotionSaid((), moves=denied, real=real)
        elif denied and not where and (piece.moved or piece.tinted or not piece.strength):
            # "No strong motion" may leave a faint one, but no text says it for that.
            said = MotionSaid((), moves=False, real=real)
        elif denied:
            ways = piece.ways & ~_ASKEW if piece.axis else piece.ways
            said = MotionSaid((), ways, piece.towards, piece.colours, denied=True, real=real)
        else:
            moves = True if where or piece.mentions or piece.moved or self._mode else None
            said = MotionSaid((), piece.ways, piece.towards, piece.colours, piece.strength, moves=moves, real=real)
        self._before = said
        self._tail = piece.first or piece.denied
        self._say(said, self._subjects)

    def _say(self, said: MotionSaid, mentions: list[_Mention]) -> None:
        self._said_from = len(self._motions)
        several = len({mention.side for mention in mentions}) > 1
        for mention in mentions:
            side = self._focus if self._focus in _SIDEWAYS or mention.side is None else mention.side
            if self._focus and several and self._focus in _SIDEWAYS and mention.side not in (None, "both", self._focus):
                continue
            self._motions.append(said._replace(places=mention.part.places[side], sided=side is not None))
        self._told = True

    def _take_units(self, piece: _Piece, denied: bool) -> None:
        said = [(number, side, True, True, before) for units, before in piece.codes for number, side in units]
        said += [(number, None, names.sure, False, before) for names, before in piece.names for number in names.numbers]
        if not said:
            where = piece.ways or piece.towards or piece.colours or piece.strength
            there = piece.exists or piece.gone or piece.moved or self._row or bool(self._mode)
            there = there or (piece.bare and piece.size - piece.asides == 1)
            gone = (
                denied and there and not (where or piece.mentions or piece.emotions or piece.explains or piece.compared)
            )
            gone |= piece.silent and not (where or piece.mentions)
            if (gone or piece.supposed) and self._waiting:
                for place in self._waiting:
                    self._units[place] = self._units[place]._replace(polarity="denied" if gone else "supposed")
            if (piece.says or piece.mentions) and not denied:
                self._waiting = []
            return
        if piece.size > piece.asides + len(piece.codes) + len(piece.names):
            self._waiting = []
        for number, side, sure, by_code, before in said:
            there = piece.exists or piece.gone or piece.moved or self._row
            no = (before and not piece.reversed) or (denied and piece.back and there and not piece.explains)
            no |= piece.silent and not piece.mentions
            defined = piece.coded_first and piece.says and not self._inside
            polarity: Polarity = "affirmed"
            if self._supposed or defined:
                polarity = "supposed"
            elif no:
                polarity = "denied"
            if not denied:
                self._waiting.append(len(self._units))
            self._units.append(UnitSaid(number, side, polarity, sure, by_code))

    def _take_emotions(self, piece: _Piece, denied: bool) -> None:
        for emotion, before in piece.emotions:
            no = before or (denied and not piece.says and not piece.codes)
            polarity: Polarity = "denied" if no else "supposed" if self._supposed else "affirmed"
            self._emotions.append(EmotionSaid(emotion, polarity, piece.hedged))

    def _link(self, piece: _Piece, denied: bool, supposed: bool) -> None:
        numbers = frozenset(number for units, before in piece.codes for number, _ in units if not before)
        if not numbers:
            return
        fresh = tuple(range(self._linked, len(self._motions)))
        if denied or supposed:
            self._linked = len(self._motions)
        elif fresh and not self._open:
            self._evidence.append(Evidence(numbers, fresh))
            self._linked = len(self._motions)
        else:
            if fresh:
                self._evidence.append(Evidence(self._open, fresh))
                self._linked = len(self._motions)
            self._open = numbers

    def _finish(self) -> None:
        if self._subjects and not self._told and self._before is not None and self._tail:
            self._say(self._before, self._subjects)
        if self._open and len(self._motions) > self._linked:
            self._evidence.append(Evidence(self._open, tuple(range(self._linked, len(self._motions)))))
        if self._subjects:
            self._carried = self._subjects
            self._heading = self._subjects if not self._told and not self._units else []
        if not self._face:
            persons = {side for side, own in self._sides if own}
            pictures = {side for side, own in self._sides if not own}
            # "The picture's right is the person's right."
            self._differ |= len(persons) == len(pictures) == 1 and persons != pictures
            if self._pair and self._persons_said != self._pictures_said and not self._motions:
                self._own_sides = self._persons_said
                self._persons_last &= self._persons_said
            elif not self._units and len(persons | pictures) > 1 and len(persons) != 1:
                self._own_sides = bool(persons)
