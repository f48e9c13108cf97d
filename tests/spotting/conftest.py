from pathlib import Path

import cv2
import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.records import Source
from meu_data.store.workspace import Workspace
from meu_data.synth.clip import ClipPainter
from meu_data.synth.plan import film, plan_clip
from meu_data.synth.portrait import SubjectMaker
from tests.builders import make_sample

SIZE = (400, 300)


@pytest.fixture(scope="session")
def finder():
    return FaceFinder(find_landmark_model())


@pytest.fixture(scope="session")
def filmed(tmp_path_factory):
    """A filmed smile on the disk: its plan, and the folder that holds its folder of frames."""
    plan = film(plan_clip(3, 0, 1, 4), 3, 60)
    subject = SubjectMaker(find_landmark_model()).make(3, 0, SIZE)
    root = tmp_path_factory.mktemp("frames 帧")
    (root / "clip").mkdir()
    for number, frame in enumerate(ClipPainter(plan, subject, 3).frames()):
        (root / "clip" / f"img{number:03d}.png").write_bytes(cv2.imencode(".png", frame)[1].tobytes())
    return plan, root


def filmed_sample(plan, apex="none", **changes):
    """The clip's row, with another apex than the true one."""
    number = {"none": None, "true": plan.apex, "onset": plan.onset, "late": plan.offset - 1}[apex]
    values = {
        "onset": plan.onset,
        "apex": number,
        "offset": plan.offset,
        "onset_frame": f"clip/img{plan.onset:03d}.png",
        "apex_frame": None if number is None else f"clip/img{number:03d}.png",
        "clip": "clip",
        "width": SIZE[0],
        "height": SIZE[1],
    }
    return make_sample("12").model_copy(update=values | changes)


@pytest.fixture
def hold(filmed, tmp_path):
    """A function that makes, or corrects, a workspace that holds these samples of the filmed clip."""
    opened: list[Workspace] = []

    def put(*samples) -> Workspace:
        if not opened:
            opened.append(Workspace.open(tmp_path / "work", create=True))
        source = Source(corpus="dfme", split="train", sheet="sheet.xlsx", frames=str(Path(filmed[1])))
        opened[0].ledger.replace_source(source, samples)
        return opened[0]

    yield put
    for workspace in opened:
        workspace.close()
