"""The budget: what is spent, reserved and next never passes the limit together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.money.budget import Budget
from meu_data.errors import MeuError
from meu_data.store.attempts import recover, spent_usd

MONEY = st.floats(0, 0.3, allow_nan=False)


@given(limit=st.floats(0, 1), calls=st.lists(st.tuples(MONEY, MONEY, st.booleans()), max_size=40))
def test_spent_and_reserved_never_pass_the_limit(limit, calls):
    budget, pending, bill = Budget(limit), [], 0.0
    for estimate, part, end_one_first in calls:
        if end_one_first and pending:
            reserved, actual = pending.pop(0)
            budget.settle(reserved, actual)
            bill += actual
        if budget.reserve(estimate):
            pending.append((estimate, min(part, estimate)))
        assert budget.spent_usd + budget.reserved_usd <= limit + 1e-6
    for reserved, actual in pending:
        budget.settle(reserved, actual)
        bill += actual
    assert budget.reserved_usd == 0
    assert bill <= limit + 1e-6
    assert budget.spent_usd == pytest.approx(bill, abs=1e-6)


def test_the_last_cent_can_be_spent_and_not_one_more():
    budget = Budget(1.0)
    assert [budget.reserve(0.1) for _ in range(11)] == [True] * 10 + [False]
    assert budget.left_usd == 0


def test_money_given_back_can_be_reserved_again():
    budget = Budget(1.0)
    assert budget.reserve(0.8)
    assert not budget.reserve(0.5)
    budget.settle(0.8, 0.2)
    assert budget.reserve(0.5)
    assert budget.left_usd == pytest.approx(0.3)


def test_what_was_spent_before_counts():
    budget = Budget(1.0, spent_usd=0.7, reserved_usd=0.2)
    assert not budget.reserve(0.2)
    assert budget.reserve(0.1)


def test_a_call_dearer_than_its_estimate_leaves_less():
    budget = Budget(1.0)
    budget.reserve(0.5)
    budget.settle(0.5, 1.2)
    assert budget.left_usd == 0
    assert not budget.reserve(0.01)
    assert budget.reserve(0) is False


def test_without_a_limit_everything_is_allowed_and_counted():
    budget = Budget(None)
    assert budget.reserve(1e9)
    assert budget.left_usd == math.inf
    assert budget.limit_usd is None
    budget.settle(1e9, 2.5)
    assert budget.spent_usd == 2.5


def test_the_budget_counts_what_may_have_been_billed_and_what_is_under_way(ledger, attempt):
    attempt("answered", usd=0.3)
    attempt("unknown", estimate=0.2)
    attempt("open", estimate=0.1)
    attempt("refused", estimate=9.0)
    budget = Budget.of(ledger, 1.0)
    assert budget.spent_usd == pytest.approx(0.5)
    assert budget.reserved_usd == pytest.approx(0.1)
    assert not budget.reserve(0.401)
    assert budget.reserve(0.4)


def test_a_sum_of_reservations_is_settled_to_nothing():
    parts = [0.1, 0.2, 0.3]
    budget = Budget(None, reserved_usd=sum(parts))
    assert sum(parts) > 0.6  # by a hair
    for part in parts:
        budget.settle(part, 0)
    assert budget.reserved_usd == 0


def test_an_infinite_budget_is_none_and_what_is_no_amount_is_refused():
    assert Budget(math.inf).limit_usd is None
    assert Budget(math.inf).reserve(1e9)
    for amount in (math.nan, -1.0, -math.inf):
        with pytest.raises(MeuError, match="no amount"):
            Budget(amount)


def test_calls_of_a_killed_run_count_as_much_as_the_answers_before_have_cost(ledger, attempt):
    for usd in (0.01, 0.02, 0.03, 0.02, 0.02):
        attempt("answered", usd=usd, priced_as_of="2026-11-20")
    attempt("open", estimate=0.5)
    attempt("open", estimate=0.001)
    with ledger.transaction():
        assert recover(ledger) == 2
    assert spent_usd(ledger) == pytest.approx(0.1 + 0.02 + 0.001)
