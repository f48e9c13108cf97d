"""`kill -9` at many moments: no job is made twice, no request goes out twice, nothing is lost."""

import contextlib
import os
import random
import signal
import threading
import time
from functools import partial

import pytest

from meu_data.drafting.batch.service import BatchService
from meu_data.drafting.batch.stage import run_batch
from meu_data.store.workspace import Workspace
from tests.drafting.batch.conftest import QUICK, SETTINGS, Bench
from tests.drafting.batch.fake_batch import Drop
from tests.drafting.batch.killing import MOMENTS, assert_nothing_sent_twice, kill_at, start
from tests.drafting.online.samples import make_workspace


def draft_all(workspace: Workspace, per_job: int) -> None:
    with contextlib.closing(BatchService.connect(first_delay_s=0.001)) as service:
        options = QUICK._replace(enqueued_tokens=4 * per_job * 4700)
        run_batch(workspace, SETTINGS, wait=True, service=service, options=options)


def started(bench: Bench, per_job: int, die_at_write: int | None = None):
    return start(bench.workspace, bench.fake, partial(draft_all, per_job=per_job), die_at_write)


def assert_nothing_lost_and_nothing_twice(bench: Bench, samples: int) -> None:
    assert_nothing_sent_twice(bench.fake, samples)
    assert bench.states() == {"done": samples}
    assert bench.ledger.counts()["drafts"] == samples
    # What the service was asked for and what the ledger says are the same calls.
    assert bench.attempts().get("answered") == samples
    assert set(bench.attempts()) <= {"answered", "refused"}
    assert bench.one("SELECT count(*) FROM attempts WHERE state = 'refused' AND usd > 0") == 0
    assert set(bench.fake.files) == {job.responses for job in bench.fake.jobs}
    assert bench.run().jobs_made == 0


@pytest.mark.parametrize(("event", "time_of_it"), MOMENTS)
def test_killed_while_the_service_is_spoken_to(bench, event, time_of_it):
    kill_at(bench.workspace, bench.fake, partial(draft_all, per_job=2), event, time_of_it)
    bench.run(wait=True, options=QUICK._replace(enqueued_tokens=4 * 2 * 4700))
    assert_nothing_lost_and_nothing_twice(bench, 6)


def test_killed_while_the_job_is_looked_for_after_an_earlier_kill(bench):
    running = []

    def fault(seen: str) -> None:
        if seen in {"created", "list"}:
            os.kill(running[-1].pid, signal.SIGKILL)
            raise Drop

    bench.fake.fault = fault
    for _ in range(2):
        running.append(started(bench, per_job=6))
        running[-1].join(300)
        assert running[-1].exitcode == -signal.SIGKILL
    assert bench.fake.events[-1] == "list"
    bench.fake.fault = lambda event: None
    bench.run(wait=True)
    assert len(bench.fake.jobs) == 1
    assert_nothing_lost_and_nothing_twice(bench, 6)


def test_killed_at_writes_to_the_ledger(tmp_path, fake):
    """At every seventh write of a whole run: inside transactions and between them."""
    died = 0
    for moment in range(1, 400, 7):
        fake.jobs.clear()
        fake.files.clear()
        with contextlib.closing(make_workspace(tmp_path / str(moment), 3)) as workspace:
            bench = Bench(workspace, fake)
            process = started(bench, per_job=2, die_at_write=moment)
            process.join(300)
            died += process.exitcode == -signal.SIGKILL
            bench.run(wait=True)
            assert_nothing_lost_and_nothing_twice(bench, 3)
            if process.exitcode == 0:
                break
    assert process.exitcode == 0, "the run has more writes than were tried"
    assert died >= 8


def test_killed_at_twenty_random_moments(tmp_path, fake):
    """Each run gets some random steps far, and dies a random moment after the last of them."""
    samples, moments = 24, random.Random(5)
    fake.outcome = lambda job: "RUNNING" if job.polls < 3 else "SUCCEEDED"
    with contextlib.closing(make_workspace(tmp_path, samples)) as workspace:
        bench = Bench(workspace, fake)
        for _ in range(20):
            steps, enough, dead = [moments.randint(1, 14)], threading.Event(), threading.Event()

            def fault(seen: str, steps=steps, enough=enough, dead=dead) -> None:
                steps[0] -= 1
                if steps[0] == 0:
                    enough.set()
                elif steps[0] < 0:
                    # However long the end takes to come: it comes before the run is done.
                    dead.wait(300)
                    raise Drop

            fake.fault = fault
            process = started(bench, per_job=1)
            assert enough.wait(300)
            time.sleep(moments.uniform(0, 0.006))
            process.kill()
            process.join(300)
            dead.set()
            assert process.exitcode == -signal.SIGKILL
        fake.fault = lambda event: None
        assert 0 < len(fake.jobs) < samples, "the runs died too early or too late to tell anything"
        bench.run(wait=True, options=QUICK._replace(enqueued_tokens=4 * 4700))
        assert_nothing_lost_and_nothing_twice(bench, samples)


def test_two_runs_at_once_do_not_share_a_workspace(bench):
    bench.fake.outcome = lambda job: "RUNNING"
    process = started(bench, per_job=6)
    try:
        while "get" not in bench.fake.events:
            assert process.is_alive()
            time.sleep(0.01)
        with pytest.raises(Exception, match="another process is drafting"):
            bench.run()
    finally:
        process.kill()
        process.join(300)
    bench.fake.outcome = lambda job: "SUCCEEDED"
    bench.run(wait=True)
    assert_nothing_lost_and_nothing_twice(bench, 6)
