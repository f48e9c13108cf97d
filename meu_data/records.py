"""The records that pass from stage to stage: the one vocabulary all of them share.

Every record is frozen and refuses unknown fields, so what the ledger holds is what the stage wrote.
`schemas/` holds their JSON Schemas.
"""

import hashlib
import operator
import re
from collections.abc import Iterable
from itertools import chain
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from meu_data.choices import DEFAULT_FACTS, AuReading, Facts, Language, Recipe, Verdict
from meu_data.errors import MeuError
from meu_data.face.regions import CLEAR_INTENSITIES, Colour, Direction, Intensity, PersonSide

Stage = Literal["extract", "spot", "render", "draft", "verify", "push", "pull", "export"]
Affine = tuple[tuple[float, float, float], tuple[float, float, float]]
QualityFlag = Literal[
    "head_motion",
    "head_turn",
    "incoherent",
    "inconsistent",
    "light_change",
    "blurred",
    "saturated",
    "small_face",
    "codec_blocks",
    "other_face",
    "occluded",
    "tilted",
    "averted",
    "unlikely_face",
    "no_human",
    "outside",
    "unmeasured",
]
RegionState = Literal["still", "moving", "not measurable"]
# Why a region cannot be measured: beyond the frame, black or white, behind hair or a hand, without texture, its
# standard error is larger than the motion that counts, or the eye turned behind it.
UnmeasurableReason = Literal["outside", "saturated", "occluded", "blurred", "noisy", "gaze", "head"]
# What a person proofreads, and where what they left standing came from.
ProofField = Literal["aus", "emotion", "motion_analysis", "expression_inference", "conclusion", "claims"]
FieldOrigin = Literal["prediction", "prediction-changed", "manual", "empty"]


# What a clip shows, as the sheet says; all that follows a sheet takes the micro-expressions.
ExpressionKind = Literal["micro", "macro"]
AuIntensity = Literal["A", "B", "C", "D", "E"]


def _is_all(value: object) -> bool:
    return value == "all"


def _is_none(value: object) -> bool:
    return value is None


class Record(BaseModel):
    """Base of all records: immutable, closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActionUnit(Record):
    """One action unit as a FACS coder scored it; the side is the person's own.

    What is the same for almost all of them is not written, so that records without it keep their bytes.
    """

    number: int = Field(ge=1, le=99)
    side: PersonSide | None = None
    intensity: AuIntensity | None = None
    other_intensity: AuIntensity | None = Field(
        default=None, exclude_if=_is_none, description="the coder wrote `intensity` or this one"
    )
    asymmetric: bool = Field(
        default=False,
        exclude_if=operator.not_,
        description="on both sides, stronger on one; with a side: or on that alone",
    )
    part: Literal["top", "bottom"] | None = Field(
        default=None, exclude_if=_is_none, description="the lip it is confined to"
    )
    certain: bool = Field(default=True, exclude_if=bool, description="false where the coder marked it as uncertain")
    alternative: int | None = Field(
        default=None,
        ge=1,
        exclude_if=_is_none,
        description="the coder meant one of the sample's AUs that have the same number here",
    )

    @property
    def code(self) -> str:
        """`AU12`, or `LAU12` / `RAU12` when one-sided; without intensity."""
        return f"{self.side or ''}AU{self.number}"

    @property
    def settled(self) -> bool:
        """Whether the coder wrote it without doubt."""
        return self.certain and self.alternative is None

    @property
    def facs(self) -> str:
        """FACS notation, as SAMM's key has it: `12`, `R12A`, `A12B`, `A/L4`, `T23`, `14A/B`; `7?` where uncertain."""
        asymmetric = ("A/" if self.side else "A") if self.asymmetric else ""
        part = {"top": "T", "bottom": "B", None: ""}[self.part]
        other = f"/{self.other_intensity}" if self.other_intensity else ""
        doubt = "" if self.certain else "?"
        return f"{asymmetric}{self.side or ''}{part}{self.number}{self.intensity or ''}{other}{doubt}"


SpotMethod = Literal["motion", "middle"]
# Why the sheet's own onset and apex are not used.
SpotReason = Literal["missing", "disordered", "asked"]


FrameChooser = Literal["sheet", "motion", "middle"]
"""Who chose an onset or an apex: the coders, the face's motion, or nobody (halfway)."""


class Spot(Record):
    """Onset and apex that were found in the frames, beside those of the sheet."""

    onset: int = Field(ge=0)
    apex: int = Field(ge=0)
    method: SpotMethod = Field(description="the summit of the face's motion, or halfway between onset and offset")
    reason: SpotReason
    confidence: float | None = Field(
        ge=0,
        le=1,
        description="share of repetitions under the clip's own noise that find the same apex; null if unmeasured",
    )
    sheet_onset: int
    sheet_apex: int | None


class Sample(Record):
    """One micro-expression clip whose sheet row and frames were found sound."""

    id: str
    corpus: str
    split: str
    subject: str
    clip: str
    kind: ExpressionKind = "micro"
    onset: int = Field(ge=0)
    apex: int | None = Field(ge=0, description="null where the sheet has none and none was spotted")
    offset: int = Field(ge=0)
    emotion: str | None = Field(description="one of the program's names; null where the corpus does not label it")
    emotion_written: str = Field(default="", description="the sheet's cell")
    aus: tuple[ActionUnit, ...] | None = Field(
        description="those that count under `au_reading`; null where the corpus does not label them"
    )
    aus_left_out: tuple[ActionUnit, ...] = Field(default=(), description="coded, but not counted under `au_reading`")
    au_reading: AuReading = "all"
    aus_written: str = Field(default="", description="the sheet's cell, or its cells joined by +")
    objective_class: str | None = Field(default=None, description="group of AUs after Davison et al. 2017, 1 to 7")
    fps: float | None = Field(default=None, gt=0)
    inducement: str | None = None
    remarks: str | None = None
    notes: tuple[str, ...] = Field(default=(), description="what was not taken as it is written, and why")
    onset_frame: str = Field(description="POSIX path below the source's frames folder")
    apex_frame: str | None = Field(description="POSIX path below the source's frames folder; null without an apex")
    width: int
    height: int
    sheet: str = Field(description="file name of the annotation sheet")
    row: int = Field(ge=1, description="row number as a spreadsheet shows it")
    spot: Spot | None = Field(
        default=None, exclude_if=_is_none, description="where onset and apex come from when not from the sheet"
    )

    @property
    def waits(self) -> bool:
        """Whether it has no pair to measure: the apex is missing, or does not come after the onset."""
        return self.apex is None or self.apex_frame is None or self.apex <= self.onset

    @property
    def onset_by(self) -> FrameChooser:
        """Who chose the onset; it is the sheet's where spotting found the same."""
        return "sheet" if self.spot is None or self.spot.onset == self.spot.sheet_onset else self.spot.method

    @property
    def apex_by(self) -> FrameChooser:
        """Who chose the apex."""
        return "sheet" if self.spot is None else self.spot.method

    @property
    def coded_aus(self) -> tuple[ActionUnit, ...]:
        """The AUs that count, none where the corpus labels none: for those to whom both are the same."""
        return self.aus or ()

    @property
    def pair(self) -> tuple[str, str]:
        """The paths of its onset and its apex frame.

        Raises:
            MeuError: It has no apex yet.
        """
        if self.apex_frame is None or self.waits:
            wanted = "no apex" if self.apex is None else f"its apex {self.apex} at or before its onset {self.onset}"
            raise MeuError(f"{self.id} has {wanted}; run `meu-data spot`")
        return self.onset_frame, self.apex_frame


class Source(Record):
    """Where the samples of one corpus and split were read from; paths are this machine's."""

    corpus: str
    split: str
    sheet: str
    frames: str


class Problem(Record):
    """Something a stage could not do, and why: nothing is skipped in silence."""

    stage: Stage
    corpus: str
    split: str
    file: str = Field(description="file name of the sheet; the reason names the frame where it is about one")
    row: int | None = Field(default=None, description="row number as a spreadsheet shows it")
    event: int = Field(default=1, ge=1, description="which of the row's expressions")
    sample_id: str | None = None
    reason: str


class HeadMotion(Record):
    """What was taken out of the flow as motion of the whole head, onset → apex."""

    method: Literal["nose", "similarity", "turn"] = Field(
        description="`turn`: a similarity and, beyond it, a smooth field for a turn out of the picture's plane"
    )
    dx: float = Field(description="px to the right")
    dy: float = Field(description="px down")
    rotation_deg: float = Field(default=0.0, description="clockwise as seen in the picture")
    scale: float = 1.0
    turn_px: float = Field(
        default=0.0, ge=0, description="root mean square over the face of what a turn adds to the similarity"
    )
    turn_deg: float = Field(
        default=0.0, ge=0, lt=360, description="where the middle of the face goes in a turn: right 0, down 90"
    )


class Light(Record):
    """How the light on the apex frame differs from that on the onset frame; taken out before motion is measured."""

    gain: float = Field(gt=0, description="mean grey level of the apex's face over the onset's")
    slope_x: float = Field(description="change of the gain per eye distance to the right")
    slope_y: float = Field(description="change of the gain per eye distance down")
    gamma: float = Field(default=1.0, gt=0, description="exponent of the tone curve, 1 where it is the same")


# Below this the vectors of a region, or of a whole map, disagree so much that their mean direction says little.
LEAST_COHERENCE = 0.5


class RegionMotion(Record):
    """The measured motion of one region after head motion was taken out; y points down."""

    region: str
    mean: float = Field(description="mean magnitude, px")
    max: float = Field(description="99th percentile of the magnitude, px")
    dx: float = Field(description="mean vector, px to the right")
    dy: float = Field(description="mean vector, px down")
    direction_deg: float = Field(ge=0, lt=360, description="angle of the mean vector: right 0, down 90")
    octant: Direction
    coherence: float = Field(ge=0, le=1, description="|sum of vectors| / sum of magnitudes")
    significance: float = Field(ge=0, description="length of the mean vector in units of the map's own noise")
    intensity: Intensity = Field(description="`none` when the region did not move beyond the noise")
    state: RegionState = Field(
        default_factory=lambda known: "still" if known.get("intensity", "none") == "none" else "moving",
        description="what is not measurable is neither still nor moving",
    )
    reason: UnmeasurableReason | None = Field(default=None, description="why it is not measurable")
    error_px: float | None = Field(
        default=None, ge=0, description="standard error of the mean vector from this pair's noise; None where unknown"
    )
    trust: float = Field(default=1.0, ge=0, le=1, description="how far state and direction can be believed")
    closure: float | None = Field(
        default=None, description="of an upper lid: the share of the eye's opening that closed; below 0 it opened"
    )
    place: Direction | None = Field(
        default=None, description="of `outside_face` that moves: which way from the face it does so"
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        # By the fields themselves: every map that is read has dozens of these.
        if (self.state == "moving") != (self.intensity != "none"):
            raise ValueError(f"a region that is {self.state} cannot have the intensity {self.intensity!r}")
        if (self.state == "not measurable") != (self.reason is not None):
            raise ValueError(f"a region that is {self.state} has the reason {self.reason!r}")
        return self

    @property
    def moving(self) -> bool:
        """Whether the region moved beyond the map's noise."""
        return self.state == "moving"

    @property
    def still(self) -> bool:
        """Whether the region was measured and did not move."""
        return self.state == "still"

    @property
    def measurable(self) -> bool:
        """Whether anything can be said of the region."""
        return self.state != "not measurable"

    @property
    def coherent(self) -> bool:
        """Whether the vectors agree enough for their mean direction to say something."""
        return self.coherence >= LEAST_COHERENCE

    @property
    def clear(self) -> bool:
        """Whether the region moved plainly and in one direction."""
        return self.coherent and self.intensity in CLEAR_INTENSITIES


class Quality(Record):
    """How far a map can be trusted; `flags` names what an annotator should know. Thresholds: docs/quality.md."""

    head_residual_px: float = Field(ge=0, description="motion left on the quietest third of the face; px of the map")
    coherence: float = Field(ge=0, le=1, description="mean coherence of the regions, weighted by their motion")
    inconsistency_px: float = Field(
        ge=0, description="upper quartile of the flow's forward-backward error on the face; px of the map"
    )
    light_change: float = Field(description="mean grey level of the apex's face minus the onset's")
    sharpness: float = Field(ge=0, description="standard deviation of the Laplacian over that of the grey levels")
    saturated: float = Field(ge=0, le=1, description="share of the face that is black or white without a pattern")
    eye_distance_px: float = Field(ge=0, description="size of the face; px of the frame")
    face_score: float | None = Field(
        default=None, description="of the detector on the onset; sharp faces have 0.5 to 3"
    )
    scatter: float | None = Field(
        default=None, ge=0, description="how far the landmarks wander with the detection's box; eye distances"
    )
    network_score: float | None = Field(
        default=None, ge=0, description="of dlib's network on the face alone; None where the landmarks leave no doubt"
    )
    roll_deg: float | None = Field(default=None, description="tilt of the head on the frame, clockwise")
    nose_offset: float | None = Field(
        default=None, description="of the nose's tip to the right of the middle between the eyes; eye distances"
    )
    nose_drop: float | None = Field(
        default=None, description="of the nose's tip below the eyes, of the way to the corners of the mouth"
    )
    face_distance: float | None = Field(
        default=None, ge=0, description="between the face descriptors of both frames; None where they are plainly alike"
    )
    blockiness: float | None = Field(
        default=None, ge=0, description="step of the grey levels at the edges of a codec's blocks over that between"
    )
    light: Light | None = Field(default=None, description="what was matched; None where a recipe does not match light")
    light_rest: float | None = Field(
        default=None,
        ge=0,
        description="what matching light and motion leave unexplained on the worst tenth of the face; grey levels",
    )
    trust: float = Field(default=1.0, ge=0, le=1, description="how far the map as a whole can be believed")
    flags: tuple[QualityFlag, ...] = ()


class FrameUsed(Record):
    """A frame that a measurement rests on, beside onset and apex."""

    frame: str = Field(description="POSIX path below the source's frames folder")
    sha256: str


class Motion(Record):
    """What render measured on one pair, and the map it wrote."""

    sample_id: str
    recipe: Recipe
    solver: str = Field(description="solver and version")
    onset_sha256: str
    apex_sha256: str
    onset_beside: tuple[FrameUsed, ...] = Field(default=(), description="frames averaged into the onset against noise")
    apex_beside: tuple[FrameUsed, ...] = Field(default=(), description="frames averaged into the apex against noise")
    width: int = Field(description="of the frames, px")
    height: int = Field(description="of the frames, px")
    faces: int = Field(ge=1)
    face_box: tuple[int, int, int, int] = Field(description="left, top, right, bottom; px")
    landmarks: tuple[tuple[float, float], ...] = Field(
        min_length=68, max_length=68, description="68 points (x, y) of the onset frame, px"
    )
    alignment: Affine | None = Field(
        default=None, description="the affine map from frame to map pixels, where the map is an aligned face crop"
    )
    nose: tuple[int, int]
    head_motion: HeadMotion
    regions: tuple[RegionMotion, ...]
    quality: Quality
    map_file: str = Field(description="POSIX path below the workspace")
    map_sha256: str
    face_hash: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{128}$",
        description="of the face on the map, and of its mirror image; None where an older meu-data drew it",
    )
    notes: tuple[str, ...] = ()


class Claim(Record):
    """What is stated of one region; `au` is the AU it is given as evidence for, if any."""

    region: str
    colour: Colour
    direction: Direction
    intensity: Intensity
    au: str | None = Field(default=None, description="AU code such as AU12 or LAU12")


class Statement(Record):
    """One sentence of a motion analysis, with the claims it states; none where it tells of no motion."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    claims: tuple[Claim, ...] = ()


# What a Chinese sentence ends with; no blank follows it.
_FULL_WIDTH = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]$")


def joined_text(statements: Iterable[Statement]) -> str:
    """The text that is shown and exported: the statements in order, a blank between them, none behind Chinese ones."""
    text = ""
    for statement in statements:
        text += f"{'' if not text or _FULL_WIDTH.search(text) else ' '}{statement.text}"
    return text


def linked_claims(statements: Iterable[Statement]) -> tuple[Claim, ...]:
    """The claims of statements in order, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(statement.claims for statement in statements)))


class Annotation(Record):
    """An FGMU annotation: the three-stage text and its structured claims.

    Where the first stage came as statements, `motion_analysis` is their joined text and `claims` are theirs.
    """

    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...] = Field(
        default=(),
        exclude_if=lambda statements: not statements,
        description="stage 1, sentence by sentence; left out where only its text is known",
    )
    motion_analysis: str = Field(min_length=1, description="stage 1: motion analysis and AU recognition")
    expression_inference: str = Field(min_length=1, description="stage 2: expression inference")
    conclusion: str = Field(min_length=1, description="stage 3: conclusion")
    aus: tuple[str, ...]
    emotion: str | None = Field(description="null where none is labelled and none is stated")

    @property
    def linked(self) -> tuple[Statement, ...]:
        """The statements, as long as they are what the text says and what is claimed; else none."""
        told = self.statements
        holds = joined_text(told) == self.motion_analysis and set(linked_claims(told)) == set(self.claims)
        return told if holds else ()


class Draft(Record):
    """A machine's annotation of one sample."""

    sample_id: str
    model: str
    lang: Language
    recipe: Recipe = Field(description="of the map it describes")
    map_sha256: str = Field(description="the map it describes; another map makes the draft stale")
    prompt_sha256: str = Field(description="hash of everything the text was made from")
    au_reading: AuReading = Field(
        default="all", exclude_if=_is_all, description="which of the coder's AUs counted as labels"
    )
    response_id: str | None = None
    facts: Facts = Field(default=DEFAULT_FACTS, description="what its writer was told beside the pictures")
    annotation: Annotation


FlagSeverity = Literal["serious", "minor", "note"]
FlagKind = Literal[
    "emotion",
    "extra_au",
    "missing_au",
    "unexplained_au",
    "side",
    "direction",
    "significance",
    "colour",
    "intensity",
    "unmentioned",
    "region",
    "evidence",
    "conclusion",
    "text",
]


class Flag(Record):
    """One thing that a draft says and that the measurement, the labels or the draft itself contradict.

    `subject` is a region, an AU code, an emotion, or the field of the annotation that is meant. `serious` makes a
    draft unsound, `minor` asks for a look, `note` is tolerated.
    """

    kind: FlagKind
    subject: str
    severity: FlagSeverity
    en: str
    zh: str
    quote: str = Field(default="", description="the statement of the text that is meant, if it is one")

    def sentence(self, lang: Language) -> str:
        """The flag in one language."""
        return self.en if lang == "en" else self.zh


AnnotationStage = Literal["motion_analysis", "expression_inference", "conclusion"]
ANNOTATION_STAGES: tuple[AnnotationStage, ...] = get_args(AnnotationStage)
FindingKind = Literal["confirmed", "contradicted", "not measurable", "not read"]


class StatementFinding(Record):
    """What became of one statement of a text: `start` and `end` are its place in the text of its stage."""

    stage: AnnotationStage
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    finding: FindingKind


class Grounding(Record):
    """The check of one draft: a score, and what is wrong, the worst first."""

    sample_id: str
    score: float = Field(ge=0, le=1, description="1 when nothing is wrong; each flag takes a share of what is left")
    flags: tuple[Flag, ...]
    statements: int = Field(default=0, ge=0, description="of the three texts")
    checked: int = Field(default=0, ge=0, description="statements that could be read; the others lower the score")
    findings: tuple[StatementFinding, ...] = Field(default=(), description="of the statements, in order")
    au_reading: AuReading = Field(
        default="all", exclude_if=_is_all, description="which of the coder's AUs counted as labels"
    )

    @property
    def sound(self) -> bool:
        """Whether no flag is serious."""
        return all(flag.severity != "serious" for flag in self.flags)

    def sentences(self, lang: Language) -> list[str]:
        """What is wrong, one sentence each, the worst first."""
        return [flag.sentence(lang) for flag in self.flags]


class Review(Record):
    """One version of what one person said about one sample; the ledger keeps every version that was pulled."""

    sample_id: str
    project: str = Field(description="key of the Label Studio project, as its description holds it")
    task: int
    annotation_id: int
    annotator: str = Field(description="as the server names the person; exports hold a pseudonym instead")
    edited_from: str | None = Field(
        default=None, description="whose annotation it was that this person changed; such a version is no blind opinion"
    )
    expert: bool = Field(default=False, description="whether it was given in a round of experts, who see all opinions")
    created_at: str = Field(description="RFC 3339, UTC, the server's clock")
    updated_at: str = Field(description="RFC 3339, UTC, the server's clock")
    lead_time_s: float | None = None
    skipped: bool = False
    verdict: Verdict | None = Field(description="as ticked, else implied by the edits; None when skipped or incomplete")
    verdict_ticked: bool = False
    quality: int | None = Field(default=None, ge=1, le=5)
    map_confirmed: bool = Field(
        default=False, description="whether the person looked at the map and found its colours to be the face's motion"
    )
    comment: str = ""
    draft: Draft | None = Field(description="the draft the person was shown; None when the task had lost it")
    draft_score: float | None = Field(default=None, description="grounding of that draft, as shown")
    draft_flags: tuple[str, ...] = Field(default=(), description="kinds of that grounding's flags, as shown")
    proof: Annotation | None = Field(description="None when skipped or incomplete")
    origins: dict[ProofField, FieldOrigin] = {}
    edits: dict[ProofField, float] = Field(
        default={}, description="edit distance draft → proof by field, 0 equal to 1 nothing in common"
    )
    edit_distance: float | None = Field(default=None, ge=0, le=1, description="over the three texts joined")
    grounding: float | None = Field(default=None, description="score of the proof against the measured motion")
    proof_flags: tuple[str, ...] = Field(default=(), description="kinds of that grounding's flags")
    fault: str | None = Field(default=None, description="the rule it breaks; such a review does not count")
    contradictions: tuple[str, ...] = Field(
        default=(),
        description="where text, ticks and claims contradict each other; then nothing else is wrong",
    )


# Behind the model's name of a draft that a repair replaced: kept to be looked at, not to be learnt from.
REJECTED = "+rejected"


def sample_problem(stage: Stage, sample: Sample, reason: str, *, file: str | None = None) -> Problem:
    """A stage's problem with one sample."""
    return Problem(
        stage=stage,
        corpus=sample.corpus,
        split=sample.split,
        file=file or sample.sheet,
        row=sample.row,
        sample_id=sample.id,
        reason=reason,
    )


def sample_id(corpus: str, subject: str, clip: str, onset: int, apex: int | None = None) -> str:
    """The id of a sample: `<corpus>/<subject>/<clip>/<onset>`, all as the sheet has them.

    Args:
        corpus: Its name.
        subject: As the sheet has it.
        clip: As the sheet has it.
        onset: As the sheet has it.
        apex: Only where two events of the clip share an onset; then `-<apex>` is added.
    """
    return f"{corpus}/{subject}/{clip}/{onset}" + ("" if apex is None else f"-{apex}")


_PLAIN = re.compile(r"[a-z0-9.-]+(?:_[a-z0-9.-]+)*(?:/[a-z0-9.-]+(?:_[a-z0-9.-]+)*)*")
_LONGEST_STEM = 150


def file_stem(identifier: str) -> str:
    """A file name (without ending) for a sample id: readable, one per id, safe on every file system.

    Plain ids keep their letters, with `__` for the slashes. Ids with capitals, blanks or other scripts
    would meet on a file system that folds case, so they get a short hash of the id behind them.

    Returns:
        Letters, digits, `.`, `_` and `-` only; at most 150 characters.
    """
    stem = identifier.replace("/", "__")
    if _PLAIN.fullmatch(identifier) and len(stem) <= _LONGEST_STEM and not stem.startswith("."):
        return stem
    digest = hashlib.sha256(identifier.encode(errors="surrogatepass")).hexdigest()[:12]
    return re.sub(r"[^a-z0-9._-]+", "_", stem.lower()).lstrip(".")[: _LONGEST_STEM - 13] + "-" + digest
