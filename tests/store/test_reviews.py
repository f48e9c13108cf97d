"""The reviews in the ledger: versions, deletions, pages, pseudonyms, and what a kill leaves."""

import itertools
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.store.ledger import Ledger
from meu_data.store.reviews import (
    ReviewCounts,
    count_reviews,
    current_reviews,
    instant,
    mark_gone,
    name_annotators,
    pseudonyms,
    reviews_by_sample,
    store_review,
)
from tests import ROOT
from tests.review.builders import ANNA, BO, CY, SAMPLE, clock, history, make_annotation, make_review, store


@pytest.mark.parametrize(
    ("time_text", "expected"),
    [
        ("2026-11-20T09:08:07.123456Z", "2026-11-20T09:08:07.123456Z"),
        ("2026-11-20T09:08:07Z", "2026-11-20T09:08:07.000000Z"),
        ("2026-11-20T09:08:07.5Z", "2026-11-20T09:08:07.500000Z"),
        ("2026-11-20T09:08:07+00:00", "2026-11-20T09:08:07.000000Z"),
        ("2026-11-21T01:08:07+08:00", "2026-11-20T17:08:07.000000Z"),
        ("2026-11-20 09:08:07", "2026-11-20T09:08:07.000000Z"),
    ],
    ids=["as stored", "whole second", "short fraction", "offset zero", "another zone", "no zone"],
)
def test_times_have_one_form(time_text, expected):
    assert instant(time_text) == expected


@given(st.lists(st.datetimes(min_value=datetime(1970, 1, 1)), min_size=2, max_size=2))
def test_times_sort_as_text(times):
    texts = [moment.isoformat() + "Z" for moment in times]
    assert sorted(texts, key=instant) == [text for _, text in sorted(zip(times, texts, strict=True))]


@pytest.mark.parametrize("text", ["", "yesterday", "20/11/2026"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(MeuError, match="is no time"):
        instant(text)


def test_the_newest_version_is_current_and_all_versions_are_history(ledger):
    versions = [make_review(minute=minute, emotion=emotion) for minute, emotion in ((3, "fear"), (9, "anger"))]
    early, late = versions
    assert store(ledger, late, early) == [True, True]
    assert current_reviews(ledger, SAMPLE) == [late]
    assert history(ledger, "project-1", 1) == [early, late]
    assert history(ledger, "project-2", 1) == []


def test_a_whole_second_is_not_newer_than_its_half(ledger):
    whole = make_review(updated_at="2026-11-20T09:00:00Z", emotion="fear")
    half = make_review(updated_at="2026-11-20T09:00:00.500000Z", emotion="anger")
    store(ledger, half, whole)
    assert current_reviews(ledger, SAMPLE) == [half]


def test_the_same_version_again_is_not_new_but_is_read_by_the_rules_of_today(ledger):
    assert store(ledger, make_review()) == [True]
    mended = make_review(fault="no emotion is chosen")
    assert store(ledger, mended) == [False]
    assert current_reviews(ledger, SAMPLE) == [mended]


def test_chinese_survives(ledger):
    review = make_review("小明", proof=make_annotation(conclusion="是高兴。"), comment="左嘴角上扬 😀")
    store(ledger, review)
    assert current_reviews(ledger, SAMPLE) == [review]
    assert pseudonyms(ledger) == {"小明": "annotator-01"}


def test_several_people_and_projects_on_one_sample_oldest_first(ledger):
    reviews = [
        make_review(BO, annotation_id=7, minute=1),
        make_review(ANNA, annotation_id=2, minute=5),
        make_review(ANNA, annotation_id=7, minute=5, project="project-0"),
    ]
    store(ledger, *reviews, make_review(sample="dfme/s1/b/1-5", annotation_id=9))
    assert current_reviews(ledger, SAMPLE) == [reviews[0], reviews[2], reviews[1]]


def test_what_is_gone_from_the_server_stays_as_history(ledger):
    first, edited, other = make_review(minute=1), make_review(minute=2), make_review(BO, annotation_id=2)
    store(ledger, first, edited, other)
    for newly_gone in (1, 0):
        with ledger.transaction():
            assert mark_gone(ledger, "project-1", [1, 99]) == newly_gone
    assert current_reviews(ledger, SAMPLE) == [other]
    assert history(ledger, "project-1", 1) == [first, edited]
    assert count_reviews(ledger) == (1, 1, 1)
    with ledger.transaction():
        assert mark_gone(ledger, "project-2", [2]) == 0
        assert mark_gone(ledger, "project-1", [2]) == 1
    assert list(reviews_by_sample(ledger)) == []


def test_what_comes_back_is_current_again(ledger):
    first, edited = make_review(minute=1), make_review(minute=2)
    store(ledger, first, edited)
    with ledger.transaction():
        mark_gone(ledger, "project-1", [1])
    store(ledger, edited)
    assert current_reviews(ledger, SAMPLE) == [edited]


def test_pages_join_without_gap_or_repeat(ledger):
    """More samples than two pages hold, some with several reviews or versions, some with none left."""
    ids = [f"dfme/s/c{number:04d}/1-2" for number in range(503)]
    number = itertools.count(1)
    with ledger.transaction():
        for index, sample in enumerate(ids):
            for person in (ANNA, BO, CY)[: 1 + index % 3]:
                key = next(number)
                for minute in range(1 + index % 2):
                    store_review(ledger, make_review(person, sample=sample, annotation_id=key, minute=minute))
                if index % 7 == 0 or 195 <= index < 405:
                    mark_gone(ledger, "project-1", [key])
    left = [sample for index, sample in enumerate(ids) if not (index % 7 == 0 or 195 <= index < 405)]
    assert [sample for sample, _ in reviews_by_sample(ledger)] == left
    assert dict(reviews_by_sample(ledger)) == {sample: current_reviews(ledger, sample) for sample in left}
    everyone = sum(1 + ids.index(sample) % 3 for sample in left)
    assert count_reviews(ledger) == ReviewCounts(everyone, len(left), 3)


def test_an_empty_ledger_has_no_reviews(ledger):
    assert count_reviews(ledger) == (0, 0, 0)
    assert list(reviews_by_sample(ledger)) == current_reviews(ledger, SAMPLE) == []
    assert pseudonyms(ledger) == {}


def test_pseudonyms_follow_the_order_in_which_people_began(ledger):
    store(
        ledger,
        make_review(CY, annotation_id=1, minute=3, created_at=clock(1)),
        make_review(ANNA, annotation_id=2, minute=9, created_at=clock(2)),
        make_review(BO, annotation_id=3, minute=2, created_at=clock(2)),
    )
    assert pseudonyms(ledger) == {CY: "annotator-01", ANNA: "annotator-02", BO: "annotator-03"}


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(0, 59)), max_size=4), max_size=5),
)
def test_who_joins_later_renames_nobody(tmp_path_factory, pulls):
    ledger = Ledger(tmp_path_factory.mktemp("pseudonyms") / "meu.db")
    key, before = itertools.count(1), {}
    for pull in pulls:
        reviews = [make_review(name, annotation_id=next(key), minute=minute) for name, minute in pull]
        store(ledger, *reviews)
        after = pseudonyms(ledger)
        assert before.items() <= after.items()
        assert after.keys() == before.keys() | {name for name, _ in pull}
        assert sorted(after.values()) == [f"annotator-{number:02d}" for number in range(1, len(after) + 1)]
        before = after
    ledger.close()


def test_naming_twice_changes_nothing(ledger):
    store(ledger, make_review())
    with ledger.transaction():
        name_annotators(ledger)
    assert pseudonyms(ledger) == {ANNA: "annotator-01"}


def test_a_pull_that_fails_half_way_leaves_nothing(ledger):
    store(ledger, make_review())
    with pytest.raises(OSError, match="connection"), ledger.transaction():
        store_review(ledger, make_review(minute=30, emotion="fear"))
        store_review(ledger, make_review(BO, annotation_id=2))
        mark_gone(ledger, "project-1", [1])
        name_annotators(ledger)
        raise OSError("the connection broke")
    assert current_reviews(ledger, SAMPLE) == history(ledger, "project-1", 1) == [make_review()]
    assert pseudonyms(ledger) == {ANNA: "annotator-01"}


_WRITER = """
import itertools, sys
from pathlib import Path
from meu_data.store.ledger import Ledger
from tests.review.builders import make_review, store
ledger = Ledger(Path(sys.argv[1]))
for number in itertools.count(1):
    store(ledger, *(make_review(f"person-{number}", annotation_id=2 * number + half) for half in (0, 1)))
    print(number, flush=True)
"""


def test_a_killed_pull_leaves_whole_batches(tmp_path):
    """Every batch holds two reviews by one new person; after `kill -9` there are two, and a name, or none."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, tmp_path / "meu.db"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "1\n"
        time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        told, _ = process.communicate()
    ledger = Ledger(tmp_path / "meu.db")
    reviews = current_reviews(ledger, SAMPLE)
    batches = len(pseudonyms(ledger))
    assert batches >= 1 + told.count("\n")
    assert len(reviews) == 2 * batches
    assert {review.annotator for review in reviews} == pseudonyms(ledger).keys()
    again = [make_review(f"person-{batches}", annotation_id=2 * batches + half) for half in (0, 1)]
    assert store(ledger, *again) == [False, False]
    assert len(pseudonyms(ledger)) == batches
    ledger.close()
