"""The clip that a service is shown: the face from onset to apex, as a video or in pictures."""

import base64
import io

import cv2
import numpy as np
import pytest

from meu_data.drafting.requests.spec import request_settings
from meu_data.frames import read_frame
from meu_data.store.ledger import MotionState
from tests.drafting.online.samples import identifier, make_motion

av = pytest.importorskip("av")
ONE = identifier(1)
LEVELS = [40, 80, 120, 160, 200]
"""Of the frames 1 to 5, each of one grey."""


@pytest.fixture
def filmed(workspace_of):
    """A workspace of one sample whose frames can be seen."""
    workspace = workspace_of(1)
    folder = workspace.root.parent / "frames" / "c1"
    for number, level in enumerate(LEVELS, 1):
        cv2.imwrite(str(folder / f"{number:05d}.png"), np.full((64, 64, 3), level, np.uint8))
    digests = {f"{end}_sha256": read_frame(folder / f"0000{n}.png").sha256 for end, n in (("onset", 1), ("apex", 5))}
    motion = make_motion(ONE).model_copy(update=digests)
    with workspace.ledger.transaction():
        workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    return workspace, folder


def asked(draft, workspace, provider):
    settings = request_settings(provider, model="local" if provider == "openai" else None, images="video")
    return draft(workspace, provider=provider, settings=settings)


def middle(picture):
    """The level between the eyes; beside the frame the cut-out is black."""
    assert picture.shape[:2] == (448, 448)
    return float(picture[170, 224].mean())


def test_gemini_is_shown_a_video_of_one_picture_a_second(filmed, gemini, draft):
    assert asked(draft, filmed[0], "gemini").drafted == 1
    clip, text = gemini.bodies[ONE]["contents"][0]["parts"]
    assert clip["inlineData"]["mimeType"] == "video/mp4"
    assert "text" in text
    with av.open(io.BytesIO(base64.b64decode(clip["inlineData"]["data"]))) as video:
        frames = list(video.decode(video=0))
    assert [float(frame.time) for frame in frames] == [0, 1, 2, 3, 4]
    assert [middle(frame.to_ndarray(format="bgr24")) for frame in frames] == pytest.approx(LEVELS, abs=4)


def test_another_service_is_shown_its_pictures(filmed, openai, draft):
    assert asked(draft, filmed[0], "openai").drafted == 1
    *shown, text = openai.bodies[ONE]["messages"][1]["content"]
    assert text["type"] == "text"
    data = [picture["image_url"]["url"].removeprefix("data:image/jpeg;base64,") for picture in shown]
    pictures = [cv2.imdecode(np.frombuffer(base64.b64decode(one), np.uint8), cv2.IMREAD_COLOR) for one in data]
    assert [middle(picture) for picture in pictures] == pytest.approx(LEVELS, abs=2)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: [(folder / f"0000{n}.png").unlink() for n in (2, 3, 4)], "take --images pair"),
        (lambda folder: (folder / "00003.png").write_bytes(b"no picture"), "00003.png"),
        (lambda folder: (folder / "00005.png").write_bytes((folder / "00004.png").read_bytes()), "render` again"),
    ],
    ids=["a pair alone", "a damaged frame", "another apex"],
)
def test_a_clip_that_cannot_be_shown_is_a_problem_and_costs_nothing(filmed, gemini, draft, spoil, reason):
    workspace, folder = filmed
    spoil(folder)
    summary = asked(draft, workspace, "gemini")
    assert (summary.problems, summary.calls) == (1, 0)
    (problem,) = workspace.ledger.problems("draft")
    assert reason in problem.reason
