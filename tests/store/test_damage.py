"""Damaged rows are set aside as they are, named, and nobody's problem any more once they are made anew."""

import sqlite3

import pytest

from meu_data.drafting.run import draft
from meu_data.export.stage import export
from meu_data.grounding.verify import verify
from meu_data.status import workspace_problems, workspace_status
from meu_data.store.damage import set_aside_damaged
from meu_data.store.workspace import Workspace
from tests.export.conftest import Corpus


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "work", create=True) as opened:
        corpus = Corpus(opened).fill({"train": 3})
        corpus.review(corpus.samples[0])
        verify(opened)
        yield opened


def spoil(workspace, statement):
    with sqlite3.connect(workspace.root / "meu.db") as db:
        assert db.execute(statement).rowcount == 1
    db.close()


# The first row of each table, spoilt, and who is told to make it anew.
MAP = "recipe = 'robust' AND sample_id = (SELECT min(id) FROM samples)"
SPOILT = {
    "sources": ("UPDATE sources SET record = 'x' WHERE split = 'train'", "extract"),
    "samples": ("UPDATE samples SET record = '{}' WHERE id = (SELECT min(id) FROM samples)", "extract"),
    "motion": (f"UPDATE motion SET record = 'x' WHERE {MAP}", "render"),
    "motion of another": (f"UPDATE motion SET record = json_set(record, '$.sample_id', 'other') WHERE {MAP}", "render"),
    "drafts": ("UPDATE drafts SET record = x'00ff' WHERE sample_id = (SELECT min(id) FROM samples)", "draft"),
    "drafts in no language": ("UPDATE drafts SET lang = 'xx' WHERE sample_id = (SELECT min(id) FROM samples)", "draft"),
    "reviews": ("UPDATE reviews SET record = json_set(record, '$.task', 'seven')", "pull"),
    "attempts": (
        "INSERT INTO attempts (key, kind, mode, model, state, opened, estimate_usd, usd)"
        " VALUES ('k', 'first', 'online', 'm', 'answered', 1, 1, 9e999)",
        "draft",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_damaged_is_set_aside_and_named(workspace, name):
    statement, stage = SPOILT[name]
    before = workspace.ledger.counts()
    spoil(workspace, statement)
    assert set_aside_damaged(workspace.ledger) == 1
    assert set_aside_damaged(workspace.ledger) == 0
    (told,) = workspace_problems(workspace).problems
    assert told.stage == stage
    assert f"`meu-data {stage}`" in told.reason
    table = name.split()[0]
    assert f"a row of {table} " in told.reason
    if table in before:
        assert workspace.ledger.counts()[table] == before[table] - 1
    with sqlite3.connect(workspace.root / "meu.db") as db:
        assert db.execute("SELECT place FROM damaged").fetchall() == [(table,)]
    db.close()


def test_a_sound_ledger_stays_as_it_is(workspace):
    before = list(sqlite3.connect(workspace.root / "meu.db").iterdump())
    assert set_aside_damaged(workspace.ledger) == 0
    assert list(sqlite3.connect(workspace.root / "meu.db").iterdump()) == before


@pytest.mark.parametrize("name", [name for name in SPOILT if name != "attempts"])
def test_every_stage_goes_on_with_the_others(workspace, name, tmp_path):
    spoil(workspace, SPOILT[name][0])
    assert workspace_status(workspace).samples >= 2
    assert verify(workspace).drafts >= 2
    rows = export(workspace, tmp_path / "out", style="unifer-cot", source="drafts").rows
    assert rows["train"] >= 2


def test_a_draft_that_is_made_anew_is_no_problem_any_more(workspace):
    draft(workspace)
    spoil(workspace, SPOILT["drafts"][0])
    verify(workspace)
    assert len(workspace_problems(workspace).problems) == 1
    draft(workspace)
    assert workspace_problems(workspace).problems == ()
