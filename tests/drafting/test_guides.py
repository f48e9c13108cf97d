"""The guides that annotators and models read say what the program does."""

import re

import pytest

from meu_data.face.aus import AU_NAMES, AU_SITES, au_effects, au_sites
from meu_data.face.regions import (
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    OCTANTS,
    PAIRED_PARTS,
    PART_NAMES,
    region_part,
    region_side,
)
from meu_data.records import ActionUnit
from meu_data.resources import resource

IN_THE_TABLE = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 24, 25, 26]
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def guide(lang):
    return resource("annotation_guides", f"guide_{lang}.md").read_text(encoding="utf-8")


def tables(lang):
    """The cells of the guide's tables, without their heads."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", guide(lang), re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()[2:]] for block in blocks
    ]


def direction_word(direction, lang):
    return direction if lang == "en" else DIRECTION_NAMES[direction]["zh"]


@LANGUAGES
def test_legend_is_the_maps(lang):
    legend = tables(lang)[0]
    assert legend == [[direction_word(octant, lang), COLOUR_NAMES[COLOUR_OF[octant]][lang]] for octant in OCTANTS]


@LANGUAGES
def test_quick_table_is_the_programs(lang):
    rows = iter(tables(lang)[1])
    for number in IN_THE_TABLE:
        sites = dict(au_sites(ActionUnit(number=number)))
        for site in AU_SITES[number]:
            row = next(rows)
            assert row[:3] == [str(number), AU_NAMES[number][lang], PART_NAMES[site.part][lang]]
            regions = [region for region in sites if region_part(region) == site.part]
            by_side = {region_side(region): sites[region] for region in regions}
            for cell, side in zip(row[3:], ("left", "right"), strict=True):
                direction = by_side[side if site.part in PAIRED_PARTS else None]
                if "any" in site.moves:
                    assert cell == {"en": "any direction", "zh": "任意方向"}[lang]
                    continue
                assert re.split("[,，] ?", cell) == [
                    direction_word(direction, lang),
                    COLOUR_NAMES[COLOUR_OF[direction]][lang],
                ]
    assert list(rows) == []


@LANGUAGES
def test_table_of_what_aus_do_besides_is_the_programs(lang):
    found = [
        (int(number), part, side, cell)
        for number, part, left, right in tables(lang)[2]
        for side, cell in (("left", left), ("right", right))
    ]
    wanted = [
        (number, PART_NAMES[region_part(effect.region)][lang], side, direction_word(effect.direction, lang))
        for number in IN_THE_TABLE
        for effect in au_effects(ActionUnit(number=number))
        for side in ([region_side(effect.region)] if region_side(effect.region) else ["left", "right"])
        if effect.kind == "secondary"
    ]
    assert sorted(found) == sorted(wanted)


@LANGUAGES
def test_every_region_is_named(lang):
    text = re.sub(r"\s+", " " if lang == "en" else "", guide(lang))
    assert [name[lang] for name in PART_NAMES.values() if name[lang] not in text] == []


@LANGUAGES
def test_good_example_names_its_labels(lang):
    quotes = re.findall(r"(?:^>.*\n)+", guide(lang), re.MULTILINE)
    good, bad = ({int(number) for number in re.findall(r"AU(\d+)", quote)} for quote in quotes)
    assert good == {6, 12}
    assert bad == {4, 12}
