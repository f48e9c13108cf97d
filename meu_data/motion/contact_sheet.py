"""Contact sheets: onset, apex and map of many samples side by side, to look a corpus over before annotating it."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from meu_data.choices import Recipe
from meu_data.errors import MeuError
from meu_data.face.au_notation import facs_notation
from meu_data.face.regions import region_name
from meu_data.motion.legend import BACKGROUND, MUTED, TEXT, legend, text_font
from meu_data.motion.pair import png_bytes
from meu_data.motion.sample_pictures import Tile, pictures_of
from meu_data.progress import Progress, Silent
from meu_data.records import Motion, Record, Sample, file_stem
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.files import explained, remove_leftovers, whole_file
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

_MARGIN, _GAP, _COLUMN_GAP = 36, 10, 30
_TILE_HEIGHT, _WIDEST_TILE, _ROW = 240, 426, 272
_LEGEND, _HEADINGS = 344, 34
_TEXT_WIDTH, _LABEL_WIDTH = 400, 82
_LINE, _LINES = 23, 10
_GREY, _RULE, _WARNING = (52, 52, 56), (58, 58, 62), (244, 184, 96)
_STRONGEST = 3

_READING: dict[Recipe, str] = {
    "mellm": "Recipe mellm rounds hue to 30 degrees and stretches brightness over each map by itself: "
    "the map of a still face looks as bright as that of a moving one.",
    "robust": "Recipe robust draws the aligned face, and has one scale of brightness for all maps: "
    "the map of a still face stays dark.",
}


class ContactSummary(Record):
    """What a run wrote."""

    pages: tuple[str, ...]
    samples: int
    problems: int


class _Line(NamedTuple):
    label: str
    text: str
    colour: tuple[int, int, int] = TEXT


class _SampleRow(NamedTuple):
    """One sample; a tile is a picture, or the reason why there is none."""

    name: str
    tiles: tuple[Tile, ...]
    lines: tuple[_Line, ...]
    sound: bool


@on_a_sound_ledger
def contact_sheets(
    workspace: Workspace,
    folder: Path,
    *,
    recipe: Recipe | None = None,
    only: str | None = None,
    limit: int | None = None,
    per_page: int = 8,
    progress: Progress | None = None,
) -> ContactSummary:
    """Writes `contact-<recipe>-001.png` and so on: a legend, and a row for each sample in the order of the ids.

    Where the map is an aligned face crop, onset and apex are shown as the same crop. What is missing or damaged is a
    grey tile with the reason. Pages of the same recipe that an earlier, larger run left are removed.

    Args:
        workspace: Where the samples, their measured motion and their maps are.
        folder: Where the pages go; made when missing.
        recipe: Whose maps; the workspace's when None.
        only: Just the sample of this id.
        limit: At most so many samples.
        per_page: Rows of a page; at 8, a page is about 1500x2600 px.
        progress: Who hears of it.

    Returns:
        The pages, and how many samples they show; `problems` counts those that lack a picture or whose frames are
        no longer the ones that the map was drawn from.

    Raises:
        MeuError: There is no such sample, the folder is a file, or a page cannot be written.
    """
    progress, recipe = progress or Silent(), recipe or workspace.settings.recipe
    if per_page < 1:
        raise MeuError(f"a page of a contact sheet has at least 1 row, not {per_page}")
    if folder.exists() and not folder.is_dir():
        raise MeuError(f"{folder} is a file; name a folder for the pages of the contact sheet")
    total = workspace.ledger.count_samples(only=only, limit=limit)
    if total == 0:
        raise MeuError(
            f"there is no sample {only!r}" if only else "there are no samples yet: run `meu-data extract` first"
        )
    remove_leftovers(folder)
    count = -(-total // per_page)
    digits = max(3, len(str(count)))
    pages: list[str] = []
    problems = shown = 0
    progress.start("contact sheet", total)
    try:
        for rows in _pages(workspace, recipe, only, limit, per_page):
            path = folder / f"contact-{recipe}-{len(pages) + 1:0{digits}}.png"
            samples = f"sample {shown + 1} of" if len(rows) == 1 else f"samples {shown + 1} to {shown + len(rows)} of"
            title = f"page {len(pages) + 1} of {count}  ·  {samples} {total}"
            with whole_file(path) as stream:
                stream.write(png_bytes(_draw_page(rows, recipe, title)))
            pages.append(str(path))
            shown += len(rows)
            problems += sum(not row.sound for row in rows)
            progress.advance(len(rows))
    finally:
        progress.finish()
    _remove_others(folder, recipe, {Path(page).name for page in pages})
    return ContactSummary(pages=tuple(pages), samples=shown, problems=problems)


def shorten(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """The text, with `…` for its middle where it would be wider than `width` px: both ends of an id tell it apart."""
    if font.getlength(text) <= width:
        return text
    kept = len(text) - 1
    while kept > 0 and font.getlength(short := f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}") > width:
        kept -= 1
    return short if kept > 0 else "…"


def wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Breaks a text into lines of at most `width` px.

    Lines end at blanks or behind `+` and `/`, so that AUs and paths stay readable; inside a word only where it is
    wider than a line by itself.
    """
    lines: list[str] = []
    for piece in re.findall(r"\s*[^\s+/]*[+/]|\s*[^\s+/]+", text):
        if lines and font.getlength(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        lines.append("")
        for letter in piece.lstrip():
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _pages(
    workspace: Workspace, recipe: Recipe, only: str | None, limit: int | None, per_page: int
) -> Iterator[list[_SampleRow]]:
    """The rows of each page; only one page is held."""
    folders = FrameFolders(workspace.ledger)
    samples = workspace.ledger.samples(only=only, limit=limit)
    while page := list(islice(samples, per_page)):
        yield [_row(workspace, sample, folders, recipe) for sample in page]


def _row(workspace: Workspace, sample: Sample, folders: FrameFolders, recipe: Recipe) -> _SampleRow:
    motion = workspace.ledger.motion(sample.id, recipe)
    shown = pictures_of(workspace, sample, motion, folders, recipe)
    tiles = tuple(tile if isinstance(tile, str) else _fit(tile, _WIDEST_TILE) for tile in shown[:3])
    name = sample.id if _known(sample.id) == sample.id else file_stem(sample.id)
    sound = not shown.changed and not any(isinstance(tile, str) for tile in tiles)
    return _SampleRow(name, tiles, _lines(sample, motion, changed=shown.changed), sound)


def _lines(sample: Sample, motion: Motion | None, *, changed: bool) -> tuple[_Line, ...]:
    """What stands beside the pictures of a sample; the warnings before the measurements, which may be cut short."""
    lines = [
        _Line("emotion", sample.emotion or "not labelled"),
        _Line("AUs", facs_notation(sample.coded_aus) or ("not labelled" if sample.aus is None else "none coded")),
        _Line("frames", f"onset {sample.onset}, apex {'missing' if sample.apex is None else sample.apex}"),
    ]
    if motion is None:
        return tuple(lines)
    if changed:
        lines.append(_Line("stale", "the frames changed after the map was drawn: run render again", _WARNING))
    if motion.quality.flags:
        flags = ", ".join(flag.replace("_", " ") for flag in motion.quality.flags)
        lines.append(_Line("flags", flags, _WARNING))
    lines += [_Line("note", note, _WARNING) for note in motion.notes]
    moving = sorted((region for region in motion.regions if region.moving), key=lambda region: -region.mean)
    for number, region in enumerate(moving[:_STRONGEST]):
        text = f"{region_name(region.region, 'en')}, {region.octant}, {region.mean:.1f} px"
        lines.append(_Line("" if number else "motion", text))
    if not moving:
        lines.append(_Line("motion", "none beyond the noise of the map", MUTED))
    return tuple(lines)


def _fit(picture: NDArray[np.uint8], widest: int) -> NDArray[np.uint8]:
    """The picture, enlarged or shrunk to the height of a tile or, where it would be wider, to `widest` px."""
    height, width = picture.shape[:2]
    scale = min(_TILE_HEIGHT / height, widest / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return picture if size == (width, height) else np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _draw_page(rows: list[_SampleRow], recipe: Recipe, title: str) -> NDArray[np.uint8]:
    """One page, uint8 (H, W, 3), BGR; as high as its rows need."""
    # The maps decide how wide the columns are: a whole frame among face crops must not widen them all.
    widths = [row.tiles[-1].shape[1] for row in rows if not isinstance(row.tiles[-1], str)] or [
        tile.shape[1] for row in rows for tile in row.tiles if not isinstance(tile, str)
    ]
    tile_width = max(widths, default=_TILE_HEIGHT)
    columns = [_MARGIN + number * (tile_width + _GAP) for number in range(3)]
    text_left = columns[-1] + tile_width + _COLUMN_GAP
    width = text_left + _TEXT_WIDTH + _MARGIN
    first_row = _MARGIN + _LEGEND + _HEADINGS
    height = first_row + _ROW * len(rows) - (_ROW - _TILE_HEIGHT) + _MARGIN

    canvas = Image.new("RGB", (width, height), BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    _draw_header(draw, recipe, title, text_left - _COLUMN_GAP - _MARGIN)
    canvas.paste(_rgb_image(legend(_LEGEND)), (text_left + (_TEXT_WIDTH - _LEGEND) // 2, _MARGIN // 2))
    for left, heading in zip(columns, ("onset", "apex", "map"), strict=True):
        draw.text((left, first_row - 12), heading, MUTED, text_font(17), anchor="ls")
    for number, row in enumerate(rows):
        top = first_row + number * _ROW
        if number:
            rule = top - (_ROW - _TILE_HEIGHT) // 2
            draw.line((_MARGIN, rule, width - _MARGIN - 1, rule), _RULE)
        for left, tile in zip(columns, row.tiles, strict=True):
            _draw_tile(canvas, draw, (left, top), tile_width, tile)
        _draw_lines(draw, (text_left, top), row)
    return np.ascontiguousarray(np.asarray(canvas)[..., ::-1])


def _draw_header(draw: ImageDraw.ImageDraw, recipe: Recipe, title: str, width: int) -> None:
    draw.text((_MARGIN, _MARGIN + 26), f"Contact sheet, recipe {recipe}", TEXT, text_font(32), anchor="ls")
    draw.text((_MARGIN, _MARGIN + 58), title, MUTED, text_font(18), anchor="ls")
    paragraphs = (
        "A map shows how the skin moved from onset to apex, once the motion of the head is taken out: "
        "its hue is the direction, its brightness the strength.",
        _READING[recipe],
        "Left and right are those of the picture; the L and R of an AU are the person's own sides.",
    )
    font = text_font(18)
    y = _MARGIN + 112
    for paragraph in paragraphs:
        for line in wrap(paragraph, font, min(width, 760)):
            draw.text((_MARGIN, y), line, TEXT, font, anchor="ls")
            y += 26
        y += 12


def _draw_tile(
    canvas: Image.Image,
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    width: int,
    tile: Tile,
) -> None:
    """A picture in the middle of its place, or a grey tile with the reason."""
    left, top = corner
    if not isinstance(tile, str):
        picture = _fit(tile, width)
        gaps = (width - picture.shape[1]) // 2, (_TILE_HEIGHT - picture.shape[0]) // 2
        canvas.paste(_rgb_image(picture), (left + gaps[0], top + gaps[1]))
        return
    draw.rectangle((left, top, left + width - 1, top + _TILE_HEIGHT - 1), _GREY)
    font = text_font(15)
    lines = _clipped(wrap(_known(tile), font, width - 32), 9)
    y = top + (_TILE_HEIGHT - 22 * (len(lines) - 1)) / 2
    for line in lines:
        draw.text((left + width / 2, y), line, TEXT, font, anchor="mm")
        y += 22


def _draw_lines(draw: ImageDraw.ImageDraw, corner: tuple[int, int], row: _SampleRow) -> None:
    """The name of a sample and what is known of it."""
    left, top = corner
    font = text_font(16)
    draw.text((left, top + 15), shorten(row.name, text_font(18), _TEXT_WIDTH), TEXT, text_font(18), anchor="ls")
    broken: list[_Line] = []
    for line in row.lines:
        for number, part in enumerate(wrap(_known(line.text), font, _TEXT_WIDTH - _LABEL_WIDTH)):
            broken.append(_Line("" if number else line.label, part, line.colour))
    if len(broken) > _LINES - 1:
        broken = [*broken[: _LINES - 2], _Line("", "…", MUTED)]
    for number, line in enumerate(broken, start=1):
        y = top + 19 + number * _LINE
        draw.text((left, y), line.label, MUTED, font, anchor="ls")
        draw.text((left + _LABEL_WIDTH, y), line.text, line.colour, font, anchor="ls")


def _clipped(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], "…"]


def _known(text: str) -> str:
    """The text with `?` for each letter that the built-in font lacks."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def _rgb_image(bgr: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))


def _remove_others(folder: Path, recipe: Recipe, written: set[str]) -> None:
    """Removes the pages of a recipe that this run did not write."""
    page = re.compile(rf"contact-{re.escape(recipe)}-\d{{3,}}\.png")
    for path in folder.iterdir():
        if page.fullmatch(path.name) and path.name not in written:
            with explained(path):
                path.unlink()
