"""A dry run: what would be sent and what it would cost, with no key and no network."""

import contextlib
from datetime import UTC, datetime

import pytest

from meu_data.drafting.money.dry_run import dry_run, dry_run_lines
from meu_data.drafting.money.estimate import at_most, likely
from meu_data.drafting.money.prices import Cost
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.results import answer_record
from meu_data.drafting.requests.spec import RequestSettings, request_settings
from meu_data.drafting.requests.worklist import Worklist
from meu_data.errors import MeuError
from meu_data.motion.render import render
from meu_data.store.attempts import close_attempt, open_attempt
from meu_data.store.requests import put_request, set_state
from meu_data.store.workspace import Workspace
from tests.drafting.online.samples import identifier, make_workspace

SETTINGS = RequestSettings(provider="gemini", model="gemini-3.8-flash")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:1")
    with contextlib.closing(make_workspace(tmp_path, 5)) as opened:
        yield opened


@pytest.mark.parametrize("recipe", ["robust", "mellm", None])
def test_what_is_left_open_is_as_the_workspace_has_it(face_workspace, recipe):
    """None: no meu.toml, so the recipe that `render` takes by itself."""
    if recipe is not None:
        (face_workspace.root / "meu.toml").write_text(f'recipe = "{recipe}"\nlang = "zh"\n')
    with Workspace.open(face_workspace.root) as workspace:
        render(workspace, workers=1)
        for provider, model in (("gemini", None), ("openai", "gpt-5-mini")):
            assert dry_run(workspace, request_settings(provider, model=model), when=NOW).to_send == 3
        assert {work.spec.lang for work in Worklist(workspace, SETTINGS)} == {"en" if recipe is None else "zh"}


def prices_of(report) -> dict[str, float]:
    return {price.mode: price.usd for price in report.prices}


def answered(workspace, work, *, output: int, state: str = "done") -> None:
    """A call for a sample, as a run would leave it."""
    ledger = workspace.ledger
    with ledger.transaction():
        put_request(ledger, work.key, work.sample.id, work.spec.model, work.spec.lang, work.inputs)
        attempt = open_attempt(ledger, work.key, mode="online", model=work.spec.model, estimate_usd=0.02)
        usage = Usage(input_tokens=9, output_tokens=output)
        reply = Reply(text="{}", finish_reason="STOP", usage=usage, raw="{}")
        cost = Cost(usd=0.01, as_of="today")
        close_attempt(ledger, attempt, state="answered", answer=answer_record(reply, cost))
        set_state(ledger, work.key, state)


def test_tokens_and_prices_are_those_of_the_requests(workspace):
    specs = [work.spec for work in Worklist(workspace, SETTINGS)]
    report = dry_run(workspace, SETTINGS, when=NOW)
    assert (report.samples, report.to_send, report.fresh, report.waiting) == (5, 5, 0, 0)
    tokens_in = sum(likely(spec).input_tokens for spec in specs)
    tokens_out = sum(likely(spec).output_tokens for spec in specs)
    assert (report.input_tokens, report.output_tokens) == (tokens_in, tokens_out)
    online = (tokens_in * 0.75 + tokens_out * 3.75) / 1e6
    assert prices_of(report) == pytest.approx({"online": online, "batch": online / 2, "flex": online / 2})
    most = (tokens_in * 0.75 + sum(at_most(spec).output_tokens for spec in specs) * 3.75) / 1e6
    assert [price.most_usd for price in report.prices] == pytest.approx([most, most / 2, most / 2])
    assert all(price.as_of.startswith("2026-11-20 genai-prices") for price in report.prices)
    assert not report.measured_output


def test_the_price_is_that_of_the_day(workspace):
    old, new = (prices_of(dry_run(workspace, SETTINGS, when=datetime(year, 1, 1, tzinfo=UTC))) for year in (2026, 2027))
    assert new["online"] == pytest.approx(2 * old["online"])


def test_many_small_requests_are_not_priced_as_one_long_one(tmp_path):
    """gemini-2.5-pro costs twice as much per token from 200,000 input tokens on: of one request, not of all."""
    with contextlib.closing(make_workspace(tmp_path, 90)) as workspace:
        report = dry_run(workspace, SETTINGS.model_copy(update={"model": "gemini-2.5-pro"}), when=NOW)
    assert report.input_tokens > 200_000
    expected = (report.input_tokens * 1.25 + report.output_tokens * 10) / 1e6
    assert prices_of(report)["online"] == pytest.approx(expected)


def test_what_is_done_or_lies_somewhere_is_not_counted_again(workspace):
    works = list(Worklist(workspace, SETTINGS))
    for work, state in zip(works, ("submitted", "held", "failed", "blocked"), strict=False):
        answered(workspace, work, output=100, state=state)
    report = dry_run(workspace, SETTINGS, when=NOW)
    assert (report.to_send, report.submitted, report.held, report.failed, report.blocked) == (1, 1, 1, 1, 1)
    assert report.spent_usd == pytest.approx(0.04)
    resent = dry_run(workspace, SETTINGS, on_unknown="resend", retry_failed=True, when=NOW)
    assert (resent.to_send, resent.submitted, resent.held) == (4, 1, 0)


def test_the_output_is_the_mean_of_the_answers_once_there_are_some(workspace):
    others = SETTINGS.model_copy(update={"lang": "zh"})
    for work in Worklist(workspace, others):
        answered(workspace, work, output=700)
    report = dry_run(workspace, SETTINGS, when=NOW)
    assert report.measured_output
    assert report.output_tokens == 5 * 700


@pytest.mark.parametrize("extra", [{"only": identifier(2)}, {"limit": 1}])
def test_a_part_of_the_samples_can_be_asked_for(workspace, extra):
    assert dry_run(workspace, SETTINGS, when=NOW, **extra).to_send == 1


def test_more_pictures_cost_more(workspace):
    one = dry_run(workspace, SETTINGS, when=NOW)
    three = dry_run(workspace, SETTINGS.model_copy(update={"images": "map+pair"}), when=NOW)
    # Two more pictures of 560 tokens each, and the words about them.
    assert three.input_tokens - one.input_tokens >= 5 * 2 * 560
    high = dry_run(workspace, SETTINGS.model_copy(update={"media_resolution": "high"}), when=NOW)
    assert high.input_tokens - one.input_tokens == 5 * 560


def test_other_services_have_one_mode_and_need_a_price(workspace):
    local = RequestSettings(provider="openai", model="qwen-local")
    with pytest.raises(MeuError, match=r"prices\.toml"):
        dry_run(workspace, local, when=NOW)
    text = '[[price]]\nmodel = "qwen-local"\nfrom = 2026-01-01\ninput = 1\noutput = 2\n'
    (workspace.root / "prices.toml").write_text(text)
    report = dry_run(workspace, local, when=NOW)
    assert [price.mode for price in report.prices] == ["online"]
    assert report.prices[0].usd == pytest.approx((report.input_tokens + 2 * report.output_tokens) / 1e6)


def test_nothing_is_written(workspace):
    before = workspace.ledger.counts()
    dry_run(workspace, SETTINGS, when=NOW)
    assert workspace.ledger.counts() == before
    assert workspace.ledger.db.rows("SELECT count(*) FROM requests") == [(0,)]


def test_the_report_for_a_person(workspace):
    lines = dry_run_lines(dry_run(workspace, SETTINGS, when=NOW))
    assert lines[0] == "5 samples: 5 to send to gemini-3.8-flash"
    assert any("tokens in" in line and "rule of thumb" in line for line in lines)
    assert sum("2026-11-20 genai-prices" in line for line in lines) == 3


def test_the_report_when_nothing_is_left(workspace):
    for work in list(Worklist(workspace, SETTINGS)):
        answered(workspace, work, output=100, state="held")
    report = dry_run(workspace, SETTINGS, when=NOW)
    assert report.prices == ()
    assert dry_run_lines(report) == [
        "5 samples: 0 to send to gemini-3.8-flash, 5 held",
        "spent so far: $0.0500, under way: $0.00",
    ]
