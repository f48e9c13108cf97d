"""What lies over the large picture of a task on demand: the outlines of the measured regions, and the clip."""

import math
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np

from meu_data.choices import Language
from meu_data.face.alignment import Alignment, align_points
from meu_data.face.areas import region_ellipses
from meu_data.face.regions import DIRECTION_NAMES, Direction, Intensity, region_name
from meu_data.grounding.claims import INTENSITY_NAMES
from meu_data.grounding.doubts import REASONS
from meu_data.records import Motion, RegionMotion, UnmeasurableReason
from meu_data.review.screen.claim_lines import STILL
from meu_data.review.screen.html import CELLS


class ShownPart(NamedTuple):
    """The part of the map that annotators see, in the map's pixels."""

    left: int
    top: int
    width: int
    height: int


def outlines_html(motion: Motion, shown: ShownPart, lang: Language) -> str:
    """The measured regions as outlines; under a pointer each says its name and what it does.

    What moves has the colour of its direction, what cannot be measured is dashed, the rest is thin and grey.

    Args:
        motion: What was measured.
        shown: What is seen of its map.
        lang: The annotators' language.

    Returns:
        An `svg` that fits on the picture, whatever the size in which that is drawn.
    """
    landmarks = np.array(motion.landmarks)
    if motion.alignment is not None:
        landmarks = align_points(landmarks, Alignment(np.array(motion.alignment), shown.width))
    measured = {region.region: region for region in motion.regions}
    # Those that move lie above the others.
    outlines, above = "", ""
    for region, centre, (right, down), half_width, half_height in region_ellipses(landmarks):
        if (found := measured.get(region)) is None:
            continue
        x, y = (f"{value:.1f}" for value in centre.tolist())
        turned = math.degrees(math.atan2(down, right))
        way = _way(found)
        outline = (
            f'<ellipse cx="{x}" cy="{y}" rx="{half_width:.1f}" ry="{half_height:.1f}"'
            f' transform="rotate({turned:.1f} {x} {y})"{_stroke(found.reason, way)}>'
            f"<title>{_says(found.region, found.reason, way, found.intensity, lang)}</title></ellipse>"
        )
        if way is not None:
            above += outline
        else:
            outlines += outline
    box = f"{shown.left} {shown.top} {shown.width} {shown.height}"
    return f'<svg class="meu-outlines" viewBox="{box}" preserveAspectRatio="xMinYMin meet">{outlines}{above}</svg>'


def clip_html(url: str) -> str:
    """The clip in the place of the picture.

    Label Studio takes data URIs out of `img`, and leaves them in a style; storage URLs it resolves between quotes.
    """
    return f'<div class="meu-moving" style="background-image: url(\'{escape(url)}\')"></div>'


def _way(region: RegionMotion) -> Direction | None:
    """Where a region moves; None where it does not, or where that cannot be measured."""
    if not region.moving:
        return None
    return region.octant if region.coherent else "none"


def _stroke(reason: str | None, way: Direction | None) -> str:
    if reason:
        return ' class="meu-hidden"'
    return f' class="meu-moves" stroke="{CELLS[way].ground}"' if way else ""


@lru_cache(maxsize=4096)  # each region says the same few things on every task
def _says(
    region: str, reason: UnmeasurableReason | None, way: Direction | None, intensity: Intensity, lang: Language
) -> str:
    colon, comma = (": ", ", ") if lang == "en" else ("：", "，")
    if reason:
        does = REASONS[reason][lang]
    elif way:
        does = f"{DIRECTION_NAMES[way][lang]}{comma}{INTENSITY_NAMES[intensity][lang]}"
    else:
        does = STILL[lang]
    return escape(f"{region_name(region, lang)}{colon}{does}")
