"""One sample as a terminal shows it: pictures in half blocks, moving regions, statements with findings, history."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Language
from meu_data.face.regions import PART_NAMES, region_part, region_side
from meu_data.grounding.claims import INTENSITY_NAMES
from meu_data.grounding.doubts import MAP_DOUBTS
from meu_data.motion.sample_pictures import pictures_of
from meu_data.records import ANNOTATION_STAGES, Motion, RegionMotion
from meu_data.report.arrows import with_arrows
from meu_data.report.cards import FINDING_SIGNS
from meu_data.report.sample import CheckedDraft, ShownSample
from meu_data.review.screen.html import ARROWS, SIGNS
from meu_data.review.screen.tasks import labels_text
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES = {"confirmed": "green", "contradicted": "bold red", "not measurable": "dim", "not read": "yellow"}


def sample_lines(shown: ShownSample, lang: Language) -> "Iterator[str | Table | Text]":
    """What is known of a sample, line by line.

    Args:
        shown: The sample.
        lang: Language of the labels, findings and regions; texts stay as they are.
    """
    sample = shown.sample
    yield f"{sample.id}  {labels_text(sample, lang)}"
    yield f"{sample.corpus} {sample.split}, subject {sample.subject}, {sample.sheet} row {sample.row}"
    yield f"onset {sample.onset}: {sample.onset_frame}"
    yield f"apex {'missing' if sample.apex is None else sample.apex}: {sample.apex_frame or '-'}"
    for motion in shown.motions:
        yield ""
        yield f"map, {motion.recipe}: {motion.map_file}, trust {motion.quality.trust:.2f}"
        yield from (f"  {SIGNS['minor']} {MAP_DOUBTS[flag][lang]}" for flag in motion.quality.flags)
        yield from _regions(motion, lang)
    for checked in shown.drafts:
        yield ""
        yield from _draft(checked, lang)
    if shown.history or shown.problems or shown.tasks:
        yield ""
    for problem in shown.problems:
        yield f"{SIGNS['serious']} {problem.stage}: {problem.reason}"
    yield from (f"{event.at}  {event.what}" for event in shown.history)
    yield from (f'{review.annotator}: "{review.comment}"' for review in shown.reviews if review.comment)
    yield from shown.tasks


def sample_pictures(workspace: Workspace, shown: ShownSample, width: int) -> "Iterator[Text]":
    """Onset, apex, map and arrows of every recipe, side by side, two pixels a letter; nothing where one is missing.

    Args:
        workspace: Where the pictures are.
        shown: The sample.
        width: Letters of a line.
    """
    side = min(width // 4 - 1, 40)
    for motion in shown.motions:
        found = pictures_of(workspace, shown.sample, motion, FrameFolders(workspace.ledger), motion.recipe)
        tiles = [tile for tile in found[:3] if not isinstance(tile, str)]
        if len(tiles) == 3:
            yield half_blocks([*tiles, with_arrows(tiles[0], motion)], side)


def half_blocks(tiles: Sequence[NDArray[np.uint8]], side: int) -> "Text":
    """Pictures side by side as `▀` in two colours, a blank between them.

    Args:
        tiles: uint8 (H, W, 3), BGR, all of one shape.
        side: Letters of each across.
    """
    from rich.text import Text

    height, width = tiles[0].shape[:2]
    rows = max(1, round(side * height / width / 2))
    small = [cv2.resize(tile, (side, 2 * rows), interpolation=cv2.INTER_AREA)[..., ::-1].tolist() for tile in tiles]
    text = Text(no_wrap=True)
    for row in range(rows):
        for tile in small:
            for above, below in zip(tile[2 * row], tile[2 * row + 1], strict=True):
                text.append("▀", f"rgb({_rgb(above)}) on rgb({_rgb(below)})")
            text.append(" ")
        text.append("\n" if row < rows - 1 else "")
    return text


def _regions(motion: Motion, lang: Language) -> "Iterator[str | Table]":
    from meu_data.console import table

    parts: dict[str, dict[str | None, RegionMotion]] = {}
    for region in sorted(motion.regions, key=lambda one: (-one.mean, one.region)):
        if region.moving:
            parts.setdefault(region_part(region.region), {})[region_side(region.region)] = region
    if not parts:
        yield "  nothing moved beyond the map's noise"
        return
    rows = [
        [PART_NAMES[part][lang], *(_said(found.get(side), lang) for side in ("left", None, "right"))]
        for part, found in parts.items()
    ]
    yield table(rows, ("moving region", "left in the picture", "middle", "right in the picture"), left=range(4))


def _said(region: RegionMotion | None, lang: Language) -> str:
    return "" if region is None else f"{ARROWS[region.octant]} {INTENSITY_NAMES[region.intensity][lang]}"


def _draft(checked: CheckedDraft, lang: Language) -> "Iterator[str | Text]":
    from rich.text import Text

    draft, grounding = checked.draft, checked.grounding
    score = "not checked: `meu-data verify`" if grounding is None else f"score {grounding.score:.2f}"
    told = draft.annotation
    yield f"draft by {draft.model}, {draft.lang}: {' '.join(told.aus) or '-'}, {told.emotion or '-'}, {score}"
    for number, stage in enumerate(ANNOTATION_STAGES, 1):
        text, at, line = str(getattr(told, stage)), 0, Text(f"{number}. ")
        for one in grounding.findings if grounding else ():
            if one.stage == stage:
                line.append(text[at : one.start])
                line.append(f"{FINDING_SIGNS[one.finding]} {text[one.start : one.end]}", _STYLES[one.finding])
                at = one.end
        yield line.append(text[at:])
    for flag in grounding.flags if grounding else ():
        yield f"  {SIGNS[flag.severity]} {flag.sentence(lang)}"


def _rgb(pixel: Sequence[int]) -> str:
    return ",".join(map(str, pixel))
