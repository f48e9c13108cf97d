"""Results side by side."""

import csv
import io
import json
import math

import pytest

from meu_data.errors import MeuError
from meu_data.evaluate.comparison import mcnemar, published_tables, scores
from meu_data.evaluate.result import write_result
from meu_data.evaluate.stage import evaluate
from meu_data.evaluate.tables import table_in


def rows(right, *, subjects=10, clips=4, wrong="fear"):
    """Clips of several people, happy all; right where the function says so."""
    return [
        {
            "id": f"p{subject}c{clip}",
            "subject": f"p{subject}",
            "true_label": "happiness" if clip % 2 else "fear",
            "prediction": ("happiness" if clip % 2 else "fear") if right(subject, clip) else "sadness",
        }
        for subject in range(subjects)
        for clip in range(clips)
    ]


@pytest.fixture
def results(said):
    good = evaluate([said(rows(lambda subject, clip: True), "good.jsonl")])
    poor = evaluate([said(rows(lambda subject, clip: clip < 2 or subject == 0), "poor.jsonl")])
    return good, poor


def test_a_pair_is_tested_on_the_samples_that_both_have(results):
    good, poor = results
    (pair,) = scores([poor, good]).pairs
    assert (pair.only_first, pair.only_second) == (0, 18)
    assert pair.mcnemar_p == pytest.approx(2 * 0.5**18)
    assert pair.uar.value == pytest.approx(good.uar - poor.uar)
    # Draws without the one subject whom both have right are as many as (9/10)**10; none is below 0.
    assert pair.uar.interval[0] > 0
    assert pair.uar.p == pytest.approx(2 / 2001)
    (same,) = scores([good, good.model_copy(update={"name": "again"})]).pairs
    assert (same.mcnemar_p, same.uf1.p, same.uf1.interval) == (1.0, 1.0, (0.0, 0.0))


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (3, 9), (12, 12), (40, 61)])
def test_mcnemars_p_is_that_of_a_fair_coin(first, second):
    """Counted: all splits of the samples that are no likelier than this one."""
    n = first + second
    ways = [math.comb(n, k) for k in range(n + 1)]
    wanted = sum(way for way in ways if way <= ways[first]) / 2**n
    assert mcnemar(first, second) == pytest.approx(wanted, abs=1e-12)


def test_what_does_not_compare_says_why(results, said):
    good, _ = results
    fewer = evaluate([said(rows(lambda subject, clip: True, subjects=3), "fewer.jsonl")])
    other = evaluate([said([{"id": "a", "true_label": "sad", "prediction": "sad"}], "other.jsonl")])
    alone = evaluate([said(rows(lambda subject, clip: clip, subjects=1), "alone.jsonl")])
    pairs = scores([good, fewer, other, alone, alone.model_copy(update={"name": "again"})]).pairs
    why = {(pair.first, pair.second): pair.why_not for pair in pairs}
    assert why["good", "fewer"] == "their samples are not the same"
    assert why["good", "other"] == "their classes are not the same"
    assert why["alone", "again"] == "with one subject there is nothing to draw"
    with pytest.raises(MeuError, match="two results are called good"):
        scores([good, good])


def test_published_figures_stand_beside_with_their_source(results):
    good, _ = results
    found = scores([good], "casme2")
    assert found.published == "CASME II, 5 classes, zero-shot"
    (row,) = [row for row in found.rows if row.name == "Gemini-2.5-Pro"]
    assert (row.uf1, row.uar, row.acc, row.samples) == (0.2717, 0.2633, 0.3023, None)
    assert "2505.07007" in row.source
    assert scores([good]).published is None
    assert scores([good.model_copy(update={"class_set": "casme3-6"})]).published.startswith("CAS(ME)^3")
    (acted,) = [row for row in scores([good], "ferbench").rows if row.source]
    assert (acted.acc, acted.uar) == (0.7389, None)
    with pytest.raises(MeuError, match="choose from dfme-testa"):
        scores([good], "nothing")
    assert all(0 < method["acc"] < 1 for table in published_tables().values() for method in table["methods"])


def test_tables_in_every_form(results):
    found = scores([results[0].model_copy(update={"name": "a_b & c|d"}), results[1]], "ferbench")
    read = list(csv.DictReader(io.StringIO(table_in(found, "csv"))))
    assert [(row["result"], row["ACC"], row["UAR"]) for row in read] == [
        ("a_b & c|d", "1.0000", "1.0000"),
        ("poor", "0.5500", "0.5500"),
        ("ActFER", "0.7389", ""),
    ]
    markdown = table_in(found, "markdown").splitlines()
    assert markdown[2].startswith(r"| a_b & c\|d | 40 | 1.0000 |")
    latex = table_in(found, "latex")
    assert r"a\_b \& c|d & 40 & 1.0000 & 1.0000 & 1.0000 &  &  \\" in latex
    assert latex.endswith("\\end{tabular}\n")


def test_the_command(meu, results, tmp_path):
    for one in results:
        write_result(one, tmp_path / f"{one.name}.json")
    files = (tmp_path / "poor.json", tmp_path / "good.json")
    code, out, _ = meu("scores", *files, "--published", "dfme-testa")
    assert code == 0
    assert "good against poor:" in out
    assert "ACC: McNemar p 0.0000 (18 right by it alone, 0 by the other alone)" in out
    assert "MELLM, MEU only" in out
    code, out, _ = meu("scores", *files, "--json")
    assert json.loads(out)["pairs"][0]["only_second"] == 18
    code, out, _ = meu("scores", *files, "--as", "latex")
    assert out.startswith("\\begin{tabular}")
    code, _, err = meu("scores", tmp_path / "nothing.json")
    assert (code, "there is no such file" in err) == (2, True)
