"""Ids and file names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from meu_data.records import ActionUnit, file_stem, sample_id


def test_an_id_says_where_the_clip_is():
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
