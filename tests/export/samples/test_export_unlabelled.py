"""Corpora that do not label everything: SMIC has no AUs and a valence, SAMM Long Videos no emotion."""

import json

import pyarrow.parquet as pq
import pytest

from meu_data.checking.stage import check
from meu_data.export import export
from meu_data.records import Source


@pytest.fixture
def unlabelled(corpus):
    """Three clips of DFME; three of SMIC without AUs; three of SAMM Long Videos without an emotion."""
    corpus.fill({"train": 3})
    for name, changes in (("smic", {"aus": None, "emotion": "negative"}), ("sammlv", {"emotion": None})):
        corpus.fill({"train": 3}, corpus=name)
        changed = [one.model_copy(update=changes) for one in corpus.samples[-3:]]
        source = Source(corpus=name, split="train", sheet="/somewhere/s.xlsx", frames="/somewhere/frames")
        corpus.workspace.ledger.replace_source(source, changed)
        for sample in changed:
            corpus.draft(sample.model_copy(update={"aus": sample.aus or ()}))
    return corpus


def rows_of(out):
    return [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]


NO_EMOTION, NO_AUS = "emotion not labelled, or not understood", "AUs not labelled, or not understood"


@pytest.mark.parametrize(
    ("style", "left_out", "corpora"),
    [
        ("unifer-cot", {NO_EMOTION: 3}, {"dfme", "smic"}),
        ("mer", {NO_EMOTION: 3}, {"dfme", "smic"}),
        ("unifer-rlvr", {NO_EMOTION: 3}, {"dfme", "smic"}),
        ("mellm2", {NO_EMOTION: 3, NO_AUS: 3}, {"dfme"}),
        ("megc-vqa", {}, {"dfme", "smic", "sammlv"}),
    ],
)
def test_a_style_leaves_out_what_lacks_the_label_it_needs(unlabelled, tmp_path, style, left_out, corpora):
    summary = export(unlabelled.workspace, tmp_path / "out", style=style, source="drafts")
    assert (summary.left_out, summary.problems) == (left_out, 0)
    rows = rows_of(tmp_path / "out")
    assert {row["corpus"] for row in rows} == corpora
    for row in rows:
        assert (row["aus"] is None, row["facs"] is None) == (row["corpus"] == "smic",) * 2
        assert (row["emotion"] is None) == (row["corpus"] == "sammlv")
    # The texts of these drafts name no AUs.
    assert check(tmp_path / "out", rules=("label", "schema")).problems == 0


def test_the_challenge_asks_what_is_labelled(unlabelled, tmp_path):
    """Of SMIC's clips the challenge's own files ask the coarse class and nothing else."""
    export(unlabelled.workspace, tmp_path / "out", style="megc-vqa", source="drafts")
    kinds = {}
    for row in rows_of(tmp_path / "out"):
        kinds.setdefault(row["corpus"], set()).add(row["kind"])
    assert kinds["smic"] == {"coarse"}
    assert kinds["sammlv"] == {"units", "side", "shown"}
    assert kinds["dfme"] == {"coarse", "fine", "units", "side", "shown", "all"}
    facts = json.loads((tmp_path / "out" / "export.json").read_text())
    assert facts["emotions"]["train"]["not labelled"] == 3


def test_rewards_get_texts_where_nothing_is_labelled(unlabelled, tmp_path):
    export(unlabelled.workspace, tmp_path / "out", style="unifer-rlvr", format="easyr1", source="drafts")
    assert {row["aus"] for row in rows_of(tmp_path / "out") if row["corpus"] == "smic"} == {""}
