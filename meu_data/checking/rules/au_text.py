"""The action units that a text names, and whether it says that they are there.

Read are the codes (`AU12`, `LAU12`, `AU6+12`, "AUs 6, 12 and 25") that `rewards.au_f1` reads too, the side that stands
in a code or behind the name (`facs.au_label`), and the names of `facs.AU_NAMES` in English and Chinese. What a clause
denies, supposes or compares is told by the words of `meu_data.rewards`.
"""

import re
from collections.abc import Set
from typing import NamedTuple

from meu_data.face.aus import AU_NAMES
from meu_data.language.lexicon import events

_NUMBER = r"\d{1,3}(?![\d.]*\d)"
_AU = re.compile(
    rf"(?<![A-Za-z])(?P<side>[LR])?AUs?[ ._-]?(?P<first>{_NUMBER})(?P<rest>(?:[+/、]{_NUMBER})*)"
    rf"(?: ?[(（](?P<name>[^()（）\n]{{1,80}})[)）])?",
    re.IGNORECASE,
)
_AU_LIST = re.compile(rf"(?<![A-Za-z])AUs {_NUMBER}(?:(?:, |,? and ){_NUMBER})+", re.IGNORECASE)
_PERSONS_SIDE = re.compile(r"person's (left|right)|被摄者([左右])侧")
_SIDE = {"left": "L", "right": "R", "左": "L", "右": "R"}
_CLAUSE_END = re.compile(r"(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s+[A-Z]|$)|[;!?\n。；！？]|\bbut\b|\bwhereas\b|但")

_NUMBER_OF = {name: number for number, names in AU_NAMES.items() for name in names.values()}
_EN, _ZH = (sorted((names[lang] for names in AU_NAMES.values()), key=len, reverse=True) for lang in ("en", "zh"))
_NAMES = re.compile(rf"\b(?:{'|'.join(map(re.escape, _EN))})\b|{'|'.join(map(re.escape, _ZH))}")
# "Brow lowerer" can only be the unit; "lips part" and 皱眉 may tell of a motion.
_AGENT = re.compile("[a-z ]+(?:er|or)")


class Mention(NamedTuple):
    """An action unit as a text names it; `side` is the person's, `sure` whether the words can mean nothing else."""

    number: int
    side: str | None
    sure: bool


def mentions(text: str) -> list[Mention]:
    """The action units that a text names, denied or not."""
    found = []
    for match in _AU.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match["first"] + match["rest"])]
        found += [Mention(number, _side(match) if len(numbers) == 1 else None, True) for number in numbers]
    for listed in _AU_LIST.finditer(text):
        found += [Mention(int(number), None, True) for number in re.findall(r"\d+", listed[0])]
    # A name behind a number says nothing more; `misnamed` compares the two.
    for match in _NAMES.finditer(_AU.sub(" ", text).lower()):
        found.append(Mention(_NUMBER_OF[match[0]], None, bool(_AGENT.fullmatch(match[0]))))
    return found


def stated(text: str, numbers: Set[int]) -> set[int]:
    """Those of some units that a text says are there, somewhere.

    A clause that denies, supposes or compares is passed over whole ("AU4 is not visible", "rather than AU14"), as a
    reader that guesses would accuse good texts.
    """
    found = set[int]()
    # "Of" is a word that `events` passes over.
    for clause in _CLAUSE_END.split(text.replace("instead of", "rather than")):
        named = {mention.number for mention in mentions(clause) if mention.sure} & numbers
        if named and not any(kind == "not" for kind, _ in events(clause.lower())):
            found |= named
    return found


def misnamed(text: str) -> list[tuple[int, str, int]]:
    """The units with another one's name in brackets behind them: (number, name, the name's own number)."""
    found = []
    for match in _AU.finditer(text):
        written = re.split("[,，]", match["name"] or "")[0].strip().lower()
        number = int(match["first"])
        if not match["rest"] and _NUMBER_OF.get(written, number) != number:
            found.append((number, written, _NUMBER_OF[written]))
    return found


def _side(match: re.Match[str]) -> str | None:
    persons = _PERSONS_SIDE.search(match["name"] or "")
    if persons:
        return _SIDE[persons[1] or persons[2]]
    return match["side"].upper() if match["side"] else None
