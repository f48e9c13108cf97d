"""A loopback server that sends everybody on to another one, and that other one, which keeps what arrives there."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

CODES = (301, 302, 303, 307, 308)


class Servers:
    """`url` sends everybody on with `code`; `arrived` holds what came to the other server, `asked` what came here."""

    def __init__(self) -> None:
        self.code = 302
        self.url = ""
        self.asked: list[str] = []
        self.arrived: list[str] = []
        # What is answered before anybody is sent on: the start of an upload has to succeed for its rest to be sent.
        self.first: dict[str, dict[str, str]] = {}


@contextmanager
def redirecting() -> Iterator[Servers]:
    """Both servers, each on a free port of the loopback, in threads of this process."""
    servers = Servers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silent."""

        def do_GET(self) -> None:
            self.act()

        def do_POST(self) -> None:
            self.act()

        def do_DELETE(self) -> None:
            self.act()

        def act(self) -> None:
            raise NotImplementedError

        def answer(self, code: int, headers: dict[str, str], body: bytes = b"{}") -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(code)
            for name, value in {**headers, "Content-Type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Elsewhere(Handler):
        def act(self) -> None:
            servers.arrived.append(f"{self.command} {self.path}")
            self.answer(200, {"x-goog-upload-status": "final"})

    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)

    class SendsOn(Handler):
        def act(self) -> None:
            servers.asked.append(f"{self.command} {self.path}")
            early = servers.first.pop(self.path, None)
            if early is not None:
                self.answer(200, early)
                return
            place = f"http://127.0.0.1:{elsewhere.server_address[1]}{self.path}"
            # With a status of the upload, so that the SDK does not try the part again for seconds.
            self.answer(servers.code, {"Location": place, "x-goog-upload-status": "final"})

    here = ThreadingHTTPServer(("127.0.0.1", 0), SendsOn)
    servers.url = f"http://127.0.0.1:{here.server_address[1]}"
    both = (elsewhere, here)
    for server in both:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield servers
    finally:
        for server in both:
            server.shutdown()
            server.server_close()
