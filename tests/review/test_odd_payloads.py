"""What a server sends that no Label Studio should: a named problem of the one annotation, and the others are pulled."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from meu_data.errors import MeuError
from meu_data.progress import SILENT
from meu_data.review.pull_run import PullRun
from meu_data.review.screen.fields import STAGES
from meu_data.review.screen.labelling_config import answers
from meu_data.review.screen.tasks import draft_sha256
from meu_data.review.server.client import Server
from meu_data.review.server.remote_tasks import Stamp, list_tasks
from meu_data.store.projects import Project
from meu_data.store.reviews import count_reviews
from meu_data.store.workspace import Workspace
from tests.export.conftest import Corpus

pytest.importorskip("label_studio_sdk")


def _plain(task: dict) -> bool:
    return isinstance(task.get("id"), int)


class OddServer(ThreadingHTTPServer):
    """Answers with the tasks it is given, whatever they are; each has one annotation."""

    tasks: list[dict]

    def page(self, query: dict) -> bytes:
        chosen = json.loads(query["query"][0])
        named = chosen.get("selectedItems", {}).get("included")
        after = max(
            (one["value"] for one in chosen.get("filters", {}).get("items", ()) if "id" in one["filter"]), default=0
        )
        found = [
            task
            for task in self.tasks
            if (task.get("id") in named if named is not None else not _plain(task) or task["id"] > after)
        ]
        return json.dumps({"tasks": found, "total": len(found)}).encode()


class Handler(BaseHTTPRequestHandler):
    server: OddServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = (
            self.server.page(parse_qs(parts.query)) if parts.path == "/api/tasks/" else b'{"label_config": "<View/>"}'
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with OddServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def workspace(tmp_path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "work", create=True) as opened:
        Corpus(opened).fill({"train": 2})
        yield opened


def pulled(workspace: Workspace, odd: OddServer, task_id: object = 1, **changes: object) -> PullRun:
    """Pulls two tasks with an annotation each, the first of which is not as it should be."""
    odd.tasks = []
    for number, sample in enumerate(workspace.ledger.samples(), start=1):
        (draft,) = workspace.ledger.drafts(sample.id)
        texts = {stage: ["The corner of the mouth moves."] for stage in STAGES}
        result = [{"from_name": name, "value": {"text": text}} for name, text in texts.items()]
        result.append({"from_name": "emotion", "value": {"choices": [sample.emotion]}})
        annotation = {"id": 10 + number, "result": result, "completed_by": 1, "lead_time": 5}
        annotation |= {"created_at": "2026-11-20T08:10:00Z", "updated_at": "2026-11-20T08:11:00Z"}
        stamp = Stamp(sample_id=sample.id, draft_sha256=draft_sha256(draft), inputs="x")
        task = {"id": number, "meta": stamp.meta(), "updated_at": "2026-11-20T08:11:00Z", "total_annotations": 1}
        odd.tasks.append(task | {"annotations": [annotation | changes if number == 1 else annotation]})
    odd.tasks[0]["id"] = task_id
    url = f"http://127.0.0.1:{odd.server_port}"
    run = PullRun(workspace.ledger, Server(url, "t" * 40, "a test"), answers(workspace.ledger), {1: "ann"})
    run.pull(Project("key", url, 5, "dfme", "en"), full=True, progress=SILENT)
    return run


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "eleven"},
        {"id": 10**30},
        {"created_at": "9999-12-31T23:59:59-23:59"},
        {"updated_at": "soon"},
        {"updated_at": None},
    ],
    ids=str,
)
def test_one_odd_annotation_is_a_problem_with_its_link_and_the_others_are_pulled(workspace, odd, changes):
    run = pulled(workspace, odd, **changes)
    assert (run.counts["new"], run.counts["faults"]) == (1, 1)
    (problem,) = workspace.ledger.problems("pull")
    assert problem.sample_id == min(workspace.ledger.sample_ids())
    assert problem.file == f"http://127.0.0.1:{odd.server_port}/projects/5/data?task=1"
    assert count_reviews(workspace.ledger).reviews == 1
    # Mended on the server, it is pulled like any other.
    assert pulled(workspace, odd).counts["faults"] == 0
    assert list(workspace.ledger.problems("pull")) == []
    assert count_reviews(workspace.ledger).reviews == 2


@pytest.mark.parametrize(
    "changes", [{"lead_time": 10**400}, {"lead_time": "long"}, {"completed_by": {"id": []}}], ids=str
)
def test_what_is_odd_beside_the_answer_costs_nothing(workspace, odd, changes):
    assert pulled(workspace, odd, **changes).counts["new"] == 2


@pytest.mark.parametrize("task_id", [None, "one", 10**30], ids=str)
def test_a_task_without_a_number_costs_its_own_sample(workspace, odd, task_id):
    first = min(workspace.ledger.sample_ids())
    run = pulled(workspace, odd, task_id=task_id)
    assert (run.counts["new"], run.counts["faults"]) == (1, 1)
    (problem,) = workspace.ledger.problems("pull")
    assert problem.sample_id == first
    assert "without a number" in problem.reason
    assert pulled(workspace, odd).counts["new"] == 1
    assert list(workspace.ledger.problems("pull")) == []
    # What was pulled is not gone because its task cannot be named for a while.
    assert pulled(workspace, odd, task_id=task_id).counts["gone"] == 0
    assert count_reviews(workspace.ledger).reviews == 2


def test_tasks_without_numbers_are_no_label_studios(workspace, odd):
    pulled(workspace, odd)
    odd.tasks[0]["id"] = 10**30
    server = Server(f"http://127.0.0.1:{odd.server_port}", "t" * 40, "a test")
    with pytest.raises(MeuError, match="not Label Studio's"):
        list(list_tasks(server, 5))
