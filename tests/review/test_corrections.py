"""A person corrects a direction in a real Label Studio: claims, score, row and `check` agree with what was written."""

import json
import uuid
from html import escape
from typing import Any

import pytest

from meu_data.checking import check
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.grounding.ground import ground
from meu_data.records import Claim
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.store.reviews import current_reviews
from meu_data.store.workspace import Workspace
from tests.checking.conftest import data_file, read_rows
from tests.review.lab import Person, clip_id, make_workspace, redraft

# On the first clip (AU6+12, happiness) the middle of the forehead moves up, and nothing else does.
UP = {
    "en": "The middle of the forehead moves moderately up and is purple.",
    "zh": "额头中部明显向上运动，呈紫色。",
}
DOWN = {
    "en": "The middle of the forehead moves moderately down and is yellow-green.",
    "zh": "额头中部明显向下运动，呈黄绿色。",
}
REST = {
    "en": {
        "motion_analysis": " AU6 (cheek raiser) and AU12 (lip corner puller) are labelled, but cannot be seen.",
        "expression_inference": "The labels AU6 and AU12 speak for happiness.",
        "conclusion": "AU6 (cheek raiser) and AU12 (lip corner puller): happiness.",
    },
    "zh": {
        "motion_analysis": "标注有AU6（脸颊上提）和AU12（嘴角上扬），但图上看不到。",
        "expression_inference": "标注的AU6和AU12说明是高兴。",
        "conclusion": "AU6（脸颊上提）和AU12（嘴角上扬）：高兴。",
    },
}
WRONG = Claim(region="middle_forehead", colour="yellow-green", direction="down", intensity="moderate")
RIGHT = Claim(region="middle_forehead", colour="purple", direction="up", intensity="moderate")


class Lab:
    """One clip whose draft has a wrong direction, pushed to a project of its own."""

    def __init__(self, workspace: Workspace, server: Any, admin: Person, lang: str) -> None:
        self.workspace, self.server, self.lang = workspace, server, lang
        self.title = f"corrections {uuid.uuid4().hex[:12]}"
        texts = {**REST[lang], "motion_analysis": DOWN[lang] + REST[lang]["motion_analysis"]}
        self.draft = redraft(workspace, clip_id(0), **texts, claims=(WRONG,), statements=())
        url = push(workspace, server, title=self.title, images="embed", lang=lang).url
        self.number = int(url.rsplit("/", 1)[1])
        (self.task,) = admin.tasks(self.number)

    def findings(self, person: Person) -> str:
        return person.asks("GET", f"tasks/{self.task['id']}/")["data"]["findings"]

    def tab(self, *names: str) -> int:
        views = self.server.read("api/dm/views/", {"project": self.number}, what="reading the views")
        (number,) = [view["id"] for view in views if view["data"]["title"] in names]
        return number

    def pulled(self) -> Any:
        self.summary = pull(self.workspace, self.server, title=self.title)
        (review,) = current_reviews(self.workspace.ledger, clip_id(0))
        return review


@pytest.fixture(params=["en", "zh"])
def lab(request, tmp_path, server, admin) -> Any:
    with make_workspace(tmp_path / "work", 1, langs=(request.param,)) as workspace:
        yield Lab(workspace, server, admin, request.param)


@pytest.fixture
def ann(label_studio) -> Person:
    account = label_studio.annotators[0]
    return Person.logs_in(label_studio.url, account.username, account.password)


def score(lab: Lab, annotation: Any) -> float:
    ((sample, motion),) = lab.workspace.ledger.samples_with_motion("robust", only=clip_id(0))
    return ground(sample, motion, annotation, lab.lang).score


def test_a_corrected_direction(lab, ann, tmp_path):
    shown = {result["from_name"]: result["value"] for result in lab.task["predictions"][0]["result"]}
    line = {"en": "middle forehead: down, moderate", "zh": "额头中部：下，明显"}[lab.lang]
    assert shown["claims"] == {"text": [line]}
    ann.submits(lab.task, {"motion_analysis": [UP[lab.lang] + REST[lab.lang]["motion_analysis"]]})
    review = lab.pulled()
    assert (review.verdict, review.fault) == ("fixed", None)
    assert review.proof.claims == (RIGHT,)
    assert review.grounding == score(lab, review.proof) > score(lab, lab.draft.annotation)
    export(lab.workspace, tmp_path / "out", lang=lab.lang)
    (row,) = read_rows(data_file(tmp_path / "out"))
    assert [claim["direction"] for claim in row["claims"]] == ["up"]
    assert UP[lab.lang] in row["response"]
    assert row["provenance"]["grounding"] == review.grounding
    found = check(tmp_path / "out")
    assert found.findings == ()
    assert found.verified["agreement"] == 1


def test_a_claim_that_contradicts_the_text_goes_back(lab, ann, label_studio, tmp_path):
    upward = UP[lab.lang] + REST[lab.lang]["motion_analysis"]
    given = ann.submits(lab.task, {"motion_analysis": [upward], "claims": ["middle forehead: down, strong"]})
    review = lab.pulled()
    assert review.proof.claims == (WRONG.model_copy(update={"intensity": "strong"}),)
    assert UP[lab.lang].rstrip(".。") in review.fault
    (problem,) = lab.workspace.ledger.problems("pull")
    assert problem.file == f"{label_studio.url}/projects/{lab.number}/data?task={lab.task['id']}"
    assert UP[lab.lang].rstrip(".。") in problem.reason
    # The task itself says so, to its annotator, above the findings; once.
    assert lab.summary.returned == 1
    assert lab.pulled().fault == review.fault
    noted = lab.findings(ann)
    assert noted.count("meu-back") == 1
    assert noted.startswith(f'<div class="meu-flag meu-back">↩ ann: {escape(review.fault)}</div>')
    assert noted.endswith(lab.task["data"]["findings"])
    back = lab.tab("Sent back", "退回修改")
    assert [task["id"] for task in ann.asks("GET", "tasks/", params={"view": back})["tasks"]] == [lab.task["id"]]
    with pytest.raises(MeuError, match="breaks a rule"):
        export(lab.workspace, tmp_path / "out", lang=lab.lang)

    export(lab.workspace, tmp_path / "allowed", lang=lab.lang, allow_contradictions=True)
    assert json.loads((tmp_path / "allowed" / "export.json").read_text())["contradictions_allowed"] is True
    (finding,) = check(tmp_path / "allowed").findings
    assert finding.rule == "agreement"

    ann.corrects(given, {"claims": ["middle forehead: up, strong"]})
    assert lab.pulled().proof.claims == (RIGHT.model_copy(update={"intensity": "strong"}),)
    assert (lab.summary.problems, lab.summary.returned) == (0, 0)
    assert lab.findings(ann) == lab.task["data"]["findings"]


def test_a_line_that_cannot_be_read_is_quoted(lab, ann):
    ann.submits(lab.task, {"claims": ["middle forehead: upwards, a lot"]})
    review = lab.pulled()
    assert review.proof is None
    assert "“middle forehead: upwards, a lot”" in review.fault
