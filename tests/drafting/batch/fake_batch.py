"""A loopback server that speaks Gemini's REST protocol for files and batches, for the real SDK to talk to.

It keeps what a bill would be made from: every job that was ever created, with the lines of its request file.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

USAGE = {"promptTokenCount": 2000, "candidatesTokenCount": 900, "thoughtsTokenCount": 300, "totalTokenCount": 3200}


def response_of(text: str, *, finish: str = "STOP", response_id: str = "r", usage: dict | None = None) -> dict:
    """A GenerateContentResponse."""
    content = {"role": "model", "parts": [{"text": text}]}
    return {
        "candidates": [{"content": content, "finishReason": finish, "index": 0}],
        "usageMetadata": usage or USAGE,
        "modelVersion": "gemini-3.8-flash",
        "responseId": response_id,
    }


def sample_of(line: dict) -> str:
    """The sample id that the prompt of a request line names."""
    text = json.dumps(line["request"])
    found = re.search(r"dfme/s1/c\d+/1-5", text)
    assert found is not None, text
    return found[0]


class Job:
    """One batch job as the server holds it."""

    def __init__(self, number: int, name: str, model: str, lines: list[dict]) -> None:
        self.id, self.name, self.model, self.lines = f"batches/job{number}", name, model, lines
        self.state = "PENDING"
        self.polls = 0
        self.responses: str | None = None


class FakeBatch:
    """The service. Attributes may be changed by a test at any moment.

    `answer(line)`: the result line's content for a request line (`{"response": ...}` or `{"error": ...}`), or
    None for a line that goes missing. `order(results)`: the order of the result lines. `outcome(job)`: the state a
    job is in when it is asked for. `fault(event)`: called at every step; may raise `Drop` or `Answer`. `cancels`:
    whether it does what it is told when a job is called off. `sent`: all that came in, each
    method, path, headers and body.
    """

    def __init__(self) -> None:
        self.answer: Callable[[dict], dict | None] = lambda line: {"response": response_of("{}")}
        self.order: Callable[[list[dict]], list[dict]] = lambda results: results
        self.outcome: Callable[[Job], str] = lambda job: "SUCCEEDED"
        self.fault: Callable[[str], None] = lambda event: None
        self.jobs: list[Job] = []
        self.files: dict[str, bytes] = {}
        self.sessions: dict[str, tuple[str, bytearray]] = {}
        self.deleted: list[str] = []
        self.events: list[str] = []
        self.sent: list[bytes] = []
        self.page_size = 2
        self.cancels = True
        self.lock = threading.RLock()
        self.url = ""

    def created_lines(self) -> list[str]:
        """The keys of all lines of all jobs that were ever created: what may be billed."""
        return [line["key"] for job in self.jobs for line in job.lines]

    def at(self, event: str) -> None:
        self.events.append(event)
        self.fault(event)

    def create(self, model: str, body: dict) -> dict:
        batch = body["batch"]
        data = self.files[batch["inputConfig"]["fileName"]]
        lines = [json.loads(line) for line in data.decode().splitlines()]
        with self.lock:
            job = Job(len(self.jobs) + 1, batch["displayName"], model, lines)
            self.jobs.append(job)
        return self.show(job)

    def show(self, job: Job) -> dict:
        metadata = {
            "displayName": job.name,
            "state": f"BATCH_STATE_{job.state}",
            "model": f"models/{job.model}",
            "createTime": "2026-11-20T10:00:00Z",
        }
        if job.responses is not None:
            metadata["output"] = {"responsesFile": job.responses}
        return {"name": job.id, "metadata": metadata}

    def poll(self, job: Job) -> dict:
        with self.lock:
            job.polls += 1
            if job.state in {"PENDING", "RUNNING"}:
                job.state = self.outcome(job)
            if job.state in {"SUCCEEDED", "PARTIALLY_SUCCEEDED"} and job.responses is None:
                results = [(line["key"], self.answer(line)) for line in job.lines]
                rows = self.order([{"key": key, **result} for key, result in results if result is not None])
                job.responses = f"files/results-{job.id.rpartition('/')[2]}"
                text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
                self.files[job.responses] = text.encode("utf-8", "surrogateescape")
        return self.show(job)


class Drop(Exception):  # noqa: N818
    """Closes the connection without an answer."""


class Answer(Exception):  # noqa: N818
    """Answers with an error of this code instead."""

    def __init__(self, code: int, status: str, message: str = "no") -> None:
        super().__init__(message)
        self.code, self.status = code, status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet per answer, at once: small answers in two parts would each wait for the other side's delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    fake: FakeBatch

    def log_message(self, *_: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.handle_one(self.get)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.handle_one(self.post)

    def do_DELETE(self) -> None:
        self.handle_one(self.delete)

    def handle_one(self, action: Callable[[str, dict], None]) -> None:
        body = self.body if self.command == "POST" else b""
        self.fake.sent.append(f"{self.command} {self.path}\n{self.headers}".encode() + body)
        parts = urlsplit(self.path)
        try:
            action(parts.path, parse_qs(parts.query))
        except Drop:
            self.close_connection = True
        except Answer as answer:
            error = {"error": {"code": answer.code, "status": answer.status, "message": str(answer)}}
            self.send(error, code=answer.code)

    def send(self, data: dict | bytes, *, code: int = 200, headers: dict | None = None) -> None:
        raw = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def get(self, path: str, query: dict) -> None:
        fake = self.fake
        if path.endswith(":download"):
            name = path.removeprefix("/v1/").removesuffix(":download")
            fake.at("download")
            if name not in fake.files:
                raise Answer(404, "NOT_FOUND")
            self.send(fake.files[name])
        elif path == "/v1/batches":
            fake.at("list")
            start = int(query.get("pageToken", ["0"])[0])
            # Newest first, a few to a page.
            page = fake.jobs[::-1][start : start + fake.page_size]
            answer: dict = {"operations": [fake.show(job) for job in page]} if page else {}
            if start + fake.page_size < len(fake.jobs):
                answer["nextPageToken"] = str(start + fake.page_size)
            self.send(answer)
        else:
            fake.at("get")
            self.send(fake.poll(self.job(path)))

    def post(self, path: str, query: dict) -> None:
        fake = self.fake
        if path == "/upload/v1/files":
            fake.at("upload")
            about = json.loads(self.body)["file"]
            name = about["name"]
            if name in fake.files:
                raise Answer(409, "ALREADY_EXISTS")
            session = f"/upload/session/{len(fake.sessions)}"
            fake.sessions[session] = (name, bytearray())
            self.send({}, headers={"x-goog-upload-url": fake.url + session, "x-goog-upload-status": "active"})
        elif path in fake.sessions:
            name, content = fake.sessions[path]
            assert int(self.headers["X-Goog-Upload-Offset"]) == len(content)
            content.extend(self.body)
            if "finalize" not in self.headers["X-Goog-Upload-Command"]:
                self.send({}, headers={"x-goog-upload-status": "active"})
                return
            fake.at("finalize")
            fake.files[name] = bytes(content)
            fake.at("finalized")
            self.send({"file": {"name": name, "state": "ACTIVE"}}, headers={"x-goog-upload-status": "final"})
        elif path.endswith(":batchGenerateContent"):
            fake.at("create")
            model = path.removeprefix("/v1/models/").removesuffix(":batchGenerateContent")
            shown = fake.create(model, json.loads(self.body))
            fake.at("created")
            self.send(shown)
        elif path.endswith(":cancel"):
            fake.at("cancel")
            job = self.job(path.removesuffix(":cancel"))
            if fake.cancels:
                job.state = "CANCELLED"
            self.send({})
        else:
            raise Answer(404, "NOT_FOUND", path)

    def delete(self, path: str, query: dict) -> None:
        fake = self.fake
        fake.at("delete")
        name = path.removeprefix("/v1/")
        if name not in fake.files:
            raise Answer(403, "PERMISSION_DENIED", "it may not exist")
        del fake.files[name]
        fake.deleted.append(name)
        self.send({})

    def job(self, path: str) -> Job:
        name = path.removeprefix("/v1/")
        for job in self.fake.jobs:
            if job.id == name:
                return job
        raise Answer(404, "NOT_FOUND")


@contextmanager
def running_batch_service() -> Iterator[FakeBatch]:
    """The service on a free port of the loopback, in a thread of this process."""
    fake = FakeBatch()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
