"""One sample as a picture to pass on: onset, apex, map and the regions' arrows, what is said, and the legend."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from meu_data.choices import Recipe
from meu_data.errors import MeuError
from meu_data.face.au_notation import facs_notation
from meu_data.motion.clips import clip_pictures, fading_in, save_clip
from meu_data.motion.contact_sheet import wrap
from meu_data.motion.legend import BACKGROUND, MUTED, TEXT, legend, text_font
from meu_data.motion.pair import png_bytes
from meu_data.motion.sample_pictures import Tile, pictures_of
from meu_data.records import FindingKind, Motion
from meu_data.report.arrows import with_arrows
from meu_data.report.sample import CheckedDraft, ShownSample
from meu_data.store.files import whole_file
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

ENDINGS = (".png", ".gif", ".mp4")
_MARGIN, _GAP, _TILE, _LINE = 36, 12, 320, 22
_WIDTH = 2 * _MARGIN + 4 * _TILE + 3 * _GAP
_GREY = (52, 52, 56)
_COLOURS: dict[FindingKind, tuple[int, int, int]] = {
    "confirmed": (126, 204, 160),
    "contradicted": (255, 138, 112),
    "not measurable": MUTED,
    "not read": (244, 184, 96),
}
_HEADINGS = ("onset", "apex", "map", "regions: motion x 16")
# The first row of pictures begins below the sample's name and labels; each has its heading above it.
_HEAD, _TITLE = _MARGIN + 60, 28
_ROW = _TITLE + _TILE + 16


class _Line(NamedTuple):
    text: str
    colour: tuple[int, int, int] = TEXT


def write_picture(workspace: Workspace, shown: ShownSample, recipes: Sequence[Recipe], output: Path) -> None:
    """Writes a sample as a page (.png), or as the page with the clip running on it (.gif, .mp4).

    Several recipes stand below each other.

    Args:
        workspace: Where its pictures are.
        shown: The sample.
        recipes: Whose maps.
        output: The file; its ending says which.

    Raises:
        FrameError: A moving picture was asked for, and a frame or the map is gone or changed.
        MeuError: The ending is another, a moving picture has no map of a recipe, or the file cannot be written.
        MissingExtraError: An .mp4 was asked for, and PyAV is not installed.
    """
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        raise MeuError(f"{output}: name a file that ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    if ending == ".png":
        data = png_bytes(_page(workspace, shown, recipes))
        with whole_file(output) as stream:
            stream.write(data)
        return
    motions = {motion.recipe: motion for motion in shown.motions}
    for recipe in recipes:
        if recipe not in motions:
            name = shown.sample.id
            raise MeuError(
                f"{name} has no map of recipe {recipe}: run `meu-data render --recipe {recipe} --only {name}`"
            )
    save_clip(list(_moving(workspace, shown, [motions[recipe] for recipe in recipes])), output)


def _moving(workspace: Workspace, shown: ShownSample, motions: Sequence[Motion]) -> Iterator[NDArray[np.uint8]]:
    """The page, on which the first picture of every row goes from onset to apex while the map fades in over it."""
    page = _page(workspace, shown, [motion.recipe for motion in motions], moving=True)
    if len(page) % 2:
        # Videos want even sides.
        page = np.vstack([page, page[-1:]])
    clips = [fading_in(*clip_pictures(workspace, shown.sample, motion)) for motion in motions]
    for pictures in zip(*clips, strict=True):
        for number, picture in enumerate(pictures):
            top = _HEAD + number * _ROW + _TITLE
            page[top : top + _TILE, _MARGIN : _MARGIN + _TILE] = _canvas(picture)
        yield page.copy()


def _canvas(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture in the middle of a square."""
    fitted = _fitted(picture)
    height, width = fitted.shape[:2]
    square = np.full((_TILE, _TILE, 3), BACKGROUND[::-1], np.uint8)
    top, left = (_TILE - height) // 2, (_TILE - width) // 2
    square[top : top + height, left : left + width] = fitted
    return square


def _fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = _TILE / max(height, width)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _page(
    workspace: Workspace, shown: ShownSample, recipes: Sequence[Recipe], *, moving: bool = False
) -> NDArray[np.uint8]:
    sample = shown.sample
    words = text_font(17)
    text_left = _MARGIN + _TILE + _GAP
    broken = [
        _Line(part, line.colour)
        for line in _lines(shown)
        for part in (wrap(_known(line.text), words, _WIDTH - text_left - _MARGIN) or [""])
    ]
    below = _HEAD + _ROW * len(recipes)
    height = below + max(_TILE, _LINE * len(broken)) + _MARGIN
    canvas = Image.new("RGB", (_WIDTH, height), BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    draw.text((_MARGIN, _MARGIN + 14), _known(sample.id), TEXT, text_font(26), anchor="ls")
    aus = facs_notation(sample.coded_aus) or ("AUs not labelled" if sample.aus is None else "no AUs")
    labels = f"{sample.emotion or 'emotion not labelled'}  ·  {aus}  ·  onset {sample.onset}, apex {sample.apex}"
    draw.text((_MARGIN, _MARGIN + 42), labels, MUTED, words, anchor="ls")
    for number, recipe in enumerate(recipes):
        headings = ("onset to apex", *_HEADINGS[1:]) if moving else _HEADINGS
        _draw_row(
            canvas,
            draw,
            _HEAD + number * _ROW,
            dict(zip(headings, _tiles(workspace, shown, recipe), strict=True)),
            recipe,
        )
    canvas.paste(_rgb(legend(_TILE)), (_MARGIN, below))
    for number, line in enumerate(broken):
        draw.text((text_left, below + 16 + number * _LINE), line.text, line.colour, words, anchor="ls")
    return np.ascontiguousarray(np.asarray(canvas)[..., ::-1])


def _tiles(workspace: Workspace, shown: ShownSample, recipe: Recipe) -> list[Tile]:
    motion = next((one for one in shown.motions if one.recipe == recipe), None)
    found = pictures_of(workspace, shown.sample, motion, FrameFolders(workspace.ledger), recipe)
    arrows: Tile = "no motion was measured"
    if motion is not None and not isinstance(found.onset, str) and not isinstance(found.drawn, str):
        arrows = with_arrows(found.onset, motion)
    return [found.onset, found.apex, found.drawn, arrows]


def _draw_row(
    canvas: Image.Image, draw: ImageDraw.ImageDraw, top: int, tiles: Mapping[str, Tile], recipe: Recipe
) -> None:
    """A row of pictures below their headings."""
    for number, (heading, tile) in enumerate(tiles.items()):
        left = _MARGIN + number * (_TILE + _GAP)
        told = f"{heading}, {recipe}" if number > 1 else heading
        draw.text((left, top + 18), told, MUTED, text_font(16), anchor="ls")
        if isinstance(tile, str):
            draw.rectangle((left, top + _TITLE, left + _TILE - 1, top + _TITLE - 1 + _TILE), _GREY)
            for line, part in enumerate(wrap(_known(tile), text_font(15), _TILE - 32)[:12]):
                draw.text((left + 16, top + 64 + 20 * line), part, TEXT, text_font(15), anchor="ls")
        else:
            canvas.paste(_rgb(_canvas(tile)), (left, top + _TITLE))


def _lines(shown: ShownSample) -> Iterator[_Line]:
    for motion in shown.motions:
        flags = ", ".join(flag.replace("_", " ") for flag in motion.quality.flags) or "no flags"
        yield _Line(f"{motion.recipe}: trust in the map {motion.quality.trust:.2f}, {flags}", MUTED)
    for checked in shown.drafts:
        yield _Line("")
        yield from _draft_lines(checked)
    for event in shown.history:
        yield _Line(f"{event.at[:16].replace('T', ' ')}  {event.what}", MUTED)
    for review in shown.reviews:
        if review.comment:
            yield _Line(f'{review.annotator}: "{review.comment}"')


def _draft_lines(checked: CheckedDraft) -> Iterator[_Line]:
    draft, grounding = checked.draft, checked.grounding
    told = draft.annotation
    score = "not checked" if grounding is None else f"score {grounding.score:.2f}"
    yield _Line(f"{draft.model}, {draft.lang}: {' '.join(told.aus) or 'no AUs'}, {told.emotion or '-'}, {score}")
    if draft.lang == "zh":
        # The one font that is the same on every machine has no Chinese letters; the claims say the same.
        for claim in told.claims:
            yield _Line(f"  {claim.region.replace('_', ' ')}: {claim.direction}, {claim.intensity} {claim.au or ''}")
    for one in grounding.findings if grounding and draft.lang != "zh" else ():
        text = str(getattr(told, one.stage))[one.start : one.end]
        yield _Line(f"  [{one.finding}] {text}", _COLOURS[one.finding])
    if grounding is None and draft.lang != "zh":
        yield _Line(f"  {told.motion_analysis} {told.expression_inference} {told.conclusion}")
    for flag in grounding.flags if grounding else ():
        yield _Line(f"  ! {flag.en}", _COLOURS["contradicted" if flag.severity == "serious" else "not read"])


def _known(text: str) -> str:
    """The text with `?` for each letter that the built-in font lacks."""
    return "".join(letter if " " <= letter <= "~" or letter in "·…" else "?" for letter in text)


def _rgb(bgr: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))
