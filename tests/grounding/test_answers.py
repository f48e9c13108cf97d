"""Prose alone, on answers written by people who had not seen the reader: no rate may fall behind what was reached.

The aim is 95 % caught, 90 % serious, 1 % accused and 5 % unread; whoever gets nearer raises these floors.
"""

import pytest

from benchmarks.answers import DATA, Rates, answers

# Share caught, share serious, share of true statements accused, share unread.
FLOORS = {"en": (0.905, 0.895, 0.021, 0.05), "zh": (0.96, 0.94, 0.01, 0.02)}


@pytest.fixture(scope="module")
def rates():
    found = Rates()
    for answer in answers(sorted(DATA.glob("answers_*.jsonl"))):
        found.add(answer)
    return found


@pytest.mark.parametrize("lang", FLOORS)
def test_planted_falsehoods_are_caught_and_true_statements_are_not_accused(rates, lang):
    caught, serious, accused, unread = FLOORS[lang]
    hits = [hit for (other, _), every in rates.caught.items() if other == lang for hit in every]
    assert len(hits) > 300
    assert sum(found for found, _ in hits) >= caught * len(hits)
    assert sum(grave for _, grave in hits) >= serious * len(hits)
    assert sum(rates.flagged[lang]) <= accused * len(rates.flagged[lang])
    assert sum(rates.unread[lang]) <= unread * len(rates.unread[lang])


def test_every_kind_of_falsehood_is_there_in_both_languages(rates):
    kinds = {kind for _, kind in rates.caught}
    assert len(kinds) == 20
    assert {(lang, kind) for lang in FLOORS for kind in kinds} <= rates.caught.keys()
