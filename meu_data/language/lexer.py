"""A sentence as a stream of events: what its words do, in their order, whatever their language."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from meu_data.language.layout import CHINESE_SIGN
from meu_data.language.rewording import reworded
from meu_data.language.verdicts import plainly
from meu_data.language.words import WAYS, WHOSE, Event, Node, chinese, data, english, part, signs

# A number that can be that of an action unit: no longer one, no decimal, no count of pixels.
_NUMBER = r"0*[0-9]{1,2}(?![0-9]|\.[0-9]|\s*(?:px|pixel|%|％))(?:[a-e](?![a-z0-9]))?"
_CODE = r"(?:[lr]?[\s-]?au|action[ -]units?)"
_MORE = rf"(?:[lr]?au[ _-]?)?[lr]?{_NUMBER}"
_LIST = rf"(?:\s*[+/、&＋／]\s*{_MORE})*"
_LONG_LIST = rf"(?:(?:\s*[,、+/&＋／]\s*(?:and\s+|or\s+|和|与|及)?|\s(?:and|or|plus)\s+|\s?[和与及]\s?){_MORE})*"
_UNITS = (
    rf"(?<![a-z])(?:(?:aus|aus? list|action[ -]units)\s?(?:编号)?[:=#._ -]{{0,3}}\s?[lr]?{_NUMBER}{_LONG_LIST}"
    rf"|{_CODE}[ ._#:-]{{0,3}}[lr]?{_NUMBER}{_LIST}"
    rf"|[lr][0-9]{{1,2}}[a-e]?(?![a-z0-9])(?:\s*[+/]\s*[lr]?{_NUMBER})*"
    rf"|(?<![a-z0-9.])[lr]?{_NUMBER}(?:[+＋][lr]?{_NUMBER})+(?![0-9.%])"
    rf"|(?<![a-z0-9.])[lr]?[0-9]{{1,2}}[a-e](?:\s?[+＋]\s?[lr]?[0-9]{{1,2}}[a-e](?![a-z0-9]))+)"
)
# Strength as a share of the scale, in stars or in plus signs.
_SCALE = r"[0-9]{1,3}(?:\.[0-9]+)?\s?[%％]|[★☆●○■□]{1,10}|(?<![\w+])\+{2,3}(?![\w+])"
_FULL, _EMPTY = "★●■+", "☆○□"
_MARKS = "✗✘×❌,:()|/【】[]{}→←⇒=<>≈—–•↑↓↖↗↘↙"
_PARTS_OF_WORD = "[a-z]*(?:['’-][a-z]+)*"
# What no unit can begin with is tried first.
_TOKEN = re.compile(
    rf"[b-km-qs-z]{_PARTS_OF_WORD}|[\u4e00-\u9fff]+|[{re.escape(_MARKS)}、]|{_UNITS}|{_SCALE}|[alr]{_PARTS_OF_WORD}"
    rf"|[0-9]+(?:\.[0-9]+)?[a-z]?|->|--"
)
_ONE_UNIT = re.compile(r"([lr])?[\s-]?(?:au[ ._#:-]{0,3})?([lr])?0*([0-9]{1,2})(?![0-9])")
_DASHES = re.compile(r" - ([^.;:|\n]{1,80}) - ")
# "The upper lids or lower", "the lids, upper and lower": of the pair of words one noun is said, or one before both.
_PAIRS = r"upper|lower|inner|outer"
_PAIRED_NOUN = r"(?:eye)?(?:lid|brow)s?|lips?"
_OR = r"(?: and | or | nor |\s?[/&]\s?)"
_PAIRED_END = r"(?=\s*(?:[^a-z\s.]|\.?\s*$)|\s+(?:are|is|were|was|do|does|did|stay|remain|rest|show)\b)"
# The words of a pair have five letters each; what begins with letters is found quickly.
_ELLIPSIS = re.compile(rf"((?:{_PAIRS})(?<=\b[a-z]{{5}}) ({_PAIRED_NOUN}){_OR}(?:{_PAIRS})){_PAIRED_END}")
_PAIR = re.compile(rf"(?:{_PAIRS}){_OR}(?:{_PAIRS})")
_APPOSED = re.compile(rf"\b({_PAIRED_NOUN})(,? \(?| – | — )({_PAIRS})({_OR})({_PAIRS}){_PAIRED_END}")
# "The inner and outer brows", "neither the upper nor the lower lids"
_SHARED = re.compile(
    rf"\b(inner|outer) (and|or|nor|&|as well as) (?:the )?(inner|outer) ((?:eye)?brows)\b"
    rf"|\b(upper|lower) (nor) (?:the )?(upper|lower) ({_PAIRED_NOUN})\b"
)
# "eyelid.upper" is a key.
_KEY = re.compile(rf"\b({_PAIRED_NOUN})\.({_PAIRS})\b")
# "AU1 in the upper face, AU20 in the lower."
_OF_FACE = re.compile(r"\bin the (?:upper|lower)(?=\s*(?:[^a-z\s]|$))")
_FACE = re.compile(r"\b(?:upper|lower) (face|half)\b")
# "Were the brows lowered, ..."
_INVERTED = re.compile(r"\s*(?:were|had|should)\s")
_TAG = re.compile("<(/?)([a-z_]{1,32})>")
# What these tags name is no part of the face.
_OWN_TAGS = frozenset(("think", "answer"))
_SIDE_OF_SIGN = {"l": "L", "r": "R"}

_BREAKS = {mark: Event("break", mark) for mark in ",:()|/[]"}
_BREAKS |= {"【": Event("break", "["), "】": Event("break", "]"), "{": Event("break", "("), "}": Event("break", ")")}
_BREAKS |= {mark: Event("arrow") for mark in ("→", "⇒", "=", "—", "–", "->", "--")}
_BREAKS |= dict.fromkeys("✗✘×❌", Event("not", "bare"))
_BREAKS |= {
    sign: Event("way", sum(WAYS[way] for way in ways.split()))
    for sign, ways in zip("↑↓↖↗↘↙", ("up", "down", "up left", "up right", "down right", "down left"), strict=True)
}
# Behind these words what describes a part describes the next one, not the one before.
_PLACING = frozenset(("over", "above", "under", "beneath", "underneath", "below", "atop"))
_DESCRIBING = frozenset(("way", "state", "move"))
_NEXT = Event("break")
# "AU20 ← lip corners"
_BREAKS["←"] = Event("evidence")
_ORDER = {">": Event("comparing", "above"), "<": Event("comparing", "below")}
_BREAKS |= _ORDER | {"•": Event("break", ","), "≈": Event("comparing", "equal")}
_JOIN = Event("join")
_POINTS, _COMMA = Event("arrow"), Event("break", ",")
# What may stand before a part that an order is told of.
_WHOSE_SIDE = frozenset(("side", "field", *WHOSE))
_STILL = Event("still", False)
_SUPPOSING = Event("supposing")
_NO = Event("not", "bare")
_NEGATED = Event("not", "all")
# The picture's sides as labels: "L: blue".
_SIDE_LETTERS = {"l": Event("side", "left"), "r": Event("side", "right")}
_OTHER = Event("side", "other")
_ONE, _LONE = Event("pronoun", "one"), Event("pronoun", "lone")
_FLARING = frozenset(("flare", "flares", "flared", "flaring"))
_LONE_WORDS = frozenset(("single", "lone", "solitary"))
_PINK, _LIGHT, _COLON = Event("colour", frozenset(("up-right",))), Event("strength", "slight"), Event("break", ":")
_FURROWS = frozenset(("furrow", "furrows", "fold", "folds", "crease", "creases", "groove", "grooves"))
# "L cyan / R red"
_OF_LETTER = frozenset(("colour", "way", "still", "strength", "state"))
_THIRD = 0.34
_CONFINED = frozenset(("confined", "limited", "restricted", "localised", "localized"))
_NO_REST = frozenset(("the", "a", "at", "in", "to", "for"))
_CLOSE = frozenset(("next", "beside", "alongside", "beneath", "underneath"))
_ARTICLES = (["the"], ["image"], ["picture"], ["s"])
_OPPOSITE = frozenset(("opposite", "opposing"))
_RESTS_ON = (["on"], ["upon"], ["with"], ["assured"], ["of"])
_NOT_AT_REST = frozenset(("a", "an", "more", "clearly", "quite"))
# Words that what stands beside them may give another meaning.
_WAYWARD = frozenset(("still", "rest", "right", "to", "off", "against", *_SIDE_LETTERS, *_OPPOSITE, *_PLACING))
_WAYWARD |= _FURROWS | _LONE_WORDS | _FLARING | {"rose", "light", "[", "one", "because"}

Unit = tuple[int, str | None]


@lru_cache(maxsize=2048)
def events(text: str) -> tuple[Event, ...]:
    """What the words of a sentence do.

    Args:
        text: In small letters and simplified characters (`plain`).

    Returns:
        One event for each known word, phrase or mark.
    """
    start, skip = english()
    # Dashes, arrows and accents are in English sentences, too.
    if text.isascii() or not CHINESE_SIGN.search(text):
        text = reworded(text)
    if "upper" in text or "outer" in text:
        text = _whole(text)
    words = _TOKEN.findall(text)
    if "'s" in text:
        words = [word[:-2] if word.endswith("'s") and _unowned(start.get(word)) else word for word in words]
    found = _english(words, start, skip, _plain_words())
    if ">" in words or "<" in words:
        found = _ordered(found)
    if _ONE in found or _LONE in found:
        found = _single(found, "the only" in text)
    return (_SUPPOSING, *found) if _INVERTED.match(text) else tuple(found)


def _single(found: list[Event], the_only: bool) -> list[Event]:
    """The events in which "one corner" is one of the two, and "one" else is a pronoun."""
    single = []
    for at, event in enumerate(found):
        if event in (_ONE, _LONE):
            ahead = found[at + 1] if at + 1 < len(found) else event
            only = at and found[at - 1].kind == "only" and not the_only
            if only or (ahead.kind == "part" and ahead.value.one and ahead.value.paired):
                single.append(Event("side", "one"))
            elif event is _ONE:
                single.append(Event("pronoun"))
        else:
            single.append(event)
    return single


def forget_words() -> None:
    """Drops the sentences and runs of Chinese signs that are kept as they occur again."""
    events.cache_clear()
    _chinese.cache_clear()


def _ordered(found: list[Event]) -> list[Event]:
    """Signs of order that do not stand between two parts are arrows and breaks: "corner > up"."""
    kinds = ["", *(event.kind for event in found if event.kind not in _WHOSE_SIDE), ""]
    place, ordered = 0, []
    for event in found:
        place += event.kind not in _WHOSE_SIDE
        sign = event is _ORDER[">"] or event is _ORDER["<"]
        if not sign or kinds[place - 1 : place + 2 : 2] == ["part", "part"]:
            ordered.append(event)
        else:
            ordered.append(_POINTS if event is _ORDER[">"] else _COMMA)
    return ordered


def _whole(text: str) -> str:
    """A text with the nouns that are said once and meant twice."""
    if "." in text:
        text = _KEY.sub(r"\2 \1 ", text)
    if "brows" in text or "nor" in text:
        text = _SHARED.sub(_each, text)
    text = _ELLIPSIS.sub(r"\1 \2", text)
    if _PAIR.search(text):
        text = _APPOSED.sub(r"\1\2\3 \1\4\5 \1", text)
    face = _FACE.search(text) if "in the" in text else None
    return _OF_FACE.sub(rf"\g<0> {face[1]}", text) if face else text


def _each(pair: re.Match[str]) -> str:
    one, join, other, noun = pair.groups()[:4] if pair[1] else pair.groups()[4:]
    return f"{one} {noun} {join} {other} {noun}"


def _unowned(node: Node | None) -> bool:
    """Whether a word ending in 's is no word of its own."""
    return node is None or node.event is None


def events_of(text: str, start: Mapping[str, Node], skip: frozenset[str]) -> list[Event]:
    """The events of a phrase by a lexicon that is still being made."""
    return _english(_TOKEN.findall(text), start, skip, _BREAKS)


@cache
def _plain_words() -> Mapping[str, Event]:
    """The words and marks that do the same whatever stands beside them."""
    start, _ = english()
    words = {word: node.event for word, node in start.items() if not node.next and node.event is not None}
    marks = {mark: event for mark, event in _BREAKS.items() if mark not in start}
    return {word: event for word, event in (words | marks).items() if word not in _WAYWARD}


def _english(  # noqa: PLR0912, PLR0915 - one loop
    words: list[str], start: Mapping[str, Node], skip: frozenset[str], plain_words: Mapping[str, Event]
) -> list[Event]:
    found: list[Event] = []
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        at += 1
        event = plain_words.get(word)
        if event is not None:
            found.append(event)
            continue
        node = start.get(word)
        if node is None and word[-1] >= "\u4e00":
            found += _chinese(word)
            continue
        if word in _WAYWARD:
            said = _wayward(word, words, at, found, start)
            if said is not None:
                found += said
                continue
        if node is None:
            if word in _LONE_WORDS:
                found.append(_LONE)
                continue
            if word in skip or (word.isascii() and word.isalpha()):
                continue
            if word.endswith("n't"):
                found.append(_NEGATED)
                continue
            if "-" in word and word[0].isalpha() and not any(sign.isdigit() for sign in word):
                pieces = word.split("-")
                # Of compounds such as "red-orange" or "dark-green" no part is a colour of its own.
                own = len(pieces) == 2 and pieces[1] in ("coloured", "colored")
                words[at:at] = [piece for piece in pieces if own or not _colour(start.get(piece))]
                end = len(words)
                continue
            found += _other(word)
            continue
        if not node.next:
            if node.event is not None and not (node.event == _NEXT and words[at : at + 1] == [":"]):
                # '"Because": ...' is a key.
                found.append(node.event)
            continue
        event, ahead = node.event, at
        between: list[Event] = []
        passed, alone = 0, word == "one"
        while ahead < end:
            word = words[ahead]
            ahead += 1
            following = node.next.get(word)
            if following is None:
                if word in skip:
                    continue
                inner = start.get(word)
                inner_event = inner.event if inner is not None else None
                if inner_event is not None and inner_event.kind in ("side", "persons") and inner_event.value != "other":
                    # "The corner of the person's left eye": the side belongs to the whole.
                    between.append(inner_event)
                    continue
                break
            node = following
            if node.event is not None:
                event, at, passed = node.event, ahead, len(between)
                alone = False
            if not node.next:
                break
        found += between[:passed]
        if event is not None:
            found.append(_ONE if alone and event.kind == "pronoun" else event)
        elif words[at - 1] in _LONE_WORDS:
            found.append(_LONE)
        elif words[at - 1].endswith("n't"):
            found.append(_NEGATED)
    return found


def _wayward(  # noqa: PLR0911, PLR0912 - one rule each
    word: str, words: list[str], at: int, found: list[Event], start: Mapping[str, Node]
) -> tuple[Event, ...] | None:
    """What a word of `_WAYWARD` before `at` does among its neighbours; None where it does what it does elsewhere."""
    ahead = words[at : at + 1]
    if word == "still" and _all_the_same(words, at):
        return ()
    if word == "rose" and [event.kind for event in found[-2:] if event.value != ","][-1:] == ["tint"]:
        # "Its colour, rose"
        return (_PINK,)
    if word == "light" and ahead != ["up"] and _kind(words[at:], start) in ("way", "move"):
        # "A light lift"
        return (_LIGHT,)
    if word in _FURROWS and _listed_part(words, at, found, start):
        # "Lip, furrow and nostril"
        return (Event("part", part(("nasolabial_fold",), one=word[-1] != "s")),)
    if word in _FLARING and _kind(words[at:], start) == "colour":
        # "Flaring violet"
        return ()
    if word == "[":
        return () if found and found[-1] == _COLON else (_BREAKS["["],)
    if word == "because" and ahead == [":"]:
        # A key.
        return ()
    if word == "rest" and at > 1 and words[at - 2] not in _NO_REST and ahead not in _RESTS_ON:
        # "The lids rest", as against "the rest" and "rest on".
        return (_STILL,)
    if word in _SIDE_LETTERS and (
        ahead == [":"]
        or _beside_owner(words, at, start)
        or _behind_part(words, at, start)
        or (words.count("l") == words.count("r") == 1 and _kind(words[at:], start) in _OF_LETTER)
    ):
        return (_SIDE_LETTERS[word],)
    if word in _OPPOSITE and _one_of_pair(ahead, start):
        # "The opposite corner", not "opposite corners"
        return (_OTHER,)
    if word == "right" and ahead and ahead[0] in _CLOSE and words[at - 2 : at - 1] not in _ARTICLES:
        # "Right next to it"
        return ()
    if word == "to" and at > 1 and words[at - 2] in _CONFINED:
        # "Confined to the right", as against "to the right"
        return ()
    if word == "off" and at > 1 and words[at - 2] in ("=", ":"):
        return (_NO,)
    if word == "against" and not found and ahead and _ONE_UNIT.match(ahead[0]):
        return (_NO,)
    if word in _PLACING and any(event.kind == "part" for event in found) and _new_part(words[at : at + 2], start):
        return (_NEXT,)
    return None


def _kind(words: list[str], start: Mapping[str, Node]) -> str:
    node = start.get(words[0]) if words else None
    return node.event.kind if node is not None and node.event is not None else ""


def _listed_part(words: list[str], at: int, found: list[Event], start: Mapping[str, Node]) -> bool:
    """Whether a word stands in a list of parts: "lip, furrow and nostril"."""
    behind = found[-1].kind == "join" or found[-1].value == "," if found else False
    listed = behind and found[-2:-1] != [] and found[-2].kind == "part"
    return (
        listed and words[at : at + 1] in ([","], ["and"], ["or"], ["nor"]) and _kind(words[at + 1 :], start) == "part"
    )


def _all_the_same(words: list[str], at: int) -> bool:
    """Whether the "still" before `at` means no rest: "still a brow", "small, but still: it rises"."""
    ahead = words[at] if at < len(words) else ""
    if ahead in _NOT_AT_REST:
        return True
    before = words[at - 2] if at > 1 else ""
    return bool(ahead) and (
        (before in ("but", "yet", "and") and words[at - 3 : at - 2] in ([], [","]))
        or (not before and ahead == "," and at + 1 < len(words))
    )


def _behind_part(words: list[str], at: int, start: Mapping[str, Node]) -> bool:
    """Whether a letter before `at` ends what names a part: "mouth corner, R"."""
    ends = words[at : at + 1] in ([], ["|"], [","], [")"], ["→"], ["="])
    return ends and at > 2 and words[at - 2] in (",", "(") and _kind(words[at - 3 :], start) == "part"


def _one_of_pair(words: list[str], start: Mapping[str, Node]) -> bool:
    """Whether the next word names a part, of which there are two, as one."""
    node = start.get(words[0]) if words else None
    part = node.event.value if node is not None and node.event is not None and node.event.kind == "part" else None
    return part is not None and part.one and part.paired


def _beside_owner(words: list[str], at: int, start: Mapping[str, Node]) -> bool:
    """Whether a letter before `at` stands for the side of someone: "subj R", "img L", "R(img)"."""
    beside = [words[at - 2]] if at > 1 else []
    beside += [words[at + 1]] if len(words) > at + 2 and words[at] == "(" and words[at + 2] == ")" else []
    nodes = (start.get(word) for word in beside)
    return any(node is not None and node.event is not None and node.event.kind in WHOSE for node in nodes)


def _new_part(words: list[str], start: Mapping[str, Node]) -> bool:
    """Whether another part begins here: "over widened eyes", "over a mouth turned down"; not "over the eyes"."""
    article = bool(words) and words[0] in ("a", "an")
    first = words[1:] if article else words[:1]
    node = start.get(first[0]) if first else None
    kind = node.event.kind if node is not None and node.event is not None else None
    return kind in _DESCRIBING or (article and kind == "part")


def _colour(node: Node | None) -> bool:
    return node is not None and node.event is not None and node.event.kind == "colour"


@lru_cache(maxsize=4096)
def _chinese(text: str) -> tuple[Event, ...]:
    pattern, known = chinese()
    return tuple(chinese_events(text, pattern, known))


def _other(word: str) -> list[Event]:
    if word == "、":
        return [_JOIN]
    if word.isalpha():
        return []
    return list(_scale(word) or _units(word))


def _scale(word: str) -> tuple[Event, ...]:
    """A strength on a scale: per cent, stars of three or of those that are drawn, one to three plus signs."""
    if word[-1] in "%％":
        share = float(word[:-1]) / 100
        if not share:
            return (Event("number", 0),)
    elif word.strip(_FULL + _EMPTY) == "":
        full, empty = (sum(map(word.count, signs)) for signs in (_FULL, _EMPTY))
        share = full / (full + empty if empty else max(full, 3))
    else:
        return ()
    return (Event("strength", "slight" if share < _THIRD else "strong" if share > 2 * _THIRD else "moderate"),)


@lru_cache(maxsize=4096)
def _units(word: str) -> tuple[Event, ...]:
    if "." in word:
        return ()
    if word.isdigit():
        return (Event("number", int(word[:4])),)
    if re.fullmatch("[0-9]{1,2}[a-e]", word):
        return (Event("bare code", ((int(word[:-1]), None),)),)
    found: dict[Unit, None] = {}
    for before, inside, number in _ONE_UNIT.findall(word):
        found[int(number), _SIDE_OF_SIGN.get(before or inside)] = None
    return (Event("code", tuple(found)),) if found else ()


def chinese_events(text: str, pattern: re.Pattern[str], known: Mapping[str, Event]) -> list[Event]:
    """The events of a run of Chinese signs."""
    found: list[Event] = []
    word, ending = "", -1
    for match in pattern.finditer(text):
        word = match[0]
        event = known.get(word) or _signed(word)
        if word[0] in _SIDE_SIGNS and word[1:] in _VERTICAL:
            # 左升右降
            found.append(_SIDE_SIGNS[word[0]])
            event = Event("way", signs()[_VERTICAL[word[1:]]])
        if event.kind == "part" and found and ending == match.start() - 1 and text[ending] == "的":
            # 下压的眉毛 is a description of the brows.
            last = found[-1]
            if last.kind == "near" or (last.kind == "weak" and len(found) > 1 and found[-2].kind == "part"):
                # 眉毛上方的额头: the brows only say where.
                del found[-1 - (len(found) > 1 and found[-2].kind == "part") :]
            elif last.kind in ("way", "still") and not (len(found) > 1 and found[-2].kind in _GOVERNING):
                found[-1] = Event("state", last.value if last.kind == "way" else 0)
        found.append(event)
        ending = match.end()
    if text in _ASSENT:
        return [Event("yes")]
    if text in _DISSENT:
        return [_NO]
    if len(found) == 1 and found[0].kind in _STRONGER and len(text) <= len(word) + 1 and word[-1] != "侧":
        # Alone between two marks a weak word says what it can.
        found = [Event(_STRONGER[found[0].kind], found[0].value)]
    return found


# What stands before these words is more than the next word's.
_GOVERNING = frozenset(("not", "nowhere", "strength", "extreme", "side", "part", "move"))
# Alone between two marks these answer a question.
_ASSENT = frozenset(("有", "是", "对", "不能说没有", "当然动了"))
_DISSENT = frozenset(("不然", "不是", "非也"))
_SIDE_SIGNS = {"左": Event("side", "left"), "右": Event("side", "right")}
# Verbs that lead up or down, never aside, with the sign that says so.
_VERTICAL = {**dict.fromkeys("升抬扬翘耸", "上"), **dict.fromkeys("降沉垂坠耷", "下")}
_STRONGER = {"weak": "way", "weak strength": "strength"}


@lru_cache(maxsize=1024)
def _signed(word: str) -> Event:
    """A direction made of signs: 向左上方, 上提, 拉了下来; or a side before the name of a part: 左(下颊)."""
    bits = signs()
    if word in ("左", "右"):
        return Event("side", "left" if word == "左" else "right")
    if word.endswith(("来", "去", "起")) and not any(sign in bits for sign in word):
        return Event("way", bits["上"])
    return Event("way", sum({bits[sign] for sign in word if sign in bits}))


def _untagged(tag: re.Match[str]) -> str:
    """A tag as the heading of what it encloses: "<corners>"; "<think>" is no thought."""
    if tag[1] or tag[2] in _OWN_TAGS:
        return f"\n{' ' * (len(tag[0]) - 1)}" if tag[1] else " " * len(tag[0])
    return f"\n{tag[2].replace('_', ' ')}:"


_SIGNS = str.maketrans("≠≫≪", "非><")
# 往 midline 收
_LATIN_GOAL = re.compile("[向往朝]着?(?: ?the)? ?(midline|middle|cent(?:er|re)|temples?|ears?)(?![a-z])")


def _to_goal(match: re.Match[str]) -> str:
    return f"向{'外' if match[1][0] in 'te' else '内'}".ljust(len(match[0]))


_TRADITIONAL: dict[int, str] = {}


def plain(text: str) -> str:  # noqa: PLR0912 - one sign each
    """A text in small letters, simplified characters and half-width signs; each sign keeps its place."""
    if " STOP" in text:
        # A telegram ends its sentences so.
        text = re.sub(r" STOP\b", ".    ", text)
    small = text.replace("\u0130", "i").lower()
    if len(small) != len(text):
        small = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    if not small.isascii():
        if not _TRADITIONAL:
            pairs = data("zh")["traditional"].split()
            full = {0xFF01 + place: chr(0x21 + place) for place in range(94)}
            _TRADITIONAL.update({ord(pair[0]): pair[1] for pair in pairs} | full)
            _TRADITIONAL.update({ord("\u3000"): " ", ord("’"): "'", ord("‐"): "-", ord("‑"): "-"})
        small = small.translate(_TRADITIONAL)
        small = _LATIN_GOAL.sub(_to_goal, small)
    if "<" in small:
        small = _TAG.sub(_untagged, small)
    if "≠" in small or "≫" in small or "≪" in small:
        small = small.translate(_SIGNS)
    if "单元" in small:
        small = small.replace("动作单元", " aus").replace("运动单元", " aus")
    if " - " in small:
        # "On the left - the person's right - the corner rises"
        small = _DASHES.sub(r" , \1 , ", small)
    if "上、下" in small:
        # "上、下睑" are the upper lids and the lower ones.
        small = re.sub("(?<![向往朝偏])上、下(睑|眼睑|眼皮|唇|嘴唇)", r"上下\1 ", small)
    if "有没有" in small:
        # It asks, and denies nothing.
        small = small.replace("有没有", "是否有")
    if not small.isascii() and CHINESE_SIGN.search(small):
        small = plainly(small)
    if "的主张" in small:
        # "关于面颊移动的主张，不予采信": a comma parts the claim from its verdict.
        small = re.sub("(的主张)[,，](?=[^,，]{0,3}(?:不予|不能|不足|不成立))", r"\1 ", small)
    if "in place of" in small:
        # As against "in place".
        small = small.replace("in place of", "instead of ")
    if ".e." in small or "e.g." in small or "a.u." in small or "a. u." in small:
        small = small.replace("i.e.", "i e ").replace("e.g.", "e g ")
        small = small.replace("a.u.", "au  ").replace("a. u.", "au   ")
    return small
