"""Which failures of the HTTP libraries mean that a request went out, and which that it surely did not.

The SDKs may sit on httpx2, httpx or aiohttp, which one being no choice of ours; so kinds are told by name.
"""

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


def transport_error(error: BaseException) -> bool:
    """Whether this is a failure of the network and not of this program."""
    if isinstance(error, (OSError, TimeoutError)):
        return True
    return any(kind.__module__.split(".")[0] in _LIBRARIES for kind in type(error).__mro__)


def never_sent(error: BaseException) -> bool:
    """Whether the connection was not even made, so that nothing can have been billed."""
    seen: BaseException | None = error
    while seen is not None:
        if any(kind.__name__ in _NEVER_SENT for kind in type(seen).__mro__):
            return True
        seen = seen.__cause__
    return isinstance(error, ConnectionRefusedError)
