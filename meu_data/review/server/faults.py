"""What can go wrong between us and a Label Studio, each as one line for the person at the terminal."""

from typing import TYPE_CHECKING

from meu_data.errors import MeuError

if TYPE_CHECKING:
    import httpx

FAILED, TOO_LARGE, NOT_FOUND, BAD_REQUEST = 500, 413, 404, 400
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 401, 403, 429
_LONGEST_DETAIL = 240


class ServerError(MeuError):
    """The server could not be asked, or message no."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class UnsureError(ServerError):
    """A change was sent and no answer came: whether it was made has to be looked up before it is sent again."""


class RequestFailure(Exception):  # noqa: N818 - what happened to one call; becomes a ServerError when it is given up
    """One call that failed: with which status, whether it had reached the server, whether it may pass by itself."""

    def __init__(self, message: str, *, status: int | None = None, sent: bool = True, passing: bool = False) -> None:
        super().__init__(message)
        self.status, self.sent, self.passing = status, sent, passing


class Explainer:
    """Words the faults of one server; what it sends back may hold our token, the messages do not."""

    def __init__(self, url: str, token: str, token_from: str) -> None:
        self._url, self._token, self._token_from = url, token, token_from

    def not_label_studio(self) -> RequestFailure:
        """An answer that no Label Studio gives."""
        return RequestFailure(f"{self._url} gave no answer that a Label Studio gives: check the URL")

    def broken(self, error: "httpx.TransportError") -> RequestFailure:
        """No answer at all."""
        import httpx

        detail = self._one_line(str(error))
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            if "CERTIFICATE" in detail.upper():
                return RequestFailure(f"{self._url} has no certificate that this machine trusts: {detail}", sent=False)
            message = f"nobody answers at {self._url}: is it running, and is the URL right?"
            return RequestFailure(message, sent=False, passing=True)
        if isinstance(error, httpx.TimeoutException):
            return RequestFailure(f"{self._url} took too long to answer", passing=True)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
            return RequestFailure(f"{self._url} cannot be reached: {detail}", sent=False)
        return RequestFailure(f"{self._url} broke the connection", passing=True)

    def refused(self, status: int, body: object) -> RequestFailure:
        """An answer with a status that is no success."""
        known = {
            _UNAUTHORIZED: f"{self._url} does not take the token from {self._token_from}",
            _FORBIDDEN: f"{self._url} does not allow this to the token's user",
            NOT_FOUND: f"{self._url} has no such thing",
            TOO_LARGE: f"{self._url} does not take a request of this size",
        }
        message = known.get(status)
        if message is None and status < BAD_REQUEST:
            message = f"{self._url} sends us elsewhere (status {status}); use the final URL"
        elif message is None:
            message = f"{self._url} {'failed' if status >= FAILED else 'refused'} with status {status}"
        detail = self._one_line(_detail(body))
        passing = status == _TOO_MANY or status >= FAILED
        return RequestFailure(f"{message}: {detail}" if detail else message, status=status, passing=passing)

    def _one_line(self, text: str) -> str:
        plain = " ".join(text.split()).replace(self._token, "[token]")
        return plain if len(plain) <= _LONGEST_DETAIL else plain[: _LONGEST_DETAIL - 1] + "…"


def _detail(body: object) -> str:
    """What a refusal says, out of the shapes that Label Studio gives it."""
    if not isinstance(body, dict):
        return ""
    errors = body.get("validation_errors")
    if isinstance(errors, dict) and errors:
        return "; ".join(f"{name}: {_words(fault)}" for name, fault in errors.items())
    return _words(body.get("detail", ""))


def _words(fault: object) -> str:
    return " ".join(map(str, fault)) if isinstance(fault, list) else str(fault)
