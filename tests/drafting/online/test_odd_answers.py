"""One odd answer costs one sample: the run goes on, and what was paid for is kept as it came."""

import json

import pytest

from tests.drafting import odd_answers
from tests.drafting.online.conftest import attempts, states
from tests.drafting.online.samples import good_answer, identifier

ONE = identifier(1)
GOOD = good_answer(ONE)


def rows(bodies, end):
    return [pytest.param(body, end, id=name) for name, body in bodies.items()]


GEMINI = [
    *rows(odd_answers.HELD, "held"),
    *rows(odd_answers.gemini_asked(), "asked"),
    *rows(odd_answers.gemini_drafted(GOOD), "drafted"),
    *rows(odd_answers.gemini_uncounted(GOOD), "drafted"),
]
OPENAI = [
    *rows(odd_answers.HELD, "held"),
    *rows(odd_answers.openai_asked(), "asked"),
    *rows(odd_answers.openai_drafted(GOOD), "drafted"),
    *rows(odd_answers.openai_uncounted(GOOD), "drafted"),
]
EXPECTED = {
    "held": ([("first", "unknown")], "held"),
    "asked": ([("first", "answered"), ("reask", "answered")], "done"),
    "drafted": ([("first", "answered")], "done"),
}


def meets(workspace_of, fake, draft, body, provider):
    """Drafts three samples, the first of which meets the odd answer; returns what the ledger says of it."""
    workspace = workspace_of(3)
    fake.script[ONE] = [body]
    summary = draft(workspace, provider=provider)
    assert summary.drafted >= 2, "the run went on"
    assert draft(workspace, provider=provider).calls == 0, "nothing is paid for twice"
    mine = workspace.ledger.read(
        "SELECT a.kind, a.state FROM attempts a JOIN requests r USING (key) WHERE r.sample_id = ? ORDER BY a.id", (ONE,)
    )
    return workspace, mine, states(workspace)[ONE]


def kept(workspace):
    """The first answer about the sample, as the ledger keeps it."""
    query = (
        "SELECT w.raw FROM answers w JOIN attempts a ON a.id = w.attempt JOIN requests r USING (key)"
        " WHERE r.sample_id = ? ORDER BY a.id LIMIT 1"
    )
    ((raw,),) = workspace.ledger.read(query, (ONE,))
    return raw


def check(workspace_of, fake, draft, body, end, provider):
    workspace, mine, state = meets(workspace_of, fake, draft, body, provider)
    assert (mine, state) == EXPECTED[end]
    assert kept(workspace) == (body if isinstance(body, str) else body.decode("utf-8", "replace"))


@pytest.mark.parametrize(("body", "end"), GEMINI)
def test_gemini_answers_oddly(workspace_of, gemini, draft, body, end):
    check(workspace_of, gemini, draft, body, end, "gemini")


@pytest.mark.parametrize(("body", "end"), OPENAI)
def test_another_service_answers_oddly(workspace_of, openai, draft, body, end):
    check(workspace_of, openai, draft, body, end, "openai")


@pytest.mark.parametrize("provider", ["gemini", "openai"])
@pytest.mark.parametrize(("code", "body", "end"), odd_answers.ERRORS.values(), ids=odd_answers.ERRORS)
def test_a_service_refuses_oddly(workspace_of, request, draft, provider, code, body, end):
    fake = request.getfixturevalue(provider)
    _, mine, state = meets(workspace_of, fake, draft, (code, body), provider)
    # A first 400 of this service is taken for one of the form of the answer, and a simpler one is asked for.
    assert state == ("done" if provider == "openai" else end)
    assert mine[0] == ("first", "refused")


@pytest.mark.parametrize("body", [f'{{"error": {{"code": {odd_answers.DIGITS}}}}}', "[" * 100_000, b"\xff\xfe{"])
def test_an_error_that_the_sdk_cannot_read_holds_its_sample(workspace_of, gemini, draft, body):
    _, mine, state = meets(workspace_of, gemini, draft, (500, body), "gemini")
    assert (mine, state) == ([("first", "unknown")], "held")


def test_a_stored_odd_answer_is_read_again_the_same(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    odd = odd_answers.gemini_drafted(GOOD)["responseId of 5000 digits"]
    gemini.script[ONE] = [odd]
    draft(workspace)
    before = workspace.ledger.drafts(ONE)
    with workspace.ledger.transaction():
        workspace.ledger.write("UPDATE requests SET parser = 0")
    assert draft(workspace).calls == 0
    assert workspace.ledger.drafts(ONE) == before
    assert attempts(workspace) == [("first", "answered")]
    assert json.loads(json.dumps(before[0].response_id)) == odd_answers.DIGITS
