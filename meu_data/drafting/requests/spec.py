"""One request to a model as pure data: what the online call, the batch line and the cache key are all made from."""

import hashlib
import json
from functools import lru_cache
from typing import Any, Literal, TypedDict, Unpack

from pydantic import Field

from meu_data.choices import DEFAULT_FACTS, Facts, Images, Kind, Language, MediaResolution, Recipe, Thinking, Tier
from meu_data.errors import MeuError
from meu_data.records import Affine, Record
from meu_data.store.workspace import Workspace


class ModelOptions(TypedDict, total=False):
    """How a model is asked; None, or left out, is the default.

    `model`: the service's model. `images`: what it sees. `facts`: what it is told beside that. `media_resolution`:
    tokens spent on a picture. `thinking`: the level. `temperature`, `seed`: of the answers. `max_output_tokens`: of one
    answer, with thinking.
    """

    model: str | None
    images: Images | None
    facts: Facts | None
    media_resolution: MediaResolution | None
    thinking: Thinking | None
    temperature: float | None
    seed: int | None
    max_output_tokens: int | None


class RequestOptions(ModelOptions, total=False):
    """All that may be chosen about a request besides the service.

    `lang`, `recipe`: of the texts and of the maps; the workspace's.
    `kind`: which expressions are asked about. `tier`: `flex` costs half and takes longer.
    """

    lang: Language | None
    recipe: Recipe | None
    kind: Kind | None
    tier: Tier | None


def author_of(model: str, facts: Facts) -> str:
    """What a model's drafts are called: those that it was told less for stand beside the others, as `MODEL+labels`."""
    return model if facts == DEFAULT_FACTS else f"{model}+{facts}"


class RequestSettings(Record):
    """What the user chooses about a request; `lang` and `recipe` are the workspace's when None."""

    provider: str
    model: str
    lang: Language | None = None
    recipe: Recipe | None = None
    images: Images = "map"
    facts: Facts = DEFAULT_FACTS
    media_resolution: MediaResolution = "medium"
    thinking: Thinking | None = None
    temperature: float = 1.0
    seed: int | None = 7
    max_output_tokens: int = 8192
    tier: Tier = "standard"
    kind: Kind = "micro"

    @property
    def author(self) -> str:
        """The name that the drafts carry."""
        return author_of(self.model, self.facts)

    def resolved(self, workspace: Workspace) -> "ResolvedSettings":
        """The same with what was left to the workspace filled in."""
        open_fields = {"lang": self.lang or workspace.settings.lang, "recipe": self.recipe or workspace.settings.recipe}
        return ResolvedSettings.model_validate(self.model_dump() | open_fields)


class ResolvedSettings(RequestSettings):
    """Settings that leave nothing open; with a sample and its motion they make a `RequestSpec`."""

    lang: Language
    recipe: Recipe


def request_settings(provider: str, **options: Unpack[RequestOptions]) -> RequestSettings:
    """Settings with what the user left open filled in for the service.

    Args:
        provider: Which service, by its name.
        options: See `RequestOptions`. The service may have a default model, and the model a default level of thinking.

    Raises:
        MeuError: There is no such service, or no model was named where there is no default.
    """
    from meu_data.drafting.providers import provider as provider_of

    service = provider_of(provider)
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    model = given.setdefault("model", service.default_model)
    if model is None:
        raise MeuError(f"name the model with --model: --llm {provider} may be any")
    given.setdefault("thinking", service.default_thinking(model))
    return RequestSettings(provider=provider, **given)


class ClipCut(Record):
    """How the face from onset to apex is cut out of a clip's frames, which are spread evenly."""

    onset_sha256: str = Field(description="of the frame's bytes, as render measured it")
    apex_sha256: str = Field(description="of the frame's bytes, as render measured it")
    matrix: Affine = Field(description="from frame to cut-out, px")
    side: int = Field(description="of the cut-out, px")
    pictures: int = Field(description="at the most, from onset to apex")
    place: int | None = Field(description="which of them this is, from 0; None: all of them, as a video")


class RequestPicture(Record):
    """A picture of a request, or its clip: named, not held, so that a specification stays small."""

    file: str = Field(description="POSIX path below the root; of a clip, its onset frame")
    root: Literal["workspace", "frames"] = Field(description="the workspace, or its source's frames folder")
    sha256: str = Field(description="of the file's bytes; of a clip, of how it is cut")
    mime: str = Field(description="what is sent; a file of another kind is sent as PNG")
    clip: ClipCut | None = None


class RequestTurn(Record):
    """A later part of the conversation: what the model answered, and what was answered to that."""

    role: Literal["user", "model"]
    text: str


class RequestSpec(Record):
    """Everything one request says; no key, no address, no bytes."""

    sample_id: str
    provider: str
    model: str
    facts: Facts = DEFAULT_FACTS
    lang: Language
    system: str
    text: str
    pictures: tuple[RequestPicture, ...]
    turns: tuple[RequestTurn, ...] = ()
    response_schema: dict[str, Any]
    temperature: float
    seed: int | None
    thinking: Thinking | None
    media_resolution: MediaResolution
    max_output_tokens: int
    tier: Tier = "standard"

    @property
    def author(self) -> str:
        """The name that its draft carries."""
        return author_of(self.model, self.facts)

    @property
    def key(self) -> str:
        """SHA-256 of all that shapes the answer: the same question to the same model has the same key.

        Where a picture lies and what the call costs (`tier`) shape no answer and are left out.
        """
        content: dict[str, Any] = {name: getattr(self, name) for name in RequestSpec.model_fields if name != "tier"}
        content["pictures"] = [[picture.sha256, picture.mime] for picture in self.pictures]
        content["turns"] = [[turn.role, turn.text] for turn in self.turns]
        text = "{" + ",".join(f'"{name}":{_dumped(value)}' for name, value in sorted(content.items())) + "}"
        return hashlib.sha256(text.encode()).hexdigest()


def request_spec(
    settings: ResolvedSettings,
    *,
    sample_id: str,
    system: str,
    text: str,
    pictures: tuple[RequestPicture, ...],
    response_schema: dict[str, Any],
    facts: Facts = DEFAULT_FACTS,
    lang: Language | None = None,
) -> RequestSpec:
    """The request that says this to the service chosen, in the way chosen.

    Args:
        settings: Who is asked, and how.
        sample_id: What the answer is to be about.
        system: What all requests of a kind share.
        text: What this one asks.
        pictures: In the order that it shows them.
        response_schema: The answer's form.
        facts: What it tells beside the pictures.
        lang: Of the words; the settings' when None.
    """
    return RequestSpec(
        sample_id=sample_id,
        provider=settings.provider,
        model=settings.model,
        facts=facts,
        lang=lang or settings.lang,
        system=system,
        text=text,
        pictures=pictures,
        response_schema=response_schema,
        temperature=settings.temperature,
        seed=settings.seed,
        thinking=settings.thinking,
        media_resolution=settings.media_resolution,
        max_output_tokens=settings.max_output_tokens,
        tier=settings.tier,
    )


def _dumped(value: object) -> str:
    return _dumped_text(value) if isinstance(value, str) else _compact(value)


@lru_cache(maxsize=256)
def _dumped_text(text: str) -> str:
    """The texts that all requests of a run have are long."""
    return _compact(text)


def _compact(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
