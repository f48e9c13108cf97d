"""What the pieces of a statement tell, and of whom: who is spoken of, what is denied, what is given as evidence."""

from meu_data.face.regions import REGIONS
from meu_data.language.pieces import NO_COLOURS, SIDEWAYS, Mention, Piece
from meu_data.language.reading import Evidence, MotionSaid
from meu_data.language.saying import Saying, negated
from meu_data.language.scope import names_only, resolve
from meu_data.language.words import WAYS, part

# No sense in more, and what is said next is said of each: without a limit, the time would not be linear.
_MOST_SUBJECTS = len(REGIONS)
# A word for more places than this is for a whole area.
_FEW = 4
_UPDOWN = WAYS["up"] | WAYS["down"]
_LEFTRIGHT = WAYS["left"] | WAYS["right"]


class Teller(Saying):
    """Takes the pieces of one statement after the other; what was spoken of last is kept for those that go on about it.

    A piece that names parts of the face sets the subjects, or adds to a list of them as long as nothing is said of it;
    a piece that names none goes on about them.
    """

    __slots__ = ()

    def end(self, piece: Piece) -> None:  # noqa: PLR0912, PLR0915 - the order of these steps is the grammar
        """Takes what a piece says."""
        if not piece.size:
            return
        if piece.size == piece.repeats and not (piece.mentions or piece.denied or piece.supposed or piece.typical):
            # "(lip corner puller)" behind its code
            self._compared, self._announced, self._was_denied = piece.compared, None, False
            return
        said_from, prior, told = len(self._motions), self._subjects, self._told
        self._compares |= piece.compares
        self._opening &= not (piece.mentions or piece.says)
        if piece.other and not piece.mentions:
            # Another noun ends the subject.
            self._subjects = []
            self._elsewhere |= not (piece.says or self._told)
        if piece.denied and piece.mentions:
            self._tail = False
        if piece.excepts and piece.compared:
            # 上半脸除下眼睑外
            _leave_out(piece.mentions, piece.compared)
        self._compared = piece.compared
        for mention in (*piece.mentions, *piece.compared) if piece.rank else piece.mentions:
            if not any(other.side == mention.side and other.part == mention.part for other in self._mentioned):
                self._mentioned.append(mention)
        if piece.relative and piece.rank and piece.last == "comparing" and piece.mentions and not piece.compared:
            # "The cheekbones, which the mouth outshines, ..."
            piece.compared = prior
        resolve(piece)
        if (
            prior
            and not told
            and piece.denies
            and piece.bare
            and names_only(piece)
            and not piece.nothing
            and not self._row
        ):
            # "The corners, not the brows, rise."
            piece.compared, piece.mentions, piece.denied, piece.side = piece.mentions, [], False, None
        if piece.still and piece.moved and piece.denied:
            # "It does not leave its place of rest."
            piece.still = False
        if piece.explains or (piece.axis and not piece.ways):
            # "The motion, which no unit explains": it is not the motion that is denied.
            piece.moved = False
        if piece.refutes and not (piece.says or piece.mentions or piece.codes):
            self._refute()
            return
        denied = (piece.denied and not piece.reversed) != (piece.turned and (piece.denied or not piece.reversed))
        none = (denied and piece.moved) or (piece.still and not denied)
        if piece.excepts and piece.fronted and none and not (piece.mentions or piece.codes or piece.ways):
            # "Apart from the corners, nothing moves."
            self._say(MotionSaid((), moves=True), piece.fronted)
            if piece.everywhere:
                self._alone(piece.fronted)
            return
        least = piece.strength == "slight" and not (piece.still or piece.moved)
        if (piece.nowhere or (piece.everywhere and piece.rank != "top" and not least)) and not (
            piece.mentions or piece.codes or piece.emotions
        ):
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
        if piece.codes or piece.names or self._waiting or self._headed:
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
        says = piece.says or (denied and (piece.tinted or (bool(piece.mentions) and self._is_gone(piece))))
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
        elif piece.only and piece.alone and self._told and self._before is not None and self._before.moves:
            # "The right corner rises, alone."
            self._rest_of_pair()
        elif not self._subjects and (says or piece.denied) and not (piece.compared or piece.announces):
            self._subjects = self._back_to(piece)
            self._was_told = False
        elif not self._subjects and piece.pronoun and piece.rank and piece.compared:
            # "It is weaker than the cheek."
            self._subjects = self._carried
        if piece.persons and piece.perspective and not piece.mentions:
            self._persons_here = True
        if piece.mentions and not says and (piece.described or piece.codes or piece.points):
            if self._tail and self._before is not None and self._before.moves is False:
                # The end of a list: "no motion at the lids or the chin for AU17".
                self._say(self._before, self._subjects)
            elif (piece.codes or piece.points) and not (piece.described or piece.names or denied):
                self._say(MotionSaid((), moves=True, real=False), self._subjects)
            self._told = True
        self._announce(piece, (denied and not piece.still) or supposed)
        if piece.rank and self._subjects and not (denied or supposed):
            self._rank(piece, later or (None if piece.mentions else self._focus))
        where = piece.ways or piece.towards or piece.colours or piece.still
        if (piece.opposed or piece.aligned) and piece.mentions and not (where or denied or supposed or piece.codes):
            self._course(piece)
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
        elif (
            piece.opposed
            and len(piece.mentions) == 1
            and len(piece.mentions[0].part.parts) <= _FEW
            and self._before is not None
            and self._before.moves
            and not (says or denied or piece.compared or piece.codes)
        ):
            # "The corners rise, the brows the other way."
            ways = self._before.ways & _UPDOWN
            self._say(MotionSaid((), ways and _UPDOWN - ways, moves=True), self._subjects)
        elif piece.one_sided and self._told and self._before is not None and self._before.moves and not says:
            # "The corners rise, but on one side."
            self._say(self._before._replace(one_sided=True), self._subjects)
        elif piece.aligned and not (says or told or piece.mentions or piece.codes) and self._subjects and self._earlier:
            # As in "the cheek: the same direction".
            self._say(self._earlier._replace(colours=NO_COLOURS, strength=None, extreme=False), self._subjects)
        elif self._still_list and piece.mentions and not says:
            self._before = MotionSaid((), moves=False)
            self._say(self._before, piece.mentions)
        elif piece.same and not says and piece.mentions and self._before is not None and not piece.codes:
            # The colour of one side is not that of both.
            sided = all(mention.side for mention in self._subjects)
            before = self._before if sided else self._before._replace(colours=NO_COLOURS)
            if before.moves is None and before.strength and not before.denied:
                # What is as strong as another part moves.
                before = before._replace(moves=True)
            self._say(before, self._subjects)
        elif (
            piece.same and not says and told and piece.side in SIDEWAYS and self._before is not None and not piece.codes
        ):
            # "The left corner rises, and so does the right one": what is sideways is mirrored.
            ways = self._before.ways & ~_LEFTRIGHT
            self._say(self._before._replace(ways=ways, colours=NO_COLOURS), self._subjects)
        elif says and self._subjects and not (piece.other and not piece.mentions):
            going_on = self._was_denied and bool(piece.ways) and not (piece.mentions or piece.still or piece.anew)
            self._vague |= piece.compares
            # 额头的位移弱于嘴角: it moves, too.
            weaker = piece.rank == "less" and piece.moved and not denied
            if not supposed and (weaker or not piece.compares or piece.ways or piece.colours or piece.still):
                about_unit = (
                    self._naming
                    or (piece.coded_first and not piece.argues_rest)
                    or (bool(self._asked_units) and piece.pronoun)
                )
                self._tell(piece, denied or going_on, not about_unit)
                if piece.follows and not denied:
                    self._say_of(piece.compared, piece.ways)
            else:
                moves = bool(piece.ways or piece.towards or piece.colours) or not piece.still or piece.denied
                asked = MotionSaid((), piece.ways, piece.towards, piece.colours, piece.strength, moves)
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
            and piece.bare
            and piece.anew
            and not self._motions
            and self._asked_motion is not None
        ):
            # "One would expect the brows to rise, but they do not."
            weighed, mentions = self._asked_motion
            self._say(negated(weighed), mentions)
        elif (
            denied
            and not supposed
            and self._told
            and self._focus
            and self._before is not None
            and piece.alone
            and (piece.bare or piece.gone)
            and (piece.pronoun or piece.side)
        ):
            # "... while the right one does not."
            self._say(negated(self._before), self._subjects)
        if denied and not says and not piece.mentions:
            # "The left corner, not the right one, rises."
            self._focus = focus
        # "The corners, far from sinking, rise."
        aside = piece.denies and bool(prior) and not (told or piece.mentions)
        self._was_denied = denied and says and not (piece.still or aside)
        alone = piece.size == len(piece.mentions)
        if self._naming and alone and self._units and self._units[-1].polarity == "affirmed" and not piece.described:
            self._in_brackets(piece, len(self._motions))
        if piece.codes:
            self._link(piece, denied, supposed, said_from)
            self._link_before(piece)
        elif piece.argues and piece.mentions and len(self._open) == 1 and not (says or denied or supposed):
            # "AU20 ← inner brows"
            places = tuple(place for mention in piece.mentions for place in mention.part.places[mention.side])
            self._evidence.append(Evidence(self._open, (), places))
        if piece.names and not piece.size - piece.asides > len(piece.names):
            self._named = range(said_from, len(self._motions))
        if piece.compares and piece.mentions and not says:
            self._told = True

    @staticmethod
    def _is_gone(piece: Piece) -> bool:
        """Whether what a piece denies is that something is there: 未出现, 右侧嘴角缺席."""
        only = piece.size - piece.asides == 1 + len(piece.mentions) and piece.last == "not"
        return (piece.exists and not piece.axis) or (piece.gone and only)

    def _refute(self) -> None:
        """What was said is wrong: 说鼻翼没动，那是错觉."""
        if self._motions:
            self._motions = [negated(said) for said in self._motions]
        elif self._asked_motion is not None:
            weighed, mentions = self._asked_motion
            self._say(negated(weighed), mentions)

    def _whole(self, piece: Piece, denied: bool) -> None:
        """What is said of the whole face or one half of it: "no region moves", 全脸静止, "all of the left is still"."""
        rests = (piece.still and not denied) or (denied and (piece.moved or piece.exists))
        if piece.hardly or (piece.still and piece.nowhere):
            # "Almost all is still", "no region is still".
            rests = False
        side = piece.side or self._lead
        weighed = piece.ways or piece.towards or piece.colours or piece.strength or piece.compares
        weighed = weighed or side in ("one", "other")
        if rests and not (weighed or self._supposed or self._typical or piece.supposed):
            self._all_still = side if side in SIDEWAYS else "face"

    def _only_denies(self, piece: Piece) -> bool:
        """Whether a piece denies all that could be said: "Direction: none", "the chin: nothing"."""
        if piece.codes or piece.names or piece.emotions or piece.compared:
            return False
        if piece.mentions:
            # "The cheeks show nothing", "nothing at the chin".
            bare = piece.size - piece.asides <= 1 + len(piece.mentions)
            # "The brows stay put; the corners do not."
            contrary = self._earlier is not None and self._earlier.moves is False
            none = piece.nothing or (piece.bare and piece.last == "not" and not contrary)
            return none and bare and not (piece.other or piece.ahead)
        if self._waiting:
            return False
        return self._mode in ("direction", "strength", "colour") or (
            piece.bare
            and piece.alone
            and not ((self._told and not (self._pointed and piece.nothing)) or self._units or piece.pronoun)
        )

    def _take_descriptions(self, piece: Piece, denied: bool, supposed: bool) -> None:
        for mention, ways in piece.described:
            if mention is None or supposed:
                continue
            # "The raised brow is the one on the left", 上抬的眉尾在图左
            own = piece.side if mention.part.one or piece.last in ("side", "pronoun") else None
            places = mention.part.places[mention.side or own]
            self._motions.append(
                MotionSaid(
                    places, ways, moves=None if denied else bool(ways), denied=denied, described=True, sided=False
                )
            )

    def _back_to(self, piece: Piece) -> list[Mention]:
        """What a piece without a part goes on about from earlier: a heading, or what a pronoun stands for."""
        if (piece.codes or self._units or self._elsewhere or (self._row and not self._answers)) and not piece.pronoun:
            # What a row is about stands in it.
            return []
        if self._mode or self._goes_on or piece.pronoun or self._focus:
            return self._carried
        valued = piece.says and not (piece.moved or piece.still or piece.other or piece.labels)
        if self._is_short and not (self._face or self._part_ahead) and valued:
            # "The chin drops. Magenta."
            return self._carried
        self._under_heading = True
        return self._heading

    def _lend_side(self) -> None:
        """As in "right side of the mouth, cheek, under-eye area: black"."""
        for mention in self._subjects if self._subjects[0].side in SIDEWAYS else ():
            if mention.side is None and mention.part.one and mention.part.paired:
                mention.side = self._subjects[0].side

    def _set_subjects(self, piece: Piece) -> None:
        mentions, self._under_heading = piece.mentions, False
        if self._told:
            self._told_before = self._subjects
        label, self._label = self._label, piece.labels
        parted, self._parted = self._parted, False
        if not self._told and self._subjects and not piece.denied:
            # 嘴部方面，上唇下压: what is said first is only where.
            self._subjects = [one for one in self._subjects if not _holds(one, mentions)]
        # "The mouth: its left corner rises" is not about both.
        self._subjects = (
            [] if self._told or label or parted or (piece.first and piece.says and not piece.denied) else self._subjects
        ) + mentions
        if len(self._subjects) > _MOST_SUBJECTS:
            self._subjects = self._subjects[-_MOST_SUBJECTS:]
        self._told = False
        if not self._row:
            self._focus = None
        for mention in mentions:
            mention.single |= piece.one_sided
        if piece.labels:
            self._lend_side()
        last = mentions[-1]
        if piece.side is not None:
            if last.side is None:
                # "the lower cheek and the fold on the right": a side at the end is for all that lack one.
                for mention in self._subjects:
                    if mention is last or (mention.part.one and mention.part.paired and mention.side is None):
                        mention.side, mention.persons = piece.side, piece.side_persons
            else:
                self._focus = piece.side


def _holds(area: Mention, mentions: list[Mention]) -> bool:
    """Whether an area is named of which others are parts, or a pair of which one side follows: 先看嘴角，左嘴角向上."""
    parts = set(area.part.parts)
    return area.side is None and all(
        parts > set(mention.part.parts) or (mention.side in SIDEWAYS and parts == set(mention.part.parts))
        for mention in mentions
    )


def _leave_out(areas: list[Mention], mentions: list[Mention]) -> None:
    """Takes from some areas what is said to be left out of them."""
    gone = {name for mention in mentions for name in mention.part.parts}
    for area in areas:
        kept = tuple(name for name in area.part.parts if name not in gone)
        if kept:
            area.part = part(kept, area.part.one)
