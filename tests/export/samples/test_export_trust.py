"""A map that cannot be believed makes no row, unless a person has looked at it; it is listed, counted and told of."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from meu_data.choices import DEFAULT_MIN_TRUST
from meu_data.cli import app
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.about.facts import read_facts
from tests.export.conftest import Corpus

# Without frames on disk, and with what each style needs.
LABELLED = ("unifer-rlvr", "mer", "megc-vqa", "mellm2")


def samples_in(out: Path) -> set[str]:
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    # Where a sample has several questions their numbers come behind its id.
    return {row["id"].partition("/q")[0] for row in rows}


def provenance(out: Path) -> dict[str, dict[str, object]]:
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    return {row["id"]: row["provenance"] for row in rows}


def test_a_draft_of_a_map_below_the_default_is_listed_and_makes_no_row(corpus: Corpus, tmp_path: Path) -> None:
    good, bad, edge = corpus.fill({"train": 3}).samples
    corpus.doubt(bad, DEFAULT_MIN_TRUST - 0.01, "head_turn", "outside")
    corpus.doubt(edge, DEFAULT_MIN_TRUST, "small_face")
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert samples_in(tmp_path / "out") == {good.id, edge.id}
    assert (summary.samples, summary.problems, summary.untrusted, summary.left_out) == (2, 1, 1, {})
    (problem,) = corpus.workspace.ledger.problems("export")
    assert (problem.sample_id, problem.row, problem.file) == (bad.id, bad.row, bad.sheet)
    assert "0.49, below 0.5 (head_turn, outside; docs/quality.md)" in problem.reason
    assert "--min-trust" in problem.reason
    assert provenance(tmp_path / "out")[edge.id]["map_trust"] == DEFAULT_MIN_TRUST
    assert provenance(tmp_path / "out")[edge.id]["map_flags"] == ["small_face"]


@pytest.mark.parametrize("style", LABELLED)
def test_rows_without_texts_need_a_map_to_believe_in_too(corpus: Corpus, tmp_path: Path, style: str) -> None:
    good, bad = corpus.fill({"train": 2}).samples
    corpus.doubt(bad, 0.2, "occluded")
    assert export(corpus.workspace, tmp_path / "out", style=style, source="drafts").untrusted == 1
    assert samples_in(tmp_path / "out") == {good.id}


def test_a_lower_gate_lets_it_through_and_clears_the_problem(corpus: Corpus, tmp_path: Path) -> None:
    _, bad = corpus.fill({"train": 2}).samples
    corpus.doubt(bad, 0.2, "occluded")
    export(corpus.workspace, tmp_path / "first", source="drafts")
    summary = export(corpus.workspace, tmp_path / "second", source="drafts", min_trust=0.2)
    assert bad.id in samples_in(tmp_path / "second")
    assert (summary.problems, list(corpus.workspace.ledger.problems("export"))) == (0, [])


@pytest.mark.parametrize("style", ["unifer-cot", "meu", "mer", "megc-vqa", "unifer-rlvr"])
def test_no_gate_is_so_low_that_light_is_called_motion(corpus: Corpus, tmp_path: Path, style: str) -> None:
    """Every question about a map says that brightness is the strength of motion."""
    good, lit = corpus.fill({"train": 2}).samples
    corpus.doubt(lit, 0.9, "light_change")
    summary = export(corpus.workspace, tmp_path / "out", style=style, source="drafts", min_trust=0.0)
    assert samples_in(tmp_path / "out") == {good.id}
    (problem,) = corpus.workspace.ledger.problems("export")
    assert summary.untrusted == 1
    assert "what light made bright" in problem.reason
    assert "--min-trust" not in problem.reason, "which would not help"


def test_words_of_measured_motion_say_nothing_of_brightness(corpus: Corpus, tmp_path: Path) -> None:
    _, lit = corpus.fill({"train": 2}).samples
    corpus.doubt(lit, 0.9, "light_change")
    export(corpus.workspace, tmp_path / "out", style="mellm2", source="drafts")
    assert lit.id in samples_in(tmp_path / "out")


@pytest.mark.parametrize(("flags", "trust"), [(("head_turn",), 0.1), (("light_change",), 0.9)])
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_proofread_row_needs_the_person_to_confirm_the_map(
    corpus: Corpus, tmp_path: Path, flags: tuple[str, ...], trust: float, confirmed: bool
) -> None:
    good, bad = corpus.fill({"train": 2}).samples
    corpus.doubt(bad, trust, *flags)
    corpus.review(good)
    corpus.review(bad, map_confirmed=confirmed)
    summary = export(corpus.workspace, tmp_path / "out")
    assert samples_in(tmp_path / "out") == ({good.id, bad.id} if confirmed else {good.id})
    assert summary.untrusted == (not confirmed)
    if confirmed:
        assert provenance(tmp_path / "out")[bad.id]["map_confirmed"] is True
        assert read_facts(tmp_path / "out").trust.confirmed == 1


def test_confirmed_is_one_map_and_not_the_next(corpus: Corpus, tmp_path: Path) -> None:
    good, bad = corpus.fill({"train": 2}).samples
    corpus.review(good)
    corpus.review(bad, map_confirmed=True)
    corpus.render(bad, corpus.maps[good.id], trust=0.1, flags=("occluded",))
    assert export(corpus.workspace, tmp_path / "out").problems == 1
    assert samples_in(tmp_path / "out") == {good.id}


def test_what_one_person_confirmed_does_not_pass_for_another(corpus: Corpus, tmp_path: Path) -> None:
    good, bad = corpus.fill({"train": 2}).samples
    corpus.doubt(bad, 0.1, "occluded")
    corpus.review(good)
    corpus.review(bad, annotator="ann@lab.example", map_confirmed=True)
    corpus.review(bad, annotator="bo@lab.example")
    export(corpus.workspace, tmp_path / "latest")
    assert samples_in(tmp_path / "latest") == {good.id}
    summary = export(corpus.workspace, tmp_path / "expert", policy="expert:ann@lab.example", overwrite=True)
    assert bad.id in samples_in(tmp_path / "expert")
    assert summary.untrusted == 0


def test_where_no_map_can_be_believed_nothing_is_written(corpus: Corpus, tmp_path: Path) -> None:
    for sample in corpus.fill({"train": 2}).samples:
        corpus.doubt(sample, 0.1, "no_human")
    with pytest.raises(MeuError, match="no map can be believed; see `meu-data problems`, or ask for less"):
        export(corpus.workspace, tmp_path / "out", source="drafts")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("least", [-0.1, 1.01, float("nan")])
def test_a_gate_that_is_none_is_refused(corpus: Corpus, tmp_path: Path, least: float) -> None:
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match=r"--min-trust .*: give a number from 0 to 1"):
        export(corpus.workspace, tmp_path / "out", source="drafts", min_trust=least)


def test_the_command_counts_them_and_says_where_they_are_listed(corpus: Corpus, tmp_path: Path) -> None:
    _, bad, worse = corpus.fill({"train": 3}).samples
    corpus.doubt(bad, 0.4, "tilted")
    corpus.doubt(worse, 0.2, "other_face")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "-w", str(corpus.workspace.root)])

    done = run("export", str(tmp_path / "out"), "--source", "drafts", "--json")
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert (told["untrusted"], told["doubts"]) == (2, {"other_face": 1, "tilted": 1})
    listed = {found["sample_id"]: found["reason"] for found in json.loads(run("problems", "--json").stdout)["problems"]}
    assert listed.keys() == {bad.id, worse.id}
    assert "tilted" in listed[bad.id]
    assert "other_face" in listed[worse.id]
    done = run("export", str(tmp_path / "out"), "--source", "drafts", "--min-trust", "0.3", "--overwrite")
    assert done.exit_code == 3
    assert "1 with a map that cannot be believed, other_face 1: " in done.stdout


def test_the_card_and_its_facts_say_what_the_maps_are_worth(corpus: Corpus, tmp_path: Path) -> None:
    one, two, bad, _ = corpus.fill({"train": 4}).samples
    corpus.doubt(one, 0.6, "small_face", "tilted")
    corpus.doubt(two, 0.8, "small_face")
    corpus.doubt(bad, 0.1, "no_human")
    export(corpus.workspace, tmp_path / "out", source="drafts")
    trust = read_facts(tmp_path / "out").trust
    assert trust is not None
    assert (trust.least_wanted, trust.least, trust.mean) == (DEFAULT_MIN_TRUST, 0.6, pytest.approx((0.6 + 0.8 + 1) / 3))
    assert trust.flags == {"small_face": 2, "tilted": 1}, "of the rows alone"
    assert (trust.untrusted, trust.doubts, trust.confirmed) == (1, {"no_human": 1}, 0)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "is 0.80 on average and 0.60 at least; 0.5 was asked for." in card
    assert "`small_face` 2, `tilted` 1" in card
    assert "1: could not become rows, 1 of them because their map cannot be believed (`no_human` 1)" in card
