"""When the server, or the line to it, fails: one line that says so, and nothing is lost or doubled."""

import sys
import uuid

import jwt
import keyring
import pytest

from meu_data.errors import MeuError, MissingExtraError
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.review.server import client, sending
from meu_data.review.server.client import Server
from meu_data.review.server.connection import connect, plain_url
from meu_data.review.server.faults import Explainer, ServerError
from meu_data.review.studio import add_annotator
from tests.review.lab import Person, clip_id, make_workspace
from tests.review.proxy import PATIENCE_S, Drop, Hold, Late, Lose, Refuse, proxied

CLIPS = 6
TOKEN = "0123456789abcdef" * 3
IMPORT, LIST, WHO = "/import?", "GET /api/tasks/", "current-user/whoami"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody waits long here."""
    monkeypatch.setattr(client, "_FIRST_PAUSE_S", 0.02)


@pytest.fixture
def title() -> str:
    return f"faults {uuid.uuid4().hex[:12]}"


@pytest.fixture
def proxy(label_studio):
    with proxied(label_studio.url) as between:
        yield between


@pytest.fixture
def workspace(tmp_path):
    with make_workspace(tmp_path / "work", CLIPS) as opened:
        yield opened


@pytest.fixture
def server(label_studio, proxy) -> Server:
    return Server(proxy.url, label_studio.token, "the fixture", timeout_s=60, patience_s=120)


def samples_there(admin: Person, title: str) -> list[str]:
    """The samples of all tasks in all projects of a title."""
    projects = admin.asks("GET", "projects/", params={"title": title, "page_size": 100})["results"]
    return sorted(task["data"]["sample_id"] for found in projects for task in admin.tasks(found["id"]))


@pytest.mark.parametrize(
    ("acts", "imports"),
    [
        ([Lose()], 1),
        ([Drop()], 2),
        ([Refuse(500)], 2),
        ([Refuse(503)], 2),
        ([Drop(), Refuse(500), Lose()], 3),
        ([None, Lose()], 2),
    ],
    ids=["answer lost", "request lost", "500", "503", "three in a row", "in the second batch"],
)
def test_an_import_that_got_lost_is_made_once(workspace, server, proxy, admin, title, monkeypatch, acts, imports):
    if len(acts) == 2:
        monkeypatch.setattr(sending, "BATCH_TASKS", 3)
    proxy.plan(IMPORT, *acts)
    summary = push(workspace, server, title=title, images="embed")
    assert summary.created == CLIPS
    assert samples_there(admin, title) == [clip_id(index) for index in range(CLIPS)]
    assert sum(IMPORT in line for line in proxy.seen) == imports


def test_a_slow_import_that_ends_after_we_gave_up_leaves_no_doubles(
    workspace, proxy, label_studio, admin, title, monkeypatch
):
    with monkeypatch.context() as hurry:
        hurry.setattr(sending, "_TIMEOUT_S", 0.5)
        late = Late(hurry.undo)
        proxy.plan(IMPORT, late)
        impatient = Server(proxy.url, label_studio.token, "the fixture", timeout_s=60)
        assert push(workspace, impatient, title=title, images="embed").created == CLIPS
    late.released.set()
    assert late.done.wait(PATIENCE_S)
    assert len(samples_there(admin, title)) == 2 * CLIPS
    assert push(workspace, impatient, title=title, images="embed").doubles == CLIPS
    assert samples_there(admin, title) == [clip_id(index) for index in range(CLIPS)]


def test_a_batch_too_large_for_the_proxy_is_sent_in_parts(workspace, server, proxy, admin, title):
    proxy.plan(IMPORT, Refuse(413, "<html>too large</html>"), Refuse(413), None, None, None)
    assert push(workspace, server, title=title, images="embed").created == CLIPS
    assert samples_there(admin, title) == [clip_id(index) for index in range(CLIPS)]


def test_a_task_too_large_for_the_proxy_is_told(workspace, server, proxy, title):
    proxy.plan(IMPORT, *[Refuse(413)] * 5)
    with pytest.raises(ServerError, match=r"does not take a request of this size.*importing 1 tasks from dfme"):
        push(workspace, server, title=title, images="embed")


@pytest.mark.parametrize(
    ("match", "act"),
    [
        ("POST /api/projects/", Drop()),
        ("POST /api/projects/", Lose()),
        ("POST /api/projects/", Refuse(502)),
        (LIST, Lose()),
        ("POST /api/dm/views", Drop()),
        ("model-versions", Refuse(502)),
    ],
    ids=["project lost", "project made, answer lost", "502", "listing", "view", "counting"],
)
def test_other_requests_are_made_again(workspace, server, proxy, admin, title, match, act):
    proxy.plan(match, act)
    assert push(workspace, server, title=title, images="embed").created == CLIPS
    assert samples_there(admin, title) == [clip_id(index) for index in range(CLIPS)]
    assert len(admin.asks("GET", "projects/", params={"title": title})["results"]) == 1


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Refuse(401, '{"detail": "Invalid token."}'), "does not take the token from the fixture: Invalid token."),
        (Refuse(403, '{"detail": "No permission."}'), "does not allow this to the token's user: No permission."),
        (Refuse(404, "<html>"), "gave no answer that a Label Studio gives: check the URL"),
        (Refuse(200, "<html>"), "gave no answer that a Label Studio gives: check the URL"),
        (Refuse(200, "[]"), "gave no answer that a Label Studio gives: check the URL"),
        (Refuse(301), "sends us elsewhere (status 301); use the final URL"),
        (Refuse(500, '{"detail": "out of memory"}'), "failed with status 500: out of memory"),
        (Drop(), "broke the connection"),
    ],
    ids=["401", "403", "404", "a page", "a list", "a redirection", "500", "dropped"],
)
def test_logging_in_fails_at_once_and_in_one_line(server, proxy, act, reason):
    proxy.plan(WHO, act)
    with pytest.raises(ServerError) as caught:
        server.who()
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(proxy.seen) == 1


@pytest.mark.parametrize(
    ("match", "act", "reason"),
    [
        (LIST, Refuse(401), "does not take the token from the fixture (while listing tasks)"),
        (LIST, Refuse(403), "does not allow this to the token's user (while listing tasks)"),
        (LIST, Refuse(404, '{"detail": "No Project."}'), "has no such thing: No Project. (while listing tasks)"),
        (LIST, Refuse(200, "{}"), "in a way that is not Label Studio's"),
        (IMPORT, Refuse(400, '{"validation_errors": {"data": ["is bad"]}}'), "refused with status 400: data: is bad"),
        (IMPORT, Refuse(201, '{"import": 7}'), "imports in the background"),
        ("PATCH /api/projects/", Refuse(400, '{"detail": "AU9 is in use"}'), "AU9 is in use"),
    ],
    ids=["401", "403", "404", "no list", "400", "no ids", "screen"],
)
def test_a_refusal_during_a_push_ends_it_in_one_line(workspace, server, proxy, title, match, act, reason):
    if match.startswith("PATCH"):
        push(workspace, server, title=title, images="embed", limit=1)
    proxy.plan(match, act)
    with pytest.raises(ServerError) as caught:
        push(workspace, server, title=title, images="embed")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_goes_on_failing_ends_the_push_and_the_next_one_goes_on(
    workspace, label_studio, proxy, title, admin
):
    proxy.plan(LIST, *[Refuse(500, '{"detail": "database is locked"}')] * 4)
    hasty = Server(proxy.url, label_studio.token, "the fixture", patience_s=120)
    with pytest.raises(ServerError, match=r"failed with status 500: database is locked \(while listing tasks\)"):
        push(workspace, hasty, title=title, images="embed")
    assert push(workspace, hasty, title=title, images="embed").created == CLIPS


def test_a_server_that_never_answers_is_given_up(workspace, label_studio, proxy, title):
    proxy.plan(LIST, *[Hold(before=True) for _ in range(9)])
    hasty = Server(proxy.url, label_studio.token, "the fixture", timeout_s=3, patience_s=4)
    with pytest.raises(ServerError, match=r"took too long to answer \(while listing tasks\)"):
        push(workspace, hasty, title=title, images="embed")
    assert 1 <= sum(LIST in line for line in proxy.seen) <= 2


def test_nobody_there_is_told_at_once(unused_port):
    url = f"http://127.0.0.1:{unused_port}"
    with pytest.raises(ServerError, match=f"nobody answers at {url}: is it running"):
        Server(url, TOKEN, "the fixture").who()


def test_a_pull_reads_again_what_got_lost(workspace, server, proxy, admin, title):
    number = int(push(workspace, server, title=title, images="embed").url.rsplit("/", 1)[1])
    for task in admin.tasks(number):
        admin.submits(task)
    proxy.plan(LIST, Drop(), None, Refuse(503), Lose(), None, Drop())
    proxy.plan("/api/users/", Lose())
    summary = pull(workspace, server, title=title)
    assert (summary.new, summary.annotations) == (CLIPS, CLIPS)


def test_the_token_is_in_no_message():
    explain = Explainer("https://label.example.org", TOKEN, "the keyring")
    for body in ({"detail": f"bad {TOKEN}"}, {"validation_errors": {"x": [f"{TOKEN} is no token"]}}):
        for status in (400, 401, 403, 404, 500, 503):
            said = str(explain.refused(status, body))
            assert TOKEN not in said
            assert "[token]" in said


def test_both_kinds_of_token_work(label_studio):
    account = add_annotator(label_studio.workspace, f"n{uuid.uuid4().hex[:12]}")
    person = Person.logs_in(account.url, account.username, account.password)
    personal = person.asks("POST", "token/")["token"]
    assert personal.count(".") == 2
    for token in (personal, person.token):
        assert Server(label_studio.url, token, "the test").who() == account.username


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("nonsense", "Invalid token"),
        (jwt.encode({"exp": 5}, "k" * 32), "expired"),
        (jwt.encode({"exp": 5e9, "token_type": "refresh"}, "k" * 32), "invalid"),
    ],
    ids=["wrong", "run out", "of another server"],
)
def test_a_token_that_does_not_do(label_studio, token, reason):
    with pytest.raises(ServerError, match="does not take the token from the test") as caught:
        Server(label_studio.url, token, "the test").who()
    assert reason in str(caught.value)
    assert token not in str(caught.value)


class TestConnecting:
    def test_the_own_server_needs_no_token(self, label_studio):
        assert connect(label_studio.workspace).url == label_studio.url
        assert connect(label_studio.workspace, f" {label_studio.url}/ ").url == label_studio.url

    def test_a_team_server_takes_the_variable(self, label_studio, tmp_path, monkeypatch):
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", f"{label_studio.token}\n")
        assert connect(tmp_path, label_studio.url).url == label_studio.url

    def test_or_the_keyring(self, label_studio, tmp_path, monkeypatch):
        monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
        kept = {("meu-data", "label-studio"): label_studio.token}
        monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
        assert connect(tmp_path, label_studio.url).url == label_studio.url

    def test_without_a_token_it_says_where_to_put_one(self, tmp_path, monkeypatch):
        monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
        with pytest.raises(MeuError, match="set LABEL_STUDIO_API_KEY, or store it with `keyring set meu-data"):
            connect(tmp_path, "https://label.example.org")

    def test_without_a_server_it_says_how_to_get_one(self, tmp_path):
        with pytest.raises(MeuError, match="meu-data studio start"):
            connect(tmp_path)

    def test_without_the_extra_it_names_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "label_studio_sdk.core.api_error", None)
        with pytest.raises(MissingExtraError, match=r"meu-data\[labelstudio\]"):
            Server("https://label.example.org", TOKEN, "the test")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" https://label.example.org/ ", "https://label.example.org"),
        ("https://host/label-studio/", "https://host/label-studio"),
    ],
)
def test_urls(text, url):
    assert plain_url(text) == url


@pytest.mark.parametrize(
    "text", ["", "label.example.org", "ftp://host", "http://", "http://host:port", "http://host:99999", "http://h?x=1"]
)
def test_what_is_no_url(text):
    with pytest.raises(MeuError, match="is no URL of a server"):
        plain_url(text)


def test_a_password_in_the_url_is_refused_and_not_repeated():
    with pytest.raises(MeuError) as caught:
        plain_url("https://me:secret@host")
    assert "secret" not in str(caught.value)
