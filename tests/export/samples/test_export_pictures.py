"""Pictures of rows: what they are made from, and how a licensee makes them again."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from meu_data.environments.crops import zoomed
from meu_data.errors import FrameError
from meu_data.export.samples.frame_pair import frame_file
from meu_data.export.samples.pictures import picture_source
from meu_data.export.samples.truth import gather
from meu_data.export.styles import STYLES
from meu_data.export.styles.row import without_pixels
from tests.export.faces import MAP, show_faces


@pytest.fixture
def told(corpus):
    """A truth with its frames, the row made of it, and the folder of the frames."""
    corpus.fill({"train": 1})
    folder = show_faces(corpus)
    sample, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    (draft,) = corpus.workspace.ledger.drafts(sample.id)
    truth = gather(sample, motion, draft, root=corpus.workspace.root, frames=folder)
    (row,) = STYLES["actfer"].rows(truth)
    return truth, row, folder


def test_every_picture_can_be_made_again_from_what_is_told_of_it(told):
    truth, row, folder = told
    for picture in row.pictures:
        source = picture_source(truth, picture)
        made = {
            "onset": lambda source=source: frame_file((folder / source["onset_frame"]).read_bytes(), name="onset").data,
            "apex": lambda source=source: frame_file((folder / source["apex_frame"]).read_bytes(), name="apex").data,
            # Rendering is `meu-data render`'s; here the map is at hand.
            "map": lambda: truth.map_png,
            "zoom": lambda source=source: zoomed(truth.map_png, tuple(source["bbox"])),
        }[source["part"]]()
        assert hashlib.sha256(made).hexdigest() == source["sha256"]
        assert made == picture.data
        assert (source["bbox"] is None) == (source["part"] != "zoom")


def test_what_is_told_of_a_picture_names_its_frames_and_how_it_was_drawn(told):
    truth, row, folder = told
    source = picture_source(truth, row.pictures[2])
    for part in ("onset", "apex"):
        frame = folder / source[f"{part}_frame"]
        assert hashlib.sha256(frame.read_bytes()).hexdigest() == source[f"{part}_sha256"]
    assert (source["part"], source["name"]) == ("map", row.pictures[2].name)
    assert (source["sample_id"], source["recipe"], source["solver"]) == (truth.sample.id, "robust", "opencv-5.0")
    assert source["map_size"] == MAP[0]


def test_a_row_without_pixels_is_the_same_but_for_them(told):
    _, row, _ = told
    bare = without_pixels(row)
    assert {picture.data for picture in bare.pictures} == {None}
    named = [(picture.name, picture.sha256, picture.part, picture.bbox) for picture in row.pictures]
    assert [(picture.name, picture.sha256, picture.part, picture.bbox) for picture in bare.pictures] == named
    assert (bare.user, bare.turns, bare.labels, bare.fields) == (row.user, row.turns, row.labels, row.fields)
    assert all(picture.data for picture in row.pictures)


def stripes(size=(300, 200)):
    """A picture whose every pixel tells its place: red is x, green is y."""
    x, y = np.meshgrid(np.arange(size[0]) * 255 // size[0], np.arange(size[1]) * 255 // size[1])
    stream = io.BytesIO()
    Image.fromarray(np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


# By the box: the size of the picture made of it.
BOXES = {
    "square": ((20, 30, 76, 86), (224, 224)),
    "wide": ((0, 0, 112, 56), (224, 112)),
    "large enough already": ((0, 0, 280, 200), (280, 200)),
}


@pytest.mark.parametrize(("box", "size"), BOXES.values(), ids=BOXES)
def test_a_crop_is_enlarged_and_shows_what_its_box_says(box, size):
    picture = Image.open(io.BytesIO(zoomed(stripes(), box)))
    assert picture.size == size
    pixels = np.asarray(picture, dtype=float)
    left, top, right, bottom = box
    for place, expected in (((0, 0), (left, top)), ((-1, -1), (right - 1, bottom - 1))):
        found = pixels[place][0] * 300 / 255, pixels[place][1] * 200 / 255
        assert np.allclose(found, expected, atol=2.5)


def test_what_is_no_picture_cannot_be_zoomed_into():
    with pytest.raises(FrameError, match="cannot be decoded"):
        zoomed(b"no picture", (0, 0, 1, 1))


def test_a_picture_needs_no_folder_of_this_machine(told):
    _, row, _ = told
    for picture in row.pictures:
        assert picture.name == Path(picture.name).name
