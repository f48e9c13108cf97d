"""A workspace whose every figure is planted: pictures on the disk, measured motion, drafts, reviews and problems."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from meu_data.face.regions import Colour, Direction
from meu_data.grounding.verify import verify
from meu_data.records import (
    Annotation,
    Claim,
    Draft,
    Motion,
    Problem,
    RegionMotion,
    Review,
    Sample,
    Source,
    Statement,
    file_stem,
    joined_text,
    linked_claims,
)
from meu_data.store.ledger import MotionState
from meu_data.store.projects import Project, SentTask, store_project, store_sent_tasks
from meu_data.store.reviews import name_annotators, store_review
from meu_data.store.workspace import Workspace
from tests.builders import Moves, make_motion, make_sample

SIDE = 120
# The 68 points of a real face, in a picture of 660 px: found by dlib on the portrait.
_POINTS = (
    "210 173 211 203 214 231 216 261 224 290 240 316 262 337 286 355 315 361 346 357 375 341 403 322 423 299 436 271"
    " 443 242 449 214 453 183 226 153 241 138 262 135 284 141 304 151 356 153 376 146 396 144 418 146 432 161 328 174"
    " 327 195 327 216 326 237 300 245 312 249 324 253 338 250 351 246 250 170 263 163 279 165 293 177 277 178 261 176"
    " 361 180 375 169 392 169 407 176 393 182 376 182 266 264 287 265 309 265 324 269 340 266 360 266 382 268 360 294"
    " 338 305 321 307 304 304 284 292 273 268 308 275 323 277 339 275 374 271 339 292 322 293 306 291"
)
LANDMARKS = np.array(_POINTS.split(), float).reshape(68, 2) * SIDE / 660
SMILE: Moves = {
    "left_mouth_corner": ("up-left", "strong"),
    "right_mouth_corner": ("up-right", "strong"),
    "left_cheekbone": ("up", "strong"),
    "right_cheekbone": ("up", "strong"),
}
FROWN: Moves = {"left_inner_brow": ("down", "strong"), "right_inner_brow": ("down", "strong")}


@dataclass
class Lab:
    """The workspace and the ids of what was planted in it."""

    workspace: Workspace
    ids: list[str]
    bad: str
    """Its draft says the opposite of what was measured and labelled."""
    doubtful: str
    """Its map has a trust of .3."""
    lost: str
    """It has no map, for a reason."""


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("report")
    with Workspace.open(root / "work 工作", create=True) as workspace:
        yield filled(workspace, root / "frames")


def filled(workspace: Workspace, frames: Path) -> Lab:
    """Twelve samples of four subjects: nine in `train`, three in `test`; odd ones smile, even ones frown."""
    samples = [planted_sample(number) for number in range(12)]
    refused = Problem(
        stage="extract", corpus="dfme", split="train", file="sheet.xlsx", row=99, reason="the onset 'x' is no number"
    )
    for split in ("train", "test"):
        source = Source(corpus="dfme", split=split, sheet="sheet.xlsx", frames=str(frames))
        rows = [sample for sample in samples if sample.split == split]
        workspace.ledger.replace_source(source, [*rows, refused] if split == "train" else rows)
    lost, doubtful, bad = (samples[number] for number in (0, 1, 2))
    for number, sample in enumerate(samples):
        motion = planted_pictures(workspace.root, frames, sample, number)
        with workspace.ledger.transaction():
            if sample is lost:
                reason = f"no face was found on {sample.onset_frame}"
                problem = Problem(
                    stage="render", corpus="dfme", split=sample.split, file="sheet.xlsx", row=2, sample_id=sample.id,
                    reason=reason,
                )  # fmt: skip
                workspace.ledger.set_problem(problem)
                continue
            if sample is doubtful:
                quality = motion.quality.model_copy(update={"trust": 0.3, "flags": ("blurred", "occluded")})
                motion = motion.model_copy(update={"quality": quality})
            workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
            workspace.ledger.store_draft(planted_draft(sample, motion, wrong=sample is bad), "inputs")
    verify(workspace)
    plant_reviews(workspace, samples)
    return Lab(workspace, [sample.id for sample in samples], bad.id, doubtful.id, lost.id)


def planted_sample(number: int) -> Sample:
    subject, clip = f"sub{number % 4:04d}", f"clip{number:02d}"
    smiles = number % 2 == 1
    sample = make_sample("6+12" if smiles else "4", "happiness" if smiles else "anger", f"dfme/{subject}/{clip}/12")
    return sample.model_copy(
        update={
            "subject": subject,
            "clip": clip,
            "split": "train" if number < 9 else "test",
            "onset_frame": f"{clip}/00012.png",
            "apex_frame": f"{clip}/00020.png",
            "width": SIDE,
            "height": SIDE,
            "row": number + 2,
        }
    )


def planted_pictures(root: Path, frames: Path, sample: Sample, number: int) -> Motion:
    """Writes onset (dark), apex (bright) and a map (green), and returns motion that fits the labels."""
    digests = []
    for place, level in ((frames / sample.onset_frame, 60), (frames / (sample.apex_frame or ""), 190)):
        place.parent.mkdir(parents=True, exist_ok=True)
        picture = np.full((SIDE, SIDE, 3), level, np.uint8)
        picture[:8, :8] = number
        place.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        digests.append(hashlib.sha256(place.read_bytes()).hexdigest())
    drawn = np.full((SIDE, SIDE, 3), (0, 160, number), np.uint8)
    name = f"maps/{file_stem(sample.id)}.png"
    (root / "maps").mkdir(exist_ok=True)
    (root / name).write_bytes(cv2.imencode(".png", drawn)[1].tobytes())
    motion = make_motion(SMILE if number % 2 else FROWN, sample.id)
    return motion.model_copy(
        update={
            "onset_sha256": digests[0],
            "apex_sha256": digests[1],
            "landmarks": tuple(map(tuple, LANDMARKS.tolist())),
            "width": SIDE,
            "height": SIDE,
            "map_file": name,
            "map_sha256": hashlib.sha256((root / name).read_bytes()).hexdigest(),
        }
    )


def planted_draft(sample: Sample, motion: Motion, *, wrong: bool) -> Draft:
    """What the labels and the motion say; the wrong one has the brows rise in happiness."""
    told = [("AU12", "mouth_corner", "Both corners of the mouth"), ("AU6", "cheekbone", "Both cheekbones")]
    if sample.emotion == "anger":
        told = [("AU4", "inner_brow", "Both inner brows")]
    statements = []
    for au, part, name in told:
        moved = [region for region in motion.regions if region.moving and region.region.endswith(part)]
        claims = tuple(claim_of(region, au, wrong=wrong) for region in moved)
        way = "down" if au == "AU4" and not wrong else "up"
        statements.append(Statement(text=f"{name} move {way}, strongly.", claims=claims))
    emotion = "happiness" if wrong else sample.emotion
    aus = " and ".join(au for au, _, _ in told)
    annotation = Annotation(
        claims=linked_claims(statements),
        statements=tuple(statements),
        motion_analysis=joined_text(statements),
        expression_inference=f"{aus} are what {emotion} looks like.",
        conclusion=f"{aus}: the expression is {emotion}.",
        aus=tuple(unit.code for unit in sample.coded_aus),
        emotion=emotion,
    )
    return Draft(
        sample_id=sample.id,
        model="offline-1",
        lang="en",
        recipe="robust",
        map_sha256=motion.map_sha256,
        prompt_sha256="3" * 64,
        annotation=annotation,
    )


def claim_of(region: RegionMotion, au: str, *, wrong: bool) -> Claim:
    colours: dict[Direction, Colour] = {
        "up": "purple", "down": "yellow-green", "up-left": "blue", "up-right": "magenta",
    }  # fmt: skip
    way: Direction = "up" if wrong else region.octant
    return Claim(region=region.region, colour=colours[way], direction=way, intensity="strong", au=au)


def plant_reviews(workspace: Workspace, samples: list[Sample]) -> None:
    """Ann accepts four, corrects one and rejects one; Bo corrects one that Ann accepted."""
    ledger = workspace.ledger
    project = Project("p", "https://labels.example", 7, "proofreading", "en")
    store_project(ledger, project)
    verdicts = [("ann", 3, "accept"), ("ann", 4, "accept"), ("ann", 5, "accept"), ("ann", 6, "accept")]
    verdicts += [("ann", 7, "fixed"), ("ann", 8, "reject"), ("bo", 3, "fixed")]
    store_sent_tasks(ledger, project, [SentTask(samples[number].id, 100 + number, "x") for number in range(3, 9)])
    for at, (who, number, verdict) in enumerate(verdicts, start=1):
        (draft,) = ledger.drafts(samples[number].id)
        edited = 0.25 if verdict == "fixed" else 0.0
        review = Review(
            sample_id=samples[number].id,
            project="p",
            task=100 + number,
            annotation_id=at,
            annotator=f"{who}@lab.example",
            created_at=f"2026-01-02T03:04:{at:02d}Z",
            updated_at=f"2026-01-02T03:04:{at:02d}Z",
            lead_time_s=30.0 * at,
            verdict=verdict,
            comment="the left corner, too <script>alert(1)</script>" if verdict == "fixed" else "",
            draft=draft,
            draft_score=1.0,
            proof=draft.annotation,
            edits={"motion_analysis": edited},
            edit_distance=edited,
            grounding=0.9,
        )
        with ledger.transaction():
            store_review(ledger, review)
            name_annotators(ledger)
