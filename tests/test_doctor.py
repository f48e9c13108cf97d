"""The doctor on a healthy and on broken installations."""

import cv2
import pytest

from meu_data.doctor import examine


def failed(examination):
    return {check.name: check for check in examination.checks if not check.ok}


def test_this_installation_is_healthy():
    examination = examine()
    assert examination.healthy, failed(examination)
    assert "68 landmarks" in " ".join(check.found for check in examination.checks)


def test_an_opencv_without_optflow_is_mended_by_reinstalling(monkeypatch):
    monkeypatch.delattr(cv2, "optflow")
    examination = examine()
    assert not examination.healthy
    assert (
        "pip install opencv-contrib-python-headless"
        in failed(examination)["TV-L1 of OpenCV (only for --solver opencv)"].mend
    )


@pytest.mark.parametrize("content", [None, b"not a model"])
def test_a_landmark_model_that_is_missing_or_broken_is_told(tmp_path, content):
    model = tmp_path / "model.dat"
    if content is not None:
        model.write_bytes(content)
    check = failed(examine(model))["landmark model"]
    assert "model.dat" in check.found
    assert "face_recognition_models" in check.mend


def test_an_environment_without_the_packaged_model_is_told(monkeypatch, tmp_path):
    """Hides the distribution the way an installation without it would: nothing on the search path has it."""
    import sys

    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    check = failed(examine())["landmark model"]
    assert "pip install face_recognition_models" in check.mend
