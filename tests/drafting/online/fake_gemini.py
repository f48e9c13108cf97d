"""A loopback server that speaks Gemini's REST protocol over raw sockets, with the faults that a real one has.

It reads the sample id from the prompt, answers about it, and counts every request it was sent. Faults are named per
sample, in the order in which its requests meet them: `script[sample_id] = ["503", "html", "ok"]`; what is not named
is answered well; a body of JSON, or a code and a body, stands for itself.
Run as a program, it serves until it is killed and keeps its count in a file.
"""

import asyncio
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

from tests.drafting.online.samples import CHINESE, good_answer, good_reading

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many",
    500: "Internal",
    503: "Unavailable",
}


def reply(text, finish="STOP", **more):
    candidate = {"index": 0, "finishReason": finish}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    usage = {"promptTokenCount": 2000, "candidatesTokenCount": 500, "thoughtsTokenCount": 100, "totalTokenCount": 2600}
    return 200, {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": "gemini-3.8-flash-001",
        "responseId": "r1",
        **more,
    }


def error(code, status, message="as the test asked", details=()):
    return code, {"error": {"code": code, "status": status, "message": message, "details": list(details)}}


RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.2s"}


def quota(kind):
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": kind}]}


class FakeGemini:
    """One server; `calls` counts the generateContent requests of each sample, `bodies` keeps the last of each.

    `raw` keeps their bytes, `readings` changes what a second reader answers.
    """

    def __init__(self, count_file=None):
        self.calls = Counter()
        self.bodies = {}
        self.raw = {}
        self.readings = {}
        self.prediction = {"explanation": "The corners rise.", "aus": ["AU12"], "emotion": "happiness"}
        self.headers = {}
        self.script = {}
        self.always = None
        self.seconds = 0.0
        self.pause = None
        self.most_open = self.open = 0
        self.chinese = False
        self.count_file = count_file
        self.together = 1
        self.gathered = asyncio.Event()
        self.server = None
        self.address = ""

    async def start(self, port=0):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", port, limit=1 << 26)
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def total(self):
        return sum(self.calls.values())

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(re.search(r"content-length: *(\d+)", head, re.IGNORECASE)[1])
                body = await reader.readexactly(length)
                if not await self.answer(head, body, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, head, raw, writer):
        """Answers one request; returns whether the connection stays."""
        sample, body = self.read(head, raw)
        self.calls[sample] += 1
        if self.count_file:
            self.count_file.write(sample + "\n")
            self.count_file.flush()
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            # Nothing but the first call, which goes alone, is answered before so many have come.
            if self.open >= self.together:
                self.gathered.set()
            if self.total() > 1:
                await self.gathered.wait()
            if self.seconds:
                await asyncio.sleep(self.seconds)
            line = self.script.get(sample) or []
            return await self.play(line.pop(0) if line else self.always or "ok", sample, body, writer)
        finally:
            self.open -= 1

    def read(self, head, raw):
        body = json.loads(raw)
        self.headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        text = json.dumps(body, ensure_ascii=False)
        sample = re.search(r"(?:Sample id: |样本编号：)([^\\]+)", text)[1]
        self.bodies[sample], self.raw[sample] = body, raw
        self.chinese = "样本编号：" in text
        return sample, body

    async def play(self, fault, sample, body, writer):  # noqa: PLR0911 - a way to end for each kind
        if fault == "close":
            return False
        if fault == "slow":
            await asyncio.Event().wait()
            return False
        if fault == "mid-body":
            payload = json.dumps(reply(good_answer(sample))[1]).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(payload)
            )
            writer.write(payload[: len(payload) // 2])
            await writer.drain()
            return False
        if fault == "drip":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        if fault == "204":
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()
            return True
        if fault == "html":
            return await self.send(200, b"<html><body>please log in</body></html>", writer, "text/html")
        if fault == "502 html":
            return await self.send(502, b"<html>bad gateway</html>", writer, "text/html")
        if not isinstance(fault, str) or fault[:1] in {"{", "["} or fault == "null":
            code, payload = fault if isinstance(fault, tuple) else (200, fault)
        else:
            code, data = self.data(fault, sample, body)
            payload = json.dumps(data, ensure_ascii=False)
        return await self.send(code, payload if isinstance(payload, bytes) else payload.encode(), writer)

    def good(self, sample):
        """The right answer; a second reader's request is about a wording, one for a prediction about pictures."""
        if sample.startswith("clip-"):
            return json.dumps({"sample_id": sample, **self.prediction}, ensure_ascii=False)
        if sample.startswith("text-"):
            return good_reading(sample, **self.readings)
        return good_answer(sample, **(CHINESE if self.chinese else {}))

    def data(self, fault, sample, body):
        good = self.good(sample)
        answers = {
            "ok": lambda: reply(good),
            "fenced": lambda: reply(f"```json\n{good}\n```"),
            "invalid json": lambda: reply("I think that the mouth moves."),
            "wrong schema": lambda: reply(json.dumps({"sample_id": sample, "claims": []})),
            "wrong id": lambda: reply(good_answer("dfme/nobody")),
            "empty text": lambda: reply(""),
            "no candidates": lambda: (200, {"candidates": [], "usageMetadata": {"promptTokenCount": 2000}}),
            "safety": lambda: reply(None, "SAFETY"),
            "prompt block": lambda: (
                200,
                {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 2000}},
            ),
            "max tokens": lambda: reply(good[: len(good) // 2], "MAX_TOKENS"),
            "all thinking": lambda: reply(None, "MAX_TOKENS"),
            "odd finish": lambda: reply(good, "SOLAR_FLARE"),
            "odd cut": lambda: reply(good[:200], "SOLAR_FLARE"),
            "continuation": lambda: reply(good[:40], "CONTINUATION"),
            "429": lambda: error(429, "RESOURCE_EXHAUSTED", details=[quota("RequestsPerMinute"), RETRY_INFO]),
            "429 bare": lambda: error(429, "RESOURCE_EXHAUSTED"),
            "429 day": lambda: error(
                429, "RESOURCE_EXHAUSTED", details=[quota("GenerateRequestsPerDayPerProjectPerModel"), RETRY_INFO]
            ),
            "500": lambda: error(500, "INTERNAL"),
            "503": lambda: error(503, "UNAVAILABLE", "The model is overloaded."),
            "400": lambda: error(400, "INVALID_ARGUMENT", "Unable to process input image."),
            "400 key": lambda: error(
                400, "INVALID_ARGUMENT", f"API key not valid: {self.headers.get('x-goog-api-key')}"
            ),
            "408": lambda: error(408, "TIMEOUT"),
            "409": lambda: error(409, "ABORTED"),
            "499": lambda: error(499, "CANCELLED"),
            "429 nought": lambda: error(
                429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: free_tier_requests, limit: 0"
            ),
            "429 nought in details": lambda: error(
                429, "RESOURCE_EXHAUSTED", details=[{"violations": [{"quotaId": "FreeTier", "quotaValue": "0"}]}]
            ),
            "429 spending cap": lambda: error(
                429, "RESOURCE_EXHAUSTED", "Your project has exceeded its monthly spending cap."
            ),
            "embedded": lambda: reply(f"I look at the map {{first}}.\n{good}\nI hope that this helps."),
            "BOM in the text": lambda: reply("\ufeff" + good),
            "402": lambda: error(402, "PAYMENT_REQUIRED", "The account 1234 has no funds."),
            "407": lambda: error(407, "PROXY", "Proxy authentication is required."),
            "413": lambda: error(413, "TOO_LARGE", "The request is too large."),
            "403": lambda: error(403, "PERMISSION_DENIED"),
            "404": lambda: error(404, "NOT_FOUND", "models/x is not found"),
        }
        return answers[fault]()

    async def send(self, code, payload, writer, kind="application/json", upto=None):
        lines = (
            f"HTTP/1.1 {code} {REASONS.get(code, 'X')}",
            f"content-type: {kind}",
            f"content-length: {len(payload)}",
        )
        writer.write("\r\n".join((*lines, "", "")).encode() + payload[:upto])
        await writer.drain()
        return True


MIXED = (
    *("429", "429 bare", "500", "503", "502 html", "close", "mid-body", "html", "safety", "prompt block"),
    *("max tokens", "fenced", "invalid json", "wrong schema", "wrong id", "no candidates", "empty text"),
    *("odd finish", "odd cut"),
)


def mixed_script(samples, share, seed=0):
    """A fault, now and then two, for a share of the samples."""
    dice = random.Random(seed)
    chosen = dice.sample(sorted(samples), round(share * len(samples)))
    return {sample: dice.choices(MIXED, k=dice.choice((1, 1, 2))) for sample in chosen}


async def _serve(port, count_path, seconds):
    with Path(count_path).open("a") as count_file:
        fake = FakeGemini(count_file)
        fake.seconds = seconds
        await fake.start(port)
        print(fake.address, flush=True)  # noqa: T201 - how the test learns the port
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
