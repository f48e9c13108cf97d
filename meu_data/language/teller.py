"""What the pieces of a statement tell, and of whom: who is spoken of, what is denied, what is given as evidence."""

from meu_data.choices import Language
from meu_data.face.regions import REGIONS
from meu_data.language.crediting import Crediting
from meu_data.language.layout import Laid
from meu_data.language.pieces import NO_COLOURS, OTHER_SIDE, SIDEWAYS, Mention, Piece
from meu_data.language.reading import (
    Evidence,
    Misnamed,
    MotionSaid,
    Polarity,
    ReadStatement,
)
from meu_data.language.scope import resolve
from meu_data.language.words import WAYS, Units

# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)
_UPDOWN = WAYS["up"] | WAYS["down"]
_LEFTRIGHT = WAYS["left"] | WAYS["right"]
_ASKEW = WAYS["in"] | WAYS["out"]


class Teller(Crediting):
    """Takes the pieces of one statement after the other; what was spoken of last is kept for those that go on about it.

    A piece that names parts of the face sets the subjects, or adds to a list of them as long as nothing is said of it;
    a piece that names none goes on about them.
    """

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
            () if self._unfitting else self._given(),
            tuple(self._ranks),
            self._differ,
            self._face,
            self._supposed or self._typical or (self._legend and not self._motions),
            self._labelled,
            self._either,
            self._vague or self._is_short,
            self._compares,
        )

    def _given(self) -> tuple[Evidence, ...]:
        """What is given as evidence; not for units that turned out to be only supposed."""
        given = (
            evidence if evidence.places else evidence._replace(numbers=evidence.numbers - self._weighed)
            for evidence in self._evidence
        )
        return tuple(evidence for evidence in given if evidence.numbers)

    def end(self, piece: Piece) -> None:  # noqa: PLR0912, PLR0915 - the order of these steps is the grammar
        """Takes what a piece says."""
        if not piece.size:
            return
        said_from, prior = len(self._motions), self._subjects
        self._compares |= piece.compares
        self._opening &= not (piece.mentions or piece.says)
        if piece.other and not piece.mentions:
            # Another noun ends the subject.
            self._subjects = []
            self._elsewhere |= not (piece.says or self._told)
        if piece.denied and piece.mentions:
            self._tail = False
        self._compared = piece.compared
        resolve(piece)
        if piece.still and piece.moved and piece.denied:
            # "It does not leave its place of rest."
            piece.still = False
        if piece.explains or (piece.axis and not piece.ways):
            # "The motion, which no unit explains": it is not the motion that is denied.
            piece.moved = False
        denied = (piece.denied and not piece.reversed) != (piece.turned and (piece.denied or not piece.reversed))
        if (piece.nowhere or piece.everywhere) and not (piece.mentions or piece.codes or piece.emotions):
            self._whole(piece, denied)
            return
        if denied and piece.moved and not (piece.not_moved or piece.exists or piece.gone or piece.turned):
            # "The motion at the chin does not speak for AU17."
            piece.moved = False
        if piece.relative and piece.supposed and not piece.codes:
            # "The chin, which one would expect to rise, ..."
            supposed = True
        elif piece.supposed and self._where and not piece.mentions:
            # "Where AU9 would be expected, the wing moves aside instead": only the unit is supposed.
            supposed = self._supposed or self._typical
        else:
            self._supposed |= piece.supposed and not piece.reversed
            self._typical |= piece.typical
            supposed = self._supposed or self._typical
        self._where &= not piece.mentions
        self._legend |= piece.legend
        if piece.codes or piece.names or self._waiting:
            self._take_units(piece, denied)
        if piece.emotions:
            self._take_emotions(piece, denied)
        if piece.described:
            self._take_descriptions(piece, denied, supposed)
        focus, later, says_so = self._focus, piece.side, piece.says
        # As in "the wings, on the right only: purple".
        self._only |= piece.only and not piece.says and not denied
        bare = piece.size - piece.asides <= len(piece.mentions) and not piece.codes
        ends_so = piece.likewise and (piece.last == "same" or bare) and bool(piece.mentions)
        if ends_so and self._before is None and not (denied or says_so):
            # "The chin likewise": as the last part of the sentence before, or it moves.
            self._before = self._earlier
            piece.moved = self._before is None
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
        elif piece.ways & _LEFTRIGHT == _LEFTRIGHT:
            # "The corners part east and west."
            piece.ways, piece.moved = piece.ways & ~_LEFTRIGHT, True
        if piece.mentions and self._naming:
            self._subjects, self._told = piece.mentions, False
        elif piece.mentions:
            self._set_subjects(piece)
        elif piece.side is not None:
            self._restate(piece)
            if piece.only and not says and self._told and self._before is not None and self._before.moves:
                # "It falls, on the left alone."
                self._rest_of_pair()
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
        self._announce(piece, denied or supposed)
        if piece.rank and self._subjects and not (denied or supposed):
            self._rank(piece, later)
        negative = self._before is not None and (self._before.moves is False or self._before.denied)
        if self._before is not None and negative and piece.nor and piece.mentions and not says and not piece.codes:
            # "The brows do not move, nor does the chin."
            for mention in piece.mentions:
                mention.side = mention.side or (prior[-1].side if prior else None)
            self._say(self._before, self._subjects)
        elif (
            self._before is not None
            and negative
            and piece.instead
            and piece.mentions
            and not (says or denied or piece.codes)
        ):
            # "It is not the brows that rise, it is the corners."
            self._say(self._before._replace(denied=False, moves=True), self._subjects)
        elif self._still_list and piece.mentions and not says:
            self._before = MotionSaid((), moves=False)
            self._say(self._before, piece.mentions)
        elif piece.same and not says and piece.mentions and self._before is not None and not piece.codes:
            # The colour of one side is not that of both.
            sided = all(mention.side for mention in self._subjects)
            self._say(self._before if sided else self._before._replace(colours=NO_COLOURS), self._subjects)
        elif says and self._subjects and not (piece.other and not piece.mentions):
            going_on = self._was_denied and bool(piece.ways) and not (piece.mentions or piece.still or piece.pronoun)
            self._vague |= piece.compares
            if not supposed and not (piece.compares and not (piece.ways or piece.colours or piece.still)):
                about_unit = (
                    self._naming
                    or (piece.coded_first and not piece.argues_rest)
                    or (bool(self._asked_units) and piece.pronoun)
                )
                self._tell(piece, denied or going_on, not about_unit)
            elif self._asked:
                asked = MotionSaid((), piece.ways, piece.towards, piece.colours, piece.strength, True)
                self._asked_motion = (asked, self._subjects)
            self._told = True
            denied = denied or going_on
        elif piece.hardly and self._told and self._subjects and not (supposed or says or piece.mentions or piece.codes):
            # "They creep up, hardly enough to notice."
            self._say(MotionSaid((), strength="slight"), self._subjects)
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
        self._was_denied = denied and says and not piece.still
        alone = piece.size == len(piece.mentions)
        if self._naming and alone and self._units and self._units[-1].polarity == "affirmed" and not piece.described:
            self._in_brackets(piece, len(self._motions))
        if piece.codes:
            self._link(piece, denied, supposed, said_from)
            self._link_before(piece)
        if piece.names and not piece.size - piece.asides > len(piece.names):
            self._named = range(said_from, len(self._motions))
        if piece.compares and piece.mentions and not says:
            self._told = True

    def _announce(self, piece: Piece, doubted: bool) -> None:
        """A motion that a colon parts from what moves: "elevation, strong: the left brow"."""
        before, self._announced = self._announced, None
        if doubted or piece.codes or piece.pronoun:
            return
        if piece.says and not (piece.mentions or self._subjects):
            if before is not None:
                piece.ways, piece.colours = piece.ways | before.ways, piece.colours | before.colours
                piece.strength = piece.strength or before.strength
            self._announced = piece
        elif before is not None and before.labels and piece.mentions and not piece.says:
            self._tell(before, False, True)

    def _whole(self, piece: Piece, denied: bool) -> None:
        """What is said of the whole face: "no region moves", 全脸静止."""
        rests = (piece.still and not denied) or (denied and (piece.moved or piece.exists))
        if piece.hardly or (piece.still and piece.nowhere):
            # "Almost all is still", "no region is still".
            rests = False
        weighed = piece.ways or piece.towards or piece.colours or piece.strength or piece.side or piece.compares
        if rests and not (weighed or self._supposed or self._typical or piece.supposed):
            self._all_still = True

    def _only_denies(self, piece: Piece) -> bool:
        """Whether a piece denies all that could be said: "Direction: none", "the chin: nothing"."""
        if piece.codes or piece.names or piece.emotions or piece.compared:
            return False
        if piece.mentions:
            # "The cheeks show nothing", "nothing at the chin".
            bare = piece.size - piece.asides <= 1 + len(piece.mentions)
            return piece.nothing and bare and not (piece.other or piece.ahead)
        if self._waiting:
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
        if (piece.codes or self._units or self._elsewhere) and not piece.pronoun:
            return []
        if self._mode or self._goes_on or piece.pronoun or self._focus:
            return self._carried
        valued = piece.says and not (piece.moved or piece.still or piece.other or piece.labels)
        if self._is_short and not self._face and valued:
            # "The chin drops. Magenta."
            return self._carried
        self._under_heading = True
        return self._heading

    def _set_subjects(self, piece: Piece) -> None:
        mentions, self._under_heading = piece.mentions, False
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
            if not denied and not (piece.strength or (piece.moved and self._face and not self._told)):
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
            said = MotionSaid(
                (),
                piece.ways,
                piece.towards,
                piece.colours,
                piece.strength,
                moves,
                real=real,
                extreme=piece.extreme,
                one_sided=piece.one_sided,
            )
        self._before = said
        self._tail = piece.first or piece.denied
        self._say(said, self._subjects)
        if (piece.only or self._only) and said.moves and real:
            self._only = False
            self._rest_of_pair()

    def _rest_of_pair(self) -> None:
        """What moves on the left only is still on the right."""
        for mention in self._subjects:
            side = self._focus if mention.side is None else mention.side
            if side in SIDEWAYS and mention.part.places[OTHER_SIDE[side]] != mention.part.places[side]:
                self._motions.append(MotionSaid(mention.part.places[OTHER_SIDE[side]], moves=False))

    def _say(self, said: MotionSaid, mentions: list[Mention]) -> None:
        self._said_from = len(self._motions)
        several = len({mention.side for mention in mentions}) > 1
        for mention in mentions:
            side = self._focus if self._focus in SIDEWAYS or mention.side is None else mention.side
            if self._focus and several and self._focus in SIDEWAYS and mention.side not in (None, "both", self._focus):
                continue
            self._motions.append(said._replace(places=mention.part.places[side], sided=side is not None))
            if said.moves and side in SIDEWAYS:
                self._side_moved = side
        self._told = True

    def _one_muscle(self, number: int, muscle: Units) -> None:
        still = any(said.moves is False or said.denied for said in self._motions)
        if number not in muscle.numbers and not (still or self._supposed or self._contrast or self._was_denied):
            self._misnamed.append(Misnamed(number, muscle.text, muscle.numbers, muscle=True))

    def _answer_motion(self) -> None:
        """What "yes" and "no" say of the motion that was asked for."""
        if self._asked_motion is None or self._motions:
            return
        said, mentions = self._asked_motion
        if not self._answer:
            where = said.ways or said.towards or said.colours
            said = said._replace(denied=True, moves=None) if where else said._replace(strength=None, moves=False)
        self._say(said, mentions)

    def _finish(self) -> None:
        if self._all_still and not (self._face or self._excepted or self._compares):
            self._motions.append(MotionSaid((tuple(REGIONS),), moves=False))
            self._face = True
        self._turn_down()
        if self._answer is not None:
            polarity: Polarity = "affirmed" if self._answer else "denied"
            self._units = [unit._replace(polarity=polarity) for unit in self._asked_units] + self._units
            self._answer_motion()
        self._asked_units = self._units if self._asked else []
        self._asked_motion = self._asked_motion if self._asked else None
        units = {unit.number for unit in self._units}
        if len(self._muscles) == len(units) == 1 and not self._misnamed and self._units[0].polarity == "affirmed":
            # "Mentalis activity, so AU17"
            self._one_muscle(self._units[0].number, self._muscles[0])
        if self._subjects and not self._told and self._before is not None and self._tail:
            self._say(self._before, self._subjects)
        # Behind an emotion its usual looks follow, not what shows the units.
        if self._open and len(self._motions) > self._linked and not self._emotions:
            self._evidence.append(Evidence(self._open, tuple(range(self._linked, len(self._motions)))))
        if self._subjects:
            self._carried = self._subjects
            fragment = self._under_heading and self._is_short
            self._heading = self._subjects if fragment or not (self._told or self._units) else []
        if not self._face:
            self._convene()
