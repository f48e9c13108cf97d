"""Files of questions with pictures of their own: stills, MEGC's blank file, the rows of an export."""

import base64
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data.errors import MeuError
from meu_data.evaluate.predicting.stage import answer_questions
from meu_data.evaluate.stage import evaluate
from meu_data.export.formats.schema import with_footer
from meu_data.export.megc_submission import write_submission
from meu_data.export.styles.columns import IMAGE
from meu_data.store.workspace import Workspace
from tests.drafting.online.conftest import QUICK

LABELS = ["happy", "sad"]


def picture(seed, kind="PNG"):
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def empty(tmp_path):
    """A workspace without a sample."""
    with Workspace.open(tmp_path / "work", create=True) as workspace:
        yield workspace


@pytest.fixture
def answers(gemini):
    gemini.prediction = {"answer": "<think>The corners rise.</think><answer>happy</answer>"}
    return gemini


def ask(workspace, file, out, **more):
    return answer_questions(workspace, file, out, "gemini", pacing=QUICK, **more)


@pytest.fixture
def stills(tmp_path):
    """FERBench's form: two faces, JPEG and PNG, and a path with a slash in front."""
    folder = tmp_path / "sets"
    (folder / "RAF-DB").mkdir(parents=True)
    rows = []
    for number, (kind, label) in enumerate((("PNG", "happy"), ("JPEG", "sad"))):
        name = f"RAF-DB/secret{number}.{'png' if kind == 'PNG' else 'jpg'}"
        (folder / name).write_bytes(picture(number, kind))
        rows.append({"image_path": f"/{name}", "true_label": label, "prompt": "Which?", "candidate_labels": LABELS})
    (folder / "rafdb.json").write_text(json.dumps(rows))
    return folder / "rafdb.json"


def test_stills_are_answered_in_unifers_form(tmp_path, empty, answers, stills):
    out = tmp_path / "said.json"
    found = ask(empty, stills, out)
    assert (found.samples, found.answered, found.run.calls) == (2, 2, 2)
    rows = json.loads(out.read_text())
    assert [sorted(row) for row in rows] == [
        ["candidate_labels", "image_path", "model_response", "prompt", "true_label"]
    ] * 2
    assert evaluate([out]).acc == 0.5
    # What goes out is the question and the picture: no path, no label, no list of rows.
    for body, raw in zip(answers.bodies.values(), answers.raw.values(), strict=True):
        parts = body["contents"][0]["parts"]
        sent = [one["inlineData"]["data"] for one in parts if "inlineData" in one]
        assert base64.urlsafe_b64decode(sent[0]) in (picture(0), picture(1, "JPEG"))
        assert not any(word in raw for word in (b"secret", b"RAF-DB", b"true_label", b"rafdb"))
    assert ask(empty, stills, out).run.calls == 0


def test_an_unanswered_question_is_marked_as_unifer_marks_it(tmp_path, empty, answers, stills):
    answers.prediction = {"answer": " "}
    found = ask(empty, stills, tmp_path / "said.json")
    assert (found.answered, found.unanswered) == (0, 2)
    assert {row["error"] for row in json.loads((tmp_path / "said.json").read_text())} == {True}
    assert evaluate([tmp_path / "said.json"]).unread == {"error": 2}


def test_the_blank_file_of_the_challenge_becomes_a_submission(tmp_path, empty, answers):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "clip1.png").write_bytes(picture(5))
    blank = tmp_path / "me_vqa_casme3_test_to_answer.jsonl"
    asked = [("v1", "What is the coarse expression class?"), ("v2", "What is the action unit?")]
    rows = [{"video_id": name, "video": "clip1", "question": text, "answer": ""} for name, text in asked]
    blank.write_text("".join(json.dumps(row) + "\n" for row in rows))
    answers.prediction = {"answer": "negative"}
    out = tmp_path / "said.jsonl"
    assert ask(empty, blank, out).answered == 2
    assert write_submission(blank, out, tmp_path / "pred.jsonl").answers == 2
    assert [json.loads(line)["answer"] for line in (tmp_path / "pred.jsonl").read_text().splitlines()] == [
        "negative"
    ] * 2


def test_rows_of_an_export_bring_their_pixels_and_lose_their_answers(tmp_path, empty, answers):
    row = {"id": "x/1", "images": [{"bytes": picture(9), "path": "x.png"}], "question": "What moves?"}
    row |= {"response": "the secret answer", "image_path": "images/x.png"}
    text = [pa.field(name, pa.string()) for name in ("id", "question", "response", "image_path")]
    schema = with_footer([pa.field("images", pa.list_(IMAGE)), *text])
    pq.write_table(pa.Table.from_pylist([row], schema=schema), tmp_path / "rows.parquet")
    assert ask(empty, tmp_path / "rows.parquet", tmp_path / "said.jsonl").answered == 1
    (said,) = [json.loads(line) for line in (tmp_path / "said.jsonl").read_text().splitlines()]
    assert said == {"id": "x/1", "response": answers.prediction["answer"]}
    assert b"secret" not in b"".join(answers.raw.values())


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"image_path": "../outside.png"}, "row 1: .*--pictures"),
        ({"image_path": "missing.png"}, "row 1: .*missing.png.*--pictures"),
        ({"image_path": "text.png"}, "row 1: .*text.png"),
        ({"prompt": ""}, "row 1: prompt is empty"),
        ({"candidate_labels": 5}, "row 1: candidate_labels is no list"),
        ({"image_path": None}, "row 1: it names no picture"),
    ],
)
def test_what_is_no_question_is_told_before_a_call(tmp_path, empty, answers, row, says):
    (tmp_path / "outside.png").write_bytes(picture(1))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "text.png").write_text("no picture")
    (folder / "good.png").write_bytes(picture(1))
    whole = {"image_path": "good.png", "true_label": "sad", "prompt": "Which?", "candidate_labels": LABELS} | row
    (folder / "q.json").write_text(json.dumps([whole]))
    with pytest.raises(MeuError, match=says):
        ask(empty, folder / "q.json", tmp_path / "o.json")
    assert answers.total() == 0
    assert not (tmp_path / "o.json").exists()


def test_the_command(meu, tmp_path, answers, stills):
    words = ("predict", "--questions", stills, "--out", tmp_path / "said.json", "-w", tmp_path / "new")
    plan = json.loads(meu(*words, "--llm", "gemini", "--dry-run", "--json")[1])
    assert (plan["samples"], plan["to_send"], answers.total()) == (2, 2, 0)
    assert "Which?" in json.dumps(plan["request"]["body"])
    assert not (tmp_path / "said.json").exists()
    code, out, _ = meu(*words, "--llm", "gemini", "--json")
    assert (code, json.loads(out)["answered"]) == (0, 2)
    code, _, err = meu(*words)
    assert (code, "name a model" in err) == (2, True)
    code, _, err = meu(*words, "--llm", "gemini", "--classes", "dfme7")
    assert (code, "not for --questions" in err) == (2, True)
