"""The managed server for real: it starts, is found, stops, and lets nobody in who should not be."""

import http.server
import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

import psutil
import pytest
import requests

from meu_data.errors import MeuError
from meu_data.review import studio
from meu_data.review.studio import process
from meu_data.review.studio.folder import ServerState, StudioFolder
from meu_data.review.studio.installation import VERSION
from meu_data.store.locks import held_lock
from tests import INTERRUPTED
from tests.review.studio.visits import asks, logs_in, studio_command


@pytest.fixture
def own(own_label_studio):
    """The module's server, running, whatever the test before has done to it."""
    own_label_studio.restart()
    return own_label_studio


@pytest.fixture
def ended(own_label_studio):
    """The module's server, which does not run; no trace is left of where it ran."""
    own_label_studio.stop()
    StudioFolder(own_label_studio.workspace).set_state(None)
    return own_label_studio


def start_elsewhere(label_studio) -> subprocess.Popen[str]:
    """A start in another process, which has just come so far that there is a server to talk of."""
    start = studio_command("start", "-w", label_studio.workspace, "--port", label_studio.running.port)
    while not StudioFolder(label_studio.workspace).state_file.exists():
        time.sleep(0.02)
    return start


def test_the_administrator_gets_in_by_token_and_by_password(label_studio):
    whoami = asks(label_studio.url, "/api/current-user/whoami", label_studio.token)
    assert whoami.json()["email"] == label_studio.username
    assert logs_in(label_studio.url, label_studio.username, label_studio.password)
    assert not logs_in(label_studio.url, label_studio.username, "a guess")


def test_credentials_are_those_of_the_running_server(label_studio, tmp_path):
    found = studio.credentials(label_studio.workspace)
    assert (found.url, found.token) == (label_studio.url, label_studio.token)
    assert studio.credentials(tmp_path) is None


def test_annotators_log_in(label_studio):
    for annotator in label_studio.annotators:
        assert logs_in(label_studio.url, annotator.username, annotator.password)


def test_only_this_machine_can_reach_it_and_it_reaches_nobody(label_studio):
    connections = psutil.Process(label_studio.running.pid).net_connections(kind="tcp")
    assert [each.laddr for each in connections if each.status == "LISTEN"] == [("127.0.0.1", label_studio.running.port)]
    assert {each.raddr.ip for each in connections if each.raddr} <= {"127.0.0.1"}


def test_its_pages_send_nothing_to_anybody(label_studio):
    for path in ("/user/login/", "/"):
        page = asks(label_studio.url, path, label_studio.token).text
        assert "sentry.io" not in page
        assert "tele.labelstud.io" not in page


@pytest.mark.parametrize("query", ["", "?token=guessed"])
def test_nobody_signs_up_without_an_invitation(label_studio, query):
    with requests.Session() as browser:
        page = f"{label_studio.url}/user/signup/{query}"
        browser.get(page)
        form = {
            "email": "eve@localhost",
            "password": "long enough",
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        assert browser.post(page, form, headers={"Referer": label_studio.url}).status_code == 403


def test_other_sites_may_not_talk_to_it(label_studio):
    answer = requests.get(f"{label_studio.url}/api/version", headers={"Origin": "http://evil.example"}, timeout=300)
    assert "Access-Control-Allow-Origin" not in answer.headers
    renamed = requests.get(f"{label_studio.url}/api/version", headers={"Host": "evil.example"}, timeout=300)
    assert renamed.status_code == 400


def test_only_maps_are_served(label_studio, tmp_path):
    project = asks(label_studio.url, "/api/projects/", label_studio.token, title="only maps are served").json()["id"]

    def storage(path: Path) -> int:
        body = {"project": project, "path": str(path), "use_blob_urls": True}
        return asks(label_studio.url, "/api/storages/localfiles/", label_studio.token, **body).status_code

    def picture(path: str) -> requests.Response:
        return asks(label_studio.url, f"/data/local-files/?d={urllib.parse.quote(path)}", label_studio.token)

    served = label_studio.maps / "only maps 图"
    served.mkdir(exist_ok=True)
    (served / "map.png").write_bytes(b"a picture")
    assert storage(served) == 201
    assert picture("only maps 图/map.png").content == b"a picture"
    for forbidden in (tmp_path, label_studio.workspace, label_studio.workspace / "studio", Path("/etc")):
        assert storage(forbidden) == 400
    for outside in ("../studio/login.json", "only maps 图/../../studio/login.json", "/etc/passwd"):
        assert label_studio.token not in picture(outside).text
        assert picture(outside).status_code != 200


def test_predictions_that_do_not_fit_are_refused(label_studio):
    config = '<View><Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="yes"/></Choices></View>'
    body = {"title": "predictions that do not fit", "label_config": config}
    project = asks(label_studio.url, "/api/projects/", label_studio.token, **body).json()["id"]
    result = [{"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["maybe"]}}]
    task = {"data": {"t": "text"}, "predictions": [{"model_version": "m", "result": result}]}
    headers = {"Authorization": f"Token {label_studio.token}"}
    url = f"{label_studio.url}/api/projects/{project}/import"
    assert requests.post(url, json=[task], headers=headers, timeout=300).status_code == 400


def test_its_files_are_for_their_owner_and_hold_no_secret_but_the_login(own):
    folder = StudioFolder(own.workspace)
    for path in (folder.login_file, folder.state_file, folder.log, folder.lock, folder.data / "label_studio.sqlite3"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for path in (folder.state_file, folder.log):
        assert own.password not in path.read_text()
        assert own.token not in path.read_text()
    command = " ".join(psutil.Process(own.running.pid).cmdline())
    assert own.password not in command
    assert own.token not in command


def test_start_finds_what_runs(own):
    found = studio.start(own.workspace)
    assert (found.pid, found.url, found.was_running) == (own.running.pid, own.url, True)
    with pytest.raises(MeuError, match=f"already runs at {own.url}; run `meu-data studio stop`"):
        studio.start(own.workspace, own.running.port + 1)


def test_another_workspace_is_told_who_has_the_port(own, tmp_path):
    with pytest.raises(MeuError, match=f"is taken by the Label Studio of workspace {own.workspace};"):
        studio.start(tmp_path, own.running.port)
    assert not StudioFolder(tmp_path).root.exists()


def test_after_a_power_cut_the_truth_is_told_and_all_is_still_there(own):
    """The number of the process that served now belongs to another: to this one."""
    asks(own.url, "/api/projects/", own.token, title="before the power cut")
    own.kill()
    folder = StudioFolder(own.workspace)
    before = folder.state()
    folder.set_state(before.model_copy(update={"pid": os.getpid()}))
    assert studio.status(own.workspace).state == "not running"
    assert not studio.stop(own.workspace).was_running
    own.restart()
    projects = asks(own.url, "/api/projects/", own.token).json()["results"]
    assert "before the power cut" in [project["title"] for project in projects]


def test_a_server_that_hangs_is_told_and_can_be_stopped(own, monkeypatch):
    monkeypatch.setattr(process, "_STOP_PATIENCE_S", 0.5)
    monkeypatch.setattr(process, "_ANSWER_S", 0.5)
    own.pause()
    assert studio.status(own.workspace).state == "not answering"
    assert studio.stop(own.workspace).was_running
    assert studio.status(own.workspace).state == "not running"


def test_two_starts_at_once_make_one_server(ended):
    starts = [studio_command("start", "-w", ended.workspace, "--port", ended.running.port, "--json") for _ in range(2)]
    said = [json.loads(start.communicate()[0]) for start in starts]
    assert said[0]["pid"] == said[1]["pid"]
    assert sorted(each["was_running"] for each in said) == [False, True]


def test_stop_ends_it_and_says_so(own):
    assert studio.status(own.workspace).state == "running"
    assert studio.stop(own.workspace).was_running
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{own.url}/health", timeout=5)
    assert studio.status(own.workspace).state == "not running"
    assert not studio.stop(own.workspace).was_running
    with pytest.raises(MeuError, match="does not run: `meu-data studio start`"):
        studio.credentials(own.workspace)


def test_a_start_that_was_killed_leaves_a_server_to_be_found(ended):
    with start_elsewhere(ended) as start:
        start.send_signal(signal.SIGKILL)
    assert studio.status(ended.workspace).state == "not answering"
    found = studio.start(ended.workspace)
    assert found.was_running
    assert found.pid == StudioFolder(ended.workspace).state().pid


def test_an_interrupted_start_leaves_nothing_running(ended):
    with start_elsewhere(ended) as start:
        start.send_signal(signal.SIGINT)
        start.communicate()
    assert start.returncode in INTERRUPTED
    assert studio.status(ended.workspace).state == "not running"


class Impostor(http.server.BaseHTTPRequestHandler):
    """Says that it is well, whatever it is asked."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "UP"}')

    def log_message(self, *_):
        pass


def test_a_port_lost_to_another_server_while_starting_is_an_error(ended):
    """Label Studio itself would silently take the next port, and the other answers every question rightly."""
    address = ("127.0.0.1", ended.running.port)
    with start_elsewhere(ended) as start, http.server.ThreadingHTTPServer(address, Impostor) as impostor:
        threading.Thread(target=impostor.serve_forever, daemon=True).start()
        _, err = start.communicate()
        impostor.shutdown()
    assert start.returncode == 2
    assert f"port {ended.running.port} is taken by" in err
    assert studio.status(ended.workspace).state == "not running"


def test_a_server_that_cannot_start_is_told_in_its_own_words(tmp_path, monkeypatch, unused_port):
    """A stand-in for Label Studio on a bad day."""
    program = tmp_path / "server" / "bin" / "label-studio"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho Starting; echo the disk is on fire; echo; exit 3\n")
    program.chmod(0o755)
    program.with_name("python").touch()
    (tmp_path / "server" / "meu-data-installed").write_text(VERSION)
    monkeypatch.setenv("MEU_STUDIO_ENV", str(tmp_path / "server"))
    with pytest.raises(MeuError, match=r"ended before it answered: the disk is on fire \(.*server\.log\)"):
        studio.start(tmp_path / "workspace", unused_port)
    assert studio.status(tmp_path / "workspace").state == "not running"


def test_a_lost_login_is_made_anew(ended):
    StudioFolder(ended.workspace).login_file.unlink()
    ended.restart()
    assert logs_in(ended.url, ended.username, ended.password)
    assert asks(ended.url, "/api/current-user/whoami", ended.token).status_code == 200
    assert logs_in(ended.url, ended.annotators[0].username, ended.annotators[0].password)


@pytest.mark.parametrize(
    ("host", "reason"),
    [("elsewhere", "it runs on elsewhere; stop it there"), (socket.gethostname(), "is unknown; find the process")],
    ids=["on another machine", "not the process it was"],
)
def test_stop_ends_no_process_but_the_server(tmp_path, monkeypatch, host, reason):
    monkeypatch.setattr(process, "_STOP_PATIENCE_S", 0.3)
    folder = StudioFolder(tmp_path)
    folder.make()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        folder.set_state(ServerState(host=host, pid=innocent.pid, port=8080))
        with held_lock(folder.lock), pytest.raises(MeuError, match=reason):
            studio.stop(tmp_path)
        assert innocent.poll() is None
        innocent.kill()
