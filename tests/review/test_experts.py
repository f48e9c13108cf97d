"""A round of experts on a real Label Studio: what needs one, all opinions side by side, and their answer counts."""

import uuid

import pytest

from meu_data.errors import MeuError
from meu_data.review.experts import needs_expert, opinions_html
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.review.verdicts.adjudication import adjudicate, parse_policy
from meu_data.review.verdicts.agreement import agreement
from meu_data.store.reviews import current_reviews
from tests.review.builders import ANNA, BO, CY, make_review
from tests.review.lab import Person, clip_id, make_workspace
from tests.review.shown import a_motion
from tests.review.test_pull import FEAR

FEARFUL = {"emotion": ["fear"], "aus": ["AU1"], **FEAR}


def test_experts_decide_what_annotators_could_not(tmp_path, server, admin, label_studio):
    ann, bo = (Person.logs_in(label_studio.url, one.username, one.password) for one in label_studio.annotators)
    title = f"experts {uuid.uuid4().hex[:8]}"
    with make_workspace(tmp_path / "work", 4) as workspace:
        first = push(workspace, server, title=title, images="embed", overlap="all:2")
        tasks = admin.tasks(int(first.url.rsplit("/", 1)[1]))
        for task in tasks:
            ann.submits(task, {"comment": ["<b>sure</b>"]})
        bo.submits(tasks[0], FEARFUL)
        bo.submits(tasks[1])
        bo.submits(tasks[2], {"verdict": ["needs_expert"]})
        pull(workspace, server, title=title)
        round_ = push(workspace, server, title=title, images="embed", experts=["bo"])
        number = int(round_.url.rsplit("/", 1)[1])
        assert (round_.project, round_.created, round_.left_out) == (f"{title} (experts)", 2, 2)
        shown = {task["data"]["sample_id"]: task for task in admin.tasks(number)}
        assert set(shown) == {clip_id(0), clip_id(2)}
        opinions = shown[clip_id(0)]["data"]["opinions"]
        assert "<th>annotator-01</th><th>annotator-02</th>" in opinions
        assert "<td>fear</td>" in opinions
        assert "<td>&lt;b&gt;sure&lt;/b&gt;</td>" in opinions
        assert bo.email not in opinions
        assert {task["data"]["assigned"] for task in shown.values()} == {bo.email}
        assert 'name="opinions"' in admin.asks("GET", f"projects/{number}/")["label_config"]
        assert push(workspace, server, title=title, images="embed", experts=["bo"]).fresh == 2
        bo.submits(shown[clip_id(0)], FEARFUL)
        assert pull(workspace, server).new == 1
        reviews = current_reviews(workspace.ledger, clip_id(0))
        decided = adjudicate(reviews, parse_policy("expert")).review
        assert (decided.expert, decided.proof.emotion) == (True, "fear")
        # Nobody decided on the third, and of the second two people say the same.
        report = agreement(workspace.ledger, parse_policy("expert"))
        assert (report.outcomes.kept, report.emotion.samples) == (3, 2)
        with pytest.raises(MeuError, match="is a round of experts: choose another title"):
            push(workspace, server, title=f"{title} (experts)", images="embed")


UNSURE = a_motion().model_copy(update={"quality": a_motion().quality.model_copy(update={"trust": 0.49})})


@pytest.mark.parametrize(
    ("reviews", "motion", "needed"),
    [
        ([], UNSURE, False),
        ([make_review(ANNA)], a_motion(), False),
        ([make_review(ANNA)], UNSURE, True),
        ([make_review(ANNA), make_review(BO, emotion="fear")], a_motion(), True),
        ([make_review(ANNA), make_review(BO, aus=("AU6",))], a_motion(), True),
        ([make_review(ANNA), make_review(BO, emotion="fear"), make_review(CY)], a_motion(), False),
        ([make_review(ANNA, verdict="reject")], a_motion(), True),
        ([make_review(ANNA), make_review(BO, verdict="needs_expert"), make_review(CY)], a_motion(), True),
        ([make_review(ANNA, contradictions=("text says fear",))], a_motion(), True),
        ([make_review(ANNA, skipped=True)], a_motion(), False),
    ],
    ids=["nobody has looked", "one accepts", "low trust", "emotions", "AUs", "a majority", "rejected", "asked for",
         "contradiction", "skipped"],
)  # fmt: skip
def test_what_needs_an_expert(reviews, motion, needed):
    assert needs_expert(reviews, motion) == needed


@pytest.mark.parametrize(("lang", "word"), [("en", "happiness"), ("zh", "高兴")])
def test_what_differs_is_marked(lang, word):
    labels = {ANNA: "annotator-01", BO: "annotator-02"}
    alike = opinions_html([make_review(ANNA), make_review(BO)], labels, lang)
    assert (alike.count(f'<td colspan="2">{word}</td>'), "meu-differs" in alike) == (1, False)
    differing = opinions_html([make_review(ANNA), make_review(BO, emotion="fear", comment="Why.")], labels, lang)
    assert differing.count("meu-differs") == 2
    assert f"<td>{word}</td>" in differing
    assert differing.index("Why.") < differing.index("<th>1</th>"), "the reason comes before the texts"
