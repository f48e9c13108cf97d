"""Krippendorff's alpha: his own examples, and the krippendorff package on random answers with gaps."""

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.review.verdicts.statistics import Choices, Presence, Spread, Values

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): a row for each observer, * where one is missing.
EXAMPLES = {
    "section A, two values": (["0100000000", "1110010100"], 0.095),
    "section B, five values": (["aabbdcccedda", "babbbccceddd"], 0.692),
    "section C, four observers and gaps": (["123321412***", "1233224125*3", "*3332342251*", "12332441251*"], 0.743),
    "perfect": (["aab", "aab", "*ab"], 1.0),
    "worse than chance": (["ab", "ba"], -0.5),
}  # fmt: skip


def counted(rows: list[str]) -> Choices:
    choices = Choices()
    for unit in zip(*rows, strict=True):
        choices.add([answer for answer in unit if answer != "*"])
    return choices


@pytest.mark.parametrize(("rows", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_published_examples(rows, expected):
    assert counted(rows).alpha() == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("rows", [[], ["abc"], ["ab**", "**ba"], ["aa", "aa"]])
def test_nothing_to_agree_about(rows):
    assert counted(rows).alpha() is None


def test_only_samples_with_two_answers_are_counted():
    assert counted(["ab*a", "*bab"]).samples == 2


ANSWERS = st.lists(st.lists(st.sampled_from([None, "fear", "anger", "sadness"]), min_size=4, max_size=4), max_size=20)


@given(ANSWERS)
def test_one_answer_of_several_as_the_package_has_it(units):
    choices = Choices()
    for unit in units:
        choices.add([answer for answer in unit if answer is not None])
    assert _same(choices.alpha(), units)


TICKS = st.lists(
    st.lists(st.none() | st.sets(st.sampled_from(["AU1", "AU4", "AU12"])), min_size=4, max_size=4), max_size=20
)


@given(TICKS)
def test_many_yes_or_no_questions_as_the_package_has_them(units):
    presence = Presence()
    for unit in units:
        presence.add([ticked for ticked in unit if ticked is not None])
    pairable = [[ticked for ticked in unit if ticked is not None] for unit in units]
    pairable = [unit for unit in pairable if len(unit) > 1]
    assert presence.samples == len(pairable)
    for label in ("AU1", "AU4", "AU12", "AU99"):
        answers = [[None if ticked is None else str(label in ticked) for ticked in unit] for unit in units]
        assert _same(presence.alpha(label), answers)
        assert presence.ticked_by_any[label] == sum(any(label in one for one in unit) for unit in pairable)
        assert presence.ticked_by_all[label] == sum(all(label in one for one in unit) for unit in pairable)


def _same(alpha: float | None, units: list[list[str | None]]) -> bool:
    """Whether the package says so, too; it refuses or divides by zero where there is nothing to agree about."""
    answers = np.array([["nan" if answer is None else answer for answer in unit] for unit in units], dtype="U9")
    try:
        with np.errstate(all="ignore"):
            theirs = krippendorff.alpha(reliability_data=answers.reshape(-1, 4).T, level_of_measurement="nominal")
    except ValueError:
        theirs = math.nan
    return alpha is None if math.isnan(theirs) else alpha == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], None),
        ([0.25], Spread(mean=0.25, median=0.25)),
        ([3, 1, 2], Spread(mean=2, median=2)),
        ([1, 2, 2, 10], Spread(mean=3.75, median=2)),
        ([4, 1, 2, 10], Spread(mean=4.25, median=3)),
        ([0, 0, 0, 1], Spread(mean=0.25, median=0)),
        ([12345.0], Spread(mean=12345, median=12300)),
    ],
)
def test_mean_and_median(figures, expected):
    values = Values()
    for figure in figures:
        values.add(figure)
    assert values.spread() == expected


@given(st.lists(st.integers(0, 999), min_size=1))
def test_the_median_is_that_of_the_kept_figures(figures):
    values = Values()
    for figure in figures:
        values.add(figure / 1000)
    assert values.spread().median == pytest.approx(float(np.median(figures)) / 1000, rel=5.1e-3)
    assert values.spread().mean == pytest.approx(float(np.mean(figures)) / 1000, abs=5.1e-5)


@pytest.mark.parametrize("people", [2, 3])
def test_the_interval_is_that_of_the_package_over_samples_drawn_anew(people):
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, 60)
    answers = np.where(rng.random((60, people)) < 0.7, truth[:, None], rng.integers(0, 3, (60, people)))
    choices, ticks = Choices(), Presence()
    for row in answers:
        choices.add([str(each) for each in row])
        ticks.add([{"AU1"} if each == 1 else set() for each in row])
    for found, values in ((choices.interval(), answers), (ticks.interval("AU1"), answers == 1)):
        theirs = [
            krippendorff.alpha(values[rng.integers(0, 60, 60)].T.astype(int), level_of_measurement="nominal")
            for _ in range(400)
        ]
        # Two bootstraps of this size differ by about .02 at their ends.
        assert found == pytest.approx(np.percentile(theirs, (2.5, 97.5)), abs=0.05)


def test_one_sample_has_no_interval():
    assert counted(["ab", "ab"]).interval() is not None
    assert counted(["a", "b"]).interval() is None
    assert Presence().interval("AU1") is None
