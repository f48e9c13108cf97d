"""Every fault of the service, through the real SDKs, against servers on the loopback."""

import base64
import json

import pytest

from meu_data.drafting.online.pacing import Gate
from meu_data.drafting.requests.spec import request_settings
from meu_data.errors import MeuError
from tests.drafting.online.conftest import KEY, QUICK, attempts, states
from tests.drafting.online.fake_gemini import reply
from tests.drafting.online.samples import FRAMES, PICTURE, good_answer, identifier

ONE = identifier(1)
ANSWERED, REFUSED, UNKNOWN = ("first", "answered"), ("first", "refused"), ("first", "unknown")

# What the server does in turn; the attempts that the ledger then holds; how the sample ends.
SINGLE = [
    ("429", [REFUSED, ANSWERED], "done"),
    ("429 bare", [REFUSED, ANSWERED], "done"),
    ("500", [REFUSED, ANSWERED], "done"),
    ("503", [REFUSED, ANSWERED], "done"),
    ("502 html", [REFUSED, ANSWERED], "done"),
    ("503 503 500", [REFUSED, REFUSED, REFUSED, ANSWERED], "done"),
    ("slow", [UNKNOWN], "held"),
    ("close", [UNKNOWN], "held"),
    ("mid-body", [UNKNOWN], "held"),
    ("html", [("first", "unreadable")], "unreadable"),
    ("safety", [ANSWERED], "blocked"),
    ("prompt block", [ANSWERED], "blocked"),
    ("max tokens", [ANSWERED, ("larger", "answered")], "done"),
    ("all thinking", [ANSWERED, ("larger", "answered")], "done"),
    ("max tokens|max tokens", [ANSWERED, ("larger", "answered")], "failed"),
    ("fenced", [ANSWERED], "done"),
    ("invalid json", [ANSWERED, ("reask", "answered")], "done"),
    ("wrong schema", [ANSWERED, ("reask", "answered")], "done"),
    ("wrong schema|invalid json", [ANSWERED, ("reask", "answered")], "failed"),
    ("wrong id", [ANSWERED, ("reask", "answered")], "done"),
    ("wrong id|wrong id", [ANSWERED, ("reask", "answered")], "failed"),
    ("empty text", [ANSWERED, ("reask", "answered")], "done"),
    ("no candidates", [ANSWERED, ("reask", "answered")], "done"),
    ("odd finish", [ANSWERED], "done"),
    ("odd cut", [ANSWERED, ("reask", "answered")], "done"),
    ("continuation", [ANSWERED, ("reask", "answered")], "done"),
    ("invalid json|max tokens", [ANSWERED, ("reask", "answered"), ("larger", "answered")], "done"),
    ("503|invalid json|503", [REFUSED, ANSWERED, ("reask", "refused"), ("reask", "answered")], "done"),
    ("400", [REFUSED], "failed"),
    ("408", [REFUSED, ANSWERED], "done"),
    ("409", [REFUSED, ANSWERED], "done"),
    ("499", [REFUSED, ANSWERED], "done"),
    ("204", [UNKNOWN], "held"),
    ("drip", [UNKNOWN], "held"),
    ("embedded", [ANSWERED], "done"),
    ("BOM in the text", [ANSWERED], "done"),
]


def script(text):
    """`a|b c` with names that hold blanks: parts are set apart by `|`, or by blanks where all are numbers."""
    return text.split() if text.replace(" ", "").isdigit() else text.split("|")


def pacing(faults):
    """Only where no answer will ever come is the wait for one short."""
    return QUICK.model_copy(update={"timeout": 1.5}) if {"slow", "drip"} & set(script(faults)) else QUICK


@pytest.mark.parametrize(("faults", "expected", "end"), SINGLE, ids=[row[0] for row in SINGLE])
def test_one_sample_meets(workspace_of, gemini, draft, faults, expected, end):
    workspace = workspace_of(1)
    gemini.script[ONE] = script(faults)
    summary = draft(workspace, pacing=pacing(faults))
    assert attempts(workspace) == expected
    assert gemini.total() == len(expected) == summary.calls
    assert states(workspace) == {ONE: end}
    assert bool(workspace.ledger.drafts(ONE)) == (end == "done")
    problems = list(workspace.ledger.problems("draft"))
    assert [problem.sample_id for problem in problems] == ([] if end == "done" else [ONE])
    # A rerun leaves final states alone.
    assert draft(workspace).calls == 0


def test_a_pool_pauses_for_as_long_as_it_is_told_and_halves(workspace_of, gemini, draft, monkeypatch):
    """That it waits so long, and that it lets half as many through, is seen by another clock in test_pacing.py."""
    workspace = workspace_of(40)
    gemini.together = 8
    for number in range(2, 10):
        gemini.script[identifier(number)] = ["429"]
    pauses, strikes = [], []
    pause, fault = Gate.pause, Gate.fault
    monkeypatch.setattr(Gate, "pause", lambda gate, seconds: pauses.append(seconds) or pause(gate, seconds))
    monkeypatch.setattr(Gate, "fault", lambda gate, began: [fault(gate, began), strikes.append(gate.allowed)][0])
    summary = draft(workspace)
    assert (summary.drafted, summary.calls) == (40, 48)
    # The service asks for 0.2 seconds. All eight went out together and were one strike.
    assert pauses == [0.2] * 8
    assert strikes == [4] * 8


def test_a_quota_per_day_stops_at_once_and_says_when_it_is_full_again(workspace_of, gemini, draft):
    workspace = workspace_of(30)
    gemini.always = "429 day"
    summary = draft(workspace)
    assert summary.calls <= 8
    assert summary.unreached == 30
    assert "resets at midnight Pacific time, 20" in summary.stopped
    assert set(states(workspace).values()) <= {"todo"}
    gemini.always = None
    assert draft(workspace).drafted == 30


@pytest.mark.parametrize("fault", ["429 bare", "503", "close"])
def test_sustained_faults_open_the_breaker(workspace_of, gemini, draft, fault):
    workspace = workspace_of(100)
    gemini.always = fault
    summary = draft(workspace, concurrency=4)
    assert "kept failing" in summary.stopped
    assert summary.calls < 40
    gemini.always = None
    again = draft(workspace)
    assert again.drafted + again.held == 100
    assert again.held == summary.held == (summary.calls if fault == "close" else 0)


def test_faults_that_outlast_one_samples_patience_put_it_off(workspace_of, gemini, draft):
    workspace = workspace_of(20)
    gemini.script[ONE] = ["503"] * 5
    # Where the others are done before, its faults would look like an outage, for which no sample is put off.
    summary = draft(workspace, pacing=QUICK.model_copy(update={"outage_strikes": 100}))
    assert (summary.drafted, summary.put_off) == (19, 1)
    assert draft(workspace).drafted == 1
    assert list(workspace.ledger.problems("draft")) == []


@pytest.mark.parametrize("fault", ["400 key", "403", "404"])
def test_what_every_call_would_meet_ends_the_run(workspace_of, gemini, draft, fault):
    workspace = workspace_of(20)
    gemini.always = fault
    with pytest.raises(MeuError, match="takes no call") as caught:
        draft(workspace)
    assert gemini.total() <= 8
    assert KEY not in str(caught.value)
    gemini.always = None
    assert draft(workspace).drafted == 20


def test_unknown_is_sent_again_only_when_asked_to(workspace_of, gemini, draft):
    workspace = workspace_of(3)
    gemini.script[ONE] = ["close", "close"]
    first = draft(workspace)
    assert (first.drafted, first.held, first.unknown_calls) == (2, 1, 1)
    ((estimate,),) = workspace.ledger.db.rows("SELECT estimate_usd FROM attempts WHERE state = 'unknown'")
    assert 0 < estimate <= first.usd
    assert draft(workspace).calls == 0
    again = draft(workspace, on_unknown="resend")
    assert (again.drafted, again.unknown_calls, again.calls) == (1, 1, 2)
    assert gemini.calls[ONE] == 3


def test_a_server_that_is_not_there_bills_nothing(workspace_of, gemini, draft, monkeypatch):
    workspace = workspace_of(5)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    summary = draft(workspace)
    assert (summary.held, summary.usd) == (0, 0.0)
    assert {state for _, state in attempts(workspace)} == {"refused"}


def test_the_second_question_says_what_was_wrong(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    gemini.script[ONE] = ["wrong id", "max tokens"]
    draft(workspace)
    body = gemini.bodies[ONE]
    asked = [part["text"] for content in body["contents"] for part in content["parts"] if "text" in part]
    assert "dfme/nobody" in asked[1]
    assert "was about the sample 'dfme/nobody'" in asked[2]
    assert body["generationConfig"]["maxOutputTokens"] == 16384


def test_thinking_is_paid_as_output(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    summary = draft(workspace)
    ((usd, as_of, thinking, finish, response_id),) = workspace.ledger.db.rows(
        "SELECT usd, priced_as_of, thinking, finish_reason, response_id FROM attempts"
    )
    assert (thinking, finish, response_id) == (100, "STOP", "r1")
    assert summary.output_tokens == 600
    # USD per million: 0.75 in and 3.75 out until the end of 2026, double from 2027.
    assert usd in (pytest.approx((2000 * 0.75 + 600 * 3.75) / 1e6), pytest.approx((2000 * 1.5 + 600 * 7.5) / 1e6))
    assert as_of[:2] == "20"


OPENAI = [
    ("ok", [ANSWERED], "done"),
    ("fenced", [ANSWERED], "done"),
    ("429", [REFUSED, ANSWERED], "done"),
    ("500", [REFUSED, ANSWERED], "done"),
    ("503", [REFUSED, ANSWERED], "done"),
    ("slow", [UNKNOWN], "held"),
    ("close", [UNKNOWN], "held"),
    ("mid-body", [UNKNOWN], "held"),
    ("html", [("first", "unreadable")], "unreadable"),
    ("filtered", [ANSWERED], "blocked"),
    ("refusal", [ANSWERED], "blocked"),
    ("max tokens", [ANSWERED, ("larger", "answered")], "done"),
    ("invalid json", [ANSWERED, ("reask", "answered")], "done"),
    ("wrong schema", [ANSWERED, ("reask", "answered")], "done"),
    ("wrong id", [ANSWERED, ("reask", "answered")], "done"),
    ("tool", [ANSWERED], "done"),
    ("reasoning", [ANSWERED], "done"),
    ("parts", [ANSWERED], "done"),
    ("think", [ANSWERED], "done"),
    ("error as answer", [UNKNOWN], "held"),
    ("408", [REFUSED, ANSWERED], "done"),
    ("409", [REFUSED, ANSWERED], "done"),
    ("499", [REFUSED, ANSWERED], "done"),
]


@pytest.mark.parametrize(("faults", "expected", "end"), OPENAI, ids=[row[0] for row in OPENAI])
def test_another_service_meets(workspace_of, openai, draft, faults, expected, end):
    workspace = workspace_of(1)
    openai.script[ONE] = script(faults)
    draft(workspace, provider="openai", pacing=pacing(faults))
    assert attempts(workspace) == expected
    assert openai.total() == len(expected)
    assert states(workspace) == {ONE: end}


@pytest.mark.parametrize("forms", [{"json_object", None}, {None}], ids=["no schema", "no format at all"])
def test_servers_without_schemas_are_asked_more_simply(workspace_of, openai, draft, forms):
    workspace = workspace_of(6)
    openai.forms = forms
    summary = draft(workspace, provider="openai", concurrency=2)
    assert summary.drafted == 6
    assert openai.total() == len(attempts(workspace)) == summary.calls
    refused = [state for _, state in attempts(workspace)].count("refused")
    assert refused <= 2 * (3 - len(forms))


def test_a_picture_goes_along_as_data_url(workspace_of, openai, draft):
    workspace = workspace_of(1)
    draft(workspace, provider="openai")
    image, text = openai.bodies[ONE]["messages"][1]["content"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,iVBORw0KGgo")
    assert ONE in text["text"]
    assert openai.bodies[ONE]["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("fault", ["401", "429 quota"])
def test_another_service_says_no(workspace_of, openai, draft, fault):
    workspace = workspace_of(20)
    openai.always = fault
    if fault == "401":
        with pytest.raises(MeuError, match="takes no call") as caught:
            draft(workspace, provider="openai")
        assert KEY not in str(caught.value)
    else:
        assert draft(workspace, provider="openai").stopped
    assert openai.total() <= 8


def test_a_bad_picture_is_no_reason_to_give_up_the_schema(workspace_of, openai, draft):
    workspace = workspace_of(4)
    openai.script[identifier(2)] = ["400"]
    summary = draft(workspace, provider="openai", concurrency=1)
    assert (summary.drafted, summary.failed) == (3, 1)
    assert "response_format" in openai.bodies[identifier(4)]


def test_a_picture_that_changed_since_it_was_rendered_is_not_sent(workspace_of, gemini, draft):
    workspace = workspace_of(2)
    (workspace.root / "maps" / f"{ONE.replace('/', '__')}.png").write_bytes(b"\x89PNG another")
    summary = draft(workspace)
    assert (summary.drafted, summary.problems) == (1, 1)
    (problem,) = workspace.ledger.problems("draft")
    assert "it changed since it was rendered" in problem.reason


def test_every_option_reaches_the_wire(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    chosen = {"thinking": "high", "temperature": 0.25, "seed": 11, "media_resolution": "high", "images": "map+pair"}
    assert draft(workspace, settings=request_settings("gemini", **chosen)).drafted == 1
    body = gemini.bodies[ONE]
    config = body["generationConfig"]
    assert [config[name] for name in ("temperature", "seed", "mediaResolution")] == [
        0.25,
        11,
        "MEDIA_RESOLUTION_HIGH",
    ]
    assert config["thinkingConfig"]["thinkingLevel"] == "HIGH"
    parts = body["contents"][0]["parts"]
    sent = [base64.b64decode(part["inlineData"]["data"]) for part in parts[:-1]]
    assert sent == [PICTURE, FRAMES["00001"], FRAMES["00005"]]
    assert "Three pictures follow" in body["systemInstruction"]["parts"][0]["text"]
    assert "serviceTier" not in body


def test_flex_is_asked_for_and_priced_at_half(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    summary = draft(workspace)
    other = draft(workspace, settings=request_settings("gemini", tier="flex", seed=8))
    assert gemini.bodies[ONE]["serviceTier"] == "flex"
    assert gemini.bodies[ONE]["generationConfig"]["seed"] == 8
    assert other.usd == pytest.approx(summary.usd / 2)
    assert workspace.ledger.db.rows("SELECT mode FROM attempts ORDER BY id") == [("online",), ("flex",)]


def test_a_bad_first_picture_is_no_reason_either(workspace_of, openai, draft):
    workspace = workspace_of(3)
    openai.script[ONE] = ["400", "400", "400"]
    summary = draft(workspace, provider="openai", concurrency=1)
    assert (summary.drafted, summary.failed) == (2, 1)
    assert openai.bodies[identifier(3)]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize("code", ["400", "402", "407", "413"])
def test_what_every_call_is_refused_for_stops_the_run_and_is_final_for_none(workspace_of, gemini, draft, code):
    workspace = workspace_of(20)
    gemini.always = code
    summary = draft(workspace)
    # One more may have gone out when the fifth comes back.
    assert summary.calls in (5, 6)
    assert (summary.failed, summary.put_off) == (0, summary.calls)
    assert "refuses every call" in summary.stopped
    assert code in summary.stopped
    assert list(summary.reasons.values()) == [summary.calls]
    assert set(states(workspace).values()) == {"todo"}
    gemini.always = None
    assert draft(workspace).drafted == 20


def test_refusals_that_an_answer_comes_between_are_about_their_samples(workspace_of, gemini, draft):
    workspace = workspace_of(10)
    for number in (1, 2, 3, 4, 6, 7, 8, 9):
        gemini.script[identifier(number)] = ["400"]
    summary = draft(workspace, concurrency=1)
    assert (summary.drafted, summary.failed, summary.put_off, summary.stopped) == (2, 8, 0, None)
    assert draft(workspace).calls == 0


def test_an_answer_that_never_ends_is_given_up_as_a_whole(workspace_of, gemini, draft):
    workspace = workspace_of(2)
    gemini.script[identifier(2)] = ["drip"]
    summary = draft(workspace, pacing=QUICK.model_copy(update={"timeout": 0.8}))
    assert (summary.drafted, summary.held) == (1, 1)
    (problem,) = workspace.ledger.problems("draft")
    assert "no whole answer came within 1 s" in problem.reason


@pytest.mark.parametrize("provider", ["gemini", "openai"])
def test_ten_megabytes_are_no_answer_and_not_kept(workspace_of, request, draft, provider):
    fake = request.getfixturevalue(provider)
    workspace = workspace_of(3)
    fake.script[ONE] = ["[" + " " * 10_000_000 + "]"]
    summary = draft(workspace, provider=provider)
    assert (summary.drafted, summary.unreadable) == (2, 1)
    (problem,) = workspace.ledger.problems("draft")
    assert "longer than 4 MB" in problem.reason
    ((longest,),) = workspace.ledger.db.rows("SELECT max(length(raw)) FROM answers")
    assert longest < 100_000
    assert draft(workspace, provider=provider).calls == 0


def test_what_cannot_be_read_is_told_and_asked_for_again_when_asked_to(workspace_of, gemini, draft, meu):
    workspace = workspace_of(2)
    gemini.script[ONE] = ["html"]
    summary = draft(workspace)
    assert (summary.drafted, summary.unreadable, summary.unknown_calls) == (1, 1, 1)
    (problem,) = workspace.ledger.problems("draft")
    assert "no JSON object" in problem.reason
    assert "--on-unknown resend` asks again" in problem.reason
    assert "please log in" in meu("attempts", ONE, "-w", workspace.root, "--raw")[1]
    assert "2 calls, 1 answered unreadably" in meu("status", "-w", workspace.root)[1]
    again = draft(workspace, on_unknown="resend")
    assert (again.drafted, again.calls, again.unreadable) == (1, 1, 0)
    assert list(workspace.ledger.problems("draft")) == []


def test_an_answer_behind_a_byte_order_mark_is_read(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    gemini.script[ONE] = [("\ufeff" + json.dumps(reply(good_answer(ONE))[1])).encode()]
    assert draft(workspace).drafted == 1
    assert attempts(workspace) == [ANSWERED]


@pytest.mark.parametrize(
    "key", ['"AIza-0123456789"', "AIza 0123456789", "AIza\n0123456789", "密钥0123456789", "AIza“0123"]
)
@pytest.mark.parametrize("provider", ["gemini", "openai"])
def test_a_key_is_looked_at_before_anything_is_sent_or_booked(workspace_of, request, draft, monkeypatch, provider, key):
    fake = request.getfixturevalue(provider)
    workspace = workspace_of(2)
    name = {"gemini": "GEMINI_API_KEY", "openai": "OPENAI_API_KEY"}[provider]
    monkeypatch.setenv(name, key)
    with pytest.raises(MeuError, match=f"{name} is no key") as caught:
        draft(workspace, provider=provider)
    assert key not in str(caught.value)
    assert (fake.total(), attempts(workspace)) == (0, [])


def test_blanks_around_a_key_are_none_of_it(workspace_of, gemini, draft, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", f" {KEY}\n")
    assert draft(workspace_of(1)).drafted == 1
    assert gemini.headers["x-goog-api-key"] == KEY


@pytest.mark.parametrize("fault", ["429 nought", "429 nought in details", "429 spending cap"])
def test_a_quota_of_nought_is_not_waited_for(workspace_of, gemini, draft, fault):
    workspace = workspace_of(10)
    gemini.always = fault
    summary = draft(workspace)
    assert (summary.calls, summary.unreached) == (1, 10)
    assert "waiting does not mend that" in summary.stopped
    gemini.always = None
    assert draft(workspace).drafted == 10


def test_a_name_that_cannot_be_resolved_puts_off_and_says_so(workspace_of, gemini, draft, monkeypatch):
    workspace = workspace_of(3)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://nowhere.invalid")
    summary = draft(workspace)
    assert (summary.drafted, summary.held, summary.usd) == (0, 0, 0.0)
    assert summary.stopped
    assert summary.put_off + summary.unreached == 3


def test_the_first_call_alone_learns_which_options_a_server_lacks(workspace_of, openai, draft):
    workspace = workspace_of(20)
    openai.forms, openai.knows_not = {"json_object", None}, {"seed", "max_tokens"}
    summary = draft(workspace, provider="openai", concurrency=16)
    assert (summary.drafted, summary.calls) == (20, 23)
    assert openai.bodies[identifier(20)].keys().isdisjoint({"seed", "max_tokens"})


def test_what_no_form_mends_is_not_asked_in_all_forms_for_every_sample(workspace_of, openai, draft):
    workspace = workspace_of(40)
    openai.always = "400 context"
    summary = draft(workspace, provider="openai", concurrency=16)
    # The first two in three forms, and three more until five are refused alike.
    assert summary.calls == 9
    assert "refuses every call" in summary.stopped
    assert summary.failed == 0


def test_a_question_asked_again_has_another_seed(workspace_of, gemini, draft):
    workspace = workspace_of(1)
    seeds = []
    read = gemini.read
    gemini.read = lambda head, raw: [read(head, raw), seeds.append(json.loads(raw)["generationConfig"]["seed"])][0]
    gemini.script[ONE] = ["empty text"]
    assert draft(workspace).drafted == 1
    assert seeds == [7, 8]


def test_a_dear_first_answer_keeps_the_rest_within_the_budget(workspace_of, gemini, draft):
    workspace = workspace_of(40)
    dear = {"promptTokenCount": 36_000, "candidatesTokenCount": 150_000}
    for number in range(1, 41):
        sample = identifier(number)
        gemini.script[sample] = [json.dumps(reply(good_answer(sample), usageMetadata=dear)[1])]
    one = draft(workspace, limit=1).usd
    summary = draft(workspace, budget_usd=6.5 * one, concurrency=16)
    ((usd,),) = workspace.ledger.db.rows("SELECT sum(usd) FROM attempts")
    assert usd == pytest.approx(6 * one)
    assert "budget" in summary.stopped


def test_calls_maybe_billed_count_as_much_as_the_others_have_cost(workspace_of, gemini, draft):
    workspace = workspace_of(12)
    for number in (10, 11):
        gemini.script[identifier(number)] = ["close"]
    summary = draft(workspace, concurrency=1)
    mean = 0.6 * 3.75e-3 + 2 * 0.75e-3
    assert summary.unknown_calls == 2
    # The price doubles in 2027.
    assert any(summary.usd == pytest.approx(12 * price) for price in (mean, 2 * mean))
