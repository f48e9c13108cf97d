"""What the pieces of a statement tell, and of whom: who is spoken of, what is denied, what is given as evidence."""

from meu_data.choices import Language
from meu_data.face.regions import REGIONS
from meu_data.language.layout import Laid
from meu_data.language.pieces import OWN_SIDE, SIDEWAYS, Mention, Piece
from meu_data.language.reading import (
    EmotionSaid,
    Evidence,
    Misnamed,
    MotionSaid,
    Polarity,
    ReadStatement,
    UnitSaid,
)
from meu_data.language.words import WAYS

# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)
# Fewer words name something, but say nothing of it.
_SHORTEST = 5
_UPDOWN = WAYS["up"] | WAYS["down"]
_LEFTRIGHT = WAYS["left"] | WAYS["right"]
_ASKEW = WAYS["in"] | WAYS["out"]


class Teller:
    """Takes the pieces of one statement after the other; what was spoken of last is kept for those that go on about it.

    A piece that names parts of the face sets the subjects, or adds to a list of them as long as nothing is said of it;
    a piece that names none goes on about them.
    """

    def __init__(self) -> None:
        self._carried: list[Mention] = []
        self._heading: list[Mention] = []
        # Whether plain sides are the person's: by a convention that the text states, or as it spoke of them last.
        self._own_sides = self._persons_last = self._units_seen = self._asked = False
        self._side_told: str | None = None
        self._mode = ""

    def begin(self, laid: Laid) -> None:
        """Starts a statement."""
        self._motions: list[MotionSaid] = []
        self._units: list[UnitSaid] = []
        self._misnamed: list[Misnamed] = []
        self._emotions: list[EmotionSaid] = []
        self._evidence: list[Evidence] = []
        # Who is spoken of, whether something was said of them yet, and the side that is looked at.
        self._subjects: list[Mention] = []
        self._still_list = self._compares = self._absent = self._vague = self._unfitting = self._pair = (
            self._contrast
        ) = self._persons_said = self._pictures_said = False
        self._was_told = self._opening = True
        self._borrowed = False
        self._told = self._label = self._parted = self._persons_here = self._legend = False
        self._focus: str | None = None
        self._compared: list[Mention] = []
        self._set_aside: list[Mention] | None = None
        # What was said last, and where among the motions it begins.
        self._before: MotionSaid | None = None
        self._said_from = 0
        self._tail = False
        # Units of which it is not known yet whether they are denied; units whose motion comes behind them.
        self._waiting: list[int] = []
        self._hedged: list[int] = []
        self._open: frozenset[int] = frozenset()
        self._linked = 0
        self._sides: list[tuple[str | None, bool]] = []
        self._words_of_sides: list[tuple[str, str]] = []
        self._either = self._labelled = self._face = self._differ = False
        self._supposed = laid.asks
        self._answers, self._asked = self._asked, laid.asks
        self._typical = self._was_denied = self._naming = self._inside = False
        self._row = laid.row
        self._goes_on = laid.goes_on

    def statement(self, laid: Laid, default: Language | None) -> ReadStatement:
        """What the pieces since `begin` came to."""
        self._finish()
        return ReadStatement(
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
            self._supposed or self._typical or (self._legend and not self._motions),
            self._labelled,
            self._either,
            self._vague or self._short(laid),
            self._compares,
        )

    @staticmethod
    def _short(laid: Laid) -> bool:
        if len(laid.chunks) == 1 and laid.chunks[0][0] == "region":
            return True
        text = " ".join(text for _, text in laid.chunks)
        words = len(text.split()) if text.isascii() else len(text) / 2
        return words <= _SHORTEST

    def end(self, piece: Piece) -> None:  # noqa: PLR0912, PLR0915 - the order of these steps is the grammar
        """Takes what a piece says."""
        if not piece.size:
            return
        said_from = len(self._motions)
        self._compares |= piece.compares
        self._opening &= not (piece.mentions or piece.says)
        if piece.other and not piece.mentions:
            # Another noun ends the subject.
            self._subjects = []
        if piece.denied and piece.mentions:
            self._tail = False
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
        if piece.relative and piece.supposed and not piece.codes:
            # "The chin, which one would expect to rise, ..."
            supposed = True
        else:
            self._supposed |= piece.supposed and not piece.reversed
            self._typical |= piece.typical
            supposed = self._supposed or self._typical
        self._legend |= piece.legend
        if piece.codes or piece.names or self._waiting:
            self._take_units(piece, denied)
        if piece.emotions:
            self._take_emotions(piece, denied)
        if piece.described:
            self._take_descriptions(piece, denied, supposed)
        focus = self._focus
        piece.moved |= denied and piece.same and bool(piece.mentions)
        says = piece.says or (denied and (piece.tinted or (piece.exists and bool(piece.mentions) and not piece.axis)))
        if self._legend and not (piece.mentions or piece.pronoun):
            # "Purple stands for up"
            says = False
        if piece.pictures and self._inside and not (piece.mentions or piece.side):
            self._on_picture()
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
        if piece.mentions and not says and (piece.described or piece.codes or piece.points):
            if self._tail and self._before is not None and self._before.moves is False:
                # The end of a list: "no motion at the lids or the chin for AU17".
                self._say(self._before, self._subjects)
            elif (piece.codes or piece.points) and not piece.described and not denied:
                self._say(MotionSaid((), moves=True, real=False), self._subjects)
            self._told = True
        if self._still_list and piece.mentions and not says:
            self._before = MotionSaid((), moves=False)
            self._say(self._before, piece.mentions)
        elif piece.same and not says and piece.mentions and self._before is not None and not piece.codes:
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
        elif (
            denied
            and not supposed
            and self._told
            and self._focus
            and self._before is not None
            and piece.alone
            and piece.bare
            and (piece.pronoun or piece.side)
        ):
            # "... while the right one does not."
            self._say(self._before._replace(denied=True, moves=None), self._subjects)
        if denied and not says and not piece.mentions:
            # "The left corner, not the right one, rises."
            self._focus = focus
        self._was_denied = denied and says
        if piece.codes:
            self._link(piece, denied, supposed, said_from)

    def _only_denies(self, piece: Piece) -> bool:
        """Whether a piece denies all that could be said: "Direction: none", "the chin: nothing"."""
        if piece.codes or piece.names or piece.emotions or piece.compared or piece.mentions or self._waiting:
            return False
        return self._mode in ("direction", "strength", "colour") or (
            piece.bare and piece.alone and not (self._told or self._units or piece.pronoun)
        )

    def _take_descriptions(self, piece: Piece, denied: bool, supposed: bool) -> None:
        for mention, ways in piece.described:
            if mention is None or supposed:
                continue
            places = mention.part.places[mention.side or (piece.side if mention.part.one else None)]
            self._motions.append(
                MotionSaid(
                    places, ways, moves=None if denied else bool(ways), denied=denied, described=True, sided=False
                )
            )

    def _back_to(self, piece: Piece) -> list[Mention]:
        """What a piece without a part goes on about from earlier: a heading, or what a pronoun stands for."""
        if (piece.codes or self._units) and not piece.pronoun:
            return []
        if self._mode or self._goes_on or piece.pronoun or self._focus:
            return self._carried
        return self._heading

    def _restate(self, piece: Piece) -> None:
        """A side for which no part is named."""
        last = self._subjects[-1] if self._subjects else None
        side = piece.side
        if last is not None and side in SIDEWAYS:
            if last.side in SIDEWAYS and last.persons != piece.side_persons and (self._inside or not piece.says):
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
        self._persons_last |= piece.side_persons and piece.opens
        if not self._subjects and (piece.says or piece.denied):
            self._subjects, self._borrowed = self._carried, True

    def _on_picture(self) -> None:
        """As in "left corner (picture)", where sides are the person's else."""
        last = self._subjects[-1] if self._subjects else None
        if last is not None and last.persons and last.side in OWN_SIDE and not self._told:
            last.side, last.persons = OWN_SIDE[last.side], False

    def _narrow(self, side: str) -> bool:
        """As in "blue (left) / pink (right)": what was just said of both sides is said of one."""
        told = self._motions[self._said_from :]
        if not any(len(said.places) > 1 for said in told):
            return False
        del self._motions[self._said_from :]
        for said in told:
            places = tuple(place for place in said.places if place[0].startswith(side))
            self._motions.append(said._replace(places=places or said.places, sided=True))
        return True

    def _set_subjects(self, piece: Piece) -> None:
        mentions = piece.mentions
        label, self._label = self._label, piece.labels
        parted, self._parted = self._parted, False
        # "The mouth: its left corner rises" is not about both.
        self._subjects = (
            [] if self._told or label or parted or (piece.first and piece.says and not piece.denied) else self._subjects
        ) + mentions
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
                    if mention is last or (mention.part.one and mention.part.paired and mention.side is None):
                        mention.side, mention.persons = piece.side, piece.side_persons
            else:
                self._focus = piece.side

    def _tell(self, piece: Piece, denied: bool, real: bool) -> None:
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
        elif denied and piece.degree and piece.strength == "strong" and not where:
            # "One could not call the push violent."
            return
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

    def _say(self, said: MotionSaid, mentions: list[Mention]) -> None:
        self._said_from = len(self._motions)
        several = len({mention.side for mention in mentions}) > 1
        for mention in mentions:
            side = self._focus if self._focus in SIDEWAYS or mention.side is None else mention.side
            if self._focus and several and self._focus in SIDEWAYS and mention.side not in (None, "both", self._focus):
                continue
            self._motions.append(said._replace(places=mention.part.places[side], sided=side is not None))
        self._told = True

    def _take_units(self, piece: Piece, denied: bool) -> None:
        said = [(number, side, True, True, before) for units, before in piece.codes for number, side in units]
        said += [(number, None, names.sure, False, before) for names, before in piece.names for number in names.numbers]
        if not said:
            where = piece.ways or piece.towards or piece.colours or piece.strength
            there = piece.exists or piece.gone or piece.moved or self._row or bool(self._mode)
            there = there or (piece.bare and piece.size - piece.asides == 1)
            gone = (
                denied and there and not (where or piece.mentions or piece.emotions or piece.explains or piece.compared)
            )
            gone |= piece.silent and not self._naming and not (where or piece.mentions)
            if (gone or piece.supposed) and self._waiting:
                for place in self._waiting:
                    self._units[place] = self._units[place]._replace(polarity="denied" if gone else "supposed")
            if (piece.says or piece.mentions) and not denied:
                self._waiting = []
            return
        if piece.size > piece.asides + len(piece.codes) + len(piece.names):
            self._waiting = []
        for number, side, sure, by_code, before in said:
            there = piece.exists or piece.gone or piece.moved or self._row or (piece.bare and piece.last == "not")
            no = (before and not piece.reversed) or (denied and piece.back and there and not piece.explains)
            no |= piece.silent and not piece.mentions and not self._naming
            defined = piece.coded_first and piece.says and not self._inside
            polarity: Polarity = "affirmed"
            if not by_code and self._units and self._units[-1].number == number and not piece.codes and not piece.says:
                # "I would not call that AU2, outer brow raiser"
                polarity = self._units[-1].polarity
            elif self._supposed or defined or (piece.explains and denied and piece.back):
                polarity = "supposed"
            elif no:
                polarity = "denied"
            if not denied:
                self._waiting.append(len(self._units))
            if piece.hedged:
                self._hedged.append(len(self._units))
            self._units.append(UnitSaid(number, side, polarity, sure, by_code))

    def _take_emotions(self, piece: Piece, denied: bool) -> None:
        for emotion, before in piece.emotions:
            no = before or (denied and not piece.says and not piece.codes)
            polarity: Polarity = "denied" if no else "supposed" if self._supposed else "affirmed"
            self._emotions.append(EmotionSaid(emotion, polarity, piece.hedged))

    def _link(self, piece: Piece, denied: bool, supposed: bool, said_from: int) -> None:
        numbers = frozenset(number for units, before in piece.codes for number, _ in units if not before)
        if not numbers:
            return
        before, own = range(self._linked, said_from), range(max(said_from, self._linked), len(self._motions))
        self._linked = len(self._motions)
        if denied or supposed:
            return
        if not self._open or (own and not before):
            # "The lids tighten, AU7; the chin rises, AU17", "AU12 with AU6, and AU25 for the lips".
            shown = (*before, *own)
            if shown:
                self._evidence.append(Evidence(numbers, shown))
            self._open = numbers if piece.coded or not shown else frozenset()
        elif before:
            self._evidence.append(Evidence(self._open, tuple(before)))
            if own:
                self._evidence.append(Evidence(numbers, tuple(own)))
            self._open = numbers
        else:
            # "AU1 and AU4, since the brows ..."
            self._open |= numbers

    def _finish(self) -> None:
        if self._subjects and not self._told and self._before is not None and self._tail:
            self._say(self._before, self._subjects)
        # Behind an emotion its usual looks follow, not what shows the units.
        if self._open and len(self._motions) > self._linked and not self._emotions:
            self._evidence.append(Evidence(self._open, tuple(range(self._linked, len(self._motions)))))
        if self._subjects:
            self._carried = self._subjects
            self._heading = self._subjects if not self._told and not self._units else []
        if not self._face:
            self._convene()

    def _convene(self) -> None:
        """Takes what a statement without a part of the face says of sides: whose left is meant, or that they differ."""
        persons = {side for side, own in self._sides if own}
        pictures = {side for side, own in self._sides if not own}
        # "The picture's right is the person's right."
        self._differ |= len(persons) == len(pictures) == 1 and persons != pictures and self._pictures_said
        if self._motions or self._units:
            return
        # "Left = subject's left": the plain word is the person's.
        plain = {value for value, whose in self._words_of_sides if not whose}
        own = {value for value, whose in self._words_of_sides if whose == "persons"}
        both = self._pair or len(plain | own) > 1
        if self._persons_said and ((both and (not self._pictures_said or self._contrast)) or plain & own):
            self._own_sides, self._differ = True, False
        elif self._pictures_said and both and not self._persons_said:
            self._own_sides = self._persons_last = False
