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
    Misconfigured,
    NoQuota,
    Provider,
    RateLimited,
    Refused,
    Reply,
    ServerFault,
    Unknown,
)
from meu_data.drafting.providers.fields import fields, first, items, json_object, retry_after, text, usage_of
from meu_data.drafting.providers.transport import (
    REDIRECTED,
    broken_call,
    explained_failure,
    http_options,
    transport_error,
)
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MeuError, MissingExtraError
from meu_data.secrets import api_key, key_hint, without_keys

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Form = Literal["json_schema", "json_object", "text"]
KEY_NAMES = ("OPENAI_API_KEY",)
_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "text")
# So many calls are tried in all forms; then it is not the form that a server minds.
_MOST_IN_VAIN = 2
_DETAIL = {"low": "low", "medium": "auto", "high": "high"}
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_SETUP_CODES = frozenset({401, 403, 404})
_PASSING_CODES = frozenset({408, 409, 499})
# What a request may do without, where a server knows it not; budgets then rest on what answers turn out to cost.
_OPTIONAL = ("seed", "reasoning_effort", "max_tokens", "max_completion_tokens", "temperature", "service_tier")
# Local servers take no key, but the SDK insists on one.
_NO_KEY = "none"


def connect(*, timeout_s: float, connections: int) -> "OpenAi":
    """Opens a client.

    Raises:
        MissingExtraError: openai is not installed.
        MeuError: There is no key, and no own endpoint that may do without.
    """
    try:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient
    except ImportError as error:
        raise MissingExtraError(
            "drafting with --llm openai needs the package openai: run `pip install 'meu-data[openai]'`"
        ) from error
    key = api_key("openai", KEY_NAMES) or (_NO_KEY if _own_server() else None)
    if key is None:
        hint = key_hint("openai", KEY_NAMES)
        raise MeuError(f"there is no key for OpenAI: {hint}, or name your own server in OPENAI_BASE_URL")
    return OpenAi(
        AsyncOpenAI(
            api_key=key,
            max_retries=0,
            timeout=timeout_s,
            http_client=DefaultAsyncHttpxClient(**http_options(connections)),
        )
    )


class OpenAi:
    """One client, which learns what its server can do."""

    def __init__(self, client: "AsyncOpenAI") -> None:
        """Prefer `connect`."""
        self._client = client
        self._form: Form = "json_schema"
        self._without: frozenset[str] = frozenset()
        self._proved = False
        self._in_vain = 0

    async def call(self, spec: RequestSpec, pictures: Sequence[bytes]) -> Reply:
        """Sends one request; see `Provider.call`.

        Raises:
            Adapted: The server lacks a form of answer or an option; the next call will ask for less.
        """
        import openai

        form, without = self._form, self._without
        body = chat_body(spec, pictures, form, official=_official(self._client))
        try:
            response = await self._client.chat.completions.with_raw_response.create(
                **{name: value for name, value in body.items() if name not in without}
            )
        except openai.APIStatusError as error:
            raise self._explained(error, form, without) from error
        except Exception as error:
            if not transport_error(error):
                raise
            message = without_keys(explained_failure(error))
            raise broken_call(error, message) from error
        reply = read_reply(without_keys(response.text))
        self._proved = True
        return reply

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    def _simpler(self, form: Form, without: frozenset[str], message: str) -> bool:
        """Whether a refused call may go out again and ask for less; chooses what it does without."""
        if (form, without) != (self._form, self._without):
            return True  # another call has chosen already
        if self._proved or self._in_vain >= _MOST_IN_VAIN:
            return False  # the form is well known here, or none will do: it is refused for something else
        named = {name for name in _OPTIONAL if name in message and name not in without}
        if named:
            self._without |= named
            return True
        position = _FORMS.index(form) + 1
        # When no form will do, it was not the form; the next call begins anew.
        self._form = _FORMS[position % len(_FORMS)]
        self._in_vain += position == len(_FORMS)
        return position < len(_FORMS)

    def _explained(self, error: Any, form: Form, without: frozenset[str]) -> CallError:  # noqa: ANN401 - openai.APIStatusError
        raw = without_keys(error.response.text)
        message = without_keys(f"{error.status_code}: {_reason(error.body) or raw[:200] or 'no reason given'}")
        code = error.status_code
        if code < 400:
            return Misconfigured(f"{code}: {REDIRECTED}", raw=raw)
        if code in (400, 422) and self._simpler(form, without, message):
            return Adapted(message, raw=raw)
        if code == 429:
            if "insufficient_quota" in raw:
                return NoQuota(message, raw=raw)
            return RateLimited(message, retry_after=retry_after(error.response.headers), raw=raw)
        if code >= 500 or code in _PASSING_CODES:
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
        Unreadable: It is no JSON object.
        Unknown: It is an error with the code of an answer.
    """
    data = json_object(raw)
    if data.get("error") and not data.get("choices"):
        raise Unknown(f"an error came as an answer: {_reason(data) or raw[:200]}", raw=raw)
    choice, usage = first(data.get("choices")), fields(data.get("usage"))
    message = fields(choice.get("message"))
    answer = _said(message)
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


def _said(message: dict[str, Any]) -> str:
    """The text of an answer, wherever a server put it: content, its parts, a call of a tool, or its reasoning."""
    content = message.get("content")
    answer = text(content) or "".join(text(fields(part).get("text")) for part in items(content))
    # Behind the thoughts of a model whose server does not take them out.
    answer = answer.rpartition("</think>")[2]
    if answer.strip():
        return answer
    called = text(fields(first(message.get("tool_calls")).get("function")).get("arguments"))
    return called or text(message.get("reasoning_content")) or text(message.get("reasoning"))


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
