"""Whatever a service answers, the run goes on to its end and the ledger can hold it; through the real SDKs."""

import random

import pytest

from tests.drafting.mutations import COUNT, mutated, mutated_error
from tests.drafting.online import fake_gemini, fake_openai
from tests.drafting.online.conftest import states
from tests.drafting.online.samples import good_answer, identifier

ANSWERS = {
    "gemini": (lambda text: fake_gemini.reply(text)[1], ("candidates", 0, "content", "parts", 0, "text")),
    "openai": (lambda text: fake_openai.completion(text)[1], ("choices", 0, "message", "content")),
}


@pytest.mark.parametrize("provider", ANSWERS)
def test_mutated_answers_and_errors_end_no_run(workspace_of, request, draft, provider):
    fake = request.getfixturevalue(provider)
    count = max(10, COUNT // 3)
    workspace = workspace_of(count)
    dice = random.Random(provider)
    envelope, place = ANSWERS[provider]
    sent = {}
    for number in range(1, count + 1):
        sample = identifier(number)
        error = number > 1 and dice.random() < 0.3
        sent[sample] = mutated_error(dice) if error else (200, mutated(dice, envelope(good_answer(sample)), place))
        fake.script[sample] = [sent[sample]]
    for _ in range(count):
        # Five refusals that seem alike may stop a run; what is left is the next one's.
        if draft(workspace, provider=provider, concurrency=16).calls == 0:
            break
    ended = states(workspace)
    assert set(ended) == set(sent)
    assert set(ended.values()) <= {"done", "held", "unreadable", "failed", "blocked"}
    assert len(workspace.ledger.db.rows("SELECT 1 FROM attempts")) == fake.total()
    again = "SELECT 1 FROM attempts a JOIN attempts b ON a.key = b.key AND a.id < b.id WHERE a.state LIKE 'un%'"
    assert workspace.ledger.db.rows(again) == []
    assert workspace.ledger.db.rows("SELECT 1 FROM attempts WHERE usd < 0 OR usd > estimate_usd * 1000") == []
    # The dice have met more than one kind.
    assert len(set(ended.values())) >= 2
