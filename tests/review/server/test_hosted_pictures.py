"""One picture is fetched from where annotators' browsers will look, before any task is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from meu_data.errors import MeuError
from meu_data.review.push import push
from meu_data.review.server.client import Server
from meu_data.review.server.hosted_pictures import look_at_hosted
from tests.review.lab import make_workspace


@contextmanager
def host(status: int, kind: str) -> Iterator[tuple[str, list[str]]]:
    """A host that answers everything alike: its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            assert "Authorization" not in self.headers
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(b"x" * 100)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/maps", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_picture_is_seen():
    with host(200, "image/png") as (url, asked):
        assert look_at_hosted(f"{url}/robust/a.png") is None
    assert asked == ["/maps/robust/a.png"]


@pytest.mark.parametrize(("status", "kind"), [(404, "text/html"), (403, "application/xml"), (200, "text/html")])
def test_what_is_no_picture_stops_the_push_before_there_is_a_project(tmp_path, unused_port, status, kind):
    # Nobody listens at the Label Studio named here: asking it anything would be another error.
    server = Server(f"http://127.0.0.1:{unused_port}", "0" * 40, "the test", patience_s=0)
    refusal = pytest.raises(MeuError, match=rf"gives no picture \(status {status}, {kind}\): copy .* maps there")
    with make_workspace(tmp_path / "work", 1) as workspace, host(status, kind) as (url, asked), refusal:
        push(workspace, server, images=url)
    assert len(asked) == 1


def test_what_cannot_be_looked_at_from_here_is_told(unused_port):
    assert "cannot be reached from here" in look_at_hosted(f"http://127.0.0.1:{unused_port}/maps/robust/a.png")
    assert "s3 pictures are not looked at" in look_at_hosted("s3://bucket/maps/robust/a.png")
