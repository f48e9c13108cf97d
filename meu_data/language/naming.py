"""What a piece names: parts of the face and portions of them, action units by their code or by their name."""

from collections.abc import Sequence

from meu_data.language.pieces import SIDEWAYS, Mention, Piece, named_before, named_behind, named_beside
from meu_data.language.portions import BROW, portion
from meu_data.language.reading import Misnamed
from meu_data.language.scope import after
from meu_data.language.teller import Teller
from meu_data.language.words import Event, Part, Units
from meu_data.language.words import part as _part

_GLABELLA = _part(("glabella",), one=True)
_ROOT = ("nose_root",)
_LIPS = frozenset(("upper_lip", "middle_upper_lip", "lower_lip", "middle_lower_lip"))


class Naming(Teller):
    """Takes the parts and the units that a piece names."""

    __slots__ = ()

    def _amid(self, piece: Piece) -> Part | None:
        """What lies "between them", where that is the brows."""
        told = (*piece.mentions, *self._subjects) or self._carried
        self._between = not told or any(set(mention.part.parts) <= set(BROW) for mention in told)
        if not (told and self._between):
            return None
        if piece.last == "part" and piece.mentions and piece.mentions[-1].part.parts == _ROOT:
            # "The procerus territory between them"
            piece.mentions[-1].part = _GLABELLA
            return None
        return _GLABELLA

    def _same_again(self, piece: Piece, part: Part) -> Mention | None:
        """What is named again without its side: "the corner on the left, said corner being still"."""
        told = self._subjects or (self._carried if piece.last == "pronoun" else [])
        again = part.one and part.paired and bool(told) and not piece.mentions and told[-1].side in SIDEWAYS
        return told[-1] if again and told[-1].part.parts == part.parts else None

    def _part(self, piece: Piece, part: Part, and_so: bool) -> Piece:  # noqa: PLR0912 - one rule each
        self._face = True
        if self._between and part.parts == _ROOT:
            # "Between them, the skin at the top of the nose"
            part = _GLABELLA
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
            piece = after(piece)
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
        headed = self._label and part.one and self._subjects and self._subjects[0].side in SIDEWAYS
        if headed:
            # As in "the left half of the lower face: corner and cheek rest".
            self._lead = self._subjects[0].side
        if piece.side is not None or (self._told and not headed):
            self._lead = None
        elif self._lead and part.places[self._lead] != part.places[None]:
            side = self._lead
        if side is None and part.one and part.paired and self._half is not None:
            side = self._half
        same = self._same_again(piece, part) if side is None else None
        if same is not None:
            side, persons = same.side, same.persons
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

    def _portion(self, piece: Piece, which: str) -> None:
        """A portion of the part that is spoken of: "its middle", "the outer end", 正中."""
        if piece.to:
            # "It comes down to meet the lower one."
            piece.to = False
            return
        if piece.ahead and (piece.rank or not (piece.mentions or piece.says)):
            # "Less than its middle", "unlike its inner end, ..."
            named = [*piece.mentions[-1:], *self._subjects[-1:], *self._carried[-1:]]
            compared = next(filter(None, (portion(mention.part, which) for mention in named)), None)
            if compared is not None:
                piece.compared.append(Mention(compared, None, False))
            return
        if piece.mentions and piece.last == "part" and not piece.says:
            narrowed = portion(piece.mentions[-1].part, which)
            if narrowed is not None:
                piece.mentions[-1].part = narrowed
            return
        if piece.mentions or (self._muscles and not self._subjects):
            # "Frontalis, its inner part"
            return
        for mention in self._subjects or self._carried:
            narrowed = portion(mention.part, which)
            if narrowed is not None:
                side, persons = (piece.side, piece.side_persons) if piece.side else (mention.side, mention.persons)
                if not narrowed.paired:
                    # "Its left and right parts follow; its middle is still."
                    side = None
                piece.mentions.append(Mention(narrowed, side or self._focus, persons))
        if piece.mentions and not self._told:
            # "Upper lip, centre": no more than that is spoken of.
            self._subjects = []
        if piece.mentions:
            piece.side, self._face = None, True

    def _lists_units(self, found: Sequence[Event], at: int) -> bool:
        """Whether what stands here are all units there are: "AUs = none", "AU set: none"."""
        return self._mode == "au" or [event.value for event in found[max(at - 2, 0) : at]] == ["au", ":"]

    def _at_end_of_brow(self, piece: Piece, found: Sequence[Event], at: int) -> bool:
        """Whether a word for what is inside or outside begins a piece that says what an end of the brow does."""
        begins = piece.size == 1 and at + 1 < len(found) and found[at + 1].kind in ("not", "still", "move", "same")
        return begins and any(set(mention.part.parts) <= set(BROW) for mention in self._subjects or self._carried)

    def _one_of_two(self, piece: Piece, which: str) -> Piece:
        """The first or the last of two parts that were named: "the former rises, the latter rests"."""
        named = self._subjects if len(self._subjects) == 2 else self._mentioned or self._carried
        if len(named) == 1 and named[0] not in self._two:
            named = [*named, *self._compared]
        if len(named) == 2:
            self._two = list(named)
        piece.pronoun |= len(self._two) != 2
        if len(self._two) == 2:
            if piece.says and piece.mentions and not piece.ahead:
                # 前者上扬后者下压
                self.end(piece)
                piece = after(piece)
            self._told = True
            one, other = self._two if which == "former" else reversed(self._two)
            (piece.compared if piece.ahead else piece.mentions).append(one)
            # "The former moves more."
            piece.fronted = piece.fronted or [other]
        return piece

    def _is_code(self, kind: str) -> bool:
        return self._mode == "au" or (kind == "bare code" and self._units_seen)

    def _code(self, piece: Piece, units: tuple[tuple[int, str | None], ...], found: Sequence[Event], at: int) -> None:
        self._units_seen = True
        piece.coded |= not (piece.says or piece.mentions)
        before = piece.ahead or piece.inherits or piece.denied or self._absent
        piece.codes.append((units, before))
        names = named_beside(found, at, 1) or named_beside(found, at, -1) or named_behind(found, at)
        names = names or named_before(found, at)
        own = {number for number, _ in units}
        self._in_order.append(frozenset(own))
        if names is not None and at and found[at - 1] is names:
            # As in "cheek raising plus lip corner pulling, AU6 and AU12".
            own |= {number for event in found[at:] if event.kind == "code" for number, _ in event.value}
        if names is not None and not own & names.value.numbers:
            self._misnamed.append(Misnamed(units[0][0], names.value.text, names.value.numbers, names.kind == "muscle"))

    def _name(self, piece: Piece, kind: str, units: Units, found: Sequence[Event], at: int) -> None:
        if kind == "muscle":
            self._muscles.append(units)
            self._in_order.append(units)
            explains = piece.last in ("", "break", "near") and bool(self._subjects) and not self._told
            piece.other |= not (piece.mentions or piece.says or explains)
            return
        if named_beside(found, at, -1, ("code",)):
            piece.repeats += 1
            return
        if self._inside and at > 1 and found[at - 1].value == "," and found[at - 2].kind == "code":
            # As in "the corrugator (AU4, brow lowerer)".
            return
        if not (units.sure and named_beside(found, at, 1, ("code",))):
            piece.coded |= units.sure and not (piece.says or piece.mentions)
            piece.names.append((units, piece.ahead or piece.denied or self._absent))
        kinds = {event.kind for event in units.motion}
        if piece.denied and kinds.isdisjoint(("way", "state")):
            # 看不到皱眉: what is denied is that motion, not any.
            return
        if kinds.isdisjoint(("way", "state")) and ("move" not in kinds or piece.mentions or piece.says):
            return
        compares = piece.ahead and at + 1 < len(found) and found[at + 1].kind == "comparing"
        for event_kind, value in units.motion:
            if event_kind == "part":
                self._face = True
                mention = Mention(
                    value, piece.side or (self._focus if not piece.mentions else None), piece.side_persons
                )
                (piece.compared if piece.ahead else piece.mentions).append(mention)
                piece.side = None
            elif event_kind in ("way", "state") and piece.compared and compares:
                # 比嘴角上扬更强
                self._say_of(piece.compared[-1:], value)
            elif event_kind in ("way", "state"):
                piece.ways |= value
            elif event_kind == "move":
                piece.moved = True
