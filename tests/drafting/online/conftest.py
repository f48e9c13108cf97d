"""Loopback services, and an environment in which nothing else can be reached by mistake."""

import asyncio
import os
import threading

import pytest

from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.stage import draft_online
from meu_data.drafting.requests.spec import request_settings
from tests.drafting.online.fake_gemini import FakeGemini
from tests.drafting.online.fake_openai import FakeOpenAi
from tests.drafting.online.samples import make_workspace

KEY = "AIza-test-key-that-must-never-be-seen-0123456789"
QUICK = Pacing(first_delay=0.02, longest_delay=0.1, breaker_strikes=4, outage=0.0)


def serve(fake):
    """Runs a fake in a thread of its own; returns what ends it."""
    ready, over, loops = threading.Event(), asyncio.Event(), []

    async def work():
        loops.append(asyncio.get_running_loop())
        await fake.start()
        ready.set()
        await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    assert ready.wait(300)

    def stop():
        loops[0].call_soon_threadsafe(over.set)
        thread.join(300)

    return stop


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No key, address or proxy of the machine's."""
    for name in list(os.environ):
        if name.startswith(("GOOGLE_", "GEMINI_", "OPENAI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def gemini(monkeypatch):
    fake = FakeGemini()
    stop = serve(fake)
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.address)
    yield fake
    stop()


@pytest.fixture
def openai(monkeypatch):
    fake = FakeOpenAi()
    stop = serve(fake)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", fake.address + "/v1")
    yield fake
    stop()


@pytest.fixture
def workspace_of(tmp_path):
    """Makes workspaces of so many rendered samples, closed at the end."""
    opened = []

    def make(count, **more):
        opened.append(make_workspace(tmp_path, count, **more))
        return opened[-1]

    yield make
    for workspace in opened:
        workspace.close()


@pytest.fixture
def draft():
    """Drafts with Gemini, quickly."""

    def run(workspace, *, provider="gemini", pacing=QUICK, settings=None, **more):
        model = "local" if provider == "openai" else None
        return draft_online(
            workspace, settings or request_settings(provider, model=model), pacing=pacing, **{"concurrency": 8, **more}
        )

    return run


def attempts(workspace):
    """(kind, state) of every attempt, in order."""
    return workspace.ledger.db.rows("SELECT kind, state FROM attempts ORDER BY id")


def states(workspace):
    return dict(workspace.ledger.db.rows("SELECT sample_id, state FROM requests WHERE kind = 'draft'"))


class Notes:
    """Keeps what a run tells."""

    def __init__(self):
        self.notes, self.looked_at, self.total = [], 0, None

    def start(self, what, total):
        self.total = total

    def advance(self, done=1):
        self.looked_at += done

    def note(self, text):
        self.notes.append(text)

    def finish(self):
        pass
