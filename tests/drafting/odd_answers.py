"""Answers as no service should give them, and as some have given: each may cost its own sample and nothing else."""

import json

from tests.drafting.online.fake_gemini import reply
from tests.drafting.online.fake_openai import completion

DIGITS = "9" * 5000
"""An integer that Python refuses to read as such."""


def _with_digits(envelope, place):
    return json.dumps(envelope).replace(json.dumps(place), DIGITS)


def _gemini(text, **more):
    return reply(text, **more)[1]


def _openai(text, **more):
    return completion(text)[1] | more


# Raw bodies by name, from the text of a good answer; `UNREADABLE` are no answers at all, of `asked` the text is of no
# use, and all others are drafts in spite of what is odd about them.
UNREADABLE = {
    "a list": "[1]",
    "null": "null",
    "nested": "[" * 100_000,
    "nested object": '{"candidates": ' + '{"a":' * 100_000,
    "not utf-8": b"\xff\xfe{",
}

TEXTS = {
    "text of 5000 digits": '{"sample_id": "x", "n": ' + DIGITS + "}",
    "text of digits": DIGITS,
    "20 kB of open braces": '{"' * 10_000,
    "64 kB of open braces": "{" * 64_000,
    "text nested deeply": "[" * 50_000 + "]" * 50_000,
    "text with an object nested deeply": '{"claims":' * 400 + "1" + "}" * 400,
    "lone surrogate": "\ud800",
    "text with NaN": '{"sample_id": NaN, "claims": 1e999}',
}


def gemini_asked():
    odd = {name: _gemini(text) for name, text in TEXTS.items()}
    part = _gemini("")["candidates"][0]
    for name, candidates in {
        "parts: [null]": [part | {"content": {"parts": [None]}}],
        "parts: text": [part | {"content": {"parts": "text"}}],
        "text: 5": [part | {"content": {"parts": [{"text": {"a": 1}}]}}],
        "content: 5": [part | {"content": 5}],
        "candidates: object": {"a": 1},
        "candidates: [null]": [None],
        "candidates: 5": 5,
    }.items():
        odd[name] = _gemini("") | {"candidates": candidates}
    return {name: json.dumps(envelope) for name, envelope in odd.items()}


def gemini_drafted(good):
    sound = _gemini(good)
    odd = {
        "responseId: 77": sound | {"responseId": 77},
        "modelVersion: object": sound | {"modelVersion": {"a": [1]}},
        "responseId: surrogate": sound | {"responseId": "\udfff\ud800"},
        "promptFeedback: text": sound | {"promptFeedback": "fine"},
        "part: null first": sound,
    }
    odd["part: null first"] = json.loads(json.dumps(sound))
    odd["part: null first"]["candidates"][0]["content"]["parts"].insert(0, None)
    raw = {name: json.dumps(envelope) for name, envelope in odd.items()}
    raw["responseId of 5000 digits"] = _with_digits(sound | {"responseId": "HERE"}, "HERE")
    return raw


GEMINI_USAGES = {
    "usage: words": {"promptTokenCount": "many", "candidatesTokenCount": "some"},
    "usage: 1e30": {"promptTokenCount": 1e30, "candidatesTokenCount": 500},
    "usage: infinite": {"promptTokenCount": float("inf"), "candidatesTokenCount": 500},
    "usage: 5000 digits": {"promptTokenCount": "HERE", "candidatesTokenCount": 500},
    "usage: negative": {"promptTokenCount": -2000, "candidatesTokenCount": 500},
    "usage: negative output": {"promptTokenCount": 2000, "candidatesTokenCount": -500},
    "usage: absurd": {"promptTokenCount": 2000, "candidatesTokenCount": 10**12},
    "usage: fraction": {"promptTokenCount": 2000.5, "candidatesTokenCount": 500},
    "usage: list": [1, 2],
    "usage: text": "none",
    "usage: empty": {},
    "usage: null": None,
    "usage: no output": {"promptTokenCount": 2000, "totalTokenCount": 2600},
    "usage: no input": {"candidatesTokenCount": 500},
}


def gemini_uncounted(good):
    """Good answers, of which nobody knows what they cost."""
    return {
        name: _with_digits(_gemini(good) | {"usageMetadata": usage}, "HERE") for name, usage in GEMINI_USAGES.items()
    }


def openai_asked():
    odd = {name: _openai(text) for name, text in TEXTS.items()}
    choice = _openai("")["choices"][0]
    for name, choices in {
        "content: list": [choice | {"message": {"content": [None]}}],
        "message: text": [choice | {"message": "text"}],
        "choices: [null]": [None],
        "choices: object": {"a": 1},
        "choices: 5": 5,
    }.items():
        odd[name] = _openai("", choices=choices)
    return {name: json.dumps(envelope) for name, envelope in odd.items()}


def openai_drafted(good):
    odd = {
        "id: 77": _openai(good, id=77),
        "model: object": _openai(good, model={"a": [1]}),
        "id: surrogate": _openai(good, id="\ud800"),
    }
    raw = {name: json.dumps(envelope) for name, envelope in odd.items()}
    raw["id of 5000 digits"] = _with_digits(_openai(good, id="HERE"), "HERE")
    return raw


OPENAI_USAGES = {
    "usage: words": {"prompt_tokens": "many", "completion_tokens": "some"},
    "usage: 1e30": {"prompt_tokens": 1e30, "completion_tokens": 600},
    "usage: 5000 digits": {"prompt_tokens": "HERE", "completion_tokens": 600},
    "usage: negative": {"prompt_tokens": 2000, "completion_tokens": -600},
    "usage: odd details": {
        "prompt_tokens": 2000,
        "completion_tokens": 600,
        "completion_tokens_details": {"reasoning_tokens": "words"},
    },
    "usage: text": "none",
    "usage: null": None,
    "usage: no output": {"prompt_tokens": 2000},
}


def openai_uncounted(good):
    return {name: _with_digits(_openai(good, usage=usage), "HERE") for name, usage in OPENAI_USAGES.items()}


# Bodies of errors, with a code: what the SDKs and we make of them ends no run.
ERRORS = {
    "400 error: text": (400, '{"error": "text"}', "failed"),
    "400 list": (400, '["x"]', "failed"),
    "400 surrogate": (400, '{"error": {"message": "\\ud800"}}', "failed"),
    "429 details: text": (429, '{"error": {"message": "m", "details": ["x"]}}', "done"),
    "429 details: number": (429, '{"error": {"message": 7, "details": 5}}', "done"),
    "429 violations": (
        429,
        '{"error": {"details": [{"violations": [null, {"quotaId": 5}]}, {"retryDelay": 1}]}}',
        "done",
    ),
    "429 endless delay": (429, '{"error": {"details": [{"retryDelay": "1e300s"}]}}', "done"),
    "429 odd delay": (429, '{"error": {"details": [{"retryDelay": "nans"}, {"retryDelay": [1]}]}}', "done"),
    "500 error: text": (500, '{"error": "text"}', "done"),
    "500 null": (500, "null", "done"),
}
