"""`evaluate`, end to end: files of every kind against a workspace and against their own labels."""

import csv
import json
import random
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn import metrics

from meu_data.errors import MeuError
from meu_data.evaluate.result import read_result
from meu_data.evaluate.stage import evaluate
from meu_data.records import file_stem
from tests.evaluate.conftest import CLIPS, clip_id

IDS = [clip_id(subject, clip) for subject, clip, _, _ in CLIPS]
EXPLAINED = """1. Motion: both corners of the mouth move strongly upward. The brows move strongly down.
2. Inference: AU12 often comes with happiness.
3. Conclusion: AU12; the micro-expression is happiness."""


def answers(**changes):
    """A right answer to every clip but those that are changed, by the place in `CLIPS`; None for none."""
    given = {place: emotion for place, (_, _, emotion, _) in enumerate(CLIPS)}
    given |= {int(name[1:]): text for name, text in changes.items()}
    return [{"id": IDS[place], "prediction": text} for place, text in given.items() if text is not None]


def test_what_is_missing_unread_or_another_emotion_is_wrong(labelled_workspace, said):
    path = said(answers(_0=None, _1="no idea", _2="contempt", _4="happiness and fear"))
    found = evaluate([path], gold=labelled_workspace, classes="casme2-5")
    assert found.classes == ("disgust", "happiness", "repression", "surprise", "others")
    assert (found.samples, found.subjects, found.acc) == (8, 4, 4 / 8)
    assert found.unread == {"missing": 1, "none": 1, "several": 1}
    assert found.other_emotion == 1
    # recalls: disgust 0/2, happiness 1/3, repression absent, surprise 2/2, others 1/1
    assert found.uar == pytest.approx((0 + 1 / 3 + 0 + 1 + 1) / 5, abs=1e-12)
    assert found.uf1 == pytest.approx((0 + 0.5 + 0 + 1 + 1) / 5, abs=1e-12)
    assert {item.id: item.said for item in found.items}[IDS[2]] == "contempt"
    assert set(found.intervals) == {"acc", "uf1", "uar"}
    (folds,) = [groups for groups in found.groups if groups.by == "fold"]
    assert [(part.name, part.acc) for part in folds.parts] == [
        ("casme2/s1", 0),
        ("casme2/s2", 0.5),
        ("casme2/s3", 0.5),
        ("casme2/s4", 1),
    ]
    assert folds.mean.acc == 0.5


def test_a_file_is_scored_as_scikit_learn_scores_it(meu, said):
    """500 answers drawn at random, some of another emotion and some of none, from the file to `--json`."""
    dice = random.Random(18)
    names = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
    rows = [
        {"id": f"{row}", "true_label": dice.choice(names[:5]), "prediction": dice.choice([*names, "contempt", "?"])}
        for row in range(500)
    ]
    code, printed, _ = meu("evaluate", said(rows), "--classes", "dfme7", "--json")
    found = json.loads(printed)
    gold, answers = ([row[column] for row in rows] for column in ("true_label", "prediction"))
    labels = {"labels": found["classes"], "zero_division": 0}
    assert (code, len(found["classes"]), "surprise" in gold) == (0, 7, False)
    assert found["acc"] == pytest.approx(metrics.accuracy_score(gold, answers), abs=1e-12)
    assert found["uf1"] == pytest.approx(metrics.f1_score(gold, answers, average="macro", **labels), abs=1e-12)
    assert found["uar"] == pytest.approx(metrics.recall_score(gold, answers, average="macro", **labels), abs=1e-12)
    report = metrics.classification_report(gold, answers, output_dict=True, **labels)
    for one in found["per_class"]:
        wanted = report[one["name"]]
        assert [one["precision"], one["recall"], one["f1"], one["support"]] == pytest.approx(
            [wanted["precision"], wanted["recall"], wanted["f1-score"], wanted["support"]], abs=1e-12
        )
    matrix = metrics.confusion_matrix(gold, answers, labels=[*found["classes"], "?"])
    assert [[*row[:7], row[8]] for row in found["confusion"]] == matrix[:7].tolist()


def test_coarse_classes_take_fine_emotions(labelled_workspace, said):
    path = said(answers(_1="anger", _4="negative", _6="fear"))
    found = evaluate([path], gold=labelled_workspace, classes="megc-coarse", split="test")
    assert found.classes == ("negative", "positive", "surprise", "others")
    assert (found.samples, found.acc) == (6, 5 / 6)
    assert found.left_out == {"belongs to another split": 2}


def test_what_a_protocol_leaves_out_does_not_count(labelled_workspace, said):
    found = evaluate([said(answers())], gold=labelled_workspace, classes="casme2-mellm5")
    assert (found.samples, found.acc, found.left_out) == (7, 1.0, {"falls outside casme2-mellm5": 1})
    # fear and sadness are absent, and count with 0
    assert found.uf1 == pytest.approx(3 / 5, abs=1e-12)


def test_files_of_every_kind_give_the_same(labelled_workspace, said, tmp_path):
    rows = answers(_1="happiness")
    files = [said(rows), tmp_path / "said.json", tmp_path / "said.csv", tmp_path / "said.parquet"]
    files[1].write_text(json.dumps(rows))
    with open(files[2], "w", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", "prediction"])
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), files[3])
    shapes = said(
        [
            {"images": [{"path": f"/data/maps/{file_stem(row['id'])}.png"}], "response": row["prediction"]}
            for row in rows
        ],
        "swift.jsonl",
    )
    turns = said(
        [{"sample_id": row["id"], "completion": [{"role": "assistant", "content": row["prediction"]}]} for row in rows],
        "trl.jsonl",
    )
    found = [evaluate([path], gold=labelled_workspace, name="same") for path in (*files, shapes, turns)]
    assert {one.acc for one in found} == {7 / 8}
    assert len({one.model_copy(update={"predictions": ()}).model_dump_json() for one in found}) == 1


def test_rows_with_their_own_labels_in_several_files(said):
    first = said([{"image_path": "a.png", "true_label": "happy", "model_response": "<answer>joy</answer>"}], "a.jsonl")
    second = said(
        [
            {"image_path": "a.png", "true_label": "sadness", "model_response": "<answer>sad</answer>"},
            {"image_path": "b.png", "true_label": "neutral", "model_response": "ERROR: memory", "error": True},
        ],
        "b.jsonl",
    )
    found = evaluate([first, second])
    assert (found.classes, found.acc, found.unread) == (("happiness", "sadness", "neutral"), 2 / 3, {"error": 1})
    (files,) = [groups for groups in found.groups if groups.by == "file"]
    assert [(part.name, part.acc) for part in files.parts] == [("a.jsonl", 1), ("b.jsonl", 0.5)]
    assert files.mean.acc == 0.75


def test_units_and_explanations(labelled_workspace, said):
    found = evaluate([said(answers(_0=EXPLAINED))], gold=labelled_workspace)
    per = {one.name: one for one in found.aus.per_au}
    assert (per["AU12"].support, per["AU12"].precision, per["AU12"].recall) == (3, 1, 1 / 3)
    assert found.grounding.texts == 1
    assert found.grounding.confirmed >= 1
    assert found.grounding.contradicted >= 1  # the brows do not move
    without = evaluate([said(answers(_0=EXPLAINED))], gold=labelled_workspace, grounding=False)
    assert without.grounding is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [{"id": "casme2/s9/a/1", "prediction": "fear"}],
            r"row 1: no sample of the truth is meant \(casme2/s9/a/1\), whose ids are like casme2/s1/a/1; correct",
        ),
        ([{"id": IDS[0], "prediction": "fear"}] * 2, "row 2: casme2/s1/a/1 has a prediction in .*row 1 already"),
        ([{"id": IDS[0], "score": 1}], "row 1: there is no prediction among id, score"),
        ([{"prediction": "fear"}], "nothing names it among prediction"),
        ([], "there is no row in it"),
    ],
)
def test_what_does_not_fit_is_told(labelled_workspace, said, rows, says):
    with pytest.raises(MeuError, match=says):
        evaluate([said(rows)], gold=labelled_workspace)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.txt", "a", "ends in none of"),
        ("x.csv", "id,prediction\na\n", "row 2: it has not as many cells"),
        ("x.csv", "id,prediction\n", "there is no row"),
        ("x.jsonl", "{", "row 1: no JSON"),
        ("x.json", "{}", "does not begin with a list"),
        ("x.parquet", "PAR1", "x.parquet: "),
    ],
)
def test_files_that_cannot_be_read_are_told(labelled_workspace, tmp_path, name, text, says):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(MeuError, match=says):
        evaluate([path], gold=labelled_workspace)


def test_what_is_not_there_is_told_before_its_name_is_looked_at(said, tmp_path):
    with pytest.raises(MeuError, match="nowhere: there is no such file"):
        evaluate([said(answers())], gold=tmp_path / "nowhere")


def test_labels_that_cannot_be_read_are_told(said):
    with pytest.raises(MeuError, match=r"row 1: the label xyz names no emotion"):
        evaluate([said([{"id": "a", "prediction": "fear", "true_label": "xyz"}])])
    with pytest.raises(MeuError, match="name --gold"):
        evaluate([said([{"id": "a", "prediction": "fear"}])])


def test_the_command_writes_a_result_and_prints_it(meu, labelled_workspace, said, tmp_path):
    out = tmp_path / "result.json"
    words = ("evaluate", said(answers(_1="no idea")), "--gold", labelled_workspace, "--classes", "casme2-5")
    code, text, _ = meu(*words, "--out", out)
    assert code == 0
    assert "ACC 0.8750" in text
    assert "1 none" in text
    code, printed, _ = meu(*words, "--json")
    assert code == 0
    assert json.loads(printed) == json.loads(out.read_text())
    assert read_result(out).acc == 7 / 8
    first = out.read_bytes()
    meu(*words, "--out", out)
    assert out.read_bytes() == first


@pytest.mark.parametrize(("text", "says"), [("{", "no JSON"), ("[]", "no result"), ('{"version": 1}', "name: Field")])
def test_what_is_no_result_is_told(tmp_path, text, says):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(MeuError, match=says):
        read_result(tmp_path / "r.json")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("said.csv", b"", "said.csv: there is no row below the names of the columns; write one for each sample"),
        ("said.jsonl", b"", "said.jsonl: there is no row in it; write a row for each sample"),
        (
            "said.csv",
            "id,prediction\na,高兴\n".encode("gb18030"),
            "said.csv, line 2: is no UTF-8 text .*save it as UTF-8",
        ),
        ("said.parquet", b"PAR1", "said.parquet: .*; write it anew"),
        ("said.xlsx", b"PK", "said.xlsx: the name ends in none of .*; save it as one of these"),
        ("said", None, "said: this is a folder; name the file in it"),
    ],
)
def test_a_file_that_holds_no_predictions_is_told_in_one_line(labelled_workspace, tmp_path, meu, name, data, says):
    path = tmp_path / name
    path.mkdir() if data is None else path.write_bytes(data)
    code, out, err = meu("evaluate", path, "--gold", labelled_workspace)
    assert (code, out) == (2, "")
    assert re.search(says, err)
    assert err.count("\n") == 1
