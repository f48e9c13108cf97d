import pytest

from meu_data.errors import MeuError
from meu_data.motion.render import render
from meu_data.records import Source
from meu_data.spotting.stage import spot
from meu_data.status import workspace_status
from meu_data.store.workspace import Workspace
from tests.spotting.conftest import filmed_sample


def only_sample(workspace):
    (sample,) = workspace.ledger.samples()
    return sample


def near(plan, apex):
    return abs(apex - plan.apex) <= 0.1 * (plan.offset - plan.onset)


def test_a_missing_apex_is_found_and_counts_for_all_that_follow(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan))
    assert (workspace_status(workspace).waiting, workspace_status(workspace).spotted) == (1, 0)
    assert render(workspace, workers=1).waiting == 1
    summary = spot(workspace, workers=1)
    assert (summary.spotted, summary.unsure, summary.problems) == (1, 0, 0)
    sample = only_sample(workspace)
    assert near(plan, sample.apex)
    assert sample.apex_frame == f"clip/img{sample.apex:03d}.png"
    assert (sample.spot.method, sample.spot.reason, sample.spot.sheet_apex) == ("motion", "missing", None)
    assert (workspace_status(workspace).waiting, workspace_status(workspace).spotted) == (0, 1)
    assert render(workspace, workers=1).rendered == 1
    again = spot(workspace, workers=1)
    assert (again.spotted, again.fresh) == (0, 1)


def test_the_sheet_counts_again_when_it_is_corrected_and_when_asked(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan))
    spot(workspace, workers=1)
    hold(filmed_sample(plan, "true"))
    assert (only_sample(workspace).apex, only_sample(workspace).spot) == (plan.apex, None)
    hold(filmed_sample(plan))
    assert only_sample(workspace).spot is not None
    spot(workspace, forget=True, workers=1)
    assert (only_sample(workspace).apex, only_sample(workspace).spot) == (None, None)


def test_an_apex_that_cannot_be_one_is_replaced_only_when_asked_and_told_always(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan, "onset"))
    summary = spot(workspace, workers=1)
    assert (summary.disordered, summary.spotted) == (1, 0)
    (problem,) = workspace.ledger.problems("spot")
    assert f"the sheet's apex {plan.onset} is the onset" in problem.reason
    assert render(workspace, workers=1).waiting == 1
    summary = spot(workspace, which="disordered", workers=1)
    sample = only_sample(workspace)
    assert near(plan, sample.apex)
    assert summary.replaced == (f"{sample.id}: onset {plan.onset} → {plan.onset}, apex {plan.onset} → {sample.apex}",)
    assert (sample.spot.reason, sample.spot.sheet_apex) == ("disordered", plan.onset)
    assert workspace.ledger.count_problems("spot") == 0


def test_a_doubtful_apex_is_flagged_and_replaced_only_when_asked(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan, "late"))
    assert spot(workspace, workers=1).by_sheet == 1
    checked = spot(workspace, check=True, workers=1)
    assert (checked.by_sheet, checked.doubted, only_sample(workspace).apex) == (1, 1, plan.offset - 1)
    again = spot(workspace, check=True, workers=1)
    assert (again.by_sheet, again.doubted) == (1, 1)
    (problem,) = workspace.ledger.problems("spot")
    assert f"the sheet's apex {plan.offset - 1} is doubtful" in problem.reason
    render(workspace, workers=1)
    replaced = spot(workspace, which="all", workers=1)
    assert (replaced.spotted, len(replaced.replaced)) == (1, 1)
    assert near(plan, only_sample(workspace).apex)
    assert render(workspace, workers=1).rendered == 1  # the map of the other apex is stale


def test_the_true_apex_is_not_doubted(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan, "true"))
    assert spot(workspace, check=True, workers=1).doubted == 0
    assert workspace.ledger.count_problems("spot") == 0


def test_the_middle_is_taken_unseen(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan))
    spot(workspace, by_middle=True, workers=1)
    sample = only_sample(workspace)
    assert sample.apex == pytest.approx((plan.onset + plan.offset) / 2, abs=1)
    assert (sample.spot.method, sample.spot.confidence) == ("middle", None)
    assert (sample.onset_by, sample.apex_by) == ("sheet", "middle")
    status = workspace_status(workspace)
    assert (status.waiting, status.spotted, status.halfway) == (0, 0, 1)


def test_the_onset_is_found_when_the_sheet_s_is_late(filmed, hold):
    plan, _ = filmed
    late = plan.onset + 4
    sheet = filmed_sample(plan, onset=late, onset_frame=f"clip/img{late:03d}.png")
    workspace = hold(sheet)
    spot(workspace, onset=True, workers=1)
    sample = only_sample(workspace)
    assert abs(sample.onset - plan.onset) < abs(late - plan.onset)
    assert sample.id == sheet.id
    assert near(plan, sample.apex)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by_middle": True, "onset": True}, "leave out --check and --onset"),
        ({"only": "dfme/x"}, "there is no sample 'dfme/x'"),
    ],
)
def test_what_cannot_be_asked_for_is_said(filmed, hold, options, message):
    workspace = hold(filmed_sample(filmed[0]))
    with pytest.raises(MeuError, match=message):
        spot(workspace, workers=1, **options)


def test_frames_behind_a_link_are_read_as_render_reads_them(filmed, tmp_path):
    plan, root = filmed
    frames = tmp_path / "frames"
    frames.mkdir()
    (frames / "clip").symlink_to(root / "clip")
    with Workspace.open(tmp_path / "work", create=True) as workspace:
        source = Source(corpus="dfme", split="train", sheet="sheet.xlsx", frames=str(frames))
        workspace.ledger.replace_source(source, [filmed_sample(plan)])
        assert spot(workspace, workers=1).spotted == 1
        assert near(plan, only_sample(workspace).apex)
        assert render(workspace, workers=1).rendered == 1


def test_a_clip_without_its_frames_becomes_a_problem(filmed, hold):
    plan, _ = filmed
    lonely = filmed_sample(plan, offset=plan.onset + 1)
    workspace = hold(lonely)
    assert spot(workspace, workers=1).problems == 1
    (problem,) = workspace.ledger.problems("spot")
    assert "only 2 frames are there" in problem.reason


def test_macro_expressions_are_spotted_only_when_asked_for(filmed, hold):
    plan, _ = filmed
    workspace = hold(filmed_sample(plan, kind="macro"))
    assert workspace_status(workspace).waiting == 0
    left = spot(workspace, by_middle=True, workers=1)
    assert (left.samples, left.other_kind, left.spotted, only_sample(workspace).spot) == (1, 1, 0, None)
    asked = spot(workspace, by_middle=True, kind="macro", workers=1)
    assert (asked.other_kind, asked.spotted) == (0, 1)
    hold(filmed_sample(plan, kind="micro", offset=plan.offset - 1))
    assert spot(workspace, by_middle=True, kind="all", workers=1).spotted == 1
    hold(filmed_sample(plan, kind="macro", offset=plan.offset - 2))
    assert spot(workspace, by_middle=True, only=only_sample(workspace).id, workers=1).spotted == 1
