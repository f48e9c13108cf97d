"""The stored groundings, and two models side by side, over a real workspace and the real command line."""

import importlib
import json

import pytest
import typer.testing

from meu_data.commands.shared import app
from meu_data.drafting import draft_offline
from meu_data.drafting.compare import compare
from meu_data.drafting.compare_page import write_page
from meu_data.errors import MeuError
from meu_data.grounding.verify import store_grounding, verify
from meu_data.records import Source
from meu_data.store.drafts import groundings
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Settings, Workspace

SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
IDS = [f"dfme/sub{n:04d}/clip/1-5" for n in range(4)]
OTHER = "other-1"


@pytest.fixture
def workspace(tmp_path, sample_of, motion_of):
    """Four samples of a smile with offline drafts; the first has a second model's draft, false in one direction."""
    with Workspace.open(tmp_path / "w", create=True) as opened:
        put_samples(opened, [sample_of("12", sample_id=name) for name in IDS])
        with opened.ledger.transaction():
            for name in IDS:
                opened.ledger.store_motion(measured(motion_of(SMILE, name)), MotionState("i", "f", "m"))
        draft_offline(opened, recipe=opened.settings.recipe)
        put_draft(opened, false_draft(opened))
        yield opened


def measured(motion):
    return motion.model_copy(update={"recipe": Settings().recipe})


def put_samples(workspace, samples):
    workspace.ledger.replace_source(Source(corpus="dfme", split="train", sheet="s.xlsx", frames="f"), samples)


def put_draft(workspace, draft):
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(draft, "inputs")


def false_draft(workspace):
    good = next(draft for draft in workspace.ledger.drafts(IDS[0]) if draft.model == "offline-1")
    first = good.annotation.claims[0].model_copy(update={"direction": "down", "colour": "yellow-green", "au": None})
    annotation = good.annotation.model_copy(update={"claims": (first, *good.annotation.claims[1:])})
    return good.model_copy(update={"model": OTHER, "annotation": annotation})


def counts(summary):
    return (summary.drafts, summary.checked, summary.fresh, summary.waiting, summary.unsound)


def test_grounds_every_draft_and_lists_the_worst(workspace):
    summary = verify(workspace)
    assert counts(summary) == (5, 5, 0, 0, 1)
    assert summary.kinds["direction"] == 1
    assert [(draft.model, draft.grounding.sample_id) for draft in summary.worst] == [(OTHER, IDS[0])]
    assert summary.mean_score == pytest.approx((4 + summary.worst[0].grounding.score) / 5, abs=1e-4)
    told = [item.grounding for sample in IDS for item in groundings(workspace.ledger, sample)]
    assert summary.statements == sum(grounding.statements for grounding in told) > 5 * 3
    assert summary.unread == sum(item.finding == "not read" for grounding in told for item in grounding.findings) == 0
    stored = groundings(workspace.ledger, IDS[0])
    assert [(item.model, item.lang, item.grounding.sound) for item in stored] == [
        ("offline-1", "en", True),
        (OTHER, "en", False),
    ]


def test_what_could_not_be_read_is_counted(workspace):
    good = next(draft for draft in workspace.ledger.drafts(IDS[0]) if draft.model == "offline-1")
    text = "The chin waltzes across the lower face. " + good.annotation.motion_analysis
    odd = good.model_copy(update={"annotation": good.annotation.model_copy(update={"motion_analysis": text})})
    put_draft(workspace, odd.model_copy(update={"model": "odd"}))
    summary = verify(workspace, model="odd")
    assert (summary.unread, summary.statements > 3) == (1, True)


def test_a_second_run_checks_nothing(workspace):
    before = verify(workspace)
    again = verify(workspace)
    assert counts(again) == (5, 0, 5, 0, 1)
    assert (again.mean_score, again.kinds, again.worst) == (before.mean_score, before.kinds, before.worst)


def test_changes_are_checked_again(workspace, sample_of, motion_of):
    verify(workspace)
    put_samples(workspace, [sample_of("12", "contempt", IDS[0]), *(sample_of("12", sample_id=n) for n in IDS[1:])])
    assert counts(verify(workspace)) == (5, 2, 3, 0, 2)
    with workspace.ledger.transaction():
        workspace.ledger.store_motion(measured(motion_of({}, IDS[1])), MotionState("i", "f", "m"))
    assert counts(verify(workspace)) == (5, 1, 4, 0, 3)
    put_draft(workspace, false_draft(workspace).model_copy(update={"lang": "zh"}))
    assert counts(verify(workspace)) == (6, 1, 5, 0, 4)


def test_what_draft_stores_is_up_to_date_for_verify(workspace):
    sample, motion = next(workspace.ledger.samples_with_motion(workspace.settings.recipe))
    with workspace.ledger.transaction():
        found = store_grounding(workspace.ledger, sample, motion, false_draft(workspace))
    assert not found.sound
    assert groundings(workspace.ledger, IDS[0])[0].grounding == found
    assert counts(verify(workspace, model=OTHER)) == (1, 0, 1, 0, 1)


def test_a_part_of_the_drafts(workspace):
    assert counts(verify(workspace, model=OTHER)) == (1, 1, 0, 0, 1)
    assert counts(verify(workspace, only=IDS[1])) == (1, 1, 0, 0, 0)
    assert counts(verify(workspace, lang="zh")) == (0, 0, 0, 0, 0)
    assert verify(workspace, lang="zh").mean_score is None
    with pytest.raises(MeuError, match="nobody"):
        verify(workspace, model="nobody")


def test_without_motion_drafts_wait(workspace):
    with workspace.ledger.transaction():
        for name in IDS:
            workspace.ledger.drop_motion(name, workspace.settings.recipe)
    assert counts(verify(workspace)) == (5, 0, 0, 5, 0)


def test_groundings_of_samples_that_are_gone_go_too(workspace, sample_of):
    verify(workspace)
    put_samples(workspace, [sample_of("12", sample_id=name) for name in IDS[1:]])
    verify(workspace)
    assert groundings(workspace.ledger, IDS[0]) == []
    assert len(groundings(workspace.ledger, IDS[1])) == 1


def test_more_drafts_than_a_page(workspace, sample_of, motion_of):
    names = [f"dfme/s/c/{n}-9" for n in range(450)]
    put_samples(workspace, [sample_of("12", sample_id=name) for name in names])
    with workspace.ledger.transaction():
        for name in names:
            workspace.ledger.store_motion(measured(motion_of(SMILE, name)), MotionState("i", "f", "m"))
    draft_offline(workspace, recipe=workspace.settings.recipe, only=names[0])
    (one,) = workspace.ledger.drafts(names[0])
    with workspace.ledger.transaction():
        for name in names[1:]:
            workspace.ledger.store_draft(one.model_copy(update={"sample_id": name}), "i")
    assert verify(workspace).checked == 450
    assert verify(workspace).fresh == 450


def test_two_models_side_by_side(workspace):
    verify(workspace)
    found = compare(workspace, ["offline-1", OTHER])
    offline, other = found.sides
    assert (found.common, found.lang) == (1, "en")
    assert found.pairs[0].model_dump() == {
        "one": "offline-1",
        "other": OTHER,
        "aus": 1.0,
        "emotion": 1.0,
        "regions": 1.0,
        "direction": 0.5,
        "intensity": 1.0,
        "evidence": 0.5,
    }
    assert (offline.drafts, offline.grounded, offline.mean_score, offline.sound) == (4, 1, 1.0, 1.0)
    assert (other.drafts, other.grounded, other.sound) == (1, 1, 0.0)
    assert (offline.read, other.read) == (1.0, 1.0)
    assert other.mean_score < 1
    assert (offline.usd, other.usd) == (None, None)


def test_cost_counts_what_may_have_been_billed(workspace):
    rows = [("k1", OTHER, "en"), ("k2", OTHER, "zh")]
    with workspace.ledger.transaction():
        for key, model, lang in rows:
            workspace.ledger.db.execute(
                "INSERT INTO requests (key, sample_id, model, lang, kind, inputs, state, parser)"
                " VALUES (?, ?, ?, ?, 'draft', 'i', 'done', 1)",
                (key, IDS[0], model, lang),
            )
        for key, state, estimate, usd in (
            ("k1", "answered", 0.5, 0.25),
            ("k1", "unknown", 0.5, None),
            ("k1", "refused", 0.5, 0.0),
            ("k2", "answered", 0.5, 8.0),
        ):
            workspace.ledger.db.execute(
                "INSERT INTO attempts (key, kind, mode, model, state, opened, estimate_usd, usd)"
                " VALUES (?, 'draft', 'online', ?, ?, 0, ?, ?)",
                (key, OTHER, state, estimate, usd),
            )
    assert compare(workspace, ["offline-1", OTHER]).sides[1].usd == 0.75


def test_compare_refuses_what_it_cannot_compare(workspace):
    with pytest.raises(MeuError, match=r"nobody.*offline-1, other-1"):
        compare(workspace, ["offline-1", "nobody"])
    with pytest.raises(MeuError, match="twice"):
        compare(workspace, [OTHER, OTHER])


WRITTEN = {
    "motion_analysis": "Both corners of the mouth move up. <b>The cheeks rise.</b>",
    "expression_inference": "AU12 is typical of happiness. Perhaps the emotion is surprise. It is happiness.",
    "conclusion": "The emotion is happiness.",
}


def test_how_models_write_is_counted_by_hand(workspace):
    good = next(draft for draft in workspace.ledger.drafts(IDS[1]) if draft.model == "offline-1")
    told = {"statements": (), **WRITTEN}
    put_draft(
        workspace,
        good.model_copy(update={"model": "third", "annotation": good.annotation.model_copy(update=told)}),
    )
    found = compare(workspace, ["offline", "third"])
    assert [side.model for side in found.sides] == ["offline-1", "third"]
    third = found.sides[1]
    # 10 words, 13 and 4, in two, three and one sentences, of which one is reserved.
    assert (third.words, third.statements, third.inference_steps) == (27, 6, 3)
    assert third.hedged == pytest.approx(1 / 6, abs=1e-4)
    assert third.latency_s is None


def test_the_page_holds_every_draft_and_nothing_that_acts(workspace, tmp_path):
    good = next(draft for draft in workspace.ledger.drafts(IDS[1]) if draft.model == "offline-1")
    hostile = {"conclusion": "<script>alert(1)</script>", **{k: WRITTEN[k] for k in list(WRITTEN)[:2]}}
    for model in ("third", "<img src=x onerror=alert(2)>"):
        annotation = good.annotation.model_copy(update={"statements": (), **hostile})
        put_draft(workspace, good.model_copy(update={"model": model, "annotation": annotation}))
    verify(workspace)
    page = tmp_path / "page.html"
    write_page(workspace, compare(workspace, ["offline", "third", "<img src=x onerror=alert(2)>"]), page)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert good.annotation.conclusion in text
    assert "http" not in text


def test_unchecked_drafts_have_no_score(workspace):
    assert compare(workspace, ["offline-1", OTHER]).sides[0].mean_score is None


def test_commands(workspace):
    importlib.import_module("meu_data.commands.grounding")
    runner = typer.testing.CliRunner()
    root = str(workspace.root)
    plain = runner.invoke(app, ["verify", "-w", root])
    assert plain.exit_code == 0
    assert "5 drafts: 5 checked, 0 up to date" in plain.output
    assert "serious: The left corner of the mouth is said to move down" in plain.output
    chinese = runner.invoke(app, ["verify", "-w", root, "--only", IDS[0], "--lang", "en"])
    assert chinese.exit_code == 0
    side_by_side = runner.invoke(app, ["compare", "offline-1", OTHER, "-w", root])
    assert side_by_side.exit_code == 0
    assert "1 samples drafted by all" in side_by_side.output
    as_json = runner.invoke(app, ["compare", "offline-1", OTHER, "-w", root, "--json"])
    assert json.loads(as_json.stdout)["pairs"][0]["direction"] == 0.5
