"""`meu-data studio` at a terminal."""

import json

import pytest

from meu_data.store.workspace import Workspace
from tests.review.studio.visits import logs_in, studio_command


def run(*words):
    process = studio_command(*words)
    out, err = process.communicate()
    assert "--json" in words or all(len(line) <= 80 for line in out.splitlines())
    return process.returncode, out, err


@pytest.fixture
def empty_workspace(tmp_path):
    Workspace.open(tmp_path, create=True).close()
    return tmp_path


def test_start_says_where_it_is_and_how_to_log_in(label_studio):
    code, out, err = run("start", "-w", label_studio.workspace)
    assert (code, err) == (0, "")
    assert f"runs already at {label_studio.url}\n" in out
    assert f"log in as  {label_studio.username}\npassword   {label_studio.password}\n" in out


def test_the_json_of_start_and_status_holds_no_secret(label_studio):
    for word in ("start", "status"):
        code, out, _ = run(word, "-w", label_studio.workspace, "--json")
        assert code == 0
        assert json.loads(out)["url"] == label_studio.url
        assert label_studio.token not in out
        assert label_studio.password not in out


def test_an_annotator_gets_an_account_and_its_password_is_kept_nowhere(label_studio, unused_name):
    code, out, _ = run("add-annotator", unused_name, "-w", label_studio.workspace, "--json")
    assert code == 0
    annotator = json.loads(out)
    assert logs_in(label_studio.url, annotator["username"], annotator["password"])
    kept = [path for path in label_studio.workspace.rglob("*") if path.is_file()]
    assert not [path for path in kept if annotator["password"].encode() in path.read_bytes()]


def test_a_workspace_without_a_server_is_exit_0_and_says_so(empty_workspace):
    assert run("status", "-w", empty_workspace) == (0, "not running\n", "")
    assert run("stop", "-w", empty_workspace) == (0, "it was not running\n", "")
    assert not (empty_workspace / "studio").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["start"], "is no workspace"),
        (["status"], "is no workspace"),
        (["start", "--port", "0"], "--port"),
        (["start", "--port", "70000"], "--port"),
        (["add-annotator"], "name"),
    ],
)
def test_wrong_input_is_exit_2(tmp_path, words, reason):
    code, out, err = run(*words, "-w", tmp_path)
    assert (code, out) == (2, "")
    assert reason in err.lower()


def test_what_a_first_start_fetches_is_said_before(empty_workspace, monkeypatch, tmp_path):
    """It goes no further here: the folder is in use for something else."""
    monkeypatch.setenv("MEU_STUDIO_ENV", str(tmp_path / "in use"))
    (tmp_path / "in use").mkdir()
    (tmp_path / "in use" / "file").touch()
    code, _, err = run("start", "-w", empty_workspace, "--port", "18999")
    assert code == 2
    assert err.index("about 800 MB") < err.index("in use for something else")
