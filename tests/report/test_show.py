"""One sample in the terminal, as JSON and as pictures: what was planted is what is shown."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from meu_data.errors import MeuError
from meu_data.report.arrows import with_arrows
from meu_data.report.in_terminal import half_blocks
from meu_data.report.show import show
from tests.builders import make_motion
from tests.report.conftest import LANDMARKS, SIDE


def test_terminal_tells_what_was_planted(lab, meu):
    code, out, _ = meu("show", "-w", lab.workspace.root, lab.bad)
    words = " ".join(out.split())
    assert code == 0
    assert "AU4 (brow lowerer) · anger" in words
    assert "✖ Both inner brows move up, strongly." in words, "the finding stands before the statement"
    assert "inner brow ↓ strong ↓ strong" in words, "it was measured moving down"
    assert "\x1b" not in out, "no colours in a pipe"
    _, out, _ = meu("show", "-w", lab.workspace.root, lab.ids[3])
    assert "annotator-02: fixed, texts changed by 0.25" in " ".join(out.split())
    assert "https://labels.example/projects/7/data?task=103" in out.replace("\n", "")
    _, out, _ = meu("show", "-w", lab.workspace.root, lab.lost)
    assert "no face was found" in out


def test_json_hides_the_people(lab, meu):
    code, out, _ = meu("show", "-w", lab.workspace.root, lab.ids[3], "--json")
    said = json.loads(out)
    assert (code, said["sample"]["id"]) == (0, lab.ids[3])
    assert [review["annotator"] for review in said["reviews"]] == ["annotator-01", "annotator-02"]
    assert "lab.example" not in out
    assert [event["at"] for event in said["history"]] == ["2026-01-02T03:04:01Z", "2026-01-02T03:04:07Z"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["dfme/nobody/1/1"], "there is no sample 'dfme/nobody/1/1'; there are, for example, dfme/"),
        (["{id}", "--out", "{tmp}/x.bmp"], "ends in .png, .gif or .mp4"),
        (["{id}", "--out", "{tmp}/x.gif", "--compare", "mellm,robust"], "no map of recipe mellm: run `meu-data render"),
        (["{id}", "--compare", "mellm,fancy"], "there is no recipe 'fancy'"),
    ],
)
def test_what_cannot_be_shown_is_told(lab, meu, tmp_path, words, reason):
    told = [word.format(id=lab.ids[3], tmp=tmp_path) for word in words]
    code, out, errors = meu("show", "-w", lab.workspace.root, *told)
    assert (code, out) == (2, "")
    assert reason in errors
    assert list(tmp_path.iterdir()) == []


def test_page_has_all_four_pictures_of_every_recipe(lab, tmp_path):
    one = show(lab.workspace, lab.ids[3], tmp_path / "one.png", recipes=["robust"])
    show(lab.workspace, lab.ids[3], tmp_path / "again.png", recipes=["robust", "robust"])
    show(lab.workspace, lab.ids[3], tmp_path / "two.png", recipes=["robust", "mellm"])
    assert one.output == str(tmp_path / "one.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "again.png").read_bytes()
    page, both = (cv2.imread(str(tmp_path / name)) for name in ("one.png", "two.png"))
    assert both.shape[0] > page.shape[0], "the other recipe has a row, which says that it is not rendered"
    # Onset, apex and map are even: 60, 190 and green of 160.
    for level in ((60, 60, 60), (190, 190, 190), (0, 160, 3)):
        same = (np.abs(page.astype(int) - level) <= 2).all(axis=2)
        assert same.sum() > 50_000, f"a tile of {level}"


def test_moving_picture_is_the_page_with_the_clip_on_it(lab, tmp_path):
    show(lab.workspace, lab.ids[3], tmp_path / "c.gif")
    show(lab.workspace, lab.ids[3], tmp_path / "c.png")
    page = cv2.imread(str(tmp_path / "c.png"))[..., ::-1].astype(int)
    with Image.open(tmp_path / "c.gif") as clip:
        frames = []
        for place in range(clip.n_frames):
            clip.seek(place)
            frames.append(np.asarray(clip.convert("RGB"), int))
    onset, drawn = frames[0], frames[-1]
    middle = (slice(270, 300), slice(60, 100))
    assert onset[middle].mean() == pytest.approx(60, abs=8)
    assert drawn[middle].mean(axis=(0, 1)) == pytest.approx((3, 160, 0), abs=25)  # 256 colours for all pictures
    # Right of the clip and its heading is what the page has: apex, map, arrows, statements and history.
    same = np.abs(drawn[: len(page), 360:] - page[:, 360:]).max(axis=2)
    assert (same < 64).mean() > 0.99
    assert np.array_equal(onset[:, 360:], drawn[:, 360:])


@pytest.mark.parametrize(
    ("region", "way", "side", "below"),
    [("left_mouth_corner", "left", -1, 0), ("right_inner_brow", "down", 0, 1)],
)
def test_arrows_begin_at_the_region_and_go_its_way(region, way, side, below):
    motion = make_motion({region: (way, "strong")})
    scale = 4
    motion = motion.model_copy(update={"landmarks": tuple(map(tuple, (LANDMARKS * scale).tolist()))})
    plain = np.full((SIDE * scale, SIDE * scale, 3), 128, np.uint8)
    changed = np.argwhere((with_arrows(plain, motion) != plain).any(axis=2))[:, ::-1]
    # The mouth's corner is landmark 48 and the brow's inner end 22, of the iBUG layout.
    start = LANDMARKS[48 if "mouth" in region else 22] * scale
    offset = changed.mean(axis=0) - start
    assert len(changed) > 20
    assert np.hypot(*offset) < 45
    if side:
        assert changed[:, 0].min() < start[0] - 15
    if below:
        assert changed[:, 1].max() > start[1] + 15


def test_half_blocks_keep_colours_and_places():
    red, blue = (np.zeros((8, 8, 3), np.uint8) for _ in range(2))
    red[..., 2], blue[:4, :, 0] = 255, 255
    text = half_blocks([red, blue], 4)
    assert [len(line) for line in text.plain.split("\n")] == [10, 10]
    styles = [str(span.style) for span in text.spans]
    assert styles[0] == "rgb(255,0,0) on rgb(255,0,0)"
    assert styles[4] == "rgb(0,0,255) on rgb(0,0,255)"
    assert styles[-1] == "rgb(0,0,0) on rgb(0,0,0)"


def test_ending_is_looked_at_before_anything_is_drawn(lab, tmp_path):
    with pytest.raises(MeuError, match=r"\.mp4"):
        show(lab.workspace, lab.ids[3], tmp_path / "x")
