"""Every layout goes the whole way, and every row of it is read as the layout says that it is to be read.

The layouts are written from what was counted in released sheets, the adapters apart from them: neither table is made
from the other.
"""

import re

import pyarrow.parquet as pq
import pytest

from meu_data import draft, export, extract, render, spot
from meu_data.corpora.sheets import Asked
from meu_data.errors import MeuError
from meu_data.plugins import names
from meu_data.store.workspace import Workspace
from meu_data.synth.layouts import LAYOUTS, make_layout
from meu_data.synth.layouts.writing import read_layout_truth

SIZE = (200, 160)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("layouts")

    def make(name):
        return root / name, make_layout(root / name, name, size=SIZE)

    return make


def test_every_corpus_that_is_known_has_a_layout():
    assert {layout.corpus for layout in LAYOUTS.values()} == set(names("corpora")) - {"table"}


def short(aus):
    return None if aus is None else " ".join(unit.code.replace("AU", "") for unit in aus) or None


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_goes_from_its_sheet_to_an_export(made, tmp_path, name):
    out, layout = made(name)
    with Workspace.open(tmp_path / "work", create=True) as workspace:
        summary = extract(
            workspace,
            corpus="auto",
            annotations=layout.sheet,
            frames=layout.frames_dir,
            asked=Asked(layout.worksheet),
        )
        assert summary.corpus == layout.corpus
        told = [right for row in read_layout_truth(out).rows for right in row]
        wanted = {f"{layout.corpus}/{one.subject}/{one.clip}/{one.onset}": one for one in told if not one.problem}
        samples = {f"{layout.corpus}/{one.subject}/{one.clip}/{one.onset}": one for one in workspace.ledger.samples()}
        assert samples.keys() == wanted.keys()
        for place, right in wanted.items():
            sample = samples[place]
            found = (sample.onset, sample.apex, sample.offset, sample.kind, sample.emotion, short(sample.aus))
            assert found == (right.onset, right.apex, right.offset, right.kind, right.emotion, right.aus), place
            assert sample.onset_frame == right.onset_frame
        reasons = [problem.reason for problem in workspace.ledger.problems("extract")]
        odd = [one.problem for one in told if one.problem]
        assert len(reasons) == len(odd)
        assert all(part in reason for part, reason in zip(odd, reasons, strict=True))
        waiting = sum(sample.apex is None for sample in samples.values())
        assert spot(workspace, by_middle=True, kind="all", workers=1).spotted == waiting
        micro = sum(sample.kind == "micro" for sample in samples.values())
        drawn = render(workspace, workers=1, map_size=112, limit=2)
        assert drawn.problems == 0
        assert drawn.rendered == 2 - drawn.other_kind
        assert micro
        assert draft(workspace, llm="offline", limit=2).drafted == drawn.rendered
        told = {place: right for place, right in wanted.items() if right.kind == "micro"}
        # The challenge's questions need no emotion.
        style = "unifer-cot" if any(right.emotion for right in told.values()) else "megc-vqa"
        export(workspace, tmp_path / "out", style=style, source="drafts")
        rows = pq.read_table(next((tmp_path / "out").rglob("*.parquet"))).to_pylist()
        assert rows
        for row in rows:
            right = told[row["id"].partition("/q")[0]]
            aus = None if row["aus"] is None else {code.removeprefix("AU") for code in row["aus"]}
            numbers = None if right.aus is None else set(re.findall(r"\d+", right.aus))  # the column is without sides
            assert (row["subject"], row["emotion"], aus) == (right.subject, right.emotion, numbers)


def test_the_same_layout_is_made_once_and_the_same(made, tmp_path):
    out, _ = made("casme3-video")
    assert make_layout(out, "casme3-video", size=SIZE).reused
    again = make_layout(tmp_path / "again", "casme3-video", size=SIZE)
    assert not again.reused
    files = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    assert all((out / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [("casme4", SIZE, "there is no layout 'casme4'; there are dfme"), ("casme2-video", (201, 160), "need even sides")],
)
def test_a_layout_that_cannot_be_made_leaves_nothing(tmp_path, name, size, reason):
    with pytest.raises(MeuError, match=reason):
        make_layout(tmp_path / "out", name, size=size)
    assert not (tmp_path / "out").exists()
