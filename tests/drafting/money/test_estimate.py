"""How many tokens a request is taken for, before it is sent."""

import pytest

from meu_data.drafting.money.estimate import at_most, likely, mean_output, text_tokens
from meu_data.drafting.providers import provider


@pytest.mark.parametrize(
    ("model", "resolution", "tokens"),
    [
        ("gemini-3.8-flash", "low", 280),
        ("gemini-3.8-flash", "medium", 560),
        ("gemini-3.8-flash", "high", 1120),
        ("gemini-4-argon", "low", 280),
        ("gemini-2.5-pro", "low", 64),
        ("gemini-2.5-pro", "medium", 256),
        ("models/gemini-2.5-flash", "low", 64),
    ],
)
def test_a_picture_takes_what_the_media_resolution_page_says(model, resolution, tokens):
    assert provider("gemini").picture_tokens(model, resolution) == tokens


def test_pictures_add_up(spec_of, picture):
    none, three = likely(spec_of()), likely(spec_of(pictures=(picture,) * 3))
    assert three.input_tokens - none.input_tokens == 3 * 560


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("abcdef", 2), ("眉毛上扬", 4), ("AU1 眉毛", 3), ("x" * 3000 + "眉" * 1000, 2000)],
)
def test_three_letters_or_one_chinese_character_are_a_token(text, tokens):
    assert text_tokens(text) == tokens


@pytest.mark.parametrize("place", ["system", "text"])
def test_every_part_of_the_prompt_counts(spec_of, place):
    grown = likely(spec_of(**{place: "a" * 300})).input_tokens - likely(spec_of()).input_tokens
    assert grown == 100


def test_the_schema_and_the_earlier_turns_count(spec_of):
    base = likely(spec_of()).input_tokens
    assert likely(spec_of(turns=({"role": "model", "text": "a" * 30},))).input_tokens == base + 10
    assert likely(spec_of(response_schema={"k": "a" * 300})).input_tokens >= base + 100


def test_more_thinking_is_taken_for_more_output(spec_of):
    outputs = [likely(spec_of(thinking=level)).output_tokens for level in ("minimal", "low", "medium", "high")]
    assert outputs == sorted(set(outputs))


def test_the_output_never_passes_the_limit_of_the_request(spec_of):
    spec = spec_of(max_output_tokens=500)
    assert likely(spec).output_tokens == 500
    assert likely(spec, 900.0).output_tokens == 500
    assert likely(spec, 400.4).output_tokens == 400
    assert at_most(spec).output_tokens == 500
    assert at_most(spec).input_tokens == likely(spec).input_tokens


def test_the_mean_of_the_answers_counts_thinking_and_one_model_only(ledger, attempt):
    for output in (100, 200, 300, 400, 500):
        attempt("answered", usd=0.1, output=output, thinking=50)
    attempt("answered", usd=0.1, output=9999, model="other")
    attempt("open")
    attempt("unknown")
    assert mean_output(ledger, "gemini-3.8-flash") == 350
    assert mean_output(ledger, "other") is None


def test_a_few_answers_are_no_mean(ledger, attempt):
    for _ in range(4):
        attempt("answered", usd=0.1, output=100)
    assert mean_output(ledger, "gemini-3.8-flash") is None
