"""What the program knows of a model's service and asks of it, and the ways in which a call can go wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator

from meu_data.choices import MediaResolution, Mode, Thinking
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.records import Record


class Usage(Record):
    """Tokens of one call as the service counted them; thinking is billed as output."""

    input_tokens: int = 0
    output_tokens: int = 0
    thinking_tokens: int = 0
    cached_tokens: int = 0


def storable(text: str) -> str:
    """A text without lone surrogates, which JSON may spell but no file or ledger can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_UNCOUNTED = "the service gave no count of tokens that can be; it counts at the most that it can have cost"
Text = Annotated[str, BeforeValidator(storable)]


class Reply(Record):
    """One answer, whatever it is worth: blocked and cut-off ones come this way, too.

    `usage` is None when the service gave no count that can be: what the answer cost is not known then.
    """

    text: Text
    finish_reason: Text
    usage: Usage | None
    blocked: Text | None = None
    response_id: Text | None = None
    model_version: Text | None = None
    raw: Text

    @property
    def doubt(self) -> str | None:
        """What there is to say of its cost."""
        return _UNCOUNTED if self.usage is None else None


class Client(Protocol):
    """An open connection to a service; `call` sends exactly one HTTP request, ever."""

    async def call(self, spec: RequestSpec, pictures: Sequence[bytes]) -> Reply:
        """Sends one request.

        Args:
            spec: The request.
            pictures: The bytes of its pictures, in their order.

        Raises:
            CallError: One of its kinds below.
        """

    async def close(self) -> None:
        """Closes the connections."""


class Connect(Protocol):
    """How a provider opens its client."""

    def __call__(self, *, timeout_s: float, connections: int) -> Client:
        """Opens a client.

        Args:
            timeout_s: How long one answer may take.
            connections: How many calls may be under way.

        Raises:
            MissingExtraError: A package it needs is not installed.
            MeuError: There is no key.
        """


# Services differ by model; this is on their upper side.
_PICTURE_TOKENS = 1600


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One model service: all that the program knows of it. Its module imports no SDK before `connect`.

    Attributes:
        connect: Opens a client.
        body: The request as it goes out, plain JSON data, from the request and the bytes of its pictures; for
            `--show-prompt`.
        read_reply: Reads a raw answer again, as the ledger keeps it; raises `Unknown` where it is none.
        price_id: The service's name in genai-prices; None leaves all to the workspace's `prices.toml`.
        default_model: The model when the user names none; None when one must be named.
        default_thinking: The level of thinking that a model is asked for when the user names none.
        picture_tokens: The tokens of one picture, by model and resolution, for estimates; rather too many.
        clip_tokens: The tokens of one second of a video, alike; None where a service takes none and gets pictures.
        priced_modes: The modes that a dry run prices.
        unbilled: Whether the calls go to a server of the user's own; then a model without a price costs nothing.
    """

    connect: Connect
    body: Callable[[RequestSpec, Sequence[bytes]], dict[str, Any]]
    read_reply: Callable[[str], Reply]
    price_id: str | None = None
    default_model: str | None = None
    default_thinking: Callable[[str], Thinking | None] = lambda model: None
    picture_tokens: Callable[[str, MediaResolution], int] = lambda model, resolution: _PICTURE_TOKENS
    clip_tokens: Callable[[str, MediaResolution], int] | None = None
    priced_modes: tuple[Mode, ...] = ("online",)
    unbilled: Callable[[], bool] = lambda: False


class CallError(Exception):
    """A call that gave no answer. The message is for people and holds no key."""

    def __init__(self, message: str, *, raw: str | None = None) -> None:
        super().__init__(storable(message))
        self.raw = None if raw is None else storable(raw)


class RateLimited(CallError):  # noqa: N818 - what happened, not an error in the program
    """429: too many for now; nothing was billed."""

    def __init__(self, message: str, *, retry_after: float | None = None, raw: str | None = None) -> None:
        super().__init__(message, raw=raw)
        self.retry_after = retry_after


class DayQuotaUsedUp(RateLimited):
    """429 by a quota per day: waiting seconds is no use."""


class NoQuota(RateLimited):
    """429 that no waiting mends: a quota of nought, a spending cap, an account without credit."""


class ServerFault(CallError):  # noqa: N818
    """5xx, or the connection could not be made: nothing was billed, another try may do."""


class Unknown(CallError):  # noqa: N818
    """The request went out and no whole answer came back: maybe billed, maybe not."""


class Unreadable(Unknown):
    """An answer came that nobody can read: no JSON object, or one without an end. Most likely billed."""


class Refused(CallError):  # noqa: N818
    """4xx: this request will never do."""


class Misconfigured(Refused):
    """4xx that every request will meet: a wrong key, an unknown model, no permission."""


class Adapted(CallError):  # noqa: N818
    """The server lacks something this request asked for; the provider does without from now on. Not billed."""
