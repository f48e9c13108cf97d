"""The annotators' guide as HTML for Label Studio's instructions, with the table of just the AUs that may be ticked."""

import re
from collections.abc import Iterable

from meu_data.choices import Language
from meu_data.face.au_notation import parse_code
from meu_data.face.aus import AU_NAMES, AU_SITES, au_effects
from meu_data.face.regions import PART_NAMES, region_part
from meu_data.records import ActionUnit
from meu_data.resources import resource
from meu_data.review.screen.authorship import signed
from meu_data.review.screen.fields import Answers
from meu_data.review.screen.html import ARROWS, CELLS, WHEEL, wheel_text

_HEADS: dict[Language, tuple[str, str, str]] = {
    "en": (
        "AU",
        "name",
        "what moves, and how: one arrow in the middle of the face, else left and right of the picture; behind “also”"
        " what goes along more weakly",
    ),
    "zh": (
        "AU",
        "名称",
        "运动的部位和方向：面部中线上为一个箭头，其余依次为画面左侧、右侧；“另有”之后为较弱的伴随运动",
    ),
}
_NO_MOTION: dict[Language, str] = {"en": "no motion of its own on the map", "zh": "图上没有自身的运动"}
_ANY_WAY: dict[Language, str] = {"en": "any direction", "zh": "任意方向"}
_ALSO: dict[Language, str] = {"en": "; also ", "zh": "；另有"}
_COMMA: dict[Language, str] = {"en": ", ", "zh": "、"}
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]*)\)\n")
_HAN_LINES = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef*])\n *(?=[\u3000-\u9fff\uff00-\uffef])")
_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)[^)]*\)")


def instructions(answers: Answers, lang: Language) -> str:
    """The guide as HTML that Label Studio takes as it is.

    Its server takes away styles and embedded pictures (bleach, with the lists in its constants.py), so the legend is
    a table with coloured cells. The picture of the screen is left out: annotators have the screen before them.
    """
    from markdown_it import MarkdownIt

    text = resource("annotation_guides", f"annotators_{lang}.md").read_text(encoding="utf-8")
    text = text.replace(au_table(AU_SITES, lang), au_table({parse_code(code).number for code in answers.aus}, lang))
    text = _PICTURE.sub(lambda match: _legend_html(lang) if "legend" in match[1] else "", text)
    text = _LINK.sub(r"\1", text)
    if lang == "zh":
        # HTML would show the ends of lines as blanks, which Chinese does not have.
        text = _HAN_LINES.sub("", text)
    html = MarkdownIt("commonmark").enable("table").render(text)
    return signed(f'<div class="meu-guide">\n{html}</div>\n', "meu-guide")


def au_table(numbers: Iterable[int], lang: Language) -> str:
    """A table in Markdown with a row for each AU: its name, and how the parts of the face move that it acts on."""
    rows = [_HEADS[lang], ("---", "---", "---")]
    rows += [(str(number), AU_NAMES[number][lang], _moves(number, lang)) for number in sorted(numbers)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _moves(number: int, lang: Language) -> str:
    parts: dict[tuple[bool, str], list[str]] = {}
    for effect in au_effects(ActionUnit(number=number)):
        ways = parts.setdefault((effect.kind == "secondary", region_part(effect.region)), [])
        if not effect.free:
            ways.append(ARROWS[effect.direction])
    listed = {
        later: [
            f"{PART_NAMES[part][lang]} {' '.join(ways) or _ANY_WAY[lang]}"
            for (at, part), ways in parts.items()
            if at == later
        ]
        for later in (False, True)
    }
    return (
        _ALSO[lang].join(_COMMA[lang].join(parts_listed) for parts_listed in listed.values() if parts_listed)
        or _NO_MOTION[lang]
    )


def _legend_html(lang: Language) -> str:
    """The colours around a point; the classes are styled by the labelling config, the attributes stand in for it."""
    cells = [
        f'<td align="center" bgcolor="{CELLS[way].ground}" class="meu-o-{way}">{wheel_text(way, lang)}</td>'
        for way in WHEEL
    ]
    rows = ("".join(cells[first : first + 3]) for first in range(0, len(cells), 3))
    return f'<table cellpadding="8"><tbody>{"".join(f"<tr>{row}</tr>" for row in rows)}</tbody></table>\n'
