"""A sample as a card: its pictures, its labels, its drafts statement by statement, and what people said of them."""

import base64
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import Language, Recipe
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.grounding.doubts import MAP_DOUBTS
from meu_data.motion.sample_pictures import Tile, pictures_of
from meu_data.records import (
    ANNOTATION_STAGES,
    Annotation,
    Draft,
    FindingKind,
    Grounding,
    Motion,
    Review,
    Sample,
    StatementFinding,
)
from meu_data.report.tables import Say, card_anchor
from meu_data.review.screen.html import SIGNS, regions_html
from meu_data.review.screen.tasks import labels_text
from meu_data.store.drafts import groundings
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.projects import task_links
from meu_data.store.reviews import current_reviews, pseudonyms
from meu_data.store.workspace import Workspace

_SIDE, _JPEG = 208, 82
FINDING_SIGNS: dict[FindingKind, str] = {
    "confirmed": "✔",
    "contradicted": "✖",
    "not measurable": "○",
    "not read": "?",
}
"""What stands before a statement, so that its finding does not hang on colour alone."""


class Piece(NamedTuple):
    """A stretch of a text; `kind` is the class of its finding, empty between statements."""

    text: str
    kind: str = ""
    sign: str = ""
    title: str = ""


class DraftView(NamedTuple):
    """One draft with its check."""

    model: str
    lang: str
    score: float | None
    aus: str
    emotion: str
    stages: list[list[Piece]]
    flags: list[tuple[str, str]]


class ReviewView(NamedTuple):
    """What one person said."""

    annotator: str
    verdict: str
    comment: str
    edits: float | None
    fault: str


class Card(NamedTuple):
    """What is shown of one sample. A picture is the source of an `img`, or the reason why there is none."""

    id: str
    anchor: str
    group: str
    soundness: float | None
    trust: float | None
    labels: str
    onset: str
    apex: str
    drawn: str
    changed: bool
    doubts: list[str]
    regions: str
    drafts: list[DraftView]
    reviews: list[ReviewView]
    links: list[str]
    keys: dict[str, str]


class CardMaker:
    """Makes the cards of a workspace one at a time; only one sample is held."""

    def __init__(self, workspace: Workspace, recipe: Recipe, lang: Language, say: Say) -> None:
        self._workspace, self._recipe, self._lang, self._say = workspace, recipe, lang, say
        self._folders = FrameFolders(workspace.ledger)
        self._names = pseudonyms(workspace.ledger)

    def cards(self, groups: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Card]:
        """The cards of the ids of each group, in order."""
        for group, ids in groups:
            for name in ids:
                sample = self._workspace.ledger.samples_of([name])[name]
                yield self._card(sample, group)

    def _card(self, sample: Sample, group: str) -> Card:
        ledger, lang = self._workspace.ledger, self._lang
        motion = ledger.motion(sample.id, self._recipe)
        checked = {(one.model, one.lang): one.grounding for one in groundings(ledger, sample.id)}
        found = [(draft, checked.get((draft.model, draft.lang))) for draft in ledger.drafts(sample.id)]
        reviews = current_reviews(ledger, sample.id)
        pictures = pictures_of(self._workspace, sample, motion, self._folders, self._recipe)
        known = [grounding.score for _, grounding in found if grounding]
        values = [*known, *([motion.quality.trust] if motion else [])]
        return Card(
            id=sample.id,
            anchor=card_anchor(sample.id),
            group=group,
            soundness=min(values, default=None),
            trust=motion.quality.trust if motion else None,
            labels=labels_text(sample, lang),
            onset=_source(pictures.onset),
            apex=_source(pictures.apex),
            drawn=_source(pictures.drawn),
            changed=pictures.changed,
            doubts=[MAP_DOUBTS[doubt][lang] for doubt in motion.quality.flags] if motion else [],
            regions=regions_html(motion, lang) if motion else "",
            drafts=[self._draft(draft, grounding) for draft, grounding in found],
            reviews=[self._review(review) for review in reviews],
            links=task_links(ledger, sample.id),
            keys=_keys(sample, motion, [grounding for _, grounding in found if grounding], reviews, group),
        )

    def _draft(self, draft: Draft, grounding: Grounding | None) -> DraftView:
        told, findings = draft.annotation, grounding.findings if grounding else ()
        return DraftView(
            model=draft.model,
            lang=draft.lang,
            score=grounding.score if grounding else None,
            aus=" ".join(told.aus) or "–",
            emotion=EMOTION_NAMES.get(told.emotion, {self._lang: told.emotion})[self._lang] if told.emotion else "–",
            stages=[self._pieces(told, stage, findings) for stage in ANNOTATION_STAGES],
            flags=[
                (flag.severity, f"{SIGNS[flag.severity]} {flag.sentence(self._lang)}")
                for flag in (grounding.flags if grounding else ())
            ],
        )

    def _pieces(self, told: Annotation, stage: str, findings: Sequence[StatementFinding]) -> list[Piece]:
        names = finding_names(self._say)
        text, at, pieces = str(getattr(told, stage)), 0, []
        for one in findings:
            if one.stage == stage:
                kind = one.finding.replace(" ", "-")
                pieces += [
                    Piece(text[at : one.start]),
                    Piece(text[one.start : one.end], kind, FINDING_SIGNS[one.finding], names[one.finding]),
                ]
                at = one.end
        return [piece for piece in (*pieces, Piece(text[at:])) if piece.text]

    def _review(self, review: Review) -> ReviewView:
        verdict = self._say("skipped", "跳过") if review.skipped else review.verdict or "–"
        name = self._names.get(review.annotator, "annotator")
        return ReviewView(name, verdict, review.comment, review.edit_distance, review.fault or "")


def finding_names(say: Say) -> dict[FindingKind, str]:
    """What the findings are called."""
    return {
        "confirmed": say("confirmed", "得到证实"),
        "contradicted": say("contradicted", "与测量或标签不符"),
        "not measurable": say("not measurable", "无法测量"),
        "not read": say("not read", "未能读懂"),
    }


def _source(tile: Tile) -> str:
    """A small JPEG as an `img` takes it, or the reason why there is none."""
    if isinstance(tile, str):
        return tile
    height, width = tile.shape[:2]
    scale = min(1, _SIDE / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small: NDArray[np.uint8] = np.asarray(cv2.resize(tile, size, interpolation=cv2.INTER_AREA), np.uint8)
    # The colours of a map are its meaning: they are not thinned out.
    wanted = [cv2.IMWRITE_JPEG_QUALITY, _JPEG]
    wanted += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    _, data = cv2.imencode(".jpg", small, wanted)
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}"


def _keys(
    sample: Sample, motion: Motion | None, checked: Sequence[Grounding], reviews: Sequence[Review], group: str
) -> dict[str, str]:
    """What cards are filtered by; several values of one key are parted by `|`."""
    kinds = dict.fromkeys(item.finding for grounding in checked for item in grounding.findings)
    flags = dict.fromkeys(flag.kind for grounding in checked for flag in grounding.flags)
    return {
        "group": group,
        "corpus": sample.corpus,
        "split": sample.split,
        "subject": sample.subject,
        "emotion": sample.emotion or "",
        "au": "|".join(dict.fromkeys(f"AU{unit.number}" for unit in sample.coded_aus)),
        "finding": "|".join(kinds),
        "flag": "|".join(flags),
        "doubt": "|".join(motion.quality.flags) if motion else "",
        "verdict": "|".join(dict.fromkeys(review.verdict for review in reviews if review.verdict)),
    }
