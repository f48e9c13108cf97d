"""Macro-expressions stand beside micro-expressions in corpora of videos; stages are about micro ones unless told."""

import pyarrow.parquet as pq
import pytest

from meu_data.drafting.offline.stage import draft_offline
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.records import Source
from meu_data.review.worklist import Selection, select


@pytest.fixture
def mixed(corpus):
    """Four rendered clips, the last a macro-expression."""
    corpus.fill({"train": 4})
    *brief, long = corpus.samples
    source = Source(corpus="dfme", split="train", sheet="/somewhere/s.xlsx", frames="/somewhere/frames")
    corpus.workspace.ledger.replace_source(source, [*brief, long.model_copy(update={"kind": "macro"})])
    return corpus


@pytest.mark.parametrize(
    ("kind", "rows", "left_out"),
    [("micro", 3, {"no micro-expression": 1}), ("macro", 1, {"no macro-expression": 3}), ("all", 4, {})],
)
def test_an_export_is_about_one_kind(mixed, tmp_path, kind, rows, left_out):
    summary = export(mixed.workspace, tmp_path / "out", style="mer", source="drafts", kind=kind)
    assert (summary.samples, summary.left_out) == (rows, left_out)
    assert sum(pq.read_table(path).num_rows for path in (tmp_path / "out" / "data").iterdir()) == rows


@pytest.mark.parametrize(("kind", "count"), [("micro", 3), ("macro", 1), ("all", 4)])
def test_drafts_and_tasks_are_of_one_kind(mixed, kind, count):
    summary = draft_offline(mixed.workspace, kind=kind)
    assert (summary.samples, summary.drafted, summary.waiting) == (count, count, 0)
    wanted = Selection("en", "robust", "offline-1", None, None, "embed", kind)
    assert len(list(select(mixed.workspace.ledger, wanted))) == count


def test_one_that_is_asked_for_by_name_is_taken_whatever_its_kind(mixed):
    last = mixed.samples[-1].id
    assert draft_offline(mixed.workspace, only=last).drafted == 1
    (found,) = select(mixed.workspace.ledger, Selection("en", "robust", "offline-1", last, None, "embed"))
    assert found.sample_id == last


def test_where_none_is_of_the_kind_the_option_is_named(corpus, tmp_path):
    corpus.fill({"train": 2})
    with pytest.raises(MeuError, match="no macro-expression is here; ask for others with --kind all"):
        export(corpus.workspace, tmp_path / "out", style="mer", source="drafts", kind="macro")
