"""Tables: what their docstrings promise, what the ledger holds, and what a researcher does with them."""

import re
import sys
from datetime import UTC, datetime

import pandas as pd
import pytest

import meu_data
from meu_data import tables
from meu_data.errors import MissingExtraError
from meu_data.face.regions import REGIONS
from meu_data.motion.render import render
from meu_data.records import Source
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import make_motion, make_sample
from tests.review.builders import ANNA, BO, make_draft, make_review, store

TABLES = [tables.samples, tables.regions, tables.drafts, tables.reviews, tables.problems]
IDS = [f"dfme/s1/{clip}/1-5" for clip in "abc"]


def promised(table) -> dict[str, str]:
    """Dtypes by column, as the table in the docstring has them."""
    rows = re.findall(r"^\s*\| (\w+) \| ([^|]+) \|", table.__doc__, re.MULTILINE)
    assert rows[0] == ("column", "dtype")
    return dict(rows[1:])


@pytest.fixture
def workspace(tmp_path):
    """Three samples: a smile that one corner of the mouth shows, a frown, and one without labels, apex or motion."""
    labels = ["6+R12A", "4", ""]
    with Workspace.open(tmp_path, create=True) as opened:
        made = [make_sample(aus or "1", sample_id=name) for aus, name in zip(labels, IDS, strict=True)]
        # As SMIC has them: no AUs, and no apex until one is spotted.
        made[2] = made[2].model_copy(update={"aus": None, "apex": None, "apex_frame": None, "emotion": None})
        opened.ledger.replace_source(Source(corpus="dfme", split="train", sheet="sheet.xlsx", frames="."), made)
        with opened.ledger.transaction():
            for name, moves in zip(IDS, [{"left_mouth_corner": ("up-left", "strong")}, {}], strict=False):
                opened.ledger.store_motion(make_motion(moves, name), MotionState("inputs", "frames", "maps/x.png"))
        yield opened


def test_columns_and_dtypes_are_those_of_the_docstring(workspace, face_workspace):
    """Of an empty table, too."""
    render(face_workspace, workers=1)
    meu_data.draft(face_workspace)
    store(face_workspace.ledger, make_review(sample=IDS[0]))
    for table in TABLES:
        for opened in (workspace, face_workspace):
            found = table(opened)
            assert {name: str(dtype) for name, dtype in found.dtypes.items()} == promised(table), table.__name__
            assert list(found.index) == list(range(len(found)))
        assert len(table(face_workspace)) or table is tables.problems


def test_samples_have_their_labels_in_both_notations(workspace):
    found = tables.samples(workspace)
    assert found["sample_id"].tolist() == IDS
    assert found["aus"].tolist() == [["AU6", "RAU12"], ["AU4"], []]
    assert found["facs"].tolist() == ["6+R12A", "4", ""]
    assert found.loc[0, ["onset", "apex", "offset", "row", "kind", "au_reading"]].tolist() == [
        12,
        20,
        30,
        2,
        "micro",
        "all",
    ]
    assert found.loc[2, ["apex", "emotion"]].isna().all()


def test_regions_group_by_action_unit(workspace):
    found = tables.regions(workspace)
    assert len(found) == 2 * len(REGIONS)
    mean = found.explode("aus").groupby(["aus", "region"])["dx"].mean()
    # Up and to the left with a strength of 2 px; the same face stands under both of its AUs.
    assert mean["RAU12", "left_mouth_corner"] == mean["AU6", "left_mouth_corner"] == pytest.approx(-(2**0.5))
    assert mean["AU4", "left_mouth_corner"] == pytest.approx(0.02)
    assert {au for au, _ in mean.index} == {"AU4", "AU6", "RAU12"}
    moving = found[found["intensity"] >= "moderate"]
    assert moving[["sample_id", "region", "octant"]].to_numpy().tolist() == [[IDS[0], "left_mouth_corner", "up-left"]]


def test_the_recipe_is_the_workspaces_unless_another_is_named(workspace):
    assert set(tables.regions(workspace)["recipe"]) == {"robust"}
    assert tables.regions(workspace, "mellm").empty
    (workspace.root / "meu.toml").write_text('recipe = "mellm"')
    with Workspace.open(workspace.root) as other:
        assert tables.regions(other).empty
        assert len(tables.regions(other, "robust")) == 2 * len(REGIONS)


def test_more_rows_than_are_read_at_once(workspace, monkeypatch):
    whole = tables.regions(workspace)
    monkeypatch.setattr(tables, "_CHUNK", 7)
    pd.testing.assert_frame_equal(tables.regions(workspace), whole)
    monkeypatch.setattr(tables, "_CHUNK", len(whole))
    pd.testing.assert_frame_equal(tables.regions(workspace), whole)


def test_drafts_have_the_score_once_they_were_verified(workspace):
    meu_data.draft(workspace)
    before = tables.drafts(workspace)
    assert before["sample_id"].tolist() == IDS[:2]
    assert before[["score", "sound", "flags", "statements", "contradicted", "unread"]].isna().all(axis=None)
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(make_draft(IDS[1], model="another"), "inputs")
    report = meu_data.verify(workspace)
    after = tables.drafts(workspace)
    assert after["model"].tolist() == ["offline-1", "another", "offline-1"]
    assert after["score"].mean() == pytest.approx(report.mean_score, abs=1e-4)
    assert (~after["sound"]).sum() == report.unsound == 1
    assert "extra_au" in after.loc[1, "flags"]
    assert after.loc[1, "claims"] == 1
    assert after["statements"].sum() == report.statements
    assert after["unread"].sum() == report.unread
    assert (after["contradicted"] > 0).tolist() == [False, True, False]


def test_reviews_show_pseudonyms_and_the_last_version(workspace):
    first = make_review(ANNA, sample=IDS[0], minute=10)
    later = make_review(ANNA, sample=IDS[0], minute=90, emotion="surprise", quality=4, created_at=first.created_at)
    skipped = make_review(BO, sample=IDS[0], minute=30, annotation_id=2, skipped=True, draft=None, lead_time_s=None)
    store(workspace.ledger, first, later, skipped)
    found = tables.reviews(workspace)
    assert found["annotator"].tolist() == ["annotator-01", "annotator-02"]
    assert "example" not in found.to_csv()
    assert found["emotion"].tolist()[0] == "surprise"
    assert found["updated_at"].tolist() == [
        datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    ]
    assert found.loc[0, ["quality", "model", "lead_time_s"]].tolist() == [4, "offline-1", 20.0]
    unknown = ["verdict", "quality", "model", "lead_time_s", "aus", "emotion", "conclusion", "edit_distance", "fault"]
    assert found.loc[1, unknown].isna().all()


def test_problems_name_row_and_reason(face_workspace):
    (face_workspace.root.parent / "frames 帧" / "b" / "00005.png").unlink()
    render(face_workspace, workers=1)
    (problem,) = tables.problems(face_workspace).to_dict("records")
    assert (problem["stage"], problem["file"], problem["row"], problem["sample_id"]) == (
        "render",
        "train.xlsx",
        3,
        IDS[1],
    )
    assert "b/00005.png" in problem["reason"]


def test_without_pandas_the_extra_is_named(workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'meu-data\[tables\]'"):
        tables.samples(workspace)
