"""A sheet that is corrected later changes its samples; it never makes others of them."""

import shutil

import pytest

from meu_data import draft, extract, render
from meu_data.store.spots import samples_as_in_sheet


@pytest.fixture
def sheet(face_workspace, tmp_path):
    """A function that writes the sheet of the workspace's clips with this apex of clip `a`, and extracts it."""
    frames = tmp_path / "frames 帧"
    for clip in "abc":
        shutil.copy(frames / clip / "00005.png", frames / clip / "00009.png")
    shutil.copy(frames / "b" / "00005.png", frames / "a" / "00004.png")

    def write(apex):
        path = tmp_path / "train.csv"
        rows = [f"s1,{clip},1,{apex if clip == 'a' else 5},9,happiness,12" for clip in "abc"]
        path.write_text("\n".join(["Subject,Filename,OnsetFrame,ApexFrame,OffsetFrame,Emotion,AU", *rows]))
        summary = extract(face_workspace, corpus="dfme", annotations=path, frames=frames)
        return summary.added, summary.changed, summary.unchanged, summary.removed

    return write


# Ids of earlier versions ended in the apex, and a workspace keeps those it has.
IDS = ["dfme/s1/a/1-5", "dfme/s1/b/1-5", "dfme/s1/c/1-5"]


def test_another_apex_makes_results_stale_and_never_another_sample(face_workspace, sheet):
    workspace = face_workspace
    assert sheet(5) == (0, 3, 0, 0)
    assert [sample.id for sample in workspace.ledger.samples()] == IDS
    assert render(workspace, recipe="mellm", workers=1).rendered == 3
    assert draft(workspace, recipe="mellm").drafted == 3
    before = workspace.ledger.motion(IDS[0], "mellm")
    assert sheet(4) == (0, 1, 2, 0)
    assert [(sample.id, sample.apex) for sample, _ in samples_as_in_sheet(workspace.ledger)] == [
        (IDS[0], 4),
        (IDS[1], 5),
        (IDS[2], 5),
    ]
    again = render(workspace, recipe="mellm", workers=1)
    assert (again.rendered, again.fresh) == (1, 2)
    assert workspace.ledger.motion(IDS[0], "mellm").apex_sha256 != before.apex_sha256
    drafted = draft(workspace, recipe="mellm")
    assert (drafted.drafted, drafted.fresh) == (1, 2)
