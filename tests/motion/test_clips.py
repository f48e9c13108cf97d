import cv2
import numpy as np
import pytest
from PIL import Image

from meu_data.errors import MeuError
from meu_data.frames import read_frame
from meu_data.motion.clips import fading_in, save_clip, write_clip
from meu_data.motion.render import render


@pytest.fixture
def rendered(face_workspace):
    render(face_workspace, recipe="mellm", workers=1, limit=1)
    (sample,) = face_workspace.ledger.samples(limit=1)
    return face_workspace, sample


def pictures_of(path):
    with Image.open(path) as clip:
        for place in range(clip.n_frames):
            clip.seek(place)
            yield np.asarray(clip.convert("RGB"), dtype=np.int16)[..., ::-1]


def test_a_clip_goes_from_the_grey_onset_to_the_map_the_same_each_time(rendered, tmp_path):
    workspace, sample = rendered
    first, second = (write_clip(workspace, sample.id, tmp_path / name, recipe="mellm") for name in ("1.gif", "2.gif"))
    assert first.output.read_bytes() == second.output.read_bytes()
    assert (first.pictures, first.onset, first.apex) == (2, 1, 5)
    shown = list(pictures_of(first.output))
    frames = tmp_path / "frames 帧"
    onset = cv2.cvtColor(read_frame(frames / sample.onset_frame).bgr, cv2.COLOR_BGR2GRAY)
    drawn = read_frame(workspace.root / workspace.ledger.motion(sample.id, "mellm").map_file).bgr
    # 256 colours for all pictures are a few levels off.
    assert np.abs(shown[0] - onset[..., None].astype(np.int16)).mean() < 4
    assert np.abs(shown[-1] - drawn.astype(np.int16)).mean() < 8


def test_the_map_fades_in_evenly():
    pictures = [np.full((4, 6, 3), 100, np.uint8)] * 5
    drawn = np.full((4, 6, 3), (0, 0, 200), np.uint8)
    levels = [tuple(map(int, picture[0, 0])) for picture in fading_in(pictures, drawn, held=2)]
    steps = [(100, 100, 100), (75, 75, 125), (50, 50, 150), (25, 25, 175)]
    assert levels == [*steps, (0, 0, 200), (0, 0, 200), (0, 0, 200)]


def test_a_video_has_all_the_pictures(tmp_path):
    av = pytest.importorskip("av")
    save_clip([np.full((32, 48, 3), level, np.uint8) for level in (20, 120, 220)], tmp_path / "c.mp4")
    with av.open(str(tmp_path / "c.mp4")) as video:
        levels = [float(frame.to_ndarray(format="gray").mean()) for frame in video.decode(video=0)]
    assert levels == pytest.approx([20, 120, 220], abs=6)


@pytest.mark.parametrize(
    ("identifier", "recipe", "name", "reason"),
    [
        ("dfme/s1/z/1", "mellm", "c.gif", "there is no sample 'dfme/s1/z/1'"),
        (None, "robust", "c.gif", "no map of recipe robust: run `meu-data render --only"),
        (None, "mellm", "c.avi", r"name a file that ends in \.gif or \.mp4"),
    ],
)
def test_what_cannot_be_drawn_is_said(rendered, tmp_path, identifier, recipe, name, reason):
    workspace, sample = rendered
    with pytest.raises(MeuError, match=reason):
        write_clip(workspace, identifier or sample.id, tmp_path / name, recipe=recipe)


def test_frames_that_changed_since_are_no_clip(rendered, tmp_path, face_bgr):
    workspace, sample = rendered
    assert cv2.imwrite(str(tmp_path / "frames 帧" / sample.apex_frame), face_bgr)
    with pytest.raises(MeuError, match="changed since it was rendered"):
        write_clip(workspace, sample.id, tmp_path / "c.gif", recipe="mellm")
