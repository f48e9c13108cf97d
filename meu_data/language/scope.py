"""Scopes: what one word of denial or comparison governs, and where a conjunction ends what it was said of."""

from collections.abc import Sequence

from meu_data.language.pieces import SIDEWAYS, Piece
from meu_data.language.reading import Strength
from meu_data.language.words import Event

_BARE = ("bare", "nothing")
_PLAIN = ("all", "bare")
# What is not strong is weak, and the other way round.
_LITOTES: dict[str, Strength] = {"strong": "slight", "slight": "strong"}
_DENIED_RANKS = {"equal": "less", "more": "less", "less": "more"}
# What a statement may be about without naming a part, and the kinds of words that then say it.
_LOOKS = ("colour", "direction", "strength")
# What a list of parts is made of, and what may be denied of all of it.
_LISTING = frozenset(("part", "side", "persons", "pictures", "portion", "join"))
_GOVERNED = frozenset(("move", "way", "state", "exists", "still"))
_ANSWERING_MORE = frozenset(("not", "still", "way", "state", "part", "portion", "code", "colour", "side"))
_VALUES = ("colour", "direction", "strength", "extreme", "way")


def deny(piece: Piece, scope: str) -> None:
    """Takes a word of denial or of comparison; `scope` is its table in the data files."""
    if scope == "behind" and not (piece.mentions or piece.codes or piece.emotions):
        # 相比嘴角, 下睑更强; 与微笑时的上扬不同
        scope, piece.ways = "ahead", 0
    if scope == "except" and piece.denied and not (piece.codes or piece.mentions):
        # "No unit other than AU12"
        piece.denied = False
    elif scope in ("ahead", "except", "least"):
        piece.ahead = True
        piece.least |= scope == "least"
        piece.excepts |= scope == "except"
    elif scope in ("behind", "beside"):
        # 与下巴相比: what was named is only compared.
        # 眉尾与额头不同: what stands before the conjunction is not.
        piece.compared += piece.mentions[piece.compared_from :]
        piece.mentions, piece.side = piece.mentions[: piece.compared_from], None
        piece.denied &= not piece.compared_from
        if scope == "beside":
            # AU1之外还有AU4
            return
        piece.codes = [(units, True) for units, _ in piece.codes]
        piece.emotions = [(emotion, True) for emotion, _ in piece.emotions]
    else:
        if scope == "clause":
            # "It would be wrong to say that ..." turns round all that follows.
            piece.turned = not piece.turned
            return
        piece.nothing |= scope == "nothing"
        piece.nor |= scope == "nor"
        scope = "all" if scope == "nor" else scope
        if scope == "refute":
            piece.refutes, scope = not piece.mentions, "back"
        bare, scope = scope in _BARE, "all" if scope in _BARE else scope
        piece.bare |= bare
        if piece.denied and scope == "all" and piece.last == "not":
            return
        if piece.denied and scope == "back":
            # "Cannot be ruled out"
            piece.reversed = True
            return
        if piece.denied and piece.likened:
            # "It isn't as if the mouth didn't move."
            piece.reversed = True
            return
        if piece.denied and scope == "all" and not piece.back:
            # "Neither AU1 nor AU4"
            return
        piece.denied = True
        piece.gone |= scope == "back"
        piece.back |= scope == "back" or bool(piece.codes or piece.mentions or piece.emotions or piece.names)


def denies_all(found: Sequence[Event], at: int) -> bool:
    """Whether none of what a word stands for is there: "no action units are active", 未激活任何AU."""
    before = found[at - 1].kind if at else ""
    ahead = found[at + 1].kind if at + 1 < len(found) else ""
    return before in ("not", "still") and ahead in ("", "break", "move", "exists", "still", "labelled")


def denies_anew(piece: Piece, scope: object, found: Sequence[Event], at: int) -> bool:
    """Whether what a denial governs is not what its piece said so far, so that it begins another one."""
    ahead = [event.kind for event in found[at + 1 : at + 3]]
    behind = next((event.kind for event in found[at + 1 :] if event.kind != "pronoun"), "")
    if piece.denied:
        # "They neither rise nor fall."
        return bool(piece.ways) and not piece.gone and ahead[:1] == ["way"]
    if piece.still and behind in ("name", "code"):
        # "It stays where it is I would not call that a jaw drop."
        return True
    if scope == "all" and piece.mentions and piece.says and ahead[:1] in (["part"], ["side"]):
        # "They rise without the brows moving", "inner brows up without outer brows"
        return True
    # "They rise without any sideways component."
    return bool(piece.ways) and ahead[:1] in (["way"], ["axis"], ["move"]) and scope in _PLAIN


def resolve(piece: Piece) -> None:
    """Takes what the words of denial, strength and comparison of a whole piece come to together."""
    if piece.reversed and piece.barely:
        # "Hardly anyone could miss it."
        piece.hardly = False
    if piece.litotes and piece.denied and not piece.codes:
        # "It is not strong."
        piece.strength, piece.denied = _LITOTES.get(piece.strength or ""), False
    if piece.denied and piece.not_all and any(mention.side == "both" for mention in piece.mentions):
        # 并非两侧都上扬
        piece.denied, piece.one_sided = False, True
        for mention in piece.mentions:
            mention.side = None if mention.side == "both" else mention.side
    if piece.nowhere or (piece.nothing and not piece.back):
        if piece.rank and bool(piece.mentions) != bool(piece.compared):
            # "No region moves more than the corners."
            piece.mentions, piece.compared = piece.compared or piece.mentions, []
            piece.rank = "top" if piece.rank in ("more", "equal") else ""
            piece.denied = piece.nowhere = piece.nothing = False
    elif piece.denied and piece.rank and piece.compared:
        # "They do not rise as much as the corners."
        # No stronger is as strong at most; not much stronger may be anything.
        if piece.denies_rank:
            piece.rank = "" if piece.by_far else _DENIED_RANKS.get(piece.rank, "")
        piece.denied = False
    elif piece.denied and piece.rank == "more" and piece.last in ("way", "move"):
        # "Without doing more than a slight drop"
        piece.rank, piece.denied = "", False


def names_only(piece: Piece) -> bool:
    """Whether a piece denies no more than what it names: "not the brows"."""
    return piece.denied and bool(piece.mentions) and not (piece.says or piece.codes or piece.back or piece.emotions)


def denies_who(piece: Piece) -> bool:
    """Whether a piece denies that it is what it names that does what it says: "what rises is not the brows"."""
    return piece.denied and piece.first and bool(piece.mentions) and piece.last == "part" and not piece.codes


def about_evidence(found: Sequence[Event], at: int) -> bool:
    """Whether a word of strength speaks of evidence, or compares."""
    if at and found[at - 1].kind == "evidence" and at + 1 < len(found) and found[at + 1].kind in ("way", "move"):
        # "Indicating a strong drop"
        return False
    label = at > 1 and found[at - 1].value == ":"
    for event in found[max(at - 1 - label, 0) : at + 2]:  # noqa: SIM110 - a generator costs twice as much
        if event.kind in ("evidence", "comparing"):
            return True
    return False


def after(piece: Piece) -> Piece:
    """The piece behind "and": what was denied or supposed before it stays so when it goes on in kind."""
    following = Piece()
    following.supposed = piece.supposed
    return following


def parts(piece: Piece, kind: str, value: object) -> bool:  # noqa: PLR0911 - one rule each
    """Whether what comes behind "and" begins a new piece."""
    last = piece.last
    if not last or kind == "break":
        return False
    if kind in ("way", "weak", "towards", "side") and last in ("way", "weak", "state"):
        return kind == "side" and bool(piece.mentions) and value not in SIDEWAYS
    if last == "side" and kind in ("side", "pictures", "persons") and not (piece.says or piece.mentions):
        # "On image left and image right"
        return False
    if last == "dropped" and kind in ("way", "weak", "colour", "state"):
        # "Rather than diverge and rise"
        return False
    if kind in ("code", "bare code", "number"):
        return last not in ("code", "number", "name", "break")
    if kind == "emotion" and (last == "emotion" or (piece.denied and not piece.says)):
        # "None is compatible with anger."
        return False
    if kind == "part":
        # "No motion at the chin or the lids"; "the lids and the chin".
        return piece.says and bool(piece.mentions) and not (piece.denied and piece.first)
    return not (
        (kind == last == "colour")
        or (
            kind in ("strength", "move", "colour", "tint", "axis")
            and last in ("strength", "move", "not", "axis", "tint")
        )
        or (kind == "name" and last in ("code", "name"))
        or (kind in ("side", "persons", "pictures", "not", "state") and not piece.says and bool(piece.mentions))
    )


def stands_alone(found: Sequence[Event], at: int) -> bool:
    """Whether a word stands alone at the start of a sentence, as "yes" and "no" do."""
    alone = at + 1 == len(found) or found[at + 1].kind == "break"
    return alone and all(event.kind == "break" for event in found[:at])


def is_aspect(event: Event) -> bool:
    """Whether a word is for what is looked at: the colour, the direction or the strength."""
    return event.kind == "tint" or (event.kind == "field" and event.value in _LOOKS)


def in_colour(found: Sequence[Event], at: int) -> bool:
    """Whether an "in" is that of a colour: "in vivid red"."""
    ahead = [event.kind for event in found[at + 1 : at + 3]]
    return ahead[:1] == ["colour"] or ahead == ["strength", "colour"]


def has_value(found: Sequence[Event], at: int) -> bool:
    """Whether the next words say what an aspect is like."""
    return next((event.kind for event in found[at + 1 :] if event.kind != "plain"), "") in _VALUES


def does(found: Sequence[Event], at: int) -> bool:
    """Whether it is said of the side named here what it does."""
    return at + 1 < len(found) and found[at + 1].kind in ("pronoun", "not", "still", "move", "same")


def ends_here(found: Sequence[Event], at: int) -> bool:
    """Whether nothing comes behind a word in its piece."""
    return at + 1 == len(found) or found[at + 1].kind == "break"


def falls_short(piece: Piece, told: bool, scope: object, found: Sequence[Event], at: int) -> bool:
    """Whether a denial between two parts says that the first moves less: 下睑没有嘴角动得厉害."""
    kinds = [event.kind for event in found[at + 1 : at + 4] if event.kind != "side"]
    if kinds[:1] != ["part"] or scope not in _PLAIN:
        return False
    if not piece.mentions:
        # 颧部上移，不过没有下眼睑那么明显
        return told and not piece.size > 1 and kinds[1:] == ["such", "strength"]
    if Event("comparing", "half") in found[at + 2 : at + 4]:
        # 下睑的位移不到嘴角的一半
        return not (piece.ways or piece.colours)
    return scope == "bare" and piece.last == "part" and not piece.says and kinds[1:2] in (["strength"], ["such"])


def utmost(found: Sequence[Event], at: int) -> bool:
    """Whether a comparison is one with what could be: "it could not be stronger"."""
    could = at > 1 and (found[at - 1].value == "all" or found[at - 2].kind == "hedge")
    return could and found[at - 1].kind == "not" and ends_here(found, at)


def is_contrasted(found: Sequence[Event], at: int) -> bool:
    """Whether a weak word of direction is set against another one: "corners out, not in"."""
    ahead = [event.kind for event in found[at + 1 : at + 4]]
    return ahead[:3] == ["break", "not", "weak"]


def is_degree(found: Sequence[Event], at: int) -> bool:
    """Whether no more than how much stands behind a "so": 那么强."""
    return at + 1 < len(found) and found[at + 1].kind == "strength" and ends_here(found, at + 1)


def is_answer(found: Sequence[Event]) -> bool:
    """Whether a sentence only affirms what was asked: "they are", "they seem to be, at least slightly"."""
    said = [event.kind for event in found]
    first = said[: said.index("break")] if "break" in said else said
    return first in (["pronoun"], ["pronoun", "hedge"]) and not _ANSWERING_MORE & {*said}


def goes_on_list(found: Sequence[Event], at: int) -> bool:
    """Whether a number goes on with a list of units: "L12 and 6"."""
    before = [event.kind for event in found[max(at - 2, 0) : at]]
    return before == ["code", "join"] and (at + 1 == len(found) or found[at + 1].kind in ("break", "arrow", "join"))


def list_end(found: Sequence[Event], at: int) -> int:
    """Where the list of parts ends that a denial before it governs as a whole: "none of A, B or C moves"; else 0."""
    end, joined = at + 1, False
    if end < len(found) and found[end].kind in ("break", "join"):
        return 0
    while end < len(found) and (found[end].kind in _LISTING or found[end].value in (",", "nor")):
        if joined and found[end].value == ",":
            # "Nothing at A or B, and C is dark"
            break
        joined |= found[end].kind == "join"
        end += 1
    rests = end < len(found) and found[end].kind in _GOVERNED
    return end if joined and rests and found[end - 1].kind == "part" else 0


def only_next(piece: Piece, scope: object, found: Sequence[Event], at: int) -> bool:
    """Whether a "not" stands between two of a kind and denies the second."""
    behind = found[at + 1].kind if at + 1 < len(found) else ""
    between = scope in ("bare", "all") and piece.last == behind and behind in ("emotion", "code")
    return between and not (piece.denied or piece.says or piece.ahead)
