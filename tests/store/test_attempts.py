"""What the ledger says was spent, by model."""

import pytest

from meu_data.store.attempts import in_flight_usd, spending, spent_usd

DAY = "2026-11-20 genai-prices 0.2.3"


def test_an_untouched_workspace_cost_nothing(ledger):
    assert spending(ledger) == ()
    assert spent_usd(ledger) == in_flight_usd(ledger) == 0


def test_every_state_is_counted_for_what_it_is(ledger, attempt):
    tokens = {"input": 2000, "output": 1000, "thinking": 500, "cached": 100, "priced_as_of": DAY}
    attempt("answered", usd=0.03, **tokens)
    attempt("answered", usd=0.02, **tokens | {"priced_as_of": "2026-11-19 genai-prices 0.2.3"})
    attempt("refused", usd=0.0, estimate=0.5)
    attempt("refused", estimate=0.5)
    attempt("unknown", estimate=0.04)
    attempt("unreadable", usd=0.01, estimate=0.04)
    attempt("open", estimate=0.08, mode="batch")
    attempt("answered", model="other", usd=1.0, **tokens)
    flash, other = spending(ledger)
    assert flash.model == "gemini-3.8-flash"
    assert (flash.calls, flash.answered, flash.unknown, flash.unreadable, flash.in_flight) == (7, 2, 1, 1, 1)
    assert flash.usd == pytest.approx(0.03 + 0.02 + 0.04 + 0.01)
    assert flash.unknown_usd == pytest.approx(0.04 + 0.01)
    assert flash.in_flight_usd == pytest.approx(0.08)
    assert (flash.input_tokens, flash.output_tokens, flash.thinking_tokens, flash.cached_tokens) == (
        4000,
        2000,
        1000,
        200,
    )
    assert flash.priced_as_of == DAY
    assert (other.model, other.calls, other.usd) == ("other", 1, 1.0)
