"""Marks and conjunctions: what a comma, a colon, a bracket or a "but" ends, and what goes on behind it."""

from collections.abc import Sequence

from meu_data.language.naming import Naming
from meu_data.language.pieces import Piece
from meu_data.language.words import Event


class Breaks(Naming):
    """Ends the pieces of a statement."""

    __slots__ = ()

    def _generalise(self) -> None:
        """Before a "but", what was named in a general word is no claim: "AU1 often goes with grief, but is absent"."""
        self._units = [
            unit._replace(polarity="supposed") if unit.polarity == "affirmed" else unit for unit in self._units
        ]
        self._emotions = [
            said._replace(polarity="supposed") if said.polarity == "affirmed" else said for said in self._emotions
        ]

    def _break(  # noqa: PLR0912, PLR0915 - a mark means many things
        self, piece: Piece, mark: str | None, found: Sequence[Event], at: int, musing: bool
    ) -> Piece:
        if not piece.size and mark in (",", ")"):
            # Nothing was said yet.
            if mark == ")":
                self._naming = self._inside = False
            return piece
        ahead = found[at + 1].kind if at + 1 < len(found) else ""
        if mark == ":" and not piece.size and not self._told:
            # What stands in brackets before a colon is a heading, as in "zone 1 (brow): the left one rises".
            self._label = True
        if mark == "," and piece.last == ahead == "code" and not (piece.says or piece.mentions):
            return piece
        if mark == "," and ahead in ("part", "side") and self._adverb_from == at - 2 >= 0 and piece.last == "strength":
            return piece
        if mark == "," and at and found[at - 1].kind == "join" and ahead == "strength" and not piece.says:
            # "The corners and, weakly, ...": what comes in between belongs to the next part.
            self._adverb_from = at
        if mark == "/" and ahead == piece.last != "side":
            return piece
        # As in "upper face | inner brow: up".
        heads = mark == "|" and piece.size == len(piece.mentions) and self._goes_on_with_part(found, at)
        piece.labels, piece.opens = mark == ":" or heads, mark == "("
        piece.announces = piece.labels and not (piece.pronoun or piece.mentions) and self._goes_on_with_part(found, at)
        if mark in (":", "[", "]"):
            # A list of what is still.
            rests = (piece.still and not piece.denied) or (
                piece.denied and (piece.moved or piece.tinted) and not piece.reversed
            )
            self._still_list |= rests and not (piece.mentions or piece.codes or piece.ways)
            self._absent |= piece.denied and not (piece.codes or piece.mentions or piece.says)
        lists = piece.announces and piece.size == 1
        if mark == ":" and piece.moved and not (piece.ways or piece.colours or piece.strength or lists):
            # "Motion of the chin: none": so far a label.
            piece.moved = False
        if musing and self._waiting and mark == "wait":
            for place in self._waiting:
                self._units[place] = self._units[place]._replace(polarity="supposed")
        if musing:
            # "That could be AU18, but ..."
            for place in self._hedged:
                self._units[place] = self._units[place]._replace(polarity="supposed")
        if musing and (piece.hedged or mark == "wait") and piece.codes:
            # "That could be AU18, but ..."
            piece.supposed = True
        named = mark == "(" and piece.last in ("code", "muscle", "name") and bool(piece.codes)
        self.end(piece)
        if musing and self._before is not None and self._before.moves is False:
            # "The brows rest; AU6, however, ...": their rest is no evidence for it.
            self._linked = len(self._motions)
        if mark == ":" and piece.codes and not (piece.says or piece.mentions):
            self._headed = self._waiting
        # Behind a conjunction no list goes on.
        self._tail &= mark is not None and not musing
        self._parted = mark is None
        if mark is None and not (musing and ahead == "pronoun"):
            self._waiting = []
        following = Piece()
        following.valued = mark in (":", "[")
        if mark == "," and (piece.ahead or piece.last == "not") and not (piece.mentions or piece.says):
            # "Compared with the brows, ..."
            following.fronted, following.excepts = piece.compared, piece.excepts
        following.instead = (
            self._cleft and mark == "," and ahead == "pronoun" and self._goes_on_with_part(found, at + 1)
        )
        if mark == "(":
            self._naming = named
            self._inside = True
            following.inherits = piece.denied and not piece.reversed
            following.ahead = piece.ahead and not piece.says
            following.coded_first = named
        elif mark == ")":
            self._naming = self._inside = False
        elif mark == ":" and self._absent and ahead == "move":
            # As in "not observed: motion of the lids".
            following.denied = following.bare = True
        elif musing:
            if (self._supposed or self._typical) and not self._asked:
                self._generalise()
            self._was_denied = False
            self._supposed, self._typical = self._asked, False
        if mark in (",", None) and self._set_aside is not None and piece.size:
            self._subjects, self._told, self._set_aside = self._set_aside, False, None
            self._tail = False
        return following
