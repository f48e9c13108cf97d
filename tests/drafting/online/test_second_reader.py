"""A second reader: sees the prose alone, is paid once, and is checked like a draft's own claims."""

import json
import sys

import pytest

from meu_data.cli import main
from meu_data.drafting.money.dry_run import priced
from meu_data.drafting.online.stage import OnlineSummary
from meu_data.drafting.requests.readings import reading_spec
from meu_data.drafting.requests.spec import request_settings
from meu_data.drafting.second_reader import ReadingWorklist, second_reading
from meu_data.grounding.verify import verify
from meu_data.records import Annotation, Draft, Source
from meu_data.store.attempts import spent_usd, usd_of_model
from meu_data.store.drafts import DraftFilter
from meu_data.store.ledger import MotionState
from meu_data.store.second_grounding import second_groundings
from tests.drafting.online.conftest import QUICK, attempts
from tests.drafting.online.samples import identifier, make_motion, make_sample, make_workspace, plain_answer

SETTINGS, ALL = request_settings("gemini"), DraftFilter()
READER = SETTINGS.model


def annotation(**changes):
    answer = json.loads(plain_answer("any")) | changes
    return Annotation.model_validate({name: answer[name] for name in Annotation.model_fields if name in answer})


def put(workspace, number, *, model="writer", lang="en", **changes):
    """Stores a draft of a sample."""
    draft = Draft(
        sample_id=identifier(number),
        model=model,
        lang=lang,
        recipe="mellm",
        map_sha256="0",
        prompt_sha256="0",
        annotation=annotation(**changes),
    )
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(draft, "inputs")


@pytest.fixture
def drafted(workspace_of):
    """A workspace with so many drafts, each in words of its own."""

    def make(count, **more):
        workspace = workspace_of(count, **more)
        for number in range(1, count + 1):
            put(workspace, number, conclusion=f"The micro-expression is happiness, with AU12. Number {number}.")
        verify(workspace)
        return workspace

    return make


def read(workspace, **more):
    return second_reading(workspace, SETTINGS, more.pop("wanted", ALL), pacing=QUICK, **more)


def found(workspace):
    return {one.grounding.sample_id: one.grounding for one in second_groundings(workspace.ledger, ALL, READER)}


def test_a_right_text_is_read_and_found_sound_beside_the_rule_readers_grounding(gemini, drafted):
    workspace = drafted(3)
    rules = list(workspace.ledger.db.rows("SELECT * FROM grounding"))
    summary = read(workspace)
    assert (summary.read, summary.drafts, summary.run.calls, summary.unsound) == (3, 3, 3, 0)
    assert summary.run.usd > 0
    assert all(one.sound and 2 <= one.checked <= one.statements for one in found(workspace).values())
    assert list(workspace.ledger.db.rows("SELECT * FROM grounding")) == rules


SCENES = [
    (1, "12", "happiness", None, b"\x89PNG one", {}),
    (
        2,
        "L4+R7",
        "anger",
        {"chin": ("up", "slight")},
        b"\x89PNG two",
        {"claims": (), "aus": ("AU4",), "emotion": "anger"},
    ),
]
BARE = {"motion_analysis": "The corners rise.", "expression_inference": "So it is.", "conclusion": "Joy."}


def test_what_goes_out_depends_on_the_prose_alone(gemini, tmp_path):
    received = []
    for number, aus, emotion, moves, picture, fields in SCENES:
        with make_workspace(tmp_path / str(number), number, picture) as workspace:
            changes = {"subject": f"s{number}", "onset_frame": f"c1/f{number}.png", "sheet": f"sheet{number}.xlsx"}
            sample = make_sample(identifier(number), aus, emotion).model_copy(update=changes)
            source = Source(corpus="dfme", split="train", sheet=sample.sheet, frames=str(tmp_path))
            workspace.ledger.replace_source(source, [sample])
            motion = make_motion(sample.id, moves, picture)
            with workspace.ledger.transaction():
                workspace.ledger.store_motion(motion, MotionState("i", "f", motion.map_file))
            put(workspace, number, model=f"writer{number}", **BARE, **fields)
            assert read(workspace).run.calls == 1
        received += gemini.raw.values()
        gemini.raw.clear()
    first, second = received
    assert first == second
    assert all(text.encode() in first for text in BARE.values())


def test_another_service_reads_as_well(openai, drafted):
    workspace = drafted(2)
    settings = request_settings("openai", model="local")
    summary = second_reading(workspace, settings, ALL, pacing=QUICK)
    assert (summary.reader, summary.read, summary.unsound) == ("local", 2, 0)
    for body in openai.bodies.values():
        assert "image" not in json.dumps(body)
        assert identifier(1) not in json.dumps(body)


def test_nothing_is_paid_twice(gemini, drafted):
    workspace = drafted(3)
    read(workspace)
    again = read(workspace)
    assert (again.run.calls, again.read, again.fresh) == (0, 0, 3)
    put(workspace, 2, conclusion="Other words: happiness, AU12.")
    changed = read(workspace)
    assert (changed.run.calls, changed.read, changed.fresh) == (1, 1, 2)
    assert gemini.total() == 4


def test_one_wording_is_asked_about_once(gemini, workspace_of):
    workspace = workspace_of(5)
    for number in range(1, 6):
        put(workspace, number)
    summary = read(workspace)
    assert (summary.run.calls, summary.read) == (1, 5)


def test_other_motion_and_labels_are_checked_against_the_same_answer(gemini, drafted):
    workspace = drafted(2)
    read(workspace)
    with workspace.ledger.transaction():
        motion = make_motion(identifier(1), {"left_mouth_corner": ("down", "strong")})
        workspace.ledger.store_motion(motion, MotionState("i", "f", motion.map_file))
    verify(workspace)
    assert identifier(1) not in found(workspace), "a stale reading is not shown"
    summary = read(workspace)
    assert (summary.run.calls, summary.read, summary.unsound) == (0, 1, 1)
    assert {flag.kind for flag in found(workspace)[identifier(1)].flags} >= {"direction", "significance"}


MOUTH = {"region": "left_mouth_corner", "moves": True, "direction": "up-left", "colour": "none", "intensity": "strong"}


@pytest.mark.parametrize(
    ("claim", "kinds"),
    [
        ({}, set()),
        ({"direction": "none", "intensity": "none"}, set()),
        ({"direction": "none", "colour": "blue"}, set()),
        ({"direction": "down"}, {("direction", "serious"), ("evidence", "serious")}),
        ({"direction": "none", "colour": "yellow-green"}, {("direction", "serious"), ("evidence", "serious")}),
        ({"colour": "yellow-green"}, {("colour", "serious")}),
        ({"intensity": "slight"}, {("intensity", "serious")}),
        ({"moves": False}, {("intensity", "serious")}),
        ({"region": "chin", "direction": "up", "au": None}, {("significance", "serious")}),
        ({"region": "chin", "direction": "none", "intensity": "none", "au": None}, {("significance", "serious")}),
        ({"region": "chin", "moves": False, "au": None}, set()),
        ({"region": "left_inner_brow", "moves": False, "au": "AU4"}, set()),
        ({"region": "left_inner_brow", "direction": "up"}, {("significance", "serious"), ("evidence", "serious")}),
    ],
)
def test_what_is_read_is_checked_against_the_motion(gemini, drafted, claim, kinds):
    workspace = drafted(1)
    statement = {"quote": "Both corners", "claims": [MOUTH | {"au": "AU12"} | claim], "aus": ["AU12"], "denied_aus": []}
    gemini.readings = {"statements": [statement]}
    read(workspace)
    flags = [flag for flag in found(workspace)[identifier(1)].flags if flag.severity != "note"]
    assert {(flag.kind, flag.severity) for flag in flags} == kinds
    assert {flag.quote for flag in flags} <= {"Both corners"}


@pytest.mark.parametrize(
    ("aus", "denied", "emotion", "kinds"),
    [
        (["AU12"], [], "happiness", set()),
        (["AU12"], ["AU4"], "happiness", set()),
        (["AU12", "AU4"], [], "happiness", {("extra_au", "AU4")}),
        ([], [], "happiness", {("missing_au", "AU12")}),
        (["AU12"], ["AU12"], "happiness", {("text", "conclusion")}),
        (["AU12"], [], "anger", {("emotion", "anger")}),
        (["AU12"], [], None, {("conclusion", "conclusion")}),
    ],
)
def test_units_and_emotion_are_checked_against_the_labels(gemini, drafted, aus, denied, emotion, kinds):
    workspace = drafted(1)
    statement = {"quote": "Number 1.", "claims": [], "aus": aus, "denied_aus": denied}
    gemini.readings = {"statements": [statement], "emotion": emotion}
    read(workspace)
    flags = [flag for flag in found(workspace)[identifier(1)].flags if flag.severity != "note"]
    assert {(flag.kind, flag.subject) for flag in flags} == kinds


def test_what_no_quote_covers_counts_as_not_read(gemini, drafted):
    workspace = drafted(1)
    gemini.readings = {"statements": []}
    read(workspace)
    grounding = found(workspace)[identifier(1)]
    assert grounding.checked == 0 < grounding.statements
    assert any(flag.severity == "note" and "Both corners" in flag.quote for flag in grounding.flags)


def wording(number):
    answer = annotation(conclusion=f"The micro-expression is happiness, with AU12. Number {number}.")
    return reading_spec(answer, "en", SETTINGS.model_copy(update={"lang": "en", "recipe": "mellm"})).sample_id


@pytest.mark.parametrize(
    ("faults", "tried", "read_in_the_end"),
    [
        (["503", "429"], [("first", "refused"), ("first", "refused"), ("first", "answered")], True),
        (["fenced"], [("first", "answered")], True),
        (["invalid json"], [("first", "answered"), ("reask", "answered")], True),
        (["wrong id", "wrong schema"], [("first", "answered"), ("reask", "answered")], False),
        (["max tokens"], [("first", "answered"), ("larger", "answered")], True),
        (["safety"], [("first", "answered")], False),
        (["close"], [("first", "unknown")], False),
    ],
)
def test_faults_end_as_with_drafts(gemini, drafted, faults, tried, read_in_the_end):
    workspace = drafted(1)
    gemini.script[wording(1)] = list(faults)
    summary = read(workspace)
    assert attempts(workspace) == tried
    assert (summary.read, summary.unanswered) == (int(read_in_the_end), int(not read_in_the_end))
    listed = [problem.reason for problem in workspace.ledger.problems("verify")]
    assert len(listed) == summary.unanswered
    assert all("second reader" in reason and "meu-data verify --llm gemini --" in reason for reason in listed)
    assert not list(workspace.ledger.problems("draft"))
    assert read(workspace).run.calls == 0
    if not read_in_the_end:
        last = read(workspace, on_unknown="resend", retry_failed=True)
        assert (last.run.calls, last.read, last.unanswered) == (1, 1, 0)
        assert not list(workspace.ledger.problems("verify"))


def test_a_question_asked_again_names_no_sample(gemini, drafted):
    workspace = drafted(1)
    gemini.script[wording(1)] = ["invalid json"]
    read(workspace)
    (body,) = gemini.raw.values()
    assert len(json.loads(body)["contents"]) == 3
    assert identifier(1).encode() not in body


def test_the_budget_holds_and_the_rest_waits_for_the_next_run(gemini, drafted):
    workspace = drafted(6)
    plan = priced(workspace, SETTINGS, ReadingWorklist(workspace, SETTINGS, ALL))
    assert (plan.to_send, gemini.total()) == (6, 0)
    (price,) = [price for price in plan.prices if price.mode == "online"]
    summary = read(workspace, budget_usd=price.most_usd / 6 * 1.5, concurrency=1)
    assert summary.run.stopped
    assert 0 < summary.read < 6
    assert summary.read + summary.unread == 6
    assert summary.run.usd <= price.most_usd / 4
    rest = read(workspace)
    assert (rest.read, rest.fresh, gemini.total()) == (summary.unread, summary.read, 6)


def test_a_reading_is_no_draft(gemini, draft, drafted):
    workspace = drafted(2)
    read(workspace)
    summary = draft(workspace)
    assert isinstance(summary, OnlineSummary)
    assert summary.drafted == 2
    assert read(workspace, wanted=DraftFilter(model=READER)).read == 2


def test_what_readings_cost_is_spent_but_not_on_drafts(gemini, drafted):
    workspace = drafted(1)
    summary = read(workspace)
    assert usd_of_model(workspace.ledger, READER, "en") is None
    assert spent_usd(workspace.ledger) == pytest.approx(summary.run.usd)


def test_a_reading_without_an_answer_does_not_hold_up_the_drafts_problems(gemini, draft, drafted):
    workspace = drafted(1)
    gemini.script[wording(1)] = ["safety"]
    gemini.script[identifier(1)] = ["safety"]
    read(workspace)
    draft(workspace)
    assert [problem.stage for problem in workspace.ledger.problems()] == ["draft", "verify"]
    draft(workspace, retry_failed=True)
    assert [problem.stage for problem in workspace.ledger.problems()] == ["verify"]


def test_a_reading_goes_with_its_sample(gemini, drafted):
    workspace = drafted(2)
    read(workspace)
    source = next(iter(workspace.ledger.sources().values()))
    workspace.ledger.replace_source(source, [make_sample(identifier(2), row=3)])
    verify(workspace)
    assert found(workspace).keys() == {identifier(2)}


SPEC = SETTINGS.model_copy(update={"lang": "en", "recipe": "mellm"})


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"claims": (), "aus": ("AU4",), "emotion": "anger"}, True),
        ({"motion_analysis": "other"}, False),
        ({"conclusion": "other"}, False),
    ],
)
def test_a_request_is_its_wording(changes, same):
    one, other = (reading_spec(annotation(**more), "en", SPEC) for more in ({}, changes))
    assert (one.key == other.key) == same
    assert (one == other) == same


def test_a_request_holds_no_name_of_recipe_or_pictures():
    other = SPEC.model_copy(update={"recipe": "robust", "images": "map+pair"})
    assert reading_spec(annotation(), "en", SPEC) == reading_spec(annotation(), "en", other)
    assert reading_spec(annotation(), "zh", SPEC) != reading_spec(annotation(), "en", SPEC)


@pytest.fixture
def meu(monkeypatch, capsys):
    """Runs the program in this process: (exit code, stdout)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["meu-data", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, capsys.readouterr().out

    return run


def test_the_command(gemini, drafted, meu):
    workspace = drafted(2)
    command = ("verify", "-w", workspace.root, "--llm", "gemini")
    code, out = meu(*command, "--dry-run")
    assert code == 0
    assert "2 drafts: 2 to send" in out
    assert gemini.total() == 0
    gemini.script[wording(1)] = ["safety"]
    code, out = meu(*command, "--json")
    shown = json.loads(out)
    assert (code, shown["read"], shown["unanswered"], shown["run"]["calls"]) == (3, 1, 1, 2)
    code, out = meu(*command)
    assert code == 3
    assert "read 0 drafts, 1 up to date" in out
    assert meu("verify", "-w", workspace.root, "--budget", "1")[0] == 2
