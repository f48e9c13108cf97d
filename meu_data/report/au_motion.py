"""How the face moved on the samples of each AU, and whether that is where and how FACS has it move."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Language
from meu_data.errors import NoFaceError
from meu_data.face.alignment import align_points, face_alignment
from meu_data.face.areas import region_areas
from meu_data.face.au_notation import parse_code
from meu_data.face.aus import au_effects, au_label
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.regions import DIRECTION_NAMES, PART, REGIONS, Direction, octant, opposite, region_name, region_part
from meu_data.records import ActionUnit, Motion, Sample
from meu_data.report.tables import Cell, Drawing, Mark, Say, Section, Shape, Table, share, words
from meu_data.review.screen.html import ARROWS

SIDE = 448
"""Of the schematic face, px."""

_PLACE = {name: place for place, name in enumerate(REGIONS)}
# The 68 points as lines: jaw, brows, nose, eyes, lips; the last three are closed.
_LINES = ((0, 17), (17, 22), (22, 27), (27, 31), (31, 36), (36, 42), (42, 48), (48, 60), (60, 68))
_CLOSED = 36
# In eye distances: where the shade is full (`strong` begins), what says something, what is drawn; and how much longer.
_FULL, _CLEAR, _DRAWN, _GAIN = 0.015, 0.002, 0.001, 20.0
_LONGEST_PX = 70.0
# A mean of fewer samples may be an accident.
_ENOUGH = 3
_COUNT, _MOVING, _RIGHT, _DOWN = range(4)
# How much more the wrong side of a one-sided AU must move.
_OTHER_SIDE = 1.5


class SiteMean(NamedTuple):
    """A region on the samples of one AU; lengths are in eye distances, directions the picture's.

    `expected`: what FACS has it do, of the AU's own sites. `against`: on samples where no other AU moves the region it
    goes another way, or its other side moves instead.
    """

    region: str
    samples: int
    moving: int
    dx: float
    dy: float
    expected: tuple[Direction, ...]
    against: bool

    @property
    def length(self) -> float:
        """Of the mean vector."""
        return float(np.hypot(self.dx, self.dy))

    @property
    def direction(self) -> Direction:
        """Of the mean vector; none where that is too short to have one."""
        return octant(self.dx, self.dy) if self.length >= _DRAWN else "none"


class AuMotion:
    """Sums over the samples of each AU; memory grows with the AUs alone."""

    def __init__(self) -> None:
        self.samples: dict[str, int] = {}
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._alone: dict[str, NDArray[np.float64]] = {}
        self._points = np.zeros((68, 2))
        self._faces = self._tiny = 0

    def add(self, sample: Sample, motion: Motion) -> None:
        """Counts one sample with what was measured on it."""
        landmarks = np.array(motion.landmarks)
        try:
            aligned = face_alignment(landmarks, SIDE)
        except NoFaceError:
            self._tiny += 1
            return
        self._points += align_points(landmarks, aligned)
        self._faces += 1
        unit = eye_distance(landmarks) * (_scale(motion) if motion.alignment else 1.0)
        measured = np.zeros((len(REGIONS), 4))
        for region in motion.regions:
            if region.measurable and region.region in _PLACE:  # a patch beside the face belongs to no AU
                measured[_PLACE[region.region]] = (1, region.moving, region.dx / unit, region.dy / unit)
        units = {one.code: one for one in sample.coded_aus}
        for code in units:
            others = [_touched(other) for other in units if other != code]
            free = ~np.logical_or.reduce(others) if others else np.ones(len(REGIONS), bool)
            self.samples[code] = self.samples.get(code, 0) + 1
            self._sums[code] = self._sums.get(code, 0) + measured
            self._alone[code] = self._alone.get(code, 0) + measured * free[:, None]

    def codes(self) -> list[str]:
        """The AUs, by number and side."""
        return sorted(self.samples, key=lambda code: (parse_code(code).number, code))

    def sites(self, code: str) -> list[SiteMean]:
        """Every region that was measured on samples of an AU, in the order of the face."""
        unit, sums = parse_code(code), self._sums[code]
        found = []
        for region, (count, moving, right, down) in zip(REGIONS, sums, strict=True):
            if count:
                ways = tuple(
                    dict.fromkeys(
                        effect.direction
                        for effect in au_effects(unit)
                        if effect.region == region and effect.kind == "primary"
                    )
                )
                against = bool(ways) and self._goes_against(unit, region)
                mean = right / count, down / count
                found.append(SiteMean(region, int(count), int(moving), *mean, ways, against))
        return found

    def section(self, say: Say, lang: Language) -> Section:
        """A face for each AU, and the same as a table."""
        title = say("AUs and motion", "AU与运动")
        rows, drawings = [], []
        places = dict(self._places()) if self._faces else {}
        for code in self.codes():
            sites = self.sites(code)
            drawings.append(self._drawing(say, lang, code, sites, places))
            rows += [_row(say, lang, code, site) for site in sites if site.expected or site.length >= _DRAWN]
        against = sum(site.against for code in self.codes() for site in self.sites(code))
        intro = say(
            "Mean motion on the samples of each AU, in parts of the distance between the eyes; left is the left of the "
            "picture. Arrows are drawn twenty times as long. An AU's own places by FACS have a thick edge. A place "
            "that goes another way than FACS says, on three samples or more on which no other AU moves it, is marked "
            f"✖: look for a wrong side convention, a wrong column or a mirrored picture. Marked here: {against}.",
            "各AU样本的平均运动，以两眼间距为单位，左右以画面为准；箭头放大20倍。粗边为FACS规定的部位。"
            "若在三个以上、该处不受其他AU影响的样本中，运动方向与FACS不符，则标✖："
            f"请检查左右约定、列是否错位、画面是否镜像。共{against}处。",
        )
        if self._tiny:
            intro += say(
                f" {self._tiny} samples are left out: their eyes are less than 8 px apart.",
                f"另有{self._tiny}个样本两眼间距不足8像素，未计入。",
            )
        head = [
            "AU", say("region", "部位"), say("samples", "样本数"), say("moving", "有运动"),
            say("right, %", "向右（%）"), say("down, %", "向下（%）"), say("direction", "方向"), "FACS", "",
        ]  # fmt: skip
        table = Table(say("Mean motion by AU and region", "各AU各部位的平均运动"), head, rows, tall=True)
        empty = say("No sample with a trusted map has AUs.", "没有运动图可信且标有AU的样本。")
        return Section("aus", title, intro, [table] if rows else [], empty, drawings)

    def outline(self) -> list[str]:
        """The mean face as lines of an SVG; none without a face."""
        if not self._faces:
            return []
        points = self._points / self._faces
        lines = []
        for start, end in _LINES:
            line = "L".join(f"{x:.0f} {y:.0f}" for x, y in points[start:end])
            lines.append(f"M{line}{'Z' if start >= _CLOSED else ''}")
        return lines

    def _goes_against(self, unit: ActionUnit, region: str) -> bool:
        alone = self._alone[unit.code]
        count, _, right, down = alone[_PLACE[region]]
        if count < _ENOUGH:
            return False
        length = float(np.hypot(right, down)) / count
        if unit.side:
            others, _, across, below = alone[_PLACE[opposite(region)]]
            other = float(np.hypot(across, below)) / others if others >= _ENOUGH else 0.0
            if other >= max(_CLEAR, _OTHER_SIDE * length):
                return True
        effects = [effect for effect in au_effects(unit) if effect.region == region]
        return length >= _CLEAR and not any(effect.shows(octant(right, down)) for effect in effects)

    def _places(self) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
        """Centre and half axes of every region on the mean face, px."""
        points = self._points / self._faces
        unit = eye_distance(points)
        for area in region_areas(points, SIDE, SIDE):
            size = PART[region_part(area.region)].ellipse
            yield area.region, (*area.centre, unit * size.half_width, unit * size.half_height)

    def _drawing(self, say: Say, lang: Language, code: str, sites: list[SiteMean], places: dict[str, Any]) -> Drawing:
        shapes: list[Shape] = []
        marks: list[Mark] = []
        for site in sites:
            if site.region not in places:
                continue
            x, y, width, height = places[site.region]
            told = f"{region_name(site.region, lang)}: {ARROWS[site.direction]} {site.length:.1%}"
            shapes.append(Shape(x, y, width, height, min(1.0, site.length / _FULL), bool(site.expected), told))
            long = min(_GAIN * site.length * SIDE * 0.34, _LONGEST_PX)
            if site.direction != "none":
                scale = long / site.length
                marks.append(Mark(x, y, x + scale * site.dx, y + scale * site.dy, site.against))
        strongest = sorted(sites, key=lambda site: -site.length)[:3]
        moved = [
            f"{region_name(site.region, lang)} {DIRECTION_NAMES[site.direction][lang]} {site.length:.1%}"
            for site in strongest
            if site.direction != "none"
        ]
        wrong = [region_name(site.region, lang) for site in sites if site.against]
        comma = say(", ", "、")
        count = self.samples[code]
        return Drawing(
            title=au_label(parse_code(code), lang),
            told=say(f"{count} sample{'' if count == 1 else 's'}", f"{count}个样本"),
            label=comma.join(moved) or say("nothing moves", "无运动"),
            shapes=shapes,
            marks=marks,
            warning=say(f"against FACS: {comma.join(wrong)}", f"与FACS不符：{comma.join(wrong)}") if wrong else "",
        )


@cache
def _touched(code: str) -> NDArray[np.bool_]:
    """The regions that an AU may move, in whatever way; bool (regions)."""
    found = {effect.region for effect in au_effects(parse_code(code))}
    return np.array([region in found for region in REGIONS])


def _scale(motion: Motion) -> float:
    (a, b, _), _ = motion.alignment or ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    return float(np.hypot(a, b))


def _row(say: Say, lang: Language, code: str, site: SiteMean) -> list[Cell]:
    expected = " ".join(ARROWS[way] if way != "none" else "∗" for way in site.expected)
    return [
        *words(code, region_name(site.region, lang), site.samples, share(site.moving, site.samples)),
        Cell(f"{100 * site.dx:+.2f}"),
        Cell(f"{100 * site.dy:+.2f}"),
        *words(ARROWS[site.direction], expected, say("✖ against FACS", "✖ 与FACS不符") if site.against else ""),
    ]
