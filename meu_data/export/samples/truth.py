"""The gathered truth of one row: what the ledger and the disk say about one sample, checked against each other."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from meu_data.choices import Language
from meu_data.corpora.corpus import labels_of
from meu_data.errors import FrameError, MeuError, NotationError
from meu_data.export.samples.frame_pair import FramePair, read_pair
from meu_data.face.au_notation import parse_code
from meu_data.face.class_sets import ClassSet
from meu_data.frames import read_bytes
from meu_data.grounding.agreement import contradictions
from meu_data.records import ANNOTATION_STAGES, ActionUnit, Annotation, Draft, Motion, Review, Sample
from meu_data.store.confined import map_path

# Markup that trainers give a meaning of their own: UniFER's tags, picture placeholders (LLaMA-Factory and
# ms-swift count them), tool calls, and the special tokens of chat templates. In prose it would change the row.
_MARKUP = re.compile(r"<\s*/?\s*(?:think|answer|image|video|audio|tool_call|tool_response)\b[^<>]*>|<\|", re.IGNORECASE)

# What a row's words come from: machine drafts, people who proofread them, or the corpus's labels alone.
TextSource = Literal["drafts", "proofread", "labels"]


class RowError(MeuError):
    """One sample cannot become a row; the export goes on without it."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """All that any style may say about one sample.

    `annotation` and `draft` are None where the row tells the labels only (`source` "labels"); `review` is there
    for proofread rows, and `annotator` is the pseudonym of the person whose it is. `pair` is there for styles
    that show the frames (`Style.framed`). `classes` is the protocol by which emotions are told, if there is one.
    """

    sample: Sample
    motion: Motion
    lang: Language
    map_png: bytes
    source: TextSource
    annotation: Annotation | None = None
    draft: Draft | None = None
    review: Review | None = None
    annotator: str | None = None
    pair: FramePair | None = None
    classes: ClassSet | None = None

    @property
    def texts(self) -> Annotation:
        """The annotation, for styles that tell its texts (`Style.drafted`)."""
        if self.annotation is None:
            raise ValueError(f"{self.sample.id} was gathered without texts")
        return self.annotation

    @property
    def told_emotion(self) -> str | None:
        """What the row says the emotion is: the person's word where one proofread it, else the corpus's, if any.

        With a protocol it is the class of that.
        """
        said = self.texts.emotion if self.source == "proofread" else self.sample.emotion
        if said is not None and self.classes is not None:
            said = self.classes.class_of(self.sample.corpus, self.sample.subject, self.sample.clip, said)
        return said

    @property
    def emotion(self) -> str:
        """`told_emotion`, for styles that need one."""
        if self.told_emotion is None:
            raise ValueError(f"{self.sample.id} was gathered without an emotion")
        return self.told_emotion

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels of which the row's emotion is one: the protocol's, else the corpus's."""
        return self.classes.classes if self.classes else labels_of(self.sample.corpus)

    @property
    def told_aus(self) -> tuple[ActionUnit, ...] | None:
        """The row's action units: the person's choice where one proofread it, else the corpus's; None for no labels.

        A unit that the person kept has the intensity that the corpus's coder gave it.
        """
        if self.source != "proofread" or (self.sample.aus is None and not self.texts.aus):
            return self.sample.aus
        coded = {unit.code: unit for unit in self.sample.coded_aus}
        return tuple(coded.get(code) or parse_code(code) for code in self.texts.aus)

    @property
    def aus(self) -> tuple[ActionUnit, ...]:
        """`told_aus`, none where they are not labelled: for those to whom both are the same."""
        return self.told_aus or ()

    @property
    def edit_distance(self) -> float | None:
        """How far the person's texts are from the draft's: 0 equal to 1 nothing in common; None when nobody read it."""
        return self.review.edit_distance if self.review else None


def gather(sample: Sample, motion: Motion, draft: Draft, *, root: Path, frames: Path | None = None) -> SampleTruth:
    """Brings together what a row of machine drafts says, and refuses what does not fit together.

    `frames`: the folder of the frames, for a style that shows them (`Style.framed`).

    Raises:
        RowError: The draft contradicts the labels, holds markup or describes another map, or a picture is missing or
            changed.
    """
    _check_draft_labels(sample, draft)
    again = "draft this sample again or correct its text"
    _check_text(sample, draft.annotation, f"the draft by {draft.model}", again)
    if draft.map_sha256 != motion.map_sha256:
        reason = f"the draft by {draft.model} describes another map than the one of now; run `meu-data draft` again"
        raise RowError(sample.sheet, reason)
    png, pair = _map_png(motion, root), _pair(sample, motion, frames)
    return SampleTruth(sample, motion, draft.lang, png, "drafts", draft.annotation, draft, pair=pair)


def gather_proof(
    sample: Sample,
    motion: Motion,
    review: Review,
    *,
    root: Path,
    annotator: str,
    frames: Path | None = None,
    compared: bool = False,
) -> SampleTruth:
    """Brings together what a proofread row says: the person's words and labels beside the draft they were shown.

    The person may have changed the emotion and the action units; the row says what the person says.

    Args:
        sample: The sample with the corpus's labels.
        motion: What was measured on it, and its map.
        review: What the person said; not skipped.
        root: The workspace's folder.
        annotator: The person's pseudonym.
        frames: The folder of the source's frames, for a style that shows them (`Style.framed`).
        compared: The row tells the draft's text as well (`Style.compared`), so that must be sound, too.

    Raises:
        RowError: The review lacks its draft or its proof, was made on another map, names an emotion that the corpus
            does not know or no action unit of FACS, has an empty stage or markup, or a picture is missing or changed.
    """
    again = "correct it in Label Studio and run `meu-data pull`"
    draft, proof = review.draft, review.proof
    if proof is None:
        raise RowError(sample.sheet, f"the review of this sample has no proofread annotation; {again}")
    if draft is None:
        reason = "the review of this sample has lost the draft it is about; run `meu-data push` and review it again"
        raise RowError(sample.sheet, reason)
    if draft.map_sha256 != motion.map_sha256:
        reason = "the review was made on another map than the one of now; run `meu-data push` and review it again"
        raise RowError(sample.sheet, reason)
    _check_class(sample, proof.emotion, "the review", again)
    _check_codes(sample, proof, again)
    _check_text(sample, proof, "the proofread annotation", again)
    if compared:
        _check_text(sample, draft.annotation, f"the draft by {draft.model}", "draft this sample again")
    png, pair = _map_png(motion, root), _pair(sample, motion, frames)
    return SampleTruth(sample, motion, draft.lang, png, "proofread", proof, draft, review, annotator, pair)


def gather_labels(
    sample: Sample, motion: Motion, *, root: Path, lang: Language, frames: Path | None = None
) -> SampleTruth:
    """Brings together what a row says that needs no text (`Style.drafted` is false): the map and the corpus's labels.

    `frames`: the folder of the frames, for a style that shows them (`Style.framed`).

    Raises:
        RowError: The emotion is not one of the corpus's, or a picture is missing or changed.
    """
    _check_class(sample, sample.emotion, "the sheet", "correct the sheet")
    return SampleTruth(sample, motion, lang, _map_png(motion, root), "labels", pair=_pair(sample, motion, frames))


def check_agreement(truth: SampleTruth) -> None:
    """Makes sure that the text, the emotion, the AUs and the claims of a proofread row agree.

    Raises:
        RowError: They do not; the reason quotes the sentences.
    """
    if found := contradictions(truth.texts, truth.lang):
        reasons = "; ".join(dict.fromkeys(map(str, found)))
        again = "correct it in Label Studio and run `meu-data pull`, or let it pass with --allow-contradictions"
        raise RowError(truth.sample.sheet, f"the review contradicts itself: {reasons}; {again}")


def _check_class(sample: Sample, emotion: str | None, who: str, again: str) -> None:
    if emotion is None:
        return
    allowed = labels_of(sample.corpus)
    if emotion not in allowed:
        labels = ", ".join(allowed) or "none"
        reason = (
            f"{who} names the emotion {emotion!r}, the corpus {sample.corpus!r} has these labels: {labels}; {again}"
        )
        raise RowError(sample.sheet, reason)


def _check_draft_labels(sample: Sample, draft: Draft) -> None:
    # A sheet corrected after drafting leaves a draft that explains the wrong label.
    annotation, again = draft.annotation, "run `meu-data draft` again"
    _check_class(sample, sample.emotion, "the sheet", "correct the sheet")
    if annotation.emotion != sample.emotion:
        reason = f"the draft by {draft.model} says {annotation.emotion!r}, the sheet {sample.emotion!r}; {again}"
        raise RowError(sample.sheet, reason)
    try:
        stated = {parse_code(code).number for code in annotation.aus}
    except NotationError as error:
        raise RowError(sample.sheet, f"the draft by {draft.model}: {error}; {again}") from error
    if extra := stated - {au.number for au in sample.coded_aus}:
        names = ", ".join(f"AU{number}" for number in sorted(extra))
        raise RowError(sample.sheet, f"the draft by {draft.model} names {names}, which the sheet does not; {again}")


def _check_codes(sample: Sample, proof: Annotation, again: str) -> None:
    try:
        for code in [*proof.aus, *(claim.au for claim in proof.claims if claim.au)]:
            parse_code(code)
    except NotationError as error:
        raise RowError(sample.sheet, f"the proofread annotation: {error}; {again}") from error


def _check_text(sample: Sample, annotation: Annotation, who: str, again: str) -> None:
    for name in ANNOTATION_STAGES:
        text, stage = getattr(annotation, name), name.replace("_", " ")
        if not text.strip():
            raise RowError(sample.sheet, f"{who} has nothing in its {stage}; {again}")
        if found := _MARKUP.search(text):
            reason = f"{who} has the markup {found.group()!r} in its {stage}, which a trainer would obey; {again}"
            raise RowError(sample.sheet, reason)


def _pair(sample: Sample, motion: Motion, frames: Path | None) -> FramePair | None:
    if frames is None:
        return None
    try:
        return read_pair(sample, motion, frames)
    except FrameError as error:
        raise RowError(sample.sheet, str(error)) from error


def _map_png(motion: Motion, root: Path) -> bytes:
    again = f"run `meu-data render --force --only {motion.sample_id}`"
    try:
        png = read_bytes(map_path(root, motion.map_file), name=motion.map_file)
    except FrameError as error:
        raise RowError(motion.map_file, f"{error}; {again}") from error
    if hashlib.sha256(png).hexdigest() != motion.map_sha256:
        raise RowError(motion.map_file, f"the map is not the one that was rendered; {again}")
    return png
