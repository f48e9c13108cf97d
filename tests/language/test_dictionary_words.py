"""Words from dictionaries, each in a sentence: what is read is what the word says.

`tests/data/words` was chosen from dictionaries and reviewed by hand, apart from the reader's own tables and from the
answers that it was worked on with. Words are read alone, then with parts, strengths and sides in several orders.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meu_data.face.regions import region_part
from meu_data.language.reader import read

DATA = Path(__file__).parent.parent / "data" / "words"
# The bits of the ways, as the table of the reader's results has them.
BITS = {"up": 1, "down": 2, "left": 4, "right": 8, "in": 16, "out": 32}


class Group(NamedTuple):
    """Words that say the same in one sentence."""

    says: str
    frame: str
    words: tuple[str, ...]


def _groups(lang):
    rows = tomllib.loads((DATA / f"{lang}.toml").read_text("utf-8"))["group"]
    return [
        Group(row["says"], row["frame"], tuple(" ".join(word.split()) for word in row["words"].split(",")))
        for row in rows
    ]


GROUPS = {lang: _groups(lang) for lang in ("en", "zh")}
EACH = [(lang, group) for lang, groups in GROUPS.items() for group in groups]


def says(text, what):  # noqa: PLR0911 - one line for each kind
    """Whether a text says this, and nothing to the contrary."""
    reading = read(text)
    told = [said for said in reading.motions() if said.real]
    affirmed = [said for said in told if not said.denied and said.moves is not False]
    kind, _, value = what.partition(" ")
    match kind:
        case "way":
            return any(said.ways & BITS[value] for said in affirmed) and not any(
                said.ways & ~BITS[value] for said in told
            )
        case "still" | "denied":
            return any(said.moves is False or said.denied for said in told)
        case "moves":
            return any(said.moves for said in affirmed) and not any(said.ways for said in told)
        case "strength":
            return {said.strength for said in affirmed if said.strength} == {value}
        case "colour":
            return any(value in said.colours for said in affirmed)
        case "part":
            return any(said.ways and value in map(region_part, regions) for said in affirmed for regions in said.places)
        case "emotion":
            return any(told.emotion == value and told.polarity == "affirmed" for told in reading.emotions())
        case "likewise":
            return any("chin" in regions and said.ways & BITS["up"] for said in affirmed for regions in said.places)
        case "side":
            return {regions for said in affirmed for regions in said.places} == {(f"{value}_inner_brow",)}
    raise AssertionError(what)


@pytest.mark.parametrize(("lang", "group"), EACH, ids=[f"{lang}: {one.frame} {one.says}" for lang, one in EACH])
def test_each_word_is_read_as_what_it_says(lang, group):
    assert len(group.words) > 10
    assert [word for word in group.words if not says(group.frame.format(word), group.says)] == []


def test_limited_to_a_place_is_no_strength():
    assert {said.strength for said in read("The movement is limited to the left mouth corner.").motions()} == {None}


# What comes behind these may belong to them: "closer to a small extent", "higher in a big way", "come up with force".
OPEN = ("closer", "nearer", "higher", "lower", "come up", "come down", "low")


def _words(lang, what, frame):
    groups = [one for one in GROUPS[lang] if one.says.startswith(what) and one.frame == frame]
    found = [(word, one.says) for one in groups for word in one.words]
    return [(word, means) for word, means in found if not (word.endswith(OPEN) or word.startswith("in "))]


ENGLISH_PARTS = _words("en", "part", "The {} rise.")
ENGLISH_WAYS = [*_words("en", "way", "The inner brows {}."), *_words("en", "way", "The mouth corners {}.")]
ENGLISH_STRENGTHS = _words("en", "strength", "The inner brows rise {}.")
ENGLISH_ORDERS = (
    "The {part} {way} {strength}.",
    "The {part}, on both sides, {way} {strength}.",
    "On the map the {part} {way}, and {strength}.",
    "Here the {part} of this face {way} {strength}",
    "- {part}: they {way} {strength}",
)
CHINESE_PARTS = {
    "眉头": "inner_brow",
    "眉梢": "outer_brow",
    "嘴角": "mouth_corner",
    "鼻翼": "nose_wing",
    "上睑": "upper_lid",
}
CHINESE_WAYS = [*_words("zh", "way", "眉头{}。"), *_words("zh", "way", "嘴角{}。")]
CHINESE_STRENGTHS = _words("zh", "strength", "眉头上抬,幅度{}。")
CHINESE_ORDERS = (
    "{part}{way},幅度{strength}。",
    "双侧{part}{way},幅度{strength}",
    "图上可见{part}{way},强度{strength}。",
    "- {part}:{way},幅度{strength}",
)


def _agrees(text, part, way, strength):
    assert says(text, way), text
    assert says(text, strength), text
    assert any(part in map(region_part, regions) for said in read(text).motions() for regions in said.places), text


@settings(derandomize=True, max_examples=300)
@given(
    st.sampled_from(ENGLISH_ORDERS),
    st.sampled_from(ENGLISH_PARTS),
    st.sampled_from(ENGLISH_WAYS),
    st.sampled_from(ENGLISH_STRENGTHS),
)
def test_english_words_are_read_together_in_any_order(order, part, way, strength):
    text = order.format(part=part[0], way=way[0], strength=strength[0])
    _agrees(text, part[1].partition(" ")[2], way[1], strength[1])


@settings(derandomize=True, max_examples=300)
@given(
    st.sampled_from(CHINESE_ORDERS),
    st.sampled_from(sorted(CHINESE_PARTS.items())),
    st.sampled_from(CHINESE_WAYS),
    st.sampled_from(CHINESE_STRENGTHS),
)
def test_chinese_words_are_read_together_in_any_order(order, part, way, strength):
    text = order.format(part=part[0], way=way[0], strength=strength[0])
    _agrees(text, part[1], way[1], strength[1])
