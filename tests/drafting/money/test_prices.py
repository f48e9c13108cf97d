"""Prices: dates, cheaper modes, thinking as output, and the workspace's own table.

Expected figures: Google's price page as read on 2026-10-07 (USD per million tokens).
"""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from meu_data.drafting.money.prices import Prices
from meu_data.drafting.providers.base import Usage
from meu_data.errors import MeuError

MILLION = 1_000_000
NOW = datetime(2026, 11, 20, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
CALL = Usage(input_tokens=2000, output_tokens=1200)


@pytest.mark.parametrize(
    ("model", "when", "per_million_in", "per_million_out"),
    [
        ("gemini-3.8-flash", NOW, 0.75, 3.75),
        ("gemini-3.8-flash", NEXT_YEAR, 1.50, 7.50),
        ("models/gemini-3.8-flash", NOW, 0.75, 3.75),
        ("gemini-3.5-flash", NOW, 1.50, 9.00),
        ("gemini-3.5-flash-lite", NOW, 0.30, 2.50),
        ("gemini-3.1-pro-preview", NOW, 2.00, 12.00),
        ("gemini-2.5-pro", NOW, 1.25, 10.00),
        ("gemini-2.5-flash-lite", NOW, 0.10, 0.40),
    ],
)
@pytest.mark.parametrize(("mode", "share"), [("online", 1.0), ("batch", 0.5), ("flex", 0.5)])
def test_a_call_costs_what_the_price_page_says_and_half_in_batch_and_flex(
    model, when, per_million_in, per_million_out, mode, share
):
    cost = Prices().price_of("gemini", model, CALL, mode, when)
    expected = share * (2000 * per_million_in + 1200 * per_million_out) / MILLION
    assert cost.usd == pytest.approx(expected, rel=1e-12)
    assert cost.as_of.startswith(f"{when.date()} genai-prices ")


def test_the_price_step_comes_at_midnight_utc_wherever_the_user_is():
    still_old_year_there = datetime(2026, 12, 31, 20, tzinfo=timezone(timedelta(hours=-8)))
    assert still_old_year_there.astimezone(UTC).year == 2027
    new, old = (
        Prices().price_of("gemini", "gemini-3.8-flash", CALL, "online", when).usd
        for when in (still_old_year_there, NEXT_YEAR - timedelta(seconds=1))
    )
    assert new == pytest.approx(2 * old)


def test_thinking_costs_as_much_as_the_answer():
    spoken, thought = (
        Prices().price_of("gemini", "gemini-3.8-flash", usage, "online", NOW).usd
        for usage in (Usage(output_tokens=900), Usage(output_tokens=100, thinking_tokens=800))
    )
    assert thought == spoken == pytest.approx(900 * 3.75 / MILLION)


@pytest.mark.parametrize("mode", ["online", "batch", "flex"])
def test_cached_input_is_cheaper_and_part_of_the_input(mode):
    plain = Prices().price_of("gemini", "gemini-2.5-pro", Usage(input_tokens=1000), mode, NOW).usd
    half = Prices().price_of("gemini", "gemini-2.5-pro", Usage(input_tokens=1000, cached_tokens=500), mode, NOW).usd
    assert half == pytest.approx(plain / 2 + 500 * 0.125 / MILLION)


def test_more_cached_than_sent_is_not_believed():
    odd = Prices().price_of("gemini", "gemini-3.8-flash", Usage(input_tokens=10, cached_tokens=999), "online", NOW)
    assert odd.usd == pytest.approx(10 * 0.075 / MILLION)


def test_a_long_prompt_has_its_own_price():
    usage = Usage(input_tokens=300_000, output_tokens=1000)
    cost = Prices().price_of("gemini", "gemini-2.5-pro", usage, "online", NOW)
    assert cost.usd == pytest.approx((300_000 * 2.50 + 1000 * 15.00) / MILLION)


def test_the_quick_way_agrees_with_the_table_for_every_model():
    """The quick way takes a price per token; a model with a step below its limit would be wrong by it."""
    import genai_prices
    from genai_prices import data_snapshot

    usage = Usage(input_tokens=31_000, output_tokens=7_000, cached_tokens=900)
    tokens = genai_prices.Usage(input_tokens=31_000, output_tokens=7_000, cache_read_tokens=900)
    known = {provider.id: provider for provider in data_snapshot.get_snapshot().providers}
    checked = 0
    for ours, theirs in (("gemini", "google"), ("openai", "openai")):
        for model in known[theirs].models:
            if not model.is_match(model.id):
                continue
            price = genai_prices.calc_price(tokens, model.id, provider_id=theirs, genai_request_timestamp=NOW)
            mine = Prices().price_of(ours, model.id, usage, "online", NOW).usd
            assert mine == pytest.approx(float(price.total_price), rel=1e-9), model.id
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("provider", "model"), [("gemini", "gemini-4-carbon"), ("openai", "qwen-local"), ("gemini", "gpt-5")]
)
def test_an_unknown_model_is_refused_with_the_way_to_add_it(tmp_path: Path, provider, model):
    with pytest.raises(MeuError) as caught:
        Prices.read(tmp_path).price_of(provider, model, CALL, "online", NOW)
    message = str(caught.value)
    assert model in message
    assert str(tmp_path / "prices.toml") in message
    assert "[[price]]" in message
    assert "\n" not in message


def write(folder: Path, text: str) -> Prices:
    (folder / "prices.toml").write_text(text, encoding="utf-8")
    return Prices.read(folder)


OWN = """
[[price]]
model = "gemini-3.8-flash"
from = 2027-03-01
input = 5
output = 50

[[price]]
model = "gemini-3.8-flash"
from = 2026-11-01
input = 2.0
output = 20.0
cached = 0.2
discount = 0.25
"""


@pytest.mark.parametrize(
    ("day", "mode", "usd"),
    [
        # before the first own price the table's holds
        ("2026-10-31", "online", (2000 * 0.75 + 1200 * 3.75) / MILLION),
        ("2026-11-01", "online", (2000 * 2 + 1200 * 20) / MILLION),
        ("2026-11-01", "batch", 0.25 * (2000 * 2 + 1200 * 20) / MILLION),
        ("2027-02-28", "flex", 0.25 * (2000 * 2 + 1200 * 20) / MILLION),
        ("2027-03-01", "online", (2000 * 5 + 1200 * 50) / MILLION),
        ("2027-03-01", "batch", 0.5 * (2000 * 5 + 1200 * 50) / MILLION),
    ],
)
def test_the_own_price_of_the_day_wins(tmp_path: Path, day, mode, usd):
    when = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert write(tmp_path, OWN).price_of("gemini", "gemini-3.8-flash", CALL, mode, when).usd == pytest.approx(usd)


def test_an_own_price_says_where_it_is_from_and_counts_cached_and_thinking(tmp_path: Path):
    usage = Usage(input_tokens=1000, cached_tokens=400, output_tokens=10, thinking_tokens=90)
    cost = write(tmp_path, OWN).price_of("gemini", "gemini-3.8-flash", usage, "online", NOW)
    assert cost.usd == pytest.approx((600 * 2 + 400 * 0.2 + 100 * 20) / MILLION)
    assert cost.as_of == "2026-11-20 prices.toml"


def test_a_model_of_ones_own_may_cost_nothing(tmp_path: Path):
    prices = write(tmp_path, '[[price]]\nmodel = "qwen-local"\nfrom = 2026-01-01\ninput = 0\noutput = 0\n')
    assert prices.price_of("openai", "qwen-local", CALL, "online", NOW).usd == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[price]\n", "prices.toml"),
        ('[[price]]\nmodel = "a"\ninput = 1\noutput = 1\n', "from"),
        ('[[price]]\nmodel = "a"\nfrom = 2026-01-01\ninput = -1\noutput = 1\n', "input"),
        ('[[price]]\nmodel = "a"\nfrom = 2026-01-01\ninput = 1\noutput = 1\nbatch = 2\n', "batch"),
        ("[prices]\ngemini = 1\n", "[[price]]"),
        ("price = 3\n", "[[price]]"),
        ("price = [1]\n", "price 1"),
        ("\x00", "prices.toml"),
    ],
    ids=["no toml", "no date", "negative", "unknown key", "another table", "a number", "a list", "bytes"],
)
def test_a_wrong_own_table_is_named(tmp_path: Path, text, said):
    with pytest.raises(MeuError) as caught:
        write(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
