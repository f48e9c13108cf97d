"""The content of one small export, written down whole in `golden_export.json`; and that every process writes the same.

What the content should be is decided by reading that file: `python -m tests.export.write_golden` writes it anew.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from tests.export.golden import GOLDEN, golden_content

CHILD = """
import json, sys
from pathlib import Path
from meu_data.export import export
from meu_data.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    print(export(workspace, Path(sys.argv[2]), **json.loads(sys.argv[3])).model_dump_json())
"""


def test_the_content_is_the_golden_one(corpus, tmp_path):
    found = golden_content(corpus, tmp_path / "out")
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(found) == list(expected)
    for name, content in expected.items():
        assert found[name] == content, name


def proofread(corpus):
    corpus.fill({"train": 9, "testA": 6}, langs=("en", "zh"))
    for index, sample in enumerate(corpus.samples):
        corpus.review(
            sample, annotator=("ann", "bo", "cat")[index % 3], verdict=("accept", "fixed", "reject")[index % 3]
        )


EXPORTS = {
    "drafts": {"source": "drafts"},
    "shares": {"splits": "subjects:0.5,0.5", "licence": "研究 only"},
    "folds": {"source": "drafts", "splits": "loso", "format": "qwen-vl", "style": "megc-vqa"},
    "hashes only": {"pixels": False, "style": "unifer-rlvr", "format": "verl"},
    "Chinese": {"source": "drafts", "lang": "zh", "style": "meu", "format": "webdataset"},
}


@pytest.mark.parametrize("options", EXPORTS.values(), ids=EXPORTS)
def test_three_processes_write_the_same_bytes_and_say_the_same(corpus, tmp_path, options):
    proofread(corpus)
    found, said = [], []
    for seed in ("0", "1", "4242"):
        out = tmp_path / seed / "out"
        command = [sys.executable, "-c", CHILD, str(corpus.workspace.root), str(out), json.dumps(options)]
        environment = {
            "PYTHONHASHSEED": seed,
            "TZ": f"UTC+{len(seed)}",
            "LC_ALL": "C",
            "OMP_NUM_THREADS": seed.strip("0") or "2",
        }
        done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
        found.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
        said.append(done.stdout.replace(str(out), "OUT"))
    assert found[0] == found[1] == found[2]
    assert said[0] == said[1] == said[2]


SPOIL = {
    "gone": Path.unlink,
    "changed": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
@pytest.mark.parametrize("pixels", [True, False], ids=["with pixels", "without"])
def test_a_picture_lost_since_it_was_drawn_costs_no_old_export_its_row(corpus, tmp_path, spoil, pixels):
    corpus.fill({"train": 4})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts", pixels=pixels)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    lost = corpus.samples[1]
    path = corpus.render(lost, corpus.maps[lost.id])
    spoil(path)
    with pytest.raises(
        MeuError, match=rf"1 samples lost their picture .* stays as it is: maps/.*--only {lost.id}"
    ) as said:
        export(corpus.workspace, out, source="drafts", pixels=pixels, overwrite=True)
    assert "\n" not in str(said.value)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    # Where there is nothing to lose, the other rows are worth having.
    summary = export(corpus.workspace, tmp_path / "new", source="drafts", pixels=pixels)
    assert (summary.samples, summary.problems) == (3, 1)
