"""Pull from a real Label Studio: every version of what everybody said, once, and nothing lost on the way."""

import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest

from meu_data.errors import MeuError
from meu_data.grounding.ground import ground
from meu_data.review import pull_run
from meu_data.review.pull import PullSummary, pull
from meu_data.review.push import push
from meu_data.review.verdicts.adjudication import parse_policy
from meu_data.store.projects import known_projects
from meu_data.store.reviews import current_reviews, pseudonyms
from meu_data.store.workspace import Workspace
from tests.review.builders import history
from tests.review.lab import Person, clip_id, make_workspace, redraft
from tests.review.proxy import PATIENCE_S, Hold, proxied

CLIPS = 6

FEAR = {
    "motion_analysis": ["AU1 is all that there is."],
    "expression_inference": ["That speaks for fear."],
    "conclusion": ["Fear."],
}


@pytest.fixture
def title() -> str:
    return f"pull {uuid.uuid4().hex[:12]}"


@pytest.fixture
def people(label_studio) -> list[Person]:
    return [Person.logs_in(label_studio.url, each.username, each.password) for each in label_studio.annotators]


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    with make_workspace(tmp_path / "work", CLIPS) as opened:
        yield opened


@pytest.fixture
def pulling(workspace, server, title):
    """Pulls the project; new, known and elsewhere add up to the annotations seen."""

    def run(**options: Any) -> PullSummary:
        summary = pull(workspace, server, **{"title": title, **options})
        assert summary.new + summary.known + summary.elsewhere == summary.annotations
        return summary

    return run


@pytest.fixture
def pushed(workspace, server, title) -> int:
    """The workspace's project, with everything pushed."""
    return int(push(workspace, server, title=title, images="embed").url.rsplit("/", 1)[1])


def only_review(workspace: Workspace, sample: int) -> Any:
    (review,) = current_reviews(workspace.ledger, clip_id(sample))
    return review


def test_what_two_people_said_comes_back_with_who_how_long_and_what_changed(
    workspace, admin, people, pulling, pushed, label_studio
):
    tasks = admin.tasks(pushed)
    ann, bo = people
    ann.submits(tasks[0])
    bo.submits(tasks[0], {"aus": ["AU12"], "emotion": ["fear"], "conclusion": ["恐惧，AU12。\n"]}, lead_time=40)
    ann.skips(tasks[1])
    bo.submits(tasks[2], {"verdict": ["reject"], "emotion": None, "quality": 2, "comment": ["blurred"]})
    summary = pulling()
    assert (summary.tasks, summary.new, summary.skipped, summary.faults, summary.gone) == (3, 4, 1, 0, 0)
    (draft,) = workspace.ledger.drafts(clip_id(0))
    first, second = current_reviews(workspace.ledger, clip_id(0))
    assert (first.annotator, second.annotator) == (ann.email, bo.email)
    assert (first.lead_time_s, second.lead_time_s) == (12.5, 40)
    assert first.draft == second.draft == draft
    assert (first.draft_score, first.draft_flags) == (tasks[0]["data"]["score"], ())
    assert (first.verdict, first.proof) == ("accept", draft.annotation)
    assert (second.verdict, second.proof.aus, second.proof.emotion) == ("fixed", ("AU12",), "fear")
    assert second.proof.conclusion == "恐惧，AU12。"
    assert second.origins["emotion"] == "prediction-changed"
    assert second.origins["motion_analysis"] == "prediction"
    assert second.edits["motion_analysis"] == 0 < second.edits["conclusion"] <= 1
    ((sample, motion), *_) = workspace.ledger.samples_with_motion("robust", only=clip_id(0))
    assert second.grounding == ground(sample, motion, second.proof, "en").score < first.grounding == 1
    assert (only_review(workspace, 1).skipped, only_review(workspace, 1).verdict) == (True, None)
    back = only_review(workspace, 2)
    assert (back.verdict, back.quality, back.comment, back.proof, back.fault) == ("reject", 2, "blurred", None, None)
    assert pseudonyms(workspace.ledger) == {ann.email: "annotator-01", bo.email: "annotator-02"}
    assert first.task == tasks[0]["id"]


def test_only_what_changed_is_fetched_again(workspace, server, admin, people, pulling, pushed, monkeypatch):
    # Without the overlap and with a listing that takes no time, so that a second sets changes apart.
    monkeypatch.setattr(pull_run, "_OVERLAP", pull_run.timedelta(0))
    monkeypatch.setattr(pull_run, "monotonic", lambda: 0.0)
    tasks = admin.tasks(pushed)
    given = [people[0].submits(task) for task in tasks[:3]]
    first, second = pulling(), pulling()
    assert (first.new, first.tasks, second.tasks) == (3, 3, 0)
    people[0].corrects(given[1], {"conclusion": ["Second thoughts."]})
    people[1].submits(tasks[4])
    summary = pulling()
    assert (summary.new, summary.known, summary.tasks) == (2, 0, 2)
    assert only_review(workspace, 1).proof.conclusion == "Second thoughts."
    (project,) = known_projects(workspace.ledger)
    versions = history(workspace.ledger, project.key, given[1]["id"])
    assert [version.proof.conclusion == "Second thoughts." for version in versions] == [False, True]
    assert versions[0].created_at == versions[1].created_at < versions[1].updated_at
    assert versions[1].lead_time_s == 20


def test_pulling_twice_stores_nothing_twice(workspace, admin, people, pulling, pushed):
    for task in admin.tasks(pushed):
        people[0].submits(task)
    assert pulling().new == CLIPS
    before = workspace.ledger.db.rows("SELECT * FROM reviews ORDER BY annotation_id, updated_at")
    again = pulling(full=True)
    assert (again.new, again.known) == (0, CLIPS)
    assert workspace.ledger.db.rows("SELECT * FROM reviews ORDER BY annotation_id, updated_at") == before


def test_a_pull_before_anybody_has_begun_misses_nothing_later(admin, people, pulling, pushed):
    assert (pulling().annotations, pulling().annotations) == (0, 0)
    people[0].submits(admin.tasks(pushed)[0])
    assert pulling().new == 1


def test_deleted_annotations_are_history(workspace, admin, people, pulling, pushed):
    tasks = admin.tasks(pushed)
    given = [people[0].submits(task) for task in tasks[:3]]
    pulling()
    admin.asks("DELETE", f"annotations/{given[0]['id']}/")
    assert pulling().gone == 1
    assert not current_reviews(workspace.ledger, clip_id(0))
    admin.asks("DELETE", f"tasks/{tasks[1]['id']}/")
    assert pulling().gone == 0
    assert pulling(full=True).gone == 1
    assert not current_reviews(workspace.ledger, clip_id(1))
    assert only_review(workspace, 2).fault is None
    (project,) = known_projects(workspace.ledger)
    assert len(history(workspace.ledger, project.key, given[1]["id"])) == 1
    assert pulling(full=True).gone == 0


def test_an_annotation_that_breaks_a_rule_is_a_problem_until_it_is_mended(
    workspace, admin, people, pulling, pushed, label_studio
):
    task = admin.tasks(pushed)[3]
    given = people[1].submits(task, {"emotion": None, "aus": ["AU99"]})
    summary = pulling()
    assert (summary.faults, summary.problems) == (1, 1)
    (problem,) = workspace.ledger.problems("pull")
    assert problem.sample_id == clip_id(3)
    assert problem.file == f"{label_studio.url}/projects/{pushed}/data?task={task['id']}"
    assert problem.reason.startswith(f"{people[1].email} (annotation {given['id']}): ")
    assert "'AU99' is not on the list of AUs; no emotion is chosen" in problem.reason
    assert only_review(workspace, 3).proof is None
    assert (pulling().new, pulling().problems) == (0, 1)
    people[1].corrects(given, {"emotion": ["fear"], "aus": ["AU1"], **FEAR})
    assert pulling().problems == 0
    assert not list(workspace.ledger.problems("pull"))
    assert only_review(workspace, 3).verdict == "fixed"


def test_what_another_machine_has_made_possible_to_tick_breaks_no_rule(
    workspace, admin, people, pulling, pushed, tmp_path, server, title
):
    with make_workspace(tmp_path / "other", 1) as other:
        with other.ledger.transaction():
            winks = 'UPDATE samples SET record = json_set(record, \'$.aus\', json(\'[{"number": 46, "side": "L"}]\'))'
            other.ledger.db.execute(winks)
        push(other, server, title=title, images="embed", join=True)
    (task,) = [found for found in admin.tasks(pushed) if found["data"]["sample_id"] == clip_id(1)]
    people[0].submits(task, {"aus": ["LAU46", "AU1"], "emotion": ["fear"], **FEAR})
    assert (pulling().faults, only_review(workspace, 1).proof.aus) == (0, ("AU1", "LAU46"))


def test_the_problem_of_a_deleted_annotation_goes(workspace, admin, people, pulling, pushed):
    given = people[0].submits(admin.tasks(pushed)[0], {"conclusion": None})
    assert pulling().problems == 1
    admin.asks("DELETE", f"annotations/{given['id']}/")
    assert pulling().problems == 0


def test_a_draft_that_has_changed_here_since_is_read_from_the_task(workspace, admin, people, pulling, pushed):
    (shown,) = workspace.ledger.drafts(clip_id(0))
    tasks = admin.tasks(pushed)
    people[0].submits(tasks[0])
    people[0].submits(tasks[1])
    redraft(workspace, clip_id(0))
    redraft(workspace, clip_id(1))
    edited = {**tasks[1]["data"], "draft": {**tasks[1]["data"]["draft"], "model": "somebody"}}
    admin.asks("PATCH", f"tasks/{tasks[1]['id']}/", json={"data": edited})
    assert pulling().new == 2
    assert only_review(workspace, 0).draft == shown
    assert only_review(workspace, 0).verdict == "accept"
    tampered = only_review(workspace, 1)
    assert (tampered.draft, tampered.edits, tampered.verdict) == (None, {}, "accept")
    assert tampered.proof.conclusion


def test_a_task_edited_by_hand_still_belongs_to_its_sample(workspace, admin, people, pulling, pushed):
    task = admin.tasks(pushed)[0]
    admin.asks("PATCH", f"tasks/{task['id']}/", json={"data": {**task["data"], "sample_id": "dfme/else", "flags": "x"}})
    people[0].submits(task)
    assert (pulling().new, only_review(workspace, 0).draft is not None) == (1, True)


def test_samples_and_tasks_of_others_are_told_and_not_kept(
    workspace, admin, people, pulling, pushed, tmp_path, server, title
):
    for task in admin.tasks(pushed):
        people[0].submits(task)
    data = dict.fromkeys(admin.tasks(pushed)[0]["data"], "x")
    alien = admin.asks("POST", "tasks/", json={"project": pushed, "data": data})
    people[0].asks("POST", f"tasks/{alien['id']}/annotations/", json={"result": []})
    with make_workspace(tmp_path / "smaller", 2) as smaller:
        with pytest.raises(MeuError, match="was made by another workspace: --join"):
            pull(smaller, server, title=title)
        summary = pull(smaller, server, title=title, join=True)
        assert (summary.new, summary.elsewhere, summary.foreign) == (2, CLIPS - 2, 1)
        assert smaller.ledger.db.rows("SELECT count(*) FROM reviews") == [(2,)]
        # The texts of the drafts came from the other machine, through the tasks.
        assert all(current_reviews(smaller.ledger, clip_id(index))[0].draft for index in range(2))
    assert pulling().foreign == 1


def test_all_projects_of_the_workspace_are_pulled_unless_one_is_named(workspace, server, admin, people, title):
    numbers = {}
    for name in (title, f"{title} b"):
        numbers[name] = int(push(workspace, server, title=name, images="embed", limit=1).url.rsplit("/", 1)[1])
        people[0].submits(admin.tasks(numbers[name])[0])
    assert pull(workspace, server, title=title).projects == (title,)
    both = pull(workspace, server)
    assert (both.projects, both.new) == ((title, f"{title} b"), 1)
    with pytest.raises(MeuError, match=r"there is no project .* push first, or name it with --project"):
        pull(workspace, server, title=f"{title} c")


@pytest.mark.parametrize(
    ("policy", "counts"),
    [("latest", (3, 2, 1)), ("majority", (3, 1, 1)), ("expert:ann", (3, 2, 0)), ("expert:annotator-02", (3, 1, 1))],
)
def test_outcomes_are_counted(workspace, admin, people, pulling, pushed, policy, counts):
    tasks = admin.tasks(pushed)
    people[0].submits(tasks[0])
    people[1].submits(tasks[0], {"emotion": ["fear"], "aus": ["AU1"], **FEAR})
    people[0].submits(tasks[1])
    people[1].submits(tasks[2], {"verdict": ["reject"]})
    outcomes = pulling(policy=parse_policy(policy)).outcomes
    assert (outcomes.samples, outcomes.kept, outcomes.sent_back) == counts
    assert outcomes.kept + outcomes.sent_back + sum(outcomes.undecided.values()) == outcomes.samples


def test_an_unknown_expert_is_told(pulling, pushed):
    with pytest.raises(MeuError, match="nobody called 'zoe' has reviewed anything"):
        pulling(policy=parse_policy("expert:zoe"))


_KILLED = """
import sys
from pathlib import Path
from meu_data.review import pull_run
from meu_data.review.server.client import Server
from meu_data.review.pull import pull
from meu_data.store.workspace import Workspace

pull_run._PAGE = 2
_, root, url, token, title = sys.argv
with Workspace.open(Path(root)) as workspace:
    pull(workspace, Server(url, token, "the test"), title=title)
"""


def test_a_killed_pull_is_completed_by_the_next(workspace, label_studio, admin, people, pulling, pushed, title):
    for task in admin.tasks(pushed):
        people[0].submits(task)
    with proxied(label_studio.url) as proxy:
        hold = Hold()
        # Of the three pages of annotations the second one stays out.
        proxy.plan("annotations,result", None, hold)
        script = [sys.executable, "-c", _KILLED, str(workspace.root), proxy.url, label_studio.token, title]
        process = subprocess.Popen(script)
        assert hold.reached.wait(PATIENCE_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
        hold.released.set()
    assert workspace.ledger.db.rows("SELECT count(*) FROM reviews") == [(2,)]
    assert known_projects(workspace.ledger)[0].mark is None
    summary = pulling()
    assert (summary.new, summary.known) == (CLIPS - 2, 2)
    assert pseudonyms(workspace.ledger) == {people[0].email: "annotator-01"}


def test_a_listing_of_several_pages_misses_nothing(workspace, admin, people, pulling, pushed, monkeypatch):
    from meu_data.review.server import remote_tasks as remote

    monkeypatch.setattr(remote, "_PAGE", 2)
    monkeypatch.setattr(pull_run, "_PAGE", 2)
    for task in admin.tasks(pushed)[:5]:
        people[0].submits(task)
    people[0].skips(admin.tasks(pushed)[5])
    assert pulling().new == CLIPS
    assert pulling(full=True).known == CLIPS
