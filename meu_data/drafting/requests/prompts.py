"""The words a model is asked with: templates of `annotation_guides/prompts` filled from a sample and its motion."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import jinja2
import numpy as np

from meu_data.choices import Language
from meu_data.drafting.providers import provider
from meu_data.drafting.requests.answers import NO_EMOTION, response_schema
from meu_data.drafting.requests.spec import (
    ClipCut,
    RequestPicture,
    RequestSpec,
    RequestTurn,
    ResolvedSettings,
    request_spec,
)
from meu_data.errors import MeuError
from meu_data.face.alignment import face_alignment
from meu_data.face.aus import AU_NAMES, au_effects, au_label
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import CLAIMABLE, COLOUR_NAMES, COLOUR_OF, DIRECTION_NAMES, OCTANTS, Direction, region_name
from meu_data.grounding.doubts import MAP_DOUBTS, REASONS
from meu_data.motion.clips import CLIP_PICTURES, CLIP_SIDE
from meu_data.records import ActionUnit, Motion, RegionMotion, Sample
from meu_data.resources import resource

_NAMES = ("fgmu_system", "fgmu_user", "fgmu_reask")
# Of a clip for services that take no video: each costs as much as the map.
_PICTURES_OF_CLIP = 8
_MIMES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


class _Row(NamedTuple):
    """One line of the measured table.

    `trust` is empty where the region is surely measured; `closes` is how far an eye closed, in hundredths.
    """

    region: str
    direction: str
    colour: str
    intensity: str
    brightness: int
    mixed: bool
    closes: int
    trust: str


class _Labelled(NamedTuple):
    """A labelled AU.

    `label`: its name, with its code before that where the name does not begin with it. `moves`, `besides`: regions and
    the way they usually go, beside the other AUs. `instead`: the codes of its alternatives.
    """

    code: str
    label: str
    moves: list[str]
    besides: list[str]
    certain: bool
    instead: list[str]


_NO_EMOTION: dict[Language, str] = {
    "en": f"not labelled; answer `{NO_EMOTION}` and infer none",
    "zh": f"未标注；`emotion`填`{NO_EMOTION}`，不作推断",
}
_ANY_WAY: dict[Language, str] = {"en": "any direction", "zh": "任意方向"}


def build_spec(sample: Sample, motion: Motion, settings: ResolvedSettings) -> RequestSpec:
    """The request that asks for the annotation of one sample.

    Args:
        sample: The sample; its AUs and emotion are given facts.
        motion: What render measured on it; sides and directions are the picture's.
        settings: What the user chose.

    Raises:
        MeuError: A label has no name in this program.
    """
    return request_spec(
        settings,
        sample_id=sample.id,
        facts=settings.facts,
        system=_system(settings),
        text=_user(sample, motion, settings),
        pictures=pictures_of(sample, motion, settings),
        response_schema=_schema(sample, settings),
    )


def _schema(sample: Sample, settings: ResolvedSettings) -> dict[str, Any]:
    """The answer's schema, in which the labels that are given are the only ones."""
    if settings.facts == "none":
        return response_schema()
    aus = sample.coded_aus
    codes = tuple(au.code for au in aus)
    return response_schema(codes, sample.emotion or NO_EMOTION, certain=any(au.certain for au in aus))


def asked_again(spec: RequestSpec, answer: str, reason: str) -> RequestSpec:
    """The request once more, with the answer that could not be used and why."""
    text = template("fgmu_reask", spec.lang).render(reason=reason, sample_id=spec.sample_id)
    return _followed(spec, answer, text)


def asked_to_repair(spec: RequestSpec, answer: str, text: str) -> RequestSpec:
    """The request once more, with the answer and what the grounding check says about it."""
    return _followed(spec, answer, text)


@cache
def prompts_sha256(settings: ResolvedSettings) -> str:
    """Hash of all that the samples of one run share: the settings, the templates and the answer's schema."""
    content = [
        settings.model_dump(mode="json", exclude={"tier", "kind"}),
        [template_text(name, settings.lang) for name in _NAMES],
        _system(settings),
        response_schema(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _followed(spec: RequestSpec, answer: str, text: str) -> RequestSpec:
    # An empty turn is refused by the services, and there is nothing to point at.
    if not answer.strip():
        return spec
    turns = (*spec.turns, RequestTurn(role="model", text=answer), RequestTurn(role="user", text=text))
    return spec.model_copy(update={"turns": turns})


@cache
def _system(settings: ResolvedSettings) -> str:
    lang = settings.lang
    return template("fgmu_system", lang).render(
        images=settings.images,
        as_video=provider(settings.provider).clip_tokens is not None,
        facts=settings.facts,
        examples=_examples(lang),
        recipe=settings.recipe,
        legend=direction_legend(lang),
        regions=[(region, region_name(region, lang)) for region in CLAIMABLE],
    )


def direction_legend(lang: Language) -> list[tuple[str, str]]:
    """The directions of the map, each with its colour."""
    return [(_direction(octant, lang), _colour(octant, lang)) for octant in OCTANTS]


def _direction(octant: Direction, lang: Language) -> str:
    return octant if lang == "en" else f"{octant}（{DIRECTION_NAMES[octant]['zh']}）"


def _colour(octant: Direction, lang: Language) -> str:
    colour = COLOUR_OF[octant]
    return colour if lang == "en" else f"{colour}（{COLOUR_NAMES[colour]['zh']}）"


@cache
def _examples(lang: Language) -> list[dict[str, Any]]:
    """Worked examples from synthetic faces: what is given, what the map shows, and the answer in its form."""
    text = resource("annotation_guides", f"prompts/fgmu_examples.{lang}.json").read_text(encoding="utf-8")
    examples: list[dict[str, Any]] = json.loads(text)
    return [example | {"answer": json.dumps(example["answer"], ensure_ascii=False)} for example in examples]


def _user(sample: Sample, motion: Motion, settings: ResolvedSettings) -> str:
    lang = settings.lang
    if sample.emotion is not None and sample.emotion not in EMOTION_NAMES:
        known = ", ".join(EMOTION_NAMES)
        raise MeuError(f"{sample.id}: the emotion {sample.emotion!r} is not known here; correct the sheet ({known})")
    unknown = next((au.code for au in sample.coded_aus if au.number not in AU_NAMES), None)
    if unknown is not None:
        raise MeuError(f"{sample.id}: {unknown} is not an action unit of FACS; correct the sheet")
    strongest = max((region.mean for region in motion.regions), default=0.0)
    return template("fgmu_user", lang).render(
        sample_id=sample.id,
        facts=settings.facts,
        aus=[_labelled(au, sample.coded_aus, lang) for au in sample.coded_aus],
        labelled=sample.aus is not None,
        emotion=_emotion(sample.emotion, lang),
        moving=[_row(region, strongest) for region in motion.regions if region.moving],
        hidden=[(region.region, REASONS[region.reason][lang]) for region in motion.regions if region.reason],
        trust=f"{motion.quality.trust:.2f}",
        doubts=[MAP_DOUBTS[flag][lang] for flag in motion.quality.flags],
    )


def _emotion(emotion: str | None, lang: Language) -> str:
    if emotion is None:
        return _NO_EMOTION[lang]
    return emotion if lang == "en" else f"{emotion}（{EMOTION_NAMES[emotion]['zh']}）"


def _labelled(au: ActionUnit, aus: Sequence[ActionUnit], lang: Language) -> _Labelled:
    label = au_label(au, lang)
    moves: dict[bool, list[str]] = {True: [], False: []}
    for effect in au_effects(au, aus):
        way = _ANY_WAY[lang] if effect.free else effect.direction
        moves[effect.kind != "secondary"].append(f"{effect.region} {way}")
    return _Labelled(
        code=au.code,
        label=label if au.side is None else f"{au.code} = {label}",
        moves=moves[True],
        besides=moves[False],
        certain=au.certain,
        instead=[o.code for o in aus if au.alternative is not None and o.alternative == au.alternative and o != au],
    )


def _row(region: RegionMotion, strongest: float) -> _Row:
    return _Row(
        region=region.region,
        direction=region.octant,
        colour=COLOUR_OF[region.octant],
        intensity=region.intensity,
        brightness=round(100 * region.mean / strongest) if strongest else 0,
        mixed=not region.coherent,
        closes=round(100 * (region.closure or 0)),
        trust=f"{region.trust:.2f}" if region.trust < 1 else "",
    )


def pictures_of(sample: Sample, motion: Motion, settings: ResolvedSettings) -> tuple[RequestPicture, ...]:
    """The pictures of a request, in the order that it shows them."""
    drawn = RequestPicture(file=motion.map_file, root="workspace", sha256=motion.map_sha256, mime="image/png")
    if settings.images == "map":
        return (drawn,)
    if settings.images == "video":
        return _clip(sample, motion, as_video=provider(settings.provider).clip_tokens is not None)
    shown = () if settings.images == "pair" else (drawn,)
    frames = zip(sample.pair, (motion.onset_sha256, motion.apex_sha256), strict=True)
    return (
        *shown,
        *(RequestPicture(file=f, root="frames", sha256=sha256, mime=picture_mime(f)) for f, sha256 in frames),
    )


def _clip(sample: Sample, motion: Motion, *, as_video: bool) -> tuple[RequestPicture, ...]:
    """The face from onset to apex: one video, or pictures where a service takes no video."""
    onset, _ = sample.pair
    (a, b, c), (d, e, f) = face_alignment(np.array(motion.landmarks), CLIP_SIDE).matrix.round(6).tolist()
    assert sample.apex is not None  # it has a pair
    between = sample.apex - sample.onset + 1
    cut = ClipCut(
        onset_sha256=motion.onset_sha256,
        apex_sha256=motion.apex_sha256,
        matrix=((a, b, c), (d, e, f)),
        side=CLIP_SIDE,
        pictures=min(between, CLIP_PICTURES if as_video else _PICTURES_OF_CLIP),
        place=None,
    )
    places = [None] if as_video else range(cut.pictures)
    cuts = [cut.model_copy(update={"place": place}) for place in places]
    mime = "video/mp4" if as_video else "image/jpeg"
    return tuple(
        RequestPicture(
            file=onset,
            root="frames",
            sha256=hashlib.sha256(cut.model_dump_json().encode()).hexdigest(),
            mime=mime,
            clip=cut,
        )
        for cut in cuts
    )


def picture_mime(file: str) -> str:
    """How a picture of this name is sent: as it is where the services take it, otherwise as PNG."""
    return _MIMES.get(PurePosixPath(file).suffix.lower(), "image/png")


@cache
def template(name: str, lang: Language) -> jinja2.Template:
    """A prompt template, ready to be filled."""
    # Plain text for a model, not a web page: escaping would change what it reads.
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    return environment.from_string(template_text(name, lang))


@cache
def template_text(name: str, lang: Language) -> str:
    """A prompt template as it is written."""
    return resource("annotation_guides", f"prompts/{name}.{lang}.txt.jinja").read_text(encoding="utf-8")
