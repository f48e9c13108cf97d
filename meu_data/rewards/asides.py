"""What in a text is no claim, though it reads like one: what earns nothing, and what takes everything back.

A whole claim in brackets, one under "may" or "perhaps", and one behind the name of an emotion are no observations: a
model that is paid for them learns to say everything that way. They earn nothing; when wrong, they cost all the same.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from meu_data.choices import Language

if TYPE_CHECKING:
    from meu_data.language.reading import ReadStatement

_BRACKETS = re.compile(r"[(（\[【]|[)）\]】]|\n")
_OPENING = frozenset("(（[【")
# A possibility; "seems" and "appears" are how people report what they see.
_MAY = re.compile(
    r"(?<![a-z])(?:may|might|could|perhaps|maybe|possibly|conceivably|potentially)(?![a-z])|可能|也许|或许|大概|说不定|兴许"
)
_MARKS = ",，、:："
_ENDS = frozenset(_MARKS + ";；.。!！?？\n")
_SENTENCE = re.compile("[.。!！?？;；]")
_WORD = re.compile(r"[a-z\u4e00-\u9fff]", re.IGNORECASE)
# Said of the whole text or of the whole face.
_NOTHING = re.compile(
    r"\bnone of (?:this|it|these|that|the above|what)\b[^.!?\n]{0,60}\b(?:real|true|happen\w*|mov\w+|visible|there)\b"
    r"|\bnothing (?:really |actually |at all )?(?:moves?|moved|is moving|happens|happened)\b"
    r"(?! (?:in|at|on|above|below|around|elsewhere|here|there|else|between|beside|near|outside|but|except))"
    r"|\bno (?:motion|movement) (?:at all|whatsoever|anywhere)\b(?! (?:in|at|on|near))"
    r"|\b(?:whole|entire) face (?:is|stays|remains) (?:\w+ )?(?:still|motionless|immobile|at rest)\b"
    r"|\b(?:all of (?:this|it|that|the above)|everything above|the above) (?:is|was) (?:\w+ )?"
    r"(?:made up|invented|untrue|false|wrong)\b"
    r"|(?:以上|上述|这些|这一切|前面)[^。！？\n]{0,10}(?:不是真|并非真|不真实|是假|是编|不成立|不属实|纯属虚构)"
    r"|(?:没有|无|未见|不存在)任何(?:部位|区域|地方)[^。，！？\n]{0,6}(?:运动|移动|动)"
    r"|(?:整个|整张|全)(?:面部|脸部|脸|张脸)[^。，！？\n]{0,6}(?:静止|不动|没有任何|毫无)"
    r"|(?:什么|哪里)(?:地方|部位)?都(?:不动|没动|没有动)"
)
# One of these is in whatever the pattern finds; looking for them first is quicker.
_HINTS = (
    *("noth", "none of", "all of", "no motion", "no movement", "whole face", "entire face", "everything above"),
    *(
        "the above",
        "以上",
        "上述",
        "这些",
        "这一切",
        "前面",
        "任何",
        "整个",
        "整张",
        "全面",
        "全脸",
        "全张",
        "什么",
        "哪里",
    ),
)


def takes_all_back(text: str) -> bool:
    """Whether a text says of itself that it is not true, or of the whole face that nothing moves."""
    small = text.lower()
    return any(hint in small for hint in _HINTS) and _NOTHING.search(small) is not None


def asides(text: str, statements: "Sequence[ReadStatement]") -> list[tuple[int, int]]:
    """The stretches of a text whose claims earn nothing, each with its place; they may overlap.

    Args:
        text: As it was read.
        statements: Those of its statements that tell of motion.
    """
    found = _in_brackets(text) if _BRACKETS.search(text) else []
    small = text.lower()
    for statement in statements:
        start, end = statement.start, statement.end
        if may := _MAY.search(small, start, end):
            found.append((_clause(text, start, may), end))
        if statement.emotions:
            for pattern in _emotions():
                if emotion := pattern.search(small, start, end):
                    found.append((emotion.end(), end))
    return found


def without(text: str, places: list[tuple[int, int]]) -> str:
    """A text with blanks in some places; what is left keeps its own."""
    signs = list(text)
    for start, end in places:
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def _in_brackets(text: str) -> list[tuple[int, int]]:
    """What stands in outermost brackets, names of units aside; a bracket that is not closed ends with its line."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for match in _BRACKETS.finditer(text):
        mark = match[0]
        if mark in _OPENING:
            if not depth:
                start = match.end()
            depth += 1
        elif depth:
            depth = 0 if mark == "\n" else depth - 1
            if not depth:
                found.append((start, match.start()))
    if depth:
        found.append((start, len(text)))
    return [(start, end) for start, end in found if not _names_unit(text, start, end)]


def _names_unit(text: str, start: int, end: int) -> bool:
    """What stands behind a code and is no sentence is the unit's name: "AU12 (lip corner puller)"."""
    return text[max(start - 3, 0) : start - 1].rstrip()[-1:].isdigit() and not _SENTENCE.search(text, start, end)


def _clause(text: str, start: int, may: re.Match[str]) -> int:
    """Where the clause of a "may" begins; that of its statement where the clause is that word alone."""
    begin = max([start, *(1 + text.rfind(mark, start, may.start()) for mark in _MARKS)])
    end = next((at for at in range(may.end(), len(text)) if text[at] in _ENDS), len(text))
    return begin if _WORD.search(text[begin : may.start()] + text[may.end() : end]) else start


@cache
def _emotions() -> tuple[re.Pattern[str], ...]:
    """The names of emotions, a pattern for each language."""
    from meu_data.face.emotions import EMOTIONS
    from meu_data.language.words import data, listed  # read when the first text is

    found = []
    languages: tuple[Language, ...] = ("en", "zh")
    for lang in languages:
        named = {name: words for name, words in data(lang)["emotions"].items() if name in EMOTIONS}
        phrases = {phrase for words in named.values() for phrase in listed(words) if lang == "en" or len(phrase) > 1}
        words = "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))
        found.append(re.compile(rf"(?<![a-z])(?:{words})(?![a-z])" if lang == "en" else words))
    return tuple(found)
