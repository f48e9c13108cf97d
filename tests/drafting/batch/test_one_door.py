"""`meu_data.draft` in batches."""

import meu_data
from meu_data.drafting.batch.stage import BatchSummary


def test_a_batch_is_made_by_the_first_call_and_collected_by_a_later_one(bench):
    first = meu_data.draft(bench.workspace, "gemini", mode="batch", limit=4)
    assert isinstance(first, BatchSummary)
    assert (first.jobs_made, first.submitted, first.jobs_open) == (1, 4, 1)
    later = meu_data.draft(bench.workspace, "gemini", mode="batch", limit=4)
    assert (later.drafted, later.jobs_made, later.jobs_open) == (4, 0, 0)
