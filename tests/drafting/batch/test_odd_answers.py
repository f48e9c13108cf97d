"""One odd line of a batch's results costs one sample: the others are taken in, and what was paid for is kept."""

import json

import pytest

from tests.drafting import odd_answers
from tests.drafting.online.samples import good_answer, identifier

ONE = identifier(1)
GOOD = good_answer(ONE)


def rows(bodies, end):
    return [pytest.param(body, end, id=name) for name, body in bodies.items()]


def run(bench, line_of):
    """Drafts six samples, the first of which is answered by `line_of(key)` the first time."""
    odd = []

    def order(results):
        keys = {json.dumps(row): row["key"] for row in results}
        mine = [
            text
            for text in keys
            if GOOD in json.loads(text)["response"]["candidates"][0]["content"]["parts"][0]["text"]
        ]
        lines = [text for text in keys if text not in mine or odd]
        if mine and not odd:
            odd.append(line_of(keys[mine[0]]))
            lines.insert(0, odd[0])
        return lines

    bench.fake.order = order
    summary = bench.run(wait=True)
    assert odd, "the odd line was sent"
    assert summary.drafted >= 5, "the others were taken in"
    spent = bench.one("SELECT sum(usd) FROM attempts WHERE state = 'answered'")
    unknown = bench.one("SELECT total(estimate_usd) FROM attempts WHERE state IN ('unknown', 'unreadable')")
    assert summary.usd == pytest.approx(spent + unknown, abs=1e-6)
    assert summary.uncounted == bench.one("SELECT count(*) FROM attempts WHERE state = 'answered' AND input = 0")
    assert bench.run(wait=True).jobs_made == 0
    query = (
        "SELECT a.kind, a.state, w.raw FROM requests r JOIN attempts a USING (key)"
        " LEFT JOIN answers w ON w.attempt = a.id WHERE r.sample_id = ? ORDER BY a.id"
    )
    attempts = bench.ledger.db.rows(query, (ONE,))
    state = bench.one("SELECT state FROM requests WHERE sample_id = ?", ONE)
    return [row[:2] for row in attempts], state, attempts[0][2]


@pytest.mark.parametrize(
    ("body", "end"),
    [
        *rows({name: odd_answers.UNREADABLE[name] for name in ("a list", "nested", "nested object")}, "unreadable"),
        *rows({"a text": '"no"', "cut off": '{"candidates": [{"con'}, "unreadable"),
        *rows(odd_answers.gemini_asked(), "asked"),
        *rows(odd_answers.gemini_drafted(GOOD), "drafted"),
        *rows(odd_answers.gemini_uncounted(GOOD), "drafted"),
    ],
)
def test_a_line_answers_oddly(bench, body, end):
    attempts, state, raw = run(bench, lambda key: f'{{"key": "{key}", "response": {body}}}')
    assert (attempts, state) == {
        "unreadable": ([("first", "unreadable")], "unreadable"),
        "asked": ([("first", "answered"), ("reask", "answered")], "done"),
        "drafted": ([("first", "answered")], "done"),
    }[end]
    # A line that could not be read is kept as a whole; of others the response is, whatever its blanks.
    assert body.strip('"') in raw or json.loads(raw, parse_int=str) == json.loads(body, parse_int=str)


@pytest.mark.parametrize("name", odd_answers.GEMINI_USAGES)
def test_a_line_without_a_count_is_charged_at_its_estimate(bench, name):
    body = odd_answers.gemini_uncounted(GOOD)[name]
    run(bench, lambda key: f'{{"key": "{key}", "response": {body}}}')
    ((usd, estimate, error),) = bench.ledger.db.rows(
        "SELECT usd, estimate_usd, error FROM attempts JOIN requests USING (key) WHERE sample_id = ?", (ONE,)
    )
    assert usd == estimate > 0
    assert "no count of tokens that can be" in error
    assert bench.one("SELECT count(*) FROM attempts WHERE usd <> estimate_usd") == 5


@pytest.mark.parametrize(
    "error",
    [
        '"text"',
        "[1]",
        '{"code": "x", "message": ["y"]}',
        '{"message": "\\ud800"}',
        f'{{"code": {odd_answers.DIGITS}}}',
        f'{{"message": {odd_answers.DIGITS}}}',
    ],
)
def test_a_line_brings_an_odd_error(bench, error):
    attempts, state, _ = run(bench, lambda key: f'{{"key": "{key}", "error": {error}}}')
    assert (attempts, state) == ([("first", "refused"), ("first", "answered")], "done")


@pytest.mark.parametrize("size", [10_000_000, 40_000_000])
@pytest.mark.parametrize("form", ['{{"key": "{key}", "response": {body}}}', '{{"response": {body}, "key": "{key}"}}'])
def test_a_line_of_many_megabytes_is_no_answer_and_not_kept(bench, size, form):
    attempts, state, raw = run(bench, lambda key: form.format(key=key, body='{"candidates": "' + "x" * size + '"}'))
    assert (attempts, state) == ([("first", "unreadable")], "unreadable")
    assert len(raw) < 100_000


@pytest.mark.parametrize("key", ["77", '"\\ud800"', "null", '["x"]', odd_answers.DIGITS])
def test_a_line_with_an_odd_key_belongs_to_nothing(bench, key):
    attempts, state, _ = run(bench, lambda _: f'{{"key": {key}, "response": {{}}}}')
    assert (attempts, state) == ([("first", "unknown")], "held")
