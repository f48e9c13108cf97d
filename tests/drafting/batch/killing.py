"""Runs of the program in processes of their own, which die of `kill -9` at a moment that a test chooses."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from meu_data.store.workspace import Workspace
from tests.drafting.batch.fake_batch import Drop, FakeBatch

# A process of its own without the threads of this one, with the libraries loaded once.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["google.genai", "cv2", "meu_data.evaluate.predicting.stage", "tests.drafting.batch.conftest"]
)
_WRITES = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "REPLACE", "DELETE")

# The steps of a run with several jobs at which a service is spoken to, each with how many of them have been.
MOMENTS = [
    ("delete", 1),
    ("upload", 1),
    ("finalize", 1),
    ("finalized", 1),
    ("create", 1),
    ("created", 1),
    ("upload", 2),
    ("create", 2),
    ("created", 2),
    ("get", 1),
    ("get", 2),
    ("download", 1),
    ("download", 2),
    ("delete", 4),
]

Program = Callable[[Workspace], object]


def _run(root: Path, url: str, program: Program, die_at_write: int | None) -> None:
    os.environ.update(GOOGLE_GEMINI_BASE_URL=url, GEMINI_API_KEY="secret-key-of-the-user")
    with Workspace.open(root) as workspace:
        left = [die_at_write or 0]

        def count(sql: str) -> None:
            if sql.lstrip().startswith(_WRITES):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        if die_at_write is not None:
            workspace.ledger.db.connection.set_trace_callback(count)
        program(workspace)


def start(workspace: Workspace, fake: FakeBatch, program: Program, die_at_write: int | None = None):
    """A run of the program, which can be pickled; with `die_at_write` it kills itself at that write to the ledger."""
    process = _PROCESSES.Process(target=_run, args=(workspace.root, fake.url, program, die_at_write), daemon=True)
    process.start()
    return process


def kill_at(workspace: Workspace, fake: FakeBatch, program: Program, event: str, time_of_it: int) -> None:
    """Runs the program until the service sees an event so often; the event's answer is never sent."""
    left = [time_of_it]
    running = []

    def fault(seen: str) -> None:
        if seen == event:
            left[0] -= 1
            if left[0] == 0:
                os.kill(running[0].pid, signal.SIGKILL)
                raise Drop

    fake.fault = fault
    running.append(start(workspace, fake, program))
    running[0].join(300)
    assert running[0].exitcode == -signal.SIGKILL
    fake.fault = lambda event: None


def assert_nothing_sent_twice(fake: FakeBatch, requests: int) -> None:
    """Every job was made once, and every request went out once."""
    names = Counter(job.name for job in fake.jobs)
    assert max(names.values()) == 1, "a job was made twice"
    lines = Counter(fake.created_lines())
    assert len(lines) == requests
    assert max(lines.values()) == 1, "a request went out twice"
