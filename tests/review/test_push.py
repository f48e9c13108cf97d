"""Push on a real Label Studio: what is there once, stays once, and what people have touched stays as it is."""

import re
import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest
import requests

from meu_data.drafting import draft_offline
from meu_data.errors import MeuError
from meu_data.review import push_run
from meu_data.review.push import PushSummary, push
from meu_data.review.screen.authorship import is_as_written
from meu_data.review.server import sending
from meu_data.review.server.client import Server
from meu_data.review.server.faults import ServerError
from meu_data.review.server.remote_tasks import Inventory, RemoteTask, Stamp
from meu_data.store.projects import known_projects
from meu_data.store.workspace import Workspace
from tests.review.lab import Person, clip_id, distrust, make_workspace, redraft
from tests.review.proxy import PATIENCE_S, Call, Hold, Refuse, proxied

CLIPS = 6


@pytest.fixture
def title() -> str:
    return f"push {uuid.uuid4().hex[:12]}"


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    with make_workspace(tmp_path / "work", CLIPS) as opened:
        yield opened


@pytest.fixture
def pushing(workspace, server, title):
    """Pushes the workspace: the summary, and the project's number on the server."""

    def run(**options: Any) -> tuple[PushSummary, int]:
        summary = push(workspace, server, **{"title": title, "images": "embed", **options})
        return summary, int(summary.url.rsplit("/", 1)[1])

    return run


def counted(summary: PushSummary) -> dict[str, int]:
    """The outcomes that occurred; they add up to the samples."""
    outcomes = {name: getattr(summary, name) for name in push_run.get_args(push_run.PushOutcome)}
    assert sum(outcomes.values()) == summary.samples
    return {name: count for name, count in outcomes.items() if count}


def samples_of(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["data"]["sample_id"] for task in tasks]


def test_a_push_makes_tasks_that_show_their_drafts(pushing, admin, workspace, title):
    summary, number = pushing()
    assert counted(summary) == {"created": CLIPS}
    tasks = admin.tasks(number)
    assert samples_of(tasks) == [clip_id(index) for index in range(CLIPS)]
    for task in tasks:
        (draft,) = workspace.ledger.drafts(task["data"]["sample_id"])
        (prediction,) = task["predictions"]
        assert task["data"]["draft"] == draft.model_dump(mode="json")
        assert (prediction["model_version"], prediction["score"]) == ("offline-1", task["data"]["soundness"])
        shown = {result["from_name"]: result["value"] for result in prediction["result"]}
        assert shown["conclusion"] == {"text": [draft.annotation.conclusion]}
        assert set(shown["aus"]["choices"]) == set(draft.annotation.aus)
        assert all(task["data"][key].startswith("data:image/jpeg;base64,") for key in ("motion", "onset", "apex"))
    project = admin.asks("GET", f"projects/{number}/")
    assert project["title"] == title
    assert (project["model_version"], project["show_collab_predictions"]) == ("offline-1", True)
    assert "<" in project["expert_instruction"]
    assert '"AU12"' in project["label_config"]


def test_the_view_lists_the_worst_grounded_and_least_trusted_first(pushing, admin, workspace):
    redraft(workspace, clip_id(3), emotion="fear")
    redraft(workspace, clip_id(1), emotion="fear", aus=("AU2",))
    distrust(workspace, clip_id(5), 0.01)
    _, number = pushing()
    view, _ = admin.asks("GET", "dm/views/", params={"project": number})
    listed = admin.asks("GET", "tasks/", params={"view": view["id"], "fields": "all"})["tasks"]
    soundness = [task["data"]["soundness"] for task in listed]
    assert soundness == sorted(soundness)
    assert soundness == [min(task["data"]["score"], task["data"]["trust"]) for task in listed]
    assert len(set(soundness[:4])) == 4
    assert samples_of(listed)[:3] == [clip_id(5), clip_id(1), clip_id(3)]
    admin.submits(listed[0])
    left = admin.asks("GET", "tasks/", params={"view": view["id"]})["tasks"]
    assert samples_of(left)[0] == clip_id(1)


def test_a_second_push_changes_nothing(pushing, admin):
    _, number = pushing()
    before = admin.tasks(number)
    again, same = pushing()
    assert (counted(again), same) == ({"fresh": CLIPS}, number)
    assert admin.tasks(number) == before
    assert len(admin.asks("GET", "dm/views/", params={"project": number})) == 2


def test_only_and_limit_choose_samples_and_leave_the_others_alone(pushing, admin):
    first, number = pushing(limit=2)
    assert counted(first) == {"created": 2}
    second, _ = pushing(only=clip_id(4))
    assert (counted(second), second.elsewhere) == ({"created": 1}, 2)
    assert samples_of(admin.tasks(number)) == [clip_id(0), clip_id(1), clip_id(4)]


def test_a_new_draft_replaces_what_nobody_touched_and_nothing_else(pushing, admin, label_studio, workspace):
    _, number = pushing()
    tasks = admin.tasks(number)
    annotator = Person.logs_in(
        label_studio.url, label_studio.annotators[0].username, label_studio.annotators[0].password
    )
    annotator.submits(tasks[0])
    annotator.skips(tasks[1])
    annotator.begins(tasks[2])
    new = {index: redraft(workspace, clip_id(index)) for index in range(4)}
    summary, _ = pushing()
    assert counted(summary) == {"kept": 3, "replaced": 1, "fresh": 2}
    after = {task["data"]["sample_id"]: task for task in admin.tasks(number)}
    assert len(after) == CLIPS == len(admin.tasks(number))
    for index in range(3):
        assert after[clip_id(index)]["id"] == tasks[index]["id"]
        assert after[clip_id(index)]["data"] == tasks[index]["data"]
    (prediction,) = after[clip_id(3)]["predictions"]
    assert after[clip_id(3)]["data"]["draft"] == new[3].model_dump(mode="json")
    assert "Another model wrote this." in str(prediction["result"])
    assert after[clip_id(4)]["id"] == tasks[4]["id"]
    assert counted(pushing()[0]) == {"kept": 3, "fresh": 3}


def test_an_annotation_submitted_while_its_task_is_being_replaced_survives(
    pushing, admin, workspace, server, monkeypatch
):
    _, number = pushing()
    task = admin.tasks(number)[0]
    redraft(workspace, clip_id(0))
    really = sending.remove_untouched

    def late(*arguments: Any) -> int:
        monkeypatch.setattr(sending, "remove_untouched", really)
        admin.submits(task)
        return really(*arguments)

    monkeypatch.setattr(sending, "remove_untouched", late)
    summary, _ = pushing()
    assert counted(summary) == {"kept": 1, "fresh": CLIPS - 1}
    (kept,) = [found for found in admin.tasks(number) if found["data"]["sample_id"] == clip_id(0)]
    assert kept["id"] == task["id"]
    assert len(kept["annotations"]) == 1


def test_other_pictures_are_brought_to_untouched_tasks(pushing, admin):
    _, number = pushing()
    summary, _ = pushing(images="https://pictures.example.org/maps")
    assert counted(summary) == {"replaced": CLIPS}
    assert all(task["data"]["motion"].startswith("https://pictures.example.org/") for task in admin.tasks(number))
    assert not any("clip.webp" in task["data"]["overlay"] for task in admin.tasks(number))
    summary, _ = pushing(images="https://pictures.example.org/maps", clips=True)
    assert counted(summary) == {"replaced": CLIPS}
    clip = r"url\('https://pictures\.example\.org/maps/faces/robust/\S+\.clip\.webp'\)"
    assert all(re.search(clip, task["data"]["overlay"]) for task in admin.tasks(number))


def test_a_prediction_that_went_missing_comes_back(pushing, admin):
    _, number = pushing()
    admin.asks("DELETE", f"predictions/{admin.tasks(number)[2]['predictions'][0]['id']}/")
    assert counted(pushing()[0]) == {"replaced": 1, "fresh": CLIPS - 1}
    assert all(len(task["predictions"]) == 1 for task in admin.tasks(number))


def test_what_was_deleted_on_the_server_comes_back_only_when_told_to(pushing, admin):
    _, number = pushing()
    for task in admin.tasks(number)[:2]:
        admin.asks("DELETE", f"tasks/{task['id']}/")
    assert counted(pushing()[0]) == {"deleted": 2, "fresh": CLIPS - 2}
    assert len(admin.tasks(number)) == CLIPS - 2
    assert counted(pushing(restore=True)[0]) == {"restored": 2, "fresh": CLIPS - 2}
    assert sorted(samples_of(admin.tasks(number))) == [clip_id(index) for index in range(CLIPS)]
    assert counted(pushing()[0]) == {"fresh": CLIPS}


def test_a_foreign_project_of_the_same_title_is_left_alone(pushing, admin, title):
    number = admin.asks("POST", "projects/", json={"title": title, "description": "of another team"})["id"]
    with pytest.raises(MeuError, match="was not made by meu-data: choose another title with --project"):
        pushing()
    assert admin.asks("GET", f"projects/{number}/")["description"] == "of another team"
    assert not admin.tasks(number)


def test_of_two_own_projects_the_one_with_the_lower_number_counts(pushing, admin, title, workspace):
    numbers = [
        admin.asks("POST", "projects/", json={"title": title, "description": f"ours [meu-data:{key * 16}:en]"})["id"]
        for key in "ab"
    ]
    with pytest.raises(MeuError, match="was made by another workspace: --join"):
        pushing()
    assert pushing(join=True)[1] == min(numbers)
    assert [project.key for project in known_projects(workspace.ledger)] == ["a" * 16]


def test_a_project_is_found_whatever_the_lead_calls_it(pushing, admin, title):
    _, number = pushing()
    changed = {"title": f"{title} 2", "description": "Batch two, with Li Wei."}
    admin.asks("PATCH", f"projects/{number}/", json=changed)
    assert (pushing()[1], pushing(title=changed["title"])[1]) == (number, number)
    there = admin.asks("GET", f"projects/{number}/")
    assert {name: there[name] for name in changed} == changed


def test_what_the_lead_has_changed_stays_until_told_otherwise(pushing, admin, workspace):
    _, number = pushing()
    written = admin.asks("GET", f"projects/{number}/")
    assert is_as_written(written["label_config"])
    assert is_as_written(written["expert_instruction"])
    field = '<Choices name="lead" toName="motion"><Choice value="again"/></Choices></View>'
    changed = {
        "label_config": written["label_config"].rstrip().removesuffix("</View>") + field,
        "expert_instruction": "<p>Ask Li Wei.</p>",
    }
    admin.asks("PATCH", f"projects/{number}/", json=changed)
    redraft(workspace, clip_id(0))
    summary, _ = pushing()
    assert (counted(summary), summary.edited) == (
        {"replaced": 1, "fresh": CLIPS - 1},
        ("screen", "instructions"),
    )
    there = admin.asks("GET", f"projects/{number}/")
    assert {name: there[name] for name in changed} == changed
    without = changed["label_config"].replace('alias="fear"', 'alias="dread"')
    admin.asks("PATCH", f"projects/{number}/", json={"label_config": without})
    with pytest.raises(MeuError, match=r"changed on .* and lacks fear: .*--take-over"):
        pushing()
    assert pushing(take_over=True)[0].edited == ()
    there = admin.asks("GET", f"projects/{number}/")
    assert there["expert_instruction"] == written["expert_instruction"]
    # What can be ticked is never taken away; the lead's own field goes.
    assert "again" not in there["label_config"]
    assert is_as_written(there["label_config"])


def test_a_task_made_by_hand_is_told_and_left_alone(pushing, admin):
    _, number = pushing()
    data = dict.fromkeys(admin.tasks(number)[0]["data"], "x")
    mine = admin.asks("POST", "tasks/", json={"project": number, "data": data})
    summary, _ = pushing()
    assert (counted(summary), summary.foreign) == ({"fresh": CLIPS}, 1)
    assert mine["id"] in [task["id"] for task in admin.tasks(number)]


def test_a_second_machine_knows_what_the_first_has_pushed(pushing, tmp_path, server, title, admin):
    _, number = pushing()
    # Its description says no longer whose it is: the tasks do.
    admin.asks("PATCH", f"projects/{number}/", json={"description": ""})
    with make_workspace(tmp_path / "other", CLIPS + 2) as other:
        with pytest.raises(MeuError, match="was made by another workspace: --join"):
            push(other, server, title=title, images="embed")
        summary = push(other, server, title=title, images="embed", join=True)
        assert counted(summary) == {"created": 2, "fresh": CLIPS}
        admin.asks("DELETE", f"tasks/{admin.tasks(number)[0]['id']}/")
        assert counted(push(other, server, title=title, images="embed")) == {"deleted": 1, "fresh": CLIPS + 1}


def test_a_draft_that_cannot_be_shown_is_a_problem_and_never_sent(pushing, admin, workspace):
    bad = redraft(workspace, clip_id(1), conclusion=" ")
    assert bad.annotation.conclusion == " "
    summary, number = pushing()
    assert counted(summary) == {"created": CLIPS - 1, "problems": 1}
    (problem,) = workspace.ledger.problems("push")
    assert problem.sample_id == clip_id(1)
    assert "conclusion" in problem.reason
    assert clip_id(1) not in samples_of(admin.tasks(number))
    redraft(workspace, clip_id(1), conclusion="It is surprise.")
    assert counted(pushing()[0]) == {"created": 1, "fresh": CLIPS - 1}
    assert not list(workspace.ledger.problems("push"))


def test_a_picture_that_is_gone_is_a_problem(pushing, workspace):
    (workspace.root / "frames" / "apex5.png").unlink()
    summary, _ = pushing()
    assert counted(summary) == {"problems": CLIPS}
    assert all("apex" in problem.reason for problem in workspace.ledger.problems("push"))


def test_samples_without_draft_or_map_are_counted_with_the_reason(pushing, workspace):
    with workspace.ledger.transaction():
        workspace.ledger.db.execute("DELETE FROM drafts WHERE sample_id = ?", (clip_id(0),))
        workspace.ledger.drop_motion(clip_id(1), "robust")
        record = "UPDATE drafts SET record = json_set(record, '$.map_sha256', 'other') WHERE sample_id = ?"
        workspace.ledger.db.execute(record, (clip_id(2),))
    summary, _ = pushing()
    assert counted(summary) == {"created": CLIPS - 3, "left_out": 3}
    assert [(count, reason.split(":")[0]) for reason, count in summary.reasons.items()] == [
        (1, "its draft describes another map"),
        (1, "no draft in en"),
        (1, "not rendered with the recipe robust"),
    ]


def test_drafts_by_several_models_have_to_be_chosen_from(pushing, workspace, admin):
    (draft,) = workspace.ledger.drafts(clip_id(0))
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(draft.model_copy(update={"model": "other-2"}), "0")
    with pytest.raises(MeuError, match="several models: choose one with --model: offline-1, other-2"):
        pushing()
    summary, number = pushing(model="offline-1")
    assert counted(summary) == {"created": CLIPS}
    summary, _ = pushing(model="other-2")
    assert counted(summary) == {"replaced": 1, "left_out": CLIPS - 1}
    assert summary.models == {"offline-1": CLIPS - 1, "other-2": 1}
    assert admin.asks("GET", f"projects/{number}/")["model_version"] == "offline-1"


def test_another_language_needs_another_project(pushing, workspace):
    pushing()
    draft_offline(workspace, lang="zh")
    with pytest.raises(MeuError, match="is in en: choose another for zh with --project"):
        pushing(lang="zh")


def test_what_annotators_may_tick_is_never_taken_away(pushing, admin, tmp_path, server, title):
    _, number = pushing()
    other = tmp_path / "other"
    with make_workspace(other, 1) as smaller:
        query = 'UPDATE samples SET record = json_set(record, \'$.aus\', json(\'[{"number": 46, "side": "L"}]\'))'
        with smaller.ledger.transaction():
            smaller.ledger.db.execute(query)
        push(smaller, server, title=title, images="embed", join=True)
    config = admin.asks("GET", f"projects/{number}/")["label_config"]
    assert all(f'"{code}"' in config for code in ("AU12", "LAU9", "LAU46"))


def test_local_pictures_are_served_to_those_who_may_see_them(label_studio, server, admin, title):
    place = label_studio.maps / uuid.uuid4().hex / "work 帧"
    with make_workspace(place, 2) as below:
        summary = push(below, server, title=title, images="local")
        assert counted(push(below, server, title=title, images="local")) == {"fresh": 2}
    number = int(summary.url.rsplit("/", 1)[1])
    for task in admin.tasks(number):
        for part in ("motion", "onset", "apex"):
            url = label_studio.url + task["data"][part]
            allowed = requests.get(url, headers={"Authorization": f"Token {admin.token}"}, timeout=PATIENCE_S)
            assert (allowed.status_code, allowed.headers["content-type"].split("/")[0]) == (200, "image")
            assert requests.get(url, timeout=PATIENCE_S).status_code == 401


def test_there_has_to_be_something_to_push(pushing, workspace):
    with pytest.raises(MeuError, match=r"nothing to push: 6 no draft in zh.*meu-data draft"):
        pushing(lang="zh")
    with pytest.raises(MeuError, match="there is no sample 'dfme/none'"):
        pushing(only="dfme/none")


_KILLED = """
import sys
from pathlib import Path
from meu_data.review.server import sending
from meu_data.review.server.client import Server
from meu_data.review.push import push
from meu_data.store.workspace import Workspace

sending.BATCH_TASKS = 3
_, root, url, token, title = sys.argv
with Workspace.open(Path(root)) as workspace:
    push(workspace, Server(url, token, "the test"), title=title, images="embed")
"""


@pytest.mark.parametrize(
    ("match", "acts"),
    [
        ("POST /api/projects/", [Hold()]),
        ("/import?", [None, Hold()]),
        ("/import?", [None, Hold(before=True)]),
        ("id=delete_tasks", [Hold(before=True)]),
        ("PATCH /api/projects/", [None, Hold(before=True)]),
    ],
    ids=[
        "as the project is made",
        "inside a batch",
        "between batches",
        "before replaced tasks go",
        "before the screen is shown",
    ],
)
def test_a_killed_push_is_completed_by_the_next(pushing, workspace, label_studio, admin, title, match, acts):
    replacing = match == "id=delete_tasks"
    if replacing:
        pushing()
        for index in range(CLIPS):
            redraft(workspace, clip_id(index))
    with proxied(label_studio.url) as proxy:
        proxy.plan(match, *acts)
        script = [sys.executable, "-c", _KILLED, str(workspace.root), proxy.url, label_studio.token, title]
        process = subprocess.Popen(script)
        assert acts[-1].reached.wait(PATIENCE_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
        acts[-1].released.set()
    summary, number = pushing()
    assert summary.doubles == (3 if replacing else 0)
    tasks = admin.tasks(number)
    assert sorted(samples_of(tasks)) == [clip_id(index) for index in range(CLIPS)]
    assert all(len(task["predictions"]) == 1 for task in tasks)
    listed = admin.asks("GET", "projects/", params={"title": title, "page_size": 100})["results"]
    assert [found["id"] for found in listed] == [number]
    assert listed[0]["model_version"]
    assert '"AU12"' in listed[0]["label_config"]
    if replacing:
        assert all("Another model" in str(task["predictions"][0]["result"]) for task in tasks)
    assert counted(pushing()[0]) == {"fresh": CLIPS}


def test_a_new_project_gets_its_screen_once_its_tasks_are_there_or_given_up(label_studio, workspace, admin, title):
    def screens() -> list[str]:
        return [found["label_config"] for found in admin.asks("GET", "projects/", params={"title": title})["results"]]

    bare: list[str] = []
    with proxied(label_studio.url) as proxy:
        server = Server(proxy.url, label_studio.token, "the test")
        proxy.plan("/import?", Call(lambda: bare.extend(screens())))
        push(workspace, server, title=title, images="embed", limit=1)
        assert bare == ["<View></View>"]
        (shown,) = screens()
        assert '"AU12"' in shown
        other = f"{title} again"
        proxy.plan("/import?", Refuse(400, "{}"))
        with pytest.raises(ServerError):
            push(workspace, server, title=other, images="embed")
    listed = admin.asks("GET", "projects/", params={"title": other})["results"]
    assert [found["label_config"] for found in listed] == [shown]


def _task(number: int, sample: str, answers: int = 0) -> RemoteTask:
    return RemoteTask(number, Stamp(sample_id=sample, draft_sha256="d", inputs="i"), "2026-11-20T08:00:00Z", answers, 1)


@pytest.mark.parametrize(
    ("tasks", "touched", "superfluous"),
    [
        ([_task(1, "a"), _task(2, "b")], set(), []),
        ([_task(3, "a"), _task(1, "a"), _task(2, "a")], set(), [2, 3]),
        ([_task(1, "a"), _task(2, "a", 1)], set(), [1]),
        ([_task(1, "a"), _task(2, "a")], {2}, [1]),
        ([_task(1, "a", 1), _task(2, "a", 2), _task(3, "a")], set(), [3]),
    ],
    ids=["none", "the lowest stays", "the annotated stays", "the begun stays", "all annotated stay"],
)
def test_which_duplicates_go(tasks, touched, superfluous):
    by_sample: dict[str, list[RemoteTask]] = {}
    for task in tasks:
        by_sample.setdefault(task.stamp.sample_id, []).append(task)
    assert Inventory(by_sample, touched, 0, 9).duplicates() == superfluous
