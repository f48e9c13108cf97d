"""A workspace whose labels are known, and files of predictions about it."""

import json

import pytest

from meu_data.face.au_notation import parse_aus
from meu_data.records import Sample, Source, sample_id
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import make_motion

# subject, clip, emotion, AUs; four subjects, three classes.
CLIPS = (
    ("s1", "a", "happiness", "6+12"),
    ("s1", "b", "disgust", "4+9"),
    ("s2", "a", "happiness", "12"),
    ("s2", "b", "surprise", "1+2"),
    ("s3", "a", "disgust", "4"),
    ("s3", "b", "others", "14"),
    ("s4", "a", "surprise", "1+2+5"),
    ("s4", "b", "happiness", "12+25"),
)


def clip_id(subject: str, clip: str) -> str:
    return sample_id("casme2", subject, clip, 1)


@pytest.fixture(scope="session")
def labelled_workspace(tmp_path_factory):
    """Eight labelled and measured samples; the corners of the mouth go up on every face."""
    root = tmp_path_factory.mktemp("labelled")
    with Workspace.open(root, create=True) as workspace:
        samples = [
            Sample(
                id=clip_id(subject, clip),
                corpus="casme2",
                split="train" if subject == "s1" else "test",
                subject=subject,
                clip=clip,
                onset=1,
                apex=5,
                offset=9,
                emotion=emotion,
                aus=parse_aus(aus),
                onset_frame="1.png",
                apex_frame="5.png",
                width=640,
                height=480,
                sheet="sheet.xlsx",
                row=row,
            )
            for row, (subject, clip, emotion, aus) in enumerate(CLIPS, start=2)
        ]
        for split in ("train", "test"):
            source = Source(corpus="casme2", split=split, sheet="sheet.xlsx", frames="frames")
            workspace.ledger.replace_source(source, [one for one in samples if one.split == split])
        with workspace.ledger.transaction():
            for sample in samples:
                moves = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
                motion = make_motion(moves, sample.id)
                workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    return root


@pytest.fixture
def said(tmp_path):
    """Writes predictions as JSON lines."""

    def write(rows, name="said.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
