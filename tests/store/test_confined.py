"""Paths that were read from somewhere else stay below their root."""

import contextlib
import os
import re
from pathlib import Path

import pytest

import meu_data
from meu_data.errors import FrameError, MeuError
from meu_data.store.confined import confined, frame_path, map_path


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
    assert map_path(house, name) == Path(os.path.normpath(house / name))
    assert map_path(house, name) == confined(house, name)


def test_a_root_may_itself_be_reached_by_a_link(house, tmp_path):
    (tmp_path / "other").symlink_to(house)
    found = map_path(tmp_path / "other", "maps/inner_link/x.png")
    assert found == house / "maps" / "robust" / "x.png"


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd", "../precious", "maps/../../precious", "maps/link/precious", "maps/file_link"),
        *("maps/link/new/x.png", "", ".", "maps/..", "maps/robust/../../..", "x\0y", "maps/\ud800"),
        "a" * 300 + "/../../precious",
    ],
)
@pytest.mark.parametrize("leads", [confined, map_path])
def test_a_path_that_leads_elsewhere_is_refused(house, name, leads):
    with pytest.raises(MeuError):
        leads(house, name)


@pytest.mark.parametrize("name", ["meu.toml", "maps", "maps/../meu.toml", "mapsy/x.png"])
def test_a_path_may_not_leave_its_folder_either(house, name):
    with pytest.raises(MeuError, match="leads out of"):
        map_path(house, name)


def test_a_link_to_itself_leads_nowhere_else(house):
    with contextlib.suppress(MeuError):
        assert map_path(house, "maps/circle/x").is_relative_to(house)


@pytest.mark.parametrize("name", ["sub01/a.png", "maps/link/precious", "maps/file_link", "a/./b.png", "a..b/c"])
def test_links_below_a_tree_of_the_user_may_lead_out(house, name):
    assert frame_path(house, name) == house / name


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "..",
        "a/../../b",
        "a/../b",
        "",
        "x\0y",
        "C:\\x",
        "c:x",
        "\\\\host\\share\\x",
        "\\x",
        "a\\..\\..\\b",
    ],
)
def test_a_path_may_not_lead_out_of_a_tree_by_itself_on_any_system(house, name):
    with pytest.raises(FrameError, match="nothing was touched"):
        frame_path(house, name)


_PATH_FIELDS = "map_file|onset_frame|apex_frame|file_name|image_path|pair"


def test_no_other_code_joins_a_path_that_was_read_to_a_folder():
    joined = re.compile(rf"/ [\w.()\[\]]*\.(?:{_PATH_FIELDS})\b")
    package = Path(meu_data.__file__).parent
    found = [
        f"{path.relative_to(package).as_posix()}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if joined.search(line)
    ]
    # `demo` tells where the map lies that it has just drawn, and opens nothing.
    assert found == ['demo.py: picture = folder / "workspace" / motion.map_file']
