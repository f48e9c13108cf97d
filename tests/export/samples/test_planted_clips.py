"""A small corpus in which every second clip is spoiled: none of those becomes a row, each is listed with its reason."""

import re
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from meu_data import Workspace, draft, export, extract, render
from meu_data.export.stage import ExportSummary
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


class Exported(NamedTuple):
    """What is planted by clip, each row's provenance and each problem by clip, what the export and its card say."""

    planted: dict[str, str | None]
    rows: dict[str, dict[str, object]]
    problems: dict[str, str]
    summary: ExportSummary
    card: str


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    corpus = make_corpus(folder / "corpus", subjects=3, clips=4, size=(400, 300), traps=True, workers=2)
    with Workspace.open(folder / "workspace", create=True) as workspace:
        extract(workspace, corpus="dfme", annotations=corpus.sheet, frames=corpus.frames_dir)
        render(workspace, workers=2)
        draft(workspace)
        summary = export(workspace, folder / "out", source="drafts")
        problems = {p.sample_id: p.reason for stage in ("render", "export") for p in workspace.ledger.problems(stage)}
    rows = [row for path in (folder / "out" / "data").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    planted = {path.name: read_truth(folder / "corpus", path.name)[0].trap for path in corpus.frames_dir.iterdir()}
    return Exported(
        planted,
        {row["id"].split("/")[2]: row["provenance"] for row in rows},
        {name.split("/")[2]: why for name, why in problems.items()},
        summary,
        (folder / "out" / "README.md").read_text(encoding="utf-8"),
    )


def test_the_good_clips_become_rows_and_no_bad_one_does(exported):
    assert exported.rows.keys() == {clip for clip, trap in exported.planted.items() if trap is None}
    assert len(exported.rows) == 6


def test_what_was_left_out_is_counted_by_its_reason(exported):
    """Light, turn, hand and crop make maps; another person and a title card are found while rendering."""
    doubts = exported.summary.doubts
    assert exported.summary.untrusted == 4
    assert [doubts[flag] for flag in ("light_change", "head_turn", "occluded", "outside")] == [1, 1, 1, 1]
    assert "4 of them because their map cannot be believed (" in exported.card
    assert all(f"`{flag}` {count}" in exported.card for flag, count in doubts.items())


def test_a_row_tells_what_its_map_is_worth(exported):
    for provenance in exported.rows.values():
        assert 0.5 <= provenance["map_trust"] <= 1
        assert (provenance["map_trust"] == 1) == (provenance["map_flags"] == [])


@pytest.mark.parametrize("trap", TRAPS)
def test_a_bad_clip_is_listed_with_its_reason(exported, trap):
    (clip,) = [clip for clip, kind in exported.planted.items() if kind == trap]
    assert re.search(REASONS[trap], exported.problems[clip])
