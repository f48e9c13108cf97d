"""The whole way through the command line, on the workspace's own server, which also breaks down once."""

import contextlib
import json
import sqlite3
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from meu_data.cli import main
from meu_data.errors import MeuError
from meu_data.review.pull import pull
from meu_data.review.push import PushSummary, push
from meu_data.review.server import remote_tasks, sending
from meu_data.review.server.client import Server
from meu_data.review.studio import environment
from meu_data.store.projects import known_projects
from meu_data.store.workspace import Workspace
from tests.review.lab import Person, clip_id, make_workspace, redraft
from tests.review.proxy import Call, proxied

CLIPS = 4


@pytest.fixture(scope="module")
def workspace(own_label_studio):
    with make_workspace(own_label_studio.workspace, CLIPS) as opened:
        yield opened


@pytest.fixture
def admin(own_label_studio) -> Person:
    return Person(own_label_studio.url, own_label_studio.token, own_label_studio.username)


@pytest.fixture
def meu(workspace, monkeypatch, capsys):
    """Runs the program in this process: (exit code, stdout, stderr)."""

    def run(*words: object, at: Path = workspace.root, **environment: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["meu-data", *map(str, words), "-w", str(at)])
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_drafts_go_out_and_corrections_come_back(meu, workspace, own_label_studio, admin):
    code, out, err = meu("push")
    assert code == 0, err
    first, url, login = out.splitlines()
    assert login.startswith("for annotators, by way of the login: ")
    assert first == f"{CLIPS} samples: {CLIPS} created, 0 replaced, 0 up to date in meu-data dfme en"
    assert url.startswith(own_label_studio.url)
    number = int(url.rsplit("/", 1)[1])
    code, out, _ = meu("push", "--json")
    assert (code, json.loads(out)["fresh"]) == (0, CLIPS)

    account = own_label_studio.annotators[0]
    annotator = Person.logs_in(own_label_studio.url, account.username, account.password)
    tasks = admin.tasks(number)
    assert tasks[0]["data"]["motion"].startswith("/data/local-files/?d=")
    reads_fear = {"expression_inference": ["This speaks for fear."], "conclusion": ["It is fear."]}
    annotator.submits(tasks[0], {"emotion": ["fear"], **reads_fear})
    faulty = annotator.submits(tasks[1], {"conclusion": None})

    code, out, err = meu("pull", "--policy", "latest")
    assert code == 3
    assert out.splitlines() == [
        "meu-data dfme en: 2 annotations, 2 new or changed",
        "1 break a rule",
        "1 sent back to who made it: the screen says what is wrong",
        "latest: 1 of 2 reviewed ones kept, 0 sent back",
        "  1 every review of it was skipped or breaks a rule",
    ]
    assert err == "1 problem; see `meu-data problems`\n"
    code, out, _ = meu("problems")
    assert code == 3
    assert f"pull: {url}/data?task={tasks[1]['id']} row 3: {account.username} (annotation {faulty['id']}): " in out
    annotator.corrects(faulty, {"conclusion": ["It is surprise."]})
    code, out, _ = meu("pull", "--json")
    assert (code, json.loads(out)["problems"]) == (0, 0)


def test_a_team_server_is_named_by_its_url(meu, own_label_studio, tmp_path):
    with make_workspace(tmp_path / "elsewhere", 1) as other:
        place = other.root
    named = ("--url", own_label_studio.url, "--project", "elsewhere")
    code, _, err = meu("push", *named, at=place, LABEL_STUDIO_API_KEY="wrong")
    assert code == 2
    assert err.startswith(f"meu-data: {own_label_studio.url} does not take the token from LABEL_STUDIO_API_KEY")
    code, out, err = meu("push", *named, "--json", at=place, LABEL_STUDIO_API_KEY=own_label_studio.token)
    assert (code, json.loads(out)["created"]) == (0, 1), err
    assert own_label_studio.token not in out + err
    with Workspace.open(place) as opened:
        tables = [name for (name,) in opened.ledger.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = " ".join(str(opened.ledger.db.rows(f"SELECT * FROM {name}")) for name in tables)
    assert own_label_studio.token not in held


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["push", "--images", "nowhere"], "--images nowhere"),
        (["push", "--project", "ab"], "is no title for a project"),
        (["push", "--url", "http://127.0.0.1:9", "--lang", "en"], "nobody answers at http://127.0.0.1:9"),
        (["pull", "--policy", "mine"], "'mine' is no policy"),
        (["pull", "--project", "none such"], "push first"),
    ],
)
def test_wrong_input_is_exit_2(meu, words, reason):
    code, out, err = meu(*words, LABEL_STUDIO_API_KEY="0" * 40)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert reason in err


def test_a_server_that_restarts_in_the_middle_of_a_push_is_waited_for(workspace, own_label_studio, admin, monkeypatch):
    monkeypatch.setattr(sending, "BATCH_TASKS", 1)
    waited: list[str] = []

    class Listener:
        def start(self, *_: Any) -> None: ...
        def advance(self, *_: Any) -> None: ...
        def finish(self) -> None: ...
        def note(self, text: str) -> None:
            waited.append(text)

    def crash() -> None:
        own_label_studio.kill()
        threading.Thread(target=own_label_studio.restart).start()

    with proxied(own_label_studio.url) as proxy:
        proxy.plan("/import?", None, Call(crash))
        server = Server(proxy.url, own_label_studio.token, "the fixture")
        title = f"restart {uuid.uuid4().hex[:8]}"
        summary = push(workspace, server, title=title, images="embed", progress=Listener())
    assert summary.created == CLIPS
    assert any("trying again" in line for line in waited)
    tasks = admin.tasks(int(summary.url.rsplit("/", 1)[1]))
    assert sorted(task["data"]["sample_id"] for task in tasks) == [clip_id(index) for index in range(CLIPS)]


def test_drafts_of_tasks_that_the_server_half_removed_do_not_count(workspace, own_label_studio, admin):
    """Label Studio takes tasks out of their project first, and may fail before it removes them and their drafts."""
    server = Server(own_label_studio.url, own_label_studio.token, "the fixture")
    title = f"half removed {uuid.uuid4().hex[:8]}"
    push(workspace, server, title=title, images="embed")
    for index in range(CLIPS - 1):
        redraft(workspace, clip_id(index))
    database = sqlite3.connect(own_label_studio.workspace / "studio/data/label_studio.sqlite3", timeout=60)
    with contextlib.closing(database):
        database.execute("CREATE TRIGGER fails BEFORE DELETE ON task BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        summary = push(workspace, server, title=title, images="embed")
        database.execute("DROP TRIGGER fails")
        query = "SELECT count(*) FROM prediction p JOIN task t ON t.id = p.task_id WHERE t.project_id IS NULL"
        assert database.execute(query).fetchone()[0] == CLIPS - 1
    assert (summary.replaced, summary.fresh) == (CLIPS - 1, 1)
    assert summary.models == {"offline-1": CLIPS}
    assert len(admin.tasks(int(summary.url.rsplit("/", 1)[1]))) == CLIPS


@pytest.fixture
def other(tmp_path):
    """A workspace of the test's own."""
    with make_workspace(tmp_path / "other", CLIPS) as opened:
        yield opened


# What makes a server delete a project is tested here and not on the shared one: meanwhile it counts nobody's answers.
def test_a_deleted_project_comes_back_only_when_told_to(own_label_studio, admin, other):
    server = Server(own_label_studio.url, own_label_studio.token, "the fixture")
    title = f"deleted {uuid.uuid4().hex[:8]}"
    numbers = {}
    for name in (title, f"{title} b"):
        numbers[name] = int(push(other, server, title=name, images="embed").url.rsplit("/", 1)[1])
        admin.submits(admin.tasks(numbers[name])[0])
    admin.asks("DELETE", f"projects/{numbers[title]}/")
    rest = pull(other, server)
    assert (rest.projects, rest.missing, rest.new) == ((f"{title} b",), (title,), 1)
    with pytest.raises(MeuError, match="there is no project"):
        pull(other, server, title=title)
    with pytest.raises(MeuError, match=r"was deleted.*--restore"):
        push(other, server, title=title, images="embed")
    again = push(other, server, title=title, images="embed", restore=True)
    assert (again.created, again.url.rsplit("/", 1)[1] != str(numbers[title])) == (CLIPS, True)
    assert len(known_projects(other.ledger)) == 2


def test_two_machines_that_push_at_once_make_one_project_and_no_doubles(tmp_path, own_label_studio, admin):
    title = f"at once {uuid.uuid4().hex[:8]}"
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        make_workspace(place, 12).close()

    def machine(place: Path) -> PushSummary:
        with Workspace.open(place) as opened:
            server = Server(own_label_studio.url, own_label_studio.token, "the fixture")
            return push(opened, server, title=title, images="embed", join=True)

    with ThreadPoolExecutor(2) as pool:
        one, two = (summary.url for summary in pool.map(machine, places))
    assert one == two
    tasks = admin.tasks(int(one.rsplit("/", 1)[1]))
    assert sorted(task["data"]["sample_id"] for task in tasks) == [clip_id(index) for index in range(12)]
    assert machine(places[1]).fresh == 12


def test_local_pictures_outside_the_served_folder_are_refused_and_leave_no_project(own_label_studio, admin, other):
    server = Server(own_label_studio.url, own_label_studio.token, "the fixture")
    title = f"outside {uuid.uuid4().hex[:8]}"
    with pytest.raises(MeuError, match=r"does not serve the files in .*use --images embed"):
        push(other, server, title=title, images="local")
    assert not admin.asks("GET", "projects/", params={"title": title})["results"]
    assert push(other, server, title=title, images="embed").created == CLIPS


def test_answers_that_the_server_does_not_count_are_pulled_and_never_replaced(own_label_studio, admin, other):
    """Where two projects were deleted at once, a server counts no more answers until it is started anew."""
    server = Server(own_label_studio.url, own_label_studio.token, "the fixture")
    title = f"uncounted {uuid.uuid4().hex[:8]}"
    number = int(push(other, server, title=title, images="embed").url.rsplit("/", 1)[1])
    database = sqlite3.connect(own_label_studio.workspace / "studio/data/label_studio.sqlite3", timeout=60)

    def forget() -> None:
        with database:
            database.execute("UPDATE task SET total_annotations = 0, cancelled_annotations = 0")

    with contextlib.closing(database):
        first, second, third, _ = admin.tasks(number)
        admin.submits(first)
        admin.skips(second)
        forget()
        summary = pull(other, server, title=title)
        assert (summary.new, summary.skipped, summary.uncounted) == (2, 1, 2)
        admin.submits(third)
        forget()
        summary = pull(other, server, title=title)
        # The overlap in time looks at those of before as well.
        assert (summary.new, summary.known, summary.uncounted) == (1, 2, 3)
        for index in range(CLIPS):
            redraft(other, clip_id(index))
        pushed = push(other, server, title=title, images="embed")
        assert (pushed.kept, pushed.replaced) == (3, 1)
        # Not even when an answer comes between the listing and the removal.
        assert remote_tasks.remove_untouched(server, number, [first["id"], second["id"], third["id"]]) == 0
    assert [len(task["annotations"]) for task in admin.tasks(number)] == [1, 1, 1, 0]


@pytest.fixture
def push_while_locked(workspace, own_label_studio, admin):
    """Pushes while another holds the server's database for so many seconds; how many imports that took."""

    def run(seconds: float) -> int:
        locked = threading.Event()

        def hold() -> None:
            database = own_label_studio.workspace / "studio/data/label_studio.sqlite3"
            connection = sqlite3.connect(database, timeout=30, isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(seconds)
            connection.execute("ROLLBACK")
            connection.close()

        def lock() -> None:
            threading.Thread(target=hold).start()
            locked.wait()

        with proxied(own_label_studio.url) as proxy:
            proxy.plan("/import?", Call(lock))
            server = Server(proxy.url, own_label_studio.token, "the fixture")
            summary = push(workspace, server, title=f"locked {uuid.uuid4().hex[:8]}", images="embed")
        tasks = admin.tasks(int(summary.url.rsplit("/", 1)[1]))
        assert [len(task["predictions"]) for task in tasks] == [1] * CLIPS
        assert summary.created == CLIPS
        return sum("/import?" in seen for seen in proxy.seen)

    return run


def test_a_managed_server_waits_for_its_locked_database(push_while_locked):
    """By itself it would give up after 5 seconds."""
    assert push_while_locked(6) == 1


def test_drafts_that_another_server_loses_while_its_database_is_locked_are_sent_again(
    push_while_locked, own_label_studio, monkeypatch
):
    """Label Studio as others run it repeats an import without its predictions, and answers that all went well."""
    monkeypatch.setattr(environment, "SETTINGS_MODULE", "label_studio.core.settings.label_studio")
    own_label_studio.stop()
    own_label_studio.restart()
    # Its 5 seconds begin when it first writes, which cannot be seen from outside: longer, until it is long enough.
    imports = next((made for made in map(push_while_locked, (6, 12, 24)) if made > 1), 1)
    assert imports == 2, "the first import did lose its predictions"
