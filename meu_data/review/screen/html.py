"""The two parts of the screen that differ from task to task and are more than plain text: findings and regions."""

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.face.regions import (
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    PART_NAMES,
    Direction,
    region_name,
    region_part,
    region_side,
)
from meu_data.grounding.claims import INTENSITY_NAMES
from meu_data.grounding.doubts import MAP_DOUBTS, REASONS
from meu_data.records import (
    ANNOTATION_STAGES,
    Annotation,
    FindingKind,
    Flag,
    FlagSeverity,
    Grounding,
    Motion,
    RegionMotion,
)


class Cell(NamedTuple):
    """The colours of a cell of the legend."""

    ground: str
    letters: str


ARROWS: dict[Direction, str] = {
    "right": "→",
    "down-right": "↘",
    "down": "↓",
    "down-left": "↙",
    "left": "←",
    "up-left": "↖",
    "up": "↑",
    "up-right": "↗",
    "none": "·",
}

WHEEL: tuple[Direction, ...] = ("up-left", "up", "up-right", "left", "none", "right", "down-left", "down", "down-right")
"""The directions as they lie around a point, row by row, three in a row."""

CELLS: dict[Direction, Cell] = {
    "right": Cell("#ff3030", "#000000"),
    "down-right": Cell("#ffbf00", "#000000"),
    "down": Cell("#80ff00", "#000000"),
    "down-left": Cell("#00e640", "#000000"),
    "left": Cell("#00ffff", "#000000"),
    "up-left": Cell("#2858ff", "#ffffff"),
    "up": Cell("#8000ff", "#ffffff"),
    "up-right": Cell("#ff00bf", "#ffffff"),
    "none": Cell("#202024", "#dddddd"),
}
"""A direction in legend and table: its hue on the map, in a shade on which letters are legible."""

SIGNS: dict[FlagSeverity, str] = {"serious": "✖", "minor": "▲", "note": "•"}
"""What stands before a finding, so that its severity does not hang on colour alone."""

_CHECKED: dict[Language, str] = {"en": "{} of {} statements checked", "zh": "共{1}句，已核对{0}句"}
_MARKS: dict[FindingKind, tuple[str, dict[Language, str]]] = {
    "contradicted": ("meu-contradicted", {"en": "contradicted by the check", "zh": "与核对结果不符"}),
    "confirmed": ("meu-confirmed", {"en": "confirmed by the check", "zh": "与核对结果相符"}),
    "not measurable": ("meu-unmeasured", {"en": "cannot be measured on this map", "zh": "此图上无法测量"}),
    "not read": ("meu-unread", {"en": "not understood by the check", "zh": "未能核对"}),
}
_MORE: dict[Language, str] = {"en": "{} findings, scroll ↓", "zh": "共{}条，可滚动 ↓"}
# So many rows are as high as screen.css lets the findings be on a small screen.
_IN_SIGHT = 5
_BACK = "back"
_SENT_BACK = re.compile(rf'<div class="meu-flag meu-{_BACK}">.*?</div>', re.DOTALL)
SENT_BACK = f"meu-{_BACK}"
"""What the findings of a task contain that was sent back."""
_SOUND: dict[Language, str] = {"en": "The check found nothing suspicious.", "zh": "自动核对未发现可疑之处。"}
_HEADS: dict[Language, tuple[str, str, str]] = {
    "en": ("Measured motion", "left of the picture", "right of the picture"),
    "zh": ("测得的运动", "画面左侧", "画面右侧"),
}
_STILL: dict[Language, str] = {"en": "Nothing moved beyond the map's noise.", "zh": "没有超出噪声的运动。"}
_TRUST: dict[Language, str] = {"en": "Trust in this map: {:.2f} of 1", "zh": "本图可信程度：{:.2f}（满分 1）"}
_REGION_TRUST: dict[Language, str] = {"en": "trust in this region, of 1", "zh": "该区域的可信程度（满分 1）"}
_HIDDEN: dict[Language, str] = {"en": "Cannot be judged: {}", "zh": "无法判断：{}"}
_DARK: dict[Language, str] = {"en": "dark: still", "zh": "暗：静止"}
_MIXED: dict[Language, str] = {"en": "mixed", "zh": "杂乱"}


_LOOKS: dict[Language, dict[str, str]] = {
    "en": {
        "map": "map",
        "flicker": "onset ⇄ apex",
        "onset": "onset",
        "apex": "apex",
        "clip": "clip",
        "regions": "regions",
    },
    "zh": {
        "map": "运动图",
        "flicker": "起始帧 ⇄ 顶点帧",
        "onset": "起始帧",
        "apex": "顶点帧",
        "clip": "片段",
        "regions": "区域",
    },
}


def look_html(lang: Language) -> str:
    """What chooses the picture in the large place; its states are styled, and are nothing that anybody answers."""
    choices = "".join(
        f'<label><input type="radio" name="meu-look" class="meu-look-{look}"{" checked" if look == "map" else ""}>'
        f"{word}</label>"
        for look, word in _LOOKS[lang].items()
    )
    return f'<div class="meu-switch">{choices}</div>'


def wheel_text(direction: Direction, lang: Language) -> str:
    """A cell of the legend: arrow and colour; in the middle, what no colour means."""
    if direction == "none":
        return _DARK[lang]
    return f"{ARROWS[direction]} {COLOUR_NAMES[COLOUR_OF[direction]][lang]}"


def findings_html(flags: Iterable[Flag], motion: Motion, lang: Language) -> str:
    """What grounding found wrong with the draft, the worst first, and then what makes the map doubtful.

    Args:
        flags: The draft's, in the order of the grounding.
        motion: What was measured, with the flags of its map.
        lang: The annotators' language.

    Returns:
        One `div` a finding; one that says so when there is none. Before them their number, where they are so many
        that one has to scroll.
    """
    rows = [_finding(flag.severity, SIGNS[flag.severity], flag.sentence(lang)) for flag in flags]
    rows = rows or [_finding("fine", "✔", _SOUND[lang])]
    if motion.quality.flags:
        rows.append(_finding("map", SIGNS["note"], _TRUST[lang].format(motion.quality.trust)))
    rows += [_finding("map", SIGNS["note"], MAP_DOUBTS[doubt][lang]) for doubt in motion.quality.flags]
    count = f'<div class="meu-count">{_MORE[lang].format(len(rows))}</div>' if len(rows) > _IN_SIGHT else ""
    return count + "".join(rows)


def sent_back(findings: str, notes: Iterable[str]) -> str:
    """Findings that begin with what goes back to annotators, in place of what went back before.

    Args:
        findings: The HTML as it is on the server.
        notes: A line each; none takes away what stands there.
    """
    return "".join(_finding(_BACK, "↩", note) for note in notes) + _SENT_BACK.sub("", findings)


def checked_html(grounding: Grounding, lang: Language) -> str:
    """How many statements of the draft the check could read; nothing where that is not known."""
    if not grounding.statements:
        return ""
    said = _CHECKED[lang].format(grounding.checked, grounding.statements)
    return f'<div class="meu-checked">{said}</div>'


def statements_html(annotation: Annotation, grounding: Grounding, lang: Language) -> str:
    """The texts of a draft with their statements marked by what the check found.

    Args:
        annotation: The draft.
        grounding: Its check.
        lang: The annotators' language.

    Returns:
        One `div` a text, as HTML; texts without a statement that was looked at are left out.
    """
    rows = ""
    for number, stage in enumerate(ANNOTATION_STAGES, 1):
        marked = [item for item in grounding.findings if item.stage == stage and item.finding in _MARKS]
        text, at, said = str(getattr(annotation, stage)), 0, ""
        for item in marked:
            name, hint = _MARKS[item.finding]
            statement = escape(text[item.start : item.end])
            said += f'{escape(text[at : item.start])}<span class="{name}" title="{hint[lang]}">{statement}</span>'
            at = item.end
        if marked:
            rows += f'<div class="meu-text">{number}. {said}{escape(text[at:])}</div>'
    return rows


def regions_html(motion: Motion, lang: Language) -> str:
    """The moving regions as a table with a row for each part of the face, the strongest first.

    A region that is less than surely measured has its trust beside it.

    Below it the regions of which nothing can be said, with the reason: these did not hold still.
    """
    parts: dict[str, dict[str | None, RegionMotion]] = {}
    moving = (region for region in motion.regions if region.moving)
    for region in sorted(moving, key=lambda region: (-region.mean, region.region)):
        parts.setdefault(region_part(region.region), {})[region_side(region.region)] = region
    if not parts:
        return f"<p>{_STILL[lang]}</p>{_hidden(motion, lang)}"
    head = "".join(f"<th>{word}</th>" for word in _HEADS[lang])
    rows = "".join(f"<tr><td>{PART_NAMES[part][lang]}</td>{_cells(found, lang)}</tr>" for part, found in parts.items())
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_hidden(motion, lang)}"


def _hidden(motion: Motion, lang: Language) -> str:
    reasons: dict[str, list[str]] = {}
    for region in motion.regions:
        if region.reason:
            reasons.setdefault(REASONS[region.reason][lang], []).append(region_name(region.region, lang))
    comma, said = (", ", "{} ({})") if lang == "en" else ("、", "{}（{}）")
    rows = (_HIDDEN[lang].format(said.format(comma.join(names), why)) for why, names in reasons.items())
    return "".join(f"<p>{escape(row)}</p>" for row in rows)


def _finding(kind: str, sign: str, sentence: str) -> str:
    return f'<div class="meu-flag meu-{kind}">{sign} {escape(sentence)}</div>'


def _cells(found: dict[str | None, RegionMotion], lang: Language) -> str:
    if None in found:
        return f'<td colspan="2" class="meu-middle">{_motion(found[None], lang)}</td>'
    return "".join(f"<td>{_motion(found[side], lang) if side in found else ''}</td>" for side in ("left", "right"))


def _motion(region: RegionMotion, lang: Language) -> str:
    strength = INTENSITY_NAMES[region.intensity][lang]
    if region.trust < 1:
        strength += f' <small title="{_REGION_TRUST[lang]}">{region.trust:.2f}</small>'
    if not region.coherent:
        return f"{strength}, {_MIXED[lang]}"
    title = f"{DIRECTION_NAMES[region.octant][lang]}, {COLOUR_NAMES[COLOUR_OF[region.octant]][lang]}"
    return f'<span class="meu-o meu-o-{region.octant}" title="{title}">{ARROWS[region.octant]}</span>{strength}'
