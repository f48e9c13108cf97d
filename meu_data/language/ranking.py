"""Strength by comparison: what is said to move more, less, as much or half as much as what, and what moves most."""

import itertools
from collections.abc import Sequence

from meu_data.face.regions import REGIONS, region_zone
from meu_data.language.pieces import OTHER_SIDE, OWN_SIDE, SIDEWAYS, Mention, Piece
from meu_data.language.portions import portion
from meu_data.language.reading import Rank, Ranked
from meu_data.language.state import State
from meu_data.language.words import Event, Places

_CONTRARY = (Event("contrast"), Event("contrast", "opposite"))
# What may stand between a word that compares and what is compared with.
_BETWEEN = frozenset(
    ("pronoun", "side", "persons", "pictures", "plain", "field", "move", "same", "only", "tint", "state")
)
_SHARES, _EQUAL = (Event("comparing", "half"), Event("comparing", "multiple")), Event("comparing", "equal")
_ALIKE = (None, "aligned")
# What may part the names of an order.
_PARTING = frozenset(("field", "comparing", "strength", "weak strength", "pronoun", "evidence"))
_LISTING = frozenset((",", ":", "/", None))
_PLACE = frozenset(("part", "portion", "former", "latter"))
# Words that have what they compare with behind them: "exceeds", 强于.
_RANKS = {"above": "more", "below": "less", "stronger": "more", "weaker": "less"}
# What may stand behind a side that is all that is said of what is compared with: "than on the right".
_ENDING = frozenset(
    ("", "break", "join", "pronoun", "field", "move", "pictures", "persons", "strength", "weak strength")
)
# "More than the sides": those of the part itself.
_FLANKS = frozenset(("both", "pair"))
_FAR, _EVEN = "far ", "even "


class Ranking(State):
    """Takes the comparisons of a piece."""

    __slots__ = ()

    def _compare(self, piece: Piece, rank: str | None, found: Sequence[Event], at: int) -> None:
        """A word that compares; `rank` is how, where the word says it."""
        if piece.side in SIDEWAYS and piece.last == "side" and piece.size == 1 + piece.asides and self._opening:
            # 两侧嘴角收紧。左侧强于右侧
            self._subjects = self._subjects or self._carried
        told = piece.mentions or self._subjects
        # 明显 weaker than
        piece.by_far |= bool(at) and found[at - 1].kind == "strength" and found[at - 1].value != "slight"
        if rank is not None and rank.startswith((_FAR, _EVEN)):
            piece.by_far |= rank.startswith(_FAR)
            piece.beside_before |= rank.startswith(_EVEN)
            rank = rank.removeprefix(_FAR).removeprefix(_EVEN)
        if rank == "next":
            # 嘴角最强，脸颊次之
            before = [mention for mention in (*self._carried, *self._mentioned) if mention not in piece.mentions]
            piece.compares, piece.compared, rank = True, before[-1:] if piece.mentions else [], "less"
            piece.rank = "less" if piece.compared else piece.rank
            self._second(piece)
            return
        if rank in ("equal", "half") and not told:
            piece.rank = "equal" if rank == "equal" and (piece.nothing or piece.nowhere) else ""
            return
        if rank in ("half", "multiple") and piece.last == "side" and piece.mentions and piece.side in SIDEWAYS:
            # 左侧约为右侧之半
            piece.compared.append(Mention(piece.mentions[-1].part, piece.side, False))
            piece.side = None
        elif rank in ("stronger", "weaker") and told and told[-1].side in SIDEWAYS:
            # "The left one is the stronger of the two."
            piece.compared.append(Mention(told[-1].part, OTHER_SIDE[told[-1].side], False))
        elif rank and told and not piece.ahead:
            self._await(piece, rank, found, at)
        if rank == "half" and not (piece.ahead or piece.compared):
            # "At half the brightness"
            return
        piece.compares, piece.denies_rank = True, piece.denies_rank if piece.rank else piece.denied
        piece.rank = piece.rank or _RANKS.get(rank or "", rank or "")

    def _await(self, piece: Piece, rank: str, found: Sequence[Event], at: int) -> None:
        """Looks for what is compared with behind the word that compares."""
        pointed = False
        for place in range(at + 1, len(found)):
            kind = found[place].kind
            pointed |= kind == "pronoun"
            flanks = kind == "side" and found[place].value in _FLANKS and self._flanks(piece) is not None
            if kind in _PLACE or flanks or (kind == "side" and found[place].value in ("other", "twin")):
                # 额头虽不及颧骨, "it rivals the brow"
                piece.ahead = True
                return
            behind = found[place + 1].kind if place + 1 < len(found) else ""
            if kind == "side" and behind in _ENDING and found[place].value in SIDEWAYS and rank not in ("more", "less"):
                # 左侧强于右侧
                piece.ahead = True
                return
            if kind not in _BETWEEN:
                break
        if pointed and piece.mentions and rank not in ("more", "less"):
            # "The cheeks outrun them."
            piece.compared += self._carried
        elif pointed and self._subjects and not piece.says and rank not in ("more", "less"):
            # "The cheeks rise, and they outdo it."
            piece.compared += self._compared or self._told_before

    @staticmethod
    def _of_compared(piece: Piece, strength: str, found: Sequence[Event], at: int) -> None:
        """A strength behind what is compared with: 比眉毛高, 比眉毛略强."""
        piece.compares = True
        ahead = found[at + 1].kind if at + 1 < len(found) else ""
        if ahead not in ("strength", "weak strength", "comparing"):
            piece.rank = piece.rank or ("less" if strength == "slight" else "more")

    def _compare_side(self, piece: Piece, side: str, own: bool, comes: bool) -> bool:
        """A side that stands for the part on it, compared: "more than the left", "than its counterpart".

        Args:
            piece: What was said so far.
            side: The side.
            own: Whether it is the person's.
            comes: Whether a word that compares comes behind it: 比图左抬得更高.
        """
        last = (piece.mentions or self._subjects)[-1:] if piece.ahead and (piece.rank or comes) else []
        flanks = self._flanks(piece) if last and side in _FLANKS else None
        if flanks is not None:
            piece.compared.append(flanks)
            return True
        if not last or (own and piece.rank == "equal" and not last[0].persons):
            # 图像右侧等于被试的left
            return False
        if side in ("other", "twin"):
            told = last[0].side or self._side_told
            if told not in SIDEWAYS:
                return False
            side = OTHER_SIDE[told]
        elif own:
            side = OWN_SIDE.get(side, side)
        if side not in SIDEWAYS:
            return False
        piece.compared.append(Mention(last[0].part, side, own))
        piece.persons = False
        return True

    def _flanks(self, piece: Piece) -> Mention | None:
        """The sides of the part that is spoken of, where it is the middle of something."""
        last = (piece.mentions or self._subjects)[-1:]
        outer = portion(last[0].part, "outer") if last else None
        return None if outer is None or outer.parts == last[0].part.parts else Mention(outer, None, False)

    def _second(self, piece: Piece) -> None:
        """What comes next to what moves most moves more than all zones that were not named.

        Without one that moves most, as in 嘴角上扬；脸颊次之, only the two are compared.
        """
        named = [*piece.mentions, *piece.compared, *self._mentioned]
        told = {region_zone(name) for mention in named for place in mention.part.places[mention.side] for name in place}
        here = tuple(place for mention in piece.mentions for place in mention.part.places[mention.side])
        if here and piece.compared and any(ranked.rank == "top" for ranked in self._ranks):
            others = tuple((name,) for name in REGIONS if region_zone(name) not in told)
            self._ranks.append(Ranked("top", here, others, True))

    def _within(self, piece: Piece) -> None:
        """What moves most of an area is compared with the rest of it: 上面部移动最大."""
        area, told = piece.mentions[-1:], piece.mentions[:-1] or self._subjects
        if area and told and all(set(area[0].part.parts) > set(mention.part.parts) for mention in told):
            piece.compared, piece.mentions = area, piece.mentions[:-1]

    def _order(self, way: str, found: Sequence[Event], at: int) -> None:
        """The parts that a statement lists by strength: 由强到弱依次为嘴角、脸颊."""
        listed: list[list[Mention]] = []
        side: str | None = None
        # "A first, then B and C": of what "and" joins there neither is the stronger.
        grouped, joined, parted = Event("break") in found, False, False
        for kind, value in found[at + 1 :]:
            if kind == "part":
                named = Mention(value, side, False)
                if joined and listed:
                    listed[-1].append(named)
                else:
                    listed.append([named])
                side, joined = None, False
            elif kind == "side":
                side = value
            elif kind == "join":
                joined = grouped and bool(listed) and not parted
            elif kind not in _PARTING and (kind != "break" or value not in _LISTING) and kind != "arrow":
                break
            parted = kind == "break"
        for ones, others in itertools.pairwise(listed if way == "falling" else reversed(listed)):
            for one, other in itertools.product(ones, others):
                here, there = one.part.places[one.side], other.part.places[other.side]
                self._ranks.append(Ranked("more", here, there))

    def _course(self, piece: Piece) -> None:
        """What is said to move in the direction of another part, or in the opposite one."""
        named = [*piece.mentions, *piece.compared]
        if len(named) > 1:
            last = len(piece.mentions) if piece.compared else -1
            here, there = (
                tuple(place for mention in mentions for place in mention.part.places[mention.side])
                for mentions in (named[:last], named[last:])
            )
            self._ranks.append(Ranked("against" if piece.opposed else "along", here, there))

    def _superlative(self, piece: Piece, here: Places, there: Places, named: Sequence[Mention]) -> None:
        """What is said to move more than all else, or all of an area; or less than something else that is not named."""
        if here and piece.rank == "top":
            vague = any(len(mention.part.parts) > 1 or mention.part.parts == ("chin",) for mention in named)
            self._ranks.append(Ranked("top", here, there, vague))
        elif here and not piece.denied:
            self._ranks.append(Ranked("beaten", here, ()))

    def _rank(self, piece: Piece, side: str | None) -> None:
        """What is said to move more or less than what: than another part, than the other side."""
        named = piece.mentions or self._subjects
        here = [place for mention in named for place in mention.part.places[mention.side]]
        # "The corners rise evenly": whatever else is compared with.
        compared = piece.compared or piece.fronted if piece.rank != "even" else []
        if piece.beside_before and not compared and side not in SIDEWAYS:
            compared = self._told_before
        if side in SIDEWAYS and not piece.mentions and {mention.side for mention in compared} == {OTHER_SIDE[side]}:
            # "Both rise, with the left one moving farther than the right one."
            here = [place for mention in named for place in mention.part.places[side]]
        there = [place for mention in compared for place in mention.part.places[mention.side]]
        if piece.rank in ("top", "beaten"):
            self._superlative(piece, tuple(here), tuple(there), named)
            return
        if not there and piece.side in SIDEWAYS and (piece.last in ("side", "pronoun") or not piece.mentions):
            # "The lift is stronger on the right."
            there = [place for mention in self._subjects for place in mention.part.places[OTHER_SIDE[piece.side]]]
            here = [place for mention in self._subjects for place in mention.part.places[piece.side]]
        behind = piece.last == "part" or piece.beside_before
        if not there and piece.rank in ("more", "less") and behind and named[-1].side in SIDEWAYS:
            # 更强的是右侧眉头, 右侧眉头更强
            there = [*named[-1].part.places[OTHER_SIDE[named[-1].side]]]
        if not there and piece.rank in ("equal", "even") and len(named) > 1:
            # 眉毛与下巴强度相当
            there = [place for mention in named[1:] for place in mention.part.places[mention.side]]
            here = [*named[0].part.places[named[0].side]]
        if not there and piece.rank == "equal" and not piece.mentions and len(self._mentioned) == 2:
            # "The corners rise, the brows sink, equally strongly."
            here, there = ([*mention.part.places[mention.side]] for mention in self._mentioned)
        alike = piece.rank == "even" or (piece.rank == "equal" and self._pair)
        if not there and alike and len(named) == 1 and named[0].part.paired and len(here) > 1:
            # "The corners rise evenly."
            here, there = ([*named[0].part.places[own]] for own in ("left", "right"))
        if not here or not there or set(here) == set(there):
            return
        if (piece.rank == "less") != (piece.least and piece.rank in ("less", "more")):
            # Less, or no more
            here, there = there, here
        rank: Rank = (
            "half"
            if piece.rank == "half"
            else "multiple"
            if piece.rank == "multiple" or piece.by_far
            else "equal"
            if piece.rank in ("equal", "even")
            else "more"
        )
        self._ranks.append(Ranked(rank, tuple(here), tuple(there)))
        if piece.rank == "even" and piece.last == "side":
            # Alike, if one of them moves the other does.
            self._ranks.append(Ranked(rank, tuple(there), tuple(here)))


def _joined_to(found: Sequence[Event], at: int) -> Event | None:
    """What stands before the conjunction before a part, sides left out."""
    at -= 1
    while at > 0 and found[at].kind in ("side", "persons", "pictures"):
        at -= 1
    return found[at - 1] if at > 0 and found[at].kind == "join" else None


def is_likened(found: Sequence[Event], at: int) -> bool:
    """Whether an aspect of one part is said to be that of another, and no more: 强度与眉头一样."""
    alike = at + 1 < len(found) and found[at + 1].value in _ALIKE and found[at + 1].kind in ("same", "hardly")
    before = _joined_to(found, at)
    return (
        alike
        and before is not None
        and before.kind in ("field", "move", "tint")
        and (at + 2 == len(found) or found[at + 2].kind == "break")
    )


def as_strong(found: Sequence[Event], at: int) -> bool:
    """Whether what is said to be alike is the strength: 强度与眉头一样, 位移与眉头差不多."""
    if not is_likened(found, at):
        return False
    before = _joined_to(found, at)
    return before is not None and (before.value == "strength" or found[at + 1].kind == "hardly")


def is_compared(found: Sequence[Event], at: int, joined: bool) -> bool:
    """Whether the word behind a part says that another one moves as much, or half as much: 与眉头相当, 眉头的一半."""
    ahead = found[at + 1 : at + 3]
    joined |= _joined_to(found, at) is not None
    if joined and (any(word in ahead[:1] for word in _CONTRARY) or is_likened(found, at)):
        # 方向与眉头相反, 强度与眉头一样
        return True
    return any(share in ahead[:1] for share in _SHARES) or (joined and _EQUAL in ahead)
