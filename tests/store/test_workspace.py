"""The folder, its settings, and files that appear whole or not at all."""

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys

import pytest

from meu_data.errors import LedgerError, MeuError
from meu_data.store.files import remove_leftovers, whole_file
from meu_data.store.migrations import MIGRATIONS
from meu_data.store.workspace import Workspace


def test_a_new_workspace_has_a_ledger_and_default_settings(tmp_path):
    with Workspace.open(tmp_path / "中文 folder", create=True) as workspace:
        assert (workspace.root / "meu.db").is_file()
        assert workspace.settings.lang == "en"


def test_a_folder_without_a_ledger_is_no_workspace(tmp_path):
    with pytest.raises(MeuError, match="run `meu-data extract` first"):
        Workspace.open(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lang = 'fr'", "lang"),
        ("colour = 'blue'", "colour"),
        ("lang = ", "meu.toml"),
        ("api_key = 'secret'", "api_key"),
        (b"\xff\xfe".decode("latin-1"), "meu.toml"),
        ("recipie = 'robust'", "did you mean recipe"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("map_size = " + "9" * 5000, "meu.toml"),
        ("# " + "x" * 70_000, "more than the"),
    ],
)
def test_wrong_settings_are_named(tmp_path, text, reason):
    (tmp_path / "meu.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(MeuError, match=reason) as caught:
        Workspace.open(tmp_path, create=True)
    assert "secret" not in str(caught.value)


def test_settings_are_read(tmp_path):
    (tmp_path / "meu.toml").write_text("lang = 'zh'\n", encoding="utf-8")
    with Workspace.open(tmp_path, create=True) as workspace:
        assert workspace.settings.lang == "zh"


def test_settings_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / "meu.toml").write_bytes(b"\xef\xbb\xbflang = 'zh'\n")
    with Workspace.open(tmp_path, create=True) as workspace:
        assert workspace.settings.lang == "zh"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("name", ["meu.toml", "meu.db"])
def test_a_pipe_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(MeuError, match=name):
        Workspace.open(tmp_path, create=True)


def test_the_database_of_another_program_is_left_as_it_is(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "meu.db")) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.commit()
    before = (tmp_path / "meu.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(LedgerError, match="another program"):
            Workspace.open(tmp_path, read_only=read_only)
    assert (tmp_path / "meu.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["meu.db"]


def test_a_ledger_can_be_told_by_its_head(tmp_path):
    Workspace.open(tmp_path, create=True).close()
    assert (tmp_path / "meu.db").read_bytes()[68:72] == b"meud"


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_reading_only_leaves_an_older_ledger_as_it_is(tmp_path, version):
    with contextlib.closing(sqlite3.connect(tmp_path / "meu.db", isolation_level=None)) as old:
        for step in MIGRATIONS[:version]:
            old.executescript(step)
        old.execute(f"PRAGMA user_version = {version}")
    before = (tmp_path / "meu.db").read_bytes()
    with Workspace.open(tmp_path, read_only=True) as workspace:
        assert workspace.ledger.count_samples() == 0
        with pytest.raises(LedgerError), workspace.ledger.transaction():
            workspace.ledger.db.execute("DELETE FROM samples")
    assert (tmp_path / "meu.db").read_bytes() == before


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(MeuError, match="file"):
        Workspace.open(tmp_path / "file" / "below", create=True)


def test_a_damaged_ledger_is_told(tmp_path):
    (tmp_path / "meu.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerError, match="no meu-data ledger"):
        Workspace.open(tmp_path)


def test_a_whole_file_appears_under_its_name_only(tmp_path):
    with whole_file(tmp_path / "a" / "b.bin") as stream:
        stream.write(b"abc")
        assert not (tmp_path / "a" / "b.bin").exists()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.bin"]
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"abc"


def test_a_broken_write_leaves_the_old_file(tmp_path):
    target = tmp_path / "x"
    target.write_bytes(b"old")
    with pytest.raises(ValueError, match="half-way"), whole_file(target) as stream:
        stream.write(b"new")
        raise ValueError("half-way")
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_leftovers_of_a_killed_writer_are_removed(tmp_path):
    code = (
        "import os, pathlib, sys\n"
        "from meu_data.store.files import whole_file\n"
        "with whole_file(pathlib.Path(sys.argv[1])) as stream:\n"
        "    stream.write(b'x'); stream.flush(); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "y"], check=False).returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    remove_leftovers(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path):
    def small_files_only():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    code = (
        "import pathlib, sys\n"
        "from meu_data.store.files import whole_file\n"
        "from meu_data.errors import MeuError\n"
        "try:\n"
        "    with whole_file(pathlib.Path(sys.argv[1])) as stream:\n"
        "        stream.write(b'x' * 100_000)\n"
        "except MeuError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "big"],
        capture_output=True, text=True, check=True, preexec_fn=small_files_only,
    )  # fmt: skip
    assert "make room" in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    was = os.geteuid()
    if was == 0:
        os.chown(locked, 65534, 65534)
        os.seteuid(65534)
    try:
        with pytest.raises(MeuError, match="permission denied"), whole_file(locked / "x") as stream:
            stream.write(b"x")
    finally:
        os.seteuid(was)
