"""Gemini through google-genai: one HTTP request per call, the answer kept as the service sent it.

The SDK neither repeats a call (`HttpRetryOptions(attempts=1)` also turns off the hidden repeat of its aiohttp
transport) nor continues an answer by itself. Base address, Vertex and API version are taken from its own variables
(GOOGLE_GEMINI_BASE_URL, GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GENAI_API_VERSION).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from meu_data.choices import MediaResolution, Thinking
from meu_data.drafting.providers.base import (
    DayQuotaUsedUp,
    Misconfigured,
    Provider,
    RateLimited,
    Refused,
    Reply,
    ServerFault,
    Unknown,
    Usage,
)
from meu_data.drafting.providers.transport import never_sent, transport_error
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MeuError, MissingExtraError
from meu_data.secrets import api_key, key_hint, without_keys

if TYPE_CHECKING:
    from google import genai

DEFAULT_MODEL = "gemini-3.8-flash"
# In the order in which the SDK looks.
KEY_NAMES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
# Gemini 2 knows a budget of tokens instead of levels of thinking.
_WITHOUT_LEVELS = ("gemini-1", "gemini-2")
# Tokens of one picture with Gemini 3 and later, and 2.x: ai.google.dev/gemini-api/docs/media-resolution; 2.x at high
# looks at the whole and at up to eight cut-outs.
_PICTURE_3: dict[MediaResolution, int] = {"low": 280, "medium": 560, "high": 1120}
_PICTURE_2: dict[MediaResolution, int] = {"low": 64, "medium": 256, "high": 2304}
# The SDK insists on contents; those of the request's own body take their place.
_PLACE = "-"
_SETUP_CODES = frozenset({401, 403, 404})


def connect(*, timeout_s: float, connections: int) -> "Gemini":
    """Opens a client.

    Args:
        timeout_s: How long one answer may take.
        connections: How many calls may be under way.

    Raises:
        MissingExtraError: google-genai is not installed.
        MeuError: There is no key.
    """
    try:
        import httpx2
        from google import genai
        from google.genai import types
    except ImportError as error:
        raise MissingExtraError(
            "drafting with Gemini needs google-genai: run `pip install 'meu-data[gemini]'`"
        ) from error
    options = types.HttpOptions(
        timeout=round(timeout_s * 1000),
        retry_options=types.HttpRetryOptions(attempts=1),
        async_client_args={"limits": httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)},
    )
    try:
        return Gemini(genai.Client(api_key=api_key("gemini", KEY_NAMES), http_options=options))
    except ValueError as error:
        raise MeuError(
            f"there is no key for Gemini: {key_hint('gemini', KEY_NAMES)} ({without_keys(str(error))})"
        ) from error


class Gemini:
    """One client."""

    def __init__(self, client: "genai.Client") -> None:
        """Prefer `connect`."""
        self._client = client

    async def call(self, spec: RequestSpec, pictures: Sequence[bytes]) -> Reply:
        """Sends one request; see `Provider.call`."""
        from google.genai import errors

        try:
            response = await self._client.aio.models.generate_content(
                model=spec.model, contents=_PLACE, config=_config(spec, pictures)
            )
        except errors.APIError as error:
            raise _explained(error) from error
        except Exception as error:
            if not transport_error(error):
                raise
            message = without_keys(f"{type(error).__name__}: {error}")
            raise (ServerFault if never_sent(error) else Unknown)(message) from error
        body = response.sdk_http_response.body if response.sdk_http_response else None
        return read_reply(without_keys(body or ""))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aio.aclose()
        self._client.close()


def _config(spec: RequestSpec, pictures: Sequence[bytes]) -> Any:  # noqa: ANN401 - a GenerateContentConfigDict, which its own SDK types too narrowly
    """The whole request as our own body: the SDK sends it as it stands, so a batch line says the very same.

    Going over schema and texts field by field, the SDK would also take twice as long.
    """
    from google.genai import types

    return {
        "http_options": types.HttpOptions(extra_body=generate_content_body(spec, pictures)),
        "automatic_continuation": False,
        "automatic_function_calling": types.AutomaticFunctionCallingConfig(disable=True),
        # The raw body is what the ledger keeps.
        "should_return_http_response": True,
    }


def generate_content_body(spec: RequestSpec, pictures: Sequence[bytes]) -> dict[str, Any]:
    """A request as Gemini's REST interface wants it (v1, models.generateContent), for a call, a batch line or to show.

    Args:
        spec: The request.
        pictures: The bytes of its pictures, in their order.

    Returns:
        Plain JSON data in camelCase; the model's name is not in it, as it stands in the address.
    """
    images = [
        {"inlineData": {"mimeType": picture.mime, "data": base64.b64encode(data).decode()}}
        for picture, data in zip(spec.pictures, pictures, strict=True)
    ]
    body: dict[str, Any] = {
        "systemInstruction": {"parts": [{"text": spec.system}]},
        "contents": [
            {"role": "user", "parts": [*images, {"text": spec.text}]},
            *({"role": turn.role, "parts": [{"text": turn.text}]} for turn in spec.turns),
        ],
        "generationConfig": {
            "temperature": spec.temperature,
            "maxOutputTokens": spec.max_output_tokens,
            "mediaResolution": f"MEDIA_RESOLUTION_{spec.media_resolution.upper()}",
            "responseMimeType": "application/json",
            "responseJsonSchema": spec.response_schema,
        },
    }
    if spec.seed is not None:
        body["generationConfig"]["seed"] = spec.seed
    if spec.thinking is not None:
        body["generationConfig"]["thinkingConfig"] = {"thinkingLevel": spec.thinking.upper()}
    if spec.tier == "flex":
        body["serviceTier"] = "flex"
    return body


def read_reply(raw: str) -> Reply:
    """Reads a GenerateContentResponse, as an online call or a line of a batch's result brings it.

    Args:
        raw: The JSON text.

    Raises:
        Unknown: It is no JSON object; something between here and the service answered for it.
    """
    try:
        data = json.loads(raw)
    except (json.JSONDecodeError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Unknown(f"the answer was no JSON but {raw[:60]!r}", raw=raw)
    candidates = data.get("candidates") or [{}]
    first = candidates[0] if isinstance(candidates[0], dict) else {}
    parts = (first.get("content") or {}).get("parts") or []
    usage = data.get("usageMetadata") or {}
    return Reply(
        text="".join(str(part.get("text", "")) for part in parts if not part.get("thought")),
        finish_reason=str(first.get("finishReason") or ("" if not data.get("candidates") else "STOP")),
        usage=Usage(
            input_tokens=usage.get("promptTokenCount") or 0,
            output_tokens=usage.get("candidatesTokenCount") or 0,
            thinking_tokens=usage.get("thoughtsTokenCount") or 0,
            cached_tokens=usage.get("cachedContentTokenCount") or 0,
        ),
        blocked=(data.get("promptFeedback") or {}).get("blockReason"),
        response_id=data.get("responseId"),
        model_version=data.get("modelVersion"),
        raw=raw,
    )


def _explained(error: "Any") -> Exception:  # noqa: ANN401 - google.genai.errors.APIError
    """The kind of an error answer (google.rpc.Status: code, message, details)."""
    details = error.details if isinstance(error.details, Mapping) else {}
    raw = without_keys(json.dumps(details, ensure_ascii=False))
    inner = details.get("error", details)
    message = without_keys(
        f"{error.code} {error.status or ''}: {inner.get('message') or error.message or 'no reason given'}"
    )
    if error.code == 429:
        return _rate_limited(message, inner.get("details") or [], raw)
    if error.code >= 500:
        return ServerFault(message, raw=raw)
    wrong_key = error.code == 400 and ("API_KEY_INVALID" in raw or "API key" in message)
    if error.code in _SETUP_CODES or wrong_key:
        return Misconfigured(message, raw=raw)
    return Refused(message, raw=raw)


def _rate_limited(message: str, details: list[dict[str, Any]], raw: str) -> RateLimited:
    quotas = [
        str(violation.get("quotaId", ""))
        for detail in details
        for violation in detail.get("violations") or []
        if isinstance(violation, dict)
    ]
    if any("perday" in quota.replace("_", "").lower() for quota in quotas):
        return DayQuotaUsedUp(message, raw=raw)
    delays = [str(detail["retryDelay"]) for detail in details if detail.get("retryDelay")]
    return RateLimited(message, retry_after=_seconds(delays[0]) if delays else None, raw=raw)


def _seconds(duration: str) -> float | None:
    """A protobuf duration, such as `53s` or `0.25s`."""
    try:
        return float(duration.removesuffix("s"))
    except ValueError:
        return None


def _default_thinking(model: str) -> Thinking | None:
    """Gemini 3 and later think anyway."""
    return None if model.startswith(_WITHOUT_LEVELS) else "low"


def _picture_tokens(model: str, resolution: MediaResolution) -> int:
    family = _PICTURE_2 if model.removeprefix("models/").startswith(_WITHOUT_LEVELS) else _PICTURE_3
    return family[resolution]


PROVIDER = Provider(
    connect=connect,
    body=generate_content_body,
    read_reply=read_reply,
    price_id="google",
    default_model=DEFAULT_MODEL,
    default_thinking=_default_thinking,
    picture_tokens=_picture_tokens,
    priced_modes=("online", "batch", "flex"),
)
