"""A small corpus in which every second clip is spoiled: none of those becomes a row, each is listed with its reason."""

import re

import pyarrow.parquet as pq
import pytest

from meu_data import Workspace, draft, export, extract, render
from meu_data.synth import make_corpus
from meu_data.synth.traps import TRAPS
from meu_data.synth.truth import read_truth

REASONS = {
    "light": r"light_change",
    "head_turn": r"head_turn",
    "other_person": r"another face",
    "title_card": r"no face was found on the apex",
    "hand": r"occluded|half covered",
    "tight_crop": r"outside",
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The clips by name: what is planted in each, which became rows, and what is told of the others."""
    folder = tmp_path_factory.mktemp("planted")
    corpus = make_corpus(folder / "corpus", subjects=3, clips=4, size=(400, 300), traps=True, workers=2)
    with Workspace.open(folder / "workspace", create=True) as workspace:
        extract(workspace, corpus="dfme", annotations=corpus.sheet, frames=corpus.frames_dir)
        render(workspace, workers=2)
        draft(workspace)
        export(workspace, folder / "out", source="drafts")
        problems = {p.sample_id: p.reason for stage in ("render", "export") for p in workspace.ledger.problems(stage)}
    rows = [row for path in (folder / "out" / "data").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    planted = {path.name: read_truth(folder / "corpus", path.name)[0].trap for path in corpus.frames_dir.iterdir()}
    return (
        planted,
        {row["id"].split("/")[2] for row in rows},
        {name.split("/")[2]: why for name, why in problems.items()},
    )


def test_the_good_clips_become_rows_and_no_bad_one_does(exported):
    planted, rows, _ = exported
    assert rows == {clip for clip, trap in planted.items() if trap is None}
    assert len(rows) == 6


@pytest.mark.parametrize("trap", TRAPS)
def test_a_bad_clip_is_listed_with_its_reason(exported, trap):
    planted, _, problems = exported
    (clip,) = [clip for clip, kind in planted.items() if kind == trap]
    assert re.search(REASONS[trap], problems[clip])
