"""Claims as lines: each is read back as it was written, and what cannot be read is quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES, INTENSITIES, REGIONS
from meu_data.records import Claim
from meu_data.review.screen.claim_lines import EXAMPLES, claim_line, claims_text, corrected_claims, read_line

SMILE = Claim(region="left_mouth_corner", colour="blue", direction="up-left", intensity="strong", au="AU12")
CHIN = Claim(region="chin", colour="purple", direction="up", intensity="slight")
claims = st.builds(
    Claim,
    region=st.sampled_from(REGIONS),
    colour=st.sampled_from(list(COLOUR_NAMES)),
    direction=st.sampled_from(list(DIRECTION_NAMES)),
    intensity=st.sampled_from(INTENSITIES),
    au=st.sampled_from([None, "AU12", "LAU12", "RAU4"]),
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@given(claim=claims)
def test_a_line_is_read_as_it_was_written(lang, claim):
    assert read_line(claim_line(claim, lang)) == claim


def test_the_examples_are_lines():
    assert claim_line(SMILE, "en") == EXAMPLES["en"]
    assert claim_line(SMILE, "zh") == EXAMPLES["zh"]


@pytest.mark.parametrize(
    "line",
    [
        "left mouth corner: up-left, strong, AU12",
        "LEFT MOUTH CORNER :  Strong ,up-left, au12",
        "left corner of the mouth: up and to the left, strong, AU12",
        "左侧嘴角：向左上，强烈，AU12",
        "画面左侧嘴角: 左上、强烈、ＡＵ１２",
        "left mouth corner: up-left, blue, strong, AU12",
    ],
)
def test_other_ways_to_write_one(line):
    assert read_line(line) == SMILE


@pytest.mark.parametrize(
    "line",
    [
        "up-left",
        "the nose: up, strong",
        "chin",
        "chin:",
        "chin: up",
        "chin: strong, AU17",
        "chin: up, down, strong",
        "chin: up, strong, AU99",
        "chin: up, strong, AU17, AU26",
        "chin: up, very strong",
        "chin: upwards and a bit to the left, strong",
        "chin: still, strong",
        "下巴：上升，强烈",
    ],
)
def test_what_cannot_be_read_is_quoted(line):
    with pytest.raises(MeuError, match="write it as") as error:
        read_line(line)
    assert f"“{line}”" in str(error.value)


def test_an_untouched_field_leaves_the_claims_to_the_text():
    shown = (SMILE, CHIN)
    derived = (SMILE.model_copy(update={"direction": "up", "colour": "purple"}), CHIN)
    assert corrected_claims(claims_text(shown, "en"), shown, derived, "en") == derived


def test_a_corrected_line_wins_over_the_text():
    shown = (SMILE, CHIN)
    derived = (SMILE.model_copy(update={"direction": "up", "colour": "purple"}), CHIN)
    down = Claim(region=SMILE.region, colour="yellow-green", direction="down", intensity="strong", au="AU15")
    written = claims_text((down, CHIN), "en")
    assert corrected_claims(written, shown, derived, "en") == (CHIN, down)


def test_a_line_taken_away_or_added_counts():
    assert corrected_claims(claims_text((CHIN,), "en"), (SMILE, CHIN), (SMILE, CHIN), "en") == (CHIN,)
    assert corrected_claims(claims_text((CHIN, SMILE), "zh"), (CHIN,), (CHIN,), "zh") == (CHIN, SMILE)


@pytest.mark.parametrize("word", ["none", "None", " 无 "])
def test_none_alone_means_no_claims(word):
    assert corrected_claims(word, (SMILE,), (SMILE,), "en") == ()


def test_a_strange_claim_of_a_draft_is_no_fault_of_the_person():
    strange = Claim(region="third eye", colour="red", direction="up", intensity="slight", au="AU twelve")
    for lang in ("en", "zh"):
        written = claims_text((strange, CHIN), lang)
        assert corrected_claims(written, (strange, CHIN), (strange, CHIN), lang) == (strange, CHIN)


@given(st.text(), st.lists(claims, max_size=4))
def test_whatever_is_written_is_read_or_quoted(written, shown):
    try:
        found = corrected_claims(written, shown, shown, "en")
    except MeuError:
        return
    assert all(claim.region in REGIONS for claim in found)
