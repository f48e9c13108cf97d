"""Readers for tables: everything once, in order, page by page."""

import pytest

from meu_data.records import Flag, Grounding, Source
from meu_data.store import database
from meu_data.store.drafts import drafts_with_grounding, put_grounding
from meu_data.store.ledger import MotionState
from tests.builders import make_motion, make_sample
from tests.review.builders import make_draft

IDS = [f"dfme/s1/c{number}/1-5" for number in range(7)]
FLAG = Flag(kind="text", subject="conclusion", severity="note", en="x", zh="x")


@pytest.fixture
def filled(ledger, monkeypatch):
    """Samples, motion and drafts of two models, groundings of one."""
    monkeypatch.setattr(database, "PAGE", 2)
    samples = [make_sample("12", sample_id=name) for name in IDS]
    ledger.replace_source(Source(corpus="dfme", split="train", sheet="s.xlsx", frames="f"), samples)
    with ledger.transaction():
        for name in IDS:
            ledger.store_motion(make_motion({}, name), MotionState("inputs", "frames", "maps/x.png"))
            for model in ("a", "b"):
                ledger.store_draft(make_draft(name, model=model), "inputs")
            put_grounding(ledger, "b", "en", "inputs", Grounding(sample_id=name, score=0.5, flags=(FLAG,)))
        ledger.store_draft(make_draft("dfme/gone/c/1-5", model="a"), "inputs")
    return ledger


def test_drafts_with_their_grounding(filled):
    found = list(drafts_with_grounding(filled))
    assert [(draft.sample_id, draft.model) for draft, _ in found] == [(name, model) for name in IDS for model in "ab"]
    assert {(draft.model, grounding and grounding.score) for draft, grounding in found} == {("a", None), ("b", 0.5)}


def test_counts(filled):
    assert filled.count_by_source() == {("dfme", "train"): 7}
    assert [row[2:] for row in filled.count_by_subject()] == [("happiness", 7)]
    assert filled.au_codes() == ["AU12", "AU6"]
    assert filled.samples_of([IDS[2], "dfme/none"]).keys() == {IDS[2]}
