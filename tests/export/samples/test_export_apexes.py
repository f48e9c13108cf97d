"""Who chose onset and apex goes along with each row, and the card tells it where it was not the coders alone."""

import pyarrow.parquet as pq

from meu_data.export import export
from meu_data.export.about.facts import read_facts
from meu_data.records import Spot
from meu_data.store.spots import store_spot

SPOT = {"reason": "missing", "sheet_onset": 3, "sheet_apex": 9}


def test_a_row_says_who_chose_its_apex(corpus, tmp_path):
    sheet, motion, middle, early = corpus.fill({"train": 4}).samples
    spots = {
        motion: Spot(onset=3, apex=9, method="motion", confidence=0.75, **SPOT),
        middle: Spot(onset=3, apex=9, method="middle", confidence=None, **SPOT),
        early: Spot(onset=2, apex=9, method="motion", confidence=1, **SPOT),
    }
    with corpus.workspace.ledger.transaction():
        for sample, spot in spots.items():
            paths = (sample.onset_frame, sample.apex_frame)
            store_spot(corpus.workspace.ledger, sample, spot, paths, "inputs", apply=True)
    export(corpus.workspace, tmp_path / "out", source="drafts")
    (path,) = (tmp_path / "out" / "data").glob("*.parquet")
    found = {row["id"]: row["provenance"] for row in pq.read_table(path).to_pylist()}
    chosen = {name: (one["onset_by"], one["apex_by"], one["apex_confidence"]) for name, one in found.items()}
    assert chosen == {
        sheet.id: ("sheet", "sheet", None),
        motion.id: ("sheet", "motion", 0.75),
        middle.id: ("sheet", "middle", None),
        early.id: ("motion", "motion", 1.0),
    }
    assert read_facts(tmp_path / "out").apexes == {"sheet": 1, "motion": 2, "middle": 1}
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "coders of 1 samples, the motion of the face (`meu-data spot`) of 2; of 1 it is the frame halfway" in card
    assert "\n\n\n- `aus`" not in card
