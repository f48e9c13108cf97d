"""How a text is laid out: sentences, lines, labelled fields, rows of Markdown tables."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.language.words import data, listed


class Laid(NamedTuple):
    """One statement where it stands in a text.

    `chunks`: its pieces, each with what its place says it is about: "" or one of the fields of the data files.
    `asks`: it is a question. `goes_on`: a semicolon parts it from the one before. `row`: it is a row of a table.
    `after_gap`: an empty line stands before it.
    """

    start: int
    end: int
    chunks: list[tuple[str, str]]
    language: Language | None
    asks: bool = False
    goes_on: bool = False
    row: bool = False
    after_gap: bool = False


# Its first sign is one of a few, which is what makes the search quick; what a full stop must stand in comes behind.
_END = re.compile(
    r"[!?\n。;.](?:(?<!\.)"
    r"|(?<![0-9]\.)(?<!pic\.)(?<!fig\.)(?<!approx\.)(?<!resp\.)(?=[\s*_\"”)\u4e00-\u9fff]|$)"
    r"|(?<=[0-9]\.)(?=\s+[^a-z\s0-9]|\s*$|\s+(?:[a-z]{2}|[ai]\s)))"
)
# A question behind a comma that only asks for assent.
_TAG = re.compile(
    r",\s*(?:right|see|huh|correct|ok|okay|eh|agreed"
    r"|(?:is|are|was|were|do|does|did|has|have|can|could|wo|would)(?:n't)? (?:it|they|there|that|this)(?: not)?)\s*$"
    r"|[,，].{0,4}(?:吧|不是吗|对吗|是吗|对不对|是不是)\s*$"
)
# What begins otherwise and ends with two of them does not ask: "it looks like a lift??"
_ASKING = re.compile(
    r"\W*(?:q\W+)?(?:so|and|but|or|well)?\W*"
    r"(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should|may|might|any|what|which|who|whose|how|where|why|when)"
    r"|[^a-z]*$"
)
# A question that asks nothing.
_RHETORICAL = re.compile("谁说|何尝|何曾|岂|难道|怎么可能|怎么会|怎会|怎能|哪能|哪里能|哪会")
_LETTERS = re.compile("[a-z]")
CHINESE_SIGN = re.compile("[\u4e00-\u9fff]")
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_RULE = re.compile(r"[\s|:*–—-]+")
# A column for one of the two sides.
_ONE_SIDE = re.compile(r"\b(?:left|right)\b|[左右]")
_FEWEST_LETTERS = 12
_FEWEST_MIXED = 4
# So much text without a sign of Chinese is English, whatever codes stand in it.
_LONG = 80
# What is written in Latin letters in any language.
_UNIT = re.compile(r"\([^()]*\)|(?:[lr]-?)?(?:au|facs)[\s._:-]*[0-9]*|[a-z]?[0-9]+[a-z]?")
# "**Step 3: brows" is as short as "brows".
_STEP = re.compile(r"[*#_s0-9](?:(?<=[*#_])[*#_]*|(?<=\bs)tep [0-9]+\s*:|(?<=\b[0-9])[0-9]*[.)]\s)")
# Fewer words name something, but say nothing of it.
_SHORTEST = 5
_NAMED = ("direction", "strength", "colour", "au", "side", "emotion", "region")


@cache
def _fields() -> dict[str, str]:
    """The labels of fields and of columns, in all languages."""
    languages: tuple[Language, ...] = ("en", "zh")
    return {
        phrase: field for lang in languages for field, words in data(lang)["fields"].items() for phrase in listed(words)
    }


@cache
def _label() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _fields()), key=len, reverse=True))
    before = r"(?:(?<=[,、|*(•>\[{\"'-])|(?<=[,、|*(•>{-] )|^\s*)"
    return re.compile(rf"{before}[*_\"']*({names})[*_\"']*\s*[:=][*_]*|【({names})】|\[({names})\]")


def statements(text: str) -> Iterator[Laid]:
    """The statements of a text in small letters (`lexer.plain`).

    A semicolon and a new line end a statement too.
    """
    heads: list[str] | None = None
    waiting: tuple[int, int] | None = None
    before, gap = "", False
    for start, end, mark in _pieces(text):
        piece = text[start:end]
        went, before = before, mark
        bare = piece.strip()
        if not bare.strip("*#-_ \t"):
            if mark == "\n" and not bare:
                heads, gap = None, True
            continue
        if bare.count("|") > 1:
            if _RULE.fullmatch(bare):
                if waiting is not None:
                    heads = [cell.strip("*_` ") for cell in _cells(text[waiting[0] : waiting[1]])]
                waiting = None
                continue
            if waiting is not None:
                yield _row(text, *waiting, None)
                waiting = None
            cells = _cells(bare)
            if heads is None and sum(bool(_field(cell)) for cell in cells) > 1:
                heads = cells
                continue
            if heads is None and bare.startswith("|"):
                # The first row of a table may be its head; a rule behind it tells.
                waiting = (start, end)
                continue
            yield _row(text, start, end, heads)
            continue
        if waiting is not None:
            yield _row(text, *waiting, None)
            waiting = None
        if went == "\n":
            # Else it is the end of a row in which there are several sentences.
            heads = None
        asks = mark == "?" and not (_TAG.search(piece) or _RHETORICAL.search(piece))
        asks &= not text.startswith("?", end + 1) or bool(_ASKING.match(piece))
        yield Laid(start, end, _chunks(piece), language(piece), asks, went == ";", after_gap=gap)
        gap = False
    if waiting is not None:
        yield _row(text, *waiting, None)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for match in _END.finditer(text):
        yield at, match.start(), match[0]
        at = match.end()
    yield at, len(text), ""


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _row(text: str, start: int, end: int, heads: list[str] | None) -> Laid:
    piece = text[start:end]
    chunks = []
    for place, cell in enumerate(_cells(piece)):
        head = heads[place] if heads is not None and place < len(heads) else ""
        field = "" if _ONE_SIDE.search(head) else _field(head)
        label = f"{head.replace('是否', '')}: " if head and not field and place else ""
        chunks += (
            _chunks(f"{label}{cell},")
            if not field
            else [(_mode(field) if place or field != "strength" else "", f"{cell},")]
        )
    return Laid(start, end, chunks, language(piece), row=True)


def _chunks(piece: str) -> list[tuple[str, str]]:
    if not (":" in piece or "=" in piece or "]" in piece or "】" in piece):
        return [("", piece)]
    found: list[tuple[str, str]] = []
    mode, at = "", 0
    for match in _label().finditer(piece):
        if match.start() > at:
            found.append((mode, piece[at : match.start()] + ","))
        mode, at = _mode(_fields()[match[1] or match[2] or match[3]]), match.end()
    found.append((mode, piece[at:]))
    return found


def _mode(field: str) -> str:
    return field if field in _NAMED else ""


def _field(cell: str) -> str:
    """The field that a cell of a table's head names."""
    known = _fields()
    words = cell.strip("*_ `")
    return known.get(words) or next((known[word] for word in re.split(r"[\s/()]+", words) if word in known), "")


def mixes(text: str) -> bool:
    """Whether a text in small letters has words of two languages, names in brackets and of units aside."""
    return len(CHINESE_SIGN.findall(text)) > 1 and len(_LETTERS.findall(_UNIT.sub("", text))) >= _FEWEST_MIXED


def language(text: str) -> Language | None:
    """The language of a piece of text; None where too few words tell."""
    if text.isascii():
        if len(text) > _LONG:
            return "en"
        return "en" if len(_LETTERS.findall(_UNIT.sub("", text))) >= _FEWEST_LETTERS else None
    signs = sum(map(len, _CHINESE.findall(text)))
    if signs * 2 > len(text):
        return "zh"
    letters = len(_LETTERS.findall(_UNIT.sub("", text)))
    if signs * 4 >= letters and signs > 1:
        return "zh"
    return "en" if letters >= _FEWEST_LETTERS + 3 * signs else None


def short(laid: Laid) -> bool:
    """Whether a statement is too short to say more than a name or a value."""
    if len(laid.chunks) == 1 and laid.chunks[0][0] == "region":
        return True
    text = _STEP.sub("", " ".join(text for _, text in laid.chunks))
    words = len(text.split(None, _SHORTEST)) if text.isascii() else len(text) / 2
    return words <= _SHORTEST
