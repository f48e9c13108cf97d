"""A small proxy before a real server, which loses, delays and refuses what a test tells it to."""

import http.client
import threading
import urllib.parse
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_S = 300
"""How long anybody waits here for what is to happen at once, on a machine however busy."""

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "host"})


class Refuse:
    """Answers by itself; the server hears of nothing."""

    def __init__(self, status: int, body: str = "") -> None:
        self.status, self.body = status, body


class Drop:
    """Breaks the connection; the server hears of nothing."""


class Lose:
    """Lets the server do it, and breaks the connection before the answer."""


class Late:
    """Calls a function, waits until it is released, and lets the server do it; the connection may be gone by then."""

    def __init__(self, reached: Any) -> None:
        self.reached = reached
        self.released = threading.Event()
        self.done = threading.Event()


class Hold:
    """Lets the server do it (or, with `before`, hear of nothing), says so, and never answers."""

    def __init__(self, *, before: bool = False) -> None:
        self.before = before
        self.reached = threading.Event()
        self.released = threading.Event()


class Call:
    """Runs a function, then passes the request on."""

    def __init__(self, function: Any) -> None:
        self.function = function


class Proxy:
    """Where it is, what it has seen, and what it will do to requests that contain a text."""

    def __init__(self, target: str) -> None:
        self.target = urllib.parse.urlsplit(target)
        self.seen: list[str] = []
        self.bodies: list[bytes] = []
        self._plans: dict[str, deque[Any]] = {}
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def _handle(self) -> None:
                proxy.handle(self)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _handle  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def plan(self, match: str, *acts: Any) -> None:
        """The next requests whose `METHOD /path?query` contains the text meet these acts, one each, then pass."""
        self._plans[match] = deque(acts)

    def close(self) -> None:
        for acts in self._plans.values():
            for act in acts:
                if isinstance(act, Hold | Late):
                    act.released.set()
        self._server.shutdown()
        self._server.server_close()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        line = f"{handler.command} {urllib.parse.unquote(handler.path)}"
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        self.seen.append(line)
        act = next((acts.popleft() for match, acts in self._plans.items() if match in line and acts), None)
        if isinstance(act, Refuse):
            self._answer(handler, act.status, [("content-type", "application/json")], act.body.encode())
            return
        if isinstance(act, Drop):
            self._break(handler)
            return
        if isinstance(act, Hold) and act.before:
            act.reached.set()
            act.released.wait(PATIENCE_S)
            self._break(handler)
            return
        if isinstance(act, Call):
            act.function()
        if isinstance(act, Late):
            act.reached()
            act.released.wait(PATIENCE_S)
        try:
            status, headers, answer = self._forward(handler, body)
        except OSError:
            self._break(handler)
            return
        finally:
            if isinstance(act, Late):
                act.done.set()
        if isinstance(act, Hold):
            act.reached.set()
            act.released.wait(PATIENCE_S)
        if isinstance(act, Lose | Hold):
            self._break(handler)
            return
        self._answer(handler, status, headers, answer)

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.target.hostname or "", self.target.port, timeout=PATIENCE_S)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP}
            connection.request(handler.command, handler.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def _answer(
        self, handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], body: bytes
    ) -> None:
        try:
            handler.send_response(status)
            for name, value in headers:
                if name.lower() not in _HOP:
                    handler.send_header(name, value)
            handler.send_header("content-length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True

    def _break(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True


@contextmanager
def proxied(target: str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
