"""Ids and file names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from meu_data.records import (
    ActionUnit,
    Annotation,
    Claim,
    RegionMotion,
    Statement,
    file_stem,
    joined_text,
    linked_claims,
    sample_id,
)


def test_an_id_says_where_the_clip_is():
    assert sample_id("dfme", "sub0003", "sub0003_01", 3) == "dfme/sub0003/sub0003_01/3"
    assert sample_id("dfme", "sub0003", "sub0003_01", 3, 11) == "dfme/sub0003/sub0003_01/3-11"


@pytest.mark.parametrize(
    ("identifier", "stem"),
    [
        ("dfme/sub0003/sub0003_01/3-11", "dfme__sub0003__sub0003_01__3-11"),
        ("dfme/Sub0003/x/3-11", r"dfme__sub0003__x__3-11-[0-9a-f]{12}"),
        ("dfme/被试 1/x/3-11", r"dfme___1__x__3-11-[0-9a-f]{12}"),
        ("../../etc/passwd", r"[a-z0-9._-]+-[0-9a-f]{12}"),
    ],
)
def test_stems(identifier, stem):
    assert re.fullmatch(stem, file_stem(identifier))


@given(st.text(min_size=1, max_size=300))
def test_a_stem_is_safe_everywhere(identifier):
    stem = file_stem(identifier)
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9._-]{0,149}", stem)


@given(st.lists(st.text(alphabet="aA_/.é-", min_size=1, max_size=8), unique=True, min_size=2))
def test_one_stem_per_id(identifiers):
    assert len({file_stem(identifier).casefold() for identifier in identifiers}) == len(identifiers)


def test_records_are_closed_and_frozen():
    with pytest.raises(ValidationError):
        ActionUnit(number=12, laterality="L")
    with pytest.raises(ValidationError):
        ActionUnit(number=12).number = 13


def test_an_aus_doubts_are_written_only_where_there_are_any():
    plain = '{"number":12,"side":"L","intensity":null}'
    assert ActionUnit.model_validate_json(plain).model_dump_json() == plain
    doubted = ActionUnit(number=12, side="L", certain=False, alternative=2)
    written = doubted.model_dump_json()
    assert written == '{"number":12,"side":"L","intensity":null,"certain":false,"alternative":2}'
    assert ActionUnit.model_validate_json(written) == doubted


UP = Claim(region="chin", colour="purple", direction="up", intensity="slight")
DOWN = Claim(region="chin", colour="yellow-green", direction="down", intensity="slight", au="AU26")


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["It rises.", "It falls."], "It rises. It falls."),
        (["下巴上移。", "嘴角下移。"], "下巴上移。嘴角下移。"),
        (["下巴上移。", "It falls.", "嘴角下移。"], "下巴上移。It falls. 嘴角下移。"),
        (["It rises (AU17)."], "It rises (AU17)."),
        (["（AU17）", "眉头未动"], "（AU17）眉头未动"),
    ],
)
def test_statements_are_joined(texts, joined):
    assert joined_text(Statement(text=text) for text in texts) == joined


def test_claims_of_statements_come_in_order_and_once():
    told = [Statement(text="a", claims=(DOWN, UP)), Statement(text="b"), Statement(text="c", claims=(UP,))]
    assert linked_claims(told) == (DOWN, UP)


PLAIN = {
    "claims": [UP.model_dump()],
    "motion_analysis": "It rises. It is purple.",
    "expression_inference": "-",
    "conclusion": "-",
    "aus": [],
    "emotion": "others",
}


def test_an_annotation_without_statements_keeps_its_bytes():
    text = Annotation.model_validate(PLAIN).model_dump_json()
    assert "statements" not in text
    assert Annotation.model_validate_json(text).statements == ()


TOLD = (Statement(text="It rises.", claims=(UP,)), Statement(text="It is purple.", claims=(UP,)))


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 2),
        ({"motion_analysis": "It falls. It is purple."}, 0),
        ({"claims": (DOWN,)}, 0),
        ({"statements": ()}, 0),
        ({"conclusion": "another"}, 2),
    ],
)
def test_statements_hold_as_long_as_text_and_claims_are_theirs(changes, count):
    annotation = Annotation.model_validate(PLAIN | {"statements": TOLD}).model_copy(update=changes)
    assert len(annotation.linked) == count
    assert Annotation.model_validate_json(annotation.model_dump_json()) == annotation


MEASURED = {
    "region": "chin",
    "mean": 0.9,
    "max": 1.2,
    "dx": 0.0,
    "dy": -0.9,
    "direction_deg": 270.0,
    "octant": "up",
    "coherence": 0.9,
    "significance": 9.0,
}


@pytest.mark.parametrize(("intensity", "state"), [("none", "still"), ("slight", "moving"), ("strong", "moving")])
def test_a_region_of_an_older_ledger_moved_or_was_still(intensity, state):
    region = RegionMotion.model_validate(MEASURED | {"intensity": intensity})
    assert (region.state, region.moving, region.still) == (state, state == "moving", state == "still")
    assert region.measurable
    assert RegionMotion.model_validate_json(region.model_dump_json()) == region


def test_what_cannot_be_measured_is_neither_still_nor_moving():
    hidden = {"intensity": "none", "state": "not measurable", "reason": "occluded"}
    region = RegionMotion.model_validate(MEASURED | hidden)
    assert (region.moving, region.still, region.measurable) == (False, False, False)


@pytest.mark.parametrize(
    "fault",
    [
        {"intensity": "none", "state": "moving"},
        {"intensity": "slight", "state": "still"},
        {"intensity": "slight", "state": "not measurable", "reason": "noisy"},
        {"intensity": "none", "state": "not measurable"},
        {"intensity": "none", "state": "still", "reason": "noisy"},
    ],
)
def test_a_region_says_one_thing(fault):
    with pytest.raises(ValidationError):
        RegionMotion.model_validate(MEASURED | fault)
