"""Prose alone, on answers written by people who had not seen the reader: no rate may fall behind what was reached.

The aim is 95 % caught, 90 % serious, 1 % accused and 5 % unread; whoever gets nearer raises these floors.
"""

import pytest

from benchmarks.answers import DATA, Rates, answers

# Share caught, share serious, share of true statements accused, share unread; by set and language.
FLOORS = {
    ("answers", "en"): (0.97, 0.9675, 0.0145, 0.033),
    ("answers", "zh"): (0.9875, 0.983, 0.0013, 0.004),
    ("second", "en"): (0.947, 0.945, 0.0097, 0.02),
    ("second", "zh"): (0.967, 0.967, 0.006, 0.009),
    ("third", "en"): (0.92, 0.92, 0.001, 0.02),
    ("third", "zh"): (0.95, 0.95, 0.001, 0.0065),
    ("fourth", "en"): (0.9, 0.891, 0.001, 0.025),
    ("fourth", "zh"): (0.944, 0.933, 0.001, 0.0115),
    ("fifth", "en"): (0.875, 0.858, 0.001, 0.0265),
    ("fifth", "zh"): (0.943, 0.937, 0.0068, 0.001),
    ("sixth", "en"): (0.88, 0.88, 0.001, 0.0255),
    ("sixth", "zh"): (0.941, 0.935, 0.001, 0.0105),
    ("seventh", "en"): (0.987, 0.983, 0.0125, 0.0065),
    ("seventh", "zh"): (0.989, 0.989, 0.0075, 0.001),
    ("eighth", "en"): (0.964, 0.955, 0.001, 0.0063),
    ("eighth", "zh"): (0.977, 0.977, 0.001, 0.0075),
    ("ninth", "en"): (0.916, 0.909, 0.001, 0.0095),
    ("ninth", "zh"): (0.989, 0.982, 0.001, 0.001),
    ("tenth", "en"): (0.895, 0.887, 0.036, 0.0256),
    ("tenth", "zh"): (0.932, 0.921, 0.021, 0.001),
    ("eleventh", "en"): (0.93, 0.93, 0.0125, 0.0125),
    ("eleventh", "zh"): (0.91, 0.91, 0.0085, 0.025),
    ("weaker", "en"): (0.81, 0.79, 0.0205, 0.0140),
    ("weak", "en"): (0.815, 0.792, 0.0235, 0.0415),
}
# Of sets without falsehoods, flags on no statement counted in: share of true statements accused, share unread.
TRUE = {("true", "en"): (0.0115, 0.0115), ("honest", "en"): (0.023, 0.0155), ("honest", "zh"): (0.066, 0.0255)}
HONEST = {key: floors[2:] for key, floors in FLOORS.items()} | TRUE
# What was missed most until then, and nothing else.
_WEAK = {"contradiction", "hidden_comparison", "hidden_negation", "person_side", "strength", "wrong_evidence"}
WEAK = {"weak": _WEAK, "weaker": _WEAK | {"left_right"}}


@pytest.fixture(scope="module")
def rates():
    found = {name: Rates() for name, _ in HONEST}
    for name, counted in found.items():
        for answer in answers(sorted(DATA.glob(f"{name}_*.jsonl"))):
            counted.add(answer)
    return found


@pytest.mark.parametrize(("name", "lang"), FLOORS)
def test_planted_falsehoods_are_caught(rates, name, lang):
    caught, serious, *_ = FLOORS[name, lang]
    counted = rates[name]
    hits = [hit for (other, _), every in counted.caught.items() if other == lang for hit in every]
    assert len(hits) > 150
    assert sum(found for found, _ in hits) >= caught * len(hits)
    assert sum(grave for _, grave in hits) >= serious * len(hits)


@pytest.mark.parametrize(("name", "lang"), HONEST)
def test_true_statements_are_read_and_not_accused(rates, name, lang):
    accused, unread = HONEST[name, lang]
    counted = rates[name]
    assert len(counted.flagged[lang]) > 50
    whole = counted.whole[lang] if (name, lang) in TRUE else 0
    assert sum(counted.flagged[lang]) + whole <= accused * len(counted.flagged[lang])
    assert sum(counted.unread[lang]) <= unread * len(counted.unread[lang])


@pytest.mark.parametrize(("name", "lang"), FLOORS)
def test_every_kind_of_falsehood_is_there(rates, name, lang):
    kinds = {kind for _, kind in rates[name].caught}
    assert kinds == WEAK[name] if name in WEAK else len(kinds) == 20
    assert {(lang, kind) for kind in kinds} <= rates[name].caught.keys()
