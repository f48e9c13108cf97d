"""A night's worth of faults, with kills between: every sample ends, every call is known, none is paid twice.

`MEU_TEST_CAMPAIGN=320` runs it, over so many samples.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from meu_data.store.attempts import spent_usd
from meu_data.store.workspace import Workspace
from tests.drafting import odd_answers
from tests.drafting.online.conftest import states
from tests.drafting.online.samples import good_answer, identifier

SAMPLES = int(os.environ.get("MEU_TEST_CAMPAIGN", "0"))
KILLS = 5
NO_CALLS = 9
ROOT = Path(__file__).resolve().parents[3]
# USD: less than all of it costs, and more than it can.
TIGHT, AMPLE = 0.01 * SAMPLES, 0.1 * SAMPLES
# One run of the program, with waits for a loopback and not for a service.
RUN = """
import sys
from meu_data import Workspace
from meu_data.drafting.online.stage import draft_online
from meu_data.drafting.requests.spec import request_settings
from tests.drafting.online.conftest import QUICK

with Workspace.open(sys.argv[1]) as workspace:
    summary = draft_online(
        workspace,
        request_settings("gemini"),
        concurrency=24,
        budget_usd=float(sys.argv[2]),
        pacing=QUICK.model_copy(update={"timeout": 2.0}),
    )
sys.exit(0 if summary.calls else 9)
"""
NAMED = (
    *("429", "429 bare", "500", "503", "502 html", "408", "409", "499", "204", "close", "mid-body", "html", "slow"),
    *("drip", "safety", "prompt block", "max tokens", "all thinking", "fenced", "embedded", "BOM in the text"),
    *("invalid json", "wrong schema", "wrong id", "empty text", "no candidates", "odd finish", "odd cut"),
    *("continuation", "400", "413"),
)


def kinds(sample):
    """Faults by name, and odd answers as they come, for one sample."""
    good = good_answer(sample)
    odd = {
        **odd_answers.UNREADABLE,
        **odd_answers.gemini_asked(),
        **odd_answers.gemini_drafted(good),
        **odd_answers.gemini_uncounted(good),
        **{name: (code, body) for name, (code, body, _) in odd_answers.ERRORS.items()},
    }
    return [*NAMED, *odd.values()]


@pytest.mark.skipif(not SAMPLES, reason="minutes of kills; MEU_TEST_CAMPAIGN=320 runs it")
def test_a_night_of_faults_and_kills(workspace_of, gemini, monkeypatch):
    workspace = workspace_of(SAMPLES)
    root = workspace.root
    workspace.close()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    dice = random.Random(15)
    faults = len(kinds(""))
    assert faults >= 40
    order = [number % faults for number in range(SAMPLES)]
    dice.shuffle(order)
    for number in range(1, SAMPLES + 1):
        sample = identifier(number)
        mine = kinds(sample)
        gemini.script[sample] = [mine[order[number - 1]], *dice.sample(mine, dice.choice((0, 0, 1)))]
    gemini.seconds = 0.02

    def start(budget):
        words = [sys.executable, "-c", RUN, str(root), str(budget)]
        return subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT)

    for _ in range(KILLS):
        wanted = gemini.total() + dice.randrange(2, max(3, SAMPLES // KILLS))
        with start(TIGHT) as run:
            while run.poll() is None and gemini.total() < wanted:
                time.sleep(0.005)
            run.send_signal(signal.SIGKILL)
    for budget in (TIGHT, AMPLE):
        code = 0
        while code == 0:
            with start(budget) as run:
                said = run.communicate()[1]
            assert "Traceback" not in said
            code = run.returncode
        assert code == NO_CALLS
        with Workspace.open(root) as found:
            assert spent_usd(found.ledger) <= budget
    with Workspace.open(root) as found:
        ended = states(found)
        assert set(ended) == {identifier(number) for number in range(1, SAMPLES + 1)}
        assert set(ended.values()) <= {"done", "held", "unreadable", "failed", "blocked"}
        ((calls, still_open),) = found.ledger.db.rows("SELECT count(*), sum(state = 'open') FROM attempts")
        assert still_open == 0
        # What was open at a kill may never have reached the service.
        killed = len(found.ledger.db.rows("SELECT 1 FROM attempts WHERE error LIKE 'the program ended%'"))
        assert calls - killed <= gemini.total() <= calls
        # Nothing goes out again after a call that may have been billed, or that was answered well.
        again = "SELECT 1 FROM attempts a JOIN attempts b ON a.key = b.key AND a.id < b.id WHERE a.state LIKE 'un%'"
        assert found.ledger.db.rows(again) == []
        paid = "SELECT key FROM attempts WHERE state = 'answered' GROUP BY key, kind HAVING count(*) > 1"
        assert found.ledger.db.rows(paid) == []
