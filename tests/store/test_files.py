"""Paths that were read from somewhere else stay below their root."""

import contextlib
import os
from pathlib import Path

import pytest

from meu_data.errors import MeuError
from meu_data.store.files import confined


@pytest.fixture
def house(tmp_path):
    """A workspace's folder with a map, and beside it a file that is none of its business."""
    root = tmp_path / "workspace"
    (root / "maps" / "robust").mkdir(parents=True)
    (root / "maps" / "robust" / "x.png").write_bytes(b"map")
    (root / "meu.toml").write_text("")
    (tmp_path / "precious").write_text("x")
    (root / "maps" / "link").symlink_to(tmp_path)
    (root / "maps" / "file_link").symlink_to(tmp_path / "precious")
    (root / "maps" / "inner_link").symlink_to(root / "maps" / "robust")
    (root / "maps" / "circle").symlink_to(root / "maps" / "circle")
    return root


@pytest.mark.parametrize("name", ["maps/robust/x.png", "maps/./robust/../robust/x.png", "maps/gone.png", "maps/c:\\x"])
def test_a_path_below_its_root_is_found(house, name):
    assert confined(house, name, folder="maps") == Path(os.path.normpath(house / name))
    assert confined(house, name) == confined(house, name, folder="maps")


def test_a_root_may_itself_be_reached_by_a_link(house, tmp_path):
    (tmp_path / "other").symlink_to(house)
    found = confined(tmp_path / "other", "maps/inner_link/x.png", folder="maps")
    assert found == house / "maps" / "robust" / "x.png"


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd", "../precious", "maps/../../precious", "maps/link/precious", "maps/file_link"),
        *("maps/link/new/x.png", "", ".", "maps/..", "maps/robust/../../..", "x\0y", "maps/\ud800"),
        "a" * 300 + "/../../precious",
    ],
)
@pytest.mark.parametrize("folder", ["", "maps"])
def test_a_path_that_leads_elsewhere_is_refused(house, name, folder):
    with pytest.raises(MeuError):
        confined(house, name, folder=folder)


@pytest.mark.parametrize("name", ["meu.toml", "maps", "maps/../meu.toml", "mapsy/x.png"])
def test_a_path_may_not_leave_its_folder_either(house, name):
    with pytest.raises(MeuError, match="outside"):
        confined(house, name, folder="maps")


def test_a_link_to_itself_leads_nowhere_else(house):
    with contextlib.suppress(MeuError):
        assert confined(house, "maps/circle/x", folder="maps").is_relative_to(house)
