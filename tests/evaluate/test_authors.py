"""The authors' own scoring, run outside this repository on the same files (tests/data/megc/README.md)."""

import json
from collections import Counter

import pytest
from sklearn import metrics

from meu_data.errors import MeuError
from meu_data.evaluate.labels import conclude, emotion_of_label
from meu_data.evaluate.megc import evaluate_megc, kind_of
from meu_data.evaluate.stage import evaluate
from meu_data.fer_vqa.presets import PRESETS
from tests import ROOT

DATA = ROOT / "tests" / "data"
AUTHORS = json.loads((DATA / "megc" / "authors.json").read_text())
UNIFER = [json.loads(line) for line in (DATA / "unifer_verdicts.jsonl").read_text().splitlines()]
# How the two read these: UniFER's evaluator takes the first candidate, in the order of the list, that occurs anywhere.
DIFFER = {
    "two in answer": "two emotions are no answer here; there the one that the list has first",
    "denied in answer": "'not happy but sad' is sad here; there the one that the list has first",
    "denied, untagged": "the same without tags",
    "rare word": "words such as 'furious' are known here, and unknown there",
    "thought alone": "an empty answer is none here; there the thought is searched",
}


def test_megc_is_scored_as_two_teams_score_it():
    found = evaluate_megc([DATA / "megc" / "pred.jsonl"], DATA / "megc" / "gold.jsonl")
    by_kind = {one.kind: one for one in found.questions}
    for kind in ("coarse", "fine"):
        assert by_kind[kind].uf1 == pytest.approx(AUTHORS[kind]["uf1"], abs=1e-12)
        assert by_kind[kind].uar == pytest.approx(AUTHORS[kind]["uar"], abs=1e-12)
    assert (found.uf1, found.uar) == pytest.approx((AUTHORS["fine"]["uf1"], AUTHORS["fine"]["uar"]), abs=1e-12)
    for name in ("bleu", "rouge1", "sentence_bleu", "rouge1_recall"):
        assert getattr(found.texts, name) == pytest.approx(AUTHORS[name], abs=1e-12), name


def test_missing_answers_are_wrong_and_empty_as_in_null_xys_scoring(said):
    rows = [row for place, row in enumerate(_lines("pred.jsonl")) if place % 7 != 3]
    found = evaluate_megc([said(rows)], DATA / "megc" / "gold.jsonl")
    by_kind, theirs = {one.kind: one for one in found.questions}, AUTHORS["gaps"]
    for kind in ("coarse", "fine"):
        assert by_kind[kind].uf1 == pytest.approx(theirs[kind]["uf1"], abs=1e-12)
        assert by_kind[kind].uar == pytest.approx(theirs[kind]["uar"], abs=1e-12)
    assert (found.texts.bleu, found.texts.rouge1) == pytest.approx((theirs["bleu"], theirs["rouge1"]), abs=1e-12)


def test_a_second_answer_is_an_error(said):
    """null-xy's scoring takes the last; which of the two was meant is not known here."""
    rows = _lines("pred.jsonl")
    with pytest.raises(MeuError, match=f"row {len(rows) + 1}: .*row 2 answers this question about"):
        evaluate_megc([said([*rows, rows[1]])], DATA / "megc" / "gold.jsonl")


@pytest.mark.parametrize("kind", ["coarse", "fine"])
def test_bare_labels_are_scored_as_the_third_of_2025_does(said, kind):
    """`F1_UR.py` compares texts as they are: on bare labels the two agree."""
    gold = {(row["image_id"], row["question"]): row for row in _lines("gold.jsonl") if kind_of(row["question"]) == kind}
    rows = [
        {
            **gold[row["video"], row["question"]],
            "pred": row["answer"],
            "gt": gold[row["video"], row["question"]]["answer"],
        }
        for row in _lines("pred.jsonl")
        if (row["video"], row["question"]) in gold and row["answer"].isalpha()
    ]
    assert len(rows) == AUTHORS[f"bare_{kind}"]["answers"]
    found = evaluate_megc([said(rows)], None)
    assert (found.uf1, found.uar) == pytest.approx(
        (AUTHORS[f"bare_{kind}"]["uf1"], AUTHORS[f"bare_{kind}"]["uar"]), abs=1e-12
    )


def _lines(name):
    return [json.loads(line) for line in (DATA / "megc" / name).read_text().splitlines()]


def test_a_question_without_an_answer_is_wrong(said):
    rows = [row for row in _lines("pred.jsonl") if not row["video"].endswith("_00")]
    found = evaluate_megc([said(rows)], DATA / "megc" / "gold.jsonl")
    assert found.unread == {"empty": 1}
    assert found.texts.answers == 120


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"video": "nobody", "question": "What is the coarse expression class?", "answer": "x"}, "does not ask"),
        ({"video": "casme2_test_00", "answer": "x"}, "there is no question about a clip"),
        ({"video": "casme2_test_00", "question": "What is the coarse expression class?"}, "there is no answer"),
    ],
)
def test_answers_that_do_not_fit_are_told(said, row, says):
    with pytest.raises(MeuError, match=says):
        evaluate_megc([said([row])], DATA / "megc" / "gold.jsonl")
    with pytest.raises(MeuError, match="neither"):
        evaluate_megc([said([{"video": "a", "question": "Why?", "pred": "x", "gt": "y"}])], None)


# Question, right answer, what is said, in the words of the challenge (github.com/MEGC2026/megc2026.github.io,
# files/me_lvqa_samm_casme3.jsonl); the answers are made up. The second video has one expression, asked about twice.
LONG = [
    ("v1", "How many expression events appear in this video?", 7, "7"),
    ("v1", "How many micro-expression events appear in this video?", 5, "There are 3."),
    ("v1", "How many macro-expression events appear in this video?", 2, 4),
    ("v1", "What distinct action units appear in this video?", "brow lowerer, eye closure", "brow lowerer"),
    ("v1", "What is the expression type of the 5-th expression event in this video?", "micro-expression", "Micro."),
    ("v1", "What is the expression type of the 14-th expression event in this video?", "macro-expression", "a twitch"),
    ("v2", "How many expression events appear in this video?", 1, 4),
    ("v2", "How many micro-expression events appear in this video?", 0, "none"),
    ("v2", "How many macro-expression events appear in this video?", 1, ""),
    ("v2", "What distinct action units appear in this video?", "", ""),
    ("v2", "What is the expression type of the 1-th expression event in this video?", "macro-expression", "macro"),
    (
        "v2",
        "What is the expression type of the 1-th expression event in this video?",
        "macro-expression",
        "micro-expression",
    ),
]


def long_rows(place):
    return [
        {"video_id": f"samm_{number}", "video": row[0], "question": row[1], "answer": row[place]}
        for number, row in enumerate(LONG)
    ]


def test_answers_about_long_videos_are_scored(said):
    found = evaluate_megc([said(long_rows(3), "pred.jsonl")], said(long_rows(2), "gold.jsonl"))
    # By hand: of four types two are right; recall of macro 1/3, of micro 1; precision of macro 1, of micro 1/2.
    assert (found.acc, found.uar) == (0.5, pytest.approx((1 / 3 + 1) / 2))
    assert found.uf1 == pytest.approx((0.5 + 2 / 3) / 2)
    assert found.unread == {"none": 1}
    counts = {one.kind: (one.acc, one.mae, one.rmse, one.unread) for one in found.counts}
    assert counts == {
        "events": (0.5, 1.5, pytest.approx(4.5**0.5), 0),
        "micro": (0.5, 1.0, pytest.approx(2**0.5), 1),
        "macro": (0.0, 1.5, pytest.approx(2.5**0.5), 1),
    }
    assert (found.aus.samples, found.aus.micro.precision, found.aus.micro.recall) == (2, 1.0, 0.5)
    assert found.texts.answers == 12


def test_a_missing_answer_about_a_long_video_is_wrong(said):
    found = evaluate_megc([said(long_rows(2)[:10], "pred.jsonl")], said(long_rows(2), "gold.jsonl"))
    assert (found.acc, [one.acc for one in found.counts]) == (0.5, [1.0] * 3)


def test_the_command_scores_megc(meu, tmp_path):
    code, out, _ = meu("evaluate", DATA / "megc" / "pred.jsonl", "--gold", DATA / "megc" / "gold.jsonl", "--megc")
    assert code == 0
    assert "texts of 120 answers: BLEU 0.6141" in out
    code, _, err = meu("evaluate", DATA / "megc" / "pred.jsonl", "--megc", "--classes", "dfme7")
    assert (code, "not for --megc" in err) == (2, True)


def labels_of(row):
    preset = PRESETS[row["set"]]
    return preset.labels


def verdict(row):
    """Ours, in the set's spelling."""
    spelled = {emotion_of_label(label): label for label in labels_of(row)}
    return spelled.get(conclude(row["model_response"]).emotion, "unknown")


def test_five_hundred_completions_are_read_as_unifer_reads_them():
    """Where the two have the same rules; every other kind is listed in `DIFFER`, and in docs/evaluate.md."""
    assert len(UNIFER) == 500
    off = Counter(row["kind"] for row in UNIFER if verdict(row) != row["verdict"])
    assert set(off) == set(DIFFER)
    assert sum(row["kind"] not in DIFFER for row in UNIFER) == 450
    page = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
    assert all(kind in page for kind in DIFFER)


def ferbench(said, name):
    """UniFER's result file of one set, without what the two read differently; the rows that it was made of."""
    rows = [row for row in UNIFER if row["set"] == name and row["kind"] not in DIFFER]
    file = [
        {
            "image_path": f"{number}.jpg",
            "true_label": row["true_label"],
            "prompt": "?",
            "candidate_labels": list(PRESETS[name].labels),
            "model_response": row["model_response"],
        }
        for number, row in enumerate(rows)
    ]
    return said(file, f"{name}.jsonl"), rows


def report_of(rows, name):
    """Each class of the set by scikit-learn, of UniFER's verdicts; how the set spells ours."""
    spelled = {emotion_of_label(label): label for label in PRESETS[name].labels}
    truth, theirs = [row["true_label"] for row in rows], [row["verdict"] for row in rows]
    report = metrics.classification_report(
        truth, theirs, labels=PRESETS[name].labels, zero_division=0, output_dict=True
    )
    return report, spelled


def equal(found, report, spelled):
    for one in found:
        wanted = report[spelled[one.name]]
        assert (one.precision, one.recall, one.f1, one.support) == pytest.approx(
            (wanted["precision"], wanted["recall"], wanted["f1-score"], wanted["support"]), abs=1e-12
        )


SETS = ["ferplus", "affectnet", "rafdb", "sfew"]


@pytest.mark.parametrize("name", SETS)
def test_a_set_of_ferbench_is_scored_as_unifer_scores_it(said, name):
    file, rows = ferbench(said, name)
    found = evaluate([file])
    right = [row["true_label"] == row["verdict"] for row in rows]
    assert found.acc == pytest.approx(sum(right) / len(right), abs=1e-12)
    equal(found.per_class, *report_of(rows, name))


def test_the_sets_of_ferbench_together_have_each_its_classes(said, meu):
    """As the sets one by one; and pooled, as UniFER's `eval_total` prints them."""
    given = {name: ferbench(said, name) for name in SETS}
    found = evaluate([file for file, _ in given.values()])
    (files,) = [groups for groups in found.groups if groups.by == "file"]
    for part in files.parts:
        rows = given[part.name.removesuffix(".jsonl")][1]
        report, spelled = report_of(rows, part.name.removesuffix(".jsonl"))
        equal(part.per_class, report, spelled)
        assert {spelled[one.name] for one in part.per_class} == {row["true_label"] for row in rows}
    whole = [row for _, rows in given.values() for row in rows]
    truth, theirs = ([emotion_of_label(row[name]) or "unknown" for row in whole] for name in ("true_label", "verdict"))
    report = metrics.classification_report(truth, theirs, labels=found.classes, zero_division=0, output_dict=True)
    equal(found.per_class, report, {name: name for name in found.classes})
    code, out, _ = meu("evaluate", *(file for file, _ in given.values()))
    assert code == 0
    heads = [line.split() for line in out.splitlines() if "precision" in line]
    assert [head[0] for head in heads] == ["precision", *(f"{name}.jsonl" for name in sorted(SETS))]
