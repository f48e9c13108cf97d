"""Exports as the truth, in the form of every trainer."""

import json

import pytest

from meu_data.errors import MeuError
from meu_data.evaluate.stage import evaluate
from meu_data.export.stage import export
from meu_data.store.workspace import Workspace
from tests.builders import make_motion
from tests.export.conftest import Corpus


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workspace of four drafted clips."""
    root = tmp_path_factory.mktemp("filled")
    with Workspace.open(root, create=True) as workspace:
        Corpus(workspace).fill({"train": 3, "testA": 1})
    return root


@pytest.mark.parametrize("form", ["hf", "verl", "unifer-json", "webdataset", "llamafactory", "qwen-vl"])
def test_exports_for_every_trainer_hold_the_truth(filled, said, tmp_path, form):
    """Labels in columns, inside `extra_info`, in the answer alone; samples by id, and by the name of the picture."""
    with Workspace.open(filled) as workspace:
        export(workspace, tmp_path / "out", style="unifer-cot", format=form, source="drafts")
        emotions = {sample.id: sample.emotion for sample in workspace.ledger.samples()}
    rows = [{"id": name, "prediction": json.dumps({"emotion": emotion})} for name, emotion in emotions.items()]
    found = evaluate([said(rows)], gold=tmp_path / "out", classes="dfme7")
    assert (found.samples, found.acc) == (4, 1.0)


# The corners rise and the inner brows fall; the upper lids go down with the brows, and the eyes hardly close.
MOVES = {
    "left_mouth_corner": ("up-left", "strong"),
    "right_mouth_corner": ("up-right", "moderate"),
    "left_inner_brow": ("down", "moderate"),
    "right_inner_brow": ("down", "slight"),
    "left_upper_lid": ("down", "moderate"),
    "right_upper_lid": ("down", "moderate"),
}
# True, false, of the wrong side, a unit denied, and what nothing measured can bear out.
TOLD = (
    "Both corners of the mouth move up. The inner brows move down. Conclusion: AU12; the expression is happiness.",
    "The corners of the mouth move down. The chin rises strongly. Conclusion: AU15; the expression is sadness.",
    "The left outer brow rises. AU4 is not there, for the brows are still. Conclusion: AU12, happiness.",
    "The upper lids are lowered as in a blink. People often smile when they are glad. Conclusion: happiness.",
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Four measured clips of a corpus, and a file of an explanation of each."""
    root = tmp_path_factory.mktemp("measured")
    with Workspace.open(root / "work", create=True) as workspace:
        corpus = Corpus(workspace).fill({"train": 3, "testA": 1})
        for sample in corpus.samples:
            regions = [
                region.model_copy(update={"closure": 0.04} if region.region.endswith("upper_lid") else {})
                for region in make_motion(MOVES).regions
            ]
            corpus.measure(sample, regions)
        told = [{"id": one.id, "text": text} for one, text in zip(corpus.samples, TOLD, strict=True)]
    (root / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told))
    return root / "work", root / "said.jsonl"


@pytest.mark.parametrize(
    ("style", "form"),
    [
        ("unifer-rlvr", "hf"),
        ("unifer-rlvr", "trl"),
        ("unifer-rlvr", "verl"),
        ("unifer-rlvr", "webdataset"),
        ("mellm2", "hf"),
    ],
)
def test_explanations_are_held_against_the_motion_of_an_export_as_of_the_workspace(measured, tmp_path, style, form):
    root, file = measured
    with Workspace.open(root) as workspace:
        export(workspace, tmp_path / "out", style=style, format=form, source="drafts")
    wanted = evaluate([file], gold=root, classes="dfme7")
    found = evaluate([file], gold=tmp_path / "out", classes="dfme7")
    assert (wanted.grounding.texts, wanted.ungrounded) == (4, 0)
    assert min(wanted.grounding.confirmed, wanted.grounding.contradicted) > 0
    assert (found.grounding, found.ungrounded) == (wanted.grounding, 0)


def test_an_export_without_motion_says_that_explanations_were_not_held_against_it(measured, tmp_path, meu):
    root, file = measured
    with Workspace.open(root) as workspace:
        export(workspace, tmp_path / "out", style="unifer-cot", format="hf", source="drafts")
    found = evaluate([file], gold=tmp_path / "out", classes="dfme7")
    assert (found.grounding, found.ungrounded) == (None, 4)
    words = ("evaluate", file, "--gold", tmp_path / "out", "--classes", "dfme7")
    code, out, _ = meu(*words)
    assert code == 0
    assert "4 explanations are not held against motion, which out does not have: name a workspace" in out
    assert "not held" not in meu(*words, "--no-grounding")[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"region": "third_eye"}, "row 1: its `motion` has third_eye, which is no region"),
        ({"mean": "much"}, "row 1: its `motion` cannot be read"),
        ({"direction_deg": None}, "row 1: its `motion` cannot be read"),
    ],
)
def test_a_motion_that_cannot_be_read_is_told(said, change, says):
    region = {"region": "chin", "direction": "none", "intensity": "none", "mean": 0.1, "max": 0.2}
    region |= {"direction_deg": 0.0, "coherence": 0.1, "significance": 0.2} | change
    row = {"id": "a", "true_label": "happiness", "motion": [region]}
    gold = said([row], "gold.jsonl")
    with pytest.raises(MeuError, match=says):
        evaluate([said([{"id": "a", "prediction": "happiness"}])], gold=gold)
