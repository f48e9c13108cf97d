"""What a look is worth: against numbers worked out by hand, and in a planted task that only the right look solves."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from meu_data import rewards
from meu_data.environments.trl import FaceInspection
from meu_data.training.utility import (
    EmotionMean,
    advantages_by_half,
    answered_zooms,
    contrastive_utility,
    credit,
    zoom_spans,
)
from tests.environments.test_inspection import FACE, SIGHT

COLOURS = {"happiness": (255, 0, 0), "surprise": (0, 255, 0), "disgust": (0, 0, 255)}
RIGHT, USELESS = (8, 8, 40, 40), (72, 48, 104, 80)
ALLOWED = np.array([True] * 4 + [False] * 4)


def clip(emotion):
    """A row whose emotion is the colour of one small part of its map."""
    pixels = np.full((96, 128, 3), 128, np.uint8)
    pixels[RIGHT[1] : RIGHT[3], RIGHT[0] : RIGHT[2]] = COLOURS[emotion]
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    sight = SIGHT._replace(map_png=stream.getvalue(), regions={"left_brow": RIGHT, "chin": USELESS})
    return {"map": {"bytes": stream.getvalue(), "path": "m.png"}, "inspection": sight.column(), "emotion": emotion}


def answer(row, region, dice):
    """An agent that knows what it saw close by, and guesses otherwise; the whole map is too small for it."""
    said = str(dice.choice(list(COLOURS)))
    if region:
        environment = FaceInspection()
        environment.reset(**row)
        environment.align_face(bbox=list(FACE))
        colour = environment.zoom(region=region)[0]["image"].getpixel((112, 112))
        said = {value: name for name, value in COLOURS.items()}.get(colour, said)
    return f"<think>I look.</think><answer>{said}</answer>"


def utilities(region, queries=60, price=0.02):
    """The utility of that look for each of so many queries; the dice of an answer are the same with and without it."""
    found = []
    for number, emotion in zip(range(queries), itertools.cycle(COLOURS)):
        row = clip(emotion)
        dice = [np.random.default_rng([number, place % 4]) for place in range(8)]
        said = [answer(row, region if may else None, one) for may, one in zip(ALLOWED, dice, strict=True)]
        earned = np.array(rewards.multi_level(said, emotion=[emotion] * 8))
        found.append(contrastive_utility(earned, 1.0 * ALLOWED, ALLOWED, price))
    return np.array(found)


def interval(values):
    """The mean's 95 % confidence interval."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - half, values.mean() + half


def test_the_look_that_shows_the_answer_is_worth_something_and_another_is_not():
    least, _ = interval(utilities("left_brow"))
    assert least > 0.2
    _, most = interval(utilities("chin"))
    assert most <= 0


def test_the_mean_of_an_emotion_is_the_series_worked_out_by_hand():
    mean = EmotionMean(0.75)
    batches = [
        (["happiness", "happiness", "disgust"], [0.4, 0.2, -0.1]),
        (["happiness"], [-0.5]),
        (["disgust", "surprise"], [0.3, 0.8]),
    ]
    # Happiness: (.4 + .2) / 2 = .3, then .75 · .3 - .25 · .5 = .1; disgust: -.1, then .75 · -.1 + .25 · .3 = 0.
    series = [
        {"happiness": 0.3, "disgust": -0.1},
        {"happiness": 0.1, "disgust": -0.1},
        {"happiness": 0.1, "disgust": 0.0, "surprise": 0.8},
    ]
    for batch, expected in zip(batches, series, strict=True):
        mean.add(*batch)
        assert mean.by_emotion == pytest.approx(expected)


def test_the_utility_is_the_difference_of_the_halves_less_the_price():
    earned = np.array([1.0, 0.5, 0.2, 0.4])
    halves = np.array([True, True, False, False])
    # (1 + .5) / 2 - .1 · (2 + 1) / 2 - (.2 + .4) / 2
    assert contrastive_utility(earned, np.array([2.0, 1, 0, 0]), halves, 0.1) == pytest.approx(0.3)
    assert contrastive_utility(earned, np.zeros(4), np.ones(4, bool), 0.1) == 0


def test_an_answer_is_compared_with_its_own_half():
    earned = np.array([1.0, 3.0, 10.0, 14.0, np.nan, 1.0, 2.0, 2.0])
    halves = np.array([True, True, False, False] * 2)
    # By hand: 2 ± 1 with a deviation of √2, 12 ± 2 with 2√2; then one alone, and two alike.
    expected = [-(0.5**0.5), 0.5**0.5, -(0.5**0.5), 0.5**0.5, 0, 0, 0, 0]
    assert advantages_by_half(earned, halves, 4) == pytest.approx(expected, abs=1e-3)


def pieces(*texts):
    """Tokens of three letters, and who wrote each: (text, 1) by the model, (text, 0) by a tool."""
    cut = [(text[at : at + 3], own) for text, own in texts for at in range(0, len(text), 3)]
    return [text for text, _ in cut], [own for _, own in cut]


LOOK = '<tool_call>\n{"name": "zoom", "arguments": {"region": "chin"}}\n</tool_call>'
OTHER = LOOK.replace('"zoom"', '"detect_face"')
SPANS = {
    "one look": ([("<think>a</think>\n", 1), (LOOK, 1), ("ok", 0), ("<answer>", 1)], [True], [LOOK]),
    "another tool": ([(OTHER, 1), ("ok", 0), (LOOK, 1)], [True], [LOOK]),
    "a look that failed": ([(LOOK, 1), ("no", 0), (LOOK, 1), ("ok", 0)], [False, True], [LOOK]),
    "a call that a tool quotes": ([(LOOK, 1), (LOOK, 0)], [True, True], [LOOK]),
    "no JSON": ([(LOOK.replace("}}", "}"), 1)], [True], []),
    "never answered": ([(LOOK, 1)], [], []),
    "two looks": ([(LOOK, 1), ("ok", 0), (LOOK, 1), ("ok", 0)], [True, True], [LOOK, LOOK]),
}


@pytest.mark.parametrize(("turns", "answered", "expected"), SPANS.values(), ids=SPANS)
def test_the_tokens_of_a_look_are_its_call_and_nothing_else(turns, answered, expected):
    texts, written = pieces(*turns)
    spans = zoom_spans(texts, written, answered)
    # Turns begin with a token of their own, as after a tool's answer.
    assert ["".join(texts[first:behind]) for first, behind in spans] == expected


def test_a_call_may_begin_inside_a_token():
    texts = ["a<tool", "_call>", '{"name": "zoom"}', "</tool_call>b", "c"]
    assert zoom_spans(texts, [1] * 5, [True]) == [(0, 4)]


def test_credit_outside_the_tokens_is_exactly_nothing():
    found = credit([[(1, 3), (5, 6)], [], [(0, 2)]], [0.25, 0.5, -0.125], 7)
    expected = np.array([[0, 0.25, 0.25, 0, 0, 0.25, 0], [0] * 7, [-0.125, -0.125, 0, 0, 0, 0, 0]])
    assert np.array_equal(found, expected)


def test_a_look_counts_as_answered_where_a_picture_came_back():
    shown = {"role": "tool", "name": "zoom", "content": [{"type": "image"}, {"type": "text", "text": "{}"}]}
    refused = {"role": "tool", "name": "zoom", "content": '{"error": "no region"}'}
    other = {"role": "tool", "name": "align_face", "content": [{"type": "image"}]}
    calling = {"role": "assistant", "content": "", "tool_calls": []}
    assert answered_zooms([calling, other, calling, refused, calling, shown, calling]) == [False, True]
    assert answered_zooms("text") == []
