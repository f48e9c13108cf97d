"""The whole line, as `make demo` runs it, small."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from meu_data import Workspace, check, draft, verify
from meu_data.demo import as_typed, run_demo
from meu_data.errors import MeuError
from meu_data.progress import Silent
from tests.report.page import Page


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, run_demo(folder, subjects=1, clips=2, size=(320, 240), lang="en", progress=Silent())


def test_every_clip_becomes_a_row_with_its_map(demo):
    folder, summary = demo
    assert (summary.clips, summary.samples, summary.maps, summary.drafts, summary.rows) == (2, 2, 2, 2, 2)
    assert summary.problems == 0
    table = pq.read_table(summary.parquet)
    maps = {path.read_bytes() for path in (folder / "workspace" / "maps" / "robust").iterdir()}
    assert {picture["bytes"] for images in table["images"].to_pylist() for picture in images} == maps
    for response, emotion in zip(table["response"].to_pylist(), table["emotion"].to_pylist(), strict=True):
        assert response.startswith("<think>")
        assert response.endswith(f"<answer>{emotion}</answer>")


def test_what_it_wrote_stands_up_to_its_own_checks(demo):
    folder, summary = demo
    assert check(folder / "instruction-set").problems == 0
    with Workspace.open(folder / "workspace") as workspace:
        assert sorted(sample.id for sample in workspace.ledger.samples()) == sorted(summary.exchanged)
        assert verify(workspace).unsound == 2, "the exchanged drafts"
        draft(workspace)
        found = verify(workspace)
    assert (found.checked, found.unsound, found.unread) == (2, 0, 0), "and their own"


def test_report_shows_the_exchanged_drafts_first(demo):
    _, summary = demo
    page = Page(Path(summary.report).read_text(encoding="utf-8"))
    assert sorted(page.cards) == sorted(summary.exchanged)
    assert page.tables["Exports"][1][:5] == ["instruction-set", "unifer-cot", "hf", "2", "1"]
    assert all(card["group"] == "worst" and "contradicted" in card["finding"] for card in page.cards.values())


def test_the_line_that_loads_it_does(demo, tmp_path):
    _, summary = demo
    command = [sys.executable, *shlex.split(summary.load_with)[1:]]
    environment = {**os.environ, "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "num_rows: 2" in done.stdout


def test_programs_are_named_as_they_can_be_typed_here(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python3"))
    monkeypatch.chdir(tmp_path)
    assert as_typed("meu-data") == str(Path(".venv", "bin", "meu-data"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert as_typed("meu-data") == "meu-data"


def test_a_second_run_gives_the_same_bytes(demo):
    folder, summary = demo
    files = {path: path.read_bytes() for path in (folder / "instruction-set").rglob("*.*") if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in (folder / "workspace" / "maps").rglob("*.png")}
    assert run_demo(folder, subjects=1, clips=2, size=(320, 240), lang="en", progress=Silent()) == summary
    assert {path: path.read_bytes() for path in files} == files
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_its_corpus_is_predicted_scored_and_compared(demo, meu, tmp_path):
    """The rule against the labels of workspace and export, beside the export's own answers, which are all right."""
    folder, summary = demo
    said, rule, right = (tmp_path / name for name in ("said.jsonl", "rule.json", "right.json"))
    workspace = folder / "workspace"
    assert meu("predict", "--out", said, "--classes", "dfme7", "-w", workspace)[0] == 0
    assert meu("evaluate", said, "--gold", workspace, "--classes", "dfme7", "--out", rule)[0] == 0
    words = ("evaluate", summary.parquet, "--gold", workspace, "--classes", "dfme7", "--name", "right", "--out", right)
    assert meu(*words)[0] == 0
    code, out, _ = meu("scores", rule, right, "--json")
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert (code, rows["right"]["acc"], rows["right"]["au_f1"]) == (0, 1.0, 1.0)
    found = json.loads(right.read_text())
    assert found["grounding"]["contradicted"] == 0
    assert found["grounding"]["confirmed"] > 0
    code, out, _ = meu("evaluate", said, "--gold", folder / "instruction-set", "--classes", "dfme7", "--json")
    assert (code, json.loads(out)["acc"]) == (0, rows["said"]["acc"])


REPEATS = [
    ("extract --annotations {sheet} --frames {frames}", "0 added, 0 changed, 2 unchanged, 0 removed"),
    ("render", "2 samples: 0 rendered, 2 up to date, 0 problems"),
    ("draft", "2 samples: 0 drafted by offline, 2 up to date"),
    ("verify", "2 drafts: 0 checked, 2 up to date"),
    ("export {out}/whole --source drafts --overwrite", "2 rows of train"),
    ("check {out}/whole", "no problems"),
    ("hydrate {out}/bare --frames {frames}", "complete"),
]


def test_what_is_complete_says_so_and_ends_well(demo, meu, monkeypatch):
    """Every stage twice: what the first run may still have had to do, the second has not."""
    folder, _ = demo
    frames, out = folder / "corpus" / "train_data", folder / "again"
    (sheet,) = (folder / "corpus").rglob("*.xlsx")
    monkeypatch.chdir(folder / "workspace")
    assert meu("draft")[0] == 0, "the exchanged drafts are written anew"
    assert meu("export", out / "bare", "--source", "drafts", "--no-pixels")[0] == 0
    for command, complete in REPEATS:
        words = command.format(sheet=sheet, frames=frames, out=out).split()
        assert meu(*words)[0] == 0, words
        code, shown, errors = meu(*words)
        assert code == 0, (words, errors)
        assert complete in shown + errors, words


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "thesis.tex").write_text("years of work")
    with pytest.raises(MeuError):
        run_demo(tmp_path, subjects=1, clips=1, size=(320, 240), lang="en", progress=Silent())
    assert [path.name for path in (tmp_path / "corpus").iterdir()] == ["thesis.tex"]
