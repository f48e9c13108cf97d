"""Gemini through google-genai: one HTTP request per call, the answer kept as the service sent it.

The SDK neither repeats a call (`HttpRetryOptions(attempts=1)` also turns off the hidden repeat of its aiohttp
transport) nor continues an answer by itself. Base address, Vertex and API version are taken from its own variables
(GOOGLE_GEMINI_BASE_URL, GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GENAI_API_VERSION).
"""

import base64
import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from meu_data.choices import MediaResolution, Thinking
from meu_data.drafting.providers.base import (
    CallError,
    DayQuotaUsedUp,
    Misconfigured,
    NoQuota,
    Provider,
    RateLimited,
    Refused,
    Reply,
    ServerFault,
    Unknown,
    Unreadable,
)
from meu_data.drafting.providers.fields import fields, first, items, json_object, retry_after, seconds, text, usage_of
from meu_data.drafting.providers.transport import (
    REDIRECTED,
    broken_call,
    explained_failure,
    http_options,
    refusal,
    transport_error,
)
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
# Tokens of one second of a video, of which one picture is looked at, with its time of day and sound: same page.
_SECOND_3: dict[MediaResolution, int] = {"low": 110, "medium": 110, "high": 320}
_SECOND_2: dict[MediaResolution, int] = {"low": 110, "medium": 300, "high": 300}
# The SDK insists on contents; those of the request's own body take their place.
_PLACE = "-"
_SETUP_CODES = frozenset({401, 403, 404})
# Timeouts and conflicts between here and the model: the request itself may be sound.
_PASSING_CODES = frozenset({408, 409, 499})
_NO_QUOTA = re.compile(r"\blimit: 0\b|spend(ing)?[ -](cap|limit)", re.IGNORECASE)


def connect(*, timeout_s: float, connections: int) -> "Gemini":
    """Opens a client.

    Raises:
        MissingExtraError: google-genai is not installed.
        MeuError: There is no key.
    """
    try:
        from google import genai
        from google.auth.exceptions import GoogleAuthError
        from google.genai import types
    except ImportError as error:
        raise MissingExtraError(
            "drafting with Gemini needs google-genai: run `pip install 'meu-data[gemini]'`"
        ) from error
    options = types.HttpOptions(
        timeout=round(timeout_s * 1000),
        retry_options=types.HttpRetryOptions(attempts=1),
        # No redirects, by the names of all HTTP libraries that the SDK may sit on: it sends the key and the pictures
        # wherever it is sent on to.
        async_client_args={
            **http_options(connections, own_transport=not _on_vertex()),
            "allow_redirects": False,
        },
    )
    try:
        project = os.environ.get("GOOGLE_CLOUD_PROJECT") if _on_vertex() else None
        if project:
            # It brings credentials of its own. Named here, it is also kept where calls go through a gateway.
            place = os.environ.get("GOOGLE_CLOUD_LOCATION") or "global"
            return Gemini(genai.Client(vertexai=True, project=project, location=place, http_options=options))
        key = api_key("gemini", KEY_NAMES)
        return Gemini(genai.Client(vertexai=_on_vertex(), api_key=key, http_options=options))
    except GoogleAuthError as error:
        raise MeuError(f"there is no access to Vertex AI: {without_keys(str(error))}") from error
    except ValueError as error:
        raise MeuError(
            f"there is no key for Gemini: {key_hint('gemini', KEY_NAMES)} ({without_keys(str(error))})"
        ) from error


def _on_vertex() -> bool | None:
    """What the SDK's own variables say; only when told so does it look at GOOGLE_VERTEX_BASE_URL (3.4 to 3.6)."""
    said = os.environ.get("GOOGLE_GENAI_USE_ENTERPRISE") or os.environ.get("GOOGLE_GENAI_USE_VERTEXAI") or ""
    return True if said.lower() in ("true", "1") else None


class Gemini:
    """One client."""

    def __init__(self, client: "genai.Client") -> None:
        """Prefer `connect`."""
        self._client = client

    async def call(self, spec: RequestSpec, pictures: Sequence[bytes]) -> Reply:
        """Sends one request; see `Provider.call`."""
        from google.auth.exceptions import GoogleAuthError, TransportError
        from google.genai import errors

        refusal.set(None)
        try:
            response = await self._client.aio.models.generate_content(
                model=spec.model, contents=_PLACE, config=_config(spec, pictures)
            )
        except errors.APIError as error:
            raise _explained(error) from error
        except GoogleAuthError as error:
            # Vertex AI: no token, so nothing was sent.
            message = without_keys(f"Vertex AI gives no access: {error}")
            raise (ServerFault if isinstance(error, TransportError) else Misconfigured)(message) from error
        except json.JSONDecodeError as error:
            # The SDK could not read what came; what of that can be read (behind a byte order mark, say) is an answer.
            return _unread(without_keys(error.doc))
        except Exception as error:
            # The SDK reads error answers itself, and fails on some of the JSON that one may hold.
            unreadable = isinstance(error, ValueError | RecursionError) and not isinstance(error, ValidationError)
            if not transport_error(error) and not unreadable:
                raise
            if unreadable and (met := refusal.get()) is not None:
                raise _refused(met[0], f"{met[0]}: no reason that can be read", without_keys(met[1])) from error
            message = without_keys(explained_failure(error))
            raise broken_call(error, message) from error
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

    Raises:
        Unreadable: It is no JSON object; something between here and the service answered for it.
    """
    data = json_object(raw)
    candidate, usage = first(data.get("candidates")), fields(data.get("usageMetadata"))
    parts = map(fields, items(fields(candidate.get("content")).get("parts")))
    answer = "".join(text(part.get("text")) for part in parts if not part.get("thought"))
    return Reply(
        text=answer,
        finish_reason=text(candidate.get("finishReason")) or ("STOP" if data.get("candidates") else ""),
        usage=usage_of(
            answer,
            input_tokens=usage.get("promptTokenCount"),
            output_tokens=usage.get("candidatesTokenCount"),
            thinking_tokens=usage.get("thoughtsTokenCount"),
            cached_tokens=usage.get("cachedContentTokenCount"),
        ),
        blocked=text(fields(data.get("promptFeedback")).get("blockReason")) or None,
        response_id=text(data.get("responseId")) or None,
        model_version=text(data.get("modelVersion")) or None,
        raw=raw,
    )


def _unread(raw: str) -> Reply:
    reply = read_reply(raw)
    if not reply.text:
        raise Unreadable(f"the answer was {raw[:60]!r}", raw=raw)
    return reply


def _explained(error: "Any") -> Exception:  # noqa: ANN401 - google.genai.errors.APIError
    """The kind of an error answer (google.rpc.Status: code, message, details)."""
    details = fields(error.details)
    raw = without_keys(json.dumps(error.details))
    inner = fields(details.get("error", details))
    detail = inner.get("message") or details.get("error") or error.message or "no reason given"
    if error.code < 300:
        return Unknown(f"{error.code}: no answer came", raw=raw)
    if error.code < 400:
        detail = REDIRECTED
    message = without_keys(f"{error.code} {error.status or ''}: {detail}")
    if error.code == 429:
        asked = retry_after(getattr(error.response, "headers", None) or {})
        return _rate_limited(message, items(inner.get("details")), raw, asked)
    wrong_key = error.code == 400 and ("API_KEY_INVALID" in raw or "API key" in message)
    if wrong_key or error.code < 400:
        return Misconfigured(message, raw=raw)
    return _refused(error.code, message, raw)


def _refused(code: int, message: str, raw: str) -> CallError:
    """The kind of a refusal, by its code alone."""
    if code == 429:
        return RateLimited(message, raw=raw)
    if code >= 500 or code in _PASSING_CODES:
        return ServerFault(message, raw=raw)
    return (Misconfigured if code in _SETUP_CODES else Refused)(message, raw=raw)


def _rate_limited(message: str, details: list[Any], raw: str, asked: float | None) -> RateLimited:
    given = [fields(detail) for detail in details]
    violations = [fields(violation) for detail in given for violation in items(detail.get("violations"))]
    if _NO_QUOTA.search(message) or any(text(violation.get("quotaValue")) == "0" for violation in violations):
        return NoQuota(message, raw=raw)
    if any("perday" in text(violation.get("quotaId")).replace("_", "").lower() for violation in violations):
        return DayQuotaUsedUp(message, raw=raw)
    delay = next((text(detail["retryDelay"]) for detail in given if detail.get("retryDelay")), "")
    # A protobuf duration, such as `53s` or `0.25s`.
    told = seconds(delay.removesuffix("s"))
    return RateLimited(message, retry_after=asked if told is None else told, raw=raw)


def _default_thinking(model: str) -> Thinking | None:
    """Gemini 3 and later think anyway."""
    return None if model.startswith(_WITHOUT_LEVELS) else "low"


def _picture_tokens(model: str, resolution: MediaResolution) -> int:
    return (_PICTURE_2 if _second_family(model) else _PICTURE_3)[resolution]


def _clip_tokens(model: str, resolution: MediaResolution) -> int:
    return (_SECOND_2 if _second_family(model) else _SECOND_3)[resolution]


def _second_family(model: str) -> bool:
    return model.removeprefix("models/").startswith(_WITHOUT_LEVELS)


PROVIDER = Provider(
    connect=connect,
    body=generate_content_body,
    read_reply=read_reply,
    price_id="google",
    default_model=DEFAULT_MODEL,
    default_thinking=_default_thinking,
    picture_tokens=_picture_tokens,
    clip_tokens=_clip_tokens,
    priced_modes=("online", "batch", "flex"),
)
