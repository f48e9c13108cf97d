"""The one reader of prose about a face: what a text says of regions, directions, colours, action units and emotions.

A reading, not an understanding. A text falls into statements at sentence ends, lines, semicolons and rows of a table; a
statement falls into pieces at commas and conjunctions. A piece that names parts of the face sets the subjects, or adds
to a list of them as long as nothing is said of it; a piece that names none goes on about them. One pass, linear in the
length of the text.
"""

from functools import lru_cache

from meu_data.choices import Language
from meu_data.face.regions import REGIONS, PersonSide, picture_side
from meu_data.language.layout import Chunk, statements
from meu_data.language.lexer import events, plain
from meu_data.language.reading import (
    EmotionSaid,
    Evidence,
    Misnamed,
    MotionSaid,
    Polarity,
    Reading,
    Statement,
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
_NO_COLOURS: frozenset[str] = frozenset()


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
    return Reading(tuple([reader.statement(*found, lang) for found in statements(plain(text))]))


class _Mention:
    """A part of the face where the text names it; the side is the picture's."""

    __slots__ = ("part", "persons", "side")

    def __init__(self, part: Part, side: str | None, persons: bool) -> None:
        self.part = part
        self.side = side
        self.persons = persons


class _Piece:
    """What a piece says so far."""

    __slots__ = (
        "ahead",
        "back",
        "codes",
        "colours",
        "denied",
        "described",
        "emotions",
        "explains",
        "first",
        "hedged",
        "last",
        "mentions",
        "moved",
        "names",
        "other",
        "pardoned",
        "persons",
        "pictures",
        "pronoun",
        "reversed",
        "same",
        "side",
        "side_persons",
        "still",
        "strength",
        "supposed",
        "to",
        "towards",
        "ways",
    )

    def __init__(self) -> None:
        self.mentions: list[_Mention] = []
        self.codes: list[tuple[tuple[tuple[int, str | None], ...], bool]] = []
        self.names: list[tuple[Units, bool]] = []
        self.emotions: list[tuple[str, bool]] = []
        self.described: list[tuple[_Mention, int]] = []
        self.towards: tuple[str, ...] = ()
        self.ways = 0
        self.colours: frozenset[str] = _NO_COLOURS
        self.strength: str | None = None
        self.side: str | None = None
        self.last = ""
        self.moved = self.still = self.denied = self.back = self.reversed = self.supposed = self.ahead = False
        self.hedged = self.same = self.pronoun = self.persons = self.pictures = self.side_persons = False
        self.first = self.to = self.pardoned = self.other = self.explains = False

    @property
    def says(self) -> bool:
        return bool(self.ways or self.towards or self.colours or self.strength or self.still or self.moved)


class _Reader:
    """Reads one text, statement by statement; what was spoken of last is kept for those that go on about it."""

    def __init__(self) -> None:
        self._carried: list[_Mention] = []
        self._heading: list[_Mention] = []
        self._own_sides = False
        self._units_seen = False

    def statement(
        self, start: int, end: int, chunks: list[Chunk], lang: Language | None, default: Language | None
    ) -> Statement:
        """Reads one statement."""
        self._motions: list[MotionSaid] = []
        self._units: list[UnitSaid] = []
        self._misnamed: list[Misnamed] = []
        self._emotions: list[EmotionSaid] = []
        self._evidence: list[Evidence] = []
        self._subjects: list[_Mention] = []
        self._told = False
        self._focus: str | None = None
        self._linked = 0
        self._open: frozenset[int] = frozenset()
        self._waiting: list[tuple[int, str | None]] = []
        self._tail = False
        self._before: MotionSaid | None = None
        self._emotional = self._general = self._labelled = self._face = self._differ = self._either = False
        self._supposed = self._was_denied = self._naming = False
        self._sides: list[tuple[str, bool]] = []
        in_fields = len(chunks) > 1
        for mode, text in chunks:
            self._mode = mode
            self._chunk(events(text), in_fields)
        self._finish(in_fields)
        return Statement(
            start,
            end,
            lang or default,
            tuple(self._motions),
            tuple(self._units),
            tuple(self._misnamed),
            tuple(self._emotions),
            tuple(self._evidence),
            self._differ,
            self._face,
            self._general or self._supposed,
            self._labelled,
            self._either,
        )

    def _chunk(self, found: list[Event], fields: bool) -> None:
        piece = _Piece()
        joined = False
        size = len(found)
        for at in range(size):
            kind, value = found[at]
            if kind == "join":
                joined = True
                continue
            and_so = joined
            if joined:
                joined = False
                if not (
                    (kind in ("way", "weak", "towards", "side") and piece.last in ("way", "weak"))
                    or (kind in ("code", "name", "number") and piece.last in ("code", "number", "break"))
                    or (kind == piece.last == "colour")
                    or (kind == "emotion" and piece.last == "emotion")
                    or (kind in ("strength", "move") and piece.last in ("strength", "move", "not"))
                    or (kind == "part" and not piece.says and piece.denied)
                    or piece.last == ""
                ):
                    if kind == "emotion" and piece.emotions:
                        self._either = True
                    self._end(piece)
                    piece = _Piece()
            if kind == "part":
                piece = self._part(piece, value)
            elif kind == "way":
                piece.ways |= value
                piece.first |= not piece.mentions
            elif kind == "side":
                self._side(piece, value, found, at)
            elif kind == "colour":
                piece.colours |= value
                piece.moved |= not value
            elif kind == "break":
                if self._names_on(piece, value, found, at):
                    continue
                named = value == "(" and piece.last == "code"
                self._end(piece)
                piece = _Piece()
                if value == "(":
                    self._naming = named
                elif value == ")":
                    self._naming = False
                if value in (None, ":") and not fields:
                    self._was_denied = False
            elif kind == "strength" or (kind == "weak strength" and (self._mode == "strength" or piece.mentions == [])):
                if kind == "strength" or self._mode == "strength":
                    if not (at + 1 < size and found[at + 1].kind in ("evidence", "comparing")) and not (
                        at and found[at - 1].kind in ("evidence", "comparing")
                    ):
                        piece.strength = value
            elif kind == "not":
                if value == "ahead":
                    piece.ahead = True
                elif value == "back":
                    piece.denied = True
                    piece.back = True
                else:
                    piece.denied = True
                    piece.back |= bool(piece.codes or piece.mentions)
            elif kind == "move":
                piece.moved = True
            elif kind == "code" or (kind == "bare code" and self._units_seen) or (kind == "number" and self._mode == "au"):
                units = value if kind != "number" else ((value, None),)
                self._units_seen = True
                piece.codes.append((units, piece.ahead or (piece.denied and not piece.back)))
                self._pair(units, found, at)
            elif kind in ("name", "muscle"):
                self._name(piece, kind, value, found, at)
            elif kind == "still":
                piece.still = True
            elif kind == "state":
                if self._names_part(found, at):
                    piece.described.append((None, value))  # type: ignore[arg-type]
                elif value:
                    piece.ways |= value
                else:
                    piece.still = True
            elif kind == "emotion":
                piece.emotions.append((value, piece.ahead or piece.denied))
                self._emotional = True
            elif kind in ("supposing", "cause"):
                if kind == "supposing":
                    piece.supposed = True
                    self._supposed = True
                else:
                    self._end(piece)
                    piece = _Piece()
                    self._emotional = False
            elif kind == "hedge":
                piece.hedged = True
            elif kind == "weak":
                if (
                    self._mode == "direction"
                    or (and_so and piece.last == "way")
                    or (at + 2 < size and found[at + 1].kind == "join" and found[at + 2].kind == "way")
                ):
                    piece.ways |= value
                    kind = "way"
            elif kind == "number":
                if self._mode == "strength" and 1 <= value <= 3:
                    piece.strength = ("slight", "moderate", "strong")[value - 1]
            elif kind == "towards":
                piece.to = True
            elif kind == "reversing":
                piece.reversed = True
            elif kind == "same":
                piece.same = True
            elif kind == "pronoun":
                piece.pronoun = True
            elif kind == "persons":
                piece.persons = True
            elif kind == "pictures":
                piece.pictures = True
                self._picture_behind(piece)
            elif kind == "explaining":
                piece.explains = True
            elif kind == "labelled":
                self._labelled = True
            elif kind == "other":
                piece.other |= not piece.mentions
            piece.last = kind
        self._end(piece)

    def _names_on(self, piece: _Piece, mark: str | None, found: list[Event], at: int) -> bool:
        """Whether a comma stands in a list of action units, which is not over yet."""
        return (
            mark == ","
            and piece.last == "code"
            and not piece.says
            and not piece.mentions
            and at + 1 < len(found)
            and found[at + 1].kind == "code"
        )

    def _names_part(self, found: list[Event], at: int) -> bool:
        return at + 1 < len(found) and found[at + 1].kind in ("part", "side")

    def _part(self, piece: _Piece, part: Part) -> _Piece:
        self._face = True
        if piece.to:
            piece.towards += part.parts
            piece.to = False
            return piece
        if piece.last == "near" and (piece.mentions or self._subjects or piece.ways):
            return piece
        if piece.says and piece.mentions:
            self._end(piece)
            denied, supposed = piece.denied and not piece.back, piece.supposed
            piece = _Piece()
            piece.supposed = supposed
            piece.denied = denied
        side = piece.side
        if side is None and not piece.mentions and not self._subjects:
            # "On the left, the inner brow rises": the side came before its part.
            side = self._focus
        mention = _Mention(part, side, piece.side_persons)
        piece.side, piece.side_persons = None, False
        if piece.ahead:
            piece.pardoned = True
        else:
            piece.mentions.append(mention)
        piece.described = [(mention, ways) if of is None else (of, ways) for of, ways in piece.described]
        return piece

    def _side(self, piece: _Piece, side: str, found: list[Event], at: int) -> None:
        if side in _SIDEWAYS and (
            self._mode == "direction"
            or (piece.last in ("way", "towards") and not self._names_part(found, at))
        ):
            piece.ways |= _SIDEWAYS[side]
            return
        own = (piece.persons or self._own_sides) and not piece.pictures
        if at + 1 < len(found) and found[at + 1].kind == "pictures" and not piece.persons:
            own = False
        picture: str | None = _OWN_SIDE[side] if own and side in _OWN_SIDE else side
        piece.persons = False
        if self._naming and own:
            # "AU12 (lip corner puller, person's left)"
            self._units[-1] = self._units[-1]._replace(side=_PERSON[side])
            return
        self._sides.append((picture, own) if picture else ("", own))
        if side == "one":
            return
        last = piece.mentions[-1] if piece.mentions else None
        if last is not None and last.side in _SIDEWAYS and picture in _SIDEWAYS and (last.persons or own):
            self._differ |= last.side != picture and last.persons != own
            return
        piece.side = "both" if piece.side not in (None, picture) else picture
        piece.side_persons = own

    def _picture_behind(self, piece: _Piece) -> None:
        """"The left of the picture": the side before was the picture's, where sides are the person's else."""
        if self._own_sides and piece.side_persons and piece.side in _SIDEWAYS and piece.last == "side":
            piece.side, piece.side_persons = _OWN_SIDE[piece.side], False

    def _pair(self, units: tuple[tuple[int, str | None], ...], found: list[Event], at: int) -> None:
        """Compares the code with a name just before it, or just behind it."""
        for names in (self._name_behind(found, at), self._name_before(found, at)):
            if names is None:
                continue
            kind, value = names
            numbers = {number for number, _ in units}
            if not numbers & value.numbers:
                self._misnamed.append(Misnamed(units[0][0], value.text, value.numbers, kind == "muscle"))
            return

    @staticmethod
    def _name_behind(found: list[Event], at: int) -> Event | None:
        ahead = at + 1
        if ahead < len(found) and (found[ahead].kind == "arrow" or found[ahead][1] in ("(", ":")):
            ahead += 1
        return found[ahead] if ahead < len(found) and found[ahead].kind in ("name", "muscle") else None

    @staticmethod
    def _name_before(found: list[Event], at: int) -> Event | None:
        back = at - 1
        if back >= 0 and (found[back].kind == "arrow" or found[back][1] in ("(", ":")):
            back -= 1
        if back >= 0 and found[back].kind in ("name", "muscle"):
            # "AU4: brow lowerer (AU7)" stays with the first.
            return found[back]
        return None

    def _name(self, piece: _Piece, kind: str, units: Units, found: list[Event], at: int) -> None:
        back = at - 1
        if back >= 0 and (found[back].kind == "arrow" or found[back][1] in ("(", ":")):
            back -= 1
        if back >= 0 and found[back].kind == "code":
            return
        if kind == "muscle":
            return
        if units.sure:
            if self._name_follows_code(found, at):
                return
            piece.names.append((units, piece.ahead or (piece.denied and not piece.back)))
            return
        piece.names.append((units, piece.ahead or (piece.denied and not piece.back)))
        if not any(event.kind in ("way", "state") for event in units.motion):
            return
        for event_kind, value in units.motion:
            if event_kind == "part":
                self._face = True
                if not piece.ahead:
                    piece.mentions.append(_Mention(value, piece.side, piece.side_persons))
                    piece.side = None
            elif event_kind in ("way", "state"):
                piece.ways |= value
            elif event_kind == "move":
                piece.moved = True

    @staticmethod
    def _name_follows_code(found: list[Event], at: int) -> bool:
        """Whether the code of a name comes next: then the code counts."""
        ahead = at + 1
        if ahead < len(found) and (found[ahead].kind == "arrow" or found[ahead][1] in ("(", ":")):
            ahead += 1
        return ahead < len(found) and found[ahead].kind == "code"

    def _end(self, piece: _Piece) -> None:
        """Takes what a piece says."""
        if not piece.last:
            return
        denied = piece.denied and not piece.reversed
        if piece.supposed:
            self._supposed = True
        supposed = self._supposed or (self._emotional and not piece.emotions and self._mode == "")
        definition = self._naming or (bool(piece.codes) and bool(piece.mentions) and not self._motions_before(piece))
        self._take_units(piece, denied)
        self._take_emotions(piece, denied)
        for mention, ways in piece.described:
            if mention is not None and not supposed and not piece.ahead:
                places = mention.part.places[mention.side or (piece.side if mention.part.one else None)]
                moves = bool(ways)
                self._motions.append(MotionSaid(places, ways, moves=moves if not denied else None, denied=denied, described=True, sided=False))
        if self._naming and piece.mentions:
            self._subjects = piece.mentions
        elif piece.mentions:
            self._set_subjects(piece)
        elif piece.side is not None and not piece.ways:
            self._restate(piece)
        elif piece.side is not None:
            self._focus = piece.side
        if not piece.mentions and not self._subjects and piece.says and not piece.pardoned:
            self._subjects = self._back_to(piece)
        # "The motion, which no unit explains": the word motion is not what is denied.
        piece.moved &= not piece.explains
        says = piece.says
        if piece.same and not says and piece.mentions and self._before is not None and not piece.codes:
            self._tell_again()
        elif says and self._subjects and not (piece.other and not piece.mentions):
            denied = denied or (self._was_denied and not piece.mentions and not piece.still and bool(piece.ways))
            if not supposed:
                self._tell(piece, denied, not definition)
            self._told = True
        elif piece.denied and self._mode in ("direction", "strength", "colour") and self._subjects:
            self._say(MotionSaid((), moves=False), [*self._subjects])
        self._was_denied = denied and says
        self._link(piece, denied, supposed)

    def _motions_before(self, piece: _Piece) -> bool:
        return len(self._motions) > self._linked or piece.first

    def _back_to(self, piece: _Piece) -> list[_Mention]:
        """What a piece without a part goes on about from earlier statements: a heading, or what a pronoun stands for."""
        if piece.codes and not piece.pronoun:
            return []
        if self._mode:
            return self._carried
        if piece.pronoun or piece.side is not None or self._focus:
            if piece.side is not None:
                self._focus = piece.side
            return self._carried
        return self._heading

    def _restate(self, piece: _Piece) -> None:
        last = self._subjects[-1] if self._subjects else None
        if last is not None and not piece.says and last.side in _SIDEWAYS and piece.side in _SIDEWAYS:
            if last.persons != piece.side_persons:
                self._differ |= last.side != piece.side
                return
        if last is not None and last.side is None and not piece.says and not self._told:
            for mention in self._subjects:
                mention.side = mention.side or piece.side
            return
        self._focus = piece.side

    def _set_subjects(self, piece: _Piece) -> None:
        mentions = piece.mentions
        self._subjects = ([] if self._told else self._subjects) + mentions
        if len(self._subjects) > _MOST_SUBJECTS:
            self._subjects = self._subjects[-_MOST_SUBJECTS:]
        self._told = False
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
        says_way = bool(piece.ways or piece.towards or piece.colours)
        if piece.still and not says_way:
            said = MotionSaid((), moves=denied or None if denied else False, real=real)
        elif denied and not says_way and not piece.strength:
            said = MotionSaid((), moves=False, real=real)
        elif denied and not says_way:
            # "No strong motion" may leave a faint one; without the word for motion it denies the strength alone.
            said = MotionSaid((), moves=False if piece.moved else None, denied=True, strength=piece.strength, real=real)  # type: ignore[arg-type]
        else:
            said = MotionSaid(
                (),
                piece.ways,
                piece.towards,
                piece.colours,
                None if denied else piece.strength,  # type: ignore[arg-type]
                None if denied else True,
                denied,
                real,
            )
        self._before = said
        self._tail = piece.first or piece.denied
        self._say(said, self._subjects)

    def _say(self, said: MotionSaid, mentions: list[_Mention]) -> None:
        several = len({mention.side for mention in mentions}) > 1
        for mention in mentions:
            side = self._focus or mention.side
            if self._focus and several and mention.side not in (None, "both", self._focus):
                continue
            self._motions.append(said._replace(places=mention.part.places[side], sided=side is not None))
        self._told = True

    def _tell_again(self) -> None:
        if self._before is not None:
            self._say(self._before, self._subjects)

    def _take_units(self, piece: _Piece, denied: bool) -> None:
        alone = not piece.says and not piece.mentions and not piece.denied and not piece.ahead
        said: list[tuple[int, str | None, bool, bool, bool]] = []
        for units, before in piece.codes:
            said += [(number, side, True, True, before) for number, side in units]
        for names, before in piece.names:
            said += [(number, None, names.sure, False, before) for number in names.numbers]
        waiting = self._waiting
        self._waiting = []
        if piece.back and denied and not said:
            for place in waiting:
                self._units[place] = self._units[place]._replace(polarity="denied")  # type: ignore[call-overload]
        for number, side, sure, by_code, before in said:
            no = (before and not piece.reversed) or (denied and (piece.back or before))
            polarity: Polarity = "denied" if no else "supposed" if self._supposed else "affirmed"
            if alone:
                self._waiting.append(len(self._units))  # type: ignore[arg-type]
            self._units.append(UnitSaid(number, side, polarity, sure, by_code))
        if said and piece.back and denied and waiting and not self._naming:
            for place in waiting:
                self._units[place] = self._units[place]._replace(polarity="denied")  # type: ignore[call-overload]

    def _take_emotions(self, piece: _Piece, denied: bool) -> None:
        for emotion, before in piece.emotions:
            no = (before and not piece.reversed) or denied
            polarity: Polarity = "denied" if no else "supposed" if self._supposed else "affirmed"
            self._emotions.append(EmotionSaid(emotion, polarity, piece.hedged))

    def _link(self, piece: _Piece, denied: bool, supposed: bool) -> None:
        numbers = frozenset(number for units, before in piece.codes for number, _ in units if not before)
        if numbers and not denied and not supposed:
            fresh = tuple(range(self._linked, len(self._motions)))
            if fresh and not self._open:
                self._evidence.append(Evidence(numbers, fresh))
                self._linked = len(self._motions)
            else:
                if fresh:
                    self._evidence.append(Evidence(self._open, fresh))
                    self._linked = len(self._motions)
                self._open = numbers
        elif numbers:
            self._linked = len(self._motions)

    def _finish(self, fields: bool) -> None:
        if self._subjects and not self._told and self._before is not None and self._tail:
            self._tell_again()
        if self._open and len(self._motions) > self._linked:
            self._evidence.append(Evidence(self._open, tuple(range(self._linked, len(self._motions)))))
        if self._subjects:
            self._carried = self._subjects
            self._heading = self._subjects if not self._told and not self._units else []
        persons = {side for side, own in self._sides if own}
        pictures = {side for side, own in self._sides if not own and side in _SIDEWAYS}
        if not self._face and len(persons) == len(pictures) == 1 and persons != pictures:
            self._differ = True
        if not self._face and len(persons) > 1 and not self._motions:
            self._own_sides = True
