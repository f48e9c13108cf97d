"""`meu_data.draft`: the same run as by the stage's own door, at a terminal and where an event loop is running."""

import asyncio

import pytest

import meu_data
from meu_data.drafting.offline.stage import DraftSummary
from meu_data.drafting.online.stage import OnlineSummary
from meu_data.errors import MeuError
from tests.drafting.online.conftest import attempts, states
from tests.drafting.online.samples import identifier


async def cell(work):
    """As a notebook runs a cell: in a loop that is running."""
    return work()


PLACES = pytest.mark.parametrize("run", [lambda work: work(), lambda work: asyncio.run(cell(work))], ids=["", "loop"])


@PLACES
def test_offline_is_what_is_done_without_being_asked(workspace_of, run):
    workspace = workspace_of(3)
    summary = run(lambda: meu_data.draft(workspace, limit=2))
    assert isinstance(summary, DraftSummary)
    assert (summary.samples, summary.drafted) == (2, 2)
    assert [draft.model for draft in workspace.ledger.drafts(identifier(1))] == ["offline-1"]


@PLACES
def test_a_model_is_asked_with_the_options_named(workspace_of, gemini, run):
    workspace = workspace_of(3)
    summary = run(lambda: meu_data.draft(workspace, "gemini", lang="zh", temperature=0.5, only=identifier(2)))
    assert isinstance(summary, OnlineSummary)
    assert (summary.samples, summary.drafted, gemini.total()) == (1, 1, 1)
    body = gemini.bodies[identifier(2)]
    assert body["generationConfig"]["temperature"] == 0.5
    # What another thread and its connection wrote is there at once.
    assert states(workspace) == {identifier(2): "done"}
    assert attempts(workspace) == [("first", "answered")]
    assert [draft.lang for draft in workspace.ledger.drafts(identifier(2))] == ["zh"]
    assert run(lambda: meu_data.draft(workspace, "gemini", lang="zh", temperature=0.5)).fresh == 1


@PLACES
def test_an_error_is_the_same_everywhere(workspace_of, run):
    workspace = workspace_of(1)
    with pytest.raises(MeuError, match="no sample 'dfme/nobody'"):
        run(lambda: meu_data.draft(workspace, "gemini", only="dfme/nobody"))
    with pytest.raises(MeuError, match="name the model"):
        run(lambda: meu_data.draft(workspace, "openai"))
    with pytest.raises(MeuError, match="--repair is for"):
        run(lambda: meu_data.draft(workspace, "gemini", mode="batch", repair=True))
