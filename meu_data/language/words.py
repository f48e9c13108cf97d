"""The words of each language, compiled from its data file into what the lexer looks them up in."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from math import isqrt
from typing import Any, NamedTuple

from meu_data.choices import Language
from meu_data.face.aus import AU_NAMES
from meu_data.face.regions import OCTANTS, PAIRED_PARTS, PART_NAMES, PARTS

# Directions as bits, so that all that is said of a place is one number. In is towards the middle of the face.
WAYS = {way: 1 << place for place, way in enumerate(("up", "down", "left", "right", "in", "out"))}

# Kinds of words that say whose left and right are meant.
WHOSE = ("persons", "pictures")

# Up to the square of it, alternatives are tried one after the other.
_FEW = 4
# Where a Chinese verb may lead (拉高, 压低, 撑开, 挤拢), as ways.
LED_TO = {"high": "up", "low": "down", "wide": "out", "near": "in"}

# For each place that is meant, the regions it may be.
Places = tuple[tuple[str, ...], ...]


class Part(NamedTuple):
    """A part of the face as a text names it: the places it means by the side said; `one` when named in the singular."""

    parts: tuple[str, ...]
    places: Mapping[str | None, Places]
    one: bool
    paired: bool


class Event(NamedTuple):
    """What a word does in a sentence; the kinds are the tables of the data files.

    `part`, `side`, `way`, `weak` (a direction only where one is awaited), `state` (a direction behind its part,
    a description before it), `move`, `still`, `colour`, `strength`, `not`, `name` and `muscle` of action units, ...
    """

    kind: str
    value: Any = None


class Node:
    """A word behind some others: what these words do together, and the words they may go on with."""

    __slots__ = ("event", "next")

    def __init__(self) -> None:
        self.event: Event | None = None
        self.next: dict[str, Node] = {}


class Units(NamedTuple):
    """A name of action units; `motion` is what its words say when they are not meant as the name, `text` the name."""

    numbers: frozenset[int]
    text: str
    sure: bool
    motion: tuple[Event, ...] = ()


# How something compares; "far" so much that it is more than a matter of judgement, "even" beside what was told before.
_RANKS = (
    *("more", "less", "stronger", "weaker", "above", "below", "equal", "half", "multiple", "next"),
    *("beaten", "far_more", "far_less", "far_above", "far_below", "even_more"),
)


_PAIRED = frozenset(PAIRED_PARTS)
JAW = ("chin_side", "chin")
"""The parts of the jaw, as against the chin: the boss of the chin may be pushed up while the jaw rests."""


@cache
def data(lang: Language) -> dict[str, Any]:
    """The data file of a language."""
    text = files("meu_data.language").joinpath(f"{lang}.toml").read_text("utf-8")
    degrees = re.search('^degree = "(.*)"$', text, re.MULTILINE)
    return tomllib.loads(text.replace("{degree}", f"{{{degrees[1]}}}") if degrees else text)


def listed(text: str) -> Iterator[str]:
    """The phrases of a list, `{a|b}` and `(s)` written out."""
    for phrase in _outside_braces(text):
        pieces = re.split(r"\{([^{}]*)\}|(\(s\))", phrase)
        choices: list[tuple[str, ...]] = []
        for at in range(0, len(pieces), 3):
            choices.append((pieces[at],))
            if at + 2 < len(pieces):
                choices.append(tuple(pieces[at + 1].split("|")) if pieces[at + 1] is not None else ("", "s"))
        for words in product(*choices):
            spelled = " ".join("".join(words).split())
            if spelled:
                yield spelled


def _outside_braces(text: str) -> list[str]:
    return [phrase.strip() for phrase in re.split(r",(?![^{]*\})", text) if phrase.strip()]


@cache
def part(parts: tuple[str, ...], one: bool) -> Part:
    """The places meant by words for some parts, by the side said of them."""
    return Part(
        parts, {side: _places(parts, side) for side in ("left", "right", "both", None)}, one, set(parts) <= _PAIRED
    )


def _places(parts: tuple[str, ...], side: str | None) -> Places:
    paired = [name for name in parts if name in PAIRED_PARTS]
    middle = [name for name in parts if name not in PAIRED_PARTS]
    if parts == JAW and side is None:
        return (("left_chin_side", "right_chin_side", "chin"),)
    if (not paired and (parts != ("chin",) or side is None)) or (middle and side is None):
        return ((*middle, *(f"{each}_{name}" for name in paired for each in ("left", "right"))),)
    sides = (side,) if side in ("left", "right") else ("left", "right")
    if parts == ("chin",):
        paired = ["chin_side"]
    return tuple(tuple(f"{each}_{name}" for name in paired) for each in sides)


def _entries(lang: Language) -> Iterator[tuple[str, Event]]:
    """Every phrase of a language with what it does; of two for one phrase the later counts."""
    table = data(lang)
    for phrase in listed(table["hedges"]["exists"]):
        yield phrase, Event("exists")
    for field, words in table["fields"].items():
        for phrase in listed(words):
            yield phrase, Event("field", field)
    for phrase in listed(table["other"]["words"]):
        yield phrase, Event("other")
    for which, words in table["portions"].items():
        for phrase in listed(words):
            yield phrase, Event("portion", which)
    yield from _grammar(table)
    yield from _descriptions(table, lang)
    yield from _denials(table)
    for emotion, words in table["emotions"].items():
        for phrase in listed(words):
            yield phrase, Event("emotion", emotion) if emotion != "word" else Event("feeling")
    yield from _synonyms(lang)
    for names, words in table["parts"].items():
        parts = () if names.startswith("none") else tuple(names.split())
        for phrase in listed(words):
            yield phrase, Event("part", part(parts, lang == "en" and _singular(phrase))) if parts else Event("other")
    yield from _own_parts(lang)


def _synonyms(lang: Language) -> Iterator[tuple[str, Event]]:
    """The nouns of the table of parts; one that stands at several parts may mean any."""
    meant: dict[str, list[str]] = {}
    for row in PARTS:
        for synonym in row.synonyms.get(lang, ()):
            for phrase in listed(synonym.replace("(eye)", "{eye|}")):
                meant.setdefault(phrase, []).append(row.part)
    for phrase, parts in meant.items():
        yield phrase, Event("part", part(tuple(parts), lang == "en" and _singular(phrase)))


def _own_parts(lang: Language) -> Iterator[tuple[str, Event]]:
    skip = set(listed(data(lang).get("skip", "")))
    for name, forms in PART_NAMES.items():
        if name == "chin" and lang == "zh":
            continue
        words = [word for word in forms[lang].split() if word not in skip]
        yield " ".join(words), Event("part", part((name,), lang == "en"))
        if lang == "en" and name in PAIRED_PARTS:
            countable = {"side", "brow", "lid", "corner", "wing", "cheek", "fold"}
            at = next(place for place, word in enumerate(words) if word in countable)
            plural = [*words[:at], words[at] + "s", *words[at + 1 :]]
            yield " ".join(plural), Event("part", part((name,), one=False))
            yield (
                " ".join(f"{word}s" if word == "eye" else word for word in plural),
                Event("part", part((name,), False)),
            )


def _singular(phrase: str) -> bool:
    return not any(word.endswith("s") and word != "canthus" for word in phrase.split()[:2])


# Tables of grammar whose words are of another kind, or of a kind with a value; a later one wins.
_GRAMMAR = {
    "alone": Event("only", "alone"),
    "all": Event("same", "all"),
    "aligned": Event("same", "aligned"),
    "following": Event("same", "following"),
    "adjoining": Event("adjoining"),
    "falling": Event("ordering", "falling"),
    "rising": Event("ordering", "rising"),
    "musing": Event("musing", "turn"),
    "waiting": Event("musing", "wait"),
    "barely": Event("hardly", "not"),
    "naught": Event("hardly", "none"),
    "opposite": Event("contrast", "opposite"),
    "along": Event("join", "along"),
    "hence": Event("hence"),
    "so": Event("hence", "break"),
    "settling": Event("musing", "settle"),
    "conceding": Event("musing"),
}


def _grammar(table: dict[str, Any]) -> Iterator[tuple[str, Event]]:
    for kind, words in table["grammar"].items():
        for phrase in listed(words):
            yield phrase, Event(kind)
    for words, event in _GRAMMAR.items():
        for phrase in listed(table["grammar"].get(words, "")):
            yield phrase, event
    sides = table["sides"]
    for side in ("left", "right", "both", "even", "pair", "one", "other", "twin"):
        for phrase in listed(sides[side]):
            yield phrase, Event("side", side)
    for kind in WHOSE:
        for phrase in listed(sides[kind]):
            yield phrase, Event(kind)
    for value in ("own", "of"):
        for phrase in listed(sides.get(value, "")):
            yield phrase, Event("persons", value)


def _descriptions(table: dict[str, Any], lang: Language) -> Iterator[tuple[str, Event]]:  # noqa: PLR0912 - one table each
    motion = table["motion"]
    for phrase in listed(motion["words"]):
        yield phrase, Event("move")
    for verb in listed(motion.get("verbs", "")):
        for form in inflected(verb):
            yield form, Event("move")
    strengths = table["strengths"]
    for strength in ("slight", "moderate", "strong"):
        for phrase in listed(strengths[strength]):
            weak = lang == "zh" and phrase in _WEAK
            yield phrase, Event("weak strength" if weak else "strength", strength)
    for kind, strength in (("extreme", "strong"), ("trace", "slight")):
        for phrase in listed(strengths[kind]):
            yield phrase, Event("extreme", strength)
    for phrase in listed(strengths["most"]):
        # The brightest may be dim: it only says that something moves.
        yield phrase, Event("move", "most")
    for kind in ("evidence", "comparing"):
        for phrase in listed(strengths[kind]):
            yield phrase, Event(kind)
    for rank in _RANKS:
        for phrase in listed(strengths.get(rank, "")):
            yield phrase, Event("comparing", rank.replace("_", " "))
    for way, words in table["colours"].items():
        for phrase in listed(words):
            yield phrase, Event("colour", frozenset((way,))) if way in OCTANTS else Event("tint")
    for way, words in table.get("verbs", {}).items():
        for verb in listed(words):
            for form in inflected(verb):
                yield form, Event("way", WAYS[way])
    for table_name in ("forms", "ways"):
        for ways, words in table.get(table_name, {}).items():
            bits = sum(WAYS[way] for way in ways.split())
            for phrase in listed(words):
                yield phrase, Event("weak" if phrase in _WEAK else "way", bits)
    for phrase in listed(motion["still"]):
        # "Still" may be an adverb too.
        yield phrase, Event("still", phrase == "still")
    for way, words in table["states"].items():
        for phrase in listed(words):
            yield phrase, Event("state", WAYS.get(way, 0))


# Single signs and words of place that name a direction only where one is awaited.
_WEAK = frozenset("上下内外里撑中大小高低浓浅淡暗轻猛狂亮") | {
    "上方",
    "下方",
    "外侧",
    "内侧",
    "外方",
    "内方",
    "in",
    "out",
}


# What a denial governs.
_SCOPES = (
    *("all", "nor", "faint", "bare", "nothing", "clause", "back"),
    *("ahead", "least", "except", "behind", "beside", "refute"),
)


def _denials(table: dict[str, Any]) -> Iterator[tuple[str, Event]]:
    negation = table["negation"]
    for scope in _SCOPES:
        for phrase in listed(negation.get(scope, "")):
            yield phrase, Event("not", scope)
    for phrase in listed(negation["unfitting"]):
        yield phrase, Event("unfitting")
    for phrase in listed(negation["reversing"]):
        yield phrase, Event("reversing")
    hedges = table["hedges"]
    for kind, name in (
        ("words", "hedge"),
        ("supposing", "supposing"),
        ("typical", "typical"),
        ("labelled", "labelled"),
    ):
        for phrase in listed(hedges[kind]):
            yield phrase, Event(name)
    for phrase in listed(hedges.get("seen", "")):
        yield phrase, Event("typical", "seen")
    for phrase in listed(negation["plain"]):
        yield phrase, Event("plain")


# A short verb doubles its last letter: "dip", "drag"; not "draw", "fix".
_DOUBLED = re.compile("[^aeiou]*[aeiou][^aeiouwxy]")


def inflected(verb: str) -> Iterator[str]:
    """The regular forms of an English verb."""
    head, _, rest = verb.partition(" ")
    if head[-1] == "y" and head[-2] not in "aeiou":
        ends = [head, f"{head[:-1]}ies", f"{head[:-1]}ied", f"{head}ing"]
    elif head.endswith("e"):
        ends = [head, f"{head}s", f"{head}d", f"{head[:-1]}ing"]
    else:
        stem = head + head[-1] if _DOUBLED.fullmatch(head) else head
        ends = [head, f"{head}es" if head.endswith(("s", "sh", "ch", "x", "z")) else f"{head}s"]
        ends += [f"{stem}ed", f"{stem}ing"]
    for form in ends:
        yield f"{form} {rest}".strip()


def _units(lang: Language) -> Iterator[tuple[str, str, frozenset[int], str]]:
    """Names of units and of muscles: kind, phrase, numbers."""
    table = data(lang)
    for number, names in AU_NAMES.items():
        yield "name", names[lang].lower(), frozenset((number,)), names[lang].lower()
    for kind, name in (("units", "name"), ("muscles", "muscle")):
        for numbers, words in table[kind].items():
            for phrase in listed(words):
                yield name, phrase, frozenset(map(int, numbers.split())), phrase


@cache
def english() -> tuple[dict[str, Node], frozenset[str]]:
    """The first words of all English phrases, with what may follow; and the words that are passed over."""
    skip = frozenset(listed(data("en")["skip"]))
    start = Node()

    def add(phrase: str, event: Event) -> None:
        node = start
        for word in phrase.split():
            if word not in skip:
                node = node.next.setdefault(word, Node())
        node.event = event

    for phrase, event in _entries("en"):
        add(phrase, event)
        if "'" in phrase:
            add(phrase.replace("'", "’"), event)
        if "-" not in phrase and " " in phrase and event.kind in ("colour", "way", "side", "still", "part"):
            add(phrase.replace(" ", "-"), event)
    from meu_data.language.lexer import events_of  # the names' own words are read with the rest

    for kind, phrase, numbers, text in _units("en"):
        sure = kind == "name" and text.endswith(("er", "or"))
        motion = () if sure or kind == "muscle" else tuple(events_of(text, start.next, skip))
        add(phrase, Event(kind, Units(numbers, text, sure, motion)))
    return start.next, skip


@cache
def chinese() -> tuple[re.Pattern[str], dict[str, Event]]:
    """The pattern of all Chinese words, longest first, and what each does."""
    found = dict(_entries("zh"))
    plain = _pattern(found)
    from meu_data.language.lexer import chinese_events

    named = {}
    for kind, phrase, numbers, text in _units("zh"):
        motion = tuple(chinese_events(text, plain, found)) if kind == "name" else ()
        named[phrase] = Event(kind, Units(numbers, text, False, motion))
    found |= named
    return _pattern(found), found


@cache
def signs() -> dict[str, int]:
    """The bits of the Chinese signs of direction, and of what a verb leads to."""
    table = data("zh")["signs"]
    named = {sign: WAYS[way] for way in WAYS for sign in table[way]}
    return named | {sign: WAYS[way] for end, way in LED_TO.items() for sign in table[end]}


def _pattern(found: Mapping[str, Event]) -> re.Pattern[str]:
    table = data("zh")["signs"]
    ways = "".join(table[way] for way in WAYS if way not in ("in",)) + "内"
    # "左下颊" is a left lower cheek, no lower left.
    side = f"[{table['left']}{table['right']}](?=[上下内外](?:侧)?(?:{'|'.join(listed(table['parts']))}))"
    towards = f"[{table['towards']}](?:画面|图像|图)?(?:正|斜|着)?[{ways}](?:侧|方|面|边)?(?:偏?[{ways}](?:侧|方)?)?"
    verb = f"[{ways}]{{1,2}}[{table['verbs']}]"
    turned = f"[{table['turned']}](?:了|得)?(?:[上下](?:来|去)?|起(?:来)?)"
    ends = "".join(table[end] for end in LED_TO)
    led = f"[{table['led']}](?:了|得|到|向)?(?:很|更|较|非常|十分|极|相当|挺)?[{ends}]"
    longer = [word for word in found if len(word) > 1]
    single = "".join(word for word in found if len(word) == 1)
    return re.compile(f"{side}|{towards}|{_longest(longer)}|{verb}|{turned}|{led}|[{single}]")


def _longest(words: Iterable[str]) -> str:
    """A pattern that finds the longest of some words; quick, as it looks at each sign once."""
    ends: dict[str, list[str]] = {}
    for word in words:
        ends.setdefault(word[:1], []).append(word[1:])
    whole = ends.pop("", None)
    branches = {sign: f"{re.escape(sign)}{_longest(rest)}" for sign, rest in ends.items()}
    if not branches:
        return ""
    if len(branches) == 1 and whole is None:
        return branches.popitem()[1]
    return f"(?:{'|'.join(_in_groups(branches))}){'' if whole is None else '?'}"


def _in_groups(branches: Mapping[str, str]) -> list[str]:
    """The branches of many signs by the group that the first sign is in, so that few are tried."""
    signs, size = sorted(branches), isqrt(len(branches))
    if size < _FEW:
        return list(branches.values())
    groups = (signs[at : at + size] for at in range(0, len(signs), size))
    return [
        f"(?=[{''.join(map(re.escape, group))}])(?:{'|'.join(branches[sign] for sign in group)})" for group in groups
    ]
