"""A reasoning text as a stream of events: what its words say that matters for motion."""

import re
from collections.abc import Iterable

from meu_data.language.vocabulary import AGENTS_EN, BETWEEN, MARKS, TOWARDS, Event, Kind, chinese, english, towards

# An AU with its name in brackets: the name tells what the AU is, not what was seen.
_NAMED_AU = re.compile(r"au[ ._-]?[0-9]{1,2} ?[(（][^()（）]{0,80}[)）]")
# A stop at the end of a word; other marks that end a sentence need no look at what is behind them.
_STOP = re.compile(r"\.(?!\S)")
_ENDS = ";!?。；！？"
# Something of this is in every name of a part; it spares the reader the sentences without.
_FACE_EN = "brow|l(?:id|ip(?<!clip))|mouth|ch(?:eek|in)|n(?:os|asal)|fo(?:rehead|ld)|glabella|eye"
_FACE = re.compile("|".join((_FACE_EN, *"眉眼唇嘴角颊颧鼻额巴颏纹")))
_FACE_ASCII = re.compile(_FACE_EN)
_LATIN = re.compile("[a-z]")
_TOKEN = re.compile(r"[a-z]+(?:['’-][a-z]+)*[0-9]*|[,:()，：（）、]|[\u4e00-\u9fff]+")


def sentences(text: str) -> list[str]:
    """The sentences of a text that name a part of the face, in small letters, less the names behind AUs.

    A semicolon and a new line end a sentence too.
    """
    # "Of" is passed over by `events`, so the words it makes a difference to are put in another way.
    plain = _NAMED_AU.sub(" ", text.lower()).replace("instead of", "rather than")
    # Many small searches of the string's own are quicker than one pattern.
    for end in _ENDS:
        plain = plain.replace(end, "\n")
    face = _FACE_ASCII if plain.isascii() else _FACE
    return [sentence for sentence in _STOP.sub("\n", plain).split("\n") if face.search(sentence)]


def events(sentence: str) -> list[Event]:
    """What a sentence says that matters for motion, in its order.

    Args:
        sentence: One of `sentences`, in English, Chinese or both.

    Returns:
        One event for each known word, phrase or mark.
    """
    if not _LATIN.search(sentence):
        return _chinese(sentence)
    words = _words(sentence)
    end = len(words)
    # Every word then has one behind it.
    words.append(_NOTHING)
    found: list[Event] = []
    at = 0
    while at < end:
        word = words[at]
        at += 1
        if word.alone is not None:
            found.append(word.alone)
        elif words[at].text in word.next or word.names:
            event, at = _longest(word, words, at)
            if event is not None:
                found.append(event)
        elif word.event is not None:
            found.append(word.event)
        elif word.text >= "\u4e00":
            found += _chinese(word.text)
    return found


def _words(sentence: str) -> list["_Phrase"]:
    """The words and marks of a sentence that may matter, and its runs of Chinese.

    They are those of `_TOKEN.findall(sentence)`: no token has a blank in it, and most words between blanks are one
    token, which needs no pattern.
    """
    latin = sentence.isascii()
    for mark, spaced in _ASCII_MARKS if latin else _ALL_MARKS:
        sentence = sentence.replace(mark, spaced)
    found: list[_Phrase] = []
    for word in sentence.split():
        known = _USED.get(word)
        if known is not None:
            found.append(known)
        elif not (word.isalpha() and (latin or word.isascii())):
            for piece in _TOKEN.findall(word):
                if piece in _USED:
                    found.append(_USED[piece])
                elif piece >= "\u4e00":
                    found.append(_Phrase(piece))
    return found


def _longest(first: "_Phrase", words: list["_Phrase"], at: int) -> tuple[Event | None, int]:
    """What the longest phrase does whose first word stands before `at`, and the place behind it."""
    longest, end = first, at
    phrase = first.next.get(words[at].text)
    while phrase is not None:
        at += 1
        if phrase.whole:
            longest, end = phrase, at
        phrase = phrase.next.get(words[at].text)
    if longest.names and words[end].text in _AGENTS:
        return None, end + 1
    return longest.event, end


def _chinese(text: str) -> list[Event]:
    told = [_EVENTS_ZH[word] if word in _EVENTS_ZH else towards(word) for word in _CHINESE.findall(text)]
    return [event for event in told if event is not None]


class _Phrase:
    """A word behind some others: what these words do when they are `whole`, and with which words they may go on.

    `names` tells whether they name a part; `alone` is the event of a word that no other can add to, as nearly all are.
    """

    __slots__ = ("alone", "event", "names", "next", "text", "whole")

    def __init__(self, text: str) -> None:
        self.text = text
        self.alone: Event | None = None
        self.event: Event | None = None
        self.names = self.whole = False
        self.next: dict[str, _Phrase] = {}

    def following(self, word: str) -> "_Phrase":
        return self.next.setdefault(word, _Phrase(word))


def _used() -> dict[str, _Phrase]:
    """The words that begin phrases, with these, and all others that matter inside or between them."""
    start = _Phrase("")
    others = [*BETWEEN, *_AGENTS]
    for phrase, event in english().items():
        last = start
        for word in phrase.split(" "):
            last = last.following(word)
            others.append(word)
        last.event, last.whole = event, True
        last.names = event is not None and event[0] == "part"
    for first in start.next.values():
        if not first.next and not first.names:
            first.alone = first.event
    return {word: _Phrase(word) for word in others} | start.next


def _by_first_sign(words: Iterable[str]) -> str:
    """A pattern that finds the longest of some words.

    The search is quick when each branch begins with another sign, and the branches that are taken often stand first.
    """
    ends: dict[str, list[str]] = {}
    for word in words:
        ends.setdefault(word[0], []).append(word[1:])
    return "|".join(
        f"{re.escape(first)}(?:{'|'.join(sorted(rest, key=len, reverse=True))})" for first, rest in ends.items()
    )


_AGENTS = frozenset(AGENTS_EN.split())
# All else is passed over, also between the words of a phrase: "to the far left".
_USED = _used()
_NOTHING = _Phrase("")
_ALL_MARKS = [(mark, f" {mark} ") for mark in "".join(MARKS.values())]
_ASCII_MARKS = [(mark, spaced) for mark, spaced in _ALL_MARKS if mark.isascii()]
_EVENTS_ZH = chinese()
_OFTEN: tuple[Kind, ...] = ("break", "side", "way", "colour", "join", "part")
_OFTEN_ZH = [word for kind in _OFTEN for word, event in _EVENTS_ZH.items() if event is not None and event[0] == kind]
_CHINESE = re.compile(f"{TOWARDS}|{_by_first_sign(dict.fromkeys((*_OFTEN_ZH, *_EVENTS_ZH)))}")
