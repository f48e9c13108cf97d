"""How a text is laid out: sentences, lines, labelled fields, rows of Markdown tables."""

import re
from collections.abc import Iterator
from functools import cache

from meu_data.choices import Language
from meu_data.language.lexer import field_names

# A piece of a statement and what its place says it is about: "" or one of the fields of the data files.
Chunk = tuple[str, str]

_END = re.compile(r"[!?\n。;]|(?<![0-9])\.(?=[\s*_]|$)|(?<=[0-9])\.(?=\s+[^a-z\s0-9]|\s*$|\s+[a-z]{2})")
_LETTERS = re.compile("[a-z]")
_SIGNS = re.compile("[\u4e00-\u9fff]")
_RULE = re.compile(r"[\s|:*–—-]*")
_UNIT = re.compile(r"[lr]?au[\s._-]?[0-9]+|\([^()]*\)")


@cache
def _label() -> re.Pattern[str]:
    names = sorted(map(re.escape, field_names()), key=len, reverse=True)
    return re.compile(
        rf"(?:(?:(?<=^)|(?<=[\s,、|*(•>-]))[*_]*({'|'.join(names)})[*_]*\s*:[*_]*)"
        rf"|【({'|'.join(names)})】|\[({'|'.join(names)})\]"
    )


def statements(text: str) -> Iterator[tuple[int, int, list[Chunk], Language | None]]:
    """The statements of a text in small letters: their place, their chunks, and their language.

    A semicolon and a new line end a statement too.
    """
    columns: list[str] = []
    for start, end in _pieces(text):
        piece = text[start:end]
        if "|" in piece and piece.count("|") > 1:
            cells = [cell.strip() for cell in piece.strip().strip("|").split("|")]
            if _RULE.fullmatch(piece):
                continue
            heads = [_head(cell) for cell in cells]
            if sum(bool(head) for head in heads) >= 2 and not columns:
                columns = heads
                continue
            chunks = [
                (_mode(columns[place] if place < len(columns) else ""), f"{cell},") for place, cell in enumerate(cells)
            ]
            yield start, end, chunks, language(piece)
            continue
        if piece.strip() and columns and not piece.strip().startswith("|"):
            columns = []
        if piece.strip(" \t*#-_"):
            yield start, end, _chunks(piece), language(piece)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _END.finditer(text):
        # A row of a table is one statement, whatever stands in it.
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _chunks(piece: str) -> list[Chunk]:
    if ":" not in piece and "【" not in piece and "]" not in piece:
        return [("", piece)]
    found: list[Chunk] = []
    mode, at = "", 0
    for match in _label().finditer(piece):
        if match.start() > at:
            found.append((mode, piece[at : match.start()] + ","))
        mode, at = _mode(field_names_cached()[match[1] or match[2] or match[3]]), match.end()
    found.append((mode, piece[at:]))
    return found


@cache
def field_names_cached() -> dict[str, str]:
    """The labels of fields, made once."""
    return field_names()


def _mode(field: str) -> str:
    return field if field in ("direction", "strength", "colour", "au", "side", "emotion", "region") else ""


def _head(cell: str) -> str:
    """The field that a cell of a table's first row names."""
    known = field_names_cached()
    words = cell.strip("*_ `")
    if words in known:
        return known[words]
    for word in re.split(r"[\s/()]+", words):
        if word in known:
            return known[word]
    return ""


def language(text: str) -> Language | None:
    """The language of a piece of text; None where no words of one tell."""
    if text.isascii():
        return "en" if _LETTERS.search(text) else None
    signs = len(_SIGNS.findall(text))
    letters = len(_LETTERS.findall(_UNIT.sub("", text)))
    if not signs and not letters:
        return None
    return "zh" if signs * 3 >= letters else "en"
