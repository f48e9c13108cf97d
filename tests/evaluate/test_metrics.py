"""The figures: hand-made tables, scikit-learn called from outside, and draws that can be counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from meu_data.evaluate.metrics import au_scores, class_scores, confusion, group_score
from meu_data.evaluate.resampling import interval, of_tables, resampled


def test_a_hand_made_table():
    """Three classes, one of them absent; one answer of another emotion, one unread."""
    gold = np.array([0, 0, 0, 1, 1, 1])
    said = np.array([0, 0, 3, 1, 0, 4])
    found = group_score("all", gold, said, range(3))
    # class 0: precision 2/3, recall 2/3; class 1: precision 1, recall 1/3, F1 1/2; class 2: all 0
    assert found.acc == pytest.approx(3 / 6, abs=1e-12)
    assert found.uar == pytest.approx((2 / 3 + 1 / 3 + 0) / 3, abs=1e-12)
    assert found.uf1 == pytest.approx((2 / 3 + 1 / 2 + 0) / 3, abs=1e-12)
    assert confusion(gold, said, 3) == ((2, 0, 0, 1, 0), (1, 1, 0, 0, 1), (0, 0, 0, 0, 0))
    assert [one.support for one in class_scores(gold, said, "abc")] == [3, 3, 0]


SAMPLES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.sampled_from("pqrs")), min_size=1, max_size=60)


@settings(max_examples=40)
@given(SAMPLES)
def test_tables_score_as_scikit_learn_does(samples):
    gold, said, _ = zip(*samples, strict=True)
    table = np.zeros((4, 6))
    np.add.at(table, (gold, said), 1)
    found = of_tables(table)
    labels = {"labels": range(4), "average": "macro", "zero_division": 0}
    assert found.acc == pytest.approx(metrics.accuracy_score(gold, said), abs=1e-12)
    assert found.uf1 == pytest.approx(metrics.f1_score(gold, said, **labels), abs=1e-12)
    assert found.uar == pytest.approx(metrics.recall_score(gold, said, **labels), abs=1e-12)


def test_intervals_draw_subjects_not_clips():
    """Two subjects, one all right and one all wrong: the draws know three values, a quarter, a half, a quarter."""
    gold = np.zeros(40, int)
    said = np.array([0] * 20 + [1] * 20)
    draws = resampled(gold, said, ["p"] * 20 + ["q"] * 20, 1)
    assert draws is not None
    values, counts = np.unique(draws.acc, return_counts=True)
    assert values.tolist() == [0.0, 0.5, 1.0]
    assert counts / counts.sum() == pytest.approx([0.25, 0.5, 0.25], abs=0.04)
    assert interval(draws.acc) == (0.0, 1.0)
    assert interval(np.arange(1001.0)) == (25.0, 975.0)
    assert resampled(gold, said, ["p"] * 40, 1) is None


def test_a_class_that_a_draw_lacks_by_chance_costs_nothing():
    """Who is always right is right in every draw; a class that nobody has counts with 0 in each."""
    gold = np.array([0, 1, 0, 1])
    draws = resampled(gold, gold, ["p", "q", "r", "s"], 3)
    assert draws is not None
    assert (interval(draws.uf1), interval(draws.uar)) == ((2 / 3, 2 / 3), (2 / 3, 2 / 3))
    units = au_scores([{1}, {2}, {1}, {2}], [{1}, {2}, {1}, {2}], ["p", "q", "r", "s"])
    assert units.macro_interval == (1, 1)


def test_action_units_by_hand():
    gold = [{1, 2}, {4}, set(), {12}]
    said = [{1}, {4, 7}, set(), set()]
    found = au_scores(gold, said, ["p", "p", "q", "q"])
    per = {one.name: (one.precision, one.recall, one.f1, one.support) for one in found.per_au}
    assert per["AU1"] == (1, 1, 1, 1)
    assert per["AU2"] == (0, 0, 0, 1)
    # 7 is said once and labelled nowhere: no row of the table, and wrong in micro
    assert (set(per), found.unlabelled) == ({"AU1", "AU2", "AU4", "AU12"}, {"AU7": 1})
    # macro over the labelled 1, 2, 4, 12; micro: 2 of 3 said are right, 2 of 4 found
    assert found.macro.f1 == pytest.approx(2 / 4, abs=1e-12)
    assert (found.micro.precision, found.micro.recall) == pytest.approx((2 / 3, 2 / 4), abs=1e-12)
    # sample by sample: 2/3, 2/3, 1 (nothing is there and nothing said), 0
    assert found.samplewise == pytest.approx((2 / 3 + 2 / 3 + 1 + 0) / 4, abs=1e-12)
    assert found.macro_interval is not None


UNITS = st.frozensets(st.sampled_from([1, 2, 4, 12]))


def f1(right, said, there):
    return 2 * right / (said + there) if said + there else 0.0


@settings(max_examples=40)
@given(st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=20))
def test_units_score_as_counted(samples):
    """Counted by the definitions; and the means by scikit-learn on the same table."""
    gold, said = (list(sets) for sets in zip(*samples, strict=True))
    found = au_scores(gold, said, ["p"] * len(gold))
    labelled = sorted(set().union(*gold))
    both = [there & claim for there, claim in samples]
    per = {
        number: f1(*(sum(number in one for one in sets) for sets in (both, said, gold)))
        for number in {*labelled, *set().union(*said)}
    }
    assert [one.name for one in found.per_au] == [f"AU{number}" for number in labelled]
    assert [one.f1 for one in found.per_au] == pytest.approx([per[number] for number in labelled], abs=1e-12)
    counted = {f"AU{number}": sum(number in one for one in said) for number in sorted(per) if number not in labelled}
    assert found.unlabelled == counted
    mean = sum(per[number] for number in labelled) / len(labelled) if labelled else 0.0
    assert found.macro.f1 == pytest.approx(mean, abs=1e-12)
    assert found.micro.f1 == pytest.approx(f1(*(sum(map(len, sets)) for sets in (both, said, gold))), abs=1e-12)
    each = [f1(len(right), len(b), len(a)) if a or b else 1.0 for (a, b), right in zip(samples, both, strict=True)]
    assert found.samplewise == pytest.approx(sum(each) / len(each), abs=1e-12)
    if len(labelled) > 1:
        truth, claim = (np.array([[number in one for number in labelled] for one in sets]) for sets in (gold, said))
        macro = metrics.f1_score(truth, claim, average="macro", zero_division=0)
        assert found.macro.f1 == pytest.approx(macro, abs=1e-12)


def test_a_single_unit():
    found = au_scores([{12}, {12}, set()], [{12}, set(), set()], ["p", "q", "r"])
    assert [(one.name, one.precision, one.recall, one.support) for one in found.per_au] == [("AU12", 1, 0.5, 2)]
    assert found.samplewise == pytest.approx((1 + 0 + 1) / 3, abs=1e-12)


def test_no_unit_anywhere():
    found = au_scores([set(), set()], [set(), set()], ["p", "q"])
    assert (found.per_au, found.samplewise) == ((), 1.0)
