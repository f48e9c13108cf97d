"""Predictions through batch jobs, against a service on the loopback: sent once, collected, paid for once, no leak."""

import json
import re
import signal
from functools import partial

import pytest

from meu_data.drafting.run import draft
from meu_data.evaluate.predicting.stage import answer_questions, predict
from meu_data.store.attempts import spent_usd
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.drafting.batch.conftest import QUICK, fake, right
from tests.drafting.batch.fake_batch import response_of
from tests.drafting.batch.killing import MOMENTS, assert_nothing_sent_twice, kill_at, start
from tests.drafting.online.samples import PICTURE, identifier, make_motion, make_workspace
from tests.evaluate.predicting.test_predict import CLASSES, NAMES, faces_of, lines
from tests.evaluate.predicting.test_questions import LABELS, picture

__all__ = ["fake"]

# USAGE of the loopback at the batch price of gemini-3.8-flash until the end of 2026, USD per million tokens: 0.375 in,
# 1.875 out with thinking.
USD = (2000 * 0.375 + 1200 * 1.875) / 1e6


def name_of(line):
    return re.search(r"clip-[0-9a-f]{16}", json.dumps(line["request"]))[0]


def said(line, **changes):
    """The answer to a request about pictures, whichever form it asks for."""
    if "clip-" not in json.dumps(line["request"]):
        return right(line)
    asked = line["request"]["generationConfig"]["responseJsonSchema"]["properties"]
    answer = {"answer": "<answer>happy</answer>"}
    if "emotion" in asked:
        answer = {"explanation": "The corners rise.", "aus": ["AU12"], "emotion": "happiness"}
    return {"response": response_of(json.dumps({"sample_id": name_of(line)} | answer | changes))}


def options(per_job=None):
    return QUICK._replace(enqueued_tokens=None if per_job is None else 4 * per_job * 2600)


def ask(workspace, out, *, per_job=None, **more):
    return predict(workspace, out, "gemini", classes=CLASSES, mode="batch", batch=options(per_job), **more)


def ask_all(workspace, per_job):
    ask(workspace, workspace.root / "said.jsonl", per_job=per_job, wait=True)


def many_faces(root, count):
    """A workspace whose samples have each a map of its own, so that each is a request."""
    workspace = make_workspace(root, count)
    with workspace.ledger.transaction():
        for number in range(1, count + 1):
            drawn = PICTURE + bytes([number])
            motion = make_motion(identifier(number), picture=drawn)
            (workspace.root / motion.map_file).write_bytes(drawn)
            workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    return workspace


@pytest.fixture(autouse=True)
def answering(fake):
    fake.answer = said


@pytest.fixture
def six(tmp_path):
    with many_faces(tmp_path, 6) as workspace:
        yield workspace


def test_the_first_run_sends_and_a_later_one_writes_the_file(six, fake, tmp_path):
    out = tmp_path / "said.jsonl"
    first = ask(six, out)
    assert (first.out, first.answered, first.submitted, first.unanswered) == (None, 0, 6, 0)
    assert (first.run.jobs_made, first.run.submitted, out.exists()) == (1, 6, False)
    later = ask(six, out)
    assert (later.out, later.answered, later.submitted, later.run.jobs_ended) == (str(out), 6, 0, 1)
    assert {row["prediction"]["emotion"] for row in lines(out)} == {"happiness"}
    assert spent_usd(six.ledger) == pytest.approx(6 * USD, rel=1e-9)
    # Online, nothing is left to be asked; and nothing was listed as a draft's.
    events, before = len(fake.events), out.read_bytes()
    assert predict(six, out, "gemini", classes=CLASSES).answered == 6
    assert (len(fake.events), out.read_bytes()) == (events, before)
    assert six.ledger.counts()["drafts"] == 0


def sent_by(fake, root, which, **more):
    fake.jobs.clear()
    fake.sessions.clear()
    fake.files.clear()
    fake.sent.clear()
    with faces_of(root / which, which) as workspace:
        found = ask(workspace, root / f"{which}.jsonl", wait=True, **more)
    assert found.answered == 3
    return [re.sub(rb"meu-[0-9a-f]{24}", b"meu-RANDOM", data) for data in fake.sent]


@pytest.mark.parametrize("per_job", [None, 2])
@pytest.mark.parametrize("images", ["map", "pair", "map+pair", "video"])
def test_no_label_name_or_note_reaches_the_service(tmp_path, fake, images, per_job):
    """Every byte of files and calls, and their order: two workspaces that share pictures alone send the same."""
    sent = {which: sent_by(fake, tmp_path, which, images=images, per_job=per_job) for which in NAMES}
    assert sent["a"] == sent["b"]
    told = b"".join(sent["a"])
    assert told.count(b'"inlineData"') >= 1
    assert not any(word.encode() in told for word in ("alice", "bob", "clip0", "other7", "laughing", "00001", "dfme"))


def test_drafts_and_predictions_share_a_ledger_and_not_a_count(six, fake, tmp_path):
    """Each run collects all that has come, and counts its own; what the other has sent is read by the other."""
    out = tmp_path / "said.jsonl"
    quick = {"llm": "gemini", "mode": "batch"}
    assert (ask(six, out).run.submitted, draft(six, **quick).submitted) == (6, 6)
    found = ask(six, out)
    assert (found.answered, found.run.drafted, found.run.jobs_ended) == (6, 6, 1)
    drafted = draft(six, **quick)
    assert (drafted.fresh + drafted.drafted, drafted.jobs_made, drafted.submitted) == (6, 0, 0)
    assert len(fake.jobs) == 2


def test_no_file_while_the_jobs_of_drafts_take_all_the_room(six, fake, tmp_path):
    """Six drafts are as much as the service takes at once: of the predictions none is sent, and none is wrong."""
    out = tmp_path / "said.jsonl"
    draft(six, "gemini", mode="batch", enqueued_tokens=1)
    fake.outcome = lambda job: "RUNNING"
    found = predict(six, out, "gemini", classes=CLASSES, mode="batch", batch=QUICK._replace(enqueued_tokens=1))
    assert (found.out, found.submitted, found.unanswered, found.run.jobs_made) == (None, 0, 6, 0)
    assert "run again" in found.run.stopped
    fake.outcome = lambda job: "SUCCEEDED"
    assert ask(six, out, wait=True).answered == 6
    assert out.exists()


def test_what_comes_to_nothing_is_a_row_and_no_problem_of_a_draft(six, fake, tmp_path):
    """Refused for good, lost on the way, of another, of no class: of six, two are answered."""
    out, order = tmp_path / "said.jsonl", {}

    def answer(line):
        place = order.setdefault(line["key"], len(order))
        if place == 0:
            return {"error": {"code": 3, "message": "invalid"}}
        if place == 1:
            return None
        if place == 2:
            return said(line, sample_id="clip-0123456789abcdef")
        return said(line, emotion="boredom") if place == 3 else said(line)

    fake.answer = answer
    found = ask(six, out, wait=True)
    run = found.run
    assert (found.answered, found.unanswered) == (2, 4)
    assert (run.failed, run.held, run.submitted) == (3, 1, 0)
    assert sum("error" in row for row in lines(out)) == 4
    assert list(six.ledger.problems()) == []
    sent = fake.created_lines()
    # The one of another goes into three batches, the one of no class is asked again once, the lost one is held.
    assert sorted(sent.count(key) for key in set(sent)) == [1, 1, 1, 1, 2, 3]
    fake.answer = said
    assert ask(six, out, wait=True).run.jobs_made == 0
    assert ask(six, out, wait=True, on_unknown="resend").answered == 3
    assert ask(six, out, wait=True, retry_failed=True).answered == 6
    assert {request for (request,) in six.ledger.db.rows("SELECT DISTINCT kind FROM requests")} == {"prediction"}


def test_a_budget_ends_the_sending(six, fake, tmp_path):
    out = tmp_path / "said.jsonl"
    found = ask(six, out, budget_usd=0.0, wait=True)
    assert (found.answered, found.run.jobs_made, fake.jobs) == (0, 0, [])
    assert "budget" in found.run.stopped
    assert (found.out, found.unanswered, out.exists()) == (None, 6, False)
    enough = ask(six, out, budget_usd=100.0)
    assert (enough.run.jobs_made, enough.run.usd) == (1, 0)
    assert 0 < enough.run.reserved_usd < 1
    # What was set aside becomes what it has cost.
    assert ask(six, out).run.reserved_usd == 0
    assert spent_usd(six.ledger) == pytest.approx(6 * USD, rel=1e-9)


@pytest.fixture
def stills(tmp_path):
    rows = []
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(picture(number))
        rows.append({"image_path": f"{number}.png", "true_label": "happy", "prompt": "Which?"})
    file = tmp_path / "rafdb.json"
    file.write_text(json.dumps([row | {"candidate_labels": LABELS} for row in rows]))
    return file


def test_questions_are_answered_in_batches(tmp_path, fake, stills):
    """A question that comes to nothing is no sample's problem; it is asked again when that is asked for."""
    lost = []

    def answer(line):
        lost.append(line["key"])
        return None if line["key"] == lost[0] else said(line)

    fake.answer = answer
    with Workspace.open(tmp_path / "work", create=True) as workspace:
        quick = {"mode": "batch", "batch": QUICK, "wait": True}
        found = answer_questions(workspace, stills, tmp_path / "said.json", "gemini", **quick)
        assert (found.answered, found.unanswered, found.run.held) == (2, 1, 1)
        fake.answer = said
        found = answer_questions(workspace, stills, tmp_path / "said.json", "gemini", on_unknown="resend", **quick)
    assert (found.answered, len(fake.created_lines())) == (3, 4)
    assert [row["model_response"] for row in json.loads((tmp_path / "said.json").read_text())] == [
        "<answer>happy</answer>"
    ] * 3


def test_the_command(six, fake, tmp_path, meu):
    out = tmp_path / "said.jsonl"
    words = ("predict", "--llm", "gemini", "--classes", CLASSES, "--mode", "batch", "--out", out, "-w", six.root)
    code, text, _ = meu(*words)
    assert (code, out.exists()) == (0, False)
    assert "6 are with a batch job" in text
    assert f"{out} is written when all is answered" in " ".join(text.split())
    assert "1 jobs made, 0 ended, 1 at work on 6 requests" in text
    code, text, _ = meu(*words, "--wait")
    assert (code, len(lines(out))) == (0, 6)
    assert text.startswith("6 of 6 predicted by gemini-3.8-flash, in ")
    code, _, err = meu(*words[:1], "--llm", "openai", "--model", "m", *words[3:])
    assert (code, "--mode batch is for gemini" in err) == (2, True)
    plan = json.loads(meu(*words[:5], "--dry-run", "--json", "-w", six.root)[1])
    assert (plan["to_send"], plan["fresh"]) == (0, 6)


def assert_all_is_there(workspace, fake, count):
    assert_nothing_sent_twice(fake, count)
    assert workspace.ledger.db.rows("SELECT kind, state, count(*) FROM requests GROUP BY 1, 2") == [
        ("prediction", "done", count)
    ]
    attempts = dict(workspace.ledger.db.rows("SELECT state, count(*) FROM attempts GROUP BY state"))
    assert (attempts["answered"], set(attempts) <= {"answered", "refused"}) == (count, True)
    assert spent_usd(workspace.ledger) == pytest.approx(count * USD, rel=1e-9)
    assert set(fake.files) == {job.responses for job in fake.jobs}
    rows = lines(workspace.root / "said.jsonl")
    assert [row["id"] for row in rows] == [identifier(number) for number in range(1, count + 1)]
    assert all(row["prediction"]["emotion"] == "happiness" for row in rows)
    assert ask(workspace, workspace.root / "said.jsonl").run.jobs_made == 0


@pytest.mark.parametrize(("event", "time_of_it"), MOMENTS)
def test_killed_while_the_service_is_spoken_to(six, fake, event, time_of_it):
    kill_at(six, fake, partial(ask_all, per_job=2), event, time_of_it)
    assert not (six.root / "said.jsonl").exists()
    ask_all(six, per_job=2)
    assert_all_is_there(six, fake, 6)


def test_killed_at_writes_to_the_ledger(tmp_path, fake):
    """At every seventh write of a whole run: inside transactions and between them."""
    died = 0
    for moment in range(1, 400, 7):
        fake.jobs.clear()
        fake.files.clear()
        with many_faces(tmp_path / str(moment), 3) as workspace:
            process = start(workspace, fake, partial(ask_all, per_job=2), moment)
            process.join(300)
            died += process.exitcode == -signal.SIGKILL
            ask_all(workspace, per_job=2)
            assert_all_is_there(workspace, fake, 3)
            if process.exitcode == 0:
                break
    assert process.exitcode == 0, "the run has more writes than were tried"
    assert died >= 8
