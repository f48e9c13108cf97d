"""The command line as a user meets it: help, exit codes, one-line errors, one JSON object."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from meu_data import __version__
from meu_data.cli import app
from tests import INTERRUPTED, ROOT


def all_commands(group, before=""):
    """Commands by their full name (`studio start`), the groups of commands as well."""
    for name, command in group.commands.items():
        yield before + name, command
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before}{name} ")


COMMANDS = dict(all_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_command_and_option_is_explained_within_the_terminal(meu, monkeypatch, name, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = meu(*name.split(), "--help")
    assert code == 0
    assert re.search(rf"^(Example|Begin with): meu-data {name}", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out
    words = " ".join(out.replace("│", " ").split())
    # An option that is hidden is an old name, which says the new one.
    shown = [one for one in (COMMANDS[name].params if name else ()) if not getattr(one, "hidden", False)]
    for parameter in shown:
        assert parameter.help or parameter.name == "help", f"{name}: {parameter.name} has no help"
        assert all(option in words for option in parameter.opts if option.startswith("-"))


def test_the_commands_stand_under_headings_in_the_order_of_the_work(meu):
    """Each of them whole: what a command does is not cut to its line."""
    _, out, _ = meu("--help")
    headings = re.findall(r"^╭─ ([\w ]+) ─", out, re.MULTILINE)
    work = ["Corpus", "Maps", "Drafts", "Proofreading", "Export", "Evaluation"]
    assert headings == ["Start here", *work, "Upkeep", "Options"]
    words = " ".join(out.replace("│", " ").split())
    assert all(command.help in words for name, command in COMMANDS.items() if " " not in name)


def test_help_can_be_read_where_there_is_no_utf8():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    command = [sys.executable, "-m", "meu_data", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert b"+- Start here -" in done.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("meu-data ex", ["export", "extract"]),
        ("meu-data draft --llm ", ["gemini", "offline", "openai"]),
        ("meu-data extract --corpus df", ["dfme"]),
        ("meu-data export --recipe m", ["mellm"]),
    ],
)
def test_the_shell_completes_commands_and_names(line, offered):
    """As bash asks, by the script that --show-completion prints."""
    environment = {**os.environ, "_MEU_DATA_COMPLETE": "complete_bash", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(line.split(" ")) - 1)
    command = [sys.executable, "-m", "meu_data"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == offered


def test_completion_is_installed_for_the_shell(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [sys.executable, "-m", "meu_data", "--install-completion", "bash"]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    script = (tmp_path / ".bash_completions" / "meu-data.sh").read_text(encoding="utf-8")
    assert "_MEU_DATA_COMPLETE=complete_bash" in script


def test_help_loads_no_heavy_library():
    code = "import sys, meu_data.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "cv2", "dlib", "pyarrow", "pydantic", "openpyxl", "PIL", "skimage", "numba"} & set(loaded)


def test_version(meu):
    assert meu("--version") == (0, f"meu-data {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["render"], "is no workspace"),
        (["export", "out"], "is no workspace"),
        (["extract", "--annotations", "none.xlsx", "--frames", "."], "none.xlsx"),
        (["extract", "--annotations", __file__], "--frames"),
        (["extract", "--annotations", __file__, "--frames", ".", "--constant", "Fpz=2"], "--constant"),
        (["render", "--recipe", "rainbow"], "rainbow"),
        (["render", "--workers", "0"], "workers"),
        (["synth", "out", "--size", "large"], "640x480"),
        (["map", "a.png", "b.png"], "a.png"),
        (["paint"], "paint"),
        (["status", "-w", "a" * 5000], "too long"),
    ],
)
def test_wrong_input_is_exit_2_and_says_why(meu, tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    code, out, err = meu(*words)
    assert code == 2
    assert reason in err
    assert "Traceback" not in err
    assert not out


def test_one_json_object_on_stdout(meu, face_workspace):
    for words in (["render", "--workers", "1"], ["status"], ["draft"], ["problems"]):
        code, out, _ = meu(*words, "-w", face_workspace.root, "--json")
        assert code == 0
        assert isinstance(json.loads(out), dict)
        assert out.count("\n") == 1


def test_problems_are_exit_3_and_are_listed(meu, face_workspace):
    frames = Path(face_workspace.ledger.sources()["dfme", "train"].frames)
    (frames / "a" / "00005.png").unlink()
    code, out, err = meu("render", "--workers", "1", "-w", face_workspace.root)
    assert (code, out) == (3, "3 samples: 2 rendered, 0 up to date, 1 problems\n")
    assert "meu-data problems" in err
    code, out, _ = meu("problems", "-w", face_workspace.root)
    assert code == 3
    assert re.search(r"^render: train.xlsx row 2: a/00005.png: .*no such file", out)


def test_status_counts(meu, face_workspace):
    code, out, _ = meu("status", "-w", face_workspace.root)
    assert code == 0
    assert re.search(r"dfme train +3 +samples from train.xlsx", out)


def test_the_workspace_may_come_from_the_environment(meu, face_workspace, monkeypatch):
    monkeypatch.setenv("MEU_WORKSPACE", str(face_workspace.root))
    assert meu("status")[0] == 0


@pytest.mark.parametrize(
    "record", ["'{}'", "'{'", "5", "x'ff'", "CAST(x'7bff7d' AS TEXT)", """json_set(record, '$.onset', '1e400')"""]
)
def test_a_damaged_record_is_set_aside_and_told_and_the_others_go_on(meu, face_workspace, record):
    with sqlite3.connect(face_workspace.root / "meu.db") as db:
        (first,) = db.execute("SELECT min(id) FROM samples").fetchone()
        db.execute(f"UPDATE samples SET record = {record} WHERE id = ?", (first,))
    db.close()
    code, out, err = meu("verify", "-w", face_workspace.root)
    assert (code, err) == (0, "")  # which needs no sample where there is no draft
    code, out, err = meu("render", "--workers", "1", "-w", face_workspace.root, "--json")
    assert code == 3
    assert json.loads(out)["rendered"] == 2
    assert f"a row of samples for {first} was damaged and is set aside" in err
    # Told for as long as nobody has mended it, and kept as it was.
    assert meu("render", "--workers", "1", "-w", face_workspace.root)[0] == 0
    assert f"a row of samples for {first} was damaged" in meu("problems", "-w", face_workspace.root)[1]
    with sqlite3.connect(face_workspace.root / "meu.db") as db:
        assert db.execute("SELECT place, item FROM damaged").fetchall() == [("samples", first)]
    db.close()


def test_a_damaged_ledger_is_read_without_being_changed(meu, face_workspace):
    with sqlite3.connect(face_workspace.root / "meu.db") as db:
        db.execute("UPDATE samples SET record = '{' WHERE id = (SELECT min(id) FROM samples)")
    db.close()
    for words in (["status"], ["status", "--json"]):
        code, out, err = meu(*words, "-w", face_workspace.root)
        assert code == 3
        assert "set aside" in err
        assert out
    with sqlite3.connect(face_workspace.root / "meu.db") as db:
        assert db.execute("SELECT count(*) FROM samples").fetchone() == (3,)
    db.close()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["status", "-w", "nowhere", "--json"], 2, "no workspace"),
        (["render", "--json", "--recipe", "robus"], 2, "did you mean robust?"),
        (["render", "--jsn", "--json"], 2, "--json"),
        (["paint", "--json"], 2, "paint"),
    ],
)
def test_an_error_is_one_json_object_too(meu, tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(tmp_path)
    ended, out, err = meu(*words)
    assert ended == code
    told = json.loads(out)
    assert (told["exit_code"], out.count("\n"), err.count("\n")) == (code, 1, 1)
    assert said in told["error"] + told["hint"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_stdout_that_takes_nothing_is_told(face_workspace):
    command = f"{sys.executable} -m meu_data status -w '{face_workspace.root}' > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "disk is full" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_at_once(tmp_path, number):
    """While a stage that has no workers is at it."""
    command = [sys.executable, "-m", "meu_data", "synth", str(tmp_path / "c"), "--workers", "1", "--clips", "90"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(tmp_path.rglob("*.*")):
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=300)
    assert process.returncode in INTERRUPTED
    assert "stopping" in err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err


def test_ctrl_c_is_exit_130_and_the_work_goes_on_later(meu, face_workspace):
    command = [sys.executable, "-m", "meu_data", "render", "-w", str(face_workspace.root), "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    # Not while it still reads its libraries: there are no workers to stop before a map is begun.
    while process.poll() is None and not any(path.is_file() for path in (face_workspace.root / "maps").rglob("*")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    # A machine fast enough to be done by then has nothing to interrupt.
    assert process.returncode in (*INTERRUPTED, 0)
    assert "Traceback" not in err
    assert meu("render", "--workers", "1", "-w", face_workspace.root)[0] == 0


def test_a_reader_that_leaves_early_is_no_error(face_workspace):
    command = f"{sys.executable} -m meu_data status -w '{face_workspace.root}' | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


def test_the_checkout_runs_without_being_installed(tmp_path):
    checkout = ROOT
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, checkout / "cli.py", "--help"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert b"meu-data" in done.stdout or b"Usage" in done.stdout
