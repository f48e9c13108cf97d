"""The page says what was planted in the workspace, shows the worst first, and needs nothing beside it."""

import json

import pytest

from meu_data.errors import MeuError
from meu_data.evaluate.stage import evaluate
from meu_data.report.stage import report
from meu_data.store.workspace import Workspace
from tests.report.page import Page


@pytest.fixture(scope="module")
def page(lab, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    report(lab.workspace, path)
    return Page(path.read_text(encoding="utf-8"))


def test_stages_count_what_was_planted(page):
    rows = page.rows("From the sheet to the reviewed sample")
    # Thirteen rows, one refused; one sample without a map; one map not to be trusted; one draft that is wrong.
    expected = {
        "rows of the sheets": "13",
        "samples": "12",
        "with a usable apex": "12",
        "with a map": "11",
        "with a map to be trusted (.5 or more)": "10",
        "with a draft": "11",
        "with a checked draft": "11",
        "with a draft without a serious flag": "10",
        "reviewed": "6",
        "kept by the reviewers": "5",
    }
    assert {name: cells[0] for name, cells in rows.items()} == expected
    reasons = page.tables["Why: the reasons told, alike ones counted together"][1:]
    assert [row[0].split(":")[0] for row in reasons] == ["extract", "render"]
    assert [row[1] for row in reasons] == ["1", "1"]


def test_labels_count_what_was_planted(page):
    by_split = page.rows("Emotion by split")
    assert page.tables["Emotion by split"][0] == ["split", "anger", "happiness", "all"]
    assert by_split == {"dfme test": ["1", "2", "3"], "dfme train": ["5", "4", "9"], "all": ["6", "6", "12"]}
    # Subject 1 smiles in clips 1 and 5 (train) and 9 (test).
    rows = page.tables["Emotion by subject and split"]
    assert ["dfme sub0001", "train", "", "2", "2"] in rows
    assert ["dfme sub0001", "test", "", "1", "1"] in rows
    units = {name.split()[0]: cells[:2] for name, cells in page.rows("How often each AU is coded").items()}
    assert units == {"AU4": ["6", "50.0%"], "AU6": ["6", "50.0%"], "AU12": ["6", "50.0%"]}
    together = page.rows("AUs that are coded together")
    assert together == {"AU4": ["6", "", ""], "AU6": ["", "6", "6"], "AU12": ["", "6", "6"]}


def test_trust_and_flags(page):
    rows = page.rows("Trust, 0 to 1")
    assert {name: cells[0] for name, cells in rows.items() if cells[0] != "0"} == {"0.3–0.4": "1", "0.9–1.0": "10"}
    assert sorted(cells[0] for cells in page.rows("What makes maps doubtful").values()) == ["1", "1"]
    # Of the builder's eye distance, the same for all.
    eyes = page.rows("Measures of the maps")["distance between the eyes, px of the frame"]
    assert eyes == ["120.00"] * 7
    # Six smiles move four regions, of which one was lost or distrusted none; five frowns move two.
    assert page.rows("Regions of all maps")["moving"][0] == str(6 * 4 + 5 * 2)


def test_grounding_by_model_kind_and_annotator(page):
    (row,) = page.tables["By model: drafts and their statements"][1:]
    assert row[:3] == ["offline-1, en", "11", "11"]
    assert row[4] == "91%", "ten of eleven"
    assert row[6] == "1", "what the bad draft says of the brows"
    kinds = page.rows("By kind: drafts with such a flag")
    assert kinds["wrong emotion"] == ["1"]
    proofs = page.rows("By annotator: proofs")
    assert proofs == {"annotator-01": ["6", "0.90", "0.90"], "annotator-02": ["1", "0.90", "0.90"]}


def test_what_the_reviewers_did(page):
    edits = page.rows("Edit distance from draft to proof, mean / median")
    # Ann changed one of the five she kept by a quarter.
    assert (edits["annotator-01"][0], edits["annotator-01"][1]) == ("5", "0.050 / 0.000")
    assert edits["annotator-02"] == ["1", "0.250 / 0.250", "–", "–", "0.250 / 0.250"]
    assert page.rows("What became of the drafts")["all"] == ["7", "4", "4", "2", "1", "0"]
    assert page.rows("The people")["annotator-01"] == ["6", "0", "0", "105"]
    said = page.tables["Comments"][1:]
    assert sorted(row[1] for row in said) == ["annotator-01", "annotator-02"]
    assert {row[3] for row in said} == {"the left corner, too <script>alert(1)</script>"}, "words, not a script"


def test_splits_and_leaks(page):
    assert page.rows("Size of the splits") == {"test": ["3", "3"], "train": ["8", "4"]}
    shared = page.rows("Subjects in several splits")
    assert shared == {f"dfme sub000{who}": ["test 1, train 2"] for who in (1, 2, 3)}


def test_problems_are_all_there(page, lab):
    rows = page.tables["What could not be done"][1:]
    assert [(row[0], row[1]) for row in rows] == [("sheet.xlsx", "extract"), (lab.lost, "render")]


def test_the_worst_come_first(page, lab):
    first = page.rows("Samples to look at first")
    assert list(first) == [lab.bad, lab.doubtful]
    assert first[lab.bad][3].startswith("The emotion is given as happiness")
    assert first[lab.doubtful][0::2] == ["0.30", "0.30"]
    assert first[lab.doubtful][3].startswith("The frames are blurred")
    assert list(page.cards)[:2] in ([lab.bad, lab.doubtful], [lab.doubtful, lab.bad])
    assert page.cards[lab.bad]["group"] == page.cards[lab.doubtful]["group"] == "worst"
    assert sorted(page.cards) == sorted(lab.ids), "twelve fit on the page"
    assert [card["group"] for card in page.cards.values()] == ["worst"] * 2 + ["random"] * 10
    assert "contradicted" in page.cards[lab.bad]["finding"].split("|")
    assert page.cards[lab.doubtful]["doubt"] == "blurred|occluded"
    assert "no face was found" in page.cards[lab.lost]["said"], "what cannot be shown says why"


def test_a_card_tells_what_people_said_and_where(page, lab):
    card = page.cards[lab.ids[3]]
    assert card["verdict"] == "accept|fixed"
    assert "the left corner, too" in card["said"]
    assert "annotator-01" in card["said"]
    assert "ann@lab.example" not in str(page.cards), "people appear under pseudonyms"
    assert "https://labels.example/projects/7/data?task=103" in page.loads


def test_nothing_is_loaded_from_elsewhere(page):
    links = [place for place in page.loads if place.startswith("https://labels.example/projects/7/data?task=")]
    others = [place for place in page.loads if place not in links and not place.startswith(("data:image/jpeg", "#"))]
    assert others == []
    assert len(links) == 6


def test_the_same_workspace_gives_the_same_bytes(lab, tmp_path):
    for name in ("one.html", "two.html"):
        report(lab.workspace, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_results_of_evaluations(lab, tmp_path):
    labels = [("happiness", "happiness")] * 3 + [("happiness", "anger")] + [("anger", "anger")] * 2
    gold, said = tmp_path / "gold.jsonl", tmp_path / "said.jsonl"
    rows = [{"id": f"dfme/s{at % 3}/c{at}/1", "subject": f"s{at % 3}"} for at in range(len(labels))]
    pairs = list(zip(rows, labels, strict=True))
    gold.write_text("".join(json.dumps(row | {"emotion": right}) + "\n" for row, (right, _) in pairs))
    said.write_text("".join(json.dumps({"id": row["id"], "prediction": wrong}) + "\n" for row, (_, wrong) in pairs))
    evaluate([said], gold=gold, out=tmp_path / "result.json")
    report(lab.workspace, tmp_path / "r.html", scores=[tmp_path / "result.json"])
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    (row,) = page.tables["Results"][1:]
    assert row[3:5] == ["6", "3"]
    assert row[5].startswith("0.833")
    name = row[0]
    assert page.rows(f"{name}: classes")["anger"] == ["0.667", "1.000", "0.800", "2"]
    assert page.rows(f"{name}: labelled (rows) and said (columns)")["happiness"] == ["1", "3", "", ""]
    with pytest.raises(MeuError, match="this is no JSON"):
        report(lab.workspace, tmp_path / "r.html", scores=[gold])


def test_chinese(lab, tmp_path):
    report(lab.workspace, tmp_path / "zh.html", lang="zh")
    found = Page((tmp_path / "zh.html").read_text(encoding="utf-8"))
    assert found.rows("情绪 × 划分")["dfme test"] == ["1", "2", "3"]


def test_command(lab, meu, tmp_path):
    code, out, _ = meu("report", "-w", lab.workspace.root, "--out", tmp_path / "r.html", "--full", "--json")
    said = json.loads(out)
    assert (code, said["samples"], said["cards"], said["problems"]) == (0, 12, 12, 2)
    assert said["bytes"] == (tmp_path / "r.html").stat().st_size


@pytest.mark.parametrize("name", ["report", "report.pdf"])
def test_only_a_page_is_written(lab, tmp_path, name):
    with pytest.raises(MeuError, match=r"\.html"):
        report(lab.workspace, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_workspace_is_told(tmp_path):
    with Workspace.open(tmp_path / "w", create=True) as workspace, pytest.raises(MeuError, match="extract"):
        report(workspace, tmp_path / "r.html")
