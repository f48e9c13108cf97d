"""The agreement report: a small workspace counted by hand, and the command that prints it."""

import json
import random
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from meu_data.cli import main
from meu_data.errors import MeuError
from meu_data.review.verdicts.adjudication import SPLIT_ON_AUS, SPLIT_ON_KEEPING, UNUSABLE, adjudicate, parse_policy
from meu_data.review.verdicts.agreement import UNFLAGGED, agreement
from meu_data.store.ledger import Ledger
from meu_data.store.reviews import reviews_by_sample
from meu_data.store.workspace import Workspace
from tests.review.builders import ANNA, BO, CY, make_annotation, make_draft, make_review, store

LATEST = parse_policy("latest")
STAGES = ("motion_analysis", "expression_inference", "conclusion")


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "work", create=True) as opened:
        yield opened


def sample(number: int) -> str:
    return f"dfme/s1/clip{number}/1-5"


def edited(motion: float, inference: float, conclusion: float, texts: float, **others: float) -> dict[str, object]:
    distances = dict(zip(STAGES, (motion, inference, conclusion), strict=True))
    return {"verdict": "fixed", "edits": distances | others, "edit_distance": texts}


FLAGGED = {"draft_flags": ("wrong_direction", "au_missing", "wrong_direction")}
# Five samples. Two people agree on 1, differ by an AU on 2 and on keeping 3; 4 is seen by one, 5 skipped and at fault.
REVIEWS = [
    make_review(ANNA, sample=sample(1), annotation_id=1, minute=1, lead_time_s=10),
    make_review(BO, sample=sample(1), annotation_id=2, minute=2, lead_time_s=30, **edited(0.2, 0, 0, 0.1)),
    make_review(ANNA, sample=sample(2), annotation_id=3, minute=3, lead_time_s=20, **FLAGGED, **edited(0.4, 0, 1, 0.5)),
    make_review(BO, sample=sample(2), annotation_id=4, minute=4, lead_time_s=None, aus=("AU12",), **FLAGGED,
                verdict="accept", edits=dict.fromkeys(STAGES, 0.0) | {"aus": 0.5}),
    make_review(ANNA, sample=sample(3), annotation_id=5, minute=5, lead_time_s=90, verdict="reject", **FLAGGED),
    make_review(CY, sample=sample(3), annotation_id=6, minute=6, emotion="fear", aus=("AU1", "LAU12"), draft=None),
    make_review(CY, sample=sample(4), annotation_id=7, minute=7, model="gemini-3.8-flash", verdict="needs_expert"),
    make_review(ANNA, sample=sample(5), annotation_id=8, minute=8, skipped=True, lead_time_s=700),
    make_review(BO, sample=sample(5), annotation_id=9, minute=9, fault="no AU is chosen", lead_time_s=700),
]  # fmt: skip


@pytest.fixture
def report(workspace):
    store(workspace.ledger, *REVIEWS)
    return agreement(workspace.ledger, parse_policy("majority"))


def test_what_there_is(report):
    assert (report.samples, report.reviews, report.skipped, report.faults, report.overlapping) == (5, 9, 1, 1, 3)


def test_outcomes_under_the_policy(report):
    assert report.outcomes.model_dump() == {
        "policy": "majority",
        "kept": 1,
        "sent_back": 1,
        "undecided": {SPLIT_ON_AUS: 1, SPLIT_ON_KEEPING: 1, UNUSABLE: 1},
    }


def test_alpha_over_the_samples_with_two_votes(report):
    """Keeping: k k, k k, b k. Emotion: one value only. AU6 of two samples: yes yes, yes no. AU12: always yes."""
    # o_kk = 4, o_kb = o_bk = 1: 1 - (6 - 1) * 2 / (36 - 25 - 1)
    assert (report.keeping.alpha, report.keeping.samples) == (0.0, 3)
    assert (report.emotion.alpha, report.emotion.samples) == (None, 2)
    # o_yy = 2, o_yn = o_ny = 1: 1 - (4 - 1) * 2 / (16 - 9 - 1)
    assert [(au.label, au.alpha, au.samples, au.coded, au.coded_by_all) for au in report.aus] == [
        ("AU1", None, 2, 0, 0),
        ("AU6", 0.0, 2, 2, 1),
        ("AU12", None, 2, 2, 2),
        ("LAU12", None, 2, 0, 0),
    ]


def test_edit_distances_of_what_was_kept(report):
    """Neither what was sent back, nor what had no draft, is a correction."""
    assert report.distances.reviews == 4
    assert report.distances.motion_analysis.model_dump() == {"mean": 0.15, "median": 0.1}
    assert report.distances.expression_inference.model_dump() == {"mean": 0, "median": 0}
    assert report.distances.conclusion.model_dump() == {"mean": 0.25, "median": 0}
    assert report.distances.texts.model_dump() == {"mean": 0.15, "median": 0.05}
    assert [(one.group, one.reviews, one.texts.mean) for one in report.distances_by_annotator] == [
        ("annotator-01", 2, 0.25),
        ("annotator-02", 2, 0.05),
    ]
    assert [(one.group, one.reviews) for one in report.distances_by_model] == [("offline-1", 4)]


def test_acceptance_of_drafts(report):
    assert report.acceptance.model_dump() == {
        "group": "all", "judged": 6, "accept": 2, "unchanged": 1, "fixed": 2, "reject": 1, "needs_expert": 1,
        "accept_share": 0.3333, "unchanged_share": 0.1667,
    }  # fmt: skip
    by_model = {one.group: (one.judged, one.accept, one.needs_expert) for one in report.acceptance_by_model}
    assert by_model == {"gemini-3.8-flash": (1, 0, 1), "offline-1": (5, 2, 0)}
    by_flag = {one.group: (one.judged, one.accept, one.unchanged, one.fixed) for one in report.acceptance_by_flag}
    assert by_flag == {"au_missing": (3, 1, 0, 1), "wrong_direction": (3, 1, 0, 1), UNFLAGGED: (3, 1, 1, 1)}


def test_work_of_each_annotator(report):
    """Skips and faults take time, but not the time of a review."""
    assert [tuple(one.model_dump().values()) for one in report.annotators] == [
        ("annotator-01", 4, 1, 0, 20),
        ("annotator-02", 3, 0, 1, 30),
        ("annotator-03", 2, 0, 0, 20),
    ]


def test_names_on_request_only(workspace, report):
    assert "lab.example" not in report.model_dump_json()
    named = agreement(workspace.ledger, LATEST, names=True)
    assert [one.annotator for one in named.annotators] == [ANNA, BO, CY]
    assert [one.group for one in named.distances_by_annotator] == [ANNA, BO]


def test_only_the_newest_version_and_what_is_on_the_server_counts(workspace):
    store(workspace.ledger, make_review(minute=1, verdict="reject"), make_review(minute=2))
    report = agreement(workspace.ledger, LATEST)
    assert (report.reviews, report.acceptance.accept, report.acceptance.reject) == (1, 1, 0)


def test_annotator_100_comes_behind_annotator_99(workspace):
    people = [make_review(f"person-{number}", annotation_id=number) for number in range(101)]
    store(workspace.ledger, *people)
    labels = [one.annotator for one in agreement(workspace.ledger, LATEST).annotators]
    assert labels == [f"annotator-{number:02d}" for number in range(1, 102)]


def test_an_empty_workspace(workspace):
    report = agreement(workspace.ledger, LATEST)
    assert (report.samples, report.reviews, report.keeping.alpha, report.acceptance.accept_share) == (0, 0, None, None)
    assert report.distances.texts is None


def test_two_runs_give_the_same_bytes_whatever_the_order_of_pulls(tmp_path):
    texts = set()
    for seed in range(4):
        with Workspace.open(tmp_path / str(seed), create=True) as opened:
            store(opened.ledger, *random.Random(seed).sample(REVIEWS, len(REVIEWS)))
            texts.update(agreement(opened.ledger, LATEST).model_dump_json() for _ in range(2))
    assert len(texts) == 1


def test_a_draft_of_codes_nobody_knows_is_still_listed(workspace):
    draft = make_draft(annotation=make_annotation(aus=("smile", "AU12")))
    store(workspace.ledger, make_review(draft=draft, aus=("AU2",)))
    assert [au.label for au in agreement(workspace.ledger, LATEST).aus] == ["smile", "AU2", "AU12"]


def test_the_expert_may_be_named_by_pseudonym_and_is_shown_so(workspace):
    store(workspace.ledger, *REVIEWS)
    assert agreement(workspace.ledger, parse_policy("expert:bo")).outcomes.policy == "expert:annotator-02"
    named = agreement(workspace.ledger, parse_policy("expert:bo"), names=True)
    assert named.outcomes.policy == f"expert:{BO}"
    outcomes = agreement(workspace.ledger, parse_policy("expert:annotator-02")).outcomes
    assert (outcomes.policy, outcomes.kept) == ("expert:annotator-02", 2)
    with pytest.raises(MeuError, match="nobody called 'dee'"):
        agreement(workspace.ledger, parse_policy("expert:dee"))


@settings(max_examples=20)
@given(st.data())
def test_outcomes_add_up_to_the_samples(tmp_path_factory, data):
    ledger = Ledger(tmp_path_factory.mktemp("outcomes") / "meu.db")
    for number in range(data.draw(st.integers(0, 12))):
        state = data.draw(st.sampled_from([{}, {}, {"skipped": True}, {"fault": "x"}, {"verdict": "reject"}]))
        emotion = data.draw(st.sampled_from(["fear", "anger"]))
        who, what = data.draw(st.sampled_from([ANNA, BO, CY])), sample(data.draw(st.integers(1, 3)))
        store(ledger, make_review(who, sample=what, annotation_id=number, emotion=emotion, **state))
    policy = data.draw(st.sampled_from([LATEST, parse_policy("majority")]))
    report = agreement(ledger, policy)
    counted = report.outcomes.kept + report.outcomes.sent_back + sum(report.outcomes.undecided.values())
    assert counted == report.samples
    assert report.outcomes.kept == sum(adjudicate(reviews, policy).kept for _, reviews in reviews_by_sample(ledger))
    assert report.reviews == sum(len(reviews) for _, reviews in reviews_by_sample(ledger))
    ledger.close()


@pytest.fixture
def meu(monkeypatch, capsys, workspace):
    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["meu-data", *words, "-w", str(workspace.root)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.mark.parametrize("words", [[], ["--names"], ["--policy", "majority"]])
def test_the_table_fits_80_columns(meu, workspace, words):
    wide = make_review("小" * 40, sample=sample(9), annotation_id=99, model="m" * 60, draft_flags=("f" * 60,))
    store(workspace.ledger, *REVIEWS, wide)
    code, out, _ = meu("agreement", *words)
    assert code == 0
    assert max(map(cell_len, out.splitlines())) <= 80
    assert all(line == line.rstrip() for line in out.splitlines())
    assert ("lab.example" in out) == (words == ["--names"])


def test_the_table_says_what_the_report_says(meu, workspace, report):
    _, out, _ = meu("agreement", "--policy", "majority")
    rows = {name: figures for name, *figures in (re.split(" {2,}", line) for line in out.splitlines())}
    assert "9 reviews of 5 samples, 3 of them by two people or more" in out
    assert f"  1 without an outcome: {SPLIT_ON_AUS}\n" in out
    assert rows["AU6"] == ["0.000", "-0.50 to 0.00", "2", "2", "1"]
    assert rows["AU12"] == ["n/a", "2", "2", "2"]
    assert rows["wrong_direction"] == ["3", "33%", "0%", "1", "0"]
    assert rows["annotator-03"] == ["2", "0", "0", "20"]


def test_one_json_object(meu, report):
    code, out, _ = meu("agreement", "--policy", "majority", "--json")
    assert code == 0
    assert json.loads(out) == json.loads(report.model_dump_json())


def test_nothing_to_report_is_said(meu):
    assert meu("agreement")[:2] == (0, "no reviews yet: run `meu-data pull`\n")


@pytest.mark.parametrize(("policy", "reason"), [("oldest", "choose latest, majority"), ("expert:dee", "nobody called")])
def test_a_wrong_policy_is_exit_2(meu, policy, reason):
    code, out, err = meu("agreement", "--policy", policy)
    assert (code, out) == (2, "")
    assert reason in err


def test_status_counts_reviews(meu, workspace):
    store(workspace.ledger, *REVIEWS)
    assert "reviews   9  of 5 samples by 3 annotators\n" in meu("status")[1]
    status = json.loads(meu("status", "--json")[1])
    assert (status["reviews"], status["reviewed_samples"], status["annotators"]) == (9, 5, 3)
