"""What is said of motion, put down for the parts it is said of; and what a whole statement came to."""

from meu_data.face.regions import REGIONS, opposite
from meu_data.language.crediting import Crediting
from meu_data.language.layout import Laid
from meu_data.language.pieces import OTHER_SIDE, SIDEWAYS, Mention, Piece
from meu_data.language.reading import STRENGTHS, Evidence, Misnamed, MotionSaid, Polarity, Ranked, ReadStatement
from meu_data.language.words import WAYS, Units

_ASKEW = WAYS["in"] | WAYS["out"]
# Of what is uneven two strengths are told.
_UNEQUAL = 2
# A muscle and its unit, and another muscle with its own.
_TWO_PAIRS = 4


class Saying(Crediting):
    """Takes down motion."""

    __slots__ = ()

    def statement(self, laid: Laid) -> ReadStatement:
        """What the pieces since `begin` came to."""
        self._finish()
        return ReadStatement(
            laid.start,
            laid.end,
            laid.language,
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
            self._no_units and not (self._units or self._face or self._supposed),
        )

    def _given(self) -> tuple[Evidence, ...]:
        """What is given as evidence; not for units that turned out to be only supposed."""
        if not self._weighed:
            return tuple(evidence for evidence in self._evidence if evidence.numbers)
        given = (
            evidence if evidence.places else evidence._replace(numbers=evidence.numbers - self._weighed)
            for evidence in self._evidence
        )
        return tuple(evidence for evidence in given if evidence.numbers)

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
            self._tell(before, before.denied, True)
            self._announced = before

    def _tell(self, piece: Piece, denied: bool, real: bool) -> None:  # noqa: PLR0912 - one kind of saying each
        where = bool(piece.ways or piece.towards or piece.colours)
        if not (where or piece.mentions or piece.still or self._mode):
            if denied and not self._was_told:
                return
            if not denied and not (piece.strength or piece.hardly or (piece.moved and self._face and not self._told)):
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
            valued = piece.valued and not piece.codes
            moves = True if where or piece.mentions or piece.moved or valued or self._mode else None
            if piece.tinted and piece.strength == "slight" and not (where or piece.moved or self._mode):
                # 眉部颜色极暗: what is dark may be still.
                moves = None
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
        if piece.everywhere and self._only_said and said.moves and real:
            self._alone(self._subjects)
        if (piece.only or self._only) and said.moves and real:
            self._only = False
            if piece.rank == "top":
                self._rest_is_less()
            else:
                self._rest_of_pair()

    def _rest_of_pair(self) -> None:
        """What moves on the left only is still on the right."""
        for mention in self._subjects:
            side = self._focus if mention.side in (None, "both") else mention.side
            if side in SIDEWAYS and mention.part.places[OTHER_SIDE[side]] != mention.part.places[side]:
                self._motions.append(MotionSaid(mention.part.places[OTHER_SIDE[side]], moves=False))

    def _say_of(self, mentions: list[Mention], ways: int) -> None:
        """What others are said to do beside those that are spoken of."""
        for mention in mentions if ways and not self._supposed else ():
            places = mention.part.places[mention.side]
            self._motions.append(MotionSaid(places, ways, moves=True, sided=mention.side is not None))

    def _alone(self, mentions: list[Mention]) -> None:
        """What is the only thing to move in the whole face."""
        here = tuple(place for mention in mentions for place in mention.part.places[mention.side])
        self._ranks.append(Ranked("alone", here, ()))

    def _rest_is_less(self) -> None:
        """What is brightest on the left only is less bright on the right."""
        for mention in self._subjects:
            if mention.side in SIDEWAYS:
                places = mention.part.places
                self._ranks.append(Ranked("multiple", places[mention.side], places[OTHER_SIDE[mention.side]]))

    def _say(self, said: MotionSaid, mentions: list[Mention]) -> None:
        self._said_from = len(self._motions)
        several = len({mention.side for mention in mentions}) > 1
        for mention in mentions:
            side = self._focus if self._focus in SIDEWAYS or mention.side is None else mention.side
            if self._focus and several and self._focus in SIDEWAYS and mention.side not in (None, "both", self._focus):
                continue
            told = said.of(mention.part.places[side], side is not None)
            self._motions.append(told._replace(one_sided=True) if mention.single else told)
            if said.moves and side in SIDEWAYS:
                self._side_moved = side
        self._told = True

    def _one_muscle(self, number: int, muscle: Units) -> None:
        still = any(said.moves is False or said.denied for said in self._motions)
        if number not in muscle.numbers and not (still or self._supposed or self._contrast or self._was_denied):
            self._misnamed.append(Misnamed(number, muscle.text, muscle.numbers, muscle=True))

    def _both_told(self) -> None:
        """Of "one corner rises strongly, the other a little" each moves."""
        told = {name for said in self._motions if said.moves for place in said.places for name in place}
        self._motions = [
            said._replace(one_sided=False)
            if said.sided and any(opposite(name) in told for place in said.places for name in place)
            else said
            for said in self._motions
        ]

    def _uneven(self) -> None:
        """Of "moderately on the left, slightly on the right" the left one moves more."""
        if len({said.strength for said in self._motions if said.strength}) < _UNEQUAL:
            return
        told = {
            place: STRENGTHS.index(said.strength)
            for said in self._motions
            if said.strength and said.sided and said.real and not said.denied
            for place in said.places
        }
        for place, strength in told.items():
            other = tuple(opposite(name) for name in place)
            if other != place and told.get(other, strength) < strength:
                self._ranks.append(Ranked("more", (place,), (other,)))

    def _each_muscle(self) -> None:
        """Muscles and units that come in turn belong together: 颏肌上顶为AU17，降口角肌下拉为AU15."""
        named = self._in_order
        weighed = self._supposed or self._contrast or self._was_denied or self._misnamed
        if len(named) < _TWO_PAIRS or len(named) % 2 or weighed:
            return
        turns = [isinstance(name, Units) for name in named]
        if turns != [*turns[:2], *turns[:-2]]:
            return
        affirmed = {unit.number for unit in self._units if unit.polarity == "affirmed"}
        for one, other in zip(named[::2], named[1::2], strict=True):
            muscle, numbers = (one, other) if isinstance(one, Units) else (other, one)
            if (
                isinstance(muscle, Units)
                and not isinstance(numbers, Units)
                and numbers <= affirmed
                and not numbers & muscle.numbers
            ):
                self._misnamed.append(Misnamed(min(numbers), muscle.text, muscle.numbers, muscle=True))

    def _answer_motion(self) -> None:
        """What "yes" and "no" say of the motion that was asked for."""
        if self._asked_motion is None or self._motions:
            return
        said, mentions = self._asked_motion
        said = said if self._answer else negated(said)
        self._say(said, mentions)

    def _head_half(self) -> None:
        """Takes the side of a heading, for what stands under it; any other heading ends that."""
        if self._is_short and not (self._told or self._units or self._emotions or self._goes_on or self._row):
            sides = {side for side, _ in self._sides}
            self._half = sides.pop() if len(sides) == 1 and not self._face and sides <= SIDEWAYS.keys() else None

    def _finish(self) -> None:
        if self._all_still and not (self._face or self._excepted or self._compares):
            half = tuple(name for name in REGIONS if self._all_still == "face" or name.startswith(self._all_still))
            self._motions.append(MotionSaid((half,), moves=False))
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
        self._each_muscle()
        if self._subjects and not self._told and self._before is not None and self._tail:
            self._say(self._before, self._subjects)
        # Behind an emotion its usual looks follow, not what shows the units.
        if self._open and len(self._motions) > self._linked and not self._emotions:
            self._evidence.append(Evidence(self._open, tuple(range(self._linked, len(self._motions)))))
        if any(said.one_sided for said in self._motions):
            self._both_told()
        if self._subjects:
            self._carried = self._subjects
            fragment = self._under_heading and self._is_short
            self._heading = self._subjects if fragment or not (self._told or self._units) else []
        self._head_half()
        self._uneven()
        if not self._face:
            self._convene()


def negated(said: MotionSaid) -> MotionSaid:
    """What "they do not" says of a motion that was asked for or expected."""
    where = said.ways or said.towards or said.colours
    if said.moves is False:
        return said._replace(moves=True)
    return said._replace(denied=True, moves=None) if where else said._replace(strength=None, moves=False)
