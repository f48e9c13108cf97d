"""Any OpenAI-compatible endpoint (vLLM, Ollama, LM Studio, OpenAI): one HTTP request per call.

The SDK's own repeats are off. Its address comes from OPENAI_BASE_URL. Servers without `json_schema` answers are
recognised by their 400 and asked for a JSON object, then for plain text; the prompt describes the form in words.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from meu_data.drafting.providers.base import (
    Adapted,
    CallError,
    DayQuotaUsedUp,
    Misconfigured,
    Provider,
    RateLimited,
    Refused,
    Reply,
    ServerFault,
    Unknown,
)
from meu_data.drafting.providers.fields import fields, first, json_object, seconds, text, usage_of
from meu_data.drafting.providers.transport import REDIRECTED, never_sent, transport_error
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MeuError, MissingExtraError
from meu_data.secrets import api_key, key_hint, without_keys

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Form = Literal["json_schema", "json_object", "text"]
KEY_NAMES = ("OPENAI_API_KEY",)
_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "text")
_DETAIL = {"low": "low", "medium": "auto", "high": "high"}
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_SETUP_CODES = frozenset({401, 403, 404})
# Local servers take no key, but the SDK insists on one.
_NO_KEY = "none"


def connect(*, timeout_s: float, connections: int) -> "OpenAi":
    """Opens a client.

    Raises:
        MissingExtraError: openai is not installed.
        MeuError: There is no key, and no own endpoint that may do without.
    """
    try:
        import httpx2
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient
    except ImportError as error:
        raise MissingExtraError(
            "drafting with --llm openai needs the package openai: run `pip install 'meu-data[openai]'`"
        ) from error
    key = api_key("openai", KEY_NAMES) or (_NO_KEY if _own_server() else None)
    if key is None:
        hint = key_hint("openai", KEY_NAMES)
        raise MeuError(f"there is no key for OpenAI: {hint}, or name your own server in OPENAI_BASE_URL")
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    return OpenAi(
        AsyncOpenAI(
            api_key=key,
            max_retries=0,
            timeout=timeout_s,
            http_client=DefaultAsyncHttpxClient(limits=limits, follow_redirects=False),
        )
    )


class OpenAi:
    """One client, which learns what its server can do."""

    def __init__(self, client: "AsyncOpenAI") -> None:
        """Prefer `connect`."""
        self._client = client
        self._form: Form = "json_schema"
        self._proved = False

    async def call(self, spec: RequestSpec, pictures: Sequence[bytes]) -> Reply:
        """Sends one request; see `Provider.call`.

        Raises:
            Adapted: The server lacks a form of answer; the next call will ask for a simpler one.
        """
        import openai

        form = self._form
        try:
            response = await self._client.chat.completions.with_raw_response.create(
                **chat_body(spec, pictures, form, official=_official(self._client))
            )
        except openai.APIStatusError as error:
            raise self._explained(error, form) from error
        except Exception as error:
            if not transport_error(error):
                raise
            message = without_keys(f"{type(error).__name__}: {error}")
            raise (ServerFault if never_sent(error) else Unknown)(message) from error
        reply = read_reply(without_keys(response.text))
        self._proved = True
        return reply

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    def _simpler(self, form: Form) -> bool:
        """Whether a refused call may go out again in a simpler form; chooses that form."""
        if form != self._form:
            return True  # another call has chosen it already
        if self._proved:
            return False  # the form is well known here, so this call is refused for something else
        position = _FORMS.index(form) + 1
        # When no form will do, it was not the form; the next call begins anew.
        self._form = _FORMS[position % len(_FORMS)]
        return position < len(_FORMS)

    def _explained(self, error: Any, form: Form) -> CallError:  # noqa: ANN401 - openai.APIStatusError
        raw = without_keys(error.response.text)
        message = without_keys(f"{error.status_code}: {_reason(error.body) or raw[:200] or 'no reason given'}")
        code = error.status_code
        if code < 400:
            return Misconfigured(f"{code}: {REDIRECTED}", raw=raw)
        if code in (400, 422) and self._simpler(form):
            return Adapted(message, raw=raw)
        if code == 429:
            if "insufficient_quota" in raw:
                return DayQuotaUsedUp(message, raw=raw)
            return RateLimited(message, retry_after=seconds(error.response.headers.get("retry-after")), raw=raw)
        if code >= 500 or code in (408, 409):
            return ServerFault(message, raw=raw)
        return (Misconfigured if code in _SETUP_CODES else Refused)(message, raw=raw)


def chat_body(spec: RequestSpec, pictures: Sequence[bytes], form: Form, *, official: bool) -> dict[str, Any]:
    """A request as the chat completions interface wants it.

    Args:
        spec: The request.
        pictures: The bytes of its pictures, in their order.
        form: How to ask for JSON.
        official: Whether this goes to OpenAI itself, whose newer models refuse `max_tokens`.
    """
    images = [
        {
            "type": "image_url",
            "image_url": {
                "url": f"data:{picture.mime};base64,{base64.b64encode(data).decode()}",
                "detail": _DETAIL[spec.media_resolution],
            },
        }
        for picture, data in zip(spec.pictures, pictures, strict=True)
    ]
    body: dict[str, Any] = {
        "model": spec.model,
        "messages": [
            {"role": "system", "content": spec.system},
            {"role": "user", "content": [*images, {"type": "text", "text": spec.text}]},
            *({"role": "assistant" if turn.role == "model" else "user", "content": turn.text} for turn in spec.turns),
        ],
        "temperature": spec.temperature,
        "max_completion_tokens" if official else "max_tokens": spec.max_output_tokens,
    }
    if spec.seed is not None:
        body["seed"] = spec.seed
    if spec.thinking is not None:
        body["reasoning_effort"] = spec.thinking
    if spec.tier == "flex":
        body["service_tier"] = "flex"
    if form == "json_schema":
        schema = {"name": "annotation", "strict": True, "schema": spec.response_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def read_reply(raw: str) -> Reply:
    """Reads a chat completion.

    Raises:
        Unknown: It is no JSON object.
    """
    data = json_object(raw)
    choice, usage = first(data.get("choices")), fields(data.get("usage"))
    message = fields(choice.get("message"))
    answer = text(message.get("content"))
    counted = usage_of(
        answer,
        input_tokens=usage.get("prompt_tokens"),
        output_tokens=usage.get("completion_tokens"),
        thinking_tokens=fields(usage.get("completion_tokens_details")).get("reasoning_tokens"),
        cached_tokens=fields(usage.get("prompt_tokens_details")).get("cached_tokens"),
    )
    if counted is not None:
        # This service counts thinking as a part of the output.
        written = max(0, counted.output_tokens - counted.thinking_tokens)
        counted = counted.model_copy(update={"output_tokens": written})
    finish = text(choice.get("finish_reason"))
    return Reply(
        text=answer,
        finish_reason=_FINISH.get(finish, finish),
        usage=counted,
        blocked="refusal" if message.get("refusal") else None,
        response_id=text(data.get("id")) or None,
        model_version=text(data.get("model")) or None,
        raw=raw,
    )


def _official(client: "AsyncOpenAI") -> bool:
    return str(client.base_url).startswith("https://api.openai.com")


def _reason(body: object) -> str:
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        return str(inner.get("message", "")) if isinstance(inner, Mapping) else str(inner)
    return ""


def _own_server() -> bool:
    return bool(os.environ.get("OPENAI_BASE_URL"))


def _first_body(spec: RequestSpec, pictures: Sequence[bytes]) -> dict[str, Any]:
    """What a server is asked first, before it has shown what it lacks."""
    return chat_body(spec, pictures, "json_schema", official=False)


PROVIDER = Provider(
    connect=connect,
    body=_first_body,
    read_reply=read_reply,
    price_id="openai",
    unbilled=_own_server,
)
