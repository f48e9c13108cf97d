"""The one reader of prose about a face: what a text says of regions, directions, colours, action units and emotions.

A reading, not an understanding. A text falls into statements at sentence ends, lines, semicolons and rows of a table
(`layout`); a statement falls into pieces at commas and conjunctions, each the sum of what its words do (`lexer`,
`words`); `teller` tells of whom. One pass, linear in the length of the text.
"""

from collections.abc import Sequence
from functools import lru_cache

from meu_data.choices import Language
from meu_data.language.breaks import Breaks
from meu_data.language.layout import statements
from meu_data.language.lexer import events, forget_words, plain
from meu_data.language.pieces import MARKS, OWN_SIDE, SIDEWAYS, Mention, Piece
from meu_data.language.portions import BROW, portion
from meu_data.language.ranking import as_strong, is_compared
from meu_data.language.reading import STRENGTHS, Reading
from meu_data.language.scope import (
    about_evidence,
    after,
    denies_all,
    denies_anew,
    denies_who,
    deny,
    does,
    ends_here,
    falls_short,
    goes_on_list,
    has_value,
    in_colour,
    is_answer,
    is_aspect,
    is_contrasted,
    is_degree,
    list_end,
    names_only,
    only_next,
    parts,
    stands_alone,
    utmost,
)
from meu_data.language.unit_sides import with_sides
from meu_data.language.words import WAYS, Event

LONGEST_REMEMBERED = 8_192
"""Longer texts are read anew each time, so that the memory of readings stays small."""
_DOWN, _IN = WAYS["down"], WAYS["in"]
_SIDE_OF = {WAYS["left"]: "left", WAYS["right"]: "right"}
_INNER_OUTER = {WAYS["in"]: "inner", WAYS["out"]: "outer"}
_ASIDE = frozenset(("side", "pronoun", "persons", "pictures", "axis", "same"))
# Behind these a nought is the value of a motion.
_VALUED = frozenset(("", "pronoun", "same", "break", "part", "portion", "side", "arrow", "field", "move", "exists"))
_DEGREES = frozenset(("strength", "weak strength", "extreme"))
_PLACED = frozenset(("side", "persons", "pictures", "part"))
_SIDED = frozenset(("side", "pictures", "persons"))
_TURNED_DOWN = frozenset(("way", "weak", "colour", "state"))
_HEADING = frozenset(("side", "pronoun", "part", "pictures"))
_DOING = ("way", "state", "move")
_UNCOUNTED = frozenset(("break", "musing", "relative", "plain", "arrow", "agent", "gloss"))
# Denials that may stand before a list.
_LISTED = frozenset(("all", "bare", "nothing", "nor"))
# What leaves some of the face out: "no region but the mouth".
_EXCEPTING = frozenset(("except", "ahead", "least", "behind", "beside"))


def read(text: str, lang: Language | None = None) -> Reading:
    """Reads a text.

    Left and right are the picture's unless the text says whose they are; a paired part without a side means both.

    Args:
        text: Prose, lists, fields, Markdown tables; English, Chinese or both.
        lang: Not needed: the words of all languages are known. Where it is given, statements without letters have it.

    Returns:
        The statements. Never raises.
    """
    found = _remembered(text) if len(text) <= LONGEST_REMEMBERED else _read(text)
    if lang is None or all(statement.lang for statement in found.statements):
        return found
    return Reading(tuple(one if one.lang else one._replace(lang=lang) for one in found.statements))


def forget() -> None:
    """Drops the readings that are kept so that several users of one text read it once, and the sentences' words."""
    _remembered.cache_clear()
    forget_words()


@lru_cache(maxsize=2048)
def _remembered(text: str) -> Reading:
    return _read(text)


def _read(text: str) -> Reading:
    reader = _Reader()
    found = []
    for laid in statements(plain(text)):
        reader.begin(laid)
        for mode, chunk in laid.chunks:
            reader.take(mode, events(chunk))
        found.append(reader.statement(laid))
    return Reading(tuple(found))


class _Reader(Breaks):
    """Puts the events of a statement together to pieces."""

    __slots__ = ()

    def take(self, mode: str, found: Sequence[Event]) -> None:  # noqa: PLR0912, PLR0915 - all readers wait for this loop
        """Takes the events of one chunk; `mode` is the field it stands in."""
        self._mode = mode
        self._adverb_from = -9
        piece = Piece()
        joined = False
        # Up to here commas part what one denial governs.
        listed_until = 0
        size = len(found)
        kinds = [event.kind for event in found]
        self._part_ahead = "part" in kinds
        if "persons" in kinds or "pictures" in kinds:
            self._equate(found)
        if "code" in kinds and "side" in kinds:
            found, two_sides = with_sides(found)
            self._differ |= two_sides
        if self._answers and kinds in (["pronoun"], ["pronoun", "not"]):
            # "Do the brows move? They do not."
            self._answer = len(found) == 1
        elif self._answers and is_answer(found):
            # "They seem to, slightly."
            self._answer = True
        self._cleft |= kinds[:2] == ["pronoun", "not"]
        for at, event in enumerate(found):
            kind, value = event
            if kind == "between":
                kind, value = "part", self._amid(piece)
                if value is None:
                    continue
            if kind == "arrow" and self._heads_sides(piece, found, at):
                # "Mouth corners – the left goes up, the right down"
                kind, value = "break", ":"
            if kind == "hence":
                self._concludes |= at == 0
                if value is None:
                    continue
                kind, value = "break", None
            if (
                kind == "join"
                and value == "along"
                and self._names_part(found, at)
                and ((piece.says and piece.mentions) or (self._told and not piece.size))
            ):
                # "They rise together with the brows."
                self.end(piece)
                piece = after(piece)
                piece.same = True
                continue
            if kind == "join" or (at < listed_until and value == ","):
                joined = True
                piece.compared_from = len(piece.mentions)
                continue
            if kind == "yes":
                if piece.codes:
                    # "AU12 yes, AU9 no"
                    piece.exists, piece.last = True, "exists"
                self._answer = (self._opening and stands_alone(found, at)) or self._answer
                continue
            if kind == "persons" and not piece.size and self._opening and at + 1 < size and is_aspect(found[at + 1]):
                # "Their colour is rose."
                continue
            if kind == "way" and value in _SIDE_OF and at + 1 < size and found[at + 1].kind == "part":
                # "It belongs to the person's right brow."
                kind, value = "side", _SIDE_OF[value]
            if (
                kind == "way"
                and value in _SIDE_OF
                and piece.last == "pictures"
                and at + 1 < size
                and found[at + 1].kind == "colour"
            ):
                # 图左偏红
                kind, value = "side", _SIDE_OF[value]
            and_so, joined = joined, False
            if kind == "side" and and_so and piece.last == "way" and value in SIDEWAYS and does(found, at):
                # "The left corner rises and the right one does not."
                self.end(piece)
                piece, and_so = after(piece), False
            compared = kind == "part" and (
                is_compared(found, at, and_so) if piece.mentions else bool(self._subjects) and as_strong(found, at)
            )
            if and_so and not compared and parts(piece, kind, value):
                self.end(piece)
                piece = after(piece)
            goes_on = piece.last == "part" or ((self._told or bool(piece.ways)) and piece.last in ("side", "pronoun"))
            if piece.compared and piece.ahead and piece.rank and kind in _DOING and goes_on:
                # "They pull down more strongly than the chin rises."
                following = after(piece)
                following.mentions = piece.compared
                self.end(piece)
                piece = following
            if (
                piece.compared
                and kind == "comparing"
                and value in ("above", "below")
                and piece.last in ("part", "field")
            ):
                # 嘴角 > 脸颊 > 下睑
                following = after(piece)
                following.mentions = piece.compared
                self.end(piece)
                piece = following
            piece.size += kind not in _UNCOUNTED
            piece.asides += kind in _ASIDE or value == "side"
            if piece.size == 1 and self._opening and not self._units and is_aspect(event):
                # "The colour is rose": of what was spoken of before.
                piece.pronoun |= has_value(found, at)
            if kind in ("break", "musing"):
                turns = value != "wait" and kind == "musing" and self._goes_on_with_part(found, at)
                if turns and (names_only(piece) or denies_who(piece)):
                    # "It is not the brows but the corners that rise", "what rises is not the brows but the corners"
                    piece.compared, piece.mentions, piece.denied, piece.bare = piece.mentions, [], False, False
                    continue
                mark = None if value in ("turn", "settle") else value
                before, piece = piece, self._break(piece, mark, found, at, kind == "musing")
                if value in ("turn", "wait", "settle"):
                    self._turn = len(self._emotions)
                    self._settled |= value == "settle"
                self._of_emotion &= kind == "musing" or value is None
                if piece is before and (value == "/" or (value == "," and and_so)):
                    # "The corners and, weakly, the cheeks"
                    joined = True
                    continue
                kind = "break"
            elif compared:
                # 眉尾只有眉头的一半, 与眉头相当
                piece.compared.append(Mention(value, piece.side, False))
                piece.side = None
                if as_strong(found, at):
                    piece.rank, piece.compares = "equal", True
            elif kind == "part":
                piece = self._part(piece, value, and_so)
            elif (
                kind in _TURNED_DOWN
                and piece.ahead
                and (piece.says or piece.mentions or (self._told and kind == "way"))
                and piece.last in ("not", "dropped")
            ):
                # "They rise rather than fall"; 嘴角向内收，而不是往外拉
                kind = "dropped"
            elif kind == "way":
                if value == _DOWN and piece.last == "tint" and not self._mode and (piece.mentions or self._subjects):
                    # "Its hue falls in the purple sector."
                    continue
                if value == _IN and in_colour(found, at):
                    # "Drawn in vivid red"
                    continue
                if piece.ahead and piece.compared and piece.last == "part" and kinds[at + 1 : at + 2] == ["comparing"]:
                    # 比下巴的上推更强
                    self._say_of(piece.compared[-1:], value)
                    continue
                piece.ways |= value
                piece.first |= not piece.mentions
            elif kind == "side" and piece.last == "near" and self._names_part(found, at):
                # "The lip next to the left corner": its left.
                if piece.mentions and piece.mentions[-1].side is None and value in SIDEWAYS:
                    piece.mentions[-1].side = value
                continue
            elif kind == "side":
                ways = piece.ways
                piece = self._side(piece, value, found, at, and_so)
                # 分别向 left 和 right
                kind = "way" if piece.ways != ways else kind
            elif kind == "colour":
                piece.colours |= value
                piece.first |= not piece.mentions
            elif kind == "strength":
                if piece.ahead and piece.compared and not piece.rank and self._does_so(found, at):
                    # 随眉头大幅上移
                    piece.strength, piece.ahead = value, False
                elif piece.ahead and piece.compared:
                    # "Than the corner": no strength of its own.
                    self._of_compared(piece, value, found, at)
                elif not about_evidence(found, at):
                    piece.strength = value
                    piece.degree = piece.last in ("move", "still")
                    piece.litotes = piece.last == "not" and not piece.nothing and ends_here(found, at)
            elif kind == "extreme":
                piece.strength, piece.extreme = value, not (piece.ahead and piece.compared)
                piece.degree = piece.last in ("move", "still")
                kind = "strength"
            elif kind == "not" and falls_short(piece, bool(self._subjects), value, found, at):
                # 下睑没有嘴角动得厉害
                piece.ahead, piece.rank, piece.compares = True, "less", True
            elif kind == "not" and only_next(piece, value, found, at):
                # "Fear not surprise": what stands before is meant.
                piece.ahead = True
            elif value == "nothing" and piece.denied and piece.last == "not" and not (piece.nothing or self._row):
                # "By no means nil"
                piece.denied, piece.moved = False, True
            elif kind in ("not", "nowhere"):
                self._no_units |= value == "nothing" and piece.size == 1 and self._lists_units(found, at)
                self._contrast = True
                self._excepted |= value in _EXCEPTING
                if value == "bare" and piece.size == 1 and (self._opening and stands_alone(found, at)):
                    self._answer = False
                if denies_anew(piece, value, found, at):
                    self.end(piece)
                    piece = Piece()
                piece.denies |= piece.size == 1
                if value == "faint":
                    piece.hardly |= piece.says
                    value = "back"
                    if piece.hardly:
                        continue
                if not piece.mentions and value in _LISTED:
                    listed_until = max(listed_until, list_end(found, at))
                deny(piece, value or "bare")
                piece.nowhere |= kind == "nowhere"
                kind = "not"
            elif kind == "move":
                piece.moved = True
                piece.not_moved |= piece.denied
                piece.first |= not piece.mentions
                if value == "most":
                    piece.rank = piece.rank or "top"
                    self._within(piece)
            elif kind == "state":
                if self._describes(found, at):
                    piece.described.append((None, value))
                elif value:
                    piece.ways |= value
                else:
                    piece.still = piece.silent = True
            elif kind == "code" or (
                kind in ("bare code", "number") and (self._is_code(kind) or goes_on_list(found, at))
            ):
                self._code(piece, value if kind != "number" else ((value, None),), found, at)
                kind = "code"
            elif kind == "such":
                if piece.ahead and piece.compared and piece.mentions and is_degree(found, at):
                    # 面颊不像下巴那么强
                    piece.rank, piece.compares = "less", True
                elif piece.ahead and not piece.rank and (piece.mentions or self._subjects):
                    # 嘴角不像眉毛那样上抬, 不像微笑时那样往外拉
                    piece.denied, piece.ahead = True, False
            elif kind == "only":
                # "They do not move, only the lids do."
                self._only_said = True
                self._was_denied &= piece.size > 1
                # "Mouth only"
                following_kind = found[at + 1].kind if at + 1 < size else "break"
                piece.moved |= piece.last == "part" and following_kind == "break"
                aside = piece.last in _SIDED and following_kind not in _DEGREES
                # As in "right mouth corner only: raised".
                sided = piece.last == "part" and bool(piece.mentions) and piece.mentions[-1].side in SIDEWAYS
                piece.only |= following_kind in _PLACED or aside or value == "alone"
                piece.only |= sided and following_kind == "break"
                # "It shows only at the left wing."
                piece.only |= following_kind in ("move", "exists") and self._goes_on_with_part(found, at + 1)
            elif kind in ("name", "muscle"):
                if and_so and piece.mentions and piece.says and value.motion:
                    self.end(piece)
                    piece = after(piece)
                self._name(piece, kind, value, found, at)
            elif kind == "still":
                if piece.last == "not" and piece.nothing and piece.size == 2 and ends_here(found, at):
                    # "none 静止" in a cell, as against "nothing is at rest": the one repeats the other.
                    piece.denied &= not (self._row or self._mode)
                piece.still = True
                piece.silent |= not value
            elif kind == "portion" and value == "head" and piece.last in _HEADING and at + 1 < size:
                # "The one on the left heads down."
                continue
            elif kind == "portion":
                self._portion(piece, value)
                kind = "part"
            elif kind == "field":
                # "No direction at all", "no intensity": nothing moves.
                piece.moved |= piece.last == "not" and value in ("direction", "strength")
                self._no_units |= value == "au" and denies_all(found, at)
            elif kind == "feeling":
                # "No emotion follows from AU17."
                piece.denied &= piece.says or bool(piece.mentions or piece.codes or piece.emotions)
            elif kind == "emotion":
                self._of_emotion |= self._opening and piece.size == 1 and not self._units
                self._either |= and_so and piece.last == "emotion"
                # "Revised from disgust to anger"
                piece.ahead &= and_so or piece.last != "emotion"
                piece.emotions.append((value, piece.ahead or (piece.denied and not piece.reversed)))
            elif value == "following" and (piece.mentions or self._subjects) and self._goes_on_with_part(found, at):
                # 额头随眉毛上移
                piece.ahead = piece.follows = True
            elif kind == "same" and piece.last == "not" and self._names_part(found, at):
                # "Not the same as the brow"
                piece.ahead, piece.denied = True, False
            elif kind == "comparing" and value == "less" and piece.last == "not" and utmost(found, at):
                # "It could not be weaker."
                piece.denied, piece.strength, kind = False, "slight", "strength"
            elif kind == "comparing" and value == "more" and (piece.hardly or utmost(found, at)):
                # "It could hardly drop more", "it could not be stronger."
                piece.denied &= piece.hardly
                piece.hardly, piece.strength, kind = False, "strong", "strength"
            elif kind == "comparing":
                self._compare(piece, value, found, at)
            elif kind in ("same", "hardly") and piece.rank == "equal" and piece.last == "part" and piece.compared:
                # 强度与眉头一样
                continue
            elif (
                value == "seen"
                and (self._open or piece.codes)
                and (self._goes_on_with_part(found, at) or kinds[at + 1 : at + 2] == ["name"])
            ):
                # AU5见于嘴唇的张开
                piece.argues, kind = True, "evidence"
            elif kind in MARKS:
                # 都 says it of all of them, not of them too.
                piece.likewise = kind == "same" and value != "all"
                self._persons_said |= kind == "persons"
                piece.perspective |= value == "own"
                if value == "of" and piece.last == "part" and piece.mentions:
                    self._of_person(piece.mentions[-1])
                piece.barely |= kind == "hardly" and value == "not"
                piece.moved |= value == "none"
                piece.aligned |= value == "aligned"
                piece.not_all |= value == "all" and piece.denied
                setattr(piece, MARKS[kind], True)
            elif kind == "weak":
                if value == _IN and in_colour(found, at):
                    # "They rise and shine in purple."
                    continue
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
                if value in _INNER_OUTER and self._at_end_of_brow(piece, found, at):
                    # 眉毛的运动集中在内侧，外侧没有参与
                    self._portion(piece, _INNER_OUTER[value])
                    piece.last = "part"
                    continue
                before_way = at + 1 < size and found[at + 1].kind == "way" and piece.last in ("", "break")
                ends = at + 1 == size or found[at + 1].kind == "break"
                if (
                    self._mode == "direction"
                    or before_way
                    or (ends and piece.last == "strength")
                    or (and_so and piece.last == "way")
                    or (ends and piece.last == "way")
                    or (piece.last == "part" and is_contrasted(found, at))
                    or (at + 2 < size and found[at + 1].kind == "join" and found[at + 2].kind == "way")
                ):
                    piece.ways |= value
                    kind = "way"
            elif kind == "weak strength":
                if piece.ahead and piece.compared:
                    self._of_compared(piece, value, found, at)
                elif self._mode == "strength":
                    piece.strength = value
            elif kind == "number" and not value:
                # A nought is no motion.
                piece.still |= piece.last in _VALUED
            elif kind == "number":
                if self._mode == "strength" and 1 <= value <= 3:
                    piece.strength = STRENGTHS[value - 1]
            elif kind == "pictures":
                piece.pictures = self._pictures_said = True
                named = self._words_of_sides[-1:] == [(OWN_SIDE.get(piece.side or ""), "persons")]
                unsaid = piece.side_persons and not (piece.persons or named)
                if unsaid and piece.last == "side" and piece.side in OWN_SIDE:
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
            elif kind == "where":
                self.end(piece)
                piece, self._where, kind = Piece(), True, "break"
            elif kind == "pronoun":
                # "It rises", not "the drift that most of the face shares".
                piece.pronoun |= piece.size <= 2 and self._opening
                piece.anew |= piece.size == 1
                piece.pronoun_one |= piece.last == "side"
            elif kind in ("former", "latter"):
                piece = self._one_of_two(piece, kind)
                kind = "part" if piece.mentions else "pronoun"
            elif kind == "gloss":
                piece.typical |= "emotion" in {event.kind for event in found[max(at - 2, 0) : at]}
            elif kind == "arrow":
                if piece.last != "code" and not (at + 1 < size and found[at + 1].kind in ("name", "muscle")):
                    piece.points = True
                    self.end(piece)
                    self._pointed = True
                    piece = Piece()
            elif kind == "against":
                if piece.bare and not piece.mentions:
                    # "Nothing speaks against it."
                    piece.reversed = True
                else:
                    piece.ahead = True
            elif kind == "presuming":
                if piece.moved and piece.mentions and not piece.denied and not self._supposed:
                    # 眉头的动作不足以支持AU4: it moves, whatever it shows.
                    self.end(piece)
                    piece = after(piece)
                deny(piece, "all")
                kind = "not"
            elif kind == "agent":
                piece.ahead |= bool(piece.mentions or self._subjects) and self._goes_on_with_part(found, at)
                continue
            elif kind == "looking":
                self._vague = True
            elif kind == "contrast":
                self._contrast = True
                piece.opposed |= value == "opposite"
            elif kind == "ordering":
                self._order(value, found, at)
            elif kind == "unfitting":
                self._unfitting, piece.explains, piece.denied = True, True, True
            elif kind == "labelled":
                self._labelled = piece.exists = True
            elif kind == "beyond":
                if piece.last == "part" and piece.mentions:
                    # 脸颊以上
                    piece.mentions.pop()
                    piece.other = True
            elif kind == "adjoining":
                # 口角旁边的脸颊
                if piece.last == "part" and piece.mentions and self._goes_on_with_part(found, at):
                    piece.mentions.pop()
                continue
            elif kind == "near":
                self._excepted = True
            elif kind == "other":
                self._excepted = True
                if piece.last == "side" and piece.side == "both":
                    # "Both readings find the chin falling"
                    piece.side = None
                piece.other |= not (piece.mentions or piece.says)
            piece.last = kind
        self.end(piece)
