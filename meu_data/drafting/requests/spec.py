"""One request to a model as pure data: what the online call, the batch line and the cache key are all made from."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, TypedDict, Unpack

from pydantic import Field

from meu_data.choices import Images, Language, MediaResolution, Provider, Recipe, Thinking, Tier
from meu_data.errors import MeuError
from meu_data.records import Record
from meu_data.store.workspace import Workspace

DEFAULT_MODEL = "gemini-3.8-flash"
# Gemini 2 knows a budget of tokens instead of levels of thinking.
_WITHOUT_LEVELS = ("gemini-1", "gemini-2")


class ModelOptions(TypedDict, total=False):
    """How a model is asked; None, or left out, is the default.

    `model`: the service's model. `images`: what it sees. `media_resolution`: tokens spent on a picture. `thinking`: the
    level. `temperature`, `seed`: of the answers. `max_output_tokens`: of one answer, with thinking.
    """

    model: str | None
    images: Images | None
    media_resolution: MediaResolution | None
    thinking: Thinking | None
    temperature: float | None
    seed: int | None
    max_output_tokens: int | None


class RequestOptions(ModelOptions, total=False):
    """All that may be chosen about a request besides the service.

    `lang`, `recipe`: of the texts and of the maps; the workspace's. `tier`: `flex` costs half and takes longer.
    """

    lang: Language | None
    recipe: Recipe | None
    tier: Tier | None


class RequestSettings(Record):
    """What the user chooses about a request; `lang` and `recipe` are the workspace's when None."""

    provider: Provider
    model: str
    lang: Language | None = None
    recipe: Recipe | None = None
    images: Images = "map"
    media_resolution: MediaResolution = "medium"
    thinking: Thinking | None = None
    temperature: float = 1.0
    seed: int | None = 7
    max_output_tokens: int = 8192
    tier: Tier = "standard"

    def resolved(self, workspace: Workspace) -> "ResolvedSettings":
        """The same with what was left to the workspace filled in."""
        open_fields = {"lang": self.lang or workspace.settings.lang, "recipe": self.recipe or workspace.settings.recipe}
        return ResolvedSettings.model_validate(self.model_dump() | open_fields)


class ResolvedSettings(RequestSettings):
    """Settings that leave nothing open; with a sample and its motion they make a `RequestSpec`."""

    lang: Language
    recipe: Recipe


def request_settings(provider: Provider, **options: Unpack[RequestOptions]) -> RequestSettings:
    """Settings with what the user left open filled in for the service.

    Args:
        provider: Which service.
        options: See `RequestOptions`. Gemini has a default model; level of thinking `low` is the default of Gemini 3
            and later, which think anyway.

    Raises:
        MeuError: No model was named where there is no default.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if provider == "gemini":
        given.setdefault("model", DEFAULT_MODEL)
        if not given["model"].startswith(_WITHOUT_LEVELS):
            given.setdefault("thinking", "low")
    if "model" not in given:
        raise MeuError(f"name the model with --model: --llm {provider} may be any")
    return RequestSettings(provider=provider, **given)


class Picture(Record):
    """A picture of a request: named, not held, so that a specification stays small."""

    file: str = Field(description="POSIX path below the root")
    root: Literal["workspace", "frames"] = Field(description="the workspace, or its source's frames folder")
    sha256: str = Field(description="of the file's bytes")
    mime: str = Field(description="what is sent; a file of another kind is sent as PNG")


class Turn(Record):
    """A later part of the conversation: what the model answered, and what it was told about that."""

    role: Literal["user", "model"]
    text: str


class RequestSpec(Record):
    """Everything one request says; no key, no address, no bytes."""

    sample_id: str
    provider: Provider
    model: str
    lang: Language
    system: str
    text: str
    pictures: tuple[Picture, ...]
    turns: tuple[Turn, ...] = ()
    response_schema: dict[str, Any]
    temperature: float
    seed: int | None
    thinking: Thinking | None
    media_resolution: MediaResolution
    max_output_tokens: int
    tier: Tier = "standard"

    @property
    def key(self) -> str:
        """SHA-256 of all that shapes the answer: the same question to the same model has the same key.

        Where a picture lies and what the call costs (`tier`) shape no answer and are left out.
        """
        said: dict[str, Any] = {name: getattr(self, name) for name in RequestSpec.model_fields if name != "tier"}
        said["pictures"] = [[picture.sha256, picture.mime] for picture in self.pictures]
        said["turns"] = [[turn.role, turn.text] for turn in self.turns]
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def generate_content_body(spec: RequestSpec, pictures: Sequence[bytes]) -> dict[str, Any]:
    """A request as Gemini's REST interface wants it (v1, models.generateContent), for a batch line or to show.

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
