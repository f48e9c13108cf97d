"""What the page shows: tables, whose cells may carry a bar or a shade: a chart and its numbers are one thing."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.records import file_stem

Say = Callable[[str, str], str]
"""The first of two texts in English, the second in Chinese."""


class Cell(NamedTuple):
    """A figure as it is read, and how much of the row's or the table's most it is, 0..1, where that is drawn."""

    text: str
    bar: float | None = None
    shade: float | None = None
    link: str = ""


class Table(NamedTuple):
    """One table; the first column of a row is its heading.

    `tall`: it scrolls within the page. `note` stands below.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    tall: bool = False


class Shape(NamedTuple):
    """A region on the schematic face, px of it; `shade` is how much it moves, 0..1; `own` is one of the AU's places."""

    x: float
    y: float
    half_width: float
    half_height: float
    shade: float
    own: bool
    told: str


class Mark(NamedTuple):
    """An arrow on the schematic face, px of it; `wrong` where FACS has it go another way."""

    x: float
    y: float
    to_x: float
    to_y: float
    wrong: bool


class Drawing(NamedTuple):
    """A face with what moves on it; `label` is told to who cannot see it."""

    title: str
    told: str
    label: str
    shapes: Sequence[Shape]
    marks: Sequence[Mark]
    warning: str


class Section(NamedTuple):
    """A part of the page, told of by `intro`; `empty` is told instead of tables where there is nothing yet."""

    key: str
    title: str
    intro: str
    tables: Sequence[Table] = ()
    empty: str = ""
    drawings: Sequence[Drawing] = ()


def card_anchor(sample_id: str) -> str:
    """The name of a sample's card within the page."""
    return f"card-{file_stem(sample_id)}"


def speaker(lang: Language) -> Say:
    """Chooses the text of one language."""
    return (lambda en, _: en) if lang == "en" else (lambda _, zh: zh)


def words(*texts: object) -> list[Cell]:
    """Cells without anything drawn; nothing is told where it is None."""
    return [Cell("" if text is None else str(text)) for text in texts]


def bars(counts: Iterable[tuple[str, int]]) -> list[list[Cell]]:
    """Rows of a name and a count, which is drawn as a share of the most."""
    listed = list(counts)
    most = max((count for _, count in listed), default=0)
    return [[Cell(name), Cell(f"{count}", bar=count / most if most else 0)] for name, count in listed]


def histogram(values: Iterable[float], bins: int = 10) -> list[list[Cell]]:
    """How many of some values from 0 to 1 are in each of so many equal bins; 1 is in the last."""
    counts = [0] * bins
    for value in values:
        counts[min(int(value * bins), bins - 1)] += 1
    names = (f"{place / bins:.1f}–{(place + 1) / bins:.1f}" for place in range(bins))
    return bars(zip(names, counts, strict=True))


def shaded(count: int, most: int) -> Cell:
    """A count shaded by its share of the most; nothing where there is none."""
    return Cell(f"{count}", shade=count / most) if count else Cell("")


def share(part: float, whole: float) -> str:
    """A share as people read it."""
    return f"{part / whole:.0%}" if whole else "–"


def figure(value: float | None, digits: int = 2) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"
