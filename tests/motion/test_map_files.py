"""`meu-data map`: two pictures in, one map out."""

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError
from meu_data.motion.map_files import map_pair
from tests.conftest import bump, moved


@pytest.fixture(scope="module")
def pair(face_bgr, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two pictures 图")
    apex = moved(face_bgr, bump((192, 192), (124, 114), (1.5, -1.5), 8))
    for name, picture in (("onset", face_bgr), ("apex", apex)):
        (folder / f"{name}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return folder


def test_the_map_is_written_and_told(pair, tmp_path):
    output = tmp_path / "new folder" / "map.png"
    summary = map_pair(pair / "onset.png", pair / "apex.png", output, recipe="mellm")
    picture = cv2.imdecode(np.fromfile(tmp_path / "new folder" / "map.png", np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (192, 192, 3)
    moving = [region.region for region in summary.regions if region.moving]
    assert "right_mouth_corner" in moving
    blue, green, red = picture[111, 125].tolist()
    assert red > green
    assert blue > green, "up and to the right is magenta"


def test_the_robust_map_is_the_aligned_face(pair, tmp_path):
    summary = map_pair(pair / "onset.png", pair / "apex.png", tmp_path / "map.png")
    assert cv2.imread(str(tmp_path / "map.png")).shape == (448, 448, 3)
    moving = {region.region: region for region in summary.regions if region.moving}
    assert moving["right_mouth_corner"].octant == "up-right"
    assert "left_mouth_corner" not in moving


@pytest.mark.parametrize(
    ("onset", "apex", "output", "reason"),
    [
        ("onset.png", "apex.png", "map.jpg", "end the name in .png"),
        ("gone.png", "apex.png", "map.png", "gone.png"),
        ("onset.png", "small.png", "map.png", "different sizes"),
        ("flat.png", "flat.png", "map.png", "no face"),
    ],
)
def test_wrong_input_is_one_line_and_writes_nothing(pair, tmp_path, onset, apex, output, reason):
    for name, size in (("small", (120, 160)), ("flat", (192, 192))):
        (pair / f"{name}.png").write_bytes(cv2.imencode(".png", np.full((*size, 3), 80, np.uint8))[1].tobytes())
    with pytest.raises(MeuError, match=reason):
        map_pair(pair / onset, pair / apex, tmp_path / output)
    assert not list(tmp_path.iterdir())
