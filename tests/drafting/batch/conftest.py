"""A workspace, a service on the loopback, and a way to run batches against it."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from meu_data.drafting.batch.service import BatchService
from meu_data.drafting.batch.stage import BatchOptions, BatchSummary, run_batch
from meu_data.drafting.requests.spec import RequestSettings
from meu_data.store.workspace import Workspace
from tests.drafting.batch.fake_batch import FakeBatch, response_of, running_batch_service, sample_of
from tests.drafting.online.samples import CHINESE, good_answer, make_workspace

MODEL = "gemini-3.8-flash"
SETTINGS = RequestSettings(provider="gemini", model=MODEL)
# Nothing to wait for on the loopback.
QUICK = BatchOptions(poll_s=0.01, listed_after_s=0.0)


class Bench:
    """What a test works with; `run` is one run of the program."""

    def __init__(self, workspace: Workspace, fake: FakeBatch) -> None:
        self.workspace, self.ledger, self.fake = workspace, workspace.ledger, fake

    def run(self, *, options: BatchOptions = QUICK, settings: RequestSettings = SETTINGS, **more) -> BatchSummary:
        service = BatchService.connect(first_delay_s=0.001)
        with contextlib.closing(service):
            return run_batch(self.workspace, settings, service=service, options=options, **more)

    def one(self, query: str, *bound: object):
        ((value,),) = self.ledger.db.rows(query, bound)
        return value

    def states(self) -> dict[str, int]:
        return dict(self.ledger.db.rows("SELECT state, count(*) FROM requests GROUP BY state"))

    def attempts(self) -> dict[str, int]:
        return dict(self.ledger.db.rows("SELECT state, count(*) FROM attempts GROUP BY state"))

    def key_of(self, sample_id: str) -> str:
        return self.one("SELECT key FROM requests WHERE sample_id = ?", sample_id)


def right(line: dict) -> dict:
    """The answer of a model that does what it is asked."""
    chinese = "样本编号：" in json.dumps(line, ensure_ascii=False)
    return {"response": response_of(good_answer(sample_of(line), **(CHINESE if chinese else {})))}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBatch]:
    with running_batch_service() as service:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", service.url)
        monkeypatch.setenv("GEMINI_API_KEY", "secret-key-of-the-user")
        monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        service.answer = right
        yield service


@pytest.fixture
def bench(tmp_path: Path, fake: FakeBatch) -> Iterator[Bench]:
    workspace = make_workspace(tmp_path, 6)
    yield Bench(workspace, fake)
    workspace.close()
