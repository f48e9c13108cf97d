"""One Label Studio as the stages ask it: what is worth trying again, and every fault as one line.

The client is label-studio-sdk, with its own repetitions switched off: it repeats a POST after a 500
(core/http_client.py of 2.1.2), which would import tasks twice. Where the SDK cannot do a thing (tasks with chosen
fields, how many tasks an action met, a body that is JSON already), `read` and `write` use its own http client.
"""

import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from meu_data.errors import MissingExtraError
from meu_data.review.server.faults import FAILED, NOT_FOUND, Explainer, RequestFailure, ServerError, UnsureError

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

T = TypeVar("T")

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# A server that restarts answers again after 10 to 20 seconds; a proxy in front of it says 502 to 504 meanwhile.
_PATIENCE_S = 60.0
_TIMEOUT_S = 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
# An answer of 500 is seldom cured by time; a locked database is.
_TRIES_AT_500 = 4
_OK = 200


class Server:
    """One Label Studio, and a token of one of its users; threads may share it."""

    def __init__(
        self, url: str, token: str, token_from: str, *, timeout_s: float = _TIMEOUT_S, patience_s: float = _PATIENCE_S
    ) -> None:
        """Asks nothing yet.

        Args:
            url: Where it is, in the form of `plain_url`.
            token: A legacy token or a personal access token (which the SDK exchanges for short-lived ones).
            token_from: Where the token came from, for messages.
            timeout_s: How long one answer may take.
            patience_s: How long a call that is safe to repeat is repeated while the server is away.

        Raises:
            ServerError: The token has run out.
            MissingExtraError: label-studio-sdk is not installed.
        """
        self.url = url
        self.patience_s = patience_s
        self.on_wait: Callable[[str], None] = lambda _: None
        self._timeout_s = timeout_s
        self._explain = Explainer(url, token, token_from)
        self._sdk = self._trying("reading the token", lambda: _client(url, token, timeout_s), again=False)

    def who(self) -> str:
        """The e-mail address of the token's user. The first call to make: it fails at once where nobody answers.

        Raises:
            ServerError: Nobody answers, it is no Label Studio, or it does not take the token.
        """
        patience, self.patience_s = self.patience_s, 0.0
        try:
            user = self.read("api/current-user/whoami", what="logging in")
        except ServerError as error:
            if error.status == NOT_FOUND:
                raise ServerError(str(self._explain.not_label_studio())) from None
            raise
        finally:
            self.patience_s = patience
        if not isinstance(user, dict) or "email" not in user:
            raise ServerError(str(self._explain.not_label_studio()))
        return str(user["email"])

    def read(self, path: str, params: Mapping[str, Any] | None = None, *, what: str) -> Any:  # noqa: ANN401 - JSON
        """A GET, repeated while the server is away.

        Raises:
            ServerError: It went wrong for good.
        """
        return self.ask(lambda sdk: _rest(sdk, "GET", path, params, None, self._timeout_s), what=what, again=True)

    def has(self, path: str, *, what: str) -> bool:
        """Whether a GET of something other than JSON succeeds.

        Raises:
            ServerError: The server is away.
        """

        def status(sdk: "LabelStudio") -> int:
            return sdk._client_wrapper.httpx_client.request(path, method="GET").status_code

        return self.ask(status, what=what, again=True) == _OK

    def write(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        body: bytes,
        what: str,
        again: bool = False,
        timeout_s: float | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """A request that changes something.

        `again`: whether doing it twice is the same as doing it once.

        Raises:
            UnsureError: It was sent, may have been done, and is not to be repeated.
            ServerError: It was not done.
        """
        limit = timeout_s or self._timeout_s
        return self.ask(lambda sdk: _rest(sdk, method, path, params, body, limit), what=what, again=again)

    def ask(self, call: "Callable[[LabelStudio], T]", *, what: str, again: bool) -> T:
        """Makes a call of the SDK.

        Args:
            call: Given the SDK's client.
            what: For messages, after "while".
            again: Whether doing it twice is the same as doing it once; reading always is.

        Raises:
            UnsureError: It was sent, may have been done, and is not to be repeated.
            ServerError: It was not done, or not for good.
        """
        return self._trying(what, lambda: call(self._sdk), again=again)

    def _trying(self, what: str, call: Callable[[], T], *, again: bool) -> T:
        began, tries, pause = time.monotonic(), 0, _FIRST_PAUSE_S
        while True:
            tries += 1
            try:
                return self._once(call)
            except RequestFailure as failure:
                left = self.patience_s - (time.monotonic() - began)
                worth_it = failure.passing and (again or not failure.sent) and left > 0
                if not worth_it or (failure.status == FAILED and tries >= _TRIES_AT_500):
                    kind = UnsureError if failure.passing and failure.sent and not again else ServerError
                    raise kind(f"{failure} (while {what})", status=failure.status) from None
                self.on_wait(f"{failure}; trying again")
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _once(self, call: Callable[[], T]) -> T:
        try:
            import httpx
            from label_studio_sdk.core.api_error import ApiError
            from label_studio_sdk.core.parse_error import ParsingError
        except ImportError as error:
            raise MissingExtraError(
                f"Label Studio's client is missing ({error.name}): pip install 'meu-data[labelstudio]'"
            ) from error
        try:
            return call()
        except ApiError as error:
            raise self._explain.refused(error.status_code or 0, error.body) from None
        except (ParsingError, ValueError, RecursionError):
            # What ought to be JSON was a page: of a proxy, or of some other server.
            raise self._explain.not_label_studio() from None
        except httpx.TransportError as error:
            raise self._explain.broken(error) from None


def _client(url: str, token: str, timeout_s: float) -> "LabelStudio":
    import httpx
    from label_studio_sdk import LabelStudio

    parts = urllib.parse.urlsplit(url)
    # Label Studio's own server writes an answer in two pieces, and the second waits 40 ms for the delayed
    # acknowledgement of the first, unless the connection is new (RFC 1122, 4.2.3.2). A proxy that does TLS does not.
    kept = 0 if parts.scheme == "http" else None
    plain = httpx.Client(
        timeout=timeout_s,
        follow_redirects=False,
        limits=httpx.Limits(max_keepalive_connections=kept),
        trust_env=parts.hostname not in _LOOPBACK,
    )
    # The slash keeps a path such as https://host/label-studio where the SDK joins URLs.
    return LabelStudio(  # type: ignore[no-untyped-call]
        base_url=f"{url}/", api_key=token, timeout=timeout_s, max_retries=0, httpx_client=plain
    )


def _rest(
    sdk: "LabelStudio", method: str, path: str, params: Mapping[str, Any] | None, body: bytes | None, timeout_s: float
) -> Any:  # noqa: ANN401 - JSON
    """One request through the SDK's own http client; raises as the SDK's methods do."""
    from label_studio_sdk.core.api_error import ApiError

    answer = sdk._client_wrapper.httpx_client.request(
        path,
        method=method,
        params=dict(params or {}),
        content=body,
        headers={"content-type": "application/json"} if body is not None else None,
        request_options={"timeout": timeout_s},
    )
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        received: object = answer.json()
    except (ValueError, RecursionError):
        received = None
    raise ApiError(status_code=answer.status_code, body=received)
