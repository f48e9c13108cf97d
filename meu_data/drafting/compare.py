"""Several models' drafts of the same samples, side by side: grounding, agreement, cost, and how they write."""

import itertools
import re
from collections.abc import Sequence

from pydantic import Field

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.face.regions import near
from meu_data.language.layout import CHINESE_SIGN
from meu_data.language.reader import read
from meu_data.language.reading import ReadStatement
from meu_data.records import ANNOTATION_STAGES, Annotation, Claim, Draft, Grounding, Record
from meu_data.store.attempts import latency_of_model, usd_of_model
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.drafts import DraftFilter, count_drafts, draft_models, drafts_of_all
from meu_data.store.workspace import Workspace


class ModelSide(Record):
    """One model's drafts; the means are over the samples that all models drafted."""

    model: str
    drafts: int = Field(description="in this language, of all samples")
    grounded: int = Field(description="of the common samples, how many `verify` has checked")
    mean_score: float | None = Field(description="None when none was checked")
    sound: float | None = Field(description="share of the checked drafts without a serious flag")
    read: float | None = Field(description="share of the checked drafts' statements that could be read")
    claims: float | None = Field(description="per draft")
    words: float | None = Field(description="per draft; Chinese characters where the text is Chinese")
    statements: float | None = Field(description="per draft, of all three stages")
    inference_steps: float | None = Field(description="statements of the second stage, per draft")
    hedged: float | None = Field(description="share of the statements that name an AU or an emotion with reserve")
    usd: float | None = Field(description="spent, calls maybe billed included; None when no call is recorded")
    usd_per_draft: float | None
    latency_s: float | None = Field(description="mean time of an answer, s; None when none is recorded")


class Agreement(Record):
    """How alike two models' drafts of the common samples are; shares from 0 to 1, None where nothing is shared."""

    one: str
    other: str
    aus: float | None = Field(description="samples whose AU lists are equal")
    emotion: float | None = Field(description="samples with the same emotion")
    regions: float | None = Field(description="regions both claim, of those either claims")
    direction: float | None = Field(description="regions both claim, within one octant")
    intensity: float | None = Field(description="regions both claim, in the same bin")
    evidence: float | None = Field(description="regions both claim, for the same AUs")


class Comparison(Record):
    """The drafts of several models in one language."""

    lang: Language
    common: int
    sides: tuple[ModelSide, ...]
    pairs: tuple[Agreement, ...]


class _PairCounts:
    """Sums over the common samples of two models."""

    def __init__(self) -> None:
        self.samples = self.aus = self.emotion = 0
        self.either = self.both = self.direction = self.intensity = self.evidence = 0

    def add(self, one: Annotation, other: Annotation) -> None:
        self.samples += 1
        self.aus += set(one.aus) == set(other.aus)
        self.emotion += one.emotion == other.emotion
        left, right = _by_region(one), _by_region(other)
        self.either += len(left.keys() | right.keys())
        for region in left.keys() & right.keys():
            a, b = left[region][0], right[region][0]
            self.both += 1
            self.direction += near(a.direction, b.direction)
            self.intensity += a.intensity == b.intensity
            self.evidence += {claim.au for claim in left[region]} == {claim.au for claim in right[region]}

    def agreement(self, one: str, other: str) -> Agreement:
        return Agreement(
            one=one,
            other=other,
            aus=_share(self.aus, self.samples),
            emotion=_share(self.emotion, self.samples),
            regions=_share(self.both, self.either),
            direction=_share(self.direction, self.both),
            intensity=_share(self.intensity, self.both),
            evidence=_share(self.evidence, self.both),
        )


class _SideCounts:
    """Sums over the common samples of one model."""

    def __init__(self) -> None:
        self.samples = self.claims = self.words = self.statements = self.steps = self.hedged = 0
        self.score = 0.0
        self.grounded = self.sound = self.readable = self.read = 0

    def add(self, draft: Draft, grounding: Grounding | None) -> None:
        self.samples += 1
        self.claims += len(draft.annotation.claims)
        for stage in ANNOTATION_STAGES:
            text = getattr(draft.annotation, stage)
            said = read(text, draft.lang).statements
            self.words += len(CHINESE_SIGN.findall(text)) if draft.lang == "zh" else len(text.split())
            self.statements += len(said)
            self.hedged += sum(map(_hedged, said))
            if stage == "expression_inference":
                self.steps += len(said)
        if grounding is not None:
            self.grounded += 1
            self.score += grounding.score
            self.sound += grounding.sound
            self.readable += grounding.statements
            self.read += grounding.checked


@on_a_sound_ledger
def compare(workspace: Workspace, models: Sequence[str], lang: Language | None = None) -> Comparison:
    """Sets several models' drafts of the same samples side by side.

    Args:
        workspace: An open workspace.
        models: As the drafts name them, `MODEL+labels` where less was told; `offline` is the offline writer.
        lang: Language of the drafts; the workspace's setting when None.

    Raises:
        MeuError: There are fewer than two models, one was named twice, or one has no drafts in this language.
    """
    ledger, lang = workspace.ledger, lang or workspace.settings.lang
    names = chosen_models(workspace, models, lang)
    sides = {name: _SideCounts() for name in names}
    pairs = {pair: _PairCounts() for pair in itertools.combinations(names, 2)}
    common = 0
    for found in drafts_of_all(ledger, names, lang):
        common += 1
        for name, count in sides.items():
            count.add(*found.by_model[name])
        for (one, other), both in pairs.items():
            both.add(found.by_model[one][0].annotation, found.by_model[other][0].annotation)
    return Comparison(
        lang=lang,
        common=common,
        sides=tuple(_side(workspace, name, lang, count) for name, count in sides.items()),
        pairs=tuple(count.agreement(*pair) for pair, count in pairs.items()),
    )


def chosen_models(workspace: Workspace, models: Sequence[str], lang: Language) -> list[str]:
    """The models by the names that their drafts carry.

    Raises:
        MeuError: As `compare`.
    """
    known = draft_models(workspace.ledger)
    names = [_named(model, known) for model in models]
    twice = next((name for name in names if names.count(name) > 1), None)
    if len(names) < 2 or twice is not None:
        raise MeuError(f"name two models or more; {f'{twice!r} was named twice' if twice else 'one is not enough'}")
    for name in names:
        if count_drafts(workspace.ledger, DraftFilter(None, name, lang)) == 0:
            listed = ", ".join(known) or "none"
            raise MeuError(f"there are no drafts by {name!r} in {lang}; models with drafts: {listed}")
    return names


def _named(model: str, known: Sequence[str]) -> str:
    """The offline writer's drafts name its version, too."""
    versions = [name for name in known if re.fullmatch(rf"{re.escape(model)}-\d+", name)]
    return versions[-1] if model == "offline" and model not in known and versions else model


def _side(workspace: Workspace, model: str, lang: Language, counts: _SideCounts) -> ModelSide:
    drafts = count_drafts(workspace.ledger, DraftFilter(None, model, lang))
    usd = usd_of_model(workspace.ledger, model, lang)
    latency = latency_of_model(workspace.ledger, model, lang)
    return ModelSide(
        model=model,
        drafts=drafts,
        grounded=counts.grounded,
        mean_score=_share(counts.score, counts.grounded),
        sound=_share(counts.sound, counts.grounded),
        read=_share(counts.read, counts.readable),
        claims=_share(counts.claims, counts.samples),
        words=_share(counts.words, counts.samples),
        statements=_share(counts.statements, counts.samples),
        inference_steps=_share(counts.steps, counts.samples),
        hedged=_share(counts.hedged, counts.statements),
        usd=None if usd is None else round(usd, 6),
        usd_per_draft=None if usd is None else round(usd / drafts, 6),
        latency_s=None if latency is None else round(latency, 3),
    )


def _hedged(said: ReadStatement) -> bool:
    reserved = any(emotion.hedged or emotion.polarity == "supposed" for emotion in said.emotions)
    return reserved or any(unit.polarity == "supposed" for unit in said.units)


def _by_region(annotation: Annotation) -> dict[str, list[Claim]]:
    regions: dict[str, list[Claim]] = {}
    for claim in annotation.claims:
        regions.setdefault(claim.region, []).append(claim)
    return regions


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
