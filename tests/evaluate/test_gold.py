"""Exports as the truth, in the form of every trainer."""

import json

import pytest

from meu_data.evaluate.stage import evaluate
from meu_data.export.stage import export
from meu_data.store.workspace import Workspace
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
