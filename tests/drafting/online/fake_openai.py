"""A loopback server that speaks the chat completions protocol, by the means of the fake Gemini."""

import json
import re

from tests.drafting.online.fake_gemini import FakeGemini
from tests.drafting.online.samples import good_answer


def completion(text, finish="stop", **message):
    return 200, {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "local-7b",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {
            "prompt_tokens": 2000,
            "completion_tokens": 600,
            "total_tokens": 2600,
            "completion_tokens_details": {"reasoning_tokens": 100},
        },
    }


def failure(code, message):
    return code, {"error": {"message": message, "type": "x", "code": None}}


class FakeOpenAi(FakeGemini):
    """`forms`: the response formats that this server knows; None stands for none asked for.

    `knows_not`: options that it refuses.
    """

    def __init__(self, count_file=None):
        super().__init__(count_file)
        self.forms = {"json_schema", "json_object", None}
        self.knows_not = set()

    def read(self, head, raw):
        sample, body = super().read(head, raw)
        assert re.match(r"POST /v1/chat/completions ", head), head
        return sample, body

    def data(self, fault, sample, body):
        form = body.get("response_format", {}).get("type")
        if form not in self.forms:
            return failure(400, f"response_format {form} is not supported")
        if odd := self.knows_not & body.keys():
            return failure(400, f"Unsupported parameter: {min(odd)}")
        good = self.good(sample)
        answers = {
            "ok": lambda: completion(good),
            "fenced": lambda: completion(f"Here you are:\n```json\n{good}\n```"),
            "invalid json": lambda: completion("The mouth moves."),
            "wrong id": lambda: completion(good_answer("dfme/nobody")),
            "wrong schema": lambda: completion(json.dumps({"sample_id": sample})),
            "filtered": lambda: completion("", "content_filter"),
            "refusal": lambda: completion(None, refusal="I cannot help with faces."),
            "max tokens": lambda: completion(good[:100], "length"),
            "tool": lambda: completion(None, tool_calls=[{"function": {"name": "annotation", "arguments": good}}]),
            "reasoning": lambda: completion("", reasoning_content=good),
            "parts": lambda: completion([{"type": "text", "text": good}]),
            "think": lambda: completion(f"<think>The mouth {{moves}}.</think>\n{good}"),
            "error as answer": lambda: (200, {"error": {"message": "the model was unloaded"}}),
            "408": lambda: failure(408, "timeout"),
            "409": lambda: failure(409, "conflict"),
            "499": lambda: failure(499, "closed"),
            "400 context": lambda: failure(400, "the prompt is longer than the context"),
            "429": lambda: failure(429, "slow down"),
            "429 quota": lambda: (429, {"error": {"message": "no credit left", "code": "insufficient_quota"}}),
            "500": lambda: failure(500, "oops"),
            "503": lambda: failure(503, "loading the model"),
            "400": lambda: failure(400, "the image cannot be read"),
            "401": lambda: failure(401, f"wrong key: {self.headers.get('authorization')}"),
        }
        return answers[fault]()
