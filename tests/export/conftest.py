"""A real workspace filled through its ledger: small pictures, several splits, two languages, reviews where wanted."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from meu_data.records import (
    ActionUnit,
    Annotation,
    Claim,
    Draft,
    HeadMotion,
    Motion,
    RegionMotion,
    Review,
    Sample,
    Source,
    file_stem,
    sample_id,
)
from meu_data.store.ledger import MotionState
from meu_data.store.reviews import name_annotators, store_review
from meu_data.store.workspace import Workspace
from tests.builders import LANDMARKS, sound_quality

AUS = {
    "happiness": (ActionUnit(number=12, side="L", intensity="B"), ActionUnit(number=6)),
    "surprise": (ActionUnit(number=2), ActionUnit(number=1, side="L"), ActionUnit(number=1, side="R", intensity="C")),
    "anger": (ActionUnit(number=4),),
}
EMOTIONS = tuple(AUS)


def png(seed: int, size: tuple[int, int] = (48, 40)) -> bytes:
    """A noisy colour picture of this width and height."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def _agreeing(fields: dict, *, own: bool) -> Annotation:
    """An annotation whose claims, unless the test has its own, are about no AU that it does not have."""
    annotation = Annotation.model_validate(fields)
    return annotation if own else annotation.model_copy(update={"claims": about(annotation.claims, annotation.aus)})


def about(claims: Iterable[Claim], aus: Iterable[str]) -> tuple[Claim, ...]:
    """The claims, without the AUs that are not there."""
    numbers = {code.lstrip("LRAU") for code in aus}
    return tuple(
        claim if claim.au and claim.au.lstrip("LRAU") in numbers else claim.model_copy(update={"au": None})
        for claim in claims
    )


@dataclass
class Corpus:
    """Clips of one workspace; `fill` stores them, `draft` and `render` add to what is stored."""

    workspace: Workspace
    samples: list[Sample] = field(default_factory=list)
    maps: dict[str, bytes] = field(default_factory=dict)
    reviews: int = 0

    def fill(
        self, splits: dict[str, int], *, corpus: str = "dfme", langs: tuple[str, ...] = ("en",), size=(48, 40)
    ) -> "Corpus":
        """So many rendered and drafted clips in each split."""
        for split, count in splits.items():
            samples = [self._sample(corpus, split, index) for index in range(count)]
            source = Source(corpus=corpus, split=split, sheet="/somewhere/s.xlsx", frames="/somewhere/frames")
            self.workspace.ledger.replace_source(source, samples)
            for index, sample in enumerate(samples):
                self.render(sample, png(len(self.samples) + index, size))
                for lang in langs:
                    self.draft(sample, lang=lang)
            self.samples += samples
        return self

    def render(self, sample: Sample, picture: bytes, **quality: object) -> Path:
        """Stores a motion record and its map; `quality` are fields of the map's."""
        name = f"maps/{file_stem(sample.id)}.png"
        path = self.workspace.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)
        motion = Motion(
            sample_id=sample.id,
            recipe="robust",
            solver="opencv-5.0",
            onset_sha256=hashlib.sha256(f"onset of {sample.id}".encode()).hexdigest(),
            apex_sha256=hashlib.sha256(f"apex of {sample.id}".encode()).hexdigest(),
            width=48,
            height=40,
            faces=1,
            face_box=(0, 0, 48, 40),
            landmarks=LANDMARKS,
            nose=(1, 2),
            head_motion=HeadMotion(method="nose", dx=0.1, dy=0.2),
            regions=(_region(),),
            quality=sound_quality().model_copy(update=quality),
            map_file=name,
            map_sha256=hashlib.sha256(picture).hexdigest(),
        )
        with self.workspace.ledger.transaction():
            # The same picture by both recipes, so that drafts and reviews describe it whichever a style wants.
            for recipe in ("robust", "mellm"):
                drawn = motion.model_copy(update={"recipe": recipe})
                self.workspace.ledger.store_motion(drawn, MotionState("inputs", "frames", name))
        self.maps[sample.id] = picture
        return path

    def doubt(self, sample: Sample, trust: float, *flags: str) -> None:
        """Gives the map of a stored clip this trust and these flags."""
        self.render(sample, self.maps[sample.id], trust=trust, flags=flags)

    def measure(self, sample: Sample, regions: Iterable[RegionMotion]) -> None:
        """Gives the map of a stored clip these measurements."""
        with self.workspace.ledger.transaction():
            for recipe in ("robust", "mellm"):
                motion = self.workspace.ledger.motion(sample.id, recipe).model_copy(update={"regions": tuple(regions)})
                self.workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))

    def draft(self, sample: Sample, *, lang: str = "en", model: str = "offline-1", **changes: object) -> None:
        """Stores a draft; `changes` go into its annotation."""
        words = {"en": "The left corner of the mouth moves up.", "zh": "画面左侧嘴角向上移动。"}
        annotation = {
            "claims": (
                Claim(region="left_mouth_corner", colour="purple", direction="up", intensity="slight", au="AU12"),
                Claim(region="chin", colour="none", direction="none", intensity="none"),
            ),
            "motion_analysis": words[lang],
            "expression_inference": "It speaks for this emotion.\nNothing speaks against it.",
            "conclusion": f"The expression is {sample.emotion}.",
            "aus": tuple(au.code for au in sample.aus),
            "emotion": sample.emotion,
        }
        draft = Draft(
            sample_id=sample.id,
            model=model,
            lang=lang,
            recipe="robust",
            map_sha256=hashlib.sha256(self.maps[sample.id]).hexdigest(),
            prompt_sha256="2" * 64,
            annotation=_agreeing(annotation | changes, own="claims" in changes),
        )
        with self.workspace.ledger.transaction():
            self.workspace.ledger.store_draft(draft, "inputs")

    def review(
        self,
        sample: Sample,
        *,
        annotator: str = "ann@lab.example",
        verdict: str | None = "accept",
        lang: str = "en",
        model: str = "offline-1",
        grounding: float | None = 0.9,
        map_confirmed: bool = False,
        **changes: object,
    ) -> Review:
        """Stores what a person said of a draft that is there; `changes` go into the proof."""
        (draft,) = (one for one in self.workspace.ledger.drafts(sample.id) if (one.lang, one.model) == (lang, model))
        self.reviews += 1
        time = f"2026-01-02T03:{self.reviews // 60:02d}:{self.reviews % 60:02d}Z"
        review = Review(
            sample_id=sample.id,
            project="dfme",
            task=self.reviews,
            annotation_id=self.reviews,
            annotator=annotator,
            created_at=time,
            updated_at=time,
            verdict=verdict,
            skipped=verdict is None,
            draft=draft,
            proof=None
            if verdict is None
            else _agreeing(draft.annotation.model_dump() | changes, own="claims" in changes),
            edit_distance=0.25,
            grounding=grounding,
            map_confirmed=map_confirmed,
        )
        with self.workspace.ledger.transaction():
            store_review(self.workspace.ledger, review)
            name_annotators(self.workspace.ledger)
        return review

    def _sample(self, corpus: str, split: str, index: int) -> Sample:
        # Later clips get smaller names, so that the order of filling is not the order of ids.
        # Nobody is in two splits.
        subject, clip = f"{'' if split == 'train' else split}S{index % 3}", f"{split}_{999 - index:03d}"
        emotion = EMOTIONS[index % 3]
        return Sample(
            id=sample_id(corpus, subject, clip, 3, 9),
            corpus=corpus,
            split=split,
            subject=subject,
            clip=clip,
            onset=3,
            apex=9,
            offset=12,
            emotion=emotion,
            aus=AUS[emotion],
            onset_frame=f"{clip}/00003.png",
            apex_frame=f"{clip}/00009.png",
            width=48,
            height=40,
            sheet="s.xlsx",
            row=index + 2,
        )


def _region() -> RegionMotion:
    numbers = {"mean": 0.5, "max": 1.0, "dx": 0.0, "dy": -0.5, "direction_deg": 270.0}
    return RegionMotion(
        region="left_mouth_corner", octant="up", coherence=0.9, significance=5.0, intensity="slight", **numbers
    )


@pytest.fixture
def corpus(tmp_path):
    """An empty workspace in a folder with a blank and Chinese letters in its name."""
    with Workspace.open(tmp_path / "工作 space", create=True) as workspace:
        yield Corpus(workspace)
