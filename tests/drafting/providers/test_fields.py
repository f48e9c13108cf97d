"""Reading what a service sent is total: it gives a reply that the ledger can hold, or says that it is none."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Unknown, Unreadable, Usage
from meu_data.drafting.providers.fields import retry_after, seconds, usage_of
from meu_data.drafting.requests.answers import read_answer
from tests.drafting import odd_answers
from tests.drafting.requests.test_answers import asked

NAMES = {
    *("candidates", "content", "parts", "text", "thought", "finishReason", "usageMetadata", "promptTokenCount"),
    *("candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount", "promptFeedback", "blockReason"),
    *("responseId", "modelVersion", "choices", "message", "finish_reason", "usage", "prompt_tokens", "refusal"),
    *("completion_tokens", "completion_tokens_details", "reasoning_tokens", "prompt_tokens_details", "id", "model"),
}
# Lone surrogates, infinities and integers of any length included.
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5)
leaves |= st.sampled_from([10**30, -5, "\ud800", "STOP", "MAX_TOKENS", "SAFETY"])
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NAMES)), inner, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("service", ["gemini", "openai"])
@given(data=anything)
def test_any_json_is_a_reply_that_can_be_kept_or_none(service, data):
    if not isinstance(data, dict):
        with pytest.raises(Unknown):
            provider(service).read_reply(json.dumps(data))
        return
    reply = provider(service).read_reply(json.dumps(data))
    with sqlite3.connect(":memory:") as db:
        texts = (reply.text, reply.finish_reason, reply.blocked, reply.response_id, reply.model_version, reply.raw)
        assert db.execute("SELECT ?, ?, ?, ?, ?, ?", texts).fetchone() == texts
    db.close()
    read_answer(asked(), reply)


@pytest.mark.parametrize("service", ["gemini", "openai"])
@pytest.mark.parametrize("body", odd_answers.UNREADABLE.values(), ids=odd_answers.UNREADABLE)
def test_what_is_no_object_is_no_answer(service, body):
    raw = body if isinstance(body, str) else body.decode("utf-8", "replace")
    with pytest.raises(Unreadable) as caught:
        provider(service).read_reply(raw)
    assert caught.value.raw == raw


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("0.25", 0.25), ("53", 53), (3, 3), (None, None), ("", None), ("nan", None), ("inf", None), ("-1", None)),
        *(("1e300", None), ([1], None), ("soon", None)),
    ],
)
def test_a_wait_is_one_that_a_run_can_wait_for(value, expected):
    assert seconds(value) == expected


@pytest.mark.parametrize("count", [-1, 10**12, 1e30, "many", 2.5, float("nan"), float("inf"), [], {}])
def test_a_count_that_cannot_be_is_none(count):
    assert usage_of("text", input_tokens=2000, output_tokens=count) is None


def test_a_count_that_was_left_out_is_nought():
    counted = usage_of("", input_tokens=2000, output_tokens=None, thinking_tokens=7)
    assert counted is not None
    assert (counted.input_tokens, counted.output_tokens, counted.thinking_tokens) == (2000, 0, 7)
    assert usage_of("", input_tokens=2000) == Usage(input_tokens=2000)


@pytest.mark.parametrize("counts", [{}, {"output_tokens": 500}, {"input_tokens": 2000}, {"input_tokens": 0}])
def test_a_text_that_took_nothing_was_not_counted(counts):
    assert usage_of("text", **counts) is None


DATE = "Thu, 26 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2.0),
        ({"retry-after": "Thu, 26 Nov 2026 10:01:30 GMT", "date": DATE}, 90.0),
        ({"retry-after": "Thu, 26 Nov 2026 09:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "Fri, 26 Nov 2027 09:00:00 GMT", "date": DATE}, 86400.0),
        ({"retry-after": "Thu, 26 Nov 2026 10:01:30 GMT"}, None),
        ({"retry-after": "Thu, 99 Nov 2026 10:01:30 GMT", "date": DATE}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"date": DATE}, None),
        ({}, None),
    ],
)
def test_headers_ask_to_wait_in_seconds_milliseconds_or_until_a_date(headers, waited):
    assert retry_after(headers) == waited
