"""All levels in one number, and verl's entry."""

import pytest

from meu_data import rewards
from tests.rewards.conftest import claim, drafts, one

RIGHT_CORNER = [claim("right_mouth_corner", "up-right")]


def test_multi_level_is_the_weighted_mean_of_what_the_row_knows():
    text = "<think>AU12: the right mouth corner moves up.</think><answer>fear</answer>"
    row = {"solution": "fear", "aus": ["AU6", "AU12"], "claims": RIGHT_CORNER}
    levels = {"format": 1.0, "au": 2 / 3, "region": 1.0, "grounded": 1.0, "emotion": 1.0}
    assert one(rewards.multi_level, text, **row) == pytest.approx(
        sum(rewards.WEIGHTS[level] * value for level, value in levels.items()) / sum(rewards.WEIGHTS.values())
    )
    # What nothing seen speaks for counts a third: F1 of a third of a unit, once named and twice wanted, is 2/9.
    down = {"format": 1.0, "au": 2 / 9, "region": 1.0, "grounded": 0.0, "emotion": 1 / 3}
    for expected, words in ((levels, text), (down, text.replace("up", "down"))):
        for level, value in expected.items():
            reward = rewards.weighted({level: 3})
            assert reward.__name__ == "multi_level"
            assert one(reward, words, **row) == pytest.approx(value), level
    assert one(rewards.multi_level, text) == 1
    assert one(rewards.multi_level, text, solution="anger") == pytest.approx(0.1 / 0.4)


@pytest.mark.parametrize("weights", [{}, {"au": 0}, {"au": -1, "format": 2}, {"colour": 1}])
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(ValueError, match="level"):
        rewards.weighted(weights)


def test_verl_gets_the_same_as_trl():
    for text, row in drafts(5, "en"):
        for answer in (text, text.replace("AU", "AU9 and AU"), "nonsense"):
            extra = {name: row[name] for name in ("aus", "claims", "motion")}
            found = rewards.compute_score("dfme", answer, row["solution"], extra)
            assert found == one(rewards.multi_level, answer, **row)
    bare = rewards.compute_score(data_source="dfme", solution_str="<answer>fear</answer>", ground_truth="fear")
    assert bare == pytest.approx(0.3 / 0.4)
