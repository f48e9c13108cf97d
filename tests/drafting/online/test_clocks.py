"""Whole runs by a clock that jumps, and by one that goes back."""

import itertools
import json
import time

import pytest

from meu_data import plugins
from meu_data.drafting.online import stage
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.providers.base import RateLimited, ServerFault
from meu_data.drafting.requests.spec import request_settings
from meu_data.progress import SILENT
from tests.drafting.online import clock
from tests.drafting.online.conftest import Notes
from tests.drafting.online.samples import identifier

ONE, TWO, THREE = (identifier(number) for number in (1, 2, 3))
SHORT = 1e-5


@pytest.fixture
def clockwork(monkeypatch):
    """A service whose calls and waits take no time, found as any other."""
    made = clock.Clockwork()
    monkeypatch.setattr(clock, "OFFERED", made.provider, raising=False)
    monkeypatch.setitem(plugins._BUILT_IN["providers"], "clockwork", f"{clock.__name__}:OFFERED")
    monkeypatch.setattr(stage.asyncio, "run", clock.run)
    # Names and objects are remembered.
    remembered = plugins.offers, plugins.names, plugins._imported
    for each in remembered:
        each.cache_clear()
    yield made
    for each in remembered:
        each.cache_clear()


def drafted(draft, workspace, progress=SILENT, **pacing):
    settings = request_settings("clockwork", model="m")
    return draft(workspace, settings=settings, pacing=Pacing(**pacing), concurrency=2, progress=progress)


@pytest.mark.parametrize(
    ("words", "patience"), [(("--patience", "0"), 0), (("--patience", "0.5"), 1800), ((), 7200)], ids=str
)
def test_an_outage_is_waited_out_as_long_as_the_user_says(workspace_of, clockwork, meu, words, patience):
    workspace = workspace_of(3)
    clockwork.always = ServerFault("503 UNAVAILABLE: overloaded")
    code, out, _ = meu(
        "draft", "--llm", "clockwork", "--model", "m", "-w", workspace.root, "--recipe", "mellm", "--json", *words
    )
    summary = json.loads(out)
    assert (code, summary["unreached"], summary["drafted"]) == (3, 3, 0)
    assert "kept failing" in summary["stopped"]
    waited = clockwork.calls[-1][0] - clockwork.calls[0][0]
    # Eight rounds come first, whatever the patience; none of the pauses between them is longer than a minute.
    assert patience <= waited + 1 <= max(patience, 8 * 60) + 62


def test_an_outage_that_ends_in_time_costs_nothing_but_time(workspace_of, clockwork, draft):
    workspace = workspace_of(3)
    clockwork.script[ONE] = [ServerFault("503")] * 60
    told = Notes()
    summary = drafted(draft, workspace, progress=told)
    assert (summary.drafted, summary.stopped) == (3, None)
    assert any(note.startswith("waiting ") and note.endswith("s, because of 503") for note in told.notes)
    assert clockwork.calls[-1][0] > 1000 + 40 * 30


def test_each_of_two_samples_waits_for_itself(workspace_of, clockwork, draft):
    """One meets three faults and the other one; what the one waits holds nobody else up."""
    workspace = workspace_of(3)
    clockwork.script = {TWO: [ServerFault("500")] * 3, THREE: [ServerFault("500")]}
    summary = drafted(draft, workspace, first_delay=100, longest_delay=1000, outage_strikes=100)
    assert (summary.drafted, summary.calls) == (3, 7)
    # A call takes a second; of a delay the upper half is chance.
    assert [50 <= wait - 1 <= 100 for wait in clockwork.times(THREE)] == [True]
    for wait, longest in zip(clockwork.times(TWO), (100, 200, 400), strict=True):
        assert longest / 2 <= wait - 1 <= longest


def test_two_samples_that_are_told_to_wait_at_once_wait_once(workspace_of, clockwork, draft):
    workspace = workspace_of(3)
    clockwork.script = {sample: [RateLimited("429", retry_after=300)] for sample in (TWO, THREE)}
    told = Notes()
    summary = drafted(draft, workspace, progress=told)
    assert (summary.drafted, summary.calls) == (3, 5)
    assert [note for note in told.notes if note.startswith("waiting")] == ["waiting 300 s, because of 429"]
    # Both went out together; afterwards one may go at once, and the other when that one is back.
    waits = sorted(clockwork.times(TWO) + clockwork.times(THREE))
    assert waits == pytest.approx([301, 302], abs=SHORT)


@pytest.fixture
def clock_goes_back(monkeypatch):
    """The wall clock loses an hour at every look."""
    now = time.time()
    looks = itertools.count()
    monkeypatch.setattr(time, "time", lambda: now - 3600 * next(looks))


def test_a_wall_clock_that_goes_back_disturbs_no_run(workspace_of, gemini, draft, clock_goes_back):
    workspace = workspace_of(12)
    gemini.script = {ONE: ["429"], TWO: ["503", "invalid json"]}
    summary = draft(workspace)
    assert (summary.drafted, summary.calls) == (12, 15)
    ((shortest,),) = workspace.ledger.db.rows("SELECT min(latency_s) FROM attempts")
    assert shortest >= 0
    assert draft(workspace).calls == 0
