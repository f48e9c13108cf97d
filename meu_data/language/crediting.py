"""Action units and emotions: which are affirmed, denied or only supposed, and which motion is given for which unit."""

from meu_data.language.pieces import OWN_SIDE, PERSON, SIDEWAYS, Piece
from meu_data.language.reading import EmotionSaid, Evidence, MotionSaid, Polarity, UnitSaid
from meu_data.language.sides import Sides
from meu_data.language.unit_sides import BOTH


class Crediting(Sides):
    """Takes the units and the emotions of a piece."""

    __slots__ = ()

    def _take_units(self, piece: Piece, denied: bool) -> None:
        said = [(number, side, True, True, before) for units, before in piece.codes for number, side in units]
        said += [(number, None, names.sure, False, before) for names, before in piece.names for number in names.numbers]
        if not said:
            self._go_on_about_units(piece, denied)
            return
        if piece.size > piece.asides + len(piece.codes) + len(piece.names):
            self._waiting = []
        # "AU4 often comes with AU9", "AU4 usually lowers the brows"
        weighed = piece.typical and (len(piece.codes) > 1 or (piece.coded and not piece.emotions))
        if weighed:
            self._usual |= {number for number, *_ in said}
        # "AU12 is stronger on the person's right."
        sided = piece.side_persons and piece.side in OWN_SIDE and not (piece.compares or piece.mentions)
        own = PERSON[OWN_SIDE[piece.side or ""]] if sided else None
        if self._gone and denied and piece.bare and piece.back and piece.last == "not":
            # "AU9 is ruled out, AU12 is not."
            denied = False
        self._gone = piece.gone and denied
        there = piece.exists or piece.gone or piece.moved or self._row or (piece.bare and piece.last == "not")
        # "AU9 cannot be added", whatever the verb
        unclear = denied and piece.back and piece.last == "not" and not (there or piece.explains or piece.says)
        absent = denied and piece.back and there and not piece.explains
        absent |= piece.silent and not piece.mentions and not self._naming
        # "It is not true that AU12 is active."
        absent |= piece.turned and denied and (piece.exists or piece.moved) and not piece.mentions
        defined = piece.coded_first and piece.says and not (self._inside or piece.argues_rest)
        supposed = self._supposed or defined or (piece.explains and denied and piece.back) or weighed or unclear
        for number, told, sure, by_code, before in said:
            # "AU10 is coded on the person's right."
            side = own if by_code and told is None else told
            polarity: Polarity = "affirmed"
            if not by_code and self._units and self._units[-1].number == number and not piece.codes and not piece.says:
                # "I would not call that AU2, outer brow raiser"
                polarity = self._units[-1].polarity
            elif supposed:
                polarity = "supposed"
            elif absent or (before and not piece.reversed):
                # "Surprise lacks AU4" denies nothing of this face.
                polarity = "supposed" if self._of_emotion else "denied"
            if not denied:
                self._waiting.append(len(self._units))
            if piece.hedged:
                self._hedged.append(len(self._units))
            both = side == BOTH
            self._units.append(UnitSaid(number, None if both else side, polarity, sure, by_code, both))

    def _go_on_about_units(self, piece: Piece, denied: bool) -> None:
        """What a piece that names no unit says of those that were named before it."""
        where = piece.ways or piece.towards or piece.colours or piece.strength
        there = piece.exists or piece.gone or piece.moved or self._row or bool(self._mode)
        there = there or (piece.bare and piece.size - piece.asides == 1)
        gone = denied and there and not (where or piece.mentions or piece.emotions or piece.explains or piece.compared)
        gone |= piece.silent and not self._naming and not (where or piece.mentions)
        # "The right corner is pinched (AU14), the left one is still": the unit is there.
        gone &= piece.side not in SIDEWAYS
        if gone and piece.gone and self._headed and not self._waiting:
            # As in "AU23: no colour on the lips, not met".
            self._waiting = self._headed
            self._weighed |= {self._units[place].number for place in self._headed}
        if (gone or piece.supposed) and self._waiting:
            for place in self._waiting:
                if self._units[place].number not in self._usual:
                    self._units[place] = self._units[place]._replace(polarity="denied" if gone else "supposed")
                self._weighed |= set() if gone else {self._units[place].number}
            for place in self._named if gone else ():
                # "Cheek raising (AU6) is not observed": its motion neither.
                self._motions[place] = self._motions[place]._replace(moves=None, denied=True)
        if (piece.says or piece.mentions) and not denied:
            self._waiting = []

    def _take_emotions(self, piece: Piece, denied: bool) -> None:
        # "Anger comes second."
        second = piece.compares and not piece.rank
        for emotion, before in piece.emotions:
            no = before or (denied and not piece.says and not piece.codes)
            polarity: Polarity = "denied" if no else "supposed" if self._supposed or second else "affirmed"
            self._emotions.append(EmotionSaid(emotion, polarity, piece.hedged))

    def _turn_down(self) -> None:
        """As in "it may look like sadness, but it is contempt": the first is only weighed."""
        if self._supposed and not self._turn:
            # "In fear, the lids would be raised."
            self._emotions = [
                said._replace(polarity="supposed") if said.polarity == "affirmed" else said for said in self._emotions
            ]
        before, behind = self._emotions[: self._turn], self._emotions[self._turn :]
        if any(said.polarity == "affirmed" and not said.hedged for said in behind):
            weighed = (said._replace(polarity="supposed") if said.hedged or self._settled else said for said in before)
            self._emotions = [*weighed, *behind]

    def _in_brackets(self, piece: Piece, told_from: int) -> None:
        """A part that stands in brackets behind a unit is what shows it: "AU15 (mouth corners)"."""
        for mention in piece.mentions:
            self._motions.append(MotionSaid(mention.part.places[mention.side], moves=True, real=False))
        self._evidence.append(
            Evidence(frozenset((self._units[-1].number,)), tuple(range(told_from, len(self._motions))))
        )
        self._linked = len(self._motions)
        self._open = frozenset()

    def _link_before(self, piece: Piece) -> None:
        """The motion of the sentence before, as evidence that a word points back to: "that is AU12", "hence AU12"."""
        numbers = frozenset(number for units, before in piece.codes for number, _ in units if not before)
        points = (piece.pronoun or self._concludes) and not (
            piece.mentions or piece.says or piece.denied or piece.supposed or piece.compared
        )
        if numbers and points and self._told_of and not (self._motions or self._evidence):
            at = len(self._motions)
            self._motions += [said._replace(real=False) for said in self._told_of]
            self._evidence.append(Evidence(numbers, tuple(range(at, len(self._motions)))))
            self._linked = len(self._motions)

    def _link(self, piece: Piece, denied: bool, supposed: bool, said_from: int) -> None:
        numbers = frozenset(number for units, before in piece.codes for number, _ in units if not before)
        if not numbers:
            return
        before, own = range(self._linked, said_from), range(max(said_from, self._linked), len(self._motions))
        self._linked = len(self._motions)
        pointed, self._pointed = self._pointed, False
        if (
            (piece.typical or supposed)
            and not (denied or piece.denied or piece.compared or piece.hedged)
            and piece.says
        ):
            # "The parting of the lips is associated with AU25."
            places = tuple(place for mention in piece.mentions for place in mention.part.places[mention.side])
            if places and len(numbers) == 1:
                self._evidence.append(Evidence(numbers, (), places))
        if denied or supposed:
            return
        if len(self._open) > 1 and before and not own:
            # "AU4, AU7 and, for the narrowed lips, AU23": it may show either.
            self._evidence.append(Evidence(self._open | numbers, tuple(before)))
            self._open = numbers
        elif not self._open or pointed or (own and not before):
            # "The lids tighten, AU7; the chin rises, AU17", "AU12 with AU6, and AU25 for the lips".
            shown = (*before, *own)
            if shown:
                self._evidence.append(Evidence(numbers, shown))
            # In brackets behind its motion a unit is told of no more.
            behind = self._inside and bool(before)
            self._open = numbers if not shown or (piece.coded and not behind) else frozenset()
        elif before:
            self._evidence.append(Evidence(self._open, tuple(before)))
            if own:
                self._evidence.append(Evidence(numbers, tuple(own)))
            self._open = numbers
        else:
            # "AU1 and AU4, since the brows ..."
            self._open |= numbers
