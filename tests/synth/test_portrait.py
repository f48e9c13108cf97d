import sys

import numpy as np
import pytest

from meu_data.errors import MeuError, MissingExtraError
from meu_data.synth.portrait import DETAIL, SubjectMaker, draw_look, draw_picture, portrait


@pytest.mark.parametrize("size", [(640, 480), (320, 240), (480, 640)], ids=["large", "small", "upright"])
def test_the_first_look_of_every_default_subject_shows_one_face(maker, size):
    for subject in range(6):
        face = maker.make(0, subject, size)
        assert np.array_equal(face.picture, draw_picture(draw_look(0, subject), size)), "it was drawn a second time"
        assert (face.landmarks > 0).all()
        assert (face.landmarks < size).all()
        if size[0] > size[1]:
            assert 0.42 < np.ptp(face.landmarks[:, 1]) / size[1] < 0.55


def test_pseudo_subjects_look_different_and_some_are_mirrored():
    looks = [draw_look(0, subject) for subject in range(6)]
    assert {look.mirrored for look in looks} == {True, False}
    pictures = [draw_picture(look, (160, 120)) for look in looks]
    for a in range(6):
        for b in range(a):
            assert np.abs(pictures[a] - pictures[b]).mean() > 5


def test_a_picture_leaves_room_for_noise_and_has_fine_texture():
    picture = draw_picture(draw_look(0, 0), (320, 240))
    assert picture.dtype == np.float32
    assert picture.shape == (240 * DETAIL, 320 * DETAIL, 3)
    assert picture.min() >= 4
    assert picture.max() <= 250
    forehead_to_chin = picture[::DETAIL, ::DETAIL][100:180, 130:190, 1]
    assert np.abs(np.diff(forehead_to_chin, axis=1)).mean() > 1


def test_without_scikit_image_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.data", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'meu-data\[demo\]'"):
        portrait()


def test_a_file_that_is_no_landmark_model_is_named(tmp_path):
    wrong = tmp_path / "model.dat"
    wrong.write_bytes(b"not a model")
    with pytest.raises(MeuError, match=r"model\.dat"):
        SubjectMaker(wrong)


def test_a_size_without_a_visible_face_is_refused(maker):
    with pytest.raises(MeuError, match="60x45: no face"):
        maker.make(0, 0, (60, 45))
