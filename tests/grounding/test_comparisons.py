"""Comparisons, ranks, short strengths, and "the former": each sentence is true or false of the face of the frames.

`tests/data/comparisons.txt` holds one a line: T or F, then the sentence.
"""

from pathlib import Path

import pytest

from tests.grounding.test_frames import wrong

LINES = (Path(__file__).parents[1] / "data" / "comparisons.txt").read_text("utf-8").splitlines()
SENTENCES = [(line[0] == "F", line[2:]) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("false", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_comparison_is_flagged_exactly_when_it_is_false(false, sentence):
    found, understood = wrong(sentence)
    assert bool(found) == false
    assert false or understood
