"""One odd answer costs one sample: the run goes on, and what was paid for is kept as it came."""

import json

import pytest

from meu_data.store.attempts import spending
from tests.drafting import odd_answers
from tests.drafting.online.conftest import attempts, states
from tests.drafting.online.samples import good_answer, identifier

ONE = identifier(1)
GOOD = good_answer(ONE)


def rows(bodies, end):
    return [pytest.param(body, end, id=name) for name, body in bodies.items()]


GEMINI = [
    *rows(odd_answers.UNREADABLE, "unreadable"),
    *rows(odd_answers.gemini_asked(), "asked"),
    *rows(odd_answers.gemini_drafted(GOOD), "drafted"),
    *rows(odd_answers.gemini_uncounted(GOOD), "drafted"),
]
OPENAI = [
    *rows(odd_answers.UNREADABLE, "unreadable"),
    *rows(odd_answers.openai_asked(), "asked"),
    *rows(odd_answers.openai_drafted(GOOD), "drafted"),
    *rows(odd_answers.openai_uncounted(GOOD), "drafted"),
]
EXPECTED = {
    "unreadable": ([("first", "unreadable")], "unreadable"),
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
    mine = workspace.ledger.db.rows(
        "SELECT a.kind, a.state FROM attempts a JOIN requests r USING (key) WHERE r.sample_id = ? ORDER BY a.id", (ONE,)
    )
    return workspace, mine, states(workspace)[ONE]


def kept(workspace):
    """The first answer about the sample, as the ledger keeps it."""
    query = (
        "SELECT w.raw FROM answers w JOIN attempts a ON a.id = w.attempt JOIN requests r USING (key)"
        " WHERE r.sample_id = ? ORDER BY a.id LIMIT 1"
    )
    ((raw,),) = workspace.ledger.db.rows(query, (ONE,))
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


UNCOUNTED = [
    *(pytest.param("gemini", body, id=f"gemini {name}") for name, body in odd_answers.gemini_uncounted(GOOD).items()),
    *(pytest.param("openai", body, id=f"openai {name}") for name, body in odd_answers.openai_uncounted(GOOD).items()),
]
OWN_PRICE = '[[price]]\nmodel = "local"\nfrom = 2026-01-01\ninput = 2.0\noutput = 10.0\n'


@pytest.mark.parametrize(("provider", "body"), UNCOUNTED)
def test_an_answer_without_a_count_is_charged_at_the_most_it_can_have_cost(
    workspace_of, request, draft, provider, body
):
    workspace = workspace_of(1)
    (workspace.root / "prices.toml").write_text(OWN_PRICE)
    request.getfixturevalue(provider).script[ONE] = [body]
    summary = draft(workspace, provider=provider)
    ((usd, most, tokens, as_of, error),) = workspace.ledger.db.rows(
        "SELECT usd, estimate_usd, input + output + thinking + cached, priced_as_of, error FROM attempts"
    )
    assert usd == most == summary.usd > 0
    assert (tokens, as_of) == (0, None)
    assert "no count of tokens that can be" in error
    assert (summary.drafted, summary.uncounted_calls) == (1, 1)
    (model,) = spending(workspace.ledger)
    assert (model.usd, model.unknown_usd) == (usd, 0)


def test_a_count_of_a_question_that_was_not_answered_is_one(workspace_of, gemini, draft):
    """The service leaves counts of nought out: a blocked question has no tokens of an answer."""
    workspace = workspace_of(1)
    gemini.script[ONE] = ["prompt block"]
    summary = draft(workspace)
    assert (summary.blocked, summary.uncounted_calls, summary.input_tokens) == (1, 0, 2000)
    ((usd, most),) = workspace.ledger.db.rows("SELECT usd, estimate_usd FROM attempts")
    assert 0 < usd < most


def test_answers_without_a_count_do_not_pass_the_budget(workspace_of, gemini, draft):
    workspace = workspace_of(20)
    for number in range(1, 21):
        sample = identifier(number)
        gemini.script[sample] = [odd_answers.gemini_uncounted(good_answer(sample))["usage: null"]]
    most = draft(workspace, limit=1).usd
    summary = draft(workspace, budget_usd=5.5 * most)
    assert gemini.total() == 5
    assert "budget" in summary.stopped
    ((usd,),) = workspace.ledger.db.rows("SELECT sum(usd) FROM attempts")
    assert usd == pytest.approx(5 * most)


@pytest.mark.parametrize("provider", ["gemini", "openai"])
@pytest.mark.parametrize(("code", "body", "end"), odd_answers.ERRORS.values(), ids=odd_answers.ERRORS)
def test_a_service_refuses_oddly(workspace_of, request, draft, provider, code, body, end):
    fake = request.getfixturevalue(provider)
    _, mine, state = meets(workspace_of, fake, draft, (code, body), provider)
    # A first 400 of this service is taken for one of the form of the answer, and a simpler one is asked for.
    assert state == ("done" if provider == "openai" else end)
    assert mine[0] == ("first", "refused")


@pytest.mark.parametrize("body", [f'{{"error": {{"code": {odd_answers.DIGITS}}}}}', "[" * 100_000, b"\xff\xfe{"])
def test_an_error_that_the_sdk_cannot_read_is_one_by_its_code(workspace_of, gemini, draft, body):
    workspace, mine, state = meets(workspace_of, gemini, draft, (500, body), "gemini")
    assert (mine, state) == ([("first", "refused"), ("first", "answered")], "done")
    assert kept(workspace) == (body if isinstance(body, str) else body.decode("utf-8", "replace"))


def test_a_stored_odd_answer_is_read_again_the_same(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    odd = odd_answers.gemini_drafted(GOOD)["responseId of 5000 digits"]
    gemini.script[ONE] = [odd]
    draft(workspace)
    before = workspace.ledger.drafts(ONE)
    with workspace.ledger.transaction():
        workspace.ledger.db.execute("UPDATE requests SET parser = 0")
    assert draft(workspace).calls == 0
    assert workspace.ledger.drafts(ONE) == before
    assert attempts(workspace) == [("first", "answered")]
    assert json.loads(json.dumps(before[0].response_id)) == odd_answers.DIGITS
