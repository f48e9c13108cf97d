"""What a layout is: the sheet as released, where the pictures lie, and what a right reading of both comes to.

A layout is written down from what was counted in released sheets and seen in public loaders, apart from
`meu_data.corpora`: the one checks the other.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from meu_data.records import ExpressionKind, Record

Act = Literal["smile", "frown", "brows"]
"""What a face does: AU12, AU4, or AU1 and AU2."""

Cell = str | int | float | None
Grid = Sequence[Sequence[Cell]]


class Right(Record):
    """One expression as it is to be read."""

    subject: str
    clip: str
    onset: int
    apex: int | None = Field(description="null where the sheet has none that can be one")
    offset: int
    emotion: str | None
    aus: str | None = Field(description="numbers with sides, a blank between them; null where they are not known")
    kind: ExpressionKind = "micro"
    onset_frame: str = Field(default="", description="path below the folder of the frames, `#` for pictures of videos")
    problem: str = Field(default="", description="part of the reason, where the row cannot become a sample")


class Shown(NamedTuple):
    """An act, from the frame where it begins over that where it is at its height to that where it is over."""

    act: Act
    onset: int
    apex: int
    offset: int


class Row(NamedTuple):
    """One row of a sheet, where its pictures lie, and what it says.

    Attributes:
        cells: As the sheet has them.
        path: Of a picture below the corpus's folder, `{}` or `{:05}` for its number; of a video where it has neither.
        right: Its expressions.
        shown: What is seen in the pictures; the right onset, apex and offset of each expression, unless told.
        absent: Numbers of pictures that were lost.
        act: What the face does.
        first: Number of the recording's first picture; a few before the first onset unless told.
    """

    cells: Sequence[Cell]
    path: str
    right: tuple[Right, ...]
    act: Act = "smile"
    shown: tuple[Shown, ...] = ()
    absent: frozenset[int] = frozenset()
    first: int | None = None


class Layout(NamedTuple):
    """One release.

    Attributes:
        corpus: What `extract --corpus` calls it.
        sheet: Path of the annotation sheet.
        frames: The folder that `extract --frames` is given.
        worksheet: The one to name with `--sheet`; nothing where it is found.
        above: Rows above the table: notes, the header.
        rows: The table.
        below: Rows below it, which are no expressions.
        title: Of the worksheet.
        beside: Other worksheets and what is in them; those before the table have a name that begins with `<`.
        decoys: Pictures that belong to no row, as paths with their numbers.
        traps: What is odd about it, in words.
    """

    corpus: str
    sheet: str
    frames: str
    above: Grid
    rows: tuple[Row, ...]
    traps: tuple[str, ...]
    title: str = "Sheet1"
    worksheet: str | None = None
    below: Grid = ()
    beside: tuple[tuple[str, Grid], ...] = ()
    decoys: tuple[tuple[str, range], ...] = ()


def one(
    subject: str,
    clip: str,
    frames: tuple[int, int | None, int],
    emotion: str | None,
    aus: str | None,
    *,
    kind: ExpressionKind = "micro",
    problem: str = "",
) -> Right:
    """An expression as it is to be read; its onset's frame is filled in from the row's path."""
    onset, apex, offset = frames
    return Right(
        subject=subject,
        clip=clip,
        onset=onset,
        apex=apex,
        offset=offset,
        emotion=emotion,
        aus=aus,
        kind=kind,
        problem=problem,
    )
