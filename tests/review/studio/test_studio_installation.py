"""Installing the server: whole or not at all. A stand-in for uv makes an environment in no time; uv is not our code."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from meu_data.errors import MeuError
from meu_data.review.studio import installation

UV = """#!/bin/sh
# uv venv --clear --python PYTHON FOLDER; uv pip install --python FOLDER/bin/python label-studio==VERSION
echo "$@" >> "$CALLS"
case "$1" in
venv)
    rm -rf "$5"; mkdir -p "$5/bin"; touch "$5/pyvenv.cfg"; ln -s "$4" "$5/bin/python" ;;
pip)
    if [ -e "$FAIL" ]; then
        printf 'Using Python\\nerror: No solution found\\n  cause: the registry is down\\n' >&2
        exit 1
    fi
    echo "Resolved 1 package" >&2
    while [ -e "$WAIT" ]; do sleep 0.05; done
    printf '#!/bin/sh\n' > "$(dirname "$4")/label-studio" ;;
esac
"""


class Uv:
    """The stand-in: what it was asked, and how to make it fail or wait."""

    def __init__(self, folder: Path) -> None:
        self.log, self.fail, self.wait = folder / "calls", folder / "fail", folder / "wait"

    def calls(self) -> list[str]:
        return [line.split()[0] for line in self.log.read_text().splitlines()]


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.setenv("MEU_STUDIO_ENV", str(tmp_path / "server"))
    return tmp_path / "server"


@pytest.fixture
def uv(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(UV)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    stand_in = Uv(tmp_path)
    for name, path in (("CALLS", stand_in.log), ("FAIL", stand_in.fail), ("WAIT", stand_in.wait)):
        monkeypatch.setenv(name, str(path))
    return stand_in


def install_in_another_process() -> subprocess.Popen[str]:
    code = "from meu_data.review.studio import install; print(install())"
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"MEU_STUDIO_ENV": "/somewhere/else", "XDG_DATA_HOME": "/data"}, "/somewhere/else"),
        ({"XDG_DATA_HOME": "/data"}, f"/data/meu-data/label-studio-{installation.VERSION}"),
        ({"HOME": "/home/me"}, f"/home/me/.local/share/meu-data/label-studio-{installation.VERSION}"),
    ],
    ids=["named", "data home", "home"],
)
def test_where_the_server_goes(monkeypatch, variables, folder):
    for name in ("MEU_STUDIO_ENV", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert installation.environment_folder() == Path(folder)


def test_installed_once(uv, target):
    assert installation.installed_program() is None
    assert installation.install() == installation.installed_program() == target / "bin" / "label-studio"
    installation.install()
    assert uv.calls() == ["venv", "pip"]


def test_the_version_is_pinned(uv, target):
    installation.install()
    assert f"label-studio=={installation.VERSION}" in uv.log.read_text()


@pytest.mark.parametrize("damage", ["bin/label-studio", "bin/python", "meu-data-installed"])
def test_what_is_not_whole_is_installed_again(uv, target, damage):
    installation.install()
    (target / damage).unlink()
    assert installation.installed_program() is None
    installation.install()
    assert uv.calls() == ["venv", "pip", "venv", "pip"]


def test_another_version_is_replaced(uv, target):
    installation.install()
    (target / "meu-data-installed").write_text("1.0.0")
    installation.install()
    assert uv.calls() == ["venv", "pip", "venv", "pip"]


def test_a_failure_is_told_in_uvs_words_and_leaves_nothing_installed(uv, target):
    uv.fail.touch()
    with pytest.raises(MeuError, match=r"could not be installed: No solution found; the registry is down$"):
        installation.install()
    assert installation.installed_program() is None
    uv.fail.unlink()
    installation.install()


def test_an_installation_that_was_killed_is_done_again(uv, target):
    uv.wait.touch()
    with install_in_another_process() as killed:
        wait_for(target / "bin" / "python")
        killed.send_signal(signal.SIGKILL)
    assert installation.installed_program() is None
    uv.wait.unlink()
    assert installation.install() == target / "bin" / "label-studio"


def test_two_at_once_install_once(uv, target):
    uv.wait.touch()
    with install_in_another_process() as first, install_in_another_process() as second:
        wait_for(target / "bin" / "python")
        uv.wait.unlink()
        said = [process.communicate()[0].strip() for process in (first, second)]
    assert said == [str(target / "bin" / "label-studio")] * 2
    assert uv.calls() == ["venv", "pip"]


@pytest.mark.parametrize("file", ["thesis.tex", "pyvenv.cfg"])
def test_a_folder_in_use_for_something_else_is_left_alone(uv, target, file):
    """Another environment of the user's as well."""
    target.mkdir()
    (target / file).write_text("years of work")
    with pytest.raises(MeuError, match="in use for something else; name another folder with MEU_STUDIO_ENV"):
        installation.install()
    assert (target / file).read_text() == "years of work"


def test_without_uv_the_error_says_how_to_get_it(target, tmp_path, monkeypatch):
    """As in an environment that pip made: no uv on PATH, beside the interpreter, or to import."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setitem(sys.modules, "uv", None)
    with pytest.raises(MeuError, match="pip install uv"):
        installation.install()
