"""A second reader's request and answer: what the prose of a draft says, and how true that is.

The request holds the three texts and nothing else of the sample: no map, measurement, label, id or file name. So the
same wording is one request, whoever it was written about.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from meu_data.choices import Language
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerForm, AnswerOutcome, outcome_of, plain_schema, read_form
from meu_data.drafting.requests.prompts import template, template_text
from meu_data.drafting.requests.spec import RequestSpec, ResolvedSettings, request_spec
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import CLAIMABLE, COLOUR_OF, Colour, Direction, Intensity, region_name
from meu_data.grounding.claims import au_words, check_claims, check_evidence, read_au
from meu_data.grounding.evidence import read_map
from meu_data.grounding.flags import flag, worst_first
from meu_data.grounding.ground import owed, score_of
from meu_data.grounding.labels import check_labels, emotion_words
from meu_data.grounding.prose import STAGES, Prose
from meu_data.records import Annotation, Claim, Flag, Grounding, Motion, Record, RegionMotion, Sample

_NAMES = ("reading_system", "reading_user", "fgmu_reask")


class ReadClaim(Record):
    """What a statement says of one region; `none` is what it leaves open."""

    region: str
    moves: bool
    direction: Direction
    colour: Colour
    intensity: Intensity
    au: str | None


class ModelStatement(Record):
    """A statement in the text's own words, with what it says."""

    quote: str
    claims: tuple[ReadClaim, ...]
    aus: tuple[str, ...]
    denied_aus: tuple[str, ...]


class ModelReading(AnswerForm):
    """The answer's form; `sample_id` is the wording's, not the sample's."""

    statements: tuple[ModelStatement, ...]
    emotion: str | None


@cache
def reading_schema() -> dict[str, Any]:
    """The JSON Schema of the answer, within what the services take (`answers.response_schema`)."""
    schema = ModelReading.model_json_schema()
    definitions = schema.pop("$defs")
    plain: dict[str, Any] = plain_schema(schema, definitions)
    claim = plain["properties"]["statements"]["items"]["properties"]["claims"]["items"]
    claim["properties"]["region"]["enum"] = list(CLAIMABLE)
    return plain


def reading_spec(annotation: Annotation, lang: Language, settings: ResolvedSettings) -> RequestSpec:
    """The request that asks what a draft's texts say.

    Args:
        annotation: The draft; only its three texts are used.
        lang: Language of the texts, and of the words the reader is asked with.
        settings: Who is asked, and how; recipe and pictures count for nothing.
    """
    texts = {stage: str(getattr(annotation, stage)) for stage in STAGES}
    wording = f"text-{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]}"
    return request_spec(
        settings,
        sample_id=wording,
        lang=lang,
        system=_system(lang),
        text=template("reading_user", lang).render(sample_id=wording, **texts),
        pictures=(),
        response_schema=reading_schema(),
    )


@cache
def _system(lang: Language) -> str:
    regions = [(region, region_name(region, lang)) for region in CLAIMABLE]
    emotions = [(name, words[lang]) for name, words in EMOTION_NAMES.items()]
    return template("reading_system", lang).render(regions=regions, emotions=emotions)


@cache
def readings_sha256(settings: ResolvedSettings, lang: Language) -> str:
    """Hash of all that the readings in one language share."""
    chosen = settings.model_dump(mode="json", exclude={"tier", "lang", "recipe", "images", "facts"})
    content = [chosen, [template_text(name, lang) for name in _NAMES], _system(lang), reading_schema()]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def judge_reading(spec: RequestSpec, reply: Reply) -> AnswerOutcome:
    """What an answer is worth; `read_reading` then reads one that is done."""
    return outcome_of(reply, lambda text: _read(spec.sample_id, text)[0])


def read_reading(spec: RequestSpec, reply: Reply) -> ModelReading | None:
    """Reads an answer; None when it is no reading of this wording."""
    return _read(spec.sample_id, reply.text)[1] if judge_reading(spec, reply).state == "done" else None


def _read(wording: str, text: str) -> tuple[AnswerOutcome, ModelReading | None]:
    outcome, reading = read_form(ModelReading, wording, text)
    if reading is None:
        return outcome, None
    unknown = next((c.region for said in reading.statements for c in said.claims if c.region not in CLAIMABLE), None)
    if unknown is not None:
        return AnswerOutcome("invalid", f"{unknown!r} is not one of the region names"), None
    return outcome, reading


def ground_reading(
    sample: Sample, motion: Motion, annotation: Annotation, lang: Language, reading: ModelReading
) -> Grounding:
    """Checks what a second reader read in a draft's prose, by the rules that the draft's own claims are checked by.

    Claims against the measured motion and FACS, units and emotion against the labels. Statements that no quote of the
    reader's covers count as not read.

    Args:
        sample: Whose labels are the truth.
        motion: What was measured; sides and directions are the picture's.
        annotation: The draft that was read.
        lang: Language of its texts.
        reading: What the reader made of them.
    """
    flags = [*_motion_flags(sample, motion, reading), *_label_flags(sample, motion, annotation, reading)]
    prose = Prose(sample.coded_aus, motion.regions, annotation, lang)
    quotes = [words for said in reading.statements if (words := _plain_words(said.quote))]
    missed = [
        (stage, statement.about_face, quote)
        for stage, statement, quote in prose.each()
        if not any(words in _plain_words(quote) or _plain_words(quote) in words for words in quotes)
    ]
    flags += [
        flag("not read", stage, "note", quote, stage=STAGES[stage]) for stage, about_face, quote in missed if about_face
    ]
    statements = len(prose.statements)
    return Grounding(
        sample_id=sample.id,
        score=score_of(worst_first(flags)),
        flags=worst_first(flags),
        statements=statements,
        checked=statements - len(missed),
        au_reading=sample.au_reading,
    )


def _motion_flags(sample: Sample, motion: Motion, reading: ModelReading) -> Iterator[Flag]:
    measured = {region.region: region for region in motion.regions}
    for said in reading.statements:
        claims = [_stated(claim, measured.get(claim.region)) for claim in said.claims]
        # A direction that the text leaves open is no false evidence.
        given = [
            claim
            if (read.direction, read.colour) != ("none", "none")
            else claim.model_copy(update={"direction": "none"})
            for claim, read in zip(claims, said.claims, strict=True)
            if read.moves
        ]
        for found in (*check_claims(claims, motion), *check_evidence(given, sample.coded_aus)):
            yield found.model_copy(update={"quote": said.quote})


def _stated(read: ReadClaim, region: RegionMotion | None) -> Claim:
    """A claim in which what the text leaves open is as measured, so that only what it says can be wrong."""
    if not read.moves:
        return Claim(region=read.region, colour="none", direction="none", intensity="none")
    measured = region.octant if region is not None else "none"
    by_colour = next(way for way, hue in COLOUR_OF.items() if hue == read.colour)
    direction = next((way for way in (read.direction, by_colour) if way != "none"), measured)
    intensity = read.intensity
    if intensity == "none":
        intensity = region.intensity if region is not None and region.moving else "moderate"
    colour = read.colour if read.colour != "none" else COLOUR_OF[direction]
    return Claim(region=read.region, colour=colour, direction=direction, intensity=intensity, au=read.au)


def _label_flags(sample: Sample, motion: Motion, annotation: Annotation, reading: ModelReading) -> Iterator[Flag]:
    named = [code for said in reading.statements for code in said.aus]
    told = {"claims": (), "aus": tuple(dict.fromkeys(named)), "emotion": reading.emotion or sample.emotion}
    read = annotation.model_copy(update=told)
    yield from owed(list(check_labels(sample, read)), sample, read)
    if reading.emotion is None and sample.emotion is not None:
        words = {"emotion": emotion_words(sample.emotion)}
        yield flag("conclusion without emotion", "conclusion", "minor", **words)
    shown = {seen.au.number for seen in read_map(sample.coded_aus, motion.regions).aus if seen.finding == "seen"}
    for said in reading.statements:
        for code in said.denied_aus:
            au = read_au(code)
            if au is not None and au.number in shown:
                stage = _stage_of(annotation, said.quote)
                yield flag("text denies AU", stage, "serious", said.quote, stage=STAGES[stage], au=au_words(au))


def _stage_of(annotation: Annotation, quote: str) -> str:
    words = _plain_words(quote)
    return next((stage for stage in STAGES if words in _plain_words(getattr(annotation, stage))), "motion_analysis")


def _plain_words(text: str) -> str:
    """A text without blanks, which a model may set otherwise when it quotes."""
    return "".join(text.split())
