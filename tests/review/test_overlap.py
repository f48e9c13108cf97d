"""Second opinions on a real Label Studio: blind by the stream, in turn by name, and never taken for the first one's."""

import uuid

import pytest

from meu_data.errors import MeuError
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.review.server import project_setup
from meu_data.review.sharing import chosen_people, next_people, parse_overlap
from meu_data.review.verdicts.adjudication import parse_policy
from meu_data.review.verdicts.agreement import agreement
from meu_data.store.reviews import current_reviews, reviews_by_sample
from tests.review.builders import history
from tests.review.lab import Person, clip_id, make_workspace

CLIPS = 8


@pytest.fixture(scope="module")
def people(label_studio) -> list[Person]:
    return [Person.logs_in(label_studio.url, each.username, each.password) for each in label_studio.annotators]


@pytest.fixture
def workspace(tmp_path):
    with make_workspace(tmp_path / "work", CLIPS) as opened:
        yield opened


def handed_out(person: Person, project: int, tab: int | None = None) -> list[dict]:
    """All tasks that the stream hands a person who accepts each; what the browser asks for after each submission."""
    query = {"id": "next_task", "project": project} | ({"view": tab} if tab else {})
    found: list[dict] = []
    while len(found) <= CLIPS:
        try:
            task = person.asks("POST", "dm/actions/", params=query, json={})
        except OSError:
            return found
        assert not task["annotations"], "somebody else's answer is shown"
        found.append(task)
        person.submits(task)
    raise AssertionError("the stream does not end")


def test_the_stream_hands_a_share_of_the_tasks_to_two_people_blind(workspace, server, admin, people, monkeypatch):
    # The share is drawn by the project's key: of eight tasks any number may be, and now and then it is none or all.
    monkeypatch.setattr(project_setup.secrets, "token_hex", lambda _: "0123456789abcdef")
    title = f"overlap {uuid.uuid4().hex[:8]}"
    first = push(workspace, server, title=title, images="embed", overlap="2:40%", limit=5)
    second = push(workspace, server, title=title, images="embed")
    number = int(first.url.rsplit("/", 1)[1])
    assert (first.overlap, second.overlap) == ("2:40%", "2:40%")
    shared = {task["data"]["sample_id"] for task in admin.tasks(number) if task["overlap"] == 2}
    assert 0 < len(shared) == second.shared < CLIPS
    ann, bo = people
    seen = [{task["data"]["sample_id"] for task in handed_out(person, number)} for person in (ann, bo)]
    assert (len(seen[0]), seen[1]) == (CLIPS, shared)
    pull(workspace, server, title=title)
    report = agreement(workspace.ledger, parse_policy("latest"))
    assert (report.pushed, report.coverage, report.overlapping) == (CLIPS, 1.0, len(shared))
    everybody = push(workspace, server, title=title, images="embed", overlap="all:2")
    assert (everybody.shared, {task["overlap"] for task in admin.tasks(number)}) == (CLIPS, {2})
    assert {task["data"]["sample_id"] for task in handed_out(bo, number)} == {
        task["data"]["sample_id"] for task in admin.tasks(number)
    } - shared


def test_nothing_goes_back_before_all_have_answered(workspace, server, admin, people):
    title = f"back {uuid.uuid4().hex[:8]}"
    number = int(push(workspace, server, title=title, images="embed", overlap="all:2", limit=1).url.rsplit("/", 1)[1])
    (task,) = admin.tasks(number)
    people[0].submits(task, {"emotion": ["fear"]})
    assert pull(workspace, server, title=title).returned == 0
    assert admin.tasks(number)[0]["data"] == task["data"]
    people[1].submits(task)
    assert pull(workspace, server, title=title).returned == 1
    assert "↩ ann: " in admin.tasks(number)[0]["data"]["findings"]


def test_tasks_go_to_people_in_turn(workspace, server, admin, people):
    title = f"turns {uuid.uuid4().hex[:8]}"
    with pytest.raises(MeuError, match="'zoe' is no account there"):
        push(workspace, server, title=title, images="embed", assign=["ann", "zoe"])
    summary = push(workspace, server, title=title, images="embed", assign=["ann", "bo"])
    number = int(summary.url.rsplit("/", 1)[1])
    assert summary.assigned == {person.email: CLIPS // 2 for person in people}
    assert push(workspace, server, title=title, images="embed", assign=["ann", "bo"]).fresh == CLIPS
    views = admin.asks("GET", "dm/views/", params={"project": number})
    for person in people:
        (tab,) = [view["id"] for view in views if person.email in str(view["data"])]
        mine = handed_out(person, number, tab)
        assert [task["data"]["assigned"] for task in mine] == [person.email] * (CLIPS // 2)


def test_what_somebody_else_changes_is_not_taken_for_the_first_ones(workspace, server, admin, people):
    title = f"edited {uuid.uuid4().hex[:8]}"
    number = int(push(workspace, server, title=title, images="embed", limit=2).url.rsplit("/", 1)[1])
    ann, bo = people
    tasks = admin.tasks(number)
    given = [ann.submits(task) for task in tasks]
    bo.submits(tasks[1])
    pull(workspace, server, title=title)
    for one in given:
        bo.corrects(one, {"conclusion": ["Somebody else's words."]})
    assert pull(workspace, server, title=title).new == 2
    (review,) = current_reviews(workspace.ledger, clip_id(0))
    assert (review.annotator, review.edited_from) == (bo.email, ann.email)
    assert [version.annotator for version in history(workspace.ledger, review.project, given[0]["id"])] == [
        ann.email,
        bo.email,
    ]
    own = dict(reviews_by_sample(workspace.ledger, own=True))
    assert [[one.annotator for one in own[clip_id(index)]] for index in range(2)] == [
        [ann.email],
        [ann.email, bo.email],
    ]
    report = agreement(workspace.ledger, parse_policy("latest"))
    assert (report.edited, report.overlapping, report.emotion.samples) == (2, 1, 1)
    ann.corrects(given[0], {"conclusion": ["Mine again."]})
    pull(workspace, server, title=title)
    (review,) = current_reviews(workspace.ledger, clip_id(0))
    assert (review.annotator, review.edited_from) == (ann.email, None)


@pytest.mark.parametrize(
    ("text", "people", "share"), [("2:10%", 2, 0.1), ("all:3", 3, 1), (" 2:0.5% ", 2, 0.005), ("2:100%", 2, 1)]
)
def test_overlaps_are_read(text, people, share):
    assert parse_overlap(text) == (people, share)
    assert parse_overlap(str(parse_overlap(text))) == (people, share)


@pytest.mark.parametrize("text", ["", "2", "2:10", "all", "all:0", "2:0%", "2:101%", "12:10%", "-1:10%"])
def test_other_overlaps_are_refused(text):
    with pytest.raises(MeuError, match="is no overlap; write 2:10%"):
        parse_overlap(text)


def test_the_share_is_that_asked_for_and_depends_on_the_project_alone():
    tenth = parse_overlap("2:10%")
    chosen = {key: {n for n in range(4000) if tenth.of(key, f"s{n}") == 2} for key in ("a", "b")}
    assert all(320 < len(some) < 480 for some in chosen.values())  # 4 standard deviations
    assert chosen["a"] == {n for n in range(4000) if tenth.of("a", f"s{n}") == 2} != chosen["b"]


def test_nobody_gets_two_more_than_another():
    load: dict[str, int] = {}
    names = ("ann", "bo", "cy")
    for number in range(100):
        chosen = next_people("key", f"s{number}", names, 1 + number % 2, load)
        assert len(set(chosen)) == 1 + number % 2
        load |= {name: load.get(name, 0) + 1 for name in chosen}
    assert max(load.values()) - min(load.values()) <= 1


def test_a_name_that_may_be_several_accounts_is_refused():
    assert chosen_people(["ANN@a"], ["ann@a", "ann@b"]) == ("ann@a",)
    with pytest.raises(MeuError, match="'ann' is several accounts there"):
        chosen_people(["ann"], ["ann@a", "ann@b"])
