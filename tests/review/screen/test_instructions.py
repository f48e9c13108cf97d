"""The annotators' guide says what the program does, in both languages, and reaches annotators as it is written."""

import re

import pytest
import requests

from meu_data.choices import Language
from meu_data.face.aus import AU_NAMES, AU_SITES
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES
from meu_data.grounding.claims import INTENSITY_NAMES, au_words, region_words
from meu_data.grounding.flags import KINDS, Words, flag
from meu_data.grounding.labels import emotion_words
from meu_data.records import ActionUnit
from meu_data.resources import resource
from meu_data.review.screen.fields import VERDICTS, Answers
from meu_data.review.screen.html import SIGNS
from meu_data.review.screen.instructions import au_table, instructions
from meu_data.review.screen.labelling_config import QUALITY_KEY, VERDICT_KEYS, VERDICT_NAMES
from tests import ROOT

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])
USED = Answers(aus=("AU1", "LAU12", "RAU12", "AU61"), emotions=("fear",))


def guide(lang: Language) -> str:
    return resource("annotation_guides", f"annotators_{lang}.md").read_text(encoding="utf-8")


def plain(text: str, lang: Language) -> str:
    """Without line breaks and marks of quotes."""
    return re.sub(r"\n>? *", " " if lang == "en" else "", text)


def tables(lang: Language) -> list[list[list[str]]]:
    """The cells of the guide's tables, without their heads."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", guide(lang), re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()[2:]] for block in blocks
    ]


def first_cells(lang: Language, number: int) -> list[str]:
    return [row[0] for row in tables(lang)[number]]


@LANGUAGES
def test_every_kind_of_finding_is_explained_and_nothing_else(lang: Language) -> None:
    (found,) = [table for table in tables(lang) if table[0][0] == "`emotion`"]
    assert [row[0].strip("`") for row in found] == list(KINDS)
    assert all(len(cell) > 3 for row in found for cell in row)


@LANGUAGES
def test_signs_of_severity_are_explained(lang: Language) -> None:
    assert all(sign in guide(lang) for sign in SIGNS.values())


@LANGUAGES
def test_table_of_aus_is_the_programs(lang: Language) -> None:
    assert au_table(AU_SITES, lang) in guide(lang)


def test_rows_of_the_table_are_what_facs_says() -> None:
    # FACS manual: AU4 lowers the brows and draws them together, AU12 pulls the corners up and out, AU26 drops the jaw.
    # AU14 pinches: no direction in the picture plane.
    assert "corner of the mouth any direction" in au_table((14,), "en")
    rows = au_table((26, 4, 12, 51), "en").splitlines()[2:]
    assert (
        rows[0]
        == "| 4 | brow lowerer | inner brow ↘ ↙, space between the brows ↓, outer brow ↓ ↓; also upper lid ↓ ↓ |"
    )
    assert rows[1].startswith("| 12 | lip corner puller | corner of the mouth ↖ ↗, ")
    assert rows[2].startswith("| 26 | jaw drop | chin ↓, ")
    assert rows[3] == "| 51 | head turn left | no motion of its own on the map |"


@LANGUAGES
def test_verdicts_and_keys_are_those_of_the_screen(lang: Language) -> None:
    (found,) = [table for table in tables(lang) if table[0][0] == VERDICT_NAMES["accept"][lang]]
    assert [row[:2] for row in found] == [[VERDICT_NAMES[name][lang], VERDICT_KEYS[name]] for name in VERDICTS]
    keys = {row[0]: row[1] for table in tables(lang) for row in table if row[0].startswith(("a, f", "a、f", "q", "1 "))}
    letters = (", " if lang == "en" else "、").join(VERDICT_KEYS[name] for name in VERDICTS)
    assert set(keys) == {letters, QUALITY_KEY, {"en": "1 to 9", "zh": "1 至 9"}[lang]}
    assert all(VERDICT_NAMES[name][lang] in keys[letters] for name in VERDICTS)


@LANGUAGES
def test_words_of_strength_and_colour_are_the_programs(lang: Language) -> None:
    assert all(INTENSITY_NAMES[name][lang] in guide(lang) for name in ("slight", "moderate", "strong"))
    told = {"up": "purple", "down": "yellow-green", "right": "red", "left": "cyan"}
    assert all(COLOUR_NAMES[colour][lang] in guide(lang) for colour in told.values())  # type: ignore[index]


@LANGUAGES
def test_quoted_findings_are_the_programs(lang: Language) -> None:
    side: Words = {"en": "right", "zh": "右"}
    lau12, left_brow = ActionUnit(number=12, side="L"), region_words("left_inner_brow")
    quoted = [
        flag(
            "wrong side for AU", "x", "serious", au=au_words(lau12), side=side, region=region_words("left_mouth_corner")
        ),
        flag("still", "x", "serious", region=left_brow, direction=DIRECTION_NAMES["down-right"]),
        flag("conclusion in doubt", "x", "minor", emotion=emotion_words("surprise"), said=emotion_words("fear")),
    ]
    text = plain(guide(lang), lang)
    assert [found.sentence(lang) for found in quoted if found.sentence(lang) not in text] == []


@LANGUAGES
def test_names_behind_aus_are_theirs(lang: Language) -> None:
    pattern = r"(?<![LR])AU(\d+) ?\(([^)]*)\)" if lang == "en" else r"(?<![LR])AU(\d+)（([^）]*)）"
    found = re.findall(pattern, plain(guide(lang), lang))
    assert len(found) > 5
    assert all(re.split("[,，]", name)[0] == AU_NAMES[int(number)][lang] for number, name in found)


@LANGUAGES
def test_pictures_are_there(lang: Language) -> None:
    names = re.findall(r"!\[[^\]]*\]\(([^)]*)\)", guide(lang))
    folder = ROOT / "annotation_guides"
    assert len(names) == 2
    assert [name for name in names if not (folder / name).is_file()] == []


def test_the_languages_have_the_same_parts() -> None:
    def bones(lang: Language) -> list[str]:
        return re.findall(r"^(?:#+|!|>$|> \S|- |\d\.|\|)", guide(lang), re.MULTILINE)

    def parts(lang: Language) -> list[tuple[str, int]]:
        marks = bones(lang)
        return [(mark[:1], marks.count(mark)) for mark in ("#", "##", "!", "- ", "|", "1.", "4.")]

    assert parts("en") == parts("zh")


class TestHtml:
    @LANGUAGES
    def test_only_the_aus_that_may_be_ticked(self, lang: Language) -> None:
        html = instructions(USED, lang)
        assert re.findall(r"<td>(\d+)</td>", html) == ["1", "12", "61"]

    @LANGUAGES
    def test_nothing_of_markdown_is_left(self, lang: Language) -> None:
        text = re.sub(r"<[^>]*>", "", instructions(USED, lang))
        assert not re.search(r"\*\*|\]\(|!\[|^#|^\||`|\.\./", text, re.MULTILINE)

    @LANGUAGES
    def test_every_heading_and_row_arrives(self, lang: Language) -> None:
        html = instructions(USED, lang)
        heads = re.findall(r"^#+ (.*)$", guide(lang), re.MULTILINE)
        assert [re.sub(r"&.*?;", "'", head) for head in re.findall(r"<h\d>(.*)</h\d>", html)] == heads
        assert all(f"<code>{kind}</code>" in html for kind in KINDS)

    @LANGUAGES
    def test_the_legend_is_coloured_without_style_or_picture(self, lang: Language) -> None:
        html = instructions(USED, lang)
        assert html.count("bgcolor=") == 9
        assert "<img" not in html
        assert "style=" not in html

    def test_chinese_has_no_blanks_at_the_ends_of_lines(self) -> None:
        html = instructions(USED, "zh")
        assert not re.search(r"[\u4e00-\u9fff，。；：、）]\n[\u4e00-\u9fff（“]", html)

    @LANGUAGES
    def test_same_arguments_same_text(self, lang: Language) -> None:
        assert instructions(USED, lang) == instructions(USED, lang)

    @LANGUAGES
    def test_the_server_keeps_it_as_it_is(self, lang: Language, label_studio) -> None:
        html = instructions(USED, lang)
        head = {"Authorization": f"Token {label_studio.token}"}
        body = {"title": f"instructions {lang}", "expert_instruction": html}
        made = requests.post(f"{label_studio.url}/api/projects/", json=body, headers=head, timeout=300).json()
        url = f"{label_studio.url}/api/projects/{made['id']}/"
        kept = requests.get(url, headers=head, timeout=300).json()["expert_instruction"]
        requests.delete(url, headers=head, timeout=300)
        assert kept == html
