"""What the HTTP libraries are asked for, and which of their failures mean that a request surely did not go out.

The SDKs may sit on httpx2, httpx or aiohttp, which one being no choice of ours; so kinds are told by name.
"""

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from contextvars import ContextVar
from typing import Any
from urllib.request import getproxies

from meu_data.drafting.providers.base import CallError, ServerFault, Unknown, Unreadable

# Bytes of one answer. Answers have 3 to 60 kB; what is longer by far would fill memory and ledger.
LONGEST_ANSWER = 4_000_000

REDIRECTED = (
    "the service sends us on to another address, which gets neither the key nor the pictures; check the base address"
)
_LIBRARIES = ("httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "openai")
_NEVER_SENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
        "ClientConnectorError",
        "ClientConnectorDNSError",
        "UnsupportedProtocol",
    }
)


_REFUSED = 400
refusal: ContextVar[tuple[int, str] | None] = ContextVar("refusal", default=None)
"""Code and body of the refusal that this call has met: not every SDK can read each of them, or hands it on."""


class AnswerTooLongError(OSError):
    """An answer has no end in sight."""


def http_options(connections: int, *, own_transport: bool = True) -> dict[str, Any]:
    """What an asynchronous client of httpx2 is opened with: no redirects, bounded answers, so many connections.

    Args:
        connections: How many calls may be under way.
        own_transport: Whether a pool of ours may take the place of the library's, which is not so where the library
            is to look at certificates of clients. Where a proxy is set it does not.
    """
    import httpx2

    options: dict[str, Any] = {
        "limits": httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        "follow_redirects": False,
        "event_hooks": event_hooks(),
    }
    if own_transport and not getproxies():
        # Made once: reading the authorities takes as long as twenty calls.
        options["verify"] = httpx2.create_ssl_context()
        options["transport"] = _lines(options["verify"])
    return options


def _lines(context: ssl.SSLContext) -> Any:  # noqa: ANN401 - an httpx2.AsyncBaseTransport
    """A pool that takes any free connection; that of the library looks at all of them twice in a call."""
    import httpx2

    one = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
    every: list[httpx2.AsyncHTTPTransport] = []
    free: list[httpx2.AsyncHTTPTransport] = []

    class Held(httpx2.AsyncByteStream):
        def __init__(self, stream: Any, line: httpx2.AsyncHTTPTransport) -> None:  # noqa: ANN401 - an AsyncByteStream
            self._stream, self._line = stream, line

        def __aiter__(self) -> AsyncIterator[bytes]:
            iterator: AsyncIterator[bytes] = self._stream.__aiter__()
            return iterator

        async def aclose(self) -> None:
            try:
                await self._stream.aclose()
            finally:
                free.append(self._line)

    class Lines(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if not free:
                every.append(httpx2.AsyncHTTPTransport(verify=context, limits=one))
                free.append(every[-1])
            line = free.pop()
            try:
                response = await line.handle_async_request(request)
            except BaseException:
                free.append(line)
                raise
            response.stream = Held(response.stream, line)
            return response

        async def aclose(self) -> None:
            for line in every:
                await line.aclose()

    return Lines()


def event_hooks() -> dict[str, list[Any]]:
    """For an asynchronous client of httpx2: an answer is read no further than it may be long, packed or unpacked."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: Any) -> None:  # noqa: ANN401 - an AsyncByteStream
            self._stream = stream

        def __aiter__(self) -> AsyncIterator[bytes]:
            return _bounded(self._stream)

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def bounded(response: Any) -> None:  # noqa: ANN401 - an httpx2.Response
        response.stream = Bounded(response.stream)
        # Everything that reads an answer takes it from here, in pieces of at most 1 MB.
        unpacked = response.aiter_bytes
        response.aiter_bytes = lambda chunk_size=None: _bounded(unpacked(chunk_size))
        if response.status_code >= _REFUSED:
            refusal.set((response.status_code, (await response.aread()).decode("utf-8", "replace")))

    return {"response": [bounded]}


async def _bounded(parts: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for part in parts:
        size += len(part)
        if size > LONGEST_ANSWER:
            raise AnswerTooLongError(f"the answer is longer than {LONGEST_ANSWER // 1_000_000} MB")
        yield part


def explained_failure(error: BaseException) -> str:
    """What went wrong, by the error that the others were made from."""
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"


def transport_error(error: BaseException) -> bool:
    """Whether this is a failure of the network and not of this program."""
    if isinstance(error, (OSError, TimeoutError)):
        return True
    return any(kind.__module__.split(".")[0] in _LIBRARIES for kind in type(error).__mro__)


def broken_call(error: BaseException, message: str) -> CallError:
    """The kind of a failure of the network, by whether the request went out and whether anything came back."""
    if never_sent(error):
        return ServerFault(message)
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AnswerTooLongError):
            return Unreadable(message)
        seen = seen.__cause__
    return Unknown(message)


def never_sent(error: BaseException) -> bool:
    """Whether the connection was not even made, so that nothing can have been billed."""
    seen: BaseException | None = error
    while seen is not None:
        if any(kind.__name__ in _NEVER_SENT for kind in type(seen).__mro__):
            return True
        seen = seen.__cause__
    return isinstance(error, ConnectionRefusedError)
