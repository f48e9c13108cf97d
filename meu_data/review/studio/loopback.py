"""Plain HTTP to the server on this machine, with no proxy in between whatever the environment says."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

OK = 200


@dataclass(frozen=True)
class HttpAnswer:
    """What came back; status 0 when nobody answered."""

    status: int
    body: bytes
    url: str

    def json(self) -> object:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Visitor:
    """One visitor of the server, who keeps the cookies given."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        """Greets nobody yet.

        Args:
            base_url: Where the server is.
            token: Sent with every request.
        """
        self._base_url = base_url
        self._headers = {"Authorization": f"Token {token}"} if token else {}
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def get(self, path: str, timeout_s: float = 10) -> HttpAnswer:
        """Asks for a page."""
        return self._ask(path, None, timeout_s)

    def post(self, path: str, form: dict[str, str], timeout_s: float = 30) -> HttpAnswer:
        """Sends a form."""
        return self._ask(path, urllib.parse.urlencode(form).encode(), timeout_s)

    def cookie(self, name: str) -> str:
        """A cookie that the server gave; empty when it gave none."""
        return next((each.value or "" for each in self._cookies if each.name == name), "")

    def _ask(self, path: str, body: bytes | None, timeout_s: float) -> HttpAnswer:
        request = urllib.request.Request(self._base_url + path, data=body, headers=self._headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=timeout_s) as response:
                return HttpAnswer(response.status, response.read(), response.url)
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(error.code, error.read(), error.url or "")
        except (OSError, HTTPException):
            return HttpAnswer(0, b"", "")
