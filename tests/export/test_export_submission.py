"""The submission of the challenge: a blank file, a model's answers, and what is wrong with either."""

import json

import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.megc_submission import write_submission

BLANK = [
    {"video_id": f"samm_test_SAMM-1_{number}", "video": "SAMM-1", "question": question, "answer": ""}
    for number, question in enumerate(("What is the coarse expression class?", "What is the action unit?"), start=1)
]
ANSWERS = [
    {"video_id": "samm_test_SAMM-1_2", "answer": "brow lowerer", "score": 0.4},
    {"video_id": "samm_test_SAMM-1_1", "answer": " negative\n"},
]


def lines(path, objects):
    path.write_text(
        "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in objects), encoding="utf-8"
    )
    return path


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_answers_stand_in_the_order_and_with_the_keys_of_the_blank_file(tmp_path):
    blank = lines(tmp_path / "me_vqa_samm_test_to_answer.jsonl", BLANK)
    done = write_submission(blank, lines(tmp_path / "answers.jsonl", ANSWERS))
    assert (done.out, done.answers) == (str(tmp_path / "me_vqa_samm_test_pred.jsonl"), 2)
    found = read(tmp_path / "me_vqa_samm_test_pred.jsonl")
    assert [list(line) for line in found] == [["video_id", "video", "question", "answer"]] * 2
    assert found == [BLANK[0] | {"answer": "negative"}, BLANK[1] | {"answer": "brow lowerer"}]
    assert read(blank) == BLANK


def test_our_own_blank_file_can_be_filled_in(corpus, tmp_path):
    corpus.fill({"train": 1, "testA": 2})
    export(corpus.workspace, tmp_path / "out", style="megc-vqa", format="megc", source="drafts")
    data = tmp_path / "out/data"
    key, blank = read(data / "me_vqa_dfme_testA.jsonl"), read(data / "me_vqa_dfme_testA_to_answer.jsonl")
    given = [{"video_id": one["video_id"], "answer": right["answer"]} for one, right in zip(blank, key, strict=True)]
    out = tmp_path / "me_vqa_dfme_testA_pred.jsonl"
    write_submission(data / "me_vqa_dfme_testA_to_answer.jsonl", lines(tmp_path / "given.jsonl", given), out)
    assert [line["answer"] for line in read(out)] == [line["answer"] for line in key]


WRONG = {
    "no answer": (BLANK, ANSWERS[:1], "answers.jsonl: there is no answer to 'samm_test_SAMM-1_1'"),
    "an answer to nothing": (
        BLANK,
        [*ANSWERS, {"video_id": "x", "answer": "y"}],
        "answers.jsonl, line 3: .*no question 'x'",
    ),
    "two answers": (
        BLANK,
        [*ANSWERS, ANSWERS[0]],
        "answers.jsonl, line 3: 'samm_test_SAMM-1_2' stands in line 1 already",
    ),
    "a blank answer": (BLANK, [ANSWERS[0], {"video_id": BLANK[0]["video_id"], "answer": " "}], "line 2: .* is blank"),
    "an answer that is no text": (
        BLANK,
        [{"video_id": BLANK[0]["video_id"], "answer": 1}],
        "line 1: the answer to 'samm_test_SAMM-1_1' is no text",
    ),
    "no JSON": (BLANK, [ANSWERS[0], "{"], "answers.jsonl, line 2: this is no JSON"),
    "deep JSON": (BLANK, ["[" * 100_000], "answers.jsonl, line 1: this is no JSON"),
    "no object": (BLANK, ["[]"], "line 1: this is no JSON object"),
    "an empty file": (BLANK, [], "answers.jsonl: the file has no line"),
    "a blank file without questions": (
        [{"video_id": "a"}],
        ANSWERS,
        "to_answer.jsonl, line 1: there is no text 'video'",
    ),
}


@pytest.mark.parametrize(("blank", "answers", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_submitted_is_one_line_and_writes_nothing(tmp_path, blank, answers, said):
    asked = lines(tmp_path / "me_vqa_samm_test_to_answer.jsonl", blank)
    with pytest.raises(MeuError, match=said) as caught:
        write_submission(asked, lines(tmp_path / "answers.jsonl", answers))
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("*_pred.jsonl"))


def test_a_missing_file_and_one_that_is_no_text_are_one_line(tmp_path):
    blank = lines(tmp_path / "me_vqa_samm_test_to_answer.jsonl", BLANK)
    with pytest.raises(MeuError, match=r"none.jsonl: there is no such file"):
        write_submission(blank, tmp_path / "none.jsonl")
    (tmp_path / "picture.jsonl").write_bytes(b"\x89PNG\xff")
    with pytest.raises(MeuError, match=r"picture.jsonl, line 1: is no UTF-8 text"):
        write_submission(blank, tmp_path / "picture.jsonl")


def test_a_blank_file_under_another_name_needs_a_name_for_the_submission_and_is_never_overwritten(tmp_path):
    blank, answers = lines(tmp_path / "test.jsonl", BLANK), lines(tmp_path / "answers.jsonl", ANSWERS)
    with pytest.raises(MeuError, match=r"name the submission with --out"):
        write_submission(blank, answers)
    with pytest.raises(MeuError, match=r"is the blank file itself"):
        write_submission(blank, answers, blank)
    assert read(blank) == BLANK
    assert write_submission(blank, answers, tmp_path / "mine.jsonl").answers == 2
