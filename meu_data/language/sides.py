"""Sides: which one a word says, whose left and right are meant, and whether a side is where something goes."""

from collections.abc import Sequence

from meu_data.language.pieces import LETTERS, OTHER_SIDE, OWN_SIDE, PERSON, SIDEWAYS, Mention, Piece
from meu_data.language.portions import portion
from meu_data.language.ranking import Ranking
from meu_data.language.words import WHOSE, Event, Part

# Before the side that something goes to.
_GOALS = frozenset(("towards", *WHOSE))
# So many words ahead tell whether the other side is the one that rests.
_NEAR = 6
# What the other side may be said to do.
_DOING_TOO = frozenset(("move", "same", "strength", "weak strength"))
# What a side is said to do, behind the dash of a heading.
_HEADED = frozenset(("way", "pronoun", "move", "state", "colour", "still", "not"))
# "The left heads up."
_HEAD = Event("portion", "head")
# What may stand between one name of a side and the other.
_GLUE = frozenset((*WHOSE, "break", "gloss", "pronoun", "arrow", "relative", "plain", "exists", "field", "part"))


class Sides(Ranking):
    """Takes the sides that a piece or a whole statement names."""

    __slots__ = ()

    def _side(self, piece: Piece, side: str, found: Sequence[Event], at: int, and_so: bool) -> Piece:  # noqa: PLR0911, PLR0912, PLR0915
        if side in SIDEWAYS and (
            (self._mode == "direction" and not self._names_part(found, at))
            or (piece.last == "way" and and_so and not self._names_part(found, at))
        ):
            piece.ways |= SIDEWAYS[side]
            piece.last = "way"
            return piece
        if side in SIDEWAYS and piece.to and piece.last in _GOALS and not self._names_part(found, at):
            # 往 right, "toward picture left"
            piece.ways |= SIDEWAYS[OWN_SIDE[side] if piece.last == "persons" else side]
            piece.to = piece.pictures = piece.persons = False
            return piece
        if side in SIDEWAYS and self._turns(piece, found, at, and_so):
            # "The corner on the left goes right", "the left one right"
            piece.ways |= SIDEWAYS[side]
            return piece
        if side == "even":
            # "The corners rise evenly", 对称
            piece.rank = piece.rank or "even"
            side = "both"
            one, *others = piece.mentions or self._subjects or (None,)
            if one is not None and not (others or one.part.paired):
                # "The chin, equally bright, ..."
                return piece
        if side == "both" and self._told and not piece.mentions and not self._names_part(found, at):
            outer = self._beside_middle()
            if outer is not None:
                # 正中上推，两侧不动
                piece.mentions.append(Mention(outer, None, False))
                return piece
        if side == "both" and piece.size == 1 and found[at + 1 : at + 2] and found[at + 1].kind in _HEADED:
            one, *others = self._subjects or (None,)
            if len(others) == 1 and one is not None and others[0].part != one.part:
                # "The chin and the lower lip, and both sink"
                piece.pronoun = True
                return piece
        if side == "twin" and piece.last == "side":
            # "Its left counterpart"
            return piece
        own = piece.persons or (not piece.pictures and (self._own_sides or self._persons_here))
        if not self._names_part(found, at) and self._compare_side(piece, side, own, self._compares_next(found, at)):
            # "The right corner rises more than the left."
            return piece
        if side in ("other", "twin"):
            following = found[at + 1] if at + 1 < len(found) else None
            told = bool(piece.colours or piece.ways or piece.last == "part") or (
                following is not None
                and (
                    following.value == ":"
                    or (following.value == "," and self._opening and piece.size == 1)
                    or following.kind in ("still", "not")
                    or (following.kind in _DOING_TOO and not piece.size - piece.asides)
                )
            )
            if (side == "other" and not (told or self._names_part(found, at))) or self._side_told is None:
                return piece
            rests = any(event.kind in ("still", "not") for event in found[at : at + _NEAR])
            side = OTHER_SIDE[(self._side_moved if rests else None) or self._side_told]
            piece.persons = piece.pictures = False
            self._persons_last, persons = False, self._persons_last
            piece = self._side(piece, side, [], 0, and_so)
            self._persons_last = persons
            return piece
        if (
            piece.ahead
            and side in SIDEWAYS
            and self._subjects
            and found[at + 1 : at + 2]
            and found[at + 1].kind == "pronoun"
        ):
            # "Unlike the left one, which rises"
            piece.compared.append(Mention(self._subjects[-1].part, side, False))
            return piece
        names = {event.kind for event in found[at + 1 : at + 3]} & {"code", "name", "emotion"}
        if side == "one" and piece.denied and piece.last == "not" and not names:
            # 不是单侧的
            piece.denied = False
            return piece
        # The side of "right AU12" is the unit's, the person's.
        piece.one_sided |= side == "one"
        if (
            side == "one"
            or (piece.ahead and not self._names_part(found, at))
            or (not piece.mentions and at + 1 < len(found) and found[at + 1].kind == "code")
        ):
            return piece
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        if behind == "break" and [event.value for event in found[at + 1 : at + 4 : 2]] == ["(", ")"]:
            # As in "the right (anatomical) brow".
            behind = found[at + 2].kind if found[at + 2].kind in WHOSE else behind
        if behind == "field" and at + 2 < len(found) and found[at + 1].value == "side":
            # "The right-hand side of the person"
            behind = found[at + 2].kind
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
            if self._inside and not self._names_part(found, at):
                return piece
        own = own and not (pictures and not piece.persons)
        if self._first_owner is None and side in SIDEWAYS:
            self._first_owner = "persons" if own else "pictures"
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
        if piece.side in SIDEWAYS and piece.says and piece.last in ("colour", "way", "move", "still", "strength"):
            # A side for each colour, 左动右静.
            self.end(piece)
            piece = Piece()
        last = piece.mentions[-1] if piece.mentions else None
        if last is not None and last.side is None and piece.side in SIDEWAYS and self._names_part(found, at):
            # "上唇右侧、左侧鼻翼": the side before was that of the part before.
            last.side, last.persons, piece.side = piece.side, piece.side_persons, None
        elif last is not None and last.lent:
            last.side, last.persons, last.lent = picture, own, False
            return piece
        # "The other side" is nobody's, and stands for no word of the text.
        if found and last is not None and last.side in SIDEWAYS and picture in SIDEWAYS and last.persons != own:
            self._differ |= last.side != picture
            return piece
        piece.side = "both" if piece.side not in (None, picture) else picture
        piece.side_persons = own
        return piece

    @staticmethod
    def _compares_next(found: Sequence[Event], at: int) -> bool:
        return any(event.kind == "comparing" for event in found[at + 1 : at + 3])

    def _beside_middle(self) -> Part | None:
        """What lies on both sides of the middle that is spoken of."""
        whole = self._subjects[-1].part if self._subjects else None
        if whole is None or whole.one or any(portion(mention.part, "middle") != whole for mention in self._mentioned):
            return None
        return portion(whole, "outer")

    def _turns(self, piece: Piece, found: Sequence[Event], at: int, and_so: bool) -> bool:
        """Whether a side just behind another one is where something goes."""
        ahead = found[at + 1].kind if at + 1 < len(found) else ""
        follows = ("part", "side", "persons", "pictures", "code", "field")
        labels = at + 1 < len(found) and found[at + 1].value == ":"
        if and_so or labels or ahead in follows or piece.persons or piece.pictures:
            return False
        if at > 1 and found[at - 1].kind == "arrow" and found[at - 2].kind == "part":
            # "Left corner → right"
            return not (ahead and _acts(found[at + 1]))
        before = found[at - 2] if at > 1 and found[at - 1].kind == "pronoun" else found[at - 1] if at else None
        return before is not None and before.kind == "side" and before.value in SIDEWAYS

    def _equate(self, found: Sequence[Event]) -> None:
        """Whether the person's left is given as the picture's left: "the subject's left (image left)"."""
        before: tuple[str, str] | None = None
        parted = False
        for at, (kind, value) in enumerate(found):
            # "The right corner rises, from the person's point of view."
            self._persons_here |= kind == "perspective" and at > 0 and found[at - 1].kind == "persons"
            if kind == "side" and value in SIDEWAYS:
                ahead = found[at + 1].kind if at + 1 < len(found) else ""
                behind = found[at - 1].kind if at else ""
                if ahead in WHOSE and at + 2 < len(found) and found[at + 2].kind == "side":
                    ahead = ""
                whose = behind if behind in WHOSE else ahead if ahead in WHOSE else ""
                if whose and before is not None and before[0] != whose:
                    # 嘴角在 subject's left side，画面左边的 cheek 没有参与: another part.
                    self._differ |= before[1] == value and not (parted and self._names_part(found, at))
                before, parted = (whose, value) if whose else None, False
            elif kind == "break" and value == ",":
                parted = True
            elif kind not in _GLUE or (kind == "break" and value is None):
                before = None

    def _of_person(self, mention: Mention) -> None:
        """As in "the left brow of the subject"."""
        if mention.side in OWN_SIDE and not mention.persons:
            mention.side, mention.persons = OWN_SIDE[mention.side], True

    @staticmethod
    def _names_part(found: Sequence[Event], at: int) -> bool:
        at += 1
        while at < len(found) and found[at].kind == "plain":
            at += 1
        return at < len(found) and found[at].kind in ("part", "side")

    @classmethod
    def _describes(cls, found: Sequence[Event], at: int) -> bool:
        """Whether a state is one of the part behind it: "the raised left brow", as against "raised on the left"."""
        behind = next((event.kind for event in found[at + 1 :] if event.kind != "plain"), "")
        return behind == "part" or (behind == "side" and cls._goes_on_with_part(found, at))

    @staticmethod
    def _heads_sides(piece: Piece, found: Sequence[Event], at: int) -> bool:
        """Whether a dash parts parts that were only named from what each side of them does."""
        named = bool(piece.mentions) and piece.size == len(piece.mentions) and piece.mentions[-1].side is None
        if not named or at + 2 >= len(found) or found[at + 1].kind != "side":
            return False
        return found[at + 1].value in SIDEWAYS and _acts(found[at + 2])

    @staticmethod
    def _does_so(found: Sequence[Event], at: int) -> bool:
        """Whether a strength is that of the motion said behind it: 随眉头大幅上移, as against 比眉头高."""
        return at + 1 < len(found) and found[at + 1].kind in ("way", "move")

    @staticmethod
    def _goes_on_with_part(found: Sequence[Event], at: int) -> bool:
        """Whether a part is named next, with its side perhaps."""
        kinds = [event.kind for event in found[at + 1 : at + 4]]
        return "part" in kinds and set(kinds[: kinds.index("part")]) <= {"side", "pictures", "persons"}

    def _restate(self, piece: Piece) -> None:
        """A side for which no part is named."""
        last = self._subjects[-1] if self._subjects else None
        side = piece.side
        if last is None and piece.pronoun and piece.side_persons and self._carried and not piece.says:
            # "That is the person's right."
            before = self._carried[-1]
            self._differ |= before.side in SIDEWAYS and not before.persons and before.side != side
        sister = self._carried[0] if last is None and piece.same and len(self._carried) == 1 else None
        if sister is not None and side in SIDEWAYS and sister.side == OTHER_SIDE[side] and not piece.says:
            # "The left one does the same."
            self._subjects = [Mention(sister.part, side, piece.side_persons)]
            return
        self._lead = side if last is None and not (piece.says or piece.denied) else None
        if last is not None and side in SIDEWAYS:
            if last.side in SIDEWAYS and last.persons != piece.side_persons and (self._inside or not piece.says):
                self._differ |= last.side != side
                return
            # "One corner drops, the left one", "namely the one on the left"
            only = not (piece.compares or piece.same or piece.denied) and piece.size - piece.asides <= 0
            named = (piece.pronoun_one or (piece.anew and only)) and last.side is None
            named |= self._before is not None and self._before.one_sided
            coloured = self._pointed and not piece.labels and bool(self._motions and self._motions[-1].colours)
            if (
                (self._inside or named or coloured)
                and self._told
                and not piece.says
                and self._narrow(OTHER_SIDE[side] if piece.denied else side)
            ):
                # "Blue (left)"; "blue → left"; "one corner drops, the left one".
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

    def _convene(self) -> None:
        """Takes what a statement without a part of the face says of sides: whose left is meant, or that they differ."""
        persons = {side for side, own in self._sides if own}
        pictures = {side for side, own in self._sides if not own}
        # "The picture's right is the person's right."
        self._differ |= len(persons) == len(pictures) == 1 and persons != pictures and self._pictures_said
        if self._units and not self._contrast:
            self._side_units(persons, pictures)
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

    def _side_units(self, persons: set[str | None], pictures: set[str | None]) -> None:
        """The side said of units where no part is named: "R14, on the subject's left", "AU12 on the left only"."""
        said = persons | pictures
        if len(said) != 1:
            return
        letter = next(letter for side, letter in LETTERS.items() if said == {side})
        own = {unit.side for unit in self._units if unit.side}
        if not own and self._only_said:
            self._units = [unit._replace(side=letter) for unit in self._units]
        elif len(own) == 1 and not pictures:
            self._differ |= letter not in own


def _acts(event: Event) -> bool:
    """Whether a word behind a side says what that side does."""
    return event.kind in _HEADED or event == _HEAD
