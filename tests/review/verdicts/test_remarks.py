"""What annotators remark is listed with its place, and each is compared with the others."""

import json

import krippendorff
import pytest

from meu_data.review.verdicts.remarks import reviews
from meu_data.store.projects import Project, store_project
from meu_data.store.workspace import Workspace
from tests.review.builders import ANNA, BO, CY, make_review, store


def sample(number: int) -> str:
    return f"dfme/s1/clip{number}/1-5"


# The emotions of three people on five samples; None where a person has not seen one.
EMOTIONS = {
    ANNA: ("fear", "fear", "anger", "anger", None),
    BO: ("fear", "fear", "anger", "fear", "anger"),
    CY: ("fear", "anger", "anger", None, None),
}
SLOW = {ANNA: 10.0, BO: 30.0, CY: 50.0}


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "work", create=True) as opened:
        store_project(opened.ledger, Project("project-1", "https://label.example", 7, "dfme", "en"))
        number = 0
        for name, emotions in EMOTIONS.items():
            for index, emotion in enumerate(emotions):
                number += 1
                if emotion is not None:
                    told = {"lead_time_s": SLOW[name], "task": 10 + index, "sample": sample(index)}
                    store(opened.ledger, make_review(name, annotation_id=number, emotion=emotion, **told))
        store(
            opened.ledger,
            make_review(ANNA, sample=sample(5), annotation_id=50, verdict="reject", comment="blurred", task=15),
            make_review(BO, sample=sample(6), annotation_id=51, verdict="needs_expert", task=16),
            make_review(CY, sample=sample(7), annotation_id=52, comment="lovely\x1b[2J", task=17),
            make_review(CY, sample=sample(8), annotation_id=53, fault="no emotion is chosen", project="gone"),
            make_review(BO, sample=sample(9), annotation_id=54, task=19, contradictions=("text says fear",),
                        proof_flags=("emotion", "colour"), draft_flags=("colour",)),
        )  # fmt: skip
        yield opened


def test_remarks_the_most_pressing_first_with_their_places(workspace):
    found = [
        (each.annotator, each.kind, each.text, each.link) for each in reviews(workspace.ledger, names=True).remarks
    ]
    base = "https://label.example/projects/7/data?task="
    assert found == [
        (BO, "contradiction", "text says fear", f"{base}19"),
        (CY, "rule", "no emotion is chosen", ""),
        (BO, "needs_expert", "", f"{base}16"),
        (ANNA, "reject", "blurred", f"{base}15"),
        (CY, "comment", "lovely\x1b[2J", f"{base}17"),
    ]


def test_annotators_beside_the_others(workspace):
    figures = {each.annotator: each for each in reviews(workspace.ledger).annotators}
    assert list(figures) == ["all", "annotator-01", "annotator-02", "annotator-03"]
    codes = [[{"fear": 0, "anger": 1, None: float("nan")}[one] for one in row] for row in EMOTIONS.values()]
    assert figures["all"].alpha == pytest.approx(krippendorff.alpha(codes, level_of_measurement="nominal"), abs=5e-5)
    # The others' majority where there is one: fear, fear (of fear and anger), anger, fear.
    beside = [[0, 0, 1, 1], [0, 0, 1, 0]]
    assert figures["annotator-01"].alpha == pytest.approx(
        krippendorff.alpha(beside, level_of_measurement="nominal"), abs=5e-5
    )
    assert figures["annotator-01"].shared == 4
    assert [each.lead_time_s for each in figures.values()] == [25.0, 10.0, 30.0, 50.0]
    assert [each.contradictions for each in figures.values()] == [1, 0, 1, 0]
    assert [each.flags_introduced for each in figures.values()] == [1, 0, 1, 0]


def test_the_command_prints_what_the_report_holds(meu, workspace):
    code, out, _ = meu("reviews", "-w", workspace.root)
    assert code == 0
    assert f"annotator-02: needs an expert: {sample(6)}\n  https://label.example/projects/7/data?task=16\n" in out
    assert "\x1b" not in out
    assert "lab.example" not in out
    code, out, _ = meu("reviews", "--json", "--names", "-w", workspace.root)
    assert (code, len(json.loads(out)["remarks"])) == (0, 5)
    assert "and 4 more: --limit 5" in meu("reviews", "--limit", "1", "-w", workspace.root)[1]
