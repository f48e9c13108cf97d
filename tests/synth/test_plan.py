import itertools
import math
import re

import pytest

from meu_data.corpora.corpus import labels_of
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_SITES
from meu_data.face.emotions import EVIDENCE, parse_emotion
from meu_data.synth.plan import EXPRESSIONS, plan_clip, plan_corpus
from meu_data.synth.timeline import expression_course, eye_closure, head_course, light_course

ASKED_FOR = {1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26}
SEEDS = [0, 1, 7, 2**40]


@pytest.mark.parametrize("seed", SEEDS)
def test_default_corpus_shows_every_au_and_emotion(seed):
    plans = plan_corpus(seed, 6, 8)
    assert {au.number for plan in plans for au in plan.aus} == ASKED_FOR
    assert {plan.emotion for plan in plans} == set(labels_of("dfme"))
    assert {au.side for plan in plans for au in plan.aus} == {None, "L", "R"}


@pytest.mark.parametrize("seed", SEEDS)
def test_default_corpus_has_the_slips_of_a_real_sheet(seed):
    plans = plan_corpus(seed, 6, 8)
    notations = [plan.aus_text for plan in plans]
    for style in (r"\d+(\+\d+)*", r"AU\d+(\+AU\d+)+", r"[LR]\d+(\+[LR]?\d+)*", r".*(Left|Right) AU\d+.*"):
        assert any(re.fullmatch(style, text) for text in notations), style
    emotions = [plan.emotion_text for plan in plans]
    assert any(text.startswith(" ") for text in emotions)
    assert any(text.endswith(" ") for text in emotions)
    assert any(text.isupper() for text in emotions)
    assert any(text.istitle() for text in emotions)


def test_a_sheet_row_reads_back_as_what_was_planned():
    for plan in plan_corpus(3, 6, 8):
        assert parse_aus(plan.aus_text) == plan.aus
        assert parse_emotion(plan.emotion_text, "dfme", labels_of("dfme")) == plan.emotion


@pytest.mark.parametrize("emotion", EXPRESSIONS)
def test_every_expression_speaks_for_its_emotion(emotion):
    for notation in EXPRESSIONS[emotion]:
        assert {au.number for au in parse_aus(notation)} <= EVIDENCE[emotion] & set(AU_SITES)


def test_further_subjects_change_no_earlier_clip():
    assert plan_corpus(5, 9, 3)[: 4 * 3] == plan_corpus(5, 4, 3)


def test_another_seed_plans_another_corpus():
    assert plan_corpus(0, 2, 2) != plan_corpus(1, 2, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_frames_and_strengths_stay_in_their_bounds(seed):
    for plan in plan_corpus(seed, 6, 8):
        assert 3 <= plan.onset < plan.apex < plan.offset < plan.frames
        assert 20 <= plan.offset - plan.onset <= 60
        assert all(0.4 <= strength <= 4 for strength in plan.strengths)
        assert 1 <= plan.noise_sd <= 1.5


@pytest.mark.parametrize("seed", SEEDS)
def test_expression_peaks_at_the_apex_alone(seed):
    for plan in plan_corpus(seed, 2, 8):
        course = [expression_course(plan, frame) for frame in range(plan.frames)]
        assert course[plan.apex] == 1
        assert sorted(course)[-2] < 1
        assert not any(course[: plan.onset + 1])
        assert not any(course[plan.offset :])
        assert max(abs(b - a) for a, b in itertools.pairwise(course)) < 0.25


@pytest.mark.parametrize("seed", SEEDS)
def test_head_and_light_stay_in_their_bounds_and_start_at_rest(seed):
    for plan in plan_corpus(seed, 6, 8):
        rest = head_course(plan, plan.onset, 1.0)
        assert (rest.dx, rest.dy, rest.rotation_deg, rest.scale) == (0, 0, 0, 1)
        assert light_course(plan, plan.onset) == 1
        for frame in range(plan.frames):
            head = head_course(plan, frame, 1.0)
            assert math.hypot(head.dx, head.dy) <= 2
            assert abs(head.rotation_deg) <= 1
            assert abs(head.scale - 1) <= 0.01
            assert abs(light_course(plan, frame) - 1) <= 0.02


def test_the_shift_of_the_head_grows_with_the_picture():
    plan = plan_clip(0, 0, 0, 8)
    small, large = (head_course(plan, plan.apex, unit) for unit in (0.5, 2.0))
    assert large.dx == pytest.approx(4 * small.dx)
    assert large.rotation_deg == small.rotation_deg != 0


@pytest.mark.parametrize("seed", SEEDS)
def test_some_clips_blink_and_a_few_at_the_apex(seed):
    plans = plan_corpus(seed, 6, 8)
    blinking = [plan for plan in plans if plan.blink is not None]
    closed = [eye_closure(plan.blink, plan.apex) for plan in blinking]
    assert 6 <= len(blinking) <= 24
    assert sum(0.25 < closure < 0.65 for closure in closed) >= 3
    assert sum(closure == 0 for closure in closed) >= 3
    assert all(eye_closure(plan.blink, plan.onset) == 0 for plan in plans)
    assert all(max(eye_closure(plan.blink, frame) for frame in range(plan.frames)) > 0.25 for plan in blinking), (
        "a planned blink must be seen"
    )


def test_a_blink_is_never_written_into_the_sheet():
    assert all("45" not in plan.aus_text for plan in plan_corpus(0, 6, 8))
