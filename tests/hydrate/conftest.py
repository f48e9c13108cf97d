"""A workspace of real frames in several folders and formats, rendered, drafted and reviewed; exports of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from meu_data.drafting import draft_offline
from meu_data.export import export
from meu_data.motion.render import render
from meu_data.records import ActionUnit, Sample, Source, sample_id
from meu_data.store.workspace import Workspace
from tests.conftest import bump, moved
from tests.review.builders import make_review, store

MAP_SIZE = 112
CORNER = ((73, 114), (-1.5, -1.5), 8)
# Split, subject, clip, format of the frames. The order of ids goes to and fro between the splits, and TIFF is what an
# export turns into PNG.
CLIPS = (
    ("testA", "s1", "a", ".png"),
    ("train", "s2", "b", ".jpg"),
    ("testA", "s3", "c", ".tif"),
    ("train", "s4", "d", ".png"),
    ("train", "s5", "e", ".bmp"),
)
BESIDE = ("a", "b")


@dataclass
class Lab:
    """A workspace, the folders of its frames, and what its exports are made of."""

    workspace: Workspace
    folders: list[Path]
    samples: list[Sample]

    def export(self, out: Path, *, pixels: bool, style: str = "unifer-cot", **options) -> Path:
        """An export of all samples; all show one face, so the splits leak."""
        source = "proofread" if style == "preference" else "drafts"
        arguments = {
            "style": style,
            "format": "hf",
            "source": source,
            "pixels": pixels,
            "allow_leaks": True,
        } | options
        export(self.workspace, out, **arguments)
        return out


def files(folder: Path) -> dict[str, bytes]:
    """Everything below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="session")
def lab(tmp_path_factory, face_bgr):
    """Rendered once; tests must not change it."""
    root = tmp_path_factory.mktemp("lab 帧")
    with Workspace.open(root / "work", create=True) as workspace:
        folders = {split: root / f"frames of {split}" for split in ("train", "testA")}
        samples = [_sample(row, folders[clip[0]], face_bgr, *clip) for row, clip in enumerate(CLIPS)]
        for split, folder in folders.items():
            source = Source(corpus="dfme", split=split, sheet=f"{split}.xlsx", frames=str(folder))
            workspace.ledger.replace_source(source, [sample for sample in samples if sample.split == split])
        assert render(workspace, map_size=MAP_SIZE, workers=1).rendered == len(samples)
        draft_offline(workspace)
        _review(workspace)
        yield Lab(workspace, list(folders.values()), samples)


def _sample(row: int, folder: Path, face: np.ndarray, split: str, subject: str, clip: str, ending: str) -> Sample:
    names = [f"{subject}/{clip}/{number:03d}{ending}" for number in (1, 5)]
    if clip in BESIDE:  # The frame after the onset, which is averaged into it.
        beside = folder / f"{subject}/{clip}/002{ending}"
        beside.parent.mkdir(parents=True)
        beside.write_bytes(cv2.imencode(ending, cv2.add(face, 1))[1].tobytes())
    flow = bump((192, 192), *CORNER) * (1 + row / 10) + 0.2 * row
    for name, picture in zip(names, (face, moved(face, flow)), strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(cv2.imencode(ending, picture)[1].tobytes())
    return Sample(
        id=sample_id("dfme", subject, clip, 1, 5),
        corpus="dfme",
        split=split,
        subject=subject,
        clip=clip,
        onset=1,
        apex=5,
        offset=9,
        emotion="happiness",
        aus=(ActionUnit(number=12), ActionUnit(number=6, side="L")),
        onset_frame=names[0],
        apex_frame=names[1],
        width=192,
        height=192,
        sheet=f"{split}.xlsx",
        row=row + 2,
    )


def _review(workspace: Workspace) -> None:
    """One person changes every draft a little."""
    for task, sample in enumerate(list(workspace.ledger.samples()), start=1):
        (draft,) = workspace.ledger.drafts(sample.id)
        review = make_review(
            "ann@lab.example",
            sample=sample.id,
            annotation_id=task,
            verdict="fixed",
            draft=draft,
            proof=draft.annotation.model_copy(update={"conclusion": "A person says happiness."}),
            edit_distance=0.25,
            grounding=0.9,
        )
        store(workspace.ledger, review)


@pytest.fixture(scope="session")
def bare_export(lab, tmp_path_factory):
    """An export without pixels, not to be changed."""
    return lab.export(tmp_path_factory.mktemp("bare") / "out", pixels=False)


@pytest.fixture(scope="session")
def whole_export(lab, tmp_path_factory):
    """The same with pixels."""
    return lab.export(tmp_path_factory.mktemp("whole") / "out", pixels=True)


@pytest.fixture
def bare(bare_export, tmp_path):
    """A copy of the export without pixels."""
    return shutil.copytree(bare_export, tmp_path / "out 出")


@pytest.fixture
def frames(lab, tmp_path):
    """Copies of the folders of frames."""
    return [shutil.copytree(folder, tmp_path / "frames" / folder.name) for folder in lab.folders]
