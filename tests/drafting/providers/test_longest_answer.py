"""An answer without an end is read no further than it may be long, whether it is packed or not."""

import asyncio
import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from meu_data.drafting.providers.transport import LONGEST_ANSWER, AnswerTooLongError, event_hooks

httpx2 = pytest.importorskip("httpx2")

ANSWERS = {
    "/short": ("identity", b"x" * LONGEST_ANSWER),
    "/long": ("identity", b"x" * (LONGEST_ANSWER + 1)),
    "/packed-short": ("gzip", gzip.compress(b"x" * LONGEST_ANSWER)),
    "/packed-long": ("gzip", gzip.compress(b"x" * (LONGEST_ANSWER + 1))),
    "/packed-endless": ("gzip", gzip.compress(bytes(1 << 28), 9)),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        encoding, body = ANSWERS[self.path]
        self.send_response(200)
        self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def length_of(url: str) -> int:
    async with httpx2.AsyncClient(event_hooks=event_hooks(), trust_env=False) as client:
        return len((await client.get(url)).content)


@pytest.mark.parametrize("path", ["/short", "/packed-short"])
def test_what_is_as_long_as_it_may_be_is_read(url, path):
    assert asyncio.run(length_of(url + path)) == LONGEST_ANSWER


@pytest.mark.parametrize("path", ["/long", "/packed-long", "/packed-endless"])
def test_what_is_longer_is_not(url, path):
    with pytest.raises(AnswerTooLongError, match="longer than 4 MB"):
        asyncio.run(length_of(url + path))
