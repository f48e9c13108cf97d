"""Whatever a batch brings, the run takes in what can be read of it."""

import json
import random

from tests.drafting.batch.conftest import Bench
from tests.drafting.mutations import COUNT, mutated
from tests.drafting.online.samples import make_workspace

PLACE = ("response", "candidates", 0, "content", "parts", 0, "text")


def test_mutated_lines_end_no_run(tmp_path, fake):
    count = max(10, COUNT // 3)
    dice = random.Random("batch")
    with make_workspace(tmp_path, count) as workspace:
        bench = Bench(workspace, fake)
        fake.order = lambda rows: [
            mutated(dice, row, PLACE).replace(b"\n", b" ").decode("utf-8", "surrogateescape") for row in rows
        ]
        bench.run(wait=True)
        fake.order = lambda rows: [json.dumps(row) for row in rows]
        bench.run(wait=True)
        assert bench.run(wait=True).jobs_made == 0
        assert sum(bench.states().values()) == count
        assert set(bench.states()) <= {"done", "held", "unreadable", "failed", "blocked"}
        assert len(bench.states()) >= 2
        assert set(bench.attempts()) <= {"answered", "refused", "unreadable", "unknown"}
