"""Two models' drafts of the same samples, side by side: agreement, grounding, cost."""

from pydantic import Field

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.face.regions import INTENSITIES, near
from meu_data.records import Annotation, Claim, Record
from meu_data.store.attempts import usd_of_model
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.drafts import DraftFilter, DraftPair, count_drafts, draft_models, drafts_of_both
from meu_data.store.ledger import Ledger
from meu_data.store.workspace import Workspace


class ModelSide(Record):
    """One model's drafts; the means are over the samples that both models drafted."""

    model: str
    drafts: int = Field(description="in this language, of all samples")
    grounded: int = Field(description="of the common samples, how many `verify` has checked")
    mean_score: float | None = Field(description="None when none was checked")
    sound: float | None = Field(description="share of the checked drafts without a serious flag")
    read: float | None = Field(description="share of the checked drafts' statements that could be read")
    claims: float | None = Field(description="per draft")
    usd: float | None = Field(description="spent, unknown calls at their estimate; None when no call is recorded")
    usd_per_draft: float | None


class Agreement(Record):
    """How alike the drafts of the common samples are; shares from 0 to 1, None where there is nothing to share."""

    aus: float | None = Field(description="samples whose AU lists are equal")
    emotion: float | None = Field(description="samples with the same emotion")
    regions: float | None = Field(description="regions both claim, of those either claims")
    direction: float | None = Field(description="regions both claim, within one octant")
    intensity: float | None = Field(description="regions both claim, in the same bin")
    evidence: float | None = Field(description="regions both claim, for the same AUs")


class Comparison(Record):
    """The drafts of two models in one language."""

    lang: Language
    common: int
    agreement: Agreement
    sides: tuple[ModelSide, ModelSide]


class _Counts:
    """Sums over the common samples."""

    def __init__(self) -> None:
        self.samples = self.same_aus = self.same_emotion = 0
        self.either = self.both = self.direction = self.intensity = self.evidence = 0
        self.claims = [0, 0]
        self.scores: list[list[float]] = [[], []]
        self.sound = [0, 0]
        self.statements = [0, 0]
        self.read = [0, 0]

    def add(self, pair: DraftPair) -> None:
        one, other = (draft.annotation for draft in pair.drafts)
        self.samples += 1
        self.same_aus += set(one.aus) == set(other.aus)
        self.same_emotion += one.emotion == other.emotion
        left, right = _by_region(one), _by_region(other)
        self.either += len(left.keys() | right.keys())
        for region in left.keys() & right.keys():
            a, b = left[region][0], right[region][0]
            self.both += 1
            self.direction += near(a.direction, b.direction)
            self.intensity += INTENSITIES.index(a.intensity) == INTENSITIES.index(b.intensity)
            self.evidence += {claim.au for claim in left[region]} == {claim.au for claim in right[region]}
        for side, annotation in enumerate((one, other)):
            self.claims[side] += len(annotation.claims)
            grounding = pair.groundings[side]
            if grounding is not None:
                self.scores[side].append(grounding.score)
                self.sound[side] += grounding.sound
                self.statements[side] += grounding.statements
                self.read[side] += grounding.checked


@on_a_sound_ledger
def compare(workspace: Workspace, model_a: str, model_b: str, lang: Language | None = None) -> Comparison:
    """Sets two models' drafts of the same samples side by side.

    Args:
        workspace: An open workspace.
        model_a: As the drafts name it.
        model_b: Likewise.
        lang: Language of the drafts; the workspace's setting when None.

    Raises:
        MeuError: The models are the same, or one has no drafts in this language.
    """
    ledger, lang = workspace.ledger, lang or workspace.settings.lang
    if model_a == model_b:
        raise MeuError(f"name two models; {model_a!r} was named twice")
    drafts = {model: count_drafts(ledger, DraftFilter(None, model, lang)) for model in (model_a, model_b)}
    for model, count in drafts.items():
        if count == 0:
            known = ", ".join(draft_models(ledger))
            raise MeuError(f"there are no drafts by {model!r} in {lang}; models with drafts: {known or 'none'}")
    counts = _Counts()
    for pair in drafts_of_both(ledger, model_a, model_b, lang):
        counts.add(pair)
    one, other = (
        _side(ledger, model, lang, drafts[model], counts, side) for side, model in enumerate((model_a, model_b))
    )
    return Comparison(lang=lang, common=counts.samples, agreement=_agreement(counts), sides=(one, other))


def _side(ledger: Ledger, model: str, lang: str, drafts: int, counts: _Counts, side: int) -> ModelSide:
    scores = counts.scores[side]
    usd = usd_of_model(ledger, model, lang)
    return ModelSide(
        model=model,
        drafts=drafts,
        grounded=len(scores),
        mean_score=_share(sum(scores), len(scores)),
        sound=_share(counts.sound[side], len(scores)),
        read=_share(counts.read[side], counts.statements[side]),
        claims=_share(counts.claims[side], counts.samples),
        usd=None if usd is None else round(usd, 6),
        usd_per_draft=None if usd is None else round(usd / drafts, 6),
    )


def _agreement(counts: _Counts) -> Agreement:
    return Agreement(
        aus=_share(counts.same_aus, counts.samples),
        emotion=_share(counts.same_emotion, counts.samples),
        regions=_share(counts.both, counts.either),
        direction=_share(counts.direction, counts.both),
        intensity=_share(counts.intensity, counts.both),
        evidence=_share(counts.evidence, counts.both),
    )


def _by_region(annotation: Annotation) -> dict[str, list[Claim]]:
    regions: dict[str, list[Claim]] = {}
    for claim in annotation.claims:
        regions.setdefault(claim.region, []).append(claim)
    return regions


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
