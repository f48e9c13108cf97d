"""Prose alone, on answers written by people who had not seen the reader: no rate may fall behind what was reached.

The aim is 95 % caught, 90 % serious, 1 % accused and 5 % unread; whoever gets nearer raises these floors.
"""

import pytest

from benchmarks.answers import DATA, Rates, answers

# Share caught, share serious, share of true statements accused, share unread; by set and language.
FLOORS = {
    ("answers", "en"): (0.965, 0.9625, 0.015, 0.036),
    ("answers", "zh"): (0.98, 0.975, 0.002, 0.01),
    ("second", "en"): (0.925, 0.925, 0.017, 0.025),
    ("second", "zh"): (0.955, 0.95, 0.009, 0.015),
    ("third", "en"): (0.89, 0.89, 0.001, 0.035),
    ("third", "zh"): (0.95, 0.95, 0.007, 0.007),
    ("fourth", "en"): (0.895, 0.88, 0.001, 0.025),
    ("fourth", "zh"): (0.91, 0.9, 0.001, 0.034),
    ("fifth", "en"): (0.775, 0.76, 0.069, 0.043),
    ("fifth", "zh"): (0.85, 0.84, 0.027, 0.027),
}


@pytest.fixture(scope="module")
def rates():
    found = {name: Rates() for name, _ in FLOORS}
    for name, counted in found.items():
        for answer in answers(sorted(DATA.glob(f"{name}_*.jsonl"))):
            counted.add(answer)
    return found


@pytest.mark.parametrize(("name", "lang"), FLOORS)
def test_planted_falsehoods_are_caught_and_true_statements_are_not_accused(rates, name, lang):
    caught, serious, accused, unread = FLOORS[name, lang]
    counted = rates[name]
    hits = [hit for (other, _), every in counted.caught.items() if other == lang for hit in every]
    assert len(hits) > 150
    assert sum(found for found, _ in hits) >= caught * len(hits)
    assert sum(grave for _, grave in hits) >= serious * len(hits)
    assert sum(counted.flagged[lang]) <= accused * len(counted.flagged[lang])
    assert sum(counted.unread[lang]) <= unread * len(counted.unread[lang])


@pytest.mark.parametrize(("name", "lang"), FLOORS)
def test_every_kind_of_falsehood_is_there_in_both_languages(rates, name, lang):
    kinds = {kind for _, kind in rates[name].caught}
    assert len(kinds) == 20
    assert {(lang, kind) for kind in kinds} <= rates[name].caught.keys()
