"""Whole runs: what is paid, what is kept, what a second run sends."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from aiolimiter import AsyncLimiter

from meu_data.drafting.online.stage import draft_online
from meu_data.drafting.requests import worklist
from meu_data.drafting.requests.preview import preview
from meu_data.drafting.requests.spec import request_settings
from meu_data.errors import MeuError, MissingExtraError
from meu_data.store import database
from meu_data.store.locks import held_lock
from meu_data.store.workspace import Workspace
from tests import INTERRUPTED, ROOT
from tests.drafting.online.conftest import KEY, Notes, attempts, states
from tests.drafting.online.fake_gemini import mixed_script
from tests.drafting.online.samples import add_samples, good_answer, identifier

KILLS = int(os.environ.get("MEU_TEST_KILLS", "3"))


def names(count):
    return [identifier(number) for number in range(1, count + 1)]


_BILLED = ("answered", "unknown", "unreadable")


def paid(workspace):
    """How many answered attempts of each kind every sample has."""
    query = "SELECT r.sample_id, a.kind, a.state FROM attempts a JOIN requests r ON r.key = a.key"
    found = Counter(row for row in workspace.ledger.db.rows(query) if row[2] in _BILLED)
    return Counter({(sample, kind): sum(found[sample, kind, s] for s in _BILLED) for sample, kind, _ in found})


@pytest.mark.parametrize(("count", "on_unknown"), [(1000, "hold"), (300, "resend")])
def test_a_fifth_of_the_samples_in_trouble_and_all_end(workspace_of, gemini, draft, count, on_unknown):
    workspace = workspace_of(count)
    gemini.script = mixed_script(names(count), 0.2, seed=3)
    summary = draft(workspace, concurrency=32, on_unknown=on_unknown)
    assert summary.stopped is None
    ended = Counter(states(workspace).values())
    assert sum(ended.values()) == count
    assert set(ended) <= {"done", "blocked", "failed", "held", "unreadable"}
    assert ended["done"] > 0.9 * count
    assert summary.calls == len(attempts(workspace)) == gemini.total()
    twice = [entry for entry, count in paid(workspace).items() if count > 1]
    if on_unknown == "hold":
        assert ended["held"] + ended["unreadable"] == summary.unknown_calls > 0
        assert twice == []
    else:
        assert ended["held"] == ended["unreadable"] == 0
        assert 0 < len(twice) <= summary.unknown_calls
    rerun = draft(workspace, on_unknown=on_unknown)
    assert rerun.calls == 0
    assert rerun.fresh == ended["done"]


def command(root, *words):
    return [sys.executable, "-m", "meu_data", "draft", "--llm", "gemini", "--recipe", "mellm", "-w", str(root), *words]


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A fake in a process of its own, so that a killed run cannot take its count along: (environment, lines)."""
    count = tmp_path / "calls.txt"
    count.touch()
    fake = [sys.executable, "-m", "tests.drafting.online.fake_gemini", "0", str(count), "0.03"]
    with subprocess.Popen(fake, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        address = process.stdout.readline().strip()
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", address)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        yield lambda: Counter(count.read_text().split())
        process.kill()


def wait_for_calls(calls, process, more):
    """Waits until the service has seen so many more calls, or the run is over."""
    wanted = sum(calls().values()) + more
    while process.poll() is None and sum(calls().values()) < wanted:
        time.sleep(0.005)


def test_killed_at_random_moments_nothing_is_lost_and_nothing_paid_twice(workspace_of, served):
    count = 40 * KILLS
    workspace = workspace_of(count)
    root = workspace.root
    workspace.close()
    dice = random.Random(5)
    for _ in range(KILLS):
        with subprocess.Popen(
            command(root, "--concurrency", "8"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as run:
            wait_for_calls(served, run, dice.randrange(1, 30))
            time.sleep(dice.uniform(0, 0.04))
            run.kill()
    subprocess.run(command(root), check=False, capture_output=True)
    with Workspace.open(root) as found:
        ended = states(found)
        assert set(ended) == set(names(count))
        held = [sample for sample, state in ended.items() if state == "held"]
        assert {problem.sample_id for problem in found.ledger.problems("draft")} == set(held)
        assert set(ended.values()) <= {"done", "held"}
        assert 0 < len(held) <= 8 * KILLS
        # Every call is in the ledger, and without being asked to no sample was sent twice.
        sent = Counter(
            sample
            for (sample,) in found.ledger.db.rows("SELECT r.sample_id FROM attempts a JOIN requests r ON r.key = a.key")
        )
        assert all(sent[sample] >= calls for sample, calls in served().items())
        assert max(served().values()) == 1
    subprocess.run(command(root, "--on-unknown", "resend"), check=False, capture_output=True)
    with Workspace.open(root) as found:
        assert set(states(found).values()) == {"done"}
        assert all(found.ledger.drafts(sample) for sample in names(count))
    doubles = sum(calls - 1 for calls in served().values())
    assert doubles <= len(held)


# A cell of a notebook: the event loop that runs it is running already.
CELL = """
import asyncio, sys, meu_data

async def cell():
    with meu_data.Workspace.open(sys.argv[1]) as workspace:
        meu_data.draft(workspace, "gemini")

try:
    asyncio.new_event_loop().run_until_complete(cell())
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("place", ["terminal", "notebook"])
def test_ctrl_c_lets_the_calls_under_way_end(workspace_of, served, place):
    workspace = workspace_of(400)
    root = workspace.root
    workspace.close()
    words = command(root) if place == "terminal" else [sys.executable, "-c", CELL, str(root)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        wait_for_calls(served, run, 40)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=300)
    assert run.returncode in INTERRUPTED
    assert "Traceback" not in said
    with Workspace.open(root) as found:
        assert {state for _, state in attempts(found)} == {"answered"}
        assert len(attempts(found)) == sum(served().values()) < 400


def test_more_samples_send_only_themselves(workspace_of, gemini, draft, tmp_path):
    workspace = workspace_of(5)
    draft(workspace)
    add_samples(workspace, tmp_path / "frames", 8)
    assert (draft(workspace).calls, gemini.total()) == (3, 8)
    add_samples(workspace, tmp_path / "frames", 8, aus="12+6")
    assert draft(workspace).calls == 8


def test_another_prompt_asks_again_and_the_old_answers_are_kept(workspace_of, gemini, draft):
    workspace = workspace_of(3)
    draft(workspace)
    warmer = request_settings("gemini", temperature=1.5)
    assert draft(workspace, settings=warmer).calls == 3
    first = workspace.ledger.drafts(identifier(1))
    # Back to the first prompt: its answers are there.
    back = draft(workspace)
    assert (back.calls, back.drafted) == (0, 3)
    (again,) = workspace.ledger.drafts(identifier(1))
    assert again.prompt_sha256 != first[0].prompt_sha256
    assert workspace.ledger.db.rows("SELECT count(*) FROM answers") == [(6,)]


def test_a_moved_row_of_the_sheet_is_no_reason_to_ask_again(workspace_of, gemini, draft):
    workspace = workspace_of(2)
    draft(workspace)
    with workspace.ledger.transaction():
        workspace.ledger.db.execute("UPDATE samples SET record = json_set(record, '$.row', 77)")
    assert (draft(workspace).calls, draft(workspace).fresh) == (0, 2)


def test_a_new_parser_reads_the_stored_answers(workspace_of, gemini, draft, monkeypatch):
    workspace = workspace_of(4)
    gemini.script[identifier(2)] = ["wrong schema", "wrong schema"]
    assert draft(workspace).failed == 1
    with workspace.ledger.transaction():
        workspace.ledger.db.execute("DELETE FROM drafts WHERE sample_id = ?", (identifier(1),))
        workspace.ledger.db.execute("UPDATE answers SET raw = json_replace(raw, '$.responseId', 'read again')")
        workspace.ledger.db.execute("UPDATE requests SET parser = 0")
    monkeypatch.delenv("GEMINI_API_KEY")
    again = draft(workspace)
    assert (again.calls, again.drafted, again.failed) == (0, 3, 1)
    assert workspace.ledger.drafts(identifier(1))[0].response_id == "read again"
    assert draft(workspace).fresh == 3


def test_drafts_carry_their_map_model_and_grounding(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    draft(workspace)
    (made,) = workspace.ledger.drafts(identifier(1))
    assert (made.model, made.lang, made.recipe, made.response_id) == ("gemini-3.8-flash", "en", "mellm", "r1")
    assert made.annotation.aus == ("AU12",)
    ((score,),) = workspace.ledger.db.rows("SELECT score FROM grounding")
    assert score == 1.0


def test_two_models_and_two_languages_stand_side_by_side(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    for more in ({}, {"lang": "zh"}, {"model": "gemini-2.5-flash"}):
        draft(workspace, settings=request_settings("gemini", **more))
    kept = {(made.model, made.lang) for made in workspace.ledger.drafts(identifier(1))}
    assert kept == {("gemini-3.8-flash", "en"), ("gemini-3.8-flash", "zh"), ("gemini-2.5-flash", "en")}


def test_a_budget_is_never_passed_and_the_run_goes_on_later(workspace_of, gemini, draft):
    workspace = workspace_of(60)
    limit = 0.2
    summary = draft(workspace, budget_usd=limit)
    assert "budget" in summary.stopped
    assert 0 < summary.drafted < 60
    spent = summary.usd
    assert spent <= limit
    # What is left is less than the most that one more call could cost: 8192 tokens of output.
    assert limit - spent < 0.07
    assert draft(workspace, budget_usd=limit).calls == 0
    rest = draft(workspace, budget_usd=10.0)
    assert rest.drafted == 60 - summary.drafted
    assert gemini.total() == 60


def badly_grounded(sample_id):
    claims = [
        {
            "region": "left_mouth_corner",
            "colour": "green",
            "direction": "down-left",
            "intensity": "strong",
            "au": "AU12",
        }
    ]
    return good_answer(sample_id, claims=claims, text="The left corner of the mouth drops: AU12 (lip corner puller).")


@pytest.mark.parametrize("mended", [True, False])
def test_repair_asks_once_and_keeps_both_versions(workspace_of, gemini, draft, monkeypatch, mended):
    workspace = workspace_of(3)
    sound = gemini.data

    def data(fault, sample, body):
        code, answer = sound(fault, sample, body)
        if sample == identifier(2) and (len(body["contents"]) == 1 or not mended):
            answer["candidates"][0]["content"]["parts"][0]["text"] = badly_grounded(sample)
        return code, answer

    gemini.data = data
    draft(workspace)
    summary = draft(workspace, repair=True)
    assert (summary.repaired, summary.calls, summary.fresh) == (1, 1, 3)
    told = gemini.bodies[identifier(2)]["contents"]
    assert [content["role"] for content in told] == ["user", "model", "user"]
    assert "left corner of the mouth" in told[2]["parts"][0]["text"]
    kept = {made.model: made for made in workspace.ledger.drafts(identifier(2))}
    assert set(kept) == {"gemini-3.8-flash", "gemini-3.8-flash+rejected"}
    directions = {model: made.annotation.claims[0].direction for model, made in kept.items()}
    assert directions["gemini-3.8-flash"] == ("up-left" if mended else "down-left")
    assert directions["gemini-3.8-flash+rejected"] == "down-left"
    assert len(workspace.ledger.db.rows("SELECT 1 FROM grounding WHERE sample_id = ?", (identifier(2),))) == 2
    # Once is once, and the draft counts as up to date.
    again = draft(workspace, repair=True)
    assert (again.calls, again.fresh) == (0, 3)


def test_two_runs_at_once_are_refused(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    # Another open file, as another process would have.
    with held_lock(workspace.root / "draft.lock"), pytest.raises(MeuError, match="another process is drafting"):
        draft(workspace)
    assert draft(workspace).drafted == 1


def test_a_label_without_a_name_is_a_problem_and_the_rest_goes_on(workspace_of, gemini, draft):
    workspace = workspace_of(3)
    with workspace.ledger.transaction():
        workspace.ledger.db.execute(
            "UPDATE samples SET record = json_set(record, '$.emotion', 'joy') WHERE id = ?", (identifier(2),)
        )
    summary = draft(workspace)
    assert (summary.drafted, summary.problems) == (2, 1)
    (problem,) = workspace.ledger.problems("draft")
    assert "'joy'" in problem.reason


def test_without_a_key_it_says_where_to_put_one(workspace_of, gemini, draft, monkeypatch):
    monkeypatch.delenv("GEMINI_API_KEY")
    monkeypatch.setattr("keyring.get_password", lambda service, user: None)
    with pytest.raises(MeuError, match="GEMINI_API_KEY"):
        draft(workspace_of(1))


def test_the_keyring_holds_the_key(workspace_of, gemini, draft, monkeypatch):
    monkeypatch.delenv("GEMINI_API_KEY")
    monkeypatch.setattr("keyring.get_password", lambda service, user: f"{service}-{user}-{KEY}")
    draft(workspace_of(1))
    assert gemini.headers["x-goog-api-key"] == f"meu-data-gemini-{KEY}"


@pytest.mark.parametrize(("provider", "extra"), [("gemini", "google.genai"), ("openai", "openai")])
def test_a_missing_package_names_the_extra(workspace_of, gemini, openai, draft, monkeypatch, provider, extra):
    monkeypatch.setitem(sys.modules, extra, None)
    if provider == "gemini":
        monkeypatch.setitem(sys.modules, "google.genai.types", None)
        monkeypatch.delattr("google.genai", raising=False)
    with pytest.raises(MissingExtraError, match=rf"meu-data\[{provider}\]"):
        draft(workspace_of(1), provider=provider)


def test_rpm_spreads_the_calls(workspace_of, gemini, draft, monkeypatch):
    """How the limiter spreads them is seen by another clock in test_pacing.py."""
    waited = []
    acquire = AsyncLimiter.acquire
    monkeypatch.setattr(AsyncLimiter, "acquire", lambda limiter: waited.append(limiter) or acquire(limiter))
    assert draft(workspace_of(10), rpm=1200).calls == len(waited) == 10
    assert {(limiter.max_rate, limiter.time_period) for limiter in waited} == {(2.0, 0.1)}


def test_memory_of_the_worklist_stays_flat(workspace_of, monkeypatch):
    """The pages that are read are small, whatever the corpus."""
    workspace = workspace_of(25)
    monkeypatch.setattr(database, "PAGE", 4)
    found = worklist.Worklist(workspace, request_settings("gemini"), limit=23)
    assert [work.sample.id for work in found] == names(23)
    assert found.waiting == 0


def leaks(root, key):
    return [path for path in sorted(root.rglob("*")) if path.is_file() and key.encode() in path.read_bytes()]


@pytest.mark.parametrize("fault", ["400 key", "echo", "400"])
def test_the_key_is_nowhere(workspace_of, gemini, tmp_path, fault):
    """Not in the ledger, nor in what is printed, even when the service echoes it."""
    workspace = workspace_of(3)
    sound = gemini.data

    def echo(fault, sample, body):
        code, answer = sound("ok", sample, body)
        answer["candidates"][0]["content"]["parts"][0]["text"] = good_answer(
            sample, conclusion=f"Key {KEY}, happiness."
        )
        return code, answer

    if fault == "echo":
        gemini.data = echo
    else:
        gemini.always = fault
    environment = {**os.environ, "MEU_DEBUG": "1", "PYTHONPATH": str(ROOT)}
    said = b""
    for words in (["--limit", "1"], ["--show-prompt", identifier(1)], ["--show-prompt", identifier(1), "--json"]):
        done = subprocess.run(command(workspace.root, *words), capture_output=True, env=environment, check=False)
        said += done.stdout + done.stderr
        if fault == "400":
            break
    assert gemini.total() > 0
    assert gemini.headers["x-goog-api-key"] == KEY
    assert KEY.encode() not in said
    assert leaks(tmp_path, KEY) == []


def test_show_prompt_shows_what_is_sent(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    shown = preview(workspace, request_settings("gemini"), identifier(1))
    draft(workspace)
    sent = gemini.bodies[identifier(1)]
    sent["contents"][0]["parts"][0] = {"inlineData": {"mimeType": "image/png", "data": "<picture 1>"}}
    assert shown.body == sent
    assert shown.key == workspace.ledger.db.rows("SELECT key FROM requests")[0][0]


def test_the_command_line_counts_and_exits(workspace_of, gemini):
    workspace = workspace_of(4)
    gemini.script[identifier(3)] = ["safety"]
    done = subprocess.run(command(workspace.root, "--json"), capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 3
    summary = json.loads(done.stdout)
    assert (summary["drafted"], summary["blocked"], summary["calls"]) == (3, 1, 4)
    done = subprocess.run(command(workspace.root), capture_output=True, text=True, check=False, cwd=ROOT)
    assert "1 blocked by the service" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("next: `meu-data problems`")
    assert gemini.total() == 4


def test_the_attempts_of_a_sample_are_listed_with_what_came_back(workspace_of, gemini, draft, meu):
    workspace = workspace_of(3)
    gemini.script[identifier(2)] = ["429 bare", "invalid json"]
    draft(workspace)
    found = json.loads(meu("attempts", identifier(2), "-w", workspace.root, "--json")[1])["attempts"]
    assert [(made["kind"], made["state"]) for made in found] == [
        ("first", "refused"),
        ("first", "answered"),
        ("reask", "answered"),
    ]
    assert "RESOURCE_EXHAUSTED" in found[0]["error"]
    assert "I think that the mouth moves." in found[1]["raw"]
    shown = meu("attempts", identifier(2), "-w", workspace.root, "--raw")[1]
    assert "2. draft first, gemini-3.8-flash online en: answered" in shown
    assert "I think that the mouth moves." in shown
    code, _, said = meu("attempts", "dfme/nobody", "-w", workspace.root)
    assert (code, "there is no sample 'dfme/nobody'" in said) == (2, True)


def test_progress_tells_costs_and_reaches_its_end(workspace_of, gemini, draft, monkeypatch):
    monkeypatch.setattr("meu_data.drafting.online.tally._SECONDS_BETWEEN_NOTES", 0)
    workspace = workspace_of(12)
    notes = Notes()
    draft(workspace, progress=notes)
    assert (notes.looked_at, notes.total) == (12, 12)
    assert all(word in notes.notes[-1] for word in ("11 done", "0 failed", "0 held", "req/min", "tokens", "$"))
    again = Notes()
    draft(workspace, progress=again)
    assert again.looked_at == 12


def test_an_unrendered_sample_waits(workspace_of, gemini):
    workspace = workspace_of(3)
    with workspace.ledger.transaction():
        workspace.ledger.drop_motion(identifier(2), "mellm")
    summary = draft_online(workspace, request_settings("gemini"))
    assert (summary.drafted, summary.waiting) == (2, 1)


def test_an_unknown_sample_is_an_error(workspace_of, draft):
    with pytest.raises(MeuError, match="no sample 'dfme/nobody'"):
        draft(workspace_of(1), only="dfme/nobody")
