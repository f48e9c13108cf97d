"""When a conversation looks closer: shares without a look and with one in vain, and regions in doubt."""

import io
import itertools
import json

import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data.environments.inspection import Inspection, Sight
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.store.ledger import MotionState
from tests.export.faces import REGIONS, claim, show_faces

# All that is told moves plainly; the chin is still.
PLAIN = (claim("left_mouth_corner", "AU12"), claim("right_mouth_corner", "AU12"))


def remeasure(corpus, **changes):
    """Changes what was measured: by region, fields of its motion."""
    ledger = corpus.workspace.ledger
    for _, motion in list(ledger.samples_with_motion("robust")):
        regions = tuple(one.model_copy(update=changes.get(one.region, {})) for one in REGIONS)
        with ledger.transaction():
            ledger.store_motion(
                motion.model_copy(update={"regions": regions}), MotionState("inputs", "frames", motion.map_file)
            )


def zooms(corpus, out, mix, count=12, claims=PLAIN, **changes):
    """The regions looked at in each conversation, and the conversations."""
    if not corpus.samples:
        corpus.fill({"train": count})
        show_faces(corpus, claims=claims)
        remeasure(corpus, **changes)
    export(corpus.workspace, out, style="actfer", source="drafts", zoom_mix=mix, overwrite=True)
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    return [
        [
            json.loads(call["function"]["arguments"])["region"]
            for turn in row["messages"]
            for call in turn["tool_calls"] or []
            if call["function"]["name"] == "zoom"
        ]
        for row in rows
    ], [
        " ".join(
            part["text"] or "" for turn in row["messages"] if turn["role"] == "assistant" for part in turn["content"]
        )
        for row in rows
    ]


def test_the_shares_are_those_that_were_asked_for(corpus, tmp_path):
    told = ["right_mouth_corner", "left_mouth_corner"]
    found, texts = zooms(corpus, tmp_path / "out", "0,0")
    assert found == [told] * 12
    found, texts = zooms(corpus, tmp_path / "out", "1,0")
    assert found == [[]] * 12
    assert all("it needs no closer look" in text for text in texts)
    found, texts = zooms(corpus, tmp_path / "out", "0,1")
    # Of all that lies on the map, the chin alone was measured as still.
    assert found == [[*told, "chin"]] * 12
    assert all("The chin is grey: nothing moved there." in text for text in texts)
    some, _ = zooms(corpus, tmp_path / "out", "0.5,0.5")
    assert 0 < some.count([]) < 12
    assert some == zooms(corpus, tmp_path / "again", "0.5,0.5")[0]


def test_what_is_not_plain_is_always_looked_at(corpus, tmp_path):
    found, _ = zooms(corpus, tmp_path / "out", "1,0", 3, right_mouth_corner={"coherence": 0.3})
    assert found == [["right_mouth_corner", "left_mouth_corner"]] * 3


def test_a_region_in_doubt_is_looked_at_and_called_so(corpus, tmp_path):
    found, texts = zooms(corpus, tmp_path / "out", "1,0", 3, right_mouth_corner={"trust": 0.2})
    assert found == [["right_mouth_corner", "left_mouth_corner"]] * 3
    assert all("The right corner of the mouth is purple: it moved up, moderately." in text for text in texts)
    assert all(text.count("The map is doubtful there, so this weighs little.") == 1 for text in texts)


def test_a_region_that_cannot_be_measured_is_looked_at_and_nothing_is_said_of_it(corpus, tmp_path):
    hidden = {"state": "not measurable", "reason": "occluded", "intensity": "none"}
    found, texts = zooms(corpus, tmp_path / "out", "0,1", 3, chin=hidden)
    assert [one[-1] for one in found] == ["chin"] * 3
    assert all("At the chin nothing can be told. The map is doubtful there" in text for text in texts)


@pytest.mark.parametrize("mix", ["", "0.5", "1,2", "-1,0", "a,b", "nan,0", "0.1,0.2,0.3"])
def test_what_is_no_pair_of_shares_is_refused(corpus, tmp_path, mix):
    with pytest.raises(MeuError, match="two shares from 0 to 1"):
        export(corpus.workspace, tmp_path / "out", style="actfer", zoom_mix=mix)


def test_shares_are_for_conversations_alone(corpus, tmp_path):
    with pytest.raises(MeuError, match="--zoom-mix goes with --style actfer;"):
        export(corpus.workspace, tmp_path / "out", style="meu", zoom_mix="0,0")


def test_the_tools_answer_in_training_as_they_did_in_the_conversation(corpus, tmp_path):
    corpus.fill({"train": 2})
    show_faces(corpus)
    for style in ("actfer", "actfer-rl"):
        export(corpus.workspace, tmp_path / style, style=style, source="drafts")
    told, asked = (
        pq.read_table(next((tmp_path / style).glob("data/*"))).to_pylist() for style in ("actfer", "actfer-rl")
    )
    for conversation, row in zip(told, asked, strict=True):
        inspection = Inspection(Sight.of_column(row["inspection"], row["map"]["bytes"]))
        shown = iter(conversation["images"][2:])
        turns = conversation["messages"]
        assert conversation["images"][:2] == row["images"]
        for turn, answer in itertools.pairwise(turns):
            for call in turn["tool_calls"] or []:
                function = call["function"]
                again = inspection.call(function["name"], json.loads(function["arguments"]))
                assert again.text == answer["content"][-1]["text"]
                if again.picture is not None:
                    assert again.picture == next(shown)["bytes"]
        assert next(shown, None) is None


def test_the_face_on_the_apex_frame_went_where_the_head_went(corpus, tmp_path):
    corpus.fill({"train": 1})
    show_faces(corpus)
    ledger = corpus.workspace.ledger
    ((_, motion),) = ledger.samples_with_motion("robust")
    # On a map half as large again 6 px are 4 px of the frame.
    head = motion.head_motion.model_copy(update={"dx": 6.0, "dy": -3.0})
    with ledger.transaction():
        ledger.store_motion(
            motion.model_copy(update={"head_motion": head}), MotionState("inputs", "frames", motion.map_file)
        )
    export(corpus.workspace, tmp_path / "out", style="actfer-rl", source="drafts")
    (row,) = pq.read_table(next((tmp_path / "out").glob("data/*"))).to_pylist()
    assert row["inspection"]["onset_bbox"] == [0, 5, 70, 80]
    assert row["inspection"]["apex_bbox"] == [1, 3, 74, 80]
    assert Image.open(io.BytesIO(row["map"]["bytes"])).size == (120, 120)
