"""What a reader is shown of the library runs: the notebook, and the code in the tutorial."""

import re

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from meu_data.synth import make_corpus
from tests import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


@pytest.fixture
def quiet_jupyter(tmp_path, monkeypatch):
    """Jupyter keeps what it writes out of the user's home."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_its_outputs(path):
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert cells
    assert not [cell.source for cell in cells if cell.outputs or cell.execution_count is not None]


@pytest.mark.parametrize("name", ["own_corpus", "grounding"])
def test_a_notebook_runs(name, tmp_path, quiet_jupyter):
    """The one on training says that it does not: it needs a GPU."""
    book = nbformat.read(ROOT / "docs" / "notebooks" / f"{name}.ipynb", 4)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = "".join(str(cell.get("outputs", "")) for cell in book.cells)
    assert {"own_corpus": "table/sub0001/", "grounding": "contradicted"}[name] in shown


def test_the_first_look_shows_a_map_and_what_moves(tmp_path, quiet_jupyter):
    book = nbformat.read(ROOT / "docs" / "notebooks" / "first_look.ipynb", 4)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.get("data", {}) for cell in book.cells for output in cell.get("outputs", ())]
    assert sum("image/png" in data for data in shown) == 1
    tables = [data["text/plain"] for data in shown if "text/html" in data]
    samples, displacement, drafts = tables
    aus = set(re.findall(r"[LR]?AU\d+", samples))
    assert aus == set(re.findall(r"[LR]?AU\d+", displacement))
    assert re.search(r"AU\d+ +\w+ +-?\d+\.\d+ +-?\d+\.\d+ +\d+\.\d+", displacement)
    assert drafts.count("dfme/") == 6


def test_the_code_in_the_tutorial_runs(tmp_path, monkeypatch, capsys):
    tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    section = tutorial.partition("\n## As a library\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    corpus = make_corpus(tmp_path / "corpus", subjects=1, clips=2, size=(320, 240))
    monkeypatch.chdir(tmp_path)
    for name, target in (("train.xlsx", corpus.sheet), ("train_data", corpus.frames_dir)):
        (tmp_path / name).symlink_to(target)
    names = {}
    exec(compile(block, "tutorial.md", "exec"), names)
    assert "dx" in capsys.readouterr().out
    assert sum(len(pd.read_parquet(path)) for path in (tmp_path / "out").rglob("*.parquet")) == 2
