"""The SQLite ledger: one transaction, one truth."""

import sqlite3

import pytest

from meu_data.errors import LedgerError
from meu_data.records import Problem, Sample, Source, sample_id
from meu_data.store.ledger import Ledger

SOURCE = Source(corpus="dfme", split="train", sheet="train.xlsx", frames="/frames")
TEST = Source(corpus="dfme", split="testA", sheet="test.xlsx", frames="/frames")


def sample(row: int, split: str = "train", emotion: str = "fear") -> Sample:
    return Sample(
        id=sample_id("dfme", "s1", f"c{row}", 1, 2), corpus="dfme", split=split, subject="s1", clip=f"c{row}",
        onset=1, apex=2, offset=3, emotion=emotion, aus=(), onset_frame="a", apex_frame="b", width=64, height=64,
        sheet=f"{split}.xlsx", row=row,
    )  # fmt: skip


def problem(row: int) -> Problem:
    return Problem(stage="extract", corpus="dfme", split="train", file="train.xlsx", row=row, reason="no apex")


def test_the_same_rows_again_change_nothing(ledger):
    rows = [sample(2), problem(3), sample(4)]
    assert ledger.replace_source(SOURCE, rows) == (2, 0, 0, 0, 1)
    assert ledger.replace_source(SOURCE, rows) == (0, 0, 2, 0, 1)
    assert list(ledger.problems()) == [problem(3)]


def test_a_corrected_sheet_updates(ledger):
    ledger.replace_source(SOURCE, [sample(2), problem(3), sample(4)])
    assert ledger.replace_source(SOURCE, [sample(2, emotion="anger"), sample(3)]) == (1, 1, 0, 1, 0)
    assert [(found.row, found.emotion) for found in ledger.samples()] == [(2, "anger"), (3, "fear")]
    assert not list(ledger.problems())


def test_splits_live_side_by_side_and_share_no_clip(ledger):
    ledger.replace_source(SOURCE, [sample(2)])
    assert ledger.replace_source(TEST, [sample(2, "testA"), sample(9, "testA")]) == (1, 0, 0, 0, 1)
    (found,) = ledger.problems()
    assert (found.split, found.row) == ("testA", 2)
    assert "'train'" in found.reason
    assert sorted(ledger.sources()) == [("dfme", "testA"), ("dfme", "train")]


def test_a_reader_that_fails_half_way_leaves_the_old_rows(ledger):
    ledger.replace_source(SOURCE, [sample(2)])

    def rows():
        yield sample(5)
        raise OSError("the share is gone")

    with pytest.raises(OSError, match="share"):
        ledger.replace_source(SOURCE, rows())
    assert [found.row for found in ledger.samples()] == [2]
    assert ledger.replace_source(SOURCE, [sample(7)]).added == 1


@pytest.mark.parametrize(("limit", "expected"), [(None, 1203), (0, 0), (1, 1), (500, 500), (501, 501), (2000, 1203)])
def test_pages_join_without_gap_or_repeat(ledger, limit, expected):
    ledger.replace_source(SOURCE, (sample(row) for row in range(1, 1204)))
    ids = [found.id for found in ledger.samples(limit=limit)]
    assert len(ids) == len(set(ids)) == expected == ledger.count_samples(limit=limit)
    assert ids == sorted(ids)


def test_one_sample_by_id(ledger):
    ledger.replace_source(SOURCE, [sample(2), sample(3)])
    assert [found.row for found in ledger.samples(only=sample(3).id)] == [3]
    assert ledger.count_samples(only="dfme/none") == 0


def test_a_newer_ledger_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "meu.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(LedgerError, match="newer meu-data"):
        Ledger(tmp_path / "meu.db")


def test_a_locked_ledger_is_told(tmp_path, monkeypatch):
    Ledger(tmp_path / "meu.db").close()
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: real(*args, **{**options, "timeout": 0.1}))
    ledger = Ledger(tmp_path / "meu.db")
    other = real(tmp_path / "meu.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="another program holds it"):
        ledger.replace_source(SOURCE, [sample(2)])
    other.close()
    ledger.close()
