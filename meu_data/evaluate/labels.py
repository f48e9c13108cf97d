"""What emotion and action units a text concludes with, in English or Chinese: one table of words, one set of rules.

The words are those of the reader of prose (`language/en.toml` and `zh.toml`, `[emotions]`), the names and spellings of
`face/emotions.py`, and, for answers that are a label and nothing else, `_BARE` below. docs/evaluate.md has the rules.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple, get_args

from meu_data.choices import Language
from meu_data.errors import NotationError
from meu_data.evaluate.result import Unread
from meu_data.export.styles.authors_text import MEGC_NAMES
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import EMOTION_NAMES, EMOTIONS
from meu_data.language.reader import read
from meu_data.language.reading import ReadStatement
from meu_data.language.words import data, listed
from meu_data.rewards.completion import final_turn

NEUTRAL = "neutral"
# As the whole of an answer these name a class; in a sentence they may be said of much else.
_BARE: dict[str, tuple[str, ...]] = {
    NEUTRAL: ("neutral", "neutrality", "neutral expression", "normal", "calm", "blank", "中性", "平静", "无表情"),
    "tense": ("tense", "tension", "tenseness", "紧张"),
    "negative": ("negative", "消极", "负面", "负向"),
    "positive": ("positive", "积极", "正面", "正向"),
    "others": ("others", "other", "其他", "其它"),
}
_COARSE = ("positive", "negative")
# What the part that concludes is called, at the beginning of a line.
_CONCLUSION = re.compile(
    r"^[\s#*>\-]*(?:\(?\d+[.)、]\s*|stage\s*3\W*|第三[段步阶]\w*\W*)?[\s*]*"
    r"(?:final\s+|overall\s+)?(?:conclusions?|summary|summarize\w*|summarise\w*)\b[^\n:：]{0,80}[:：*]*"
    r"|^[\s#*>\-]*(?:\(?\d+[.)、]\s*|[（(]?[一二三四][)）、.]\s*|第三[段步阶]\w*\W*)?[\s*]*"
    r"(?:最终|最后|综合)?(?:结论|总结|小结)[:：*]*",
    re.IGNORECASE | re.MULTILINE,
)
# The reader of prose knows no word for the absence of an emotion.
_NEUTRAL = re.compile(r"(?<!not )(?<!non-)\bneutral\b|中性|无表情", re.IGNORECASE)
_EDGES = " \t\r\n.,;:!?\"'`*()[]{}<>。，；：！？“”‘’《》（）【】、"
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)
_NUMBER = re.compile(r"(?<![A-Za-z])AU\s*_?0*(\d{1,2})(?!\d)", re.IGNORECASE)


class Concluded(NamedTuple):
    """What a text concludes with: an emotion (a key of `EMOTIONS`, or `neutral`), or why there is none; AU numbers."""

    emotion: str | None
    unread: Unread | None
    aus: frozenset[int]


@cache
def words() -> Mapping[str, str]:
    """The emotion of each word or phrase, in lower case, that may stand as the whole of an answer."""
    known: dict[str, str] = {}
    for lang in get_args(Language):
        for emotion, phrases in data(lang)["emotions"].items():
            if emotion in EMOTIONS:
                known.update((phrase.casefold(), emotion) for phrase in listed(phrases))
    for emotion, row in EMOTIONS.items():
        known.update((name.casefold(), emotion) for name in (emotion, *row.aliases, *row.names.values()))
    known.update((phrase, emotion) for emotion, phrases in _BARE.items() for phrase in phrases)
    return known


def emotion_of_label(text: str) -> str | None:
    """The emotion of a text that is a label and nothing else; None where it is not."""
    return words().get(" ".join(text.casefold().split()).strip(_EDGES))


def conclude(text: str) -> Concluded:
    """Reads what a text concludes with.

    The text may be a bare label; an `<answer>` behind a `<think>`; a JSON object with `emotion` and `aus`; or an
    explanation, of which the conclusion counts: what stands behind the last heading such as "Conclusion" or 最终结论,
    without one the last statement that affirms an emotion. An emotion that is denied or told of faces in general is
    not said; one that is hedged counts where no other is. Several are contradictory, which is none. Units are those of
    the same place, or where an `<answer>` names none, of the thought before it.

    Args:
        text: As the model wrote it, English or Chinese.

    Returns:
        The emotion and the units. Never raises.
    """
    return _conclude(text) if len(text) <= _SHORT else _conclude.__wrapped__(text)


_SHORT = 8192
# In so short an answer "neutral" beside an emotion is an answer of two; in a longer text it may be said of much.
_ANSWER = 60
_EMOTION_FIELDS = ("emotion", "label", "answer", "expression", "micro_expression")


@lru_cache(maxsize=4096)
def _conclude(text: str) -> Concluded:
    if not text.strip():
        return Concluded(None, "empty", frozenset())
    turn = final_turn(text)
    if turn.answer is not None:
        said = _said(turn.answer)
        return said if said.aus or not turn.thought else said._replace(aus=_units(turn.thought))
    return _said(text)


def _said(text: str) -> Concluded:
    known = emotion_of_label(text)
    if known is not None:
        return Concluded(known, None, frozenset())
    fields = _fields(text)
    if fields is not None:
        return _of_fields(fields)
    _, conclusion = parts_of(text)
    if conclusion:
        return Concluded(*_emotion(conclusion), _units(conclusion))
    statements = read(text).statements
    last = next((found for one in reversed(statements) if (found := _affirmed(one, hedged=True))), None)
    if last is not None and len(text) <= _ANSWER and _NEUTRAL.search(text):
        last = last | {NEUTRAL}
    return Concluded(*(_only(last) if last is not None else _emotion(text)), _units(text))


def parts_of(text: str) -> tuple[str, str]:
    """What stands before the conclusion, and the conclusion without its heading; empty where there is none.

    An `<answer>` is the conclusion of its `<think>`.
    """
    turn = final_turn(text)
    if turn.answer is not None:
        return turn.thought or "", turn.answer
    heads = list(_CONCLUSION.finditer(text))
    behind = text[heads[-1].end() :] if heads else ""
    return (text[: heads[-1].start()], behind) if behind.strip(_EDGES) else (text, "")


def _emotion(text: str) -> tuple[str | None, Unread | None]:
    statements = read(text).statements
    for hedged in (False, True):
        found = set[str]().union(*(_affirmed(one, hedged=hedged) for one in statements))
        if found:
            return _only(found)
    labels = {label for line in _lines(text) if (label := emotion_of_label(line)) is not None}
    if labels:
        return _only(labels)
    return (NEUTRAL, None) if _NEUTRAL.search(text) else (None, "none")


def _only(emotions: set[str]) -> tuple[str | None, Unread | None]:
    """The one emotion; "disgust, which is negative" names one, and its coarse class."""
    wider = {EMOTIONS[one].coarse for one in emotions if one in EMOTIONS and one not in _COARSE}
    fine = {one for one in emotions if one not in _COARSE or one not in wider}
    return (next(iter(fine)), None) if len(fine) == 1 else (None, "several")


def _lines(text: str) -> Iterator[str]:
    """The lines, and what stands behind their last colon."""
    for line in re.split(r"[\n。]", text):
        yield line
        yield re.split(r"[:：]", line)[-1]
        words_of = line.strip(_EDGES).split()
        if len(words_of) > 1 and words_of[-2].casefold() in ("is", "as"):
            yield words_of[-1]


def _affirmed(statement: ReadStatement, *, hedged: bool) -> set[str]:
    if statement.general:
        return set()
    return {one.emotion for one in statement.emotions if one.polarity == "affirmed" and (hedged or not one.hedged)}


def _units(text: str) -> frozenset[int]:
    """The units that a text affirms, by code or by name; the last word on one counts."""
    last: dict[int, str] = {}
    for unit in read(text).units():
        if unit.sure and unit.polarity != "supposed":
            last[unit.number] = unit.polarity
    return frozenset(number for number, polarity in last.items() if polarity == "affirmed")


def _fields(text: str) -> Mapping[str, Any] | None:
    """The object that a text is, bare or fenced."""
    fenced = _FENCE.search(text)
    inside = (fenced.group(1) if fenced else text).strip()
    if not inside.startswith("{"):
        return None
    try:
        found = json.loads(inside)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _of_fields(fields: Mapping[str, Any]) -> Concluded:
    lowered = {name.casefold(): value for name, value in fields.items()}
    said = next((lowered[name] for name in _EMOTION_FIELDS if name in lowered), None)
    aus = read_units(next((lowered[name] for name in ("aus", "action_units") if name in lowered), None))
    if not isinstance(said, str) or not said.strip():
        return Concluded(None, "none", aus)
    emotion = emotion_of_label(said)
    return Concluded(emotion, None, aus) if emotion else Concluded(*_emotion(said), aus)


def read_units(value: object) -> frozenset[int]:
    """The numbers of AUs in a cell: codes in a list or a text (`AU12`, `LAU04`), FACS notation (`4+R12A`), names."""
    if isinstance(value, list | tuple):
        return frozenset().union(*(read_units(one) for one in value))
    if isinstance(value, bool) or not isinstance(value, str | int):
        return frozenset()
    text = str(value).strip()
    if found := _NUMBER.findall(re.sub(r"(?i)(?<![a-z])[lr](?=au)", "", text)):
        return frozenset(map(int, found))
    pieces = [" ".join(piece.split()).strip(_EDGES).casefold() for piece in re.split(r"[,;+]| and ", text)]
    named = [unit_names().get(piece) for piece in pieces if piece]
    if None not in named and named:
        return frozenset(number for number in named if number is not None)
    try:
        return frozenset(au.number for au in parse_aus(text))
    except NotationError:
        return _units(text)


@cache
def unit_names() -> Mapping[str, int]:
    """The number of each unit by its names, in lower case: as FACS has them, as MEGC has them, and other people's."""
    # A name that several units share tells of none of them.
    units = ((int(number), text) for number, text in data("en")["units"].items() if number.isdigit())
    known = {phrase: number for number, text in units for phrase in listed(text)}
    known |= {phrase: number for number, phrase in MEGC_NAMES.items()}
    return {phrase.casefold(): number for phrase, number in known.items()} | {
        names["en"].casefold(): number for number, names in AU_NAMES.items()
    }


def emotion_names() -> tuple[str, ...]:
    """All that `conclude` may name."""
    return (*EMOTION_NAMES, NEUTRAL)
